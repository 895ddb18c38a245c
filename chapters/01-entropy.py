"""Exercises of chapter 1: right answers, and the slips that give wrong ones."""

from __future__ import annotations

import numpy as np

from divcore import entropy

DIE = np.full(8, 1 / 8)
ANSWERS = {"1.1": entropy(DIE)}  # the entropy of the die, in nats
SLIPS = {
    "1.1": {
        "That is the entropy in bits; one bit is ln 2 nats.": entropy(DIE, base=2),
        "That is one term of the sum; there are eight like it.": entropy(DIE) / 8,
        "You divided the bits by ln 2; a bit is less than a nat.": 3 / np.log(2),
    }
}
