"""Glossary, bibliography, data and errata: what the chapters rely on is there."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from pybtex.database import Entry, parse_file

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGES = [*CHAPTERS, ROOT / "index.ipynb", ROOT / "errata.ipynb"]
BY_NAME = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def prose(path: Path) -> str:
    """Return the Markdown of a page or notebook."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


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
    assert not missing, f"{path.name} links to terms that glossary.md does not have"


def test_glossary_is_in_alphabetical_order() -> None:
    terms = list(glossary())
    assert terms == sorted(terms, key=str.casefold)


def test_every_letter_of_the_glossary_has_a_link_to_its_first_term() -> None:
    first: dict[str, str] = {}
    for term in glossary():
        first.setdefault(term[0].upper(), term)
    row = re.findall(r"\{term\}`([A-Z]) <(.*)>`", prose(ROOT / "glossary.md"))
    assert row == list(first.items())


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


def test_the_map_on_the_first_page_has_the_titles_of_the_chapters() -> None:
    titles = {path.stem: prose(path).splitlines()[0] for path in CHAPTERS}
    links = re.findall(
        r"^\[(.*)\]\(chapters/([\w-]+)\.ipynb\)\n: ", prose(ROOT / "index.ipynb"), re.M
    )
    assert {chapter: f"# {title}" for title, chapter in links} == titles


# --- bibliography ---------------------------------------------------------------------

BIBLIOGRAPHY = parse_file(ROOT / "references.bib").entries
REQUIRED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "editor", "publisher", "pages", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "misc": {"author", "title", "howpublished", "url", "year"},
    "techreport": {"author", "title", "institution", "number", "year"},
}
SURNAME = r"[A-Z][\w'’]+(?:-[A-Z]\w+)*"
NAMES = rf"({SURNAME}(?:, {SURNAME})*(?: & {SURNAME})?(?: et al\.)?)"
CITATION = re.compile(rf"{NAMES}(?: \(|, )((?:1[89]|20)\d\d)\b")  # Lin (1991), or (Lin, 1991)


@pytest.mark.parametrize("key", BIBLIOGRAPHY)
def test_entry_has_its_fields(key: str) -> None:
    entry = BIBLIOGRAPHY[key]
    fields = {*entry.fields, *entry.persons}
    assert not REQUIRED[entry.type] - fields
    assert re.fullmatch(r"[a-z]+" + entry.fields["year"], key), "a key is a name and a year"
    if entry.type == "article":  # a place in the journal, or in the archive of preprints
        assert {"volume", "pages"} <= fields or {"eprint", "archiveprefix"} <= fields
    assert re.fullmatch(r"10\.\d{4,}/\S+", entry.fields.get("doi", "10.1000/none"))
    assert re.fullmatch(r"https?://\S+", entry.fields.get("url", "https://none"))


def names(entry: Entry) -> set[str]:
    """Return the ways in which the prose may name the authors of an entry."""
    last = [" ".join(person.last_names) for person in entry.persons["author"]]
    if len(last) == 1:
        return {last[0]}
    if len(last) == 2 and last[1] != "others":
        return {" & ".join(last)}
    return {f"{last[0]} et al.", ", ".join(last[:-1]) + f" & {last[-1]}"}


def cited_in(text: str) -> set[str]:
    """Return the keys of the works that a text names as “Author (year)”."""
    return {key_of(authors, year) for authors, year in CITATION.findall(text)}


def key_of(authors: str, year: str) -> str:
    for key, entry in BIBLIOGRAPHY.items():
        if entry.fields["year"] == year and authors in names(entry):
            return key
    return f"{authors} ({year}) is not in references.bib"


SOURCES = [
    *PAGES,
    *(ROOT / name for name in ("notation.md", "glossary.md", "data.md", "bibliography.md")),
    ROOT / "chapters" / "data" / "README.md",
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_work_cited_is_in_the_bibliography(path: Path) -> None:
    assert cited_in(prose(path)) <= set(BIBLIOGRAPHY)


def test_the_bibliography_page_lists_what_the_book_and_divcore_cite() -> None:
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "divcore").glob("*.py")]
    docstrings = [re.sub(r"\s+", " ", text) for text in modules]
    cited = {key for text in [*map(prose, SOURCES), *docstrings] for key in cited_in(text)}
    (names_listed,) = re.findall(
        r"^:filter: key in \{(.*)\}$", prose(ROOT / "bibliography.md"), re.M
    )
    listed = re.findall(r"\"(\w+)\"", names_listed)
    assert len(listed) == len(set(listed))
    assert set(listed) == cited


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
