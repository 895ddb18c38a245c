"""One style sheet and one script for the whole site.

Every ``.css`` file in ``_static`` goes into ``site.css``, every ``.js`` file into ``site.js``,
in the order of their names. The style sheet ends with the mathematics font, which
`_ext.mathml` has written by then. What extensions register with Sphinx is left alone and not
loaded: ``_templates/layout.html`` links to these two files only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _ext.mathml import FONT_CSS

if TYPE_CHECKING:
    from docutils import nodes  # type: ignore[import-untyped]
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

STYLE, SCRIPT = "site.css", "site.js"


def merge(app: Sphinx, env: BuildEnvironment) -> None:
    """Write both files, once all pages have been read."""
    if app.builder.format != "html":
        return
    source, target = Path(app.srcdir) / "_static", Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    styles = [*sorted(source.glob("*.css")), target / FONT_CSS]
    scripts = sorted(source.glob("*.js"))
    for name, parts in [(STYLE, styles), (SCRIPT, scripts)]:
        text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
        (target / name).write_text(text, encoding="utf-8", newline="\n")


def add_addresses(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the template where the files are, with their digest, so that no cache is stale."""
    for key, name in [("style", STYLE), ("script", SCRIPT)]:
        digest = hashlib.sha256((Path(app.outdir) / "_static" / name).read_bytes()).hexdigest()
        address = context["pathto"](f"_static/{name}", 1)
        context.setdefault("book", {})[key] = f"{address}?v={digest[:8]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the hooks."""
    app.connect("env-updated", merge, priority=900)  # after the font has been written
    app.connect("html-page-context", add_addresses)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
