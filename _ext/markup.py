"""Markup that is valid and fits a phone: tables in boxes, every id and the viewport once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def visit_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Put a table into a box that can scroll: a phone is narrower than most tables."""
    translator.body.append('<div class="table-box">\n')
    HTML5Translator.visit_table(translator, node)


def depart_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Close the table and its box."""
    HTML5Translator.depart_table(translator, node)
    translator.body.append("</div>\n")


class DropRepeatedIds(SphinxPostTransform):
    """Leave every id on a page to the first element that has it.

    sphinx-proof gives all proofs the id ``proof``. A link never leads to any but the first,
    and an id that occurs twice is an error in HTML.
    """

    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        seen: set[str] = set()
        for element in self.document.findall(nodes.Element):
            element["ids"] = [anchor for anchor in element["ids"] if anchor not in seen]
            seen.update(element["ids"])


def keep_one_viewport(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Remove the viewport that docutils sets: Sphinx's template has one already."""
    metatags = BeautifulSoup(context.get("metatags") or "", "html.parser")
    for viewport in metatags.select("meta[name=viewport]"):
        viewport.decompose()
    context["metatags"] = str(metatags)
