"""Remember that everything was checked.

The note holds the day and a digest of every file of the repository. It is written at the end
of a complete `.ci/run`, by `conftest.py`, and by nothing else. The status page shows the day
only as long as the digest still fits. So the page never claims more than what was checked, and
the same sources and note always make the same page.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTE = Path("_build") / "verified.json"


def files(root: Path = ROOT) -> Iterator[Path]:
    """Give every file but those that `.gitignore` names; an archive has no Git to ask."""
    text = (root / ".gitignore").read_text(encoding="utf-8")
    ignored = [".git", *(line.strip("/") for line in text.split())]

    def kept(name: str) -> bool:
        return not any(fnmatch(name, pattern) for pattern in ignored)

    for folder, folders, names in os.walk(root):
        folders[:] = filter(kept, folders)
        yield from (Path(folder) / name for name in filter(kept, names))


def digest(root: Path = ROOT) -> str:
    """Return a digest of the names and contents of all files."""
    total = hashlib.sha256()
    for path in sorted(files(root)):
        content = path.read_bytes().replace(b"\r\n", b"\n")  # as Git may write them on Windows
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def today() -> str:
    """Return the day, or that of ``SOURCE_DATE_EPOCH`` where builds have to be repeatable."""
    stamp = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(stamp), UTC) if stamp else datetime.now(UTC)
    return moment.date().isoformat()


def record(root: Path = ROOT) -> None:
    """Write the note."""
    note = root / NOTE
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"day": today(), "digest": digest(root)}) + "\n")


def verified_on(root: Path = ROOT) -> str | None:
    """Return the day on which everything was checked as it is now, or None."""
    try:
        note = json.loads((root / NOTE).read_text())
    except FileNotFoundError:
        return None
    return str(note["day"]) if note["digest"] == digest(root) else None
