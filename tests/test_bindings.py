"""The numbers of a page are what its cells print; `tools.bindings` says how they are bound.

The mutation test changes every digit, sign and unit of every bound number of the book, one
after the other, and wants each change to be noticed at its place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from tools import bindings
from tools.bindings import (
    COUNTS,
    IN_A_WORD,
    SPOKEN,
    Judge,
    Number,
    Page,
    Piece,
    agrees,
    bind,
    chosen,
    in_words,
    problems,
    read_bindings,
    read_number,
    results,
)

BOUND = [page.path.stem for page in chosen([])]


@pytest.fixture(scope="module", params=BOUND)
def judge(request: pytest.FixtureRequest) -> Judge:
    """A bound page and its bindings."""
    page = chosen([request.param])[0]
    return Judge(page, read_bindings(page.file)[0])


# --- the pages -----------------------------------------------------------------------


@pytest.mark.parametrize("name", BOUND)
def test_numbers_are_bound_and_agree(name: str) -> None:
    assert not (found := problems(chosen([name])[0])), "\n".join(found)


def changed(text: str, number: str, span: tuple[int, int]) -> Iterator[str]:
    """The text with one digit, the sign or the unit of a number changed, one at a time."""
    start, end = span
    for i in range(start, end):
        if text[i].isdigit():
            for digit in "0123456789":
                if digit != text[i]:
                    yield text[:i] + digit + text[i + 1 :]
    if number[0] in "-−":
        yield text[:start] + text[start + 1 :]
    elif number[0].isdigit() and text[start - 1 : start] in ("", " ", "$"):
        yield text[:start] + "−" + text[start:]
    if number.lower() in IN_A_WORD:
        yield from (text[:start] + w + text[end:] for w in IN_A_WORD if w != number.lower())
    if number.lower() in COUNTS:
        yield from (text[:start] + w + text[end:] for w in COUNTS if w != number.lower())
    if unit := bindings.AT_ONCE.match(text, end):
        for other in {"bits", "nats", "%", "times"} - {_plural(unit["unit"])}:
            yield text[: unit.start("unit")] + other + text[unit.end("unit") :]


def _plural(unit: str) -> str:
    return unit if unit.endswith(("s", "%")) else f"{unit}s"


def test_every_change_of_a_bound_number_is_noticed(judge: Judge) -> None:
    changes, missed = 0, []
    for piece in judge.page.pieces:
        for result in results(piece):
            for text in changed(piece.text, result.number.text, result.span):
                changes += 1
                if not judge.faults(replace(piece, text=text)):
                    start, end = result.span
                    missed.append(f"{result}: {text[max(0, start - 20) : end + 20]!r}")
    assert changes > 100
    assert not missed, f"{len(missed)} of {changes}: " + "\n".join(missed[:20])


def test_two_numbers_of_a_text_cannot_change_places(judge: Judge) -> None:
    swapped = 0
    for piece in judge.page.pieces:
        found = list(results(piece))
        for one, other in itertools.pairwise(found):
            a, b = piece.text[slice(*one.span)], piece.text[slice(*other.span)]
            if one.number.value == other.number.value:
                continue
            middle = piece.text[one.span[1] : other.span[0]]
            text = piece.text[: one.span[0]] + b + middle + a + piece.text[other.span[1] :]
            swapped += 1
            assert judge.faults(replace(piece, text=text)), (str(one), str(other))
    assert swapped, "no two numbers of a text differ"


# --- a small page --------------------------------------------------------------------

PROSE = "## Price\n\nYou pay 1.2345 bits, and 17 of 20 pay $\\frac12$ of it."
PRINTED = 'price, many = 1.2345, 17\nprint(f"price {price:.4f} bits")\nprint(f"{many} of 20")'


def page_of(folder: Path, prose: str = PROSE, printed: str = "price 1.2345 bits\n") -> Page:
    """A page of one text and one cell that has printed."""
    cells = [
        nbformat.v4.new_markdown_cell(prose, id="text"),
        nbformat.v4.new_code_cell(
            PRINTED,
            id="code",
            outputs=[nbformat.v4.new_output("stream", text=printed + "17 of 20\n")],
        ),
    ]
    return Page(folder / "07-small.ipynb", nbformat.v4.new_notebook(cells=cells))


LINES = """text | You pay ⟦1.2345 bits⟧ and # of | code: price # bits [1]
text | # bits and ⟦17⟧ of # pay | code: # of # [1]
text | and # of ⟦20⟧ pay # of | code: # of # [2]
text | of # pay ⟦\\frac12⟧ of it | = many / 34 @ code
"""


def faults(folder: Path, page: Page, lines: str) -> list[str]:
    (folder / "page.bindings").write_text(lines, encoding="utf-8")
    return problems(page, folder / "page.bindings")


def bound(folder: Path, page: Page, lines: str) -> bindings.Bound:
    (folder / "page.bindings").write_text(lines, encoding="utf-8")
    return bind(page, read_bindings(folder / "page.bindings")[0])


def test_a_page_that_is_bound_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, page_of(tmp_path), LINES) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("text | You pay", "You pay", "page.bindings, line 1 is not"),
        (LINES.splitlines()[3], LINES.splitlines()[2], "a second time"),
        ("= many / 34", "= many / ", "SyntaxError"),
        ("= many / 34", "= unknown / 34", "NameError"),
        ("= many / 34", "= many / 0", "ZeroDivisionError"),
        ("= many / 34", "= 1 / 2", "says only itself"),
        ("34 @ code", "34 @ nowhere", "there is no code cell nowhere"),
        ("price # bits [1]", "price # nats [1]", "not printed any more"),
        ("code: # of # [1]", "count", "small count, which it is not"),
        ("code: # of # [1]", "except I like it", "digits are excepted"),
        ("text | You pay", "gone | You pay", "there is no text gone"),
    ],
)
def test_a_faulty_line_is_named_and_the_check_goes_on(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in LINES
    also_wrong = LINES.replace("code: # of # [2]", "code: # of # [1]").replace(old, new, 1)
    found = faults(tmp_path, page_of(tmp_path), also_wrong)
    assert any(said in fault for fault in found), found
    if "⟦20⟧" in also_wrong and old != LINES.splitlines()[3]:
        assert any("⟦20⟧" in fault for fault in found), found


def test_what_is_clear_is_bound_and_the_rest_is_asked(tmp_path: Path) -> None:
    made = bound(tmp_path, page_of(tmp_path), "")
    assert [line.rpartition(" | ")[2] for line in made.lines] == [
        "code: price # bits [1]",
        "code: # of # [1]",
        "code: # of # [2]",
    ]
    assert len(made.open) == 1
    assert "⟦\\frac12⟧" in made.open[0]


def test_a_changed_number_is_not_bound_again_unseen(tmp_path: Path) -> None:
    """17 is still printed; that 20 is printed too does not make it right."""
    page = page_of(tmp_path, PROSE.replace("17 of 20", "20 of 20"))
    made = bound(tmp_path, page, LINES)
    assert any("⟦17⟧" in line for line in made.lines), "the old number stays on record"
    assert any("but “code: # of # [1]” is 17" in question for question in made.open)


def test_a_changed_unit_is_not_bound_again_unseen(tmp_path: Path) -> None:
    page = page_of(tmp_path, PROSE.replace("bits", "nats"))
    made = bound(tmp_path, page, LINES)
    assert any("has the unit “nats”" in question for question in made.open)
    assert bound(tmp_path, page, "\n".join(made.lines)).open, "nor when it is run again"


def test_a_line_follows_the_number_of_a_reworded_sentence(tmp_path: Path) -> None:
    page = page_of(tmp_path, PROSE.replace("You pay", "The price of it all is"))
    assert faults(tmp_path, page, LINES)
    made = bound(tmp_path, page, LINES)
    assert not made.open
    assert faults(tmp_path, page, "\n".join(made.lines)) == []


def test_a_result_that_is_printed_anew_needs_nothing(tmp_path: Path) -> None:
    page = page_of(tmp_path, PROSE.replace("1.2345", "1.3"), "price 1.3000 bits\n")
    assert faults(tmp_path, page, LINES) == []


@pytest.mark.parametrize("words", ["six in ten", "twenty tosses", "a hundred", "two bits"])
def test_a_result_is_written_in_digits(words: str, tmp_path: Path) -> None:
    assert list(in_words(page_of(tmp_path, f"It takes {words}.")))


@pytest.mark.parametrize("words", ["see A13 and B26", "lines 38–41, 45 and 52 to 59"])
def test_the_number_of_a_place_is_no_result(words: str) -> None:
    assert not list(results(Piece("text", words, 0, 0)))
    assert list(results(Piece("text", f"{words} cost 13.5", 0, 0)))


def number_in(text: str) -> Number:
    match = SPOKEN.search(text)
    assert match
    return read_number(match)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.0554 bits", 0.05541),
        ("is −0.29", -0.2939),
        ("$x\\approx-0.29$", -0.2939),
        ("70 %", 0.7),
        ("¾", 0.75),
        ("$\\frac{1/10}{1/100}$", 10.0),
        ("10,000", 10_000),
        ("$10^{-9}$", 1e-9),
        ("about 23 nats", 23.03),
        ("about half of", 0.48),
        ("more than half of", 14 / 27),
        ("no more than 0.01", 0.01),
        ("less than 20", 19),
    ],
)
def test_number_agrees_with_its_value(text: str, value: float) -> None:
    assert agrees(number_in(text), value)
    assert not agrees(number_in(text), -value)
    assert not agrees(number_in(text), value * 10)
    assert not agrees(number_in(text), float("inf"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("23", 23.03),
        ("0.05 bits", 0.0554),
        ("half of", 0.48),
        ("more than half of", 0.5),
        ("less than 20", 20),
        ("7 %", 0.7),
        ("0.7 %", 0.7),
    ],
)
def test_number_disagrees(text: str, value: float) -> None:
    assert not agrees(number_in(text), value)


def test_unit_and_precision_of_what_is_printed_count() -> None:
    assert agrees(number_in("0.5 bits"), number_in("0.50 bits"))
    assert not agrees(number_in("0.5 bits"), number_in("0.50 nats"))
    assert not agrees(number_in("0.512 bits"), number_in("0.51 bits"))
