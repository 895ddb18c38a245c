"""Coins, one-hot labels and smoothed labels."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.oracles import U
from divcore import bernoulli, cross_entropy, entropy, one_hot, smooth_labels
from tests.strategies import PROPERTY, pmfs


@PROPERTY
@given(st.floats(0, 1))
def test_bernoulli_puts_theta_on_outcome_1(theta):
    """Entry x is the probability of x, correctly rounded."""
    coin = bernoulli(theta)
    assert coin.tolist() == [float(1 - Fraction(theta)), theta]


def test_bernoulli_batches():
    """An array of coins gets one more axis."""
    thetas = np.array([[0, 0.25, 1]])
    assert bernoulli(thetas).tolist() == [[[1, 0], [0.75, 0.25], [0, 1]]]
    assert bernoulli(True).tolist() == [0, 1]
    assert bernoulli(np.float32(0.1)).dtype == np.float64


def test_one_hot_is_the_identity_matrix():
    """Label i gives row i."""
    assert one_hot(range(4), 4).tolist() == np.eye(4).tolist()
    assert one_hot(1, 3).tolist() == [0, 1, 0]
    assert one_hot([[0, 1]], 2).shape == (1, 2, 2)
    assert one_hot([False, True], 2).tolist() == [[1, 0], [0, 1]]
    assert one_hot(np.array([2], np.uint8), np.int64(3)).dtype == np.float64
    assert one_hot([0, 0], 1).tolist() == [[1], [1]]


def test_smoothing_in_exact_fractions():
    """Each class gets ε/K, and the label keeps 1 − ε besides."""
    eps, k = Fraction(1, 4), 8
    expected = [1 - eps + eps / k if j == 3 else eps / k for j in range(k)]
    assert smooth_labels(3, k, float(eps)).tolist() == [float(x) for x in expected]
    assert smooth_labels([0, 1], 2, 1).tolist() == [[0.5, 0.5]] * 2
    assert smooth_labels([0, 1], 2, 0).tolist() == one_hot([0, 1], 2).tolist()


def test_c39_smoothing_floor():
    """Ten classes, ε = 0.1: no model gets below 0.5003 nats (0.5448 by the other rule)."""
    assert round(entropy(smooth_labels(0, 10, 0.1)), 4) == 0.5003
    other_rule = np.where(np.arange(10) == 0, 0.9, 0.1 / 9)
    assert round(entropy(other_rule), 4) == 0.5448


@PROPERTY
@given(pmfs().filter(lambda q: q.min() > 0), st.floats(0, 1), st.data())
def test_c40_smoothed_loss_is_a_mixture(q, eps, data):
    """CE(smoothed) = (1 − ε) CE(label) + ε CE(uniform)."""
    k = q.size
    y = data.draw(st.integers(0, k - 1))
    uniform = np.full(k, 1 / k)
    mixed = (1 - eps) * cross_entropy(one_hot(y, k), q) + eps * cross_entropy(uniform, q)
    assert cross_entropy(smooth_labels(y, k, eps), q) == pytest.approx(mixed, rel=40 * U)


def test_c41_a_thousand_classes():
    """The other rule's floor for K = 1000, ε = 0.1 is 1.0158 nats; 0.44 was base 10."""
    other_rule = np.where(np.arange(1000) == 0, 0.9, 0.1 / 999)
    assert round(entropy(other_rule), 4) == 1.0158
    assert round(entropy(other_rule, base=10), 2) == 0.44


@pytest.mark.parametrize(
    ("f", "kind", "text"),
    [
        (lambda: bernoulli(1.5), ValueError, "theta must lie between 0 and 1, got 1.5"),
        (lambda: bernoulli([0, -1]), ValueError, "theta must lie between 0 and 1, got -1.0"),
        (lambda: bernoulli(np.nan), ValueError, "theta must not contain NaN"),
        (
            lambda: bernoulli([]),
            ValueError,
            "theta must list at least one probability, got shape (0,)",
        ),
        (lambda: bernoulli("h"), TypeError, "theta must be real numbers, got dtype <U1"),
        (lambda: one_hot(5, 3), ValueError, "labels must be integers from 0 to 2, got 5"),
        (lambda: one_hot([0, 3], 3), ValueError, "labels must be integers from 0 to 2, got 3"),
        (
            lambda: one_hot([-1, 0], 3),
            ValueError,
            "labels must be integers from 0 to 2, got -1",
        ),
        (lambda: one_hot([0.5], 3), TypeError, "labels must be integers, got dtype float64"),
        (
            lambda: one_hot([], 3),
            ValueError,
            "labels must list at least one label, got shape (0,)",
        ),
        (lambda: one_hot(["a"], 3), TypeError, "labels must be real numbers, got dtype <U1"),
        (lambda: one_hot(0, 0), ValueError, "k must be at least 1, got 0"),
        (lambda: one_hot(0, 2.0), TypeError, "k must be an integer, got float"),
        (
            lambda: smooth_labels(0, 2, -0.1),
            ValueError,
            "eps must lie between 0 and 1, got -0.1",
        ),
        (lambda: smooth_labels(0, 2, 1.1), ValueError, "eps must lie between 0 and 1, got 1.1"),
        (
            lambda: smooth_labels(0, 2, [0.1]),
            ValueError,
            "eps must be a single number, got shape (1,)",
        ),
        (
            lambda: smooth_labels(0, 2, None),
            TypeError,
            "eps must be real numbers, got dtype object",
        ),
        (
            lambda: smooth_labels(2, 2, 0.1),
            ValueError,
            "labels must be integers from 0 to 1, got 2",
        ),
        (lambda: smooth_labels(0, "2", 0.1), TypeError, "k must be an integer, got str"),
    ],
)
def test_errors_say_what_is_wrong(f, kind, text):
    """The message is part of the interface."""
    with pytest.raises(kind) as caught:
        f()
    assert str(caught.value) == text
