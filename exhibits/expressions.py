"""Formulas and words in Vega's expression language, which a browser evaluates.

Each function takes names or short expressions and returns an expression, which looks like
JavaScript. Everything is in nats. What JavaScript lacks is log1p, without which a small KL
loses its digits.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Sequence

INFINITY = "(1 / 0)"


def log1p_expr(x: str) -> str:
    """Return ln(1 + x), exact also for small x: the rounding of 1 + x is divided out."""
    return f"(1 + {x} === 1 ? {x} : log(1 + {x}) * ({x} / (1 + {x} - 1)))"


def surprisal_expr(p: str) -> str:
    """Return −ln p, and ∞ for p = 0."""
    return f"({p} > 0 ? 0 - log({p}) : {INFINITY})"


def priced_expr(p: str, price: str) -> str:
    """Return p times a price, where what never happens costs nothing."""
    return f"({p} > 0 ? {p} * {price} : 0)"


def entropy_expr(*p: str) -> str:
    """Return H(P)."""
    return add(priced_expr(a, surprisal_expr(a)) for a in p)


def cross_entropy_expr(p: Sequence[str], q: Sequence[str]) -> str:
    """Return H(P, Q)."""
    return add(priced_expr(a, surprisal_expr(b)) for a, b in zip(p, q, strict=True))


def kl_expr(p: Sequence[str], q: Sequence[str]) -> str:
    """Return KL(P‖Q) as Σ [p ln(p/q) − p + q], whose terms are never negative."""
    return add(_kl_term(a, b) for a, b in zip(p, q, strict=True))


def _kl_term(p: str, q: str) -> str:
    term = f"{p} * {log1p_expr(f'(({p} - {q}) / {q})')} - ({p} - {q})"
    return f"({p} > 0 ? ({q} > 0 ? {term} : {INFINITY}) : {q})"


def add(terms: Iterable[str]) -> str:
    """Return the sum of the terms."""
    return f"({' + '.join(terms)})"


def entries(name: str, k: int) -> list[str]:
    """Name the entries of a list: q[0], q[1] and so on."""
    return [f"{name}[{i}]" for i in range(k)]


def coin(theta: str) -> str:
    """Return the list [1 − θ, θ], as `divcore.bernoulli` does."""
    return f"[1 - {theta}, {theta}]"


def shares(weights: Sequence[str], otherwise: str = "") -> str:
    """Return the weights divided by their sum; if that is 0, all alike or `otherwise`."""
    total = add(weights)
    parts = ", ".join(f"{weight} / {total}" for weight in weights)
    alike = ", ".join([f"1 / {len(weights)}"] * len(weights))
    return f"({total} > 0 ? [{parts}] : {otherwise or f'[{alike}]'})"


# --- words -----------------------------------------------------------------------------


def phrase(template: str) -> str:
    """Turn ``"price {price:.4f} bits"`` into an expression; an infinite number reads ∞.

    What stands in braces is an expression; without a format it is already in words.
    """
    parts = []
    for text, expr, form, _ in string.Formatter().parse(template):
        if text:
            parts.append(json.dumps(text, ensure_ascii=False))
        if expr:
            parts.append(number(expr, form) if form else f"({expr})")
    return f"({' + '.join(parts)})"


def aside(when: str, text: str) -> str:
    """Return ``" (text)"`` where the condition `when` holds, and nothing elsewhere."""
    return f"({when} ? {json.dumps(f' ({text})', ensure_ascii=False)} : '')"


def number(x: str, spec: str) -> str:
    """Write a number in the format `spec`, or as ∞."""
    return f"({x} === {INFINITY} ? '∞' : {x} === -{INFINITY} ? '−∞' : format({x}, '{spec}'))"
