"""The note that all was checked, the page that repeats it, and the run that writes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from _ext import status, verification
from tests.tiny_book import Book

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small repository that was checked on the second day of 1970."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    for name, text in {
        ".gitignore": "_build/\n.venv*/\n__pycache__/\n",
        "index.ipynb": "as it was\n",
        "tests/test_a.py": "as it was\n",
        "_build/html/index.html": "made\n",
        ".venv/bin/python": "installed\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert verification.verified_on(tmp_path) is None
    verification.record(tmp_path)
    assert verification.verified_on(tmp_path) == "1970-01-02"
    return tmp_path


def test_day_is_gone_when_a_file_comes_or_goes(folder: Path) -> None:
    (folder / "new.py").write_text("")
    assert verification.verified_on(folder) is None
    (folder / "new.py").unlink()
    assert verification.verified_on(folder) == "1970-01-02"
    (folder / "index.ipynb").rename(folder / "other.ipynb")
    assert verification.verified_on(folder) is None


def test_what_git_ignores_and_line_ends_of_windows_make_no_difference(folder: Path) -> None:
    (folder / "_build" / "html" / "index.html").write_text("made again")
    (folder / ".venv" / "bin" / "python").write_text("installed again")
    (folder / "index.ipynb").write_bytes(b"as it was\r\n")
    assert verification.verified_on(folder)


def tracked() -> list[str]:
    """Return every file of the repository, as Git knows it, or without it as we do."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    return [path.relative_to(ROOT).as_posix() for path in verification.files()]


def spoil(path: Path) -> bytes:
    """Change one byte in the middle of a file, and return what it held."""
    content = path.read_bytes()
    middle = len(content) // 2
    other = b"x" if content[middle : middle + 1] != b"x" else b"y"
    path.write_bytes(content[:middle] + other + content[middle + 1 :])
    return content


def test_day_is_gone_when_one_byte_of_any_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file in turn, through what the status page asks; the page itself is built twice."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    book = Book(tmp_path)
    names = tracked()
    assert {"conftest.py", ".ci/run", "assignments/coursepack/grade.py"} <= set(names)
    for name in names:
        (book.source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, book.source / name)
    verification.record(book.source)
    assert verification.verified_on(book.source) == "1970-01-02"
    unnoticed = []
    for name in names:
        content = spoil(book.source / name)
        if verification.verified_on(book.source):
            unnoticed.append(name)
        (book.source / name).write_bytes(content)
    assert not unnoticed
    assert verification.verified_on(book.source) == "1970-01-02"


def test_built_status_page_has_the_day_only_while_nothing_changes(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    (book.source / ".gitignore").write_text("_build/\n")
    (book.source / "tests.py").write_text("as it was\n")
    book.write(index="# Status\n\n```{book-status}\n```\n")
    verification.record(book.source)
    assert book.build() == ""
    assert "On 1970-01-02 every notebook" in book.page().get_text()
    spoil(book.source / "tests.py")
    assert book.build() == ""
    assert "1970" not in book.page().get_text()
    assert "have not been checked as they are now" in book.page().get_text()


# --- the run that writes the note ------------------------------------------------------------

SMALL = {
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
    'pythonpath = ["."]\nmarkers = ["thorough: long"]\n',
    ".gitignore": "_build/\n__pycache__/\n.pytest_cache/\n",
    "_ext/__init__.py": "",
    "requirements.txt": "matplotlib==0\n",
    "tests/test_a.py": "import pytest\n\n\ndef test_a():\n    pass\n\n\n"
    "@pytest.mark.thorough\ndef test_long():\n    pass\n",
    "tests/test_b.py": "def test_b():\n    pass\n",
}


def run(folder: Path, *arguments: str, checks: str = "all") -> str:
    """Run pytest in a small repository with our conftest.py, and return what it says."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "BOOK"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder), "BOOK_CHECKS": checks},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a small repository with our conftest.py."""
    for name, text in SMALL.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    shutil.copy(ROOT / "_ext" / "verification.py", tmp_path / "_ext")
    return tmp_path


@pytest.mark.parametrize("workers", ["0", "2"])
def test_complete_run_writes_the_note(small: Path, workers: str) -> None:
    said = run(small, "-n", workers)
    assert "Everything was checked" in said, said
    assert "3 passed" in said
    assert verification.verified_on(small)


INCOMPLETE = {  # file to add or change, its text, arguments, what is said
    "failed": ("tests/test_b.py", "def test_b():\n    assert 0\n", [], "something failed"),
    "broken": ("tests/test_b.py", "import nowhere\n", [], "something failed"),
    "skipped": (
        "tests/test_c.py",
        "import pytest\n\n\ndef test_c():\n    pytest.skip('no jail')\n",
        [],
        "something failed",
    ),
    "expected": (
        "tests/test_c.py",
        "import pytest\n\n\n@pytest.mark.xfail\ndef test_c():\n    assert 0\n",
        [],
        "something failed",
    ),
    "by keyword": ("a.txt", "", ["-k", "test_a"], "only some checks were asked for"),
    "by path": ("a.txt", "", ["tests/test_a.py"], "only some checks were asked for"),
    "by mark": ("a.txt", "", ["-m", "thorough"], "only some checks were asked for"),
    "deselected": ("a.txt", "", ["--deselect", "tests/test_a.py::test_a"], "only some checks"),
    "ignored": ("a.txt", "", ["--ignore=tests/test_b.py"], "nothing passed in tests/test_b.py"),
    "uncollected": ("index.ipynb", "{}", [], "nothing passed in index.ipynb"),
    "changed": (
        "tests/test_c.py",
        "import pathlib\n\n\ndef test_c():\n    pathlib.Path('a.txt').write_text('new')\n",
        [],
        "a file changed meanwhile",
    ),
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_incomplete_run_writes_no_note(small: Path, case: str) -> None:
    name, text, arguments, words = INCOMPLETE[case]
    (small / name).write_text(text)
    said = run(small, "-n", "0", *arguments)
    assert f"Not everything was checked: {words}" in said, said
    assert not (small / verification.NOTE).exists()


def test_usual_run_writes_no_note_and_says_what_it_left_out(small: Path) -> None:
    (small / "tests" / "test_c.py").write_text(SMALL["tests/test_a.py"])
    (small / "tests" / "test_d.py").write_text(
        "import pytest\n\n\ndef test_d():\n    pytest.skip('no bubblewrap on this machine')\n"
    )
    said = run(small, "-n", "0", checks="")
    assert "3 passed, 1 skipped, 2 deselected" in said, said
    assert "not checked on this machine" in said
    assert "1 check: no bubblewrap on this machine" in said
    assert ".ci/run" in said
    assert not (small / verification.NOTE).exists()


def test_packages_are_those_of_the_requirements_with_their_installed_versions() -> None:
    text = "# what for\nnumpy==0.0.0   # arrays\n-e .\n"
    found = {name: rest for name, *rest in status.packages(text)}
    assert set(found) == {"Python", "divcore", "numpy"}
    version, purpose = found["numpy"]
    assert purpose == "arrays"
    assert version != "0.0.0"
