"""Chapter 3, KL divergence: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import math
import random
from math import comb

import numpy as np
from mpmath import log, mpf

from divcore import bernoulli, js_divergence, kl_divergence
from tests.equation_reader import Distribution
from tests.explored import COINS, Explored, Numbers, explorer, rules_out
from tests.letters import Environment, basics, in_nats, random_pmf, two_mixed
from tests.quiz_reader import question
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def near_pair(rng: random.Random) -> Environment:
    env = in_nats(rng)
    d = mpf("0.001")
    return {**env, "Q": (near := (1 - d) * env["P"] + d * env["Q"]), "q": near}


def joint(rng: random.Random) -> Environment:
    """Two random joint pmfs of (X, Y), their marginals, and Y given x."""
    env = basics(rng)
    rows, columns = 3, 4
    laws: Environment = {}
    for name in ("P", "Q"):
        flat = random_pmf(rng, rows * columns)
        table = [flat[i * columns : (i + 1) * columns] for i in range(rows)]
        marginal = Distribution(sum(row) for row in table)
        laws |= {
            f"{name}_XY": flat,
            f"{name}_X": marginal,
            f"{name}_Y|x": [Distribution(c / sum(row) for c in row) for row in table],
        }
    laws["p"] = laws["P_X"]
    return {**env, **laws, "outcomes": lambda name: range(rows)}


def relabelled(rng: random.Random) -> Environment:
    """Y is a function of X that merges the first two outcomes."""
    env = basics(rng)
    merged = {f"{n}_Y": Distribution([sum(env[n][:2]), *env[n][2:]]) for n in ("P", "Q")}
    return {**env, "P_X": env["P"], "Q_X": env["Q"], **merged}


def with_middle(rng: random.Random) -> Environment:
    env = basics(rng)
    return {**env, "M": mpf("0.5") * (env["P"] + env["Q"])}


def many_tosses(rng: random.Random) -> Environment:
    """W is the exact probability of at least αN heads, D the divergence of the two coins."""
    n = 10 * rng.randint(1, 30)
    beta, alpha = mpf(rng.uniform(0.1, 0.6)), mpf("0.7")
    tail = sum(
        mpf(comb(n, k)) * beta**k * (1 - beta) ** (n - k) for k in range(7 * n // 10, n + 1)
    )
    rate = alpha * log(alpha / beta) + (1 - alpha) * log((1 - alpha) / (1 - beta))
    return {"N": mpf(n), "W": tail, "D": rate}


CASES = {
    "3.1": basics,
    "3.2": basics,
    "3.3": basics,
    "3.4": in_nats,
    "3.5": near_pair,
    "3.6": joint,
    "3.7": relabelled,
    "3.8": in_nats,
    "3.9": with_middle,
    "3.10": many_tosses,
    "md20ace7": two_mixed,
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
        ["2.7746 = 1.1483 + 1.6263 nats", "10,000 pairs: 0.0000000000 nats"],
    ),
    "C02": Claim(
        "The KL divergence of 10,000 random pairs is never negative (Gibbs' inequality); "
        "the smallest is 0.0052 nats.",
        ["smallest of 10,000 random pairs: 0.0052 nats"],
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
            "+0.1061 and +0.4047, sum 0.5108 nats",
            "never below 0, up to rounding: True",
            "same sums: True",
        ],
    ),
    "C12": Claim(
        "KL violates the triangle inequality: 0.5108 nats directly, 0.2231 + 0.0444 nats "
        "by a detour.",
        ["direct 0.5108", "0.2231 + 0.0444 = 0.2675 nats"],
    ),
    "C13": Claim(
        "The divergence of a pair is that of the first part plus the average one of the "
        "second given the first (nats), so that forgetting the second never raises it.",
        [
            "largest gap in 10,000 pairs: 0.0000000000 nats",
            "forgetting Y never raises it: True",
        ],
    ),
    "C14": Claim(
        "KL in nats is at least twice the squared total variation, and the constant 2 "
        "cannot be improved.",
        ["at least 1.0442 times", "1.000002 times"],
    ),
    "C15": Claim(
        "Total variation and KL may rank pairs differently: TV 0.01 with 0.2894 nats "
        "against TV 0.25 with 0.1438 nats.",
        ["TV 0.0100, KL 0.2894 nats", "TV 0.2500, KL 0.1438 nats"],
    ),
    "C16": Claim(
        "The Jensen–Shannon divergence is at most ln 2 = 0.6931 nats, reached by "
        "distributions without a common outcome.",
        ["disjoint: 0.6931 nats", "at most 0.5378 nats"],
    ),
    "C17": Claim(
        "KL is jointly convex: mixing two pairs alike never gives more than the mean of "
        "their divergences.",
        ["true in all 10,000 cases: True"],
    ),
    "C18": Claim(
        "Near P = Q the divergence in nats is about half of chi-squared; their ratio "
        "tends to 1.",
        ["ratio 1.0216", "ratio 1.0011"],
    ),
    "C48": Claim(
        "A zero of P adds nothing to KL; a zero of Q where P has none makes it infinite.",
        ["0.6931 nats", "inf nats"],
    ),
    "C75": Claim(
        "A fair coin shows at least 70 % heads in 1000 tosses with probability "
        "exp(-85.32): 0.0853 nats per toss, close to the divergence 0.0823 nats.",
        ["-85.3198, per toss 0.0853", "0.0823 nats"],
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
