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
   MathML in the node. LaTeX that cannot be converted is a warning at its line.
2. `EquationDomain` remembers, page by page, which tags and which characters occur, and
   reports a number used twice. Being a Sphinx domain, it survives incremental and parallel
   builds.
3. `write_font` cuts STIX Two Math down to these characters and writes ``math-font.css``.
4. `visit_inline` and `visit_display` write the MathML into the page.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from bs4 import BeautifulSoup
from docutils import nodes  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from math_core import LatexError, LatexToMathML
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.transforms import SphinxTransform
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

# Drawn by the browser where the MathML has no character for them: the sign of a root.
DRAWN_BY_ELEMENTS = {"msqrt": "√", "mroot": "√"}


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


def to_mathml(latex: str, *, display: bool) -> str:
    """Convert LaTeX to a ``<math>`` element; raises ``LatexError``."""
    converter = _converters()[display]
    return converter.convert_with_local_state(latex, displaystyle=display)


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
    """Write the style sheet with the font once all pages have been read."""
    if app.builder.format != "html":
        return
    domain = env.get_domain(EquationDomain.name)
    assert isinstance(domain, EquationDomain)
    target = Path(app.outdir) / "_static" / FONT_CSS
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(font_css(domain.all_characters()), encoding="utf-8")


# --- writing ------------------------------------------------------------------------------


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
    app.connect("env-updated", write_font)
    return {
        "version": "1.0",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
