"""The zip that students get: the notebook, the instant checks, and how to begin."""

import zipfile
from pathlib import Path

from .notebook import LARGEST_FILE
from .source import Assignment, BadAssignment, dumps

FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # so that the same sources make the same zip
START = """\
# {title}

Files: `{name}.ipynb` is the assignment, `instant_checks.py` belongs beside it.

**On your own computer** (Python 3.11 or newer), in this folder:

    python -m pip install -r requirements.txt
    python -m jupyter lab {name}.ipynb

**In Google Colab:** open colab.research.google.com, choose *Upload*, and pick the notebook.
Then open the folder symbol on the left and drop `instant_checks.py` there. Nothing has to be
installed.

Work from top to bottom. `check("1")` looks at your answer to question 1 at once. Before you
hand in, choose *Restart Kernel and Run All Cells* and save. Hand in one file:
`{name}.ipynb`.

Type written answers into the cells that are there for them. You may add cells below, and drop a
photo of your own handwriting into a text cell; make it small first, because a notebook of more
than {megabytes} MB is not graded. Your functions are graded with the standard library and
NumPy{packages} only; what draws or displays is ignored there.
"""


def release_files(assignment: Assignment) -> dict[str, str]:
    """Return the files of the student release, or raise when one gives a solution away."""
    packages = ["numpy>=1.26", *assignment.packages, "jupyterlab>=4"]
    files = {
        f"{assignment.name}.ipynb": dumps(assignment.student()),
        "instant_checks.py": assignment.instant_checks(),
        "requirements.txt": "\n".join(packages) + "\n",
        "START.md": START.format(
            title=assignment.title,
            name=assignment.name,
            megabytes=LARGEST_FILE >> 20,
            packages="".join(f" and {name}" for name in assignment.packages),
        ),
    }
    for name, text in files.items():
        if found := leaks(assignment, text):
            raise BadAssignment(f"{name} would give away: {found[0]}")
    return files


def leaks(assignment: Assignment, text: str) -> list[str]:
    """Return the lines of solutions and hidden checks that stand in a text, however quoted."""
    plain = text.replace('\\"', '"').replace("\\\\", "\\")
    return [line for line in assignment.secrets() if line in text or line in plain]


def write_zip(path: Path, files: dict[str, str], executable: tuple[str, ...] = ()) -> None:
    """Write a zip file that depends on nothing but the texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            target.writestr(entry, text)


def release(assignment: Assignment, out: Path) -> Path:
    """Write the release of one assignment and return where it is."""
    assignment.validate()
    path = out / f"{assignment.name}.zip"
    files = release_files(assignment)
    write_zip(path, {f"{assignment.name}/{name}": text for name, text in files.items()})
    return path
