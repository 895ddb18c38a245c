"""Grades a folder of submissions.

The reference goes first, then the empty release; only when the one gets every point and the
other none are the submissions graded, each in a jail of its own. What students wrote, names of
files included, is never trusted and never executed here.
"""

import csv
import io
import json
import os
import re
import resource
import stat
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from .calls import Broken, CellReport, Student
from .checking import Check, Result, run_check
from .jail import Jail, Limits
from .source import YOUR_ANSWER, Assignment, answer_heading, dumps

SEED = 20_257  # of the grader's inputs; the notebook uses another one
LARGEST_FILE = 10 << 20
LONGEST_ANSWER = 20_000
MOST_NOTEBOOKS = 5  # in the folder of one student
NOT_GRADED = "NOT GRADED, the grader itself failed"


class Refused(RuntimeError):  # noqa: N818
    """Grading did not begin, or cannot be trusted; the text says what to do."""


@dataclass(frozen=True)
class Submission:
    """A notebook that somebody handed in, or the reason why it cannot be read."""

    student: str
    path: Path
    refused: str = ""


@dataclass
class Graded:
    """What came out for one submission, in numbers and texts only."""

    student: str
    file: str
    checks: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    note: str = ""
    seconds: float = 0.0
    starts: int = 0

    def points(self, question: str | None = None) -> float:
        """Return the points for code, of one question or of all."""
        wanted = [one for one in self.checks if question in (None, one["question"])]
        return float(sum(one["points"] for one in wanted))


# Reading what was handed in


@dataclass
class Notebook:
    """The parts of a submitted notebook that are used."""

    code: list[tuple[int, str]]
    markdown: list[tuple[int, str, dict[str, Any]]]


def read_notebook(data: bytes) -> Notebook:
    """Return the cells of a notebook; ``ValueError`` says why there are none.

    Metadata, outputs and the kernel's name may be missing, wrong or hostile: nothing but the
    type and the text of a cell is needed.
    """
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError("this file is no notebook: it is not complete JSON") from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise ValueError("this file is no notebook: it has no list of cells")
    made = Notebook([], [])
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if not isinstance(source, str):
            continue
        # A lone surrogate is legal in JSON and can be written to no file.
        source = source.encode("utf-8", "replace").decode("utf-8")
        if cell.get("cell_type") == "code":
            made.code.append((index, source))
        elif cell.get("cell_type") == "markdown":
            metadata = cell.get("metadata")
            made.markdown.append(
                (index, source, metadata if isinstance(metadata, dict) else {})
            )
    return made


def written_answers(assignment: Assignment, made: Notebook) -> dict[str, str]:
    """Return what was written, by question: found by metadata, else by the line above it."""
    answers = {}
    for one in assignment.written:
        heading = answer_heading(one.question)
        marked = [
            text for _, text, meta in made.markdown if meta.get("question") == one.question
        ]
        named = [text for _, text, _ in made.markdown if text.lstrip().startswith(heading)]
        found = (marked or named)[:1]
        text = "\n".join(found).replace(heading, "", 1).replace(YOUR_ANSWER, "").strip()
        answers[one.question] = text[:LONGEST_ANSWER]
    return answers


def collect(folder: Path) -> list[Submission]:
    """Return the notebooks in a folder: ``name.ipynb``, or all notebooks in ``name/``.

    Symbolic links are never followed.
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.")
    found: list[Submission] = []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            found.append(Submission(entry.stem, entry, "a symbolic link is not followed"))
        elif entry.is_dir():
            notebooks = list(_notebooks(entry))
            if not notebooks:
                found.append(Submission(entry.name, entry, "no notebook in this folder"))
            if len(notebooks) > MOST_NOTEBOOKS:
                why = f"{len(notebooks)} notebooks in one folder"
                found.append(Submission(entry.name, entry, why))
                continue
            found += [_submission(entry.name, path) for path in notebooks]
        elif entry.suffix.lower() == ".ipynb":
            found.append(_submission(entry.stem, entry))
        else:
            found.append(Submission(entry.stem, entry, "this is no notebook (.ipynb)"))
    if not found:
        raise Refused(f"The folder {folder} is empty.")
    return found


def _notebooks(folder: Path) -> Iterable[Path]:
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(".ipynb"):
                yield Path(root, name)


def _submission(student: str, path: Path) -> Submission:
    try:
        mode, size = path.lstat().st_mode, path.lstat().st_size
    except OSError:
        return Submission(student, path, "the file is unreadable")
    if stat.S_ISLNK(mode):
        return Submission(student, path, "a symbolic link is not followed")
    if not stat.S_ISREG(mode):
        return Submission(student, path, "this is no file")
    if size > LARGEST_FILE:
        return Submission(student, path, f"larger than {LARGEST_FILE >> 20} MB")
    return Submission(student, path)


def readable(name: str) -> str:
    """Return a name with everything that is no visible character written out."""
    shown = []
    for char in unicodedata.normalize("NFC", name):
        visible = char.isprintable() and not 0xD800 <= ord(char) < 0xE000
        shown.append(char if visible else char.encode("unicode_escape", "replace").decode())
    return "".join(shown)[:200]


# Grading


def grade_notebook(
    made: Notebook, assignment: Assignment, jail: Jail, limits: Limits, seed: int = SEED
) -> tuple[list[Result], list[CellReport], int]:
    """Run all checks of an assignment on one notebook's code."""
    with Student(made.code, jail, limits) as student:
        results = [
            run_check(one, student.function(one.function), seed) for one in assignment.checks
        ]
    return results, student.reports, student.starts


def grade_one(
    submission: Submission,
    assignment: Assignment,
    jail: Jail,
    limits: Limits,
    folder: Path,
    seed: int = SEED,
) -> Graded:
    """Grade one submission; whatever it is, marks come back."""
    began = time.monotonic()
    file = str(submission.path.relative_to(folder))
    graded = Graded(readable(submission.student), readable(file), note=submission.refused)
    reports: list[CellReport] = []
    results = [Result(one, False, "There was nothing to run.") for one in assignment.checks]
    try:
        if not submission.refused:
            made = read_notebook(_read(submission.path))
            graded.answers = written_answers(assignment, made)
            results, reports, graded.starts = grade_notebook(
                made, assignment, jail, limits, seed
            )
    except (ValueError, OSError) as error:
        graded.note = str(error) if isinstance(error, ValueError) else "the file is unreadable"
    except Broken as error:
        graded.note = f"{NOT_GRADED}: {error}"
    graded.checks = [_record(result) for result in results]
    graded.cells = [
        {"cell": one.index, "kind": one.kind, "message": one.message, "line": one.line}
        for one in reports
        if one.kind != "NotImplementedError"  # of a place that is still empty
    ]
    graded.seconds = round(time.monotonic() - began, 3)
    return graded


def _read(path: Path) -> bytes:
    """Read a file that must still be the plain file that was found."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE >> 20} MB")
    return data


def _record(result: Result) -> dict[str, Any]:
    one = result.check
    return {
        "question": one.question,
        "name": one.name,
        "title": one.title,
        "points": result.points,
        "most": one.points,
        "bonus": one.bonus,
        "passed": result.passed,
        "message": result.message,
    }


def require_reference(
    assignment: Assignment, jail: Jail, limits: Limits, seed: int = SEED
) -> None:
    """Raise :class:`Refused` unless the solution gets all points and the release none."""
    assignment.validate()
    solution = read_notebook(dumps(assignment.solution()).encode())
    empty = read_notebook(dumps(assignment.student()).encode())
    try:
        results, reports, _ = grade_notebook(solution, assignment, jail, limits, seed)
        blank, _, _ = grade_notebook(empty, assignment, jail, limits, seed)
    except Broken as error:
        raise Refused(f"The grader does not work here: {error}") from None
    faults = [f"  {one.check.name}: {one.message}" for one in results if not one.passed]
    faults += [f"  cell {one.index + 1}: {one.kind}: {one.message}" for one in reports]
    if faults:
        raise Refused(
            f"The solution of {assignment.name} does not get full marks here, so nothing was"
            " graded. Is a package missing, or a check wrong?\n" + "\n".join(faults)
        )
    faults = [f"  {one.check.name}" for one in blank if one.passed]
    if faults:
        raise Refused(
            f"The empty release of {assignment.name} passes checks, so nothing was graded:\n"
            + "\n".join(faults)
        )


def grade_folder(
    folder: Path,
    assignment: Assignment,
    jail: Jail,
    limits: Limits,
    *,
    jobs: int | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Graded]:
    """Grade everything in a folder, in its order, after the reference."""
    submissions = collect(folder)
    require_reference(assignment, jail, limits, seed)
    graded: list[Graded | None] = [None] * len(submissions)
    with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        tasks = {
            pool.submit(grade_one, one, assignment, jail, limits, folder, seed): index
            for index, one in enumerate(submissions)
        }
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                graded[tasks[task]] = task.result()
                progress(done, len(tasks))
        except BaseException:  # Ctrl+C: what has not begun does not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    complete = [one for one in graded if one is not None]
    names = Counter(one.student.casefold() for one in complete)
    for one in complete:
        if (several := names[one.student.casefold()]) > 1:
            note = f"one of {several} submissions under this name"
            one.note = f"{one.note}; {note}" if one.note else note
    seen: Counter[str] = Counter()
    for one in complete:  # two names of files may look alike once they can be read
        seen[key := cell_text(one.file)] += 1
        if seen[key] > 1:
            one.file = f"{one.file} ({seen[key]})"
    return complete


# Writing what came out


def questions(checks: Sequence[Check]) -> dict[str, float]:
    """Return the questions with code and what each is worth, without bonus."""
    worth: dict[str, float] = {}
    for one in checks:
        worth[one.question] = worth.get(one.question, 0.0) + (0.0 if one.bonus else one.points)
    return worth


def cell_text(value: object) -> str:
    """Return a value for a table that may be opened in a spreadsheet.

    A text that such a program would take for a formula gets an apostrophe in front.
    """
    if isinstance(value, (int, float)):
        return f"{value:g}"
    text = readable(str(value))
    return f"'{text}" if re.match(r"\s*[=+\-@|%]", text) else text


def table(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[cell_text(value) for value in row] for row in rows])
    return out.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def write_log(out: Path, graded: Iterable[Graded]) -> None:
    """Write everything that is known of every submission, one JSON object a line."""
    lines = [json.dumps(vars(one), ensure_ascii=False) for one in graded]
    write_text(out / "staff.jsonl", "\n".join(lines) + "\n")


def read_log(out: Path) -> list[Graded]:
    """Read what :func:`write_log` wrote."""
    path = out / "staff.jsonl"
    if not path.is_file():
        raise Refused(f"There is no {path}: grade the submissions first.")
    lines = path.read_text(encoding="utf-8").split("\n")
    return [Graded(**json.loads(line)) for line in lines if line]


@dataclass
class Bar:
    """A progress bar: on a terminal it grows in place, elsewhere it says every tenth."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    began: float = field(default_factory=time.monotonic)
    said: int = -1

    def __call__(self, done: int, of: int) -> None:
        """Show that so many are done."""
        tenth = 10 * done // of
        seconds = time.monotonic() - self.began
        left = seconds / done * (of - done)
        words = f"{done}/{of} graded, {seconds:.0f} s, about {left:.0f} s left"
        if self.stream.isatty():
            full = 30 * done // of
            bar = "█" * full + "·" * (30 - full)
            self.stream.write(f"\r{bar} {words}   " + ("\n" if done == of else ""))
        elif tenth > self.said:
            self.stream.write(words + "\n")
        self.said = tenth
        self.stream.flush()


def peak_memory() -> float:
    """Return the largest memory of this process or of one below it, in megabytes."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024
