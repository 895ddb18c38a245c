"""The landing page: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

import numpy as np

from divcore import bernoulli, cross_entropy, entropy, surprisal
from tests.explored import Explored, Numbers, every, explorer, shares, split

# --- the numbers in the options of the quiz ----------------------------------------

FAIR = bernoulli(0.5)  # tails first
PAIR = np.array([[1, 0], [0, 1]])  # two labels of one input
NUMBERS = {
    1: {
        "B": (cross_entropy(FAIR, FAIR),),
        "C": (1 - FAIR.max(),),  # counts mistakes
    },
    4: {"C": (surprisal(1e-10),)},
    5: {
        "A": (entropy(PAIR).max(),),  # each label for itself
        "C": (cross_entropy(PAIR, np.tile(PAIR.mean(axis=0), (2, 1))).mean(),),
    },
}


# --- the explorer ----------------------------------------------------------------------


def photo(a: int, b: int, c: int) -> Numbers:
    q = shares([a, b, c], 0)
    return {"q": q, **split([0.6, 0.3, 0.1], q, base=2)}


BET = (1, 10, 1)
PHOTO = Explored(
    oracle=photo,
    grid=every(1, a=BET, b=BET, c=BET),
    said=["price", "floor", "waste"],
    places=4,
    edges=[
        ({}, "says cat 10%, dog 30%, fox 60%. Its cross-entropy is 2.5879 bits per photo:"),
        ({}, "1.2955 bits of entropy, which must be paid, and 1.2925 bits of KL, which is"),
        (
            {"a": 6, "b": 3, "c": 1},
            "cat 60%, dog 30%, fox 10%. Its cross-entropy is 1.2955 bits",
        ),
    ],
)
EXPLORERS = {"explore_photo": PHOTO}


def test_photo_the_floor_stays() -> None:
    found = explorer("explore_photo").numbers(PHOTO.grid)
    assert len({numbers["floor"] for numbers in found}) == 1
    [best] = [n for n in found if n["price"] == min(f["price"] for f in found)][:1]
    assert best["q"] == [0.6, 0.3, 0.1]
    assert best["waste"] == 0
