"""The built site: every page as a file, then every page in a real browser.

The book is built once, or ``BOOK_HTML`` names a folder with a site that was just built.
Without Chromium and its driver the browser's part is skipped, unless ``BOOK_BROWSER=required``.
With ``AXE_PATH`` (the path of axe-core's ``axe.min.js``) accessibility rules are checked too.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from selenium.webdriver.common.keys import Keys

from _ext import moved
from tests.legibility import LOOK, figure_faults
from tools.browser import Browser, serve

ROOT = Path(__file__).parent.parent
# What shows that something was not understood and has been printed instead.
RAW_MARKUP = [":::", "```", "{term}", "{cite}", "{numref}", "{ref}", "{prf:", "$$", "\\tag{"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# What a reader has to load before a page is there, in kilobytes as they go over the wire.
KILOBYTES = {"index.html": 110}
KILOBYTES_OF_A_PAGE = 180
REQUESTS = {"search.html": 11}  # Sphinx's search tools and the index
REQUESTS_OF_A_PAGE = 8
MEGABYTES_OF_THE_SITE = 10
LAYOUT_SHIFT = 0.005  # how much of what is seen may move, and how far; web vitals call it CLS


def build(out: Path) -> Path:
    """Build the book from scratch, with every warning an error; return the site's folder."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ROOT, "--all", "-n", "-W", "--keep-going"]
    done = subprocess.run(
        [*command, "--path-output", out],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        lines = [
            line for line in done.stderr.splitlines() if "WARNING" in line or "ERROR" in line
        ]
        pytest.fail("the book does not build:\n" + "\n".join(lines or [done.stderr[-2000:]]))
    return out / "_build" / "html"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site."""
    if "BOOK_HTML" in os.environ:
        return Path(os.environ["BOOK_HTML"]).resolve()
    return build(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Return every page, parsed, by its path inside the site."""
    found = sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)
    assert site / "index.html" in found, f"no site in {site}"
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(
            path.read_text(encoding="utf-8"), "html.parser"
        )
        for path in found
    }


@pytest.fixture(scope="session")
def articles(pages: dict[str, BeautifulSoup]) -> dict[str, Tag]:
    """Return what the authors wrote on every page, without what stands around it."""
    found = {name: page.select_one("article.bd-article") for name, page in pages.items()}
    assert None not in found.values()
    return {name: article for name, article in found.items() if article is not None}


def complaints(found: list[str]) -> None:
    """Fail with all that was found, not only with the first."""
    assert not found, "\n" + "\n".join(found)


def names_of_pages() -> list[str]:
    """Return the pages of the table of contents, and the two that every site has."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    return [f"{name}.html" for name in [*listed, "search", "404"]]


# One page of each kind is opened by `make test`, all others by `.ci/run`.
OF_EACH_KIND = {"index.html", "chapters/03-kl-divergence.html", "glossary.html", "404.html"}
BY_PAGE = pytest.mark.parametrize(
    "name",
    [
        name if name in OF_EACH_KIND else pytest.param(name, marks=pytest.mark.thorough)
        for name in names_of_pages()
    ],
)


# --- every page as a file -----------------------------------------------------------------


def loaded(page: BeautifulSoup) -> Iterator[str]:
    """Give the addresses of everything that a page loads by itself."""
    for element in page.select("[src]"):
        yield str(element["src"])
    for link in page.select("link[href]"):
        if {"stylesheet", "icon", "preload", "modulepreload"} & set(link.get("rel") or []):
            yield str(link["href"])


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, BeautifulSoup]) -> None:
    found = [
        f"{name}: {address}"
        for name, page in pages.items()
        for address in loaded(page)
        if urlsplit(address).netloc
    ]
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        found += [
            f"{sheet.name}: {p}" for p in ("url(http", "url(//", "@import url(h") if p in text
        ]
    complaints(found)


def test_links_lead_somewhere(site: Path, pages: dict[str, BeautifulSoup]) -> None:
    ids = {name: {str(e["id"]) for e in page.select("[id]")} for name, page in pages.items()}
    found = []
    for name, page in pages.items():
        links = [str(link["href"]) for link in page.select("a[href]")] + list(loaded(page))
        for address in links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = site / name
            if parts.path:
                target = (target.parent / unquote(parts.path)).resolve()
            inside = target.relative_to(site).as_posix() if target.is_file() else None
            anchor = unquote(parts.fragment)
            if inside is None or (anchor and inside in ids and anchor not in ids[inside]):
                found.append(f"{name}: {address}")
    complaints(found)


def test_pages_are_those_that_a_browser_opens(pages: dict[str, BeautifulSoup]) -> None:
    assert set(pages) == set(names_of_pages())
    assert set(pages) >= OF_EACH_KIND


def test_ids_are_unique_on_a_page(pages: dict[str, BeautifulSoup]) -> None:
    complaints(
        [
            f"{name}: {anchor}"
            for name, page in pages.items()
            for anchor, count in Counter(str(e["id"]) for e in page.select("[id]")).items()
            if count > 1
        ]
    )


def test_every_page_is_a_proper_page(pages: dict[str, BeautifulSoup]) -> None:
    found = []
    for name, page in pages.items():
        found += [f"{name}: {what}" for what in page_faults(page)]
    complaints(found)


def page_faults(page: BeautifulSoup) -> Iterator[str]:
    """Say what is missing around the text of a page."""
    if not page.html or not page.html.get("lang"):
        yield "no language"
    if not page.title or not page.title.get_text(strip=True):
        yield "no title"
    if len(page.select("meta[name=viewport]")) != 1:
        yield "not exactly one viewport"
    said = {
        str(meta.get("name") or meta.get("property")): str(meta["content"])
        for meta in page.select("meta[content]")
    }
    if not 40 <= len(said.get("description", "")) <= 250:
        yield f"description of {len(said.get('description', ''))} characters"
    for name in ("title", "description", "image", "image:alt", "site_name"):
        if not said.get(f"og:{name}"):
            yield f"social networks are not told the {name}"
    if any(int(str(element["tabindex"])) > 0 for element in page.select("[tabindex]")):
        yield "an order of its own for the Tab key"
    for image in page.select("img"):
        if not (image.get("width") and image.get("height")):
            yield f"image without its size: {image.get('src')}"
        if not str(image.get("alt", "")).strip():
            yield f"image without alternative text: {image.get('src')}"


def test_titles_and_descriptions_tell_pages_apart(
    site: Path, pages: dict[str, BeautifulSoup]
) -> None:
    for selector in ("title", "meta[name=description]"):
        found = Counter(
            str(element.get("content") or element.get_text())
            for name, page in pages.items()
            for element in page.select(selector)
            if selector == "title" or name not in {"404.html", "search.html"}
        )
        complaints([f"{count} × {words}" for words, count in found.items() if count > 1])
    for page in pages.values():
        (image,) = page.select("meta[property='og:image']")
        assert (site / "_static" / Path(str(image["content"])).name).is_file()


def test_addresses_stay(pages: dict[str, BeautifulSoup]) -> None:
    """What people have linked to goes on working; what is new is entered in the list."""
    promised = set((ROOT / "tests" / "addresses.txt").read_text().split())
    present = set(pages)
    for name, page in pages.items():
        present |= {f"{name}#{e['id']}" for e in page.select(".equation[id], .proof[id^=thm]")}
    led_on = {f"{m.page}.html#{anchor}" for m in moved.MOVED for anchor in m.ids.split()}
    complaints([f"gone: {address}" for address in sorted(promised - present - led_on)])
    complaints([f"add to addresses.txt: {address}" for address in sorted(present - promised)])


def test_what_has_moved_leads_on(pages: dict[str, BeautifulSoup]) -> None:
    """Each old id is on the old page, and the link beside it leads to an id of the new one."""
    for line in moved.MOVED:
        for anchor in line.ids.split():
            found = pages[f"{line.page}.html"].find(id=anchor)
            assert found, f"{line.page} has no {anchor} any longer"
            item = found if found.name == "li" else found.find_parent("li")
            assert item, f"{anchor} is not in a list"
            assert item.find_parent(class_="moved"), f"{anchor} has not moved"
            target, _, place = line.to.partition("#")
            (link,) = item.select("a")
            assert link["href"] == f"{Path(target).name}.html#{place}"
            assert pages[f"{target}.html"].find(id=place), f"there is no {line.to}"


def test_site_is_small(site: Path) -> None:
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < MEGABYTES_OF_THE_SITE * 1e6


def test_one_style_sheet_and_one_script(pages: dict[str, BeautifulSoup]) -> None:
    for name, page in pages.items():
        assert len(page.select("link[rel=stylesheet]")) == 1, name
        scripts = page.select("script[src]")
        assert all(script.has_attr("defer") for script in scripts), name
        assert len(scripts) == 1 or name == "search.html", name


def test_headings_skip_no_level(articles: dict[str, Tag]) -> None:
    found = []
    for name, article in articles.items():
        headings = article.select("h1, h2, h3, h4, h5, h6, [role=heading]")
        levels = [int(str(h.get("aria-level", h.name[-1]))) for h in headings]
        if levels.count(1) != 1:
            found.append(f"{name}: {levels.count(1)} headings of level 1")
        for before, after, heading in zip(levels, levels[1:], headings[1:], strict=False):
            if after > before + 1:
                found.append(f"{name}: level {before} to {after} at {heading.get_text()!r}")
    complaints(found)


def test_figures_say_what_they_show(articles: dict[str, Tag]) -> None:
    found = []
    for name, article in articles.items():
        for drawing in article.select(".drawing > svg"):
            if drawing.get("role") != "img" or drawing.find("title"):
                found.append(f"{name}: a figure that is read in parts, or twice")
            if len(str(drawing.get("aria-label", "")).split()) < 4:
                found.append(f"{name}: a figure that is not named by a sentence")
        # a figure that the hook did not see would be an image, or matplotlib's own words
        found += [f"{name}: {image['src']}" for image in article.select("img[src$='.svg']")]
        if "<Figure size" in article.get_text():
            found.append(f"{name}: a figure printed as text")
    complaints(found)


def test_parts_can_be_told_apart_by_their_names(articles: dict[str, Tag]) -> None:
    found = []
    for name, article in articles.items():
        summaries = [summary.get_text() for summary in article.select(".figure-text > summary")]
        found += [f"{name}: {words} twice" for words, n in Counter(summaries).items() if n > 1]
        for figure in article.select("figure:has(.caption-number)"):
            number = (
                figure.select(".caption-number")[0].get_text().strip().removeprefix("Fig. ")
            )
            if figure.get("aria-label") != f"Figure {number}":
                found.append(f"{name}: figure {number} is not called so")
        for text in article.select(".cell_input pre, .cell_output pre"):
            if text.find_parent(attrs={"role": "group", "aria-label": True}) is None:
                found.append(f"{name}: code or output? {text.get_text()[:40]!r}")
        for theorem in article.select(".proof"):
            if theorem.get("role") != "group":
                found.append(f"{name}: where does it end? {theorem.get_text()[:40]!r}")
        exercises = article.select("section#exercises [role=heading]")
        if article.select("section#exercises") and not exercises:
            found.append(f"{name}: exercises without headings")
    complaints(found)


def test_no_markup_is_left_over(articles: dict[str, Tag]) -> None:
    found = []
    for name, article in articles.items():
        text = BeautifulSoup(str(article), "html.parser")
        for element in text.select("pre, code, annotation, script"):
            element.decompose()
        words = text.get_text()
        found += [f"{name}: {markup}" for markup in RAW_MARKUP if markup in words]
        found += [f"{name}: {e.get_text()[:80]}" for e in text.select(".problematic, merror")]
    complaints(found)


def test_every_equation_number_occurs_once(pages: dict[str, BeautifulSoup]) -> None:
    numbers = Counter(
        link.get_text() for page in pages.values() for link in page.select(".equation-number")
    )
    complaints([number for number, count in numbers.items() if count > 1])
    for page in pages.values():
        for equation in page.select(".equation[id]"):
            number = equation.select_one(".equation-number")
            assert number is not None
            assert number["href"] == f"#{equation['id']}"


def test_two_builds_are_the_same(site: Path, tmp_path: Path) -> None:
    """With BOOK_HTML, the second build is compared with what lies there."""
    again = build(tmp_path)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    others = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert files == others
    complaints([str(f) for f in files if (site / f).read_bytes() != (again / f).read_bytes()])


# --- every page in a browser --------------------------------------------------------------


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Return the address of the site on a local server."""
    with serve(site) as found:
        yield found


# The innermost elements that reach beyond the window and are not inside a box that scrolls.
TOO_WIDE = """
const scrolls = (e) => e && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX)
  && e !== document.documentElement && e !== document.body || scrolls(e.parentElement));
return [...document.querySelectorAll("main *")]
  .filter((e) => e.getBoundingClientRect().right > arguments[0] + 1 && !scrolls(e))
  .map((e) => `<${e.tagName.toLowerCase()}> ${e.textContent.trim().slice(0, 30)}`)
  .slice(-2);
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@BY_PAGE
def test_pages_fit_and_figures_can_be_read(
    name: str, browser: Browser, address: str, dark: bool
) -> None:
    found = []
    browser.emulate(dark=dark, width=1280)
    browser.open(f"{address}/{name}")
    theme = browser.run("return document.documentElement.dataset.theme")
    if theme != ("dark" if dark else "light"):
        found.append(f"{name}: theme is {theme}")
    browser.unroll()
    browser.run("for (const f of document.querySelectorAll('details')) f.open = true;")
    for width in (1280, 360, 320):
        browser.emulate(dark=dark, width=width)
        browser.settle()
        found += [f"{name}, {width}: {fault}" for fault in layout_faults(browser, width)]
    asked, failed = browser.network()
    found += [f"{name}: asked for {url}" for url in asked if not is_local(url, address)]
    found += [f"{name}: failed: {url}" for url in failed]
    found += [f"{name}: console: {error}" for error in browser.console_errors()]
    complaints(found)


def layout_faults(browser: Browser, width: int) -> Iterator[str]:
    """Say what does not fit or cannot be read in the page at this width of the window."""
    wide = browser.run("return document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} pixels wide, because of {browser.run(TOO_WIDE, width)}"
    for figure in browser.run(LOOK):
        for fault in figure_faults(figure):
            yield f"{figure['title'][:40]}…: {fault}"
    boxes = browser.run(
        "return [...document.querySelectorAll('.equation-body')]"
        ".filter((box) => box.checkVisibility()).map((box) => "
        "[box.scrollWidth > box.clientWidth + 1, box.tabIndex === 0, box.textContent])"
    )
    for scrolls, reachable, words in boxes:
        if scrolls != reachable:
            yield f"{words[:40]!r} scrolls: {scrolls}, reached by keyboard: {reachable}"


@pytest.mark.parametrize("width", [360, 1280])
def test_equations_fit_into_the_column(
    width: int, browser: Browser, address: str, articles: dict[str, Tag]
) -> None:
    """Cut at the edge of the screen between two terms, an equation states something else.

    On a wide page an equation that a phone needs in several lines has its unbroken form.
    """
    found, unbroken = [], 0
    for name, article in articles.items():
        if not article.select_one(".equation"):
            continue
        browser.emulate(width=width)
        browser.open(f"{address}/{name}")
        browser.unroll()
        browser.run("for (const f of document.querySelectorAll('details')) f.open = true;")
        browser.settle()
        forms = browser.run(
            "return [...document.querySelectorAll('.equation-body > .wide, .equation-body > "
            ".narrow')].map((form) => [form.className, form.checkVisibility()])"
        )
        shown = "wide" if width > 1000 else "narrow"
        assert all(visible == (form == shown) for form, visible in forms), name
        unbroken += sum(form == "wide" for form, _ in forms)
        boxes = browser.run(
            "return [...document.querySelectorAll('.equation-body')].map((box) => "
            "[box.checkVisibility(), box.scrollWidth, box.clientWidth,"
            " box.querySelector('annotation').textContent])"
        )
        for visible, wide, room, latex in boxes:
            if not visible or wide > room:
                found.append(f"{name}: {wide} pixels, room for {room}: {latex}")
    complaints(found)
    assert unbroken > 5


def is_local(url: str, address: str) -> bool:
    """Say whether a request stays on this machine."""
    return url.startswith((address + "/", "data:", "file:", "blob:"))


@BY_PAGE
def test_first_view_is_light(name: str, browser: Browser, site: Path, address: str) -> None:
    found = []
    browser.emulate(width=1280)
    browser.open(f"{address}/{name}")
    asked, _ = browser.network()
    paths = [urlsplit(url).path for url in asked if url.startswith(address)]
    size = sum(len(gzip.compress((site / p.lstrip("/")).read_bytes())) for p in paths) / 1e3
    if len(paths) > REQUESTS.get(name, REQUESTS_OF_A_PAGE):
        found.append(f"{name}: {len(paths)} requests: {paths}")
    if size > KILOBYTES.get(name, KILOBYTES_OF_A_PAGE):
        found.append(f"{name}: {size:.0f} kB")
    complaints(found)


# --- what a reader does -----------------------------------------------------------------------

SEARCHES = [
    ("Pinsker", "chapters/12-kl-further.html"),
    ("Gentoo", "chapters/05-one-hot.html"),
]


@pytest.mark.parametrize("from_folder", [False, True], ids=["server", "folder"])
def test_search_finds_pages(
    browser: Browser, site: Path, address: str, from_folder: bool
) -> None:
    browser.emulate(width=1280)
    for words, page in SEARCHES:
        browser.open((site / "data.html").as_uri() if from_folder else f"{address}/data.html")
        browser.press("k", control=True)
        browser.press(words + Keys.ENTER)
        browser.wait("return document.querySelector('#search-results li a')")
        links = browser.run(
            "return [...document.querySelectorAll('#search-results a')].map((a) => a.href)"
        )
        assert any(urlsplit(link).path.endswith(page) for link in links), links
        assert not browser.network()[1]
        assert not browser.console_errors()
        browser.run("document.querySelector('#search-results a').click()")
        browser.wait("return document.querySelector('h1')?.textContent !== 'Search'")


def test_search_names_the_terms_of_the_glossary(browser: Browser, address: str) -> None:
    browser.open(f"{address}/search.html?q=entropy")
    browser.wait("return document.querySelector('.search-summary')?.textContent")
    found = browser.run(
        "return [...document.querySelectorAll('#search-results a')]"
        ".map((a) => [a.textContent, new URL(a.href).hash])"
    )
    assert ["Glossary > entropy", "#term-entropy"] in found
    assert len({tuple(result) for result in found}) == len(found)


def test_reader_chooses_the_colours(browser: Browser, address: str) -> None:
    browser.emulate(dark=False, width=1280)
    browser.open(f"{address}/data.html")
    seen = []
    for _ in range(3):
        paper = browser.run("return getComputedStyle(document.body).backgroundColor")
        name = browser.run("return document.getElementById('mode-switch').innerText")
        seen.append((" ".join(name.split()), paper))
        browser.run("document.getElementById('mode-switch').click()")
    light, dark = "rgb(255, 255, 255)", "rgb(20, 24, 30)"
    assert seen == [
        ("Colours: system", light),
        ("Colours: light", light),
        ("Colours: dark", dark),
    ]
    browser.run("document.getElementById('mode-switch').click()")  # light
    browser.run("document.getElementById('mode-switch').click()")  # dark
    browser.open(f"{address}/index.html")
    assert browser.run("return document.documentElement.dataset.theme") == "dark"
    browser.run("localStorage.clear()")


def heard(browser: Browser, role: str) -> list[str]:
    """Return the names of all elements with this role, as a screen reader gets them."""
    tree = browser.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [
        node["name"]["value"]
        for node in tree
        if not node["ignored"] and node["role"]["value"] == role and "name" in node
    ]


def test_bar_of_a_narrow_page_is_heard_as_it_is_seen(browser: Browser, address: str) -> None:
    browser.emulate(width=320)
    browser.open(f"{address}/chapters/03-kl-divergence.html")
    buttons = heard(browser, "button")
    assert buttons[:2] == ["Book", "On this page"]
    assert browser.run("return document.querySelector('.book-bar').offsetHeight") < 60  # a row
    assert "Colours: system" in [name.replace(" :", ":") for name in buttons]
    for panel, name in [("book-sidebar", "Book"), ("page-contents", "On this page")]:
        browser.run(f"document.getElementById('{panel}').showPopover()")
        assert name in heard(browser, "navigation")
        browser.run(f"document.getElementById('{panel}').hidePopover()")


# The names of the buttons that copy code; a browser without a mouse does not show them.
COPYING = "[...document.querySelectorAll('.copy-button')].map((b) => b.ariaLabel)"


def test_buttons_and_boxes_have_names_of_their_own(browser: Browser, address: str) -> None:
    browser.emulate(width=320)
    browser.open(f"{address}/chapters/06-maximum-likelihood.html")
    browser.unroll()
    scrolling = [name for name in heard(browser, "group") if name.startswith("Scrollable")]
    assert set(scrolling) == {"Scrollable formula", "Scrollable code", "Scrollable output"}
    copying = browser.run(f"return {COPYING}")
    assert copying == [f"Copy code {number + 1}" for number in range(len(copying))]
    assert len(copying) > 20
    browser.run(
        "navigator.clipboard.writeText = async () => {};"
        "document.querySelector('.copy-button').click()"
    )
    browser.wait(f"return {COPYING}[0] === 'Copied code 1'")
    browser.wait(f"return {COPYING}[0] === 'Copy code 1'")


@pytest.mark.parametrize("panel", ["book-sidebar", "page-contents"])
def test_panels_open_and_close_by_keyboard(browser: Browser, address: str, panel: str) -> None:
    browser.emulate(width=360)
    browser.open(f"{address}/index.html")
    visible = f"return document.getElementById('{panel}').checkVisibility()"
    assert not browser.run(visible)
    browser.run(f"document.querySelector('[popovertarget={panel}]').focus()")
    browser.press(Keys.ENTER)
    assert browser.run(visible)
    browser.press(Keys.TAB)
    inside = f"return document.getElementById('{panel}').contains(document.activeElement)"
    assert browser.run(inside)
    browser.press(Keys.ESCAPE)
    assert not browser.run(visible)
    where = "return document.activeElement.getAttribute('popovertarget')"
    assert browser.run(where) == panel


def test_side_columns_stay_beside_the_text(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    browser.open(f"{address}/chapters/04-coin.html")
    browser.run("scrollTo(0, 5000)")
    for column in (".book-sidebar", ".page-contents"):
        top, high = browser.run(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [box.top, box.height]",
            column,
        )
        assert 0 <= top < 100, column
        assert high > 300, column


# What has the focus: whether that can be seen, where it is in the document, and its words.
FOCUS = """
const e = document.activeElement;
if (!e || e === document.body) return null;
const style = getComputedStyle(e);
const box = e.getBoundingClientRect();
window.stops ??= [...document.querySelectorAll("*")];
const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2];
const middle = document.elementFromPoint(x, y);
return {
  outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  shown: box.bottom > 0 && box.top < innerHeight && box.width > 1,
  covered: middle !== null && middle.closest(".book-bar") !== null && !e.closest(".book-bar"),
  place: window.stops.indexOf(e),
  words: (e.textContent || e.id || e.tagName).trim().slice(0, 40),
};
"""


@BY_PAGE
def test_focus_is_seen_and_goes_in_reading_order(
    name: str, browser: Browser, address: str
) -> None:
    found = []
    browser.emulate(width=1280)
    browser.open(f"{address}/{name}")
    browser.unroll()
    before = -1
    for _ in range(400):
        browser.press(Keys.TAB)
        stop = browser.run(FOCUS)
        if stop is None or stop["place"] < before:
            break  # back at the beginning
        before = stop["place"]
        faults = [
            ("its focus cannot be seen", not stop["outlined"]),
            ("it is not in the window", not stop["shown"]),
            ("the bar covers it", stop["covered"]),
        ]
        found += [f"{name}: {stop['words']!r}: {what}" for what, true in faults if true]
    if before < 0:
        found.append(f"{name}: nothing can be reached with the Tab key")
    complaints(found)


@BY_PAGE
def test_text_stands_in_the_order_in_which_it_is_read(
    name: str, browser: Browser, address: str
) -> None:
    script = (
        "return [...document.querySelectorAll('.bd-article :is(h1, h2, h3, p, li, pre, svg)')]"
        ".filter((e) => !e.closest('svg svg, td, th') && e.checkVisibility())"
        ".map((e) => [e.getBoundingClientRect().top, e.textContent.trim().slice(0, 40)])"
    )
    found = []
    browser.emulate(width=360)
    browser.open(f"{address}/{name}")
    browser.unroll()
    tops = browser.run(script)
    for (above, _), (top, words) in pairwise(tops):
        if top < above - 5:
            found.append(f"{name}: {words!r} stands {above - top:.0f} pixels too high")
    complaints(found)


# A page that has scrolled, and for a while no longer does.
STANDS_STILL = """
if (window.scrolled !== scrollY) [window.scrolled, window.since] = [scrollY, performance.now()];
return scrollY > 0 && performance.now() - window.since > 400;
"""


def test_a_link_to_a_section_arrives_there(
    browser: Browser, address: str, pages: dict[str, BeautifulSoup]
) -> None:
    """The exercises stand far down on long pages, where a jump goes wrong if it does.

    Motion is allowed here, as it is for most readers: a smooth scroll takes its time, and
    what is laid out on the way must not move the goal.
    """
    motion = [{"name": "prefers-reduced-motion", "value": "no-preference"}]
    top = "return document.getElementById('exercises').getBoundingClientRect().top"
    found = []
    browser.emulate(width=360)
    browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": motion})
    for name, soup in pages.items():
        if soup.select_one("section#exercises"):
            browser.open("about:blank")
            browser.open(f"{address}/{name}#exercises")
            browser.wait(STANDS_STILL)
            if not -5 <= (landed := browser.run(top)) <= 160:
                found.append(f"{name}: {landed:.0f} pixels away")
    complaints(found)


# Runs before the page: all that moves although nobody touched it.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# What a long page has not laid out yet (see "opening" in book.js).
WAITING = (
    "return [...document.querySelectorAll('.bd-article section section > *')]"
    ".filter((e) => getComputedStyle(e).contentVisibility === 'auto').length"
)


@BY_PAGE
def test_nothing_moves_while_a_page_is_opened(
    name: str, browser: Browser, address: str
) -> None:
    found = []
    command = browser.chrome.execute_cdp_cmd
    watch = command("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH_SHIFTS})
    # a font that another page has brought would be there at once
    command("Network.setCacheDisabled", {"cacheDisabled": True})
    for width in (360, 768, 1280):
        browser.emulate(width=width)
        browser.open(f"{address}/{name}")
        browser.wait(WAITING.replace("return", "return !"))
        browser.settle()
        if (shifted := browser.run("return window.shifted")) > LAYOUT_SHIFT:
            found.append(f"{name}, {width}: moves by {shifted:.3f}")
    command("Network.setCacheDisabled", {"cacheDisabled": False})
    command("Page.removeScriptToEvaluateOnNewDocument", watch)
    complaints(found)


def test_a_long_page_is_soon_as_high_as_it_will_be(
    browser: Browser, address: str, pages: dict[str, BeautifulSoup]
) -> None:
    """Its parts are laid out one after another, or at once when a reader follows a link."""
    height = "return document.body.scrollHeight"
    long = [name for name, page in pages.items() if '"opening"' in str(page.head)]
    assert {"errata.html", "chapters/04-coin.html"} <= set(long)
    browser.emulate(width=360)
    for name in long:
        browser.open(f"{address}/{name}")
        assert browser.run("return document.documentElement.classList.contains('opening')")
        browser.wait(WAITING.replace("return", "return !"))
        high = browser.run(height)
        browser.unroll()
        assert browser.run(height) == high, name

        browser.open("about:blank")
        browser.open(f"{address}/{name}")
        browser.run("document.querySelector('#page-contents a').click()")
        assert browser.run(WAITING) == 0, name
        assert browser.run(height) == high, name


def test_lost_readers_find_the_book(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    for place in ("no-such-page.html", "chapters/no-such-page.html", "chapters/a/b.html"):
        browser.open(f"{address}/{place}")
        assert (
            browser.run("return document.querySelector('h1').textContent") == "Page not found"
        )
        home = browser.run("return document.querySelector('.book-title').href")
        assert home == f"{address}/index.html"
        assert browser.run("return document.styleSheets[0].cssRules.length") > 50


# What paper leaves out on purpose: how a figure is drawn, its description, and statements
# in the language of the proof assistant.
NOT_ON_PAPER = ".cell.tag_hide-input > details.hide, .figure-text, .formal"


@BY_PAGE
def test_paper_is_white_and_shows_everything(name: str, browser: Browser, address: str) -> None:
    found = []
    browser.emulate(dark=True, width=800, media="print")
    browser.open(f"{address}/{name}")
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    if paper != "rgb(255, 255, 255)":
        found.append(f"{name}: paper is {paper}")
    hidden = browser.run(
        "return [...document.querySelectorAll('.bd-article details > *:not(summary)')]"
        ".filter((e) => !e.checkVisibility() && !e.hidden && !e.closest(arguments[0]))"
        ".map((e) => e.textContent.trim().slice(0, 40))",
        NOT_ON_PAPER,
    )
    found += [f"{name}: not on paper: {words!r}" for words in hidden]
    printed = browser.run(
        "return [...document.querySelectorAll(arguments[0])]"
        ".filter((e) => e.checkVisibility()).map((e) => e.textContent.trim().slice(0, 40))",
        NOT_ON_PAPER,
    )
    found += [f"{name}: no use on paper: {words!r}" for words in printed]
    for what in (".book-bar", ".book-sidebar", ".page-contents", ".page-turn"):
        script = "return document.querySelector(arguments[0])?.checkVisibility() ?? false"
        if browser.run(script, what):
            found.append(f"{name}: {what} is printed")
    browser.emulate()
    complaints(found)


@BY_PAGE
def test_pages_work_from_a_folder(
    name: str, browser: Browser, site: Path, pages: dict[str, BeautifulSoup]
) -> None:
    browser.emulate(dark=False, width=1280)
    found = []
    browser.open((site / name).as_uri())
    asked, failed = browser.network()
    found += [f"{name}: asked for {url}" for url in asked if not is_local(url, "file:/")]
    found += [f"{name}: failed: {url}" for url in failed]
    found += [f"{name}: console: {error}" for error in browser.console_errors()]
    # a browser loads a font only where it is used
    fonts = browser.run("return [...document.fonts].map((f) => f.family + ' ' + f.status)")
    if pages[name].math and "STIX Two Math loaded" not in fonts:
        found.append(f"{name}: the mathematics font is not there: {fonts}")
    complaints(found)


@BY_PAGE
def test_axe_finds_nothing(name: str, browser: Browser, address: str) -> None:
    if "AXE_PATH" not in os.environ:
        pytest.skip("AXE_PATH does not name axe-core's axe.min.js: accessibility rules not run")
    axe = Path(os.environ["AXE_PATH"]).read_text(encoding="utf-8")
    everything = {"type": "tag", "values": AXE_RULES}
    colours = {"type": "rule", "values": ["color-contrast"]}  # all that darkness changes
    found = []
    for dark, widths, rules in [(False, (1280, 360), everything), (True, (1280,), colours)]:
        browser.emulate(dark=dark, width=widths[0])
        browser.open(f"{address}/{name}")
        browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        browser.unroll()
        browser.run(axe)
        for width in widths:
            browser.emulate(dark=dark, width=width)
            browser.settle()
            found += [f"{name}, {width}: {fault}" for fault in axe_faults(browser, rules)]
    complaints(found)


def axe_faults(browser: Browser, rules: dict[str, Any]) -> Iterator[str]:
    """Say what axe finds in the page."""
    violations = browser.chrome.execute_async_script(
        "const [rules, done] = arguments;"
        "axe.run({runOnly: rules, resultTypes: ['violations']})"
        "   .then((result) => done(result.violations));",
        rules,
    )
    for violation in violations:
        for node in violation["nodes"]:
            markup = " ".join(node["html"].split())[:100]
            yield f"{violation['id']} {node['target']}: {markup}"
