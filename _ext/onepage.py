"""The book on one page, from which ``make pdf`` prints.

Chapters share ids like ``exercises``. Sphinx's builder ``singlehtml`` puts them on one page as
they are; `SeparateIds` gives every id that an earlier chapter has already a name of its own,
and follows it in the links.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class SeparateIds(SphinxPostTransform):
    """Make every id unique on the page that has the whole book."""

    default_priority = 890  # before DropRepeatedIds, which then finds nothing between chapters

    def is_supported(self) -> bool:
        """Run for this builder only."""
        return bool(self.app.builder.name == "singlehtml")

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


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the post-transform."""
    app.add_post_transform(SeparateIds)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
