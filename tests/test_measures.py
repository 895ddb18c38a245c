"""Entropy, cross-entropy and divergences against 50-digit arithmetic and their theorems."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import divcore
from benchmarks import oracles
from benchmarks.oracles import U, mp
from divcore import (
    average_nll,
    bernoulli,
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
    one_hot,
    softmax,
    surprisal,
)
from tests.strategies import PROPERTY, near_pmf_pairs, normalised, plain_pmfs, pmf_lists, pmfs

LN2 = math.log(2)
PAIR_MEASURES = [cross_entropy, kl_divergence, js_divergence]
EACH_PAIR_MEASURE = pytest.mark.parametrize("f", PAIR_MEASURES, ids=lambda f: f.__name__)


def error(f, *args):
    """Return the error of divcore's f in units of u, by the oracle of the same name."""
    return oracles.error_in_u(f(*args), getattr(oracles, f.__name__)(*args))


# Accuracy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("family", oracles.PAIR_FAMILIES)
@pytest.mark.parametrize("f", [entropy, *PAIR_MEASURES], ids=lambda f: f.__name__)
def test_error_is_at_most_10_u(f, family):
    """1000 cases in each of four families, 4000 for each function; no sign, no NaN."""
    rng = np.random.default_rng(20)
    for pair in oracles.PAIR_FAMILIES[family](rng, 1000):
        args = pair[:1] if f is entropy else pair
        assert f(*args) >= 0
        assert error(f, *args) <= 10, args


@EACH_PAIR_MEASURE
def test_error_where_the_formula_changes(f):
    """Two outcomes, over a grid that crosses every threshold of the implementation."""
    for p0 in np.linspace(0.02, 0.98, 25):
        for q0 in np.linspace(0.011, 0.989, 27):
            assert error(f, bernoulli(p0), bernoulli(q0)) <= 10


@pytest.mark.parametrize("f", [kl_divergence, js_divergence], ids=lambda f: f.__name__)
def test_error_of_single_terms_between_near_and_far(f):
    """A tiny entry decides alone when the rest agrees: relative differences of all sizes."""
    for s in np.concatenate([np.linspace(-0.999, 0.999, 301), [1 / 3, -1 / 3, 0.6, -0.6]]):
        p, q = [1.0, 1e-30 * (1 + s)], [1.0, 1e-30 * (1 - s)]
        assert error(f, p, q) <= 10, s


@EACH_PAIR_MEASURE
def test_error_of_long_and_of_huge_ratios(f):
    """A thousand outcomes; and p/q beyond the largest float."""
    rng = np.random.default_rng(5)
    p, q = rng.dirichlet(np.ones(1000), 2)
    assert error(f, p, q) <= 10
    assert error(f, [0.5, 0.5], [1.0, 1e-310]) <= 10
    assert error(f, [1e-310, 1.0], [0.5, 0.5]) <= 10


def test_summation_is_pairwise_along_every_axis():
    """A hundred thousand equal terms: naive summation would lose three digits."""
    k = 100_000
    p = np.full((k, 2), 1 / k)
    h = -mp.mpf(1 / k) * mp.log(mp.mpf(1 / k)) * k
    for result in entropy(p, axis=0):
        assert oracles.error_in_u(result, h) <= 10


def test_bits_are_as_accurate_as_nats():
    """Division by ln 2 adds at most two roundings."""
    rng = np.random.default_rng(3)
    for p, q in oracles.generic_pairs(rng, 100):
        for f in PAIR_MEASURES:
            truth = getattr(oracles, f.__name__)(p, q) / mp.log(2)
            assert oracles.error_in_u(f(p, q, base=2), truth) <= 10


def test_surprisal_accuracy():
    """From the smallest subnormal number to the last float before 1."""
    rng = np.random.default_rng(4)
    p = np.concatenate([rng.random(1000), 10 ** rng.uniform(-323, 0, 1000), [1 - U, 5e-324]])
    for x, ours in zip(p, surprisal(p), strict=True):
        assert oracles.error_in_u(ours, -mp.log(mp.mpf(float(x)))) <= 4


def test_average_nll_accuracy():
    """The mean over a sample, one distribution per observation."""
    rng = np.random.default_rng(6)
    for _ in range(200):
        n, k = rng.integers(1, 30, 2)
        q = rng.dirichlet(np.ones(k), n)
        y = rng.integers(0, k, n)
        truth = -mp.fsum(mp.log(mp.mpf(float(q[i, y[i]]))) for i in range(n)) / int(n)
        assert oracles.error_in_u(average_nll(y, q), truth) <= 10


# Exact cases ------------------------------------------------------------------------------


def test_dyadic_distributions_cost_whole_numbers_of_bits():
    """With powers of ½ everything is a fraction: compare with exact arithmetic."""
    p = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8)]
    q = [Fraction(1, 8), Fraction(1, 8), Fraction(1, 4), Fraction(1, 2)]

    def bits(x):
        return x.denominator.bit_length() - 1

    h = sum(a * bits(a) for a in p)
    ce = sum(a * bits(b) for a, b in zip(p, q, strict=True))
    pf, qf = [float(a) for a in p], [float(b) for b in q]
    assert entropy(pf, base=2) == float(h) == 1.75
    assert cross_entropy(pf, qf, base=2) == float(ce)
    assert kl_divergence(pf, qf, base=2) == pytest.approx(float(ce - h), rel=4 * U)
    assert average_nll([0, 0, 1, 2], qf, base=2) == float(Fraction(3 + 3 + 3 + 2, 4))


def test_known_values():
    """Numbers that the chapters print."""
    assert entropy(np.full(6, 1 / 6), base=2) == pytest.approx(2.584962500721156)
    assert cross_entropy([0.5, 0.5], [0.1, 0.9]) == pytest.approx(1.203972804325936)
    assert js_divergence([0.5, 0.5], [1, 0]) == pytest.approx(0.2157615543388357)
    assert surprisal(0.7, base=2) == pytest.approx(0.51457, abs=5e-6)


# Claims of the book -----------------------------------------------------------------------


@PROPERTY
@given(pmf_lists(2) | near_pmf_pairs())
def test_c01_cross_entropy_is_entropy_plus_divergence(pair):
    """H(P,Q) = H(P) + KL + (ΣP − ΣQ), where the last bracket is only rounding of P and Q."""
    p, q = pair
    off = float(oracles.total(p) - oracles.total(q))
    assert cross_entropy(p, q) == pytest.approx(
        entropy(p) + kl_divergence(p, q) + off, rel=20 * U, abs=20 * U
    )


@PROPERTY
@given(pmf_lists(2) | near_pmf_pairs())
def test_c02_divergences_are_never_negative(pair):
    """Gibbs' inequality holds for the computed values too, and they are never NaN."""
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert js_divergence(p, q) >= 0


@PROPERTY
@given(pmfs())
def test_c03_divergence_from_itself_is_exactly_zero(p):
    """Not nearly: exactly, and without a minus sign."""
    for f in (kl_divergence, js_divergence):
        assert f(p, p) == 0
        assert math.copysign(1, f(p, p)) == 1


@PROPERTY
@given(pmfs())
def test_c04_entropy_lies_between_0_and_log_k(p):
    """The maximum is at the uniform distribution and nowhere else."""
    top = math.log(p.size)
    assert 0 <= entropy(p) <= top * (1 + 4 * U) + 4 * U
    assert entropy(np.full(p.size, 1 / p.size)) == pytest.approx(top, rel=4 * U)
    if np.ptp(p) > 1e-6:
        assert entropy(p) < top


def test_c05_cross_entropy_with_itself_is_entropy():
    """The floor of a fair coin is ln 2, not 0."""
    assert cross_entropy([0.5, 0.5], [0.5, 0.5]) == entropy([0.5, 0.5]) == LN2


@PROPERTY
@given(pmf_lists(2))
def test_c06_cross_entropy_is_zero_only_for_equal_point_masses(pair):
    """Anything else costs something."""
    p, q = pair
    if cross_entropy(p, q) == 0:
        assert q[p > 0].min() == 1
    assert cross_entropy(one_hot(0, p.size), one_hot(0, p.size)) == 0


def test_c07_c08_kl_is_asymmetric_but_not_always():
    """The fair coin and the 0.9 coin; and a mirrored pair."""
    fair, bent = [0.5, 0.5], [0.1, 0.9]
    assert round(kl_divergence(fair, bent), 4) == 0.5108
    assert round(kl_divergence(bent, fair), 4) == 0.3681
    a, b = [0.2, 0.8], [0.8, 0.2]
    assert kl_divergence(a, b) == pytest.approx(kl_divergence(b, a), rel=4 * U)


@PROPERTY
@given(pmf_lists(2), st.floats(0.01, 100).filter(lambda b: abs(b - 1) > 0.01))
def test_c09_base_is_only_a_factor(pair, base):
    """Base b divides by ln b, for every function that has a unit."""
    p, q = pair
    for f in PAIR_MEASURES:
        assert f(p, q, base=base) == pytest.approx(f(p, q) / math.log(base), rel=4 * U)
    assert entropy(p, base=base) == pytest.approx(entropy(p) / math.log(base), rel=4 * U)
    assert surprisal(p, base=base) == pytest.approx(surprisal(p) / math.log(base), rel=4 * U)
    nll = average_nll([0], q, base=base)
    assert nll == pytest.approx(average_nll([0], q) / math.log(base), rel=4 * U)


def test_c12_triangle_inequality_fails():
    """Going through a middle coin is cheaper than going straight."""
    a, b, c = [0.5, 0.5], [0.25, 0.75], [0.1, 0.9]
    assert kl_divergence(a, c) > kl_divergence(a, b) + kl_divergence(b, c)


@PROPERTY
@given(pmf_lists(2, plain_pmfs), st.data())
def test_c13_chain_rule_and_data_processing(pair, data):
    """KL(joint) = KL(marginal) + E KL(conditional); a channel never raises KL or JS."""
    p, q = pair
    k = p.size
    channel_p = np.array([data.draw(plain_pmfs(3)) for _ in range(k)])
    channel_q = np.array([data.draw(plain_pmfs(3)) for _ in range(k)])
    joint_p, joint_q = p[:, None] * channel_p, q[:, None] * channel_q
    conditional = kl_divergence(channel_p, channel_q)
    expected = kl_divergence(p, q) + sum(
        a * c for a, c in zip(p, conditional, strict=True) if a
    )
    assert kl_divergence(joint_p.ravel(), joint_q.ravel()) == pytest.approx(
        expected, rel=1e-12, abs=1e-13
    )
    out_p, out_q = p @ channel_p, q @ channel_p
    assert kl_divergence(out_p, out_q) <= kl_divergence(p, q) * (1 + 1e-12) + 1e-30
    assert js_divergence(out_p, out_q) <= js_divergence(p, q) * (1 + 1e-12) + 1e-30


@PROPERTY
@given(pmf_lists(2) | near_pmf_pairs())
def test_c14_pinsker(pair):
    """KL ≥ 2 TV²."""
    p, q = pair
    tv = 0.5 * np.abs(p - q).sum()
    assert kl_divergence(p, q) >= 2 * tv**2 * (1 - 1e-14)


@PROPERTY
@given(pmf_lists(2))
def test_c16_js_is_symmetric_and_bounded(pair):
    """0 ≤ JS ≤ ln 2, and ln 2 only when nothing overlaps."""
    p, q = pair
    js = js_divergence(p, q)
    assert js == pytest.approx(js_divergence(q, p), rel=20 * U)
    assert js <= LN2 * (1 + 8 * U)
    overlap = np.minimum(p, q).sum()
    if overlap > 1e-12:
        assert js < LN2
    if overlap == 0:
        assert js == pytest.approx(LN2, rel=8 * U)


def test_c16_disjoint_point_masses_are_exactly_one_bit_apart():
    """The bound is met exactly, and the root is not taken."""
    assert js_divergence([1, 0], [0, 1]) == LN2
    assert js_divergence([1, 0], [0, 1], base=2) == 1.0


@PROPERTY
@given(pmf_lists(4, plain_pmfs), st.floats(0, 1))
def test_c17_joint_convexity(four, t):
    """Mixing pairs never raises the divergence."""
    p1, q1, p2, q2 = four
    mixed = kl_divergence(t * p1 + (1 - t) * p2, t * q1 + (1 - t) * q2)
    parts = [w * kl_divergence(a, b) for w, a, b in ((t, p1, q1), (1 - t, p2, q2)) if w]
    assert mixed <= sum(parts) * (1 + 1e-12) + 1e-15


@pytest.mark.parametrize("delta", [1e-3, 1e-5, 1e-8, 1e-11])
def test_c18_divergence_is_half_chi_squared_nearby(delta):
    """KL ≈ χ²/2 and JS ≈ χ²/8, the better the nearer."""
    p = np.array([0.2, 0.3, 0.5])
    q = p * (1 + delta * np.array([1, 1, -1]))
    chi2 = ((p - q) ** 2 / p).sum()
    assert kl_divergence(p, q) == pytest.approx(chi2 / 2, rel=2 * delta)
    assert js_divergence(p, q) == pytest.approx(chi2 / 8, rel=2 * delta)


@PROPERTY
@given(pmfs(), st.data())
def test_c30_one_hot_targets_have_no_entropy(q, data):
    """So cross-entropy, divergence and surprise of the label are the same number."""
    y = data.draw(st.integers(0, q.size - 1))
    p = one_hot(y, q.size)
    assert entropy(p) == 0
    assert cross_entropy(p, q) == surprisal(q[y]) == average_nll(y, q)
    assert kl_divergence(p, q) == pytest.approx(surprisal(q[y]), rel=10 * U, abs=10 * U)


@PROPERTY
@given(pmfs(), st.data())
def test_c33_average_nll_is_cross_entropy_of_the_sample(q, data):
    """NLL/N equals the cross-entropy against the observed frequencies."""
    labels = data.draw(st.lists(st.integers(0, q.size - 1), min_size=1, max_size=20))
    frequencies = np.bincount(labels, minlength=q.size) / len(labels)
    assert average_nll(labels, q) == pytest.approx(cross_entropy(frequencies, q), rel=20 * U)


@PROPERTY
@given(st.lists(st.integers(0, 9), min_size=2, max_size=6).filter(any), st.data())
def test_c34_frequencies_are_the_best_model_of_a_sample(counts, data):
    """No q prices the sample lower than its own frequencies do."""
    labels = np.repeat(np.arange(len(counts)), counts)
    best = average_nll(labels, np.array(counts) / sum(counts))
    assert best <= average_nll(labels, data.draw(pmfs(len(counts)))) + 1e-15


def test_c46_near_pairs_keep_their_digits():
    """At δ = 1e-9 the difference of entropies is noise; the divergence is not."""
    p = np.array([0.3, 0.7])
    q = np.array([0.3 + 1e-9, 0.7 - 1e-9])
    truth = oracles.kl_divergence(p, q)
    assert abs(cross_entropy(p, q) - entropy(p) - truth) >= truth
    assert oracles.error_in_u(kl_divergence(p, q), truth) <= 10


def test_c48_zero_rules():
    """0·log 0 = 0, 0·log(0/q) = 0, and p > 0 = q costs inf; also with negative zeros."""
    for zero in (0.0, -0.0):
        assert entropy([1, zero]) == 0
        assert cross_entropy([1, zero], [1, zero]) == 0
        assert kl_divergence([1, zero], [0.5, 0.5]) == LN2
        assert kl_divergence([0.5, 0.5], [1, zero]) == math.inf
        assert cross_entropy([0.5, 0.5], [1, zero]) == math.inf
        assert js_divergence([0.5, 0.5], [1, zero]) < LN2
        assert surprisal(zero) == math.inf
        assert average_nll([0, 1], [1, zero]) == math.inf


def test_zeros_come_without_a_minus_sign():
    """A certain outcome costs 0.0, not -0.0."""
    results = (
        entropy([1.0]),
        cross_entropy([1.0], [1.0]),
        surprisal(1),
        average_nll([0], [1.0]),
    )
    assert [math.copysign(1, x) for x in results] == [1] * len(results)
    assert results == (0.0,) * len(results)


def test_entries_above_1_are_priced_as_they_stand():
    """Nothing is clipped: a rounding error in p shows as one of the same size in H."""
    p = 1 + 2.0**-52
    assert entropy([p, 0]) == pytest.approx(-(2.0**-52))
    assert cross_entropy([1, 0], [p, 0]) == pytest.approx(-(2.0**-52))
    assert kl_divergence([p, 0], [1, 0]) > 0


# Shapes, layouts and types ----------------------------------------------------------------


@pytest.fixture
def batch():
    """Return two batches of distributions, of shape (3, 4, 5)."""
    rng = np.random.default_rng(8)
    p, q = rng.dirichlet(np.full(5, 0.5), (2, 3, 4))
    q[0] = p[0] * (1 + 1e-9 * rng.uniform(-1, 1, (4, 5)))  # some near, some far
    return p, q


@EACH_PAIR_MEASURE
def test_batches_equal_their_rows(f, batch):
    """One result per distribution, bit for bit the same as alone; floats when alone."""
    p, q = batch
    result = f(p, q)
    assert result.shape == (3, 4)
    for i in np.ndindex(3, 4):
        alone = f(p[i], q[i])
        assert type(alone) is float
        assert alone == result[i]


@EACH_PAIR_MEASURE
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3, np.int64(1)])
def test_every_axis_gives_the_same_digits(f, axis, batch):
    """Laying the distributions along another axis changes nothing."""
    p, q = batch
    expected = f(p, q)
    p, q = np.moveaxis(p, -1, axis), np.moveaxis(q, -1, axis)
    for a, b in [(p, q), (np.asfortranarray(p), q), (p.copy(), q[::1])]:
        np.testing.assert_array_equal(f(a, b, axis=axis), expected)
    np.testing.assert_array_equal(entropy(p, axis=axis), entropy(batch[0]))


@EACH_PAIR_MEASURE
def test_inputs_are_left_alone(f, batch):
    """Read-only and strided arrays are fine, and nothing is written to."""
    p, q = batch
    expected = f(p, q)
    copies = p.copy(), q.copy()
    p.flags.writeable = q.flags.writeable = False
    np.testing.assert_array_equal(f(p, q), expected)
    entropy(p)
    surprisal(p)
    average_nll(np.zeros((3, 4), int), q)
    np.testing.assert_array_equal((p, q), copies)
    wide = np.repeat(p, 2, axis=-1)[..., ::2]
    np.testing.assert_array_equal(f(wide, q), expected)


@EACH_PAIR_MEASURE
def test_lists_ints_bools_and_other_floats(f):
    """Everything is computed in float64, whatever holds the numbers."""
    expected = f([1.0, 0.0], [0.5, 0.5])
    for p in ([1, 0], (True, False), np.array([1, 0], np.uint8), np.array([1, 0], ">f4")):
        assert f(p, np.array([0.5, 0.5], np.float16)) == expected
        assert f(p, np.array([0.5, 0.5], np.longdouble)) == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_low_precision_is_taken_exactly(dtype):
    """Rounded inputs pass the looser check and then count for what they are."""
    rng = np.random.default_rng(9)
    p, q = rng.dirichlet(np.ones(7), 2).astype(dtype)
    for f in PAIR_MEASURES:
        assert error(f, p, q) <= 10


def test_average_nll_prices_by_row_or_all_alike():
    """A single q prices every label; otherwise each label has its own row."""
    q = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
    assert average_nll([0, 2], q, base=2) == 2.0
    assert average_nll([[0], [2]], q[:, None, :], base=2) == 2.0
    assert average_nll([0, 1, 2, 1], q[0], base=2) == 1.75
    assert average_nll([[0, 1], [2, 1]], q[0], base=2) == 1.75
    assert average_nll(2, q[0], base=2) == 2.0
    assert average_nll([True, False], q, base=2) == pytest.approx(2.5)
    assert type(average_nll([0], q[0])) is float


def test_surprisal_keeps_shape():
    """Any shape, also none."""
    assert surprisal(np.full((2, 3), 0.5), base=2).tolist() == [[1.0] * 3] * 2
    assert type(surprisal(np.float32(0.5))) is float
    assert surprisal([0.5], base=2).shape == (1,)


def test_strict_error_state_of_the_caller_does_not_matter():
    """Zeros and tiny numbers are no floating-point accident, so they raise nothing."""
    with np.errstate(all="raise"):
        assert kl_divergence([0.5, 0.5], [1, 0]) == math.inf
        assert entropy([5e-324, 1.0]) > 0
        assert js_divergence([1, 0, 0], [0, 0, 1]) == LN2
        assert cross_entropy([1e-300, 1.0], [0.0, 1.0]) == math.inf
        assert surprisal(0) == math.inf
        assert average_nll([1], [1, 0]) == math.inf
        assert softmax([0, -1e4])[1] == 0
    assert np.geterr() == np.geterr() | {"divide": "warn", "invalid": "warn"}


def test_public_names():
    """What a chapter can import is exactly what is documented."""
    for name in divcore.__all__:
        assert getattr(divcore, name).__doc__
    assert divcore.__version__.count(".") == 2
    assert normalised([0, 0]).tolist() == [1, 0]
