"""What goes back to a learning platform: a table of points, and one zip with the feedback.

Canvas reads a gradebook as it was exported, with one column filled in ("How do I import grades
in the Gradebook?" in its instructor guide; ``lib/gradebook_importer.rb`` in its source), and
takes files back whose names are those of the download ("How do I upload feedback files for
multiple submissions?"). Moodle reads its grading worksheet, of which it wants the columns
"Identifier", "Grade" and "Last modified (grade)" (``mod/assign/feedback/offline`` in its
source), and a zip of the downloaded folders. Its documentation describes both on the page
"Using Assignment", under "Offline marking" and "Multiple feedback files".
"""

import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from .grade import Graded
from .roster import Roster
from .rubric import Key, Mark, Standing, total
from .source import Assignment
from .tables import Refused, write_text

FEEDBACK = "feedback.zip"
ZIP_TIME = (2000, 1, 1, 0, 0, 0)


def write_points(
    out: Path,
    assignment: Assignment,
    graded: Sequence[Graded],
    marks: dict[Key, Mark],
    standings: dict[str, Standing],
    roster: Roster,
    column: str = "",
) -> Path | None:
    """Write the platform's own table with the points of this assignment in it.

    Somebody whose written answers are not marked yet keeps what stands there.
    """
    if roster.form == "own":
        return None
    sums: dict[str, float] = {}
    for result in graded:
        standing = standings.get(result.key, Standing())
        points = total(assignment, result, marks, standing).total
        if standing.person and not standing.instead and points is not None:
            sums[standing.person.identity] = points
    if roster.form == "canvas":
        return _write_canvas(out / "canvas.csv", assignment, roster, sums, column)
    return _write_moodle(out / "moodle.csv", assignment, roster, sums)


def _write_canvas(
    path: Path, assignment: Assignment, roster: Roster, sums: dict[str, float], column: str
) -> Path:
    """Keep the columns that name a student, and the one of this assignment."""
    named = [
        one for one in roster.header if re.sub(r"\s*\(\d+\)$", "", one) == assignment.title
    ]
    if column and column not in roster.header:
        raise Refused(f"The roster has no column {column!r}.")
    chosen = column or (named[0] if len(named) == 1 else assignment.title)
    who = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    header = [name for name in who if name in roster.header]
    rows = [[*header, chosen]]
    for row in roster.rows:
        if row["ID"].strip():
            old = row.get(chosen, "")
            points = sums.get(row["ID"].strip())
            value = old if points is None else f"{points:g}"
        else:  # the row with the points possible
            value = row.get(chosen, "") or f"{assignment.total:g}"
            if "Points Possible" not in row["Student"]:
                continue
        rows.append([*(row[name] for name in header), value])
    write_text(path, _plain(rows))
    return path


def _write_moodle(
    path: Path, assignment: Assignment, roster: Roster, sums: dict[str, float]
) -> Path:
    """Fill in the column "Grade" and leave all the rest as Moodle wrote it."""
    rows = [roster.header]
    for row in roster.rows:
        most = row.get("Maximum Grade", "").replace(",", ".").strip()
        if most and abs(float(most) - assignment.total) > 1e-9:
            raise Refused(
                f"Moodle's maximum grade is {most}, the assignment has {assignment.total:g}"
                " points: change it in the settings of the assignment in Moodle, and download"
                " the worksheet again."
            )
        identity = re.sub(r"^\D+", "", row["Identifier"])
        if identity in sums:
            points = min(sums[identity], assignment.total)  # Moodle refuses a bonus
            row = row | {"Grade": f"{points:g}"}
        rows.append([row[name] for name in roster.header])
    write_text(path, _plain(rows))
    return path


def _plain(rows: Sequence[Sequence[str]]) -> str:
    """Return a table exactly as the platform wrote it: it is read by a program again."""
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write_feedback(out: Path, graded: Sequence[Graded], pages: dict[str, Path]) -> Path:
    """Write one zip with all pages, each under the name that the platform gave to the work.

    For Moodle a page lies in the folder of its student; for Canvas it has the name of the file
    that was handed in, with another ending.
    """
    path = out / FEEDBACK
    half = path.with_name(f".{FEEDBACK}.half")
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as target:
        for result in graded:
            original = PurePosixPath(result.file)
            flat = len(original.parts) == 1
            if result.platform == "moodle" and flat:
                folder = re.sub(
                    r"(assignsubmission_file_?).*", r"\1", original.name, flags=re.DOTALL
                )
                name = f"{folder.rstrip('_')}_/feedback.html"
            else:
                name = str(original.with_suffix(".html"))
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with (
                pages[result.key or result.file].open("rb") as page,
                target.open(info, "w") as to,
            ):
                shutil.copyfileobj(page, to)
    half.replace(path)
    return path
