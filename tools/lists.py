"""Write the lists that follow from other files: ``make lists``.

- the chapters on the landing page and in README.md: titles from the notebooks, parts from
  `_toc.yml`, and a line on each chapter from `ABOUT` in the file beside the notebook;
- the works on the bibliography page: those that a page or a docstring names;
- the row of letters on the glossary page: the first term of each letter;
- new addresses in `tests/addresses.txt`: pages, numbered equations and theorems. What is there
  stays, since people have linked to it.

A test compares what stands in these files with what this would write.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml  # type: ignore[import-untyped]
from pybtex.database import parse_file  # type: ignore[import-untyped]

from tools.outputs import ROOT, notebooks

# --- reading ----------------------------------------------------------------------------


def prose(path: Path) -> str:
    """Return the Markdown of a page or notebook."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def parts() -> dict[str, list[str]]:
    """Return the parts of the book with their chapters, as the table of contents has them."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = {
        part["caption"]: [entry["file"].removeprefix("chapters/") for entry in part["chapters"]]
        for part in contents["parts"]
        if part["chapters"][0]["file"].startswith("chapters/")
    }
    known = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    for name in sorted(known - {name for names in listed.values() for name in names}):
        raise SystemExit(f"chapters/{name}.ipynb is missing from _toc.yml: enter it")
    return listed


def title(name: str) -> str:
    """Return the title of a chapter."""
    return prose(ROOT / "chapters" / f"{name}.ipynb").splitlines()[0].removeprefix("# ")


def about(name: str) -> str:
    """Return the line that says what a chapter is about."""
    place = f"chapters/{name}.py"
    tree = ast.parse((ROOT / place).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ABOUT":
            return str(ast.literal_eval(node.value))
    raise SystemExit(f'{place} does not say what the chapter is about: write ABOUT = "…"')


# --- the lists ---------------------------------------------------------------------------


def landing_page(text: str) -> str:
    """Return the text of the map with its chapters."""
    for caption, names in parts().items():
        entries = [f"[{title(name)}](chapters/{name}.ipynb)\n: {about(name)}" for name in names]
        opening = re.escape(f"**{caption}.**")
        block = re.compile(
            rf"^({opening} .*\n\n)(?:\[.*\]\(chapters/.*\)\n: .*\n\n)*", re.MULTILINE
        )
        if not block.search(text):
            raise SystemExit(f"index.ipynb has no paragraph that begins with **{caption}.**")
        made = "\n\n".join(entries) + "\n\n"
        text = block.sub(lambda found, made=made: found[1] + made, text)  # type: ignore[misc]
    return text


def readme(text: str) -> str:
    """Return README.md with its table of chapters."""
    names = [name for chapters in parts().values() for name in chapters]
    rows = [f"| {int(name[:2])} | {title(name)} | {about(name)} |\n" for name in names]
    table = re.compile(
        r"(?<=\n\| \| chapter \| what it is about \|\n\|---\|---\|---\|\n)(?:\|.*\n)*"
    )
    return table.sub(lambda _: "".join(rows), text)


def bibliography(text: str) -> str:
    """Return the bibliography page with the works that are named in the book."""
    keys = ", ".join(f'"{key}"' for key in sorted(cited_in_the_book()))
    return re.sub(r"(?m)^:filter: .*$", f":filter: key in {{{keys}}}", text)


def glossary(text: str) -> str:
    """Return the glossary with its row of letters."""
    (body,) = re.findall(r"^`{3,}\{glossary\}\n(.*?)^`{3,}$", text, flags=re.M | re.S)
    first: dict[str, str] = {}
    for term in re.findall(r"^(\S.*)\n  \S", body, flags=re.M):
        first.setdefault(term[0].upper(), term)
    row = "&emsp;\n".join(f"{{term}}`{letter} <{term}>`" for letter, term in first.items())
    return re.sub(r"(?<=\nGo to a letter:\n)(?:\{term\}.*\n)*", lambda _: row + "\n", text)


def addresses(text: str) -> str:
    """Return the promised addresses, with the new ones among them."""
    return "".join(f"{line}\n" for line in sorted({*text.split(), *addresses_of_the_book()}))


def addresses_of_the_book() -> Iterator[str]:
    """Give the address of every chapter, equation and theorem."""
    for path in notebooks():
        page = path.relative_to(ROOT).with_suffix(".html").as_posix()
        text = prose(path)
        yield page
        for tag in re.findall(r"\\tag\{([\d.]+)\}", text):
            yield f"{page}#eq-{tag.replace('.', '-')}"
        for label in re.findall(r"^:label: (thm-\S+)$", text, re.MULTILINE):
            yield f"{page}#{label}"


# --- who is cited --------------------------------------------------------------------------

SURNAME = r"[A-Z][\w'’]+(?:-[A-Z]\w+)*"
NAMES = rf"({SURNAME}(?:, {SURNAME})*(?: & {SURNAME})?(?: et al\.)?)"
CITATION = re.compile(rf"{NAMES}(?: \(|, )((?:1[89]|20)\d\d)\b")  # Lin (1991), or (Lin, 1991)
WORKS = parse_file(ROOT / "references.bib").entries


def names(entry: Any) -> set[str]:
    """Return the ways in which the prose may name the authors of a work."""
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
    """Return the key of a work, or a sentence if there is none."""
    for key, entry in WORKS.items():
        if entry.fields["year"] == year and authors in names(entry):
            return str(key)
    return f"{authors} ({year}) is not in references.bib"


def pages() -> list[Path]:
    """Return the pages on which works are named."""
    beside = ("notation.md", "glossary.md", "data.md", "bibliography.md")
    return [*notebooks(), *(ROOT / p for p in beside), ROOT / "chapters" / "data" / "README.md"]


def cited_in_the_book() -> set[str]:
    """Return the keys of the works that a page or a docstring of divcore names."""
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "divcore").glob("*.py")]
    docstrings = [re.sub(r"\s+", " ", text) for text in modules]
    cited = {key for text in [*map(prose, pages()), *docstrings] for key in cited_in(text)}
    for key in sorted(cited - set(WORKS)):
        raise SystemExit(key)
    return cited


# --- writing -------------------------------------------------------------------------------

LISTS: dict[str, Callable[[str], str]] = {
    "index.ipynb": landing_page,
    "README.md": readme,
    "bibliography.md": bibliography,
    "glossary.md": glossary,
    "tests/addresses.txt": addresses,
}
MAP = "m-map"  # the cell of the landing page with the chapters


def written(place: str) -> str:
    """Return a file as it has to be."""
    path = ROOT / place
    if path.suffix != ".ipynb":
        return LISTS[place](path.read_text(encoding="utf-8"))
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == MAP)
    cell.source = LISTS[place](cell.source)
    return str(nbformat.writes(notebook)) + "\n"


def main() -> int:
    """Write the lists and say what changed; where one cannot be written, the rest still is."""
    failed = False
    for place in LISTS:
        try:
            text = written(place)
        except SystemExit as error:
            failed = True
            print(f"{place:22} is left as it was: {error}")
            continue
        changed = text != (ROOT / place).read_text(encoding="utf-8")
        (ROOT / place).write_text(text, encoding="utf-8", newline="\n")
        print(f"{place:22} {'changed' if changed else 'as it was'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
