"""A figure in words: what is drawn, read back from the figure itself.

`describe` says it panel by panel. Its reader, who may not see the drawing, should be able to
draw the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

LISTED = 40  # cells or points that are listed one by one
SAMPLED = 7  # points that stand for a line of more than SHORT
SHORT = 12


def describe(figure: Figure) -> Iterator[str]:
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
    labels = [_plain(axis.label.get_text()) for axis in axes]
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
