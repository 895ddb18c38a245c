"""Every result that a page states is bound to the one value that it reports.

A *result* is a decimal, a percentage, a fraction, a number with a unit, "n of m" or "n in m",
or a whole number above 12, wherever a page speaks: prose, quizzes, solutions, captions, and
what is typed (not computed) into the alt text of a figure. It is written in digits.

`tests/chapters/ch03.bindings` has a line for each result of chapter 3, in the page's order:

    m9fb3a10 | characters You paid ⟦4.1323 bits⟧ per character | cf42ce0b: you pay # bits [1]
    m9fb3a10 | hath But ⟦14⟧ of the | = sum(terms < 0) @ c6b3963f

The first field is a cell, the second the number among the words beside it (other numbers
are a #), so that edits elsewhere leave a line as it is; (2) marks the second of two equal
places. The third field is what the number reports:

    cf42ce0b: LINE [1]       the first number of this printed line of this cell
    cf42ce0b code: LINE [1]  the first number of this line of code: an input, not a result
    (3.5)                    a number in equation (3.5), which is tested by itself
    = EXPRESSION             the expression, after the last code cell before the text; or
    = EXPRESSION @ CELL      after that cell
    count                    a number up to 12 of things that the text itself shows
    except REASON            nothing can be computed; at most 3 % of the digits of a page

A number agrees with its value if the value, rounded to the places that the number has, is
the number; whole numbers and fractions agree exactly, unless "about" or the like precedes.
Sign, unit (bits, nats) and percent count. All digits that are no result fall under a rule
in `RULES`, or are formulas without a result, or are a small count: a whole number up to 12
without a unit, also in words. `make bind` puts a count on record as such, which does not make
it true; but a later change of it has to be confirmed there.

`make bind PAGE=03` writes the lines that are clear and lists the others.
"""

from __future__ import annotations

import ast
import math
import os
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat

from tools.outputs import ROOT, notebooks

FOLDER = ROOT / "tests" / "chapters"
MAY_BE_EXCEPTED = 0.03
HEADER = "# Written by `make bind`; tools/bindings.py says how to read and answer a line.\n"


# --- numbers ------------------------------------------------------------------------

VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
DIGITS = r"\d{1,3}(?:(?:\{,\}|,)\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
BRACED = r"(?:\d|\{\d+(?:/[1-9]\d*)?\})"
NUMBER = re.compile(
    # a sign is a sign where nothing stands before it that it could be subtracted from
    r"(?:(?:(?<![\w)}\]])|(?<=\\approx)|(?<=\\l[et])|(?<=\\g[et]))(?P<sign>[-−+]))?"
    rf"(?:(?P<vulgar>[{''.join(VULGAR)}])"
    rf"|\\[td]?frac\s?(?P<above>{BRACED})\s?(?![{{ ]?0)(?P<below>{BRACED})"
    r"|(?<![\w./])(?P<over>\d+ ?/ ?[1-9]\d*)(?![\w/])"
    rf"|(?<!\d)(?<!\d[.,])(?P<digits>{DIGITS})"
    r"(?:\^\{?(?P<power>[-−]?\d+)\}?|[eE](?P<e>[-+]?\d+))?(?!\d))"
)
IN_A_WORD = {
    "two thirds": "2/3",
    "three quarters": "3/4",
    "half": "1/2",
    "a third": "1/3",
    "a quarter": "1/4",
    "a tenth": "1/10",
    "twice": "2/1",
}
COUNTS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
COUNTED = (  # what a page counts with code: small numbers of these are results
    r"(?= (?:[A-Z]\w+ )?(?:heads?|tails?|tosses|outcomes|characters|letters|languages|draws"
    r"|labels|classes|pairs|samples|penguins|steps|terms|ones)\b)"
)
SPOKEN = re.compile(
    r"\b(?P<word>two thirds|three quarters|half(?= of\b| as\b| the\b)"
    r"|a (?:third|tenth)(?= of\b| as\b)|(?<=about )a third|a quarter\b|twice(?= as\b))"
    rf"|\b(?P<count>{'|'.join(COUNTS)})\b|{NUMBER.pattern}",
    re.I,
)
UNIT = r"(?:\$|\\,|\{|\}|[\s~]|\*)*(?P<unit>%|\\%|per ?cent\b|bits?\b|nats?\b|times\b)"
# "0.2231 or 0.1 nats", "a + b = c nats": the unit at the end is that of all
CHAIN = re.compile(
    rf"(?:\s*(?:,|and|or|to|of the|[+=≤])\s*(?:and |or )?[-−+]?(?:{DIGITS}))*{UNIT}"
)
AT_ONCE = re.compile(rf"^{UNIT}")
COMPARED = re.compile(
    r"\b(?:(?P<more>more than|above|beyond)|(?:less than|fewer than|below))"
    r"[\s$]*$",
    re.I,
)
DENIED = re.compile(r"\b(?:no|not|never|nor|none|n't)\b[^.:;?!]*$", re.I)
HEDGE = re.compile(
    r"(?:\b(?:about|nearly|almost|roughly|close to|around)(?: one| a)?|≈)[\s$]*$", re.I
)
CLOSE = Fraction(1, 10)  # how near "about half" is to a half
FEW = 12
COUNT = "count"
FEW_PLACES = 2


@dataclass(frozen=True)
class Number:
    """A number as it is written: its value, its places after the point, its unit."""

    text: str
    value: Fraction
    places: int | None  # None: exact, as a fraction or a whole number is
    unit: str
    is_fraction: bool = False
    hedged: bool = False  # "about" stands before it
    compared: int = 0  # 1: "more than" stands before it, -1: "less than"

    @property
    def is_loose(self) -> bool:
        """Whether other numbers would agree as well."""
        return self.hedged or bool(self.compared)

    @property
    def written(self) -> str:
        """The number with its unit, as a line shows it."""
        return f"{self.text} {self.unit}".strip()


def read_number(match: re.Match[str]) -> Number:
    """Return the number that NUMBER has found, with its unit and what precedes it."""
    text, unit, places = match.group(), "", None
    said = match.groupdict()
    spoken, count = said.get("word"), said.get("count")
    if found := CHAIN.match(match.string, match.end()):
        unit = {"b": "bits", "n": "nats", "t": "times"}.get(found["unit"][0], "%")
    if count:
        value = Fraction(COUNTS.index(count.lower()) + 3)
    elif match["digits"]:
        digits = match["digits"].replace("{,}", "").replace(",", "")
        value = Fraction(digits)
        places = len(digits.partition(".")[2]) or None
        if match["power"] and value:
            power = int(match["power"].replace("−", "-"))
            value = Fraction(value) ** power
        if match["e"]:
            value *= Fraction(f"1e{match['e']}")
            places = (places or 0) - int(match["e"])
    else:
        single = IN_A_WORD.get((spoken or "").lower()) or VULGAR.get(match["vulgar"] or "")
        above, _, below = (single or match["over"] or "").partition("/")
        value = Fraction(above.strip() or _braced(match["above"]))
        value /= Fraction(below.strip() or _braced(match["below"]))
    if (match["sign"] or "+") in "-−":
        value = -value
    if unit == "%":
        value, places = value / 100, (places or 0) + 2
    before = match.string[max(0, match.start() - NEARBY) : match.start()]
    hedged, compared = bool(HEDGE.search(before)), COMPARED.search(before)
    if compared and DENIED.search(before[: compared.start()]):
        compared = None  # "no more than 3" is said where it can be 3
    side = (1 if compared["more"] else -1) if compared else 0
    is_fraction = not (count or match["digits"])
    return Number(text, value, places, unit, is_fraction, hedged, side)


def _braced(text: str) -> str:
    inside = text.strip("{}")
    return str(Fraction(inside)) if inside else "1"


def agrees(number: Number, value: Number | float) -> bool:
    """Whether the text may say `number` where `value` was printed or computed."""
    if isinstance(value, Number):
        units = {number.unit, value.unit} & {"bits", "nats"}
        if len(units) > 1 or (number.unit in ("bits", "nats") and value.unit == "%"):
            return False
        if number.is_fraction and (value.places or 0) > FEW_PLACES:  # ⅔ for a printed 0.6667
            return value.value in _rounded(number.value, value.places or 0)
        if value.is_fraction and (number.places or 0) <= FEW_PLACES:
            return number.value == value.value
        exact, known = value.value, None if value.is_fraction else value.places or 0
    elif not math.isfinite(value):
        return False
    else:
        exact, known = Fraction(value), None
        if abs(exact - number.value) < Fraction(1, 10**9) * (abs(number.value) or 1):
            exact = number.value  # it is a float, and what is equal is equal up to rounding
    if number.compared:  # "more than 20" is true of 21, and of 5000 nobody says it
        ends = sorted((number.value, number.value * Fraction(2) ** number.compared))
        return number.value != exact and ends[0] <= exact <= ends[1]
    if number.value == exact:
        return True
    if number.is_fraction and number.hedged:
        return abs(exact - number.value) <= CLOSE * number.value
    places = number.places if number.places is not None else 0 if number.hedged else None
    if places is None or number.is_fraction or (known is not None and known < places):
        return False  # the text claims more than is known
    return number.value in _rounded(exact, places)


def _rounded(value: Fraction, places: int) -> set[Fraction]:
    with localcontext(prec=100):  # enough for what is claimed to 50 places
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        unit = Decimal(1).scaleb(-places)
        return {Fraction(exact.quantize(unit, r)) for r in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


# --- what a page says ---------------------------------------------------------------

RULES = {  # digits under these are no results; the first that covers a digit names it
    "tested equation": re.compile(r"\$\$(?:(?!\$\$).)*?\\tag\{(?:(?!\$\$).)*?\$\$", re.S),
    "displayed equation": re.compile(r"\$\$(?:(?!\$\$).)*?\$\$", re.S),
    "link": re.compile(r"\[\(\d+\.\d+\)\]\([^)]*\)|\]\([^)]*\)|<https?:[^>]*>"),
    "role or option": re.compile(r"\{[\w:]+\}`[^`]*`|^:\w+:.*$", re.M),
    "code font": re.compile(r"`[^`\n]+`"),
    "heading": re.compile(r"^#+ .*$|^`{3,}\{.*$", re.M),
    "quotation": re.compile(r'"[^"\n]*"|“[^”\n]*”'),
    "number of a place": re.compile(
        r"\b(?:[Ee]xercise|[Ss]olution|[Qq]uestion|[Ss]ection|[Cc]hapter|[Tt]heorem"
        r"|[Ff]igure|[Ll]ine|[Nn]umber|[Vv]ersion|[Pp]age|[Pp]p?\.)s? \d+(?:\.\d+)?"
        r"(?:(?:, and |, | and |– ?| to )\d+(?:\.\d+)?)*|\b[Ss]teps? \d+\.\d+"
    ),
    "item of a text": re.compile(r"\b[A-D]\d{1,2}\b"),
    "year": re.compile(r"\((?:1[6-9]|20)\d\d\w?\)|, (?:1[6-9]|20)\d\d(?=[);])"),
    "item of a list": re.compile(r"^\s*\d+\. ", re.M),
    "time to read": re.compile(r"^.*\*\*Time:\*\*.*$", re.M),
    "name": re.compile(r"\b\d-[A-Z]\w+|\bA4\b|\bCC BY \d\.\d"),
    "index or exponent": re.compile(
        r"(?<![\d)])[_^]\{?\d\}?|(?<=\\log)_\d+|(?<=[A-Za-z)])\^\d"
    ),
}
MATH = re.compile(r"\$(?P<body>[^$\n]+)\$")
FACTOR = re.compile(r"(?:\\,)?\s*(?:\\(?!(?:l[et]|g[et]|approx|cdot)\b)[a-zA-Z]+|[A-Za-z(])")
MANY = re.compile(
    rf"(?:{DIGITS})\s(?:times )?(?:of|in|out of)\s(?:the |all )?(?:{DIGITS})(?!\d|\.\d)"
)
COMMANDS = re.compile(
    r"\\(?:[td]?frac|ln|log|approx|l[et]|g[et]|cdot|times|infty|dots|left|right|quad)(?![a-z])"
    r"|\\text\{[^}]*\}|\\[,;! ]|(?<![a-z])e(?=\^)|_2"
)
WORDS = re.compile(r"[^\W\d_]+|#")
NEARBY = 120  # characters on each side that are looked at
BESIDE = 3  # words on each side of a number that say which one it is


@dataclass(frozen=True)
class Piece:
    """A text of a page: where it stands, and in which section it begins."""

    place: str  # a cell's id, or id.caption, or id.alt
    text: str
    cell: int
    section: int
    neighbours: tuple[str, ...] = ()  # the code cells before and after


@dataclass(frozen=True)
class Result:
    """A number of the text that has to be bound."""

    place: str
    before: str
    number: Number
    after: str
    nth: int
    cell: int
    section: int
    symbolic: bool = False  # a factor in a formula
    neighbours: tuple[str, ...] = ()  # the code cells before and after
    span: tuple[int, int] = (0, 0)  # where it stands in the text of the piece
    is_count: bool = False  # a number up to 12 of things that the text itself shows

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells this number from the others of a page."""
        return self.place, self.before, self.after, self.nth

    def __str__(self) -> str:
        nth = f" ({self.nth})" if self.nth > 1 else ""
        words = f"{self.before} ⟦{self.number.written}⟧ {self.after}".strip()
        return f"{self.place} | {words}{nth}"


@dataclass
class Page:
    """A notebook, read once."""

    path: Path
    notebook: Any = None
    pieces: list[Piece] = field(default_factory=list)
    sections: dict[str, int] = field(default_factory=dict)  # of the code cells

    def __post_init__(self) -> None:
        self.notebook = self.notebook or nbformat.read(self.path, as_version=4)
        section, cells = 0, self.notebook.cells
        code = [i for i, cell in enumerate(cells) if cell.cell_type == "code"]
        for i, cell in enumerate(cells):
            before, after = [k for k in code if k <= i], [k for k in code if k > i]
            near = tuple(str(cells[k].id) for k in (*before[-1:], *after[:1]))
            if cell.cell_type == "markdown":
                self.pieces.append(Piece(cell.id, cell.source, i, section, near))
                section += len(SECTION.findall(cell.source))
                continue
            self.sections[cell.id] = section
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            texts = {"caption": figure.get("caption", ""), "alt": typed_alt(cell.source)}
            for kind in (kind for kind, text in texts.items() if text):
                place = f"{cell.id}.{kind}"
                self.pieces.append(Piece(place, texts[kind], i, section, near))

    @property
    def file(self) -> Path:
        """Where the bindings of the page stand."""
        return bindings_of(self.path.stem)

    def results(self) -> list[Result]:
        """Every number that has to be bound."""
        return [result for piece in self.pieces for result in results(piece)]

    def digits(self) -> int:
        """How many digits a reader meets."""
        return sum(len(re.findall(r"\d", piece.text)) for piece in self.pieces)


SECTION = re.compile(r"^## ", re.M)


def bindings_of(name: str) -> Path:
    """The file of the page of this name; a page without one is not bound yet."""
    return FOLDER / f"{'ch' + name[:2] if name[:2].isdigit() else name}.bindings"


def typed_alt(source: str) -> str:
    """What is typed into the alt text; what an f-string computes becomes a word."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    return " ".join(
        "".join(_typed(keyword.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "alt"
    )


def _typed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.FormattedValue):
        yield "…"
    else:
        for child in ast.iter_child_nodes(node):
            yield from _typed(child)


def results(piece: Piece) -> Iterator[Result]:
    """The numbers of a text that are results, in order."""
    # what is covered by a rule becomes blank, so that positions stay
    text = piece.text
    for pattern in RULES.values():
        text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    formulas = {}
    for math_span in MATH.finditer(text):
        letters = COMMANDS.sub("", math_span["body"])
        formulas[math_span.span()] = bool(re.search(r"[A-Za-z]|\\[a-z]", letters))
    many = [m.span() for m in MANY.finditer(text)]
    words = masked(text)
    seen: Counter[tuple[str, str]] = Counter()
    for match in SPOKEN.finditer(text):
        number = read_number(match)
        inside = next((s for (a, b), s in formulas.items() if a <= match.start() < b), None)
        in_many = any(a <= match.start() < b for a, b in many)
        counted = bool(re.match(COUNTED, text[match.end() :]))
        factor = bool(inside) and number.value > 1 and bool(FACTOR.match(text, match.end()))
        strict = _is_result(number) or in_many or counted or factor
        if not strict and inside is not None:
            continue
        start, end = match.span()
        before = WORDS.findall(words[max(0, start - NEARBY) : start])[-BESIDE:]
        after = WORDS.findall(AT_ONCE.sub("", words[end : end + NEARBY]))[:BESIDE]
        beside = " ".join(before), " ".join(after)
        seen[beside] += 1
        yield Result(
            piece.place,
            beside[0],
            number,
            beside[1],
            seen[beside],
            piece.cell,
            piece.section + len(SECTION.findall(piece.text[: match.start()])),
            factor or (bool(inside) and number.is_fraction),
            piece.neighbours,
            match.span(),
            not strict,
        )


def _is_result(number: Number) -> bool:
    return (
        number.is_fraction  # a half, in words too
        or number.value.denominator != 1
        or bool(number.unit)
        or "." in number.text
        or abs(number.value) > FEW
    )


def masked(text: str) -> str:
    """The text with a # for each number, at the same positions."""
    return SPOKEN.sub(lambda m: "#".rjust(min(2, len(m.group()))).ljust(len(m.group())), text)


# --- what a number can report -------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """One number of a printed line, of a line of code, or of a tested equation."""

    name: str  # as it stands in the third field
    number: Number
    kind: str  # "printed", "code" or "equation"
    cell: str
    section: int


def sources(page: Page) -> dict[str, Source]:
    """Everything on the page that a number can be bound to, by name, in order."""
    found: dict[str, Source] = {}
    section = 0
    for cell in page.notebook.cells:
        if cell.cell_type == "markdown":
            for latex, tag, its_section in _tagged(cell.source, section):
                for match in NUMBER.finditer(RULES["index or exponent"].sub(" ", latex)):
                    number = read_number(match)
                    name = f"({tag}) {number.text}"
                    found.setdefault(
                        name, Source(name, number, "equation", cell.id, its_section)
                    )
            section += len(SECTION.findall(cell.source))
            continue
        section = page.sections[cell.id]
        drawn = "new_figure(" in cell.source
        printed = [line for text in _printed(cell) for line in text.splitlines()]
        code = [] if drawn else CODE_ONLY.sub("", cell.source).splitlines()
        for kind, lines in {"printed": printed, "code": code}.items():
            label = cell.id if kind == "printed" else f"{cell.id} code"
            seen: Counter[str] = Counter()
            for line in lines:
                if line.lstrip().startswith("#") or not (
                    numbers := list(NUMBER.finditer(line))
                ):
                    continue
                words = " ".join(NUMBER.sub("#", line).split())
                seen[words] += 1
                nth = f" ({seen[words]})" if seen[words] > 1 else ""
                for k, match in enumerate(numbers, 1):
                    name = f"{label}: {words}{nth} [{k}]"
                    found[name] = Source(name, read_number(match), kind, cell.id, section)
    return found


TAGGED = re.compile(r"\$\$((?:(?!\$\$).)*?)\\tag\{([\d.]+)\}", re.S)


# comments, and how many places a print shows
CODE_ONLY = re.compile(r"\s\s#.*$|:[,\d. ]*[defg%](?=\})", re.M)


def _tagged(text: str, section: int) -> Iterator[tuple[str, str, int]]:
    """The numbered equations of a cell that begins in `section`, each with its own."""
    for match in TAGGED.finditer(text):
        yield match[1], match[2], section + len(SECTION.findall(text[: match.start()]))


def _printed(cell: Any) -> Iterator[str]:
    """What a cell prints or returns; what a figure says about itself is prose."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        elif "image/svg+xml" not in output.get("data", {}):
            yield output.data.get("text/plain", "")


@cache
def values(
    folder: Path, cells: tuple[tuple[str, str], ...], wanted: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], float | str]:
    """Run the cells (id and code), and evaluate each wanted expression after its cell.

    What goes wrong in an expression is its value, in words.
    """
    found: dict[tuple[str, str], float | str] = {}
    names: dict[str, Any] = {"__name__": "chapter"}
    os.environ.setdefault("MPLBACKEND", "Agg")
    with chdir(folder), redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a cell shows is compared elsewhere
        for cell, code in cells:
            if len(found) == len(wanted):
                break
            exec(compile(code, cell, "exec"), names)
            for after, expression in wanted:
                if after == cell:
                    found[after, expression] = _evaluate(expression, names)
    return found


def _evaluate(expression: str, names: dict[str, Any]) -> Any:
    try:
        return float(eval(expression, dict(names)))
    except Exception as error:  # whatever the author wrote is named, and the check goes on
        return f"{type(error).__name__}: {error}"


# --- the file -----------------------------------------------------------------------

LINE = re.compile(
    r"(?P<place>\S+) \| (?P<before>[^⟦|]*?) ?⟦(?P<number>[^⟧]*)⟧ ?(?P<after>.*?)"
    r"(?: \((?P<nth>\d+)\))? \| (?P<source>.+)"
)


@dataclass(frozen=True)
class Binding:
    """A line of the file."""

    place: str
    before: str
    written: str
    after: str
    nth: int
    source: str

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells this number from the others of a page."""
        return self.place, self.before, self.after, self.nth


def read_bindings(path: Path) -> tuple[list[Binding], list[str]]:
    """The lines of a file, and what is wrong with those that cannot be read."""
    bindings: dict[tuple[str, str, str, int], Binding] = {}
    wrong = []
    for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}, line {i}"
        if not line.strip() or line.startswith("#"):
            continue
        if not (m := LINE.fullmatch(line.strip())):
            wrong.append(f"{where} is not “cell | words ⟦number⟧ words | source”: {line}")
            continue
        fields = m["place"], m["before"], m["number"], m["after"], int(m["nth"] or 1)
        binding = Binding(*fields, m["source"].strip())
        if binding.key in bindings:
            wrong.append(f"{where} binds a number a second time; delete one line: {line}")
        bindings[binding.key] = binding
    return list(bindings.values()), wrong


# --- the check ----------------------------------------------------------------------


@dataclass
class Judge:
    """Says of a number and the source it is bound to whether they agree."""

    page: Page
    bindings: list[Binding]

    def __post_init__(self) -> None:
        self.sources = sources(self.page)
        self.results = {result.key: result for result in self.page.results()}
        wanted = frozenset(
            self._expression(result, binding.source)
            for binding in self.bindings
            if (result := self.results.get(binding.key)) and binding.source.startswith("=")
        )
        code = [cell for cell in self.page.notebook.cells if cell.cell_type == "code"]
        known = {cell.id for cell in code}
        here = frozenset(pair for pair in wanted if pair[0] in known)
        cells = tuple((cell.id, cell.source) for cell in code)
        self.values = values(self.page.path.parent, cells, here) if here else {}

    def _expression(self, result: Result, source: str) -> tuple[str, str]:
        expression, _, cell = source[1:].strip().partition(" @ ")
        return cell.strip() or self._cell_before(result), expression.strip()

    def _cell_before(self, result: Result) -> str:
        cells = self.page.notebook.cells
        code = [i for i, cell in enumerate(cells) if cell.cell_type == "code"]
        before = [i for i in code if i <= result.cell] or code[:1]
        return str(cells[before[-1]].id)

    def faults(self, piece: Piece) -> list[str]:
        """What is wrong with the numbers of one text."""
        known = {b.key: b for b in self.bindings if b.place == piece.place}
        found = []
        for result in results(piece):
            binding = known.pop(result.key, None)
            wrong = (
                self.problem(result, binding) if binding else "is not bound: run `make bind`"
            )
            found += [f"{result} | {wrong}"] if wrong else []
        return found + [
            f"{b.place} | no number stands between “{b.before}” and “{b.after}”, where "
            f"⟦{b.written}⟧ was: run `make bind`"
            for b in known.values()
        ]

    def problem(self, result: Result, binding: Binding) -> str | None:
        """What is wrong with this number, in words; None if nothing is."""
        number, source = result.number, binding.source
        unit = binding.written.removeprefix(_figures(binding.written)).strip()
        if unit != number.unit:
            return (
                f"has the unit “{number.unit}”, and was bound with “{unit}”; if the new one is "
                "right, change it in the line of the binding"
            )
        if source == COUNT and not result.is_count:
            return "is bound as a small count, which it is not"
        loose = number.is_loose or source.startswith("except ") or source == COUNT
        if loose and binding.written != number.written:
            return (
                f"was {binding.written}, and this check could not tell them apart; if the new "
                "one is right, change it in the line of the binding"
            )
        if source == COUNT or source.startswith("except "):
            return None
        if source.startswith("="):
            cell, expression = self._expression(result, source)
            if not _has_name(expression):
                return f"is bound to “{expression}”, which says only itself: use names"
            value = self.values.get((cell, expression), f"there is no code cell {cell}")
            if isinstance(value, str):
                return f"is bound to “{expression}”, and that fails: {value}"
            return None if agrees(number, value) else f"but {expression} is {value:.7g}"
        if source not in self.sources:
            return f"is bound to “{source}”, which is not printed any more"
        said = self.sources[source].number
        return None if agrees(number, said) else f"but “{source}” is {said.written}"


def _figures(written: str) -> str:
    match = SPOKEN.match(written)
    return match.group() if match else written


def _has_name(expression: str) -> bool:
    try:
        return any(
            isinstance(n, ast.Name) for n in ast.walk(ast.parse(expression, mode="eval"))
        )
    except SyntaxError:
        return True  # evaluating it says what is wrong


def problems(page: Page, file: Path | None = None) -> list[str]:
    """Everything that is wrong with the numbers of a page, each with its place."""
    file = file or page.file
    bindings, found = read_bindings(file)
    judge = Judge(page, bindings)
    for piece in page.pieces:
        found += judge.faults(piece)
    places = {piece.place for piece in page.pieces}
    found += [
        f"{file.name}: there is no text {b.place}" for b in bindings if b.place not in places
    ]
    known = {binding.key: binding for binding in bindings}
    excepted = sum(
        len(re.findall(r"\d", result.number.text))
        for key, result in judge.results.items()
        if key in known and known[key].source.startswith("except ")
    )
    if excepted > MAY_BE_EXCEPTED * page.digits():
        found.append(
            f"{file.name}: {excepted} of {page.digits()} digits are excepted, over 3 %"
        )
    return found + [f"{page.path.name}: {word}" for word in in_words(page)]


# --- results are written in digits --------------------------------------------------

SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
LARGE = (
    "hundredths?|thousandths?|"
    "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
    "|sixty|seventy|eighty|ninety|hundred|thousand|million"
)
IN_WORDS = re.compile(
    rf"\b(?:(?:{LARGE})(?:-(?:{SMALL}))?\b|(?:{SMALL})\s(?:times\s)?(?:in|out of)\s"
    rf"(?:{SMALL}|{LARGE}|\d+)\b|(?:{SMALL}|zero)\s(?:bits?|nats?|per cent)\b)",
    re.I,
)


def in_words(page: Page) -> Iterator[str]:
    """Results that are spelled out, where no binding can see them."""
    for piece in page.pieces:
        text = RULES["quotation"].sub("", piece.text)
        for match in IN_WORDS.finditer(text):
            yield f"{piece.place} spells out “{match.group()}”; write a result in digits"


# --- binding ------------------------------------------------------------------------


@dataclass
class Bound:
    """What `make bind` has made of a page."""

    lines: list[str] = field(default_factory=list)  # of the file, in the order of the page
    said: list[str] = field(default_factory=list)  # what it did
    open: list[str] = field(default_factory=list)  # what only the author can answer


def bind(page: Page, bindings: list[Binding]) -> Bound:
    """Keep what is bound, move what was reworded, propose what is clear, list the rest."""
    bound = Bound()
    results_ = {result.key: result for result in page.results()}
    known = {binding.key: binding for binding in bindings}
    spare = [binding for binding in bindings if binding.key not in results_]
    kept: dict[Any, Binding] = {}
    for key, result in results_.items():
        if key in known:
            kept[key] = known[key]
        elif old := _moved(result, spare):
            spare.remove(old)
            kept[key] = replace(
                old,
                place=result.place,
                before=result.before,
                after=result.after,
                nth=result.nth,
            )
            bound.said.append(f"moved   {_line(result, old.source)}")
    judge = Judge(page, list(kept.values()))
    for key, result in results_.items():
        binding = kept.get(key)
        wrong = judge.problem(result, binding) if binding else "is not bound"
        if binding and not wrong:
            bound.lines.append(_line(result, binding.source))
            continue
        if binding is None and result.is_count:
            bound.lines.append(_line(result, COUNT))
            continue
        candidates = _candidates(result, judge.sources)
        if (binding is None or _is_gone(result, binding, judge)) and len(candidates) == 1:
            bound.lines.append(_line(result, candidates[0].name))
            bound.said.append(f"bound   {bound.lines[-1]}")
            continue
        if binding:  # the old number stays on record until the author has decided
            bound.lines.append(_line(result, binding.source, binding.written))
        bound.open.append(_question(result, str(wrong), candidates))
    bound.said += [f"dropped {b.place} | ⟦{b.written}⟧ | {b.source}" for b in spare]
    return bound


def _moved(result: Result, spare: list[Binding]) -> Binding | None:
    """The line of a number whose words have changed: the same number, first of this cell."""
    same = [b for b in spare if b.written == result.number.written]
    for fitting in ([b for b in same if b.place == result.place], same):
        if len({b.source for b in fitting}) == 1:
            return fitting[0]
    return None


def _is_gone(result: Result, binding: Binding, judge: Judge) -> bool:
    """Whether the source has vanished, and no changed number would be bound anew unseen."""
    if binding.source.startswith(("=", "except ")) or binding.source in judge.sources:
        return False
    return binding.written == result.number.written or not any(
        source.number.text == _figures(binding.written) for source in judge.sources.values()
    )


def _candidates(result: Result, known: dict[str, Source]) -> list[Source]:
    """What the number may report, from the nearest kind that has anything at all."""
    number = result.number
    if number.is_loose or number.text.lower() in {*IN_A_WORD, *COUNTS}:
        return []  # it agrees with too much
    telling = (number.places or 0) > FEW_PLACES or _significant(number) > FEW_PLACES + 1
    agreeing = [s for s in known.values() if agrees(number, s.number)]
    if not telling:  # so few digits agree by chance: they have to be the same, and near
        agreeing = [
            s
            for s in agreeing
            if s.number.value == number.value
            and {s.kind, s.cell} & {*result.neighbours, "equation"}
        ]
    near = [s for s in agreeing if s.section == result.section]
    printed = [s for s in near if s.kind == "printed"]
    typed = [s for s in near if s.kind == "code"]
    everywhere = [s for s in agreeing if s.kind == "printed"] if telling else []
    equations = [s for s in near if s.kind == "equation"]
    if not equations and result.symbolic:  # the only equation of the page that has it
        equations = [s for s in agreeing if s.kind == "equation"]
        equations = equations if len(equations) == 1 else []
    for kind in (equations if result.symbolic else [], printed, everywhere, typed):
        if kind:
            # one value in several places is one value; the first that has it is its home
            return kind[:1] if len({s.number.value for s in kind}) == 1 else kind
    return []


def _significant(number: Number) -> int:
    digits = re.sub(r"\D", "", number.text).lstrip("0")
    return len(digits) if number.places else 0


def _line(result: Result, source: str, written: str = "") -> str:
    nth = f" ({result.nth})" if result.nth > 1 else ""
    words = f"{result.before} ⟦{written or result.number.written}⟧ {result.after}".strip()
    return f"{result.place} | {words}{nth} | {source}"


def _question(result: Result, wrong: str, candidates: list[Source]) -> str:
    many = [f"    {_line(result, source.name)}" for source in candidates[:8]]
    return "\n".join([f"{result}: {wrong}", *(many or [f"    {_line(result, '= …')}"])])


def chosen(names: list[str]) -> list[Page]:
    """The pages of these names (03, index, chapters/03-….ipynb), or all that have a file."""
    pages = [Page(path) for path in notebooks()]
    if not names:
        return [page for page in pages if page.file.exists()]
    found = [
        page
        for name in names
        for page in pages
        if page.path.stem == Path(name).stem or page.path.stem.startswith(f"{name.zfill(2)}-")
    ]
    if len(found) != len(names):
        raise SystemExit(f"{' '.join(names)}: a page is named like 03, index or errata")
    return found


def main(names: list[str]) -> int:
    """Bind the pages; the number of pages with open questions is the exit status."""
    left = 0
    for page in chosen(names):
        bindings, wrong = read_bindings(page.file) if page.file.exists() else ([], [])
        if wrong:
            print(*wrong, "Nothing was written.", sep="\n")
            left += 1
            continue
        bound = bind(page, bindings)
        text = HEADER + "".join(f"{line}\n" for line in bound.lines)
        page.file.write_text(text, encoding="utf-8", newline="\n")
        for line in (*bound.said, *bound.open, *in_words(page)):
            print(line)
        print(f"{page.path.name}: {len(bound.lines)} bound, {len(bound.open)} open")
        left += bool(bound.open)
    return left


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
