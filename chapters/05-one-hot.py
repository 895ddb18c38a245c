"""Chapter 5: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

import numpy as np

from divcore import average_nll, kl_divergence, surprisal

ABOUT = "Why the entropy of a one-hot label is 0 and the floor of your loss need not be."

MODEL, LABELS = np.array([0.1, 0.6, 0.3]), [0, 1, 2]
ANSWERS = {"5.1": average_nll(LABELS, MODEL)}  # the mean of the three losses, in nats
SLIPS = {
    "5.1": {
        "That is the sum of the three losses; divide by 3.": surprisal(MODEL).sum(),
        "That is the loss of the mean probability, not the mean loss.": surprisal(MODEL.mean()),
        "That is the KL of the model from the pooled label, without its floor.": kl_divergence(
            np.full(3, 1 / 3), MODEL
        ),
    }
}
