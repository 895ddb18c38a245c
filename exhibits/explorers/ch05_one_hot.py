"""Chapter 5's explorer: the gradient of a label."""

from __future__ import annotations

from exhibits.colours import CROSS_ENTROPY, DATA, MODEL
from exhibits.explorer import Explorer
from exhibits.expressions import add, entries, log1p_expr, phrase
from exhibits.parts import bars, choice, key, marks, rows, slider


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
                *key(
                    (MODEL, "q", 0),
                    (DATA, "label y", 50),
                    (CROSS_ENTROPY, "gradient q − y", 165),
                ),
                *bars("q", 0, 95, 1, ".3f", MODEL),
                marks("p", 0, 95),
                *bars("gradient", 165, 100, 1, ".4f", CROSS_ENTROPY, low=-1),
            )
        ],
        left=left,
    )
