"""Chapter 3's explorer: KL has a direction."""

from __future__ import annotations

from exhibits.colours import GREY, KL
from exhibits.explorer import Explorer
from exhibits.expressions import aside, coin, entries, kl_expr
from exhibits.parts import PROBABILITY, bars, key, rows, slider


def explore_directions() -> Explorer:
    """Chapter 3. To be seen: KL has a direction, and one way it may be infinite."""
    p, q, m = entries("P", 2), entries("Q", 2), entries("M", 2)
    names = ["KL(P‖Q)", "KL(Q‖P)", "JS", "TV"]
    left = 80
    colour = {"expr": f"datum.i < 2 ? '{KL}' : '{GREY}'"}
    return Explorer(
        controls=[
            slider("p", "Coin P: p", 0.5, *PROBABILITY),
            slider("q", "Coin Q: q", 0.1, *PROBABILITY),
        ],
        numbers={
            "P": coin("p"),
            "Q": coin("q"),
            "M": "[(P[0] + Q[0]) / 2, (P[1] + Q[1]) / 2]",
            "forward": kl_expr(p, q),
            "backward": kl_expr(q, p),
            "js": f"0.5 * {kl_expr(p, m)} + 0.5 * {kl_expr(q, m)}",
            "tv": "(abs(P[0] - Q[0]) + abs(P[1] - Q[1])) / 2",
            "all": "[forward, backward, js, tv]",
            "q_rules": aside("!isFinite(forward)", "Q rules out what P can do"),
            "p_rules": aside("!isFinite(backward)", "P rules out what Q can do"),
        },
        sentence=[
            "With p = {p:.2f} and q = {q:.2f}, KL is",
            "{forward:.4f} nats for P relative to Q{q_rules}",
            "and {backward:.4f} nats for Q relative to P{p_rules}.",
            "JS is {js:.4f} nats, the total variation {tv:.4f}.",
        ],
        alt="Two coins, p = 0.5 and q = 0.1. The KL divergence is {forward:.4f} nats one way "
        "and {backward:.4f} the other way. The two symmetric measures are {js:.4f} nats for JS "
        "and {tv:.4f} for the total variation.",
        panels=[
            rows(
                names,
                left,
                *key((KL, "depends on the direction", -72), (GREY, "the same both ways", 150)),
                *bars("all", 0, 250, 1.5, ".4f", colour),
            )
        ],
        left=left,
    )
