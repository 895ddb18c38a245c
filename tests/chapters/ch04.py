"""Chapter 4, the coin: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import itertools
import math
import random
import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from mpmath import exp, log, mpf

from divcore import bernoulli, cross_entropy, entropy
from exhibits.colours import CROSS_ENTROPY, KL
from exhibits.parts import FULL
from tests.equation_reader import Distribution
from tests.explored import COINS, Explored, Numbers, drawn, explorer, near, rules_out, split
from tests.letters import Environment, in_nats
from tests.quiz_reader import share_of_ones
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def coin_of(q: Any) -> Environment:
    law = Distribution([1 - q, q])
    return {"q": q, "Q": law, "q()": law, "z": log(q / (1 - q))}


def coin(rng: random.Random) -> Environment:
    """The coin: p and q are numbers, p(x) and q(x) are pmfs, z is the logit of q."""
    p, q = mpf(rng.uniform(0.05, 0.95)), mpf(rng.uniform(0.05, 0.95))
    env = {**in_nats(rng), "outcomes": lambda name: range(2), "p": p}
    return {**env, **coin_of(q), "P": (law := Distribution([1 - p, p])), "p()": law}


def coin_by_probability(rng: random.Random) -> Environment:
    """When q moves, Q and z move with it."""
    return {**coin(rng), "recompute": lambda env: coin_of(env["q"])}


def coin_by_logit(rng: random.Random) -> Environment:
    """When z moves, q and Q move with it."""
    return {**coin(rng), "recompute": lambda env: coin_of(1 / (1 + exp(-env["z"])))}


def three_quarters(rng: random.Random) -> Environment:
    """A coin with heads in 3 of 4 tosses, in bits."""
    env, p = coin(rng), mpf("0.75")
    return {**env, "base": mpf(2), "p": p, "P": (law := Distribution([1 - p, p])), "p()": law}


def with_multiplier(rng: random.Random) -> Environment:
    """The Lagrangian of q that need not sum to 1."""
    env, weight = in_nats(rng), mpf(rng.uniform(-2, 2))
    q = Distribution(mpf(rng.uniform(0.1, 1)) for _ in env["p"])
    price = -sum(a * log(b) for a, b in zip(env["p"], q, strict=True))
    return {**env, "q": q, r"\lambda": weight, "L": price + weight * (sum(q) - 1)}


CASES = {
    "4.1": coin,
    "4.2": coin,
    "4.3": coin,
    "4.4": coin,
    "4.5": coin,
    "4.6": coin,
    "4.7": coin,
    "4.8": coin,
    "4.9": coin_by_probability,
    "4.10": coin_by_probability,
    "4.11": coin,
    "4.12": coin_by_logit,
    "4.13": in_nats,
    "m4cd2fc5": three_quarters,
    "m4cd2fc5-2": three_quarters,
    "ma0c3ef5": with_multiplier,
}

UNREAD = {
    "mda329f5": "argmin over a set is no arithmetic; exercise 4's cells try a grid of q",
}

# --- the numbers in the options of the quiz ----------------------------------------

COIN = bernoulli(0.3)
NUMBERS = {
    2: {
        "A": (entropy(COIN),),  # the floor
        "B": (cross_entropy(COIN, bernoulli(0)),),
        "C": (entropy(bernoulli(0)),),  # the model's entropy
    },
    4: {
        "A": (0.5 - 0.3,),
        "B": ((0.5 - 0.3) / (0.5 * 0.5),),  # the slope in q
        "C": (0.3 - 0.5,),  # the sign turned
    },
    5: {
        "A": (0.3,),  # the coin for the tosses
        "B": (share_of_ones(8, 20),),
        "C": (share_of_ones(8, 20), 1 / 2),  # the caution of an imagined toss of each kind
    },
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C19": Claim(
        "For a coin, KL divergence equals cross-entropy minus entropy: as a formula, and "
        "for 1000 random pairs of coins computed with 50 digits, where no difference "
        "reaches 1e-45 nats.",
        ["step 3 leaves 0 and 0", "1000 random pairs", "all gaps below 1e-45: True"],
    ),
    "C20": Claim(
        "For a coin, cross-entropy and KL divergence have the same slope in q, (q − "
        "p)/(q(1 − q)) nats per unit of q, for every q strictly between 0 and 1.",
        [
            "d CE/dq = -p/q + (1 - p)/(1 - q)",
            "d KL/dq = -p/q + (1 - p)/(1 - q)",
            "minus the formula: 0",
            "d H/dq  = 0",
        ],
    ),
    "C21": Claim(
        "For a coin, cross-entropy and KL divergence are both smallest exactly at q = p; "
        "there cross-entropy is the entropy H(P) and KL divergence is 0.",
        [
            "slope of CE is 0 for q in [p]",
            "slope of KL is 0 for q in [p]",
            "CE at q = p, minus H: 0",
            "KL at q = p: 0",
        ],
    ),
    "C22": Claim(
        "Cross-entropy is not proportional to KL divergence: for p = 0.3 their ratio is "
        "8.4240 at q = 0.5 and 1.5916 at q = 0.9, while their difference stays 0.6109 "
        "nats.",
        ["8.4240    0.6109", "1.5916    0.6109"],
    ),
    "C48": Claim(
        "0·ln 0 counts as 0, and a model that gives probability 0 to an outcome that can "
        "happen costs infinitely many nats; with these rules cross-entropy is entropy "
        "plus KL divergence at every edge too.",
        [
            "  0   0 0.0000 0.0000 0.0000  True",
            "0.3   0 0.6109    inf    inf  True",
            "  1   1 0.0000 0.0000 0.0000  True",
        ],
    ),
}

# --- the explorer ----------------------------------------------------------------------


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


EXPLORERS = {
    "explore_slopes": Explored(
        oracle=slopes,
        grid=COINS,
        said=["price", "waste"],
        places=4,
        edges=[
            ({}, "Both have the slope 0.8000 in q, and the slope 0.20 in its logit."),
            ({"p": 0, "q": 0}, "one side only; it is 1.0000 for both."),
            ({"p": 1, "q": 1}, "one side only; it is −1.0000 for both."),
            ({"q": 1}, "is ∞ nats. The model rules out what the coin can do, and no line"),
        ],
        special=[
            ("Both have the slope", lambda s: 0 < s["q"] < 1),
            ("one side only", lambda s: s["q"] in (0, 1) and s["q"] == s["p"]),
            ("rules out", lambda s: rules_out(s["q"], s["p"])),
        ],
    )
}


def test_both_curves_have_the_slope_that_is_said() -> None:
    h = 1e-4
    for p, q in itertools.product((0, 0.2, 0.7, 1), (0.1, 0.4, 0.7, 0.9)):
        low, here, high = explorer("explore_slopes").numbers(
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
def test_curves_leave_the_chart_along_its_walls(p: float) -> None:
    svg = ET.fromstring(drawn(explorer("explore_slopes"), {"p": p}))
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
