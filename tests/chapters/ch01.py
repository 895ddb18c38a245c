"""Chapter 1, entropy: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import heapq
import math
import random
import re
from collections import Counter

from mpmath import log, mpf

from divcore import entropy, surprisal
from tests.explored import WEIGHT, Explored, Numbers, every, explorer, shares
from tests.letters import Environment, basics, log_in_base
from tests.sidecar import Claim
from tools.outputs import CHAPTERS

# --- what the letters of the equations stand for ----------------------------------------


def surprisal_of(rng: random.Random) -> Environment:
    env = basics(rng)
    outcome = rng.randrange(len(env["P"]))
    return {**env, "x": outcome, "s": lambda e, x: -log_in_base(e, e["P"][int(x)])}


def units(rng: random.Random) -> Environment:
    p = mpf(rng.uniform(0.01, 0.99))
    return {r"s_\textbits": -log(p) / log(mpf(2)), r"s_\textnats": -log(p)}


def positive_number(rng: random.Random) -> Environment:
    return {"t": mpf(rng.uniform(0.01, 5))}


def tree_of_questions(rng: random.Random) -> Environment:
    """A random tree: ends fork until there is one for each outcome and one to spare."""
    env = basics(rng)
    depths = [0]
    while len(depths) <= len(env["P"]):
        deeper = depths.pop(rng.randrange(len(depths))) + 1
        depths += [deeper, deeper]
    return {**env, "base": mpf(2), "n": lambda e, x: mpf(depths[int(x)])}


CASES = {
    "1.1": surprisal_of,
    "1.2": units,
    "1.3": surprisal_of,
    "1.4": positive_number,
    "1.5": basics,
    "1.6": tree_of_questions,
    "1.7": tree_of_questions,
}

# --- the numbers in the options of the quiz ----------------------------------------

LN2 = math.log(2)


def best_average(p: list[float]) -> float:
    """The average number of questions of Huffman's strategy."""
    heapq.heapify(p := list(p))
    pairs = []
    while len(p) > 1:
        pairs.append(heapq.heappop(p) + heapq.heappop(p))
        heapq.heappush(p, pairs[-1])
    return math.fsum(pairs)


PLAY = " ".join(
    re.findall("[a-z]+", (CHAPTERS / "data/hamlet.md").read_text(encoding="utf-8").lower())
)
HAMLET = [n / len(PLAY) for n in Counter(PLAY).values()]
NUMBERS = {
    1: {
        "A": (math.log2(3),),  # counts the outcomes
        "B": (entropy([1 / 2, 1 / 2, 0], base=2),),
        "C": (surprisal(0),),  # the surprisal for what it adds
    },
    2: {
        "B": (math.log2(2),),  # a rule for densities
    },
    3: {
        "B": (entropy([1 / 4] * 4, base=2),),  # ignores the unit
        "C": (2, 2, entropy([1 / 4] * 4)),
    },
    4: {
        "A": (entropy([1 / 8] * 8, base=2),),  # "nothing known" for "equally likely"
        "B": (entropy([1 / 8] * 8, base=2),),
        "C": (8,),  # the number of outcomes for its logarithm
    },
}
STATED = {
    "1.3863": 2 * LN2,
    "4.0769": entropy(HAMLET, base=2),
    "4.1195": best_average(HAMLET),
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C04": Claim(
        "Entropy lies between 0, for a certain outcome, and log K, for K equally likely "
        "ones: none of 100,000 random distributions on six outcomes has less than 0 or "
        "reaches log2 6 = 2.5850 bits, the entropy of a fair die.",
        [
            "smallest 0.4395, largest 2.5821 bits",
            "limit           2.5850 bits",
            "a fair die      2.5850 bits",
            "always the six  0.0000 bits",
        ],
    ),
    "C55": Claim(
        "More variance can go with less entropy: -2 and 2, equally likely, have variance "
        "4 and 1 bit; the numbers from -2 to 2, equally likely, have variance 2 and "
        "2.3219 bits.",
        [
            "2 outcomes: variance 4.0\n            entropy  1.0000 bits",
            "5 outcomes: variance 2.0\n            entropy  2.3219 bits",
        ],
    ),
    "C69": Claim(
        "The frequencies of the 27 characters of Hamlet, letters and space, have an "
        "entropy of 4.0769 bits; 27 equally likely characters would have 4.7549 bits.",
        [
            "Hamlet's characters 4.0769 bits",
            "27 equally likely   4.7549 bits",
        ],
    ),
}

# --- the explorer ----------------------------------------------------------------------


def four_outcomes(a: float, b: float, c: float, d: float) -> Numbers:
    p = shares([a, b, c, d], 1 / 4)
    s = surprisal(p, base=2)
    parts = [p[i] * s[i] if p[i] else 0.0 for i in range(4)]
    return {"p": p, "s": s, "t": parts, "mean": entropy(p, base=2)}


TENTHS = (0, 10, 0.1)
EXPLORERS = {
    "explore_surprisal": Explored(
        oracle=four_outcomes,
        grid=[
            *every(13, a=WEIGHT, b=WEIGHT, c=WEIGHT, d=WEIGHT),
            *every(1, a=(8, 8, 1), b=(4, 4, 1), c=(2, 2, 1), d=TENTHS),
            *every(7, a=TENTHS, b=(0.3, 0.3, 1), c=(10, 10, 1), d=TENTHS),
        ],
        said=["mean"],
        places=3,
        edges=[
            (dict.fromkeys("abcd", 0), "2.00 bits (no weights: all are taken as equally"),
            ({"d": 0}, "2.81 and ∞ bits. Multiplied"),
        ],
        special=[("no weights", lambda s: not any(s[name] for name in "abcd"))],
    )
}


def test_what_is_rare_surprises_and_adds_little() -> None:
    rarer = explorer("explore_surprisal").numbers([{"d": k / 10} for k in range(20, -1, -1)])
    surprisals, added = ([n[key][3] for n in rarer] for key in ("s", "t"))
    assert [round(s, 2) for s in surprisals[::19]] == [3, 7.14]
    assert [round(t, 3) for t in added[::19]] == [0.375, 0.051]
    assert (surprisals[-1], added[-1]) == (math.inf, 0)
    assert surprisals == sorted(surprisals)
    assert added == sorted(added, reverse=True)
