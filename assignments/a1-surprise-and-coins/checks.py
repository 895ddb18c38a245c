"""Checks of assignment 1, Surprise and coins.

A check calls one function of the student and says what to think about when the answer is
not right. The public ones go into the student release together with the helpers they use, so
they compare with numbers and hold no formula; the hidden ones share the references at the
end of this file.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from assignments.coursepack.checking import (
    check,
    expect,
    expect_close,
    expect_not_close,
    expect_raises,
    value_of,
)

Function = Callable[..., Any]
Slips = Iterable[tuple[float, str]]


# --- 1: entropy -----------------------------------------------------------------------


@check("1", function="entropy", points=1, public=True)
def entropy_four_outcomes(entropy: Function, rng: np.random.Generator) -> None:
    """Four outcomes, in nats and in bits."""
    coin, ln2 = [0.5, 0.25, 0.125, 0.125], math.log(2)
    nats = value_of(
        lambda: entropy(coin), "Your function is called with one plain list of probabilities."
    )
    _one_number(nats)
    slips = [
        (-1.75 * ln2, "A surprise is never negative. Look at the sign of ln p."),
        (1.75 / 4 * ln2, "Did you take a mean over the list? The weights already sum to 1."),
        (9 * ln2, "You counted every surprise in full. How often does each outcome come up?"),
        (
            2.25 * ln2,
            "You gave every surprise the same weight. How often does each outcome come up?",
        ),
        (
            15 / 32 * ln2,
            "Each weight was squared. A surprise is weighted by its probability once.",
        ),
        (1.75, "That is the number of bits. Without a base, the answer is in nats."),
        (1.75 * math.log10(2), "That is the entropy for base 10. The default is base e."),
        (1.75 * ln2**2, "You mixed logarithms of two bases, 2 and e."),
        (1.75 * ln2 * math.log(10), "You mixed logarithms of two bases, 10 and e."),
        (
            1.375 * ln2,
            "An outcome is missing from the sum: where does your loop stop, and do equal "
            "probabilities count only once (a set)?",
        ),
        (1.25 * ln2, "The first outcome is missing from the sum. Where does your loop start?"),
        (0.5 * ln2, "Only the first outcome was counted. Is return inside the loop?"),
        (0.375 * ln2, "Only the last outcome was counted. Does each one replace the sum?"),
        (ln2, "Only the most likely outcome was looked at. The others come up too."),
        (
            2 * ln2,
            "That is the logarithm of the number of outcomes, which is right only if all of "
            "them have the same probability.",
        ),
        (21 / 32, "That is the Gini impurity. Entropy needs the logarithm of p, not 1 − p."),
        (-math.log(11 / 32), "The logarithm of a mean is not the mean of the logarithms."),
        (
            0.5 * ln2 + 0.25 * math.log(4 / 3) + 0.25 * math.log(8 / 7),
            "You took the logarithm of 1 − p, the surprise of an outcome that does not occur.",
        ),
        (
            -0.5 * math.log(1.5) - 0.25 * math.log(1.25) - 0.25 * math.log(1.125),
            "You took the logarithm of 1 + p (log1p). The surprise is that of p itself.",
        ),
        (2**1.75, "That is the perplexity, the exponential of what was asked for."),
        (7.25 * ln2, "Each surprise was weighted by 1 − p, not by p."),
        (1.75 * ln2 + 1, "The result is too large by 1. What does your sum start from?"),
        (0.875, "You divided by the largest entropy that so many outcomes can have."),
        (1.0, "A whole number came back. Was it cut off (int, //)?"),
        (1.75 * ln2 / math.e, "You divided by the base itself, not by its logarithm."),
        (1.75 * ln2 * math.e, "You multiplied by the base itself. Its logarithm matters."),
    ]
    _compare(nats, 1.75 * ln2, slips, "In nats: weight each surprise by its probability.")
    bits = value_of(lambda: entropy(coin, 2), "The base comes second, as in entropy(p, 2).")
    slips = [
        (1.75 * ln2, "The base was ignored: this is in nats, and base 2 was asked for."),
        (1.75 * ln2**2, "The factor between the units is the wrong way up."),
        (1.75 / ln2, "The change of base was made twice. Once is enough."),
        (0.875 * ln2, "You divided by the base itself, not by its logarithm."),
        (3.5 * ln2, "You multiplied by the base itself. Its logarithm is what matters."),
        (1.75 * math.log10(2), "The base was ignored: this is for base 10."),
    ]
    _compare(bits, 1.75, slips, "In bits: which factor leads from one base to another?")


@check("1", function="entropy", points=0.5, public=True)
def entropy_zero(entropy: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up."""
    words = "There is a 0 among the probabilities. What does an outcome that never happens add?"
    value = value_of(lambda: entropy([0.5, 0, 0.5], 2), words)
    expect_not_close(
        value, 0.5, "Your loop stops at the first 0. Skip that outcome and go on (no break)."
    )
    expect_not_close(value, 0.0, "A single 0 in the list does not make the whole entropy 0.")
    expect_not_close(
        value,
        math.inf,
        "An outcome that never happens is never a surprise, so it adds nothing.",
    )
    expect_close(value, 1.0, words)
    certain = value_of(lambda: entropy([0, 1]), words)
    expect_not_close(
        certain, 1.0, "How much does it surprise you when something certain happens?"
    )
    expect_close(certain, 0.0, words)


@check("1", function="entropy", points=0.5)
def entropy_bases(entropy: Function, rng: np.random.Generator) -> None:
    """Other bases."""
    for base in (2, 10, 3.5, math.e):
        coin = _random_pmf(rng, 4)
        words = "With another base the number is off. A change of base is one factor for all."
        value = value_of(lambda coin=coin, base=base: entropy(coin, base), words)
        _compare(value, _must(coin) / math.log(base), _entropy_slips(coin, base), words)


@check("1", function="entropy", points=1)
def entropy_lengths(entropy: Function, rng: np.random.Generator) -> None:
    """Lists of any length, with zeros anywhere and with whole numbers."""
    words = (
        "Ten times 0.1 is a distribution, though floating-point numbers may not add up to "
        "exactly 1. Leave a little room when you compare the sum with 1."
    )
    _compare(value_of(lambda: entropy([0.1] * 10), words), math.log(10), (), words)
    for coin in [[1], [0, 0, 1, 0], [0, 0.25, 0, 0.75, 0], *_pmfs(rng, (2, 3, 7, 40))]:
        words = "Check lists of other lengths, with zeros at the ends and in the middle."
        value = value_of(lambda coin=coin: entropy(coin), words)
        _compare(value, _must(coin), _entropy_slips(coin, math.e), words)


@check("1", function="entropy", points=0.5)
def entropy_no_constant(entropy: Function, rng: np.random.Generator) -> None:
    """No small constant in the place of zero."""
    words = (
        "With hundreds of outcomes the result is off by a little: is a small constant added, "
        "are probabilities lifted off zero (clipping), or is the result rounded? "
        "Zeros need no help, they can be left out."
    )
    for coin in ([0.5, *[0] * 500, 0.5], [1 / 512] * 512):
        value = value_of(lambda coin=coin: entropy(coin), words)
        expect_close(value, math.log(1 / coin[0]), words, 1e-11)
    words = (
        "An outcome of small probability still counts. Leave out only those that have "
        "probability 0, and no others: no threshold."
    )
    for small in (1e-4, 1e-9):
        coin = [small, 1 - small]
        value = value_of(lambda coin=coin: entropy(coin), words)
        expect_close(value, _must(coin), words, 1e-12)


@check("1", function="entropy", points=0.5)
def entropy_refuses(entropy: Function, rng: np.random.Generator) -> None:
    """Lists that are not distributions are refused, and only those."""
    words = "A fair coin was refused. A function that refuses everything refuses too much."
    expect_close(value_of(lambda: entropy([0.5, 0.5], 2), words), 1.0, words)
    for numbers, words in _no_pmfs():
        expect_raises(lambda numbers=numbers: entropy(numbers), ValueError, words)


# --- 2: cross-entropy -----------------------------------------------------------------


@check("2", function="cross_entropy", points=1, public=True)
def cross_entropy_five_outcomes(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Five outcomes at the prices of another board."""
    coin, board = [0.25, 0.25, 0.25, 0.125, 0.125], [0.5, 0.125, 0.0625, 0.0625, 0.25]
    ln2 = math.log(2)
    nats = value_of(
        lambda: cross_entropy(coin, board),
        "Your function is called with two plain lists, the coin and the board.",
    )
    _one_number(nats)
    slips = [
        (-2.75 * ln2, "A price is never negative. Look at the sign."),
        (0.55 * ln2, "Did you take a mean over the list? The weights already sum to 1."),
        (0.5 * ln2, "That is only the waste. You were asked for everything that is paid."),
        (-0.5 * ln2, "That is the waste, with the wrong sign. Asked for is all that is paid."),
        (2.25 * ln2, "That is the entropy of the coin. It is charged at the board's prices."),
        (1.875 * ln2, "That is the entropy of the board. The coin does not occur in it."),
        (
            2.3125 * ln2,
            "The arguments have changed places (swapped). The first list says how often, the "
            "second sets the price.",
        ),
        (ln2, "You priced the most likely outcome only. The others come up too."),
        (14 * ln2, "Every price was counted in full. How often does each outcome come up?"),
        (2.8 * ln2, "All prices got the same weight. How often does each outcome come up?"),
        (
            3.5 * ln2
            + 0.75 * math.log(8 / 7)
            + 1.625 * math.log(16 / 15)
            + 0.875 * math.log(4 / 3),
            "That formula is for a single coin with two outcomes. Here, the terms with 1 − p "
            "do not belong in the sum.",
        ),
        (5 * ln2, "You added the entropy to what is paid, but it is already part of that."),
        (
            2.5 * ln2,
            "The first or the last outcome is missing from the sum, or the lists were sorted: "
            "each price belongs to the outcome in the same place.",
        ),
        (0.25 * ln2, "Only one outcome was charged. Is return inside the loop?"),
        (-math.log(27 / 128), "The logarithm of a mean is not the mean of the logarithms."),
        (17 / 128, "That is a squared error. A price is a logarithm."),
        (2.75, "That is the number of bits. Without a base, the answer is in nats."),
        (2.75 * math.log10(2), "That is the price for base 10. The default is base e."),
        (2.75 * ln2**2, "You mixed logarithms of two bases, 2 and e."),
        (2.75 * ln2 * math.log(10), "You mixed logarithms of two bases, 10 and e."),
        (2**2.75, "That is the perplexity, the exponential of what was asked for."),
        (2.75 * ln2 + 1, "The result is too large by 1. What does your sum start from?"),
        (1.0, "A whole number came back. Was it cut off (int, //)?"),
        (2.75 * ln2 / math.e, "You divided by the base itself, not by its logarithm."),
        (2.75 * ln2 * math.e, "You multiplied by the base itself. Its logarithm matters."),
        (
            0.25 * math.log(16 / 7) + 0.375 * math.log(16 / 15) + 0.125 * math.log(4 / 3),
            "You took the logarithm of 1 − q, the price of an outcome that does not occur.",
        ),
        (
            -0.25 * math.log(27 / 16) - 0.375 * math.log(17 / 16) - 0.125 * math.log(5 / 4),
            "You took the logarithm of 1 + q (log1p). The price is that of q itself.",
        ),
    ]
    words = "Who decides how often a price is paid, coin or board?"
    _compare(nats, 2.75 * ln2, slips, words)
    bits = value_of(lambda: cross_entropy(coin, board, 2), "The base is the third argument.")
    slips = [
        (2.75 * ln2, "The base was ignored: this is in nats, and base 2 was asked for."),
        (2.75 * ln2**2, "The factor between the units is the wrong way up."),
        (2.75 / ln2, "The change of base was made twice. Once is enough."),
        (1.375 * ln2, "You divided by the base itself, not by its logarithm."),
        (5.5 * ln2, "You multiplied by the base itself. Its logarithm is what matters."),
        (2.75 * math.log10(2), "The base was ignored: this is for base 10."),
    ]
    _compare(bits, 2.75, slips, "In bits: which factor leads from one base to another?")


@check("2", function="cross_entropy", points=0.5, public=True)
def cross_entropy_zero(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up cost nothing."""
    words = "An outcome with p = 0 is never charged, whatever the board says about it."
    value = value_of(lambda: cross_entropy([1, 0], [0.5, 0.5], 2), words)
    expect_close(value, 1.0, words)
    value = value_of(lambda: cross_entropy([0, 1], [0.5, 0.5], 2), words)
    expect_not_close(
        value, 0.0, "Your loop stops at the first 0. Skip that outcome and go on (no break)."
    )
    expect_close(value, 1.0, words)
    both = value_of(lambda: cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0], 2), words)
    expect_close(
        both,
        1.0,
        "Coin and board both say 0 here. An outcome that does not happen is not paid for.",
    )


@check("2", function="cross_entropy", points=0.5)
def cross_entropy_infinite(cross_entropy: Function, rng: np.random.Generator) -> None:
    """What the board ruled out, and comes up, costs infinitely much."""
    words = (
        "Here the board rules out (q = 0) what the coin does. The price is infinite: it can't "
        "be made finite by a small constant, clipping, a large number or a skipped term, and "
        "it is not an error."
    )
    for coin, board in _ruled_out():
        value = value_of(lambda coin=coin, board=board: cross_entropy(coin, board), words)
        expect_close(value, math.inf, words)


@check("2", function="cross_entropy", points=1)
def cross_entropy_random(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Lists of any length, with zeros that do no harm."""
    for coin, board in _pairs(rng):
        words = "Check longer lists, whole numbers, and zeros of the coin in any place."
        value = value_of(lambda coin=coin, board=board: cross_entropy(coin, board), words)
        _compare(value, _paid(coin, board), _cross_entropy_slips(coin, board, math.e), words)


@check("2", function="cross_entropy", points=0.5)
def cross_entropy_bases(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Other bases, and prices that are high but finite."""
    for base in (2, 10, 7, math.e):
        coin, board = _random_pmf(rng, 3), [1e-200, 0.25, 0.75]
        words = (
            "One price here is high but finite, and the base varies. Are small "
            "probabilities changed (clipping, a threshold), or is the base not used as asked?"
        )
        value = value_of(lambda args=(coin, board, base): cross_entropy(*args), words)
        slips = _cross_entropy_slips(coin, board, base)
        _compare(value, _paid(coin, board) / math.log(base), slips, words)


@check("2", function="cross_entropy", points=0.5)
def cross_entropy_refuses(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Lists that are not distributions, or of two lengths, are refused, and only those."""
    words = "Two fair coins were refused. A function that refuses everything refuses too much."
    value = value_of(lambda: cross_entropy([0.5, 0.5], [0.5, 0.5], 2), words)
    expect_close(value, 1.0, words)
    _refuses_pairs(cross_entropy)


# --- 3: KL divergence -----------------------------------------------------------------


@check("3", function="kl", points=1, public=True)
def kl_three_outcomes(kl: Function, rng: np.random.Generator) -> None:
    """The waste on three outcomes."""
    coin, board = [0.125, 0.75, 0.125], [0.25, 0.25, 0.5]
    ln2, ln3 = math.log(2), math.log(3)
    truth, back = 0.75 * ln3 - 0.375 * ln2, 1.25 * ln2 - 0.25 * ln3
    nats = value_of(
        lambda: kl(coin, board),
        "Your function is called with two plain lists, the coin and the board.",
    )
    _one_number(nats)
    slips = [
        (-truth, "The waste is never negative. Is the ratio upside down?"),
        (truth / 3, "Did you take a mean over the list? The weights already sum to 1."),
        (1.875 * ln2, "That is all that is paid. You were asked for what exceeds the entropy."),
        (
            back,
            "The arguments have changed places (swapped). The average is taken over the coin.",
        ),
        (
            -back,
            "The weights are swapped: the ratio is right, but the coin says how often.",
        ),
        (
            0.375 * ln2 + 0.75 * ln3,
            "Some terms are negative, and have to stay negative (no abs): some outcomes are "
            "cheaper at the board's prices.",
        ),
        (
            0.75 * ln3,
            "The negative terms were left out. They belong in the sum: some outcomes are "
            "cheaper at the board's prices.",
        ),
        (ln3 - 3 * ln2, "The terms were added without weights. How often does each come up?"),
        (
            ln3 / 3 - ln2,
            "All terms got the same weight. How often does each outcome come up?",
        ),
        (ln3, "That is the largest term alone (without its weight). All outcomes count."),
        (
            truth + 0.25 * ln2,
            "The last outcome is missing from the sum. Where does your loop stop?",
        ),
        (
            truth + 0.125 * ln2,
            "The first outcome is missing from the sum. Where does your loop start?",
        ),
        (-0.125 * ln2, "Only the first outcome was counted. Is return inside the loop?"),
        (2.25 * ln2 - 0.75 * ln3, "That is the entropy of the coin, what must be paid."),
        (
            0.75 * ln3 - 0.75 * ln2,
            "The difference of two entropies is not the waste: the board's prices are averaged "
            "over the coin.",
        ),
        (
            0.75 * ln2 - 0.75 * ln3,
            "The difference of two entropies is not the waste, and this one is negative.",
        ),
        (
            4.125 * ln2 - 0.75 * ln3,
            "The entropy was added to what is paid. Which sign does it need?",
        ),
        ((truth + back) / 2, "Both directions were averaged. Only one was asked for."),
        (truth + back, "Both directions were added up. Only one was asked for."),
        (truth / (1.875 * ln2), "That is a quotient. The waste is a difference of prices."),
        (
            13 / 32,
            "That is a squared error. The waste compares prices, and prices are logarithms.",
        ),
        (0.5, "That is the total variation. The waste compares prices, that is, logarithms."),
        (1.0, "You added up the distances |p − q|. The waste compares logarithms."),
        (math.sqrt(truth), "You took the square root, but nobody asked for a distance."),
        (math.exp(truth), "That is the exponential of the waste."),
        (
            0.5625 - 0.375 * math.log(0.75) / ln2,
            "The logarithm of a ratio is not the ratio of the logarithms.",
        ),
        (truth / ln2, "That is the number of bits. Without a base, the answer is in nats."),
        (truth / math.log(10), "That is the waste for base 10. The default is base e."),
        (truth * ln2, "You mixed logarithms of two bases, 2 and e."),
        (truth * math.log(10), "You mixed logarithms of two bases, 10 and e."),
        (truth + 1, "The result is too large by 1. What does your sum start from?"),
        (0.0, "The result is 0. Was it cut off (int, //)?"),
        (truth / math.e, "You divided by the base itself, not by its logarithm."),
        (truth * math.e, "You multiplied by the base itself. Its logarithm matters."),
    ]
    _compare(nats, truth, slips, "What is paid, minus what must be paid. Which one is off?")
    bits = value_of(lambda: kl(coin, board, 2), "The base is the third argument.")
    slips = [
        (truth, "The base was ignored: this is in nats, and bits were asked for."),
        (truth * ln2, "The factor between the units is the wrong way up."),
        (truth / ln2**2, "The change of base was made twice. Once is enough."),
        (truth / 2, "You divided by the base itself, not by its logarithm."),
        (2 * truth, "You multiplied by the base itself. Its logarithm is what matters."),
        (truth / math.log(10), "The base was ignored: this is for base 10."),
        (
            1.875 - 2.25 * ln2 + 0.75 * ln3,
            "One part is in bits and the other in nats: the base belongs to both.",
        ),
    ]
    _compare(bits, truth / ln2, slips, "In bits: which factor leads from base to base?")


@check("3", function="kl", points=0.5, public=True)
def kl_zero(kl: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up waste nothing."""
    words = "An outcome of probability 0 is never charged. Which terms belong in the sum?"
    value = value_of(lambda: kl([0, 1], [0.75, 0.25], 2), words)
    expect_not_close(
        value, 0.0, "Your loop stops at the first 0. Skip that outcome and go on (no break)."
    )
    expect_close(value, 2.0, words)
    both = value_of(lambda: kl([0.25, 0, 0.75], [0.25, 0, 0.75]), words)
    expect_close(both, 0.0, "Coin and board agree here, zeros included. Is anything wasted?")


@check("3", function="kl", points=1)
def kl_infinite(kl: Function, rng: np.random.Generator) -> None:
    """A board that rules out what happens wastes infinitely much."""
    words = (
        "The waste is infinite when the board gives 0 to something that happens. Look for a "
        "small constant, clipping, a large number, or a term with q = 0 that was skipped. It "
        "is not an error either."
    )
    for coin, board in _ruled_out():
        value = value_of(lambda coin=coin, board=board: kl(coin, board), words)
        expect_close(value, math.inf, words)


@check("3", function="kl", points=1)
def kl_random(kl: Function, rng: np.random.Generator) -> None:
    """Lists of any length, with zeros that do no harm."""
    for coin, board in _pairs(rng):
        words = "Compare with what is paid minus what must be paid, for longer lists too."
        value = value_of(lambda coin=coin, board=board: kl(coin, board), words)
        _compare(value, _waste(coin, board), _kl_slips(coin, board, math.e), words)


@check("3", function="kl", points=0.5)
def kl_equal(kl: Function, rng: np.random.Generator) -> None:
    """A perfect board wastes nothing."""
    for coin in ([1], [0, 1, 0], *_pmfs(rng, (2, 6, 30))):
        words = "Coin and board are equal, so the waste is 0, however uncertain the coin is."
        value = value_of(lambda coin=coin: kl(coin, coin), words)
        expect_close(value, 0.0, words, 1e-12)


@check("3", function="kl", points=0.5)
def kl_bases(kl: Function, rng: np.random.Generator) -> None:
    """Other bases, and prices that are high but finite."""
    for base in (2, 10, 5, math.e):
        coin, board = _random_pmf(rng, 3), [0.75, 0.25, 1e-250]
        words = (
            "One probability of the board is tiny, yet not 0, and the base varies. Is it "
            "clipped away, lost in a sum like 1 + x (log1p), or is the base not used as asked?"
        )
        value = value_of(lambda args=(coin, board, base): kl(*args), words)
        slips = _kl_slips(coin, board, base)
        _compare(value, _waste(coin, board) / math.log(base), slips, words)


@check("3", function="kl", points=0.5)
def kl_refuses(kl: Function, rng: np.random.Generator) -> None:
    """Lists that are not distributions, or of two lengths, are refused, and only those."""
    words = "Two fair coins were refused. A function that refuses everything refuses too much."
    expect_close(value_of(lambda: kl([0.5, 0.5], [0.5, 0.5]), words), 0.0, words, 1e-12)
    _refuses_pairs(kl)


@check("3", function="kl", points=1, bonus=True)
def kl_near(kl: Function, rng: np.random.Generator) -> None:
    """Bonus: a board that is almost perfect."""
    for exponent in (26, 30, 34):
        step = int(rng.integers(3, 9)) * 2.0**-exponent
        coin, board = [0.375, 0.375, 0.25], [0.375 + step, 0.375 - 2 * step, 0.25 + step]
        exact = _waste_with_digits(coin, board)
        value = kl(coin, board)
        expect(
            abs(value - exact) <= 1e-3 * exact,
            "The waste is far smaller than the numbers it is a difference of, and the digits "
            "that count are lost in that difference (cancellation).",
        )


# --- 5: the ledger, repaired ----------------------------------------------------------


@check("5", function="account", points=0.5, public=True)
def account_regular(account: Function, rng: np.random.Generator) -> None:
    """Coins and boards whose numbers are all finite."""
    words = "The list has three numbers: what must be paid, what is paid, what is wasted."
    value = value_of(lambda: account([0.5, 0.5], [0.25, 0.75]), words)
    expect(
        value is not None, "Nothing came back. A function hands over its result with return."
    )
    ln2, ln3 = math.log(2), math.log(3)
    must, paid, own = ln2, 2 * ln2 - 0.5 * ln3, 2 * ln2 - 0.75 * ln3
    wasted = paid - must
    for wrong, name in (
        ([x / ln2 for x in (must, paid, wasted)], "These are bits. The ledger uses nats."),
        ([x / math.log(10) for x in (must, paid, wasted)], "This is base 10, not nats."),
        (
            [own, must, must - own],
            "Swapped: the coin comes first and says how often, the board sets the prices.",
        ),
        ([-must, -paid, -wasted], "All signs are wrong: none of the three is ever negative."),
        ([x / 2 for x in (must, paid, wasted)], "These are means over the list, not sums."),
        *(
            (order, "The order on the sheet is: must be paid, paid, wasted.")
            for order in (
                [must, wasted, paid],
                [paid, must, wasted],
                [paid, wasted, must],
                [wasted, must, paid],
                [wasted, paid, must],
            )
        ),
    ):
        expect_not_close(value, wrong, name)
    slips: list[list[tuple[float, str]]] = [
        [
            (-must, "The sign: a surprise is never negative."),
            (must / ln2, "It is in bits, and the others are in nats."),
            (own, "It is the entropy of the board: the coin has to pay it."),
            (
                must / 2,
                "An outcome is missing. Where does your loop stop, and is return in it?",
            ),
        ],
        [
            (-paid, "The sign: a price is never negative."),
            (paid / ln2, "It is in bits, and the others are in nats."),
            (2 * paid, "The prices were added without weights. How often is each one paid?"),
        ],
        [
            (-wasted, "The sign: is the ratio, or the difference, upside down?"),
            (wasted / ln2, "It is in bits, and the others are in nats."),
            (ln3 / 2, "Negative terms have to stay negative (no abs)."),
            (ln2 - 0.75 * ln3, "The weights are swapped: the coin says how often."),
            (wasted / paid, "It is a quotient. What is wasted is a difference."),
        ],
    ]
    _three_numbers(value, [must, paid, wasted], words, slips)
    words = (
        "Someone who knows what is coming must pay nothing. Is a 0 still lifted, or charged?"
    )
    value = value_of(lambda: account([0, 1], [0.5, 0.5]), words)
    _three_numbers(value, [0.0, ln2, ln2], words)


@check("5", function="account", points=0.5)
def account_edges(account: Function, rng: np.random.Generator) -> None:
    """Zeros on the board, harmless ones and others."""
    words = "Coin and board are both certain, and agree: nothing is paid at all."
    value = value_of(lambda: account([0, 0, 1], [0, 0, 1]), words)
    _three_numbers(value, [0.0, 0.0, 0.0], words)
    for coin, board in _ruled_out():
        words = (
            "The board rules out what happens. Two of the three numbers are then infinite, and "
            "no constant, clipping or skipped term can replace that. What must be paid is "
            "finite, because it does not depend on the board."
        )
        value = value_of(lambda coin=coin, board=board: account(coin, board), words)
        _three_numbers(value, [_must(coin), math.inf, math.inf], words)
    for coin, board in [*_pairs(rng), ([0.25, 0.75], [1e-250, 1])]:
        words = (
            "Zeros, longer lists, tiny probabilities: compare each of the three numbers with "
            "its definition. No constant, no rounding."
        )
        value = value_of(lambda coin=coin, board=board: account(coin, board), words)
        _three_numbers(value, [_must(coin), _paid(coin, board), _waste(coin, board)], words)


# --- shared by all checks -------------------------------------------------------------


def _one_number(value: object) -> None:
    """Name what came back in the place of one number."""
    expect(
        value is not None, "Nothing came back. A function hands over its result with return."
    )
    expect(
        not isinstance(value, str), "A text came back. Return the number itself, unformatted."
    )
    expect(not isinstance(value, list), "A list came back where one number was asked for.")


def _compare(value: object, truth: float, slips: Slips, message: str) -> None:
    """Fail with the name of a known slip, or else with the general message."""
    for wrong, words in slips:
        if not math.isclose(wrong, truth, rel_tol=1e-6, abs_tol=1e-6):
            expect_not_close(value, wrong, words)
    _near_miss(value, truth)
    expect_close(value, truth, message, 1e-11)


def _near_miss(value: object, truth: float) -> None:
    """Name what makes a number almost right."""
    scale = max(1.0, abs(truth))
    if not isinstance(value, float) or not 1e-11 * scale < abs(value - truth) < 1e-2 * scale:
        return
    expect(
        value not in [round(truth, n) for n in range(1, 11)],
        "Right, but rounded. Return all digits; rounding is for printing.",
    )
    expect(
        abs(value - truth) > 1e-3 * scale,
        "Almost right: only the first digits agree. Is a small constant added, is something "
        "small left out or lifted off zero (clipping), or are these numbers of single "
        "precision (float32)?",
    )


def _three_numbers(
    value: object, truth: list[float], message: str, slips: Sequence[Slips] = ((), (), ())
) -> None:
    """Compare the three numbers of an account, and say which of them is off."""
    if isinstance(value, list) and len(value) == len(truth):
        names = ("What must be paid", "What is paid", "What is wasted")
        for name, mine, right, wrong in zip(names, value, truth, slips, strict=True):
            text = "The list holds text. Return the numbers themselves, unformatted."
            expect(not isinstance(mine, str), text)
            for number, words in wrong:
                expect_not_close(mine, number, f"{name} is off. {words}")
            if math.isfinite(right):
                _near_miss(mine, right)
            expect_close(mine, right, f"{name} is off. {message}", 1e-11)
    expect_close(value, truth, message, 1e-11)


# --- inputs and references of the hidden checks ---------------------------------------


def _random_pmf(rng: np.random.Generator, k: int) -> list[float]:
    """Return a random list of k positive probabilities."""
    drawn: list[float] = rng.dirichlet(np.ones(k)).tolist()
    return drawn


def _pmfs(rng: np.random.Generator, sizes: Sequence[int]) -> Iterator[list[float]]:
    """Yield a random pmf of every size, and a copy with zeros around and inside."""
    for k in sizes:
        drawn = _random_pmf(rng, k)
        yield drawn
        yield [0.0, *drawn[:1], 0.0, *drawn[1:], 0.0]


def _pairs(rng: np.random.Generator) -> Iterator[tuple[list[float], list[float]]]:
    """Yield pairs with finite prices, some with zeros on one side or on both."""
    yield [1], [1]
    yield [0, 0, 1], [0.25, 0.25, 0.5]
    yield [0.25, 0.5, 0.25, 0], [0.5, 0.125, 0.375, 0]
    yield [1e-7, 1 - 1e-7], [0.5, 0.5]
    for k in (2, 5, 33):
        coin, board = _random_pmf(rng, k), _random_pmf(rng, k + 1)
        yield [*coin, 0], board
        yield [0, 0, *coin], [0, *board]


def _ruled_out() -> Iterator[tuple[list[float], list[float]]]:
    """Yield pairs in which the board gives 0 to something that the coin does."""
    yield [0.5, 0.5], [1, 0]
    yield [0, 1], [1, 0]
    yield [1e-12, 1 - 1e-12], [0, 1]
    yield [0, 0.25, 0.75, 0], [0, 0.5, 0, 0.5]


def _no_pmfs() -> Iterator[tuple[list[float], str]]:
    """Yield lists that a careful program refuses, and what is wrong with them."""
    for numbers in ([0.25, 0.25, 0.25], [3, 1], [0, 0], []):
        yield (
            numbers,
            "Here is a list that does not sum to 1. It is refused with a ValueError, not "
            "accepted, and not silently repaired (do not divide by the sum).",
        )
    for numbers in ([0.5, 0.4998], [0.3, 0.3, 0.4002]):
        yield (
            numbers,
            "Here is a list whose sum differs from 1 in the fourth decimal. Your tolerance is "
            "too wide: only the rounding of floating-point numbers is excused.",
        )
    for numbers in ([0.75, 0.5, -0.25], [1.5, -0.5]):
        yield (
            numbers,
            "Here is a list that sums to 1, but contains a negative number. A probability is "
            "never negative: refuse the list with a ValueError.",
        )
    yield (
        [math.nan, 1],
        "A list that contains a nan (not a number) is not a distribution. Every comparison "
        "with nan is False: ask whether the list is right, not whether it is wrong.",
    )


def _refuses_pairs(function: Function) -> None:
    """Expect a ValueError for each pair in which one list is wrong, or the lengths differ."""
    for numbers, words in _no_pmfs():
        k = len(numbers) or 1
        pmf = [1 / k] * k
        for place, pair in (("coin", (numbers, pmf)), ("board", (pmf, numbers))):
            expect_raises(
                lambda pair=pair: function(*pair), ValueError, f"{words} (It was the {place}.)"
            )
    for coin, board in (
        ([0.5, 0.5], [0.5, 0.5, 0]),
        ([0.5, 0.5, 0], [0.5, 0.5]),
        ([0.5, 0.5], [1]),
        ([1], [0.5, 0.5]),
    ):
        expect_raises(
            lambda coin=coin, board=board: function(coin, board),
            ValueError,
            "Lists of different lengths are refused with a ValueError. Does your loop stop at "
            "the end of the shorter one, or does NumPy stretch a list of one number "
            "(broadcasting)?",
        )


def _must(p: Sequence[float]) -> float:
    """Entropy in nats."""
    return -math.fsum(x * math.log(x) for x in p if x)


def _paid(p: Sequence[float], q: Sequence[float]) -> float:
    """Cross-entropy in nats, where it is finite."""
    return -math.fsum(x * math.log(y) for x, y in zip(p, q, strict=True) if x)


def _waste(p: Sequence[float], q: Sequence[float]) -> float:
    """KL divergence in nats, where it is finite."""
    return math.fsum(x * math.log(x / y) for x, y in zip(p, q, strict=True) if x)


def _waste_with_digits(p: Sequence[float], q: Sequence[float]) -> float:
    """KL divergence in nats, computed with 60 digits."""
    with localcontext() as context:
        context.prec = 60
        pairs = [(Decimal(x), Decimal(y)) for x, y in zip(p, q, strict=True)]
        return float(sum(x * (x / y).ln() for x, y in pairs))


def _base_slips(nats: float, base: float, n: int) -> Slips:
    """Yield what becomes of a right number of nats when sign, base or mean are wrong."""
    unit = math.log(base)
    yield -nats / unit, "Negative: the logarithm of a probability has a sign of its own."
    yield nats, "This is the right number in nats; the base that was asked for was ignored."
    yield nats * unit, "Multiplied where the change of base divides, or the other way round."
    yield nats / math.log(2), "These are always bits, whatever base is asked for."
    yield nats / math.log(10), "This is always base 10, whatever base is asked for."
    yield nats / unit**2, "The change of base was made twice. Once is enough."
    yield nats / base, "You divided by the base itself, not by its logarithm."
    yield nats / unit / n, "Divided by the number of outcomes: a mean where a sum belongs."


def _entropy_slips(p: Sequence[float], base: float) -> Slips:
    """Yield wrong entropies and what they show."""
    yield from _base_slips(_must(p), base, len(p))
    unit = math.log(base)
    if all(p):
        yield _must(p[:-1]) / unit, "The last outcome is missing from the sum."
        yield math.log(len(p)) / unit, "This is the logarithm of the number of outcomes."


def _cross_entropy_slips(p: Sequence[float], q: Sequence[float], base: float) -> Slips:
    """Yield wrong cross-entropies and what they show."""
    yield from _base_slips(_paid(p, q), base, len(p))
    unit = math.log(base)
    yield _waste(p, q) / unit, "This is the waste alone, without what must be paid anyway."
    yield _must(p) / unit, "This is the entropy of the coin: the board does not occur in it."
    yield (
        -math.log(q[max(range(len(p)), key=p.__getitem__)]) / unit,
        "Only the most likely outcome was priced. The others come up too.",
    )
    if all(p):
        yield (
            _paid(q, p) / unit,
            "Swapped: the prices were averaged over the board, and not over the coin.",
        )


def _kl_slips(p: Sequence[float], q: Sequence[float], base: float) -> Slips:
    """Yield wrong divergences and what they show."""
    nats, unit = _waste(p, q), math.log(base)
    yield -nats / unit, "Negative: is the ratio inside the logarithm upside down?"
    yield from _base_slips(nats, base, len(p))
    yield _paid(p, q) / unit, "This is all that is paid; the entropy has to be taken off."
    yield (_must(q) - _must(p)) / unit, "The difference of two entropies is not the waste."
    yield _paid(p, q) / unit - _must(p), "The base was used in one of the two parts only."
    yield _paid(p, q) - _must(p) / unit, "The base was used in one of the two parts only."
    if all(p):
        back = _waste(q, p)
        yield back / unit, "Swapped: the average was taken over the board, not over the coin."
        yield (nats + back) / 2 / unit, "Both directions were averaged. Only one was asked for."
        yield (nats + back) / unit, "Both directions were added up. Only one was asked for."
