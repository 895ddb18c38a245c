"""The book on one page, from which ``make pdf`` prints.

Sphinx's builder ``singlehtml`` puts the chapters on one page as they are. What paper needs:

* Paper has no folds. `AnswersLast` moves answers and solutions to the end of their chapter, and
  leaves a link in their place.
* Paper downloads nothing. `NameFiles` leaves of a link to a file its words.
* Chapters share ids like ``exercises``. `SeparateIds` gives every id that an earlier chapter
  has already a name of its own, and follows it in the links.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from _ext.quiz import Html, is_fold

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ANSWERS = "Answers"  # the title of the section at the end of a chapter
TITLES = ("Answers to question ", "Solution ")  # how the folds begin that belong there


class OnePageTransform(SphinxPostTransform):
    """A step on the way to the one page, which other builders do not take."""

    def is_supported(self) -> bool:
        """Run for this builder only."""
        return bool(self.app.builder.name == "singlehtml")


# --- answers ------------------------------------------------------------------------------


class AnswersLast(OnePageTransform):
    """Move every fold with answers, and the code cell behind it, to the end of its chapter."""

    def run(self, **kwargs: Any) -> None:
        """Run on all chapters."""
        sections: dict[nodes.Element, nodes.section] = {}
        for fold in [node for node in self.document.findall(is_fold) if is_answer(node)]:
            page = page_of(fold)
            name = page.get("docname") or self.env.path2doc(page["source"])
            if page not in sections:
                sections[page] = append_section(page, nodes.make_id(f"{name}-answers"))
            self.move(fold, sections[page], nodes.make_id(f"{name}-{fold[0].astext()}"))

    def move(self, fold: nodes.container, section: nodes.section, anchor: str) -> None:
        """Move one fold with its cell, and leave a link."""
        # the fold of a quiz stands inside the quiz, a cell behind it
        block = fold.parent if isinstance(fold.parent, Html) else fold
        cell = block.next_node(siblings=True, descend=False)
        fold.replace_self(link_to(anchor, fold[0].astext()))
        fold[0]["ids"].append(anchor)
        section += fold
        if cell is not None and "tag_hide-cell" in cell.get("classes", []):
            cell.parent.remove(cell)
            section += cell


def is_answer(fold: nodes.container) -> bool:
    """Say whether a fold tells what the reader was asked to find out."""
    return str(fold[0].astext()).startswith(TITLES)


def page_of(node: nodes.Node) -> nodes.Element:
    """Return the element with everything of the page on which a node stands.

    That is often the page's own document: Sphinx lets its parts keep it as their parent.
    """
    while not isinstance(node, addnodes.start_of_file | nodes.document):
        node = node.parent
    return node


def append_section(page: nodes.Element, anchor: str) -> nodes.section:
    """Add an empty section for answers at the end of a page.

    The first page ends before the chapters, which Sphinx puts into it.
    """
    answers = nodes.section("", nodes.title("", ANSWERS), ids=[anchor])
    body = page.next_node(nodes.section)
    chapters = (i for i, part in enumerate(body) if any(part.findall(addnodes.start_of_file)))
    body.insert(next(chapters, len(body)), answers)
    return answers


def link_to(anchor: str, title: str) -> nodes.paragraph:
    """Return the line that stands where the answer was."""
    link = nodes.reference("", f"{title}: at the end", refid=anchor, internal=True)
    return nodes.paragraph("", "", link, classes=["to-answer"])


# --- files --------------------------------------------------------------------------------


class NameFiles(OnePageTransform):
    """Replace links to files of the website by their words."""

    def run(self, **kwargs: Any) -> None:
        """Run on all chapters."""
        for link in list(self.document.findall(addnodes.download_reference)):
            link.replace_self(link.children)


# --- ids ----------------------------------------------------------------------------------


class SeparateIds(OnePageTransform):
    """Make every id unique on the page that has the whole book."""

    def run(self, **kwargs: Any) -> None:
        """Rename ids, then what refers to them."""
        taken: set[str] = set()
        renamed: dict[tuple[str, str], str] = {}
        chapters = dict(self.chapters())
        for name, elements in chapters.items():
            own = {anchor for element in elements for anchor in element["ids"]}
            for anchor in own & taken:
                renamed[name, anchor] = f"{name.replace('/', '-')}-{anchor}"
            taken |= own
        for name, elements in chapters.items():
            for element in elements:
                element["ids"] = [renamed.get((name, a), a) for a in element["ids"]]
                self.follow(element, name, renamed)

    def chapters(self) -> Iterator[tuple[str, list[nodes.Element]]]:
        """Give the elements of every page, those of the first page first."""
        inside: set[int] = set()
        files = list(self.document.findall(addnodes.start_of_file))
        found = [(file["docname"], list(file.findall(nodes.Element))) for file in files]
        for _, elements in found:
            inside |= {id(element) for element in elements}
        rest = [e for e in self.document.findall(nodes.Element) if id(e) not in inside]
        yield self.config.root_doc, rest
        yield from found

    def follow(
        self, element: nodes.Element, name: str, renamed: dict[tuple[str, str], str]
    ) -> None:
        """Let one link lead to the new name of its target."""
        if (name, element.get("refid")) in renamed:
            element["refid"] = renamed[name, element["refid"]]
        page, _, anchor = element.get("refuri", "").removeprefix("#document-").rpartition("#")
        if (page or name, anchor) in renamed:
            start = f"#document-{page}#" if page else "#"
            element["refuri"] = start + renamed[page or name, anchor]


# --- the cover ----------------------------------------------------------------------------


def tell_version(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the cover which version this is: that of divcore, which comes with the book."""
    context.setdefault("book", {})["version"] = version("divcore")
