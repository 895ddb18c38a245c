"""Figures as part of the page: inline SVG that takes the colours of the page.

A code cell stores a figure as an ordinary SVG, dark ink on white, together with a
``text/plain`` description. Jupyter shows the SVG as it is. On the site `InlineFigures`
replaces it, before MyST-NB chooses among the stored forms, by the same drawing with

* black as ``currentColor`` and white as the colour of the page,
* every colour of the book as a pair, one for light pages and one for dark ones,
* coloured words mixed with the colour of the text, which makes them dark enough on a light
  page and light enough on a dark one,
* letters whose size the page may reduce,
* a rim of paper around every word, so that it can be read on top of a line or a bar,
* ids that are unique on the page,
* its ``<title>``, the alternative text, as its accessible name (``aria-label``),

and puts the description behind it, folded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from exhibits.colours import ON_DARK

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

SVG = "image/svg+xml"
TEXT = "text/plain"
SUMMARY = "{} in words and numbers"

BLACK = {"black", "#000", "#000000"}
WHITE = {"white", "#fff", "#ffffff"}
INK = "currentColor"
PAPER = "var(--figure-paper, none)"  # set in book.css
COLOURED_TEXT = "color-mix(in srgb, {} 50%, currentColor)"
COLOUR_PROPERTIES = {"fill", "stroke", "color", "stop-color", "flood-color"}
NOT_A_COLOUR = {"none", "inherit", "currentcolor", "transparent"}

HALO = {
    "paint-order": "stroke",
    "stroke": PAPER,
    "stroke-width": "3",
    "stroke-linejoin": "round",
}
LETTERS = "calc({} * var(--letters, 1))"  # set in book.css
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
TEXT_ELEMENTS = {"text", "tspan", "textPath"}
ID_LISTS = {"aria-labelledby", "aria-describedby"}
PIXELS = {"px": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


class FigureError(ValueError):
    """A stored drawing is not what the book's figures are."""


# --- one drawing --------------------------------------------------------------------------


def inline_svg(source: str, prefix: str) -> str:
    """Return a stored SVG as an element to stand in a page; ``prefix`` makes its ids unique.

    `exhibits.svg` has cleaned it when it was drawn; here it is fitted into the
    page. The steps are independent of each other and each changes the tree in place.
    """
    root = ElementTree.fromstring(source)
    drop_namespaces(root)
    if root.tag != "svg":
        raise FigureError(f"the root element is <{root.tag}>, not <svg>")
    if root.find(".//style") is not None:
        raise FigureError("a <style>, which would style the whole page; use attributes")
    map_colours(root)
    scale_letters(root)
    add_halos(root)
    prefix_ids(root, prefix)
    name_itself(root)
    set_size(root)
    return ElementTree.tostring(root, encoding="unicode").strip()


def drop_namespaces(root: Element) -> None:
    """Use the plain names, as HTML does for SVG inside a page."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in list(element.attrib):
            plain = name.rpartition("}")[2]
            if plain != name:
                element.attrib[plain] = element.attrib.pop(name)


def declarations(style: str) -> list[tuple[str, str]]:
    """Split the text of a ``style`` attribute into names and values.

    >>> declarations("fill: none; stroke:#000")
    [('fill', 'none'), ('stroke', '#000')]
    """
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def map_values(element: Element, change: Callable[[str, str], str]) -> None:
    """Apply ``change(property, value)`` to every attribute and every part of ``style``."""
    for name, value in list(element.attrib.items()):
        if name == "style":
            changed = [f"{n}: {change(n, v)}" for n, v in declarations(value)]
            element.attrib["style"] = "; ".join(changed)
        else:
            element.attrib[name] = change(name, value)


def for_both_pages(text: str) -> str:
    """Pair every colour of the book in a text with the one for dark pages.

    >>> for_both_pages("#0072b2"), for_both_pages("#123456")
    ('light-dark(#0072b2, #56b4e9)', '#123456')
    """
    return HEX.sub(
        lambda found: (
            f"light-dark({found[0]}, {dark})"
            if (dark := ON_DARK.get(found[0].lower()))
            else found[0]
        ),
        text,
    )


def map_colours(root: Element) -> None:
    """Make black the ink of the page, white its paper, and coloured words readable on both."""
    root.attrib.setdefault("fill", INK)  # what has no fill is black by default
    for element in root.iter():
        is_text = element.tag in TEXT_ELEMENTS

        def page_colour(name: str, value: str, is_text: bool = is_text) -> str:
            colour = value.lower()
            if name not in COLOUR_PROPERTIES or colour in NOT_A_COLOUR:
                return value
            if colour in BLACK:
                return INK
            if colour in WHITE:
                # white words stand on something dark; a white outline is a halo
                return value if is_text and name == "fill" else PAPER
            value = for_both_pages(value)
            if is_text and name == "fill" and not colour.startswith("url("):
                return COLOURED_TEXT.format(value)
            return value

        map_values(element, page_colour)


def scale_letters(root: Element) -> None:
    """Let the page make letters smaller where a drawing has more room than it needs.

    A drawing is laid out for a phone. On a wide page it is twice as large; its words need
    not be.
    """

    def scaled(name: str, value: str) -> str:
        return LETTERS.format(value) if name == "font-size" else value

    for text in root.iter("text"):
        map_values(text, scaled)


def add_halos(root: Element) -> None:
    """Draw a rim of paper around the words, except white ones, which stand on a dark shape."""
    for text in root.iter("text"):
        style = dict(declarations(text.attrib.get("style", "")))
        fill = style.get("fill") or text.attrib.get("fill") or INK
        has_outline = "stroke" in style or "stroke" in text.attrib
        if fill.lower() not in WHITE and not has_outline:
            text.attrib.update(HALO)


def prefix_ids(root: Element, prefix: str) -> None:
    """Make the ids unique on the page, and follow them in every reference."""

    def renamed(name: str, value: str) -> str:
        if name == "id":
            return prefix + value
        if name in ID_LISTS:
            return " ".join(prefix + anchor for anchor in value.split())
        if name == "href" and value.startswith("#"):
            return "#" + prefix + value[1:]
        return value.replace("url(#", f"url(#{prefix}")

    for element in root.iter():
        map_values(element, renamed)


def name_itself(root: Element) -> None:
    """Make ``<title>``, the alternative text, the name of the drawing, and nothing else.

    A title that stays is read a second time, as the description, and pops up under the mouse.
    """
    title = root.find("title")
    if title is None or not (title.text or "").strip():
        raise FigureError("no alternative text: <title> is missing or empty")
    root.attrib["role"] = "img"
    root.attrib["aria-label"] = " ".join(str(title.text).split())
    root.attrib.pop("aria-labelledby", None)
    root.remove(title)


def set_size(root: Element) -> None:
    """State the size in CSS pixels, so that it can shrink with the page in proportion."""
    width, height = pixels(root.attrib.get("width")), pixels(root.attrib.get("height"))
    box = root.attrib.get("viewBox", "").replace(",", " ").split()
    if len(box) != 4:
        if not width or not height:
            raise FigureError("neither viewBox nor width and height")
        box = ["0", "0", f"{width:g}", f"{height:g}"]
        root.attrib["viewBox"] = " ".join(box)
    width = width or float(box[2])
    root.attrib["width"] = f"{width:.0f}"
    root.attrib["height"] = f"{width * float(box[3]) / float(box[2]):.0f}"


def pixels(length: str | None) -> float | None:
    """Convert an SVG length to CSS pixels; a share of the page is no length.

    >>> pixels("460.8pt"), pixels("100%")
    (614.4, None)
    """
    if not length or length.endswith("%"):
        return None
    for unit, size in PIXELS.items():
        if length.endswith(unit):
            return round(float(length.removesuffix(unit)) * size, 2)
    return float(length)


# --- the page -----------------------------------------------------------------------------


class InlineFigures(SphinxPostTransform):
    """Replace every stored SVG output of a page by an inline drawing."""

    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        bundles = [
            node
            for node in self.document.findall(nodes.container)
            if node.get("nb_element") == "mime_bundle"
        ]
        count = 0
        for bundle in bundles:
            forms = {child["mime_type"]: child for child in bundle.children}
            if SVG in forms:
                count += 1
                self.inline(bundle, forms, prefix=f"fig{count}-")

    def inline(
        self, bundle: nodes.container, forms: dict[str, nodes.Element], prefix: str
    ) -> None:
        """Replace one output by the drawing and its description."""
        image = next(forms[SVG].findall(nodes.image))
        source = Path(self.env.srcdir, image["uri"].lstrip("/")).read_text(encoding="utf-8")
        try:
            drawing = inline_svg(source, prefix)
        except (FigureError, ElementTree.ParseError) as error:
            logger.warning("figure: %s", error, location=bundle)
            return
        figure = bundle.parent if isinstance(bundle.parent, nodes.figure) else None
        inlined = raw(f'<div class="drawing">{drawing}</div>')
        bundle.replace_self(inlined)
        if TEXT in forms:
            # behind the caption, if there is one
            behind: nodes.Element = figure if figure is not None else inlined
            place = behind.parent.index(behind) + 1
            behind.parent.insert(place, Description(words=forms[TEXT].astext().strip()))


class Description(nodes.General, nodes.Element):  # type: ignore[misc]
    """The folded description of the figure right before it, whose text is ``words``."""


def visit_description(translator: HTML5Translator, node: Description) -> None:
    """Write a description, called by the number of its figure."""
    number = figure_number(translator, node.previous_sibling())
    summary = SUMMARY.format(f"Figure {number}" if number else "This figure")
    translator.body.append(
        f'<details class="figure-text"><summary>{summary}</summary>'
        f"<p>{html.escape(node['words'], quote=False)}</p></details>"
    )
    raise nodes.SkipNode


def figure_number(translator: HTML5Translator, node: nodes.Node) -> str:
    """Return the number in the caption of a figure, or "" where it has none.

    Sphinx hands out the numbers when all pages have been read, and keeps those of each page
    apart when it writes all pages into one.
    """
    if not isinstance(node, nodes.figure) or not node["ids"]:
        return ""
    builder = translator.builder
    kind = f"{translator.docnames[-1]}/figure" if builder.name == "singlehtml" else "figure"
    numbers = builder.fignumbers.get(kind, {}).get(node["ids"][0], ())
    return ".".join(map(str, numbers))


def raw(markup: str) -> nodes.raw:
    """Return markup as a node of the document."""
    return nodes.raw("", markup, format="html")
