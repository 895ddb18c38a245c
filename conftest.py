"""How pytest re-runs the notebooks, what is checked where, and when all was checked."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from hypothesis import settings
from nbval.plugin import IPyNbFile  # type: ignore[import-untyped]

from _ext import verification

# The same random cases on every run: a red check must stay red until it is repaired.
settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")


def _pinned_matplotlib() -> str:
    """Read from requirements.txt the version under which the figures were drawn."""
    text = (Path(__file__).parent / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^matplotlib==(\S+)", text, flags=re.MULTILINE)
    assert found, "requirements.txt must pin matplotlib"
    return found[1]


# Another matplotlib may place a line a hundredth of a point elsewhere. Then the words of
# a figure (its alternative text and its data) are still compared, the drawing is not.
# BOOK_DRAWINGS=required, which CI sets, turns that concession off.
DRAWINGS_COMPARED = (
    os.environ.get("BOOK_DRAWINGS") == "required"
    or matplotlib.__version__ == _pinned_matplotlib()
)


def pytest_report_header() -> str:
    """Say in pytest's header whether the drawings are compared."""
    if DRAWINGS_COMPARED:
        return "figures: drawings and descriptions are compared, byte for byte"
    return (
        f"figures: only descriptions are compared, because matplotlib "
        f"{matplotlib.__version__} is not the pinned {_pinned_matplotlib()}"
    )


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Compare every field of every output but the counter and tracebacks.

    nbval's own list leaves out metadata, output types, stream names and PNG images.
    """
    if isinstance(collector, IPyNbFile):
        drawings = () if DRAWINGS_COMPARED else ("image/svg+xml",)
        collector.skip_compare = ("execution_count", "traceback", *drawings)


# --- what is checked where ----------------------------------------------------------------
#
# `make test` leaves out what is marked as thorough and what this machine has no programs for.
# `.ci/run` sets BOOK_CHECKS=all: then everything runs, nothing may be skipped, and a complete
# run writes the note from which the status page takes its day.

ALL = os.environ.get("BOOK_CHECKS") == "all"
BEFORE = pytest.StashKey[str]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave thorough checks to `.ci/run`, unless someone asks for them by `-m`."""
    if ALL or config.option.markexpr:
        return
    thorough = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=thorough)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember what the files were like before they were checked."""
    if ALL:
        session.config.stash[BEFORE] = verification.digest()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the note after a complete run; where all has to run, a skip is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not ALL or reporter is None:  # without a reporter this is one of several workers
        return
    if reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if not (gaps := gaps_of(session, reporter.stats)):
        verification.record()
    reporter.write_line("")
    reporter.write_line(f"Not everything was checked: {gaps[0]}." if gaps else CHECKED)


CHECKED = "Everything was checked; the status page will say so until a file changes."


def gaps_of(session: pytest.Session, stats: dict[str, list[Any]]) -> list[str]:
    """Say what is missing from a complete and successful run."""
    config = session.config
    passed = {report.nodeid.partition("::")[0] for report in stats.get("passed", [])}
    untouched = sorted(files_with_checks() - passed)
    checks = {
        "something failed": session.exitstatus != pytest.ExitCode.OK
        or any(stats.get(name) for name in ("failed", "error", "xfailed", "xpassed")),
        "something was skipped": bool(stats.get("skipped")),
        "only some checks were asked for": config.args_source
        is not pytest.Config.ArgsSource.TESTPATHS
        or bool(config.option.keyword or config.option.markexpr or stats.get("deselected")),
        f"nothing passed in {', '.join(untouched)}": bool(untouched),
        "a file changed meanwhile": config.stash[BEFORE] != verification.digest(),
    }
    return [what for what, holds in checks.items() if holds]


def files_with_checks() -> set[str]:
    """Return the notebooks and the modules that hold tests."""
    root = verification.ROOT
    notebooks = {*root.glob("*.ipynb"), *root.glob("chapters/*.ipynb")}
    modules = {*root.glob("tests/test_*.py"), *root.glob("tests/chapters/*.py")}
    has_test = re.compile(r"^\s*(?:async )?def test_", re.MULTILINE)
    modules = {path for path in modules if has_test.search(path.read_text(encoding="utf-8"))}
    return {path.relative_to(root).as_posix() for path in notebooks | modules}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not checked on this machine, and how to get it."""
    if ALL or terminalreporter.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    )
    terminalreporter.section("not checked on this machine")
    terminalreporter.write_line("thorough checks: every page in a browser, hostile submissions")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} check{'s' * (count > 1)}: {reason}")
    terminalreporter.write_line("`.ci/run` installs what they need and runs them all.")
