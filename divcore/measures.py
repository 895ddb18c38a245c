"""Entropy, cross-entropy, KL and Jensen–Shannon divergence of finite distributions.

Every formula takes the probabilities as they stand: nothing is clipped, smoothed or
normalised. ``0·log 0`` counts as 0, and an outcome with p > 0 = q costs ``inf``.

Each function checks its input, computes its formula, and converts the result to the unit that
was asked for. Where a formula loses digits, `divcore._digits` has another way to the number.
"""

import numpy as np
from numpy.typing import ArrayLike

from divcore._digits import accurate_js_terms, accurate_kl_terms, redo_doubtful, xlogy
from divcore._validation import (
    Result,
    class_indices,
    in_units,
    log_of_base,
    pmf_pair,
    pmf_rows,
    quiet,
    unit_interval,
)


def surprisal(p: ArrayLike, *, base: float | None = None) -> Result:
    """Return the surprise −log p of an outcome that had probability p.

    Parameters
    ----------
    p : array_like
        Probabilities between 0 and 1, of any shape; they need not sum to 1.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.

    Returns
    -------
    float or ndarray
        One surprise per probability, in the shape of `p`; ``inf`` where p is 0.

    Raises
    ------
    TypeError, ValueError
        If `p` is not real or leaves [0, 1], or if `base` is unusable.

    References
    ----------
    Shannon (1948), section 6.

    Examples
    --------
    >>> surprisal(0.25, base=2)
    2.0
    >>> surprisal([1, 0.5, 0], base=2)
    array([ 0.,  1., inf])
    """
    unit = log_of_base(base)
    probabilities = unit_interval(p, "p")
    with quiet():
        nats = 0.0 - np.log(probabilities)  # 0 − x, because −x would give −0.0 for p = 1
    return in_units(nats.ravel(), unit, probabilities.shape)


def entropy(p: ArrayLike, *, base: float | None = None, axis: int = -1) -> Result:
    """Return the entropy H(P) = −Σ p log p: the price that nobody can avoid.

    Parameters
    ----------
    p : array_like
        Probabilities along `axis`; the other axes form a batch.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.
    axis : int
        The axis that sums to 1.

    Returns
    -------
    float or ndarray
        A float for one distribution; for a batch, the shape of `p` without `axis`.
        It lies between 0 and log K, up to the rounding of `p` itself: an entry of
        1 + 2e-16 is priced as it stands, at −2e-16.

    Raises
    ------
    TypeError, ValueError
        If `p` is not real, negative anywhere, or does not sum to 1 (within √ε of its
        dtype), or if `base` or `axis` is unusable.

    References
    ----------
    Shannon (1948); Cover & Thomas (2006), section 2.1.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.125, 0.125], base=2)
    1.75
    >>> entropy([[0.5, 0.5], [1, 0]], base=2)
    array([1., 0.])
    """
    unit = log_of_base(base)
    with quiet():
        p, _, batch = pmf_rows(p, "p", axis)
        nats = 0.0 - xlogy(p, p).sum(axis=-1)
    return in_units(nats, unit, batch)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None, axis: int = -1
) -> Result:
    """Return the cross-entropy H(P, Q) = −Σ p log q: what P's outcomes cost at Q's prices.

    Parameters
    ----------
    p, q : array_like
        Probabilities along `axis`, in arrays of the same shape: `p` produces the
        outcomes, `q` prices them.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.
    axis : int
        The axis that sums to 1.

    Returns
    -------
    float or ndarray
        A float for one pair; for a batch, the shape of `p` without `axis`. ``inf`` as
        soon as q = 0 < p somewhere.

    Raises
    ------
    TypeError, ValueError
        As for `entropy`, and if the shapes differ.

    References
    ----------
    Good (1952); Cover & Thomas (2006), section 5.4.

    Examples
    --------
    >>> print(f"{cross_entropy([0.5, 0.5], [0.25, 0.75], base=2):.4f}")
    1.2075
    >>> cross_entropy([0.5, 0.5], [1, 0])
    inf
    """
    unit = log_of_base(base)
    with quiet():
        p, q, batch = pmf_pair(p, q, axis)
        nats = 0.0 - xlogy(p, q).sum(axis=-1)
    return in_units(nats, unit, batch)


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None, axis: int = -1
) -> Result:
    """Return the Kullback–Leibler divergence Σ p log(p/q): what pricing P by Q wastes.

    Computed as Σ [p log(p/q) − p + q]. The added terms cancel when both sum to 1; with
    them every summand is non-negative, so the result is never below 0 and keeps its
    digits however close Q is to P.

    Parameters
    ----------
    p, q : array_like
        Probabilities along `axis`, in arrays of the same shape.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.
    axis : int
        The axis that sums to 1.

    Returns
    -------
    float or ndarray
        A float for one pair; for a batch, the shape of `p` without `axis`. 0 exactly if
        p = q, ``inf`` as soon as q = 0 < p somewhere.

    Raises
    ------
    TypeError, ValueError
        As for `cross_entropy`.

    References
    ----------
    Kullback & Leibler (1951); Cover & Thomas (2006), section 2.3.

    Examples
    --------
    >>> print(f"{kl_divergence([0.5, 0.5], [0.25, 0.75], base=2):.4f}")
    0.2075
    >>> kl_divergence([[1, 0], [0.5, 0.5]], [[0.5, 0.5], [1, 0]], base=2)
    array([ 1., inf])
    """
    unit = log_of_base(base)
    with quiet():
        p, q, batch = pmf_pair(p, q, axis)
        nats = (p * np.log(p / q) - (p - q)).sum(axis=-1)
        redo_doubtful(nats, 0.1, accurate_kl_terms, p, q)
    return in_units(nats, unit, batch)


def js_divergence(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None, axis: int = -1
) -> Result:
    """Return the Jensen–Shannon divergence ½ KL(P‖M) + ½ KL(Q‖M), where M = ½(P + Q).

    It is symmetric and at most log 2, reached when P and Q never overlap. Its square
    root, which is *not* taken here, is a metric.

    Parameters
    ----------
    p, q : array_like
        Probabilities along `axis`, in arrays of the same shape.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.
    axis : int
        The axis that sums to 1.

    Returns
    -------
    float or ndarray
        A float for one pair; for a batch, the shape of `p` without `axis`. Never below
        0, and 0 exactly if p = q.

    Raises
    ------
    TypeError, ValueError
        As for `cross_entropy`.

    References
    ----------
    Lin (1991); Endres & Schindelin (2003).

    Examples
    --------
    >>> js_divergence([1, 0], [0, 1], base=2)
    1.0
    >>> js_divergence([0.5, 0.5], [0.5, 0.5])
    0.0
    """
    unit = log_of_base(base)
    with quiet():
        p, q, batch = pmf_pair(p, q, axis)
        m = 0.5 * (p + q)
        nats = 0.5 * (xlogy(p, p / m) + xlogy(q, q / m)).sum(axis=-1)
        redo_doubtful(nats, 0.15, accurate_js_terms, p, q)
    return in_units(nats, unit, batch)


def average_nll(labels: ArrayLike, q: ArrayLike, *, base: float | None = None) -> float:
    """Return the mean of −log q(label) over a sample: its empirical cross-entropy.

    Parameters
    ----------
    labels : array_like of int
        Observed classes, counted from 0.
    q : array_like
        Predicted probabilities along the last axis. Either one row per label, or a
        single distribution that prices every label.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.

    Returns
    -------
    float
        The average price per observation; ``inf`` if something happened that `q` had
        ruled out.

    Raises
    ------
    TypeError, ValueError
        If `q` is not a distribution (see `entropy`), if `labels` are not integers from
        0 to K − 1 or do not match the rows of `q`, or if `base` is unusable.

    References
    ----------
    Cover & Thomas (2006), section 11.1.

    Examples
    --------
    Heads, heads, tails with a coin said to fall heads (1) with probability 0.6:

    >>> print(f"{average_nll([1, 1, 0], [0.4, 0.6]):.4f}")
    0.6460
    >>> average_nll([0, 1], [[0.5, 0.5], [0.75, 0.25]], base=2)
    1.5
    """
    unit = log_of_base(base)
    with quiet():
        q, _, batch = pmf_rows(q, "q")
        y = class_indices(labels, q.shape[1])
        if batch and y.shape != batch:
            raise ValueError(f"labels must have shape {batch}, one per row of q, got {y.shape}")
        row = np.arange(y.size) if batch else 0
        nats = 0.0 - np.log(q[row, y.ravel()]).mean()
    return float(nats / unit)
