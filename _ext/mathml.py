r"""Mathematics as MathML, converted when the book is built.

A chapter writes its equations so that they read everywhere, in JupyterLab too::

    $$
    D(p\,\|\,q) = \sum_i p_i \log \frac{p_i}{q_i} \tag{3.2}
    $$

    ... by [(3.2)](#eq-3-2), or, from another chapter,
    [(3.2)](03-kl-divergence.ipynb#eq-3-2) ...

What happens to it, in the order in which Sphinx does it:

1. `ConvertMath`, a transform, runs on every page that is read. It takes the ``\tag`` out of
   the LaTeX, gives the equation the id ``eq-3-2``, tells MyST about that id, and stores the
   MathML in the node. LaTeX that cannot be converted is a warning at its line. `repair` says
   in the MathML what LaTeX leaves open: what is a function, and of what.
2. `EquationDomain` remembers, page by page, which tags and which characters occur, and
   reports a number used twice. Being a Sphinx domain, it survives incremental and parallel
   builds.
3. `write_font` cuts STIX Two Math down to these characters and writes ``math-font.css``.
4. Two post-transforms: `KeepTogether` ties a short formula to the punctuation beside it, and
   `NameReferences` puts a hidden word before bare numbers of equations in links to them.
5. `visit_inline` and `visit_display` write the MathML into the page.

`spoken` returns a formula in words, for names that cannot hold MathML.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from bs4 import BeautifulSoup, Tag
from docutils import nodes  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from math_core import LatexError, LatexToMathML
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

FONT_CSS = "math-font.css"
FONT_FAMILY = "STIX Two Math"

TAG = re.compile(r"\s*\\tag\s*\{([^{}]*)\}")
TAG_NUMBER = re.compile(r"[0-9A-Z]+\.[0-9]+[a-z]?")

# What calls an equation by its kind already, as in "inequality (1.4)".
KINDS = {"equation", "equations", "formula", "identity", "inequality", "rule"}

# Drawn by the browser where the MathML has no character for them: the sign of a root.
DRAWN_BY_ELEMENTS = {"msqrt": "√", "mroot": "√"}

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

# A longer formula may fill a line of a phone; it is not tied to anything.
SHORT = 15
BEFORE, AFTER = '([“‘"', '.,;:)]?!”’"'


# --- LaTeX -> MathML ----------------------------------------------------------------------


@lru_cache(maxsize=1)
def _converters() -> tuple[LatexToMathML, LatexToMathML]:
    """Return the converters for inline and for display mathematics.

    Only display equations carry their LaTeX along, for copying. Inline formulas also stand
    in headings, whose text Sphinx repeats in ``<title>``: there it would be read twice.
    """
    return (
        LatexToMathML(fancy_error=False),
        LatexToMathML(fancy_error=False, annotation=True),
    )


@cache  # the same short formulas come again and again
@cache  # most formulas of the book occur several times
def to_mathml(latex: str, *, display: bool) -> str:
    """Convert LaTeX to a ``<math>`` element; raises ``LatexError``."""
    converter = _converters()[display]
    return repair(converter.convert_with_local_state(latex, displaystyle=display))


def split_tag(latex: str) -> tuple[str, list[str]]:
    r"""Separate LaTeX from the numbers in its ``\tag{...}``.

    >>> split_tag(r"a = b \tag{3.2}")
    ('a = b', ['3.2'])
    """
    return TAG.sub("", latex).strip(), TAG.findall(latex)


def equation_id(number: str) -> str:
    """Return the anchor of an equation.

    >>> equation_id("3.2")
    'eq-3-2'
    """
    return "eq-" + number.replace(".", "-")


# --- for screen readers -------------------------------------------------------------------


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


class UnspokenError(ValueError):
    """A formula has a part for which there are no words."""


def spoken(mathml: str) -> str:
    r"""Return a formula in words, for the names of controls; raises `UnspokenError`.

    Browsers leave MathML out of such a name. These are the words for what quizzes ask.

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
    return words(formula)


def leave_out_brackets(opening: Tag) -> None:
    """Take the brackets of a simple argument away: one says "q of x"."""
    applied = opening.find_previous_sibling()
    group = bracketed(opening)
    is_argument = applied is not None and applied.get_text() == APPLY
    if is_argument and group and group[-1].name == "mo" and not has_sum(group):
        opening.extract()
        group[-1].extract()


def words(element: Tag) -> str:
    """Return an element of a formula in words."""
    text, said = element.get_text(), [words(part) for part in parts(element)]
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


# --- reading ------------------------------------------------------------------------------


class ConvertMath(SphinxTransform):
    """Convert the mathematics of a page and make its equations linkable."""

    # Before MyST's ResolveAnchorIds (879), which looks for the ids announced here.
    default_priority = 800

    def apply(self, **kwargs: Any) -> None:
        """Run the steps on one page."""
        domain = self.env.get_domain(EquationDomain.name)
        assert isinstance(domain, EquationDomain)
        for block in list(self.document.findall(nodes.math_block)):
            number = self.take_number(block)
            if number:
                self.anchor(block, number)
                domain.note_equation(self.env.docname, number, block.line or 0)
            self.convert(block, display=True)
        for inline in self.document.findall(nodes.math):
            self.convert(inline, display=False)
        domain.note_characters(self.env.docname, characters(self.document))
        self.follow_links_to_other_pages()

    def take_number(self, block: nodes.math_block) -> str | None:
        r"""Move the number out of ``\tag{...}``; refuse what does not read everywhere."""
        if block.get("label"):
            logger.warning(
                r"equation has a label that only Sphinx reads; write $$ … \tag{3.2} $$",
                location=block,
            )
        latex, numbers = split_tag(block.astext())
        block.children = [nodes.Text(latex)]
        if not numbers:
            return None
        if len(numbers) > 1:
            logger.warning(
                r"equation with more than one \tag: %s", ", ".join(numbers), location=block
            )
        if not TAG_NUMBER.fullmatch(numbers[0]):
            logger.warning(
                r"equation number %r is not of the form 3.2 or A.1", numbers[0], location=block
            )
            return None
        return numbers[0]

    def anchor(self, block: nodes.math_block, number: str) -> None:
        """Give the equation its id and announce it where MyST looks up ``#...`` links."""
        anchor = equation_id(number)
        block["ids"] = [anchor]
        block["eqno"] = number
        slugs = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        slugs[anchor] = (block.line, anchor, f"({number})")
        self.document.myst_slugs = slugs

    def convert(self, node: nodes.math | nodes.math_block, *, display: bool) -> None:
        """Store the MathML in the node."""
        try:
            node["mathml"] = to_mathml(node.astext(), display=display)
        except LatexError as error:
            logger.warning("LaTeX %s, in: %s", error, node.astext(), location=node)

    def follow_links_to_other_pages(self) -> None:
        """Have this page read again when one changes to whose inside it links.

        Otherwise an incremental build would not notice that the target has gone.
        """
        for link in self.document.findall(addnodes.pending_xref):
            if link.get("refdomain") == "doc" and link.get("reftargetid"):
                target = link["reftarget"]
                if target in self.env.found_docs:
                    self.env.note_dependency(str(self.env.doc2path(target, base=False)))


class EquationDomain(Domain):
    """What the book knows about its equations, page by page."""

    name = "equation"
    label = "Equations"
    initial_data: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "numbers": {},  # docname -> [(number, line), ...]
        "characters": {},  # docname -> the characters of its mathematics, sorted
    }
    data_version = 1

    def note_equation(self, docname: str, number: str, line: int) -> None:
        """Remember a numbered equation."""
        self.data["numbers"].setdefault(docname, []).append((number, line))

    def note_characters(self, docname: str, found: Iterable[str]) -> None:
        """Remember the characters that a page needs from the mathematics font."""
        self.data["characters"][docname] = "".join(sorted(found))

    def all_characters(self) -> str:
        """Return the characters needed by the whole book, sorted."""
        return "".join(sorted(set().union(*self.data["characters"].values())))

    def clear_doc(self, docname: str) -> None:
        """Forget a page that changed or went."""
        for table in ("numbers", "characters"):
            self.data[table].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over pages that were read by another process."""
        for docname in docnames:
            for table in ("numbers", "characters"):
                if docname in otherdata[table]:
                    self.data[table][docname] = otherdata[table][docname]

    def check_consistency(self) -> None:
        """Warn about every number that is used twice."""
        seen: dict[str, str] = {}
        for docname in sorted(self.data["numbers"]):
            for number, line in self.data["numbers"][docname]:
                if number in seen:
                    logger.warning(
                        "equation number (%s) is already used in %s",
                        number,
                        seen[number],
                        location=(docname, line),
                    )
                seen.setdefault(number, docname)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.Element]]:
        """Resolve nothing: MyST does it, by the ids announced in `ConvertMath.anchor`."""
        return []


# --- the font -----------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _italics() -> dict[str, str]:
    """Map letters to the mathematical italics that browsers show for a one-letter ``<mi>``."""
    italics = {"h": "ℎ"}  # Unicode knows it as the Planck constant
    for code in range(0x1D434, 0x1D7CC):
        name = unicodedata.name(chr(code), "")
        if name.startswith("MATHEMATICAL ITALIC"):
            italics[unicodedata.normalize("NFKC", chr(code))] = chr(code)
    return italics


def characters(doctree: nodes.document) -> set[str]:
    """Return the characters that the mathematics of a page shows."""
    found: set[str] = set()
    for node in doctree.findall(lambda node: "mathml" in getattr(node, "attributes", ())):
        found |= characters_of(node["mathml"])
    return found


@cache  # the same short formulas come again and again
def characters_of(mathml: str) -> frozenset[str]:
    """Return the characters that a formula shows.

    >>> sorted(characters_of("<math><mi>h</mi><mo>=</mo><mn>1</mn></math>"))
    ['1', '=', 'h', 'ℎ']
    """
    found: set[str] = set()
    for element in BeautifulSoup(mathml, "html.parser").find_all(True):
        text = "" if element.name == "annotation" else (element.string or "")
        found.update(text)
        if element.name == "mi" and text in _italics():
            found.add(_italics()[text])
        if element.name in DRAWN_BY_ELEMENTS:
            found.add(DRAWN_BY_ELEMENTS[element.name])
    return frozenset(found)


def font_file() -> Path:
    """Return the path of STIX Two Math, which comes with ziamath."""
    spec = importlib.util.find_spec("ziamath")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("STIX Two Math: ziamath is not installed")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "STIXTwoMath-Regular.ttf"


@lru_cache(maxsize=1)
def subset_font(text: str) -> bytes:
    """Return the font as WOFF2 with the given characters and all their sizes and parts.

    The subsetter follows the font's MATH table, so that brackets, roots and braces keep
    their taller variants. Nothing in the result depends on when or where it was made.
    """
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["ssty", "dtls", "flac", "kern", "mark", "mkmk", "ccmp"]
    options.name_IDs = [0, 1, 2, 13, 14]  # copyright, name and licence stay with the font
    options.hinting = False  # for screens of long ago; it would be a quarter of the file
    options.recalc_timestamp = False
    font = TTFont(font_file(), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def font_css(text: str) -> str:
    """Return the style sheet that brings the font along.

    The font is inside the style sheet: formulas then never change their size after the
    first paint, and browsers that refuse fonts from ``file://`` show it too.
    """
    data = base64.b64encode(subset_font(text)).decode("ascii")
    return (
        "/* STIX Two Math, (c) The STIX Fonts Project Authors, SIL Open Font License 1.1;\n"
        "   reduced to the characters of this book. */\n"
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-display: block;\n'
        f'  src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
        f'math {{ font-family: "{FONT_FAMILY}", math; }}\n'
    )


def write_font(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the style sheet with the font once all pages have been read, unless it is there."""
    if app.builder.format != "html":
        return
    domain = env.get_domain(EquationDomain.name)
    assert isinstance(domain, EquationDomain)
    target = Path(app.outdir) / "_static" / FONT_CSS
    target.parent.mkdir(parents=True, exist_ok=True)
    shown = domain.all_characters()
    digest = hashlib.sha256(font_file().read_bytes() + shown.encode()).hexdigest()
    notice = f"/* made of the font and the characters {digest[:16]} */\n"
    if not (target.is_file() and target.read_text(encoding="utf-8").startswith(notice)):
        target.write_text(notice + font_css(shown), encoding="utf-8")


# --- references ---------------------------------------------------------------------------


class NameReferences(SphinxPostTransform):
    """Let a link that shows "(3.1)" be heard as "equation (3.1)".

    Brackets are seldom read, and "by 3.2 the price is" sounds like a price.
    """

    default_priority = 20  # after links are resolved (10)
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        for link in self.document.findall(nodes.reference):
            if leads_to_its_number(link) and word_before(link) not in KINDS:
                hidden = nodes.inline("", "equation ", classes=["visually-hidden"])
                link.insert(0, hidden)


def leads_to_its_number(link: nodes.reference) -> bool:
    """Say whether the words of a link are the number of the equation to which it leads."""
    anchor = link.get("refid") or link.get("refuri", "").rpartition("#")[2]
    return bool(anchor == equation_id(link.astext().strip("()")))


def word_before(link: nodes.reference) -> str:
    """Return the last word before a link, without capitals."""
    siblings = link.parent[: link.parent.index(link)]
    words = "".join(sibling.astext() for sibling in siblings).split()
    return words[-1].lower() if words else ""


# --- writing ------------------------------------------------------------------------------


class KeepTogether(SphinxPostTransform):
    """Keep a formula and the punctuation beside it on one line.

    Browsers break a line before and after a formula, whatever stands there. Inside of the
    span that is made here they do not.
    """

    default_priority = 140  # before quizzes take their paragraphs apart (150)
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        for formula in list(self.document.findall(nodes.math)):
            if is_short(formula.get("mathml", "")):
                tie(formula)


@cache
def is_short(mathml: str) -> bool:
    """Say whether a formula surely fits into a line of a phone.

    >>> is_short(to_mathml("H(P,Q)=0", display=False))
    True
    >>> is_short(to_mathml("(0.7, 0.2, 0.1)+(1, 2, 3)", display=False))
    False
    """
    return len(BeautifulSoup(mathml, "html.parser").get_text()) <= SHORT


def tie(formula: nodes.math) -> None:
    """Put a formula into a span with the punctuation right before and after it."""
    parent, at = formula.parent, formula.parent.index(formula)
    before, after = text_at(parent, at - 1), text_at(parent, at + 1)
    start, rest = before.rstrip(BEFORE), after.lstrip(AFTER)
    opening, closing = before[len(start) :], after[: len(after) - len(rest)]
    if opening:
        parent[at - 1] = nodes.Text(start)
    if closing:
        parent[at + 1] = nodes.Text(rest)
    if opening or closing:
        tied = nodes.inline("", "", classes=["together"])
        parent[at] = tied
        tied += [nodes.Text(opening), formula, nodes.Text(closing)]


def text_at(parent: nodes.Element, at: int) -> str:
    """Return the text at this place among the children of a node; empty if there is none."""
    here = parent.children[at : at + 1] if at >= 0 else []
    return str(here[0]) if here and isinstance(here[0], nodes.Text) else ""


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    translator.body.append(node.get("mathml", ""))
    raise nodes.SkipNode


def visit_display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display equation: a box that can scroll, and the number beside it."""
    # `$$...$$` in the middle of a sentence is inside a <p>, where HTML allows no <div>.
    box = "span" if isinstance(node.parent, nodes.TextElement) else "div"
    translator.body.append(translator.starttag(node, box, "", CLASS="equation"))
    translator.body.append(f'<{box} class="equation-body">{node.get("mathml", "")}</{box}>')
    if "eqno" in node:
        translator.body.append(
            f'<a class="equation-number" href="#{equation_id(node["eqno"])}">'
            f'<span class="visually-hidden">Equation </span>({node["eqno"]})</a>'
        )
    translator.body.append(f"</{box}>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer ``mathml``; choose it by ``html_math_renderer``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.add_domain(EquationDomain)
    app.add_transform(ConvertMath)
    app.add_post_transform(KeepTogether)
    app.add_post_transform(NameReferences)
    app.connect("env-updated", write_font)
    return {
        "version": "1.0",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
