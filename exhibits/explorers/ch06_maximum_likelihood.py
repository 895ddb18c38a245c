"""Chapter 6's explorer: the price of a sample."""

from __future__ import annotations

from exhibits.explorer import Explorer
from exhibits.expressions import (
    add,
    aside,
    entries,
    entropy_expr,
    kl_expr,
    phrase,
    priced_expr,
    shares,
    surprisal_expr,
)
from exhibits.parts import model_rows, price_bar, slider


def explore_likelihood() -> Explorer:
    """Chapter 6. To be seen: no model prices the sample below what its own shares cost."""
    p, q = entries("p", 3), entries("q", 3)
    counts, bets = ["n1", "n2", "n3"], ["w1", "w2", "w3"]
    sample = phrase("The sample (N = {size:d}) has A {p[0]:.0%}, B {p[1]:.0%}, C {p[2]:.0%}.")
    costs = phrase(
        "The average NLL of the model{alike}, its cross-entropy, is {price:.4f} nats:"
    )
    parts = phrase(
        "{floor:.4f} nats are the entropy of the sample, "
        "{waste:.4f} nats the KL divergence to the model{ruled}."
    )
    nothing = phrase("and nothing to pay for{alike}.")
    return Explorer(
        controls=[
            *(
                slider(n, f"Data: count of {name}", value, 0, 10, 1)
                for n, name, value in zip(counts, "ABC", (5, 3, 2), strict=True)
            ),
            *(
                slider(w, f"Model: bet on {name}", value, 0, 10, 1)
                for w, name, value in zip(bets, "ABC", (1, 3, 6), strict=True)
            ),
        ],
        numbers={
            "size": " + ".join(counts),
            "p": shares(counts, "[0, 0, 0]"),
            "q": shares(bets),
            "total": add(
                priced_expr(n, surprisal_expr(b)) for n, b in zip(counts, q, strict=True)
            ),
            "price": "size > 0 ? total / size : 0",
            "floor": f"size > 0 ? {entropy_expr(*p)} : 0",
            "waste": f"size > 0 ? {kl_expr(p, q)} : 0",
            "alike": aside(
                f"{add(bets)} === 0", "no bets: all classes are taken as equally likely"
            ),
            "ruled": aside("!isFinite(price)", "the model rules out a class that was observed"),
            "sample": f"size > 0 ? {sample} : 'There are no observations yet,'",
            "costs": f"size > 0 ? {costs} : 'so there is nothing to average'",
            "parts": f"size > 0 ? {parts} : {nothing}",
        },
        sentence=["{sample}", "{costs}", "{parts}"],
        alt="Ten observations, five of A, three of B and two of C, and a model that says 10, "
        "30 and 60 %. Its average NLL is {price:.4f} nats: {floor:.4f} nats of entropy and "
        "{waste:.4f} nats of KL divergence.",
        panels=[model_rows("ABC", "sample"), price_bar(2.0, unit="'nats'")],
        ruler=True,
    )
