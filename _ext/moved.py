"""Addresses that have moved lead on.

People may have linked to a section of chapter 3 that is now in chapter 12. A browser does not
tell the server what comes after the "#", so no redirection can help: the old page has to have
the old id. `LeadOn` ends it with a list of what has moved, each line with its old ids and a
link to the new place. It works without scripts. `MOVED` is the table, and its lines stay.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform


class Moved(NamedTuple):
    """What has moved: from which page, with which ids, where to, and what it is called."""

    page: str
    ids: str
    to: str
    name: str


KL, FURTHER = "chapters/03-kl-divergence", "chapters/12-kl-further"
MOVED = [
    Moved(
        KL,
        "eq-3-6 thm-chain-rule eq-3-7 thm-data-processing two-steps-and-forgetting",
        f"{FURTHER}#two-steps-and-forgetting",
        "Chain rule and data processing inequality",
    ),
    Moved(
        KL,
        "compared-with-total-variation",
        f"{FURTHER}#compared-with-total-variation",
        "Total variation",
    ),
    Moved(
        KL,
        "eq-3-8 thm-pinsker pinskers-inequality",
        f"{FURTHER}#thm-pinsker",
        "Pinsker's inequality",
    ),
    Moved(
        KL,
        "eq-3-9 a-relative-that-is-a-distance",
        f"{FURTHER}#a-relative-that-is-a-distance",
        "Jensen–Shannon divergence",
    ),
    Moved(
        KL,
        "the-same-number-as-evidence",
        f"{FURTHER}#the-same-number-as-evidence",
        "Evidence",
    ),
    Moved(
        KL,
        "eq-3-10 thm-exponent how-fast-the-unlikely-becomes-impossible",
        f"{FURTHER}#thm-exponent",
        "KL as an exponent",
    ),
    Moved(
        KL,
        "fig-language-kl back-to-the-languages",
        f"{FURTHER}#back-to-the-languages",
        "Nineteen languages compared",
    ),
]


class LeadOn(SphinxPostTransform):
    """End a page with what has moved away from it."""

    def is_supported(self) -> bool:
        """Run for the website only: on one page nothing has moved to another."""
        return bool(self.app.builder.name == "html")

    def run(self, **kwargs: Any) -> None:
        """Run on one page."""
        page = self.env.docname
        lines = [self.line(moved) for moved in MOVED if moved.page == page]
        if lines:
            heading = nodes.paragraph("", "Moved from this page:")
            end = nodes.container("", heading, nodes.bullet_list("", *lines), classes=["moved"])
            self.document.next_node(nodes.section).append(end)

    def line(self, moved: Moved) -> nodes.list_item:
        """Return one line of the list."""
        target, _, anchor = moved.to.partition("#")
        number = self.env.titles[target].get("secnumber")
        where = f" (chapter {number[0]})" if number else ""
        address = self.app.builder.get_relative_uri(moved.page, target)
        link = nodes.reference("", moved.name, internal=True, refuri=f"{address}#{anchor}")
        words = nodes.paragraph("", "", link, nodes.Text(where))
        return nodes.list_item("", words, ids=moved.ids.split())
