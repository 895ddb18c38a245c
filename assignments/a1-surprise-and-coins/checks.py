"""Checks of assignment 1, Surprise and coins.

A check calls one function of the student and says what to think about when the answer is
not right. The public ones use nothing but their imports, because they go into the student
release on their own; the hidden ones share the helpers at the end of this file.
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
Slips = Iterable[tuple[object, str]]


# --- 1: entropy -----------------------------------------------------------------------


@check("1", function="entropy", points=1, public=True)
def entropy_three_outcomes(entropy: Function, rng: np.random.Generator) -> None:
    """Three outcomes, in nats and in bits."""
    coin = [0.5, 0.25, 0.25]
    nats = value_of(
        lambda: entropy(coin), "A plain list of three probabilities is all it gets."
    )
    bits = value_of(
        lambda: entropy(coin, 2), "The base comes second: entropy(p, 2) is in bits."
    )
    expect(nats is not None, "Nothing came back. A function hands over its result with return.")
    expect_not_close(
        nats, -1.5 * math.log(2), "A surprise is never negative. Look at the sign of ln p."
    )
    expect_not_close(
        nats,
        0.5 * math.log(2),
        "Are you taking a mean over the list? The probabilities are the weights already.",
    )
    expect_not_close(
        nats,
        5 * math.log(2),
        "Every surprise counted in full. How often does each outcome come up?",
    )
    expect_not_close(
        nats, 1.5, "That is the number of bits. Without a base, nats were asked for."
    )
    expect_close(nats, 1.5 * math.log(2), "In nats: weigh each surprise with its probability.")
    expect_not_close(
        bits,
        1.5 * math.log(2),
        "The base was ignored: these are nats, and base 2 was asked for.",
    )
    expect_not_close(
        bits,
        1.5 * math.log(2) ** 2,
        "The factor between the units is the wrong way up. Which is smaller, a bit or a nat?",
    )
    expect_close(bits, 1.5, "In bits: which factor leads from one base to another?")


@check("1", function="entropy", points=0.5, public=True)
def entropy_zero(entropy: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up."""
    words = "There is a 0 among the probabilities. What does an outcome that never happens add?"
    value = value_of(lambda: entropy([0.5, 0, 0.5], 2), words)
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
        _compare(
            entropy(coin, base),
            _must(coin) / math.log(base),
            _entropy_slips(coin, base),
            "With another base the number is off. A change of base is one factor for all.",
        )


@check("1", function="entropy", points=1)
def entropy_lengths(entropy: Function, rng: np.random.Generator) -> None:
    """Lists of any length, with zeros anywhere and with whole numbers."""
    for coin in [[1], [0, 0, 1, 0], [0, 0.25, 0, 0.75, 0], *_pmfs(rng, (2, 3, 7, 40))]:
        words = "Check lists of other lengths, with zeros at the ends and in the middle."
        value = value_of(lambda coin=coin: entropy(coin), words)
        _compare(value, _must(coin), _entropy_slips(coin, math.e), words)


@check("1", function="entropy", points=0.5)
def entropy_no_constant(entropy: Function, rng: np.random.Generator) -> None:
    """No small constant in the place of zero."""
    words = (
        "With thousands of outcomes the result is off by a little: is a small constant added, "
        "are probabilities lifted off zero (clipping), or is the result rounded? "
        "Zeros need no help, they can be left out."
    )
    for coin in ([0.5, *[0] * 5000, 0.5], [1 / 4096] * 4096):
        value = value_of(lambda coin=coin: entropy(coin), words)
        expect_close(value, math.log(1 / coin[0]), words, 1e-11)


@check("1", function="entropy", points=0.5)
def entropy_refuses(entropy: Function, rng: np.random.Generator) -> None:
    """Lists that are no distribution are refused."""
    for numbers in _no_pmfs():
        expect_raises(
            lambda numbers=numbers: entropy(numbers),
            ValueError,
            "Numbers that are negative or do not sum to 1 are to be refused with a ValueError, "
            "not silently repaired or accepted.",
        )


# --- 2: cross-entropy -----------------------------------------------------------------


@check("2", function="cross_entropy", points=1, public=True)
def cross_entropy_three_outcomes(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Three outcomes at the prices of another board."""
    coin, board = [0.25, 0.25, 0.5], [0.5, 0.25, 0.25]
    nats = value_of(
        lambda: cross_entropy(coin, board), "It gets two plain lists, coin and board."
    )
    bits = value_of(lambda: cross_entropy(coin, board, 2), "The base is the third argument.")
    expect(nats is not None, "Nothing came back. A function hands over its result with return.")
    expect_not_close(nats, -1.75 * math.log(2), "A price is never negative. Look at the sign.")
    expect_not_close(
        nats,
        1.75 / 3 * math.log(2),
        "A mean over the list? The coin's weights already add up to 1.",
    )
    expect_not_close(
        nats, 0.25 * math.log(2), "That is only the waste. Here all that is paid was asked for."
    )
    expect_not_close(
        nats,
        1.5 * math.log(2),
        "This is what the coin costs at its own prices. Use the board's.",
    )
    expect_not_close(
        nats,
        2 * math.log(2),
        "Only the most likely outcome was priced. The others come up too.",
    )
    expect_not_close(
        nats,
        5 * math.log(2) - 1.25 * math.log(3),
        "That formula is for a single coin with two outcomes: terms with 1 - p are too many.",
    )
    expect_not_close(
        nats, 1.75, "That is the number of bits. Without a base, nats were asked for."
    )
    expect_close(
        nats, 1.75 * math.log(2), "Who decides how often a price is paid, coin or board?"
    )
    expect_not_close(
        bits,
        1.75 * math.log(2),
        "The base was ignored: these are nats, and base 2 was asked for.",
    )
    expect_close(bits, 1.75, "In bits: which factor leads from one base to another?")
    swapped = value_of(
        lambda: cross_entropy([0.75, 0.25], [0.5, 0.5], 2), "Two outcomes stop it."
    )
    expect_close(
        swapped,
        1.0,
        "Every price is 1 bit here. Have the arguments changed places (swapped)? "
        "The first list says how often, the second sets the price.",
    )


@check("2", function="cross_entropy", points=0.5, public=True)
def cross_entropy_zero(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up cost nothing."""
    words = (
        "An outcome with p = 0 is never charged, whatever the board says: p = 0 is no problem."
    )
    value = value_of(lambda: cross_entropy([1, 0], [0.5, 0.5], 2), words)
    expect_close(value, 1.0, words)
    both = value_of(lambda: cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0], 2), words)
    expect_close(
        both,
        1.0,
        "Zero on both lists, in the same place: it does not happen, so it is not paid.",
    )


@check("2", function="cross_entropy", points=0.5)
def cross_entropy_infinite(cross_entropy: Function, rng: np.random.Generator) -> None:
    """What the board ruled out, and comes up, costs infinitely much."""
    words = (
        "Here the board rules out (q = 0) what the coin does. No small constant, clipping or "
        "skipped term can make that price finite: infinity is the answer."
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
        _compare(
            cross_entropy(coin, board, base),
            _paid(coin, board) / math.log(base),
            _cross_entropy_slips(coin, board, base),
            "One price here is high but finite, and the base varies. Are small "
            "probabilities changed (clipping), or is the base not used as asked?",
        )


@check("2", function="cross_entropy", points=0.5)
def cross_entropy_refuses(cross_entropy: Function, rng: np.random.Generator) -> None:
    """Lists that are no distribution, or of two lengths, are refused."""
    words = (
        "Both lists have to be distributions: anything else is refused with a ValueError, not "
        "silently repaired or accepted."
    )
    for numbers in _no_pmfs():
        pmf = [1 / len(numbers)] * len(numbers)
        expect_raises(lambda a=numbers, b=pmf: cross_entropy(a, b), ValueError, words)
        expect_raises(lambda a=pmf, b=numbers: cross_entropy(a, b), ValueError, words)
    expect_raises(
        lambda: cross_entropy([0.5, 0.5], [0.5, 0.5, 0]),
        ValueError,
        "The lists differ in length. Does your loop stop at the end of the shorter one?",
    )


# --- 3: KL divergence -----------------------------------------------------------------


@check("3", function="kl", points=1, public=True)
def kl_three_outcomes(kl: Function, rng: np.random.Generator) -> None:
    """The waste on three outcomes."""
    coin, board = [0.125, 0.75, 0.125], [0.25, 0.25, 0.5]
    truth = 0.75 * math.log(3) - 0.375 * math.log(2)
    nats = value_of(lambda: kl(coin, board), "It gets two plain lists, the coin and the board.")
    bits = value_of(lambda: kl(coin, board, 2), "The base is the third argument.")
    expect(nats is not None, "Nothing came back. A function hands over its result with return.")
    expect_not_close(nats, -truth, "The waste is never negative. Is the ratio upside down?")
    expect_not_close(
        nats, truth / 3, "A mean over the list? The coin's weights already add up to 1."
    )
    expect_not_close(
        nats,
        1.875 * math.log(2),
        "That is all that is paid. Only what is paid in excess of the entropy was asked for.",
    )
    expect_not_close(
        nats,
        1.25 * math.log(2) - 0.25 * math.log(3),
        "The arguments have changed places (swapped). The average is taken over the coin.",
    )
    expect_not_close(
        nats,
        0.375 * math.log(2) + 0.75 * math.log(3),
        "Some terms are negative, and have to stay so (no abs): the board makes bargains too.",
    )
    expect_close(nats, truth, "What is paid, minus what must be paid. Which of the two is off?")
    expect_not_close(
        bits, truth, "The base was ignored: these are nats, and bits were asked for."
    )
    expect_close(bits, truth / math.log(2), "In bits: which factor leads from base to base?")


@check("3", function="kl", points=0.5, public=True)
def kl_zero(kl: Function, rng: np.random.Generator) -> None:
    """Outcomes that never come up waste nothing."""
    words = "An outcome of probability 0 is never charged. Which terms belong into the sum?"
    value = value_of(lambda: kl([0, 1], [0.75, 0.25], 2), words)
    expect_close(value, 2.0, words)
    both = value_of(lambda: kl([0.25, 0, 0.75], [0.25, 0, 0.75]), words)
    expect_close(both, 0.0, "Coin and board agree here, zeros included. Is anything wasted?")


@check("3", function="kl", points=1)
def kl_infinite(kl: Function, rng: np.random.Generator) -> None:
    """A board that rules out what happens wastes infinitely much."""
    words = (
        "The waste is infinite when the board says 0 to something that happens. Look for a "
        "small constant, clipping, or a term with q = 0 that was skipped."
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
        _compare(
            kl(coin, board, base),
            _waste(coin, board) / math.log(base),
            _kl_slips(coin, board, base),
            "One probability is tiny, yet not 0, and the base varies. Is it clipped away, or "
            "is the base not used as asked?",
        )


@check("3", function="kl", points=0.5)
def kl_refuses(kl: Function, rng: np.random.Generator) -> None:
    """Lists that are no distribution, or of two lengths, are refused."""
    words = (
        "To divide by the sum silently is to answer another question. A list that is no "
        "distribution is refused with a ValueError."
    )
    for numbers in _no_pmfs():
        pmf = [1 / len(numbers)] * len(numbers)
        expect_raises(lambda a=numbers, b=pmf: kl(a, b), ValueError, words)
        expect_raises(lambda a=pmf, b=numbers: kl(a, b), ValueError, words)
    expect_raises(
        lambda: kl([0.25, 0.75], [0.25, 0.75, 0]),
        ValueError,
        "One list is longer than the other. What became of the rest of it?",
    )


@check("3", function="kl", points=1, bonus=True)
def kl_near(kl: Function, rng: np.random.Generator) -> None:
    """Bonus: a board that is almost perfect."""
    for exponent in (26, 30, 34):
        step = int(rng.integers(3, 9)) * 2.0**-exponent
        coin, board = [0.25, 0.25, 0.5], [0.25 + step, 0.25 - 2 * step, 0.5 + step]
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
    words = "Work the three numbers out by hand for this coin and this board, in nats."
    value = value_of(lambda: account([0.5, 0.5], [0.25, 0.75]), words)
    expect(
        value is not None, "Nothing came back. A function hands over its result with return."
    )
    must = math.log(2)
    paid = math.log(4) - 0.5 * math.log(3)
    expect_not_close(
        value,
        [1.0, paid / must, paid / must - 1],
        "These are bits. The ledger keeps its books in nats.",
    )
    own = math.log(4) - 0.75 * math.log(3)
    expect_not_close(
        value,
        [own, must, must - own],
        "Swapped: the coin comes first and says how often, the board sets the prices.",
    )
    for other in ([must, paid - must, paid], [paid, must, paid - must]):
        expect_not_close(value, other, "The order on the sheet is: must be paid, paid, wasted.")
    expect_close(value, [must, paid, paid - must], words, 1e-12)
    words = (
        "Someone who knows what is coming must pay nothing. Is anything still lifted off zero?"
    )
    value = value_of(lambda: account([0, 1], [0.5, 0.5]), words)
    expect_close(value, [0.0, math.log(2), math.log(2)], words, 1e-12)


@check("5", function="account", points=0.5)
def account_edges(account: Function, rng: np.random.Generator) -> None:
    """Zeros on the board, harmless ones and others."""
    words = "Coin and board are both certain, and agree: nothing is paid at all."
    value = value_of(lambda: account([0, 0, 1], [0, 0, 1]), words)
    expect_close(value, [0.0, 0.0, 0.0], words, 1e-12)
    for coin, board in _ruled_out():
        words = (
            "The board rules out what happens. Two of the three numbers are then infinite, and "
            "no constant, clipping or skipped term can stand for that. What must be paid is "
            "finite."
        )
        value = value_of(lambda coin=coin, board=board: account(coin, board), words)
        expect_close(value, [_must(coin), math.inf, math.inf], words, 1e-12)
    for coin, board in _pairs(rng):
        words = "Zeros and longer lists: compare each of the three numbers with its definition."
        value = value_of(lambda coin=coin, board=board: account(coin, board), words)
        truth = [_must(coin), _paid(coin, board), _waste(coin, board)]
        expect_close(value, truth, words, 1e-11)


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


def _no_pmfs() -> Iterator[list[float]]:
    """Yield lists that a careful program refuses."""
    yield [0.75, 0.5]
    yield [0.25, 0.25, 0.25]
    yield [1.5, -0.5]
    yield [3, 1]


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


def _entropy_slips(p: Sequence[float], base: float) -> Slips:
    """Yield wrong entropies and what they show."""
    nats, unit = _must(p), math.log(base)
    yield -nats / unit, "Negative: the logarithm of a probability has a sign of its own."
    yield nats, "This is the right number in nats; the base that was asked for is ignored."
    yield nats * unit, "Multiplied where the change of base divides, or the other way round."
    yield nats / math.log(2), "These are always bits, whatever base is asked for."
    yield nats / unit / len(p), "Divided by the number of outcomes: a mean where a sum belongs."


def _cross_entropy_slips(p: Sequence[float], q: Sequence[float], base: float) -> Slips:
    """Yield wrong cross-entropies and what they show."""
    nats, unit = _paid(p, q), math.log(base)
    yield -nats / unit, "Negative: the logarithm of a probability has a sign of its own."
    yield nats, "This is the right number in nats; the base that was asked for is ignored."
    yield nats * unit, "Multiplied where the change of base divides, or the other way round."
    yield nats / unit / len(p), "Divided by the number of outcomes: a mean where a sum belongs."
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
    yield nats, "This is the right number in nats; the base that was asked for is ignored."
    yield nats * unit, "Multiplied where the change of base divides, or the other way round."
    yield nats / unit / len(p), "Divided by the number of outcomes: a mean where a sum belongs."
    yield _paid(p, q) / unit, "This is all that is paid; the entropy has to be taken off."
    yield (_must(q) - _must(p)) / unit, "The difference of two entropies is not the waste."
    if all(p):
        back = _waste(q, p)
        yield back / unit, "Swapped: the average was taken over the board, not over the coin."
        yield (nats + back) / 2 / unit, "Both directions were averaged. Only one was asked for."
        yield (nats + back) / unit, "Both directions were added up. Only one was asked for."


def _compare(value: object, truth: float, slips: Slips, message: str) -> None:
    """Fail with the name of a known slip, or else with the general message."""
    for wrong, words in slips:
        if not math.isclose(wrong, truth, rel_tol=1e-6, abs_tol=1e-6):  # type: ignore[arg-type]
            expect_not_close(value, wrong, words)
    expect_close(value, truth, message)
