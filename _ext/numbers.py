"""Chapters have the number in the name of their file, whichever of them are written yet.

``chapters/12-kl-further.ipynb`` is chapter 12, though there may be no chapter 11. Sphinx counts
the pages of a list that is ``numbered`` in ``_toc.yml``, and starts again in every list; here
its count is replaced. Figures and theorems follow: they are counted by chapter (Theorem 12.1).
A page whose name has no number keeps none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.environment.collectors.toctree import TocTreeCollector

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CHAPTER = re.compile(r"chapters/(\d+)-")


def number_of(name: str) -> int | None:
    """Return the number of a chapter, or None for a page that is no chapter.

    >>> number_of("chapters/03-kl-divergence"), number_of("notation")
    (3, None)
    """
    found = CHAPTER.match(name)
    return int(found[1]) if found else None


def number_chapters(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Replace Sphinx's count of chapters, then count figures and theorems again.

    Returns the pages that have to be written once more.
    """
    changed = []
    for name, sections in env.toc_secnumbers.items():
        number = number_of(name)
        title = () if number is None else (number,)
        if sections.get("", ()) != title:
            changed.append(name)
        sections[""] = title
        env.titles[name]["secnumber"] = title or None
        next(env.tocs[name].findall(nodes.reference))["secnumber"] = title or None
    return changed + TocTreeCollector().assign_figure_numbers(env)
