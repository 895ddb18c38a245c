"""The mathematics font, cut down to the characters of the book.

`_ext.equations` remembers, page by page, which characters occur. When all pages have been
read, `write_style` cuts STIX Two Math down to these and adds it to ``_static/book.css``: the
site has one style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from docutils import nodes  # type: ignore[import-untyped]
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

STYLE = "_static/site.css"
FONT_FAMILY = "STIX Two Math"

# Drawn by the browser where the MathML has no character for them: the sign of a root.
DRAWN_BY_ELEMENTS = {"msqrt": "√", "mroot": "√"}


@lru_cache(maxsize=1)
def _italics() -> dict[str, str]:
    """Map letters to the mathematical italics that browsers show for a one-letter ``<mi>``."""
    italics = {"h": "ℎ"}  # Unicode knows it as the Planck constant
    for code in range(0x1D434, 0x1D7CC):
        name = unicodedata.name(chr(code), "")
        if name.startswith("MATHEMATICAL ITALIC"):
            italics[unicodedata.normalize("NFKC", chr(code))] = chr(code)
    return italics


def characters(doctree: nodes.document) -> set[str]:
    """Return the characters that the mathematics of a page shows."""
    found: set[str] = set()
    for node in doctree.findall(lambda node: "mathml" in getattr(node, "attributes", ())):
        found |= characters_of(node["mathml"])
    return found


@cache  # the same short formulas come again and again
def characters_of(mathml: str) -> frozenset[str]:
    """Return the characters that a formula shows.

    >>> sorted(characters_of("<math><mi>h</mi><mo>=</mo><mn>1</mn></math>"))
    ['1', '=', 'h', 'ℎ']
    """
    found: set[str] = set()
    for element in BeautifulSoup(mathml, "html.parser").find_all(True):
        text = "" if element.name == "annotation" else (element.string or "")
        found.update(text)
        if element.name == "mi" and text in _italics():
            found.add(_italics()[text])
        if element.name in DRAWN_BY_ELEMENTS:
            found.add(DRAWN_BY_ELEMENTS[element.name])
    return frozenset(found)


def font_file() -> Path:
    """Return the path of STIX Two Math, which comes with ziamath."""
    spec = importlib.util.find_spec("ziamath")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("STIX Two Math: ziamath is not installed")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "STIXTwoMath-Regular.ttf"


@lru_cache(maxsize=1)
def subset_font(text: str) -> bytes:
    """Return the font as WOFF2 with the given characters and all their sizes and parts.

    The subsetter follows the font's MATH table, so that brackets, roots and braces keep
    their taller variants. Nothing in the result depends on when or where it was made.
    """
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["ssty", "dtls", "flac", "kern", "mark", "mkmk", "ccmp"]
    options.name_IDs = [0, 1, 2, 13, 14]  # copyright, name and licence stay with the font
    options.hinting = False  # for screens of long ago; it would be a quarter of the file
    options.recalc_timestamp = False
    font = TTFont(font_file(), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def font_css(text: str) -> str:
    """Return the style sheet that brings the font along.

    The font is inside the style sheet: formulas then never change their size after the
    first paint, and browsers that refuse fonts from ``file://`` show it too.
    """
    data = base64.b64encode(subset_font(text)).decode("ascii")
    return (
        "/* STIX Two Math, (c) The STIX Fonts Project Authors, SIL Open Font License 1.1;\n"
        "   reduced to the characters of this book. */\n"
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-display: block;\n'
        f'  src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
        f'math {{ font-family: "{FONT_FAMILY}", math; }}\n'
    )


def write_style(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the style sheet of the site: ours and, behind it, the font for the whole book."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / STYLE
    target.parent.mkdir(parents=True, exist_ok=True)
    own = (Path(app.srcdir) / "_static" / "book.css").read_text(encoding="utf-8")
    shown = env.get_domain("equation").all_characters()  # type: ignore[attr-defined]
    digest = hashlib.sha256(font_file().read_bytes() + shown.encode()).hexdigest()
    notice = f"/* made of the font and the characters {digest[:16]} */\n"
    before = target.read_text(encoding="utf-8") if target.is_file() else ""
    _, _, kept = before.partition(notice)  # cutting the font takes a second
    text = f"{own}\n{notice}{kept or font_css(shown)}"
    target.write_text(text, encoding="utf-8", newline="\n")
