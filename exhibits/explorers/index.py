"""The landing page's explorer: a price in two parts."""

from __future__ import annotations

from exhibits.explorer import Explorer
from exhibits.expressions import cross_entropy_expr, entries, entropy_expr, kl_expr, shares
from exhibits.parts import model_rows, price_bar, slider

NAMES = 46  # pixels, room for three letters beside a row


def explore_photo() -> Explorer:
    """Landing page. To be seen: the floor stays, only the waste answers to the model."""
    p = ["0.6", "0.3", "0.1"]
    q = entries("q", 3)
    return Explorer(
        controls=[
            slider("a", "Bet on a cat", 1, 1, 10, 1),
            slider("b", "Bet on a dog", 3, 1, 10, 1),
            slider("c", "Bet on a fox", 6, 1, 10, 1),
        ],
        numbers={
            "p": f"[{', '.join(p)}]",
            "q": shares(["a", "b", "c"]),
            "price": f"{cross_entropy_expr(p, q)} / LN2",
            "floor": f"{entropy_expr(*p)} / LN2",
            "waste": f"{kl_expr(p, q)} / LN2",
        },
        sentence=[
            "The model says cat {q[0]:.0%}, dog {q[1]:.0%}, fox {q[2]:.0%}.",
            "Its cross-entropy is {price:.4f} bits per photo:",
            "{floor:.4f} bits of entropy, which must be paid,",
            "and {waste:.4f} bits of KL, which is waste.",
        ],
        alt="A bar in two parts. The first is the entropy of the label, {floor:.4f} bits. The "
        "second, {waste:.4f} bits of waste, is added by a model that says 10, 30 and 60 % "
        "where the truth is 60, 30 and 10 %.",
        panels=[
            model_rows(["cat", "dog", "fox"], "truth P", left=NAMES),
            price_bar(3.5, unit="'bits'"),
        ],
        ruler=True,
        left=NAMES,
    )
