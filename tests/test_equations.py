r"""Every equation of the book, read as it is printed, holds for random numbers.

`CASES` in the sidecar of a chapter says for each equation what its letters stand for: by its
number, or by its cell where it is displayed without one, outside of a proof. `UNREAD` says
which of the latter cannot be evaluated, and why. A second test changes a sign, a relation or
two letters of each equation and wants to see the changed equation refused: a check that
accepts anything would prove nothing.
"""

from __future__ import annotations

import random
import re

import nbformat
import pytest

from tests.equation_reader import WORDS, Equation
from tests.letters import Case, basics
from tests.quiz_reader import prose
from tests.sidecar import PAGES, Page

TAGGED = re.compile(r"\$\$(?P<latex>(?:(?!\$\$).)*?)\\tag\{(?P<tag>[\d.]+)\}\s*\$\$", re.DOTALL)


PROOF = re.compile(r"^(?P<fence>`{3,})\{prf:proof\}.*?^(?P=fence)\s*$", re.M | re.S)
DISPLAY = re.compile(r"\$\$(?P<latex>(?:(?!\$\$).)*?)\$\$", re.DOTALL)


def displays(page: Page) -> dict[str, str]:
    """Return what is stated without a number, outside of proofs, by cell: `m1, m1-2`."""
    found: dict[str, str] = {}
    for cell in nbformat.read(page.path, as_version=4).cells:
        if cell.cell_type == "markdown":
            text = PROOF.sub("", cell.source)
            latex = [m["latex"] for m in DISPLAY.finditer(text) if r"\tag{" not in m["latex"]]
            for i, one in enumerate(latex, 1):
                found[cell.id if i == 1 else f"{cell.id}-{i}"] = UNIT.sub("", one.strip())
    return found


UNIT = re.compile(r"\\text\{ ?(?:bits|nats)\.?\}(?=\s*(?:$|\\end))")


def equations(page: Page) -> dict[str, str]:
    """Return the numbered equations of a page by their numbers."""
    numbered = {m["tag"]: m["latex"].strip() for m in TAGGED.finditer(prose(page.path))}
    unread = page.table("UNREAD")
    return numbered | {at: latex for at, latex in displays(page).items() if at not in unread}


ALL = [(page, tag, latex) for page in PAGES for tag, latex in equations(page).items()]
BY_NUMBER = pytest.mark.parametrize(
    ("page", "tag", "latex"),
    [pytest.param(*found, id=f"{found[0].name}:{found[1]}") for found in ALL],
)


def case(page: Page, tag: str) -> Case:
    """Return what the letters of an equation stand for."""
    cases = page.table("CASES")
    assert tag in cases, (
        f"nothing says what the letters of equation ({tag}) of {page.path.name} stand for: add "
        f'"{tag}": basics, or a function of your own, to CASES of {page.place} '
        "(tests/letters.py has the common ones); what cannot be evaluated stands in UNREAD, "
        "with the reason"
    )
    found: Case = cases[tag]
    return found


@BY_NUMBER
def test_equation_holds(page: Page, tag: str, latex: str) -> None:
    rng = random.Random(tag)
    letters = case(page, tag)
    for _ in range(5):
        Equation(latex).check(letters(rng))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_case_is_left_over(page: Page) -> None:
    left = set(page.table("CASES")) - set(equations(page))
    assert not left, f"delete {sorted(left)} from CASES of {page.place}"
    gone = set(page.table("UNREAD")) - set(displays(page))
    assert not gone, f"delete {sorted(gone)} from UNREAD of {page.place}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_read_says_why_and_cannot_be_read(page: Page) -> None:
    for at, why in page.table("UNREAD").items():
        assert len(why.split()) > 3, f"{at} of {page.place}: say why it cannot be read"
        assert refused(displays(page)[at], at, basics), f"{at} can be read, move it to CASES"


@pytest.mark.parametrize("sign", ["+", "-", "=", r"\le"])
def test_line_that_begins_with_a_sign_goes_on(sign: str) -> None:
    """What stands on the next line belongs to the sum or the chain before it."""
    lines = rf"\begin{{aligned}} &a \\ &=b \\ &\quad{sign} \Bigl[c\Bigr] \end{{aligned}}"
    (statement,) = Equation(lines).statements()
    assert [relation for relation, _ in Equation.sides(statement)][:2] == ["", "="]


def test_line_that_begins_with_a_letter_is_a_new_statement() -> None:
    lines = r"\begin{aligned} a&=1-p,\quad&b&=-p \\ c&=-q,\quad&d&=q \end{aligned}"
    assert len(Equation(lines).statements()) == 4


CHANGES = [  # each spoils an equation in one place
    (r"\+", "-"),
    (r"(?<![\^{])-", "+"),
    (r"\\le(?![a-z])", r"\\ge "),
    (r"\\ge(?![a-z])", r"\\le "),
    (r"P,Q", "Q,P"),
    (r"P\\,\\\|\\,Q", r"Q\\,\\|\\,P"),
    (r"\bp\b|(?<![a-zA-Z\\])p(?![a-zA-Z])", "q"),
    (r"(?<![a-zA-Z\\])q(?![a-zA-Z])", "p"),
    (r"\\ln(?![a-z])", r"\\sqrt"),
    (r"2", "3"),
    (r"1", "2"),
]


def changed(latex: str) -> list[str]:
    """Return the equation with each change made at each place; words stay as they are."""
    formula, words = (lambda m: (latex[: m.start()], m.group()) if m else (latex, ""))(
        WORDS.search(latex)
    )
    return [
        formula[: match.start()] + match.expand(replacement) + formula[match.end() :] + words
        for pattern, replacement in CHANGES
        for match in re.finditer(pattern, formula)
    ]


def refused(latex: str, tag: str, letters: Case) -> bool:
    rng = random.Random(tag)
    try:
        for _ in range(5):
            Equation(latex).check(letters(rng))
    except (AssertionError, SyntaxError, ArithmeticError, TypeError, ValueError, LookupError):
        return True
    return False


@BY_NUMBER
def test_changed_equation_is_refused(page: Page, tag: str, latex: str) -> None:
    """An inequality may survive a harmless change, an equality hardly ever does."""
    letters, copies = case(page, tag), changed(latex)
    survivors = [copy for copy in copies if not refused(copy, tag, letters)]
    strict = not re.search(r"\\(?:le|ge|lt|gt|approx)(?![a-z])", latex)
    assert len(survivors) <= (0.25 if strict else 0.7) * len(copies), survivors
