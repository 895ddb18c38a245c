"""The three files of a chapter, and what the second and third of them hold.

============================  ==========================================================
chapters/07-training.ipynb    what readers read
chapters/07-training.py       what readers' answers need: `ANSWERS` and `SLIPS`, see below
tests/chapters/ch07.py        the sidecar: what binds the chapter, and tests of its own
============================  ==========================================================

The landing page and the errata have sidecars too: `index.py` and `errata.py`. A sidecar has
these tables, and leaves out what its page does not have:

CASES      what the letters of each numbered equation stand for: `{"7.1": basics}`
UNREAD     displays without a number that cannot be evaluated, by cell, each with the reason
NUMBERS    how the numbers in the options of each question come about:
           `{2: {"A": (0.5,), "B": (entropy(FAIR),)}}`, by question and option; or a test of the
           sidecar that tries the options out
STATED     numbers in the questions and reasons, as written, with their values
CLAIMS     what the page claims, each with what its proof shows: `{"C05": Claim("…", ["…"])}`
EXPLORERS  how the numbers of each explorer come about: `{"explore_x": Explored(…)}`

What a reader's answer is compared with uses NumPy and divcore only, because it is to run where
the reader is:

ANSWERS    the number that an exercise asks for: `{"7.1": entropy(COIN)}`
SLIPS      wrong numbers, each with a sentence on the slip that leads to it:
           `{"7.1": {"That is in bits; …": entropy(COIN, base=2)}}`

Nothing is listed twice: the files are found by their names. What is missing or faulty becomes
a fault, a sentence that says what to write, and the rest of the check goes on.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.outputs import ROOT, notebooks

FOLDER = ROOT / "tests" / "chapters"
TABLES = ("CASES", "UNREAD", "NUMBERS", "STATED", "CLAIMS", "EXPLORERS")


@dataclass(frozen=True)
class Claim:
    """A sentence that the book claims, and its proof.

    The proof is a cell with `"proves": ["C05"]` in its metadata, whose printed text contains
    everything that `shows` lists; or a test, named as `tests/test_x.py::test_y`.
    """

    says: str
    shows: list[str] = field(default_factory=list)
    test: str = ""


def page_of(path: Path) -> str:
    """Return the short name of a notebook: ch07 of 07-training, index of index."""
    number = re.match(r"(\d\d)-", path.stem)
    return f"ch{number[1]}" if number else path.stem


@dataclass(frozen=True)
class Page:
    """A notebook of the book and its sidecar."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file without its ending: 07-training."""
        return self.path.stem

    @property
    def short(self) -> str:
        """The name of its sidecar: ch07."""
        return page_of(self.path)

    @property
    def sidecar(self) -> Path:
        """Where its sidecar is, or has to be."""
        return FOLDER / f"{self.short}.py"

    @property
    def place(self) -> str:
        """The sidecar's name, for sentences that say where to write something."""
        return f"tests/chapters/{self.short}.py"

    @property
    def answers(self) -> Path | None:
        """Where its answers are, or have to be; the landing page and the errata have none."""
        return self.path.with_suffix(".py") if self.short.startswith("ch") else None

    def answers_module(self) -> ModuleType:
        """Import what stands beside the notebook; its name is no name of a module."""
        path = self.path.with_suffix(".py")
        spec = spec_from_file_location(path.stem.replace("-", "_"), path)
        assert spec
        assert spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def table(self, name: str) -> dict[Any, Any]:
        """Return a table of the sidecar; what cannot be read is empty and a fault."""
        module, _ = loaded(self.short)
        found = getattr(module, name, {})
        return found if isinstance(found, dict) else {}

    def faults(self) -> Iterator[str]:
        """Say what is wrong with the two files beside the notebook as a whole."""
        if self.answers and not self.answers.is_file():
            yield (
                f"chapters/{self.answers.name} is missing: write it with a docstring and "
                "ANSWERS = {}, and fill in the numbers that exercises ask for"
            )
        place = self.place
        if not self.sidecar.is_file():
            yield (
                f"{self.path.relative_to(ROOT).as_posix()} has no sidecar: write {place} with "
                f"a docstring and the tables {', '.join(TABLES)} that the page needs "
                "(tests/sidecar.py explains them)"
            )
            return
        module, error = loaded(self.short)
        if error:
            yield f"{place} cannot be imported: {error}"
            return
        if not module.__doc__:
            yield f"{place} has no docstring: say in its first line which page it belongs to"
        for name, value in vars(module).items():
            if name in TABLES and not isinstance(value, dict):
                yield f"{name} in {place} has to be a dict, not a {type(value).__name__}"
        if not any(hasattr(module, name) for name in TABLES):
            yield f"{place} has none of the tables {', '.join(TABLES)}"
        for claim, value in self.table("CLAIMS").items():
            if not isinstance(value, Claim):
                yield f'{claim} in CLAIMS of {place} has to be Claim("what it says", ["shown"])'


@cache
def loaded(short: str) -> tuple[ModuleType, str]:
    """Import a sidecar; where that fails, return an empty module and the reason."""
    empty = ModuleType(short)
    if not (FOLDER / f"{short}.py").is_file():
        return empty, "there is no such file"
    try:
        return import_module(f"tests.chapters.{short}"), ""
    except Exception as error:
        last = [f for f in traceback.extract_tb(error.__traceback__) if short in f.filename]
        line = getattr(error, "lineno", None) or (last[-1].lineno if last else None)
        where = f" in line {line}" if line else ""
        return empty, f"{type(error).__name__}{where}: {error}"


PAGES = [Page(path) for path in notebooks()]


def faults_of_the_set() -> Iterator[str]:
    """Say which files belong to no page, and which numbers of chapters occur twice."""
    shorts = [page.short for page in PAGES]
    for short in sorted({short for short in shorts if shorts.count(short) > 1}):
        names = ", ".join(page.path.name for page in PAGES if page.short == short)
        yield f"{names} have the same number: rename all but one"
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem not in shorts:
            yield (
                f"tests/chapters/{path.name} belongs to no notebook: "
                "rename it to chNN.py after a chapter NN, or delete it"
            )
    for path in sorted((ROOT / "chapters").glob("*.py")):
        if not path.with_suffix(".ipynb").is_file():
            yield f"chapters/{path.name} stands beside no notebook of that name: rename it"
