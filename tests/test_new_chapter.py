"""`make chapter` begins a chapter that passes, and `make check` says what is wrong with one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from _ext import verification
from tests import sidecar
from tests.sidecar import PAGES, Page
from tools import chapter

ROOT = verification.ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the repository."""
    for path in verification.files():
        place = tmp_path / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return tmp_path


def call(copy: Path, *command: str) -> tuple[int, str]:
    """Run a tool in the copy; return its exit status and what it says."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "BOOK"))}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env={**environment, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.thorough
def test_new_chapter_passes_every_check_and_faults_are_named(copy: Path) -> None:
    status, said = call(copy, "tools.chapter", "98-toy-example")
    assert status == 0, said
    for tool in ("ruff check", "ruff format --check", "mypy"):
        status, said = call(copy, *tool.split(), *([] if tool == "mypy" else ["."]))
        assert status == 0, said
    status, said = call(copy, "tools.check", "98")
    assert status == 0, said
    assert "everything is right" in said
    status, said = call(copy, "pytest", "-q", "-n", "0", "tests/test_lists.py")
    assert status == 0, said

    (copy / "chapters" / "98-toy-example.py").unlink()
    side = copy / "tests" / "chapters" / "ch98.py"
    text = side.read_text(encoding="utf-8")
    for old, new in [('"98.1": basics', '"98.2": basics'), ('0.6109 nats"]', '0.6108 nats"]')]:
        assert old in text
        text = text.replace(old, new)
    side.write_text(text, encoding="utf-8")
    page = copy / "chapters" / "98-toy-example.ipynb"
    page.write_text(
        page.read_text(encoding="utf-8").replace("front page](../index", "front page](../no")
    )
    status, said = call(copy, "tools.check", "98")
    assert status == 1, said
    assert "chapters/98-toy-example.py is missing: write it" in said
    assert 'add "98.1": basics, or a function of your own, to CASES' in said
    assert "the proof of claim C04 of tests/chapters/ch98.py does not show" in said
    assert "chapters/98-toy-example" in said.partition("WARNING")[0].splitlines()[-1]


def test_names_that_are_no_names_of_chapters_are_refused(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "07-other.ipynb").touch()
    with pytest.raises(SystemExit, match="has to look like 07-training"):
        chapter.begin("7-training", tmp_path)
    with pytest.raises(SystemExit, match=r"07-other.ipynb has the number 07 already"):
        chapter.begin("07-training", tmp_path)


def test_new_chapter_is_entered_behind_the_one_before_it() -> None:
    contents = "  - file: chapters/04-a\n  - file: chapters/06-b\n  - file: chapters/12-c\n"
    entered = chapter.entered(contents, "07-d").split()
    assert [entry for entry in entered if entry.startswith("chapters")] == [
        "chapters/04-a",
        "chapters/06-b",
        "chapters/07-d",
        "chapters/12-c",
    ]


# --- files that are missing or faulty -------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Return a page that has no files beside it yet, in an empty folder of sidecars."""
    monkeypatch.setattr(sidecar, "FOLDER", tmp_path)
    monkeypatch.setattr(sidecar, "loaded", sidecar.loaded.__wrapped__)
    monkeypatch.setattr(sidecar, "import_module", lambda name: load(tmp_path, name))
    return Page(ROOT / "chapters" / "97-none.ipynb")


def load(folder: Path, name: str) -> object:
    """Import a sidecar of the test from its folder."""
    spec = sidecar.spec_from_file_location("ch97", folder / f"{name.rpartition('.')[2]}.py")
    assert spec
    assert spec.loader
    module = sidecar.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FAULTS = {
    '"""Chapter."""\nCASES = [1]\n': "ch97.py has to be a dict, not a list",
    '"""Chapter."""\nCASES = {}\nCASE = (\n': "cannot be imported: SyntaxError in line 3",
    '"""Chapter."""\nCASES = {"97.1": base}\n': "cannot be imported: NameError in line 2",
    '"""Chapter."""\nOTHER = {}\n': "ch97.py has none of the tables CASES",
    "CASES = {}\n": "has no docstring",
    '"""Chapter."""\nCLAIMS = {"C01": "so"}\n': "ch97.py has to be Claim(",
}


@pytest.mark.parametrize("text", FAULTS)
def test_faulty_sidecar_is_refused_by_name(page: Page, text: str) -> None:
    page.sidecar.write_text(text, encoding="utf-8")
    missing, *faults = page.faults()
    assert missing.startswith("chapters/97-none.py is missing: write it with a docstring")
    assert any(FAULTS[text] in fault for fault in faults), faults


def test_missing_sidecar_is_refused_by_name(page: Page) -> None:
    _, fault = page.faults()
    assert fault.startswith(
        "chapters/97-none.ipynb has no sidecar: write tests/chapters/ch97.py"
    )


def test_files_without_a_page_and_numbers_that_occur_twice(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sidecar.FOLDER / "ch55.py").touch()
    twice = [*PAGES, Page(ROOT / "chapters" / "01-other.ipynb")]
    monkeypatch.setattr(sidecar, "PAGES", twice)
    faults = list(sidecar.faults_of_the_set())
    assert "01-entropy.ipynb, 01-other.ipynb have the same number: rename all but one" in faults
    assert any("ch55.py belongs to no notebook" in fault for fault in faults)
