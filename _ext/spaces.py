"""Spaces at which no line may end.

"See chapter" at the end of a line and "3." at the beginning of the next is hard to read, and so
is a "%" without its number. The sources have ordinary spaces, which an author sees and a search
finds; `KeepNumbers` puts no-break spaces in their place when a page is written.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform

NO_BREAK = "\N{NO-BREAK SPACE}"
BEFORE_NUMBER = re.compile(
    r"\b(chapters?|exercises?|questions?|sections?|lines?) (?=\d)", re.IGNORECASE
)
BEFORE_PERCENT = re.compile(r"(\d) (?=%)")
AS_TYPED = (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.math)


def kept_together(text: str) -> str:
    """Return the text with no-break spaces between words and their numbers, and before a "%".

    >>> kept_together("In chapter 3, 70 % agree.").replace(NO_BREAK, "~")
    'In chapter~3, 70~% agree.'
    """
    for place in (BEFORE_NUMBER, BEFORE_PERCENT):
        text = place.sub(rf"\1{NO_BREAK}", text)
    return text


class KeepNumbers(SphinxPostTransform):
    """Do this with all words of a page, code and formulas excepted."""

    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        for text in list(self.document.findall(nodes.Text)):
            kept = kept_together(text)
            if kept != text and not isinstance(text.parent, AS_TYPED):
                text.parent.replace(text, nodes.Text(kept))
