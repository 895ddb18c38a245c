"""The colours of figures and explorers, each of which means one thing in the whole book.

ENTROPY        what must be paid, of a single event too: surprisal
KL             what is wasted
CROSS_ENTROPY  the whole bill, of a single example too: its loss
DATA           what the world does: P, shares, counts
MODEL          what a model says: Q
GREY           what is none of these; shades of it tell categories apart

A drawing is stored with the colours for a white page. `ON_DARK` has the colour that takes the
place of each on a dark one. ``tests/test_figures.py`` measures that every colour stands out on
its page, and that readers who do not see red, green or blue can tell them apart.
"""

from __future__ import annotations

__all__ = ["CROSS_ENTROPY", "DATA", "ENTROPY", "GREY", "KL", "MODEL", "ON_DARK", "tint"]

ENTROPY, KL, CROSS_ENTROPY = "#0072b2", "#d55e00", "#9a3fe0"
DATA, MODEL = "#00875f", "#7f7f7f"
GREY = MODEL  # a model is what anyone may say: it has no colour of its own

PAPER, DARK_PAPER = "#ffffff", "#14181e"
STEP = 0.05  # of a tint
PAIRS = {
    ENTROPY: "#56b4e9",
    KL: "#f0a24a",
    CROSS_ENTROPY: "#b77cff",
    DATA: "#4cc9a0",
    MODEL: "#a3adb8",
}


def tint(colour: str, share: float = 0.4) -> str:
    """Return a light, solid tint of one of the book's colours, for areas with words on them.

    Parameters
    ----------
    colour : str
        One of the constants above.
    share : float
        How much colour there is, from 0 to 1; it is rounded to 5 %.

    Examples
    --------
    >>> tint(ENTROPY), tint(ENTROPY, 1) == ENTROPY
    ('#99c7e0', True)
    """
    return _mix(PAPER, colour, round(share / STEP) * STEP)


def _mix(ground: str, colour: str, share: float) -> str:
    """Return a colour between two others."""
    channels = ((int(ground[i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in channels)


# A dark page needs a little less colour where light words stand on it.
ON_DARK = {
    tint(light, step * STEP): _mix(DARK_PAPER, dark, 0.85 * step * STEP if step < 20 else 1)
    for light, dark in PAIRS.items()
    for step in range(1, 21)
}
