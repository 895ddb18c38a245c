"""The errata of the field: what binds its equations, quiz, claims and explorer."""

from __future__ import annotations

from tests.sidecar import Claim

# --- what is claimed, and what the proofs show ----------------------------------------

CLAIMS = {
    "C23": Claim(
        "The KL value 0.3566749417565447 printed in text A is reproduced; the true value "
        "is −ln 0.7 = 0.35667494393873 nats.",
        ["0.3566749417565447", "0.35667494393873"],
    ),
    "C24": Claim(
        "The error of text A's KL is ε ln(ε/0.3) = −2.18e-09 nats, the effect of clipping"
        " at ε = 1e-10.",
        ["-2.18e-09"],
    ),
    "C25": Claim(
        "The cross-entropy 0.35667494405912975 printed in text A is not what its code "
        "prints, 0.35667494393873245 nats; it is the value for the clipped label.",
        ["0.35667494393873245", "0.35667494405912975"],
    ),
    "C26": Claim(
        "Text A's cross-entropy function returns nan for the perfect prediction.",
        ["nan"],
    ),
    "C27": Claim(
        "Text A's entropy of a one-hot label is 2.30e-09 nats instead of 0.",
        ["2.30e-09"],
    ),
    "C28": Claim(
        "With clipping, a KL divergence that is truly infinite can come out negative: "
        "−9.99e-08 nats.",
        ["-9.99e-08", "true inf"],
    ),
    "C29": Claim(
        "With clipping at ε, the KL divergence of distributions with nothing in common is"
        " −ln ε = 23.03 nats: it reports ε.",
        ["23.03", "true inf"],
    ),
}

UNREAD = {
    "mef37dd6": "a model with a hidden variable and its bound, which the book does not define",
}
