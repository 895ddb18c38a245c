"""What the explorers share: formulas for the browser, sliders, words and shapes.

An explorer (`exhibits.explorers`) is a Vega-Lite chart whose numbers are formulas, evaluated
where it is read, without a kernel or a server. Here are the parts of which one is made:

* formulas, in Vega's expression language, which looks like JavaScript,
* `Explorer`, which holds the chart, its drawing and its description together,
* controls,
* panels, bars and words to draw with.
"""

from __future__ import annotations

import json
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import vl_convert

from exhibits import figures
from exhibits.figures import BLUE, FONTS, ORANGE, SVG, ShownFigure

MIME = "application/vnd.vegalite.v5+json"
VEGA_LITE = "5.8"  # JupyterLab brings 5.6; what is used here is older still

Json = dict[str, Any]
Numbers = dict[str, Any]

WIDTH = 420  # pixels, axis labels included: letters of 15 pixels stay readable on a phone
LETTERS = 15
HEAD, ROW = 28, 26  # height of a heading and of a row
LEFT, RIGHT = 30, 76  # room for one letter beside a row, and for the number behind its bar
FULL = WIDTH - LEFT - RIGHT
GREY = "#808080"
ONCE: Json = {"values": [{}]}  # data for what is drawn once


# --- formulas -----------------------------------------------------------------------
#
# Each function takes names or short expressions and returns an expression. Everything
# is in nats. What JavaScript lacks is log1p, without which a small KL loses its digits.

INFINITY = "(1 / 0)"


def log1p_expr(x: str) -> str:
    """Return ln(1 + x), exact also for small x: the rounding of 1 + x is divided out."""
    return f"(1 + {x} === 1 ? {x} : log(1 + {x}) * ({x} / (1 + {x} - 1)))"


def surprisal_expr(p: str) -> str:
    """Return −ln p, and ∞ for p = 0."""
    return f"({p} > 0 ? 0 - log({p}) : {INFINITY})"


def priced_expr(p: str, price: str) -> str:
    """Return p times a price, where what never happens costs nothing."""
    return f"({p} > 0 ? {p} * {price} : 0)"


def entropy_expr(*p: str) -> str:
    """Return H(P)."""
    return add(priced_expr(a, surprisal_expr(a)) for a in p)


def cross_entropy_expr(p: Sequence[str], q: Sequence[str]) -> str:
    """Return H(P, Q)."""
    return add(priced_expr(a, surprisal_expr(b)) for a, b in zip(p, q, strict=True))


def kl_expr(p: Sequence[str], q: Sequence[str]) -> str:
    """Return KL(P‖Q) as Σ [p ln(p/q) − p + q], whose terms are never negative."""
    return add(_kl_term(a, b) for a, b in zip(p, q, strict=True))


def _kl_term(p: str, q: str) -> str:
    term = f"{p} * {log1p_expr(f'(({p} - {q}) / {q})')} - ({p} - {q})"
    return f"({p} > 0 ? ({q} > 0 ? {term} : {INFINITY}) : {q})"


def add(terms: Iterable[str]) -> str:
    """Return the sum of the terms."""
    return f"({' + '.join(terms)})"


def entries(name: str, k: int) -> list[str]:
    """Name the entries of a list: q[0], q[1] and so on."""
    return [f"{name}[{i}]" for i in range(k)]


def shares(weights: Sequence[str], otherwise: str = "") -> str:
    """Return the weights divided by their sum; if that is 0, all alike or `otherwise`."""
    total = add(weights)
    parts = ", ".join(f"{weight} / {total}" for weight in weights)
    alike = ", ".join([f"1 / {len(weights)}"] * len(weights))
    return f"({total} > 0 ? [{parts}] : {otherwise or f'[{alike}]'})"


# --- words --------------------------------------------------------------------------


def phrase(template: str) -> str:
    """Turn ``"price {price:.4f} bits"`` into an expression; an infinite number reads ∞.

    What stands in braces is an expression; without a format it is already in words.
    """
    parts = []
    for text, expr, form, _ in string.Formatter().parse(template):
        if text:
            parts.append(json.dumps(text, ensure_ascii=False))
        if expr:
            parts.append(number(expr, form) if form else f"({expr})")
    return f"({' + '.join(parts)})"


def aside(when: str, text: str) -> str:
    """Return ``" (text)"`` where the condition `when` holds, and nothing elsewhere."""
    return f"({when} ? {json.dumps(f' ({text})', ensure_ascii=False)} : '')"


def number(x: str, spec: str) -> str:
    """Write a number in the format `spec`, or as ∞."""
    return f"({x} === {INFINITY} ? '∞' : {x} === -{INFINITY} ? '−∞' : format({x}, '{spec}'))"


# --- an explorer --------------------------------------------------------------------


class Explorer(ShownFigure):
    """A chart with sliders, together with a drawing and a description of its first state."""

    def __init__(
        self,
        *,
        controls: Sequence[Json],
        numbers: Mapping[str, str],
        sentence: Sequence[str],
        alt: str,
        panels: Sequence[Json],
        left: int = LEFT,
        ruler: bool = False,
    ) -> None:
        """Put the parts together.

        Parameters
        ----------
        controls : list of dict
            What the reader can change, made by `slider` and `choice`.
        numbers : dict
            Names and expressions, each of which may use the controls and what stands
            before it.
        sentence : list of str
            The state in words, one short line each, with numbers in braces.
        alt : str
            What the drawing of the first state shows; also with numbers in braces.
        panels : list of dict
            What is drawn, one below the other, in Vega-Lite.
        left : int
            Room for labels to the left, in pixels.
        ruler : bool
            Whether the last panel needs room for a ruler below it.
        """
        self._controls = list(controls)
        lines = ", ".join(map(phrase, sentence))
        self._numbers = {**numbers, "sentence": f"[{lines}]"}
        (start,) = self._evaluate({**self._numbers, "alt": phrase(alt)}, [{}])
        alt = start["alt"]
        height = sum(panel["height"] for panel in panels) + (30 if ruler else 4)
        params = [*self._controls, *({"name": n, "expr": e} for n, e in self._numbers.items())]
        self.spec: Json = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "description": alt,
            "usermeta": {"embedOptions": EMBED, "frame": {"left": left, "height": height}},
            "background": "white",
            "config": CONFIG,
            "params": params,
            "title": {"text": {"expr": "sentence"}},
            "data": ONCE,
            "vconcat": list(panels),
            "spacing": 0,
            "bounds": "flush",
        }
        text = [alt, " ".join(start["sentence"]), *map(_describe, self._controls)]
        super().__init__(_draw(self.spec, alt), "\n".join(text))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Json:
        """Give Jupyter all three faces at once."""
        return {**super()._repr_mimebundle_(), MIME: self.spec}

    def numbers(self, settings: Sequence[Mapping[str, Any]]) -> list[Numbers]:
        """Return what the chart computes for each setting of the controls.

        A control that a setting does not name keeps its first value.

        Examples
        --------
        >>> from exhibits.explorers import explore_coin_price
        >>> [at] = explore_coin_price().numbers([{"p": 0.5, "q": 0.5}])
        >>> at["price"], at["floor"], at["waste"]
        (1.0, 1.0, 0.0)
        """
        return self._evaluate(self._numbers, settings)

    def _evaluate(
        self, numbers: Mapping[str, str], settings: Sequence[Mapping[str, Any]]
    ) -> list[Numbers]:
        start = {control["name"]: control["value"] for control in self._controls}
        scopes = [_scope({**start, **setting}, numbers) for setting in settings]
        found = vl_convert.vega_to_scenegraph({"marks": scopes})
        notes = _notes(found["scenegraph"])
        return [dict(zip(numbers, _values(note), strict=True)) for note in notes]


def _scope(setting: Mapping[str, Any], numbers: Mapping[str, str]) -> Json:
    """Return a part of a Vega chart that computes at one setting and notes the numbers.

    They stand in the description of a mark: a text would be measured, which takes long.
    """
    given = [{"name": name, "value": value} for name, value in setting.items()]
    computed = [{"name": name, "update": expr} for name, expr in numbers.items()]
    shown = ", ".join(f"isArray({n}) ? join({n}, '\\t') : '' + {n}" for n in numbers)
    note = {"signal": f"join([{shown}], '\\n')"}
    mark = {"type": "rect", "encode": {"enter": {"description": note}}}
    return {"type": "group", "signals": [*given, *computed], "marks": [mark]}


def _notes(item: Json) -> list[str]:
    """Return the descriptions in a drawing, in order."""
    own = [item["description"]] if "description" in item else []
    return own + [note for child in item.get("items", []) for note in _notes(child)]


def _values(text: str) -> list[Any]:
    return [_value(field) for field in text.split("\n")]


def _value(text: str) -> Any:
    """Read a number, a list, or words.

    >>> _value("0.5"), _value("Infinity"), _value("fair")
    (0.5, inf, 'fair')
    """
    if "\t" in text:
        return [_value(part) for part in text.split("\t")]
    try:
        return float(text)
    except ValueError:
        return text


def slider(name: str, label: str, value: float, low: float, high: float, step: float) -> Json:
    """Return a control for a number."""
    bind = {"input": "range", "min": low, "max": high, "step": step, "name": label}
    return {"name": name, "value": value, "bind": bind}


def choice(name: str, label: str, value: str, options: Sequence[str]) -> Json:
    """Return a control for one of several words."""
    bind = {"input": "select", "options": list(options), "name": label}
    return {"name": name, "value": value, "bind": bind}


def _describe(control: Json) -> str:
    """Say what a control does."""
    bind = control["bind"]
    if bind["input"] == "select":
        return f"Choice “{bind['name']}”: {', '.join(bind['options'])}."
    span = figures.with_minus_signs(f"{bind['min']:g} to {bind['max']:g}")
    return f"Slider “{bind['name']}”: {span}."


# --- drawing ------------------------------------------------------------------------

EMBED = {"actions": False, "renderer": "svg"}
CONFIG: Json = {
    "font": FONTS,
    "axis": {
        "domainColor": "black",
        "gridColor": GREY,
        "gridOpacity": 0.25,
        "labelBound": False,
        "labelColor": "black",
        "labelFlush": False,
        "labelFontSize": LETTERS,
        "labelOverlap": False,
        "tickColor": "black",
        "title": None,
    },
    "text": {"baseline": "middle", "color": "black", "fontSize": LETTERS},
    "title": {"anchor": "start", "fontSize": LETTERS, "fontWeight": "normal"},
    "view": {"stroke": None},
}


def to_vega(spec: Json) -> Json:
    """Compile an explorer's chart from Vega-Lite to Vega, with a size known beforehand.

    Left to itself Vega measures letters, and the result depends on a machine's fonts.
    Without the title, because the sentence in it stands below the chart on the site.
    """
    untitled = {key: value for key, value in spec.items() if key != "title"}
    vega: Json = vl_convert.vegalite_to_vega(untitled, vl_version=VEGA_LITE)
    frame = spec["usermeta"]["frame"]
    right = WIDTH - frame["left"] - vega.setdefault("width", 0)
    bottom = frame["height"] - vega.setdefault("height", 0)
    vega["padding"] = {"left": frame["left"], "top": 0, "right": right, "bottom": bottom}
    vega["autosize"] = "none"
    return vega


def _draw(spec: Json, alt: str) -> str:
    """Return the first state as an SVG drawing in the form of the book's figures."""
    root = ET.fromstring(vl_convert.vega_to_svg(to_vega(spec)))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{SVG}}}path" and _is_empty(child):
                parent.remove(child)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name in UNUSED or name.startswith("aria-") or (name, value) in DEFAULTS:
                del element.attrib[name]
    root.set("font-family", FONTS)
    return figures.finish(root, alt)


UNUSED = {"class", "font-family", "pointer-events", "role"}
DEFAULTS = {("opacity", "1"), ("transform", "translate(0,0)")}


def _is_empty(path: ET.Element) -> bool:
    """Say whether a path draws nothing: Vega puts some around every group."""
    painted = {"fill", "stroke"} & set(path.attrib)
    return not painted or path.get("display") == "none"


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


def words(text: str, x: Json, y: Json, **mark: Any) -> Json:
    """Write a computed text."""
    return {
        "mark": {"type": "text", "text": {"expr": text}, "align": "left", **mark},
        "encoding": {"x": x, "y": y},
    }


def block(colour: str | Json, x: Json, x2: Json, y: Json, y2: Json) -> Json:
    """Draw a rectangle with a black edge and a light filling."""
    mark = {"type": "rect", "fill": colour, "fillOpacity": 0.4, "stroke": "black"}
    mark["strokeWidth"] = 0.8
    return {"mark": mark, "encoding": {"x": x, "x2": x2, "y": y, "y2": y2}}


def key(*entries: tuple[str, str, float], y: float = 14) -> list[Json]:
    """Say what the colours mean: a small block and a word for each, at fixed places."""
    layers = []
    for colour, text, x in entries:
        wide, half = (4, 11) if colour == "black" else (14, 7)  # black is a line, as in `marks`
        sample = block(colour, pixel(x), pixel(x + wide), pixel(y - half), pixel(y + half))
        if colour == "black":
            sample["mark"]["fillOpacity"] = 1
        layers += [sample, words(f"'{text}'", pixel(x + wide + 6), pixel(y))]
    return [{"data": ONCE, **layer} for layer in layers]


def rows(names: Sequence[str], left: int, *layers: Json) -> Json:
    """Return a panel with one row for each name; `bars` and `marks` fill it."""
    middle = f"{HEAD} + {ROW} * (datum.i + 0.5)"
    named = words("datum.name", pixel(-8), field("y"), align="right")
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
    return [bar, rule, words(digits, pixel(x + width + 14), field("y"))]


def marks(values: str, x: float, width: float) -> Json:
    """Draw a list of numbers from 0 to 1 as thick lines, across what `bars` draws."""
    place = f"{x} + {width} * {values}[datum.i]"
    line = block("black", field("from"), field("to"), field("high"), field("low"))
    line["mark"]["fillOpacity"] = 1
    line["transform"] = [
        {"calculate": f"{place} - 2", "as": "from"},
        {"calculate": f"{place} + 2", "as": "to"},
        {"calculate": "datum.y - 11", "as": "high"},
        {"calculate": "datum.y + 11", "as": "low"},
    ]
    return line


def model_rows(names: Sequence[str], truth: str) -> Json:
    """Draw what a model says of each outcome as a bar, and P as a line across it."""
    return rows(
        names,
        LEFT,
        *key((GREY, "model Q", 0), ("black", truth, 120)),
        *bars("q", 0, FULL, 1, ".0%", GREY),
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
        *key((BLUE, "entropy: must pay", 0), (ORANGE, "KL: waste", 165)),
        block(BLUE, at("0", ruler), at(floor, ruler), y, y2),
        block(ORANGE, at(floor, ruler), at(price, ruler), y, y2),
        {"mark": dashed, "encoding": line},
        words(digits, at(price, ruler), pixel(HEAD + 25), dx=6),
        words(unit, pixel(FULL + 24), pixel(HEAD + 71)),
    )
