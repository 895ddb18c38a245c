"""Explorers: small charts that answer when a slider is moved.

A chapter shows one with a single call, and each teaches one thing::

    explore_coin_price()

The numbers are formulas in the reader's browser: no kernel and no server is asked.
`exhibits.charts` has what they are made of. What a call returns has three faces: the chart,
which JupyterLab and the book's site bring to life; an SVG drawing of its first state, the
same on every run, for paper, for pages without scripts and for GitHub; and both in words.
"""

from __future__ import annotations

from typing import Any

from exhibits.charts import (
    FULL,
    GREY,
    HEAD,
    LEFT,
    Explorer,
    Json,
    add,
    aside,
    at,
    axis,
    bars,
    choice,
    cross_entropy_expr,
    entries,
    entropy_expr,
    key,
    kl_expr,
    log1p_expr,
    marks,
    model_rows,
    panel,
    phrase,
    pixel,
    price_bar,
    priced_expr,
    rows,
    shares,
    slider,
    surprisal_expr,
    words,
)
from exhibits.figures import BLUE, GREEN, ORANGE, PURPLE

__all__ = [
    "explore_coin_price",
    "explore_directions",
    "explore_label_gradient",
    "explore_likelihood",
    "explore_pond",
    "explore_slopes",
    "explore_surprisal",
]

COIN = "[1 - {0}, {0}]"  # as `bernoulli`: the entry of outcome x is its probability
PROBABILITY = (0, 1, 0.01)  # limits and step of a slider


def explore_pond() -> Explorer:
    """Landing page. To be seen: the floor stays, only the waste answers to the model."""
    p = ["0.6", "0.3", "0.1"]
    q = entries("q", 3)
    return Explorer(
        controls=[
            slider("a", "Bet on kind A", 1, 1, 10, 1),
            slider("b", "Bet on kind B", 3, 1, 10, 1),
            slider("c", "Bet on kind C", 6, 1, 10, 1),
        ],
        numbers={
            "p": f"[{', '.join(p)}]",
            "q": shares(["a", "b", "c"]),
            "price": f"{cross_entropy_expr(p, q)} / LN2",
            "floor": f"{entropy_expr(*p)} / LN2",
            "waste": f"{kl_expr(p, q)} / LN2",
        },
        sentence=[
            "The model says A {q[0]:.0%}, B {q[1]:.0%}, C {q[2]:.0%}.",
            "Its cross-entropy is {price:.4f} bits per croak:",
            "{floor:.4f} bits of entropy, which must be paid,",
            "and {waste:.4f} bits of KL, which is waste.",
        ],
        alt="A bar in two parts. The first is the entropy of the pond, {floor:.4f} bits. The "
        "second, {waste:.4f} bits of waste, is added by a model that says 10, 30 and 60 % "
        "where the truth is 60, 30 and 10 %.",
        panels=[model_rows("ABC", "truth P"), price_bar(3.5, unit="'bits'")],
        ruler=True,
    )


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
            "Weighted by the probabilities that is",
            "{t[0]:.3f} + {t[1]:.3f} + {t[2]:.3f} + {t[3]:.3f}, an entropy of {mean:.3f} bits.",
        ],
        alt="Three columns of bars for four outcomes. From the first outcome to the last the "
        "probability falls and the surprisal rises; their products stay small and add up to "
        "an entropy of {mean:.3f} bits.",
        panels=[
            rows(
                names,
                LEFT,
                *key((BLUE, "p", 0), (GREEN, "surprisal", 115), (ORANGE, "p × surprisal", 255)),
                *bars("p", 0, 50, 1, ".3f", BLUE),
                *bars("s", 115, 65, 8, ".2f", GREEN),
                *bars("t", 255, 70, 0.6, ".3f", ORANGE),
            )
        ],
    )


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
            "P": COIN.format("p"),
            "Q": COIN.format("q"),
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


def explore_directions() -> Explorer:
    """Chapter 3. To be seen: KL has a direction, and one way it may be infinite."""
    p, q, m = entries("P", 2), entries("Q", 2), entries("M", 2)
    names = ["KL(P‖Q)", "KL(Q‖P)", "JS", "TV"]
    left = 80
    colour = {"expr": f"datum.i < 2 ? '{BLUE}' : '{GREY}'"}
    return Explorer(
        controls=[
            slider("p", "Coin P: p", 0.5, *PROBABILITY),
            slider("q", "Coin Q: q", 0.1, *PROBABILITY),
        ],
        numbers={
            "P": COIN.format("p"),
            "Q": COIN.format("q"),
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
                *key(
                    (BLUE, "depends on the direction", -72), (GREY, "the same both ways", 150)
                ),
                *bars("all", 0, 250, 1.5, ".4f", colour),
            )
        ],
        left=left,
    )


def explore_slopes() -> Explorer:
    """Chapter 4. To be seen: at every q the two curves have the same slope."""
    p, q = entries("P", 2), entries("Q", 2)
    top = 2.5
    horizontal, vertical = axis(1), axis(top, low=-0.15)  # room below a level line at 0
    # The logits are sinh u: dense where the curves bend, and so large at the ends that the
    # curves have left the chart there, along its walls, whatever p between 0 and 1 is chosen.
    points = {"sequence": {"start": -6.4, "stop": 6.45, "step": 0.1, "as": "u"}}
    model = ["datum.q0", "datum.q1"]
    places = [
        {"calculate": "(exp(datum.u) - exp(-datum.u)) / 2", "as": "logit"},
        {"calculate": "1 / (1 + exp(datum.logit))", "as": "q0"},
        {"calculate": "1 / (1 + exp(-datum.logit))", "as": "q1"},
    ]

    def curve(height: str, **mark: Any) -> Json:
        return {
            "data": points,
            "transform": [*places, {"calculate": height, "as": "height"}],
            "mark": {"type": "line", "clip": True, "strokeWidth": 2, **mark},
            "encoding": {
                "x": {"field": "q1", **horizontal},
                "y": {"field": "height", **vertical},
            },
        }

    def tangent(height: str) -> list[Json]:
        ends = {"x": at("q - reach", horizontal), "x2": at("q + reach", horizontal)}
        ends["y"] = at(f"{height} - slope * reach", vertical)
        ends["y2"] = at(f"{height} + slope * reach", vertical)
        rule = {"type": "rule", "clip": True, "color": "black", "strokeWidth": 1.5}
        dot = {"x": at("q", horizontal), "y": at(f"min({height}, 99)", vertical)}
        shown = {"expr": f"{height} > {top} ? 0 : 1"}
        point = {"type": "circle", "color": "black", "opacity": shown, "size": 50}
        return [{"mark": rule, "encoding": ends}, {"mark": point, "encoding": dot}]

    def sample(x: float, text: str, **mark: Any) -> list[Json]:
        line = {"type": "rule", "strokeWidth": 2, **mark}
        where = {"x": pixel(x), "x2": pixel(x + 30), "y": pixel(14)}
        return [{"mark": line, "encoding": where}, words(f"'{text}'", pixel(x + 36), pixel(14))]

    blue: Json = {"color": BLUE}
    orange: Json = {"color": ORANGE, "strokeDash": [6, 3]}
    thin: Json = {"color": "black", "strokeDash": [2, 2], "strokeWidth": 1}
    between = {"x": at("q", horizontal)}
    between["y"] = at("min(waste, 99)", vertical)
    between["y2"] = at("min(price, 99)", vertical)
    slopes = phrase(
        "Both have the slope {slope:.4f} in q, and the slope {inlogit:.2f} in its logit."
    )
    edge = phrase(
        "At the edge a slope can be taken on one side only; it is {slope:.4f} for both."
    )
    wall = phrase("The model rules out what the coin can do, and no line touches the curves.")

    return Explorer(
        controls=[
            slider("p", "The coin: p", 0.7, *PROBABILITY),
            slider("q", "The model: q", 0.4, *PROBABILITY),
        ],
        numbers={
            "P": COIN.format("p"),
            "Q": COIN.format("q"),
            "price": cross_entropy_expr(p, q),
            "waste": kl_expr(p, q),
            # at p = 0 and p = 1 one of the two terms of the price is not there
            "slope": "p === 0 ? 1 / (1 - q) : p === 1 ? -1 / q : (q - p) / (q * (1 - q))",
            "inlogit": "q - p",
            "inside": "q > 0 && q < 1",
            "slopes": f"inside ? {slopes} : isFinite(price) ? {edge} : {wall}",
            "reach": "isFinite(slope) ? 0.12 / sqrt(1 + slope * slope / 10) : 0",
        },
        sentence=[
            "With p = {p:.2f} and q = {q:.2f} the cross-entropy is {price:.4f} nats",
            "and KL is {waste:.4f} nats.",
            "{slopes}",
        ],
        alt="Cross-entropy and KL divergence of a coin with p = 0.7, drawn over the model q. "
        "They are the same curve at two heights, {price - waste:.4f} nats apart, which is "
        "H(P). The tangents at q = 0.4 are parallel, with the slope {slope:.4f}.",
        panels=[
            panel(
                FULL,
                HEAD,
                words("'nats'", pixel(-8), pixel(9), align="right"),
                *sample(0, "cross-entropy", **blue),
                *sample(160, "KL", **orange),
                *sample(250, "H(P)", **thin),
            ),
            panel(
                FULL,
                220,
                curve(cross_entropy_expr(p, model), **blue),
                curve(kl_expr(p, model), **orange),
                {"mark": {"type": "rule", "clip": True, **thin}, "encoding": between},
                *tangent("price"),
                *tangent("waste"),
                words("'q'", pixel(FULL + 20), pixel(235)),
            ),
        ],
        left=48,
        ruler=True,
    )


def explore_label_gradient() -> Explorer:
    """Chapter 5. To be seen: each logit is pushed by q − y, and only q = y is at rest."""
    q, y, e = entries("q", 3), entries("p", 3), entries("e", 3)
    others = (
        f"(z[0] === top ? {e[1]} + {e[2]} : z[1] === top ? {e[0]} + {e[2]} : {e[0]} + {e[1]})"
    )
    gaps = add(f"{y[i]} * (top - z[{i}])" for i in range(3))
    hot = [f"(1 - eps) * (label === '{i}' ? 1 : 0) + eps / 3" for i in range(3)]
    classes = [f"class {i}" for i in range(3)]
    left = 66
    rest = phrase(
        "It is 0 where the logit of class {label} lies {gap:.4f} above each of the others."
    )
    return Explorer(
        controls=[
            slider("z1", "Logit of class 0", 1.0, -4, 4, 0.1),
            slider("z2", "Logit of class 1", 0.0, -4, 4, 0.1),
            slider("z3", "Logit of class 2", -1.0, -4, 4, 0.1),
            choice("label", "Label: class", "1", ["0", "1", "2"]),
            slider("eps", "Smoothing ε of the label", 0.0, 0, 0.6, 0.1),
        ],
        numbers={
            "z": "[z1, z2, z3]",
            "top": "max(z1, z2, z3)",
            "e": "[exp(z1 - top), exp(z2 - top), exp(z3 - top)]",
            "others": others,
            "q": f"[{', '.join(f'{a} / (e[0] + e[1] + e[2])' for a in e)}]",
            "p": f"[{', '.join(hot)}]",
            "loss": f"{gaps} + {log1p_expr('others')}",
            "gradient": f"[{', '.join(f'{a} - {b}' for a, b in zip(q, y, strict=True))}]",
            "gap": "log((1 - eps + eps / 3) / (eps / 3))",
            "rest": f"eps > 0 ? {rest} : 'No finite logits bring it to 0.'",
        },
        sentence=[
            "The loss is {loss:.4f} nats. Its gradient in the three logits is",
            "{gradient[0]:.4f}, {gradient[1]:.4f} and {gradient[2]:.4f}.",
            "{rest}",
        ],
        alt="Left, what the model says of three classes, as bars, and the label, as lines. "
        "Right, the differences of the two, {gradient[0]:.4f}, {gradient[1]:.4f} and "
        "{gradient[2]:.4f}, which are the gradient.",
        panels=[
            rows(
                classes,
                left,
                *key((GREY, "q", 0), ("black", "label y", 50), (PURPLE, "gradient q − y", 165)),
                *bars("q", 0, 95, 1, ".3f", GREY),
                marks("p", 0, 95),
                *bars("gradient", 165, 100, 1, ".4f", PURPLE, low=-1),
            )
        ],
        left=left,
    )


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
