"""Chapter 12: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

import math

from divcore import bernoulli, kl_divergence

ABOUT = (
    "The same number along two steps, behind a noisy line, as evidence and as an exponent, "
    "and two relatives that are distances."
)

FAIR, CLAIMED = bernoulli(0.5), bernoulli(0.6)
RATE = kl_divergence(FAIR, CLAIMED)
ANSWERS = {"12.2": math.ceil(math.log(20) / RATE)}  # tosses, if the coin is fair
SLIPS = {
    "12.2": {
        "That is for the case that the claim is true; here the coin is fair.": math.ceil(
            math.log(20) / kl_divergence(CLAIMED, FAIR)
        ),
        "You divided 20 by the divergence; evidence is the logarithm of the ratio.": math.ceil(
            20 / RATE
        ),
        "You divided nats by bits; both have to be in the same unit.": math.ceil(
            math.log(20) / kl_divergence(FAIR, CLAIMED, base=2)
        ),
    }
}
