"""Reads a notebook that somebody handed in, and finds the written answers in it.

Nothing of the file is trusted: metadata, outputs and the kernel's name may be missing, wrong or
hostile. A large file is taken apart by a process of its own, whose memory is limited: ten
megabytes of brackets become several hundred once they are read. That process runs this file
alone, so it needs the standard library only.
"""

import base64
import binascii
import json
import os
import re
import resource
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

LARGEST_FILE = 20 << 20
SMALL_FILE = 1 << 20  # read in this process
READER_MEMORY = 160 << 20
READER_SECONDS = 20
MOST_CELLS = 1000
MOST_CODE = 2 << 20
LONGEST_ANSWER = 200_000
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
YOUR_ANSWER = "*Your answer here.*"
_large = threading.Lock()  # large files are read one at a time


@dataclass
class Cell:
    """What is used of one cell."""

    kind: str  # "code", "markdown", or "raw" for everything else
    source: str
    identity: str = ""
    question: str = ""
    images: dict[str, str] = field(default_factory=dict)  # name -> data: address


@dataclass
class Answer:
    """What one student wrote for one question."""

    parts: list[Cell] = field(default_factory=list)
    note: str = ""

    @property
    def text(self) -> str:
        """All that was typed, without images."""
        return "\n\n".join(part.source for part in self.parts)


def read(data: bytes) -> list[Cell]:
    """Return the cells of a notebook; ``ValueError`` says why there are none."""
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError("this file is no notebook: it is not complete JSON") from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise ValueError("this file is no notebook: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise ValueError(f"more than {MOST_CELLS} cells: {len(cells)}")
    found = [_cell(cell) for cell in cells]
    if sum(len(cell.source) for cell in found if cell.kind == "code") > MOST_CODE:
        raise ValueError(f"more than {MOST_CODE >> 20} MB of code")
    return found


def read_file(path: Path) -> list[Cell]:
    """Return the cells of a file, which must be a plain file and no link."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE >> 20} MB")
        if size <= SMALL_FILE:
            return read(file.read(LARGEST_FILE))
        with _large:
            return _read_apart(file.fileno())


def _read_apart(handle: int) -> list[Cell]:
    """Have another process read a large file, within limits."""
    command = [sys.executable, "-I", "-S", "-B", __file__]
    done = subprocess.run(
        command, stdin=handle, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    try:
        reply = json.loads(done.stdout)
    except ValueError:
        raise ValueError("this notebook is too large or too deep to be read") from None
    if "refused" in reply:
        raise ValueError(reply["refused"])
    return [Cell(**cell) for cell in reply["cells"]]


def _cell(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return Cell("raw", "")
    source = cell.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    question = metadata.get("question") if isinstance(metadata, dict) else None
    kind = cell.get("cell_type")
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        clean(source) if isinstance(source, str) else "",
        clean(cell["id"])[:64] if isinstance(cell.get("id"), str) else "",
        clean(question)[:40] if isinstance(question, (str, int)) else "",
        _images(cell),
    )


def clean(text: object) -> str:
    """Return a text that can be written: a lone surrogate is legal in JSON, and in no file."""
    return str(text).encode("utf-8", "replace").decode("utf-8")


def _images(cell: dict[str, Any]) -> dict[str, str]:
    """Return what was attached to a cell, and the pictures that it printed."""
    bundles: dict[str, Any] = {}
    if isinstance(attached := cell.get("attachments"), dict):
        bundles |= attached
    outputs = cell.get("outputs")
    for number, output in enumerate(outputs if isinstance(outputs, list) else (), 1):
        if isinstance(output, dict):
            bundles[f"output {number}"] = output.get("data")
    images: dict[str, str] = {}
    for name, bundle in bundles.items():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if not kind.startswith("image/"):
                continue
            text = "".join(data) if isinstance(data, list) else data
            images[clean(name)[:200]] = address(kind, text)
    return images


def address(kind: str, data: object) -> str:
    """Return an image as a ``data:`` address; empty when it cannot be shown."""
    if kind not in IMAGES or not isinstance(data, str):
        return ""
    text = re.sub(r"\s", "", data)
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return f"data:{kind};base64,{text}"


# Written answers


def heading(question: str) -> str:
    """Return the line above a written answer, by which it is found without metadata."""
    return f"**Your answer to question {question}:**"


HEADING = re.compile(
    r"^[ \t]*\*\*Your answer to question (\S{1,40}?):\*\*[ \t]*$", re.MULTILINE
)


def answers(
    questions: Sequence[str], given: Sequence[Cell], cells: Sequence[Cell]
) -> tuple[dict[str, Answer], list[Cell]]:
    """Return the answers by question, and everything else that was added as text.

    A cell belongs to a question by its metadata, or by the heading in it, or because it stands
    where the release has the place for that answer: between the same two given cells. Cells of
    every type count, since an answer stays one when it was split, copied or turned into code.

    Parameters
    ----------
    questions
        The ids of the written questions.
    given
        The cells of the release.
    cells
        The cells that were handed in.
    """
    found = {question: Answer() for question in questions}
    elsewhere: list[Cell] = []
    gaps = _gaps(questions, given)
    loose: dict[str, list[Cell]] = {}  # what nothing but its place says about, by question
    here: list[str] = gaps.get(-1, [])  # the questions whose place this is
    for cell, home in zip(cells, _homes(given, cells), strict=True):
        if home is not None and given[home].question in found:
            cell.question = given[home].question
        elif home is not None:
            here = gaps.get(home, [])
            cell = _added(given[home], cell)
        last = here[:1]
        for part in filter(_is_text, _parts(cell)):
            owner = [part.question] if part.question in found else last
            if not owner:
                elsewhere += [part] if part.kind != "code" else []
                continue
            answer = found[owner[0]]
            answer.parts.append(part)
            if not part.question:
                for question in here:
                    loose.setdefault(question, []).append(replace(part))
            if owner[0] not in here:
                answer.note = "found elsewhere"
        marked = [part.question for part in _parts(cell) if part.question in here]
        here = [*marked[-1:], *(one for one in here if one not in marked[-1:])]
    for question, answer in found.items():
        if not answer.parts and question in loose:  # two answers share a place
            answer.parts = loose[question]
            answer.note = "perhaps part of another answer"
        _finish(answer)
    return found, elsewhere


def _gaps(questions: Sequence[str], given: Sequence[Cell]) -> dict[int, list[str]]:
    """Return, by given cell, the written questions whose place comes right after it."""
    gaps: dict[int, list[str]] = {}
    at = -1
    for index, cell in enumerate(given):
        if cell.question in questions:
            gaps.setdefault(at, []).append(cell.question)
        else:
            at = index
    return gaps


def _homes(given: Sequence[Cell], cells: Sequence[Cell]) -> list[int | None]:
    """Return for each cell which given one it is: by its id, else by its text or first line."""
    by_id = {cell.identity: index for index, cell in enumerate(given) if cell.identity}
    by_text = {_norm(cell.source): index for index, cell in enumerate(given)}
    by_line = {
        _norm(cell.source.split("\n")[0]): index
        for index, cell in enumerate(given)
        if cell.kind == "markdown" and cell.source.startswith("#")
    }
    homes: list[int | None] = []
    for cell in cells:
        home = by_id.get(cell.identity)
        if home is None:
            home = by_text.get(_norm(cell.source))
        if home is None:
            home = by_line.get(_norm(cell.source.lstrip("\n").split("\n")[0]))
        homes.append(home)
    return homes


def _norm(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _added(given: Cell, cell: Cell) -> Cell:
    """Return a given cell with what somebody wrote into it, or an empty one."""
    kept = _norm(cell.source) in _norm(given.source)
    if kept or cell.kind == given.kind == "code":
        return Cell("markdown", "", images=cell.images if cell.kind != "code" else {})
    return Cell(cell.kind, cell.source, question=cell.question, images=cell.images)


def _parts(cell: Cell) -> Iterator[Cell]:
    """Yield a cell, divided where the heading of another question stands in it."""
    pieces = HEADING.split(cell.source)
    owner = cell.question or next(iter(pieces[1::2]), "")
    yield Cell(cell.kind, pieces[0], question=owner, images=cell.images)
    for question, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield Cell(cell.kind, text, question=question)


def _is_text(part: Cell) -> bool:
    return bool(part.source.replace(YOUR_ANSWER, "").strip() or part.images)


def _finish(answer: Answer) -> None:
    """Take the empty form away, and say what a marker has to know."""
    notes = [answer.note] if answer.note else []
    left = LONGEST_ANSWER
    for part in answer.parts:
        part.source = part.source.replace(YOUR_ANSWER, "").strip("\n")
        if part.kind != "code":
            part.source = _embedded(part)
        if len(part.source) > left:
            part.source = part.source[:left]
            notes.append(f"cut after {LONGEST_ANSWER} characters")
        left -= len(part.source)
        notes += [
            f"the image {name} cannot be shown" for name in part.images if not part.images[name]
        ]
        for name in re.findall(r"!\[[^\]\n]{0,300}\]\(([^)\s]{1,300})", part.source):
            if not name.startswith(("attachment:", "http:", "https:")):
                notes.append(f"the image {name[:80]} was not handed in")
    if answer.parts and not any(part.kind == "markdown" for part in answer.parts):
        notes.append("in a cell of another type")
    answer.note = "; ".join(dict.fromkeys(notes)) if answer.parts else "empty"


def _embedded(part: Cell) -> str:
    """Move images that stand in the text itself to the attachments, as Colab writes them."""

    def moved(match: re.Match[str]) -> str:
        name = f"embedded {len(part.images) + 1}"
        part.images[name] = address(match[2], match[3])
        return f"![{match[1]}](attachment:{name.replace(' ', '%20')})"

    pattern = r"!\[([^\]\n]{0,300})\]\(data:(image/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)\)"
    return re.sub(pattern, moved, part.source)


def _main() -> None:
    """Read a notebook from standard input and write what is used of it."""
    resource.setrlimit(resource.RLIMIT_AS, (READER_MEMORY, READER_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (READER_SECONDS, READER_SECONDS))
    try:
        reply: dict[str, Any] = {
            "cells": [asdict(cell) for cell in read(sys.stdin.buffer.read())]
        }
    except ValueError as error:
        reply = {"refused": str(error)}
    json.dump(reply, sys.stdout)


if __name__ == "__main__":
    _main()
