"""Chapter 2's explorer: the price of a coin."""

from __future__ import annotations

from exhibits.explorer import Explorer
from exhibits.expressions import aside, coin, cross_entropy_expr, entries, entropy_expr, kl_expr
from exhibits.parts import PROBABILITY, choice, price_bar, slider


def explore_coin_price() -> Explorer:
    """Chapter 2. To be seen: at q = p the waste is gone and the floor is not."""
    p, q = entries("P", 2), entries("Q", 2)
    return Explorer(
        controls=[
            slider("p", "The coin: p", 0.7, *PROBABILITY),
            slider("q", "The model: q", 0.2, *PROBABILITY),
            choice("unit", "Unit", "bits", ["bits", "nats"]),
        ],
        numbers={
            "P": coin("p"),
            "Q": coin("q"),
            "scale": "unit === 'bits' ? LN2 : 1",
            "price": f"{cross_entropy_expr(p, q)} / scale",
            "floor": f"{entropy_expr(*p)} / scale",
            "waste": f"{kl_expr(p, q)} / scale",
            "sure": aside("p === 0 || p === 1", "a sure coin has no entropy"),
            "ruled": aside("!isFinite(price)", "the model rules out what the coin can do"),
        },
        sentence=[
            "For a coin with p = {p:.2f} and a model that says q = {q:.2f}",
            "the cross-entropy is {price:.4f} {unit} per toss:",
            "{floor:.4f} {unit} must be paid{sure},",
            "{waste:.4f} {unit} are waste{ruled}.",
        ],
        alt="The price of a coin with p = 0.7 at a model that says 0.2 is {price:.4f} bits: "
        "first a floor of {floor:.4f} bits, then {waste:.4f} bits of waste.",
        panels=[price_bar(2.0, unit="unit", scale="(LN2 / scale)")],
        ruler=True,
    )
