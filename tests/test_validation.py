"""Bad input of every kind gets an error that names the argument and the way out."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from divcore import (
    average_nll,
    bernoulli,
    cross_entropy,
    cross_entropy_from_logits,
    entropy,
    js_divergence,
    kl_divergence,
    log_softmax,
    one_hot,
    smooth_labels,
    softmax,
    surprisal,
)
from tests.strategies import PROPERTY

NAN, INF = math.nan, math.inf

BAD_PMFS = [
    ([0.5j, 0.5], TypeError, "{} must be real numbers, got dtype complex128"),
    (["a", "b"], TypeError, "{} must be real numbers, got dtype <U1"),
    (None, TypeError, "{} must be real numbers, got dtype object"),
    ([Fraction(1, 2)] * 2, TypeError, "{} must be real numbers, got dtype object"),
    ([[0.5, 0.5], [1]], ValueError, "{} must be rectangular, with rows of equal length"),
    ([], ValueError, "{} must list at least one probability, got shape (0,)"),
    (np.ones((0, 3)), ValueError, "{} must list at least one probability, got shape (0, 3)"),
    (1.0, ValueError, "{} must list at least one probability, got shape ()"),
    ([1.5, -0.5], ValueError, "{} must be non-negative, got -0.5"),
    ([INF, -INF], ValueError, "{} must be non-negative, got -inf"),
    ([0.5, NAN], ValueError, "{} must not contain NaN"),
    ([[0.5, 0.5], [-1, NAN]], ValueError, "{} must not contain NaN"),
    ([0.5, INF], ValueError, "{} must be finite, got inf"),
    (
        [1, 3],
        ValueError,
        "{} must sum to 1 along axis -1, but a sum is 4.0; divide by the sum first",
    ),
    (
        [[0.5, 0.5], [0.25, 0.5], [1, 0]],
        ValueError,
        "{} must sum to 1 along axis -1, but a sum is 0.75; divide by the sum first",
    ),
    (
        [1e308, 1e308],
        ValueError,
        "{} must sum to 1 along axis -1, but a sum is inf; divide by the sum first",
    ),
]

GOOD = [0.5, 0.5]
PMF_ARGUMENTS = {
    "entropy": (lambda p: entropy(p), "p"),
    "cross_entropy": (lambda p: cross_entropy(p, p), "p"),
    "kl_divergence": (lambda p: kl_divergence(p, p), "p"),
    "js_divergence": (lambda p: js_divergence(p, p), "p"),
    "average_nll": (lambda q: average_nll(0, q), "q"),
}


def message(f, kind, *args, **options):
    """Return the text of the error that f raises."""
    with pytest.raises(kind) as caught:
        f(*args, **options)
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize(("bad", "kind", "text"), BAD_PMFS)
@pytest.mark.parametrize("function", PMF_ARGUMENTS)
def test_bad_distributions(function, bad, kind, text):
    """Each function says the same, with the argument's own name."""
    f, name = PMF_ARGUMENTS[function]
    assert message(f, kind, bad) == text.format(name)


@pytest.mark.parametrize("f", [cross_entropy, kl_divergence, js_divergence])
def test_bad_second_distribution(f):
    """The fault is found in q, too."""
    assert message(f, ValueError, GOOD, [1.5, -0.5]) == "q must be non-negative, got -0.5"
    assert message(f, ValueError, GOOD, [NAN, 1]) == "q must not contain NaN"
    assert message(f, TypeError, GOOD, "q") == "q must be real numbers, got dtype <U1"
    assert message(f, ValueError, [[0.5], [0.5]], [[0.5], [1]], axis=0) == (
        "q must sum to 1 along axis 0, but a sum is 1.5; divide by the sum first"
    )


@pytest.mark.parametrize("f", [cross_entropy, kl_divergence, js_divergence])
def test_shapes_must_agree(f):
    """Nothing is broadcast, not even one distribution against a batch of one."""
    for p, q, shapes in [
        (GOOD, [0.2, 0.3, 0.5], "(2,) and (3,)"),
        ([GOOD], GOOD, "(1, 2) and (2,)"),
        ([GOOD] * 2, [GOOD], "(2, 2) and (1, 2)"),
    ]:
        assert message(f, ValueError, p, q) == f"p and q must have the same shape, got {shapes}"


@pytest.mark.parametrize(
    ("base", "kind", "text"),
    [
        (1, ValueError, "base must be positive and not 1, got 1"),
        (1.0, ValueError, "base must be positive and not 1, got 1.0"),
        (0, ValueError, "base must be positive and not 1, got 0"),
        (-2, ValueError, "base must be positive and not 1, got -2"),
        (NAN, ValueError, "base must be positive and not 1, got nan"),
        (INF, ValueError, "base must be finite, got inf"),
        (True, ValueError, "base must be positive and not 1, got True"),
        ("2", TypeError, "base must be a real number, got str"),
        (2j, TypeError, "base must be a real number, got complex"),
        ([2], TypeError, "base must be a real number, got list"),
    ],
)
def test_bad_base(base, kind, text):
    """The same words from every function that has a base."""
    for f, args in [
        (entropy, (GOOD,)),
        (cross_entropy, (GOOD, GOOD)),
        (kl_divergence, (GOOD, GOOD)),
        (js_divergence, (GOOD, GOOD)),
        (surprisal, (GOOD,)),
        (average_nll, ([0], GOOD)),
        (cross_entropy_from_logits, (0, GOOD)),
    ]:
        assert message(f, kind, *args, base=base) == text


def test_unusual_bases_that_are_fine():
    """Any positive number but 1: NumPy scalars, fractions, huge integers, less than 1."""
    assert entropy(GOOD, base=np.float32(2)) == entropy(GOOD, base=np.int8(2)) == 1
    assert entropy(GOOD, base=Fraction(2)) == 1
    assert entropy(GOOD, base=2**2000) == pytest.approx(1 / 2000)
    assert entropy(GOOD, base=0.5) == -1


@pytest.mark.parametrize(
    ("axis", "kind", "text"),
    [
        (2, ValueError, "axis must be from -2 to 1, got 2"),
        (-3, ValueError, "axis must be from -2 to 1, got -3"),
        (0.5, TypeError, "axis must be an integer, got float"),
        ((0, 1), TypeError, "axis must be an integer, got tuple"),
        (None, TypeError, "axis must be an integer, got NoneType"),
    ],
)
def test_bad_axis(axis, kind, text):
    """One axis, and one that exists."""
    p = np.full((2, 2), 0.5)
    for f, args in [
        (entropy, (p,)),
        (cross_entropy, (p, p)),
        (kl_divergence, (p, p)),
        (js_divergence, (p, p)),
        (softmax, (p,)),
        (log_softmax, (p,)),
    ]:
        assert message(f, kind, *args, axis=axis) == text


def test_surprisal_needs_probabilities():
    """But no sum of 1."""
    assert message(surprisal, ValueError, 1.5) == "p must lie between 0 and 1, got 1.5"
    assert message(surprisal, ValueError, [0.5, -INF]) == "p must lie between 0 and 1, got -inf"
    assert message(surprisal, ValueError, [NAN]) == "p must not contain NaN"
    assert message(surprisal, TypeError, "x") == "p must be real numbers, got dtype <U1"
    assert message(surprisal, ValueError, []) == (
        "p must list at least one probability, got shape (0,)"
    )


@pytest.mark.parametrize(
    ("labels", "q", "kind", "text"),
    [
        ([5], [0.2, 0.3, 0.5], ValueError, "labels must be integers from 0 to 2, got 5"),
        ([-1], [0.2, 0.3, 0.5], ValueError, "labels must be integers from 0 to 2, got -1"),
        ([0.0], GOOD, TypeError, "labels must be integers, got dtype float64"),
        ([None], GOOD, TypeError, "labels must be real numbers, got dtype object"),
        ([], GOOD, ValueError, "labels must list at least one label, got shape (0,)"),
        (
            [[0], [0, 1]],
            GOOD,
            ValueError,
            "labels must be rectangular, with rows of equal length",
        ),
        (
            [0, 1, 0],
            [GOOD, GOOD],
            ValueError,
            "labels must have shape (2,), one per row of q, got (3,)",
        ),
        (0, [GOOD], ValueError, "labels must have shape (1,), one per row of q, got ()"),
        (
            np.array([2**64 - 1], np.uint64),
            GOOD,
            ValueError,
            f"labels must be integers from 0 to 1, got {2**64 - 1}",
        ),
    ],
)
def test_bad_labels_of_average_nll(labels, q, kind, text):
    """Class indices only, one per row."""
    assert message(average_nll, kind, labels, q) == text


LOGITS = [[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]


@pytest.mark.parametrize(
    ("labels", "kind", "text"),
    [
        ([0, 5], ValueError, "labels must be integers from 0 to 2, got 5"),
        ([0, -1], ValueError, "labels must be integers from 0 to 2, got -1"),
        ([0.0, 1.0], TypeError, "labels must be integers, got dtype float64"),
        ("ab", TypeError, "labels must be real numbers, got dtype <U2"),
        (
            [0, 1, 2],
            ValueError,
            "labels must have shape (2,) (classes) or (2, 3) (distributions), got (3,)",
        ),
        (
            [[0.5, 0.5]],
            ValueError,
            "labels must have shape (2,) (classes) or (2, 3) (distributions), got (1, 2)",
        ),
        ([[1, 0, 0], [0.5, 0.5, -0.5]], ValueError, "labels must be non-negative, got -0.5"),
        (
            [[1, 0, 0], [1, 1, 1]],
            ValueError,
            "labels must sum to 1 along axis -1, but a sum is 3.0; divide by the sum first",
        ),
        ([[1, 0, 0], [1, 0, NAN]], ValueError, "labels must not contain NaN"),
    ],
)
def test_bad_labels_of_logits(labels, kind, text):
    """Class indices or soft labels, told apart by their shape."""
    assert message(cross_entropy_from_logits, kind, labels, LOGITS) == text


@pytest.mark.parametrize(
    ("z", "kind", "text"),
    [
        ([0, NAN], ValueError, "{} must not contain NaN"),
        ([[0, 1], [INF, NAN]], ValueError, "{} must not contain NaN"),
        ([0, INF], ValueError, "{} must be less than infinity, got inf"),
        (
            [[0, 1], [-INF, -INF]],
            ValueError,
            "{} must have a finite entry along axis -1, got only -inf",
        ),
        ([], ValueError, "{} must list at least one logit, got shape (0,)"),
        (3.0, ValueError, "{} must list at least one logit, got shape ()"),
        ([0, 1j], TypeError, "{} must be real numbers, got dtype complex128"),
        ([[0], [0, 1]], ValueError, "{} must be rectangular, with rows of equal length"),
    ],
)
def test_bad_logits(z, kind, text):
    """The same words, with z or logits as the name."""
    assert message(softmax, kind, z) == text.format("z")
    assert message(log_softmax, kind, z) == text.format("z")
    assert message(cross_entropy_from_logits, kind, 0, z) == text.format("logits")


def test_tolerance_is_the_root_of_the_inputs_precision():
    """√ε on either side: 2⁻²⁶ for float64, more for smaller floats, 0 for ints and bools."""
    for dtype in (np.float16, np.float32, np.float64):
        off = math.sqrt(np.finfo(dtype).eps)
        for sign in (1, -1):
            entropy(np.array([1 + sign * 0.9 * off, 0], dtype))
            text = message(entropy, ValueError, np.array([1 + sign * 1.1 * off, 0], dtype))
            assert text.startswith("p must sum to 1 along axis -1, but a sum is ")
    entropy([[1 + 2.0**-26, 0.0]])
    for whole in ([1, 1], [0, 0], [True, True], [False]):
        assert message(entropy, ValueError, whole).startswith("p must sum to 1")
    # Each argument has its own tolerance.
    coarse, fine = np.array([0.501, 0.501], np.float16), np.array([0.501, 0.501])
    assert kl_divergence(coarse, GOOD) > 0
    assert message(kl_divergence, ValueError, coarse, fine).startswith("q must sum to 1")


def test_huge_longdoubles_are_turned_down_without_a_warning():
    """Beyond float64 they count as infinite."""
    if np.finfo(np.longdouble).maxexp == 1024:
        pytest.skip("long double is double here")
    huge = np.array([np.longdouble(2) ** 1100, 0])
    assert message(entropy, ValueError, huge) == "p must be finite, got inf"
    assert message(softmax, ValueError, huge) == "z must be less than infinity, got inf"
    assert message(surprisal, ValueError, huge) == "p must lie between 0 and 1, got inf"


# Fuzzing ----------------------------------------------------------------------------------

_numbers = st.one_of(
    st.floats(), st.floats(0, 1), st.integers(-3, 3), st.booleans(), st.sampled_from([0.5, 1])
)
_anything = st.one_of(
    _numbers,
    st.none(),
    st.text(max_size=3),
    st.complex_numbers(),
    st.integers(),
    st.binary(max_size=2),
    st.dictionaries(st.integers(0, 3), _numbers, max_size=2),
    st.lists(_numbers, max_size=4),
    st.lists(_numbers, min_size=2, max_size=3).map(np.array),
    st.recursive(_numbers, lambda inner: st.lists(inner, max_size=3), max_leaves=6),
    st.sampled_from(
        [GOOD, [0.2, 0.3, 0.5], [GOOD, [1, 0]], [0, 1], object(), {1, 2}, np.array("1")]
    ),
)
FUZZED = {
    surprisal: "p base",
    entropy: "p base axis",
    cross_entropy: "p q base axis",
    kl_divergence: "p q base axis",
    js_divergence: "p q base axis",
    average_nll: "labels q base",
    cross_entropy_from_logits: "labels logits base",
    softmax: "z axis",
    log_softmax: "z axis",
    bernoulli: "theta",
    one_hot: "labels k",
    smooth_labels: "labels k eps",
}


@pytest.mark.parametrize("f", FUZZED, ids=lambda f: f.__name__)
def test_anything_gets_an_answer_or_a_clear_error(f):
    """Whatever comes in: numbers without NaN go out, or an error that names an argument."""
    names = FUZZED[f].split()

    @PROPERTY
    @given(st.data())
    def fuzz(data):
        options = {"base": st.none() | _anything, "axis": st.integers(-3, 3) | _anything}
        options["k"] = st.integers(-1, 4) | st.text(max_size=1) | st.floats()
        args = {n: data.draw(options.get(n, _anything), label=n) for n in names}
        complaint = None
        try:
            result = f(**args)
        except (TypeError, ValueError) as error:
            complaint = str(error)
        if complaint:
            assert complaint.split(" must ")[0] in [*names, "p and q"]
        else:
            assert not np.isnan(result).any()

    fuzz()
