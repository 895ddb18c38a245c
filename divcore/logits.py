"""From raw scores (logits) to probabilities and to the loss of a classifier.

Logits are any real numbers, one per class; −inf forbids a class. A shift of all of them
changes nothing, so every formula here first subtracts the largest.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divcore._digits import exp_difference, log_sum_exp_above, pick
from divcore._validation import (
    Array,
    Result,
    class_indices,
    in_units,
    log_of_base,
    pmf_rows,
    quiet,
    real_array,
    to_rows,
)


def softmax(z: ArrayLike, *, axis: int = -1) -> Array:
    """Return the probabilities e^z / Σ e^z.

    Parameters
    ----------
    z : array_like
        Logits along `axis`; −inf gives probability 0.
    axis : int
        The axis that will sum to 1.

    Returns
    -------
    ndarray
        Probabilities in the shape of `z`.

    Raises
    ------
    TypeError, ValueError
        If `z` is not real, is empty, holds NaN or +inf, or has a row of −inf only.

    References
    ----------
    Blanchard, Higham & Higham (2021).

    Examples
    --------
    >>> softmax([1000, 1000])
    array([0.5, 0.5])
    """
    with quiet():
        z, batch, top = _logit_rows(z, "z", axis)
        weights = exp_difference(z, pick(z, top))
        q = weights / weights.sum(axis=-1, keepdims=True)
    return np.moveaxis(q.reshape(*batch, -1), -1, axis)


def log_softmax(z: ArrayLike, *, axis: int = -1) -> Array:
    """Return the log-probabilities z − log Σ e^z, in nats.

    Safe where ``log(softmax(z))`` is not: nothing overflows, no probability has to be
    rounded to 0 or 1 first.

    Parameters
    ----------
    z : array_like
        Logits along `axis`; −inf stays −inf.
    axis : int
        The axis whose exponentials will sum to 1.

    Returns
    -------
    ndarray
        Log-probabilities in the shape of `z`.

    Raises
    ------
    TypeError, ValueError
        As for `softmax`.

    References
    ----------
    Blanchard, Higham & Higham (2021).

    Examples
    --------
    >>> log_softmax([0, -1000])
    array([    0., -1000.])
    """
    with quiet():
        z, batch, top = _logit_rows(z, "z", axis)
        log_q = (z - pick(z, top)) - log_sum_exp_above(z, top)[:, np.newaxis]
    return np.moveaxis(log_q.reshape(*batch, -1), -1, axis)


def cross_entropy_from_logits(
    labels: ArrayLike, logits: ArrayLike, *, base: float | None = None
) -> Result:
    """Return −Σ p log softmax(z): the loss of a classifier, straight from its logits.

    Parameters
    ----------
    labels : array_like
        Either class indices, in the shape of `logits` without its last axis, or soft
        labels: one distribution per row, in the shape of `logits`.
    logits : array_like
        Scores along the last axis.
    base : float, optional
        Base of the logarithm: nats without it, bits with ``base=2``.

    Returns
    -------
    float or ndarray
        One loss per row, *not* averaged; a float for one row of logits. ``inf`` if a
        class that occurs has logit −inf.

    Raises
    ------
    TypeError, ValueError
        If `logits` are unusable (see `softmax`), if `labels` have neither shape, are not
        integers from 0 to K − 1 or not distributions, or if `base` is unusable.

    References
    ----------
    Blanchard, Higham & Higham (2021); Goodfellow et al. (2016), section 6.2.2.

    Examples
    --------
    >>> cross_entropy_from_logits([0, 1], [[0, 0], [0, 1000]], base=2)
    array([1., 0.])
    >>> cross_entropy_from_logits([0.25, 0.75], [0, 1000])
    250.0
    """
    unit = log_of_base(base)
    with quiet():
        z, batch, top = _logit_rows(logits, "logits")
        n, k = z.shape
        labels = real_array(labels, "labels")
        z_max = pick(z, top)
        # −log softmax(z)_y = (z_max − z_y) + (log Σ e^z − z_max): neither part is ever
        # negative, so a nearly perfect prediction keeps the digits of its loss.
        if labels.shape == batch:
            y = class_indices(labels, k).reshape(n)
            nats = (z_max - pick(z, y))[:, 0] + log_sum_exp_above(z, top)
        elif labels.shape == (*batch, k):
            p, p_sums, _ = pmf_rows(labels, "labels")
            gaps = np.where(p > 0, p * (z_max - z), 0.0)
            nats = gaps.sum(axis=-1) + p_sums * log_sum_exp_above(z, top)
        else:
            raise ValueError(
                f"labels must have shape {batch} (classes) or {(*batch, k)} "
                f"(distributions), got {labels.shape}"
            )
    return in_units(nats, unit, batch)


def _logit_rows(
    z: ArrayLike, name: str, axis: int = -1
) -> tuple[Array, tuple[int, ...], NDArray[np.intp]]:
    """Check logits; return them as rows, the batch shape and each row's largest index."""
    a = real_array(z, name)
    if a.ndim == 0 or a.size == 0:
        raise ValueError(f"{name} must list at least one logit, got shape {a.shape}")
    rows, batch = to_rows(a, axis)
    top = rows.argmax(axis=-1)  # the place of a NaN, if there is one
    peak = pick(rows, top)
    if np.isnan(peak).any():
        raise ValueError(f"{name} must not contain NaN")
    if (peak == np.inf).any():
        raise ValueError(f"{name} must be less than infinity, got inf")
    if (peak == -np.inf).any():
        raise ValueError(f"{name} must have a finite entry along axis {axis}, got only -inf")
    return rows, batch, top
