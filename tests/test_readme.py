"""The README's example prints what it says, and its commands exist."""

from __future__ import annotations

import doctest
import re

from _ext import verification
from tools.outputs import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_example() -> None:
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert results.attempted >= 3
    assert results.failed == 0


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?m)`make (\w+)|^make (\w+)", README + contributing)
    named = {name for pair in commands for name in pair if name}
    targets = set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    assert {"book", "test", "lab", "outputs", "bench", "mutants"} <= named
    assert named <= targets


def test_map_of_folders_is_true() -> None:
    """Each entry of the repository stands in the map once, and nothing else does."""
    _, _, after = README.partition("## Where things are\n")
    rows = [row for row in after.partition("\n## ")[0].splitlines() if row.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    tops = {path.relative_to(ROOT).parts for path in verification.files(ROOT)}
    present = {parts[0] + "/" * (len(parts) > 1) for parts in tops}
    present -= {"README.md"}  # the map itself
    assert sorted(named) == sorted(present)
    assert all(len(row.split("|")[2].split()) >= 3 for row in rows)


def test_every_direct_requirement_is_explained() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([\w-]+)==", requirements, flags=re.MULTILINE)
    assert names
    assert [name for name in names if name not in README] == []


def test_every_requirement_is_locked() -> None:
    locked = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower()
    for name, version in re.findall(r"^([\w-]+)==(\S+)", requirements, flags=re.MULTILINE):
        pattern = rf"^{re.sub('[-_]', '[-_.]', name)}=={re.escape(version)}$"
        assert re.search(pattern, locked, flags=re.MULTILINE), name
