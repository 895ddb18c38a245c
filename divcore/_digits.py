"""How the formulas keep their digits. Nothing here changes what is computed.

A formula as it stands in a book may subtract two nearly equal numbers, and then what is left
is rounding. The functions here compute the same numbers in another way. They take longer, so
they are called only for the rows that need it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from divcore._validation import Array

# artanh(s)/s = 1 + s²(1/3 + s²/5 + s⁴/7 + …); these are the coefficients of the bracket,
# highest power first. For |s| < 1/3 the first one left out is below 2⁻⁵³.
_ARTANH_SERIES = [1 / (2 * k + 3) for k in reversed(range(16))]


def xlogy(x: Array, y: Array) -> Array:
    """Return x log y, where x = 0 contributes nothing: ``0·log 0`` is NaN otherwise."""
    terms = np.log(y)
    terms *= x  # in place: of a million outcomes, a new array costs as much as the logarithm
    terms[x == 0] = 0.0
    return terms


# --- divergences ----------------------------------------------------------------------------


def redo_doubtful(
    nats: Array,
    enough: float,
    accurate_terms: Callable[[Array, Array], Array],
    p: Array,
    q: Array,
) -> None:
    """Recompute, in place, the rows whose plain sum may have lost digits.

    The rounding of the plain sum is harmless while the result is large `enough`. Smaller ones,
    and those still inf or NaN (a zero, an overflow), are done with care.
    """
    trusted = np.isfinite(nats) & (nats > enough)
    if not trusted.all():
        nats[~trusted] = accurate_terms(p[~trusted], q[~trusted]).sum(axis=-1)


def accurate_kl_terms(p: Array, q: Array) -> Array:
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


def accurate_js_terms(p: Array, q: Array) -> Array:
    """Return ½ p log(p/m) + ½ q log(q/m) with m = ½(p + q), each ≥ 0 and accurate by itself."""
    total = p + q  # not m: half of the smallest number is 0
    s = (p - q) / total  # NaN where both are 0, as above
    # Written in s, the two logs no longer cancel while s is small.
    near = total * (0.5 * s * np.arctanh(s) + 0.25 * np.log1p(-s * s))
    far = 0.5 * (xlogy(p, 2 * p / total) + xlogy(q, 2 * q / total))
    return np.where(np.abs(s) < 0.6, near, far)


# --- logits ---------------------------------------------------------------------------------


def pick(rows: Array, index: NDArray[np.intp]) -> Array:
    """Return one entry of each row, as a column."""
    column: Array = np.take_along_axis(rows, index[:, np.newaxis], axis=-1)
    return column


def log_sum_exp_above(z: Array, top: NDArray[np.intp]) -> Array:
    """Return log Σ e^z − z_max = log(1 + Σ_others e^(z − z_max)), one per row.

    `top` says where the largest of each row is.
    """
    weights = z - pick(z, top)
    np.exp(weights, out=weights)
    np.put_along_axis(weights, top[:, np.newaxis], 0.0, axis=-1)
    others: Array = weights.sum(axis=-1)
    # A small sum comes from far-away logits, where rounding z − z_max matters most.
    small = others < 0.01
    if small.any():
        weights = exp_difference(z[small], pick(z, top)[small])
        np.put_along_axis(weights, top[small, np.newaxis], 0.0, axis=-1)
        others[small] = weights.sum(axis=-1)
    return np.log1p(others)


def exp_difference(z: Array, peak: Array) -> Array:
    """Return e^(z − peak), corrected for the rounding of the difference.

    An error of δ in the exponent is a relative error of δ in the result, so half a unit
    in the last place of −700 would cost three digits. Knuth's two-sum finds that error.
    """
    d = z - peak
    back = d - z
    error = (z - (d - back)) - (back + peak)
    weights = np.exp(d)
    return np.where(weights > 0, weights + weights * error, 0.0)
