"""Assignment 1 in log space, with exact summation, and careful near p = q: earns the bonus."""

import math
from fractions import Fraction


def logs(p):
    """Return the logarithms; refuse what is no distribution (summed exactly)."""
    exact = [Fraction(x) for x in p]
    if min(exact) < 0 or abs(sum(exact) - 1) > Fraction(1, 10**9):
        raise ValueError("no distribution")
    return [math.log(x) if x > 0 else -math.inf for x in p]


def pairs(p, q):
    """Return the logarithms of both lists, outcome by outcome, without those of p = 0."""
    if len(p) != len(q):
        raise ValueError("lengths differ")
    return [(a, b) for a, b in zip(logs(p), logs(q), strict=True) if a > -math.inf]


def entropy(p, base=math.e):
    return sum(math.exp(a) * -a for a in logs(p) if a > -math.inf) / math.log(base)


def cross_entropy(p, q, base=math.e):
    return sum(math.exp(a) * -b for a, b in pairs(p, q)) / math.log(base)


def kl(p, q, base=math.e):
    if any(b == -math.inf for _, b in pairs(p, q)):
        return math.inf
    total = Fraction(0)
    for x, y in zip(map(Fraction, p), map(Fraction, q), strict=True):
        if x == 0:
            total += y
        elif abs(y - x) < x / 1000:
            u = (y - x) / x
            total += x * (u**2 / 2 - u**3 / 3 + u**4 / 4 - u**5 / 5)
        else:
            total += x * Fraction(math.log(x) - math.log(y)) - x + y
    return float(total) / math.log(base)


def account(p, q):
    must = entropy(p)
    wasted = kl(p, q)
    return [must, must + wasted, wasted]
