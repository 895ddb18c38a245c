"""Assignment 2 in SciPy's style: log_softmax, xlogy and friends, written with NumPy alone."""

from collections import defaultdict

import numpy as np


def log_softmax_pair(z):
    """Return, for each row, z − max(z) and the logarithm of the sum of their exponentials."""
    shifted = z - z.max(axis=1, keepdims=True)
    first = shifted.argmax(axis=1)
    e = np.exp(shifted)
    e[np.arange(len(z)), first] = 0
    return shifted, np.log1p(e.sum(axis=1, keepdims=True))


def xlogy(x, y):
    """Return x log y, and 0 where x is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0.0, x * np.log(y))


def one_hot(labels, k):
    y = np.asarray(labels).reshape(-1, 1)
    if not np.isin(y, np.arange(k)).all():
        raise ValueError("labels run from 0 to k - 1")
    return (y == np.arange(k)).astype(float)


def smooth(rows, eps):
    rows = np.atleast_2d(np.asarray(rows, float))
    return rows + eps * (1 / rows.shape[1] - rows)


def ce_logits(rows, logits):
    rows = np.asarray(rows, float)
    shifted, rest = log_softmax_pair(np.asarray(logits, float))
    return np.sum(-rows * shifted, axis=1) + rest[:, 0]


def ce_logits_grad(rows, logits):
    shifted, rest = log_softmax_pair(np.asarray(logits, float))
    return (np.exp(shifted - rest) - np.asarray(rows, float)) / len(shifted)


def average_nll(counts, q):
    n = np.asarray(counts, float)
    if not n.any():
        raise ValueError("an average of nothing")
    return float(-xlogy(n / n.sum(), np.asarray(q, float)).sum())


def fit(counts, extra=0):
    n = np.add(counts, extra, dtype=float)
    with np.errstate(invalid="ignore"):
        pmf = n / n.sum()
    if np.isnan(pmf).any():
        raise ValueError("nothing to count")
    return pmf


def loss_floor(shapes, rows):
    sums = defaultdict(lambda: 0.0)
    for shape, row in zip(shapes, rows, strict=True):
        sums[shape] = sums[shape] + np.array(row, dtype=float)
    return sum(-xlogy(s, s / s.sum()).sum() for s in sums.values()) / len(shapes)
