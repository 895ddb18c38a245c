"""The quizzes: what they ask, the numbers in their options, and how they behave on the site.

`NUMBERS` says for every number in an option how it comes about: computed with divcore for the
right option, by the slip that its answer names for a wrong one.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bs4 import Tag

from _ext import mathml
from divcore import (
    average_nll,
    bernoulli,
    cross_entropy,
    entropy,
    kl_divergence,
    one_hot,
    smooth_labels,
    softmax,
    surprisal,
)
from tests.browser import Browser, find_browser
from tests.test_site_hooks import Book, one

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]
HEADINGS = {"index": "Where should you begin?"}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Number = float | np.floating


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
    _, found, after = prose(path).partition(f"## {heading}\n")
    assert found, f"{path.name} has no section {heading!r}"
    return after.partition("\n## ")[0]


def questions(path: Path) -> Iterator[Question]:
    """Read the questions of a page."""
    for part in section(path).split("**Question ")[1:]:
        number = int(part.partition(".")[0])
        asked, _, fold = part.partition("```{dropdown} Answers to question ")
        assert fold.partition("\n")[0] == str(number)
        options = dict(re.findall(r"^- \*\*([A-H])\.\*\* (.*)$", asked, flags=re.M))
        answers = {line[4]: line for line in fold.splitlines() if line.startswith("- **")}
        text = asked.partition("\n- **A.**")[0]
        yield Question(path.stem, number, text, options, answers)


ALL = [question for path in PAGES for question in questions(path)]


# --- what they ask ------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_asks_four_to_six_questions_before_its_exercises(path: Path) -> None:
    numbers = [question.number for question in questions(path)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 4 <= len(numbers) <= 6
    if path.stem != "index":
        assert (
            prose(path)
            .partition("## Check yourself\n")[2]
            .split("\n## ")[1]
            .startswith("Exercises")
        )


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}-{asked.number}")
def test_every_option_is_answered(asked: Question) -> None:
    assert list(asked.options) == list("ABCDEFGH")[: len(asked.options)]
    assert len(asked.options) >= 3
    assert list(asked.answers) == list(asked.options)
    for letter, answer in asked.answers.items():
        name, _, reason = answer.removeprefix("- **").partition("**")
        assert name.endswith("."), f"{letter}: the bold words are a sentence"
        assert len(reason.split()) >= 4, f"{letter}: an answer without a reason"
        if letter != asked.right:
            assert re.search(r"\]\([^)]+\)", reason), f"{letter}: no place to read on"


def test_the_place_of_the_right_option_gives_nothing_away() -> None:
    places = Counter(asked.right for asked in ALL)
    assert set(places) >= set("ABC")
    assert max(places.values()) <= len(ALL) / 2


# --- how their formulas are spoken --------------------------------------------------------


def aloud(text: str) -> str:
    """Return Markdown with its formulas in words, as screen readers say it."""
    return re.sub(
        r"\$(.+?)\$", lambda m: mathml.spoken(mathml.to_mathml(m[1], display=False)), text
    )


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}-{asked.number}")
def test_no_formula_is_lost_when_a_question_is_spoken(asked: Question) -> None:
    spoken = [aloud(text) for text in (asked.text, *asked.options.values())]
    assert len(set(spoken)) == len(spoken)
    for words in spoken:
        assert not set(words) & set("$\\<>=^_{}"), words


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"q(x)\gt0", "q of x greater than 0"),
        (r"D_{\mathrm{KL}}(\hat P\,\|\,P)=0.0225", "D KL of P hat relative to P equals 0.0225"),
        (r"H(P,Q)", "H of P comma Q"),
        (r"\log0", "log of 0"),
        (r"\log_2", "log base 2"),
        (r"0\lt p\lt1", "0 less than p less than 1"),
        (r"\varepsilon=10^{-9}", "epsilon equals 10 to the minus 9"),
        (r"p(x)\ln\frac{p(x)}{q(x)}", "p of x natural log of p of x over q of x"),
        (r"q-(1,\,0)", "q minus open bracket 1 comma 0 close bracket"),
        (r"p(1-p)", "p open bracket 1 minus p close bracket"),
        (r"-\left(\frac{0.7}{q_0}\right)", "minus open bracket 0.7 over q sub 0 close bracket"),
    ],
)
def test_formulas_in_words(latex: str, words: str) -> None:
    assert mathml.spoken(mathml.to_mathml(latex, display=False)) == words


@pytest.mark.parametrize(
    "latex", [r"\sum_x", r"\alpha", r"\frac{1}{1-p}", r"\sqrt2", r"a\mid b"]
)
def test_what_cannot_be_spoken_is_refused(latex: str) -> None:
    with pytest.raises(mathml.UnspokenError):
        mathml.spoken(mathml.to_mathml(latex, display=False))


# --- the numbers in the options -----------------------------------------------------------

LN2 = math.log(2)
FAIR, CROOKED = bernoulli(0.5), bernoulli(0.1)  # tails first
COIN = bernoulli(0.3)
FORECAST = [0.7, 0.2, 0.1]
SOFT = [0.7, 0.3, 0.0]
TOSSES = [1, 1, 0]
PAIR = np.array([[1, 0], [0, 1]])  # two labels of one input
GRID = np.linspace(0, 1, 101)


def best_coin(p: float) -> float:
    """The model with the lowest price, found by trying."""
    coins = np.tile(bernoulli(p), (len(GRID), 1))
    return float(GRID[np.argmin(cross_entropy(coins, bernoulli(GRID)))])


def share_of_ones(ones: int, tosses: int) -> float:
    """The model with the lowest loss on these tosses, found by trying."""
    seen = [1] * ones + [0] * (tosses - ones)
    return float(GRID[np.argmin([average_nll(seen, bernoulli(q)) for q in GRID])])


NUMBERS: dict[tuple[str, int], dict[str, tuple[Number, ...]]] = {
    ("01-entropy", 1): {
        "A": (max([1, 0]),),  # the probability for its surprisal
        "B": (entropy([1, 0], base=2),),
    },
    ("01-entropy", 3): {
        "A": (2 * LN2,),  # multiplied instead of divided
        "B": (2,),  # ignores the unit
        "C": (2 / LN2,),
    },
    ("01-entropy", 4): {
        "A": (entropy([1 / 8] * 8, base=2),),  # "nothing known" for "equally likely"
        "B": (entropy([1, *[0] * 7], base=2), entropy([1 / 8] * 8, base=2)),
        "C": (entropy([1, *[0] * 7], base=2), 8),  # the number of outcomes for its logarithm
    },
    ("02-cross-entropy", 1): {
        "A": (cross_entropy([1, 0], [0.9, 0.1]),),  # symmetric
        "B": (-0.9 * math.log(1),),  # the term with the infinite price is dropped
        "C": (cross_entropy([0.9, 0.1], [1, 0]),),
    },
    ("02-cross-entropy", 3): {
        "A": (0.33, 2),  # far below ln 2
        "C": (entropy([1, 0]),),  # a floor of 0
    },
    ("02-cross-entropy", 4): {
        "A": (round(0.7),),  # a guess for a forecast
        "B": ((0.7 + 1 / 2) / 2,),  # a safety margin
        "C": (best_coin(0.7),),
    },
    ("02-cross-entropy", 5): {
        "B": (cross_entropy(bernoulli(0.7), bernoulli(0.6)),),
        "C": (0.6, best_coin(0.7)),  # the sample for the coin
    },
    ("03-kl-divergence", 1): {"C": (FAIR.sum(),)},
    ("03-kl-divergence", 4): {
        "A": (kl_divergence(CROOKED, FAIR),),  # the other way round
        "B": (0.5 * math.log(0.5 / 0.1),),  # the overcharge alone
        "C": (kl_divergence(FAIR, CROOKED),),
    },
    ("04-coin", 2): {
        "A": (entropy(COIN),),  # the floor
        "B": (cross_entropy(COIN, bernoulli(0)),),
        "C": (entropy(bernoulli(0)),),  # the model's entropy
    },
    ("04-coin", 3): {
        "A": (kl_divergence(COIN, COIN),),  # expects to pay nothing
        "B": (cross_entropy(COIN, COIN),),  # the price for the waste
        "C": (cross_entropy(COIN, COIN), kl_divergence(COIN, COIN)),
    },
    ("04-coin", 4): {
        "A": (0.5 - 0.3,),
        "B": ((0.5 - 0.3) / (0.5 * 0.5),),  # the slope in q
        "C": (0.3 - 0.5,),  # the sign turned
    },
    ("04-coin", 5): {
        "A": (0.3,),  # the coin for the tosses
        "B": (share_of_ones(8, 20),),
        "C": ((0 + 1) / 2,),  # the middle
    },
    ("05-one-hot", 1): {
        "A": (1 - FORECAST[0],),  # a difference
        "B": (entropy(one_hot(0, 3)),),  # the entropy of the label
        "C": (cross_entropy(one_hot(0, 3), FORECAST),),
    },
    ("05-one-hot", 2): {
        "A": (entropy(PAIR).max(),),  # the single labels
        "C": (cross_entropy(PAIR, np.tile(PAIR.mean(axis=0), (2, 1))).mean(),),
    },
    ("05-one-hot", 3): {
        "A": tuple(SOFT),
        "B": tuple(one_hot(int(np.argmax(SOFT)), 3)),  # the label made hard
        "C": tuple(SOFT),  # divided by q, in the formula
    },
    ("06-maximum-likelihood", 1): {
        "A": (math.prod(bernoulli(0.6)[x] for x in TOSSES),),  # the likelihood
        "B": (cross_entropy(np.bincount(TOSSES) / 3, bernoulli(0.6)),),
        "C": (3 * average_nll(TOSSES, bernoulli(0.6)),),  # the sum
    },
    ("06-maximum-likelihood", 2): {
        "A": (share_of_ones(3, 3),),
        "B": ((3 + 1) / (3 + 2),),  # smoothed
    },
    ("06-maximum-likelihood", 5): {"A": (kl_divergence(COIN, COIN),)},  # sample = population
    ("index", 1): {
        "B": (cross_entropy(FAIR, FAIR),),
        "C": (1 - FAIR.max(),),  # counts mistakes
    },
    ("index", 4): {"C": (surprisal(1e-10),)},  # a small number for the 0
    ("index", 5): {
        "A": (entropy(PAIR).max(),),  # each label for itself
        "C": (cross_entropy(PAIR, np.tile(PAIR.mean(axis=0), (2, 1))).mean(),),
    },
}
# q(x) > 0 and the like: the zeros of two pmfs, tried out below
ABOUT_ZEROS = ("03-kl-divergence", 2)
NUMBER = re.compile(r"(?<!_)(?<!log)[−-]?\d+(?:\.\d+)?|∞")


def numbers(option: str) -> list[str]:
    """Return the numbers in an option, as they are written there."""
    return [token.replace("−", "-") for token in NUMBER.findall(option.replace("q-(", "q("))]


def agrees(written: str, value: Number) -> bool:
    """Whether a value, rounded to as many places as were written, is what was written."""
    if written == "∞":
        return bool(np.isposinf(value))
    places = len(written.partition(".")[2])
    return abs(float(written) - value) <= 0.5 * 10**-places + 1e-12


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}-{asked.number}")
def test_numbers_in_options_are_what_their_answers_say(asked: Question) -> None:
    if (asked.page, asked.number) == ABOUT_ZEROS:
        return
    table = NUMBERS.get((asked.page, asked.number), {})
    written = {letter: numbers(option) for letter, option in asked.options.items()}
    written = {letter: found for letter, found in written.items() if found}
    assert set(written) == set(table), "every option with a number has its entry, and no other"
    for letter, found in written.items():
        assert len(found) == len(table[letter]), f"{letter} has the numbers {found}"
        for token, value in zip(found, table[letter], strict=True):
            assert agrees(token, value), f"{letter} says {token}, but it is {value}"
    assert len(set(asked.options.values())) == len(asked.options)


def test_every_entry_belongs_to_a_question() -> None:
    assert {*NUMBERS, ABOUT_ZEROS} <= {(asked.page, asked.number) for asked in ALL}


def test_a_wrong_number_is_noticed() -> None:
    assert agrees("0.6931", LN2)
    assert not agrees("0.6932", LN2)
    assert not agrees("0.69", 0.71)
    assert agrees("∞", math.inf)
    assert not agrees("∞", 1e300)
    assert numbers("$q-(0.7,\\,0)$, −0.2, $\\log_2$, ∞") == ["0.7", "0", "-0.2", "∞"]


def test_zeros_make_kl_infinite_one_way_as_the_quiz_says() -> None:
    """Only the zero of option A leaves the first finite and makes the second infinite."""
    cases = {"A": ([1, 0], [0.5, 0.5]), "B": ([0.5, 0.5], [1, 0]), "C": ([1, 0], [1, 0])}
    fitting = [
        letter
        for letter, (p, q) in cases.items()
        if math.isfinite(kl_divergence(p, q)) and math.isinf(kl_divergence(q, p))
    ]
    (asked,) = (found for found in ALL if (found.page, found.number) == ABOUT_ZEROS)
    assert fitting == [asked.right]
    for letter, (p, q) in cases.items():
        for name, pmf in [("p", p), ("q", q)]:
            says = f"{name}(x)=0" in asked.options[letter]
            assert says == (0 in pmf), f"option {letter} is about another case"


def test_the_gradients_of_the_quiz_on_soft_labels() -> None:
    """Measured with differences, only option A is the gradient in the logits."""
    z = np.array([0.4, -0.3, 0.2])
    q, p, h = softmax(z), np.array(SOFT), 1e-6
    measured = [
        (cross_entropy(p, softmax(z + h * e)) - cross_entropy(p, softmax(z - h * e))) / (2 * h)
        for e in np.eye(3)
    ]
    options = {"A": q - p, "B": q - one_hot(0, 3), "C": -p / q}
    fitting = [x for x, g in options.items() if np.allclose(measured, g, atol=1e-6)]
    (asked,) = (found for found in ALL if (found.page, found.number) == ("05-one-hot", 3))
    assert fitting == [asked.right]


def test_numbers_that_the_questions_state() -> None:
    """Numbers in the questions and in the reasons that the argument rests on."""
    assert agrees("0.33", entropy(CROOKED))
    assert agrees("0.3251", entropy(CROOKED))
    assert agrees("0.5919", average_nll([1] * 80 + [0] * 20, bernoulli(0.6)))
    assert average_nll([1] * 80 + [0] * 20, bernoulli(0.7)) < 0.5919
    assert agrees("0.6109", entropy(bernoulli(0.7)))
    assert agrees("0.5003", entropy(smooth_labels(0, 10, 0.1)))
    assert agrees("-0.2939", 0.5 * math.log(0.5 / 0.9))
    full, patched = [0.25, 0.25, 0.5], [0.5 - 5e-10, 0.5 - 5e-10, 1e-9]
    assert agrees("9.6685", kl_divergence(full, patched))
    assert agrees("0.0225", (10 - 1) / (2 * 200))
    votes = [0.6, 0.3, 0.1]
    assert agrees("0.7188", cross_entropy(SOFT, votes))
    assert agrees("0.1079", kl_divergence(SOFT, votes))
    assert agrees("0.6109", entropy(SOFT))
    assert agrees("0.7188", 0.6109 + 0.1079)


# --- the hook -----------------------------------------------------------------------------

QUIZ = """\
**Question 1.** Is $H(P,P)=0$? Think of [the floor](#the-floor).

- **A.** Yes
- **B.** No, $H(P)$

```{dropdown} Answers to question 1
- **A takes the price for a distance.** Read on at [the floor](#the-floor).
- **B is right.** It is the entropy.
```
"""
SETTINGS = f"""
extensions[2:2] = ["sphinx_design", "_ext.quiz"]
myst_heading_anchors = 3
html_static_path = [{str(ROOT / "_static")!r}]
html_css_files = ["book.css", "quiz.css"]
html_js_files = ["quiz.js"]
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path)
    with (made.source / "conf.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    return made


def test_a_question_becomes_a_form_and_its_fold_stays(book: Book) -> None:
    book.write(index=f"# A\n\n## The floor\n\nBefore.\n\n{QUIZ}\nAfter.\n")
    assert book.build() == ""
    form = one(book.page(), "form.quiz")
    legend = one(form, "fieldset > legend")
    assert legend.get_text().startswith("Question 1. Is ")
    assert one(legend, "math")
    labels = form.select("fieldset > ul > li > label")
    assert [label.get_text(" ", strip=True)[:2] for label in labels] == ["A.", "B."]
    radios = [one(label, "input[type=radio]") for label in labels]
    assert {radio["name"] for radio in radios} == {"option"}
    button = one(form, "button")
    assert button.has_attr("hidden")
    assert button.has_attr("disabled")
    assert one(form, "[role=status]").get_text() == ""
    answers = form.select("details .quiz-answers > li")
    assert [answer["class"] for answer in answers] == [["wrong"], ["right"]]
    assert one(form, "details a.reference")["href"] == "#the-floor"
    before, after = form.find_previous_sibling("p"), form.find_next_sibling("p")
    assert isinstance(before, Tag)
    assert isinstance(after, Tag)
    assert (before.get_text(), after.get_text()) == ("Before.", "After.")


def test_controls_are_named_by_words_where_they_have_formulas(book: Book) -> None:
    book.write(index=f"# A\n\n## The floor\n\n{QUIZ}")
    assert book.build() == ""
    form = one(book.page(), "form.quiz")
    asked = "Question 1. Is H of P comma P equals 0? Think of the floor."
    assert one(form, "fieldset").get("aria-label") == asked
    assert [radio.get("aria-label") for radio in form.select("input")] == [
        None,  # its label has no formula
        "B. No, H of P",
    ]
    button = one(form, "button")
    assert button["aria-label"] == f"{button.get_text()} to question 1"


MISTAKES = {
    "must follow": ("- **A.** Yes\n- **B.** No, $H(P)$\n", "Yes or no.\n"),
    "must have the title": ("Answers to question 1", "Answers to question 2"),
    "one list of answers": ("- **A takes", "Well.\n\n- **A takes"),
    "begin with A, B": ("- **B.** No", "- **C.** No"),
    "as many answers as options": ("- **B is right.** It is the entropy.\n", ""),
    "one paragraph without a link": ("Yes", "[Yes](#the-floor)"),
    "one of its answers, and only one": ("B is right.", "B may be right."),
    "where to read on is missing": (" Read on at [the floor](#the-floor).", ""),
    "no words for '∑'": ("No, $H(P)$", r"No, $\sum_x$"),
}


@pytest.mark.parametrize("complaint", MISTAKES)
def test_a_mistake_in_a_quiz_is_a_warning(book: Book, complaint: str) -> None:
    good, bad = MISTAKES[complaint]
    assert good in QUIZ
    book.write(index=f"# A\n\n## The floor\n\n{QUIZ.replace(good, bad)}")
    assert complaint in book.build()
    assert not book.page().select("form.quiz")


def test_two_right_answers_are_a_mistake(book: Book) -> None:
    quiz = QUIZ.replace("A takes the price for a distance.", "A is right.")
    book.write(index=f"# A\n\n## The floor\n\n{quiz}")
    assert "one of its answers, and only one" in book.build()


def test_other_paragraphs_and_folds_stay_what_they_are(book: Book) -> None:
    fold = "```{dropdown} Solution 1.1\nSo.\n```\n"
    book.write(index=f"# A\n\n**Exercise 1.1 (E).** Why?\n\n- **A.** So\n\n{fold}")
    assert book.build() == ""
    assert not book.page().select("form.quiz")


# --- in a browser -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    paths = find_browser()
    if paths is None:
        message = "no Chromium with chromedriver on this machine"
        if os.environ.get("BOOK_BROWSER") == "required":
            pytest.fail(message)
        pytest.skip(message)
    opened = Browser(*paths)
    yield opened
    opened.close()


@pytest.fixture
def quiz(book: Book, browser: Browser) -> Browser:
    """Open a page with a quiz."""
    book.write(index=f"# A\n\n## The floor\n\n{QUIZ}\n")
    assert book.build() == ""
    browser.emulate(width=360)
    browser.open((book.html / "index.html").as_uri())
    return browser


def press(browser: Browser, *names: str) -> None:
    """Press keys, one after the other, wherever the focus is."""
    codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}
    for name in names:
        event = {
            "key": name,
            "code": name.strip() or "Space",
            "windowsVirtualKeyCode": codes[name],
        }
        text = {"Enter": "\r", " ": " "}.get(name)
        if text:
            event["text"] = text
        for kind in ("keyDown", "keyUp"):
            browser.chrome.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": kind, **event})


def status(browser: Browser) -> str:
    """Return what the status region says, and how it is marked."""
    return str(
        browser.run(
            "const region = document.querySelector('.quiz-status');"
            "return region.className.trim() + ': ' + region.innerText.trim()"
        )
    )


def focus_first_option(browser: Browser) -> None:
    browser.run("document.querySelector('#the-floor a, .quiz').scrollIntoView()")
    for _ in range(20):
        press(browser, "Tab")
        if browser.run("return document.activeElement.type") == "radio":
            return
    pytest.fail("the keyboard does not reach the options")


def test_quiz_by_keyboard_alone(quiz: Browser) -> None:
    focus_first_option(quiz)
    assert status(quiz) == "quiz-status: "
    press(quiz, " ", "Tab")
    assert quiz.run("return document.activeElement.innerText") == "Check my answer"
    assert status(quiz) == "quiz-status: ", "nothing is given away before one has decided"
    press(quiz, "Enter")
    assert status(quiz).startswith("quiz-status wrong: Not quite. A takes the price")
    assert quiz.run("return document.querySelector('.quiz-status a').hash") == "#the-floor"
    fold = quiz.run("return document.querySelector('.quiz-answers').textContent.trim()")
    assert fold.startswith("A takes the price"), "the answer in the fold is as it was"
    quiz.run("document.querySelector('input:checked').focus()")
    press(quiz, "ArrowDown")
    assert status(quiz) == "quiz-status: ", "an answer to another option is gone"
    press(quiz, "Enter")
    assert status(quiz).startswith("quiz-status right: B is right.")
    assert quiz.run("return location.search") == "", "nothing is sent anywhere"
    assert quiz.console_errors() == []


def test_browser_names_the_controls_by_these_words(quiz: Browser) -> None:
    tree = quiz.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {
        (node["role"]["value"], node["name"]["value"]) for node in tree if not node["ignored"]
    }
    assert {name for role, name in named if role == "radio"} == {"A. Yes", "B. No, H of P"}
    assert ("group", "Question 1. Is H of P comma P equals 0? Think of the floor.") in named
    assert ("button", "Check my answer to question 1") in named


def test_no_width_parts_a_formula_from_the_sign_behind_it(quiz: Browser) -> None:
    gaps = quiz.run(
        """
        const legend = document.querySelector(".quiz legend"), gaps = [];
        const formula = legend.querySelector("math"), sign = document.createRange();
        sign.selectNodeContents(formula.nextSibling);
        for (let width = 90; width < 330; width += 3) {
          legend.style.width = `${width}px`;
          const [left, right] = [formula, sign].map((part) => part.getBoundingClientRect());
          gaps.push(Math.abs(right.left - left.right));
        }
        return gaps;"""
    )
    assert max(gaps) < 2


def test_without_a_choice_the_quiz_asks_for_one(quiz: Browser) -> None:
    quiz.run("document.querySelector('.quiz button').click()")
    assert status(quiz) == "quiz-status: Choose an answer first."


def test_what_a_finger_has_to_hit_is_large_enough(quiz: Browser) -> None:
    boxes = quiz.run(
        "return [...document.querySelectorAll('.quiz :is(label, button, summary)')]"
        ".map((e) => [e.innerText, e.getBoundingClientRect().height])"
    )
    assert len(boxes) == 4
    assert [name for name, height in boxes if height < 44] == []
    assert quiz.run("return document.documentElement.scrollWidth") <= 360


def test_quiz_without_scripts(book: Book, quiz: Browser) -> None:
    quiz.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        quiz.chrome.get((book.html / "index.html").as_uri() + "?again")
        seen = {
            name: [
                element.is_displayed()
                for element in quiz.chrome.find_elements("css selector", css)
            ]
            for name, css in {
                "options": ".quiz label",
                "radios": ".quiz input",
                "button": ".quiz button",
                "fold": ".quiz summary",
            }.items()
        }
    finally:
        quiz.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert seen == {
        "options": [True, True],
        "radios": [False, False],
        "button": [False],
        "fold": [True],
    }


def test_on_paper_the_answers_are_there_and_the_controls_are_not(quiz: Browser) -> None:
    quiz.emulate(width=700, media="print")
    heights = quiz.run(
        "return ['input', 'button', '.quiz-status', '.quiz-answers li'].map("
        "(css) => document.querySelector('.quiz ' + css).getBoundingClientRect().height)"
    )
    assert heights[:3] == [0, 0, 0]
    assert heights[3] > 10
    quiz.emulate()


def test_axe_finds_nothing_before_and_after_an_answer(quiz: Browser) -> None:
    if "AXE_PATH" not in os.environ:
        pytest.skip("AXE_PATH does not name axe-core's axe.min.js: accessibility rules not run")
    quiz.run(Path(os.environ["AXE_PATH"]).read_text(encoding="utf-8"))
    for answered in (False, True):
        if answered:
            quiz.run("document.querySelector('.quiz input').click()")
            quiz.run("document.querySelector('.quiz button').click()")
            assert "takes the price" in status(quiz)
        violations = quiz.chrome.execute_async_script(
            "const [rules, done] = arguments; axe.run('.quiz', {runOnly: rules, resultTypes:"
            " ['violations']}).then((result) => done(result.violations.map((v) => v.id)));",
            {"type": "tag", "values": AXE_RULES},
        )
        assert violations == []
