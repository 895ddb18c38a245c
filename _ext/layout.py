"""What a page shows around its text: the lists of pages and sections, the description.

`_templates/layout.html` has the markup; here its variable ``book`` is filled, and the pages
and files that no author writes are made: ``404.html`` and, when the book's address is known
(``html.baseurl`` in ``_config.yml``, or the environment variable ``BOOK_URL``), a sitemap.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from docutils import nodes  # type: ignore[import-untyped]
from sphinx import addnodes

from _ext.font import STYLE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

SCRIPT = "_static/book.js"
PREVIEW = "_static/preview.png"  # drawn by tools/preview.py
DESCRIPTION_LENGTH = 200  # what search engines show, with some to spare
SETTINGS: dict[str, Any] = {  # in _config.yml, with what holds without them
    "book_description": "",  # of pages that no author writes
    "book_footer": [],
    "book_licence": "",
    "book_preview_alt": "",
}
SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def take_address(app: Sphinx, config: Config) -> None:
    """Let the environment say where the book will be published."""
    address = os.environ.get("BOOK_URL") or config.html_baseurl
    config.html_baseurl = address.rstrip("/") + "/" if address else ""


# --- the lists ----------------------------------------------------------------------------


def parts(app: Sphinx, env: BuildEnvironment) -> list[dict[str, Any]]:
    """Return the pages of the book, part by part, as the table of contents has them."""
    return [
        {
            "caption": toctree.get("caption") or "",
            "pages": [entry(app, env, name) for name in toctree["includefiles"]],
        }
        for toctree in env.get_doctree(app.config.root_doc).findall(addnodes.toctree)
    ]


def entry(app: Sphinx, env: BuildEnvironment, name: str) -> dict[str, str]:
    """Return the name of a page and its title as HTML."""
    return {"name": name, "title": app.builder.render_partial(env.titles[name])["title"]}  # type: ignore[attr-defined]


def contents(toc: str) -> str:
    """Return the list of a page's sections, without the page's own title around it.

    >>> contents('<ul><li><a href="#">Title</a><ul><li>One</li></ul></li></ul>')
    '<ul><li>One</li></ul>'
    """
    inner = BeautifulSoup(toc or "", "html.parser").select_one("li > ul")
    return str(inner) if inner else ""


# --- the description ----------------------------------------------------------------------


def description(doctree: nodes.document | None) -> str:
    """Return the first sentences of a page."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree is not None else ():
        if isinstance(paragraph.parent, nodes.section):
            return first_sentences(shown_text(paragraph), DESCRIPTION_LENGTH)
    return ""


def shown_text(node: nodes.Node) -> str:
    """Return the text of a node, formulas as they are shown."""
    if isinstance(node, nodes.math) and "mathml" in node:
        return BeautifulSoup(node["mathml"], "html.parser").get_text()
    if isinstance(node, nodes.Text):
        return str(node.astext()).replace("\n", " ")
    return "".join(map(shown_text, node.children))


def first_sentences(text: str, length: int) -> str:
    """Return as many whole sentences as fit, or as many whole words of the first.

    >>> first_sentences("One two. Three four. Five.", 22)
    'One two. Three four.'
    >>> first_sentences("One two three", 9)
    'One two …'
    """
    if len(text) <= length:
        return text
    end = max(text.rfind(stop, 0, length) for stop in (". ", "? ", "! "))
    if end > 0:
        return text[: end + 1]
    return text[: length - 1].rpartition(" ")[0] + " …"


# --- every page ---------------------------------------------------------------------------


def fill(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the template what it shows around the text."""
    root_address = app.config.html_baseurl
    home, listed = lists_of(app)
    pages = [page for part in listed for page in part["pages"]]
    context.setdefault("book", {}).update(
        home=home,
        parts=listed,
        footer=[page for page in pages if page["name"] in app.config.book_footer],
        author=app.config.author,
        licence=app.config.book_licence,
        style=f"{context['pathto'](STYLE, 1)}?v={digest(app.outdir, STYLE)}",
        script=f"{context['pathto'](SCRIPT, 1)}?v={digest(app.srcdir, SCRIPT)}",
        contents=contents(context.get("toc", "")),
        description=description(doctree) or app.config.book_description,
        root_address=root_address,
        address=context.get("pageurl") if root_address else None,
        preview=urljoin(root_address, PREVIEW)
        if root_address
        else context["pathto"](PREVIEW, 1),
        preview_alt=app.config.book_preview_alt,
        folders=sorted({str(PurePosixPath(page["name"]).parent) for page in pages} - {"."}),
    )


def digest(folder: os.PathLike[str], name: str) -> str:
    """Return what stands behind the address of a file, so that no cache is stale."""
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:8]


def lists_of(app: Sphinx) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the first page and all parts, which are the same on every page."""
    if not hasattr(app.builder, "book_lists"):
        home = entry(app, app.env, app.config.root_doc)
        app.builder.book_lists = home, parts(app, app.env)  # type: ignore[attr-defined]
    return app.builder.book_lists  # type: ignore[attr-defined, no-any-return]


# --- what no author writes ----------------------------------------------------------------


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make the page that a server shows for an address that it does not know."""
    if app.builder.name == "html":
        yield "404", {}, "404.html"


def write_sitemap(app: Sphinx, error: Exception | None) -> None:
    """List all pages for search engines, which accept full addresses only."""
    if error or app.builder.name != "html" or not app.config.html_baseurl:
        return
    sitemap = ElementTree.Element("urlset", xmlns=SITEMAP_NAMESPACE)
    for name in sorted(app.env.found_docs):
        url = ElementTree.SubElement(sitemap, "url")
        location = ElementTree.SubElement(url, "loc")
        location.text = urljoin(app.config.html_baseurl, app.builder.get_target_uri(name))
    ElementTree.indent(sitemap)
    target = Path(app.outdir)
    ElementTree.ElementTree(sitemap).write(
        target / "sitemap.xml", encoding="utf-8", xml_declaration=True
    )
    address = urljoin(app.config.html_baseurl, "sitemap.xml")
    (target / "robots.txt").write_text(f"Sitemap: {address}\n", encoding="utf-8")
