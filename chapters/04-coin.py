"""Chapter 4: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

from divcore import bernoulli, cross_entropy, entropy, kl_divergence

ABOUT = "The identity and the slopes of both quantities, step by step, each step checked."

P, Q = bernoulli(3 / 4), bernoulli(1 / 2)
ANSWERS = {"4.1": kl_divergence(P, Q, base=2)}  # the waste at q = 1/2, in bits
SLIPS = {
    "4.1": {
        "That is the cross-entropy; take the entropy away.": cross_entropy(P, Q, base=2),
        "That is the entropy, the part that must be paid.": entropy(P, base=2),
        "That is the divergence of the model relative to the coin.": kl_divergence(
            Q, P, base=2
        ),
    }
}
