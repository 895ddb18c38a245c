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
    for wrong, words_for_it in (
        ([[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], "Class 1 was counted from the wrong end."),
        ([0, 1, 0, 0], "One row came back, the last one. Did you collect all rows?"),
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
            "A column is missing. k says how many classes there are, not the labels.",
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
    _table(table, 3, 4)
    expect_close(table, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]], words)


@check("1", function="one_hot", points=0.5, public=True)
def one_hot_refuses(one_hot: Function, rng: np.random.Generator) -> None:
    """A label that is not a class."""
    words = "Labels 0 and 2 were refused though k is 3. They are classes like any other."
    right = _ones(value_of(lambda: one_hot([0, 2], 3), words))
    expect_close(right, [[1, 0, 0], [0, 0, 1]], words)
    for wrong, words in (
        (
            (3, 4, 70),
            "When k is 3, the largest class is 2. Labels of 3 and more are not classes: raise "
            "a ValueError.",
        ),
        (
            (-1, -2, -3),
            "Negative labels are not classes: raise a ValueError. Python and NumPy allow "
            "negative indices and count them from the end, without a word.",
        ),
        (
            (1.5, 0.25),
            "A label between two classes, such as 1.5, is not a class: raise a ValueError. "
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
    _table(table, 2, 4)
    for right, wrong, words_for_it in (
        (
            0.8,
            0.2 / 3,
            "The share was divided among the wrong classes only, or by k − 1. The uniform "
            "distribution gives the right class its part too.",
        ),
        (0.8, 0.05, "Each row loses more than it gets back: does it still sum to 1?"),
        (1.05, 0.05, "Each row gets more than it loses: does it still sum to 1?"),
        (1.25, 0.05, "Each row gets more than it loses: does it still sum to 1?"),
        (1.0, 0.05, "Each row gets more than it loses: does it still sum to 1?"),
        (
            1.2 / 1.8,
            0.2 / 1.8,
            "A constant was added to each class and the row divided by its sum: eps is then "
            "not the share of the uniform distribution.",
        ),
        (
            1.05 / 1.2,
            0.05 / 1.2,
            "A constant was added to each class and the row divided by its sum: eps is then "
            "not the share of the uniform distribution.",
        ),
        (
            0.9,
            0.1,
            "Divided by the number of rows (or by 2). The uniform distribution is over the "
            "classes.",
        ),
        (0.825, 0.025, "Divided by the number of entries. Each row is mixed on its own."),
        (0.82, 0.02, "Divided by a fixed number. Divide by the number of classes."),
        (0.8 + 0.2 / 3, 0.2 / 3, "Divided by k − 1. The uniform distribution has k classes."),
        (0.84, 0.04, "Divided by k + 1. The uniform distribution has k classes."),
        (
            1.0,
            0.2,
            "Every class got all of eps, but together they get eps: divide it among them.",
        ),
        (0.8, 0.2, "The rows were clipped at eps and 1 − eps. They have to be mixed."),
        (0.8, 0.0, "The row loses eps and gets nothing back: does it still sum to 1?"),
        (0.75, -0.05, "The uniform share was taken off. It has to be added."),
        (0.81, 0.01, "eps * eps was shared out instead of eps."),
        (0.65, 0.05, "eps was taken off twice: does each row still sum to 1?"),
        (0.4, 0.2, "Kept and given away are exchanged: eps is the share that is given away."),
        (0.25, 0.25, "The result is uniform. Where do the labels enter?"),
        (1.0, 0.0, "The rows came back as they were. Where does eps enter?"),
    ):
        expect_not_close(
            table, [[wrong, right, wrong, wrong], [wrong, wrong, wrong, right]], words_for_it
        )
    for wrong_table, words_for_it in (
        (
            [[0.05, 0.05, 0.05, 0.85], [0.05, 0.85, 0.05, 0.05]],
            "The order of the rows has changed.",
        ),
        (
            [[0, 0.9, 0, 0.1], [0, 0.1, 0, 0.9]],
            "Each row was mixed with the frequencies of the file, not with the uniform "
            "distribution.",
        ),
    ):
        expect_not_close(table, wrong_table, words_for_it)
    _expect_all(table, [[0.05, 0.85, 0.05, 0.05], [0.05, 0.05, 0.05, 0.85]], words)


@check("2", function="smooth", points=0.5)
def smooth_soft(smooth: Function, rng: np.random.Generator) -> None:
    """Rows that were soft before, and a single row."""
    for n, k in ((1, 4), (5, 3), (2, 7)):
        rows = _labels(rng, n, k)
        eps = float(rng.uniform(0.05, 0.6))
        words = "A soft row is mixed just as a one-hot row: no class of it is special."
        table = value_of(lambda rows=rows, eps=eps: smooth(rows, eps), words)
        _table(table, n, k)
        hard = [_indicator([int(np.argmax(row))], k)[0] for row in rows]
        expect_not_close(
            table,
            _mixture(hard, eps),
            "The votes of the workers are lost: a row was made one-hot.",
        )
        expect_not_close(
            table,
            [[(1 - eps) * x + eps / 4 for x in row] for row in rows] if k != 4 else [],
            "The number of classes was written into the function. Count them.",
        )
        _expect_all(table, _mixture(rows, eps), words)


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
    ln2, ln3 = math.log(2), math.log(3)
    rows, logits = [[0, 1, 0], [1, 0, 0]], [[0, ln2, ln3], [2 * ln2, 0, 0]]
    words = "Both losses are minus the logarithm of the forecast for the right class."
    losses = value_of(lambda: ce_logits(rows, logits), words)
    truth = [ln3, ln3 - ln2]
    best = ln3 - ln2  # by so much the first item's top logit is ahead
    root = math.exp(1 / 6)
    for wrong, words_for_it in (
        ([-x for x in truth], "A price is never negative. Look at the sign."),
        (sum(truth) / 2, "One loss for each item was asked for, not their mean."),
        (sum(truth), "One loss for each item was asked for, not their sum."),
        ([x / 3 for x in truth], "The mean over the classes: the label is the weight already."),
        (
            [x / 2 for x in truth],
            "Divided by the number of items. Each item has its own loss, not a share of one.",
        ),
        ([x / ln2 for x in truth], "These are bits, and nats were asked for."),
        ([x / math.log(10) for x in truth], "This is base 10, and nats were asked for."),
        ([best + 1, best / ln2], "You mixed logarithms of two bases, 2 and e."),
        (
            [best, math.log(1.25)],
            "The softmax summed over the items: that is the wrong axis, each item has its own.",
        ),
        (
            [best + math.log(2.5), math.log(2.5)],
            "The softmax summed over the whole table: each item has its own.",
        ),
        (
            [
                math.log(root + root**2 + root**3) - 1 / 3,
                math.log(root**4 + 2 * root) - 2 / 3,
            ],
            "Softmax was applied twice: the logits become a forecast once.",
        ),
        ([best, 0], "The normaliser of the softmax is missing."),
        (
            [-ln2, -2 * ln2],
            "That is minus the logit. The normaliser of the softmax is missing.",
        ),
        ([ln2, best], "That is the normaliser alone. Where does the label enter?"),
        ([math.log(6), math.log(6)], "That is the normaliser alone. Where is the label?"),
        ([ln2 - best, best], "One of the two parts has the wrong sign."),
        ([best - ln2, -best], "One of the two parts has the wrong sign."),
        ([best + ln3, math.log(2.5)], "The largest logit was counted twice in the normaliser."),
        ([best, -ln2], "The largest logit itself is missing from the normaliser."),
        (
            [2 * ln3, math.log(6)],
            "The top logit, taken off before, was added again: it cancels in the loss.",
        ),
        ([1 / 3, 2 / 3], "That is the likelihood. What turns it into a price?"),
        ([2 / 3, 1 / 3], "That is 1 − q, and there is no logarithm in it."),
        ([26 / 36, 6 / 36], "That is a squared error. A price is a logarithm."),
        (
            [ln3 + math.log(1.2) + ln2, best + 2 * math.log(1.2)],
            "That formula is for classes that do not exclude each other. The terms with 1 − p "
            "do not belong in the sum.",
        ),
        (
            [ln3 + math.log1p(2 / math.e), math.log1p(2 / math.e)],
            "Labels and logits have changed places.",
        ),
        (
            [
                best + math.log1p(2.0**-ln3 + 2.0**-best),
                math.log1p(2 * 2.0 ** (-2 * ln2)),
            ],
            "The softmax uses powers of e, not base 2.",
        ),
        (
            [math.log(2 + math.e), math.log(2 + math.e) - 1],
            "The logits were cut to whole numbers.",
        ),
        ([ln3, math.log(2.25)], "The sum runs over all items. Each item has its own loss."),
    ):
        expect_not_close(losses, wrong, words_for_it)
    _one_for_each(losses, 2)
    _expect_all(losses, truth, words)


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
            ([-loss for loss in truth], "Negative: look at the sign."),
            (
                [
                    -math.fsum(math.log(b) for a, b in zip(row, q, strict=True) if a)
                    for row, q in zip(rows, forecast, strict=True)
                ],
                "Each class with a vote was charged in full, without the weight of its votes.",
            ),
        ):
            if n > 1 or k > 2:
                expect_not_close(losses, wrong, words_for_it)
        _one_for_each(losses, n)
        _expect_all(losses, truth, words)


@check("3", function="ce_logits", points=0.5)
def ce_logits_single(ce_logits: Function, rng: np.random.Generator) -> None:
    """A single item, and whole numbers."""
    words = "One item is a table with one row, and gives a list with one loss."
    losses = value_of(lambda: ce_logits([[0, 0, 1]], [[3, -1, 2]]), words)
    _expect_all(losses, [math.log(1 + math.exp(1) + math.exp(-3))], words)


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
    ln2 = math.log(2)
    rows, logits = [[0, 1, 0], [0.5, 0.5, 0]], [[0, ln2, math.log(3)], [2 * ln2, 0, 0]]
    words = (
        "If the logit of the right class grows, does the mean loss grow or fall, and how fast?"
    )
    table = value_of(lambda: ce_logits_grad(rows, logits), words)
    _table(table, 2, 3)
    label, z = np.array(rows), np.array(logits)
    forecast = np.array([[1, 2, 3], [4, 1, 1]]) / 6
    slopes = np.array([[1, -4, 3], [1, -2, 1]]) / 6
    e, root, two, three = math.e, math.exp(1 / 6), 2**ln2, 2 ** math.log(3)
    again = np.array([[1, root, root**2], [root**3, 1, 1]])
    again /= np.array([[1 + root + root**2], [root**3 + 2]])
    powers = np.array([[1, two, three], [two**2, 1, 1]])
    powers /= np.array([[1 + two + three], [two**2 + 2]])
    of_labels = np.array([[1, e, 1], [e**0.5, e**0.5, 1]])
    of_labels /= np.array([[e + 2], [2 * e**0.5 + 1]])
    columns = np.array([[1 / 5, 2 / 3, 3 / 4], [4 / 5, 1 / 3, 1 / 4]])
    for wrong, words_for_it in (
        (-slopes / 2, "The sign: this points downhill. The gradient points uphill."),
        ((forecast + label) / 2, "The label was added. Which sign does it have?"),
        (
            slopes,
            "This is the gradient of the sum. The mean is half of it (or is a 2 left over?).",
        ),
        (2 * slopes, "You multiplied by the number of items. A mean divides by it."),
        (slopes / 3, "Divided by the number of classes. The mean runs over the items."),
        (
            slopes / 6,
            "Divided by the number of all entries. The mean runs over the items only.",
        ),
        (
            forecast / 2 - label,
            "Only the forecast was divided. The difference goes in brackets.",
        ),
        (forecast - label / 2, "Only the label was divided. The difference goes in brackets."),
        (forecast / 2, "This is the forecast alone: the label does not occur in it."),
        (-label / 2, "This is the label alone: the forecast does not occur in it."),
        (
            (np.array([[1 / 3, 2 / 3, 1], [1, 1 / 4, 1 / 4]]) - label) / 2,
            "The forecast was not divided by its sum. A forecast sums to 1.",
        ),
        (
            (np.array([[1, 2, 3], [4, 1, 1]]) - label) / 2,
            "The forecast was not divided by its sum. A forecast sums to 1.",
        ),
        ((z - label) / 2, "The logits are not yet the forecast: the softmax is missing."),
        (
            (forecast - (label > 0)) / 2,
            "1 was taken off wherever the label is positive. A soft label has shares.",
        ),
        (
            np.where(label > 0, slopes, 0) / 2,
            "The logits of the other classes count too: when they grow, the forecast for the "
            "right class shrinks.",
        ),
        (
            slopes * forecast * (1 - forecast) / 2,
            "A factor q(1 − q) is too much. It cancels against 1/q when you use the chain rule "
            "on the logarithm.",
        ),
        (label * slopes / 2, "The difference was weighted by the label. It is not."),
        (abs(slopes) / 2, "A slope may be negative: no abs."),
        (slopes**2 / 2, "The differences were squared. The gradient is the difference itself."),
        (
            -label / forecast / 2,
            "This is the slope in the probabilities. They depend on the logits: chain rule.",
        ),
        (
            slopes / forecast / 2,
            "Divided by the forecast. Use the chain rule up to the logits.",
        ),
        (slopes / 2 / ln2, "This is the slope of a loss in bits."),
        ((again - label) / 2, "Softmax was applied twice: the logits become a forecast once."),
        ((powers - label) / 2, "The softmax uses powers of e, not base 2."),
        ((1 / (1 + np.exp(-z)) - label) / 2, "A sigmoid belongs to two classes. Use softmax."),
        ((of_labels - z) / 2, "Labels and logits have changed places."),
        ((columns - label) / 2, "The softmax summed over the items: that is the wrong axis."),
        (
            (forecast / 2 - label) / 2,
            "The softmax summed over the whole table, on no one axis.",
        ),
        (z - slopes / 2, "That is where a step leads. Only the gradient was asked for."),
    ):
        expect_not_close(table, wrong.tolist(), words_for_it)
    _expect_all(table, (slopes / 2).tolist(), words)


@check("4", function="ce_logits_grad", points=1)
def gradient_shapes(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """Other numbers of items and classes, soft and one-hot labels."""
    for n, k in ((5, 3), (2, 6), (4, 4)):
        rows, logits = _labels(rng, n, k), rng.normal(size=(n, k)).round(3).tolist()
        words = "Every row has a forecast of its own: over which axis does the softmax sum?"
        table = value_of(lambda rows=rows, logits=logits: ce_logits_grad(rows, logits), words)
        _table(table, n, k)
        slopes = _slopes(rows, logits)
        hard = [_indicator([int(np.argmax(row))], k)[0] for row in rows]
        expect_not_close(
            table, _slopes(hard, logits) / n, "A soft label was treated as if it were one-hot."
        )
        expect_not_close(table, slopes, "The gradient of the sum, not of the mean.")
        if n != 2:
            words_for_it = "The number of items was written into the function. Count them."
            expect_not_close(table, slopes / 2, words_for_it)
        expect_not_close(
            table, slopes / n / k, "Divided by the classes too: the mean runs over the items."
        )
        _expect_all(table, slopes / n, words)


@check("4", function="ce_logits_grad", points=1)
def gradient_large(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """Large logits."""
    words = (
        "The exponential of a large number overflows (nan), and that of a small one is 0 "
        "(underflow). Take something off all logits of an item first, of each item its own, "
        "and leave the forecast as it comes out (no clipping)."
    )
    logits = [[1000, 1000, -1000], [-900, -901, -900], [0, 1, 0]]
    rows = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    table = value_of(lambda: ce_logits_grad(rows, logits), words)
    _expect_all(table, _slopes(rows, logits) / 3, words)


@check("4", function="ce_logits_grad", points=0.5)
def gradient_single(ce_logits_grad: Function, rng: np.random.Generator) -> None:
    """A single item, and whole numbers."""
    words = "One item is a table with one row, and so is its gradient."
    table = value_of(lambda: ce_logits_grad([[0, 0, 1, 0]], [[2, -1, 0, 1]]), words)
    _table(table, 1, 4)
    _expect_all(table, _slopes([[0, 0, 1, 0]], [[2, -1, 0, 1]]), words)


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
    _one_number(value)
    ln2 = math.log(2)
    for wrong, words_for_it in (
        (-15 / 8 * ln2, "A price is never negative. Look at the sign."),
        (15 / 7 * ln2, "Divided by N − 1. The average of N prices is their sum divided by N."),
        (
            5 / 8 * ln2,
            "Either every class was priced once (How many items of each class came along?), or "
            "you divided by both, items and classes.",
        ),
        (59 / 8 * ln2, "The counts were squared. Each price is paid once for each item."),
        (15 / 8 * math.log10(2), "That is base 10, and nats were asked for."),
        (
            -(7 * math.log(1.25) + math.log(1.5)) / 8,
            "You took the logarithm of 1 + q (log1p). The price is that of q itself.",
        ),
        (
            (7 * math.log(4 / 3) + ln2) / 8,
            "You took the logarithm of 1 − q, the price of what did not come along.",
        ),
        (1.5 * ln2, "The counts do not occur in this: it is the entropy of the model."),
        (
            (5 * math.log(20) + 7 * ln2) / 8,
            "Counts and probabilities cannot be compared: first turn the counts into shares, "
            "and then leave the entropy of the counts in.",
        ),
        (2 ** (15 / 8), "That is the perplexity, the exponential of what was asked for."),
        (2 ** (-15 / 8), "That is the likelihood per item. What turns it into a price?"),
        (9 / 32, "That is the mean probability: there is no logarithm in it."),
        (67 / 128, "That is a squared error. A price is a logarithm."),
        (10 / 8 * ln2, "Only the first class was counted. Is return inside the loop?"),
        (11 / 8 * ln2, "The last class is missing from the sum. Where does your loop stop?"),
        (1.0, "A whole number came back. Was it cut off (int, //)?"),
        (
            -0.25 * math.log(10),
            "Counts and model have changed places: the counts come first.",
        ),
        (
            15 * ln2,
            "That is the NLL of the whole shift, the sum. The average for one item is needed.",
        ),
        (15 / 3 * ln2, "Divided by the number of classes. The average runs over the items."),
        (
            5 / 3 * ln2,
            "Every class was priced once. How many items of each class came along?",
        ),
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
    _expect_all(value, 15 / 8 * ln2, words)


@check("5", function="average_nll", points=0.5)
def nll_zero_counts(average_nll: Function, rng: np.random.Generator) -> None:
    """A class that did not come along costs nothing."""
    words = (
        "No item of this class came along, so its price is never paid, even if it is infinite."
    )
    value = value_of(lambda: average_nll([0, 3, 1], [0, 0.5, 0.5]), words)
    expect_not_close(
        value, 0.0, "Your loop stops at the first 0. Skip that class and go on (no break)."
    )
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
        _expect_all(value, _mean_price(counts, q), words)
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
    words_for_text = "The list holds text. Return the numbers themselves, unformatted."
    expect(all(not isinstance(x, str) for x in flat(pmf)), words_for_text)
    for wrong, words_for_it in (
        (
            [6.5 / 12, 1.5 / 12, 3.5 / 12, 0.5 / 12],
            "That is smoothing, but nobody asked for imagined items.",
        ),
        ([6, 1, 3, 0], "The counts came back. A pmf sums to 1."),
        ([6 / 9, 1 / 9, 3 / 9, 0], "Divided by N − 1. Does the result sum to 1?"),
        ([60, 10, 30, 0], "These are percentages. Probabilities sum to 1."),
        ([2.4, 0.4, 1.2, 0], "Divided by the mean count: too large by the number of classes."),
        ([0, 0.3, 0.1, 0.6], "The order has changed. Each class keeps its place."),
        ([0.6, 0.3, 0.1, 0], "The order has changed (sorted). Each class keeps its place."),
        (
            [-math.log(x) for x in (0.6, 0.1, 0.3, 1)],
            "These are prices: no logarithm is needed here.",
        ),
        ([math.log(x) for x in (0.6, 0.1, 0.3, 1)], "No logarithm is needed here."),
        ([math.sqrt(x) for x in (0.6, 0.1, 0.3, 0)], "What is the square root for?"),
        ([0.36, 0.01, 0.09, 0], "The shares were squared. Does the result sum to 1?"),
        ([0, 0, 0, 0], "Only zeros: was each share cut to a whole number (int, //)?"),
        (
            [x / math.sqrt(46) for x in (6, 1, 3, 0)],
            "Scaled to length 1, like a vector. A pmf has sum 1.",
        ),
        ([0.6, 0.7, 1, 1], "These are cumulative sums. Each class has its own probability."),
        (
            [7 / 14, 2 / 14, 4 / 14, 1 / 14],
            "That is smoothing, but nobody asked for imagined items.",
        ),
        (
            [6 / 4, 1 / 4, 3 / 4, 0],
            "Divided by the number of classes. Does the result sum to 1?",
        ),
        (
            [1, 1 / 6, 1 / 2, 0],
            "Divided by the largest count, or by the first (is return inside the loop?).",
        ),
        ([0.25] * 4, "All classes alike: nothing was learned from the counts."),
        ([1, 0, 0, 0], "The most frequent class alone: the others came along too."),
        (
            [math.exp(x) / sum(math.exp(y) for y in (6, 1, 3, 0)) for x in (6, 1, 3, 0)],
            "A softmax turns logits into probabilities. Counts are not logits.",
        ),
        ([0.6, 0.1, 0.3], "A class with count 0 keeps its place."),
    ):
        expect_not_close(pmf, wrong, words_for_it)
    _expect_all(pmf, [0.6, 0.1, 0.3, 0.0], words)


@check("6", function="fit", points=0.5)
def fit_extra(fit: Function, rng: np.random.Generator) -> None:
    """Imagined items in every class."""
    for extra in (1, 0.5, 3):
        counts = [0, *rng.integers(1, 20, size=3).tolist()]
        words = (
            "Every class gets extra items. How many items are there in all, imagined ones too?"
        )
        pmf = value_of(lambda counts=counts, extra=extra: fit(counts, extra), words)
        real = sum(counts)
        for wrong, words_for_it in (
            ([n / real for n in counts], "extra was ignored, or cut to a whole number."),
            (
                [n / (real + 4 * extra) for n in counts],
                "The imagined items occur only in the sum by which you divide.",
            ),
            (
                [(n + extra / 4) / (real + extra) for n in counts],
                "The imagined items were shared out among the classes. Every class gets extra.",
            ),
            (
                [(n + 4 * extra) / (real + 16 * extra) for n in counts],
                "Every class got len(counts) times as many imagined items as it should.",
            ),
            (
                [(n or extra) / (real + extra) for n in counts],
                "Only classes that were not seen got imagined items. Every class gets some.",
            ),
            (
                [(n + extra if n else 0) / (real + 3 * extra) for n in counts],
                "Only classes that were seen got imagined items. Every class gets some.",
            ),
            (
                [(n - extra) / (real + 4 * extra) for n in counts],
                "The imagined items were taken off. They are to be added.",
            ),
            (
                [n / real + extra for n in counts],
                "extra was added to the probabilities. It counts items.",
            ),
            *(
                [
                    (
                        [(n + 1) / (real + 4) for n in counts],
                        "You always add one item, whatever extra says.",
                    )
                ]
                if extra != 1
                else []
            ),
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
        _expect_all(pmf, [(n + extra) / (real + 4 * extra) for n in counts], words)


@check("6", function="fit", points=0.5)
def fit_other_sizes(fit: Function, rng: np.random.Generator) -> None:
    """Other numbers of classes, zeros and large counts."""
    for counts in ([0, 7], [5], [0, 0, 1, 0, 0, 3], rng.integers(10**8, size=30).tolist()):
        words = "A class that was not seen gets exactly 0 as long as no items are imagined."
        pmf = value_of(lambda counts=counts: fit(counts), words)
        least, once = min(counts), list(dict.fromkeys(counts))
        for wrong, words_for_it in (
            (
                [n / sum(once) for n in once] if once != counts else [],
                "Classes with equal counts were merged. Each class keeps its place.",
            ),
            (
                [(n - least) / (sum(counts) - least * len(counts) or 1) for n in counts]
                if least
                else [],
                "The smallest count was taken off first. Only shares count.",
            ),
        ):
            expect_not_close(pmf, wrong, words_for_it)
        _expect_all(pmf, [n / sum(counts) for n in counts], words, 1e-14)


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
def floor_of_eight_items(loss_floor: Function, rng: np.random.Generator) -> None:
    """Eight items, three shapes."""
    shapes = ["can", "box", "jar", "box", "can", "box", "jar", "box"]
    rows = _places([0, 0, 2, 0, 1, 0, 2, 1])
    words = "A shape is a word or a number, and nothing else is known about it."
    value = value_of(lambda: loss_floor(shapes, rows), words)
    _one_number(value)
    ln2, ln3 = math.log(2), math.log(3)
    boxes = 2 * ln2 - 0.75 * ln3
    truth = boxes / 2 + ln2 / 4
    for wrong, words_for_it in (
        (
            0.0,
            "Each label is certain, but all boxes get the same forecast. Can it suit them all?",
        ),
        (-truth, "A price is never negative. Look at the sign."),
        (1.5 * ln2, "This is the floor of a model that sees nothing. Yours sees the shape."),
        (
            (boxes + ln2) / 3,
            "The shapes were weighed alike, but there are more boxes than cans.",
        ),
        (boxes + ln2, "The floors of the shapes were added up. How many items has each?"),
        (ln2, "That is the worst shape. The mean over all items was asked for."),
        (
            boxes / 2,
            "Only the boxes were counted, or small shares were left out (a threshold). Only "
            "shares of 0 may be left out.",
        ),
        (
            ln2 / 4,
            "Part of the file is missing: only one shape was counted (is return inside the "
            "loop?), or the last item is missing.",
        ),
        (ln3, "That is the price of equal chances. There is a best forecast for each shape."),
        (0.75 * ln2, "Equal chances for all classes seen are not the best forecast."),
        (8 * truth, "The price of the whole file. The mean over all items was asked for."),
        (
            8 / 3 * truth,
            "Divided by the number of shapes, or by the number of classes. The mean is over "
            "the items.",
        ),
        (truth / 3, "This was divided by the classes too. The mean is over the items."),
        (truth / ln2, "These are bits, and nats were asked for."),
        (truth / math.log(10), "This is base 10, and nats were asked for."),
        (math.exp(truth), "That is the perplexity, the exponential of what was asked for."),
        (
            1 / 4,
            "This is the share of wrong guesses. The price of the best forecast was asked.",
        ),
        (
            (4 * math.log(4 / 3) + 2 * ln2) / 8,
            "Only the most likely class of each shape was priced. The others come too.",
        ),
        (ln2 / 2, "Equal labels were counted once only. Each item counts."),
        (
            (1.5 * math.log(8 / 3) + 4 * ln2) / 8,
            "The frequencies were taken in the whole file. What counts is the share among the "
            "items of its shape.",
        ),
        (
            (4 * math.log(16 / 3) + 4 * ln2) / 8,
            "The prices were added without a weight. How often is each one paid?",
        ),
        (
            (2.25 * math.log(4 / 3) + 0.25 * math.log(4) + ln2) / 8,
            "Each weight was squared. A price is weighted by its share once.",
        ),
        (5 / 16, "That is the Gini impurity. A price needs the logarithm."),
    ):
        expect_not_close(value, wrong, words_for_it)
    words = "Which forecast is best for the four boxes? And for the two cans?"
    _expect_all(value, truth, words)


@check("7", function="loss_floor", points=0.5)
def floor_any_order(loss_floor: Function, rng: np.random.Generator) -> None:
    """Items in any order, shapes as words or numbers."""
    for n, k in ((40, 3), (25, 5)):
        shapes = rng.integers(4, size=n).tolist()
        rows = _indicator(rng.integers(k, size=n).tolist(), k)
        words = (
            "Items that look alike belong together wherever they stand in the file, whether "
            "their shapes are words or numbers."
        )
        value = value_of(lambda shapes=shapes, rows=rows: loss_floor(shapes, rows), words)
        _compare(value, _floor(shapes, rows), _floor_slips(shapes, rows), words)


@check("7", function="loss_floor", points=1)
def floor_soft(loss_floor: Function, rng: np.random.Generator) -> None:
    """Soft labels."""
    for n, k in ((12, 3), (30, 4)):
        shapes = [("box", "bottle", "bowl")[kind] for kind in rng.integers(3, size=n)]
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
    words = "A class that a shape never has is skipped, and the next ones count (no break)."
    rows = _indicator([1, 2], 3)
    _expect_all(value_of(lambda: loss_floor([1, 1], rows), words), math.log(2), words)
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
    expect(
        not isinstance(value, str), "A text came back. Return the number itself, unformatted."
    )


def _one_number(value: object) -> None:
    """Name what came back in the place of one number."""
    _came_back(value)
    expect(not isinstance(value, list), "A list came back where one number was asked for.")


def _one_for_each(value: object, n: int) -> None:
    """Name what came back in the place of a list with one number for each of n items."""
    _came_back(value)
    found = shape(value)
    expect(
        found != (), "One number came back. A list with one loss for each item is asked for."
    )
    expect(found != (n, 1), "A list of lists came back. A list of numbers was asked for.")
    expect(
        found not in ((n - 1,), (1,)) or n == 1,
        "An item is missing. Where does your loop stop, and is return inside the loop?",
    )
    expect(
        found is None or len(found) < 2,
        "A table came back, one number for each class. Add up the row of each item.",
    )
    words = "The list holds text. Return the numbers themselves, unformatted."
    expect(all(not isinstance(x, str) for x in flat(value)), words)


def _table(value: object, n: int, k: int) -> None:
    """Name what came back in the place of a table with n rows of k numbers."""
    _came_back(value)
    found = shape(value)
    words = "The table holds text. Return the numbers themselves, unformatted."
    expect(all(not isinstance(x, str) for x in flat(value)), words)
    if n > 1:
        expect(found != (n * k,), "All rows form one long list. A table is a list of rows.")
        expect(
            found not in ((1, k), (n - 1, k)),
            "A row is missing, so an item is missing. Where does your loop stop, and is return "
            "inside the loop?",
        )
        expect(found != (n,), "One number for each row came back, such as losses.")
        expect(found != (k,), "One row came back for all. Each item has its own row.")
    expect(found != (k,), "A single row came back. A table with one row is still a table.")
    expect(
        n == k or found != (k, n),
        "Transposed: each item has a row, and each class a column.",
    )


def _places(classes: Sequence[int]) -> Rows:
    """Return one row of three for each class, a 1 in its place."""
    return [[float(column == one) for column in range(3)] for one in classes]


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
        if gaps and 1e-11 < max(gaps) < 1e-2:
            expect(
                not any(all(round(y, n) == x for x, y in pairs) for n in range(1, 11)),
                "Right, but rounded. Return all digits; rounding is for printing.",
            )
            expect(
                max(gaps) > 1e-3,
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
    own = math.fsum(_doubt(row) for row in rows) / len(rows)
    yield truth - own, "The entropy of the labels was taken off. It is part of what is paid."
    votes = [[float(x > 0) for x in row] for row in rows]
    yield (
        math.fsum(
            sum(column) * math.log(shapes.count(kind) / sum(column))
            for kind in dict.fromkeys(shapes)
            for column in zip(
                *(v for seen, v in zip(shapes, votes, strict=True) if seen == kind), strict=True
            )
            if any(column)
        )
        / len(rows),
        "Each vote was counted in full: the votes of an item add up to 1, not to their number.",
    )
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
    _expect_all(value, truth, message)
