"""Explorers compute what divcore computes, and answer to keyboard, touch and eye."""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from _ext import explorers as hook
from _ext import figures
from exhibits.explorer import Explorer
from exhibits.explorers import EXPLORERS, explore_photo
from exhibits.vega import MIME
from tests.explored import Explored, Numbers, Setting, controls, drawn, explorer
from tests.legibility import LOOK, figure_faults
from tests.sidecar import PAGES, Page
from tests.tiny_book import Book, drawing, markdown
from tools.browser import Browser, serve

ROOT = Path(__file__).parent.parent
SHOWN = [(page, name) for page in PAGES for name in page.table("EXPLORERS")]
EXPLORED: dict[str, Explored] = {n: page.table("EXPLORERS")[n] for page, n in SHOWN}
NAMES = sorted(EXPLORED)
BY_NAME = pytest.mark.parametrize(
    "name", [pytest.param(name, id=f"{page.name}:{name}") for page, name in SHOWN]
)
# In a browser, `make test` tries the first one only.
IN_A_BROWSER = pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            id=f"{page.name}:{name}",
            marks=[pytest.mark.thorough] if name != NAMES[0] else [],
        )
        for page, name in SHOWN
    ],
)


@pytest.fixture(scope="module")
def made() -> dict[str, Explorer]:
    """Return every explorer by its name."""
    return {name: explorer(name) for name in NAMES}


# --- the numbers, against divcore -----------------------------------------------------------


@cache
def computed(name: str) -> list[tuple[Setting, Numbers]]:
    """Return the settings of an explorer's grid, each with what the explorer says there."""
    grid = EXPLORED[name].grid
    return list(zip(grid, explorer(name).numbers(grid), strict=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_explorer_has_an_entry_in_a_sidecar(page: Page) -> None:
    text = page.path.read_text(encoding="utf-8")
    shown = {name for name in EXPLORERS if f"{name}()" in text}
    place = f"EXPLORERS of {page.place}"
    missing, left = shown - set(page.table("EXPLORERS")), set(page.table("EXPLORERS")) - shown
    assert not missing, (
        f"{page.path.name} shows {sorted(missing)}: add an Explored(…) to {place}"
    )
    assert not left, f"{place} has {sorted(left)}, which {page.path.name} does not show"


def test_every_explorer_is_shown_on_a_page() -> None:
    assert {name for _, name in SHOWN} == set(EXPLORERS)


def to_precision(value: Any) -> Any:
    """Compare numbers by 1e-12 of their size, unless another way was chosen already."""
    if isinstance(value, list):
        return [to_precision(entry) for entry in value]
    if isinstance(value, np.ndarray | float | int):
        return pytest.approx(value, rel=1e-12, abs=0)
    return value


@BY_NAME
def test_numbers_are_those_of_divcore(name: str) -> None:
    assert len(EXPLORED[name].grid) >= 1000
    for setting, numbers in computed(name):
        for key, value in EXPLORED[name].oracle(**setting).items():
            assert numbers[key] == to_precision(value), (setting, key)


@BY_NAME
def test_sentence_says_the_numbers(name: str) -> None:
    entry = EXPLORED[name]
    for setting, numbers in computed(name):
        sentence = " ".join(numbers["sentence"])
        for word in ("NaN", "nfinity", "undefined", "null", "{", "}"):
            assert word not in sentence, (setting, sentence)
        if entry.nothing and entry.nothing.items() <= setting.items():
            continue  # `special` says what the sentence says there
        for key in entry.said:
            for value in np.atleast_1d(numbers[key]):
                ways = ways_to_write(value, entry.places)
                assert ways & words(sentence), (setting, sentence)


def ways_to_write(value: float, places: int) -> set[str]:
    """Return a number as a sentence may show it: halfway between two, either will do."""
    if math.isinf(value):
        return {"∞"}
    written = {f"{value * (1 + d):z.{places}f}" for d in (-1e-12, 0, 1e-12)}
    return {text.replace("-", "−") for text in written}


def words(sentence: str) -> set[str]:
    return {word.strip(".,:;") for word in sentence.split()}


@BY_NAME
def test_sentences_at_the_start_and_at_the_edges(name: str) -> None:
    edges = EXPLORED[name].edges
    assert edges, f"say in EXPLORERS what {name} says at its start and at its edges"
    for setting, said in edges:
        [numbers] = explorer(name).numbers([setting])
        assert said in " ".join(numbers["sentence"]), setting


@BY_NAME
def test_words_for_special_states_are_said_there_and_only_there(name: str) -> None:
    for said, when in EXPLORED[name].special:
        for setting, numbers in computed(name):
            assert (said in " ".join(numbers["sentence"])) == when(setting), (setting, said)


# --- what is drawn, at the first state and at the edges ---------------------------------------


def edges(explorer: Explorer) -> list[Setting]:
    """Return the settings with every control at one of its ends."""
    ends = []
    for control in controls(explorer):
        bind = control["bind"]
        options = bind.get("options") or [bind["min"], bind["max"]]
        ends.append([(control["name"], end) for end in options])
    return [dict(point) for point in itertools.product(*ends)]


@BY_NAME
def test_edges_are_drawn_whole(name: str, made: dict[str, Explorer]) -> None:
    found = edges(made[name])
    for setting in found[:: max(1, len(found) // 12)]:
        svg = drawn(made[name], setting)
        for word in ("NaN", "nfinity", "undefined", "null"):
            assert word not in svg, (setting, svg[max(0, svg.index(word) - 200) :][:300])


@BY_NAME
def test_three_forms(name: str, made: dict[str, Explorer]) -> None:
    explorer = made[name]
    forms = explorer._repr_mimebundle_()
    assert set(forms) == {"text/plain", "image/svg+xml", MIME}
    json.dumps(forms[MIME], allow_nan=False)
    alt, sentence, *rest = forms["text/plain"].splitlines()
    [start] = explorer.numbers([{}])
    assert sentence == " ".join(start["sentence"])
    assert len(rest) == len(controls(explorer))
    assert not re.search(r"(?<!\w)-\d", forms["text/plain"]), "− is read aloud, - is not"
    root = ET.fromstring(forms["image/svg+xml"])
    assert (root.get("role"), root.get("aria-label")) == ("img", alt)
    assert root[0].text == alt
    assert len(forms["image/svg+xml"]) < 15_000
    labels = [control["bind"]["name"] for control in controls(explorer)]
    assert len(set(labels)) == len(labels)
    assert "To be seen:" in (EXPLORERS[name].__doc__ or "")


def test_drawings_are_the_same_in_every_run(made: dict[str, Explorer]) -> None:
    code = (
        "import json; from exhibits.explorers import EXPLORERS as e;"
        "print(json.dumps([e[n]()._repr_mimebundle_() for n in sorted(e, reverse=True)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # The order differs too: what is drawn first must not change what is drawn later.
    assert json.loads(done.stdout)[::-1] == [made[n]._repr_mimebundle_() for n in NAMES]


# --- the hook ---------------------------------------------------------------------------------


def stored(explorer: Explorer) -> dict[str, Any]:
    """Return a cell with an explorer as its output."""
    cell = drawing(explorer.svg, explorer.text)
    cell["outputs"][0]["data"][MIME] = explorer.spec
    return cell


def test_hook_writes_drawing_controls_sentence_and_chart(
    book: Book, made: dict[str, Explorer]
) -> None:
    explorer = made["explore_coin_price"]
    book.write(index=[markdown("# A"), stored(explorer), stored(explorer)])
    assert book.build() == ""
    page = book.page()
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    first, _ = page.select(".explorer")
    [svg] = first.select(".drawing > svg")
    assert svg["role"] == "img"
    assert not first.select("details, img")
    for control in first.select("input, select"):
        [label] = first.select(f'label[for="{control["id"]}"]')
        assert label.get_text()
    assert [e["name"] for e in first.select("input, select")] == ["p", "q", "unit"]
    [status] = first.select("[role=status]")
    assert status.get_text() == explorer.text.splitlines()[1]
    [script] = first.select("script")
    chart = json.loads(script.get_text())
    assert "bind" not in json.dumps(chart)
    assert '"black"' not in json.dumps(chart)
    assert figures.INK in json.dumps(chart)
    vega = (book.html / hook.VEGA_SCRIPT).read_text(encoding="utf-8")
    assert vega.startswith("/* Vega ")
    assert not (book.html / "_images").exists()


def test_chart_cannot_end_its_script_early() -> None:
    spec = explore_photo().spec
    spec["data"] = {"values": [{"x": "</script><b>"}]}
    page = BeautifulSoup(hook.explorer(spec, "<svg></svg>", "Words.", "e-"), "html.parser")
    assert not page.select("b")
    [script] = page.select("script")
    assert "</script><b>" in json.dumps(json.loads(script.get_text()))


def test_explorer_without_alternative_text_is_a_warning(
    book: Book, made: dict[str, Explorer]
) -> None:
    cell = stored(made["explore_photo"])
    data = cell["outputs"][0]["data"]
    data["image/svg+xml"] = data["image/svg+xml"].replace("title>", "desc>")
    book.write(index=[markdown("# A"), cell])
    assert "WARNING: explorer: no alternative text" in book.build()


# --- in a browser -----------------------------------------------------------------------------

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="./"><head><meta charset="utf-8"><title>Explorers</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script>document.documentElement.classList.add("has-scripts")</script>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="book.css"><script defer src="book.js"></script></head>
<body><main class="bd-article" style="padding: 1rem"><h1>Explorers</h1>
<p style="height: 200vh">Far above.</p>
{explorers}</main></body></html>
"""


@pytest.fixture(scope="module")
def pages(made: dict[str, Explorer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one page for each explorer, in the style of the site."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("book.css", "book.js"):
        shutil.copy(ROOT / "_static" / name, folder)
    (folder / "_static").mkdir()
    (folder / hook.VEGA_SCRIPT).write_text(hook.vega_program(), encoding="utf-8")
    for name, chart in made.items():
        picture = figures.inline_svg(chart.svg, "e-")
        part = hook.explorer(chart.spec, picture, chart.text.splitlines()[1], "e-")
        (folder / f"{name}.html").write_text(PAGE.format(explorers=part), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(pages: Path) -> Iterator[str]:
    with serve(pages) as found:
        yield found


def wait_for(browser: Browser, condition: str, *arguments: Any) -> None:
    """Wait until a condition, in JavaScript, holds in the page."""
    end = time.monotonic() + 10
    while not browser.run(f"return {condition}", *arguments):
        assert time.monotonic() < end, condition
        time.sleep(0.05)


LIVE = "!!document.querySelector('.explorer .live > svg')"
STATUS = "document.querySelector('.explorer [role=status]').textContent"


def go_to(browser: Browser, url: str) -> None:
    """Open an explorer and scroll to it."""
    browser.open(url)
    browser.run("document.querySelector('.explorer').scrollIntoView({block: 'center'})")
    wait_for(browser, LIVE)


def press(browser: Browser, name: str, *keys: str) -> None:
    control = browser.chrome.find_element(By.NAME, name)
    for key in keys:
        control.send_keys(key)


def expect(browser: Browser, explorer: Explorer, **setting: Any) -> None:
    """Wait until the page says what the explorer computes at a setting."""
    [numbers] = explorer.numbers([setting])
    wait_for(browser, f"{STATUS} === arguments[0]", " ".join(numbers["sentence"]))


def test_vega_is_loaded_when_the_explorer_is_seen(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    browser.open(f"{address}/explore_photo.html")
    time.sleep(0.3)
    assert not [url for url in browser.network()[0] if "vega" in url]
    assert not browser.run(f"return {LIVE}")
    size = browser.run("return document.querySelector('.explorer').offsetHeight")
    browser.run("document.querySelector('.explorer').scrollIntoView({block: 'center'})")
    wait_for(browser, LIVE)
    asked, failed = browser.network()
    assert [url.removeprefix(address) for url in asked] == ["/_static/vega.js"]
    assert failed == browser.console_errors() == []
    assert browser.run("return document.querySelector('.explorer').offsetHeight") == size


@IN_A_BROWSER
def test_keys_move_every_slider(
    name: str, browser: Browser, address: str, made: dict[str, Explorer]
) -> None:
    explorer = made[name]
    browser.emulate(width=1280)
    go_to(browser, f"{address}/{name}.html")
    setting = {}
    order = []
    for control in controls(explorer):
        bind, key = control["bind"], control["name"]
        if bind["input"] == "select":
            press(browser, key, Keys.HOME, Keys.ARROW_DOWN)
            setting[key] = bind["options"][1]
        else:
            press(browser, key, Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
            setting[key] = round(bind["min"] + 2 * bind["step"], 10)
        order.append(key)
        expect(browser, explorer, **setting)
    # the same order by the Tab key, from the first control to the button behind the last
    browser.chrome.find_element(By.NAME, order[0]).send_keys("")
    for key in [*order[1:], ""]:
        browser.chrome.switch_to.active_element.send_keys(Keys.TAB)
        assert browser.chrome.switch_to.active_element.get_attribute("name") == key
    browser.chrome.switch_to.active_element.send_keys(Keys.ENTER)
    expect(browser, explorer)
    assert browser.console_errors() == []


def test_infinity_is_said_and_shown(
    browser: Browser, address: str, made: dict[str, Explorer]
) -> None:
    browser.emulate(width=1280)
    go_to(browser, f"{address}/explore_coin_price.html")
    press(browser, "q", Keys.HOME)
    expect(browser, made["explore_coin_price"], q=0)
    assert "cross-entropy is ∞ bits" in browser.run(f"return {STATUS}")
    texts = browser.run("return document.querySelector('.live').textContent")
    assert "→ ∞" in texts


def test_touch_moves_a_slider(browser: Browser, address: str) -> None:
    browser.emulate(width=360)
    go_to(browser, f"{address}/explore_coin_price.html")
    browser.run("document.getElementsByName('q')[0].scrollIntoView({block: 'center'})")
    x, y, high = browser.run(
        "const b = document.getElementsByName('q')[0].getBoundingClientRect();"
        "return [b.x + b.width / 2, b.y + b.height / 2, b.height]"
    )
    assert high >= 24  # WCAG 2.2, target size
    point = [{"x": x, "y": y}]
    for kind, points in [("touchStart", point), ("touchEnd", [])]:
        browser.chrome.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )
    wait_for(browser, f"{STATUS}.includes('q = 0.50')")


def test_slider_moved_before_the_chart_is_there(
    browser: Browser, address: str, made: dict[str, Explorer]
) -> None:
    browser.emulate(width=1280)
    browser.open(f"{address}/explore_directions.html")
    press(browser, "p", Keys.HOME)
    wait_for(browser, LIVE)
    expect(browser, made["explore_directions"], p=0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@IN_A_BROWSER
def test_live_chart_can_be_read(name: str, dark: bool, browser: Browser, address: str) -> None:
    found = []
    browser.emulate(dark=dark, width=1280)
    go_to(browser, f"{address}/{name}.html")
    for state in ("", Keys.HOME, Keys.END):
        for control in browser.chrome.find_elements(By.CSS_SELECTOR, "input"):
            control.send_keys(state)
        for width in (1280, 320):
            browser.emulate(dark=dark, width=width)
            browser.settle()
            assert browser.run("return document.documentElement.scrollWidth") <= width
            [figure] = browser.run(LOOK)
            found += [f"{width}, {state!r}: {fault}" for fault in figure_faults(figure)]
            found += [
                f"{width}: {text['words']!r} is only {text['pixels']:.1f} pixels high"
                for text in figure["texts"]
                if text["pixels"] < 8 * 96 / 72
            ]
    assert not found, "\n".join(found)
    ink = browser.run("return getComputedStyle(document.querySelector('.live text')).fill")
    assert ink == browser.run("return getComputedStyle(document.querySelector('.live')).color")


def test_without_scripts_there_is_the_drawing_and_no_slider(
    browser: Browser, address: str
) -> None:
    browser.emulate(width=1280)
    off = "Emulation.setScriptExecutionDisabled"
    browser.chrome.execute_cdp_cmd(off, {"value": True})
    try:
        browser.chrome.get(f"{address}/explore_photo.html")
        form, svg, status = (
            browser.chrome.find_element(By.CSS_SELECTOR, f".explorer {part}")
            for part in ("form", ".drawing > svg", "[role=status]")
        )
        assert not form.is_displayed()
        assert svg.is_displayed()
        assert "2.5879 bits" in status.text
    finally:
        browser.chrome.execute_cdp_cmd(off, {"value": False})


def test_on_paper_there_is_no_slider(browser: Browser, address: str) -> None:
    browser.emulate(width=1280, media="print")
    browser.open(f"{address}/explore_photo.html")
    [shown, printed] = browser.run(
        "return ['form', '.drawing'].map((part) => "
        "document.querySelector('.explorer ' + part).checkVisibility())"
    )
    assert not shown
    assert printed


def test_without_vega_the_drawing_stays(browser: Browser, pages: Path, tmp_path: Path) -> None:
    browser.emulate(width=1280)
    shutil.copytree(pages, tmp_path / "site")
    (tmp_path / "site" / hook.VEGA_SCRIPT).unlink()
    browser.open((tmp_path / "site" / "explore_photo.html").as_uri())
    browser.run("document.querySelector('.explorer').scrollIntoView()")
    wait_for(browser, "document.querySelector('.explorer form').hidden")
    assert browser.run("return document.querySelector('.drawing').checkVisibility()")
    assert not browser.run("return document.querySelector('form').checkVisibility()")


def test_works_from_a_folder(browser: Browser, pages: Path, made: dict[str, Explorer]) -> None:
    browser.emulate(width=1280)
    go_to(browser, (pages / "explore_slopes.html").as_uri())
    press(browser, "q", Keys.END)
    expect(browser, made["explore_slopes"], q=1)
    assert browser.console_errors() == []


def test_sliders_say_what_is_shown(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    go_to(browser, f"{address}/explore_label_gradient.html")
    press(browser, "z3", Keys.HOME)
    press(browser, "eps", Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    said = browser.run(
        "return [...document.querySelectorAll('.explorer input')]"
        ".map((e) => [e.getAttribute('aria-valuetext'), e.nextElementSibling.textContent])"
    )
    assert all(spoken == shown for spoken, shown in said)
    assert [spoken for spoken, _ in said][2:] == ["−4.0", "0.2"]


def test_sentence_is_written_only_when_it_changes(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    browser.open(f"{address}/explore_coin_price.html")
    browser.run(
        "window.written = 0;"
        "new MutationObserver((records) => { window.written += records.length; }).observe("
        "document.querySelector('.explorer [role=status]'), {childList: true, subtree: true,"
        " characterData: true})"
    )
    browser.run("document.querySelector('.explorer').scrollIntoView({block: 'center'})")
    wait_for(browser, LIVE)
    time.sleep(1)  # more than the pause
    assert browser.run("return window.written") == 0
    browser.run(  # one step every 150 ms, as long as a key is held
        "const slider = document.getElementsByName('q')[0];"
        "[0.07, 0.06, 0.05, 0.04, 0.03, 0.02].forEach((q, step) => setTimeout(() => {"
        "  slider.value = q; slider.dispatchEvent(new Event('input', {bubbles: true}));"
        "}, 150 * step));"
    )
    wait_for(browser, f"{STATUS}.includes('q = 0.02')")
    assert browser.run("return window.written") == 1  # not once for every step


def test_live_chart_is_one_image_with_a_name(browser: Browser, address: str) -> None:
    browser.emulate(width=1280)
    go_to(browser, f"{address}/explore_photo.html")
    tree = browser.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    seen = {
        (node["role"]["value"], node["name"]["value"])
        for node in tree
        if not node["ignored"] and "name" in node and "role" in node
    }
    assert ("slider", "Bet on a cat") in seen
    assert ("image", "Chart; the sentence after the controls gives its values.") in seen
    assert not [role for role, _ in seen if role.startswith("graphics")]
