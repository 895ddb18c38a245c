"""The hooks in _ext: each does what it says, and says so when it is given nonsense."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from fontTools.ttLib import TTFont
from sphinx.transforms import SphinxTransform

import _ext
from _ext import ear, equations, figures, font, spaces
from _ext.onepage import OnePageTransform
from tests.tiny_book import Book, drawing, markdown, one

# --- the table ----------------------------------------------------------------------------


def test_table_of_steps_has_every_transform_in_the_order_in_which_they_run() -> None:
    for moment in (_ext.READ, _ext.WRITE):
        priorities = [step.priority for step in _ext.STEPS if step.when == moment]
        assert priorities == sorted(priorities)
    found = {
        value
        for name in modules(_ext)
        for value in vars(import_module(name)).values()
        if isinstance(value, type)
        and issubclass(value, SphinxTransform)
        and value.__module__.startswith("_ext.")
    }
    listed = {step.what for step in _ext.STEPS if isinstance(step.what, type)}
    assert found - listed == {OnePageTransform}, "every step, but not what they share"


def modules(package: ModuleType) -> list[str]:
    return [f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__)]


# --- mathematics --------------------------------------------------------------------------


def test_equation_gets_its_number_as_anchor_and_is_linked_from_here_and_elsewhere(
    book: Book,
) -> None:
    book.write(
        index="# A\n\n$$\na^2 = b \\tag{3.2}\n$$\n\nSee [(3.2)](#eq-3-2).\n\n"
        "```{toctree}\nparts/two\n```\n"
    )
    (book.source / "parts").mkdir()
    book.write(**{"parts/two": [markdown("# B\n\n[(3.2)](../index.md#eq-3-2) and $x$")]})
    assert book.build() == ""
    equation = one(book.page(), "#eq-3-2")
    assert equation.math is not None
    assert "tag" not in equation.math.get_text()
    assert one(equation, "a.equation-number").get_text() == "Equation (3.2)"
    assert one(equation, "a.equation-number")["href"] == "#eq-3-2"
    assert one(equation, "annotation").get_text() == "a^2 = b"
    link = one(book.page(), "p a.reference")
    assert (link["href"], link.get_text()) == ("#eq-3-2", "equation (3.2)")
    link = one(book.page("parts/two"), "p a.reference")
    assert (link["href"], link.get_text()) == ("../index.html#eq-3-2", "equation (3.2)")
    assert one(book.page("parts/two"), "p math").get_text() == "x"


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("By [(3.2)](#eq-3-2) and", "equation (3.2)"),
        ("By the *rule* [(3.2)](#eq-3-2) and", "(3.2)"),
        ("By *the* [(3.2)](#eq-3-2) and", "equation (3.2)"),
        ("[(3.2)](#eq-3-2) says", "equation (3.2)"),
        ("Inequality [(3.2)](#eq-3-2) says", "(3.2)"),
        ("the rule\n[(3.2)](#eq-3-2) says", "(3.2)"),
        ("By [the rule](#eq-3-2) and", "the rule"),
        ("In [(1990)](#b) of", "(1990)"),
    ],
)
def test_bare_number_of_an_equation_is_called_one(book: Book, words: str, heard: str) -> None:
    book.write(index=f"# A\n\n{words} so on.\n\n$$ a \\tag{{3.2}} $$\n\n(b)=\n## B\n")
    assert book.build() == ""
    link = one(book.page(), "p a.reference")
    assert link.get_text() == heard
    hidden = link.select(".visually-hidden")
    assert [word.get_text() for word in hidden] == ["equation "] * heard.startswith("eq")


def test_display_math_inside_a_sentence_keeps_the_paragraph_whole(book: Book) -> None:
    book.write(index="# A\n\nBefore $$ x = 1 $$ after.\n")
    assert book.build() == ""
    assert one(book.page(), "p > span.equation > span.equation-body > math")


def test_math_in_a_heading_is_not_doubled_in_the_title(book: Book) -> None:
    book.write(index="# Entropy $H$\n")
    assert book.build() == ""
    assert one(book.page(), "head title").get_text() == "Entropy H"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            "Text.\n\n$$\n\\nosuch{x}\n$$\n",
            r'index.md:5: WARNING: LaTeX 0: Unknown command "\nosuch"',
        ),
        ("Inline $\\nosuch$.\n", r'index.md:3: WARNING: LaTeX 0: Unknown command "\nosuch"'),
        ("$$ a \\tag{1.1} $$\n\n$$ b \\tag{1.1} $$\n", "equation number (1.1) is already used"),
        ("$$ a \\tag{1.1} \\tag{1.2} $$\n", r"more than one \tag: 1.1, 1.2"),
        ("$$ a \\tag{one} $$\n", "'one' is not of the form 3.2"),
        ("$$ a $$ (label)\n", "equation has a label that only Sphinx reads"),
        ("[(1.1)](#eq-1-1)\n", "target not found: 'eq-1-1'"),
        ("[(1.1)](index.md#eq-1-1)\n", "local id not found in doc 'index': 'eq-1-1'"),
    ],
)
def test_bad_mathematics_is_a_warning(book: Book, text: str, warning: str) -> None:
    book.write(index=f"# A\n\n{text}")
    assert warning in book.build()


def test_number_used_on_two_pages_is_a_warning(book: Book) -> None:
    book.write(
        index="# A\n\n$$ a \\tag{1.1} $$\n\n```{toctree}\ntwo\n```\n",
        two="# B\n\n$$ b \\tag{1.1} $$\n",
    )
    assert "two.md:3: WARNING: equation number (1.1) is already used in index" in book.build()


def test_incremental_build_notices_that_a_linked_equation_has_gone(book: Book) -> None:
    book.write(
        index="# A\n\n[(2.1)](two.md#eq-2-1)\n\n```{toctree}\ntwo\n```\n",
        two="# B\n\n$$ b \\tag{2.1} $$\n",
    )
    assert book.build() == ""
    book.write(two="# B\n\n$$ b \\tag{2.2} $$\n")
    os.utime(book.source / "two.md", (2e9, 2e9))
    assert "local id not found in doc 'two': 'eq-2-1'" in book.build()


def css_font(book: Book) -> set[str]:
    """Return the characters of the font that a build wrote."""
    css = (book.html / font.STYLE).read_text()
    data = css.partition("base64,")[2].partition('"')[0]
    return {chr(code) for code in TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()}


@pytest.mark.parametrize("processes", [1, 2])
def test_font_has_the_characters_of_all_pages_also_after_a_partial_build(
    book: Book, processes: int
) -> None:
    pages = {f"p{i}": f"# P\n\n$x_{i}$\n" for i in range(6)}  # enough to be read in parallel
    toctree = "```{toctree}\n:glob:\n*\n```\n"
    book.write(index=f"# A\n\n${{}}\\alpha$\n\n{toctree}", two="# B\n\n$\\beta$\n", **pages)
    assert book.build(processes) == ""
    assert set("αβ𝛼𝛽5") <= css_font(book)
    book.write(two="# B\n\n$\\gamma$\n")
    os.utime(book.source / "two.md", (2e9, 2e9))
    assert book.build(processes) == ""
    assert set("αγ𝛼𝛾5") <= css_font(book)
    assert "β" not in css_font(book)


def test_font_is_the_same_every_time_and_keeps_what_stretches() -> None:
    text = "(x√⏟"
    first = font.subset_font(text)
    font.subset_font.cache_clear()
    assert font.subset_font(text) == first
    cut = TTFont(io.BytesIO(first))
    variants = cut["MATH"].table.MathVariants
    assert len(variants.VertGlyphConstruction[0].MathGlyphVariantRecord) > 5
    assert len(variants.HorizGlyphConstruction[0].MathGlyphVariantRecord) > 2
    assert len(first) < 20_000


def test_characters_are_those_that_the_browser_shows() -> None:
    shown = font.characters_of(equations.to_mathml(r"\sqrt{h} < \mathrm{d}", display=True))
    assert set("√ℎ<d") <= shown
    assert "\\" not in shown  # of the annotation


def rows(latex: str) -> str:
    """Return a formula with its rows in braces and @ for the application of a function."""

    def written(element: Tag) -> str:
        inner = "".join(map(written, element.find_all(recursive=False))) or element.get_text()
        return f"{{{inner}}}" if element.name == "mrow" else inner

    formula = BeautifulSoup(equations.to_mathml(latex, display=False), "html.parser")
    return written(one(formula, "math")).replace(ear.APPLY, "@")


@pytest.mark.parametrize(
    ("latex", "grouped"),
    [
        (r"-\log q(x)\,y", "−{{log}@{q@(x)}}y"),
        (r"\log\max_x q(x)", "{{log}@{{max}x@{q@(x)}}}"),
        (r"\ln p(x)^2", "{{ln}@{p@(x)2}}"),
        (r"\log K(x)", "{{log}@K}(x)"),  # K is a number
        (r"H(\hat P(\cdot),Q)", "H@(Pˆ@(⋅),Q)"),
        (r"D_{\mathrm{KL}}(P\,\|\,Q)", "D{KL}@(P‖Q)"),
        (r"s'(p(x))", "s′@(p@(x))"),
        (r"p^2(x)", "p2(x)"),
        (r"p(1-p)", "p(1−p)"),  # a product
        (r"\ln p(1-p)", "{{ln}@p}(1−p)"),
        (r"(1-p)[p,1)", "(1−p)[p,1)"),
        (r"q(y\mid x)", "q@(y|x)"),
    ],
)
def test_formulas_say_what_a_function_is_applied_to(latex: str, grouped: str) -> None:
    assert rows(latex) == grouped


@pytest.mark.parametrize("latex", [r"-\log q(x)\,y", r"\ln H\bigl(P(\cdot),Q\bigr)<\infty"])
def test_nothing_of_that_is_seen(latex: str) -> None:
    """Rows have no looks: the signs are the same, with the same attributes, in this order."""

    def signs(formula: str) -> list[tuple[str, str, dict[str, Any]]]:
        leaves = BeautifulSoup(formula, "html.parser").find_all(["mi", "mo", "mn", "mspace"])
        seen = [(leaf.name, leaf.get_text(), leaf.attrs) for leaf in leaves]
        return [sign for sign in seen if sign[1] != ear.APPLY]

    converted = equations._converters()[False].convert_with_local_state(
        latex, displaystyle=False
    )
    repaired = equations.to_mathml(latex, display=False)
    assert repaired != converted
    assert signs(repaired) == signs(converted)


def test_the_bar_of_a_condition_is_as_wide_as_it_was() -> None:
    formula = BeautifulSoup(equations.to_mathml(r"q(y\mid x)", display=False), "html.parser")
    bar = formula.find("mo", string="|")
    assert isinstance(bar, Tag)
    assert bar.attrs == {"stretchy": "false", "lspace": "0.28em", "rspace": "0.28em"}
    assert "|" in font.characters_of(str(formula))
    advances = TTFont(font.font_file())["hmtx"]
    before = advances["uni2223"][0] + 2 * 1000 * 5 / 18  # the space around a relation
    assert advances["bar"][0] + 2 * 280 == pytest.approx(before, abs=1)


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("Is $x$, or not.", ["x,"]),
        ("Is it $x$?", ["x?"]),
        ("It ($x$ or $y$) is.", ["(x", "y)"]),
        ('He says "$x$", she "$y$".', ["“x”,", "“y”."]),
        ("**As $x$.** Then $y$ and $z$ (so).", ["x."]),
        ("Long: ($a+b+c+d+e+f+g+h+i$).", []),
    ],
)
def test_a_short_formula_and_its_punctuation_stay_together(
    book: Book, text: str, tied: list[str]
) -> None:
    book.write(index=f"# A\n\n{text}\n")
    book.configure("myst_enable_extensions.append('smartquotes')")
    assert book.build() == ""
    paragraph = one(book.page(), "section > p")
    assert [span.get_text() for span in paragraph.select(".together:has(> math)")] == tied
    plain = text.replace("$", "").replace("**", "")
    assert paragraph.get_text().replace("“", '"').replace("”", '"') == plain.replace("-", "−")


def test_text_that_occurs_twice_stays_in_its_place(book: Book) -> None:
    book.write(index="# A\n\nIf $a$, then $b$, then $c$, then d.\n")
    assert book.build() == ""
    assert one(book.page(), "section > p").get_text() == "If a, then b, then c, then d."


# --- figures ------------------------------------------------------------------------------

SVG = """<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  width="360pt" height="180pt" viewBox="0 0 360 180" role="img" aria-label="The finding.">
<title>The finding.</title>
<defs><clipPath id="clip"><rect width="9" height="9"/></clipPath>
<path id="tick" d="M0 0"/></defs>
<path id="paper" style="fill: #ffffff; stroke: #000000; fill-opacity: 0.5"/>
<g clip-path="url(#clip)"><use xlink:href="#tick" style="stroke: #0072b2"/></g>
<text id="t1">ink</text><text style="fill: #d55e00">orange</text>
<text fill="white">on blue</text>
</svg>"""


def inline(svg: str = SVG) -> Tag:
    return one(BeautifulSoup(figures.inline_svg(svg, "fig1-"), "html.parser"), "svg")


def test_black_becomes_ink_white_becomes_paper_and_words_mix_with_ink() -> None:
    svg = inline()
    assert svg["fill"] == "currentColor"
    assert one(svg, "#fig1-paper")["style"] == (
        "fill: var(--figure-paper, none); stroke: currentColor; fill-opacity: 0.5"
    )
    assert one(svg, "use")["style"] == "stroke: light-dark(#0072b2, #56b4e9)"
    ink, orange, white = svg.select("text")
    assert not ink.get("fill")
    assert orange["style"] == (
        "fill: color-mix(in srgb, light-dark(#d55e00, #f0a24a) 50%, currentColor)"
    )
    assert white["fill"] == "white"


def test_words_have_a_rim_of_paper_except_white_ones() -> None:
    ink, orange, white = inline().select("text")
    for text in (ink, orange):
        assert (text["stroke"], text["paint-order"]) == (figures.PAPER, "stroke")
    assert not white.get("stroke")


def test_ids_are_prefixed_and_followed() -> None:
    svg = inline()
    assert one(svg, "g")["clip-path"] == "url(#fig1-clip)"
    assert one(svg, "use")["href"] == "#fig1-tick"
    assert all(element["id"].startswith("fig1-") for element in svg.select("[id]"))


def test_drawing_names_itself_and_says_its_size() -> None:
    svg = inline()
    assert (svg["role"], svg["aria-label"]) == ("img", "The finding.")
    assert not svg.select("title")  # it would be read a second time
    assert (svg["width"], svg["height"], svg["viewbox"]) == ("480", "240", "0 0 360 180")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda svg: svg.replace("The finding.</title>", "</title>"), "alternative text"),
        (lambda svg: svg.replace("<defs>", "<style>*{fill: red}</style><defs>"), "a <style>"),
        (lambda svg: svg.replace("svg", "html"), "the root element is <html>"),
        (
            lambda svg: svg.replace('viewBox="0 0 360 180"', "").replace("360pt", "100%"),
            "neither viewBox",
        ),
    ],
)
def test_bad_drawing_is_refused(change: Callable[[str], str], message: str) -> None:
    with pytest.raises(figures.FigureError, match=message):
        figures.inline_svg(change(SVG), "fig1-")


def test_figures_stand_in_the_page_with_caption_and_description(book: Book) -> None:
    book.write(
        index=[
            markdown("# A\n\nSee {numref}`fig-price`."),
            drawing(SVG),
            drawing(SVG, figure={"caption": "The price.", "name": "fig-price"}),
        ]
    )
    book.configure("numfig = True")
    assert book.build() == ""
    page = book.page()
    assert not page.select("img")
    first, second = page.select("div.drawing > svg")
    ids = [element["id"] for element in page.select("svg [id]")]
    assert len(ids) == len(set(ids)) == 8
    assert first["aria-label"] == second["aria-label"] == "The finding."
    figure = one(page, "figure#fig-price")
    assert "The price." in one(figure, "figcaption").get_text()
    assert figure.find_next_sibling("details") is not None
    for details in page.select("details.figure-text"):
        assert one(details, "p").get_text() == "The finding.\nBars: a 1 & b 2."
    assert not list(book.html.glob("_images/*"))


@pytest.mark.parametrize("builder", ["html", "singlehtml"])
def test_figure_and_its_description_are_called_by_its_number(book: Book, builder: str) -> None:
    first, second = (
        drawing(SVG, figure={"caption": "What is paid.", "name": name})
        for name in ("fig-price", "fig-waste")
    )
    book.write(
        index="# A\n\n```{toctree}\none\ntwo\n```\n",
        one=[markdown("# B"), first],
        two=[markdown("# C"), drawing(SVG), second],
    )
    book.configure("numfig = True")
    assert book.build(builder=builder) == ""
    page = book.page("index" if builder == "singlehtml" else "two")
    waste = one(page, "figure#fig-waste")
    assert one(waste, ".caption-number").get_text() == "Fig. 2 "
    assert waste["aria-label"] == "Figure 2"
    summaries = [summary.get_text() for summary in page.select(".figure-text > summary")]
    assert summaries[-2:] == [
        "This figure in words and numbers",
        "Figure 2 in words and numbers",
    ]


def test_bad_figure_is_a_warning(book: Book) -> None:
    book.write(index=[markdown("# A"), drawing(SVG.replace("<title>The finding.</title>", ""))])
    assert "WARNING: figure: no alternative text" in book.build()


# --- the theme ----------------------------------------------------------------------------


def test_folded_cell_is_named_by_its_visible_words(book: Book) -> None:
    cell = drawing(SVG)
    cell["metadata"]["tags"] = ["hide-input"]
    book.write(index=[markdown("# A"), cell])
    assert book.build() == ""
    summary = one(book.page(), "details.hide > summary")
    assert not summary.get("aria-label")
    assert "Show code cell source" in summary.get_text()


def printing(source: str, text: str) -> dict[str, Any]:
    """Return a cell that prints a text."""
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": 1,
        "outputs": [output],
        "metadata": {},
    }


def test_code_and_output_are_told_apart(book: Book) -> None:
    book.write(index=[markdown("# A"), printing("print(1)", "1\n"), drawing(SVG)])
    assert book.build() == ""
    groups = [
        (group["aria-label"], one(group, "pre").get_text().strip())
        for group in book.page().select("[role=group]")
    ]
    assert groups == [("Code", "print(1)"), ("Output", "1"), ("Code", "show()")]


def test_theorem_and_proof_say_where_they_end(book: Book) -> None:
    book.write(
        index="# A\n\n```{prf:theorem} Of $x$\n:label: thm-x\nOne.\n```\n\n"
        "```{prf:proof}\nTwo.\n```\n\n```{note}\nThree.\n```\n"
    )
    book.configure("extensions.append('sphinx_proof')")
    assert book.build() == ""
    page = book.page()
    theorem, proof = page.select("[role=group]")
    assert theorem["id"] == "thm-x"
    title = one(page, f"#{theorem['aria-labelledby']}")
    assert title.get_text() == "Theorem 1  (Of x)"
    assert "Two." in proof.get_text()
    assert proof["aria-label"] == "Proof"


EXERCISES = """# A

## Exercises

**Exercise 1.1 (E).** Do **Exercise 1.1** again.

**Step 1.** This is none.

### More of them

**Exercise 1.2 (M).** Try.
"""


def test_exercises_are_headings_below_that_of_their_section(book: Book) -> None:
    book.write(index="# Book\n\n```{toctree}\na\n```\n", a=EXERCISES)
    assert book.build() == ""
    assert headings(book.page("a")) == [("Exercise 1.1 (E).", "3"), ("Exercise 1.2 (M).", "4")]
    assert book.build(builder="singlehtml") == ""  # where the page is a section of the book
    assert headings(book.page()) == [("Exercise 1.1 (E).", "4"), ("Exercise 1.2 (M).", "5")]


def headings(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Return the headings that are none by their element, with their levels."""
    found = page.select("[role=heading]")
    return [(e.get_text().replace(spaces.NO_BREAK, " "), str(e["aria-level"])) for e in found]


def test_table_says_what_its_heads_stand_for(book: Book) -> None:
    book.write(index="# A\n\n| name | size |\n|---|---|\n| a | 1 |\n| b | 2 |\n")
    assert book.build() == ""
    table = one(book.page(), "table")
    heads = [(head.get_text(strip=True), head.get("scope")) for head in table.select("th")]
    assert heads == [("name", "col"), ("size", "col"), ("a", "row"), ("b", "row")]
    assert [cell.get_text(strip=True) for cell in table.select("td")] == ["1", "2"]


def test_proofs_do_not_share_an_id(book: Book) -> None:
    book.write(index="# A\n\n```{prf:proof}\nOne.\n```\n\n```{prf:proof}\nTwo.\n```\n")
    book.configure("extensions.append('sphinx_proof')")
    assert book.build() == ""
    ids = [element["id"] for element in book.page().select("[id]")]
    assert len(ids) == len(set(ids))
    assert len(book.page().select("div.proof")) == 2


def test_bibliography_is_a_list_of_items(book: Book) -> None:
    (book.source / "a.rst").write_text(
        ":orphan:\n\nA\n=\n\n[X1]_ [X2]_\n\n.. [X1] One.\n\n.. [X2] Two.\n"
    )
    book.write(index="# A\n")
    assert book.build() == ""
    items = one(book.page("a"), "[role=list]").find_all(recursive=False)
    assert [item["role"] for item in items] == ["listitem", "listitem"]


def test_one_viewport_is_left(book: Book) -> None:
    book.write(index="# A\n")
    assert book.build() == ""
    assert one(book.page(), "meta[name=viewport]")


# --- spaces -------------------------------------------------------------------------------


def test_numbers_stay_with_their_words_and_code_stays_as_it_is(book: Book) -> None:
    book.write(
        index="# A\n\nSee [chapter 2](two.md), questions 1 to 3: 70 % of `chapter 2`.\n\n"
        "```text\nchapter 2\n```\n",
        two="---\norphan: true\n---\n\n# Exercise 4\n",
    )
    assert book.build() == ""
    index = book.page()
    said = one(index, "section > p").get_text().replace(spaces.NO_BREAK, "~")
    assert said == "See chapter~2, questions~1 to 3: 70~% of chapter 2."
    assert one(index, "pre").get_text() == "chapter 2\n"
    assert one(book.page("two"), "section")["id"] == "exercise-4"


# --- numbers ------------------------------------------------------------------------------


def theorem(name: str) -> str:
    """Return a section of its own with a theorem."""
    return f"\n\n## About {name}\n\n```{{prf:theorem}}\n:label: thm-{name}\nOne.\n```\n"


@pytest.mark.parametrize("builder", ["html", "singlehtml"])
def test_chapters_have_the_number_in_the_name_of_their_file(book: Book, builder: str) -> None:
    book.configure("extensions += ['sphinx_proof']\nnumfig_secnum_depth = 1")
    (book.source / "chapters").mkdir(exist_ok=True)
    first, second = "chapters/02-first", "chapters/12-second"
    part = "```{{toctree}}\n:caption: Part\n:numbered: 1\n{}\n```\n\n"
    pages = {
        "index": f"# Book\n\n{part.format(first)}{part.format(second)}{part.format('back')}",
        first: f"# First{theorem('a')}{theorem('b')}",
        second: f"# Second{theorem('c')}\n{{prf:ref}}`thm-b`\n",
        "back": "# Back\n\n{prf:ref}`thm-c`\n",
    }
    book.write(**pages)
    assert book.build(builder=builder) == ""
    soups = [book.page(name) for name in (["index"] if builder == "singlehtml" else pages)]
    heads = [
        h.get_text().rstrip("¶")
        for soup in soups
        for h in soup.select("section > :is(h1, h2, h3)")
    ]
    assert [head for head in heads if "About" not in head] == [
        "Book",
        "2. First",
        "12. Second",
        "Back",
    ]
    counts = [n.get_text().strip() for soup in soups for n in soup.select(".caption-number")]
    assert counts == ["Theorem 2.1", "Theorem 2.2", "Theorem 12.1"]
    links = {a.get_text() for soup in soups for a in soup.select("p > a.reference")}
    assert links >= {"Theorem 2.2", "Theorem 12.1"}
    if builder == "html":  # from the first chapter to the next
        assert "12. Second" in one(soups[1], "a[rel=next]").get_text()
