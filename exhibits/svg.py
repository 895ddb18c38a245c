"""Drawings as SVG that are small, the same on every run, and name themselves.

matplotlib and Vega each write an SVG in their own way. `clean` brings both into one form,
in which a notebook stores them: what it leaves out was never seen.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("", SVG)  # before the first drawing: its ids are made of its text
ET.register_namespace("xlink", XLINK)
FONTS = "system-ui, 'DejaVu Sans', sans-serif"


UNUSED = {"class", "font-family", "pointer-events", "role"}
DEFAULTS = {("opacity", "1"), ("transform", "translate(0,0)")}


def clean(source: str, alt: str) -> str:
    """Return a drawing by matplotlib or Vega in the form that all drawings of the book have."""
    root = ET.fromstring(source)
    _drop(root, lambda element: element.tag == f"{{{SVG}}}metadata")
    _drop(root, _paints_nothing)
    _drop_unused_attributes(root)
    _move_style_to_root(root)
    _use_page_fonts(root)
    _flatten_groups(root)
    _round_coordinates(root)
    _shorten_ids(root)
    _name(root, alt)
    return ET.tostring(root, encoding="unicode") + "\n"


def _drop(root: ET.Element, unwanted: Callable[[ET.Element], bool]) -> int:
    """Remove the elements that are not wanted; return how many there were."""
    found = [(parent, child) for parent in root.iter() for child in parent if unwanted(child)]
    for parent, child in found:
        parent.remove(child)
    return len(found)


def _paints_nothing(element: ET.Element) -> bool:
    """Say whether an element is a path that is not seen: Vega puts some around every group."""
    painted = {"fill", "stroke", "style", "clip-path"} & set(element.attrib)
    is_path = element.tag == f"{{{SVG}}}path" and "id" not in element.attrib
    return is_path and (not painted or element.get("display") == "none")


def _drop_unused_attributes(root: ET.Element) -> None:
    """Remove what is the default, what only Vega reads, and names within the drawing."""
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name in UNUSED or name.startswith("aria-") or (name, value) in DEFAULTS:
                del element.attrib[name]


def _move_style_to_root(root: ET.Element) -> None:
    """Inside a page, a style sheet for `*` would reach every other drawing too."""
    if _drop(root, lambda element: element.tag == f"{{{SVG}}}style"):
        root.set("stroke-linejoin", "round")
        root.set("stroke-linecap", "butt")


def _flatten_groups(parent: ET.Element) -> None:
    """Lift the children of groups that carry nothing but an unused name."""
    children: list[ET.Element] = []
    for child in parent:
        _flatten_groups(child)
        bare = child.tag == f"{{{SVG}}}g" and not set(child.attrib) - {"id"}
        empty = child.tag in (f"{{{SVG}}}g", f"{{{SVG}}}defs") and len(child) == 0
        if not empty:
            children.extend(child if bare else [child])
    parent[:] = children
    for child in children:
        child.tail = "\n"
    if children:
        parent.text = "\n"


def _round_coordinates(root: ET.Element) -> None:
    """Keep two decimals: a hundredth of a point is invisible and the same everywhere."""
    for element in root.iter():
        for name in ("d", "points", "transform", "x", "y", "width", "height", "cx", "cy", "r"):
            if name in element.attrib:
                rounded = re.sub(r"-?\d+\.\d+", _two_decimals, element.get(name, ""))
                element.set(name, " ".join(rounded.split()))


def _two_decimals(match: re.Match[str]) -> str:
    return f"{round(float(match.group()), 2) + 0.0:g}"


def _use_page_fonts(root: ET.Element) -> None:
    """Set one font for the whole drawing instead of a long list on every label."""
    root.set("font-family", FONTS)
    for text in root.iter(f"{{{SVG}}}text"):
        if "style" in text.attrib:
            text.set("style", _without_font_family(text.attrib["style"]))


def _without_font_family(style: str) -> str:
    """Keep of the style of a label what it does not share with all others."""
    size = re.search(r"([\d.]+)px", style)
    anchor = re.search(r"text-anchor: (\w+)", style)
    color = re.search(r"fill: (#\w+)", style)
    bold = re.search(r"\b(bold|700)\b", style)
    kept = [
        size and f"font-size: {size[1]}px",
        anchor and f"text-anchor: {anchor[1]}",
        color and f"fill: {color[1]}",
        bold and "font-weight: bold",
    ]
    return "; ".join(part for part in kept if part)


def _shorten_ids(root: ET.Element) -> None:
    """Drop ids that nothing uses; make the rest unique among all figures of a page."""
    text = ET.tostring(root, encoding="unicode")
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    prefix = "f" + hashlib.sha256(text.encode()).hexdigest()[:8]
    ids = [element.get("id") for element in root.iter() if element.get("id") in used]
    names = {old: f"{prefix}-{i}" for i, old in enumerate(ids) if old is not None}
    for element in root.iter():
        if (old := element.attrib.pop("id", None)) in names:
            element.set("id", names[old])
        for key, value in element.attrib.items():
            if "#" in value:
                renamed = re.sub(r"(?<=#)[\w-]+", lambda m: names.get(m[0], m[0]), value)
                element.set(key, renamed)


def _name(root: ET.Element, alt: str) -> None:
    """Give the drawing the role of an image and its alternative text as name."""
    root.set("role", "img")
    root.set("aria-label", alt)
    title = ET.Element(f"{{{SVG}}}title")
    title.text = alt
    title.tail = "\n"
    root.insert(0, title)
