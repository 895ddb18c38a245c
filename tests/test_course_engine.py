"""The course pack's engine, with a tiny assignment.

Honest students, and all that was thought of to fool or to break the grader: every hostile
submission is a file in ``course/hostile`` whose heading says what it earns.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import html
import io
import json
import math
import os
import re
import resource
import shutil
import subprocess
import sys
import time
import types
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from myst_nb.core.read import read_myst_markdown_notebook

from assignments.coursepack import (
    calls,
    checking,
    feedback,
    grade,
    gradescope,
    jail,
    notebook,
    release,
    roster,
    rubric,
    source,
    tables,
    worker,
)
from assignments.coursepack.__main__ import main

HERE = Path(__file__).parent / "course"
ROOT = HERE.parents[1]
EVERYTHING = os.environ.get("BOOK_CHECKS") == "all"
HOSTILE = sorted((HERE / "hostile").glob("*.md"))
SLOW = [path for path in HOSTILE if re.search("^slow: yes$", path.read_text(), re.MULTILINE)]
TRIED = [path for path in HOSTILE if EVERYTHING or path not in SLOW]
QUICK = jail.Limits(
    call_cpu=0.3,
    call_wall=3.0,
    cell_cpu=0.5,
    cell_wall=3.0,
    total_wall=60.0,
    process_cpu=10.0,
    stops=2,
    memory=512 << 20,
)


@pytest.fixture(scope="session")
def tiny() -> source.Assignment:
    return source.Assignment(HERE / "tiny")


@pytest.fixture(scope="session")
def closed() -> jail.Jail:
    """A jail; where none works these tests are skipped, unless COURSE_JAIL=required."""
    try:
        return jail.find(absent=(ROOT / "assignments", HERE))
    except jail.NoJail as reason:
        if os.environ.get("COURSE_JAIL") == "required":
            pytest.fail(str(reason))
        pytest.skip(f"no jail, so nothing was tried that needs one: {reason}")


def solution_text(assignment: source.Assignment) -> str:
    return source.dumps(assignment.solution())


def cells_of(*code: str) -> str:
    return source.dumps(source.notebook("x", [source.Cell("code", one) for one in code]))


def grade_all(
    folder: Path, assignment: source.Assignment, closed: jail.Jail, **options: object
) -> list[grade.Graded]:
    """Grade a folder with small limits; the results go beside it."""
    out = options.pop("out", folder.with_name(f"{folder.name}-out"))
    return grade.grade_folder(folder, assignment, closed, QUICK, out, **options)


def marks(graded: grade.Graded) -> tuple[float, float]:
    return graded.points("1"), graded.points("2")


# The text of an assignment


@pytest.mark.parametrize(
    "path", [HERE / "tiny", *(one.folder for one in source.assignments())], ids=lambda p: p.name
)
def test_our_reader_agrees_with_myst_nb(path: Path) -> None:
    text = (path / "assignment.md").read_text(encoding="utf-8")
    if not text.startswith("---"):
        text = f"---\nkernelspec:\n  name: python3\n  display_name: x\n---\n{text}"
    theirs = read_myst_markdown_notebook(text).cells
    ours = source.Assignment(path).cells
    assert [(one.kind, one.source.strip()) for one in ours] == [
        (one.cell_type, one.source.strip()) for one in theirs
    ]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.metadata == {
            key: value for key, value in other.metadata.items() if not key.startswith("_")
        }


def test_both_versions_are_valid_notebooks(tiny: source.Assignment) -> None:
    for made in (tiny.solution(), tiny.student()):
        nbformat.validate(nbformat.from_dict(made))


def test_solutions_are_cut_out(tiny: source.Assignment) -> None:
    made = tiny.student()["cells"]
    text = "\n".join(cell["source"] for cell in made)
    assert text.count(source.PLACEHOLDER) == 2
    assert text.count(source.YOUR_ANSWER) == 1
    assert "**Your answer to question 3:**" in text
    assert "SOLUTION" not in text
    assert '"""Return twice x."""\n    raise NotImplementedError' in text
    assert [cell["id"] for cell in made] == [cell["id"] for cell in tiny.solution()["cells"]]


@pytest.mark.parametrize(
    "text",
    [
        "```{code-cell}\n# BEGIN SOLUTION\nx = 1\n```",
        "```{code-cell}\n# END SOLUTION\nx = 1\n```",
        "```{code-cell}\n# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n```",
        "```{code-cell}\nx = 1",
        "```\nnever closed",
    ],
)
def test_marks_and_fences_have_to_match(text: str) -> None:
    with pytest.raises(source.BadAssignment):
        [source.blank(cell) for cell in source.parse(text)]


def test_points_have_to_add_up(tmp_path: Path, tiny: source.Assignment) -> None:
    copy = changed(tiny, tmp_path, "rubric.toml", "total = 6", "total = 7")
    with pytest.raises(source.BadAssignment, match="together not 7"):
        copy.validate()


def changed(
    assignment: source.Assignment, tmp_path: Path, name: str, old: str, new: str
) -> source.Assignment:
    """Return a copy of an assignment with one change."""
    folder = tmp_path / "changed" / assignment.name
    shutil.copytree(assignment.folder, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return source.Assignment(folder)


# The release


def test_release_is_complete_and_the_same_each_time(
    tmp_path: Path, tiny: source.Assignment
) -> None:
    first, again = (release.release(tiny, tmp_path / one) for one in "ab")
    assert first.read_bytes() == again.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    wanted = ["START.md", "instant_checks.py", "requirements.txt", "tiny.ipynb"]
    assert names == [f"tiny/{name}" for name in wanted]


def test_release_holds_no_secret(tiny: source.Assignment) -> None:
    secrets = tiny.secrets()
    assert "twice_of_the_number = np.asarray(x) * 2" in secrets
    assert "return float(sum(numbers))" in secrets
    assert "Because adding nothing to a number must not change it." in secrets
    assert 'SECRET = "the hidden checks lie open"' in secrets
    assert any("What does a sum start from?" in line for line in secrets)
    text = "\n".join(release.release_files(tiny).values())
    assert not [line for line in secrets if line in text]
    assert "SEVEN = 7" in text  # a constant that a public check uses
    assert "What is seven and seven?" in text


def test_release_that_gives_something_away_is_refused(
    tmp_path: Path, tiny: source.Assignment
) -> None:
    old = "The end."
    leaking = changed(
        tiny, tmp_path / "a", "assignment.md", old, "return float(sum(numbers)) is it"
    )
    with pytest.raises(source.BadAssignment, match="would give away"):
        release.release_files(leaking)
    using = changed(tiny, tmp_path / "b", "checks.py", "6.5, ", "reference_total([6.5]), ")
    with pytest.raises(source.BadAssignment, match="must not see"):
        release.release_files(using)


def test_instant_checks_run_where_only_the_release_is(
    tmp_path: Path, tiny: source.Assignment
) -> None:
    (tmp_path / "instant_checks.py").write_text(tiny.instant_checks(), encoding="utf-8")
    session = """
from instant_checks import check
check("1")
def double(x): raise NotImplementedError("your code here")
def total(numbers): return {"sum": sum(numbers)}
check("1")
check("2")
double = lambda x: 2 * x
check(1)
check("9")
"""
    done = subprocess.run(
        [sys.executable, "-c", session],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines() == [
        "✗ Define the function double first: run its cell.",
        "✗ Twice seven.",
        "    Not written yet.",
        "Question 1: 0 of 1 instant checks pass.",
        "✗ Three numbers.",
        "    The call stopped: dict is neither a number nor an array of numbers",
        "Question 2: 0 of 1 instant checks pass.",
        "✓ Twice seven.",
        "Question 1: 1 of 1 instant checks pass.",
        "The grading tries more inputs than these.",
        "There is no instant check for question 9. There are some for: 1, 2.",
    ]


# Values that travel


VALUES = [
    None,
    True,
    0,
    -3,
    2.5,
    math.inf,
    -math.inf,
    "text",
    [],
    [[1, 2.5], [True, None]],
    np.float32(0.5),
    np.int8(4),
    np.bool_(True),
    np.array(3.0),
    np.zeros((0, 3)),
    np.array([[1.0, np.inf]]),
    (1, (2, 3)),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_the_same_in_notebook_and_grader(value: object) -> None:
    sent = json.loads(json.dumps(worker.encode(value, arrays=False), allow_nan=False))
    assert calls.plain_value(sent) == checking.plain(value)


@pytest.mark.parametrize("value", [*VALUES, np.array([1, 2]), np.array([True])], ids=repr)
def test_an_argument_arrives_as_it_was_sent(value: object) -> None:
    sent = json.loads(json.dumps(worker.encode(value, arrays=True), allow_nan=False))
    got = worker.decode(sent)
    assert checking.plain(got) == checking.plain(value)
    if isinstance(value, np.ndarray):
        assert isinstance(got, np.ndarray)
        assert (got.dtype, got.shape) == (value.dtype, value.shape)
    else:
        assert isinstance(got, tuple) == isinstance(value, tuple)


@pytest.mark.parametrize("value", [{1: 2}, {1}, 1j, b"x", object(), np.array([1j]), [len]])
def test_other_values_are_named_alike(value: object) -> None:
    with pytest.raises(TypeError) as grader:
        worker.encode(value, arrays=False)
    with pytest.raises(TypeError) as notebook:
        checking.plain(value)
    assert str(grader.value) == str(notebook.value)


def test_equal_to_everything_is_equal_to_nothing() -> None:
    class Anything(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    assert type(checking.plain(Anything(3))) is float
    with pytest.raises(checking.Failed):
        checking.expect_close(checking.plain(Anything(3)), 4, "no")


@pytest.mark.parametrize(
    ("cell", "tidied"),
    [
        ("x = (5\n  % 3)", "x = (5\n  % 3)"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if a:\n    !ls\nx?", "if a:\n    pass\npass"),
        ("files = !ls\nt = %timeit x", "pass\npass"),
        ("%%bash\nrm -rf /", ""),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("x = '!y'\n!z", "x = '!y'\npass"),
        ("%%time\n!ls\nx = (5\n  % 3)\n%who\ny?", "pass\npass\nx = (5\n  % 3)\npass\npass"),
        ("!ls\nx = = 1\n!ls", "pass\nx = = 1\npass"),
    ],
)
def test_magics_are_dropped(cell: str, tidied: str) -> None:
    assert worker.tidy(cell) == tidied


def test_expect_close() -> None:
    for value, expected in [
        (1, 1.0),
        ([1.0, 2], [1, 2]),
        (math.inf, math.inf),
        (1e20, 1e20 + 1),
    ]:
        checking.expect_close(value, expected, "no")
    for value, expected in [
        (1 + 1e-8, 1.0),
        ([1.0], 1.0),
        ([[1.0]], [1.0]),
        ([[1], [1, 2]], [[1], [1]]),
        (math.nan, 1.0),
        (math.inf, -math.inf),
        (True, 1),
        ("1", 1),
        (None, 0),
    ]:
        with pytest.raises(checking.Failed):
            checking.expect_close(value, expected, "no")


def test_a_check_needs_a_title_and_a_name_of_its_own() -> None:
    space = {"check": checking.check, "__name__": "x"}
    with pytest.raises(ValueError, match="docstring"):
        exec("@check('1', function='f', points=1)\ndef a(f, rng): pass", space)
    code = "@check('1', function='f', points=1)\ndef a(f, rng): 'Title.'\n"
    with pytest.raises(ValueError, match="two checks"):
        exec(code + code, space)


# A class with hostile students in it


def fingerprint(*roots: Path) -> dict[str, tuple[int, int, str]]:
    """Return mode, time of the last change and hash of everything below some folders."""
    found = {}
    for root in roots:
        for path in [root, *root.rglob("*")]:
            if "__pycache__" in path.parts:
                continue
            state = path.lstat()
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            digest = hashlib.sha256(data).hexdigest()
            found[str(path)] = (state.st_mode, state.st_mtime_ns, digest)
    return found


def expected(path: Path) -> tuple[float, float]:
    found = re.search(r"^marks: (\S+) (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{path.name} does not say what it earns"
    return float(found[1]), float(found[2])


def results_of(out: Path) -> dict[str, bytes]:
    """Return everything that was written about each student, without the time it took."""
    rows = (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    log = [json.loads(line) for line in (out / "staff.jsonl").read_text().splitlines()]
    pages = {path.stem.rpartition("-")[0]: path for path in (out / "feedback").iterdir()}
    written = {}
    for row, line in zip(rows[1:], log, strict=True):
        name = line["student"]
        page = pages[name].read_bytes() if name in pages else b""
        written[name] = row.encode() + json.dumps(line).encode() + page
    return written


@pytest.fixture(scope="session")
def school(tmp_path_factory, tiny, closed) -> Iterator[dict[str, object]]:
    """Grade honest students alone, then once more among all the hostile ones."""
    base = tmp_path_factory.mktemp("school")
    folder, decoy = base / "submissions", base / "decoy"
    folder.mkdir()
    decoy.mkdir()
    decoy.chmod(0o777)
    (decoy / "gradebook.db").write_text("everybody passes")
    (decoy / "gradebook.db").chmod(0o666)
    good = solution_text(tiny)
    (folder / "ada.ipynb").write_text(good)
    (folder / "blank.ipynb").write_text(source.dumps(tiny.student()))
    wrong = good.replace("* 2", "* 3").replace("sum(", "max(").replace("must not", "may not")
    (folder / "carl.ipynb").write_text(wrong)
    (folder / "zoe").mkdir()
    (folder / "zoe" / "my answer.ipynb").write_text(good)

    def run(out: Path) -> list[grade.Graded]:
        graded = grade.grade_folder(folder, tiny, closed, QUICK, out, jobs=4)
        rubric.write_form(out / "rubric.csv", tiny, graded)
        rubric.write_grades(out / "grades.csv", tiny, graded, {})
        feedback.write_pages(out, tiny, graded, {})
        feedback.write_answers(out, tiny, graded)
        return graded

    os.environ["DECOY_SECRET"] = "only for the grader"
    run(base / "before")
    places = {
        "@SUBMISSIONS@": folder,
        "@OUT@": base / "before",
        "@ASSIGNMENT@": tiny.folder,
        "@DECOY@": decoy,
        "@ROOT@": ROOT,
        "@PREFIX@": Path(sys.prefix).resolve(),
        "@BASE@": Path(sys.base_prefix).resolve(),
    }
    for path in TRIED:
        text = path.read_text(encoding="utf-8")
        for name, place in places.items():
            text = text.replace(name, str(place))
        made = source.dumps(source.notebook(path.stem, source.parse(text)))
        (folder / f"{path.stem}.ipynb").write_text(made)
    watched = (folder, decoy, base / "before", HERE, ROOT / "assignments")
    before = fingerprint(*watched)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    graded = run(base / "after")
    yield {
        "base": base,
        "folder": folder,
        "graded": {one.student: one for one in graded},
        "seconds": time.monotonic() - began,
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024,
        "untouched": before == fingerprint(*watched),
    }
    del os.environ["DECOY_SECRET"]


@pytest.mark.thorough
def test_honest_students_get_what_they_earned(school) -> None:
    graded = school["graded"]
    assert marks(graded["ada"]) == marks(graded["zoe"]) == (2, 3)
    assert marks(graded["blank"]) == (0, 0)
    assert marks(graded["carl"]) == (0, 1)
    out = school["base"] / "after"
    written = {one: grade.read_answers_file(out, graded[one].key) for one in ("ada", "blank")}
    assert written["ada"].answers["3"].text.startswith("Because adding nothing")
    assert written["blank"].answers["3"].text == ""
    assert graded["blank"].flags == {"3": "empty"}


@pytest.mark.thorough
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_hostile_submission_gets_what_its_honest_part_earned(school, path: Path) -> None:
    if path not in TRIED:
        pytest.skip("it takes a while, so it was not checked: BOOK_CHECKS=all")
    graded = school["graded"][path.stem]
    assert marks(graded) == expected(path), [one["message"] for one in graded.checks]
    assert not graded.note


@pytest.mark.thorough
def test_nobody_else_is_touched(school) -> None:
    base = school["base"]
    alone, among = results_of(base / "before"), results_of(base / "after")
    assert len(alone) == 4
    assert {name: among[name] for name in alone} == alone


@pytest.mark.thorough
def test_every_file_outside_is_untouched(school) -> None:
    assert school["untouched"]
    assert not list(school["base"].rglob("was-here"))
    assert not Path("/tmp/late").exists()
    assert not Path("/was-here").exists()


@pytest.mark.thorough
def test_no_process_is_left_behind(school) -> None:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue
        assert b"86399" not in line
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    workers = [
        one
        for path in children
        for one in path.read_text(encoding="utf-8-sig").split()
        if b"bwrap" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]
    assert not workers


@pytest.mark.thorough
def test_the_grader_stays_small(school) -> None:
    assert school["memory"] < 150  # megabytes, in the face of floods


@pytest.mark.thorough
def test_nothing_secret_can_be_seen_from_inside(school, closed) -> None:
    path = school["folder"] / "reads-secrets.ipynb"
    code = grade.code_of(notebook.read(path.read_bytes()))
    with calls.Student(code, closed, QUICK) as student:
        assert student.function("loot")() == []


@pytest.mark.thorough
def test_feedback_gives_nothing_away_and_runs_nothing(school, tiny) -> None:
    pages = [*(school["base"] / "after" / "feedback").iterdir()]
    assert len(pages) == len(school["graded"])
    shown = [path for path in pages if not path.name.startswith(("ada", "zoe"))]
    for path in shown:
        text = path.read_text(encoding="utf-8")
        assert not release.leaks(tiny, text), path.name
        assert "<script" not in text
        assert str(school["base"]) not in text
    blank = next(path for path in pages if path.name.startswith("blank")).read_text()
    assert "What is seven and seven?" not in blank  # it never got so far
    assert "Not written yet." in blank
    assert "0 points for code" in blank
    assert "Tiny &amp; small" in blank


# Files that are no honest notebooks


def attacks(tiny: source.Assignment) -> dict[str, tuple[bytes, tuple[float, float]]]:
    good = tiny.solution()
    text = source.dumps(good)

    def variant(**changes: object) -> bytes:
        return json.dumps({**good, **changes}).encode()

    bare = [{"cell_type": one["cell_type"], "source": one["source"]} for one in good["cells"]]
    tests = [one for one in good["cells"] if "check(" not in one["source"]]
    kernel = {"name": "evil", "display_name": "x", "language": "R", "argv": ["rm", "-rf", "/"]}
    nothing, everything = (0.0, 0.0), (2.0, 3.0)
    edited = text.replace('check(\\"1\\")', "check = print")
    return {
        "truncated": (text[:-200].encode(), nothing),
        "empty": (b"", nothing),
        "binary": (os.urandom(1000), nothing),
        "list": (b"[]", nothing),
        "no-cells": (b"{}", nothing),
        "cells-of-text": (b'{"cells": "print(1)"}', nothing),
        "cells-of-anything": (b'{"cells": [null, 1, "x", [], {}, {"source": {}}]}', nothing),
        "deep": (b"[" * 1_000_000, nothing),
        "deep-cells": (b'{"cells": [' + b"[" * 500 + b"]" * 500 + b"]}", nothing),
        "large": (b" " * ((20 << 20) + 1), nothing),
        "stripped-metadata": (json.dumps({"cells": bare}).encode(), everything),
        "foreign-kernel": (variant(metadata={"kernelspec": kernel}), everything),
        "metadata-of-text": (variant(metadata="none", nbformat="x"), everything),
        "deleted-tests": (variant(cells=tests), everything),
        "edited-tests": (edited.encode(), everything),
        "byte-order-mark": (b"\xef\xbb\xbf" + text.encode(), everything),
        "lone-surrogate": (
            json.dumps(
                {"cells": [*bare, {"cell_type": "markdown", "source": "\ud800"}]}
            ).encode(),
            everything,
        ),
        "source-lines": (
            variant(
                cells=[
                    {**one, "source": one["source"].splitlines(keepends=True)}
                    for one in good["cells"]
                ]
            ),
            everything,
        ),
    }


def test_broken_files_and_missing_metadata(tmp_path: Path, tiny, closed) -> None:
    made = attacks(tiny)
    for name, (data, _) in made.items():
        (tmp_path / f"{name}.ipynb").write_bytes(data)
    graded = grade_all(tmp_path, tiny, closed)
    got = {one.student: marks(one) for one in graded}
    assert got == {name: points for name, (_, points) in made.items()}
    notes = {one.student: one.note for one in graded}
    assert "not complete JSON" in notes["truncated"]
    assert "larger than 20 MB" in notes["large"]
    key = {one.student: one.key for one in graded}["foreign-kernel"]
    out = tmp_path.with_name(f"{tmp_path.name}-out")
    assert grade.read_answers_file(out, key).answers["3"].text.startswith("Because")


def test_a_written_answer_is_found_without_metadata(tiny) -> None:
    cells = [
        {
            "cell_type": one["cell_type"],
            "source": one["source"].replace(source.YOUR_ANSWER, "**So**"),
        }
        for one in tiny.student()["cells"]
    ]
    made = notebook.read(json.dumps({"cells": cells}).encode())
    found, elsewhere = notebook.answers(["3"], grade.given_cells(tiny), made)
    assert found["3"].text.strip() == "**So**"
    assert not elsewhere


NAMES = [
    "=cmd|' !A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "line\nbreak",
    "carriage\rreturn",
    "<script>alert(1)</script>".replace("/", ""),
    "quote\"and'comma,",
    "\u202egnp.exe",
    "bell\x07\x1b[31mred",
    "Renée Łuk 王",
    "A" * 200,
    " ",
    "a b",
]


def test_names_of_files_are_harmless(tmp_path: Path, tiny, closed) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.ipynb").write_text("{}")
    with open(os.fsencode(folder) + b"/\xff\xfe.ipynb", "w") as file:
        file.write("{}")
    (folder / "same.ipynb").write_text("{}")
    (folder / "Same").mkdir()
    (folder / "Same" / "a.ipynb").write_text("{}")
    (folder / "Same" / ".ipynb_checkpoints").mkdir()
    (folder / "Same" / ".ipynb_checkpoints" / "a.ipynb").write_text("{}")
    (folder / "nothing").mkdir()
    (folder / "work.zip").write_text("x")
    (folder / ".DS_Store").write_text("x")
    (folder / "trap.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    secret = tmp_path / "secret.ipynb"
    secret.write_text(solution_text(tiny))
    (folder / "link.ipynb").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    (folder / "inner").mkdir()
    (folder / "inner" / "x.ipynb").symlink_to(secret)
    (folder / "many").mkdir()
    for number in range(6):
        (folder / "many" / f"{number}.ipynb").write_text("{}")
    for name in ("twin\ntwin", "twin\\ntwin"):
        (folder / f"{name}.ipynb").write_text("{}")
    (folder / "up").mkdir()
    (folder / "up" / "..ipynb").write_text("{}")

    graded = grade_all(folder, tiny, closed, out=out)
    assert all(marks(one) == (0, 0) and one.note for one in graded)
    rubric.write_form(out / "rubric.csv", tiny, graded)
    rubric.write_grades(out / "grades.csv", tiny, graded, {})
    feedback.write_pages(out, tiny, graded, {})
    feedback.write_answers(out, tiny, graded)

    notes = {one.file: one.note for one in graded}
    for name in ("link.ipynb", "linked", "inner/x.ipynb"):
        assert "symbolic link" in notes[name]
    instead = roster.counted(graded, {}, roster.Policy())
    twice = {
        one.file: instead.get(one.key) for one in graded if one.student in ("same", "Same")
    }
    assert twice == {"same.ipynb": None, "Same/a.ipynb": "same.ipynb"}
    assert "no notebook in this folder" in notes["nothing"]
    assert "no notebook" in notes["work.zip"]
    assert "no file" in notes["pipe.ipynb"]
    assert "6 notebooks" in notes["many"]
    assert len(notes) == len(graded)

    for path in (out / "grades.csv", out / "rubric.csv"):
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == len(graded) + 1 == len(text.splitlines())
        for cell in (cell for row in rows for cell in row):
            assert cell.isprintable()
            assert not re.match(r"\s*[=+@|%-]", cell), cell
    pages = sorted(path.name for path in (out / "feedback").iterdir())
    assert len(pages) == len(graded)
    assert len({name.casefold() for name in pages}) == len(pages)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.html", name) for name in pages)
    for path in [*(out / "feedback").iterdir(), *out.glob("answers-*.html")]:
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert [one.file for one in grade.read_log(out)] == [one.file for one in graded]
    marked = rubric.read_marks(out / "rubric.csv", tiny, graded)
    assert len(marked) == len(graded)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out", "secret.ipynb"]


def test_what_students_write_is_escaped(tmp_path: Path, tiny, closed) -> None:
    evil = "<img src=x onerror=alert(1)>"
    code = f"def total(numbers):\n    raise ValueError({evil!r})\n1 / 0"
    cells = [
        source.Cell("code", code),
        source.Cell("markdown", f"{source.answer_heading('3')}\n{evil}</pre>\x00\x1b[2J"),
    ]
    (tmp_path / "eve.ipynb").write_text(source.dumps(source.notebook("x", cells)))
    graded = grade_all(tmp_path, tiny, closed)
    assert graded[0].cells == [
        {"cell": 0, "kind": "ZeroDivisionError", "message": "division by zero", "line": 3}
    ]
    out = tmp_path.with_name(f"{tmp_path.name}-out")
    feedback.write_answers(out, tiny, graded)
    writing = grade.read_answers_file(out, graded[0].key)
    text = feedback.student_page(tiny, graded[0], {}, writing)
    assert text.count("&lt;img src=x onerror=alert(1)&gt;") >= 1
    for page in (text, (out / "answers-3.html").read_text(encoding="utf-8")):
        assert "<img" not in page
        assert page.count("</pre>") == page.count("<pre>")
        assert page.count("&lt;/pre&gt;") >= 1
        assert "\x00" not in page
        assert "default-src 'none'" in page


# When grading must not begin


def test_an_empty_folder_is_said_so(tmp_path: Path, tiny, closed) -> None:
    with pytest.raises(tables.Refused, match="is empty"):
        grade_all(tmp_path, tiny, closed)
    with pytest.raises(tables.Refused, match="no folder"):
        grade_all(tmp_path / "none", tiny, closed)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("assignment.md", "np.asarray(x) * 2", "np.asarray(x) * 3", "double_of_seven"),
        (
            "assignment.md",
            "import numpy as np",
            "import package_that_is_missing",
            "package_that",
        ),
        ("checks.py", "* numbers, ", "* numbers[0][0][0], ", "double_of_array"),
        ("checks.py", 'expect_close(total([]), 0, "', 'repr("', "empty release"),
    ],
)
def test_no_marks_unless_the_reference_gets_them_all(
    tmp_path: Path, tiny, closed, name: str, old: str, new: str, words: str
) -> None:
    wrong = changed(tiny, tmp_path, name, old, new)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_text(solution_text(tiny))
    with pytest.raises(tables.Refused, match=words):
        grade_all(folder, wrong, closed)


@pytest.mark.parametrize("command", ["/bin/false", "/there/is/no/such/program"])
def test_a_broken_grader_blames_no_student(
    tmp_path: Path, tiny, closed, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "ada.ipynb").write_text(solution_text(tiny))
    monkeypatch.setattr(jail, "python", lambda: command)
    with pytest.raises(tables.Refused, match="does not work here"):
        grade_all(tmp_path, tiny, closed)
    monkeypatch.setattr(grade, "require_reference", lambda *args: None)
    (graded,) = grade_all(tmp_path, tiny, closed)
    assert graded.note.startswith(grade.NOT_GRADED)


def test_without_a_jail_nothing_runs(
    tmp_path: Path, tiny, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(jail, "why_not_bwrap", lambda: "bubblewrap is not installed.")
    with pytest.raises(jail.NoJail, match="apt-get install bubblewrap"):
        jail.find()
    monkeypatch.setattr(source, "ROOT", HERE)
    monkeypatch.setattr(source.find, "__defaults__", (HERE,))
    (tmp_path / "ada.ipynb").write_text(solution_text(tiny))
    out = tmp_path.with_name("out")
    assert main(["grade", "tiny", str(tmp_path), "--out", str(out)]) == 2
    assert "--trusted" in capsys.readouterr().err
    assert not out.exists()
    assert main(["grade", "tiny", str(tmp_path), "--out", str(out), "--trusted"]) == 0
    assert "ada,ada.ipynb,2,3,,5,,,,6,yes," in (out / "grades.csv").read_text()
    assert main(["grade", "tiny", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "among the submissions" in capsys.readouterr().err
    assert main(["grade", "nobody", str(tmp_path)]) == 2


def test_the_forbidden_packages_are_not_importable(closed) -> None:
    made = [(0, "def have(name):\n    import importlib\n    importlib.import_module(name)\n")]
    with calls.Student(made, closed, QUICK) as student:
        have = student.function("have")
        assert have("numpy") is None
        for name in jail.FORBIDDEN_PACKAGES:
            with pytest.raises(checking.StudentError, match="ModuleNotFoundError"):
                have(name)


def test_a_folder_inside_python_can_be_masked(closed) -> None:
    """As when divcore was installed as a copy, or the submissions lie where Python lies."""
    package = Path(np.__file__).resolve().parent / "fft"
    command = [
        "bwrap",
        *jail.bwrap([package]),
        "--",
        "/bin/ls",
        str(package.parent),
        str(package),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    shown = done.stdout.splitlines()
    assert "linalg" in shown
    assert shown[-1] == f"{package}:"


# Marks for written answers


@pytest.fixture
def marked(tmp_path: Path, tiny) -> tuple[Path, list[grade.Graded]]:
    """Two graded submissions, without a jail: their code does not matter here."""
    graded = [
        grade.Graded("ada", "ada.ipynb", [grade._record(checking.Result(one, True, ""))])
        for one in tiny.checks[:1]
    ]
    graded.append(grade.Graded("=bob", "=bob.ipynb"))
    rubric.write_form(tmp_path / "rubric.csv", tiny, graded)
    return tmp_path / "rubric.csv", graded


def fill(path: Path, *points: str, comment: str = "") -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row, mark in zip(rows[1:], points, strict=True):
        row[5:7] = [mark, comment]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(rows)


def test_marks_are_merged(tiny, marked) -> None:
    path, graded = marked
    fill(path, "1.5", "", comment="- see page 3\nand 4")
    marks = rubric.read_marks(path, tiny, graded)
    ada, bob = (rubric.total(tiny, one, marks) for one in graded)
    assert (ada.code, ada.written, ada.total) == (1, 1.5, 2.5)
    assert (bob.written, bob.total) == (None, None)
    rubric.write_form(path, tiny, graded)  # graded once more: no mark is lost
    assert rubric.read_marks(path, tiny, graded) == marks
    assert "'- see page 3 and 4" in path.read_text(encoding="utf-8-sig")
    page = feedback.student_page(tiny, graded[0], marks)
    assert "2.5 of 6" in page
    assert "- see page 3 and 4" in page


def test_marks_from_another_spreadsheet(tiny, marked) -> None:
    path, graded = marked
    fill(path, "0,5", "2")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    text = "\r\n".join(";".join(row) for row in rows)
    path.write_text("\ufeff" + text, encoding="utf-8")
    marks = rubric.read_marks(path, tiny, graded)
    assert [one.points for one in marks.values()] == [0.5, 2.0]


@pytest.mark.parametrize(
    ("points", "words"),
    [("3", "has 0 to 2"), ("-1", "has 0 to 2"), ("two", "no number"), ("nan", "has 0 to 2")],
)
def test_wrong_marks_are_refused(tiny, marked, points: str, words: str) -> None:
    path, graded = marked
    fill(path, points, "1")
    with pytest.raises(tables.Refused, match=words):
        rubric.read_marks(path, tiny, graded)


def test_missing_double_and_unknown_lines_are_refused(tiny, marked) -> None:
    path, graded = marked
    fill(path, "1", "1")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([*lines[:2], lines[1], lines[1].replace("ada", "eve")]) + "\n")
    with pytest.raises(tables.Refused) as fault:
        rubric.read_marks(path, tiny, graded)
    for words in ("a second mark for ada", "nobody is marked by eve", "no line for '=bob"):
        assert words in str(fault.value)
    path.write_text("student,points\n")
    with pytest.raises(tables.Refused, match="lacks the columns"):
        rubric.read_marks(path, tiny, graded)


# Gradescope


def test_gradescope_grades_with_the_same_code(tmp_path: Path, tiny, closed) -> None:
    path = gradescope.build(tiny, tmp_path, np.__version__)
    home, root = tmp_path / "source", tmp_path / "autograder"
    with zipfile.ZipFile(path) as packed:
        packed.extractall(home)
        modes = {one.filename: one.external_attr >> 16 for one in packed.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", str(home / name)], check=True)
    (root / "submission").mkdir(parents=True)
    (root / "results" / "results.json").mkdir(parents=True)
    loop = HERE / "hostile" / "os-exit.md"
    made = source.notebook("x", source.parse(loop.read_text(encoding="utf-8")))
    (root / "submission" / "work.ipynb").write_text(source.dumps(made))
    command = [sys.executable, "-m", "assignments.coursepack", "gradescope-run", "tiny"]
    env = {"PATH": os.environ["PATH"]}
    for extra in (["--reference-only"], ["--root", str(root)]):
        subprocess.run(
            [*command, *extra], cwd=home, env=env, check=True, capture_output=True, text=True
        )
    report = json.loads((root / "results" / "results.json").read_text())
    assert sum(one["score"] for one in report["tests"]) == 2
    assert sum(one["max_score"] for one in report["tests"]) == 4
    assert "2 more points are given by people" in report["output"]


def test_gradescope_says_when_it_is_not_ready(tmp_path: Path, tiny, closed) -> None:
    wrong = changed(tiny, tmp_path, "assignment.md", "* 2", "* 3")
    with pytest.raises(tables.Refused):
        gradescope.run(wrong, closed, QUICK, tmp_path)
    report = json.loads((tmp_path / "results" / "results.json").read_text())
    assert "tell the staff" in report["output"]


@pytest.mark.parametrize("name", ["empty", "two"])
def test_gradescope_always_answers(tmp_path: Path, tiny, closed, name: str) -> None:
    (tmp_path / "submission").mkdir()
    if name == "two":
        for student in "ab":
            (tmp_path / "submission" / f"{student}.ipynb").write_text(solution_text(tiny))
    gradescope.run(tiny, closed, QUICK, tmp_path)
    report = json.loads((tmp_path / "results" / "results.json").read_text())
    assert sum(one["score"] for one in report["tests"]) == (5 if name == "two" else 0)
    words = "2 notebooks were handed in" if name == "two" else "no notebook was handed in"
    assert words in report["output"]


@pytest.mark.parametrize("kind", ["trusted", *(["user"] if os.geteuid() == 0 else [])])
def test_the_other_kinds_of_jail(tmp_path: Path, tiny, kind: str) -> None:
    code = """
import os
import numpy as np
double = lambda x: np.asarray(x) * 2
def total(numbers):
    if not numbers:
        os._exit(1)
    return sum(numbers)
def who():
    return os.getuid()
def fork():
    os._exit(0) if os.fork() == 0 else None
"""
    other = jail.Jail(kind)
    code_cells = grade.code_of(notebook.read(cells_of(code).encode()))
    results, _, starts = grade.grade_notebook(code_cells, tiny, other, QUICK)
    assert sum(one.points for one in results) == 4.5
    assert starts == 2
    with calls.Student(code_cells, other, QUICK) as student:
        assert student.function("who")() == (jail.NOBODY if kind == "user" else os.getuid())
        if kind == "user":
            with pytest.raises(checking.StudentError, match="PermissionError"):
                student.function("fork")()


# The real assignments: the jail changes no mark


PUBLISHED = {".html", ".ipynb", ".md", ".txt", ".js", ".py", ".json"}
REAL = {one.name[:2]: one for one in source.assignments()}


def direct_names(cells: list[str]) -> dict[str, object]:
    """Run code cells here, as a notebook does; these are ours."""
    stub = types.ModuleType("instant_checks")
    stub.__dict__["check"] = print
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "instant_checks", stub)
        for cell in cells:
            with contextlib.suppress(NotImplementedError):
                exec(cell, names)
    return names


def code_of(notebook: dict[str, object]) -> list[str]:
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize(
    "path", sorted((HERE / "correct").glob("*.py")), ids=lambda path: path.stem
)
def test_correct_solutions_get_full_marks_in_the_jail(path: Path, closed) -> None:
    assignment = REAL[path.stem[:2]]
    cells = [*code_of(assignment.student()), path.read_text(encoding="utf-8")]
    code = grade.code_of(notebook.read(cells_of(*cells).encode()))
    results, _, _ = grade.grade_notebook(code, assignment, closed, jail.Limits())
    lost = [one for one in results if not one.passed and not one.check.bonus]
    assert not lost
    names = direct_names(cells)
    for one in results:
        here = checking.direct(names[one.check.function])
        assert checking.run_check(one.check, here, grade.SEED) == one


@pytest.mark.parametrize("key", REAL)
def test_wrong_answers_lose_the_same_in_the_jail(key: str, closed) -> None:
    assignment = REAL[key]
    text = (HERE / "wrong" / f"{key}.py").read_text(encoding="utf-8")
    cells = [text, *code_of(assignment.solution())]  # what the notebook gives comes last
    wrong = re.findall(r"^def ([a-z]\w*?__\w+)", text, re.MULTILINE)
    assert len(wrong) > 30
    names = direct_names(cells)
    with calls.Student(list(enumerate(cells)), closed, jail.Limits()) as student:
        for name in wrong:
            checks = [one for one in assignment.checks if one.function == name.split("__")[0]]
            here, there = checking.direct(names[name]), student.function(name)
            for one in checks:
                with warnings.catch_warnings(action="ignore"):
                    found = checking.run_check(one, here, grade.SEED)
                assert checking.run_check(one, there, grade.SEED) == found, name
    assert student.starts == 1


@pytest.mark.parametrize("key", REAL)
def test_the_real_reference_passes_and_the_real_release_does_not(key: str, closed) -> None:
    grade.require_reference(REAL[key], closed, jail.Limits())
    assert release.release_files(REAL[key])


# The built site


def published_lines(path: Path) -> set[str]:
    """Return the lines that a file of the site shows, stores or offers for download."""
    text = path.read_text(encoding="utf-8", errors="replace")
    shown = html.unescape(re.sub(r"<[^>]*>", "", text))
    stored = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    lines = f"{text}\n{shown}\n{stored}".splitlines()
    return {line.strip().strip('",').strip() for line in lines}


def test_what_is_published_is_seen_in_every_form(tmp_path: Path) -> None:
    line = 'return {"a": sum(x) - 1}'
    page = tmp_path / "page"
    for text in (
        f"<pre>\n   {html.escape(line)}\n</pre>",
        '<span class="k">return</span> {&quot;a&quot;: <b>sum</b>(x) - 1}',
        json.dumps({"source": ["x\n", f"    {line}\n"]}, indent=1),
        json.dumps({"source": f"x\n    {line}\ny"}),
    ):
        page.write_text(text, encoding="utf-8")
        assert line in published_lines(page), text


def test_no_line_of_a_solution_is_in_the_built_site() -> None:
    site = Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html"))
    if not site.is_dir():
        pytest.skip("the site is not built: make book")
    secrets = {one.name: set(one.secrets()) for one in REAL.values()}
    files = [path for path in site.rglob("*") if path.suffix in PUBLISHED]
    assert len(files) > 10
    for path in files:
        name = str(path.relative_to(site))
        assert "assignments" not in name
        assert not [one for one in REAL.values() if one.name in name]
        lines = published_lines(path)
        for found in secrets.values():
            assert not found & lines, name


# A whole class


def test_a_hundred_submissions(tmp_path: Path, tiny, closed, record_property) -> None:
    good, loop = solution_text(tiny), HERE / "hostile" / "loop-in-function.md"
    bad = source.dumps(source.notebook("x", source.parse(loop.read_text(encoding="utf-8"))))
    for number in range(100):
        name = tmp_path / f"student{number:03}.ipynb"
        name.write_text(bad if number % 25 == 0 else good)
    began = time.monotonic()
    seen: list[int] = []
    graded = grade_all(
        tmp_path, tiny, closed, jobs=2, progress=lambda done, of: seen.append(done)
    )
    seconds = time.monotonic() - began
    assert [sum(marks(one)) for one in graded] == ([2.0] + [5.0] * 24) * 4
    assert seen == list(range(1, 101))
    record_property("seconds per submission", seconds / 100)
    print(f"{seconds / 100:.2f} s per submission, largest process {grade.peak_memory():.0f} MB")


def test_the_progress_bar_ends() -> None:
    stream = io.StringIO()
    bar = grade.Bar(stream)
    for done in range(1, 31):
        bar(done, 30)
    lines = stream.getvalue().splitlines()
    assert lines[-1].startswith("30/30 graded")
    assert len(lines) <= 11


# What the worker and the messages promise


def functions(closed: jail.Jail, *cells: str) -> calls.Student:
    code = grade.code_of(notebook.read(cells_of(*cells).encode()))
    return calls.Student(code, closed, QUICK)


def test_what_only_shows_something_costs_nothing(closed) -> None:
    cells = [
        "from IPython.display import display, Math\ndisplay(Math('x'))",
        "import matplotlib.pyplot as plt\nfig, (a, b) = plt.subplots(1, 2)\na.plot([1, 2])\n"
        "for ax in plt.subplots(2, 3)[1].flat:\n    ax.set_title('x')\nplt.show()\n"
        "with plt.style.context('x'):\n    n, bins, _ = plt.hist([1])",
        "from tqdm import tqdm\nseen = [one for one in tqdm([1, 2])]\ndef f(): return seen",
    ]
    with functions(closed, *cells) as student:
        assert student.function("f")() == [1, 2]
        assert not student.reports


@pytest.mark.parametrize("package", ["scipy", "pandas", "divcore", "pip", "there_is_none"])
def test_a_package_that_is_missing_costs_its_import_only(closed, package: str) -> None:
    code = f"import {package}\nimport numpy as np\ndef f(): return float(np.exp(0))"
    with functions(closed, code) as student:
        assert student.function("f")() == 1.0
        (report,) = student.reports
        assert (report.kind, report.line) == ("ModuleNotFoundError", 1)


def test_cells_mean_what_they_mean_as_a_whole(closed) -> None:
    code = "from __future__ import annotations\ndef f(x: not_defined_anywhere) -> int:\n"
    code += "    return 1\nx = 1\nraise ValueError\nx = 2"
    with functions(closed, code, "def g(): return x", "1 +") as student:
        assert student.function("f")(0) == 1
        assert student.function("g")() == 1
        assert [(one.kind, one.line) for one in student.reports] == [
            ("ValueError", 5),
            ("SyntaxError", 1),
        ]


def test_other_kinds_of_numbers_are_numbers_everywhere(closed) -> None:
    code = "from decimal import Decimal\nfrom fractions import Fraction\n"
    code += "def f(): return [Decimal('0.5'), Fraction(1, 4)]"
    with functions(closed, code) as student:
        assert student.function("f")() == [0.5, 0.25]
    names: dict[str, object] = {}
    exec(code, names)
    assert checking.direct(names["f"])() == [0.5, 0.25]


def test_truth_is_no_number_and_told_so() -> None:
    with pytest.raises(checking.Failed, match="True or False came back"):
        checking.expect_close([True, False], [1, 0], "Which label?")


def test_arguments_that_a_function_changes_are_copies() -> None:
    numbers = [3, 1, 2]
    assert checking.direct(lambda x: x.sort())(numbers) is None
    assert numbers == [3, 1, 2]


def test_a_student_never_speaks_as_the_grader_nor_hears_hidden_inputs(
    tmp_path: Path, tiny, closed
) -> None:
    words = "NOT GRADED, the grader itself failed"
    code = f"def total(numbers):\n    raise ValueError('{words}' + repr(numbers))"
    (tmp_path / "eve.ipynb").write_text(cells_of(code, f"raise ValueError('{words}')"))
    (graded,) = grade_all(tmp_path, tiny, closed)
    public = next(one for one in graded.checks if one["name"] == "total_of_three")
    hidden = next(one for one in graded.checks if one["name"] == "total_of_random")
    assert public["message"] == f"The call stopped: ValueError: “{words}[1, 2, 3.5]”"
    assert hidden["message"] == "The call stopped: ValueError"
    assert f"{words}[" in hidden["detail"]
    page = feedback.student_page(tiny, graded, {})
    assert page.count(words) == page.count(f"“{words}")
    report = gradescope.report(tiny, graded)
    assert [one["visibility"] for one in report["tests"]] == [
        "visible" if check.public else "after_due_date" for check in tiny.checks
    ]
    assert report["output"].count(words) == report["output"].count(f"“{words}")


def test_points_above_the_total_are_explained(tmp_path: Path, tiny, closed) -> None:
    (tmp_path / "ada.ipynb").write_text(solution_text(tiny))
    (graded,) = grade_all(tmp_path, tiny, closed)
    key = next(iter(rubric.keys(tiny, graded)))
    page = feedback.student_page(tiny, graded, {key: rubric.Mark(2.0)})
    assert "7 of 6</strong>, 1 of them as a bonus" in page
    assert "3 of 2 + 1" in page


def test_a_flood_of_failing_cells_stays_small(tmp_path: Path, tiny, closed) -> None:
    cells = ["raise ValueError('x' * 10_000)"] * 900
    (tmp_path / "ada.ipynb").write_text(cells_of(*cells))
    (tmp_path / "ben.ipynb").write_text(cells_of(*["x = 1"] * 1001))
    ada, ben = grade_all(tmp_path, tiny, closed)
    assert len(ada.cells) == grade.MOST_REPORTS + 1
    assert "880 more cells" in ada.cells[-1]["message"]
    assert len(feedback.student_page(tiny, ada, {})) < 50_000
    assert "more than 1000 cells" in ben.note


def test_every_promise_holds_here(closed) -> None:
    assert not jail.broken_promises(closed, QUICK)


def test_a_promise_that_does_not_hold_is_named(closed, monkeypatch) -> None:
    """As on a machine whose security module forbids to mount, with a bubblewrap of 2019."""
    real = jail.bwrap

    def without(absent: object) -> list[str]:
        arguments = real(absent)
        at = arguments.index("CAP_SYS_ADMIN")
        return arguments[: at - 1] + arguments[at + 1 :]

    monkeypatch.setattr(jail, "bwrap", without)
    monkeypatch.setattr(jail, "_options", lambda: "--perms")
    assert jail.broken_promises(closed, QUICK) == [
        jail.PROMISES["files"],
        jail.PROMISES["size"],
    ]


def test_the_filter_is_a_program_that_ends() -> None:
    """Every jump stays inside, and each kind of processor gets numbers of its own."""
    for machine in worker.ARCHITECTURES:
        program = worker.filter_program(machine)
        lines = [program[at : at + 8] for at in range(0, len(program), 8)]
        for at, line in enumerate(lines):
            yes, no = line[2], line[3]
            assert at + 1 + max(yes, no) < len(lines) or line[0] == 0x06
        assert lines[-1][0] == 0x06
    assert worker.filter_program("riscv64") is None


def test_one_student_holds_a_slot_for_a_minute_at_most() -> None:
    limits = jail.Limits()
    assert limits.total_wall <= 60
    assert limits.process_cpu <= 60


def test_the_python_of_a_linked_environment_is_found(
    tmp_path: Path, monkeypatch, closed
) -> None:
    link = tmp_path / "linked"
    link.symlink_to(Path(sys.prefix).resolve())
    monkeypatch.setattr(sys, "executable", str(link / "bin" / "python"))
    monkeypatch.setattr(sys, "prefix", str(link))
    jail.why_not_bwrap.cache_clear()
    assert jail.why_not_bwrap() == ""


def test_the_setup_of_gradescope_asks_for_venv_where_python_is_there(
    tmp_path: Path, tiny
) -> None:
    with zipfile.ZipFile(gradescope.build(tiny, tmp_path, "2")) as packed:
        script = packed.read("setup.sh").decode()
    calls_made = tmp_path / "calls"
    tools = tmp_path / "bin"
    tools.mkdir()
    # A machine that has Python 3.12 without the package that venv needs, until it is installed.
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {calls_made}\n')
    (tools / "python3.12").write_text(f"#!/bin/sh\ngrep -q python3.12-venv {calls_made}\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    loop = script[script.index("found=") : script.index('"python$found" -m venv')]
    done = subprocess.run(
        ["bash", "-euc", f"{loop}\necho found $found"],
        capture_output=True,
        text=True,
        env={"PATH": f"{tools}:/usr/bin:/bin"} | {"HOME": str(tmp_path)},
        check=False,
    )
    assert "python3.12-venv" in calls_made.read_text()
    assert done.stdout.splitlines()[-1] == "found 3.12"
