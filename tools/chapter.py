"""Begin a chapter: ``make chapter NAME=07-training``.

The new chapter is small and whole: one equation, number, quiz, figure, explorer, claim and
exercise, each with what binds it. It passes every check as it is; replace its parts one by one.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

from tools import lists
from tools.outputs import ROOT, run

TEMPLATE = ROOT / "tools" / "template"
HEAD = re.compile(r"^%%%% (markdown|code) (\S+)(?: (\{.*\}))?$", re.MULTILINE)


def begin(name: str, root: Path = ROOT) -> list[Path]:
    """Write the files of a chapter and enter it into the table of contents."""
    if not re.fullmatch(r"\d\d-[a-z][a-z0-9-]*", name):
        raise SystemExit(f"NAME is {name!r}; it has to look like 07-training")
    number, _, rest = name.partition("-")
    if taken := [*root.glob(f"chapters/{number}-*")]:
        raise SystemExit(f"chapters/{taken[0].name} has the number {number} already")
    words = {
        "@NN@": number,
        "@N@": str(int(number)),
        "@NAME@": rest.replace("-", "_"),
        "@TITLE@": rest.replace("-", " ").capitalize(),
    }
    places = {
        "answers.py.txt": f"chapters/{name}.py",
        "sidecar.py.txt": f"tests/chapters/ch{number}.py",
        "bindings.txt": f"tests/chapters/ch{number}.bindings",
        "explorer.py.txt": f"exhibits/explorers/ch{number}_{words['@NAME@']}.py",
    }
    notebook = root / "chapters" / f"{name}.ipynb"
    notebook.write_text(
        nbformat.writes(cells_of(filled(TEMPLATE / "chapter.md", words))) + "\n",
        encoding="utf-8",
        newline="\n",
    )
    written = [notebook]
    for template, place in places.items():
        (root / place).write_text(
            filled(TEMPLATE / template, words), encoding="utf-8", newline="\n"
        )
        written.append(root / place)
    contents = root / "_toc.yml"
    contents.write_text(
        entered(contents.read_text(encoding="utf-8"), name), encoding="utf-8", newline="\n"
    )
    return [*written, contents]


def filled(template: Path, words: dict[str, str]) -> str:
    """Return a template with its words put in."""
    text = template.read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def cells_of(text: str) -> Any:
    """Make a notebook of a text in which each cell begins with a line ``%%%% kind id {…}``."""
    _, *parts = HEAD.split(text)
    notebook: Any = nbformat.v4.new_notebook()
    make: dict[str, Any] = {
        "markdown": nbformat.v4.new_markdown_cell,
        "code": nbformat.v4.new_code_cell,
    }
    for kind, identity, metadata, source in zip(*[iter(parts)] * 4, strict=True):
        known = json.loads(metadata or "{}")
        notebook.cells.append(make[kind](source.strip("\n"), id=identity, metadata=known))
    return notebook


def entered(contents: str, name: str) -> str:
    """Put a chapter behind the one whose number comes before its own."""
    lines = contents.splitlines(keepends=True)
    entry = re.compile(r"\s*- file: chapters/(\d\d)-")
    before = [
        i
        for i, line in enumerate(lines)
        if (found := entry.match(line)) and found[1] < name[:2]
    ]
    indent = re.match(r"\s*", lines[before[-1]])
    assert indent
    lines.insert(before[-1] + 1, f"{indent[0]}- file: chapters/{name}\n")
    return "".join(lines)


def main(arguments: list[str]) -> None:
    """Begin the named chapter, run it, and say what was written."""
    if len(arguments) != 1:
        raise SystemExit("say which chapter: make chapter NAME=07-training")
    written = begin(arguments[0])
    print(run(written[0]))
    lists.main()
    for path in written:
        print(f"wrote {path.relative_to(ROOT).as_posix()}")
    print(f"Now: make check CHAPTER={arguments[0][:2]}")


if __name__ == "__main__":
    main(sys.argv[1:])
