"""Chapter 1: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

import numpy as np

from divcore import entropy

ABOUT = "How surprising is an outcome, and how much surprise should you expect?"

DIE = np.full(8, 1 / 8)
ANSWERS = {"1.1": entropy(DIE)}  # the entropy of the die, in nats
SLIPS = {
    "1.1": {
        "That is the entropy in bits; one bit is ln 2 nats.": entropy(DIE, base=2),
        "That is one term of the sum; there are eight like it.": entropy(DIE) / 8,
        "You divided the bits by ln 2; a bit is less than a nat.": 3 / np.log(2),
    }
}
