"""Read the questions of a page as their author wrote them, and the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np

from divcore import average_nll, bernoulli
from tools.outputs import notebooks

PAGES = notebooks()
HEADINGS = {"index": "Where should you begin?"}

Number = float | np.floating
NUMBER = re.compile(r"(?<!_)(?<!log)[−-]?\d+(?:\.\d+)?|∞")


@dataclass
class Question:
    """A question as an author wrote it, its options and answers by their letters."""

    page: str
    number: int
    text: str
    options: dict[str, str]
    answers: dict[str, str]

    @property
    def right(self) -> str:
        """The letter of the right option."""
        found = [x for x, text in self.answers.items() if text.startswith(f"- **{x} is right.")]
        assert len(found) == 1, f"{self.page}, question {self.number}: right are {found}"
        return found[0]


def prose(path: Path) -> str:
    """Return all Markdown of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def section(path: Path) -> str:
    """Return the section of a page that holds its quiz."""
    heading = HEADINGS.get(path.stem, "Check yourself")
    return prose(path).partition(f"## {heading}\n")[2].partition("\n## ")[0]


def questions(path: Path) -> Iterator[Question]:
    """Read the questions of a page."""
    for part in section(path).split("**Question ")[1:]:
        number = int(part.partition(".")[0])
        asked, _, fold = part.partition("```{dropdown} Answers to question ")
        options = dict(re.findall(r"^- \*\*([A-H])\.\*\* (.*)$", asked, flags=re.M))
        answers = {line[4]: line for line in fold.splitlines() if line.startswith("- **")}
        text = asked.partition("\n- **A.**")[0]
        yield Question(path.stem, number, text, options, answers)


def question(page: str, number: int) -> Question:
    """Return one question of a page that is named by its file, without the ending."""
    (path,) = (path for path in PAGES if path.stem == page)
    (asked,) = (asked for asked in questions(path) if asked.number == number)
    return asked


def numbers(option: str) -> list[str]:
    """Return the numbers in an option, as they are written there."""
    return [token.replace("−", "-") for token in NUMBER.findall(option.replace("q-(", "q("))]


def agrees(written: str, value: Number) -> bool:
    """Whether a value, rounded to as many places as were written, is what was written."""
    if written == "∞":
        return bool(np.isposinf(value))
    places = len(written.partition(".")[2])
    return abs(float(written) - value) <= 0.5 * 10**-places + 1e-12


def share_of_ones(ones: int, tosses: int) -> float:
    """The model with the lowest loss on these tosses, found by trying."""
    seen = [1] * ones + [0] * (tosses - ones)
    models = np.linspace(0, 1, 101)
    return float(models[np.argmin([average_nll(seen, bernoulli(q)) for q in models])])
