"""The note that everything was checked, and the page that repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest

from _ext import status
from _ext.verification import verified_on
from tools import verification


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    for name in (
        "index.ipynb",
        "divcore/measures.py",
        "chapters/data/a.csv",
        "tests/test_a.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    return tmp_path


def test_day_is_shown_once_everything_was_checked(book: Path) -> None:
    assert verified_on(book) is None
    verification.record(book)
    assert verified_on(book) == "1970-01-02"


@pytest.mark.parametrize(
    "name", ["index.ipynb", "divcore/measures.py", "chapters/data/a.csv", "tests/test_a.py"]
)
def test_day_is_gone_when_a_file_changes(book: Path, name: str) -> None:
    verification.record(book)
    (book / name).write_text("otherwise")
    assert verified_on(book) is None
    (book / name).write_text("as it was")
    assert verified_on(book) == "1970-01-02"


def test_day_is_gone_when_a_file_comes_or_goes(book: Path) -> None:
    verification.record(book)
    (book / "divcore" / "new.py").write_text("")
    assert verified_on(book) is None
    (book / "divcore" / "new.py").unlink()
    (book / "index.ipynb").rename(book / "other.ipynb")
    assert verified_on(book) is None


def test_line_ends_of_windows_make_no_difference(book: Path) -> None:
    (book / "index.ipynb").write_bytes(b"a\nb\n")
    verification.record(book)
    (book / "index.ipynb").write_bytes(b"a\r\nb\r\n")
    assert verified_on(book)


def test_packages_are_those_of_the_requirements_with_their_installed_versions() -> None:
    text = "# what for\nnumpy==0.0.0   # arrays\n-e .\n"
    found = {name: rest for name, *rest in status.packages(text)}
    assert set(found) == {"Python", "divcore", "numpy"}
    version, purpose = found["numpy"]
    assert purpose == "arrays"
    assert version != "0.0.0"
