"""What readers' answers are compared with: right answers, and slips of their own."""

from __future__ import annotations

import ast
import math
import re
import sys
from itertools import combinations
from pathlib import Path

import nbformat
import pytest

from tests.quiz_reader import agrees
from tests.sidecar import PAGES, Page

CHAPTERS = [page for page in PAGES if page.answers and page.answers.is_file()]
BY_CHAPTER = pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.name)
NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")


def solution(path: Path, exercise: str) -> str:
    """Return the text of a solution, with the outputs of the code that follows it."""
    cells = iter(nbformat.read(path, as_version=4).cells)
    for cell in cells:
        if cell.cell_type == "markdown" and f"Solution {exercise}\n" in cell.source:
            text = [cell.source.partition(f"Solution {exercise}\n")[2]]
            for following in cells:
                if following.cell_type == "markdown":
                    break
                text += [output.get("text", "") for output in following.outputs]
            return "\n".join(text)
    return ""


@BY_CHAPTER
def test_answers_are_in_the_solutions(page: Page) -> None:
    module = page.answers_module()
    assert module.__doc__, f"{page.answers} has no docstring"
    assert isinstance(module.ANSWERS, dict), f"ANSWERS of {page.answers} has to be a dict"
    for exercise, value in module.ANSWERS.items():
        place = f'"{exercise}" in ANSWERS of chapters/{page.name}.py'
        text = solution(page.path, exercise)
        assert text, f"{place}: {page.path.name} has no solution of that number"
        written = [token.replace("−", "-") for token in NUMBER.findall(text)]
        assert any(agrees(t, value) for t in written if "." in t or float(t) == value), (
            f"{place} is {value}, which the solution does not say"
        )


@BY_CHAPTER
def test_every_slip_has_a_message_and_a_number_of_its_own(page: Page) -> None:
    module = page.answers_module()
    for exercise, slips in getattr(module, "SLIPS", {}).items():
        place = f'"{exercise}" in SLIPS of chapters/{page.name}.py'
        assert exercise in module.ANSWERS, f"{place} has no right answer in ANSWERS"
        assert len(slips) >= 2, f"{place}: at least two slips help, one is a guess"
        numbers = {**slips, "the right answer": module.ANSWERS[exercise]}
        for (one, a), (other, b) in combinations(numbers.items(), 2):
            alike = math.isclose(a, b, rel_tol=5e-3)
            assert not alike, f"{place}: {a:.4f} would be “{one}” and “{other}”"
        for message in slips:
            assert len(message.split()) >= 5, f"{place}: {message!r} explains nothing"
            assert message.endswith("."), f"{place}: {message!r} is no sentence"


@BY_CHAPTER
def test_only_numpy_and_divcore_are_needed(page: Page) -> None:
    assert page.answers
    tree = ast.parse(page.answers.read_text(encoding="utf-8"))
    named = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    named |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in named}
    assert tops <= {"numpy", "divcore", *sys.stdlib_module_names}
