"""Checks of assignment 2, Labels and likelihood.

A check calls one function of the student and says what to think about when the answer is
not right. The public ones go into the student release together with the helpers they use, so
they compare with numbers and hold no formula; the hidden ones share the references at the
end of this file.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from assignments.coursepack.checking import (
    check,
    expect,
    expect_close,
    expect_not_close,
    expect_raises,
    flat,
    plain,
    shape,
    value_of,
)

Function = Callable[..., Any]
Rows = Sequence[Sequence[float]]
Slips = Iterable[tuple[object, str]]


# --- 1: one-hot labels ----------------------------------------------------------------


@check("1", function="one_hot", points=0.5, public=True)
def one_hot_rows(one_hot: Function, rng: np.random.Generator) -> None:
    """Three labels, four classes."""
    words = "Row i has its 1 in the place of label i, and places are counted from 0."
    table = _ones(value_of(lambda: one_hot([2, 0, 1], 4), words))
    _came_back(table)
    for wrong, words_for_it in (
        (
            [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]],
            "Did you count the places from the wrong end, or take the rows in another order?",
        ),
        (
            [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]],
            "Did you count the places from the wrong end? Class 0 is the first.",
        ),
        (
            [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
            "The rows are sorted by class. Row i belongs to label i, in the order of the list.",
        ),
        (
            [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 0]],
            "Transposed: one row for each label was asked for, not one row for each class.",
        ),
        (
            [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
            "A column is missing. How many classes there are is told by k, not by the labels.",
        ),
        (
            [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0]],
            "There is one column too many: the classes are 0 to k − 1.",
        ),
        ([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 1, 1]], "Zeros and ones are exchanged."),
        (
            [[0, 0, 2, 0], [0, 0, 0, 0], [0, 1, 0, 0]],
            "The label itself was written into its place. A 1 belongs there.",
        ),
        (
            [[0, 0, 3, 0], [1, 0, 0, 0], [0, 2, 0, 0]],
            "The label plus one was written into its place. A 1 belongs there.",
        ),
        (
            [[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0]],
            "Every class up to the label got a 1. Only the label's own class gets one.",
        ),
        (
            [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0]],
            "All rows are one and the same list: [row] * n copies the name, not the list.",
        ),
        (
            [[0, 0, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0]],
            "The row is not cleared between the labels: make a new one for each label.",
        ),
        (
            [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0],
            "All rows were put into one long list. A table is a list of rows.",
        ),
        (
            [1, 1, 1, 0],
            "One row came back for all labels together. Each label has a row of its own.",
        ),
        ([[0, 0, 1, 0]], "Only the first label has a row. Is return inside the loop?"),
        (
            [[0, 0, 1, 0], [1, 0, 0, 0]],
            "The last label has no row. Where does your loop stop?",
        ),
        (
            [[1, 0, 0, 0], [0, 1, 0, 0]],
            "The first label has no row. Where does your loop start?",
        ),
        *(
            (shifted, "The 1s are shifted: classes are numbered from 0, not from 1.")
            for shifted in (
                [[0, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]],
                [[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]],
                [[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]],
            )
        ),
        (
            [[-1, -1, 1, -1], [1, -1, -1, -1], [-1, 1, -1, -1]],
            "−1 stands where 0 belongs: a row is a distribution.",
        ),
        ([2, 0, 1], "The labels came back as they were."),
    ):
        expect_not_close(table, wrong, words_for_it)
    expect(
        all(not isinstance(x, str) for x in flat(table)),
        "The table holds text. The 0s and 1s have to be numbers.",
    )
    expect_close(table, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]], words)


@check("1", function="one_hot", points=0.5, public=True)
def one_hot_refuses(one_hot: Function, rng: np.random.Generator) -> None:
    """A label that is no class."""
    words = "Labels 0 and 2 were refused though k is 3. They are classes like any other."
    right = _ones(value_of(lambda: one_hot([0, 2], 3), words))
    expect_close(right, [[1, 0, 0], [0, 0, 1]], words)
    for wrong, words in (
        (
            (3, 4, 70),
            "When k is 3, the largest class is 2. Labels of 3 and more are no classes: raise "
            "a ValueError.",
        ),
        (
            (-1, -2, -3),
            "Negative labels are no classes: raise a ValueError. Python and NumPy allow "
            "negative indices and count them from the end, without a word.",
        ),
        (
            (1.5, 0.25),
            "A label between two classes, such as 1.5, is no class: raise a ValueError. "
            "Rounding it, or int(), would make it one without a word.",
        ),
    ):
        for label in wrong:
            for labels in ([0, label], [label, 1]):
                expect_raises(lambda labels=labels: one_hot(labels, 3), ValueError, words)


@check("1", function="one_hot", points=0.5)
def one_hot_other_sizes(one_hot: Function, rng: np.random.Generator) -> None:
    """A single label, more labels than classes, one class."""
    for labels, k in [([1], 3), ([0, 0, 0], 1), (rng.integers(5, size=40).tolist(), 5)]:
        words = "Try a single label (a table with one row is still a table), and many labels."
        table = _ones(value_of(lambda labels=labels, k=k: one_hot(labels, k), words))
        expect_not_close(
            table,
            [float(column == labels[0]) for column in range(k)],
            "One label gives a table with one row, which is still a table.",
        )
        distinct = list(dict.fromkeys(labels))
        expect_not_close(
            table,
            _indicator(distinct, k) if len(distinct) < len(labels) else [],
            "A label that occurs twice has two rows. Did a set or a dictionary merge them?",
        )
        expect_close(table, _indicator(labels, k), words)


@check("1", function="one_hot", points=0.5)
def one_hot_missing_classes(one_hot: Function, rng: np.random.Generator) -> None:
    """Classes that no label names."""
    for labels, k in [([3, 3], 6), ([4, 1, 4], 6), ([5], 6)]:
        words = "A class that no label names keeps its column, and its number."
        table = _ones(value_of(lambda labels=labels, k=k: one_hot(labels, k), words))
        expect_close(table, _indicator(labels, k), words)


# --- 2: smoothed labels ---------------------------------------------------------------


@check("2", function="smooth", points=1, public=True)
def smooth_one_hot(smooth: Function, rng: np.random.Generator) -> None:
    """One-hot rows, by the rule of the book."""
    words = "What share of each row is kept, and what does every class get of the rest?"
    table = value_of(lambda: smooth([[0, 1, 0, 0], [0, 0, 0, 1]], 0.2), words)
    _came_back(table)
    for right, wrong, words_for_it in (
        (
            0.8,
            0.2 / 3,
            "The share was divided among the wrong classes only. The uniform distribution "
            "gives the right class its part too.",
        ),
        (0.8, 0.05, "Each row loses more than it gets back: does it still sum to 1?"),
        (1.05, 0.05, "Each row gets more than it loses: does it still sum to 1?"),
        (
            1.2 / 1.8,
            0.2 / 1.8,
            "A constant was added to each class and the row divided by its sum: eps is then "
            "not the share of the uniform distribution.",
        ),
        (
            0.9,
            0.1,
            "Divided by the number of rows. The uniform distribution is over the classes.",
        ),
        (1.0, 0.2, "Every class got all of eps: who shares something has to divide it."),
        (0.4, 0.2, "Kept and given away are exchanged: eps is the share that is given away."),
        (1.0, 0.0, "The rows came back as they were. Where does eps enter?"),
    ):
        expect_not_close(
            table, [[wrong, right, wrong, wrong], [wrong, wrong, wrong, right]], words_for_it
        )
    expect_close(table, [[0.05, 0.85, 0.05, 0.05], [0.05, 0.05, 0.05, 0.85]], words)


@check("2", function="smooth", points=0.5)
def smooth_soft(smooth: Function, rng: np.random.Generator) -> None:
    """Rows that were soft before, and a single row."""
    for n, k in ((1, 4), (5, 3), (2, 7)):
        rows = _labels(rng, n, k)
        eps = float(rng.uniform(0.05, 0.6))
        words = "A soft row is mixed just as a one-hot row: no class of it is special."
        table = value_of(lambda rows=rows, eps=eps: smooth(rows, eps), words)
        hard = [_indicator([int(np.argmax(row))], k)[0] for row in rows]
        expect_not_close(
            table,
            _mixture(hard, eps),
            "The votes of the workers are lost: a row was made one-hot.",
        )
        expect_close(table, _mixture(rows, eps), words)


@check("2", function="smooth", points=0.5)
def smooth_extremes(smooth: Function, rng: np.random.Generator) -> None:
    """Nothing given away, and everything."""
    rows = [[0, 0, 1], [0.5, 0.25, 0.25]]
    words = "With eps = 0 the rows stay, zeros included; with eps = 1 all of them are uniform."
    expect_close(value_of(lambda: smooth(rows, 0), words), rows, words)
    everything = value_of(lambda: smooth(rows, 1), words)
    expect_close(everything, [[1 / 3] * 3] * 2, words)


# --- 3: the loss from logits ----------------------------------------------------------


@check("3", function="ce_logits", points=1, public=True)
def ce_logits_two_items(ce_logits: Function, rng: np.random.Generator) -> None:
    """Two items with one-hot labels."""
    rows, logits = [[0, 1, 0], [1, 0, 0]], [[0, 0, 0], [math.log(2), 0, 0]]
    words = "Both losses are minus the logarithm of the forecast for the right class."
    losses = value_of(lambda: ce_logits(rows, logits), words)
    _came_back(losses)
    truth = [math.log(3), math.log(2)]
    expect_not_close(
        losses, [-x for x in truth], "A price is never negative. Look at the sign."
    )
    expect_not_close(
        losses, sum(truth) / 2, "One loss for each item was asked for, not their mean."
    )
    expect_not_close(losses, sum(truth), "One loss for each item was asked for, not their sum.")
    expect_not_close(
        losses,
        [x / 3 for x in truth],
        "The mean over the classes: the label is the weight already.",
    )
    expect_not_close(
        losses, [x / math.log(2) for x in truth], "These are bits, and nats were asked for."
    )
    expect_not_close(
        losses,
        [math.log(2), math.log(1.5)],
        "The softmax summed over the items: that is the wrong axis, each item has its own.",
    )
    again = [[1 / 3] * 3, [0.5, 0.25, 0.25]]
    expect_not_close(
        losses,
        [
            math.log(sum(math.exp(x) for x in q)) - q[k]
            for q, k in ((again[0], 1), (again[1], 0))
        ],
        "Softmax was applied twice: the logits become a forecast once.",
    )
    expect_close(losses, truth, words)


@check("3", function="ce_logits", points=0.5, public=True)
def ce_logits_large(ce_logits: Function, rng: np.random.Generator) -> None:
    """Large logits."""
    words = (
        "The exponential of a large number overflows, that of a small one is 0 (underflow). A "
        "forecast does not change when the same number is taken off all logits of an item."
    )
    losses = value_of(lambda: ce_logits([[1, 0], [0, 1]], [[1000, 1000], [999, 999]]), words)
    expect_close(losses, [math.log(2), math.log(2)], words)


@check("3", function="ce_logits", points=1)
def ce_logits_soft(ce_logits: Function, rng: np.random.Generator) -> None:
    """Soft labels, other numbers of items and classes."""
    for n, k in ((4, 3), (2, 6), (1, 5), (3, 2)):
        rows, logits = _labels(rng, n, k), rng.normal(size=(n, k)).round(3).tolist()
        words = "Every class counts, with the weight that the soft label gives it."
        losses = value_of(lambda rows=rows, logits=logits: ce_logits(rows, logits), words)
        forecast = [_share(z) for z in logits]
        entropies = [_doubt(row) for row in rows]
        truth = _prices(rows, forecast)
        for wrong, words_for_it in (
            (
                [loss - h for loss, h in zip(truth, entropies, strict=True)],
                "The entropy of the label was taken off: this is the KL, not all that is paid.",
            ),
            (
                [
                    -math.log(q[int(np.argmax(row))])
                    for row, q in zip(rows, forecast, strict=True)
                ],
                "Only the most likely class of a soft label was priced: the votes are lost.",
            ),
            (
                _prices(forecast, [[x or 1e-300 for x in row] for row in rows]),
                "Swapped: the label says how often, and the forecast sets the price.",
            ),
            (
                [
                    -math.log(math.fsum(a * b for a, b in zip(row, q, strict=True)))
                    for row, q in zip(rows, forecast, strict=True)
                ],
                "The logarithm of a mean is not the mean of the logarithms.",
            ),
            (
                [-loss for loss in truth],
                "Negative: look at the sign.",
            ),
        ):
            if n > 1 or k > 2:
                expect_not_close(losses, wrong, words_for_it)
        expect_close(losses, truth, words)


@check("3", function="ce_logits", points=0.5)
def ce_logits_single(ce_logits: Function, rng: np.random.Generator) -> None:
    """A single item, and whole numbers."""
    words = "One item is a table with one row, and gives a list with one loss."
    losses = value_of(lambda: ce_logits([[0, 0, 1]], [[3, -1, 2]]), words)
    expect_close(losses, [math.log(1 + math.exp(1) + math.exp(-3))], words)


@check("3", function="ce_logits", points=1)
def ce_logits_far_apart(ce_logits: Function, rng: np.random.Generator) -> None:
    """Logits that are far apart."""
    words = (
        "A model that is sure and wrong pays the whole distance between the logits, 2000 nats "
        "here if need be. No constant, clipping, overflow or underflow may cut that."
    )
    losses = value_of(
        lambda: ce_logits(
            [[0, 1, 0], [0.5, 0.5, 0], [1, 0, 0]], [[2000, 0, -5], [0, 900, 3], [-800, 0, 0]]
        ),
        words,
    )
    expect_close(losses, [2000.0, 450.0, 800 + math.log(2)], words)


@check("3", function="ce_logits", points=1)
def ce_logits_nearly_perfect(ce_logits: Function, rng: np.random.Generator) -> None:
    """A model that is right, and sure of it."""
    words = (
        "Right and sure, and still not free: the digits of a tiny loss are lost, or replaced "
        "by a constant. Is 1 + (a tiny number) computed on the way, or a difference of large "
        "numbers?"
    )
    for gap in (20.0, 40.0, 300.0):
        base = float(rng.integers(-50, 50))
        table = [[base, base + gap, base - 1.0]]
        losses = value_of(lambda table=table: ce_logits([[0, 1, 0]], table), words)
        truth = math.log1p(math.exp(-gap) + math.exp(-gap - 1.0))
        expect_close(losses, [truth], words)
        expect(abs(losses[0] - truth) <= 1e-9 * truth, words)


# --- 4: the gradient ------------------------------------------------------------------


@check("4", function="ce_logits_grad", points=1, public=True)
def gradient_two_items(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """Two items, three classes."""
    rows, logits = [[0, 1, 0], [0.5, 0.5, 0]], [[0, 0, 0], [math.log(2), 0, 0]]
    words = (
        "If the logit of the right class grows, does the mean loss grow or fall, and how fast?"
    )
    table = value_of(lambda: ce_logits_grad(rows, logits), words)
    _came_back(table)
    slopes = np.array([[1 / 3, -2 / 3, 1 / 3], [0, -0.25, 0.25]])
    for wrong, words_for_it in (
        (-slopes / 2, "The sign: this points downhill. The gradient points uphill."),
        (slopes, "This is the gradient of the sum. The mean of two losses is half of it."),
        (
            slopes / 6,
            "Divided by the number of all entries. The mean runs over the items only.",
        ),
        (
            np.array([[1 / 3, 1 / 3, 1 / 3], [0.5, 0.25, 0.25]]) / 2,
            "This is the forecast alone: the label does not occur in it.",
        ),
        (
            np.array([[0, -3, 0], [-1, -2, 0]]) / 2,
            "This is the slope in the probabilities. They depend on the logits: chain rule.",
        ),
    ):
        expect_not_close(table, wrong, words_for_it)
    expect_close(table, slopes / 2, words)


@check("4", function="ce_logits_grad", points=1)
def gradient_shapes(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """Other numbers of items and classes, soft and one-hot labels."""
    for n, k in ((5, 3), (2, 6), (4, 4)):
        rows, logits = _labels(rng, n, k), rng.normal(size=(n, k)).round(3).tolist()
        words = "Every row has a forecast of its own: over which axis does the softmax sum?"
        table = value_of(lambda rows=rows, logits=logits: ce_logits_grad(rows, logits), words)
        slopes = _slopes(rows, logits)
        hard = [_indicator([int(np.argmax(row))], k)[0] for row in rows]
        expect_not_close(
            table, _slopes(hard, logits) / n, "A soft label was treated as if it were one-hot."
        )
        expect_not_close(table, slopes, "The gradient of the sum, not of the mean.")
        expect_not_close(
            table, slopes / n / k, "Divided by the classes too: the mean runs over the items."
        )
        expect_close(table, slopes / n, words)


@check("4", function="ce_logits_grad", points=1)
def gradient_large(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """Large logits."""
    words = (
        "The exponential of a large number overflows (nan), and that of a small one is 0 "
        "(underflow). Take something off all logits of an item first: of each item its own."
    )
    logits = [[1000, 1000, -1000], [-900, -901, -900], [0, 1, 0]]
    rows = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    table = value_of(lambda: ce_logits_grad(rows, logits), words)
    expect_close(table, _slopes(rows, logits) / 3, words)


@check("4", function="ce_logits_grad", points=0.5)
def gradient_single(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """A single item, and whole numbers."""
    words = "One item is a table with one row, and so is its gradient."
    table = value_of(lambda: ce_logits_grad([[0, 0, 1, 0]], [[2, -1, 0, 1]]), words)
    expect_close(table, _slopes([[0, 0, 1, 0]], [[2, -1, 0, 1]]), words)


@check("4", function="ce_logits_grad", points=0.5)
def gradient_at_the_best_forecast(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """A forecast that equals the label."""
    for n, k in ((1, 3), (3, 5)):
        rows = rng.dirichlet(np.ones(k), size=n).tolist()
        logits = [[math.log(x) for x in row] for row in rows]
        words = "Each forecast equals its soft label, so no logit should want to move."
        table = value_of(lambda rows=rows, logits=logits: ce_logits_grad(rows, logits), words)
        expect_close(table, [[0.0] * k] * n, words, 1e-12)


# --- 5: the average NLL of counts -----------------------------------------------------


@check("5", function="average_nll", points=1, public=True)
def nll_three_classes(average_nll: Function, rng: np.random.Generator) -> None:
    """Eight items of three classes."""
    words = "Write the eight prices one under the other. What is their average?"
    value = value_of(lambda: average_nll([5, 1, 2], [0.25, 0.5, 0.25]), words)
    _came_back(value)
    ln2 = math.log(2)
    for wrong, words_for_it in (
        (-15 / 8 * ln2, "A price is never negative. Look at the sign."),
        (
            15 * ln2,
            "That is the NLL of the whole shift, the sum. The average item was asked for.",
        ),
        (15 / 3 * ln2, "Divided by the number of classes. The average runs over the items."),
        (5 / 3 * ln2, "Every class priced once. How many items of each class came along?"),
        (15 / 8, "That is in bits, and nats were asked for."),
        (
            -math.log(9 / 32),
            "The logarithm of a mean is not the mean of the logarithms.",
        ),
        (
            15 / 8 * ln2 - 2.75 * ln2 + 5 / 8 * math.log(5),
            "This is the KL: the entropy of the counts has been taken off.",
        ),
        (
            2.75 * ln2 - 5 / 8 * math.log(5),
            "The model does not occur in this number: it is the entropy of the counts.",
        ),
        (
            2.75 * ln2 - 0.25 * math.log(5),
            "Swapped: the counts say how often, and the model sets the price.",
        ),
        (2.0**-15, "This is the likelihood itself. What turns it into an average price?"),
    ):
        expect_not_close(value, wrong, words_for_it)
    expect_close(value, 15 / 8 * ln2, words)


@check("5", function="average_nll", points=0.5)
def nll_zero_counts(average_nll: Function, rng: np.random.Generator) -> None:
    """A class that did not come along costs nothing."""
    words = (
        "No item of this class came along, so its price is never paid, even if it is infinite."
    )
    value = value_of(lambda: average_nll([0, 3, 1], [0, 0.5, 0.5]), words)
    expect_close(value, math.log(2), words)
    value = value_of(lambda: average_nll([0, 3, 0], [0.25, 0.5, 0.25]), words)
    expect_close(value, math.log(2), words)


@check("5", function="average_nll", points=0.5)
def nll_ruled_out(average_nll: Function, rng: np.random.Generator) -> None:
    """A class that came along although the model ruled it out."""
    for counts, q in [([1, 1], [0, 1]), ([10**9, 0, 1], [0.5, 0.5, 0])]:
        words = "One ruled-out item is enough: the price is infinite, no constant or clipping."
        value = value_of(lambda counts=counts, q=q: average_nll(counts, q), words)
        expect_close(value, math.inf, words)


@check("5", function="average_nll", points=0.5)
def nll_many_items(average_nll: Function, rng: np.random.Generator) -> None:
    """A shift with millions of items, and probabilities near 0."""
    for k in (2, 9):
        counts = rng.integers(10**6, 10**7, size=k).tolist()
        q = rng.dirichlet(np.ones(k)).tolist()
        words = (
            "A product of millions of probabilities is 0 (underflow). Add logarithms instead."
        )
        value = value_of(lambda counts=counts, q=q: average_nll(counts, q), words)
        expect_close(value, _mean_price(counts, q), words)
    words = (
        "A probability of 1e-200 is small, but it is not 0, and not 1e-12 (clipping) either."
    )
    value = value_of(lambda: average_nll([1, 3], [1e-200, 1.0]), words)
    expect_close(value, 50 * math.log(10), words)


@check("5", function="average_nll", points=0.5)
def nll_nothing(average_nll: Function, rng: np.random.Generator) -> None:
    """A shift in which nothing came along."""
    words = "Five items were refused. A function that refuses everything refuses too much."
    value = value_of(lambda: average_nll([0, 5], [0.5, 0.5]), words)
    expect_close(value, math.log(2), words)
    words = "An average of nothing is neither 0 nor nan nor infinite: raise a ValueError."
    for counts, q in ([0, 0, 0], [0.5, 0.25, 0.25]), ([0], [1]), ([0, 0], [0, 1]):
        expect_raises(lambda counts=counts, q=q: average_nll(counts, q), ValueError, words)


# --- 6: the best model of counts ------------------------------------------------------


@check("6", function="fit", points=0.5, public=True)
def fit_frequencies(fit: Function, rng: np.random.Generator) -> None:
    """The counts as they are."""
    words = "Which pmf makes the counts most likely? Chapter 6 proves it in three lines."
    pmf = value_of(lambda: fit([6, 1, 3, 0]), words)
    _came_back(pmf)
    for wrong, words_for_it in (
        (
            [7 / 14, 2 / 14, 4 / 14, 1 / 14],
            "Nobody asked for imagined items: that is smoothing.",
        ),
        (
            [6 / 4, 1 / 4, 3 / 4, 0],
            "Divided by the number of classes. Does the result sum to 1?",
        ),
        ([1, 1 / 6, 1 / 2, 0], "Divided by the largest count. Does the result sum to 1?"),
        ([0.25] * 4, "All classes alike: nothing was learned from the counts."),
        ([1, 0, 0, 0], "The most frequent class alone: the others came along too."),
        (
            [math.exp(x) / sum(math.exp(y) for y in (6, 1, 3, 0)) for x in (6, 1, 3, 0)],
            "A softmax turns logits into probabilities. Counts are no logits.",
        ),
        ([0.6, 0.1, 0.3], "A class with the count 0 keeps its place."),
    ):
        expect_not_close(pmf, wrong, words_for_it)
    expect_close(pmf, [0.6, 0.1, 0.3, 0.0], words)


@check("6", function="fit", points=0.5)
def fit_extra(fit: Function, rng: np.random.Generator) -> None:
    """Imagined items in every class."""
    for extra in (1, 0.5, 3):
        counts = rng.integers(0, 20, size=4).tolist()
        words = (
            "Every class gets extra items. How many items are there in all, imagined ones too?"
        )
        pmf = value_of(lambda counts=counts, extra=extra: fit(counts, extra), words)
        real = sum(counts)
        for wrong, words_for_it in (
            ([n / real for n in counts], "extra was ignored."),
            (
                [(n + extra) / real for n in counts],
                "The imagined items are missing in the sum by which you divide.",
            ),
            (
                [(n + extra) / (real + extra) for n in counts],
                "The imagined items were counted once, but every class has got some.",
            ),
        ):
            expect_not_close(pmf, wrong, words_for_it)
        expect_close(pmf, [(n + extra) / (real + 4 * extra) for n in counts], words)


@check("6", function="fit", points=0.5)
def fit_other_sizes(fit: Function, rng: np.random.Generator) -> None:
    """Other numbers of classes, zeros and large counts."""
    for counts in ([0, 7], [5], [0, 0, 1, 0, 0, 3], rng.integers(10**8, size=30).tolist()):
        words = "A class that was not seen gets exactly 0 as long as no items are imagined."
        pmf = value_of(lambda counts=counts: fit(counts), words)
        expect_close(pmf, [n / sum(counts) for n in counts], words, 1e-14)


@check("6", function="fit", points=0.5)
def fit_nothing(fit: Function, rng: np.random.Generator) -> None:
    """Nothing to count."""
    words = "Without any item no pmf is best (not even the uniform one): raise a ValueError."
    for counts in [0, 0, 0], [0]:
        expect_raises(lambda counts=counts: fit(counts), ValueError, words)
    expect_raises(lambda: fit([0, 0], 0), ValueError, words)
    words = (
        "With imagined items in every class there is something to count, even if nothing came."
    )
    expect_close(value_of(lambda: fit([0, 0], 2), words), [0.5, 0.5], words)


# --- 7: the floor of a file -----------------------------------------------------------


@check("7", function="loss_floor", points=1, public=True)
def floor_of_six_items(loss_floor: Function, rng: np.random.Generator) -> None:
    """Six items, two shapes."""
    shapes = ["box", "can", "box", "box", "can", "box"]
    rows = [[1, 0], [0, 1], [0, 1], [1, 0], [0, 1], [0, 1]]
    words = "Which forecast is best for the four boxes? And for the two cans?"
    value = value_of(lambda: loss_floor(shapes, rows), words)
    _came_back(value)
    ln2 = math.log(2)
    for wrong, words_for_it in (
        (
            0.0,
            "Each label is certain, but all boxes get the same forecast. Can it suit them all?",
        ),
        (
            math.log(3) - 2 / 3 * ln2,
            "This is the floor of a model that sees nothing. Yours sees the shape.",
        ),
        (ln2 / 2, "Two shapes were weighed alike, but there are more boxes than cans."),
        (
            ln2,
            "A sum, the worst shape, or the price of equal chances? The mean over all items "
            "was asked for, with the best forecast for each shape.",
        ),
        (4 * ln2, "The price of the whole file. The mean over all items was asked for."),
        (2 / 3, "These are bits, and nats were asked for."),
        (
            1 / 3,
            "This is the share of wrong guesses. The price of the best forecast was asked.",
        ),
    ):
        expect_not_close(value, wrong, words_for_it)
    expect_close(value, 2 / 3 * ln2, words)


@check("7", function="loss_floor", points=0.5)
def floor_any_order(loss_floor: Function, rng: np.random.Generator) -> None:
    """Items in any order, shapes as words or numbers."""
    for n, k in ((40, 3), (25, 5)):
        shapes = rng.integers(4, size=n).tolist()
        rows = _indicator(rng.integers(k, size=n).tolist(), k)
        words = "Items that look alike belong together wherever they stand in the file."
        value = value_of(lambda shapes=shapes, rows=rows: loss_floor(shapes, rows), words)
        _compare(value, _floor(shapes, rows), _floor_slips(shapes, rows), words)


@check("7", function="loss_floor", points=1)
def floor_soft(loss_floor: Function, rng: np.random.Generator) -> None:
    """Soft labels."""
    for n, k in ((12, 3), (30, 4)):
        shapes = [str(shape) for shape in rng.integers(3, size=n)]
        rows = _labels(rng, n, k)
        words = (
            "A soft label is a distribution too: what is the mean of the labels of one shape?"
        )
        value = value_of(lambda shapes=shapes, rows=rows: loss_floor(shapes, rows), words)
        _compare(value, _floor(shapes, rows), _floor_slips(shapes, rows), words)


@check("7", function="loss_floor", points=0.5)
def floor_edges(loss_floor: Function, rng: np.random.Generator) -> None:
    """One item, shapes that never repeat, many classes."""
    words = (
        "A shape whose items are all of one class costs nothing: shares of 0 add nothing, and "
        "no small constant (clipping) belongs in their place."
    )
    rows = _indicator([2, 0, 0, 1], 3)
    expect_close(value_of(lambda: loss_floor([7, 5, 5, 6], rows), words), 0.0, words, 1e-12)
    wide = _indicator([0, 400], 401)
    words = "Off by a little with hundreds of classes: is a small constant added (clipping)?"
    expect_close(value_of(lambda: loss_floor([1, 1], wide), words), math.log(2), words, 1e-11)
    words = "When no shape occurs twice, every item can have a forecast of its own."
    value = value_of(lambda: loss_floor(["a"], [[0.5, 0.5, 0]]), words)
    expect_close(value, math.log(2), words)


# --- shared by all checks -------------------------------------------------------------


def _came_back(value: object) -> None:
    """Name what came back in the place of numbers."""
    expect(
        value is not None, "Nothing came back. A function hands over its result with return."
    )
    expect(not isinstance(value, str), "A text came back. Return the numbers themselves.")


def _ones(table: object) -> object:
    """Return a table of True and False as one of 1 and 0: it says the same."""
    if isinstance(table, list):
        return [_ones(item) for item in table]
    return int(table) if isinstance(table, bool) else table


def _expect_all(value: object, truth: object, message: str, tolerance: float = 1e-11) -> None:
    """Fail unless all numbers agree; name what makes them almost right."""
    wanted = plain(truth)
    if shape(value) == shape(wanted):
        pairs = list(zip(flat(value), flat(wanted), strict=True))
        gaps = [abs(x - y) / max(1.0, abs(y)) for x, y in pairs if isinstance(x, float)]
        if gaps and 1e-11 < max(gaps) < 1e-3:
            places = next(
                (n for n in range(11) if all(round(x, n) == x for x, _ in pairs)), None
            )
            expect(
                places is None,
                f"Right, but rounded to {places} places. Return all digits; rounding is for "
                "printing.",
            )
            expect(
                False,
                "Almost right: only the first digits agree. Is a small constant added, is "
                "something lifted off zero (clipping), or are these numbers of single "
                "precision (float32)?",
            )
    expect_close(value, wanted, message, tolerance)


# --- inputs and references of the hidden checks ---------------------------------------


def _indicator(labels: Sequence[int], k: int) -> list[list[float]]:
    """One-hot rows."""
    return [[float(label == column) for column in range(k)] for label in labels]


def _labels(rng: np.random.Generator, n: int, k: int) -> list[list[float]]:
    """Return n rows that sum to 1: soft ones, and from the second row on also one-hot ones."""
    rows: list[list[float]] = rng.dirichlet(np.ones(k), size=n).tolist()
    for i in range(1, n, 3):
        rows[i] = _indicator([int(rng.integers(k))], k)[0]
    return rows


def _mixture(rows: Rows, eps: float) -> list[list[float]]:
    """Smoothed rows."""
    return [[x - eps * x + eps / len(row) for x in row] for row in rows]


def _share(z: Sequence[float]) -> list[float]:
    """Softmax of one row of logits."""
    most = max(z)
    parts = [math.exp(x - most) for x in z]
    whole = math.fsum(parts)
    return [part / whole for part in parts]


def _doubt(p: Sequence[float]) -> float:
    """Entropy in nats."""
    return -math.fsum(x * math.log(x) for x in p if x)


def _prices(p: Rows, q: Rows) -> list[float]:
    """Cross-entropy of each pair of rows, in nats."""
    return [
        -math.fsum(x * math.log(y) for x, y in zip(a, b, strict=True) if x)
        for a, b in zip(p, q, strict=True)
    ]


def _slopes(rows: Rows, logits: Rows) -> np.ndarray:
    """Gradient of the sum of the losses."""
    return np.array([_share(z) for z in logits]) - np.array(rows)


def _mean_price(counts: Sequence[int], q: Sequence[float]) -> float:
    """Average negative log-likelihood, where it is finite."""
    whole = sum(counts)
    return -math.fsum(n * math.log(x) for n, x in zip(counts, q, strict=True) if n) / whole


def _pooled(shapes: Sequence[object], rows: Rows) -> list[tuple[float, float]]:
    """Share of each shape in the file, and the entropy of its mean label."""
    found = []
    for kind in dict.fromkeys(shapes):
        mine = [row for other, row in zip(shapes, rows, strict=True) if other == kind]
        mean = [math.fsum(column) / len(mine) for column in zip(*mine, strict=True)]
        found.append((len(mine) / len(shapes), _doubt(mean)))
    return found


def _floor(shapes: Sequence[object], rows: Rows) -> float:
    """Smallest mean loss of a model that sees the shapes."""
    return math.fsum(share * doubt for share, doubt in _pooled(shapes, rows))


def _floor_slips(shapes: Sequence[object], rows: Rows) -> Slips:
    """Yield wrong floors and what they show."""
    piles = _pooled(shapes, rows)
    truth = _floor(shapes, rows)
    yield (
        math.fsum(_doubt(row) for row in rows) / len(rows),
        "This is the mean entropy of the single labels. Equal shapes must share one forecast.",
    )
    yield (
        _floor([0] * len(rows), rows),
        "The shapes do not enter: the labels were pooled over all.",
    )
    yield (
        math.fsum(doubt for _, doubt in piles) / len(piles),
        "All shapes were weighed alike, however many items they have.",
    )
    yield math.fsum(doubt for _, doubt in piles), "The floors of the shapes were added up."
    yield truth * len(rows), "This is the sum over all items, not the mean."
    yield truth / math.log(2), "These are bits, and nats were asked for."
    runs = np.cumsum([0, *(a != b for a, b in itertools.pairwise(shapes))]).tolist()
    yield (
        _floor(runs, rows),
        "Only neighbours were grouped. Items of one shape need not follow one another.",
    )
    hard = _indicator([int(np.argmax(row)) for row in rows], len(rows[0]))
    yield _floor(shapes, hard), "Each soft label was made one-hot first: the votes are lost."


def _compare(value: object, truth: float, slips: Slips, message: str) -> None:
    """Fail with the name of a known slip, or else with the general message."""
    for wrong, words in slips:
        if not math.isclose(wrong, truth, rel_tol=1e-6, abs_tol=1e-6):  # type: ignore[arg-type]
            expect_not_close(value, wrong, words)
    expect_close(value, truth, message)
