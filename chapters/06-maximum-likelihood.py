"""Chapter 6: what it is about, right answers to exercises, and slips with their numbers."""

from __future__ import annotations

import numpy as np

ABOUT = (
    "Why the average price of the data is a likelihood in disguise, and where the "
    "equality ends."
)

AVERAGE = 129.2 / 200  # nats a label
ANSWERS = {"6.1": AVERAGE / np.log(2)}  # the first report's loss, in bits a label
SLIPS = {
    "6.1": {
        "That is in nats; divide by ln 2 to get bits.": AVERAGE,
        "You multiplied by ln 2; a nat is more than a bit.": AVERAGE * np.log(2),
        "The sign: a loss is minus the log-likelihood.": -AVERAGE / np.log(2),
    }
}
