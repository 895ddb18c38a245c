"""Checks of a tiny assignment that only the tests of the engine use."""

from assignments.coursepack.checking import check, expect_close, expect_raises

SEVEN = 7
SECRET = "the hidden checks lie open"


def reference_total(numbers):
    return float(sum(numbers))


@check("1", function="double", points=1, public=True)
def double_of_seven(double, rng):
    """Twice seven."""
    expect_close(double(SEVEN), 14, "What is seven and seven?")


@check("1", function="double", points=1)
def double_of_array(double, rng):
    """An array of any shape."""
    numbers = rng.normal(size=(2, 3))
    expect_close(double(numbers), 2 * numbers, "Does every number of an array count?")


@check("2", function="total", points=1, public=True)
def total_of_three(total, rng):
    """Three numbers."""
    expect_close(total([1, 2, 3.5]), 6.5, "Are all numbers in the sum?")


@check("2", function="total", points=0.5)
def total_of_random(total, rng):
    """Numbers drawn at random."""
    numbers = rng.normal(size=5).tolist()
    expect_close(total(numbers), reference_total(numbers), "Are negative numbers counted?")


@check("2", function="total", points=0.5)
def total_of_nothing(total, rng):
    """No number at all."""
    expect_close(total([]), 0, "What does a sum start from?")


@check("2", function="total", points=1, bonus=True)
def total_of_text(total, rng):
    """Words have no sum."""
    expect_raises(lambda: total(["a"]), (TypeError, ValueError), "What is a word worth?")
