r"""Formulas for the ear: what LaTeX leaves open, and formulas in words.

`repair` says in the MathML what is a function, and of what; every formula of the book goes
through it. `spoken` returns a formula in words, for names that cannot hold MathML.
"""

from __future__ import annotations

from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

APPLY = "\u2061"  # the invisible operator between a function and its argument
FUNCTIONS = {*"DHPQRSZfgkmpqrsuδσ𝔼", "ELBO", "JS", "TV"}
NUMBERS_TOO = set("kmpq")  # in p(x) a function, in p(1-p) a number

# What `spoken` says; a sign that is not here is refused.
NAMES = {"ln": "natural log", "ε": "epsilon"}
SIGNS = {
    APPLY: "of",
    "(": "open bracket",
    ")": "close bracket",
    ",": "comma",
    "=": "equals",
    "<": "less than",
    ">": "greater than",
    "+": "plus",
    "−": "minus",
    "‖": "relative to",
    "ˆ": "hat",
}


# --- what is a function, and of what --------------------------------------------------------


def repair(mathml: str) -> str:
    r"""Say in a formula what a function is applied to, and that ``\mid`` is a bar.

    Nothing of this can be seen. Without it screen readers say "log q times x" for the
    logarithm of q(x), and "y divides x" for y given x.

    >>> repair("<math><mi>q</mi><mo>(</mo><mi>x</mi><mo>)</mo></math>").replace(APPLY, "of")
    '<math><mi>q</mi><mo>of</mo><mo>(</mo><mi>x</mi><mo>)</mo></math>'
    """
    formula = BeautifulSoup(mathml, "html.parser")
    for opening in formula.find_all(opens):
        take_in_argument(formula, opening)
    for opening in formula.find_all(opens):
        function = opening.find_previous_sibling()
        if function and is_applied(function, opening):
            opening.insert_before(formula.new_tag("mo", string=APPLY))
    for bar in formula.find_all("mo", string="∣"):
        bar.string = "|"
        # together with the glyph, which is slimmer, as wide as the sign was
        bar.attrs.update({"stretchy": "false", "lspace": "0.28em", "rspace": "0.28em"})
    return str(formula)


def take_in_argument(formula: BeautifulSoup, opening: Tag) -> None:
    """Move the argument that begins here to its function, if that ends the row before it.

    LaTeX does not say where the argument of a logarithm ends, and the converter takes q(x)
    apart: a row with "log q", and behind it "(x)".
    """
    function = last_of_row(opening.find_previous_sibling())
    if function and is_applied(function, opening):
        argument = bracketed(opening)
        whole = formula.new_tag("mrow")
        function.replace_with(whole)
        whole.extend([function, *argument])


def last_of_row(row: Tag | None) -> Tag | None:
    """Return the last element of a row, or of the row at its end; None if it is no row."""
    last = None
    while row is not None and row.name == "mrow":
        last = row = parts(row)[-1]
    return last


def is_applied(function: Tag, opening: Tag) -> bool:
    """Say whether an element is a function of what is in the brackets behind it.

    >>> def applied(formula):
    ...     first, opening, *_ = BeautifulSoup(formula, "html.parser").find_all(True)
    ...     return is_applied(first, opening)
    >>> applied("<mi>q</mi><mo>(</mo><mi>x</mi><mo>)</mo>")
    True
    >>> applied("<mi>q</mi><mo>(</mo><mn>1</mn><mo>−</mo><mi>q</mi><mo>)</mo>")
    False
    """
    argument = bracketed(opening)
    is_product = letter(function) in NUMBERS_TOO and has_sum(argument)
    return letter(function) in FUNCTIONS and bool(argument) and not is_product


def letter(element: Tag) -> str:
    """Return the letters of a symbol without its index, hat or prime.

    >>> letter(BeautifulSoup("<msub><mi>D</mi><mi>KL</mi></msub>", "html.parser").msub)
    'D'
    """
    while element.name in {"msub", "mover"} or is_primed(element):
        element = parts(element)[0]
    return element.get_text()


def is_primed(element: Tag) -> bool:
    """Say whether an element is a symbol with a prime, not with an exponent."""
    return element.name == "msup" and parts(element)[1].get_text() == "′"


def parts(element: Tag) -> list[Tag]:
    """Return the elements right inside of another one."""
    return element.find_all(recursive=False)


def opens(element: Tag) -> bool:
    """Say whether an element is an opening bracket."""
    return element.name == "mo" and element.get_text() in {"(", "["}


def closes(element: Tag) -> bool:
    """Say whether an element is a closing bracket, maybe with an exponent."""
    sign = parts(element)[0] if element.name in {"msup", "msub"} else element
    return sign.name == "mo" and sign.get_text() in {")", "]"}


def bracketed(opening: Tag) -> list[Tag]:
    """Return the elements from an opening bracket to its closing one, or none at all.

    >>> row = BeautifulSoup("<mo>[</mo><mi>p</mi><mo>)</mo><mi>x</mi>", "html.parser")
    >>> [element.get_text() for element in bracketed(row.mo)]
    ['[', 'p', ')']
    """
    depth, found = 0, []
    for element in [opening, *opening.find_next_siblings()]:
        depth += opens(element) - closes(element)
        found.append(element)
        if depth == 0:
            return found
    return []


def has_sum(elements: Iterable[Tag]) -> bool:
    """Say whether something is added or subtracted here."""
    return any(element.get_text() in {"+", "−"} for element in elements)


# --- in words -----------------------------------------------------------------------------


class UnspokenError(ValueError):
    """A formula has a part for which there are no words."""


def spoken(mathml: str) -> str:
    r"""Return a formula in words, for the names of controls; raises `UnspokenError`.

    Browsers leave MathML out of such a name. These are the words for what quizzes ask.

    >>> from _ext.equations import to_mathml
    >>> spoken(to_mathml(r"-\ln q(x) > 0", display=False))
    'minus natural log of q of x greater than 0'
    >>> spoken(to_mathml(r"D_{\mathrm{KL}}(P\,\|\,\hat P)", display=False))
    'D KL of P relative to P hat'
    >>> spoken(to_mathml(r"\frac{p_0}{10^{-9}}", display=False))
    'p sub 0 over 10 to the minus 9'
    """
    formula = BeautifulSoup(mathml, "html.parser")
    for opening in formula.find_all(opens):
        leave_out_brackets(opening)
    return say(formula)


def leave_out_brackets(opening: Tag) -> None:
    """Take the brackets of a simple argument away: one says "q of x"."""
    applied = opening.find_previous_sibling()
    group = bracketed(opening)
    is_argument = applied is not None and applied.get_text() == APPLY
    if is_argument and group and group[-1].name == "mo" and not has_sum(group):
        opening.extract()
        group[-1].extract()


def say(element: Tag) -> str:
    """Return an element of a formula in words."""
    text, said = element.get_text(), [say(part) for part in parts(element)]
    match element.name:
        case "[document]" | "math" | "mrow" | "mover":
            return " ".join(filter(None, said))
        case "mspace":
            return ""
        case "mo" if text in SIGNS:
            return SIGNS[text]
        case "mi" | "mn" if text in NAMES or text.isascii():
            return NAMES.get(text, text)
        case "mfrac" if not any(has_sum(parts(part)) for part in parts(element)):
            return f"{said[0]} over {said[1]}"
        case "msub" if said[0] == "log":
            return f"log base {said[1]}"
        case "msub" if said[1] == "KL":
            return f"{said[0]} KL"
        case "msub":
            return f"{said[0]} sub {said[1]}"
        case "msup":
            return f"{said[0]} to the {said[1]}"
    raise UnspokenError(f"no words for {text!r}")
