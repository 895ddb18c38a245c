"""Lists that follow from other files are as `make lists` writes them."""

from __future__ import annotations

import pytest

from tools import lists
from tools.outputs import ROOT


@pytest.mark.parametrize("place", lists.LISTS)
def test_list_is_as_it_would_be_written(place: str) -> None:
    assert (ROOT / place).read_text(encoding="utf-8") == lists.written(place), (
        f"a list in {place} is not up to date: make lists"
    )


def test_a_list_that_lacks_something_is_completed() -> None:
    text = "".join(f"**{caption}.** What it is about.\n\n" for caption in lists.parts())
    assert "[Surprise and entropy](chapters/01-entropy.ipynb)\n: How" in lists.landing_page(
        text
    )
    for place, beginning in {
        "README.md": "| 1 |",
        "glossary.md": "{term}`B ",
        "tests/addresses.txt": "chapters/01-entropy.html\n",
    }.items():
        lines = (ROOT / place).read_text(encoding="utf-8").splitlines(keepends=True)
        [line] = [line for line in lines if line.startswith(beginning)]
        spoiled = "".join(other for other in lines if other != line)
        assert lists.LISTS[place](spoiled) == "".join(lines), place


def test_works_that_nobody_names_are_not_listed() -> None:
    listed = lists.bibliography(':filter: key in {"nobody1900"}\n')
    assert "nobody1900" not in listed
    assert '"shannon1948"' in listed


def test_what_is_promised_stays() -> None:
    text = "chapters/00-gone.html\n"
    assert "chapters/00-gone.html" in lists.addresses(text).split()


def test_a_citation_without_a_work_is_named() -> None:
    assert lists.cited_in("Nobody & Noone (1900)") == {
        "Nobody & Noone (1900) is not in references.bib"
    }
