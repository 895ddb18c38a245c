"""Chapter 3, KL divergence: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import math
import random

import numpy as np
from mpmath import mpf

from divcore import bernoulli, js_divergence, kl_divergence
from tests.explored import COINS, Explored, Numbers, explorer, rules_out
from tests.letters import Environment, basics, in_nats
from tests.quiz_reader import question
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def near_pair(rng: random.Random) -> Environment:
    env = in_nats(rng)
    d = mpf("0.001")
    return {**env, "Q": (near := (1 - d) * env["P"] + d * env["Q"]), "q": near}


CASES = {
    "3.1": basics,
    "3.2": basics,
    "3.3": basics,
    "3.4": in_nats,
    "3.5": near_pair,
    "m3f0a000": in_nats,
}

# --- the numbers in the options of the quiz ----------------------------------------

FAIR, CROOKED = bernoulli(0.5), bernoulli(0.1)  # tails first


def test_zeros_make_kl_infinite_one_way_as_the_quiz_says() -> None:
    """Only the zero of option A leaves the first finite and makes the second infinite."""
    cases = {"A": ([1, 0], [0.5, 0.5]), "B": ([0.5, 0.5], [1, 0]), "C": ([1, 0], [1, 0])}
    fitting = [
        letter
        for letter, (p, q) in cases.items()
        if math.isfinite(kl_divergence(p, q)) and math.isinf(kl_divergence(q, p))
    ]
    asked = question("03-kl-divergence", 2)
    assert fitting == [asked.right]
    for letter, (p, q) in cases.items():
        for name, pmf in [("p", p), ("q", q)]:
            says = f"{name}(x)=0" in asked.options[letter]
            assert says == (0 in pmf), f"option {letter} is about another case"


NUMBERS = {
    1: {"C": (FAIR.sum(),)},
    4: {
        "A": (kl_divergence(CROOKED, FAIR),),  # the other way round
        "B": (0.5 * math.log(0.5 / 0.1),),  # the overcharge alone
        "C": (kl_divergence(FAIR, CROOKED),),
    },
    2: test_zeros_make_kl_infinite_one_way_as_the_quiz_says,
}
WHOLE, PATCHED = [0.25, 0.25, 0.5], [0.5 - 5e-10, 0.5 - 5e-10, 1e-9]
STATED = {
    "−0.2939": 0.5 * math.log(0.5 / 0.9),
    "9.6685": kl_divergence(WHOLE, PATCHED),
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C01": Claim(
        "Cross-entropy is entropy plus KL divergence: on 10,000 random pairs of pmfs the "
        "two sides agree to rounding (nats).",
        ["2.7746 = 1.1483 + 1.6263 nats", "gap in 10,000 pairs:\n  0.0000000000 nats"],
    ),
    "C02": Claim(
        "The KL divergence of 10,000 random pairs is never negative (Gibbs' inequality); "
        "the smallest is 0.0052 nats.",
        ["of 10,000 random pairs:\n  smallest 0.0052 nats"],
    ),
    "C03": Claim(
        "kl_divergence of a pmf relative to itself is exactly 0.",
        ["exactly 0 when the two are equal: True"],
    ),
    "C07": Claim(
        "KL is not symmetric: 0.5108 nats for (0.5, 0.5) relative to (0.9, 0.1), 0.3681 "
        "nats the other way.",
        ["0.5108", "0.3681"],
    ),
    "C08": Claim(
        "KL can be the same both ways for different pmfs: 0.8318 nats for (0.8, 0.2) and "
        "(0.2, 0.8).",
        ["0.8318 nats, 0.8318 nats"],
    ),
    "C10": Claim(
        "Single terms of KL may be negative: -0.2939 and +0.8047 nats for (0.5, 0.5) "
        "relative to (0.9, 0.1).",
        ["-0.2939", "+0.8047"],
    ),
    "C11": Claim(
        "The terms p ln(p/q) - p + q are never negative and have the same sum as the "
        "terms of KL (nats).",
        [
            "+0.1061 and +0.4047 nats\nsum   +0.5108 nats",
            "never below 0, up to rounding: True",
            "same sums: True",
        ],
    ),
    "C12": Claim(
        "KL violates the triangle inequality: 0.5108 nats directly, 0.0872 + 0.1537 nats "
        "by a detour.",
        ["direct 0.5108", "0.0872 + 0.1537"],
    ),
    "C18": Claim(
        "Near P = Q the divergence in nats is about half of chi-squared; their ratio "
        "tends to 1.",
        ["0.08 0.013349  0.013067  1.0216", "0.01 0.000204  0.000204  1.0011"],
    ),
    "C48": Claim(
        "A zero of P adds nothing to KL; a zero of Q where P has none makes it infinite.",
        ["0.6931 nats", "inf nats"],
    ),
}

# --- the explorer ----------------------------------------------------------------------


def directions(p: float, q: float) -> Numbers:
    one, other = bernoulli(p), bernoulli(q)
    return {
        "forward": kl_divergence(one, other),
        "backward": kl_divergence(other, one),
        "js": js_divergence(one, other),
        "tv": np.abs(one - other).sum() / 2,
    }


EXPLORERS = {
    "explore_directions": Explored(
        oracle=directions,
        grid=COINS,
        said=["forward", "backward", "js", "tv"],
        places=4,
        edges=[
            ({}, "0.5108 nats for P relative to Q and 0.3681 nats for Q relative to P."),
            ({"q": 0}, "∞ nats for P relative to Q (Q rules out what P can do) and 0.69"),
            (
                {"p": 0},
                "0.1054 nats for P relative to Q and ∞ nats for Q relative to P (P",
            ),
        ],
        special=[
            ("Q rules out what P can do", lambda s: rules_out(s["q"], s["p"])),
            ("P rules out what Q can do", lambda s: rules_out(s["p"], s["q"])),
        ],
    )
}


def test_one_direction_may_be_infinite() -> None:
    [numbers] = explorer("explore_directions").numbers([{"p": 0, "q": 0.5}])
    assert numbers["forward"] == math.log(2)
    assert numbers["backward"] == math.inf
    assert numbers["js"] < math.log(2)
