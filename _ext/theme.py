"""Small repairs to what Jupyter Book and MyST-NB do by themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from docutils import nodes  # type: ignore[import-untyped]
from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from _ext.figures import figure_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

EXERCISE = re.compile(r"Exercise\s[0-9A-Z]+\.\d+")  # _ext/spaces.py makes the space unbreakable


class Translator(HTML5Translator):
    """Writes HTML as Sphinx does, with a few differences."""

    def starttag(
        self,
        node: nodes.Element,
        tagname: str,
        suffix: str = "\n",
        empty: bool = False,
        **attributes: Any,
    ) -> str:
        """Add the attributes that `DescribeStructure` has stored in a node."""
        attributes |= node.get("aria", {})
        return str(super().starttag(node, tagname, suffix, empty, **attributes))

    def visit_figure(self, node: nodes.figure) -> None:
        """Open a figure, which is called by the number in its caption."""
        number = figure_number(self, node)
        if number:
            node["aria"] = {"aria-label": f"Figure {number}"}
        super().visit_figure(node)

    def visit_strong(self, node: nodes.strong) -> None:
        """Open bold words; those that begin an exercise are a heading below its section's."""
        if begins_exercise(node):
            node["aria"] = {"role": "heading", "aria-level": str(self.section_level + 1)}
        super().visit_strong(node)

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        """Write the sign behind a heading or caption that links to itself, for the mouse only.

        Otherwise every heading is read with a pilcrow at its end, and the Tab key stops at
        each. The list of sections has the same links.
        """
        start = len(self.body)
        super().add_permalink_ref(node, title)
        self.body[start:] = [
            part.replace("<a ", '<a aria-hidden="true" tabindex="-1" ')
            for part in self.body[start:]
        ]


def begins_exercise(node: nodes.strong) -> bool:
    """Say whether these are the words "Exercise 3.1 (E)." at the beginning of a paragraph."""
    first = next(child for child in node.parent if child.astext())  # MyST begins with ""
    return first is node and bool(EXERCISE.match(node.astext()))


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


def visit_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Put a table into a box that can scroll: a phone is narrower than most tables."""
    translator.body.append('<div class="table-box">\n')
    HTML5Translator.visit_table(translator, node)


def depart_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Close the table and its box."""
    HTML5Translator.depart_table(translator, node)
    translator.body.append("</div>\n")


def visit_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    """Open an entry of the bibliography as an item of its list.

    docutils uses the role ``doc-biblioentry`` here, which ARIA has given up.
    """
    if not isinstance(node.previous_sibling(), nodes.citation):
        translator.body.append('<div role="list" class="citation-list">\n')
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="citation", role="listitem")
    )


def depart_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    """Close an entry, and after the last one the list."""
    translator.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        translator.body.append("</div>\n")


class DropRepeatedIds(SphinxPostTransform):
    """Leave every id on a page to the first element that has it.

    sphinx-proof gives all proofs the id ``proof``. A link never leads to any but the first,
    and an id that occurs twice is an error in HTML.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        seen: set[str] = set()
        for element in self.document.findall(nodes.Element):
            element["ids"] = [anchor for anchor in element["ids"] if anchor not in seen]
            seen.update(element["ids"])


class DescribeStructure(SphinxPostTransform):
    """Say to screen readers what a page shows by its looks alone.

    What is found here is stored in the nodes as attributes, which `Translator` writes.
    """

    default_priority = 910  # after DropRepeatedIds: a title gets an id made from another
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        steps: list[tuple[type[nodes.Element], Callable[[Any], None]]] = [
            (nodes.container, describe_cell),
            (nodes.Admonition, describe_proof),
            (nodes.tgroup, describe_table),
        ]
        for kind, describe in steps:
            for node in self.document.findall(kind):
                describe(node)


def describe_cell(node: nodes.container) -> None:
    """Make a group of the code of a cell, and one of the text that it prints.

    A figure is no such text: it has a name of its own.
    """
    part = node.get("nb_element")
    if part == "cell_code_source":
        node["aria"] = {"role": "group", "aria-label": "Code"}
    elif part == "cell_code_output" and any(node.findall(nodes.literal_block)):
        node["aria"] = {"role": "group", "aria-label": "Output"}


def describe_proof(node: nodes.Element) -> None:
    """Make a group of a theorem, called by its title, and of a proof, which has none.

    One can then hear where they end.
    """
    if "proof" not in node["classes"]:
        return
    if isinstance(node[0], nodes.title):
        title = f"{node['ids'][0]}-title"
        node[0]["ids"] = [title]
        node["aria"] = {"role": "group", "aria-labelledby": title}
    else:
        node["aria"] = {"role": "group", "aria-label": "Proof"}


def describe_table(node: nodes.tgroup) -> None:
    """Say for which cells a head stands. In this book the first of a row always names it."""
    next(node.findall(nodes.colspec))["stub"] = True  # docutils then writes <th>
    for body in node.findall(nodes.tbody):
        for row in body:
            row[0]["aria"] = {"scope": "row"}
    for head in node.findall(nodes.thead):
        for cell in head.findall(nodes.entry):
            cell["aria"] = {"scope": "col"}


def keep_one_viewport(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Remove the viewport that docutils sets: Sphinx's template has one already."""
    metatags = BeautifulSoup(context.get("metatags") or "", "html.parser")
    for viewport in metatags.select("meta[name=viewport]"):
        viewport.decompose()
    context["metatags"] = str(metatags)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; it comes after myst_nb."""
    # Jupyter Book always sets this option, which belongs to sphinx_comments. That extension
    # is left out; without a taker for its option the build would end with a warning.
    app.add_config_value("comments_config", {}, "html")
    for builder in ("html", "singlehtml"):
        app.set_translator(builder, Translator)
    app.add_node(
        HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_HideCellInput)
    )
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_post_transform(DropRepeatedIds)
    app.add_post_transform(DescribeStructure)
    app.connect("html-page-context", keep_one_viewport)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
