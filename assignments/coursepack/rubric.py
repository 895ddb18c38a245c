"""Marks for written answers, and the sum of all marks.

Grading writes ``rubric.csv`` with one line per question, submission and criterion, and pages on
which all answers to one question stand one below the other. People fill in the columns
``points`` and ``comment``, with any spreadsheet program. Merging checks every line and changes
nothing while a single one is wrong.

A mark belongs to an answer. When a student hands in the same answer again, under whatever name,
the mark goes along; when the answer has changed, the mark is set aside in
``rubric-set-aside.csv``, and somebody marks the new one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .grade import Graded, questions
from .overrides import Override
from .roster import Lateness, Person
from .source import Assignment, Criterion
from .tables import Refused, cell_text, read_table, write_table

COLUMNS = (
    "student", "file", "question", "criterion", "most", "points", "comment", "text", "answer",
)  # fmt: skip
ASIDE = "rubric-set-aside.csv"
Key = tuple[str, str, str]  # file, question, criterion


@dataclass(frozen=True)
class Mark:
    """What a person gave for one criterion; no points means that it is still open."""

    points: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Standing:
    """What is known of a submission besides the marks themselves."""

    person: Person | None = None
    lateness: Lateness = field(default_factory=Lateness)
    instead: str = ""  # the attempt that counts, when it is another one
    changed: dict[str, Override] = field(default_factory=dict)  # by question
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Total:
    """All points of one submission; ``None`` where marks are still open."""

    questions: dict[str, float | None]
    code: float
    written: float | None
    factor: float = 1.0

    @property
    def total(self) -> float | None:
        """The sum, once every mark is there."""
        if self.written is None:
            return None
        return round((self.code + self.written) * self.factor, 2)


def keys(assignment: Assignment, graded: Graded) -> dict[Key, Criterion]:
    """Return the criteria that one submission is marked by."""
    return {
        (cell_text(graded.file), written.question, line.id): line
        for written in assignment.written
        for line in written.criteria
    }


def read_marks(path: Path, assignment: Assignment, graded: Iterable[Graded]) -> dict[Key, Mark]:
    """Return the marks in a ``rubric.csv``, or raise :class:`Refused` with all its faults."""
    wanted = {key: line for result in graded for key, line in keys(assignment, result).items()}
    marks: dict[Key, Mark] = {}
    faults = []
    if not path.is_file():
        return {key: Mark() for key in wanted}
    _, rows = read_table(path, COLUMNS[:6])
    for number, row in enumerate(rows, 2):
        where = f"line {number}"
        key = _key(row)
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
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise Refused(f"{path.name} was not merged:\n{listed}")
    return marks


def _key(row: dict[str, str]) -> Key:
    return row.get("file", ""), row.get("question", ""), row.get("criterion", "")


def _points(text: str, line: Criterion) -> float | None:
    """Return the points in a cell; an empty one means that they are still open."""
    words = text.strip().replace(",", ".")
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
    return " ".join(row.get("comment", "").removeprefix("'").split())


def write_form(path: Path, assignment: Assignment, graded: Sequence[Graded]) -> list[str]:
    """Write ``rubric.csv`` to be filled in, sorted by question; return what was set aside.

    Marks that the file holds already are kept, as long as the answer is the same.
    """
    old = read_table(path, COLUMNS[:6])[1] if path.is_file() else []
    by_file = {_key(row): row for row in old}
    by_student = {
        (row.get("student", ""), *_key(row)[1:], row.get("answer", "")): row for row in old
    }
    used: set[int] = set()
    rows: list[tuple[object, ...]] = [COLUMNS]
    for written in assignment.written:
        for result in graded:
            answer = f"#{result.answers.get(written.question, '')}"
            for line in written.criteria:
                key = (cell_text(result.file), written.question, line.id)
                row = by_file.get(key)
                if row is None or row.get("answer", "") not in ("", answer):
                    student = cell_text(result.student)
                    row = by_student.get((student, written.question, line.id, answer))
                points, comment = "", ""
                if row is not None and id(row) not in used:
                    points, comment = row["points"].strip(), _comment(row)
                    used.add(id(row))
                rows.append((
                    result.student, result.file, written.question, line.id, line.points,
                    points, comment, line.text, answer,
                ))  # fmt: skip
    left = [row for row in old if id(row) not in used]
    lost = [row for row in left if row["points"].strip() or _comment(row)]
    if lost:
        aside = path.with_name(ASIDE)
        earlier = read_table(aside)[1] if aside.is_file() else []
        kept = [[row.get(name, "") for name in COLUMNS] for row in [*earlier, *lost]]
        write_table(aside, [COLUMNS, *kept])
    write_table(path, rows)
    return [
        f"the mark of {row['student']} for {row['criterion']} (question {row['question']})"
        for row in lost
    ]


def total(
    assignment: Assignment,
    graded: Graded,
    marks: dict[Key, Mark],
    standing: Standing | None = None,
) -> Total:
    """Return the points of one submission by question."""
    standing = standing or Standing()
    points: dict[str, float | None] = {}
    code = 0.0
    for question in questions(assignment.checks):
        got = graded.points(question)
        if question in standing.changed:
            got = standing.changed[question][0]
        points[f"question {question}"] = got
        code += got
    sums: list[float | None] = []
    for written in assignment.written:
        given = [
            marks.get((cell_text(graded.file), written.question, line.id), Mark()).points
            for line in written.criteria
        ]
        entered = [mark for mark in given if mark is not None]
        sums.append(sum(entered) if len(entered) == len(given) else None)
        points[f"question {written.question} written"] = sums[-1]
    known = [one for one in sums if one is not None]
    by_hand = float(sum(known)) if len(known) == len(sums) else None
    return Total(points, code, by_hand, standing.lateness.factor)


def write_grades(
    path: Path,
    assignment: Assignment,
    graded: Sequence[Graded],
    marks: dict[Key, Mark],
    standings: dict[str, Standing] | None = None,
    absent: Sequence[Person] = (),
) -> None:
    """Write ``grades.csv``; a total stands there once every written answer is marked."""
    standings = standings or {}
    listed = any(standing.person for standing in standings.values()) or bool(absent)
    rows: list[list[object]] = []
    for result in graded:
        standing = standings.get(result.key, Standing())
        sums = total(assignment, result, marks, standing)
        if not rows:
            rows.append([
                "student", *(["id", "email"] if listed else []), "file", *sums.questions,
                "code", "written", "days late", "total", "out of", "counts", "note",
            ])  # fmt: skip
        person = standing.person
        who: list[object] = [person.name if person else result.student]
        if listed:
            who += [person.identity, person.email] if person else ["", ""]
        late = standing.lateness.days or None
        numbers = [*sums.questions.values(), sums.code, sums.written, late, sums.total]
        shown: list[object] = ["" if number is None else number for number in numbers]
        counts = "no" if standing.instead else "yes"
        note = "; ".join(notes(result, standing))
        rows.append([*who, result.file, *shown, assignment.total, counts, note])
    for person in absent:
        empty = [""] * (len(rows[0]) - 4) if rows else []
        who = [person.name, person.identity, person.email]
        rows.append([*who, *empty, "nothing was handed in"])
    write_table(path, rows)


def notes(graded: Graded, standing: Standing) -> list[str]:
    """Return all that a person should know who reads this submission's line."""
    found = [graded.note] if graded.note else []
    found += [f"answer {question}: {flag}" for question, flag in graded.flags.items()]
    found += [
        f"question {question}: {graded.points(question):g} changed to {points:g}, {reason}"
        for question, (points, reason) in standing.changed.items()
    ]
    if standing.instead:
        found.append(f"does not count: {standing.instead} does")
    if standing.lateness.note:
        found.append(standing.lateness.note)
    return [*found, *standing.notes]
