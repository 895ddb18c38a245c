"""Softmax and the classifier's loss against 50-digit arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import oracles
from benchmarks.oracles import U, error_in_u
from divcore import (
    cross_entropy,
    cross_entropy_from_logits,
    kl_divergence,
    log_softmax,
    one_hot,
    smooth_labels,
    softmax,
)
from tests.strategies import PROPERTY, logits, pmfs

LN2 = math.log(2)


# Accuracy ---------------------------------------------------------------------------------


def test_softmax_error_is_at_most_10_u():
    """4000 rows of logits, every entry of the result that is a normal number."""
    for z in oracles.logit_rows(np.random.default_rng(1), 4000):
        for ours, truth in zip(softmax(z), oracles.softmax(z), strict=True):
            assert error_in_u(ours, truth) <= 10 or truth < 2.0**-1022, z


def test_log_softmax_error_is_at_most_10_u():
    """The same rows; entries near 0 belong to nearly certain classes."""
    for z in oracles.logit_rows(np.random.default_rng(2), 4000):
        for ours, truth in zip(log_softmax(z), oracles.log_softmax(z), strict=True):
            assert error_in_u(ours, truth) <= 10, z


@pytest.mark.parametrize("kind", ["likeliest class", "any class", "soft label"])
def test_loss_error_is_at_most_10_u(kind):
    """4000 rows for each kind of label."""
    rng = np.random.default_rng(3)
    for z in oracles.logit_rows(rng, 4000):
        label = {
            "likeliest class": z.argmax(),
            "any class": rng.integers(z.size),
            "soft label": rng.dirichlet(np.ones(z.size)),
        }[kind]
        ours = cross_entropy_from_logits(label, z)
        assert ours >= 0
        assert error_in_u(ours, oracles.loss_from_logits(label, z)) <= 10, z


def test_loss_error_around_the_point_where_care_begins():
    """Sums of the other weights on both sides of a hundredth; many classes."""
    rng = np.random.default_rng(4)
    for gap in np.linspace(3, 20, 200):
        z = np.array([1 / 3, -gap, -gap - rng.random()])
        assert error_in_u(cross_entropy_from_logits(0, z), oracles.loss_from_logits(0, z)) <= 6
    z = rng.normal(size=100)
    for y in (0, int(z.argmax())):
        assert error_in_u(cross_entropy_from_logits(y, z), oracles.loss_from_logits(y, z)) <= 10


def test_nearly_perfect_predictions_keep_their_loss():
    """Where torch and scipy return 0."""
    assert cross_entropy_from_logits(0, [40, 0]) == math.exp(-40)
    assert cross_entropy_from_logits(0, [700.3, 0.0]) == pytest.approx(math.exp(-700.3))
    assert cross_entropy_from_logits([1, 0], [40, 0]) == math.exp(-40)
    assert log_softmax([40, 0])[0] == -math.exp(-40)


def test_rows_of_a_batch_are_treated_one_by_one():
    """A certain row beside an uncertain one changes neither."""
    z = np.array([[50.3, 0.1, 0.2], [0.1, 0.2, 0.3], [0.5, -30.1, -60.7]])
    together = cross_entropy_from_logits([0, 1, 0], z)
    assert together.tolist() == [
        cross_entropy_from_logits(y, row) for y, row in zip([0, 1, 0], z, strict=True)
    ]


# Properties and claims --------------------------------------------------------------------


@PROPERTY
@given(logits())
def test_softmax_is_a_distribution(z):
    """Non-negative, sums to 1, keeps the order; log_softmax is its logarithm."""
    q = softmax(z)
    assert q.shape == z.shape
    assert q.min() >= 0
    assert q.sum() == pytest.approx(1, rel=10 * U)
    assert (np.diff(q[np.argsort(z)]) >= 0).all()
    assert np.exp(log_softmax(z)) == pytest.approx(q, rel=1e-12, abs=1e-300)


@PROPERTY
@given(logits(), st.data())
def test_loss_is_the_cross_entropy_of_the_softmax(z, data):
    """For soft labels, for one-hot labels and for class indices."""
    z = z / 20  # so that softmax itself does not underflow
    p = data.draw(pmfs(z.size))
    y = data.draw(st.integers(0, z.size - 1))
    loss = cross_entropy_from_logits(p, z)
    assert loss == pytest.approx(cross_entropy(p, softmax(z)), rel=1e-12, abs=1e-13)
    hard = cross_entropy_from_logits(y, z)
    assert hard == cross_entropy_from_logits(one_hot(y, z.size), z)
    assert hard == pytest.approx(-log_softmax(z)[y], rel=4 * U)


@PROPERTY
@given(logits(3), pmfs(3))
def test_c31_c32_gradient_is_prediction_minus_label(z, p):
    """Finite differences of CE and of KL agree with q − p."""
    z = z / 200
    h = 1e-5
    for i in range(3):
        step = h * one_hot(i, 3)
        slope = cross_entropy_from_logits(p, z + step) - cross_entropy_from_logits(p, z - step)
        slope_kl = kl_divergence(p, softmax(z + step)) - kl_divergence(p, softmax(z - step))
        assert slope / (2 * h) == pytest.approx(softmax(z)[i] - p[i], abs=1e-8)
        assert slope_kl == pytest.approx(slope, abs=1e-14)


def test_c35_double_softmax_floor():
    """Feeding probabilities in as logits leaves a floor that no training removes."""
    for k, floor in ((2, 0.3133), (10, 1.4612)):
        assert round(cross_entropy_from_logits(0, one_hot(0, k)), 4) == floor


@PROPERTY
@given(logits(), st.sampled_from([1.0, -64.0, 2.0**20]))
def test_c44_shifts_change_nothing(z, shift):
    """Exactly nothing, when adding the shift is itself exact."""
    z = np.round(z * 256) / 256
    np.testing.assert_array_equal(softmax(z + shift), softmax(z))
    np.testing.assert_array_equal(log_softmax(z + shift), log_softmax(z))


def test_c44_huge_logits_do_not_overflow():
    """The naive formula gives nan here."""
    assert softmax([1000, 1000]).tolist() == [0.5, 0.5]
    assert softmax([1e308, -1e308]).tolist() == [1, 0]
    assert log_softmax([1e308, -1e308]).tolist() == [0, -math.inf]
    assert cross_entropy_from_logits(0, [-1000, -1000]) == LN2


def test_c45_binary_loss_at_40():
    """The wrong class by 40 costs 40, not inf."""
    assert cross_entropy_from_logits(0, [0, 40]) == 40


@PROPERTY
@given(logits(), st.floats(0, 1), st.data())
def test_smoothed_labels_as_soft_labels(z, eps, data):
    """The mixture rule (C40) holds for losses from logits too."""
    k = z.size
    y = data.draw(st.integers(0, k - 1))
    uniform = np.full(k, 1 / k)
    expected = (1 - eps) * cross_entropy_from_logits(y, z) + eps * cross_entropy_from_logits(
        uniform, z
    )
    smooth = smooth_labels(y, k, eps)
    assert cross_entropy_from_logits(smooth, z) == pytest.approx(expected, rel=1e-12)


# Shapes and corners -----------------------------------------------------------------------


@pytest.mark.parametrize("f", [softmax, log_softmax])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_axis_and_layout(f, axis):
    """Any axis gives the digits of the last one, in the shape that came in."""
    z = np.random.default_rng(5).normal(size=(2, 3, 4)) * 20
    moved = np.moveaxis(z, -1, axis)
    moved.flags.writeable = False
    before = moved.copy()
    result = f(moved, axis=axis)
    assert result.shape == moved.shape
    np.testing.assert_array_equal(np.moveaxis(result, axis, -1), f(z))
    np.testing.assert_array_equal(f(before, axis=axis), result)
    np.testing.assert_array_equal(moved, before)


@pytest.mark.parametrize("f", [softmax, log_softmax])
def test_batches_equal_their_rows(f):
    """Each row is normalised by itself, bit for bit as when it is alone."""
    z = np.random.default_rng(7).normal(size=(3, 4, 5)) * 10
    result = f(z)
    for i in np.ndindex(3, 4):
        assert result[i].tolist() == f(z[i]).tolist()


def test_losses_come_one_per_row():
    """Also for batches with several axes, with indices and with soft labels."""
    rng = np.random.default_rng(6)
    z, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 4, (2, 3))
    hard = cross_entropy_from_logits(y, z)
    soft = cross_entropy_from_logits(one_hot(y, 4), z)
    assert hard.shape == soft.shape == (2, 3)
    assert hard.tolist() == soft.tolist()
    assert hard[1, 2] == cross_entropy_from_logits(y[1, 2], z[1, 2])
    bits = cross_entropy_from_logits(y, z, base=2)
    np.testing.assert_allclose(bits, hard / LN2, rtol=4 * U)


def test_floats_and_lists():
    """One row gives a Python float; ints, bools and low precision are fine."""
    assert type(cross_entropy_from_logits(0, [0, 0])) is float
    assert type(cross_entropy_from_logits([0.5, 0.5], [0, 0])) is float
    assert cross_entropy_from_logits(True, [0, 0], base=2) == 1
    z = np.array([0.1, -2], np.float16)
    assert softmax(z).dtype == np.float64
    assert softmax(z).tolist() == softmax(z.astype(float)).tolist()


def test_soft_labels_win_when_k_equals_the_rows_shape():
    """The shape decides, not the dtype: integer one-hot rows are distributions."""
    z = [[0.0, 1.0], [2.0, 0.0]]
    assert (
        cross_entropy_from_logits([[0, 1], [1, 0]], z).tolist()
        == cross_entropy_from_logits([1, 0], z).tolist()
    )


def test_forbidden_classes():
    """A logit of −inf means probability 0: free unless it happens."""
    z = [0.0, -math.inf, 0.0]
    assert softmax(z).tolist() == [0.5, 0, 0.5]
    assert log_softmax(z)[1] == -math.inf
    assert cross_entropy_from_logits(0, z) == LN2
    assert cross_entropy_from_logits(1, z) == math.inf
    assert cross_entropy_from_logits([0.5, 0, 0.5], z) == LN2
    assert cross_entropy_from_logits([0.5, 0.5, 0], z) == math.inf
    assert cross_entropy_from_logits(0, [1.0, -math.inf]) == 0
    assert softmax([-math.inf, 3.0]).tolist() == [0, 1]


def test_ties_and_single_classes():
    """Only one of several largest logits is the one left out of the sum."""
    assert cross_entropy_from_logits(2, [5, 5, 5, 5], base=2) == 2
    assert cross_entropy_from_logits(0, [7]) == 0
    assert math.copysign(1, log_softmax([7])[0]) == 1
    assert softmax([7]).tolist() == [1]


def test_inputs_are_left_alone():
    """Also by the in-place steps inside."""
    z = np.array([[0.0, 40.0, 3.0], [1.0, 2.0, 3.0]])
    p = np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
    before = z.copy(), p.copy()
    cross_entropy_from_logits(p, z)
    cross_entropy_from_logits([1, 0], z)
    softmax(z)
    log_softmax(z)
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(p, before[1])


def test_strict_error_state_of_the_caller_does_not_matter():
    """Underflow to 0 is the right answer, not an accident."""
    with np.errstate(all="raise"):
        assert softmax([0, -800]).tolist() == [1, 0]
        assert log_softmax([0, -800]).tolist() == [0, -800]
        assert cross_entropy_from_logits(0, [0, -800]) == 0
        assert cross_entropy_from_logits([1, 0], [0, -math.inf]) == 0
