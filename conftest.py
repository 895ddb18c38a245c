"""How pytest re-runs the notebooks: nothing an output shows goes uncompared."""

from __future__ import annotations

import os
import re
from pathlib import Path

import matplotlib
import pytest
from hypothesis import settings
from nbval.plugin import IPyNbFile  # type: ignore[import-untyped]

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


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where BOOK_SKIPS=forbidden, as in CI, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("BOOK_SKIPS") == "forbidden":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
