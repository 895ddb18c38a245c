"""Chapter 4's explorer: two curves with one slope."""

from __future__ import annotations

from typing import Any

from exhibits.colours import CROSS_ENTROPY, ENTROPY, KL
from exhibits.explorer import Explorer
from exhibits.expressions import coin, cross_entropy_expr, entries, kl_expr, phrase
from exhibits.parts import FULL, HEAD, PROBABILITY, at, axis, label, panel, pixel, slider
from exhibits.vega import Json

TOP = 2.5
HORIZONTAL, VERTICAL = axis(1), axis(TOP, low=-0.15)  # room below a level line at 0

# The logits are sinh u: dense where the curves bend, and so large at the ends that the
# curves have left the chart there, along its walls, whatever p between 0 and 1 is chosen.
POINTS = {"sequence": {"start": -6.4, "stop": 6.45, "step": 0.1, "as": "u"}}
PLACES = [
    {"calculate": "(exp(datum.u) - exp(-datum.u)) / 2", "as": "logit"},
    {"calculate": "1 / (1 + exp(datum.logit))", "as": "q0"},
    {"calculate": "1 / (1 + exp(-datum.logit))", "as": "q1"},
]


def explore_slopes() -> Explorer:
    """Chapter 4. To be seen: at every q the two curves have the same slope."""
    p, q = entries("P", 2), entries("Q", 2)
    model = ["datum.q0", "datum.q1"]
    bill: Json = {"color": CROSS_ENTROPY}
    waste: Json = {"color": KL, "strokeDash": [6, 3]}
    floor: Json = {"color": ENTROPY, "strokeDash": [2, 2], "strokeWidth": 1.5}
    between = {"x": at("q", HORIZONTAL)}
    between["y"] = at("min(waste, 99)", VERTICAL)
    between["y2"] = at("min(price, 99)", VERTICAL)
    slopes = phrase(
        "Both have the slope {slope:.4f} in q, and the slope {inlogit:.2f} in its logit."
    )
    edge = phrase(
        "At the edge a slope can be taken on one side only; it is {slope:.4f} for both."
    )
    wall = phrase("The model rules out what the coin can do, and no line touches the curves.")

    return Explorer(
        controls=[
            slider("p", "The coin: p", 0.3, *PROBABILITY),
            slider("q", "The model: q", 0.5, *PROBABILITY),
        ],
        numbers={
            "P": coin("p"),
            "Q": coin("q"),
            "price": cross_entropy_expr(p, q),
            "waste": kl_expr(p, q),
            # at p = 0 and p = 1 one of the two terms of the price is not there
            "slope": "p === 0 ? 1 / (1 - q) : p === 1 ? -1 / q : (q - p) / (q * (1 - q))",
            "inlogit": "q - p",
            "inside": "q > 0 && q < 1",
            "slopes": f"inside ? {slopes} : isFinite(price) ? {edge} : {wall}",
            # the gap is named where the curves leave room for the name
            "named": "price - waste > 0.25 && abs(slope) < 2.5 && price < 2",
            "reach": "isFinite(slope) ? 0.12 / sqrt(1 + slope * slope / 10) : 0",
        },
        sentence=[
            "With p = {p:.2f} and q = {q:.2f} the cross-entropy is {price:.4f} nats",
            "and KL is {waste:.4f} nats.",
            "{slopes}",
        ],
        alt="Cross-entropy and KL divergence of a coin with p = 0.3, drawn over the model q. "
        "They are the same curve at two heights, {price - waste:.4f} nats apart, which is "
        "H(P). The tangents at q = 0.5 are parallel, with the slope {slope:.4f}.",
        panels=[
            panel(
                FULL,
                HEAD,
                label("'nats'", pixel(-8), pixel(9), align="right"),
                *sample(0, "cross-entropy", **bill),
                *sample(160, "KL", **waste),
                *sample(250, "H(P)", **floor),
            ),
            panel(
                FULL,
                220,
                curve(cross_entropy_expr(p, model), **bill),
                curve(kl_expr(p, model), **waste),
                {"mark": {"type": "rule", "clip": True, **floor}, "encoding": between},
                *tangent("price"),
                *tangent("waste"),
                label(
                    "named ? 'H(P)' : ''",
                    at("q", HORIZONTAL),
                    at("min((price + waste) / 2, 99)", VERTICAL),
                    dx=6,
                ),
                label("'q'", pixel(FULL + 20), pixel(235)),
            ),
        ],
        left=48,
        ruler=True,
    )


def curve(height: str, **mark: Any) -> Json:
    """Draw a formula in ``datum.q0`` and ``datum.q1`` over q."""
    return {
        "data": POINTS,
        "transform": [*PLACES, {"calculate": height, "as": "height"}],
        "mark": {"type": "line", "clip": True, "strokeWidth": 2, **mark},
        "encoding": {
            "x": {"field": "q1", **HORIZONTAL},
            "y": {"field": "height", **VERTICAL},
        },
    }


def tangent(height: str) -> list[Json]:
    """Draw the tangent at q to a curve that has this height there, and the point it touches."""
    ends = {"x": at("q - reach", HORIZONTAL), "x2": at("q + reach", HORIZONTAL)}
    ends["y"] = at(f"{height} - slope * reach", VERTICAL)
    ends["y2"] = at(f"{height} + slope * reach", VERTICAL)
    rule = {"type": "rule", "clip": True, "color": "black", "strokeWidth": 1.5}
    dot = {"x": at("q", HORIZONTAL), "y": at(f"min({height}, 99)", VERTICAL)}
    shown = {"expr": f"{height} > {TOP} ? 0 : 1"}
    point = {"type": "circle", "color": "black", "opacity": shown, "size": 50}
    return [{"mark": rule, "encoding": ends}, {"mark": point, "encoding": dot}]


def sample(x: float, text: str, **mark: Any) -> list[Json]:
    """Say what a kind of line means."""
    line = {"type": "rule", "strokeWidth": 2, **mark}
    where = {"x": pixel(x), "x2": pixel(x + 30), "y": pixel(14)}
    return [{"mark": line, "encoding": where}, label(f"'{text}'", pixel(x + 36), pixel(14))]
