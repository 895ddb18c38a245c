"""Which folder may know which: imports point one way, and every folder runs without tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "divcore": set(),
    "exhibits": set(),
    "_ext": {"exhibits"},
    "assignments": {"divcore"},
    "benchmarks": {"divcore"},
    "tools": {"divcore", "exhibits", "_ext"},
    "tests": {"divcore", "exhibits", "_ext", "assignments", "benchmarks", "tools"},
}


def imported(path: Path) -> Iterator[str]:
    """Give the names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_one_way(folder: str) -> None:
    others = set(MAY_IMPORT) - MAY_IMPORT[folder] - {folder}
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if name.partition(".")[0] in others
    ]
    assert wrong == []


def test_no_test_module_imports_from_another() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in imported(path)
        if name.startswith("tests.test_")
    ]
    assert wrong == []
