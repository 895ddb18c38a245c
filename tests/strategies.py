"""Hypothesis strategies for distributions, and how many examples to draw."""

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# The same examples on every run: a failure here is a fact, not bad luck.
PROPERTY = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# Mass from certain down to the smallest subnormal number, with zeros drawn often.
_weights = st.one_of(
    st.floats(1e-3, 1),
    st.floats(1e-3, 1),
    st.floats(0, 1),
    st.sampled_from([0.0, 1e-300, 5e-324]),
)


def normalised(weights):
    """Divide weights by their sum; the first gets some mass, so that there is a sum."""
    w = np.array(weights, dtype=float)
    if w.sum() < 1e-3:
        w[0] = 1.0
    return w / w.sum()


# The same without tiny numbers, for theorems whose other side is computed naively.
_plain_weights = st.one_of(st.floats(1e-3, 1), st.floats(1e-3, 1), st.just(0.0))


def pmfs(k=None, weights=_weights):
    """Draw a distribution over k outcomes, or over 1 to 8."""
    sizes = st.integers(1, 8) if k is None else st.just(k)
    return sizes.flatmap(lambda n: st.lists(weights, min_size=n, max_size=n)).map(normalised)


def plain_pmfs(k=None):
    """Draw a distribution without tiny entries (but with zeros)."""
    return pmfs(k, _plain_weights)


def pmf_lists(count, pmfs=pmfs):
    """Draw `count` distributions over the same outcomes."""
    return st.integers(1, 8).flatmap(lambda n: st.tuples(*[pmfs(n)] * count))


@st.composite
def near_pmf_pairs(draw):
    """Draw p and a q at relative distance δ from it, δ log-uniform from 1e-12 to 1."""
    p = draw(pmfs())
    delta = 10 ** draw(st.floats(-12, 0))
    tilt = draw(st.lists(st.floats(-0.9, 0.9), min_size=p.size, max_size=p.size))
    return p, normalised(p * (1 + delta * np.array(tilt)))


def logits(k=None):
    """Draw a row of logits, sometimes far apart or far from 0."""
    sizes = st.integers(1, 8) if k is None else st.just(k)
    values = st.one_of(st.floats(-5, 5), st.floats(-800, 800), st.sampled_from([0.0, 40.0]))
    return sizes.flatmap(lambda n: st.lists(values, min_size=n, max_size=n)).map(np.array)
