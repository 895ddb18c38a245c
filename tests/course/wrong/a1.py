"""Typical wrong answers to assignment 1. The notebook gives them pmf and lift."""

# ruff: noqa: F821

import math

import numpy as np

# --- entropy


def entropy__lost_sign(p, base=math.e):
    """The logarithm of a probability is taken for positive. Says: sign."""
    return sum(x * math.log(x, base) for x in pmf(p) if x > 0)


def entropy__base_ignored(p, base=math.e):
    """Nats, whatever base is asked for. Says: base was ignored."""
    return -sum(x * math.log(x) for x in pmf(p) if x > 0)


def entropy__base_inverted(p, base=math.e):
    """The change of base multiplies. Says: wrong way up."""
    return -sum(x * math.log(x) for x in pmf(p) if x > 0) * math.log(base)


def entropy__always_bits(p, base=math.e):
    """Base 2 is taken for granted. Says: bits."""
    return -sum(x * math.log2(x) for x in pmf(p) if x > 0)


def entropy__zero_log_zero(p, base=math.e):
    """0 log 0 is left to NumPy, which answers nan. Says: never happens."""
    p = np.array(pmf(p))
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log(p)) / np.log(base)


def entropy__domain_error(p, base=math.e):
    """0 log 0 is left to math.log, which raises. Says: never happens."""
    return -sum(x * math.log(x, base) for x in pmf(p))


def entropy__epsilon_inside(p, base=math.e):
    """A small constant keeps the logarithm away from 0. Says: small constant."""
    p = np.array(pmf(p))
    return -np.sum(p * np.log(p + 1e-12)) / np.log(base)


def entropy__clipping(p, base=math.e):
    """Probabilities are lifted to a small constant. Says: clipping."""
    p = np.clip(pmf(p), 1e-12, 1)
    return -np.sum(p * np.log(p)) / np.log(base)


def entropy__mean(p, base=math.e):
    """A mean over the list in place of the sum. Says: mean."""
    p = pmf(p)
    return -sum(x * math.log(x, base) for x in p if x > 0) / len(p)


def entropy__unweighted(p, base=math.e):
    """All surprises count alike. Says: How often."""
    return -sum(math.log(x, base) for x in pmf(p) if x > 0)


def entropy__silent_normalisation(p, base=math.e):
    """What does not sum to 1 is made to. Says: silently repaired."""
    p = [abs(x) / sum(map(abs, p)) for x in p]
    return -sum(x * math.log(x, base) for x in p if x > 0)


def entropy__accepts_anything(p, base=math.e):
    """The list is not looked at. Says: ValueError."""
    return -sum(x * math.log(x, base) for x in p if x > 0)


def entropy__certain_is_one(p, base=math.e):
    """The entropy of a sure thing is confused with its probability. Says: certain."""
    p = pmf(p)
    return 1.0 if 1 in p else -sum(x * math.log(x, base) for x in p if x > 0)


def entropy__rounded(p, base=math.e):
    """Rounded for the eye, in the function. Says: rounded."""
    return round(-sum(x * math.log(x, base) for x in pmf(p) if x > 0), 9)


def entropy__printed(p, base=math.e):
    """Printed, not returned. Says: return."""
    print(-sum(x * math.log(x, base) for x in pmf(p) if x > 0))


# --- cross_entropy


def _same_length(p, q):
    if len(p) != len(q):
        raise ValueError("lengths differ")
    return list(zip(pmf(p), pmf(q), strict=True))


def cross_entropy__swapped(p, q, base=math.e):
    """The average is taken over the board. Says: swapped."""
    pairs = _same_length(q, p)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in pairs if x > 0)


def cross_entropy__lost_sign(p, q, base=math.e):
    """The logarithm of a probability is taken for positive. Says: sign."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(y, base) for x, y in pairs if x > 0)


def cross_entropy__base_ignored(p, q, base=math.e):
    """Nats, whatever base is asked for. Says: base was ignored."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -sum(x * math.log(y) for x, y in pairs if x > 0)


def cross_entropy__clipping(p, q, base=math.e):
    """The board is lifted off zero. Says: clipping."""
    return -sum(x * math.log(max(y, 1e-12), base) for x, y in _same_length(p, q))


def cross_entropy__epsilon_inside(p, q, base=math.e):
    """A constant that is too small to be seen elsewhere. Says: constant."""
    return -sum(x * math.log(y + 1e-300, base) for x, y in _same_length(p, q))


def cross_entropy__skips_the_infinite(p, q, base=math.e):
    """Terms with q = 0 are left out, as if they were free. Says: skipped."""
    return -sum(x * math.log(y, base) for x, y in _same_length(p, q) if y > 0)


def cross_entropy__nan_at_zero(p, q, base=math.e):
    """0 log 0 is left to NumPy, which answers nan. Says: not paid."""
    p, q = (np.array(one) for one in zip(*_same_length(p, q), strict=True))
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log(q)) / np.log(base)


def cross_entropy__infinite_at_any_zero(p, q, base=math.e):
    """A zero of the board counts even where nothing happens. Says: does not happen."""
    pairs = _same_length(p, q)
    if any(y == 0 for _, y in pairs):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in pairs)


def cross_entropy__mean(p, q, base=math.e):
    """A mean over the list in place of the sum. Says: mean."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in pairs if x > 0) / len(p)


def cross_entropy__only_the_waste(p, q, base=math.e):
    """The KL divergence is returned. Says: waste."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(x / y, base) for x, y in pairs if x > 0)


def cross_entropy__most_likely_only(p, q, base=math.e):
    """Only the most likely outcome is priced. Says: most likely."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -math.log(max(pairs)[1], base)


def cross_entropy__binary_formula(p, q, base=math.e):
    """The formula for a single coin, summed over all outcomes. Says: single coin."""
    pairs = _same_length(p, q)
    if any((x > 0 and y == 0) or (x < 1 and y == 1) for x, y in pairs):
        return math.inf
    ones = sum(x * math.log(y, base) for x, y in pairs if x > 0)
    zeros = sum((1 - x) * math.log(1 - y, base) for x, y in pairs if x < 1)
    return -ones - zeros


def cross_entropy__silent_normalisation(p, q, base=math.e):
    """Both lists are divided by their sums. Says: silently repaired."""
    if len(p) != len(q):
        raise ValueError("lengths differ")
    p, q = ([abs(x) / sum(map(abs, one)) for x in one] for one in (p, q))
    if any(x > 0 and y == 0 for x, y in zip(p, q, strict=True)):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in zip(p, q, strict=True) if x > 0)


def cross_entropy__stops_at_the_shorter(p, q, base=math.e):
    """The loop ends with the shorter list. Says: shorter."""
    pairs = list(zip(pmf(p), pmf(q), strict=False))
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in pairs if x > 0)


# --- kl


def kl__swapped(p, q, base=math.e):
    """The divergence the other way round. Says: swapped."""
    pairs = _same_length(q, p)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(x / y, base) for x, y in pairs if x > 0)


def kl__ratio_upside_down(p, q, base=math.e):
    """The ratio is q/p: the result is negative. Says: upside down."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(y / x, base) for x, y in pairs if x > 0)


def kl__base_ignored(p, q, base=math.e):
    """Nats, whatever base is asked for. Says: base was ignored."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(x / y) for x, y in pairs if x > 0)


def kl__clipping(p, q, base=math.e):
    """Both lists are lifted off zero, as in many a blog. Says: clipping."""
    pairs = [(max(x, 1e-12), max(y, 1e-12)) for x, y in _same_length(p, q)]
    return sum(x * math.log(x / y, base) for x, y in pairs)


def kl__cross_entropy(p, q, base=math.e):
    """What is paid is returned, and not the waste. Says: all that is paid."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return -sum(x * math.log(y, base) for x, y in pairs if x > 0)


def kl__absolute_terms(p, q, base=math.e):
    """Negative terms are made positive, since KL is never negative. Says: abs."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(abs(x * math.log(x / y, base)) for x, y in pairs if x > 0)


def kl__both_directions(p, q, base=math.e):
    """Made symmetric, as a distance would be. Says: Both directions."""
    pairs = _same_length(p, q)
    if any((x > 0) != (y > 0) for x, y in pairs):
        return math.inf
    there = sum(x * math.log(x / y, base) for x, y in pairs if x > 0)
    return (there + sum(y * math.log(y / x, base) for x, y in pairs if y > 0)) / 2


def kl__difference_of_entropies(p, q, base=math.e):
    """H(Q) - H(P) is taken for the divergence. Says: difference of two entropies."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    own = sum(x * math.log(x, base) for x, _ in pairs if x > 0)
    return own - sum(y * math.log(y, base) for _, y in pairs if y > 0)


def kl__mean(p, q, base=math.e):
    """A mean over the elements in place of the sum. Says: mean."""
    pairs = _same_length(p, q)
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(x / y, base) for x, y in pairs if x > 0) / len(p)


def kl__nan_at_zero(p, q, base=math.e):
    """0 log 0 is left to NumPy, which answers nan. Says: never charged."""
    p, q = (np.array(one) for one in zip(*_same_length(p, q), strict=True))
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q)) / np.log(base)


def kl__skips_the_infinite(p, q, base=math.e):
    """Only outcomes that both lists allow are summed. Says: skipped."""
    pairs = _same_length(p, q)
    return sum(x * math.log(x / y, base) for x, y in pairs if x > 0 and y > 0)


def kl__nansum(p, q, base=math.e):
    """NaN and infinity are replaced by numbers. Says: constant."""
    p, q = (np.array(one) for one in zip(*_same_length(p, q), strict=True))
    with np.errstate(all="ignore"):
        return np.nan_to_num(p * np.log(p / q)).sum() / np.log(base)


def kl__silent_normalisation(p, q, base=math.e):
    """Divided by their sums, as scipy.stats.entropy does. Says: divide by the sum."""
    if len(p) != len(q):
        raise ValueError("lengths differ")
    p, q = ([abs(x) / sum(map(abs, one)) for x in one] for one in (p, q))
    if any(x > 0 and y == 0 for x, y in zip(p, q, strict=True)):
        return math.inf
    return sum(x * math.log(x / y, base) for x, y in zip(p, q, strict=True) if x > 0)


def kl__stops_at_the_shorter(p, q, base=math.e):
    """The loop ends with the shorter list. Says: shorter."""
    pairs = list(zip(pmf(p), pmf(q), strict=False))
    if any(x > 0 and y == 0 for x, y in pairs):
        return math.inf
    return sum(x * math.log(x / y, base) for x, y in pairs if x > 0)


# --- account


def _bills(p, q):
    """Return the three numbers, right."""
    pairs = [(x, y) for x, y in zip(pmf(p), pmf(q), strict=True) if x > 0]
    must = -sum(x * math.log(x) for x, _ in pairs)
    if any(y == 0 for _, y in pairs):
        return [must, math.inf, math.inf]
    paid = -sum(x * math.log(y) for x, y in pairs)
    return [must, paid, sum(x * math.log(x / y) for x, y in pairs)]


def account__unchanged(p, q):
    """The ledger as it was. Says: lifted."""
    must = -sum(x * math.log(x) for x in lift(p))
    paid = -sum(x * math.log(y) for x, y in zip(p, lift(q), strict=True))
    wasted = sum(x * math.log(x / y) for x, y in zip(lift(p), lift(q), strict=True))
    return [must, paid, wasted]


def account__smaller_constant(p, q):
    """The constant is made so small that nobody sees it. Says: constant."""
    pairs = [(x, max(y, 1e-300)) for x, y in zip(p, q, strict=True) if x > 0]
    must = -sum(x * math.log(x) for x, _ in pairs)
    paid = -sum(x * math.log(y) for x, y in pairs)
    return [must, paid, paid - must]


def account__lifted_and_divided(p, q):
    """Lifted, and then divided by the sum. Says: lifted."""
    p, q = ([x / sum(lift(one)) for x in lift(one)] for one in (p, q))
    must = -sum(x * math.log(x) for x in p)
    paid = -sum(x * math.log(y) for x, y in zip(p, q, strict=True))
    return [must, paid, paid - must]


def account__board_still_lifted(p, q):
    """Only the coin was repaired. Says: constant."""
    pairs = [(x, y) for x, y in zip(p, lift(q), strict=True) if x > 0]
    must = -sum(x * math.log(x) for x, _ in pairs)
    paid = -sum(x * math.log(y) for x, y in pairs)
    return [must, paid, paid - must]


def account__nan_at_zero(p, q):
    """The lifting was taken out, and nothing put in its place. Says: lifted."""
    p, q = np.array(p, float), np.array(q, float)
    with np.errstate(all="ignore"):
        return [-np.sum(p * np.log(p)), -np.sum(p * np.log(q)), np.sum(p * np.log(p / q))]


def account__skips_the_infinite(p, q):
    """Whatever has a zero in it is left out. Says: skipped."""
    pairs = [(x, y) for x, y in zip(p, q, strict=True) if x > 0 and y > 0]
    must = -sum(x * math.log(x) for x in p if x > 0)
    paid = -sum(x * math.log(y) for x, y in pairs)
    return [must, paid, sum(x * math.log(x / y) for x, y in pairs)]


def account__waste_of_infinity_is_zero(p, q):
    """Nothing is wasted, it is said, where nothing can be saved. Says: infinite."""
    must, paid, wasted = _bills(p, q)
    return [must, paid, wasted if math.isfinite(wasted) else 0.0]


def account__all_infinite(p, q):
    """Ruling out makes everything infinite, the entropy too. Says: finite."""
    bills = _bills(p, q)
    return bills if all(map(math.isfinite, bills)) else [math.inf] * 3


def account__wrong_order(p, q):
    """Paid first. Says: order."""
    must, paid, wasted = _bills(p, q)
    return [paid, must, wasted]


def account__bits(p, q):
    """In bits. Says: bits."""
    return [x / math.log(2) for x in _bills(p, q)]


def account__swapped(p, q):
    """Coin and board have changed places. Says: swapped."""
    return _bills(q, p)
