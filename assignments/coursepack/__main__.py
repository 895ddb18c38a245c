"""The commands of the course pack: ``python -m assignments.coursepack --help``."""

import argparse
import sys
from pathlib import Path

from .source import Assignment, BadAssignment, assignments, find


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with a sentence that says what is wrong."""
    options = parser().parse_args(arguments)
    from .grade import Refused
    from .jail import NoJail

    try:
        options.run(options)
    except (BadAssignment, NoJail, Refused) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m assignments.coursepack", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    made = commands.add_parser("release", help="write the zip for students")
    made.add_argument("assignment", nargs="?", help="all, unless one is named")
    made.add_argument("--out", type=Path, default=Path("dist"))
    made.set_defaults(run=_release)

    made = commands.add_parser("grade", help="mark a folder of notebooks")
    made.add_argument("assignment")
    made.add_argument("submissions", type=Path)
    made.add_argument("--out", type=Path, help="default: graded/<assignment>")
    made.add_argument("--jobs", type=int, help="how many at once; default: one per processor")
    made.add_argument("--seed", type=int, help="of the inputs drawn at random")
    made.add_argument("--trusted", action="store_true", help="without a jail: own files only")
    made.set_defaults(run=_grade)

    made = commands.add_parser("marks", help="merge the marks of written answers")
    made.add_argument("assignment")
    made.add_argument("--out", type=Path, help="default: graded/<assignment>")
    made.set_defaults(run=_marks)

    made = commands.add_parser("gradescope", help="write the autograder's zip")
    made.add_argument("assignment", nargs="?", help="all, unless one is named")
    made.add_argument("--out", type=Path, default=Path("dist"))
    made.set_defaults(run=_gradescope)

    made = commands.add_parser("gradescope-run", help="used inside Gradescope's container")
    made.add_argument("assignment")
    made.add_argument("--root", type=Path, default=Path("/autograder"))
    made.add_argument("--reference-only", action="store_true")
    made.set_defaults(run=_gradescope_run)
    return top


def _chosen(name: str | None) -> list[Assignment]:
    return [find(name)] if name else assignments()


def _release(options: argparse.Namespace) -> None:
    from .release import release

    for one in _chosen(options.assignment):
        print(f"{one.title}: {release(one, options.out)}")


def _grade(options: argparse.Namespace) -> None:
    from . import feedback, grade, jail, rubric

    one = find(options.assignment)
    out: Path = options.out or Path("graded") / one.name
    folder: Path = options.submissions
    if out.resolve().is_relative_to(folder.resolve()):
        raise grade.Refused(f"{out} lies among the submissions: choose another --out.")
    closed = jail.find(trusted=options.trusted, absent=(one.folder.parent, folder, out))
    seed = grade.SEED if options.seed is None else options.seed
    bar = grade.Bar()
    graded = grade.grade_folder(
        folder, one, closed, jail.Limits(), jobs=options.jobs, seed=seed, progress=bar
    )
    form = out / "rubric.csv"
    if one.written:
        rubric.write_form(form, one, graded)
        feedback.write_answers(out, one, graded)
    grade.write_log(out, graded)
    print(f"Wrote {out / 'grades.csv'}, the pages in {out / 'feedback'}, and staff.jsonl.")
    _merge(one, out)
    print(f"Largest process: {grade.peak_memory():.0f} MB.")
    if failed := sum(row.note.startswith(grade.NOT_GRADED) for row in graded):
        raise grade.Refused(f"{failed} submissions were NOT graded; their zeros mean nothing.")


def _merge(one: Assignment, out: Path) -> None:
    from . import feedback, grade, rubric

    graded = grade.read_log(out)
    marks = rubric.read_marks(out / "rubric.csv", one, graded) if one.written else {}
    rubric.write_grades(out / "grades.csv", one, graded, marks)
    feedback.write_pages(out, one, graded, marks)
    for row in graded:
        if row.note:
            print(f"  look at {row.file}: {row.note}")
    missing = sum(mark.points is None for mark in marks.values())
    if missing:
        print(f"{missing} marks for written answers are open: fill in {out / 'rubric.csv'}.")


def _marks(options: argparse.Namespace) -> None:
    one = find(options.assignment)
    out: Path = options.out or Path("graded") / one.name
    _merge(one, out)
    print(f"Merged into {out / 'grades.csv'} and the pages in {out / 'feedback'}.")


def _gradescope(options: argparse.Namespace) -> None:
    import numpy as np

    from .gradescope import build

    for one in _chosen(options.assignment):
        print(f"{one.title}: {build(one, options.out, np.__version__)}")


def _gradescope_run(options: argparse.Namespace) -> None:
    from . import grade, gradescope, jail

    one = find(options.assignment)
    closed = jail.find(container=True, absent=(one.folder.parent, options.root))
    if options.reference_only:
        grade.require_reference(one, closed, jail.Limits())
        print(f"The solution of {one.name} gets full marks in a jail of kind {closed.kind}.")
    else:
        gradescope.run(one, closed, jail.Limits(), options.root)


if __name__ == "__main__":
    sys.exit(main())
