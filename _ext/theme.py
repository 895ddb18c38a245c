"""What the stock theme needs in order to load nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    # Jupyter Book always sets this option, which belongs to sphinx_comments. That extension
    # is left out; without a taker for its option the build would end with a warning.
    app.add_config_value("comments_config", {}, "html")
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
