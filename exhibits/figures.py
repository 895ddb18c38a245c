"""Figures that say in words what they show.

A chapter draws with plain matplotlib and ends with one call::

    fig, ax = new_figure()
    ax.plot(q, price)
    show(fig, alt=f"The price is lowest at q = {q[price.argmin()]:.1f}.")

The object that `show` returns has two forms. One is an SVG drawing (`exhibits.svg`), the
same to the last byte on every run. The other is text: the alternative text followed by the
data that were drawn, read back from the figure itself (`exhibits.in_words`). The text is what
a screen reader says, and what a test compares when another version of matplotlib draws the
lines differently. Its reader should be able to draw the figure: where a panel has several
lines, bar sets or sets of points, give each a name with ``label=``. The drawing does not show
it.
"""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

from exhibits import svg
from exhibits.colours import CROSS_ENTROPY, DATA, ENTROPY, GREY, KL, MODEL, tint
from exhibits.in_words import describe, with_minus_signs

__all__ = [
    "CROSS_ENTROPY",
    "DATA",
    "ENTROPY",
    "GREY",
    "KL",
    "MODEL",
    "ShownFigure",
    "new_figure",
    "show",
    "tint",
]

# A drawing fills the column of text. It is laid out with letters for the narrowest phone, where
# an inch of it is some 70 pixels; where there is more room, book.css makes them smaller.
WIDTH = 4.8
LETTERS = 11.5

STYLE: Any = {
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelpad": 3.0,
    "axes.linewidth": 0.6,
    "axes.prop_cycle": cycler(color=[ENTROPY, KL, CROSS_ENTROPY, DATA]),
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "font.size": LETTERS,
    "grid.color": tint(GREY, 0.3),
    "grid.linewidth": 0.6,
    "legend.fontsize": "medium",
    "legend.frameon": False,
    "lines.linewidth": 1.7,
    "lines.markersize": 5.0,
    "svg.fonttype": "none",  # text stays text: it can be selected, searched and read aloud
    "svg.hashsalt": "divcore",  # ids are derived from content, never random
    "xtick.color": GREY,
    "xtick.labelcolor": "black",
    "xtick.major.size": 3.0,
    "xtick.major.width": 0.6,
    "ytick.color": GREY,
    "ytick.labelcolor": "black",
    "ytick.major.size": 0.0,
}


def new_figure(
    rows: int = 1, columns: int = 1, *, height: float = 2.8, width: float = WIDTH, **kwargs: Any
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
    text = "\n".join([alt, *describe(figure)])
    return ShownFigure(_draw(figure, alt), text)


class ShownFigure:
    """An SVG drawing together with its description in words."""

    def __init__(self, svg: str, text: str) -> None:
        self.svg = svg
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Give Jupyter both forms at once."""
        return {"image/svg+xml": self.svg, "text/plain": self.text}


def _draw(figure: Figure, alt: str) -> str:
    """Return the figure as SVG."""
    buffer = io.StringIO()
    no_dates = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=no_dates)
    return svg.clean(buffer.getvalue(), alt)
