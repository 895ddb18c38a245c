"""Explorers: a drawing that comes to life when the reader gets there.

A code cell stores an explorer (`exhibits.explorers`) as a Vega-Lite chart together with an SVG
drawing of its first state and a description. Jupyter shows the chart. On the site
`LiveExplorers` writes

* the drawing, inlined like that of any figure: it is what is seen at first, on paper and
  without scripts,
* sliders with labels, which only readers with scripts see,
* the sentence with the numbers, as a status that screen readers announce when it changes,
* the chart, compiled to Vega, as data.

``_static/book.js`` brings them to life. Vega itself is written by `write_vega` and loaded
only when an explorer comes into view.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from xml.etree.ElementTree import ParseError

import vl_convert
from docutils import nodes  # type: ignore[import-untyped]
from myst_nb.core import render  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from _ext import figures
from exhibits.vega import MIME, to_vega

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

VEGA_SCRIPT = "_static/vega.js"
PAGE_COLOURS = {
    **dict.fromkeys(figures.BLACK, figures.INK),
    **dict.fromkeys(figures.WHITE, figures.PAPER),
}
Json = dict[str, Any]


# --- one explorer -------------------------------------------------------------------------


def explorer(spec: Json, drawing: str, sentence: str, prefix: str) -> str:
    """Return an explorer as a part of the page; ``prefix`` makes its ids unique."""
    chart = json.dumps(page_colours(live_chart(spec)), ensure_ascii=False, sort_keys=True)
    chart = chart.replace("</", r"<\/")  # the one sequence that would end the script early
    rows = "\n".join(control(param, prefix) for param in spec["params"] if "bind" in param)
    return (
        f'<div class="explorer">\n<div class="drawing">{drawing}</div>\n'
        '<form class="explorer-controls only-scripts" autocomplete="off"'
        f' aria-label="What you can change">\n{rows}\n'
        '<button type="reset">Start again</button>\n</form>\n'
        f'<p class="explorer-words" role="status">{html.escape(sentence, quote=False)}</p>\n'
        f'<script type="application/json">{chart}</script>\n</div>'
    )


def live_chart(spec: Json) -> Json:
    """Compile a chart; what the reader changes is bound to the page's own controls."""
    vega = to_vega(spec)
    vega["background"] = None
    for signal in vega["signals"]:
        signal.pop("bind", None)
    return vega


def page_colours(value: Any) -> Any:
    """Make black the ink of the page and white its paper, everywhere in a chart."""
    if isinstance(value, dict):
        return {key: page_colours(part) for key, part in value.items()}
    if isinstance(value, list):
        return [page_colours(part) for part in value]
    if isinstance(value, str):
        return PAGE_COLOURS.get(value) or figures.for_both_pages(value)
    return value


def control(param: Json, prefix: str) -> str:
    """Return a label and a native control, named after what it changes."""
    bind, name, value = param["bind"], param["name"], param["value"]
    anchor = f"{prefix}{name}"
    label = f'<label for="{anchor}">{html.escape(bind["name"], quote=False)}</label>'
    if bind["input"] == "select":
        options = "".join(
            f"<option{' selected' if option == value else ''}>{html.escape(option)}</option>"
            for option in bind["options"]
        )
        return f'{label}<select id="{anchor}" name="{name}">{options}</select>'
    limits = " ".join(f'{key}="{bind[key]:g}"' for key in ("min", "max", "step"))
    return (
        f'{label}<input type="range" id="{anchor}" name="{name}" {limits} value="{value:g}">'
        f'<span class="explorer-value" aria-hidden="true">{value:g}</span>'
    )


# --- the page -----------------------------------------------------------------------------


class KeepChart:
    """Carry the chart of an output from MyST-NB, which does not know its form, to below."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = []

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the chart as a node that no builder writes."""
        if data.mime_type != MIME:
            return None
        return [nodes.raw("", json.dumps(data.content), format="vega-lite")]


class LiveExplorers(SphinxPostTransform):
    """Replace every output that is an explorer."""

    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        for number, (bundle, forms) in enumerate(self.outputs(), start=1):
            image = next(forms[figures.SVG].findall(nodes.image))
            source = Path(self.env.srcdir, image["uri"].lstrip("/")).read_text(encoding="utf-8")
            spec = json.loads(forms[MIME].astext())
            sentence = forms[figures.TEXT].astext().splitlines()[1]
            prefix = f"explorer{number}-"
            try:
                drawing = figures.inline_svg(source, prefix)
            except (figures.FigureError, ParseError) as error:
                logger.warning("explorer: %s", error, location=bundle)
                continue
            bundle.replace_self(figures.raw(explorer(spec, drawing, sentence, prefix)))

    def outputs(self) -> Iterator[tuple[nodes.container, dict[str, nodes.Element]]]:
        """Give the outputs of the page that are explorers, with their stored forms."""
        for node in list(self.document.findall(nodes.container)):
            if node.get("nb_element") == "mime_bundle":
                forms = {child["mime_type"]: child for child in node.children}
                if MIME in forms:
                    yield node, forms


def let_charts_pass() -> None:
    """Let MyST-NB ask `KeepChart` too.

    It knows renderers of installed packages only, and this one is not installed. So the
    function that lists them is replaced by one that lists ours before the others.
    """
    installed = render.load_mime_renders
    if KeepChart not in installed():
        render.load_mime_renders = lambda: [KeepChart, *installed()]


# --- Vega ---------------------------------------------------------------------------------


@cache  # it takes a second, and is the same for every book
def vega_program() -> str:
    """Return the program that draws charts, as a script for browsers.

    vl-convert brings the files of the address along, nothing is downloaded. Its default bundle
    has Vega-Lite too, which was needed to compile the charts and is a third of the weight.
    """
    version = vl_convert.get_vega_version()
    parts = (
        f"import {{ View, parse }} from 'https://cdn.jsdelivr.net/npm/vega@{version}/+esm';"
        "window.vega = { View, parse };"
    )
    notice = (
        f"/* Vega {version}, (c) University of Washington Interactive Data"
        " Lab and Vega contributors,\n   BSD 3-Clause licence, with parts of D3, (c) Mike"
        " Bostock, ISC licence. Bundled by vl-convert. */\n"
    )
    # in a function, because its names (one is `_`) would clash with those of other scripts
    return f"{notice}(() => {{\n{vl_convert.javascript_bundle(parts)}\n}})();\n"


def write_vega(app: Sphinx, exception: Exception | None) -> None:
    """Write the program that draws charts, for pages that ask for it."""
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir, VEGA_SCRIPT)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(vega_program(), encoding="utf-8", newline="\n")
