"""Small repairs to what Jupyter Book and MyST-NB do by themselves."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


def visit_hidden_cell(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Write a folded cell as MyST-NB does, but named by the words that are visible.

    MyST-NB's ``<summary aria-label="Toggle hidden content">`` hides them, and says the same
    for every cell.
    """
    classes = " ".join(node["classes"])
    translator.body.append(
        f'<details class="admonition hide {classes}"><summary>'
        f'<p class="collapsed admonition-title">{html.escape(node["prompt_show"])}</p>'
        f'<p class="expanded admonition-title">{html.escape(node["prompt_hide"])}</p>'
        "</summary>\n"
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after myst_nb."""
    # Jupyter Book always sets this option, which belongs to sphinx_comments. That extension
    # is left out; without a taker for its option the build would end with a warning.
    app.add_config_value("comments_config", {}, "html")
    app.add_node(
        HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_HideCellInput)
    )
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
