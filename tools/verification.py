"""Remember that everything was checked: ``make test`` ends with this.

The note holds the day and a digest of all that the checks depend on. The status page shows
the day only as long as the digest still fits. So the page never claims more than what was
checked, and the same sources and note always make the same page.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTE = Path("_build") / "verified.json"
CHECKED = [
    "*.ipynb",
    "*.md",
    "*.yml",
    "*.toml",
    "*requirements*.txt",
    "constraints.txt",
    "references.bib",
    "chapters/**/*",
    "divcore/*.py",
    "exhibits/*.py",
    "tests/*",
    "tools/**/*.py",
    "_ext/*.py",
    "_static/*",
    "_templates/*",
]


def digest(root: Path = ROOT) -> str:
    """Return a digest of names and contents of all files that the checks depend on."""
    total = hashlib.sha256()
    files = {path for pattern in CHECKED for path in root.glob(pattern) if path.is_file()}
    for path in sorted(files):
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


if __name__ == "__main__":
    record()
    print(f"Everything was checked today, {today()}; the status page will say so.")
