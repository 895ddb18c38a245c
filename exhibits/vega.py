"""What Vega does with an explorer: compile its chart, draw it, and evaluate its formulas.

Vega itself is asked through vl-convert. It is imported where it is used, so that a chapter's
other cells run where it is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exhibits import svg

MIME = "application/vnd.vegalite.v5+json"
VEGA_LITE = "5.8"  # JupyterLab brings 5.6; what is used here is older still
WIDTH = 420  # pixels, axis labels included: letters of 15 pixels stay readable on a phone

Json = dict[str, Any]
Numbers = dict[str, Any]


# --- the drawing --------------------------------------------------------------------


def to_vega(spec: Json) -> Json:
    """Compile an explorer's chart from Vega-Lite to Vega, with a size known beforehand.

    Left to itself Vega measures letters, and the result depends on a machine's fonts.
    Without the title, because the sentence in it stands below the chart on the site.
    """
    import vl_convert

    untitled = {key: value for key, value in spec.items() if key != "title"}
    vega: Json = vl_convert.vegalite_to_vega(untitled, vl_version=VEGA_LITE)
    frame = spec["usermeta"]["frame"]
    right = WIDTH - frame["left"] - vega.setdefault("width", 0)
    bottom = frame["height"] - vega.setdefault("height", 0)
    vega["padding"] = {"left": frame["left"], "top": 0, "right": right, "bottom": bottom}
    vega["autosize"] = "none"
    return vega


def draw(spec: Json, alt: str) -> str:
    """Return the first state as SVG."""
    import vl_convert

    return svg.clean(vl_convert.vega_to_svg(to_vega(spec)), alt)


# --- the numbers --------------------------------------------------------------------


def evaluate(
    numbers: Mapping[str, str], settings: Sequence[Mapping[str, Any]]
) -> list[Numbers]:
    """Return the values of formulas at each of several settings, as a browser computes them.

    >>> evaluate({"half": "x / 2", "all": "[x, half]"}, [{"x": 3}])
    [{'half': 1.5, 'all': [3.0, 1.5]}]
    """
    import vl_convert

    scopes = [_scope(setting, numbers) for setting in settings]
    found = vl_convert.vega_to_scenegraph({"marks": scopes})
    notes = _notes(found["scenegraph"])
    return [dict(zip(numbers, map(_value, note.split("\n")), strict=True)) for note in notes]


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


def _notes(item: Json) -> Iterator[str]:
    """Give the descriptions in a drawing, in order."""
    if "description" in item:
        yield item["description"]
    for child in item.get("items", []):
        yield from _notes(child)


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
