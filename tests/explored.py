"""What the tests of explorers share: settings to try, and numbers computed by divcore."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest
import vl_convert

from divcore import cross_entropy, entropy, kl_divergence
from exhibits.explorer import Explorer
from exhibits.explorers import EXPLORERS
from exhibits.vega import to_vega

Setting = dict[str, Any]
Numbers = dict[str, Any]

UNIT, FINE = (0, 1, 0.01), (0, 1, 0.05)  # probabilities: lowest, highest, step
WEIGHT = (0, 10, 1)


@dataclass
class Explored:
    """What a sidecar says of one explorer."""

    oracle: Callable[..., Numbers]  # the numbers at a setting, computed with divcore
    grid: list[Setting]  # at least 1000 settings at which they are compared
    said: list[str]  # the numbers that the sentence must say
    places: int  # and with how many digits behind the point
    nothing: Setting = field(default_factory=dict)  # where there is nothing to compute or say
    # what the sentence says at single settings: at the start, where something is 0 or infinite
    edges: list[tuple[Setting, str]] = field(default_factory=list)
    # words that the sentence says at just those settings
    special: list[tuple[str, Callable[[Setting], bool]]] = field(default_factory=list)


@cache
def explorer(name: str) -> Explorer:
    """Return an explorer; drawing it takes a moment, so each is drawn once."""
    return EXPLORERS[name]()


def controls(explored: Explorer) -> list[dict[str, Any]]:
    """Return the sliders and choices of an explorer."""
    return [param for param in explored.spec["params"] if "bind" in param]


def drawn(explored: Explorer, setting: Setting) -> str:
    """Return the SVG that a reader sees at a setting."""
    vega = to_vega(explored.spec)
    for signal in vega["signals"]:
        signal["value"] = setting.get(signal["name"], signal.get("value"))
        if signal["value"] is None:
            del signal["value"]
    svg: str = vl_convert.vega_to_svg(vega)
    return svg


def every(step: int, **limits: tuple[float, float, float]) -> list[Setting]:
    """Return every `step`-th setting of the grid, and the corners."""
    axes = [
        [round(low + k * by, 10) for k in range(round((high - low) / by) + 1)]
        for low, high, by in limits.values()
    ]
    corners = itertools.product(*[(axis[0], axis[-1]) for axis in axes])
    grid = itertools.islice(itertools.product(*axes), 0, None, step)
    return [dict(zip(limits, point, strict=True)) for point in [*grid, *corners]]


COINS = [
    {name: round(value, 10) for name, value in setting.items()}
    for setting in [
        *every(1, p=FINE, q=FINE),
        *every(7, p=UNIT, q=UNIT),
        *({"p": k / 100, "q": k / 100 + d} for k in range(1, 99) for d in (-0.01, 0, 0.01)),
    ]
]


def shares(weights: Sequence[float], otherwise: float) -> np.ndarray:
    """Return weights as a pmf."""
    total = sum(weights)
    return np.array(weights) / total if total else np.full(len(weights), otherwise)


def split(p: Any, q: Any, base: float | None = None) -> Numbers:
    """Return the price and its two parts."""
    return {
        "price": cross_entropy(p, q, base=base),
        "floor": entropy(p, base=base),
        "waste": kl_divergence(p, q, base=base),
    }


def near(value: float, size: float) -> Any:
    """Compare a difference by the size of what was subtracted."""
    return value if math.isinf(value) else pytest.approx(value, rel=1e-12, abs=1e-14 * size)


def rules_out(model: float, coin: float) -> bool:
    """Say whether a model of a coin rules out what the coin can do."""
    return model in (0, 1) and coin != model
