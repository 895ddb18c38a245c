"""What the letters of equations stand for, where more than one chapter uses them.

A case is a function that takes a generator of random numbers and returns what the letters of
an equation mean. The reference definitions of entropy and its relatives are written here once
more, with 50 digits and without divcore.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from mpmath import exp, log, mpf

from tests.equation_reader import Distribution

Environment = dict[str, Any]
Case = Callable[[random.Random], Environment]


# --- reference definitions, in units of log(base) --------------------------------------


def log_in_base(env: Environment, x: Any) -> Any:
    return log(x) / log(env["base"])


def entropy_or_cross_entropy(env: Environment, p: Any, q: Any = None) -> Any:
    """Return H(P) with one argument and H(P,Q) with two."""
    return -sum(a * log_in_base(env, b) for a, b in zip(p, q or p, strict=True) if a)


def kl(env: Environment, p: Any, q: Any) -> Any:
    return sum(a * log_in_base(env, a / b) for a, b in zip(p, q, strict=True) if a)


def total_variation(env: Environment, p: Any, q: Any) -> Any:
    return sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2


def jensen_shannon(env: Environment, p: Any, q: Any) -> Any:
    """H of the middle minus the mean H: another formula than the one of the book."""
    middle = mpf("0.5") * (p + q)
    mean = (entropy_or_cross_entropy(env, p) + entropy_or_cross_entropy(env, q)) / 2
    return entropy_or_cross_entropy(env, middle) - mean


# --- cases ------------------------------------------------------------------------------


def random_pmf(rng: random.Random, k: int) -> Distribution:
    weights = [mpf(rng.uniform(0.05, 1)) for _ in range(k)]
    return Distribution(w / sum(weights) for w in weights)


def basics(rng: random.Random) -> Environment:
    """Two random pmfs on three to six outcomes, and the functions of them."""
    k = rng.randint(3, 6)
    p, q = random_pmf(rng, k), random_pmf(rng, k)
    env: Environment = {
        "base": mpf(rng.choice([2, 3, 10])),
        "outcomes": lambda name: range(k),
        "K": mpf(k),
        "P": p,
        "Q": q,
        "p": p,
        "q": q,
        "H": entropy_or_cross_entropy,
        r"D_\mathrmKL": kl,
        r"\mathrmTV": total_variation,
        r"\mathrmJS": jensen_shannon,
    }
    return env


def in_nats(rng: random.Random) -> Environment:
    """The same for equations that say ln."""
    return {**basics(rng), "base": exp(1)}


def softmax_of(z: Any) -> Environment:
    total = sum(exp(value) for value in z)
    law = Distribution(exp(value) / total for value in z)
    return {"z": Distribution(z), "q": law, "Q": law}


def observed(rng: random.Random) -> Environment:
    """A sample of N outcomes with its counts and its empirical distribution."""
    env = in_nats(rng)
    k, n = len(env["P"]), rng.randint(7, 20)
    sample = [rng.randrange(k) for _ in range(n)]
    counts = [sample.count(x) for x in range(k)]
    seen = Distribution(mpf(c) / n for c in counts)
    numbered = (None, *sample)  # observations are numbered from 1
    return {**env, "x": numbered, "y": numbered, "n": (*counts,), "N": mpf(n), r"\hatP": seen}


def labels_given_inputs(rng: random.Random) -> Environment:
    """N pairs (x, y), their frequencies, and a model q(y|x) that knows nothing of them."""
    env = in_nats(rng)
    rows, columns, n = 3, 4, 60
    pairs = [(x, rng.randrange(columns)) for x in range(rows)]
    pairs += [(rng.randrange(rows), rng.randrange(columns)) for _ in range(n - rows)]
    inputs = Distribution(mpf(sum(a == x for a, _ in pairs)) / n for x in range(rows))
    seen = [
        Distribution(mpf(pairs.count((x, y))) / (inputs[x] * n) for y in range(columns))
        for x in range(rows)
    ]
    model = [random_pmf(rng, columns) for _ in range(rows)]
    return {
        **env,
        "outcomes": lambda name: range(rows),
        "N": mpf(n),
        "L": -sum(log(model[x][y]) for x, y in pairs) / n,
        "x": (None, *(x for x, _ in pairs)),
        "y": (None, *(y for _, y in pairs)),
        "q": lambda e, y, x: model[int(x)][int(y)],
        "Q": lambda e, y, x: model[int(x)],
        r"\hatp": inputs,
        r"\hatP": lambda e, y, x: seen[int(x)],
    }


def two_mixed(rng: random.Random) -> Environment:
    """Two distributions in each role, and a weight."""
    env = basics(rng)
    k = len(env["P"])
    laws = {f"{name}_{i}": random_pmf(rng, k) for name in "PQ" for i in (1, 2)}
    return {**env, **laws, r"\lambda": mpf(rng.uniform(0.1, 0.9))}
