"""What screen readers are told: structure that a page shows by its looks alone.

`DescribeStructure` stores it in the nodes, and `Translator` writes it. In some places Sphinx,
docutils and MyST-NB tell screen readers what is of no use to them; that is repaired here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from myst_nb.sphinx_ import HideCodeCellNode  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from _ext.figures import figure_number

EXERCISE = re.compile(r"Exercise\s[0-9A-Z]+\.\d+")  # _ext/spaces.py makes the space unbreakable


class DescribeStructure(SphinxPostTransform):
    """Say to screen readers what a page shows by its looks alone.

    What is found here is stored in the nodes as attributes, which `Translator` writes.
    """

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


# --- writing ------------------------------------------------------------------------------


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
        if node["ids"] and self.config.html_permalinks and self.builder.add_permalinks:
            icon = self.config.html_permalinks_icon
            self.body.append(
                '<a aria-hidden="true" tabindex="-1" class="headerlink" '
                f'href="#{node["ids"][0]}" title="{title}">{icon}</a>'
            )


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
