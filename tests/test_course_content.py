"""The assignments: right answers get full marks, typical wrong ones lose some in their place.

Everything here calls the checks directly. That the jailed grader gives the same marks is the
subject of test_course_engine.py.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import json
import math
import re
import runpy
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assignments.coursepack.checking import Result, direct, run_check
from assignments.coursepack.source import Assignment, assignments

ROOT = Path(__file__).parent.parent
COURSE = Path(__file__).parent / "course"
PACK = {one.name[:2]: one for one in assignments()}
SEEDS = (1, 2, 3)
Names = dict[str, Any]


def function_names(assignment: Assignment) -> list[str]:
    return list(dict.fromkeys(one.function for one in assignment.checks))


def run_cells(cells: list[dict[str, Any]]) -> tuple[Names, str]:
    """Run code cells as a notebook does; return its names and what it printed."""
    names: Names = {}
    printed = io.StringIO()
    stub = types.ModuleType("instant_checks")
    stub.check = lambda question: None  # type: ignore[attr-defined]
    before = sys.modules.get("instant_checks")
    sys.modules["instant_checks"] = stub
    try:
        with contextlib.redirect_stdout(printed):
            for cell in cells:
                if cell["cell_type"] == "code":
                    with contextlib.suppress(NotImplementedError):
                        exec(compile(cell["source"], "cell", "exec"), names)
    finally:
        del sys.modules["instant_checks"]
        if before:
            sys.modules["instant_checks"] = before
    return names, printed.getvalue()


@cache
def solution(key: str) -> Names:
    return run_cells(PACK[key].solution()["cells"])[0]


def results(assignment: Assignment, names: Names, seed: int = 1) -> list[Result]:
    with contextlib.redirect_stdout(io.StringIO()):
        return [run_check(one, direct(names[one.function]), seed) for one in assignment.checks]


def marks(found: list[Result], *, bonus: bool = False) -> Counter[str]:
    """Points of each question."""
    points: Counter[str] = Counter()
    for one in found:
        if one.check.bonus == bonus:
            points[one.check.question] += one.points  # type: ignore[assignment]
    return points


def full_marks(assignment: Assignment) -> dict[str, float]:
    points: dict[str, float] = defaultdict(float)
    for one in assignment.checks:
        points[one.question] += 0 if one.bonus else one.points
    return dict(points)


def wrong_answers(key: str) -> Iterator[tuple[str, Callable[..., object]]]:
    """Every wrong answer, with the given functions of the notebook in its reach."""
    given = solution(key)
    names = runpy.run_path(str(COURSE / "wrong" / f"{key}.py"))
    functions = {n: f for n, f in names.items() if inspect.isfunction(f)}
    scope = next(iter(functions.values())).__globals__
    scope.update({n: given[n] for n in ("pmf", "lift") if n in functions})
    for name, function in functions.items():
        if re.match(r"[a-z]\w*?__", name):
            yield name, function


PAIRS = [(key, *pair) for key in PACK for pair in wrong_answers(key)]
OTHERS = sorted((COURSE / "correct").glob("*.py"))


# --- the assignments as such


def test_two_assignments_with_the_announced_points() -> None:
    assert {key: one.total for key, one in PACK.items()} == {"a1": 20, "a2": 25}
    for one in PACK.values():
        one.validate()


@pytest.mark.parametrize("key", PACK)
def test_points_in_the_text_are_those_of_the_checks_and_the_rubric(key: str) -> None:
    assignment = PACK[key]
    worth: dict[str, float] = defaultdict(float, full_marks(assignment))
    for written in assignment.written:
        worth[written.question] += sum(line.points for line in written.criteria)
    text = (assignment.folder / "assignment.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## Question (\d): .*\((\d+) points.*\)$", text, flags=re.MULTILINE)
    assert {q: float(points) for q, points in headings} == dict(sorted(worth.items()))
    table = re.findall(
        r"^\| (\d) \| [^|]+ \| (\d+)[^|]* \| (\d+) \|$", text, flags=re.MULTILINE
    )
    assert [row[:2] for row in table] == headings
    assert sum(int(row[2]) for row in table) <= assignment.description["minutes"]
    assert f"{assignment.total:.0f} points" in text


@pytest.mark.parametrize("key", PACK)
def test_every_function_has_instant_and_hidden_checks_with_messages(key: str) -> None:
    for function in function_names(PACK[key]):
        mine = [one for one in PACK[key].checks if one.function == function]
        assert any(one.public for one in mine)
        assert any(not one.public for one in mine)
        assert sum(one.points for one in mine if one.public and not one.bonus) <= 0.51 * sum(
            one.points for one in mine if not one.bonus
        ), "instant checks alone must not be most of the marks"
        assert all(
            re.search(r"""^ *"[A-Z].*"|words""", inspect.getsource(one.body), re.MULTILINE)
            for one in mine
        )


# --- right answers


@pytest.mark.parametrize("key", PACK)
def test_the_solution_gets_everything_with_any_seed(key: str) -> None:
    for seed in range(25):
        lost = [r for r in results(PACK[key], solution(key), seed) if not r.passed]
        assert not lost


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_other_correct_solutions_get_full_marks(path: Path) -> None:
    assignment = PACK[path.stem[:2]]
    names = runpy.run_path(str(path))
    for seed in SEEDS:
        found = results(assignment, names, seed)
        assert marks(found) == full_marks(assignment), [r for r in found if not r.passed]


@pytest.mark.parametrize("key", PACK)
def test_three_other_solutions_of_every_function(key: str) -> None:
    for function in function_names(PACK[key]):
        found = [runpy.run_path(str(path)) for path in OTHERS if path.stem.startswith(key)]
        bodies = {inspect.getsource(names[function]) for names in found if function in names}
        assert len(bodies) >= 3


def test_the_bonus_needs_more_than_a_difference() -> None:
    earned = {
        path.stem: marks(results(PACK["a1"], runpy.run_path(str(path))), bonus=True)["3"]
        for path in OTHERS
        if path.stem.startswith("a1")
    }
    assert earned["a1_log_space"] == 1
    assert earned["a1_loops"] == earned["a1_vectorised"] == 0
    assert marks(results(PACK["a1"], solution("a1")), bonus=True) == {"3": 1}


# --- wrong answers


@pytest.mark.parametrize("key", PACK)
def test_eight_wrong_answers_to_every_function(key: str) -> None:
    counts = Counter(name.split("__")[0] for name, _ in wrong_answers(key))
    assert set(counts) == set(function_names(PACK[key]))
    assert min(counts.values()) >= 8


@pytest.mark.parametrize(("key", "name", "wrong"), PAIRS, ids=[pair[1] for pair in PAIRS])
def test_a_wrong_answer_loses_marks_where_it_is_wrong(
    key: str, name: str, wrong: Callable[..., object]
) -> None:
    assignment, function = PACK[key], name.split("__")[0]
    question = next(one.question for one in assignment.checks if one.function == function)
    says = re.search(r"Says: (.*)\.$", inspect.getdoc(wrong) or "")
    assert says
    for seed in SEEDS:
        found = results(assignment, solution(key) | {function: wrong}, seed)
        earned, full = marks(found), full_marks(assignment)
        assert earned[question] < full[question]
        for other in full.keys() - {question}:
            assert earned[other] == full[other]
        messages = [one.message for one in found if not one.passed and not one.check.bonus]
        assert any(says[1].lower() in one.lower() for one in messages), messages


# --- what students get


@pytest.mark.parametrize("key", PACK)
def test_the_empty_release_earns_nothing(key: str) -> None:
    names, _ = run_cells(PACK[key].student()["cells"])
    for seed in SEEDS:
        assert sum(marks(results(PACK[key], names, seed)).values()) == 0


@pytest.mark.parametrize("key", PACK)
def test_the_instant_checks_say_something_in_the_notebook(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assignment = PACK[key]
    (tmp_path / "instant_checks.py").write_text(assignment.instant_checks(), encoding="utf-8")
    instant = runpy.run_path(str(tmp_path / "instant_checks.py"), run_name="instant_checks")
    for names, sign in (
        (solution(key), "✓"),
        (run_cells(assignment.student()["cells"])[0], "✗"),
    ):
        for question in full_marks(assignment):
            exec("check(question)", {**names, "check": instant["check"], "question": question})
            lines = capsys.readouterr().out.splitlines()
            signs = {line[0] for line in lines if line[0] in "✓✗"}
            assert signs == {sign}, lines


def book_texts() -> dict[str, str]:
    """Everything that readers see of the book."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("*.md")}
    for path in [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("*.ipynb")]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts[path.name] = "\n".join("".join(cell["source"]) for cell in cells)
    return texts


@pytest.mark.parametrize("key", PACK)
def test_the_book_holds_no_line_of_a_solution(key: str) -> None:
    secrets = PACK[key].secrets()
    assert len(secrets) > 100
    for name, text in book_texts().items():
        lines = {line.strip() for line in text.splitlines()}
        found = [secret for secret in secrets if secret in lines]
        assert not found, name


@pytest.mark.parametrize("key", PACK)
def test_no_function_of_a_chapter_is_an_answer(key: str) -> None:
    """Whoever pastes a function of the book, without divcore, does not get its marks."""
    assignment = PACK[key]
    tried = 0
    for text in book_texts().values():
        for source in re.findall(r"^def .*(?:\n(?:[ \t]+.*|))*", text, flags=re.MULTILINE):
            with contextlib.suppress(SyntaxError):
                (tree,) = ast.parse(source).body
                names: Names = {"np": np, "math": math, "log": math.log}
                exec(compile(ast.Module([tree], []), "chapter", "exec"), names)
                pasted = names[tree.name]  # type: ignore[attr-defined]
                tried += 1
                for function in function_names(assignment):
                    full = [c for c in assignment.checks if c.function == function]
                    with contextlib.redirect_stdout(io.StringIO()):
                        got = [run_check(one, direct(pasted), 1) for one in full]
                    assert not all(one.passed for one in got if not one.check.bonus)
    assert tried >= 10


# --- numbers that the texts name


def test_the_sheet_of_the_old_ledger() -> None:
    """Five of the six numbers are what the given program prints, and one is not."""
    text = (PACK["a1"].folder / "assignment.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \(([^|]*)\) \| \(([^|]*)\) \| (.*) \|$", text, flags=re.MULTILINE)
    assert len(rows) == 2
    differ = []
    for coin, board, numbers in rows:
        p, q = ([float(x) for x in one.split(",")] for one in (coin, board))
        for printed, computed in zip(
            numbers.split(" | "), solution("a1")["ledger"](p, q), strict=True
        ):
            if f"{computed:.12f}" != printed:
                differ.append((printed, f"{computed:.12f}"))
    assert differ == [("0.105360515658", "0.105360354477")]
    assert f"{-math.log(0.9):.12f}" == "0.105360515658"
    assert f"{1e-8 * math.log(1e-8 / 0.1):.1e}" == "-1.6e-07"


def test_the_camera_comes_down_to_its_floor() -> None:
    _, printed = run_cells(PACK["a2"].solution()["cells"])
    lines = printed.splitlines()
    assert lines[-2].startswith("step 400: mean loss 0.386")
    assert lines[-1].endswith("0.3856 nats")
    assert f"{math.log1p(math.exp(-40)):.2e}" == "4.25e-18"
    boxes = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    assert f"{boxes:.3f}" == "0.325"
    assert f"{(60 * math.log(2) + 50 * boxes) / 150:.3f}" == "0.386"
