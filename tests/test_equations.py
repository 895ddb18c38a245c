r"""Every numbered equation of the book, read as it is printed, holds for random numbers.

`CASES` says for each equation what its letters stand for. The reference definitions of
entropy and its relatives are written here once more, with 50 digits and without divcore.
A second test changes a sign, a relation or two letters of each equation and wants to see the
changed equation refused: a check that accepts anything would prove nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import product
from math import comb
from typing import Any

import nbformat
import pytest
from equation_reader import WORDS, Distribution, Equation
from mpmath import exp, fprod, log, mpf

from tools.outputs import notebooks

Environment = dict[str, Any]
TAGGED = re.compile(r"\$\$(?P<latex>(?:(?!\$\$).)*?)\\tag\{(?P<tag>[\d.]+)\}\s*\$\$", re.DOTALL)


def equations() -> dict[str, str]:
    """Return every numbered equation of the book by its number."""
    found: dict[str, str] = {}
    for path in notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found |= {m["tag"]: m["latex"].strip() for m in TAGGED.finditer(cell.source)}
    return found


EQUATIONS = equations()


# --- reference definitions, in units of log(base) --------------------------------------


def _log(env: Environment, x: Any) -> Any:
    return log(x) / log(env["base"])


def entropy_or_cross_entropy(env: Environment, p: Any, q: Any = None) -> Any:
    """Return H(P) with one argument and H(P,Q) with two."""
    return -sum(a * _log(env, b) for a, b in zip(p, q or p, strict=True) if a)


def kl(env: Environment, p: Any, q: Any) -> Any:
    return sum(a * _log(env, a / b) for a, b in zip(p, q, strict=True) if a)


def total_variation(env: Environment, p: Any, q: Any) -> Any:
    return sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2


def jensen_shannon(env: Environment, p: Any, q: Any) -> Any:
    """H of the middle minus the mean H: another formula than the one of the book."""
    middle = mpf("0.5") * (p + q)
    mean = (entropy_or_cross_entropy(env, p) + entropy_or_cross_entropy(env, q)) / 2
    return entropy_or_cross_entropy(env, middle) - mean


def random_pmf(rng: random.Random, k: int) -> Distribution:
    weights = [mpf(rng.uniform(0.05, 1)) for _ in range(k)]
    return Distribution(w / sum(weights) for w in weights)


def basics(rng: random.Random) -> Environment:
    """Two random pmfs on three to six outcomes, and the functions of them."""
    k = rng.randint(3, 6)
    p, q = random_pmf(rng, k), random_pmf(rng, k)
    env: Environment = {
        "base": mpf(rng.choice([2, 3, 10])),
        "outcomes": lambda name: range(k),
        "K": mpf(k),
        "P": p,
        "Q": q,
        "p": p,
        "q": q,
        "H": entropy_or_cross_entropy,
        r"D_\mathrmKL": kl,
        r"\mathrmTV": total_variation,
        r"\mathrmJS": jensen_shannon,
    }
    return env


def in_nats(rng: random.Random) -> Environment:
    """The same for equations that say ln."""
    return {**basics(rng), "base": exp(1)}


# --- what the letters of each equation stand for ----------------------------------------


def surprisal_of(rng: random.Random) -> Environment:
    env = basics(rng)
    outcome = rng.randrange(len(env["P"]))
    return {**env, "x": outcome, "s": lambda e, x: -_log(e, e["P"][int(x)])}


def units(rng: random.Random) -> Environment:
    p = mpf(rng.uniform(0.01, 0.99))
    return {r"s_\textbits": -log(p) / log(mpf(2)), r"s_\textnats": -log(p)}


def positive_number(rng: random.Random) -> Environment:
    return {"t": mpf(rng.uniform(0.01, 5))}


def near_pair(rng: random.Random) -> Environment:
    env = in_nats(rng)
    d = mpf("0.001")
    return {**env, "Q": (near := (1 - d) * env["P"] + d * env["Q"]), "q": near}


def joint(rng: random.Random) -> Environment:
    """Two random joint pmfs of (X, Y), their marginals, and Y given x."""
    env = basics(rng)
    rows, columns = 3, 4
    laws: Environment = {}
    for name in ("P", "Q"):
        flat = random_pmf(rng, rows * columns)
        table = [flat[i * columns : (i + 1) * columns] for i in range(rows)]
        marginal = Distribution(sum(row) for row in table)
        laws |= {
            f"{name}_XY": flat,
            f"{name}_X": marginal,
            f"{name}_Y|x": [Distribution(c / sum(row) for c in row) for row in table],
        }
    laws["p"] = laws["P_X"]
    return {**env, **laws, "outcomes": lambda name: range(rows)}


def relabelled(rng: random.Random) -> Environment:
    """Y is a function of X that merges the first two outcomes."""
    env = basics(rng)
    merged = {f"{n}_Y": Distribution([sum(env[n][:2]), *env[n][2:]]) for n in ("P", "Q")}
    return {**env, "P_X": env["P"], "Q_X": env["Q"], **merged}


def with_middle(rng: random.Random) -> Environment:
    env = basics(rng)
    return {**env, "M": mpf("0.5") * (env["P"] + env["Q"])}


def coin(rng: random.Random) -> Environment:
    """The coin: p and q are numbers, p(x) and q(x) are pmfs, z is the logit of q."""
    p, q = mpf(rng.uniform(0.05, 0.95)), mpf(rng.uniform(0.05, 0.95))
    env = {**in_nats(rng), "outcomes": lambda name: range(2), "p": p}
    return {**env, **coin_of(q), "P": (law := Distribution([1 - p, p])), "p()": law}


def coin_of(q: Any) -> Environment:
    law = Distribution([1 - q, q])
    return {"q": q, "Q": law, "q()": law, "z": log(q / (1 - q))}


def coin_by_probability(rng: random.Random) -> Environment:
    """When q moves, Q and z move with it."""
    return {**coin(rng), "recompute": lambda env: coin_of(env["q"])}


def coin_by_logit(rng: random.Random) -> Environment:
    """When z moves, q and Q move with it."""
    return {**coin(rng), "recompute": lambda env: coin_of(1 / (1 + exp(-env["z"])))}


def two_mixed(rng: random.Random) -> Environment:
    """Two distributions in each role, and a weight."""
    env = basics(rng)
    k = len(env["P"])
    laws = {f"{name}_{i}": random_pmf(rng, k) for name in "PQ" for i in (1, 2)}
    return {**env, **laws, r"\lambda": mpf(rng.uniform(0.1, 0.9))}


def many_tosses(rng: random.Random) -> Environment:
    """W is the exact probability of at least αN heads, D the divergence of the two coins."""
    n = 10 * rng.randint(1, 30)
    beta, alpha = mpf(rng.uniform(0.1, 0.6)), mpf("0.7")
    tail = sum(
        mpf(comb(n, k)) * beta**k * (1 - beta) ** (n - k) for k in range(7 * n // 10, n + 1)
    )
    rate = alpha * log(alpha / beta) + (1 - alpha) * log((1 - alpha) / (1 - beta))
    return {"N": mpf(n), "W": tail, "D": rate}


def softmax_of(z: Any) -> Environment:
    total = sum(exp(value) for value in z)
    law = Distribution(exp(value) / total for value in z)
    return {"z": Distribution(z), "q": law, "Q": law}


def one_label(rng: random.Random) -> Environment:
    """P is the one-hot label y, and Q the softmax of random logits."""
    env = in_nats(rng)
    k = len(env["P"])
    y = rng.randrange(k)
    hot = Distribution(mpf(i == y) for i in range(k))
    logits = [mpf(rng.uniform(-3, 3)) for _ in range(k)]
    return {**env, "P": hot, "p": hot, "y": y, **softmax_of(logits)}


def soft_label_by_logit(rng: random.Random) -> Environment:
    """When the logit z_k moves, Q moves with it; the label stays."""
    env = {**one_label(rng), **(soft := {"P": random_pmf(rng, 4)}), "p": soft["P"]}
    env |= softmax_of([mpf(rng.uniform(-3, 3)) for _ in range(4)])
    k = rng.randrange(4)

    def recompute(env: Environment) -> Environment:
        return softmax_of([env["z_k"] if i == k else z for i, z in enumerate(env["z"])])

    return {**env, "k": k, "z_k": env["z"][k], "recompute": recompute}


def observed(rng: random.Random) -> Environment:
    """A sample of N outcomes with its counts and its empirical distribution."""
    env = in_nats(rng)
    k, n = len(env["P"]), rng.randint(7, 20)
    sample = [rng.randrange(k) for _ in range(n)]
    counts = [sample.count(x) for x in range(k)]
    seen = Distribution(mpf(c) / n for c in counts)
    numbered = (None, *sample)  # observations are numbered from 1
    return {**env, "x": numbered, "y": numbered, "n": (*counts,), "N": mpf(n), r"\hatP": seen}


def labels_of_one_input(rng: random.Random) -> Environment:
    env = observed(rng)
    return {**env, "n": env["N"]}


def labels_given_inputs(rng: random.Random) -> Environment:
    """N pairs (x, y), their frequencies, and a model q(y|x) that knows nothing of them."""
    env = in_nats(rng)
    rows, columns, n = 3, 4, 60
    pairs = [(x, rng.randrange(columns)) for x in range(rows)]
    pairs += [(rng.randrange(rows), rng.randrange(columns)) for _ in range(n - rows)]
    inputs = Distribution(mpf(sum(a == x for a, _ in pairs)) / n for x in range(rows))
    seen = [
        Distribution(mpf(pairs.count((x, y))) / (inputs[x] * n) for y in range(columns))
        for x in range(rows)
    ]
    model = [random_pmf(rng, columns) for _ in range(rows)]
    return {
        **env,
        "outcomes": lambda name: range(rows),
        "N": mpf(n),
        "L": -sum(log(model[x][y]) for x, y in pairs) / n,
        "x": (None, *(x for x, _ in pairs)),
        "y": (None, *(y for _, y in pairs)),
        "q": lambda e, y, x: model[int(x)][int(y)],
        "Q": lambda e, y, x: model[int(x)],
        r"\hatp": inputs,
        r"\hatP": lambda e, y, x: seen[int(x)],
    }


def smoothed_label(rng: random.Random) -> Environment:
    env = one_label(rng)
    k, eps = len(env["P"]), mpf(rng.uniform(0.01, 0.5))
    uniform = Distribution([mpf(1) / k] * k)
    smooth = (1 - eps) * env["P"] + eps * uniform
    letters = {r"\varepsilon": eps, "U": uniform, "k": rng.randrange(k)}
    return {**env, **letters, "K": mpf(k), "p": smooth, r"P_\varepsilon": smooth}


def all_samples(rng: random.Random) -> Environment:
    """Every sample of four outcomes, with its probability."""
    env = basics(rng)
    p, samples = env["P"], []
    for sample in product(range(len(p)), repeat=4):
        seen = Distribution(mpf(sample.count(x)) / 4 for x in range(len(p)))
        samples.append((fprod(p[x] for x in sample), {r"\hatP": seen}))
    return {**env, "samples": samples}


CASES: dict[str, Callable[[random.Random], Environment]] = {
    "1.1": surprisal_of,
    "1.2": units,
    "1.3": surprisal_of,
    "1.4": positive_number,
    "1.5": basics,
    "2.1": basics,
    "2.2": basics,
    "2.3": two_mixed,
    "2.4": two_mixed,
    "3.1": basics,
    "3.2": basics,
    "3.3": basics,
    "3.4": in_nats,
    "3.5": near_pair,
    "3.6": joint,
    "3.7": relabelled,
    "3.8": in_nats,
    "3.9": with_middle,
    "3.10": many_tosses,
    "4.1": coin,
    "4.2": coin,
    "4.3": coin,
    "4.4": coin,
    "4.5": coin,
    "4.6": coin,
    "4.7": coin,
    "4.8": coin,
    "4.9": coin_by_probability,
    "4.10": coin_by_probability,
    "4.11": coin,
    "4.12": coin_by_logit,
    "4.13": in_nats,
    "5.1": one_label,
    "5.2": one_label,
    "5.3": soft_label_by_logit,
    "5.4": labels_of_one_input,
    "5.5": labels_given_inputs,
    "5.6": smoothed_label,
    "5.7": smoothed_label,
    "6.1": observed,
    "6.2": all_samples,
    "6.3": labels_given_inputs,
    "6.4": labels_given_inputs,
}


@pytest.mark.parametrize("tag", EQUATIONS)
def test_equation_holds(tag: str) -> None:
    rng = random.Random(tag)
    for _ in range(5):
        Equation(EQUATIONS[tag]).check(CASES[tag](rng))


def test_no_case_is_left_over() -> None:
    assert set(CASES) == set(EQUATIONS)


@pytest.mark.parametrize("sign", ["+", "-", "=", r"\le"])
def test_line_that_begins_with_a_sign_goes_on(sign: str) -> None:
    """What stands on the next line belongs to the sum or the chain before it."""
    lines = rf"\begin{{aligned}} &a \\ &=b \\ &\quad{sign} \Bigl[c\Bigr] \end{{aligned}}"
    (statement,) = Equation(lines).statements()
    assert [relation for relation, _ in Equation.sides(statement)][:2] == ["", "="]


def test_line_that_begins_with_a_letter_is_a_new_statement() -> None:
    lines = r"\begin{aligned} a&=1-p,\quad&b&=-p \\ c&=-q,\quad&d&=q \end{aligned}"
    assert len(Equation(lines).statements()) == 4


CHANGES = [  # each spoils an equation in one place
    (r"\+", "-"),
    (r"(?<![\^{])-", "+"),
    (r"\\le(?![a-z])", r"\\ge "),
    (r"\\ge(?![a-z])", r"\\le "),
    (r"P,Q", "Q,P"),
    (r"P\\,\\\|\\,Q", r"Q\\,\\|\\,P"),
    (r"\bp\b|(?<![a-zA-Z\\])p(?![a-zA-Z])", "q"),
    (r"(?<![a-zA-Z\\])q(?![a-zA-Z])", "p"),
    (r"\\ln(?![a-z])", r"\\sqrt"),
    (r"2", "3"),
    (r"1", "2"),
]


def changed(latex: str) -> list[str]:
    """Return the equation with each change made at each place; words stay as they are."""
    formula, words = (lambda m: (latex[: m.start()], m.group()) if m else (latex, ""))(
        WORDS.search(latex)
    )
    return [
        formula[: match.start()] + match.expand(replacement) + formula[match.end() :] + words
        for pattern, replacement in CHANGES
        for match in re.finditer(pattern, formula)
    ]


def refused(latex: str, tag: str) -> bool:
    rng = random.Random(tag)
    try:
        for _ in range(5):
            Equation(latex).check(CASES[tag](rng))
    except (AssertionError, SyntaxError, ArithmeticError, TypeError, ValueError, LookupError):
        return True
    return False


@pytest.mark.parametrize("tag", EQUATIONS)
def test_changed_equation_is_refused(tag: str) -> None:
    """An inequality may survive a harmless change, an equality hardly ever does."""
    copies = changed(EQUATIONS[tag])
    survivors = [copy for copy in copies if not refused(copy, tag)]
    strict = not re.search(r"\\(?:le|ge|lt|gt|approx)(?![a-z])", EQUATIONS[tag])
    assert len(survivors) <= (0.25 if strict else 0.7) * len(copies), survivors
