"""Points for code that a person has changed, each with a reason; grading never writes them.

``overrides.csv`` has one line per question: the student or the file as in ``grades.csv``, the
question, the points that it shall have, and why. Regrading keeps the file as it is.
"""

from collections.abc import Sequence
from pathlib import Path

from .grade import Graded
from .tables import Refused, cell_text, read_table, write_table

NAME = "overrides.csv"
COLUMNS = ("file", "question", "points", "reason")
Override = tuple[float, str]


def write_form(out: Path) -> None:
    """Write an empty table, unless there is one."""
    if not (out / NAME).exists():
        write_table(out / NAME, [COLUMNS])


def read_overrides(
    out: Path, worth: dict[str, float], graded: Sequence[Graded]
) -> dict[tuple[str, str], Override]:
    """Return the changed points by key of the submission and question; refuse what is unclear.

    Parameters
    ----------
    out
        The folder of the results.
    worth
        The questions with code and what each is worth, bonus included.
    graded
        What was graded.
    """
    if not (out / NAME).is_file():
        return {}
    _, rows = read_table(out / NAME, COLUMNS)
    found: dict[tuple[str, str], Override] = {}
    faults = []
    for number, row in enumerate(rows, 2):
        name, question = row["file"].strip(), row["question"].strip()
        named = [one for one in graded if name in (one.file, cell_text(one.file))]
        named = named or [
            one for one in graded if name in (one.student, cell_text(one.student))
        ]
        try:
            points = float(row["points"].replace(",", "."))
        except ValueError:
            points = -1.0
        if len(named) != 1:
            faults.append(f"line {number}: {name!r} is {len(named) or 'no'} submissions")
        elif question not in worth:
            faults.append(f"line {number}: there is no code in question {question!r}")
        elif not 0 <= points <= worth[question]:
            faults.append(f"line {number}: question {question} has 0 to {worth[question]:g}")
        elif not row["reason"].strip():
            faults.append(f"line {number}: the reason is missing")
        elif (named[0].key, question) in found:
            faults.append(f"line {number}: a second change of question {question} for {name}")
        else:
            found[named[0].key, question] = (
                points,
                " ".join(row["reason"].removeprefix("'").split()),
            )
    if faults:
        raise Refused(f"{NAME} was not merged:\n" + "\n".join(f"  {one}" for one in faults))
    return found
