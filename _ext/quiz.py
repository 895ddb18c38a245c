r"""Quizzes: questions written as ordinary lists become groups of radio buttons on the site.

A chapter writes a question so that it reads everywhere, in JupyterLab and on paper too::

    **Question 1.** A coin is fair, and the model says so. What is the cross-entropy?

    - **A.** 0 nats
    - **B.** $\ln2$ nats

    ```{dropdown} Answers to question 1
    - **A takes the price for a distance.** Even … [Read on](#the-floor).
    - **B is right.** It is the entropy of the coin …
    ```

`MakeQuizzes` puts the three parts into one form: the question is the legend, each option has
a radio button, and the fold stays as it is. Without scripts the buttons are only a place to
commit oneself before the fold is opened. With ``_static/book.js`` a button shows the answer
to the chosen option, which is a copy of its item in the fold.

Screen readers call a radio button by its label and a group by its legend, without their
formulas. Where there are any, an ``aria-label`` has the formulas in words.

A paragraph that begins like a question must be followed by such lists. Anything else is a
warning that says what is missing, and so is a question without exactly one right answer, or
a wrong answer that does not say where to read on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from _ext.ear import UnspokenError, spoken

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

QUESTION = re.compile(r"Question (\d+)\.")
BUTTON = "Check my answer"
VOID = {"input"}  # elements that HTML never closes


class QuizError(ValueError):
    """What follows a question is not the rest of a quiz."""


# --- what the author wrote ----------------------------------------------------------------


@dataclass
class Question:
    """The parts of a question, with its options and answers by their letters."""

    number: str
    text: nodes.paragraph
    options: dict[str, nodes.list_item]
    fold: nodes.container
    answers: dict[str, nodes.list_item]


def read_question(text: nodes.paragraph, number: str) -> Question:
    """Find the parts that belong to a question; raises `QuizError`."""
    title = f"Answers to question {number}"
    options = text.next_node(siblings=True, descend=False)
    fold = options and options.next_node(siblings=True, descend=False)
    if not isinstance(options, nodes.bullet_list) or not is_fold(fold):
        raise QuizError(f"a list of options and the fold {title!r} must follow")
    if fold[0].astext() != title:
        raise QuizError(f"its fold must have the title {title!r}")
    if len(fold) != 2 or not isinstance(fold[1], nodes.bullet_list):
        raise QuizError("its fold must hold one list of answers and nothing else")
    question = Question(number, text, by_letter(options), fold, by_letter(fold[1]))
    check(question)
    return question


def by_letter(items: nodes.bullet_list) -> dict[str, nodes.list_item]:
    """Return the items of a list by the letters with which they begin."""
    letters = [bold(item).removesuffix(".").split(" ")[0] for item in items]
    if letters != list("ABCDEFGH")[: len(items)]:
        raise QuizError(f"options and answers begin with A, B, … in bold, not with {letters}")
    return dict(zip(letters, items, strict=True))


def check(question: Question) -> None:
    """Raise `QuizError` unless the question can be answered."""
    if list(question.options) != list(question.answers):
        raise QuizError("it has not as many answers as options")
    for option in question.options.values():
        if len(option) != 1 or any(option.findall(nodes.reference)):
            raise QuizError("an option must be one paragraph without a link")
    wrong = [item for letter, item in question.answers.items() if not is_right(letter, item)]
    if len(question.answers) - len(wrong) != 1:
        raise QuizError("one of its answers, and only one, must begin with **A is right.**")
    for answer in wrong:
        if not any(answer.findall(nodes.reference)):
            raise QuizError(f"where to read on is missing in: {bold(answer)}")


def is_fold(node: nodes.Node | None) -> bool:
    """Say whether this is a ``{dropdown}``."""
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def is_right(letter: str, answer: nodes.list_item) -> bool:
    """Say whether this answer declares its option to be the right one."""
    return bold(answer) == f"{letter} is right."


def bold(element: nodes.Element) -> str:
    """Return the words in bold type with which a paragraph or an item begins."""
    for child in element.children:
        if isinstance(child, nodes.strong):
            return str(child.astext())
        if child.astext():  # MyST begins with an empty text
            return bold(child) if isinstance(child, nodes.paragraph) else ""
    return ""


# --- what the page shows ------------------------------------------------------------------


class Html(nodes.General, nodes.TextElement):  # type: ignore[misc]
    """An element of the page, with its ``tag`` and its attributes in ``html``."""


def html(tag: str, *children: nodes.Node, classes: str = "", **attributes: str) -> Html:
    """Return an element of the page."""
    return Html("", "", *children, tag=tag, html=attributes, classes=classes.split())


def visit_html(translator: HTML5Translator, node: Html) -> None:
    """Open the element."""
    translator.body.append(translator.starttag(node, node["tag"], "", **node["html"]))


def depart_html(translator: HTML5Translator, node: Html) -> None:
    """Close the element."""
    if node["tag"] not in VOID:
        translator.body.append(f"</{node['tag']}>")


def name_with_formulas(text: nodes.Element) -> dict[str, str]:
    """Return the attribute that names a control by this text, if there are formulas in it."""
    has_formulas = any(text.findall(nodes.math))
    return {"aria-label": " ".join(in_words(text).split())} if has_formulas else {}


def in_words(node: nodes.Node) -> str:
    """Return a text with its formulas in words."""
    if isinstance(node, nodes.math):
        return spoken(node.get("mathml", ""))
    if isinstance(node, nodes.Text):
        return str(node)
    return "".join(in_words(child) for child in node.children)


def form(question: Question) -> Html:
    """Build the form out of the parts of a question, which leave their place."""
    group_name = name_with_formulas(question.text)
    names = {letter: name_with_formulas(item) for letter, item in question.options.items()}
    for letter, item in question.options.items():
        radio = html("input", type="radio", name="option", value=letter, **names[letter])
        words = html("span", *item[0].children)
        item.children = []
        item += html("label", radio, words)
    for letter, item in question.answers.items():
        item["classes"].append("right" if is_right(letter, item) else "wrong")
    options, answers = question.options["A"].parent, question.answers["A"].parent
    answers["classes"].append("quiz-answers")
    options.parent.remove(options)
    question.fold.parent.remove(question.fold)
    name = {"aria-label": f"{BUTTON} to question {question.number}"}
    # without the script, which wakes it up, it would send the form to nobody
    button = html("button", nodes.Text(BUTTON), type="submit", disabled="", hidden="", **name)
    legend = html("legend", *question.text.children)
    return html(
        "form",
        html("fieldset", legend, options, button, **group_name),
        html("div", classes="quiz-status", role="status"),
        question.fold,
        classes="quiz",
        autocomplete="off",
    )


class MakeQuizzes(SphinxPostTransform):
    """Turn every question of a page into a form."""

    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            found = QUESTION.fullmatch(bold(paragraph))
            if found is None:
                continue
            try:
                paragraph.replace_self(form(read_question(paragraph, found[1])))
            except (QuizError, UnspokenError) as error:
                logger.warning("question %s: %s", found[1], error, location=paragraph)
