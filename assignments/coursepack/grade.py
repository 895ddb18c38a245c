"""Grades a folder of submissions.

The reference goes first, then the empty release; only when the one gets every point and the
other none are the submissions graded, each in a jail of its own. What students wrote, names of
files included, is never trusted and never executed here.

Each result is written as it arrives. A run that was interrupted goes on where it stopped: what
was graded from the same bytes, with the same checks, seed and limits, is not graded again.
"""

import hashlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from .calls import Broken, CellReport, Student
from .checking import Check, Result, run_check
from .jail import Jail, Limits
from .notebook import Answer, Cell, answers, clean, read, read_file
from .source import Assignment, dumps
from .submissions import Submission, collect
from .tables import Refused, cell_text, readable, write_parts, write_text

SEED = 20_257  # of the grader's inputs; the notebook uses another one
MOST_REPORTS = 20  # stopped cells that are listed
NOT_GRADED = "NOT GRADED, the grader itself failed"
UNFINISHED = "unfinished.jsonl"


@dataclass
class Graded:
    """What came out for one submission, in numbers and texts only."""

    student: str
    file: str
    checks: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    starts: int = 0
    key: str = ""  # names the file of the written answers
    platform: str = ""
    user: str = ""
    number: int = 0
    late: bool = False
    answers: dict[str, str] = field(default_factory=dict)  # question -> hash of the answer
    flags: dict[str, str] = field(default_factory=dict)  # question -> what to know about it

    def points(self, question: str | None = None) -> float:
        """Return the points for code, of one question or of all."""
        wanted = [line for line in self.checks if question in (None, line["question"])]
        return float(sum(line["points"] for line in wanted))


@dataclass
class Writing:
    """What one student wrote, with images: the part that may be large."""

    answers: dict[str, Answer]
    elsewhere: list[Cell]


# Grading


def grade_notebook(
    code: Sequence[tuple[int, str]],
    assignment: Assignment,
    jail: Jail,
    limits: Limits,
    seed: int = SEED,
) -> tuple[list[Result], list[CellReport], int]:
    """Run all checks of an assignment on one notebook's code."""
    with Student(code, jail, limits) as student:
        results = [
            run_check(check, student.function(check.function), seed)
            for check in assignment.checks
        ]
    return results, student.reports, student.starts


def code_of(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """Return the code cells, each with its place in the notebook."""
    return [(index, cell.source) for index, cell in enumerate(cells) if cell.kind == "code"]


def given_cells(assignment: Assignment) -> list[Cell]:
    """Return the cells of the empty release."""
    return read(dumps(assignment.student()).encode())


def grade_one(
    submission: Submission,
    assignment: Assignment,
    jail: Jail,
    limits: Limits,
    folder: Path,
    seed: int = SEED,
) -> tuple[Graded, Writing]:
    """Grade one submission; whatever it is, marks come back."""
    file = str(submission.path.relative_to(folder))
    graded = Graded(
        readable(submission.student),
        readable(file),
        note=submission.refused,
        key=digest(os.fsencode(file))[:16],
        platform=submission.platform,
        user=submission.user,
        number=submission.number,
        late=submission.late,
    )
    writing = Writing({written.question: Answer() for written in assignment.written}, [])
    reports: list[CellReport] = []
    results = [Result(check, False, "There was nothing to run.") for check in assignment.checks]
    try:
        if not submission.refused:
            cells = read_file(submission.path)
            questions = list(writing.answers)
            code = code_of(cells)
            writing = Writing(*answers(questions, given_cells(assignment), cells))
            results, reports, graded.starts = grade_notebook(
                code, assignment, jail, limits, seed
            )
    except (ValueError, OSError) as error:
        graded.note = str(error) if isinstance(error, ValueError) else "the file is unreadable"
    except Broken as error:
        graded.note = f"{NOT_GRADED}: {error}"
    except Exception as error:  # a fault of ours must not cost anybody else anything
        graded.note = f"{NOT_GRADED}: {type(error).__name__}: {clean(error)[:300]}"
    graded.checks = [_record(result) for result in results]
    graded.cells = _reports(reports)
    for question, answer in writing.answers.items():
        graded.answers[question] = _print_of(answer)
        if answer.note and answer.note != "empty":
            graded.flags[question] = answer.note
        elif not answer.parts:
            graded.flags[question] = (
                "empty, but there is text elsewhere" if writing.elsewhere else "empty"
            )
    return graded, writing


def _print_of(answer: Answer) -> str:
    """Return a short hash of an answer, by which its marks know it again."""
    whole = hashlib.sha256()
    for part in answer.parts:
        for text in (part.kind, part.source, *part.images.values()):
            whole.update(text.encode() + b"\0")
    return whole.hexdigest()[:8]


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def _record(result: Result) -> dict[str, Any]:
    check = result.check
    return {
        "question": check.question,
        "name": check.name,
        "title": check.title,
        "points": result.points,
        "most": check.points,
        "bonus": check.bonus,
        "passed": result.passed,
        "message": clean(result.message),
        "detail": clean(result.detail),
    }


def _reports(reports: Sequence[CellReport]) -> list[dict[str, Any]]:
    """Return the cells that stopped, unless they are only still empty; the first ones."""
    told = [one for one in reports if one.kind != "NotImplementedError"]
    listed = [
        {"cell": one.index, "kind": one.kind, "message": one.message, "line": one.line}
        for one in told[:MOST_REPORTS]
    ]
    if len(told) > MOST_REPORTS:
        more = f"{len(told) - MOST_REPORTS} more cells did not run"
        listed.append(
            {"cell": told[MOST_REPORTS].index, "kind": "…", "message": more, "line": None}
        )
    return listed


def require_reference(
    assignment: Assignment, jail: Jail, limits: Limits, seed: int = SEED
) -> None:
    """Raise :class:`Refused` unless the solution gets all points and the release none."""
    assignment.validate()
    solution = code_of(read(dumps(assignment.solution()).encode()))
    empty = code_of(given_cells(assignment))
    try:
        results, reports, _ = grade_notebook(solution, assignment, jail, limits, seed)
        blank, _, _ = grade_notebook(empty, assignment, jail, limits, seed)
    except Broken as error:
        raise Refused(f"The grader does not work here: {error}") from None
    faults = [
        f"  {result.check.name}: {result.message}" for result in results if not result.passed
    ]
    faults += [
        f"  cell {report.index + 1}: {report.kind}: {report.message}" for report in reports
    ]
    if faults:
        raise Refused(
            f"The solution of {assignment.name} does not get full marks here, so nothing was"
            " graded. Is a package missing, or a check wrong?\n" + "\n".join(faults)
        )
    faults = [f"  {result.check.name}" for result in blank if result.passed]
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
    out: Path,
    *,
    jobs: int | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Graded]:
    """Grade everything in a folder, in its order, after the reference.

    Written answers go into ``out/answers`` and results into ``out/staff.jsonl``. Until that is
    whole, ``out/unfinished.jsonl`` holds what was graded so far.
    """
    submissions = collect(folder)
    require_reference(assignment, jail, limits, seed)
    world = _world(assignment, jail, limits, seed)
    log = out / UNFINISHED
    known = _read_unfinished(log)
    graded: list[Graded | None] = [None] * len(submissions)
    out.mkdir(parents=True, exist_ok=True)
    todo = []
    prints = {}
    for index, submission in enumerate(submissions):
        prints[index] = _fingerprint(world, submission, folder)
        if (old := known.get(prints[index])) and answers_file(out, old.key).is_file():
            graded[index] = old
        else:
            todo.append(index)
    done = len(submissions) - len(todo)
    if done:
        progress(done, len(submissions))

    def finish(index: int) -> Graded:
        result, writing = grade_one(submissions[index], assignment, jail, limits, folder, seed)
        write_answers_file(out, result.key, writing)
        return result

    pool = ThreadPoolExecutor(jobs or os.cpu_count())
    tasks: dict[Future[Graded], int] = {pool.submit(finish, index): index for index in todo}
    try:
        with log.open("a", encoding="ascii") as journal:
            waiting = set(tasks)
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for task in sorted(ready, key=tasks.__getitem__):
                    index = tasks.pop(task)
                    result = graded[index] = task.result()
                    line = {"print": prints[index], "graded": vars(result)}
                    journal.write(json.dumps(line) + "\n")
                    journal.flush()
                    done += 1
                    progress(done, len(submissions))
    finally:  # Ctrl+C: what has not begun does not begin
        pool.shutdown(wait=True, cancel_futures=True)
    complete = [result for result in graded if result is not None]
    _tell_apart(complete)
    write_log(out, complete)
    for path in (out / "answers").glob("*.json"):
        if path.stem not in {result.key for result in complete}:
            path.unlink()
    log.unlink()
    return complete


def _tell_apart(graded: list[Graded]) -> None:
    """Two names of files may look alike once they can be read."""
    seen: Counter[str] = Counter()
    for result in graded:
        seen[key := cell_text(result.file)] += 1
        if seen[key] > 1:
            result.file = f"{result.file} ({seen[key]})"


def _world(assignment: Assignment, jail: Jail, limits: Limits, seed: int) -> str:
    """Return a hash of all that marks depend on besides the submission."""
    import numpy as np

    parts = [str(seed), repr(asdict(limits)), jail.kind, sys.version, np.__version__]
    for path in sorted([*Path(__file__).parent.glob("*.py"), *assignment.folder.glob("*.*")]):
        if path.is_file():
            parts.append(digest(path.read_bytes()))
    return digest("\n".join(parts).encode())


def _fingerprint(world: str, submission: Submission, folder: Path) -> str:
    """Return a hash of a submission's name and bytes, and of all that it is judged by."""
    file = os.fsencode(submission.path.relative_to(folder))
    data = b""
    if not submission.refused:
        try:
            handle = os.open(submission.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as stream:
                data = hashlib.file_digest(stream, "sha256").digest()
        except OSError:
            pass  # grading it will say so
    return digest(world.encode() + file + b"\0" + data)


def _read_unfinished(path: Path) -> dict[str, Graded]:
    """Return what an interrupted run has left; its last line may be half."""
    known: dict[str, Graded] = {}
    if not path.is_file():
        return known
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            graded = Graded(**entry["graded"])
        except (ValueError, TypeError, KeyError):
            continue
        if not graded.note.startswith(NOT_GRADED):
            known[entry["print"]] = graded
    return known


# Writing what came out


def questions(checks: Sequence[Check]) -> dict[str, float]:
    """Return the questions with code and what each is worth, without bonus."""
    worth: dict[str, float] = {}
    for check in checks:
        points = 0.0 if check.bonus else check.points
        worth[check.question] = worth.get(check.question, 0.0) + points
    return worth


def answers_file(out: Path, key: str) -> Path:
    """Return where the written answers of one submission lie."""
    return out / "answers" / f"{key}.json"


def write_answers_file(out: Path, key: str, writing: Writing) -> None:
    """Write what one student wrote, images included."""
    write_parts(answers_file(out, key), json.JSONEncoder().iterencode(asdict(writing)))


def read_answers_file(out: Path, key: str) -> Writing:
    """Read what :func:`write_answers_file` wrote; nothing, when there is no such file."""
    path = answers_file(out, key)
    if not path.is_file():
        return Writing({}, [])
    raw = json.loads(path.read_text(encoding="ascii"))
    found = {
        question: Answer([Cell(**part) for part in answer["parts"]], answer["note"])
        for question, answer in raw["answers"].items()
    }
    return Writing(found, [Cell(**part) for part in raw["elsewhere"]])


def write_log(out: Path, graded: Iterable[Graded]) -> None:
    """Write all that is known of every submission, one JSON object a line."""
    lines = [json.dumps(vars(result)) for result in graded]
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
