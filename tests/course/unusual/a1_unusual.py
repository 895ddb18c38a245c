"""Right answers to assignment 1 that nobody would write first, and that somebody will."""

import math
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import reduce
from itertools import compress, starmap
from operator import mul

import numpy as np


def pmf(p):
    """Return p as a list of floats; refuse it if it is not a distribution."""
    numbers = [float(x) for x in p]
    if not numbers or not min(numbers) >= 0 or not abs(math.fsum(numbers) - 1) < 1e-9:
        raise ValueError("not a distribution")
    if any(x != x for x in numbers):
        raise ValueError("not a number")
    return numbers


def pmfs(p, q):
    """Return two lists of one length."""
    if len(p) - len(q):
        raise ValueError("lengths differ")
    return pmf(p), pmf(q)


# --- entropy


def entropy__reduce(p, base=math.e):
    return reduce(lambda total, x: total - (x and x * math.log(x, base)), pmf(p), 0.0)


def entropy__recursion(p, base=math.e, checked=False):
    p = p if checked else pmf(p)
    if not p:
        return 0.0
    first, *rest = p
    mine = first * math.log(1 / first, base) if first else 0.0
    return mine + entropy__recursion(rest, base, True)


def entropy__chain_rule(p, base=math.e):
    """Split off one outcome after the other: a coin for "this one or a later one"."""

    def coin(x):
        return 0.0 if x in (0, 1) else -x * math.log(x) - (1 - x) * math.log1p(-x)

    total, left = 0.0, 1.0
    for x in sorted(pmf(p), reverse=True):
        if x and left > x:
            total += left * coin(x / left)
        left -= x
    return total / math.log(base)


def entropy__masked_array(p, base=math.e):
    masked = np.ma.masked_equal(pmf(p), 0)
    return -(masked * np.ma.log(masked)).sum() / np.log(base)


def entropy__where(p, base=math.e):
    p = np.array(pmf(p))
    return -np.sum(p * np.log(p, where=p > 0, out=np.zeros_like(p))) / np.log(base)


def entropy__zeros_made_one(p, base=math.e):
    p = np.asarray(pmf(p))
    return p @ -np.log(np.where(p == 0, 1, p)) / np.log(base)


def entropy__nansum(p, base=math.e):
    p = np.array(pmf(p))
    with np.errstate(all="ignore"):
        return np.nansum(-p * np.log(p)) / np.log(base)


def entropy__decimal(p, base=math.e):
    with localcontext() as context:
        context.prec = 40
        exact = [Decimal(x) for x in pmf(p) if x]
        return float(sum(-x * x.ln() for x in exact) / Decimal(base).ln())


def entropy__fractions(p, base=math.e):
    exact = [Fraction(x) for x in pmf(p) if x]
    return sum(x * Fraction(-math.log(x)) for x in exact) / Fraction(math.log(base))


def entropy__counted(p, base=math.e):
    """Equal probabilities together."""
    return sum(n * x * math.log(1 / x, base) for x, n in Counter(pmf(p)).items() if x)


def entropy__logarithm_of_a_product(p, base=math.e):
    return -math.fsum(math.log(x**x) for x in pmf(p)) / math.log(base)


def entropy__distance_to_uniform(p, base=math.e):
    n = len(pmf(p))
    return (math.log(n) - math.fsum(x * math.log(n * x) for x in p if x)) / math.log(base)


def entropy__log2_everywhere(p, base=math.e):
    return -math.fsum(x * math.log2(x) for x in pmf(p) if x) / math.log2(base)


# --- cross_entropy


def cross_entropy__reduce(p, q, base=math.e):
    def add(total, pair):
        x, y = pair
        return total + (0 if not x else -x * math.log(y, base) if y else math.inf)

    return reduce(add, zip(*pmfs(p, q), strict=True), 0)


def cross_entropy__recursion(p, q, base=math.e, checked=False):
    p, q = (p, q) if checked else pmfs(p, q)
    if not p:
        return 0.0
    mine = 0.0 if not p[0] else -p[0] * math.log(q[0], base) if q[0] else math.inf
    return mine + cross_entropy__recursion(p[1:], q[1:], base, True)


def cross_entropy__masked_array(p, q, base=math.e):
    p, q = map(np.array, pmfs(p, q))
    with np.errstate(divide="ignore"):
        logs = np.ma.array(np.log(q), mask=p == 0)
        return -float((p * logs).sum()) / np.log(base)


def cross_entropy__where(p, q, base=math.e):
    p, q = map(np.array, pmfs(p, q))
    with np.errstate(all="ignore"):
        return np.where(p > 0, -p * np.log(q), 0).sum() / np.log(base)


def cross_entropy__try(p, q, base=math.e):
    p, q = pmfs(p, q)
    try:
        return -sum(x * math.log(y, base) for x, y in zip(p, q, strict=True) if x)
    except ValueError:
        return math.inf


def cross_entropy__decimal(p, q, base=math.e):
    with localcontext() as context:
        context.prec = 40
        total = Decimal(0)
        for x, y in zip(*pmfs(p, q), strict=True):
            if x:
                total -= Decimal(x) * Decimal(y).ln()  # minus infinity for 0
        return float(total / Decimal(base).ln())


def cross_entropy__fractions(p, q, base=math.e):
    pairs = [(Fraction(x), y) for x, y in zip(*pmfs(p, q), strict=True) if x]
    if not all(y for _, y in pairs):
        return float("inf")
    return float(sum(x * Fraction(-math.log(y)) for x, y in pairs) / Fraction(math.log(base)))


def cross_entropy__entropy_plus_waste(p, q, base=math.e):
    total = 0.0
    for x, y in zip(*pmfs(p, q), strict=True):
        if x and not y:
            return math.inf
        total += x * math.log(x / y) - x * math.log(x) if x else 0
    return total / math.log(base)


def cross_entropy__compressed(p, q, base=math.e):
    p, q = pmfs(p, q)
    prices = (math.log(1 / y, base) if y else math.inf for y in compress(q, p))
    return sum(map(mul, compress(p, p), prices))


def cross_entropy__log2_everywhere(p, q, base=math.e):
    p, q = map(np.array, pmfs(p, q))
    with np.errstate(divide="ignore"):
        return -(p[p > 0] @ np.log2(q[p > 0])) / np.log2(base)


def cross_entropy__a_dictionary_of_prices(p, q, base=math.e):
    coin, board = (dict(enumerate(one)) for one in pmfs(p, q))
    happens = {k for k, x in coin.items() if x > 0}
    if happens - {k for k, y in board.items() if y > 0}:
        return np.inf
    return np.float64(sum(coin[k] * -np.log(board[k]) for k in happens) / np.log(base))


# --- kl


def kl__reduce(p, q, base=math.e):
    def add(total, pair):
        x, y = pair
        return total + (0 if not x else x * math.log(x / y, base) if y else math.inf)

    return reduce(add, zip(*pmfs(p, q), strict=True), 0)


def kl__recursion(p, q, base=math.e, checked=False):
    p, q = (p, q) if checked else pmfs(p, q)
    if not p:
        return 0.0
    mine = 0.0 if not p[0] else p[0] * math.log(p[0] / q[0], base) if q[0] else math.inf
    return mine + kl__recursion(p[1:], q[1:], base, True)


def kl__masked_array(p, q, base=math.e):
    p, q = map(np.array, pmfs(p, q))
    if q[p > 0].min() == 0:
        return math.inf
    ratio = np.ma.array(p, mask=p == 0) / np.ma.array(q, mask=p == 0)
    return (p * np.ma.log(ratio)).sum() / np.log(base)


def kl__difference(p, q, base=math.e):
    return (cross_entropy__where(p, q) - entropy__where(p)) / np.log(base)


def kl__difference_of_logarithms(p, q, base=math.e):
    with np.errstate(all="ignore"):
        p, q = map(np.array, pmfs(p, q))
        return np.nansum(np.where(p > 0, p * (np.log(p) - np.log(q)), 0)) / np.log(base)


def kl__all_terms_at_least_zero(p, q, base=math.e):
    total = 0.0
    for x, y in zip(*pmfs(p, q), strict=True):
        if x and not y:
            return math.inf
        total += (x * math.log(x / y) if x else 0) - x + y
    return total / math.log(base)


def kl__decimal(p, q, base=math.e):
    with localcontext() as context:
        context.prec = 40
        pairs = [(Decimal(x), Decimal(y)) for x, y in zip(*pmfs(p, q), strict=True) if x]
        if not all(y for _, y in pairs):
            return math.inf
        return float(sum(x * (x / y).ln() for x, y in pairs) / Decimal(base).ln())


def kl__log1p(p, q, base=math.e):
    pairs = [(x, y) for x, y in zip(*pmfs(p, q), strict=True) if x]
    if not all(y for _, y in pairs):
        return math.inf
    return sum(x * math.log1p((x - y) / y) for x, y in pairs) / math.log(base)


def kl__fractions(p, q, base=math.e):
    pairs = [(Fraction(x), Fraction(y)) for x, y in zip(*pmfs(p, q), strict=True) if x]
    if not all(y for _, y in pairs):
        return math.inf
    logs = (x * Fraction(math.log(x) - math.log(y)) for x, y in pairs)
    return sum(logs) / Fraction(math.log(base))


def kl__starmap(p, q, base=math.e):
    def term(x, y):
        return x and (x * math.log2(x / y) if y else math.inf)

    return sum(starmap(term, zip(*pmfs(p, q), strict=True))) / math.log2(base)


def kl__never_below_zero(p, q, base=math.e):
    return max(0.0, kl__reduce(p, q, base))


# --- account


def account__reduce(p, q):
    def add(totals, pair):
        x, y = pair
        if not x:
            return totals
        bills = (-math.log(x), -math.log(y) if y else math.inf)
        return [totals[0] + x * bills[0], totals[1] + x * bills[1]]

    must, paid = reduce(add, zip(p, q, strict=True), [0.0, 0.0])
    return must, paid, paid - must


def account__columns(p, q):
    """A table with one row for each outcome, and its column sums."""
    rows = [
        [-x * math.log(x), -x * math.log(y), x * math.log(x / y)]
        if y
        else [0, math.inf, math.inf]
        for x, y in zip(p, q, strict=True)
        if x
    ]
    sums = np.sum(rows, axis=0)
    sums[0] = -sum(x * math.log(x) for x in p if x)
    return sums


def account__masked_array(p, q):
    p, q = np.ma.masked_equal(np.array(p, float), 0), np.array(q, float)
    with np.errstate(divide="ignore"):
        prices = np.ma.array(-np.log(q), mask=p.mask)
        must = float(-(p * np.ma.log(p)).sum())
        paid = float((p * prices).sum())
    return [must, paid, paid - must]


def account__recursion(p, q):
    if len(p) == 0:
        return [0.0, 0.0, 0.0]
    must, paid, wasted = account__recursion(p[1:], q[1:])
    x, y = p[0], q[0]
    if x:
        must -= x * math.log(x)
        paid += -x * math.log(y) if y else math.inf
        wasted += x * math.log(x / y) if y else math.inf
    return [must, paid, wasted]


def account__decimal(p, q):
    with localcontext() as context:
        context.prec = 40
        pairs = [(Decimal(x), Decimal(y)) for x, y in zip(p, q, strict=True) if x]
        must = -sum(x * x.ln() for x, _ in pairs)
        paid = -sum(x * y.ln() for x, y in pairs)
        return [float(must), float(paid), float(paid - must)]


def account__fractions(p, q):
    pairs = [(Fraction(x), y) for x, y in zip(p, q, strict=True) if x]
    must = sum(x * Fraction(-math.log(x)) for x, _ in pairs)
    if not all(y for _, y in pairs):
        return [must, math.inf, math.inf]
    paid = sum(x * Fraction(-math.log(y)) for x, y in pairs)
    return [must, paid, paid - must]


def account__lift_only_where_nothing_happens(p, q):
    """The old ledger, with zeros lifted to 1 where they cost nothing."""
    q = [1 if x == 0 else y for x, y in zip(p, q, strict=True)]
    p = np.array(p, float)
    with np.errstate(divide="ignore"):
        must = -np.sum(p * np.log(np.where(p == 0, 1, p)))
        paid = -np.sum(p[p > 0] * np.log(np.array(q, float)[p > 0]))
    return np.array([must, paid, paid - must])


def account__where(p, q):
    p, q = np.array([p, q], dtype=float)
    with np.errstate(all="ignore"):
        bills = np.where(
            p > 0, np.array([-p * np.log(p), -p * np.log(q), p * np.log(p / q)]), 0
        )
    return bills.sum(axis=1)


def account__in_bits_first(p, q):
    pairs = [(x, y) for x, y in zip(p, q, strict=True) if x]
    must = math.fsum(-x * math.log2(x) for x, _ in pairs) * math.log(2)
    paid = math.fsum(-x * math.log2(y) if y else math.inf for x, y in pairs) * math.log(2)
    return [must, paid, paid - must]


def account__waste_regrouped(p, q):
    must = math.fsum(-x * math.log(x) for x in p if x)
    wasted = 0.0
    for x, y in zip(p, q, strict=True):
        wasted += math.inf if x and not y else (x * math.log(x / y) if x else 0) - x + y
    return [must, must + wasted, wasted]


def account__generator(p, q):
    def bills():
        yield sum(-x * math.log(x) for x in p if x)
        yield sum(-x * math.log(y) if y else math.inf for x, y in zip(p, q, strict=True) if x)
        yield sum(
            x * math.log(x / y) if y else math.inf for x, y in zip(p, q, strict=True) if x
        )

    return [*bills()]


def account__tuples_of_numpy(p, q):
    return tuple(np.float64(one) for one in account__generator(p, q))
