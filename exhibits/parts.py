"""What explorers are made of, in Vega-Lite: controls, panels, bars and labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from exhibits.colours import DATA, ENTROPY, KL, MODEL, tint
from exhibits.expressions import number
from exhibits.vega import WIDTH, Json

LETTERS = 15
HEAD, ROW = 28, 26  # height of a heading and of a row
LEFT, RIGHT = 30, 76  # room for one letter beside a row, and for the number behind its bar
FULL = WIDTH - LEFT - RIGHT
ONCE: Json = {"values": [{}]}  # data for what is drawn once


# --- controls -----------------------------------------------------------------------


PROBABILITY = (0, 1, 0.01)  # limits and step of a slider


def slider(name: str, words: str, value: float, low: float, high: float, step: float) -> Json:
    """Return a control for a number."""
    bind = {"input": "range", "min": low, "max": high, "step": step, "name": words}
    return {"name": name, "value": value, "bind": bind}


def choice(name: str, words: str, value: str, options: Sequence[str]) -> Json:
    """Return a control for one of several words."""
    bind = {"input": "select", "options": list(options), "name": words}
    return {"name": name, "value": value, "bind": bind}


# --- what is drawn ------------------------------------------------------------------


def panel(width: int, height: int, *layers: Json) -> Json:
    """Return one view, with what is drawn later on top."""
    return {"width": width, "height": height, "layer": list(layers)}


def axis(high: float | str, low: float = 0) -> Json:
    """Return a scale from `low` to `high`, which may be an expression, with a ruler."""
    end = {"expr": high} if isinstance(high, str) else high
    return {
        "type": "quantitative",
        "scale": {"domain": [low, end], "nice": False},
        "axis": {"tickCount": 5, "format": "~g"},
    }


def at(expr: str, scale: Json) -> Json:
    """Place something at a computed value."""
    return {"datum": {"expr": expr}, **scale}


def pixel(value: float) -> Json:
    """Place something at a fixed point of its panel."""
    return {"value": value}


def field(name: str) -> Json:
    """Place something at a point that was computed for its row, in pixels."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def label(text: str, x: Json, y: Json, **mark: Any) -> Json:
    """Write a computed text."""
    return {
        "mark": {"type": "text", "text": {"expr": text}, "align": "left", **mark},
        "encoding": {"x": x, "y": y},
    }


def light(colour: str | Json) -> str | Json:
    """Return the tint of a colour, or of those that an expression chooses from."""
    if isinstance(colour, str):
        return tint(colour) if colour != "black" else colour
    return {"expr": re.sub(r"#\w{6}", lambda found: tint(found[0]), colour["expr"])}


def block(colour: str | Json, x: Json, x2: Json, y: Json, y2: Json) -> Json:
    """Draw a rectangle with a light filling and an edge of its colour."""
    mark = {"type": "rect", "fill": light(colour), "stroke": colour, "strokeWidth": 1}
    return {"mark": mark, "encoding": {"x": x, "x2": x2, "y": y, "y2": y2}}


def key(*entries: tuple[str, str, float], y: float = 14) -> list[Json]:
    """Say what the colours mean: a small block and a word for each, at fixed places."""
    layers = []
    for colour, text, x in entries:
        wide, half = (4, 11) if colour == DATA else (14, 7)  # data are lines, as in `marks`
        sample = block(colour, pixel(x), pixel(x + wide), pixel(y - half), pixel(y + half))
        if colour == DATA:
            sample["mark"]["fill"] = colour
        layers += [sample, label(f"'{text}'", pixel(x + wide + 6), pixel(y))]
    return [{"data": ONCE, **layer} for layer in layers]


def rows(names: Sequence[str], left: int, *layers: Json) -> Json:
    """Return a panel with one row for each name; `bars` and `marks` fill it."""
    middle = f"{HEAD} + {ROW} * (datum.i + 0.5)"
    named = label("datum.name", pixel(-8), field("y"), align="right")
    return {
        "width": WIDTH - left,
        "height": HEAD + ROW * len(names),
        "data": {"values": [{"i": i, "name": name} for i, name in enumerate(names)]},
        "transform": [
            {"calculate": middle, "as": "y"},
            {"calculate": f"{middle} - 8", "as": "above"},
            {"calculate": f"{middle} + 8", "as": "under"},
            {"calculate": f"{middle} - {ROW} / 2", "as": "top"},
            {"calculate": f"{middle} + {ROW} / 2", "as": "bottom"},
        ],
        "layer": [named, *layers],
    }


def bars(
    values: str,
    x: float,
    width: float,
    high: float,
    form: str,
    colour: str | Json,
    low: float = 0,
) -> list[Json]:
    """Draw a list of numbers as bars from 0, and write them in a column behind the bars.

    A bar that would be longer than `high` ends there, and an arrow points to its number.
    """
    value = f"{values}[datum.i]"
    each = width / (high - low)
    end = f"{x} + {each:.10g} * (clamp({value}, {low}, {high}) - {low})"
    digits = f"({value} > {high} ? '→ ' : '') + {number(value, form)}"
    bar = block(colour, pixel(x - each * low), field("end"), field("above"), field("under"))
    bar["transform"] = [{"calculate": end, "as": "end"}]
    zero = {"x": pixel(x - each * low), "y": field("top"), "y2": field("bottom")}
    rule = {"mark": {"type": "rule", "color": "black"}, "encoding": zero}
    return [bar, rule, label(digits, pixel(x + width + 14), field("y"))]


def marks(values: str, x: float, width: float) -> Json:
    """Draw a list of numbers from 0 to 1 as thick lines, across what `bars` draws."""
    place = f"{x} + {width} * {values}[datum.i]"
    line = block(DATA, field("from"), field("to"), field("high"), field("low"))
    line["mark"]["fill"] = DATA
    line["transform"] = [
        {"calculate": f"{place} - 2", "as": "from"},
        {"calculate": f"{place} + 2", "as": "to"},
        {"calculate": "datum.y - 11", "as": "high"},
        {"calculate": "datum.y + 11", "as": "low"},
    ]
    return line


def model_rows(names: Sequence[str], truth: str, left: int = LEFT) -> Json:
    """Draw what a model says of each outcome as a bar, and P as a line across it."""
    return rows(
        names,
        left,
        *key((MODEL, "model Q", 0), (DATA, truth, 120)),
        *bars("q", 0, FULL, 1, ".0%", MODEL),
        marks("p", 0, FULL),
    )


def price_bar(top: float, *, unit: str, scale: str = "1") -> Json:
    """Draw floor and waste, end to end, on a ruler up to `top` times `scale`.

    What is longer than the ruler ends at its end, and its number follows an arrow.
    """
    limit = f"({top} * {scale})"
    ruler = axis(limit)
    floor, price = f"min(floor, {limit})", f"min(price, {limit})"
    digits = f"(price > {limit} ? '→ ' : '') + {number('price', '.4f')}"
    y, y2 = pixel(HEAD + 6), pixel(HEAD + 44)
    dashed = {"type": "rule", "strokeDash": [5, 3], "strokeWidth": 1.5, "color": "black"}
    line = {"x": at(floor, ruler), "y": pixel(HEAD - 2), "y2": pixel(HEAD + 56)}
    return panel(
        FULL,
        HEAD + 56,
        *key((ENTROPY, "entropy: must pay", 0), (KL, "KL: waste", 165)),
        block(ENTROPY, at("0", ruler), at(floor, ruler), y, y2),
        block(KL, at(floor, ruler), at(price, ruler), y, y2),
        {"mark": dashed, "encoding": line},
        label(digits, at(price, ruler), pixel(HEAD + 25), dx=6),
        label(unit, pixel(FULL + 24), pixel(HEAD + 71)),
    )
