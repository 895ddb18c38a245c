"""Figures say what they show, and draw the same bytes every time."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from exhibits import colours
from exhibits.colours import CROSS_ENTROPY, DATA, ENTROPY, KL, MODEL, ON_DARK, tint
from exhibits.figures import LETTERS, WIDTH, new_figure, show

SVG = "{http://www.w3.org/2000/svg}"
X = np.linspace(0, 1, 50)
ALT = "The curve rises from left to right."


def drawn(draw: Callable[[Any], object], **kwargs: Any) -> Any:
    """Draw on fresh axes and return what a chapter would show."""
    fig, ax = new_figure(**kwargs)
    draw(ax)
    return show(fig, alt=ALT)


def test_both_forms_reach_the_notebook() -> None:
    shown = drawn(lambda ax: ax.plot(X, X**2))
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == shown.text == repr(shown)
    assert shown.text.startswith(ALT)


def test_drawing_is_the_same_twice_whatever_the_reader_configured() -> None:
    def draw(ax: Any) -> None:
        ax.plot(X, X**2, label="square")
        ax.fill_between(X, X, X**2, alpha=0.2)
        ax.legend()

    first = drawn(draw)
    mpl.rcParams.update({"lines.linewidth": 9, "font.size": 20, "axes.facecolor": "red"})
    second = drawn(draw)
    assert first.svg == second.svg
    assert first.text == second.text


def test_first_drawing_of_a_process_is_the_same_as_the_second() -> None:
    code = (
        "from exhibits.figures import new_figure, show\n"
        "for _ in range(2):\n"
        "    fig, ax = new_figure()\n"
        "    ax.plot([0, 1, 2], [0, 1, 4], 'o-')\n"
        f"    print(hash(show(fig, alt={ALT!r}).svg))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.split()
    assert first == second


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (
            lambda ax: ax.plot(X, X**2, label="price"),
            "Line “price” through (0, 0), (0.1633, 0.02666), (0.3265, 0.1066), (",
        ),
        (lambda ax: ax.plot([1, 2], [3, 4]), "Line through (1, 3), (2, 4)."),
        (lambda ax: ax.plot(0.5, 0.25, "o"), "Point at (0.5, 0.25)."),
        (lambda ax: ax.axvline(0.7), "Vertical line at 0.7."),
        (lambda ax: ax.axhline(0.6109), "Horizontal line at 0.6109."),
        (lambda ax: ax.bar(["a", "b"], [0.7, 0.3]), "Bars: a 0.7, b 0.3."),
        (lambda ax: ax.barh(["a", "b"], [0.7, 0.3]), "Bars: a 0.7, b 0.3."),
        (
            lambda ax: ax.bar(["a", "b"], [1, 2], bottom=[0, 0.5], label="waste"),
            "Bars “waste”: a 1, b 2 (from 0.5).",
        ),
        (
            lambda ax: ax.plot([1, 2], [3, 4], "s", label="test"),
            "Points “test” at (1, 3), (2, 4).",
        ),
        (lambda ax: ax.plot(X, (X - 0.7) ** 2), "(1, 0.09); lowest at (0.6939, 0.00003748)."),
        (
            lambda ax: (ax.plot(X, 5 - 10 * X), ax.set(ylim=(-3, 2))),
            "(0.7959, −2.959); before these it is above 2, outside of the panel; "
            "after these it is below −3, outside of the panel.",
        ),
        (
            lambda ax: (ax.plot(X, X), ax.set(ylim=(2, 3))),
            "Line through no point inside of the panel.",
        ),
        (lambda ax: ax.scatter([1, 2], [3, 4], label="q"), "2 points “q” at (1, 3), (2, 4)."),
        (lambda ax: ax.scatter(X, X), "50 points, horizontally from 0 to 1, vertically from 0"),
        (lambda ax: ax.scatter(list("aab"), list("xyx")), "3 points, row x: a, b; row y: a."),
        (lambda ax: ax.plot(["a", "␣"], [2, 1]), "Line through (a, 2), (space, 1)."),
        (
            lambda ax: ax.axhspan(0, 1, label="possible"),
            "Horizontal band “possible” from 0 to 1",
        ),
        (
            lambda ax: ax.fill_between([0.2, 0.4], 0, 1, label="gap"),
            "Shaded area “gap” from (0.2, 0) to (0.4, 1).",
        ),
        (
            lambda ax: ax.pcolormesh(np.array([[1.0, 2.0], [3.0, 6.0]])),
            "Cells: 2 by 2, from 1 to 6.\nRow 0.5: 1 at 0.5, 2 at 1.5.\nRow 1.5: 3 at 0.5, 6",
        ),
        (
            lambda ax: ax.imshow(np.array([[1.0, np.inf], [3.0, 5.0]])),
            "Cells: 2 by 2, from 1 to 5; infinite cells: 1.\nRow 0: 1 at 0, ∞ at 1.",
        ),
        (
            lambda ax: ax.pcolormesh(np.arange(49.0).reshape(7, 7)),
            "One row in 2 and one column in 2:\nRow 0.5: 0 at 0.5, 2 at 2.5, 4 at 4.5, 6 at",
        ),
        (lambda ax: ax.text(0.1, 0.2, "one: 1\ntwo: 2"), "Labels: one: 1, two: 2."),
        (lambda ax: ax.bar("a", -0.00006182), "Bars: a −0.00006182."),
        (lambda ax: ax.set(xlabel="$q$, the model"), "Horizontal axis: q, the model, 0 to 1"),
        (lambda ax: ax.set(title="Coins"), "Coins. Horizontal axis"),
        (lambda ax: ax.semilogx([1, 10], [1, 2]), "axis: 0.8913 to 11.22 (logarithmic)"),
    ],
)
def test_description_names_what_is_drawn(draw: Callable[[Any], object], words: str) -> None:
    assert words in drawn(draw).text


def test_a_changed_point_changes_drawing_and_description() -> None:
    def curve(middle: float) -> Any:
        heights = X**2
        heights[24] = middle  # one of the points that stand for the line
        return drawn(lambda ax: ax.plot(X, heights))

    assert curve(0.2).svg != curve(0.4).svg
    assert curve(0.2).text != curve(0.4).text


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda ax, name: ax.plot(X, X, label=name), "lines"),
        (lambda ax, name: ax.bar(["a", "b"], [1, 2], label=name), "bar sets"),
        (lambda ax, name: ax.scatter(X, X, label=name), "sets of points"),
        (lambda ax, name: ax.fill_between(X, X, label=name), "areas"),
    ],
)
def test_what_a_panel_has_two_of_needs_names(draw: Callable[..., object], kind: str) -> None:
    with pytest.raises(ValueError, match=f"2 {kind} of one panel have no name"):
        drawn(lambda ax: (draw(ax, None), draw(ax, None)))
    drawn(lambda ax: (draw(ax, "named"), draw(ax, None), ax.axhline(0), ax.plot(0.5, 0.5, "o")))


def test_a_name_is_said_and_not_drawn() -> None:
    one, two = (drawn(lambda ax, n=n: ax.plot(X, X, label=n)) for n in ["first", None])
    assert one.svg == two.svg
    assert one.text == two.text.replace("Line through", "Line “first” through")


def test_numbers_that_are_written_in_the_drawing_are_not_said_twice() -> None:
    def bars(ax: Any) -> None:
        ax.bar(["a", "b"], [7, 3])
        for x, words in enumerate(["7", "10", "b"]):
            ax.text(x, 1, words)

    def map_of_cells(ax: Any) -> None:
        ax.pcolormesh(np.array([[0.123, np.inf]]))
        for x, words in enumerate(["0.12", "∞", "far"]):
            ax.text(x, 0.5, words)

    assert drawn(bars).text.endswith("Labels: 10; b.")
    assert drawn(map_of_cells).text.endswith("Labels: far.")


def test_of_a_large_map_with_names_nothing_is_picked() -> None:
    def draw(ax: Any) -> None:
        ax.pcolormesh(np.eye(7))
        ax.set_xticks(np.arange(7) + 0.5, list("abcdefg"))

    assert drawn(draw).text.endswith("Cells: 7 by 7, from 0 to 1.")


def test_a_shared_axis_has_its_label_in_every_panel() -> None:
    fig, axes = new_figure(2, 2, sharex="col", sharey="row")
    for ax in axes.flat:
        ax.plot(X, X)
    axes[1, 0].set(xlabel="left", ylabel="lower")
    text = show(fig, alt=ALT).text
    assert text.count("Horizontal axis: left, ") == text.count("Vertical axis: lower, ") == 2


def test_negative_numbers_have_a_minus_sign_in_both_forms() -> None:
    fig, ax = new_figure()
    ax.plot(X, -X)
    shown = show(fig, alt="From 0 it falls to -1, log-likely, in 1990-1991.")
    assert shown.text.startswith("From 0 it falls to −1, log-likely, in 1990-1991.")
    assert "falls to −1, log" in shown.svg
    assert not re.search(r"(?<!\w)-\d", shown.text)


def test_panels_are_numbered_and_colour_bars_are_not_panels() -> None:
    fig, axes = new_figure(1, 2)
    axes[0].plot(X, X)
    fig.colorbar(axes[1].imshow(np.eye(2)), ax=axes[1])
    text = show(fig, alt=ALT).text
    assert "Panel 1." in text
    assert "Panel 2." in text
    assert "Panel 3." not in text


def test_svg_names_itself_and_carries_nothing_superfluous() -> None:
    def draw(ax: Any) -> None:
        ax.plot(X, np.sin(37 * X), marker="o")
        ax.text(0.3, 0.5, "a label")

    root = ET.fromstring(drawn(draw).svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == ALT
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "defs", "clipPath", "rect", "path", "g", "use", "text"}
    assert "a label" in [text.text for text in root.iter(f"{SVG}text")]
    for element in root.iter():
        for name in ("d", "x", "y", "transform"):
            assert not re.search(r"\.\d{3,}", element.get(name, "")), element.attrib


def test_ids_are_used_and_differ_between_figures() -> None:
    def ids(svg: str) -> set[str]:
        root = ET.fromstring(svg)
        return {e.attrib["id"] for e in root.iter() if "id" in e.attrib}

    def used(svg: str) -> set[str]:
        return set(re.findall(r"url\(#([^)]+)\)", svg)) | set(
            re.findall(r'href="#([^"]+)"', svg)
        )

    one = drawn(lambda ax: ax.plot(X, X)).svg
    two = drawn(lambda ax: ax.plot(X, X**2)).svg
    assert ids(one)
    assert ids(one) == used(one)
    assert not ids(one) & ids(two)


def test_a_title_is_no_alternative_text() -> None:
    fig, _ = new_figure()
    with pytest.raises(ValueError, match="alt must say in a sentence"):
        show(fig, alt="Entropy")


def linear(colour: str) -> Any:
    """Return the light of a colour in red, green and blue."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    light, dark = sorted(
        (linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, two)), reverse=True
    )
    return float((light + 0.05) / (dark + 0.05))


# How readers see light who lack one kind of cone (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def seen(colour: str, eye: Any) -> Any:
    """Return a colour as CIELAB coordinates of what an eye sees of it."""
    x = XYZ @ np.clip(np.array(eye) @ linear(colour), 0, 1) / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


ALL = [ENTROPY, KL, CROSS_ENTROPY, DATA, MODEL]


@pytest.mark.parametrize("colour", ALL)
def test_colours_stand_out_on_light_and_dark_pages(colour: str) -> None:
    assert contrast(colour, colours.PAPER) >= 3
    assert contrast(colour, colours.DARK_PAPER) >= 3  # a stored drawing in a dark notebook
    assert contrast(ON_DARK[colour], colours.DARK_PAPER) >= 6


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("pair", list(itertools.combinations(ALL, 2)), ids="-".join)
def test_colours_are_told_apart_by_every_reader(pair: tuple[str, str], eye: str) -> None:
    measures = set(pair) <= {ENTROPY, KL, CROSS_ENTROPY}
    for one, two in (pair, (ON_DARK[pair[0]], ON_DARK[pair[1]])):
        distance = np.linalg.norm(seen(one, EYES[eye]) - seen(two, EYES[eye]))
        assert distance >= (18 if measures else 9.5), (one, two, distance)


def test_words_can_be_read_on_tints() -> None:
    for colour in ALL:
        assert contrast(tint(colour), "#222832") >= 4.5
        assert contrast(ON_DARK[tint(colour)], "#ced6dd") >= 4.5


def test_no_two_colours_share_a_tint() -> None:
    assert len(ON_DARK) == 20 * len(ALL)


def test_letters_can_be_read_on_a_narrow_phone() -> None:
    assert LETTERS / (72 * WIDTH) * 344 >= 11  # pixels: what 360 leave for a drawing
