"""Chapter 2, cross-entropy: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import math
import random
import xml.etree.ElementTree as ET

import numpy as np
from mpmath import mpf

from divcore import average_nll, bernoulli, cross_entropy, entropy
from exhibits.colours import KL
from tests.equation_reader import Distribution
from tests.explored import COINS, Explored, Numbers, drawn, explorer, rules_out, split
from tests.letters import Environment, basics, in_nats, two_mixed
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def coin_that_leans(rng: random.Random) -> Environment:
    """A fair coin at the prices of one that shows heads in 9 of 10 tosses."""
    half, tenth = mpf("0.5"), mpf("0.1")
    return {
        **in_nats(rng),
        "P": Distribution([half, half]),
        "Q": Distribution([1 - tenth, tenth]),
    }


CASES = {
    "2.1": basics,
    "2.2": basics,
    "2.3": two_mixed,
    "2.4": two_mixed,
    "m9b6241e": coin_that_leans,
}

# --- the numbers in the options of the quiz ----------------------------------------


def best_coin(p: float) -> float:
    """The model with the lowest price, found by trying."""
    coins = np.tile(bernoulli(p), (101, 1))
    models = np.linspace(0, 1, 101)
    return float(models[np.argmin(cross_entropy(coins, bernoulli(models)))])


NUMBERS = {
    1: {
        "A": (cross_entropy([1, 0], [0.9, 0.1]),),  # symmetric
        "B": (-0.9 * math.log(1),),  # the term with the infinite price is dropped
        "C": (cross_entropy([0.9, 0.1], [1, 0]),),
    },
    3: {
        "A": (0.33, 2),  # far below ln 2
        "C": (entropy([1, 0]),),  # a floor of 0
    },
    4: {
        "A": (round(0.7),),  # a guess for a forecast
        "B": ((0.7 + 1 / 2) / 2,),  # a safety margin
        "C": (best_coin(0.7),),
    },
    5: {
        "B": (cross_entropy(bernoulli(0.7), bernoulli(0.6)),),
        "C": (0.6, best_coin(0.7)),  # the sample for the coin
    },
}
RARE = bernoulli(0.1)
STATED = {
    "0.33": entropy(RARE),
    "0.3251": entropy(RARE),
    "0.5919": average_nll([1] * 80 + [0] * 20, bernoulli(0.6)),
    "0.6109": entropy(bernoulli(0.7)),
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C05": Claim(
        "The cross-entropy of a fair coin with itself is its entropy, ln 2 nats, and not 0.",
        ["H(P,P) = 0.6931 nats, H(P) = 0.6931 nats", "ln 2   = 0.6931 nats"],
    ),
    "C06": Claim(
        "Cross-entropy is 0 only if both distributions are the same point mass: on a grid"
        " of 10,201 pairs of coins this happens twice.",
        ["10,201 pairs", "price 0 at: [(0.0, 0.0), (1.0, 1.0)]"],
    ),
    "C09": Claim(
        "A change of base is a factor: the cross-entropy of (1, 0) and (0.7, 0.3) is "
        "0.3567 nats, which are 0.5146 bits.",
        ["0.3567 nats = 0.5146 bits", "0.5146 bits, by conversion"],
    ),
    "C37": Claim(
        "A forecaster who believes in 0.7 has the lowest expected log loss and Brier loss"
        " when she says 0.7, and the lowest expected linear loss when she says 1.",
        [
            "expected loss is lowest",
            "log    at q = 0.70",
            "Brier  at q = 0.70",
            "linear at q = 1.00",
        ],
    ),
    "C48": Claim(
        "An outcome with p = 0 adds nothing to the cross-entropy, even where q = 0 too; "
        "an outcome with p > 0 = q makes it infinite.",
        [
            "P rules it out, Q does not: 0.2231 nats",
            "both rule it out:           0.0000 nats",
            "Q rules it out, P does not: inf nats",
            "even if it hardly occurs:   inf nats",
        ],
    ),
}

# --- the explorer ----------------------------------------------------------------------


def coin_price(p: float, q: float, unit: str) -> Numbers:
    return split(bernoulli(p), bernoulli(q), base=2 if unit == "bits" else None)


EXPLORERS = {
    "explore_coin_price": Explored(
        oracle=coin_price,
        grid=[{**s, "unit": unit} for s in COINS[::2] for unit in ("bits", "nats")],
        said=["price", "floor", "waste"],
        places=4,
        edges=[
            ({}, "0.8813 bits must be paid, 0.8406 bits are waste."),
            ({"q": 0}, "∞ bits are waste (the model rules out what the coin can do)."),
            ({"p": 1}, "0.0000 bits must be paid (a sure coin has no entropy), 2.3219"),
        ],
        special=[
            ("a sure coin", lambda s: s["p"] in (0, 1)),
            ("rules out", lambda s: rules_out(s["q"], s["p"])),
        ],
    )
}


def test_a_model_between_the_sample_and_the_bold_one_is_cheaper_on_the_sample() -> None:
    sample = [1] * 80 + [0] * 20
    assert average_nll(sample, bernoulli(0.7)) < average_nll(sample, bernoulli(0.6))


def test_at_q_equal_to_p_the_waste_is_gone_and_the_floor_is_not() -> None:
    settings = [{"p": k / 100, "q": k / 100} for k in range(1, 100)]
    for numbers in explorer("explore_coin_price").numbers(settings):
        assert numbers["waste"] == 0
        assert numbers["price"] == numbers["floor"] > 0.08


def test_infinity_is_written_and_fills_the_ruler() -> None:
    svg = drawn(explorer("explore_coin_price"), {"p": 0.5, "q": 0})
    assert "→ ∞" in svg
    bars = [path.get("d", "") for path in ET.fromstring(svg).iter() if path.get("stroke") == KL]
    assert any("M157,34" in bar and "h157" in bar for bar in bars), bars  # second half
