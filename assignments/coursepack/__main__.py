"""The commands of the course pack: ``python -m assignments.coursepack --help``."""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .source import Assignment, BadAssignment, assignments, find

HANDED_IN = "handed-in"  # where a zip is unpacked


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with a sentence that says what is wrong."""
    options = parser().parse_args(arguments)
    from .jail import NoJail
    from .tables import Refused

    try:
        options.run(options)
    except (BadAssignment, NoJail, Refused) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m assignments.coursepack", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("release", help="write the zip for students")
    command.add_argument("assignment", nargs="?", help="all, unless one is named")
    command.add_argument("--out", type=Path, default=Path("dist"))
    command.set_defaults(run=_release)

    command = commands.add_parser("grade", help="mark a folder or a zip of notebooks")
    command.add_argument("assignment")
    command.add_argument("submissions", type=Path, help="a folder, or a platform's zip")
    command.add_argument("--out", type=Path, help="default: graded/<assignment>")
    command.add_argument("--jobs", type=_from(1), help="how many at once; default: processors")
    command.add_argument("--seed", type=_from(0), help="of the inputs drawn at random")
    command.add_argument(
        "--trusted", action="store_true", help="without a jail: own files only"
    )
    command.add_argument(
        "--accept", action="store_true", help="grade although a promise does not hold here"
    )
    _course_options(command)
    command.set_defaults(run=_grade)

    command = commands.add_parser("marks", help="merge the marks of written answers")
    command.add_argument("assignment")
    command.add_argument("--out", type=Path, help="default: graded/<assignment>")
    _course_options(command)
    command.set_defaults(run=_marks)

    command = commands.add_parser("gradescope", help="write the autograder's zip")
    command.add_argument("assignment", nargs="?", help="all, unless one is named")
    command.add_argument("--out", type=Path, default=Path("dist"))
    command.set_defaults(run=_gradescope)

    command = commands.add_parser("gradescope-run", help="used inside Gradescope's container")
    command.add_argument("assignment")
    command.add_argument("--root", type=Path, default=Path("/autograder"))
    command.add_argument("--reference-only", action="store_true")
    command.set_defaults(run=_gradescope_run)
    return top


def _course_options(command: argparse.ArgumentParser) -> None:
    """Add what describes a course; what is not given stays as it was the last time."""
    command.add_argument("--roster", type=Path, help="CSV: your own, Canvas's or Moodle's")
    command.add_argument("--due", type=_date, metavar="DATE", help="such as 2026-11-20T23:59")
    command.add_argument("--late", type=_percent, metavar="PERCENT", help="lost a day")
    command.add_argument("--attempts", choices=("last", "best"), help="which one counts")
    command.add_argument("--column", help="of this assignment in Canvas's gradebook")


def _from(least: int) -> Any:
    """Return a reader of whole numbers that are not too small."""

    def whole(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
        return number

    return whole


def _percent(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")
    return number


def _date(text: str) -> str:
    from .roster import date

    try:
        return date(text).isoformat(sep=" ")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


@dataclass(frozen=True)
class Course:
    """What the commands have been told about a course."""

    roster: str = ""
    due: str = ""
    late: float = 0.0
    attempts: str = "last"
    column: str = ""


def _course(options: argparse.Namespace, out: Path) -> Course:
    """Return the options of this call, completed by those of earlier calls."""
    from .tables import write_text

    path = out / "course.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for name in asdict(Course()):
        if (value := getattr(options, name)) is not None:
            known[name] = str(value.resolve()) if isinstance(value, Path) else value
    course = Course(**known)
    write_text(path, json.dumps(asdict(course), indent=1) + "\n")
    return course


def _chosen(name: str | None) -> list[Assignment]:
    return [find(name)] if name else assignments()


def _release(options: argparse.Namespace) -> None:
    from .release import release

    for assignment in _chosen(options.assignment):
        print(f"{assignment.title}: {release(assignment, options.out)}")


def _grade(options: argparse.Namespace) -> None:
    from . import grade, jail, submissions, tables

    assignment = find(options.assignment)
    out: Path = options.out or Path("graded") / assignment.name
    folder: Path = options.submissions
    if out.resolve().is_relative_to(folder.resolve()):
        raise tables.Refused(f"{out} lies among the submissions: choose another --out.")
    closed_room = jail.find(
        trusted=options.trusted,
        absent=(assignment.folder.parent, folder, out),
        packages=assignment.packages,
    )
    limits = jail.Limits()
    _ask_about_promises(closed_room, limits, accept=options.accept)
    if options.roster:
        _read_roster(options.roster)  # its faults are told before anything is graded
    if folder.is_file():
        folder = submissions.unpack(folder, out / HANDED_IN)
    seed = grade.SEED if options.seed is None else options.seed
    graded = grade.grade_folder(
        folder,
        assignment,
        closed_room,
        limits,
        out,
        jobs=options.jobs,
        seed=seed,
        progress=grade.Bar(),
    )
    course = _course(options, out)
    _merge(assignment, out, course, form=True)
    print(f"Largest process: {grade.peak_memory():.0f} MB.")
    if failed := sum(result.note.startswith(grade.NOT_GRADED) for result in graded):
        raise tables.Refused(f"{failed} submissions were NOT graded; their zeros mean nothing.")


def _ask_about_promises(closed_room: Any, limits: Any, *, accept: bool) -> None:
    """Say what does not hold on this machine, and go on only when that is accepted."""
    from . import jail, tables

    if missing := jail.broken_promises(closed_room, limits):
        listed = "\n".join(f"  {sentence}" for sentence in missing)
        words = f"On this machine the jail does not keep all its promises:\n{listed}"
        if not accept:
            raise tables.Refused(f"{words}\nTo grade all the same, add --accept.")
        print(words, file=sys.stderr)


def _read_roster(path: Path) -> Any:
    from . import roster, tables

    if not path.is_file():
        raise tables.Refused(f"There is no roster {path}.")
    return roster.read_roster(path)


def _merge(assignment: Assignment, out: Path, course: Course, *, form: bool = False) -> None:
    """Bring together points for code, marks, changes, names and lateness; write all tables."""
    from . import feedback, grade, lms, overrides, roster, rubric, tables

    graded = grade.read_log(out)
    listed = _read_roster(Path(course.roster)) if course.roster else roster.Roster("own", [])
    due = roster.date(course.due) if course.due else None
    policy = roster.Policy(due, course.late, course.attempts)
    people = roster.match(listed, graded)
    for result in graded:
        if result.key in people:
            result.student = tables.readable(people[result.key].name)
    instead = roster.counted(graded, people, policy)
    worth: dict[str, float] = {}
    for check in assignment.checks:
        worth[check.question] = worth.get(check.question, 0.0) + check.points
    changed = overrides.read_overrides(out, worth, graded)
    standings = {
        result.key: rubric.Standing(
            people.get(result.key),
            roster.lateness(result, people.get(result.key), policy),
            instead.get(result.key, ""),
            {
                question: change
                for (key, question), change in changed.items()
                if key == result.key
            },
            () if result.key in people or not listed.people else ("not in the roster",),
        )
        for result in graded
    }
    counting = [result for result in graded if result.key not in instead]
    table = out / "rubric.csv"
    if form:
        overrides.write_form(out)
        if assignment.written:
            for words in rubric.write_form(table, assignment, counting):
                print(f"  set aside in {rubric.ASIDE}: {words}; the answer is not the same")
            pages = feedback.write_answers(out, assignment, counting, standings)
            print(f"To read the answers: {', '.join(path.name for path in pages)}.")
    marks = rubric.read_marks(table, assignment, counting) if assignment.written else {}
    handed_in = {person.identity for person in people.values()}
    absent = [person for person in listed.people if person.identity not in handed_in]
    rubric.write_grades(out / "grades.csv", assignment, graded, marks, standings, absent)
    written = feedback.write_pages(out, assignment, graded, marks, standings)
    lms.write_feedback(out, counting, written)
    back = lms.write_points(out, assignment, counting, marks, standings, listed, course.column)
    for result in graded:
        if words := "; ".join(rubric.notes(result, standings[result.key])):
            print(f"  look at {result.file}: {words}")
    for person in absent:
        print(f"  {person.name} handed in nothing")
    told = f", and {back.name}" if back else ""
    print(f"Wrote into {out}: grades.csv, the pages in feedback, feedback.zip{told}.")
    missing = sum(mark.points is None for mark in marks.values())
    if missing:
        print(f"{missing} marks for written answers are open: fill in {table}.")
    if not feedback.can_show_formulas():
        print("Formulas are shown as LaTeX: pip install math-core shows them as formulas.")


def _marks(options: argparse.Namespace) -> None:
    assignment = find(options.assignment)
    out: Path = options.out or Path("graded") / assignment.name
    from .grade import read_log

    read_log(out)  # says so when nothing has been graded, before anything is written
    _merge(assignment, out, _course(options, out))


def _gradescope(options: argparse.Namespace) -> None:
    import numpy as np

    from .gradescope import build

    for assignment in _chosen(options.assignment):
        print(f"{assignment.title}: {build(assignment, options.out, np.__version__)}")


def _gradescope_run(options: argparse.Namespace) -> None:
    from . import grade, gradescope, jail

    assignment = find(options.assignment)
    closed_room = jail.find(
        container=True,
        absent=(assignment.folder.parent, options.root),
        packages=assignment.packages,
    )
    if options.reference_only:
        grade.require_reference(assignment, closed_room, jail.Limits())
        for sentence in jail.broken_promises(closed_room, jail.Limits()):
            print(sentence)
        kind = closed_room.kind
        print(f"The solution of {assignment.name} gets full marks in a jail of kind {kind}.")
    else:
        gradescope.run(assignment, closed_room, jail.Limits(), options.root)


if __name__ == "__main__":
    sys.exit(main())
