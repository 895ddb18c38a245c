"""Glossary, bibliography, data and errata: what the chapters rely on is there."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from tools.lists import WORKS, cited_in, pages, prose

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGES = [*CHAPTERS, ROOT / "index.ipynb", ROOT / "errata.ipynb"]
BY_NAME = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


# --- glossary -------------------------------------------------------------------------


def glossary() -> dict[str, str]:
    """Return the terms of the glossary in their order, each with its definition."""
    text = prose(ROOT / "glossary.md")
    (body,) = re.findall(r"^`{3,}\{glossary\}\n(.*?)^`{3,}$", text, flags=re.M | re.S)
    body = body.replace("\\'", "'")  # an apostrophe that must stay straight
    entries = re.findall(r"^(\S.*)\n  (\S.*)$", body, flags=re.M)
    assert 2 * len(entries) == len([line for line in body.splitlines() if line])
    assert len(entries) == len(dict(entries)), "a term is explained twice"
    return dict(entries)


def terms_used(text: str) -> set[str]:
    """Return the targets of {term}`name` and {term}`words <name>`."""
    roles = re.findall(r"\{term\}`([^`]+)`", text)
    return {re.sub(r"^.*<(.*)>$", r"\1", role, flags=re.S) for role in roles}


@BY_NAME
def test_every_term_is_in_the_glossary(path: Path) -> None:
    missing = terms_used(prose(path)) - set(glossary())
    assert not missing, f"{path.name} links to {sorted(missing)}: add them to glossary.md"


def test_glossary_is_in_alphabetical_order() -> None:
    terms = list(glossary())
    assert terms == sorted(terms, key=str.casefold)


def test_no_page_calls_a_text_by_the_name_of_its_file_but_the_errata() -> None:
    for path in [*CHAPTERS, ROOT / "index.ipynb"]:
        assert not re.search(r"\d{3}_[0-9a-f]{16}", path.read_text(encoding="utf-8")), path.stem


def test_the_names_of_rows_and_columns_are_whole_without_their_formulas() -> None:
    torn = re.compile(r"\b(?:and|given|in|is|of|to|which)$")  # a formula has to follow
    for path in CHAPTERS:
        for name in re.findall(r"^\| (.*?\$.*?) \|", prose(path), re.M):
            words = re.sub(r"\$[^$]+\$", "", name).strip()
            assert not torn.search(words), f"{path.stem}: {name}"


def test_every_glossary_entry_says_where_it_is_explained() -> None:
    for term, text in glossary().items():
        assert "](chapters/" in text or "](errata.ipynb)" in text, term


def test_links_to_equations_lead_to_equations() -> None:
    tags = {path.stem: re.findall(r"\\tag\{([\d.]+)\}", prose(path)) for path in CHAPTERS}
    pages = [ROOT / f"{name}.md" for name in ("glossary", "notation", "data", "bibliography")]
    link = re.compile(r"\[\(([\d.]+)\)\]\(chapters/([\w-]+)\.ipynb#eq-([\d-]+)\)")
    for page in [*pages, ROOT / "index.ipynb", ROOT / "errata.ipynb"]:
        for number, chapter, anchor in link.findall(prose(page)):
            assert anchor == number.replace(".", "-"), f"{page.name}: ({number})"
            assert number in tags[chapter], f"{page.name} links to ({number}) of {chapter}"


# --- bibliography ---------------------------------------------------------------------

REQUIRED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "editor", "publisher", "pages", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "misc": {"author", "title", "howpublished", "url", "year"},
    "techreport": {"author", "title", "institution", "number", "year"},
}


@pytest.mark.parametrize("key", WORKS)
def test_entry_has_its_fields(key: str) -> None:
    entry = WORKS[key]
    fields = {*entry.fields, *entry.persons}
    assert not REQUIRED[entry.type] - fields
    assert re.fullmatch(r"[a-z]+" + entry.fields["year"], key), "a key is a name and a year"
    if entry.type == "article":  # a place in the journal, or in the archive of preprints
        assert {"volume", "pages"} <= fields or {"eprint", "archiveprefix"} <= fields
    assert re.fullmatch(r"10\.\d{4,}/\S+", entry.fields.get("doi", "10.1000/none"))
    assert re.fullmatch(r"https?://\S+", entry.fields.get("url", "https://none"))


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
def test_every_work_cited_is_in_the_bibliography(path: Path) -> None:
    unknown = cited_in(prose(path)) - set(WORKS)
    assert not unknown, f"{path.name}: {sorted(unknown)}"


# --- data -----------------------------------------------------------------------------

DATA = ROOT / "chapters" / "data"
DATA_FILES = sorted(p for p in DATA.iterdir() if p.is_file() and p.name != "README.md")


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.name)
def test_data_file_has_a_source_a_licence_and_its_checksum(path: Path) -> None:
    text = prose(DATA / "README.md")
    (section,) = re.findall(rf"^## `{re.escape(path.name)}`\n(.*?)(?=^## )", text, re.M | re.S)
    for what in ("What it is", "Source", "Licence"):
        assert re.search(rf"^{what}\n: \S", section, re.M), what
    assert re.search(r"\d+\.\d+\.\d+", section), "the version of the source"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"\n{digest}  {path.name}\n" in text


def test_every_licence_named_is_there_and_every_one_there_is_named() -> None:
    named = set(re.findall(r"\]\(LICENSES/([^)]+)\)", prose(DATA / "README.md")))
    assert named == {path.name for path in (DATA / "LICENSES").iterdir()}


def test_readme_names_only_files_that_are_there() -> None:
    named = re.findall(r"^[0-9a-f]{64}  (\S+)$", prose(DATA / "README.md"), re.M)
    assert sorted(named) == [path.name for path in DATA_FILES]


# --- errata ---------------------------------------------------------------------------

ITEMS = {"A": 34, "B": 27, "C": 31, "D": 22}
ITEM = re.compile(r"^([A-D])(\d+) \((?:lines? [^)]+|the whole text)\): (\w+)\n: \S", re.M)


@pytest.mark.parametrize(("text", "count"), ITEMS.items())
def test_every_item_of_the_audit_is_listed(text: str, count: int) -> None:
    numbers = [int(number) for letter, number, _ in ITEM.findall(errata()) if letter == text]
    assert numbers == list(range(1, count + 1))


def test_the_verdicts_counted_are_the_verdicts_listed() -> None:
    notebook = nbformat.read(ROOT / "errata.ipynb", as_version=4)
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    listed = Counter((letter, verdict) for letter, _, verdict in ITEM.findall(errata()))
    counted = Counter(
        (letter, {"o": "ok", "i": "imprecise", "w": "wrong", "m": "missing"}[v])
        for letter, row in re.findall(r'^    "([A-D])": "([oiwm]+)"', code, re.M)
        for v in row
    )
    assert listed == counted


def test_every_wrong_item_is_shown_in_a_section() -> None:
    headings = " ".join(re.findall(r"^### (.*)$", errata(), re.M))
    shown = set(re.findall(r"[A-D]\d+", headings))
    for first, last in re.findall(r"([A-D]\d+) to [A-D]?(\d+)", headings):
        shown |= {f"{first[0]}{n}" for n in range(int(first[1:]), int(last) + 1)}
    wrong = {
        letter + number
        for letter, number, verdict in ITEM.findall(errata())
        if verdict == "wrong"
    }
    assert wrong <= shown


def errata() -> str:
    return prose(ROOT / "errata.ipynb")
