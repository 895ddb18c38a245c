"""Checks of functions that students write.

A check calls one function of the student, looks at what comes back and raises :class:`Failed`
with a sentence that says what to think about. The same check runs in two places: in the
student's notebook, where the function is called directly, and in the grader, where every call
travels to a closed process and only plain numbers travel back. A check cannot tell the two
apart, because in both places it sees

* ``None``, ``bool``, ``int``, ``float``, ``str`` and lists of these, never an array or an
  object of the student (:func:`plain` makes them so), and
* :class:`StudentError` when the function raised, ran too long or returned something else.

This file needs the standard library and NumPy only: students get a copy of it.
"""

import copy
import inspect
import math
import numbers
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

ENGINE_KINDS = ("TimeLimit", "MemoryLimit", "NotPlain", "Missing", "Stopped")
NOTEBOOK_SEED = 1  # instant checks; the grader brings another one


class Failed(Exception):  # noqa: N818 - a check has failed, nothing went wrong
    """The answer is not right yet; the text says what to think about."""


class StudentError(Exception):
    """A call of the student's function gave no plain value.

    Parameters
    ----------
    kinds
        Names of the exception's classes, the most special one first: ``("ZeroDivisionError",
        "ArithmeticError", "Exception")``. The engine's own kinds are ``"TimeLimit"``,
        ``"MemoryLimit"``, ``"NotPlain"``, ``"Missing"`` and ``"Stopped"``.
    message
        The exception's text.
    """

    def __init__(self, kinds: Sequence[str], message: str) -> None:
        super().__init__(message)
        self.kinds = tuple(kinds)
        self.message = message

    @property
    def kind(self) -> str:
        """The name of the exception's class."""
        return self.kinds[0] if self.kinds else "Exception"

    def __str__(self) -> str:
        if self.kind in ENGINE_KINDS:
            return self.message
        if self.kind == "NotImplementedError":
            return "not written yet"
        # In quotation marks, so that nobody takes a student's words for the grader's.
        return f"{self.kind}: “{self.message}”" if self.message else self.kind


@dataclass(frozen=True)
class Check:
    """One check: what it belongs to, what it is worth, and its body."""

    name: str
    title: str
    question: str
    function: str
    points: float
    public: bool
    bonus: bool
    body: Callable[..., None]


@dataclass(frozen=True)
class Result:
    """What one check found."""

    check: Check
    passed: bool
    message: str
    detail: str = field(default="", compare=False)  # for the staff: what the function raised

    @property
    def points(self) -> float:
        """The points earned: all or none."""
        return self.check.points if self.passed else 0.0


def check(
    question: str, *, function: str, points: float, public: bool = False, bonus: bool = False
) -> Callable[[Callable[..., None]], Check]:
    """Register a check in the list ``CHECKS`` of the module that defines it.

    The decorated function takes the student's function and a seeded
    ``numpy.random.Generator``. Its docstring is the title that students read.

    Parameters
    ----------
    question
        The question's id, for example ``"1"``.
    function
        The name under which the student's notebook defines the function.
    points
        What the check is worth: all or none.
    public
        Whether the check also goes into the student release.
    bonus
        Whether the points come on top of the assignment's total.
    """

    def register(body: Callable[..., None]) -> Check:
        name = body.__name__
        title = inspect.getdoc(body)
        if not title:
            raise ValueError(f"{name} needs a docstring: students read it as the title")
        registry: list[Check] = body.__globals__.setdefault("CHECKS", [])
        if any(other.name == name for other in registry):
            raise ValueError(f"two checks are called {name}")
        words = " ".join(title.split())
        made = Check(name, words, question, function, points, public, bonus, body)
        registry.append(made)
        return made

    return register


def expect(condition: object, message: str) -> None:
    """Fail with the message unless the condition holds."""
    if not condition:
        raise Failed(message)


def expect_close(
    value: object, expected: object, message: str, tolerance: float = 1e-9
) -> None:
    """Fail unless value and expected have one shape and agree number by number.

    Two numbers agree when they differ by at most ``tolerance * max(1, |expected|)``, or are the
    same infinity. ``nan`` agrees with nothing, ``True`` is not a number.
    """
    wanted = plain(expected)
    if shape(value) != shape(wanted):
        raise Failed(f"{message} ({_describe(value)} came back, not {_describe(wanted)}.)")
    if any(isinstance(got, bool) for got in flat(value)):
        raise Failed(f"{message} (True or False came back where a number belongs.)")
    for got, want in zip(flat(value), flat(wanted), strict=True):
        if not _is_number(got) or not _agree(got, want, tolerance):
            raise Failed(message)


def expect_not_close(
    value: object, wrong: object, message: str, tolerance: float = 1e-9
) -> None:
    """Fail when value agrees with an answer that is known to be wrong: the message names it.

    Agreeing means the same as for :func:`expect_close`. A value of another shape passes.
    """
    try:
        expect_close(value, wrong, message, tolerance)
    except Failed:
        return
    raise Failed(message)


def value_of(thunk: Callable[[], object], message: str) -> Any:
    """Return what the call inside ``thunk`` returns; fail with the message when it raises.

    A function that is missing, was not written yet or was stopped is told so instead.
    """
    try:
        return thunk()
    except StudentError as error:
        if {"NotImplementedError", *ENGINE_KINDS} & set(error.kinds):
            raise
        raise Failed(f"{message} (It raised {error}.)") from None


def expect_raises(
    thunk: Callable[[], object],
    exceptions: type[Exception] | tuple[type[Exception], ...],
    message: str,
) -> None:
    """Fail unless the call inside ``thunk`` raises one of the exceptions.

    The ``NotImplementedError`` of a function that was not written yet never counts. A function
    that is missing or was stopped is told so instead.
    """
    classes = exceptions if isinstance(exceptions, tuple) else (exceptions,)
    wanted = {one.__name__ for one in classes}
    try:
        thunk()
    except StudentError as error:
        if error.kind == "NotPlain":  # it returned, though nothing that could be looked at
            raise Failed(message) from None
        if {"NotImplementedError", *ENGINE_KINDS} & set(error.kinds):
            raise
        if wanted & set(error.kinds):
            return
        raise Failed(f"{message} (It raised {error}.)") from None
    raise Failed(message)


def shape(value: object) -> tuple[int, ...] | None:
    """Return the shape of nested lists, ``()`` for a single value, ``None`` when ragged."""
    if not isinstance(value, list):
        return ()
    inner = {shape(item) for item in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or () if inner else ()))


def flat(value: object) -> Iterator[Any]:
    """Yield the single values of nested lists in order."""
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value


def plain(value: object, depth: int = 8) -> Any:
    """Return the value as ``None``, bool, int, float, str or nested lists of these.

    Arrays become lists, NumPy's numbers become Python's. Anything else is a ``TypeError``.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, (numbers.Real, Decimal)):
        return float(value)
    if depth and isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist(), depth - 1)
    if depth and isinstance(value, (list, tuple)):
        return [plain(item, depth - 1) for item in value]
    raise TypeError(f"{type(value).__name__} is neither a number nor an array of numbers")


def run_check(one: Check, function: Callable[..., object], seed: int) -> Result:
    """Run one check against a function that returns plain values or raises StudentError.

    Every check draws from a generator of its own, so that its inputs depend neither on the
    other checks nor on their order.
    """
    rng = np.random.default_rng([seed, zlib.crc32(one.name.encode())])
    raised: list[str] = []
    try:
        one.body(_heard(function, raised, aloud=one.public), rng)
    except Failed as failed:
        message = str(failed)
    except StudentError as error:
        message = "Not written yet."
        if error.kind != "NotImplementedError":
            message = f"The call stopped: {error}"
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError):
        message = "What came back has another type or shape than was asked for."
    else:
        return Result(one, True, "")
    return Result(one, False, message, "; ".join(raised[:3]))


def _heard(
    function: Callable[..., object], raised: list[str], *, aloud: bool
) -> Callable[..., object]:
    """Wrap a function of a student so that its exceptions are noted down for the staff.

    The text of an exception may hold the inputs. Of a hidden check the student therefore
    learns the name of the exception only.
    """

    def call(*args: object, **kwargs: object) -> object:
        try:
            return function(*args, **kwargs)
        except StudentError as error:
            raised.append(f"{error.kind}: {error.message}")
            if aloud or error.kind in ENGINE_KINDS:
                raise
            raise StudentError(error.kinds, "") from None

    return call


def direct(function: Callable[..., object]) -> Callable[..., object]:
    """Wrap a function of this process so that it answers as the grader's calls do."""

    def call(*args: object, **kwargs: object) -> object:
        try:
            value = function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        except Exception as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            raise StudentError(kinds, str(error)) from error
        try:
            return plain(value)
        except TypeError as error:
            raise StudentError(["NotPlain"], str(error)) from None

    return call


def check_in_notebook(question: str, checks: Sequence[Check], names: dict[str, Any]) -> None:
    """Run the checks of one question on the functions in ``names``; print what they found."""
    mine = [one for one in checks if one.question == str(question)]
    if not mine:
        known = ", ".join(dict.fromkeys(one.question for one in checks))
        print(
            f"There is no instant check for question {question}. There are some for: {known}."
        )
        return
    results = []
    for one in mine:
        if callable(function := names.get(one.function)):
            results.append(run_check(one, direct(function), NOTEBOOK_SEED))
        else:
            print(f"✗ Define the function {one.function} first: run its cell.")
            return
    for result in results:
        print(f"✓ {result.check.title}" if result.passed else f"✗ {result.check.title}")
        if not result.passed:
            print(f"    {result.message}")
    passed = sum(result.passed for result in results)
    print(f"Question {question}: {passed} of {len(results)} instant checks pass.")
    if passed == len(results):
        print("The grading tries more inputs than these.")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _agree(got: float, want: float, tolerance: float) -> bool:
    if math.isinf(want) or math.isinf(got):
        return got == want
    return abs(got - want) <= tolerance * max(1.0, abs(want))


def _describe(value: object) -> str:
    found = shape(value)
    if found is None:
        return "a list of unequal rows"
    if found == ():
        return (
            "one number" if _is_number(value) else "nothing" if value is None else "no number"
        )
    return "an array of shape " + "×".join(map(str, found))
