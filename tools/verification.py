"""Remember that everything was checked: ``make test`` ends with this.

`_ext.verification` reads the note and says what is in it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from _ext.verification import NOTE, digest

ROOT = Path(__file__).resolve().parent.parent


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


if __name__ == "__main__":
    record()
    print(f"Everything was checked today, {today()}; the status page will say so.")
