"""The directive ``{book-status}``: when the book was checked, and with which versions."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.util.docutils import SphinxDirective

from _ext.verification import verified_on

if TYPE_CHECKING:
    from collections.abc import Iterator


PIN = re.compile(r"^([\w.-]+)==\S+\s*#\s*(.*)$", re.MULTILINE)
CHECKED = (
    "On {day} every notebook of this edition was run again and every output compared, and "
    "all other checks passed."
)
UNCHECKED = (
    "This copy was built from sources that have not been checked as they are now. Say "
    "“make test” in the book’s folder, then build it again."
)


def packages(requirements: str) -> Iterator[tuple[str, str, str]]:
    """Give name, installed version and purpose of every package that the book asks for."""
    yield "Python", platform.python_version(), "runs everything"
    yield "divcore", version("divcore"), "the book’s own module"
    for name, purpose in PIN.findall(requirements):
        yield name, version(name), purpose


class BookStatus(SphinxDirective):
    """Write the day of the last check and a table of versions."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        self.env.note_reread()  # it depends on what is not in the page's own file
        root = Path(self.env.srcdir)
        day = verified_on(root)
        sentence = CHECKED.format(day=day) if day else UNCHECKED
        rows = packages((root / "requirements.txt").read_text(encoding="utf-8"))
        head = ("package", "version", "what for")
        return [nodes.paragraph("", sentence), table(head, list(rows))]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    """Return a table of plain text."""

    def line(cells: tuple[str, ...]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))

    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += nodes.thead("", line(head))
    group += nodes.tbody("", *(line(row) for row in rows))
    return nodes.table("", group)
