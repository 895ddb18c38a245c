"""The note that says when everything was checked, read again when the book is built.

`tools.verification` writes it. It holds the day and a digest of all that the checks depend on,
and counts only as long as the digest still fits: the status page never claims more than what
was checked, and the same sources and note always make the same page.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

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
    "proofs/*",
    "tests/*",
    "tools/**/*.py",
    "_ext/*.py",
    "_static/*",
    "_templates/*",
]


def digest(root: Path) -> str:
    """Return a digest of names and contents of all files that the checks depend on."""
    total = hashlib.sha256()
    files = {path for pattern in CHECKED for path in root.glob(pattern) if path.is_file()}
    for path in sorted(files):
        content = path.read_bytes().replace(b"\r\n", b"\n")  # as Git may write them on Windows
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def verified_on(root: Path) -> str | None:
    """Return the day on which everything was checked as it is now, or None."""
    try:
        note = json.loads((root / NOTE).read_text())
    except FileNotFoundError:
        return None
    return str(note["day"]) if note["digest"] == digest(root) else None
