"""Finds what was handed in: a folder of notebooks, or a learning platform's download as it is.

Names of files are the students' and are not trusted. Symbolic links are never followed.

The two forms of download that are understood, besides ``NAME.ipynb`` and ``NAME/any.ipynb``:

Canvas, "Download Submissions"
    ``chrischris_LATE_99_1234_a1.ipynb``: the sortable name without spaces, a mark when it was
    late, the number of the user, the number of the file, the file's own name.
Moodle, "Download all submissions"
    ``Chris Chan_4711_assignsubmission_file_/a1.ipynb``, or the same in one name without
    folders: the full name, the number of the participant, and the plug-in's name.
"""

import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .notebook import LARGEST_FILE
from .tables import Refused

MOST_NOTEBOOKS = 5  # in the folder of one student
DEEPEST_FOLDER = 8
MOST_ENTRIES = 20_000  # of a folder or a zip file
CANVAS = re.compile(r"(?P<name>[^_]+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<own>.+)")
MOODLE = re.compile(r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_file_?(?P<own>.*)", re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """A notebook that somebody handed in, or the reason why it cannot be read."""

    student: str
    path: Path
    refused: str = ""
    platform: str = ""  # "canvas" or "moodle"
    user: str = ""  # the platform's number of the student
    number: int = 0  # of the file: later ones are larger
    late: bool = False  # as the platform says


def collect(folder: Path) -> list[Submission]:
    """Return the notebooks in a folder, in the order of their names."""
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.")
    found: list[Submission] = []
    for entry in sorted(folder.iterdir()):
        if _is_litter(entry.name):
            continue
        if entry.is_symlink():
            found.append(_submission(entry.stem, entry, "a symbolic link is not followed"))
        elif entry.is_dir():
            found += _of_folder(entry)
        elif entry.suffix.lower() == ".ipynb":
            found.append(_submission(entry.stem, entry))
        else:
            found.append(_submission(entry.stem, entry, "this is no notebook (.ipynb)"))
    if not found:
        raise Refused(f"The folder {folder} is empty.")
    return found


def _is_litter(name: str) -> bool:
    """Whether a name was made by a system and by no student: ``.DS_Store``, ``__MACOSX``."""
    return name.startswith(".") or name == "__MACOSX"


def _of_folder(folder: Path) -> list[Submission]:
    try:
        notebooks = list(_notebooks(folder))
    except OSError:
        return [_submission(folder.name, folder, "this folder is unreadable")]
    if not notebooks:
        return [_submission(folder.name, folder, "no notebook in this folder")]
    if len(notebooks) > MOST_NOTEBOOKS:
        return [_submission(folder.name, folder, f"{len(notebooks)} notebooks in one folder")]
    return [_submission(folder.name, path) for path in notebooks]


def _notebooks(folder: Path) -> Iterable[Path]:
    """Yield the notebooks below a folder, however deep somebody nested them."""
    waiting = [(folder, 0)]
    seen = 0
    while waiting:
        here, depth = waiting.pop()
        with os.scandir(here) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
        folders = []
        for entry in ordered:
            seen += 1
            if seen > MOST_ENTRIES:
                return
            if _is_litter(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((here / entry.name, depth + 1))
            elif entry.name.lower().endswith(".ipynb"):
                yield here / entry.name
        if depth < DEEPEST_FOLDER:
            waiting += reversed(folders)


def _submission(name: str, path: Path, refused: str = "") -> Submission:
    if not refused:
        refused = _why_not(path)
    if match := MOODLE.fullmatch(name):
        return Submission(match["name"], path, refused, "moodle", match["user"])
    if match := CANVAS.fullmatch(name):
        late = match["late"] is not None
        number = int(match["file"][:18])
        return Submission(match["name"], path, refused, "canvas", match["user"], number, late)
    return Submission(name, path, refused)


def _why_not(path: Path) -> str:
    """Return why a file cannot be a notebook that was handed in."""
    try:
        state = path.lstat()
    except OSError:
        return "the file is unreadable"
    if stat.S_ISLNK(state.st_mode):
        return "a symbolic link is not followed"
    if not stat.S_ISREG(state.st_mode):
        return "this is no file"
    if state.st_size > LARGEST_FILE:
        return f"larger than {LARGEST_FILE >> 20} MB"
    return ""


def unpack(archive: Path, target: Path) -> Path:
    """Unpack the notebooks of a download into a folder of ours, replacing it.

    Only plain files are written, only below the target, and none that is too large.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    try:
        packed = zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused(f"{archive} cannot be unpacked: {error}.") from None
    with packed:
        entries = packed.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Refused(f"{archive} has more than {MOST_ENTRIES} entries.")
        for entry in entries:
            parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
            link = stat.S_ISLNK(entry.external_attr >> 16)
            outside = not parts or parts[0] == "/" or ".." in parts
            deep = len(parts) > DEEPEST_FOLDER or any(
                len(part.encode()) > 240 for part in parts
            )
            if entry.is_dir() or outside or deep or link or any(map(_is_litter, parts)):
                continue
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(entry) as source, path.open("wb") as file:
                left = LARGEST_FILE + 1  # one byte more, so that it is refused and named later
                while left and (block := source.read(min(left, 1 << 16))):
                    left -= file.write(block)
    return target
