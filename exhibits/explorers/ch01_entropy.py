"""Chapter 1's explorer: surprisal, and what it adds to the entropy."""

from __future__ import annotations

from exhibits.colours import ENTROPY, GREY
from exhibits.explorer import Explorer
from exhibits.expressions import aside, entries, priced_expr, shares, surprisal_expr
from exhibits.parts import LEFT, bars, key, rows, slider


def explore_surprisal() -> Explorer:
    """Chapter 1. To be seen: what is rare surprises most, and yet adds little to the mean."""
    p = entries("p", 4)
    bits = [f"{surprisal_expr(a)} / LN2" for a in p]
    parts = [priced_expr(p[i], f"s[{i}]") for i in range(4)]
    names = "abcd"
    return Explorer(
        controls=[
            slider(name, f"Weight of {name}", value, 0, 10, 0.1)
            for name, value in zip(names, (8, 4, 2, 2), strict=True)
        ],
        numbers={
            "p": shares(list(names)),
            "s": f"[{', '.join(bits)}]",
            "t": f"[{', '.join(parts)}]",
            "mean": "t[0] + t[1] + t[2] + t[3]",
            "alike": aside(
                "a + b + c + d === 0", "no weights: all are taken as equally likely"
            ),
        },
        sentence=[
            "The surprisals are {s[0]:.2f}, {s[1]:.2f}, {s[2]:.2f} and {s[3]:.2f} bits{alike}.",
            "Multiplied by the probabilities, that is",
            "{t[0]:.3f} + {t[1]:.3f} + {t[2]:.3f} + {t[3]:.3f}, an entropy of {mean:.3f} bits.",
        ],
        alt="Three columns of bars for four outcomes. From the first outcome to the last the "
        "probability never rises and the surprisal never falls. What they add to the entropy "
        "is their product, and the four products sum to {mean:.3f} bits.",
        panels=[
            rows(
                names,
                LEFT,
                *key(
                    (GREY, "p", 0), (ENTROPY, "surprisal", 115), (ENTROPY, "p × surprisal", 255)
                ),
                *bars("p", 0, 50, 1, ".3f", GREY),
                *bars("s", 115, 65, 8, ".2f", ENTROPY),
                *bars("t", 255, 70, 0.6, ".3f", ENTROPY),
            )
        ],
    )
