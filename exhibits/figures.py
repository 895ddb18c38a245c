"""Figures that say in words what they show.

A chapter draws with plain matplotlib and ends with one call::

    fig, ax = new_figure()
    ax.plot(q, price)
    show(fig, alt=f"The price is lowest at q = {q[price.argmin()]:.1f}.")

The object that `show` returns has two faces. One is an SVG drawing, the same to the
last byte on every run. The other is text: the alternative text followed by the data that
were drawn, read back from the figure itself. The text is what a screen reader says, and
what a test compares when another version of matplotlib draws the lines differently. Its
reader should be able to draw the figure: where a panel has several lines, bar sets or sets
of points, give each a name with ``label=``. The drawing does not show it.
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
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
        If `alt` is shorter than a sentence, or if two lines, bar sets, sets of points or
        areas of one panel have no name.

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
    alt = with_minus_signs(alt)
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

LISTED = 40  # cells or points that are listed one by one
SAMPLED = 7  # points that stand for a line of more than SHORT
SHORT = 12


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
        data = list(_describe_data(ax))
        yield from data
        if labels := _labels(ax, data):
            yield f"Labels: {'; '.join(labels)}."


def _describe_data(ax: Axes) -> Iterator[str]:
    """Say what the bars, lines, points, areas and cells of one panel are."""
    bars = [container for container in ax.containers if isinstance(container, BarContainer)]
    points = [c for c in ax.collections if isinstance(c, PathCollection)]
    meshes = [c for c in ax.collections if isinstance(c, QuadMesh)]
    areas = [c for c in ax.collections if c not in points and c not in meshes]
    curves = [line for line in ax.lines if _size(line) > 1 and not _is_level(line)]
    _refuse_nameless("bar sets", bars)
    _refuse_nameless("lines", curves)
    _refuse_nameless("sets of points", points)
    _refuse_nameless("areas", areas)
    yield from (_bars(ax, container) for container in bars)
    yield from (_line(ax, line) for line in ax.lines)
    yield from (_band(patch) for patch in ax.patches if _is_band(ax, patch))
    for mesh in meshes:
        corners = np.asarray(mesh.get_coordinates())  # rows, columns, x and y
        columns, rows = _middles(corners[0, :, 0]), _middles(corners[:, 0, 1])
        yield from _cells(ax, np.asarray(mesh.get_array()), columns, rows)
    yield from (_points(ax, collection) for collection in points)
    yield from (_area(collection) for collection in areas)
    for image in ax.images:
        values = np.asarray(image.get_array())
        yield from _cells(ax, values, np.arange(values.shape[1]), np.arange(values.shape[0]))


def _refuse_nameless(kind: str, artists: Sequence[Any]) -> None:
    """Of several things of one kind at most one may be without a name."""
    nameless = [artist for artist in artists if not _named(artist)]
    if len(nameless) > 1:
        raise ValueError(f"{len(nameless)} {kind} of one panel have no name; use label=…")


def _axis(axis: Any, limits: tuple[float, float]) -> str:
    """Name an axis and say what it spans: categories where it has them, else a range."""
    label = f"{_axis_label(axis)}, " if _axis_label(axis) else ""
    names = _categories(axis).values()
    span = ", ".join(names) if names else f"{_number(limits[0])} to {_number(limits[1])}"
    scale = " (logarithmic)" if axis.get_scale() == "log" else ""
    return f"{label}{span}{scale}"


def _axis_label(axis: Any) -> str:
    """Return the label of an axis, or of the one in another panel that it is shared with."""
    ax, name = axis.axes, f"{axis.axis_name}axis"
    shared = ax.get_shared_x_axes() if name == "xaxis" else ax.get_shared_y_axes()
    axes = [axis, *(getattr(sibling, name) for sibling in shared.get_siblings(ax))]
    labels = [_plain(one.label.get_text()) for one in axes]
    return next(filter(None, labels), "")


def _categories(axis: Any) -> dict[float, str]:
    """Return what stands where along an axis, if its tick labels are words, not numbers."""
    names = [_plain(tick.get_text()) for tick in axis.get_ticklabels()]
    if not any(re.search(r"[^\W\d_]", name) for name in names):
        return {}
    places = [round(float(place), 6) for place in axis.get_ticklocs()]
    return dict(zip(places, names, strict=True))


def _place(axis: Any, value: float) -> str:
    """Say where along an axis something is: by the name of the category, or by the number."""
    return _categories(axis).get(round(float(value), 6)) or _number(value)


def _bars(ax: Axes, container: BarContainer) -> str:
    horizontal = container.orientation == "horizontal"
    names = list(_categories(ax.yaxis if horizontal else ax.xaxis).values())
    sizes = [bar.get_width() if horizontal else bar.get_height() for bar in container]
    starts = [bar.get_x() if horizontal else bar.get_y() for bar in container]
    pieces = []
    for i, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        name = f"{names[i]} " if len(names) == len(sizes) else ""
        base = f" (from {_number(start)})" if start else ""
        pieces.append(f"{name}{_number(size)}{base}")
    return f"Bars{_named(container)}: {', '.join(pieces)}."


def _line(ax: Axes, line: Line2D) -> str:
    x, y = np.asarray(line.get_xydata(), dtype=float).T
    if len(x) == 1:
        return f"Point{_named(line)} at {_pair(ax, x[0], y[0])}."
    if _is_level(line):
        level = f"Vertical line{_named(line)} at {_number(x[0])}."
        return level if x[0] == x[1] else f"Horizontal line{_named(line)} at {_number(y[0])}."
    kind = "Points{} at" if line.get_linestyle() == "None" else "Line{} through"
    start = kind.format(_named(line))
    if len(x) <= SHORT:
        return f"{start} {', '.join(_pair(ax, a, b) for a, b in zip(x, y, strict=True))}."
    low, high = sorted(ax.get_ylim())
    inside = np.flatnonzero((low <= y) & (y <= high))
    if not len(inside):
        return f"{start} no point inside of the panel."
    some = inside[np.linspace(0, len(inside) - 1, SAMPLED).round().astype(int)]
    parts = [f"{start} {', '.join(_pair(ax, x[i], y[i]) for i in some)}"]
    for name, i in [
        ("lowest", inside[y[inside].argmin()]),
        ("highest", inside[y[inside].argmax()]),
    ]:
        if i not in (inside[0], inside[-1]):
            parts.append(f"{name} at {_pair(ax, x[i], y[i])}")
    for end, height in [("before", y[0]), ("after", y[-1])]:
        if height > high or height < low:
            limit = f"above {_number(high)}" if height > high else f"below {_number(low)}"
            parts.append(f"{end} these it is {limit}, outside of the panel")
    return "; ".join(parts) + "."


def _size(line: Line2D) -> int:
    return np.size(line.get_xdata())


def _is_level(line: Line2D) -> bool:
    """Whether a line was drawn by `axhline` or `axvline`, from edge to edge."""
    assert line.axes is not None
    return _size(line) == 2 and line.get_transform() is not line.axes.transData


def _points(ax: Axes, collection: PathCollection) -> str:
    """List points: by row where rows and columns have names."""
    offsets = np.asarray(collection.get_offsets())
    start = f"{len(offsets)} points{_named(collection)}"
    if _categories(ax.xaxis) and _categories(ax.yaxis):
        rows: dict[str, list[str]] = {}
        for x, y in offsets:
            rows.setdefault(_place(ax.yaxis, y), []).append(_place(ax.xaxis, x))
        listed = "; ".join(f"row {row}: {', '.join(found)}" for row, found in rows.items())
        return f"{start}, {listed}."
    if len(offsets) <= LISTED:
        return f"{start} at {', '.join(_pair(ax, x, y) for x, y in offsets)}."
    (x0, y0), (x1, y1) = offsets.min(axis=0), offsets.max(axis=0)
    return (
        f"{start}, horizontally from {_number(x0)} to {_number(x1)}, "
        f"vertically from {_number(y0)} to {_number(y1)}."
    )


def _area(collection: Any) -> str:
    box = np.concatenate([path.vertices for path in collection.get_paths()])
    (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
    corners = f"from ({_number(x0)}, {_number(y0)}) to ({_number(x1)}, {_number(y1)})"
    return f"Shaded area{_named(collection)} {corners}."


def _is_band(ax: Axes, patch: Any) -> bool:
    """Whether a shape was drawn by `axhspan`, from the left edge to the right."""
    return patch.get_data_transform() is ax.get_yaxis_transform()


def _band(patch: Any) -> str:
    low, high = patch.get_y(), patch.get_y() + patch.get_height()
    return f"Horizontal band{_named(patch)} from {_number(low)} to {_number(high)}."


def _cells(
    ax: Axes, values: np.ndarray, columns: np.ndarray, rows: np.ndarray
) -> Iterator[str]:
    """Give the range of a map, and its cells row by row; of a large map a part of them."""
    finite = values[np.isfinite(values)]
    infinite = int(np.isinf(values).sum())
    ending = f"; infinite cells: {infinite}" if infinite else ""
    shape = " by ".join(str(n) for n in values.shape)
    yield f"Cells: {shape}, from {_number(finite.min())} to {_number(finite.max())}{ending}."
    step = 1
    while values[::step, ::step].size > LISTED:
        step += 1
    if step > 1:
        if _categories(ax.xaxis):
            return  # a sample of things that have names says nothing about the others
        yield f"One row in {step} and one column in {step}:"
    for row, sizes in zip(rows[::step], values[::step, ::step], strict=True):
        pairs = zip(columns[::step], sizes, strict=True)
        listed = ", ".join(f"{_number(size)} at {_place(ax.xaxis, x)}" for x, size in pairs)
        yield f"Row {_place(ax.yaxis, row)}: {listed}."


def _middles(edges: np.ndarray) -> np.ndarray:
    return np.asarray((edges[:-1] + edges[1:]) / 2)


def _labels(ax: Axes, data: list[str]) -> list[str]:
    """Return the words in a panel, without numbers that only repeat what was said."""
    described = set(re.findall(r"[\d.]*\d|∞", " ".join(data)))
    is_map = any(line.startswith("Cells") for line in data)  # its numbers are rounded cells
    labels = []
    for text in ax.texts:
        label = ", ".join(_plain(line) for line in text.get_text().splitlines())
        is_number = re.fullmatch(r"[\d.]*\d|∞", label)
        if label and not (is_number and (is_map or label in described)):
            labels.append(label)
    return labels


def _named(artist: Any) -> str:
    """Give the artist's label, if its author gave one."""
    label = str(artist.get_label())
    return "" if not label or label.startswith("_") else f" “{_plain(label)}”"


def _pair(ax: Axes, x: float, y: float) -> str:
    return f"({_place(ax.xaxis, x)}, {_place(ax.yaxis, y)})"


def _number(value: float) -> str:
    """Four significant digits, never with a power of ten; below 1e-12 is rounding noise."""
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) < 1e-12:
        return "0"
    digits = np.format_float_positional(float(f"{float(value):.3e}"), trim="-")
    return with_minus_signs(digits)


def with_minus_signs(text: str) -> str:
    """Write negative numbers with a minus sign: screen readers skip hyphens."""
    return re.sub(r"(?<!\w)-(?=\.?\d)", "−", text)


def _plain(label: str | Text) -> str:
    """Drop matplotlib's math markup and line breaks from a label, and name the space."""
    text = str(label).replace(r"\mathdefault", "").replace("␣", "space")
    return re.sub(r"[${}\\]|\s+", lambda m: " " if m.group().isspace() else "", text)


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
