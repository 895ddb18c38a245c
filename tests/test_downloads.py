"""What readers take home: every notebook runs in the folder that its archive unpacks to."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from _ext import downloads
from tools.outputs import notebooks

ROOT = Path(__file__).parent.parent

# Runs the cells as Jupyter does, as far as imports and files are concerned: the notebook's
# own folder comes first where Python looks for modules.
RUN = """
import json, sys
from pathlib import Path
sys.path.insert(0, "")
import divcore
assert Path(divcore.__file__).resolve().is_relative_to(Path.cwd()), divcore.__file__
space = {}
for cell in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), space)
"""


def unpacked(content: dict[str, bytes], folder: Path) -> Path:
    target = folder / "archive.zip"
    downloads.write_archive(target, content)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder / "archive"


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda path: path.stem)
def test_notebook_runs_where_it_was_unpacked(notebook: Path, tmp_path: Path) -> None:
    content = downloads.archive_of_one(notebook, ROOT, "A title")
    folder = unpacked(content, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", RUN, notebook.name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]


def test_archive_says_what_to_do_and_what_to_install(tmp_path: Path) -> None:
    content = downloads.archive_of_one(notebooks()[0], ROOT, "A title")
    folder = unpacked(content, tmp_path)
    assert f"jupyter lab {notebooks()[0].name}" in (folder / "README.txt").read_text()
    lines = (folder / "requirements.txt").read_text().split()
    names = {line.partition("==")[0] for line in lines}
    assert {"numpy", "matplotlib", "sympy", "jupyterlab"} <= names
    assert not {"jupyter-book", "pytest"} & names
    pinned = (ROOT / "requirements.txt").read_text()
    assert all(line in pinned for line in lines)


def test_archive_of_all_is_laid_out_as_the_book_is(tmp_path: Path) -> None:
    content = downloads.archive_of_all(notebooks(), ROOT, "A title")
    folder = unpacked(content, tmp_path)
    for notebook in notebooks():
        assert (folder / notebook.relative_to(ROOT)).is_file()
    assert (folder / "requirements.txt").read_text().startswith(".\n")
    for name in ("pyproject.toml", "divcore/__init__.py", "chapters/data/README.md", "LICENSE"):
        assert (folder / name).is_file()


def test_data_go_with_their_licences_and_only_where_they_are_named() -> None:
    named = downloads.data_files('Path("data/penguins.csv")', ROOT)
    names = {path.name for path in named}
    assert {"penguins.csv", "README.md"} <= names
    assert any(path.parent.name == "LICENSES" for path in named)
    assert "hamlet.md" not in names
    assert downloads.data_files("1 + 1", ROOT) == []


def test_archive_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        downloads.write_archive(tmp_path / name / "a.zip", {"b": b"2", "a": b"1"})
    one, two = (tmp_path / name / "a.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert zipfile.ZipFile(one).namelist() == ["a/a", "a/b"]
