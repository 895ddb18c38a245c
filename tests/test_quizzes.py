"""The quizzes: what they ask, the numbers in their options, and how they behave on the site.

`NUMBERS` in a page's sidecar says for every number in an option how it comes about: computed
with divcore for the right option, by the slip that its answer names for a wrong one.
"""

from __future__ import annotations

import math
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from bs4 import Tag

from _ext import ear, equations
from tests.quiz_reader import (
    Number,
    Question,
    agrees,
    numbers,
    prose,
    questions,
    section,
)
from tests.sidecar import PAGES, Page
from tests.tiny_book import Book, one
from tools.browser import Browser

ROOT = Path(__file__).parent.parent
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIDECARS = {page.name: page for page in PAGES}
ASKING = [page for page in PAGES if page.short != "errata"]
ALL = [question for page in ASKING for question in questions(page.path)]


# --- what they ask ------------------------------------------------------------------------


@pytest.mark.parametrize("page", ASKING, ids=lambda page: page.name)
def test_a_page_asks_four_to_six_questions_before_its_exercises(page: Page) -> None:
    numbered = [question.number for question in questions(page.path)]
    assert numbered == list(range(1, len(numbered) + 1))
    assert 4 <= len(numbered) <= 6, f"{page.path.name} asks {len(numbered)} questions"
    if page.answers:
        after = prose(page.path).partition("## Check yourself\n")[2].split("\n## ")
        assert after[1].startswith("Exercises"), "the exercises follow the questions"


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}:{asked.number}")
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
        r"\$(.+?)\$", lambda m: ear.spoken(equations.to_mathml(m[1], display=False)), text
    )


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}:{asked.number}")
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
    assert ear.spoken(equations.to_mathml(latex, display=False)) == words


@pytest.mark.parametrize(
    "latex", [r"\sum_x", r"\alpha", r"\frac{1}{1-p}", r"\sqrt2", r"a\mid b"]
)
def test_what_cannot_be_spoken_is_refused(latex: str) -> None:
    with pytest.raises(ear.UnspokenError):
        ear.spoken(equations.to_mathml(latex, display=False))


# --- the numbers in the options -----------------------------------------------------------


def entry(asked: Question) -> dict[str, tuple[Number, ...]] | Callable[[], None]:
    """Return what the sidecar says of the numbers in a question's options."""
    found = SIDECARS[asked.page].table("NUMBERS").get(asked.number, {})
    return cast("dict[str, tuple[Number, ...]] | Callable[[], None]", found)


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: f"{asked.page}:{asked.number}")
def test_numbers_in_options_are_what_their_answers_say(asked: Question) -> None:
    table = entry(asked)
    place = f"question {asked.number} in NUMBERS of {SIDECARS[asked.page].place}"
    if callable(table):  # a test of the sidecar tries the options out
        assert table.__name__.startswith("test_"), f"{place} is no test that pytest runs"
        return
    written = {letter: numbers(option) for letter, option in asked.options.items()}
    written = {letter: found for letter, found in written.items() if found}
    missing, left = set(written) - set(table), set(table) - set(written)
    assert not missing, f"say of {place} how the numbers of option {sorted(missing)} come about"
    assert not left, f"option {sorted(left)} of {place} has no number"
    for letter, found in written.items():
        assert len(found) == len(table[letter]), f"{place}: {letter} has the numbers {found}"
        for token, value in zip(found, table[letter], strict=True):
            assert agrees(token, value), f"{place}: {letter} says {token}, but it is {value}"
    assert len(set(asked.options.values())) == len(asked.options)


@pytest.mark.parametrize("page", SIDECARS.values(), ids=lambda page: page.name)
def test_every_entry_belongs_to_a_question(page: Page) -> None:
    left = set(page.table("NUMBERS")) - {asked.number for asked in questions(page.path)}
    assert not left, f"NUMBERS of {page.place} has questions {sorted(left)}"


@pytest.mark.parametrize("page", SIDECARS.values(), ids=lambda page: page.name)
def test_numbers_that_the_questions_state(page: Page) -> None:
    """Numbers in the questions and in the reasons that the argument rests on."""
    for token, value in page.table("STATED").items():
        place = f"{token} in STATED of {page.place}"
        number = token.replace("−", "-")
        assert number in numbers(section(page.path)), f"{place} stands in no question"
        assert agrees(number, value), f"{place} is {value}"


def test_a_wrong_number_is_noticed() -> None:
    ln2 = math.log(2)
    assert agrees("0.6931", ln2)
    assert not agrees("0.6932", ln2)
    assert not agrees("0.69", 0.71)
    assert agrees("∞", math.inf)
    assert not agrees("∞", 1e300)
    assert numbers("$q-(0.7,\\,0)$, −0.2, $\\log_2$, ∞") == ["0.7", "0", "-0.2", "∞"]


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


@pytest.fixture
def book(book: Book) -> Book:
    """Return a tiny book with the style and the script of the site."""
    book.configure("myst_heading_anchors = 3")
    for name in ("book.css", "book.js", "favicon.svg"):
        shutil.copy(ROOT / "_static" / name, book.source / "_static")
    return book


def test_a_question_becomes_a_form_and_its_fold_stays(book: Book) -> None:
    book.write(index=f"# A\n\n## The floor\n\nBefore.\n\n{QUIZ}\nAfter.\n")
    assert book.build() == ""
    form = one(book.page(), "form.quiz")
    legend = one(form, "fieldset > legend")
    assert legend.get_text().startswith("Question\N{NO-BREAK SPACE}1. Is ")
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
