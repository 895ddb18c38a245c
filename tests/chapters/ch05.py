"""Chapter 5, one-hot and soft labels: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mpf

from divcore import (
    cross_entropy,
    cross_entropy_from_logits,
    entropy,
    kl_divergence,
    one_hot,
    smooth_labels,
    softmax,
    surprisal,
)
from tests.equation_reader import Distribution
from tests.explored import Explored, Numbers, every, explorer, near
from tests.letters import (
    Environment,
    in_nats,
    labels_given_inputs,
    observed,
    random_pmf,
    softmax_of,
)
from tests.quiz_reader import question
from tests.sidecar import Claim

# --- what the letters of the equations stand for ----------------------------------------


def one_label(rng: random.Random) -> Environment:
    """P is the one-hot label y, and Q the softmax of random logits."""
    env = in_nats(rng)
    k = len(env["P"])
    y = rng.randrange(k)
    hot = Distribution(mpf(i == y) for i in range(k))
    logits = [mpf(rng.uniform(-3, 3)) for _ in range(k)]
    return {**env, "P": hot, "p": hot, "y": y, **softmax_of(logits)}


def soft_label_by_logit(rng: random.Random) -> Environment:
    """When the logit z_k moves, Q moves with it; the label stays."""
    env = {**one_label(rng), **(soft := {"P": random_pmf(rng, 4)}), "p": soft["P"]}
    env |= softmax_of([mpf(rng.uniform(-3, 3)) for _ in range(4)])
    k = rng.randrange(4)

    def recompute(env: Environment) -> Environment:
        return softmax_of([env["z_k"] if i == k else z for i, z in enumerate(env["z"])])

    return {**env, "k": k, "z_k": env["z"][k], "recompute": recompute}


def labels_of_one_input(rng: random.Random) -> Environment:
    env = observed(rng)
    return {**env, "n": env["N"]}


def smoothed_label(rng: random.Random) -> Environment:
    env = one_label(rng)
    k, eps = len(env["P"]), mpf(rng.uniform(0.01, 0.5))
    uniform = Distribution([mpf(1) / k] * k)
    smooth = (1 - eps) * env["P"] + eps * uniform
    letters = {r"\varepsilon": eps, "U": uniform, "k": rng.randrange(k)}
    return {**env, **letters, "K": mpf(k), "p": smooth, r"P_\varepsilon": smooth}


CASES = {
    "5.1": one_label,
    "5.2": one_label,
    "5.3": soft_label_by_logit,
    "5.4": labels_of_one_input,
    "5.5": labels_given_inputs,
    "5.6": smoothed_label,
    "5.7": smoothed_label,
}

UNREAD = {
    "mebfe93b": "a term alone, without a relation that could hold or not",
}

# --- the numbers in the options of the quiz ----------------------------------------

FORECAST = [0.7, 0.2, 0.1]
SOFT = [0.7, 0.3, 0.0]
PAIR = np.array([[1, 0], [0, 1]])  # two labels of one input


def test_the_gradients_of_the_quiz_on_soft_labels() -> None:
    """Measured with differences, only one option is the gradient in the logits."""
    z = np.array([0.4, -0.3, 0.2])
    q, p, h = softmax(z), np.array(SOFT), 1e-6
    measured = [
        (cross_entropy(p, softmax(z + h * e)) - cross_entropy(p, softmax(z - h * e))) / (2 * h)
        for e in np.eye(3)
    ]
    options = {"A": q - p, "B": q - one_hot(0, 3), "C": -p / q}
    fitting = [x for x, g in options.items() if np.allclose(measured, g, atol=1e-6)]
    assert fitting == [question("05-one-hot", 3).right]


NUMBERS = {
    1: {
        "A": (1 - FORECAST[0],),  # a difference
        "B": (entropy(one_hot(0, 3)),),  # the entropy of the label
        "C": (cross_entropy(one_hot(0, 3), FORECAST),),
    },
    2: {
        "A": (entropy(PAIR).max(),),  # the single labels
        "C": (cross_entropy(PAIR, np.tile(PAIR.mean(axis=0), (2, 1))).mean(),),
    },
    3: {
        "A": tuple(SOFT),
        "B": tuple(one_hot(int(np.argmax(SOFT)), 3)),  # the label made hard
        "C": tuple(SOFT),  # divided by q, in the formula
    },
}
VOTES = [0.6, 0.3, 0.1]
STATED = {
    "0.5003": entropy(smooth_labels(0, 10, 0.1)),
    "0.6109": entropy(SOFT),
    "0.7188": cross_entropy(SOFT, VOTES),
    "0.1079": kl_divergence(SOFT, VOTES),
}


# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C30": Claim(
        "A one-hot label has entropy 0 nats, and its cross-entropy and its KL divergence "
        "both equal −ln q_y.",
        ["largest entropy of a label: 0.0", "CE is −ln q_y: True", "KL is −ln q_y: True"],
    ),
    "C31": Claim(
        "The gradient of the cross-entropy with respect to the logits is forecast minus "
        "label, by SymPy for three classes and by finite differences.",
        [
            "slope minus (q - p): 0",
            "q - p [-0.2144  0.1753  0.0391]",
            "slope [-0.2144  0.1753  0.0391]",
        ],
    ),
    "C32": Claim(
        "For a fixed label, cross-entropy and KL divergence have the same gradient with "
        "respect to the logits, though their values differ.",
        ["CE 1.5456 nats", "KL 0.5920 nats", "three gradients equal: True"],
    ),
    "C38": Claim(
        "Weighting class 1 by 3 moves the best forecast for a share of 0.7 to 0.875.",
        ["on a grid 0.875, formula 0.875"],
    ),
    "C39": Claim(
        "With 10 classes and ε = 0.1, the smallest smoothed loss is 0.5003 nats if ε is "
        "shared by all classes and 0.5448 nats if it is shared by the wrong ones only.",
        ["K =   10: floor 0.5003 nats", "K = 10, wrong ones only: 0.5448 nats"],
    ),
    "C40": Claim(
        "The cross-entropy of a smoothed label is (1 - ε) times that of the one-hot label"
        " plus ε times that of the uniform distribution.",
        ["equal in 500 random cases: True"],
    ),
    "C41": Claim(
        "The floor of 0.44 quoted for 1000 classes and ε = 0.1 is in base 10: it is "
        "1.0158 nats, and 1.0148 nats by the rule ε/K.",
        [
            "formula of the thread 1.0158 nats",
            "the same in base 10   0.4411",
            "rule (5.6)            1.0148 nats",
        ],
    ),
    "C49": Claim(
        "The mean of all elements of a table of KL terms with 10 classes is the mean KL "
        "of its rows divided by 10.",
        ["ratio                    10.0000"],
    ),
    "C76": Claim(
        "The best table of forecasts from the island has a mean one-hot loss of 0.5290 "
        "nats on the penguins, the conditional entropy of the species given the island.",
        [
            "floor of the file    0.5290 nats",
            "loss of best table   0.5290 nats",
            "all random tables above the floor: True",
        ],
    ),
}

# --- the explorer ----------------------------------------------------------------------


def label_gradient(z1: float, z2: float, z3: float, label: str, eps: float) -> Numbers:
    z, y = [z1, z2, z3], smooth_labels(int(label), 3, eps)
    gradient = [near(value, 1) for value in softmax(z) - y]
    loss = cross_entropy_from_logits(y, z)
    right, wrong = y[int(label)], y[int(label) - 1]
    gap = surprisal(wrong) - surprisal(right)  # of the logits of a model that says y
    return {"q": softmax(z), "p": y, "loss": loss, "gradient": gradient, "gap": gap}


LOGIT = (-4, 4, 1)
LABEL_GRADIENT = Explored(
    oracle=label_gradient,
    grid=[
        {**s, "label": label}
        for s in every(13, z1=LOGIT, z2=LOGIT, z3=LOGIT, eps=(0, 0.6, 0.1))
        for label in "012"
    ],
    said=["loss", "gradient"],
    places=4,
    edges=[
        ({}, "0.6652, −0.7553 and 0.0900. No finite logits bring it to 0."),
        ({"eps": 0.3}, "It is 0 where the logit of class 1 lies 2.0794 above"),
        ({"eps": 0.6, "label": "2"}, "the logit of class 2 lies 1.0986 above"),
    ],
    special=[
        ("No finite logits", lambda s: s["eps"] == 0),
        ("It is 0 where", lambda s: s["eps"] > 0),
    ],
)
EXPLORERS = {"explore_label_gradient": LABEL_GRADIENT}


def test_only_soft_labels_let_the_gradient_rest() -> None:
    for numbers in explorer("explore_label_gradient").numbers(LABEL_GRADIENT.grid):
        assert sum(numbers["gradient"]) == pytest.approx(0, abs=1e-15)
        if max(numbers["p"]) == 1:
            assert max(map(abs, numbers["gradient"])) > 1e-4


def test_the_gradient_is_0_at_the_gap_that_is_said() -> None:
    chart = explorer("explore_label_gradient")
    soft = [{"label": x, "eps": k / 10} for x in "012" for k in range(1, 7)]
    for setting, numbers in zip(soft, chart.numbers(soft), strict=True):
        eps, others = Fraction(setting["eps"]), -1.5
        assert numbers["gap"] == pytest.approx(math.log(3 / eps - 2), rel=1e-12)
        logits = dict.fromkeys(("z1", "z2", "z3"), others)
        logits[f"z{int(setting['label']) + 1}"] += numbers["gap"]
        [there] = chart.numbers([{**setting, **logits}])
        assert there["gradient"] == pytest.approx([0, 0, 0], abs=1e-15)


@pytest.mark.parametrize("eps", [k / 10 for k in range(7)])
@pytest.mark.parametrize("label", "012")
def test_the_bar_of_a_soft_label_turns_and_that_of_a_hard_one_does_not(
    label: str, eps: float
) -> None:
    k = int(label)
    raised = [{f"z{k + 1}": z / 10, "label": label, "eps": eps} for z in range(-40, 41)]
    found = explorer("explore_label_gradient").numbers(raised)
    bars = [numbers["gradient"][k] for numbers in found]
    assert bars == sorted(bars)
    assert bars[0] < 0
    assert (bars[-1] > 1e-3) if eps else (bars[-1] < -1e-3)  # seen in four digits
