"""Assignment 2 with NumPy: whole tables at once."""

import numpy as np


def one_hot(labels, k):
    labels = np.array(labels)
    if labels.dtype.kind != "i" or labels.min() < 0 or labels.max() >= k:
        raise ValueError("no such class")
    return np.eye(k)[labels]


def smooth(rows, eps):
    rows = np.array(rows, dtype=float)
    return (1 - eps) * rows + eps * np.full_like(rows, 1 / rows.shape[-1])


def ce_logits(rows, logits):
    rows, z = np.asarray(rows, float), np.asarray(logits, float)
    top = z.argmax(axis=1)[:, None]
    gap = np.take_along_axis(z, top, 1) - z
    weights = np.exp(-gap)
    np.put_along_axis(weights, top, 0.0, 1)
    return (rows * gap).sum(axis=1) + np.log1p(weights.sum(axis=1))


def ce_logits_grad(rows, logits):
    z = np.asarray(logits, float)
    e = np.exp(z - z.max(1)[:, None])
    return (e / e.sum(1)[:, None] - np.asarray(rows, float)) / z.shape[0]


def average_nll(counts, q):
    n, q = np.array(counts, float), np.array(q, float)
    if n.sum() == 0:
        raise ValueError("no items")
    with np.errstate(divide="ignore"):
        return -np.sum(n[n > 0] * np.log(q[n > 0])) / n.sum()


def fit(counts, extra=0):
    n = np.array(counts, float) + extra
    if n.sum() == 0:
        raise ValueError("nothing to count")
    return n / n.sum()


def loss_floor(shapes, rows):
    rows = np.asarray(rows, float)
    names, place = np.unique(np.asarray(shapes), return_inverse=True)
    sums = np.zeros((len(names), rows.shape[1]))
    np.add.at(sums, place, rows)
    sizes = sums.sum(axis=1, keepdims=True)
    shares = sums / sizes
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return -(sizes * shares * logs).sum() / len(rows)
