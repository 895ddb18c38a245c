"""An explorer: a chart that answers when a slider is moved.

It is a Vega-Lite chart whose numbers are formulas (`exhibits.expressions`), evaluated where it
is read, without a kernel or a server. `exhibits.parts` has what it is drawn of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exhibits.colours import GREY, tint
from exhibits.expressions import phrase
from exhibits.figures import ShownFigure
from exhibits.in_words import with_minus_signs
from exhibits.parts import LEFT, LETTERS, ONCE
from exhibits.svg import FONTS
from exhibits.vega import MIME, Json, Numbers, draw, evaluate

EMBED = {"actions": False, "renderer": "svg"}
CONFIG: Json = {
    "font": FONTS,
    "axis": {
        "domainColor": GREY,
        "gridColor": tint(GREY, 0.3),
        "labelBound": False,
        "labelColor": "black",
        "labelFlush": False,
        "labelFontSize": LETTERS,
        "labelOverlap": False,
        "tickColor": GREY,
        "title": None,
    },
    "text": {"baseline": "middle", "color": "black", "fontSize": LETTERS},
    "title": {"anchor": "start", "fontSize": LETTERS, "fontWeight": "normal"},
    "view": {"stroke": None},
}


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
        self._start = {control["name"]: control["value"] for control in self._controls}
        (start,) = evaluate({**self._numbers, "alt": phrase(alt)}, [self._start])
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
        super().__init__(draw(self.spec, alt), "\n".join(text))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Json:
        """Give Jupyter all three forms at once."""
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
        return evaluate(self._numbers, [{**self._start, **setting} for setting in settings])


def _describe(control: Json) -> str:
    """Say what a control does."""
    bind = control["bind"]
    if bind["input"] == "select":
        return f"Choice “{bind['name']}”: {', '.join(bind['options'])}."
    span = with_minus_signs(f"{bind['min']:g} to {bind['max']:g}")
    return f"Slider “{bind['name']}”: {span}."
