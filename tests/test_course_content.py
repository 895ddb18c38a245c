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
import tomllib
import types
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


def own_results(answer: Answer, seed: int) -> list[Result]:
    """Run the checks of the function that was answered."""
    mine = [one for one in PACK[answer.key].checks if one.function == answer.function]
    with (
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(action="ignore"),  # a warning is no mistake
    ):
        return [run_check(one, direct(answer.call), seed) for one in mine]


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


@dataclass(frozen=True)
class Answer:
    """One function as a student might write it; a wrong one with words that name the slip."""

    key: str
    function: str
    name: str
    call: Callable[..., object]
    says: str = ""


def written(key: str, code: str) -> Names:
    """Run an answer as a cell of the notebook, in reach of the functions given there."""
    given = {name: solution(key)[name] for name in ("pmf", "lift", "TINY") if key == "a1"}
    names: Names = {"math": math, "np": np, **given}
    exec(compile(code, "answer", "exec"), names)
    return names


def functions_of(path: Path, key: str) -> Iterator[Answer]:
    """Yield the answers that are functions called ``question__name``."""
    for name, function in written(key, path.read_text(encoding="utf-8")).items():
        if re.match(r"[a-z]\w*?__", name):
            says = re.search(r"Says: (.*)\.$", inspect.getdoc(function) or "")
            yield Answer(key, name.split("__")[0], name, function, says[1] if says else "")


def tables(key: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every right answer of a table, as function, style and what the table says."""
    text = (COURSE / "wrong" / f"{key}.toml").read_text(encoding="utf-8")
    for function, styles in tomllib.loads(text).items():
        for style, answer in styles.items():
            yield function, style, answer


def changed(key: str, function: str, name: str, code: str, change: list[str]) -> Answer:
    """Return a right answer with one change, whose old text occurs exactly once."""
    old, new, *says = change
    assert code.count(old) == 1, f"{name}: {old!r} occurs {code.count(old)} times"
    call = written(key, code.replace(old, new))[function]
    return Answer(key, function, f"{function}__{name}", call, *says)


def wrong_answers(key: str) -> Iterator[Answer]:
    """Yield every wrong answer: whole functions, and right ones with a slip."""
    yield from functions_of(COURSE / "wrong" / f"{key}.py", key)
    for function, style, answer in tables(key):
        for slip, change in answer["slips"].items():
            yield changed(key, function, f"{style}__{slip}", answer["right"], change)


def right_answers(key: str) -> Iterator[Answer]:
    """Yield every right answer to a single question, as plain or as unusual as it may be."""
    yield from functions_of(COURSE / "unusual" / f"{key}_unusual.py", key)
    for function, style, answer in tables(key):
        yield changed(key, function, style, answer["right"], [answer["right"]] * 2)
        for way, change in answer.get("ways", {}).items():
            yield changed(key, function, f"{style}__{way}", answer["right"], change)


WRONG = [answer for key in PACK for answer in wrong_answers(key)]
RIGHT = [answer for key in PACK for answer in right_answers(key)]
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


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: answer.name)
def test_an_unusual_right_answer_gets_full_marks(answer: Answer) -> None:
    for seed in SEEDS:
        found = own_results(answer, seed)
        lost = [one for one in found if not one.passed and not one.check.bonus]
        assert not lost


@pytest.mark.parametrize("key", PACK)
def test_a_dozen_right_answers_to_every_function(key: str) -> None:
    counts = Counter(answer.function for answer in RIGHT if answer.key == key)
    files = sum(path.stem.startswith(key) for path in OTHERS)  # each answers everything
    assert set(counts) == set(function_names(PACK[key]))
    assert min(counts.values()) + files >= 12, counts


def test_only_careful_logarithms_earn_the_bonus() -> None:
    """A sum of p log(p/q) loses the digits, with whatever precision it is added up."""
    earned = {
        answer.name
        for answer in RIGHT
        if answer.function == "kl"
        and all(one.passed for seed in SEEDS for one in own_results(answer, seed))
    }
    assert earned == {"kl__log1p", "kl__decimal"}


@pytest.mark.parametrize("key", PACK)
def test_refusing_everything_earns_nothing(key: str) -> None:
    def refuse(*args: object) -> None:
        raise ValueError("never")

    names = dict.fromkeys(function_names(PACK[key]), refuse)
    assert sum(marks(results(PACK[key], names)).values()) == 0


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
def test_forty_wrong_answers_to_every_function(key: str) -> None:
    counts = Counter(answer.function for answer in WRONG if answer.key == key)
    assert set(counts) == set(function_names(PACK[key]))
    assert min(counts.values()) >= 40, counts


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: answer.name)
def test_a_wrong_answer_loses_marks_and_is_told_why(answer: Answer) -> None:
    assert answer.says
    for seed in SEEDS:
        found = own_results(answer, seed)
        messages = [one.message for one in found if not one.passed and not one.check.bonus]
        assert messages, "full marks"
        assert any(answer.says.lower() in one.lower() for one in messages), messages


@pytest.mark.parametrize("key", PACK)
def test_a_wrong_answer_costs_nothing_in_another_question(key: str) -> None:
    """One answer to each function is put beside the solution of all the others."""
    assignment = PACK[key]
    full = full_marks(assignment)
    for function in function_names(assignment):
        question = next(one.question for one in assignment.checks if one.function == function)
        wrong = next(answer for answer in WRONG if answer.function == function)
        with warnings.catch_warnings(action="ignore"):
            earned = marks(results(assignment, solution(key) | {function: wrong.call}))
        assert earned[question] < full[question]
        assert all(earned[other] == full[other] for other in full.keys() - {question})


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
