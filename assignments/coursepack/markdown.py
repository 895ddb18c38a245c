"""Shows what a student typed as it was meant: formulas as formulas, images in their places.

The text stays as it was typed, line by line; only formulas, code, emphasis and images are
replaced. Formulas become MathML by math-core, which is asked for in ``requirements.txt`` of the
book; where it is not installed they are shown as LaTeX. Every text passes through :func:`show`.
"""

import html
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import unquote

from .notebook import Cell
from .tables import readable

LONGEST_FORMULA = 1500  # a deeply nested one would overflow the converter's stack
LONGEST_TEXT = 50_000  # a longer one is shown as it was typed
# Every repetition is bounded: a search must not take minutes because a bracket never closes.
UNSAFE = re.compile(r"\\(?:newcommand|renewcommand|providecommand|def|let)\b")
TOKENS = re.compile(
    r"""(?P<fence>^[ \t]*(?P<ticks>```+|~~~+)[^\n]*\n.{0,5000}?^[ \t]*(?P=ticks)[ \t]*$)
    |(?P<code>(?<!`)(?P<tick>`{1,3})(?!`).{1,2000}?(?<!`)(?P=tick)(?!`))
    |(?P<image>!\[(?P<alt>[^\]\n]{0,300})\]\((?P<target>[^)\n]{0,300})\))
    |\$\$(?P<display>.{1,1500}?)\$\$
    |\\\[(?P<bracket>.{1,1500}?)\\\]
    |(?P<environment>\\begin\{(?P<kind>[a-z]+\*?)\}.{1,1500}?\\end\{(?P=kind)\})
    |\\\((?P<paren>.{1,1500}?)\\\)
    |(?<!\\)\$(?P<inline>(?:[^$\n\\]|\\.|\n(?!\s*\n)){1,1500}?)\$(?!\d)
    |\*\*(?P<strong>[^*\n]+)\*\*
    |(?<![\w*])\*(?P<emphasis>[^*\s][^*\n]*)\*(?![\w*])
    |^[ \t]*\#{1,6}[ \t]+(?P<heading>[^\n]+)$""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def show(text: object) -> str:
    """Return any text as harmless HTML, unprintable characters written out."""
    lines = str(text).replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return html.escape("\n".join(_visible(line) for line in lines), quote=True)


def _visible(line: str) -> str:
    """Write out what is invisible; :func:`readable` would cut a long line."""
    return "".join(readable(line[at : at + 150]) for at in range(0, len(line), 150))


@cache
def _converter() -> Callable[[str, bool], str] | None:
    """Return what turns LaTeX into MathML, if it is installed."""
    try:
        from math_core import LatexError, LatexToMathML
    except ImportError:
        return None
    converter = LatexToMathML(fancy_error=False)

    def convert(latex: str, display: bool) -> str:
        try:
            return str(converter.convert_with_local_state(latex, displaystyle=display))
        except LatexError:
            return ""

    return convert


def can_show_formulas() -> bool:
    """Whether formulas become formulas here."""
    return _converter() is not None


def formula(latex: str, *, display: bool) -> str:
    """Return a formula as MathML, or as it was typed when it cannot be converted."""
    convert = _converter()
    plain = re.sub(r"\\(?:label|tag)\*?\{[^{}]*\}|\\nonumber|\\notag", "", latex).strip()
    shown = ""
    if convert and len(plain) <= LONGEST_FORMULA and not UNSAFE.search(plain):
        shown = convert(plain, display)
    if not shown.startswith("<math"):
        return f'<code class="latex">{show(latex)}</code>'
    return shown


def render(part: Cell) -> str:
    """Return one cell of an answer as HTML, with its source folded beneath."""
    if part.kind != "markdown" or len(part.source) > LONGEST_TEXT:
        body = f"<pre>{show(part.source)}</pre>" + "".join(map(_image, part.images.items()))
        return f'<div class="answer">{body}</div>'
    shown: set[str] = set()
    pieces = []
    at = 0
    for match in TOKENS.finditer(part.source):
        pieces += [show(part.source[at : match.start()]), _token(match, part, shown)]
        at = match.end()
    pieces.append(show(part.source[at:]))
    pieces += [_image(image) for image in part.images.items() if image[0] not in shown]
    text = "".join(pieces)
    folded = ""
    if part.source.strip() and text != show(part.source):
        typed = f"<pre>{show(part.source)}</pre>"
        folded = f"<details><summary>As it was typed</summary>{typed}</details>"
    return f'<div class="answer typed">{text}</div>{folded}'


def _token(match: re.Match[str], part: Cell, shown: set[str]) -> str:
    """Return what stands for one token."""
    found = match.groupdict()
    if found["fence"]:
        return f"<code>{show(found['fence'])}</code>"
    if found["code"]:
        return f"<code>{show(found['code'].strip('`'))}</code>"
    if found["image"] is not None:
        target = unquote(found["target"].partition(" ")[0].removeprefix("attachment:"))
        if target in part.images:
            shown.add(target)
            return _image((target, part.images[target]))
        return show(f"[image {found['target']}, not handed in]")
    for name in ("display", "bracket", "environment"):
        if found[name]:
            return formula(found[name], display=True)
    for name in ("paren", "inline"):
        if found[name]:
            return formula(found[name], display=False)
    if found["heading"]:
        return f"<strong>{show(found['heading'])}</strong>"
    name = "strong" if found["strong"] else "em"
    return f"<{name}>{show(found['strong'] or found['emphasis'])}</{name}>"


def _image(image: tuple[str, str]) -> str:
    """Return an attached image; its address was made by :func:`.notebook.address`."""
    name, address = image
    if not address:
        return show(f"[image {name}, which cannot be shown]")
    return f'<img src="{html.escape(address)}" alt="{show(name)}">'
