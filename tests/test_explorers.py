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
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert
from bs4 import BeautifulSoup
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from _ext import charts as hook
from _ext import figures
from divcore import (
    average_nll,
    bernoulli,
    cross_entropy,
    cross_entropy_from_logits,
    entropy,
    js_divergence,
    kl_divergence,
    smooth_labels,
    softmax,
    surprisal,
)
from exhibits.colours import CROSS_ENTROPY, KL
from exhibits.explorer import Explorer
from exhibits.explorers import EXPLORERS, explore_photo
from exhibits.parts import FULL
from exhibits.vega import MIME, to_vega
from tests.browser import Browser, serve
from tests.test_site import LOOK, browser, figure_faults
from tests.test_site_hooks import Book, book, drawing, markdown

__all__ = ["book", "browser"]  # fixtures, used by their names

ROOT = Path(__file__).parent.parent
Numbers = dict[str, Any]
NAMES = sorted(EXPLORERS)


@pytest.fixture(scope="module")
def made() -> dict[str, Explorer]:
    """Return every explorer by its name."""
    return {name: EXPLORERS[name]() for name in NAMES}


# --- the numbers, against divcore -----------------------------------------------------------

Setting = dict[str, Any]


def shares(weights: Sequence[float], otherwise: float) -> np.ndarray:
    total = sum(weights)
    return np.array(weights) / total if total else np.full(len(weights), otherwise)


def split(p: Any, q: Any, base: float | None = None) -> Numbers:
    return {
        "price": cross_entropy(p, q, base=base),
        "floor": entropy(p, base=base),
        "waste": kl_divergence(p, q, base=base),
    }


def photo(a: int, b: int, c: int) -> Numbers:
    q = shares([a, b, c], 0)
    return {"q": q, **split([0.6, 0.3, 0.1], q, base=2)}


def four_outcomes(a: float, b: float, c: float, d: float) -> Numbers:
    p = shares([a, b, c, d], 1 / 4)
    s = surprisal(p, base=2)
    parts = [p[i] * s[i] if p[i] else 0.0 for i in range(4)]
    return {"p": p, "s": s, "t": parts, "mean": entropy(p, base=2)}


def coin_price(p: float, q: float, unit: str) -> Numbers:
    return split(bernoulli(p), bernoulli(q), base=2 if unit == "bits" else None)


def directions(p: float, q: float) -> Numbers:
    one, other = bernoulli(p), bernoulli(q)
    return {
        "forward": kl_divergence(one, other),
        "backward": kl_divergence(other, one),
        "js": js_divergence(one, other),
        "tv": np.abs(one - other).sum() / 2,
    }


def slopes(p: float, q: float) -> Numbers:
    """The slope as the weights say it: −p/q + (1 − p)/(1 − q), without terms of weight 0."""
    left = p / q if p and q else (math.inf if p else 0.0)
    right = (1 - p) / (1 - q) if p < 1 and q < 1 else (math.inf if p < 1 else 0.0)
    numbers = split(bernoulli(p), bernoulli(q))
    slope = right - left
    size = left + right if math.isfinite(left + right) else math.inf
    numbers["slope"] = near(slope, size)
    numbers["inlogit"] = near(q - p, 1)
    return {key: numbers[key] for key in ("price", "waste", "slope", "inlogit")}


def label_gradient(z1: float, z2: float, z3: float, label: str, eps: float) -> Numbers:
    z, y = [z1, z2, z3], smooth_labels(int(label), 3, eps)
    gradient = [near(value, 1) for value in softmax(z) - y]
    loss = cross_entropy_from_logits(y, z)
    right, wrong = y[int(label)], y[int(label) - 1]
    gap = surprisal(wrong) - surprisal(right)  # of the logits of a model that says y
    return {"q": softmax(z), "p": y, "loss": loss, "gradient": gradient, "gap": gap}


def likelihood(n1: int, n2: int, n3: int, w1: int, w2: int, w3: int) -> Numbers:
    counts, q = [n1, n2, n3], shares([w1, w2, w3], 1 / 3)
    if not sum(counts):
        return {"q": q, "price": 0, "floor": 0, "waste": 0}
    p = shares(counts, 0)
    price = average_nll(np.repeat(range(3), counts), q)
    return {"p": p, "q": q, **split(p, q), "price": price}


def near(value: float, size: float) -> Any:
    """Compare a difference by the size of what was subtracted."""
    return value if math.isinf(value) else pytest.approx(value, rel=1e-12, abs=1e-14 * size)


def to_precision(value: Any) -> Any:
    """Compare numbers by 1e-12 of their size, unless another way was chosen already."""
    if isinstance(value, list):
        return [to_precision(entry) for entry in value]
    if isinstance(value, np.ndarray | float | int):
        return pytest.approx(value, rel=1e-12, abs=0)
    return value


def every(step: int, **limits: tuple[float, float, float]) -> list[Setting]:
    """Return every `step`-th setting of the grid, and the corners."""
    axes = [
        [round(low + k * by, 10) for k in range(round((high - low) / by) + 1)]
        for low, high, by in limits.values()
    ]
    corners = itertools.product(*[(axis[0], axis[-1]) for axis in axes])
    grid = itertools.islice(itertools.product(*axes), 0, None, step)
    return [dict(zip(limits, point, strict=True)) for point in [*grid, *corners]]


UNIT, WEIGHT, FINE = (0, 1, 0.01), (0, 10, 1), (0, 1, 0.05)
BET, TENTHS = (1, 10, 1), (0, 10, 0.1)
COINS = [
    *every(1, p=FINE, q=FINE),
    *every(7, p=UNIT, q=UNIT),
    *({"p": k / 100, "q": k / 100 + d} for k in range(1, 99) for d in (-0.01, 0, 0.01)),
]
COINS = [{name: round(value, 10) for name, value in setting.items()} for setting in COINS]
LOGIT = (-4, 4, 1)
GRIDS: dict[str, tuple[Callable[..., Numbers], list[Setting]]] = {
    "explore_photo": (photo, every(1, a=BET, b=BET, c=BET)),
    "explore_surprisal": (
        four_outcomes,
        [
            *every(13, a=WEIGHT, b=WEIGHT, c=WEIGHT, d=WEIGHT),
            *every(1, a=(8, 8, 1), b=(4, 4, 1), c=(2, 2, 1), d=TENTHS),
            *every(7, a=TENTHS, b=(0.3, 0.3, 1), c=(10, 10, 1), d=TENTHS),
        ],
    ),
    "explore_coin_price": (
        coin_price,
        [{**s, "unit": unit} for s in COINS[::2] for unit in ("bits", "nats")],
    ),
    "explore_directions": (directions, COINS),
    "explore_slopes": (slopes, COINS),
    "explore_label_gradient": (
        label_gradient,
        [
            {**s, "label": label}
            for s in every(13, z1=LOGIT, z2=LOGIT, z3=LOGIT, eps=(0, 0.6, 0.1))
            for label in "012"
        ],
    ),
    "explore_likelihood": (
        likelihood,
        every(1777, n1=WEIGHT, n2=WEIGHT, n3=WEIGHT, w1=WEIGHT, w2=WEIGHT, w3=WEIGHT),
    ),
}


@pytest.fixture(scope="module")
def computed(made: dict[str, Explorer]) -> dict[str, list[Numbers]]:
    """Return what each explorer says at each setting of its grid."""
    return {name: made[name].numbers(grid) for name, (_, grid) in GRIDS.items()}


def test_every_explorer_has_a_grid() -> None:
    assert set(GRIDS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_those_of_divcore(name: str, computed: dict[str, list[Numbers]]) -> None:
    oracle, grid = GRIDS[name]
    assert len(grid) >= 1000
    for setting, numbers in zip(grid, computed[name], strict=True):
        for key, value in oracle(**setting).items():
            assert numbers[key] == to_precision(value), (setting, key)


SAID = {  # what a sentence must say, and to how many places
    "explore_photo": (["price", "floor", "waste"], 4),
    "explore_surprisal": (["mean"], 3),
    "explore_coin_price": (["price", "floor", "waste"], 4),
    "explore_directions": (["forward", "backward", "js", "tv"], 4),
    "explore_slopes": (["price", "waste"], 4),
    "explore_label_gradient": (["loss", "gradient"], 4),
    "explore_likelihood": (["price", "floor", "waste"], 4),
}


@pytest.mark.parametrize("name", NAMES)
def test_sentence_says_the_numbers(name: str, computed: dict[str, list[Numbers]]) -> None:
    keys, places = SAID[name]
    for setting, numbers in zip(GRIDS[name][1], computed[name], strict=True):
        sentence = " ".join(numbers["sentence"])
        for word in ("NaN", "nfinity", "undefined", "null", "{", "}"):
            assert word not in sentence, (setting, sentence)
        if numbers.get("size") == 0:
            assert sentence.startswith("There are no observations yet, so there is nothing")
            continue
        for key in keys:
            for value in np.atleast_1d(numbers[key]):
                assert ways_to_write(value, places) & words(sentence), (setting, sentence)


def ways_to_write(value: float, places: int) -> set[str]:
    """Return a number as a sentence may show it: halfway between two, either will do."""
    if math.isinf(value):
        return {"∞"}
    written = {f"{value * (1 + d):z.{places}f}" for d in (-1e-12, 0, 1e-12)}
    return {text.replace("-", "−") for text in written}


def words(sentence: str) -> set[str]:
    return {word.strip(".,:;") for word in sentence.split()}


COUNTS, BETS = (dict.fromkeys(names, 0) for names in (("n1", "n2", "n3"), ("w1", "w2", "w3")))
EDGES: list[tuple[str, Setting, str]] = [
    (
        "photo",
        {},
        "says cat 10%, dog 30%, fox 60%. Its cross-entropy is 2.5879 bits per photo:",
    ),
    (
        "photo",
        {},
        "1.2955 bits of entropy, which must be paid, and 1.2925 bits of KL, which is",
    ),
    (
        "photo",
        {"a": 6, "b": 3, "c": 1},
        "cat 60%, dog 30%, fox 10%. Its cross-entropy is 1.2955 bits",
    ),
    ("surprisal", dict.fromkeys("abcd", 0), "2.00 bits (no weights: all are taken as equally"),
    ("surprisal", {"d": 0}, "2.81 and ∞ bits. Weighted"),
    ("coin_price", {}, "0.8813 bits must be paid, 0.8406 bits are waste."),
    ("coin_price", {"q": 0}, "∞ bits are waste (the model rules out what the coin can do)."),
    ("coin_price", {"p": 1}, "0.0000 bits must be paid (a sure coin has no entropy), 2.3219"),
    ("directions", {}, "0.5108 nats for P relative to Q and 0.3681 nats for Q relative to P."),
    ("directions", {"q": 0}, "∞ nats for P relative to Q (Q rules out what P can do) and 0.69"),
    (
        "directions",
        {"p": 0},
        "0.1054 nats for P relative to Q and ∞ nats for Q relative to P (P",
    ),
    ("slopes", {}, "Both have the slope −1.2500 in q, and the slope −0.30 in its logit."),
    ("slopes", {"p": 0, "q": 0}, "one side only; it is 1.0000 for both."),
    ("slopes", {"p": 1, "q": 1}, "one side only; it is −1.0000 for both."),
    ("slopes", {"q": 1}, "is ∞ nats. The model rules out what the coin can do, and no line"),
    ("label_gradient", {}, "0.6652, −0.7553 and 0.0900. No finite logits bring it to 0."),
    ("label_gradient", {"eps": 0.3}, "It is 0 where the logit of class 1 lies 2.0794 above"),
    ("label_gradient", {"eps": 0.6, "label": "2"}, "the logit of class 2 lies 1.0986 above"),
    ("likelihood", {}, "The sample (N = 10) has A 50%, B 30%, C 20%. The average NLL of the"),
    ("likelihood", {}, "1.0297 nats are the entropy of the sample, 0.5850 nats the KL"),
    ("likelihood", {"w1": 0}, "to the model (the model rules out a class that was observed)."),
    (
        "likelihood",
        BETS,
        "(no bets: all classes are taken as equally likely), its cross-entropy",
    ),
    ("likelihood", COUNTS, "nothing to average and nothing to pay for."),
    ("likelihood", {**BETS, **COUNTS}, "nothing to pay for (no bets: all classes are taken as"),
]


@pytest.mark.parametrize(("name", "setting", "words"), EDGES)
def test_sentences_at_the_start_and_at_the_edges(
    name: str, setting: Setting, words: str, made: dict[str, Explorer]
) -> None:
    [numbers] = made[f"explore_{name}"].numbers([setting])
    assert words in " ".join(numbers["sentence"])


SPECIAL: list[tuple[str, str, Callable[[Setting], bool]]] = [
    ("surprisal", "no weights", lambda s: not any(s[name] for name in "abcd")),
    ("coin_price", "a sure coin", lambda s: s["p"] in (0, 1)),
    ("coin_price", "rules out", lambda s: rules_out(s["q"], s["p"])),
    ("directions", "Q rules out what P can do", lambda s: rules_out(s["q"], s["p"])),
    ("directions", "P rules out what Q can do", lambda s: rules_out(s["p"], s["q"])),
    ("slopes", "Both have the slope", lambda s: 0 < s["q"] < 1),
    ("slopes", "one side only", lambda s: s["q"] in (0, 1) and s["q"] == s["p"]),
    ("slopes", "rules out", lambda s: rules_out(s["q"], s["p"])),
    ("label_gradient", "No finite logits", lambda s: s["eps"] == 0),
    ("label_gradient", "It is 0 where", lambda s: s["eps"] > 0),
    ("likelihood", "no bets", lambda s: not any(s[name] for name in BETS)),
    ("likelihood", "rules out", lambda s: any(s[n] and not w for n, w in bets_against(s))),
]


def rules_out(model: float, coin: float) -> bool:
    """Say whether a model of a coin rules out what the coin can do."""
    return model in (0, 1) and coin != model


def bets_against(setting: Setting) -> list[tuple[str, float]]:
    """Return each count of the sample by name, with the bet on it; no bets are equal bets."""
    bets = [setting[name] for name in BETS]
    return list(zip(COUNTS, bets if any(bets) else [1, 1, 1], strict=True))


def test_words_for_special_states_are_said_there_and_only_there(
    computed: dict[str, list[Numbers]],
) -> None:
    for name, words, when in SPECIAL:
        grid = GRIDS[f"explore_{name}"][1]
        for setting, numbers in zip(grid, computed[f"explore_{name}"], strict=True):
            assert (words in " ".join(numbers["sentence"])) == when(setting), (setting, words)


# --- what each one teaches, on the whole grid -------------------------------------------------


def test_photo_the_floor_stays(computed: dict[str, list[Numbers]]) -> None:
    found = computed["explore_photo"]
    assert len({numbers["floor"] for numbers in found}) == 1
    [best] = [n for n in found if n["price"] == min(f["price"] for f in found)][:1]
    assert best["q"] == [0.6, 0.3, 0.1]
    assert best["waste"] == 0


def test_what_is_rare_surprises_and_adds_little(made: dict[str, Explorer]) -> None:
    rarer = made["explore_surprisal"].numbers([{"d": k / 10} for k in range(20, -1, -1)])
    surprisals, added = ([n[key][3] for n in rarer] for key in ("s", "t"))
    assert [round(s, 2) for s in surprisals[::19]] == [3, 7.14]
    assert [round(t, 3) for t in added[::19]] == [0.375, 0.051]
    assert (surprisals[-1], added[-1]) == (math.inf, 0)
    assert surprisals == sorted(surprisals)
    assert added == sorted(added, reverse=True)


def test_at_q_equal_to_p_the_waste_is_gone_and_the_floor_is_not(
    made: dict[str, Explorer],
) -> None:
    settings = [{"p": k / 100, "q": k / 100} for k in range(1, 100)]
    for numbers in made["explore_coin_price"].numbers(settings):
        assert numbers["waste"] == 0
        assert numbers["price"] == numbers["floor"] > 0.08


def test_one_direction_may_be_infinite(made: dict[str, Explorer]) -> None:
    [numbers] = made["explore_directions"].numbers([{"p": 0, "q": 0.5}])
    assert numbers["forward"] == math.log(2)
    assert numbers["backward"] == math.inf
    assert numbers["js"] < math.log(2)


def test_both_curves_have_the_slope_that_is_said(made: dict[str, Explorer]) -> None:
    h = 1e-4
    for p, q in itertools.product((0, 0.2, 0.7, 1), (0.1, 0.4, 0.7, 0.9)):
        low, here, high = made["explore_slopes"].numbers(
            [{"p": p, "q": x} for x in (q - h, q, q + h)]
        )
        for key in ("price", "waste"):
            slope = (high[key] - low[key]) / (2 * h)
            assert slope == pytest.approx(here["slope"], rel=1e-5, abs=1e-5)
        left, right = ([bernoulli(x)] for x in (q - h, q + h))
        logits = [math.log(x[0][1] / x[0][0]) for x in (left, right)]
        slope = (high["price"] - low["price"]) / (logits[1] - logits[0])
        assert slope == pytest.approx(here["inlogit"], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("p", [0.01, 0.3, 0.7, 0.99])
def test_curves_leave_the_chart_along_its_walls(p: float, made: dict[str, Explorer]) -> None:
    svg = ET.fromstring(drawn(made["explore_slopes"], {"p": p}))
    lines = [
        path.get("d", "") for path in svg.iter() if path.get("stroke") in (CROSS_ENTROPY, KL)
    ]
    curves = [re.findall(r"(-?[\d.e-]+),(-?[\d.e-]+)", line) for line in lines]
    curves = [[(float(x), float(y)) for x, y in curve] for curve in curves if curve]
    assert len(curves) == 2
    for curve in curves:
        assert [x for x, y in curve] == sorted(x for x, y in curve)
        for x, y in (curve[0], curve[-1]):
            assert min(x, FULL - x) == pytest.approx(0, abs=1e-6)
            assert y < 0  # above the top
    high, low = (np.array(curve)[:, 1] for curve in curves)
    floor = entropy(bernoulli(p)) * 220 / 2.65  # pixels for a nat
    assert low - high == pytest.approx(np.full(len(low), floor), abs=2e-3)
    [gap] = [line for line in svg.iter() if line.get("stroke-dasharray") == "2,2"][1:]
    assert abs(float(gap.get("y2", 0))) == pytest.approx(floor, abs=2e-3)


def test_only_soft_labels_let_the_gradient_rest(computed: dict[str, list[Numbers]]) -> None:
    for numbers in computed["explore_label_gradient"]:
        assert sum(numbers["gradient"]) == pytest.approx(0, abs=1e-15)
        if max(numbers["p"]) == 1:
            assert max(map(abs, numbers["gradient"])) > 1e-4


def test_the_gradient_is_0_at_the_gap_that_is_said(made: dict[str, Explorer]) -> None:
    explorer = made["explore_label_gradient"]
    soft = [{"label": x, "eps": k / 10} for x in "012" for k in range(1, 7)]
    for setting, numbers in zip(soft, explorer.numbers(soft), strict=True):
        eps, others = Fraction(setting["eps"]), -1.5
        assert numbers["gap"] == pytest.approx(math.log(3 / eps - 2), rel=1e-12)
        logits = dict.fromkeys(("z1", "z2", "z3"), others)
        logits[f"z{int(setting['label']) + 1}"] += numbers["gap"]
        [there] = explorer.numbers([{**setting, **logits}])
        assert there["gradient"] == pytest.approx([0, 0, 0], abs=1e-15)


@pytest.mark.parametrize("eps", [k / 10 for k in range(7)])
@pytest.mark.parametrize("label", "012")
def test_the_bar_of_a_soft_label_turns_and_that_of_a_hard_one_does_not(
    label: str, eps: float, made: dict[str, Explorer]
) -> None:
    k = int(label)
    raised = [{f"z{k + 1}": z / 10, "label": label, "eps": eps} for z in range(-40, 41)]
    found = made["explore_label_gradient"].numbers(raised)
    bars = [numbers["gradient"][k] for numbers in found]
    assert bars == sorted(bars)
    assert bars[0] < 0
    assert (bars[-1] > 1e-3) if eps else (bars[-1] < -1e-3)  # seen in four digits


def test_no_model_beats_the_shares_of_the_sample(computed: dict[str, list[Numbers]]) -> None:
    for numbers in computed["explore_likelihood"]:
        assert numbers["price"] >= numbers["floor"] * (1 - 1e-15)


def test_the_shares_of_the_first_sample_are_its_best_model(made: dict[str, Explorer]) -> None:
    [numbers] = made["explore_likelihood"].numbers([{"w1": 5, "w2": 3, "w3": 2}])
    assert numbers["waste"] == 0
    assert numbers["price"] == pytest.approx(numbers["floor"], rel=1e-15)


# --- what is drawn, at the first state and at the edges ---------------------------------------


def controls(explorer: Explorer) -> list[dict[str, Any]]:
    return [param for param in explorer.spec["params"] if "bind" in param]


def edges(explorer: Explorer) -> list[Setting]:
    """Return the settings with every control at one of its ends."""
    ends = []
    for control in controls(explorer):
        bind = control["bind"]
        options = bind.get("options") or [bind["min"], bind["max"]]
        ends.append([(control["name"], end) for end in options])
    return [dict(point) for point in itertools.product(*ends)]


def drawn(explorer: Explorer, setting: Setting) -> str:
    vega = to_vega(explorer.spec)
    for signal in vega["signals"]:
        signal["value"] = setting.get(signal["name"], signal.get("value"))
        if signal["value"] is None:
            del signal["value"]
    svg: str = vl_convert.vega_to_svg(vega)
    return svg


@pytest.mark.parametrize("name", NAMES)
def test_edges_are_drawn_whole(name: str, made: dict[str, Explorer]) -> None:
    found = edges(made[name])
    for setting in found[:: max(1, len(found) // 12)]:
        svg = drawn(made[name], setting)
        for word in ("NaN", "nfinity", "undefined", "null"):
            assert word not in svg, (setting, svg[max(0, svg.index(word) - 200) :][:300])


def test_infinity_is_written_and_fills_the_ruler(made: dict[str, Explorer]) -> None:
    svg = drawn(made["explore_coin_price"], {"p": 0.5, "q": 0})
    assert "→ ∞" in svg
    bars = [path.get("d", "") for path in ET.fromstring(svg).iter() if path.get("fill-opacity")]
    assert any("M157,34" in bar and "h157" in bar for bar in bars), bars  # second half


@pytest.mark.parametrize("name", NAMES)
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


@pytest.fixture
def with_charts(book: Book) -> Book:
    conf = book.source / "conf.py"
    conf.write_text(conf.read_text().replace('"_ext.figures"', '"_ext.figures", "_ext.charts"'))
    return book


def test_hook_writes_drawing_controls_sentence_and_chart(
    with_charts: Book, made: dict[str, Explorer]
) -> None:
    explorer = made["explore_coin_price"]
    with_charts.write(index=[markdown("# A"), stored(explorer), stored(explorer)])
    assert with_charts.build() == ""
    page = with_charts.page()
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
    vega = (with_charts.html / hook.VEGA_SCRIPT).read_text(encoding="utf-8")
    assert vega.startswith(hook.VEGA_NOTICE)
    assert not (with_charts.html / "_images").exists()


def test_chart_cannot_end_its_script_early() -> None:
    spec = explore_photo().spec
    spec["data"] = {"values": [{"x": "</script><b>"}]}
    page = BeautifulSoup(hook.explorer(spec, "<svg></svg>", "Words.", "e-"), "html.parser")
    assert not page.select("b")
    [script] = page.select("script")
    assert "</script><b>" in json.dumps(json.loads(script.get_text()))


def test_explorer_without_alternative_text_is_a_warning(
    with_charts: Book, made: dict[str, Explorer]
) -> None:
    cell = stored(made["explore_photo"])
    data = cell["outputs"][0]["data"]
    data["image/svg+xml"] = data["image/svg+xml"].replace("title>", "desc>")
    with_charts.write(index=[markdown("# A"), cell])
    assert "WARNING: explorer: no alternative text" in with_charts.build()


# --- in a browser -----------------------------------------------------------------------------

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="./"><head><meta charset="utf-8"><title>Explorers</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script>document.documentElement.classList.add("has-scripts")</script>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="explorer.css">
<script defer src="explorer.js"></script></head>
<body><main class="bd-article" style="padding: 1rem"><h1>Explorers</h1>
<p style="height: 200vh">Far above.</p>
{explorers}</main></body></html>
"""


@pytest.fixture(scope="module")
def pages(made: dict[str, Explorer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one page for each explorer, in the style of the site."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("book.css", "explorer.css", "explorer.js"):
        shutil.copy(ROOT / "_static" / name, folder)
    (folder / "_static").mkdir()
    bundle = vl_convert.javascript_bundle(hook.VEGA_PARTS)
    (folder / hook.VEGA_SCRIPT).write_text(f"(() => {{{bundle}}})();", encoding="utf-8")
    for name, explorer in made.items():
        picture = figures.inline_svg(explorer.svg, "e-")
        part = hook.explorer(explorer.spec, picture, explorer.text.splitlines()[1], "e-")
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


@pytest.mark.parametrize("name", NAMES)
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
@pytest.mark.parametrize("name", NAMES)
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
