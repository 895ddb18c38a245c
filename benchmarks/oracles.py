"""The formulas once more, slowly, in 50-digit arithmetic: what divcore is measured against.

The oracle takes the floats as they are, so a result differs from it only by what divcore
itself rounds. Each function handles one distribution, given as a sequence of floats.
"""

from collections.abc import Iterator, Sequence

import mpmath  # type: ignore[import-untyped]
import numpy as np

mp = mpmath.mp.clone()  # a context of our own: nobody else's precision changes
mp.dps = 50
U = 2.0**-53  # half a unit in the last place of 1
TINY = 2.0**-1074  # spacing of subnormal numbers: no product can be closer than half of that

Row = Sequence[float] | np.ndarray


def exact(row: Row) -> list[mpmath.mpf]:
    """Turn floats into mpmath numbers, without rounding."""
    return [mp.mpf(float(x)) for x in row]


def _p_log(p: mpmath.mpf, above: mpmath.mpf, below: mpmath.mpf = 1) -> mpmath.mpf:
    """Return p·log(above/below), where p = 0 contributes nothing."""
    return p * mp.log(above / below) if p else mp.mpf(0)


def total(row: Row) -> mpmath.mpf:
    """Return Σ p."""
    return mp.fsum(exact(row))


def entropy(p: Row) -> mpmath.mpf:
    """Return −Σ p log p."""
    return -mp.fsum(_p_log(a, a) for a in exact(p))


def cross_entropy(p: Row, q: Row) -> mpmath.mpf:
    """Return −Σ p log q."""
    pairs = list(zip(exact(p), exact(q), strict=True))
    if any(a and not b for a, b in pairs):
        return mp.inf
    return -mp.fsum(_p_log(a, b) for a, b in pairs)


def kl_divergence(p: Row, q: Row) -> mpmath.mpf:
    """Return Σ p log(p/q) − p + q."""
    pairs = list(zip(exact(p), exact(q), strict=True))
    if any(a and not b for a, b in pairs):
        return mp.inf
    return mp.fsum(_p_log(a, a, b) - a + b for a, b in pairs)


def js_divergence(p: Row, q: Row) -> mpmath.mpf:
    """Return ½ Σ p log(p/m) + q log(q/m), m = ½(p + q)."""
    terms = [
        _p_log(a, 2 * a, a + b) + _p_log(b, 2 * b, a + b)
        for a, b in zip(exact(p), exact(q), strict=True)
    ]
    return mp.fsum(terms) / 2


def softmax(z: Row) -> list[mpmath.mpf]:
    """Return e^z / Σ e^z."""
    weights = [mp.exp(x) for x in exact(z)]
    norm = mp.fsum(weights)
    return [w / norm for w in weights]


def log_softmax(z: Row) -> list[mpmath.mpf]:
    """Return z − log Σ e^z, by a route that keeps 50 digits even for a result near 0."""
    values = exact(z)
    results = []
    for i, x in enumerate(values):
        others = mp.fsum(mp.exp(v - x) for j, v in enumerate(values) if j != i)
        results.append(-mp.log1p(others))
    return results


def loss_from_logits(label: int | Row, z: Row) -> mpmath.mpf:
    """Return −Σ p log softmax(z), for a class index or a soft label."""
    logs = log_softmax(z)
    if np.ndim(label) == 0:
        return -logs[int(label)]  # type: ignore[arg-type]
    return -mp.fsum(a * b for a, b in zip(exact(label), logs, strict=True) if a)  # type: ignore[arg-type]


def error_in_u(ours: float, truth: mpmath.mpf) -> float:
    """Return the relative error in units of u = 2⁻⁵³.

    Subnormal numbers have no relative precision: one step per term is allowed there.
    """
    if mp.isinf(truth) or np.isinf(ours):
        return 0.0 if mp.mpf(float(ours)) == truth else float("inf")
    error = abs(mp.mpf(float(ours)) - truth)
    if error <= 64 * TINY:
        return 0.0
    return float(error / abs(truth) / U) if truth else float("inf")


# Test cases -----------------------------------------------------------------------------


def _normalised(row: np.ndarray) -> np.ndarray:
    return np.asarray(row / row.sum())


def generic_pairs(rng: np.random.Generator, n: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs from Dirichlet distributions, from nearly one-hot to nearly uniform."""
    for _ in range(n):
        k = int(rng.integers(2, 40))
        p, q = (rng.dirichlet(np.full(k, 10 ** rng.uniform(-1, 1))) for _ in range(2))
        yield _normalised(p + 1e-300), _normalised(q + 1e-300)


def near_pairs(rng: np.random.Generator, n: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs at relative distance δ, log-uniform between 1e-12 and 1."""
    for _ in range(n):
        k = int(rng.integers(2, 40))
        p = rng.dirichlet(np.ones(k))
        delta = 10 ** rng.uniform(-12, 0)
        yield p, _normalised(p * (1 + delta * rng.uniform(-1, 1, k)))


def pairs_with_zeros(
    rng: np.random.Generator, n: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs with zeros in P, in both, or (one in four) in Q under mass of P."""
    for i in range(n):
        k = int(rng.integers(3, 12))
        p, q = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k))
        p[0] = 0.0
        q[0] *= rng.integers(2)
        q[1] *= i % 4 > 0
        yield _normalised(p), _normalised(q)


def pairs_with_tiny_entries(
    rng: np.random.Generator, n: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs with entries around 1e-300 and subnormal ones; half agree elsewhere."""
    for i in range(n):
        k = int(rng.integers(3, 12))
        p = rng.dirichlet(np.ones(k))
        q = p.copy() if i % 2 else rng.dirichlet(np.ones(k))
        j = int(rng.integers(1, k))  # at least one entry keeps its size
        p[:j], q[:j] = (
            np.where(
                rng.random(j) < 0.5,
                10 ** rng.uniform(-308, -290, j),
                rng.integers(1, 2**20, j) * TINY,
            )
            for _ in range(2)
        )
        scale = p[j:].sum()
        p[j:] /= scale
        q[j:] /= scale if i % 2 else q[j:].sum()
        yield p, q


PAIR_FAMILIES = {
    "generic": generic_pairs,
    "near-equal": near_pairs,
    "zeros": pairs_with_zeros,
    "1e-300 and subnormal": pairs_with_tiny_entries,
}


def logit_rows(rng: np.random.Generator, n: int) -> Iterator[np.ndarray]:
    """Yield logits from nearly equal to 700 apart, some shifted far from 0."""
    for _ in range(n):
        k = int(rng.integers(2, 12))
        yield rng.normal(size=k) * 10 ** rng.uniform(-3, 2.3) + rng.choice([0, 0, 1e3])
