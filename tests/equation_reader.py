r"""Read a displayed equation of the book and say whether it holds.

The cell beside an equation checks the mathematics that its author had in mind. This reader
checks the LaTeX that a reader sees: it parses the equation as written, puts in numbers, and
evaluates every side with 50 digits. A sign that is right in the code and wrong on the page
turns red here.

    >>> Equation(r"\ln(ab)=\ln a+\ln b").check({"a": mpf(2), "b": mpf(3)})
    >>> Equation(r"\ln(ab)=\ln a-\ln b").check({"a": mpf(2), "b": mpf(3)})
    Traceback (most recent call last):
    AssertionError: \ln(ab) = 1.79176 is not \ln a-\ln b = -0.405465

It knows just the notation of the book: numbers, letters, sums, fractions, powers, roots,
logarithms, derivatives, distributions and the functions of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mpmath import diff, exp, log, mp, mpf, nstr, sqrt

Environment = Mapping[str, Any]
Value = Any  # an mpf, or a Distribution
Node = Callable[[dict[str, Any]], Value]

mp.dps = 50
TOLERANCE = mpf(10) ** -25  # numerical derivatives keep about half of the 50 digits
NEAR = mpf("0.02")  # what ≈ may differ by, relative to the larger side

RELATIONS = {
    "=": lambda a, b: _close(a, b, TOLERANCE),
    r"\le": lambda a, b: a <= b + TOLERANCE,
    r"\ge": lambda a, b: a + TOLERANCE >= b,
    "<": lambda a, b: a < b,
    r"\lt": lambda a, b: a < b,
    r"\gt": lambda a, b: a > b,
    ">": lambda a, b: a > b,
    r"\approx": lambda a, b: _close(a, b, NEAR),
}
SPACES = re.compile(r"(?:\s|\\[,;:! ]|\\q?quad\b|&|~|\\(?:left|right|[bB]igg?[lr]?)(?![a-z]))+")
# Words in an equation are conditions for the reader, not arithmetic.
WORDS = re.compile(r"[,.;]?\s*\\q?quad\s*\\text\{.*|[.,;]\s*$", re.DOTALL)


class Distribution(tuple[Any, ...]):
    """Numbers, one an outcome, that may be mixed with others."""

    def __add__(self, other: Any) -> Distribution:
        return Distribution(a + b for a, b in zip(self, other, strict=True))

    def __rmul__(self, factor: Any) -> Distribution:
        return Distribution(factor * a for a in self)

    __mul__ = __rmul__


@dataclass
class Equation:
    """One displayed equation: expressions with relations between them."""

    latex: str

    def statements(self) -> list[str]:
        """Split at commas followed by a wide space, and at lines that begin a new equation."""
        text = re.sub(r"\\(?:begin|end)\{aligned\}", " ", WORDS.sub("", self.latex))
        joined: list[str] = []
        for line in re.split(r"\\\\(?:\[\w+\])?", _without_underbraces(text)):
            begins = SPACES.sub("", line)
            continues = begins.startswith(("+", "-", *RELATIONS))
            if joined and continues:
                joined[-1] += line
            else:
                joined.append(line)
        pieces = [piece for line in joined for piece in re.split(r"[,;]\s*\\q?quad\b", line)]
        return [re.sub(r"[,;.]\s*$", "", piece) for piece in pieces if SPACES.sub("", piece)]

    @staticmethod
    def sides(text: str) -> list[tuple[str, str]]:
        """Split into (relation before it, expression), outside of all brackets."""
        pieces, depth, start, relation, i = [], 0, 0, "", 0
        while i < len(text):
            found = re.match(r"\\[a-zA-Z]+|.", text[i:], re.DOTALL)
            assert found
            token = found.group()
            depth += (token in "{[(") - (token in "}])")
            if depth == 0 and token in RELATIONS:
                pieces.append((relation, text[start:i]))
                relation, start = token, i + len(token)
            i += len(token)
        pieces.append((relation, text[start:]))
        return [(r, e) for r, e in pieces if SPACES.sub("", e)]

    def check(self, environment: Environment) -> None:
        """Raise AssertionError unless every relation holds for these numbers."""
        for statement in self.statements():
            self._check(self.sides(statement), environment)

    @staticmethod
    def _check(sides: list[tuple[str, str]], environment: Environment) -> None:
        assert len(sides) >= 2, f"no relation in {sides}"
        values = [(r, e.strip(), Parser(e).parse()(dict(environment))) for r, e in sides]
        for (_, left, a), (relation, right, b) in pairwise(values):
            if not RELATIONS[relation](a, b):
                sign = "is not" if relation == "=" else f"is not {relation}"
                raise AssertionError(f"{left} = {nstr(a, 6)} {sign} {right} = {nstr(b, 6)}")


def _close(a: Value, b: Value, tolerance: Any) -> bool:
    if isinstance(a, Distribution):
        return all(_close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    return bool(abs(a - b) <= tolerance * max(1 if tolerance < NEAR else 0, abs(a), abs(b)))


def _without_underbraces(text: str) -> str:
    r"""Keep what stands above a brace: \underbrace{a+b}_{name} is {a+b}."""
    while (at := text.find(r"\underbrace")) >= 0:
        body, end = _group(text, at + len(r"\underbrace"))
        rest = text[end:].lstrip()
        if rest.startswith("_"):
            _, skip = _group(rest, 1)
            rest = rest[skip:]
        text = text[:at] + "(" + body + ")" + rest
    return text


def _group(text: str, start: int) -> tuple[str, int]:
    """Return what stands in the braces that open at `start`, and where they end."""
    start = text.index("{", start)
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] == "{") - (text[i] == "}")
        if depth == 0:
            return text[start + 1 : i], i + 1
    raise SyntaxError(f"a brace is not closed in {text}")


class Parser:
    r"""Recursive descent, straight on the characters: LaTeX's \frac12 has no tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def parse(self) -> Node:
        node = self.sum()
        self.skip()
        if self.at < len(self.text):
            raise SyntaxError(f"cannot read {self.text[self.at :]!r} in {self.text!r}")
        return node

    # -- looking ahead --

    def skip(self) -> None:
        if found := SPACES.match(self.text, self.at):
            self.at = found.end()

    def peek(self, pattern: str) -> re.Match[str] | None:
        self.skip()
        return re.compile(pattern).match(self.text, self.at)

    def take(self, pattern: str) -> re.Match[str] | None:
        if found := self.peek(pattern):
            self.at = found.end()
        return found

    def need(self, pattern: str) -> re.Match[str]:
        found = self.take(pattern)
        if not found:
            raise SyntaxError(f"expected {pattern} at {self.text[self.at :]!r}")
        return found

    # -- arithmetic, loosest first --

    def sum(self) -> Node:
        negative = bool(self.take("-")) or (self.take(r"\+") and False)
        node = self.product()
        if negative:
            first = node
            node = lambda env: -1 * first(env)  # noqa: E731
        while sign := self.take(r"[+-]"):
            node = _plus(node, self.product(), 1 if sign.group() == "+" else -1)
        return node

    def product(self) -> Node:
        node = self.power()
        while True:
            if self.take(r"\\cdot(?![a-z])|\\times(?![a-z])"):
                node = _times(node, self.power())
            elif self.take(r"/"):
                node = _over(node, self.power())
            elif self.peek(r"[\w({\[\\]") and not self.peek(STOPS):
                node = _times(node, self.power())
            else:
                return node

    def power(self) -> Node:
        node = self.atom()
        if self.take(r"\^"):
            exponent = self.argument()
            base = node
            node = lambda env: base(env) ** exponent(env)  # noqa: E731
        return node

    def argument(self) -> Node:
        """A group in braces, a command, or a single character, as TeX reads it."""
        self.skip()
        if self.text[self.at] == "{":
            body, self.at = _group(self.text, self.at)
            return Parser(body).parse()
        if self.text[self.at] == "\\":
            return self.atom()
        self.at += 1
        return Parser(self.text[self.at - 1]).parse()

    # -- the smallest pieces --

    def atom(self) -> Node:
        for pattern, method in ATOMS:
            if found := self.take(pattern):
                return method(self, found)
        raise SyntaxError(f"cannot read {self.text[self.at :]!r} in {self.text!r}")

    def number(self, found: re.Match[str]) -> Node:
        value = mpf(found.group())
        return lambda env: value

    def brackets(self, found: re.Match[str]) -> Node:
        node = self.sum()
        self.need({"(": r"\)", "[": r"\]", "{": r"\}"}[found.group()])
        return node

    def fraction(self, found: re.Match[str]) -> Node:
        derivative = self.peek(
            r"\{\s*(?:\\partial|d|\\mathrm\{?d\}?)(?P<order>\^2)?\s*(?P<body>[^{}]*"
            r"(?:\{[^{}]*\}[^{}]*)*)\}\s*\{\s*(?:\\partial|d|\\mathrm\{?d\}?)\s*"
            r"(?P<variable>\\[a-z]+|[a-z](?:_\w)?)(?:\^2)?\s*\}"
        )
        if derivative:
            self.at = derivative.end()
            body = derivative["body"]
            node = Parser(body).parse() if body.strip() else self.product()
            return _derivative(node, derivative["variable"], 2 if derivative["order"] else 1)
        return _over(self.argument(), self.argument())

    def root(self, found: re.Match[str]) -> Node:
        body = self.argument()
        return lambda env: sqrt(body(env))

    def exponential(self, found: re.Match[str]) -> Node:
        exponent = self.argument()
        return lambda env: exp(exponent(env))

    def logarithm(self, found: re.Match[str]) -> Node:
        if found.group().startswith(r"\log") and self.take("_"):
            base = self.argument()
        elif found.group().startswith(r"\log"):
            base = lambda env: env.get("base", exp(1))  # noqa: E731
        else:
            base = lambda env: exp(1)  # noqa: E731
        body = self.power()
        return lambda env: _log(body(env)) / log(base(env))

    def total(self, found: re.Match[str]) -> Node:
        r"""Read \sum_x, \sum_{i=1}^N or \mathbb E_{x\sim P}, and what it runs over."""
        self.need("_")
        self.skip()
        braced = self.text[self.at] == "{"
        under, self.at = (
            _group(self.text, self.at) if braced else (self.text[self.at], self.at + 1)
        )
        last: Node | None = self.argument() if self.take(r"\^") else None
        body = self.product()
        condition = re.fullmatch(r"\s*(\w)\s*(=\s*1|\\in\s*\\\{0,1\\\})?\s*", under)
        if not condition or (condition[2] or "").startswith("=") != (last is not None):
            raise SyntaxError(f"cannot sum over {under}")
        name = condition[1]

        def value(env: dict[str, Any]) -> Value:
            # i = 1, …, N numbers the observations; x, y and k run over the outcomes.
            indices = range(1, int(last(env)) + 1) if last else env["outcomes"](name)
            return sum((body({**env, name: i}) for i in indices), mpf(0))

        return value

    def expectation(self, found: re.Match[str]) -> Node:
        """E_{x∼P}[…]: weigh each outcome of P."""
        name, law = found["name"], found["law"].replace(" ", "")
        body = self.bracketed()
        return lambda env: sum(
            (w * body({**env, name: i}) for i, w in enumerate(env[law])), mpf(0)
        )

    def mean_over_samples(self, found: re.Match[str]) -> Node:
        r"""\mathbb E without a law: the mean over all samples, each with its probability."""
        body = self.bracketed()
        return lambda env: sum((w * body({**env, **s}) for w, s in env["samples"]), mpf(0))

    def bracketed(self) -> Node:
        opening = self.need(r"[(\[]")
        return self.brackets(opening)

    def name(self, found: re.Match[str]) -> Node:
        """A letter, or a function of what follows in brackets, as the environment says."""
        base = re.sub(r"[\s{}]", "", found["base"])
        under = (found["under"] or "").removeprefix("_").strip("{}")
        key = re.sub(r"[\s{}]", "", f"{base}_{under}") if under else base

        def value(env: dict[str, Any]) -> Value:
            if key in env:  # a list holds one distribution for each x
                known = env[key]
                return known[int(env["x"])] if isinstance(known, list) else known
            if under and base in env:  # an index: z_k, q_{y_i}
                return env[base][int(Parser(under).parse()(env))]
            raise SyntaxError(f"nothing is known of {key}")

        if not self.peek(r"\(|\["):
            return value
        at_an_outcome = bool(self.peek(r"\((?:[a-z]|\d)\)"))
        arguments = self.arguments()

        def applied(env: dict[str, Any]) -> Value:
            # For the coin, p is a number and p(x) a pmf: the latter is known as "p()".
            function = env[f"{key}()"] if at_an_outcome and f"{key}()" in env else value(env)
            if callable(function):
                return function(env, *(a(env) for a in arguments))
            if isinstance(function, Distribution):
                return function[int(arguments[0](env))]
            assert len(arguments) == 1, f"{key} is not a function"
            return function * arguments[0](env)

        return applied

    def arguments(self) -> list[Node]:
        r"""Read (P), (P,Q), (P\,\|\,Q) or (y\mid x)."""
        closing = {"(": r"\)", "[": r"\]"}[self.need(r"[(\[]").group()]
        nodes = [self.argument_of_function()]
        while self.take(r",|\\\||\\Vert(?![a-z])|\\mid(?![a-z])|\|"):
            nodes.append(self.argument_of_function())
        self.need(closing)
        return nodes

    def argument_of_function(self) -> Node:
        r"""An expression, or the dot of P(\cdot\mid x), which stands for "all outcomes"."""
        return (lambda env: None) if self.take(r"\\cdot(?![a-z])") else self.sum()

    def iverson(self, found: re.Match[str]) -> Node:
        """Read [k=y], which is 1 if the two are equal and 0 if not."""
        return lambda env: mpf(env[found["left"]] == env[found["right"]])


STOPS = r"\\(?:le|ge|lt|gt|approx|Vert|mid|\|)(?![a-z])|\\\||\\\}"

ATOMS: list[tuple[str, Callable[[Parser, re.Match[str]], Node]]] = [
    (r"\d+(?:\.\d+)?", Parser.number),
    (r"\[(?P<left>\w)=(?P<right>\w)\]", Parser.iverson),
    (r"[({\[]", Parser.brackets),
    (r"\\[td]?frac(?![a-z])", Parser.fraction),
    (r"\\sqrt(?![a-z])", Parser.root),
    (r"e\^|\\exp\s*(?=\()", Parser.exponential),
    (r"\\ln(?![a-z])|\\log(?![a-z])", Parser.logarithm),
    (r"\\sum(?:\\limits)?(?![a-z])", Parser.total),
    (
        r"\\mathbb\s*\{?E\}?\s*_\{\s*(?P<name>\w)\s*\\sim\s*(?P<law>[^{}]+?)\s*\}",
        Parser.expectation,
    ),
    (r"\\mathbb\s*\{?E\}?(?!\s*_)", Parser.mean_over_samples),
    (
        r"(?P<base>\\(?:hat|bar|tilde|mathrm|operatorname|mathbb)\s*(?:\{\w+\}|\w)|\\[a-z]+|"
        r"[A-Za-z])(?P<under>_(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w|\\[a-z]+))?",
        Parser.name,
    ),
]


def _log(value: Value) -> Value:
    return log(value) if value > 0 else mpf("-inf")


def _plus(a: Node, b: Node, sign: int) -> Node:
    return lambda env: a(env) + sign * b(env)


def _times(a: Node, b: Node) -> Node:
    return lambda env: a(env) * b(env)


def _over(a: Node, b: Node) -> Node:
    return lambda env: a(env) / b(env)


def _derivative(node: Node, variable: str, order: int) -> Node:
    """Differentiate numerically; what depends on the variable is recomputed by the caller."""

    def value(env: dict[str, Any]) -> Value:
        def at(x: Any) -> Value:
            changed = {**env, variable: x}
            return node(
                {**changed, **env["recompute"](changed)} if "recompute" in env else changed
            )

        return diff(at, env[variable], order)

    return value
