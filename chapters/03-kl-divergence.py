"""Chapter 3: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

from divcore import entropy, kl_divergence

ABOUT = (
    "The part of the price that a better model could save, why it is never negative, and "
    "why it is not a distance."
)

P, FAIR = [1 / 4, 3 / 4], [1 / 2, 1 / 2]
ANSWERS = {"3.1": kl_divergence(P, FAIR, base=2)}  # of P relative to the fair coin, in bits
SLIPS = {
    "3.1": {
        "That is the other direction, with the two swapped.": kl_divergence(FAIR, P, base=2),
        "That is the entropy of P; the waste is 1 bit minus it.": entropy(P, base=2),
        "That is in nats; divide by ln 2 to get bits.": kl_divergence(P, FAIR),
    }
}
