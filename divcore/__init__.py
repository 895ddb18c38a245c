"""Entropy, cross-entropy and KL divergence, written to be read."""

from divcore.labels import bernoulli, one_hot, smooth_labels
from divcore.logits import cross_entropy_from_logits, log_softmax, softmax
from divcore.measures import (
    average_nll,
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
    surprisal,
)

__all__ = [
    "average_nll",
    "bernoulli",
    "cross_entropy",
    "cross_entropy_from_logits",
    "entropy",
    "js_divergence",
    "kl_divergence",
    "log_softmax",
    "one_hot",
    "smooth_labels",
    "softmax",
    "surprisal",
]
__version__ = "0.1.0"
