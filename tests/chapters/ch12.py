"""Chapter 12, KL divergence, further: what binds its equations, quiz and claims."""

from __future__ import annotations

import math
import random
from math import comb

from mpmath import log, mpf

from divcore import js_divergence
from tests.equation_reader import Distribution
from tests.letters import Environment, basics, in_nats, random_pmf, two_mixed
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


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
    "12.1": joint,
    "12.2": relabelled,
    "12.3": in_nats,
    "12.4": with_middle,
    "12.5": many_tosses,
    "md20ace7": two_mixed,
}

# --- the numbers in the options of the quiz ----------------------------------------

APART = js_divergence([0.3, 0.7, 0, 0], [0, 0, 0.6, 0.4])
NUMBERS = {
    2: {
        "A": (0.01,),
        "B": (2 * 0.01**2,),  # Pinsker's inequality
        "C": (2 * 0.01**2,),
    },
    3: {"B": (math.exp(APART),)},
}
STATED = {
    "0.6931": APART,
    "0.8326": math.sqrt(APART),
    "0.3770": sum(comb(10, k) for k in range(6, 11)) / 2**10,
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C13": Claim(
        "The divergence of a pair is that of the first part plus the average one of the "
        "second given the first (nats), so that forgetting the second never raises it.",
        [
            "largest gap in 10,000 pairs:\n  0.0000000000 nats",
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
    "C75": Claim(
        "A fair coin shows at least 70 % heads in 1000 tosses with probability "
        "exp(-85.32): 0.0853 nats per toss, close to the divergence 0.0823 nats.",
        ["1000        -85.3198         0.0853", "0.0823 nats"],
    ),
}
