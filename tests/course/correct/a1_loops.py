"""Assignment 1 with plain loops and nothing but the definition."""

import math


def refuse(p):
    """Raise ValueError for a list that is no distribution."""
    total = 0.0
    for x in p:
        if not x >= 0:
            raise ValueError("a probability is negative, or not a number")
        total += x
    if abs(total - 1) > 1e-9:
        raise ValueError("the probabilities do not sum to 1")


def entropy(p, base=math.e):
    refuse(p)
    total = 0.0
    for x in p:
        if x != 0:
            total -= x * math.log(x, base)
    return total


def cross_entropy(p, q, base=math.e):
    refuse(p)
    refuse(q)
    if len(p) != len(q):
        raise ValueError("the lists differ in length")
    total = 0.0
    for i in range(len(p)):
        if p[i] == 0:
            continue
        if q[i] == 0:
            return float("inf")
        total -= p[i] * math.log(q[i], base)
    return total


def kl(p, q, base=math.e):
    return cross_entropy(p, q, base) - entropy(p, base)


def account(p, q):
    return (entropy(p), cross_entropy(p, q), kl(p, q))
