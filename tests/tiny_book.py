"""A tiny book, built with all hooks of `_ext`, for tests of what they do."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parent.parent
CONF = f"""
extensions = ["myst_nb", "sphinx_design", "_ext"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_dmath_double_inline = True
html_math_renderer = "mathml"
html_theme = "basic"
templates_path = [{str(ROOT / "_templates")!r}]
html_static_path = ["_static"]
nb_execution_mode = "off"
keep_warnings = False
"""
FILES = {  # what the hooks expect of a book
    "conf.py": CONF,
    "requirements.txt": "\n# the chapters\nnumpy==1.0 # why\n\n",
    "_static/book.css": "",
    "_static/book.js": "",
}


class Book:
    """A tiny book in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.source, self.html = folder / "source", folder / "html"
        (self.source / "_static").mkdir(parents=True)
        (self.source / "chapters" / "data").mkdir(parents=True)
        for name, text in FILES.items():
            (self.source / name).write_text(text)

    def configure(self, settings: str) -> None:
        """Add to the settings."""
        with (self.source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write(f"\n{settings}\n")

    def write(self, **pages: str | list[dict[str, Any]]) -> None:
        """Write pages: Markdown, or the cells of a notebook."""
        for name, content in pages.items():
            if isinstance(content, str):
                (self.source / f"{name}.md").write_text(content, encoding="utf-8")
            else:
                (self.source / f"{name}.ipynb").write_text(json.dumps(notebook(content)))

    def build(self, processes: int = 1, builder: str = "html") -> str:
        """Build and return the warnings."""
        log = io.StringIO()
        with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
            warnings.simplefilter("ignore")  # Sphinx's and docutils' own deprecations
            Sphinx(
                srcdir=self.source,
                confdir=self.source,
                outdir=self.html,
                doctreedir=self.html.parent / "doctrees",
                buildername=builder,
                confoverrides={"nitpicky": True},
                status=None,
                warning=log,
                parallel=processes,
            ).build()
        return strip_colors(log.getvalue())

    def page(self, name: str = "index") -> BeautifulSoup:
        """Return a built page."""
        return BeautifulSoup(
            (self.html / f"{name}.html").read_text(encoding="utf-8"), "html.parser"
        )


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"c{number}")
        cell.setdefault("metadata", {})
    language = {"language_info": {"name": "python"}}
    return {"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5}


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text}


def drawing(
    svg: str, text: str = "The finding.\nBars: a 1 & b 2.", **mystnb: Any
) -> dict[str, Any]:
    data = {"image/svg+xml": svg, "text/plain": text}
    output = {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": data,
        "metadata": {},
    }
    return {
        "cell_type": "code",
        "source": "show()",
        "execution_count": 1,
        "outputs": [output],
        "metadata": {"mystnb": mystnb} if mystnb else {},
    }


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found
