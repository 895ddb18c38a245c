"""Chapter 2: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

import numpy as np

from divcore import cross_entropy, entropy

ABOUT = (
    "What you pay when you act on probabilities that aren't the true ones, and how to "
    "tell whether a loss is good."
)

P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.full(4, 1 / 4)
ANSWERS = {"2.1": cross_entropy(Q, P, base=2)}  # H(Q,P), in bits
SLIPS = {
    "2.1": {
        "That is H(P,Q): outcomes of P at the prices of Q.": cross_entropy(P, Q, base=2),
        "That is the entropy of P, its own floor.": entropy(P, base=2),
        "That is in nats; divide by ln 2 to get bits.": cross_entropy(Q, P),
    }
}
