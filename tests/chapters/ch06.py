"""Chapter 6, maximum likelihood: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import math
import random
from itertools import product

import numpy as np
import pytest
from mpmath import fprod, mpf

from divcore import average_nll, bernoulli, cross_entropy, kl_divergence
from tests.equation_reader import Distribution
from tests.explored import WEIGHT, Explored, Numbers, Setting, every, explorer, shares, split
from tests.letters import Environment, basics, labels_given_inputs, observed
from tests.quiz_reader import share_of_ones
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def all_samples(rng: random.Random) -> Environment:
    """Every sample of four outcomes, with its probability."""
    env = basics(rng)
    p, samples = env["P"], []
    for sample in product(range(len(p)), repeat=4):
        seen = Distribution(mpf(sample.count(x)) / 4 for x in range(len(p)))
        samples.append((fprod(p[x] for x in sample), {r"\hatP": seen}))
    return {**env, "samples": samples}


def deviations(rng: random.Random) -> Environment:
    """Every sample with what its frequencies differ from p by."""
    env = all_samples(rng)
    p = env["p"]
    samples = [(w, {r"\delta": s[r"\hatP"] + -1 * p}) for w, s in env["samples"]]
    return {**env, "N": mpf(4), "samples": samples}


def imagined(rng: random.Random) -> Environment:
    """A sample, and what smoothing adds to each of its counts."""
    return {**observed(rng), "a": mpf(rng.randint(1, 9)) / 4}


CASES = {
    "6.1": observed,
    "6.2": labels_given_inputs,
    "6.3": labels_given_inputs,
    "6.4": imagined,
    "6.5": all_samples,
    "mfebca50": observed,
    "m207ffa0": deviations,
}

UNREAD = {
    "m8f8d34d": "equivalent searches for the best model, no relation between numbers",
    "m7bc24f1": "a sum over pairs, and entropies of the letters X and Y; a cell computes both",
}

# --- the numbers in the options of the quiz ----------------------------------------

COIN = bernoulli(0.3)
TOSSES = [1, 1, 0]
NUMBERS = {
    1: {
        "A": (math.prod(bernoulli(0.6)[x] for x in TOSSES),),  # the likelihood
        "B": (cross_entropy(np.bincount(TOSSES) / 3, bernoulli(0.6)),),
        "C": (3 * average_nll(TOSSES, bernoulli(0.6)),),  # the sum
    },
    2: {
        "A": (share_of_ones(3, 3),),
        "B": ((3 + 1) / (3 + 2),),  # smoothed
    },
    5: {"A": (kl_divergence(COIN, COIN),)},
}
STATED = {"0.0225": (10 - 1) / (2 * 200)}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C33": Claim(
        "The average negative log-likelihood of a sample equals the cross-entropy of its "
        "empirical distribution and the model, in nats, for every sample and every model:"
        " an equality, not an approximation.",
        [
            "one by one 1/46656",
            "by counts  1/46656",
            "average NLL   1.2130 nats",
            "cross-entropy 1.2130 nats",
            "average NLL   3.2958 nats",
            "cross-entropy 3.2958 nats",
        ],
    ),
    "C34": Claim(
        "Among all pmfs, the frequencies of a sample (counts divided by N) have the "
        "largest likelihood, and their average negative log-likelihood is the entropy of "
        "the empirical distribution, here 2.8334 nats.",
        ["frequencies 2.8334 = H 2.8334 nats", "all are worse: True"],
    ),
    "C63": Claim(
        "For N independent draws from a P with K possible outcomes, K at least 2, the "
        "plug-in entropy is too low on average, for large N by about (K-1)/2N nats; "
        "adding (K-1)/2N takes away nearly all of that bias.",
        ["H(P)           2.0634 nats", "plug-in, mean  2.0404", "corrected      2.0629"],
    ),
    "C64": Claim(
        "For independent draws from a P with K possible outcomes and large N, 2N times "
        "the KL divergence (in nats) of the empirical distribution relative to P has a "
        "mean of about K-1 and a variance of about 2(K-1).",
        ["mean 8.9600 ± 0.0673, expected 9", "variance 18.1, expected 18"],
    ),
}

# --- the explorer ----------------------------------------------------------------------


def likelihood(n1: int, n2: int, n3: int, w1: int, w2: int, w3: int) -> Numbers:
    counts, q = [n1, n2, n3], shares([w1, w2, w3], 1 / 3)
    if not sum(counts):
        return {"q": q, "price": 0, "floor": 0, "waste": 0}
    p = shares(counts, 0)
    price = average_nll(np.repeat(range(3), counts), q)
    return {"p": p, "q": q, **split(p, q), "price": price}


COUNTS, BETS = (dict.fromkeys(names, 0) for names in (("n1", "n2", "n3"), ("w1", "w2", "w3")))


def bets_against(setting: Setting) -> list[tuple[str, float]]:
    """Return each count of the sample by name, with the bet on it; no bets are equal bets."""
    bets = [setting[name] for name in BETS]
    return list(zip(COUNTS, bets if any(bets) else [1, 1, 1], strict=True))


LIKELIHOOD = Explored(
    oracle=likelihood,
    grid=every(1777, n1=WEIGHT, n2=WEIGHT, n3=WEIGHT, w1=WEIGHT, w2=WEIGHT, w3=WEIGHT),
    said=["price", "floor", "waste"],
    places=4,
    nothing=COUNTS,
    edges=[
        ({}, "The sample (N = 10) has A 50%, B 30%, C 20%. The average NLL of the"),
        ({}, "1.0297 nats are the entropy of the sample, 0.5850 nats the KL"),
        ({"w1": 0}, "to the model (the model rules out a class that was observed)."),
        (BETS, "(no bets: all classes are taken as equally likely), its cross-entropy"),
        (COUNTS, "nothing to average and nothing to pay for."),
        ({**BETS, **COUNTS}, "nothing to pay for (no bets: all classes are taken as"),
    ],
    special=[
        ("There are no observations yet", lambda s: not any(s[n] for n in COUNTS)),
        ("no bets", lambda s: not any(s[name] for name in BETS)),
        ("rules out", lambda s: any(s[n] and not w for n, w in bets_against(s))),
    ],
)
EXPLORERS = {"explore_likelihood": LIKELIHOOD}


def test_no_model_beats_the_shares_of_the_sample() -> None:
    for numbers in explorer("explore_likelihood").numbers(LIKELIHOOD.grid):
        assert numbers["price"] >= numbers["floor"] * (1 - 1e-15)


def test_the_shares_of_the_first_sample_are_its_best_model() -> None:
    [numbers] = explorer("explore_likelihood").numbers([{"w1": 5, "w2": 3, "w3": 2}])
    assert numbers["waste"] == 0
    assert numbers["price"] == pytest.approx(numbers["floor"], rel=1e-15)
