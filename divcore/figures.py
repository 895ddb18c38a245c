"""Figures that say in words what they show.

A chapter draws with plain matplotlib and ends with one call::

    fig, ax = new_figure()
    ax.plot(q, price)
    show(fig, alt=f"The price is lowest at q = {q[price.argmin()]:.1f}.")

The object that `show` returns has two faces. One is an SVG drawing, the same to the
last byte on every run. The other is text: the alternative text followed by the data that
were drawn, read back from the figure itself. The text is what a screen reader says, and
what a test compares when another version of matplotlib draws the lines differently.
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

__all__ = ["BLUE", "GREEN", "ORANGE", "PURPLE", "ShownFigure", "new_figure", "show"]

# Each reaches 3:1 against white and against a dark page, and the four stay apart for
# readers who do not see red or green; lines also differ in dash or carry a label.
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#00875f", "#a5559b"

WIDTH = 4.8  # inches: at this width 11 pt letters stay readable on a phone

STYLE: Any = {
    "axes.edgecolor": "black",
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "font.size": 11.0,
    "grid.color": "#808080",
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "svg.fonttype": "none",  # text stays text: it can be selected, searched and read aloud
    "svg.hashsalt": "divcore",  # ids are derived from content, never random
}

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
FONTS = "system-ui, 'DejaVu Sans', sans-serif"


def new_figure(
    rows: int = 1, columns: int = 1, *, height: float = 3.0, width: float = WIDTH, **kwargs: Any
) -> tuple[Figure, Any]:
    """Return a figure in the book's style and its axes.

    Parameters
    ----------
    rows, columns : int
        The grid of axes.
    height, width : float
        Size in inches.
    **kwargs
        Passed to `matplotlib.figure.Figure.subplots`, for instance ``sharey=True``.

    Returns
    -------
    (Figure, Axes or array of Axes)

    Examples
    --------
    >>> fig, ax = new_figure()
    >>> line, = ax.plot([0, 1], [0, 1])
    """
    mpl.rcdefaults()  # a reader's own matplotlibrc must not change the book's figures
    mpl.rcParams.update(STYLE)
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, **kwargs)


def show(figure: Figure, alt: str) -> ShownFigure:
    """Return the figure as a drawing and as text, for a notebook to display.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Usually made by `new_figure`.
    alt : str
        The finding, in a sentence or two. Compute the numbers in it.

    Returns
    -------
    ShownFigure

    Raises
    ------
    ValueError
        If `alt` is shorter than a sentence.

    Examples
    --------
    >>> fig, ax = new_figure()
    >>> bars = ax.bar(["heads", "tails"], [0.7, 0.3])
    >>> print(show(fig, alt="Heads is more likely than tails.").text)
    Heads is more likely than tails.
    Horizontal axis: heads, tails. Vertical axis: 0 to 0.735.
    Bars: heads 0.7, tails 0.3.
    """
    if len(alt.split()) < 4:
        raise ValueError(f"alt must say in a sentence what the figure shows, got {alt!r}")
    text = "\n".join([alt, *_describe(figure)])
    return ShownFigure(_draw(figure, alt), text)


class ShownFigure:
    """An SVG drawing together with its description in words."""

    def __init__(self, svg: str, text: str) -> None:
        self.svg = svg
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Give Jupyter both faces at once."""
        return {"image/svg+xml": self.svg, "text/plain": self.text}


# --- the figure in words ------------------------------------------------------------


def _describe(figure: Figure) -> Iterator[str]:
    """Say what is drawn, one line for each set of axes and each set of data."""
    figure.draw_without_rendering()  # settles limits and tick labels
    panels = [ax for ax in figure.axes if not hasattr(ax, "_colorbar")]
    for number, ax in enumerate(panels, start=1):
        prefix = f"Panel {number}. " if len(panels) > 1 else ""
        title = f"{_plain(ax.get_title())}. " if ax.get_title() else ""
        yield (
            f"{prefix}{title}Horizontal axis: {_axis(ax.xaxis, ax.get_xlim())}. "
            f"Vertical axis: {_axis(ax.yaxis, ax.get_ylim())}."
        )
        yield from _describe_data(ax)


def _describe_data(ax: Axes) -> Iterator[str]:
    """Say what the bars, lines, points, areas, cells and labels of one panel are."""
    for container in ax.containers:
        if isinstance(container, BarContainer):
            yield _bars(ax, container)
    for line in ax.lines:
        yield _line(line)
    for collection in ax.collections:
        if isinstance(collection, QuadMesh):
            yield _cells(np.asarray(collection.get_array()))
        elif isinstance(collection, PathCollection):
            yield _points(np.asarray(collection.get_offsets()))
        else:
            yield _area(collection)
    for image in ax.images:
        yield _cells(np.asarray(image.get_array()))
    labels = [_plain(text.get_text()) for text in ax.texts if text.get_text()]
    if labels:
        yield f"Labels: {'; '.join(labels)}."


def _axis(axis: Any, limits: tuple[float, float]) -> str:
    """Name an axis and say what it spans: categories where it has them, else a range."""
    label = f"{_plain(axis.label.get_text())}, " if axis.label.get_text() else ""
    names = _category_names(axis)
    span = ", ".join(names) if names else f"{_number(limits[0])} to {_number(limits[1])}"
    scale = " (logarithmic)" if axis.get_scale() == "log" else ""
    return f"{label}{span}{scale}"


def _category_names(axis: Any) -> list[str]:
    """Tick labels that are words, not numbers."""
    names = [_plain(tick.get_text()) for tick in axis.get_ticklabels()]
    return names if any(re.search(r"[^\W\d_]|\u2423", name) for name in names) else []


def _bars(ax: Axes, container: BarContainer) -> str:
    horizontal = container.orientation == "horizontal"
    axis = ax.yaxis if horizontal else ax.xaxis
    names = _category_names(axis)
    sizes = [bar.get_width() if horizontal else bar.get_height() for bar in container]
    starts = [bar.get_x() if horizontal else bar.get_y() for bar in container]
    pieces = []
    for i, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        name = f"{names[i]} " if len(names) == len(sizes) else ""
        base = f" (from {_number(start)})" if start else ""
        pieces.append(f"{name}{_number(size)}{base}")
    return f"Bars{_named(container)}: {', '.join(pieces)}."


def _line(line: Line2D) -> str:
    x = np.asarray(line.get_xdata(), dtype=float)
    y = np.asarray(line.get_ydata(), dtype=float)
    if len(x) == 1:
        return f"Point{_named(line)} at {_pair(x[0], y[0])}."
    if len(x) == 2 and line.axes and line.get_transform() is not line.axes.transData:
        level = f"Vertical line{_named(line)} at {_number(x[0])}."
        return level if x[0] == x[1] else f"Horizontal line{_named(line)} at {_number(y[0])}."
    if len(x) <= 12:
        points = ", ".join(_pair(a, b) for a, b in zip(x, y, strict=True))
        return f"Line{_named(line)} through {points}."
    low, high = np.nanargmin(y), np.nanargmax(y)
    return (
        f"Line{_named(line)} of {len(x)} points from {_pair(x[0], y[0])} to "
        f"{_pair(x[-1], y[-1])}; lowest at {_pair(x[low], y[low])}, highest at "
        f"{_pair(x[high], y[high])}; mean height {_number(np.nanmean(y))}."
    )


def _points(offsets: np.ndarray) -> str:
    if len(offsets) <= 12:
        return f"Points at {', '.join(_pair(x, y) for x, y in offsets)}."
    x, y = offsets.T
    return (
        f"{len(offsets)} points, {_number(x.min())} to {_number(x.max())} across and "
        f"{_number(y.min())} to {_number(y.max())} up; mean {_pair(x.mean(), y.mean())}."
    )


def _area(collection: Any) -> str:
    box = np.concatenate([path.vertices for path in collection.get_paths()])
    (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
    return f"Shaded area{_named(collection)} from {_pair(x0, y0)} to {_pair(x1, y1)}."


def _cells(values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    infinite = int(np.isinf(values).sum())
    ending = f"; infinite cells: {infinite}" if infinite else ""
    shape = " by ".join(str(n) for n in values.shape)
    return (
        f"Cells: {shape}, from {_number(finite.min())} to {_number(finite.max())}, "
        f"mean {_number(finite.mean())}{ending}."
    )


def _named(artist: Any) -> str:
    """Give the artist's label, if its author gave one."""
    label = str(artist.get_label())
    return "" if label.startswith("_") else f" “{_plain(label)}”"


def _pair(x: float, y: float) -> str:
    return f"({_number(x)}, {_number(y)})"


def _number(value: float) -> str:
    """Four significant digits; anything below 1e-12 is rounding noise and reads 0."""
    return "0" if abs(value) < 1e-12 else f"{float(value):.4g}"


def _plain(label: str | Text) -> str:
    """Drop matplotlib's math markup and line breaks from a label."""
    return re.sub(r"[${}\\]|\s+", lambda m: " " if m.group().isspace() else "", str(label))


# --- the figure as a drawing --------------------------------------------------------


def _draw(figure: Figure, alt: str) -> str:
    """Return the figure as a small, deterministic SVG that names itself."""
    buffer = io.StringIO()
    no_dates = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=no_dates)
    root = ET.fromstring(buffer.getvalue())
    _drop(root, "metadata")
    _move_style_to_root(root)
    _use_page_fonts(root)
    return finish(root, alt)


def finish(root: ET.Element, alt: str) -> str:
    """Return an SVG tree in the form that all drawings of the book have."""
    _flatten_groups(root)
    _round_coordinates(root)
    _shorten_ids(root)
    _name(root, alt)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode") + "\n"


def _drop(root: ET.Element, tag: str) -> None:
    """Remove every element of one kind."""
    for parent in list(root.iter()):
        for child in parent.findall(f"{{{SVG}}}{tag}"):
            parent.remove(child)


def _move_style_to_root(root: ET.Element) -> None:
    """Inside a page, a style sheet for `*` would reach every other drawing too."""
    _drop(root, "style")
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
        size = re.search(r"([\d.]+)px", text.get("style", ""))
        anchor = re.search(r"text-anchor: (\w+)", text.get("style", ""))
        color = re.search(r"fill: (#\w+)", text.get("style", ""))
        bold = re.search(r"\b(bold|700)\b", text.get("style", ""))
        style = [
            size and f"font-size: {size.group(1)}px",
            anchor and f"text-anchor: {anchor.group(1)}",
            color and f"fill: {color.group(1)}",
            bold and "font-weight: bold",
        ]
        text.set("style", "; ".join(part for part in style if part))


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
