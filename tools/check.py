"""Check one chapter: ``make check CHAPTER=07``.

Everything about the chapter is checked: its form, its outputs, equations, quiz, claims, bound
numbers, answers and explorer, and what the builder of the site says of its page. What is wrong
is said in words, with its place. `index` and `errata` are checked by their names.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tools.outputs import ROOT, notebooks

# Not here: whether the binding of numbers notices every change, which takes long.
# Modules whose tests are named after pages; the others do not depend on any one chapter.
MODULES = [
    "chapters",
    "equations",
    "quizzes",
    "claims",
    "answers",
    "backmatter",
    "bindings",
    "explorers",
]


class Listener:
    """Hears what fails, and keeps a sentence for each."""

    def __init__(self) -> None:
        self.passed = 0
        self.faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what passed, and say what failed."""
        self.passed += report.passed and report.when == "call"
        if report.failed:
            self.faults.append(in_words(report.nodeid, report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Say which file cannot even be read."""
        if report.failed:
            self.faults.append(in_words(report.nodeid, report))


def in_words(place: str, report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the place and the reason, without the traceback."""
    crash = getattr(report.longrepr, "reprcrash", None)
    reason = re.sub(r"\x1b\[[\d;]*m", "", crash.message if crash else str(report.longrepr))
    lines = [line for line in reason.splitlines() if line.strip()] or ["failed"]
    lines[0] = re.sub(r"^(?:AssertionError|Failed)\b:?\s*", "", lines[0])
    if not lines[0].startswith("assert"):  # a sentence; what pytest adds repeats it
        lines = [line for line in lines if not line.startswith(("assert ", " +  where"))]
    if len(lines) > 12:  # what a cell of a notebook raised stands at the end
        lines = [*lines[:8], "…", *lines[-3:]]
    return "\n    ".join([place, *lines])


def page_of(name: str) -> Path:
    """Return the notebook that a number or a name means."""
    found = [p for p in notebooks() if p.stem == name or p.name.startswith(f"{name}-")]
    if len(found) != 1:
        known = ", ".join(p.stem.partition("-")[0] for p in notebooks())
        raise SystemExit(f"CHAPTER is {name!r}; it has to be one of {known}")
    return found[0]


def warnings_of(page: Path, log: str) -> list[str]:
    """Return what the builder says of one page."""
    place = page.relative_to(ROOT).with_suffix("").as_posix()
    named = re.compile(rf"(?:{re.escape(place)}(?:\.ipynb)?)\S*:.*(?:WARNING|ERROR)")
    plain = re.sub(r"\x1b\[[\d;]*m", "", log)
    return [line.replace(f"{ROOT}/", "") for line in plain.splitlines() if named.search(line)]


def build(page: Path) -> subprocess.Popen[str]:
    """Start to build the site, in which this page is read again, with its warnings."""
    page.touch()
    program = Path(sys.executable).with_name("jupyter-book")
    return subprocess.Popen(
        [program, "build", ROOT, "-n", "--keep-going"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main(arguments: list[str]) -> int:
    """Check the named chapter and print what is wrong."""
    if len(arguments) != 1:
        raise SystemExit("say which chapter: make check CHAPTER=07")
    began = time.monotonic()
    page = page_of(arguments[0])
    short = f"ch{page.stem[:2]}" if page.stem[:2].isdigit() else page.stem
    builder = build(page)
    modules = [ROOT / "tests" / f"test_{name}.py" for name in MODULES]
    files = [page, ROOT / "tests" / "chapters" / f"{short}.py", *modules]
    listener = Listener()
    with redirect_stdout(StringIO()):  # what is wrong is told below
        pytest.main(
            [
                *("-n", "0", "-p", "no:cacheprovider", "-m", "not thorough"),
                *("-k", f"({page.stem} or {short}.py or no_file_belongs) and not every_change"),
                *(str(path) for path in files if path.is_file()),
            ],
            plugins=[listener],
        )
    log, _ = builder.communicate()
    faults = listener.faults + warnings_of(page, log)
    if builder.returncode and not faults:
        faults = ["the site does not build:\n" + log[-1500:]]
    for fault in faults:
        print(fault, end="\n\n")
    seconds = time.monotonic() - began
    verdict = f"{len(faults)} things are wrong" if faults else "everything is right"
    print(f"{page.name}: {listener.passed} checks passed, {verdict} ({seconds:.0f} s)")
    if not faults:
        page_built = ROOT / "_build" / "html" / page.relative_to(ROOT).with_suffix(".html")
        print(f"The page: {page_built}")
    return int(bool(faults) or not listener.passed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
