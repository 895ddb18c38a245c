"""Checks on what comes in, and the shape of what goes out.

Inside divcore every batch is a table with one distribution per row, in float64, however
the caller's array was laid out. So each formula is written once, sums along contiguous
memory (where NumPy sums pairwise), and gives the same digits for every ``axis``.
"""

import math
import operator
from functools import partial
from numbers import Real
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Result = float | Array

# log 0 = -inf and 0·inf = nan are expected on the way and dealt with where they occur.
quiet = partial(np.errstate, all="ignore")


# Rounding may take a sum this far from 1: √ε of the input's dtype (2⁻²⁶ for float64). Integers
# and booleans are not rounded.
_TOLERANCE = {t: math.sqrt(np.finfo(t).eps) for t in np.typecodes["Float"]}


def real_array(x: ArrayLike, name: str) -> NDArray[Any]:
    """Turn x into an array of booleans, integers or floats, or say why it is none."""
    try:
        a = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name} must be rectangular, with rows of equal length") from None
    if a.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got dtype {a.dtype}")
    return a


def to_rows(a: NDArray[Any], axis: int) -> tuple[Array, tuple[int, ...]]:
    """Lay `axis` along the rows of a float64 table; also return the other axes' shape."""
    axis = integer(axis, "axis")
    if axis != -1:
        if not -a.ndim <= axis < a.ndim:
            raise ValueError(f"axis must be from {-a.ndim} to {a.ndim - 1}, got {axis}")
        a = np.moveaxis(a, axis, -1)
    table = np.ascontiguousarray(a, dtype=np.float64).reshape(-1, a.shape[-1])
    return table, a.shape[:-1]


def integer(x: SupportsIndex, name: str) -> int:
    """Check that x is a single integer."""
    try:
        return operator.index(x)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {type(x).__name__}") from None


def pmf_rows(p: ArrayLike, name: str, axis: int = -1) -> tuple[Array, Array, tuple[int, ...]]:
    """Check that p holds distributions along `axis`; return rows, sums and batch shape."""
    a = real_array(p, name)
    if a.ndim == 0 or a.size == 0:
        raise ValueError(f"{name} must list at least one probability, got shape {a.shape}")
    rows, batch = to_rows(a, axis)
    sums = rows.sum(axis=-1)
    off = abs(sums - 1)
    lowest = rows.min()  # NaN if there is one anywhere
    if lowest >= 0 and off.max() <= _TOLERANCE.get(a.dtype.char, 0.0):
        return rows, sums, batch
    if np.isnan(lowest):
        raise ValueError(f"{name} must not contain NaN")
    if lowest < 0:
        raise ValueError(f"{name} must be non-negative, got {lowest}")
    if np.isinf(rows).any():
        raise ValueError(f"{name} must be finite, got inf")
    raise ValueError(
        f"{name} must sum to 1 along axis {axis}, but a sum is {sums[off.argmax()]}; "
        "divide by the sum first"
    )


def pmf_pair(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[Array, Array, tuple[int, ...]]:
    """Check p and q, which must have the same shape: nothing is broadcast."""
    p, q = real_array(p, "p"), real_array(q, "q")
    if p.shape != q.shape:
        raise ValueError(f"p and q must have the same shape, got {p.shape} and {q.shape}")
    p_rows, _, batch = pmf_rows(p, "p", axis)
    q_rows, _, _ = pmf_rows(q, "q", axis)
    return p_rows, q_rows, batch


def unit_interval(x: ArrayLike, name: str) -> Array:
    """Check that every number in x lies between 0 and 1; keep its shape."""
    a = real_array(x, name)
    if a.size == 0:
        raise ValueError(f"{name} must list at least one probability, got shape {a.shape}")
    with quiet():
        a = a.astype(np.float64)
    if np.isnan(a).any():
        raise ValueError(f"{name} must not contain NaN")
    outside = a[(a < 0) | (a > 1)]
    if outside.size:
        raise ValueError(f"{name} must lie between 0 and 1, got {outside[0]}")
    return a


def class_indices(labels: ArrayLike, k: int) -> NDArray[np.intp]:
    """Check that labels are integers from 0 to k - 1; keep their shape."""
    a = real_array(labels, "labels")
    if a.size == 0:
        raise ValueError(f"labels must list at least one label, got shape {a.shape}")
    if a.dtype.kind == "f":
        raise TypeError(f"labels must be integers, got dtype {a.dtype}")
    for extreme in (int(a.min()), int(a.max())):
        if not 0 <= extreme < k:
            raise ValueError(f"labels must be integers from 0 to {k - 1}, got {extreme}")
    return a.astype(np.intp)


def log_of_base(base: float | None) -> float:
    """How many nats there are in one unit: 1 without a base, ln 2 for bits."""
    if base is None:
        return 1.0
    if not isinstance(base, Real):
        raise TypeError(f"base must be a real number, got {type(base).__name__}")
    if base == math.inf:
        raise ValueError("base must be finite, got inf")
    if not base > 0 or base == 1:
        raise ValueError(f"base must be positive and not 1, got {base}")
    return math.log(base)


def in_units(nats: Array, unit: float, batch: tuple[int, ...]) -> Result:
    """Convert a row of results; a single one comes back as a Python float."""
    return (nats / unit).reshape(batch) if batch else float(nats[0]) / unit
