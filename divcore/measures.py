"""Entropy, cross-entropy, KL and Jensen–Shannon divergence of finite distributions.

Every formula takes the probabilities as they stand: nothing is clipped, smoothed or
normalised. ``0·log 0`` counts as 0, and an outcome with p > 0 = q costs ``inf``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from divcore._validation import (
    Array,
    Result,
    class_indices,
    in_units,
    log_of_base,
    pmf_pair,
    pmf_rows,
    quiet,
    unit_interval,
)

# artanh(s)/s = 1 + s²(1/3 + s²/5 + s⁴/7 + …); these are the coefficients of the bracket,
# highest power first. For |s| < 1/3 the first one left out is below 2⁻⁵³.
_ARTANH_SERIES = [1 / (2 * k + 3) for k in reversed(range(16))]


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
        rows, _, batch = pmf_rows(p, "p", axis)
        nats = 0.0 - _times_log(rows, rows).sum(axis=-1)
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
        p_rows, q_rows, batch = pmf_pair(p, q, axis)
        nats = 0.0 - _times_log(p_rows, q_rows).sum(axis=-1)
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
        p_rows, q_rows, batch = pmf_pair(p, q, axis)
        terms = p_rows / q_rows
        np.log(terms, out=terms)
        terms *= p_rows
        terms -= p_rows - q_rows
        nats = terms.sum(axis=-1)
        _redo_doubtful(nats, 0.1, _kl_terms, p_rows, q_rows)
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
        p_rows, q_rows, batch = pmf_pair(p, q, axis)
        nats = _js_plain_terms(p_rows, q_rows).sum(axis=-1)
        _redo_doubtful(nats, 0.15, _js_terms, p_rows, q_rows)
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
        rows, _, batch = pmf_rows(q, "q")
        y = class_indices(labels, rows.shape[1])
        if batch and y.shape != batch:
            raise ValueError(f"labels must have shape {batch}, one per row of q, got {y.shape}")
        row = np.arange(y.size) if batch else 0
        nats = 0.0 - np.log(rows[row, y.ravel()])
    return float(nats.mean() / unit)


def _times_log(p: Array, q: Array) -> Array:
    """Return p log q, where an outcome with p = 0 contributes nothing."""
    terms = np.log(q)
    terms *= p
    terms[p == 0] = 0.0
    return terms


def _redo_doubtful(
    nats: Array,
    enough: float,
    careful_terms: Callable[[Array, Array], Array],
    p: Array,
    q: Array,
) -> None:
    """Recompute, in place, the rows whose plain sum may have lost digits.

    The plain sum is quick, and its rounding is harmless while the result is large `enough`.
    Smaller ones, and those still inf or NaN (a zero, an overflow), are done with care.
    """
    trusted = np.isfinite(nats) & (nats > enough)
    if not trusted.all():
        nats[~trusted] = careful_terms(p[~trusted], q[~trusted]).sum(axis=-1)


def _kl_terms(p: Array, q: Array) -> Array:
    """Return p log(p/q) − p + q, each term ≥ 0 and accurate by itself."""
    d = p - q
    s = d / (p + q)  # NaN where both are 0, and then `far` holds the right term: 0
    # Near p = q the log and the difference cancel. With log(p/q) = 2 artanh(s) they cancel
    # on paper instead, and what is left is a product of accurate factors.
    near = d * s * (1 + s * (1 + s) * np.polyval(_ARTANH_SERIES, s * s))
    ratio = p / q
    log_ratio = np.where(np.isfinite(ratio), np.log(ratio), np.log(p) - np.log(q))
    far = np.where(p > 0, p * log_ratio, 0.0) - d
    return np.where(np.abs(s) < 1 / 3, near, far)


def _js_plain_terms(p: Array, q: Array) -> Array:
    """Return ½ p log(p/m) + ½ q log(q/m) with m = ½(p + q)."""
    total = p + q
    return 0.5 * (_times_log(p, 2 * p / total) + _times_log(q, 2 * q / total))


def _js_terms(p: Array, q: Array) -> Array:
    """Return the same terms, each accurate by itself and ≥ 0."""
    total = p + q
    s = (p - q) / total  # NaN where both are 0, as above
    # Written in s, the two logs no longer cancel while s is small.
    near = total * (0.5 * s * np.arctanh(s) + 0.25 * np.log1p(-s * s))
    return np.where(np.abs(s) < 0.6, near, _js_plain_terms(p, q))
