"""Tables that people open in a spreadsheet program, and files that are written whole."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

FORMULA = r"[=+\-@|%＝＋－＠]"  # what a spreadsheet program may take for a formula


class Refused(RuntimeError):  # noqa: N818
    """Something cannot be done, or cannot be trusted; the text says what to do."""


def readable(name: str) -> str:
    """Return a name with everything that is no visible character written out.

    Accents that stand on no letter of their own are limited: piled up they draw over the page.
    """
    shown: list[str] = []
    pile = 0
    for char in unicodedata.normalize("NFC", name):
        pile = pile + 1 if unicodedata.combining(char) else 0
        visible = char.isprintable() and not 0xD800 <= ord(char) < 0xE000 and pile < 3
        shown.append(char if visible else char.encode("unicode_escape", "replace").decode())
    return "".join(shown)[:200]


def cell_text(value: object) -> str:
    """Return a value for a table that may be opened in a spreadsheet.

    A text that such a program would take for a formula gets an apostrophe in front, also after
    a character that some programs take for the end of a cell.
    """
    if isinstance(value, (int, float)):
        return f"{value:g}"
    text = readable(str(value))
    text = re.sub(rf"([;,|]\s*)({FORMULA})", r"\1'\2", text)
    return f"'{text}" if re.match(rf"\s*{FORMULA}", text) else text


def table(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[cell_text(value) for value in row] for row in rows])
    return out.getvalue()


def write_table(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file; the mark at its beginning tells Excel that it is UTF-8."""
    write_text(path, "\ufeff" + table(rows))


def read_table(
    path: Path, wanted: Iterable[str] = ()
) -> tuple[list[str], list[dict[str, str]]]:
    """Return the header and the rows of a table that any spreadsheet program has saved.

    Raises :class:`Refused` when it is no table, or lacks a wanted column.
    """
    text = decode(path)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error as error:
        raise Refused(f"{path.name} is no table of comma-separated values: {error}.") from None
    header = [name.strip() for name in lines[0]] if lines else []
    if missing := set(wanted) - set(header):
        raise Refused(f"{path.name} lacks the columns {', '.join(sorted(missing))}.")
    rows = [dict(zip(header, [*line, *[""] * len(header)], strict=False)) for line in lines[1:]]
    return header, [row for row in rows if any(row.values())]


def decode(path: Path) -> str:
    """Return the text of a file in one of the encodings in which spreadsheets are saved."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(
        f"{path.name} cannot be read: save it once more as 'CSV UTF-8 (comma delimited)'."
    )


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: it is there whole or not at all."""
    write_parts(path, [text])


def write_parts(path: Path, parts: Iterable[str]) -> None:
    """Write a file as :func:`write_text` does, without having all of it in memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    with half.open("w", encoding="utf-8", newline="") as file:
        file.writelines(parts)
    half.replace(path)
