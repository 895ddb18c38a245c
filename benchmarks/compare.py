"""Measure divcore beside what people use today: accuracy in 50-digit arithmetic, and time.

Run ``python -m benchmarks.compare`` from the checkout; ``--strict`` makes it fail when an
error of divcore exceeds 10 u (u = 2⁻⁵³). Times are printed and never judged.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from statistics import median
from typing import Any

import numpy as np

import divcore
from benchmarks import oracles

Array = np.ndarray[Any, Any]
Candidates = dict[str, Callable[..., Any] | None]
Task = tuple[str, str, list[tuple[Any, ...]], Callable[..., Any], Candidates]

LIMIT = 10.0  # u


def optional(name: str) -> Any:
    """Import a peer, or return None if it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


stats = optional("scipy.stats")
special = optional("scipy.special")
distance = optional("scipy.spatial.distance")
metrics = optional("sklearn.metrics")
torch = optional("torch")


def plain_entropy(p: Array) -> Any:
    """Return the formula as everybody types it."""
    return -np.sum(p * np.log(p), axis=-1)


def plain_cross_entropy(p: Array, q: Array) -> Any:
    """Return the formula as everybody types it."""
    return -np.sum(p * np.log(q), axis=-1)


def plain_kl(p: Array, q: Array) -> Any:
    """Return the one-line formula that all times are compared with."""
    return np.sum(p * np.log(p / q), axis=-1)


def plain_js(p: Array, q: Array) -> Any:
    """Return the definition by way of the mean distribution."""
    m = 0.5 * (p + q)
    return 0.5 * plain_kl(p, m) + 0.5 * plain_kl(q, m)


def plain_loss(y: Any, z: Array) -> Any:
    """Return log-sum-exp minus the label's logit."""
    z = np.atleast_2d(z)
    top = z.max(axis=-1)
    log_sum = top + np.log(np.sum(np.exp(z - top[:, None]), axis=-1))
    return log_sum - z[np.arange(len(z)), y]


def torch_pair(f: Callable[[Any, Any], Any]) -> Callable[[Array, Array], Any]:
    """Wrap a torch function of two arrays."""
    return lambda a, b: f(torch.from_numpy(a), torch.from_numpy(b)).numpy()


def torch_kl(p: Any, q: Any) -> Any:
    """Return torch's KL, which wants log q first."""
    return torch.nn.functional.kl_div(q.log(), p, reduction="none").sum(-1)


def torch_loss(y: Any, z: Array) -> Any:
    """Return torch's loss, one per row."""
    z = torch.atleast_2d(torch.from_numpy(z))
    y = torch.from_numpy(np.atleast_1d(y).astype(np.int64))
    return torch.nn.functional.cross_entropy(z, y, reduction="none").numpy()


# For each function: its oracle, then the candidates. None stands for "not installed".
ENTROPY: Candidates = {
    "divcore": divcore.entropy,
    "NumPy line": plain_entropy,
    "scipy.stats.entropy": stats and (lambda p: stats.entropy(p, axis=-1)),
    "scipy.special.entr": special and (lambda p: special.entr(p).sum(-1)),
}
CROSS_ENTROPY: Candidates = {
    "divcore": divcore.cross_entropy,
    "NumPy line": plain_cross_entropy,
    "scipy.special.xlogy": special and (lambda p, q: -special.xlogy(p, q).sum(-1)),
}
KL: Candidates = {
    "divcore": divcore.kl_divergence,
    "NumPy line": plain_kl,
    "scipy.stats.entropy": stats and (lambda p, q: stats.entropy(p, q, axis=-1)),
    "scipy.special.rel_entr": special and (lambda p, q: special.rel_entr(p, q).sum(-1)),
    "scipy.special.kl_div": special and (lambda p, q: special.kl_div(p, q).sum(-1)),
    "torch kl_div": torch and torch_pair(torch_kl),
}
JS: Candidates = {
    "divcore": divcore.js_divergence,
    "NumPy line": plain_js,
    "scipy jensenshannon²": distance
    and (lambda p, q: distance.jensenshannon(p, q, axis=-1) ** 2),
}
NLL: Candidates = {
    "divcore": divcore.average_nll,
    "NumPy line": lambda y, q: -np.mean(np.log(q[np.arange(len(y)), y])),
    "sklearn log_loss": metrics
    and (lambda y, q: metrics.log_loss(y, q, labels=np.arange(q.shape[1]))),
}
SOFTMAX: Candidates = {
    "divcore": divcore.softmax,
    "NumPy line": lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
    "scipy.special.softmax": special and special.softmax,
    "torch softmax": torch and (lambda z: torch.softmax(torch.from_numpy(z), -1).numpy()),
}
LOG_SOFTMAX: Candidates = {
    "divcore": divcore.log_softmax,
    "NumPy line": lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum()),
    "scipy.special.log_softmax": special and special.log_softmax,
    "torch log_softmax": torch
    and (lambda z: torch.log_softmax(torch.from_numpy(z), -1).numpy()),
}
LOSS: Candidates = {
    "divcore": divcore.cross_entropy_from_logits,
    "NumPy line": plain_loss,
    "scipy logsumexp": special and (lambda y, z: special.logsumexp(z, -1) - np.take(z, y)),
    "torch cross_entropy": torch and torch_loss,
}


def nll_cases(rng: np.random.Generator, n: int) -> Iterator[tuple[Array, Array]]:
    """Yield labels with one predicted distribution each."""
    for _ in range(n):
        rows, k = rng.integers(2, 12, 2)
        q = rng.dirichlet(np.full(k, 10 ** rng.uniform(-1, 1)), rows)
        yield rng.integers(0, k, rows), (q + 1e-300) / (q + 1e-300).sum(-1, keepdims=True)


def nll_oracle(y: Array, q: Array) -> Any:
    """Return the mean of −log q(label)."""
    logs = [oracles.mp.log(oracles.mp.mpf(float(row[i]))) for i, row in zip(y, q, strict=True)]
    return -oracles.mp.fsum(logs) / len(logs)


def accuracy_tasks(n: int) -> Iterator[Task]:
    """List (function, family, cases, oracle, candidates); n cases for each."""
    rng = np.random.default_rng
    for family, generate in oracles.PAIR_FAMILIES.items():
        pairs = list(generate(rng(1), n))
        singles = [pair[:1] for pair in pairs]
        yield "entropy", family, singles, oracles.entropy, ENTROPY
        yield "cross-entropy", family, pairs, oracles.cross_entropy, CROSS_ENTROPY
        yield "KL", family, pairs, oracles.kl_divergence, KL
        yield "JS", family, pairs, oracles.js_divergence, JS
    yield "average NLL", "generic", list(nll_cases(rng(2), n)), nll_oracle, NLL
    rows = list(oracles.logit_rows(rng(3), n))
    yield "softmax", "up to 700 apart", [(z,) for z in rows], oracles.softmax, SOFTMAX
    yield (
        "log-softmax",
        "up to 700 apart",
        [(z,) for z in rows],
        oracles.log_softmax,
        LOG_SOFTMAX,
    )
    labels = rng(4)
    anyone = [(int(labels.integers(z.size)), z) for z in rows]
    top = [(int(z.argmax()), z) for z in rows]
    for family, cases in [("loss, any class", anyone), ("loss, top class", top)]:
        yield family, "up to 700 apart", cases, oracles.loss_from_logits, LOSS


def worst_error(ours: Any, truth: Any) -> float:
    """Return the largest error of one result in u; NaN counts as infinite."""
    truths = truth if isinstance(truth, list) else [truth]
    errors = [
        math.inf if math.isnan(x) else oracles.error_in_u(x, t)
        for x, t in zip(np.ravel(ours), truths, strict=True)
        if len(truths) == 1 or abs(t) > 2.0**-1022  # softmax underflows, that is fine
    ]
    return max(errors)


def digits(x: float) -> str:
    """Write an error briefly."""
    return f"{x:.2f}" if x < 1000 else f"{x:.1e}"


def compare_accuracy(n: int) -> float:
    """Print the table of errors; return the worst of divcore."""
    print(f"Error in u = 2^-53 against 50 digits, {n} cases a line (KL: generalised form)")
    line = "{:16} {:22} {:26} {:>9} {:>9} {:>8} {:>7}"
    print(line.format("function", "cases", "candidate", "median", "max", "negative", "NaN"))
    worst = 0.0
    for function, family, cases, oracle, candidates in accuracy_tasks(n):
        truths = [oracle(*case) for case in cases]
        for name, f in candidates.items():
            if f is None:
                print(line.format(function, family, name, "not installed", "", "", ""))
                continue
            with np.errstate(all="ignore"):
                results = [f(*case) for case in cases]
            errors = [worst_error(r, t) for r, t in zip(results, truths, strict=True)]
            sign = -1 if function == "log-softmax" else 1
            negative = sum(bool(np.any(sign * np.asarray(r) < 0)) for r in results)
            nan = sum(bool(np.isnan(r).any()) for r in results)
            print(
                line.format(
                    function,
                    family,
                    name,
                    digits(median(errors)),
                    digits(max(errors)),
                    negative,
                    nan,
                )
            )
            if name == "divcore":
                worst = max(worst, *errors)
    return worst


def seconds(
    candidates: dict[str, Callable[..., Any]], args: Sequence[Any], budget: float
) -> dict[str, float]:
    """Return each candidate's median time over interleaved runs that fill the budget."""
    timings: dict[str, list[float]] = {name: [] for name in candidates}
    inner: dict[str, int] = {}
    for name, f in candidates.items():  # warm up; repeat quick calls inside one timing
        f(*args)
        start = time.perf_counter()
        f(*args)
        inner[name] = max(1, int(2e-4 / (time.perf_counter() - start)))
    end = time.perf_counter() + budget
    while time.perf_counter() < end or len(timings[name]) < 5:
        for name, f in candidates.items():
            start = time.perf_counter()
            for _ in range(inner[name]):
                f(*args)
            timings[name].append((time.perf_counter() - start) / inner[name])
    return {name: median(times) for name, times in timings.items()}


def compare_speed(budget: float) -> None:
    """Print each candidate's time as a multiple of the plain line for the same function."""
    rng = np.random.default_rng(5)
    shapes = {"n = 10": (10,), "n = 1e3": (1000,), "n = 1e6": (10**6,), "1e4 x 10": (10**4, 10)}
    pairs = {
        label: [rng.dirichlet(np.ones(shape[-1]), shape[:-1]) for _ in "pq"]
        for label, shape in shapes.items()
    }
    columns: dict[tuple[str, str], tuple[Candidates, Sequence[Any]]] = {}
    for function, candidates in (
        ("entropy", ENTROPY), ("cross-entropy", CROSS_ENTROPY), ("KL", KL), ("JS", JS)
    ):  # fmt: skip
        for label, pair in pairs.items():
            columns[function, label] = (candidates, pair[:1] if function == "entropy" else pair)
    columns["loss", "64 x 50k"] = (
        {name: f for name, f in LOSS.items() if name != "scipy logsumexp"},
        (rng.integers(0, 50_000, 64), rng.normal(size=(64, 50_000)) * 3),
    )
    print("\nTime as a multiple of the plain NumPy line for the same function (never judged)")
    line = "{:16} {:10} {:26} {:>12} {:>7}"
    print(line.format("function", "size", "candidate", "time", "ratio"))
    for (function, label), (candidates, args) in columns.items():
        present = {name: f for name, f in candidates.items() if f is not None}
        with np.errstate(all="ignore"):
            times = seconds(present, args, budget)
        for name in candidates:
            if name not in present:
                print(line.format(function, label, name, "not installed", ""))
                continue
            shown = f"{times[name] * 1e6:.1f} us"
            ratio = f"{times[name] / times['NumPy line']:.2f}"
            print(line.format(function, label, name, shown, ratio))


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000, help="cases a line (default 1000)")
    parser.add_argument("--seconds", type=float, default=0.5, help="time spent on each ratio")
    parser.add_argument("--strict", action="store_true", help="fail above 10 u")
    options = parser.parse_args()
    if torch:
        torch.set_num_threads(1)  # like everyone else here
    worst = compare_accuracy(options.cases)
    compare_speed(options.seconds)
    print(f"\nlargest error of divcore: {worst:.2f} u (limit {LIMIT:.0f} u)")
    return int(options.strict and worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
