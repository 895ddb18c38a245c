"""Labels as distributions: coins, one-hot rows and smoothed rows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divcore._validation import Array, class_indices, integer, unit_interval


def bernoulli(theta: ArrayLike) -> Array:
    """Return [1 − θ, θ], the distribution of a coin: entry x is the probability of x.

    Parameters
    ----------
    theta : array_like
        Probability of outcome 1, between 0 and 1; an array gives a batch of coins.

    Returns
    -------
    ndarray
        Shape of `theta` with an axis of length 2 added at the end.

    Raises
    ------
    TypeError, ValueError
        If `theta` is not real or leaves [0, 1].

    References
    ----------
    Cover & Thomas (2006), example 2.1.1.

    Examples
    --------
    >>> bernoulli(0.75)
    array([0.25, 0.75])
    >>> bernoulli([0, 1])
    array([[1., 0.],
           [0., 1.]])
    """
    theta = unit_interval(theta, "theta")
    return np.stack([1 - theta, theta], axis=-1)


def one_hot(labels: ArrayLike, k: int) -> Array:
    """Return each label as a distribution with all its mass on that class.

    Parameters
    ----------
    labels : array_like of int
        Classes from 0 to `k` − 1; a single integer is fine.
    k : int
        Number of classes.

    Returns
    -------
    ndarray
        Shape of `labels` with an axis of length `k` added at the end.

    Raises
    ------
    TypeError, ValueError
        If `labels` are not integers from 0 to `k` − 1, or `k` is not a positive integer.

    References
    ----------
    Bishop (2006), section 4.3.4 (there: 1-of-K coding).

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    k = _number_of_classes(k)
    y = class_indices(labels, k)
    hit: NDArray[np.bool_] = y[..., np.newaxis] == np.arange(k)
    return hit.astype(np.float64)


def smooth_labels(labels: ArrayLike, k: int, eps: float) -> Array:
    """Return (1 − ε)·one-hot + ε/K: labels that share ε evenly among all K classes.

    The true class gets its part of ε too and ends at 1 − ε + ε/K, as in PyTorch; another
    convention shares ε/(K − 1) among the other classes only.

    Parameters
    ----------
    labels : array_like of int
        Classes from 0 to `k` − 1; a single integer is fine.
    k : int
        Number of classes.
    eps : float
        Mass to share, between 0 and 1.

    Returns
    -------
    ndarray
        Shape of `labels` with an axis of length `k` added at the end.

    Raises
    ------
    TypeError, ValueError
        As for `one_hot`, and if `eps` is not a single number between 0 and 1.

    References
    ----------
    Szegedy et al. (2016), section 7.

    Examples
    --------
    >>> smooth_labels(0, 4, 0.5)
    array([0.625, 0.125, 0.125, 0.125])
    """
    share = unit_interval(eps, "eps")
    if share.ndim:
        raise ValueError(f"eps must be a single number, got shape {share.shape}")
    return (1 - share) * one_hot(labels, k) + share / k


def _number_of_classes(k: int) -> int:
    """Check that k counts something."""
    k = integer(k, "k")
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    return k
