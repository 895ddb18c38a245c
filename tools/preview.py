"""Draw the picture that social networks show beside a link: ``python -m tools.preview``.

They accept no SVG and want 1200 × 630 pixels. The result is committed, because the picture
changes hardly ever and PNG files differ between versions of the drawing library.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from divcore import entropy, kl_divergence
from exhibits.colours import ENTROPY, KL, tint

TARGET = Path(__file__).resolve().parent.parent / "_static" / "preview.png"
DOTS_PER_INCH = 100


def draw() -> Figure:
    """Return the drawing: the title, the sentence, and a bar of two parts to scale."""
    mpl.rcdefaults()
    truth, model = [0.6, 0.3, 0.1], [0.1, 0.3, 0.6]
    must = float(entropy(truth, base=2))
    waste = float(kl_divergence(truth, model, base=2))
    figure = Figure(figsize=(12, 6.3), dpi=DOTS_PER_INCH)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    axes.text(0.8, 5.1, "What a classifier pays", fontsize=50, fontweight="bold", va="center")
    axes.text(0.8, 4.15, "Cross-entropy, entropy and KL divergence", fontsize=28, va="center")
    scale = 10.4 / (must + waste)
    style: Any = {"height": 1.25, "edgecolor": "black", "linewidth": 2}
    axes.barh(2.1, must * scale, left=0.8, color=tint(ENTROPY), **style)
    axes.barh(2.1, waste * scale, left=0.8 + must * scale, color=tint(KL), hatch="/", **style)
    middle: Any = {"ha": "center", "va": "center", "fontsize": 24}
    axes.text(0.8 + must * scale / 2, 2.1, "what you must pay", **middle)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 5}
    axes.text(0.8 + (must + waste / 2) * scale, 2.1, "what you waste", bbox=box, **middle)
    axes.annotate("", (0.8, 1.1), (11.2, 1.1), arrowprops={"arrowstyle": "<->", "lw": 2})
    axes.text(6, 0.65, "what you pay", **middle)
    return figure


if __name__ == "__main__":
    draw().savefig(TARGET, metadata={"Software": None})
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB")
