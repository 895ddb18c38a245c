"""A class and its written answers: nothing is lost on the way to the marker and back.

The code of these submissions is ours, so most of it runs without a jail.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assignments.coursepack import (
    __main__ as commands,
)
from assignments.coursepack import (
    feedback,
    grade,
    jail,
    lms,
    markdown,
    notebook,
    overrides,
    roster,
    rubric,
    source,
    submissions,
    tables,
)

HERE = Path(__file__).parent / "course"
ROOT = HERE.parents[1]
OURS = jail.Jail("trusted")
LIMITS = jail.Limits()
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


@pytest.fixture(scope="session")
def tiny() -> source.Assignment:
    return source.Assignment(HERE / "tiny")


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> source.Assignment:
    """An assignment with two written questions, one right after the other."""
    folder = tmp_path_factory.mktemp("two") / "two"
    shutil.copytree(HERE / "tiny", folder)
    text = (folder / "assignment.md").read_text(encoding="utf-8")
    more = '+++ {"tags": ["written"], "question": "4"}\n\n<!-- BEGIN SOLUTION -->\nOf course: '
    more += "$$\\sum_i x_i$$\n<!-- END SOLUTION -->\n\n+++\n\nThe end."
    (folder / "assignment.md").write_text(text.replace("The end.", more), encoding="utf-8")
    rules = (
        (folder / "rubric.toml").read_text(encoding="utf-8").replace("total = 6", "total = 9")
    )
    second = '[[written]]\nquestion = "4"\ntitle = "Sum"\n\n[[written.criteria]]\nid = "sum"\n'
    second += 'points = 3\ntext = "A sum"\n\n[questions]'
    (folder / "rubric.toml").write_text(rules.replace("[questions]", second), encoding="utf-8")
    made = source.Assignment(folder)
    made.validate()
    return made


def answered(assignment: source.Assignment, **texts: str) -> dict[str, Any]:
    """Return the release with answers typed into the places for them."""
    made = json.loads(source.dumps(assignment.student()))
    for cell in made["cells"]:
        question = cell["metadata"].get("question")
        if text := texts.get(f"q{question}"):
            cell["source"] = cell["source"].replace(notebook.YOUR_ANSWER, text)
    return made


def place(made: dict[str, Any], question: str) -> int:
    return next(
        at
        for at, cell in enumerate(made["cells"])
        if cell["metadata"].get("question") == question
    )


def found(assignment: source.Assignment, made: dict[str, Any]) -> dict[str, notebook.Answer]:
    cells = notebook.read(source.dumps(made).encode())
    questions = [written.question for written in assignment.written]
    return notebook.answers(questions, grade.given_cells(assignment), cells)[0]


# What students do to the cell of an answer. Each takes a notebook, the question and the text.

Slip = Callable[[dict[str, Any], str, str], None]


def in_place(made: dict[str, Any], question: str, text: str) -> None:
    cell = made["cells"][place(made, question)]
    cell["source"] = cell["source"].replace(notebook.YOUR_ANSWER, text)


def split_with_copied_metadata(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, text)
    at = place(made, question)
    cell = made["cells"][at]
    middle = cell["source"].index(text) + len(text) // 2
    half = {**cell, "id": "half", "source": cell["source"][middle:]}
    cell["source"] = cell["source"][:middle]
    made["cells"].insert(at + 1, half)


def split_without_metadata(made: dict[str, Any], question: str, text: str) -> None:
    split_with_copied_metadata(made, question, text)
    made["cells"][place(made, question) + 1]["metadata"] = {}


def below(made: dict[str, Any], question: str, text: str) -> None:
    cell = {"cell_type": "markdown", "id": "new", "metadata": {}, "source": text}
    made["cells"].insert(place(made, question) + 1, cell)


def above(made: dict[str, Any], question: str, text: str) -> None:
    if question != "4":  # there it would follow the answer to question 3
        cell = {"cell_type": "markdown", "id": "new", "metadata": {}, "source": text}
        made["cells"].insert(place(made, question), cell)
    else:
        in_place(made, question, text)


def after_an_empty_copy(made: dict[str, Any], question: str, text: str) -> None:
    at = place(made, question)
    made["cells"].insert(at, {**made["cells"][at], "id": "copy"})
    cell = made["cells"][at + 1]
    cell["source"] = cell["source"].replace(notebook.YOUR_ANSWER, text)


def turned_raw(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, text)
    made["cells"][place(made, question)]["cell_type"] = "raw"


def turned_into_code(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, text)
    made["cells"][place(made, question)]["cell_type"] = "code"


def heading_edited_and_metadata_lost(made: dict[str, Any], question: str, text: str) -> None:
    cell = made["cells"][place(made, question)]
    cell.update(source=f"My answer:\n\n{text}", metadata={})


def everything_lost_but_the_place(made: dict[str, Any], question: str, text: str) -> None:
    if question == "3":  # of two in one place, one has to be recognised
        cell = made["cells"][place(made, question)]
        cell.update(source=text, metadata={}, id="other")
    else:
        in_place(made, question, text)


def with_a_photo(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, f"{text}\n\n![my page](attachment:page.png)")
    cell = made["cells"][place(made, question)]
    cell["attachments"] = {"page.png": {"image/png": PIXEL}}


def into_the_question(made: dict[str, Any], question: str, text: str) -> None:
    if question == "3":
        cell = made["cells"][place(made, question) - 1]
        cell["source"] = f"{cell['source']}\n\n{text}"
    else:
        in_place(made, question, text)


def merged_with_the_next(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, text)
    at = place(made, question)
    made["cells"][at]["source"] += "\n\n" + made["cells"].pop(at + 1)["source"]


def at_the_end(made: dict[str, Any], question: str, text: str) -> None:
    cell = {"cell_type": "markdown", "id": f"end{question}", "metadata": {}}
    heading = notebook.heading(question)
    made["cells"].append({**cell, "source": f"{heading}\n\n{text}"})


def without_ids(made: dict[str, Any], question: str, text: str) -> None:
    in_place(made, question, text)
    for cell in made["cells"]:
        cell.pop("id", None)


SLIPS: list[Slip] = [
    in_place,
    split_with_copied_metadata,
    split_without_metadata,
    below,
    above,
    after_an_empty_copy,
    turned_raw,
    turned_into_code,
    heading_edited_and_metadata_lost,
    everything_lost_but_the_place,
    with_a_photo,
    into_the_question,
    merged_with_the_next,
    at_the_end,
    without_ids,
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
@pytest.mark.parametrize("question", ["3", "4"])
def test_an_answer_is_found_whatever_happened_to_its_cell(
    two: source.Assignment, slip: Slip, question: str
) -> None:
    other = "34".replace(question, "")
    made = answered(two, **{f"q{other}": "Something else."})
    text = "Because **zero** adds nothing; $x+0=x$."
    slip(made, question, text)
    answers = found(two, made)
    joined = "".join(part.source for part in answers[question].parts)
    assert re.sub(r"\s", "", text) in re.sub(r"\s", "", joined)
    assert answers[other].text.strip() == "Something else."
    if slip is with_a_photo:
        assert answers[question].parts[0].images["page.png"].endswith(PIXEL)


def test_an_empty_place_and_a_photo_that_was_not_handed_in_are_named(two) -> None:
    answers = found(two, answered(two, q3="see ![photo](IMG_1.jpg)"))
    assert answers["3"].note == "the image IMG_1.jpg was not handed in"
    assert answers["4"].note == "empty"
    made = answered(two)
    below(made, "3", "x")
    made["cells"][-1]["attachments"] = {"a.heic": {"image/heic": "AAAA"}}
    at_the_end(made, "4", "y")
    made["cells"][-1]["attachments"] = {"a.heic": {"image/heic": "AAAA"}}
    answers = found(two, made)
    assert "found elsewhere" in answers["4"].note
    assert "a.heic cannot be shown" in answers["4"].note


def test_an_image_typed_into_the_text_is_an_image(two) -> None:
    text = f"look:\n![x](data:image/png;base64,{PIXEL})\nso"
    answer = found(two, answered(two, q3=text))["3"]
    shown = markdown.render(answer.parts[0])
    assert shown.count(f'<img src="data:image/png;base64,{PIXEL}"') == 1
    assert PIXEL not in answer.text


def alphabet(chance: random.Random) -> str:
    """Return an answer as students type: words, formulas, lists, code, other scripts."""
    pieces = [
        "because", "zéro", "王", "$p(x)\\ln p(x)$", "$$\\sum_i x_i$$", "**so**", "*and*",
        "`x + 0`", "- a", "1. b", "a < b & c > d", "\\(a\\)", "\\[b\\]", "5$", "$", "# Title",
        "> quoted",
        "```\ncode = 1\n```", "\\begin{aligned}a&=b\\\\c&=d\\end{aligned}", "_under_",
        "\\alpha", "<b>bold</b>", "&amp;", "\t", "😀", "|a|b|", "$\\frac12$ and $5", "[x](y)",
    ]  # fmt: skip
    words = [chance.choice(pieces) for _ in range(chance.randrange(1, 30))]
    return "".join(word + chance.choice([" ", "\n", "\n\n"]) for word in words).strip() + " end"


def shown_text(page: str) -> str:
    """Return all that a page shows of a student, folded or not, without white space."""
    text = re.sub(r"<img [^>]*>", "", page)
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]*>", "", text)))


def test_every_character_of_a_class_is_on_the_markers_page(
    tmp_path: Path, two: source.Assignment
) -> None:
    chance = random.Random(14)
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    typed: dict[tuple[str, str], str] = {}
    slips_of: dict[str, list[str]] = defaultdict(list)
    for number in range(60):
        made = answered(two)
        for question in ("4", "3"):
            text = alphabet(chance)
            typed[f"student {number:02}", question] = text
            slips = [one for one in SLIPS if one is not merged_with_the_next or question == "4"]
            slip = chance.choice(slips)
            slip(made, question, text)
            slips_of[f"student {number:02}"].append(slip.__name__)
        (folder / f"student {number:02}.ipynb").write_text(source.dumps(made))
    graded = grade.grade_folder(folder, two, OURS, LIMITS, out, jobs=2)
    feedback.write_answers(out, two, graded)
    for question in ("3", "4"):
        page = (out / f"answers-{question}.html").read_text(encoding="utf-8")
        sections = re.findall(r"<section><h2>(.*?)</h2>(.*?)</section>", page, re.DOTALL)
        assert len(sections) == 60
        for student, section in sections:
            text = re.sub(r"\s", "", typed[student, question].replace("\t", " "))
            shown = shown_text(section)
            # split in two, an answer is shown in two halves
            middle = len(typed[student, question]) // 2
            whole = typed[student, question].replace("\t", " ")
            halves = [re.sub(r"\s", "", one) for one in (whole[:middle], whole[middle:])]
            assert text in shown or all(half in shown for half in halves), (
                question,
                slips_of[student],
            )


def test_a_text_that_is_no_answer_is_on_the_page_all_the_same(tmp_path: Path, two) -> None:
    made = answered(two)
    made["cells"].insert(
        2, {"cell_type": "markdown", "metadata": {}, "source": "My answer is 7."}
    )
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_text(source.dumps(made))
    (graded,) = grade.grade_folder(folder, two, OURS, LIMITS, tmp_path / "out")
    assert graded.flags["3"] == "empty, but there is text elsewhere"
    (page, _) = feedback.write_answers(tmp_path / "out", two, [graded])
    assert "My answer is 7." in page.read_text(encoding="utf-8")


# Reading view


def test_the_marker_sees_formulas_and_the_model_answer(tmp_path: Path, two) -> None:
    text = r"So $\frac{a}{b}$ and" + "\n\n" + r"$$\begin{aligned}a&=b\\&=c\end{aligned}$$"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_text(source.dumps(answered(two, q4=text)))
    graded = grade.grade_folder(folder, two, OURS, LIMITS, tmp_path / "out")
    _, page = feedback.write_answers(tmp_path / "out", two, graded)
    shown = page.read_text(encoding="utf-8")
    assert "<mfrac>" in shown
    assert "<mtable" in shown
    assert "The model answer" in shown
    assert shown.index("Of course") < shown.index("<section>")
    assert html.escape(text.split()[1]) in shown  # the source, folded


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 1400,
        r"\sqrt" * 250 + "x",
        "{" * 100_000 + "}" * 100_000,
        r"\newcommand{\a}{x}\a",
        r"\unknown{x}",
        r"\text{</math><script>alert(1)</script>}",
        "x" * 2000,
    ],
)
def test_no_formula_harms_the_page(latex: str) -> None:
    shown = markdown.render(notebook.Cell("markdown", f"a ${latex}$ b"))
    assert "<script" not in shown
    assert re.sub(r"\s", "", latex) in shown_text(shown)


@pytest.mark.parametrize("piece", [r"\[", r"\(", "![", "$", "```\n", "`", "**", r"\begin{a}"])
def test_what_never_closes_costs_no_time(piece: str) -> None:
    began = time.monotonic()
    markdown.render(notebook.Cell("markdown", piece * (markdown.LONGEST_TEXT // len(piece))))
    assert time.monotonic() - began < 8


# Files as they come


def test_a_large_notebook_is_read_within_limits(tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    path.write_bytes(b'{"cells": [], "x": [' + b"[]," * 6_000_000 + b"1]}")
    with pytest.raises(ValueError, match="too large or too deep"):
        notebook.read_file(path)
    photo = base64.b64encode(b"x" * 3_000_000).decode()
    cell = {
        "cell_type": "markdown",
        "source": "see",
        "attachments": {"a": {"image/png": photo}},
    }
    path.write_text(json.dumps({"cells": [cell]}))
    (read,) = notebook.read_file(path)
    assert read.images["a"].endswith(photo)
    path.write_bytes(
        b'{"cells": [' + b'{"cell_type": "code", "source": "1"},' * 200_000 + b"1]}"
    )
    with pytest.raises(ValueError, match="more than 1000 cells"):
        notebook.read_file(path)


def test_nested_folders_and_other_litter(tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    deep.mkdir()
    here = deep
    for _ in range(400):
        here = here / "x"
        here.mkdir()
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._a1.ipynb").write_text("{}")
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "._a1.ipynb").write_text("{}")
    (tmp_path / "ada" / "a1.ipynb").write_text("{}")
    got = submissions.collect(tmp_path)
    assert [(one.student, one.refused) for one in got] == [
        ("ada", ""),
        ("deep", "no notebook in this folder"),
    ]


NAMES = {
    "chrischris_LATE_99_1234_a1.ipynb": ("chrischris", "canvas", "99", 1234, True),
    "chanchris_99_1235_a1-1.ipynb": ("chanchris", "canvas", "99", 1235, False),
    "Chris Chan_4711_assignsubmission_file_/a1.ipynb": (
        "Chris Chan",
        "moodle",
        "4711",
        0,
        False,
    ),
    "Ann_Lee_12_assignsubmission_file_a1.ipynb": ("Ann_Lee", "moodle", "12", 0, False),
    "ada.ipynb": ("ada", "", "", 0, False),
    "group_7.ipynb": ("group_7", "", "", 0, False),
}


def test_downloads_are_understood_as_they_are(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    got = {
        str(one.path.relative_to(tmp_path)): (
            one.student, one.platform, one.user, one.number, one.late,
        )
        for one in submissions.collect(tmp_path)
    }  # fmt: skip
    assert got == NAMES


def test_a_zip_is_unpacked_and_nothing_leaves_its_folder(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ada.ipynb", "{}")
        packed.writestr("Bo_1_assignsubmission_file_/b.ipynb", "{}")
        packed.writestr("../outside.ipynb", "{}")
        packed.writestr("/absolute.ipynb", "{}")
        packed.writestr("a/../../b.ipynb", "{}")
        packed.writestr("__MACOSX/._ada.ipynb", "{}")
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("large.ipynb", b" " * (notebook.LARGEST_FILE + 5000))
    target = submissions.unpack(archive, tmp_path / "work" / "in")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.ipynb")) == [
        "work/in/Bo_1_assignsubmission_file_/b.ipynb",
        "work/in/ada.ipynb",
        "work/in/large.ipynb",
    ]
    assert "larger than 20 MB" in {one.refused for one in submissions.collect(target)}
    (tmp_path / "no.zip").write_text("x")
    with pytest.raises(tables.Refused, match="cannot be unpacked"):
        submissions.unpack(tmp_path / "no.zip", tmp_path / "work")


# Tables


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_any_program_saves_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "x.csv"
    text = "\r\n".join(delimiter.join(row) for row in (["name", "id"], ["Renée", "7"])) + "\r\n"
    path.write_bytes(text.encode(encoding))
    assert tables.read_table(path, ["id"])[1] == [{"name": "Renée", "id": "7"}]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a\x81\x8d,b\n", b"\x00\x01", b'a,"b\nc'])
def test_a_file_that_is_no_table_is_told_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(tables.Refused, match=r"x\.csv"):
        tables.read_table(path, ["id"])


@pytest.mark.parametrize(
    "text", ["=1", "a;=1", "＝1", "＋1", "－1", "＠a", "x,@b", " -1", "\t=1", "a; +1", "|cmd"]
)
def test_no_cell_is_a_formula_in_any_program(text: str) -> None:
    shown = tables.cell_text(text)
    assert not any(
        re.match(rf"\s*{tables.FORMULA}", part) for part in re.split(r"[;,\t]", shown)
    )


def test_accents_cannot_draw_over_the_page() -> None:
    assert len(re.findall("\u0335", tables.readable("a" + "\u0335" * 50))) < 3
    assert "\u0335" * 3 not in markdown.show("b" + "\u0335" * 400)
    assert tables.readable("é ế ạ̈") == "é ế ạ̈"


# Interrupted, renamed, handed in again


def a_class(folder: Path, assignment: source.Assignment, names: str) -> None:
    folder.mkdir()
    for name in names.split():
        made = answered(assignment, q3=f"Because, says {name}.")
        (folder / f"{name}.ipynb").write_text(source.dumps(made))


def everything(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != ".page-names" and "feedback" not in path.name
        and path.parent.name != "feedback"
    }  # fmt: skip


def test_an_interrupted_run_goes_on_and_ends_the_same(
    tmp_path: Path, tiny: source.Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_class(tmp_path / "in", tiny, "ada ben cleo dan eve fay")
    grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, tmp_path / "whole", jobs=2)
    out = tmp_path / "out"

    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, out, jobs=1, progress=stop)
    log = out / grade.UNFINISHED
    assert len(log.read_text().splitlines()) == 3
    with log.open("a") as file:
        file.write('{"print": "half a li')
    again: list[str] = []
    one = grade.grade_one

    def counted(submission: submissions.Submission, *rest: Any) -> Any:
        again.append(submission.student)
        return one(submission, *rest)

    monkeypatch.setattr(grade, "grade_one", counted)
    grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, out, jobs=2)
    assert sorted(again) == ["dan", "eve", "fay"]
    assert everything(out) == everything(tmp_path / "whole")
    assert not log.exists()


def test_what_changed_since_is_graded_again(tmp_path: Path, tiny: source.Assignment) -> None:
    a_class(tmp_path / "in", tiny, "ada ben")
    out = tmp_path / "out"

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, out, jobs=1, progress=stop)
    (tmp_path / "in" / "ada.ipynb").write_text(source.dumps(tiny.solution()))
    graded = grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, out)
    assert [one.points() for one in graded] == [5, 0]


def test_a_fault_of_ours_costs_one_student_only(
    tmp_path: Path, tiny: source.Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_class(tmp_path / "in", tiny, "ada ben cleo")
    real = grade.answers

    def broken(questions: Any, given: Any, cells: Any) -> Any:
        if any("says ben" in cell.source for cell in cells):
            raise RuntimeError("\ud800 a fault of ours")
        return real(questions, given, cells)

    monkeypatch.setattr(grade, "answers", broken)
    graded = grade.grade_folder(tmp_path / "in", tiny, OURS, LIMITS, tmp_path / "out")
    assert [one.note.startswith(grade.NOT_GRADED) for one in graded] == [False, True, False]


def fill(path: Path, marks: dict[str, str]) -> None:
    """Type points into a rubric, by file."""
    header, rows = tables.read_table(path)
    for row in rows:
        row["points"] = marks.get(row["file"], row["points"])
        row["comment"] = f"seen {row['file']}" if row["file"] in marks else row["comment"]
    tables.write_table(path, [header, *[[row[name] for name in header] for row in rows]])


def test_marks_go_along_with_an_answer_or_are_set_aside(tmp_path: Path, tiny) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    a_class(folder, tiny, "ada ben cleo")
    form = out / "rubric.csv"
    rubric.write_form(form, tiny, grade.grade_folder(folder, tiny, OURS, LIMITS, out))
    fill(form, {"ada.ipynb": "2", "ben.ipynb": "1", "cleo.ipynb": "0.5"})
    # Ada hands in the same answer under another name, Ben another answer, Cleo nothing new.
    (folder / "ada").mkdir()
    (folder / "ada.ipynb").rename(folder / "ada" / "better code.ipynb")
    (folder / "ben.ipynb").write_text(source.dumps(answered(tiny, q3="I have thought again.")))
    graded = grade.grade_folder(folder, tiny, OURS, LIMITS, out)
    told = rubric.write_form(form, tiny, graded)
    assert told == ["the mark of ben for neutral (question 3)"]
    marks = rubric.read_marks(form, tiny, graded)
    assert {key[0]: mark.points for key, mark in marks.items()} == {
        "ada/better code.ipynb": 2.0,
        "ben.ipynb": None,
        "cleo.ipynb": 0.5,
    }
    _, aside = tables.read_table(out / rubric.ASIDE)
    assert [(row["file"], row["points"], row["comment"]) for row in aside] == [
        ("ben.ipynb", "1", "seen ben.ipynb")
    ]
    (folder / "cleo.ipynb").unlink()  # a submission that vanished
    graded = grade.grade_folder(folder, tiny, OURS, LIMITS, out)
    assert rubric.write_form(form, tiny, graded) == [
        "the mark of cleo for neutral (question 3)"
    ]
    assert len(tables.read_table(out / rubric.ASIDE)[1]) == 2


def test_the_rubric_is_sorted_by_question(tmp_path: Path, two) -> None:
    graded = [grade.Graded(name, f"{name}.ipynb") for name in ("ada", "ben")]
    rubric.write_form(tmp_path / "rubric.csv", two, graded)
    rows = tables.read_table(tmp_path / "rubric.csv")[1]
    assert [row["question"] for row in rows] == ["3", "3", "4", "4"]
    assert (tmp_path / "rubric.csv").read_bytes().startswith(b"\xef\xbb\xbf")


# Round trips


def run(*arguments: object) -> int:
    return commands.main([str(one) for one in arguments])


@pytest.fixture
def course(tmp_path: Path, tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, where the tiny assignment is the only one."""
    monkeypatch.setattr(source.find, "__defaults__", (HERE,))
    monkeypatch.setattr(commands, "find", source.find)
    monkeypatch.chdir(tmp_path)
    return tmp_path


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Tiny & small (77),Other (78),Final Score
    Points Possible,,,,,6,10,(read only)
"Chan, Chris",99,s99,chan@uni.example,S1,,3,
"Lovelace, Ada",12,s12,ada@uni.example,S1,,4,
"Zuse, Konrad",13,s13,kz@uni.example,S1,2,,
"""
MOODLE = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4711","Chris Chan",cc@uni.example,"Submitted for grading",,6.00,Yes,\
"Friday, 20 November 2026, 11:30 PM",-,
"Participant 4712","Ada Lovelace",al@uni.example,"Submitted for grading",,6.00,Yes,\
"Sunday, 22 November 2026, 08:00 AM",-,
"Participant 4713","Konrad Zuse",kz@uni.example,"No submission",,6.00,Yes,-,-,
"""


def test_from_canvas_and_back(course: Path, tiny, capsys: pytest.CaptureFixture[str]) -> None:
    solution = source.dumps(tiny.solution())
    with zipfile.ZipFile("all.zip", "w") as packed:
        packed.writestr("chanchris_LATE_99_1234_tiny.ipynb", source.dumps(tiny.student()))
        packed.writestr("chanchris_LATE_99_1300_tiny-1.ipynb", solution)
        packed.writestr("lovelaceada_12_1235_tiny.ipynb", source.dumps(tiny.student()))
    Path("roster.csv").write_text(CANVAS, encoding="utf-8-sig")
    assert run("grade", "tiny", "all.zip", "--roster", "roster.csv", "--trusted") == 0
    out = Path("graded/tiny")
    assert "Zuse, Konrad handed in nothing" in capsys.readouterr().out
    fill(out / "rubric.csv", {
        "chanchris_LATE_99_1300_tiny-1.ipynb": "1", "lovelaceada_12_1235_tiny.ipynb": "0",
    })  # fmt: skip
    assert run("marks", "tiny") == 0
    rows = {row["file"]: row for row in tables.read_table(out / "grades.csv")[1]}
    assert rows["chanchris_LATE_99_1234_tiny.ipynb"]["counts"] == "no"
    assert rows["chanchris_LATE_99_1300_tiny-1.ipynb"]["total"] == "6"
    assert rows["lovelaceada_12_1235_tiny.ipynb"]["id"] == "12"
    assert rows[""]["note"] == "nothing was handed in"
    back = list(csv.reader(io.StringIO((out / "canvas.csv").read_text(encoding="utf-8"))))
    assert back == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tiny & small (77)"],
        ["    Points Possible", "", "", "", "", "6"],
        ["Chan, Chris", "99", "s99", "chan@uni.example", "S1", "6"],
        ["Lovelace, Ada", "12", "s12", "ada@uni.example", "S1", "0"],
        ["Zuse, Konrad", "13", "s13", "kz@uni.example", "S1", "2"],
    ]
    assert zipfile.ZipFile(out / "feedback.zip").namelist() == [
        "chanchris_LATE_99_1300_tiny-1.html",
        "lovelaceada_12_1235_tiny.html",
    ]
    assert run("marks", "tiny", "--attempts", "best", "--column", "No such") == 2


def test_from_moodle_and_back(course: Path, tiny) -> None:
    solution = source.dumps(tiny.solution())
    with zipfile.ZipFile("all.zip", "w") as packed:
        packed.writestr("Chris Chan_4711_assignsubmission_file_/tiny.ipynb", solution)
        packed.writestr("Ada Lovelace_4712_assignsubmission_file_/mine.ipynb", solution)
    Path("roster.csv").write_text(MOODLE, encoding="utf-8")
    due = ["--due", "2026-11-20 23:59", "--late", "10"]
    assert run("grade", "tiny", "all.zip", "--roster", "roster.csv", "--trusted", *due) == 0
    out = Path("graded/tiny")
    names = [
        "Ada Lovelace_4712_assignsubmission_file_/mine.ipynb",
        "Chris Chan_4711_assignsubmission_file_/tiny.ipynb",
    ]
    fill(out / "rubric.csv", dict.fromkeys(names, "1"))
    assert run("marks", "tiny") == 0
    rows = {row["name"] if "name" in row else row["student"]: row
            for row in tables.read_table(out / "grades.csv")[1]}  # fmt: skip
    assert (rows["Ada Lovelace"]["days late"], rows["Ada Lovelace"]["total"]) == ("2", "4.8")
    assert (rows["Chris Chan"]["days late"], rows["Chris Chan"]["total"]) == ("", "6")
    theirs = list(csv.DictReader(io.StringIO(MOODLE)))
    back = list(csv.DictReader(io.StringIO((out / "moodle.csv").read_text(encoding="utf-8"))))
    assert [row["Grade"] for row in back] == ["6", "4.8", ""]
    assert [{**row, "Grade": ""} for row in back] == theirs
    assert zipfile.ZipFile(out / "feedback.zip").namelist() == [
        name.replace(".ipynb", ".html") for name in names
    ]
    Path("roster.csv").write_text(MOODLE.replace("6.00", "100.00"), encoding="utf-8")
    assert run("marks", "tiny") == 2


ROSTER = """\
name;id;email;extension;late days;days late
Ada Lovelace;a1;ada@uni.example;;1;2
Ben Birk;b2;ben@uni.example;3;;
Cleo Curie;c3;cleo@uni.example;;;
"""


def test_a_list_of_ones_own_with_lateness_and_changes(
    course: Path, tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path("in")
    folder.mkdir()
    for name in ("a1", "ben", "Curie, Cleo", "stranger"):
        (folder / f"{name}.ipynb").write_text(source.dumps(tiny.solution()))
    Path("roster.csv").write_text(ROSTER, encoding="cp1252")
    given = ["--roster", "roster.csv", "--late", "20", "--trusted"]
    assert run("grade", "tiny", "in", *given) == 0
    out = Path("graded/tiny")
    fill(out / "rubric.csv", {path.name: "1" for path in folder.iterdir()})
    changes = [overrides.COLUMNS, ["ben.ipynb", "2", "1.5", "=the check was wrong"]]
    tables.write_table(out / overrides.NAME, changes)
    assert run("marks", "tiny") == 0
    for _ in range(2):  # and it is still there after grading once more
        rows = {row["file"]: row for row in tables.read_table(out / "grades.csv")[1]}
        assert rows["a1.ipynb"]["total"] == "4.8"  # two days, one of them free
        assert rows["ben.ipynb"]["total"] == "4.5"
        assert "3 changed to 1.5" in rows["ben.ipynb"]["note"]
        assert rows["Curie, Cleo.ipynb"]["id"] == "c3"
        assert "not in the roster" in rows["stranger.ipynb"]["note"]
        pages = list((out / "feedback").glob("Ben-Birk*.html"))
        assert "Changed by a person" in pages[0].read_text(encoding="utf-8")
        assert run("grade", "tiny", "in", "--trusted") == 0
    for line, words in (
        ("nobody,2,1,why", "is no submissions"),
        ("ben.ipynb,9,1,why", "no code in question"),
        ("ben.ipynb,2,9,why", "has 0 to 3"),
        ("ben.ipynb,2,x,why", "has 0 to 3"),
        ("ben.ipynb,2,1,", "the reason is missing"),
    ):
        (out / overrides.NAME).write_text(f"{','.join(overrides.COLUMNS)}\n{line}\n")
        capsys.readouterr()
        assert run("marks", "tiny") == 2
        assert words in capsys.readouterr().err


def test_faults_of_a_roster_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("name,id,late days\nAda,1,x\nBen,1,\nCleo,1,\nDan,,\n")
    with pytest.raises(tables.Refused) as fault:
        roster.read_roster(path)
    for words in ("line 2: 'x' is no number", "the id 1 occurs twice", "'Dan' has no id"):
        assert words in str(fault.value)
    path.write_text("first,last\n")
    with pytest.raises(tables.Refused, match="lacks a column name or id"):
        roster.read_roster(path)


def test_extensions_are_days_or_dates() -> None:
    due = roster.date("2026-11-20 23:59")
    policy = roster.Policy(due, 10)
    graded = grade.Graded("x", "x.ipynb")
    for extension, late in (("", 2), ("1", 1), ("2", 0), ("2026-11-22 12:00", 0)):
        person = roster.Person(
            "1", "X", extension=extension, submitted=roster.date("2026-11-22 08:00")
        )
        assert roster.lateness(graded, person, policy).days == late
    late = grade.Graded("x", "x.ipynb", late=True)
    assert "fill in its days" in roster.lateness(late, None, policy).note


def test_the_best_attempt_counts_where_that_was_agreed() -> None:
    check = {"question": "1", "points": 2.0}
    first = grade.Graded("ada", "ada/1.ipynb", [check], starts=1, key="a")
    second = grade.Graded("ada", "ada/2.ipynb", [], starts=1, key="b")
    broken = grade.Graded("ada", "ada/3.ipynb", [], key="c")
    graded = [first, second, broken]
    assert set(roster.counted(graded, {}, roster.Policy())) == {"a", "c"}
    assert set(roster.counted(graded, {}, roster.Policy(attempts="best"))) == {"b", "c"}


@pytest.mark.parametrize(
    "wrong", [["--jobs", "-1"], ["--seed", "-5"], ["--late", "200"], ["--due", "soon"]]
)
def test_wrong_options_are_told_in_a_sentence(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("grade", "tiny", "in", *wrong)
    assert "error: argument" in capsys.readouterr().err


def test_names_of_pages_cannot_be_guessed(tmp_path: Path) -> None:
    graded = grade.Graded("ada", "ada.ipynb")
    names = {feedback.file_name(graded, feedback.secret(tmp_path / one)) for one in "aab"}
    assert len(names) == 2


def test_a_missing_promise_has_to_be_accepted(
    course: Path, tiny, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_class(Path("in"), tiny, "ada")
    monkeypatch.setattr(jail, "broken_promises", lambda *_: ["No filter here."])
    assert run("grade", "tiny", "in", "--trusted") == 2
    assert "No filter here." in capsys.readouterr().err
    assert not Path("graded").exists()
    assert run("grade", "tiny", "in", "--trusted", "--accept") == 0
    assert lms.FEEDBACK in {path.name for path in Path("graded/tiny").iterdir()}


def test_large_notebooks_leave_the_grader_small(
    tmp_path: Path, tiny: source.Assignment
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    made = answered(tiny, q3="see my page")
    photo = {"page.png": {"image/png": "QUJD" * 4_500_000}}
    made["cells"][place(made, "3")]["attachments"] = photo
    (folder / "photo.ipynb").write_text(source.dumps(made))
    (folder / "brackets.ipynb").write_bytes(b'{"cells": [' + b"[]," * 6_000_000 + b"1]}")
    script = f"""
import re
from pathlib import Path
from assignments.coursepack import feedback, grade, jail, source
tiny, out = source.Assignment(Path({str(tiny.folder)!r})), Path({str(tmp_path / "out")!r})
graded = grade.grade_folder(
    Path({str(folder)!r}), tiny, jail.Jail("trusted"), jail.Limits(), out, jobs=2
)
feedback.write_answers(out, tiny, graded)
feedback.write_pages(out, tiny, graded, {{}})
state = Path("/proc/self/status").read_text()  # what rusage says counts the parent's memory too
print(int(re.search(r"VmHWM:\\s+(\\d+)", state)[1]) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert int(done.stdout) < 200  # megabytes
    page = next((tmp_path / "out" / "feedback").glob("photo*"))
    assert page.stat().st_size > 18_000_000


def test_a_path_with_a_space_reaches_the_grader_whole() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "grade", "ASSIGNMENT=a1", "SUBMISSIONS=my class/all.zip"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert 'grade a1 "my class/all.zip"' in done.stdout


def test_the_small_environment_is_not_committed() -> None:
    assert ".grading/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
