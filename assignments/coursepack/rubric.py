"""Marks for written answers.

Grading writes ``rubric.csv`` with one line per submission, question and criterion, and pages on
which all answers to one question stand one below the other. People fill in the columns
``points`` and ``comment``, with any spreadsheet program. Merging checks every line and changes
nothing while a single one is wrong.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .grade import Graded, Refused, cell_text, questions, table, write_text
from .source import Assignment, Criterion

COLUMNS = ("student", "file", "question", "criterion", "most", "points", "comment", "text")
Key = tuple[str, str, str]  # file, question, criterion


@dataclass(frozen=True)
class Mark:
    """What a person gave for one criterion; no points means that it is still open."""

    points: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Total:
    """All points of one submission; ``None`` where marks are still open."""

    questions: dict[str, float | None]
    code: float
    written: float | None

    @property
    def total(self) -> float | None:
        """The sum, once every mark is there."""
        return None if self.written is None else self.code + self.written


def keys(assignment: Assignment, graded: Graded) -> dict[Key, Criterion]:
    """Return the criteria that one submission is marked by."""
    return {
        (cell_text(graded.file), one.question, line.id): line
        for one in assignment.written
        for line in one.criteria
    }


def read_marks(path: Path, assignment: Assignment, graded: Iterable[Graded]) -> dict[Key, Mark]:
    """Return the marks in a ``rubric.csv``, or raise :class:`Refused` with all its faults."""
    wanted = {key: line for one in graded for key, line in keys(assignment, one).items()}
    marks: dict[Key, Mark] = {}
    faults = []
    if not path.is_file():
        return {key: Mark() for key in wanted}
    text = path.read_text(encoding="utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # spreadsheet programs have their own habits
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = set(COLUMNS[:6]) - set(reader.fieldnames or ())
    if missing:
        raise Refused(f"{path.name} lacks the columns {', '.join(sorted(missing))}.")
    for row in reader:
        where = f"line {reader.line_num}"
        key = (row["file"] or "", row["question"] or "", row["criterion"] or "")
        if key not in wanted:
            faults.append(f"{where}: nobody is marked by {' / '.join(key)}")
        elif key in marks:
            faults.append(f"{where}: a second mark for {' / '.join(key)}")
        else:
            try:
                marks[key] = Mark(_points(row["points"], wanted[key]), _comment(row))
            except ValueError as error:
                faults.append(f"{where}: {error}")
                marks[key] = Mark()
    faults += [f"no line for {' / '.join(key)}" for key in wanted if key not in marks]
    if faults:
        raise Refused(
            f"{path.name} was not merged:\n" + "\n".join(f"  {one}" for one in faults)
        )
    return marks


def _points(text: str | None, line: Criterion) -> float | None:
    """Return the points in a cell; an empty one means that they are still open."""
    words = (text or "").strip().replace(",", ".")
    if not words:
        return None
    try:
        points = float(words)
    except ValueError:
        raise ValueError(f"{text!r} is no number of points") from None
    if not 0 <= points <= line.points:
        raise ValueError(f"{text} points for {line.id}, which has 0 to {line.points:g}")
    return points


def _comment(row: dict[str, str]) -> str:
    """Return a comment on one line, without the apostrophe that protects a spreadsheet."""
    return " ".join((row.get("comment") or "").removeprefix("'").split())


def write_form(path: Path, assignment: Assignment, graded: list[Graded]) -> None:
    """Write ``rubric.csv`` to be filled in; marks that it holds already are kept."""
    old = _old_marks(path)
    rows: list[tuple[object, ...]] = [COLUMNS]
    for one in graded:
        for key, line in keys(assignment, one).items():
            points, comment = old.pop(key, ("", ""))
            rows.append(
                (one.student, one.file, key[1], key[2], line.points, points, comment, line.text)
            )
    lost = [key for key, (points, comment) in old.items() if points or comment]
    if lost:
        raise Refused(
            f"{path.name} holds marks for submissions or criteria that are not there any more:"
            f" {'; '.join(' / '.join(key) for key in lost)}. Move the file away first."
        )
    write_text(path, table(rows))


def _old_marks(path: Path) -> dict[Key, tuple[str, str]]:
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return {
        (row.get("file") or "", row.get("question") or "", row.get("criterion") or ""): (
            (row.get("points") or "").strip(),
            _comment(row),
        )
        for row in reader
    }


def total(assignment: Assignment, graded: Graded, marks: dict[Key, Mark]) -> Total:
    """Return the points of one submission by question."""
    points: dict[str, float | None] = {}
    for question in questions(assignment.checks):
        points[f"question {question}"] = graded.points(question)
    sums: list[float | None] = []
    for one in assignment.written:
        given = [
            marks.get((cell_text(graded.file), one.question, line.id), Mark()).points
            for line in one.criteria
        ]
        entered = [mark for mark in given if mark is not None]
        sums.append(sum(entered) if len(entered) == len(given) else None)
        points[f"question {one.question} written"] = sums[-1]
    known = [one for one in sums if one is not None]
    written = float(sum(known)) if len(known) == len(sums) else None
    return Total(points, graded.points(), written)


def write_grades(
    path: Path, assignment: Assignment, graded: list[Graded], marks: dict[Key, Mark]
) -> None:
    """Write ``grades.csv``; a total stands there once every written answer is marked."""
    rows: list[list[object]] = []
    for one in graded:
        sums = total(assignment, one, marks)
        if not rows:
            head = ["student", "file", *sums.questions, "code", "written", "total", "out of"]
            rows.append([*head, "note"])
        numbers = [*sums.questions.values(), sums.code, sums.written, sums.total]
        shown: list[object] = ["" if number is None else number for number in numbers]
        rows.append([one.student, one.file, *shown, assignment.total, one.note])
    write_text(path, table(rows))
