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
3. `NameReferences` puts a hidden word before bare numbers of equations in links to them, and
   `TieFormulas` ties a short formula to the punctuation beside it.
4. `visit_inline` and `visit_display` write the MathML into the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from bs4 import BeautifulSoup
from docutils import nodes  # type: ignore[import-untyped]
from math_core import LatexError, LatexToMathML
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from _ext.ear import repair
from _ext.font import characters

if TYPE_CHECKING:
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

TAG = re.compile(r"\s*\\tag\s*\{([^{}]*)\}")
TAG_NUMBER = re.compile(r"[0-9A-Z]+\.[0-9]+[a-z]?")

# What calls an equation by its kind already, as in "inequality (1.4)".
KINDS = {"equation", "equations", "formula", "identity", "inequality", "rule"}

# A longer formula may fill a line of a phone; it is not tied to anything.
SHORT = 15
LONG = 62  # characters; tests/test_site.py measures that nothing scrolls on a wide page
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


LINES = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}(.*)", re.DOTALL)
ROW = r" \\ "
GOES_ON = re.compile(r"&(?:\\q?quad)*\s*[-+]")
RELATION = re.compile(r"&\s*(?:\\q?quad)*(?==|\\[lg]e(?![a-z])|\\approx)")


def unbroken(latex: str) -> str | None:
    r"""Return an equation without the line breaks that only a phone needs, if it has any.

    What goes on with a sign is joined to the line before it, and a left side that has a line
    of its own to its right side. The steps of a chain keep their lines.

    >>> unbroken(r"\begin{aligned} &D \\ &=a \\ &\quad+b \end{aligned}")
    'D =a +b'
    >>> unbroken(r"\begin{aligned} H&=a \\ &=b \end{aligned}")
    """
    found = LINES.fullmatch(latex.strip())
    if not found:
        return None
    broken = [line.strip() for line in re.split(r"\\\\(?![a-z])", found[1])]
    lines = broken[:1]
    for line in broken[1:]:
        if GOES_ON.match(line):
            lines[-1] += " " + re.sub(r"^&(?:\\q?quad)*\s*", "", line)
        elif len(lines) == 1 and lines[0].startswith("&") and RELATION.match(line):
            lines[0] = lines[0][1:] + " " + line
        else:
            lines.append(line)
    if len(lines) == len(broken):
        return None
    if len(lines) == 1:
        return lines[0].replace("&", "") + found[2]
    return rf"\begin{{aligned}} {ROW.join(lines)} \end{{aligned}}" + found[2]


def equation_id(number: str) -> str:
    """Return the anchor of an equation.

    >>> equation_id("3.2")
    'eq-3-2'
    """
    return "eq-" + number.replace(".", "-")


# --- reading ------------------------------------------------------------------------------


class ConvertMath(SphinxTransform):
    """Convert the mathematics of a page and make its equations linkable."""

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
            if display and (joined := unbroken(node.astext())):
                node["unbroken"] = to_mathml(joined, display=True)
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


# --- references ---------------------------------------------------------------------------


class NameReferences(SphinxPostTransform):
    """Let a link that shows "(3.1)" be heard as "equation (3.1)".

    Brackets are seldom read, and "by 3.2 the price is" sounds like a price.
    """

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


class TieFormulas(SphinxPostTransform):
    """Keep a formula and the punctuation beside it on one line.

    Browsers break a line before and after a formula, whatever stands there. Inside of the
    span that is made here they do not.
    """

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


@cache
def is_one_line_wide(mathml: str) -> bool:
    """Say whether the longest line of an equation fits into the column of a wide page."""
    soup = BeautifulSoup(mathml, "html.parser")
    for note in soup.select("annotation"):
        note.decompose()
    rows = soup.select("mtr") or [soup]
    return max(len(row.get_text()) for row in rows) <= LONG


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
    forms = node.get("mathml", "")
    if (joined := node.get("unbroken")) and is_one_line_wide(joined):
        # Only one of the two is shown, by the width of the box (book.css), and only one heard.
        forms = f'<span class="narrow">{forms}</span><span class="wide">{joined}</span>'
    translator.body.append(f'<{box} class="equation-body">{forms}</{box}>')
    if "eqno" in node:
        translator.body.append(
            f'<a class="equation-number" href="#{equation_id(node["eqno"])}">'
            f'<span class="visually-hidden">Equation </span>({node["eqno"]})</a>'
        )
    translator.body.append(f"</{box}>\n")
    raise nodes.SkipNode
