"""Right answers to assignment 2 that nobody would write first, and that somebody will."""

import math
from collections import Counter, defaultdict
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import reduce
from itertools import repeat, starmap
from operator import add, itemgetter, mul

import numpy as np

# --- one_hot


def classes(labels, k):
    """Return the labels; refuse what is no class."""
    if not set(labels) <= set(range(k)):
        raise ValueError(f"classes are 0 to {k - 1}")
    return labels


def one_hot__booleans(labels, k):
    return [[label == column for column in range(k)] for label in classes(labels, k)]


def one_hot__boolean_array(labels, k):
    return np.equal.outer(classes(labels, k), np.arange(k))


def one_hot__small_integers(labels, k):
    return np.eye(k, dtype=np.int8)[classes(labels, k)]


def one_hot__recursion(labels, k):
    if not classes(labels, k):
        return []
    first = [0] * labels[0] + [1] + [0] * (k - 1 - labels[0])
    return [first, *one_hot__recursion(labels[1:], k)]


def one_hot__put_along_axis(labels, k):
    table = np.zeros((len(labels), k))
    np.put_along_axis(table, np.array(classes(labels, k))[:, None], 1, axis=1)
    return table


def one_hot__bits_of_a_power(labels, k):
    return [[(1 << label) >> column & 1 for column in range(k)] for label in classes(labels, k)]


def one_hot__tuples_of_fractions(labels, k):
    rows = {c: tuple(Fraction(c == column) for column in range(k)) for c in range(k)}
    try:
        return tuple(map(rows.__getitem__, labels))
    except KeyError as error:
        raise ValueError("no such class") from error


def one_hot__list_index(labels, k):
    """list.index refuses by itself what is not in the list."""
    return [np.eye(k)[list(range(k)).index(label)] for label in labels]


# --- smooth


def smooth__fractions(rows, eps):
    share = Fraction(eps)
    return [[(1 - share) * Fraction(x) + share / len(row) for x in row] for row in rows]


def smooth__decimal(rows, eps):
    share = Decimal(eps)
    return [[float((1 - share) * Decimal(x) + share / len(row)) for x in row] for row in rows]


def smooth__a_matrix(rows, eps):
    k = len(rows[0])
    return np.array(rows) @ ((1 - eps) * np.eye(k) + eps / k)


def smooth__weighted_average(rows, eps):
    rows = np.array(rows, float)
    uniform = np.full_like(rows, 1 / rows.shape[1])
    return np.average([rows, uniform], axis=0, weights=[1 - eps, eps])


def smooth__interpolation(rows, eps):
    return [[float(np.interp(eps, [0, 1], [x, 1 / len(row)])) for x in row] for row in rows]


def smooth__towards_the_mean(rows, eps):
    rows = np.array(rows, float)
    return rows - eps * (rows - rows.mean(axis=1, keepdims=True))


def smooth__recursion(rows, eps):
    if len(rows) == 0:
        return []
    first, *rest = rows
    return [[x + eps * (1 / len(first) - x) for x in first], *smooth__recursion(rest, eps)]


def smooth__map(rows, eps):
    return [list(map(add, map(mul, r, repeat(1 - eps)), repeat(eps / len(r)))) for r in rows]


# --- ce_logits


def ce_logits__sorted(rows, logits):
    losses = []
    for row, z in zip(rows, logits, strict=True):
        top, *others = sorted(z, reverse=True)
        behind = math.fsum(p * (top - x) for p, x in zip(row, z, strict=True))
        losses.append(behind + math.log1p(math.fsum(math.exp(x - top) for x in others)))
    return losses


def ce_logits__logaddexp(rows, logits):
    """Log-sum-exp of what the others are behind, without the top one."""
    losses = []
    for row, z in zip(np.array(rows, float), np.array(logits, float), strict=True):
        behind = z - z.max()
        others = np.logaddexp.reduce(np.delete(behind, behind.argmax()))
        losses.append(np.logaddexp(0, others) - row @ behind)
    return losses


def ce_logits__decimal(rows, logits):
    losses = []
    with localcontext() as context:
        context.prec, context.Emin = 1000, -(10**6)
        for row, z in zip(rows, logits, strict=True):
            total = sum(Decimal(x).exp() for x in z)
            losses.append(
                float(
                    total.ln()
                    - sum(Decimal(p) * Decimal(x) for p, x in zip(row, z, strict=True))
                )
            )
    return losses


def ce_logits__reduce(rows, logits):
    def one(row, z):
        best = max(range(len(z)), key=z.__getitem__)
        gaps = [z[best] - x for x in z]
        rest = reduce(lambda s, k: s + (k != best and math.exp(-gaps[k])), range(len(z)), 0.0)
        return reduce(lambda s, k: s + row[k] * gaps[k], range(len(z)), math.log1p(rest))

    return [*starmap(one, zip(rows, logits, strict=True))]


def ce_logits__masked_array(rows, logits):
    z = np.array(logits, dtype=float)
    gap = z.max(axis=1, keepdims=True) - z
    mask = np.arange(z.shape[1]) == z.argmax(axis=1)[:, None]
    rest = np.ma.array(np.exp(-gap), mask=mask).sum(axis=1).filled(0)
    return np.einsum("ij,ij->i", np.array(rows, float), gap) + np.log1p(rest)


def ce_logits__recursion(rows, logits):
    if len(rows) == 0:
        return []
    row, z = rows[0], logits[0]
    top = max(z)
    spare = list(z)
    spare.remove(top)
    loss = math.log1p(sum(math.exp(x - top) for x in spare))
    loss += sum(p * (top - x) for p, x in zip(row, z, strict=True))
    return [loss, *ce_logits__recursion(rows[1:], logits[1:])]


def ce_logits__partition(rows, logits):
    z = np.array(logits, dtype=float)
    ordered = -np.sort(-z, axis=1)
    others = np.exp(ordered[:, 1:] - ordered[:, :1]).sum(axis=1)
    return ((ordered[:, :1] - z) * rows).sum(axis=1) + np.log1p(others)


# --- ce_logits_grad


def ce_logits_grad__loss_by_class(rows, logits):
    """For each class the share of the votes for the others, against its own."""
    table = []
    for row, z in zip(rows, logits, strict=True):
        top = max(z)
        w = [math.exp(x - top) for x in z]
        q = [v / math.fsum(w) for v in w]
        table.append([(math.fsum(p * (x - (j == k)) for j, p in enumerate(row))) / len(rows)
                      for k, x in enumerate(q)])  # fmt: skip
    return table


def ce_logits_grad__jacobian(rows, logits):
    """Chain rule through the softmax, one matrix for each item."""
    rows, z = np.array(rows, float), np.array(logits, float)
    w = np.exp(z - z.max(axis=1, keepdims=True))
    q = w / w.sum(axis=1, keepdims=True)
    d = np.eye(z.shape[1])[None] - q[:, None, :]  # d log q_j / d z_k
    return -np.einsum("ij,ijk->ik", rows, d) / len(z)


def ce_logits_grad__logaddexp(rows, logits):
    z = np.array(logits, float)
    log_q = z - np.logaddexp.reduce(z, axis=1)[:, None]
    return (np.exp(log_q) - rows) / len(rows)


def ce_logits_grad__decimal(rows, logits):
    table = []
    with localcontext() as context:
        context.prec = 50
        for row, z in zip(rows, logits, strict=True):
            w = [(Decimal(x) - Decimal(max(z))).exp() for x in z]
            q = [v / sum(w) for v in w]
            table.append(
                [float((x - Decimal(p)) / len(rows)) for x, p in zip(q, row, strict=True)]
            )
    return table


def ce_logits_grad__ratio_of_each_pair(rows, logits):
    def forecast(z, k):
        behind = [min(x - z[k], 700) for x in z]
        return 1 / math.fsum(map(math.exp, behind))

    n = len(rows)
    return [
        [(forecast(z, k) - p) / n for k, p in enumerate(row)]
        for row, z in zip(rows, logits, strict=True)
    ]


def ce_logits_grad__complex_step(rows, logits):
    """Differentiate the loss with a step along the imaginary axis: no digits are lost."""

    def loss(row, z):
        top = max(x.real for x in z)
        total = sum(np.exp(x - top) for x in z)
        return np.log(total) - sum(p * (x - top) for p, x in zip(row, z, strict=True))

    step, n = 1e-30, len(rows)
    table = np.zeros((n, len(rows[0])))
    for i, k in np.ndindex(table.shape):
        z = [complex(x) for x in logits[i]]
        z[k] += 1j * step
        table[i, k] = loss(rows[i], z).imag / step / n
    return table


def ce_logits_grad__recursion(rows, logits, n=None):
    if len(rows) == 0:
        return []
    n = n or len(rows)
    top = max(logits[0])
    w = [math.exp(x - top) for x in logits[0]]
    first = [(v / sum(w) - p) / n for v, p in zip(w, rows[0], strict=True)]
    return [first, *ce_logits_grad__recursion(rows[1:], logits[1:], n)]


# --- average_nll


def average_nll__fractions(counts, q):
    items = sum(counts)
    if items < 1:
        raise ValueError("no items")
    terms = [Fraction(n, items) * Fraction(-math.log(x)) if x else math.inf
             for n, x in zip(counts, q, strict=True) if n]  # fmt: skip
    return sum(terms)


def average_nll__decimal(counts, q):
    if not any(counts):
        raise ValueError("no items")
    with localcontext() as context:
        context.prec = 40
        bill = sum(-n * Decimal(x).ln() for n, x in zip(counts, q, strict=True) if n)
        return float(bill / sum(counts))


def average_nll__reduce(counts, q):
    def more(totals, pair):
        n, x = pair
        price = 0 if not n else -math.log(x) if x else math.inf
        return totals[0] + n, totals[1] + n * price

    items, bill = reduce(more, zip(counts, q, strict=True), (0, 0.0))
    if not items:
        raise ValueError("no items")
    return bill / items


def average_nll__running_mean(counts, q):
    seen, mean = 0, 0.0
    for n, x in zip(counts, q, strict=True):
        if n:
            seen += n
            mean = mean * (1 - n / seen) - n / seen * (math.log(x) if x else -math.inf)
    if not seen:
        raise ValueError("no items")
    return mean


def average_nll__masked_array(counts, q):
    with np.errstate(divide="ignore"):
        prices = np.ma.array(-np.log(np.array(q, float)), mask=np.equal(counts, 0))
    if prices.mask.all():
        raise ValueError("no items")
    return np.ma.average(prices, weights=np.array(counts, float))


def average_nll__recursion(counts, q, items=None):
    if items is None:
        items = sum(counts)
        if not items:
            raise ValueError("no items")
    if len(counts) == 0:
        return 0.0
    mine = (
        0.0 if not counts[0] else math.inf if not q[0] else -counts[0] / items * math.log(q[0])
    )
    return mine + average_nll__recursion(counts[1:], q[1:], items)


def average_nll__entropy_plus_kl(counts, q):
    items = sum(counts)
    if not items:
        raise ValueError("no items")
    p = [n / items for n in counts]
    entropy = -math.fsum(x * math.log(x) for x in p if x)
    pairs = zip(p, q, strict=True)
    return entropy + sum(x * (math.log(x / y) if y else math.inf) for x, y in pairs if x)


def average_nll__log2_inside(counts, q):
    n, q = np.array(counts, float), np.array(q, float)
    if n.sum() == 0:
        raise ValueError("no items")
    with np.errstate(divide="ignore"):
        return np.average(-np.log2(q[n > 0]), weights=n[n > 0]) * np.log(2)


# --- fit


def fit__fractions(counts, extra=0):
    padded = [Fraction(n) + Fraction(extra) for n in counts]
    if not any(padded):
        raise ValueError("nothing to count")
    return [n / sum(padded) for n in padded]


def fit__decimal(counts, extra=0):
    padded = [Decimal(n) + Decimal(extra) for n in counts]
    if sum(padded) == 0:
        raise ValueError("nothing to count")
    return [float(n / sum(padded)) for n in padded]


def fit__true_divide_that_raises(counts, extra=0):
    n = np.array(counts, float) + extra
    try:
        with np.errstate(all="raise"):
            return n / n.sum()
    except FloatingPointError:
        raise ValueError("nothing to count") from None


def fit__zero_division(counts, extra=0):
    total = sum(counts, start=extra * len(counts))
    try:
        return tuple((n + extra) / total for n in counts)
    except ZeroDivisionError as error:
        raise ValueError("nothing to count") from error


def fit__a_mixture(counts, extra=0):
    """Frequencies and the uniform pmf, weighed by how many items stand behind each."""
    seen, imagined = sum(counts), extra * len(counts)
    if seen + imagined == 0:
        raise ValueError("nothing to count")
    share = imagined / (seen + imagined)
    return [(1 - share) * (n / seen if seen else 0) + share / len(counts) for n in counts]


def fit__logarithms(counts, extra=0):
    total = math.fsum(n + extra for n in counts)
    if not total:
        raise ValueError("nothing to count")
    return [math.exp(math.log(n + extra) - math.log(total)) if n + extra else 0 for n in counts]


def fit__bincount(counts, extra=0):
    places = np.arange(len(counts))
    weights = np.bincount(places, weights=np.array(counts, float)) + extra
    if not weights.sum():
        raise ValueError("nothing to count")
    return np.divide(weights, weights.sum())


def fit__reduce(counts, extra=0):
    total = reduce(lambda s, n: s + n + extra, counts, 0)
    if total <= 0:
        raise ValueError("nothing to count")
    return np.fromiter(((n + extra) / total for n in counts), float)


# --- loss_floor


def loss_floor__counter(shapes, rows):
    weight = Counter(shapes)
    votes = Counter()
    for shape, row in zip(shapes, rows, strict=True):
        for k, x in enumerate(row):
            votes[shape, k] += x
    return sum(v * math.log(weight[s] / v) for (s, _), v in votes.items() if v) / len(shapes)


def loss_floor__two_entropies(shapes, rows):
    """Entropy of shape and class together, minus the entropy of the shapes."""
    n, joint = len(rows), defaultdict(float)
    for shape, row in zip(shapes, rows, strict=True):
        for k, x in enumerate(row):
            joint[shape, k] += x / n

    def entropy(p):
        return -math.fsum(x * math.log(x) for x in p if x)

    return entropy(joint.values()) - entropy([m / n for m in Counter(shapes).values()])


def loss_floor__best_forecast_priced(shapes, rows):
    """Find the best forecast, and then charge every single label."""
    rows = np.array(rows, float)
    same = np.equal.outer(np.array(shapes), np.array(shapes))
    forecast = same @ rows / same.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        logs = np.log(forecast)
    return -np.where(rows > 0, rows * logs, 0).sum(axis=1).mean()


def loss_floor__fractions(shapes, rows):
    piles = defaultdict(list)
    for shape, row in zip(shapes, rows, strict=True):
        piles[shape].append([Fraction(x) for x in row])
    total = 0.0
    for pile in piles.values():
        for votes in map(sum, zip(*pile, strict=True)):
            total -= float(votes) * math.log(votes / len(pile)) if votes else 0
    return total / len(rows)


def loss_floor__decimal(shapes, rows):
    with localcontext() as context:
        context.prec = 40
        total = Decimal(0)
        for shape in set(shapes):
            pile = [row for seen, row in zip(shapes, rows, strict=True) if seen == shape]
            for column in zip(*pile, strict=True):
                votes = sum(map(Decimal, column))
                total -= votes * (votes / len(pile)).ln() if votes else 0
        return float(total / len(rows))


def loss_floor__sorted_places(shapes, rows):
    places = sorted(range(len(shapes)), key=lambda i: (str(type(shapes[i])), str(shapes[i])))
    total, start = 0.0, 0
    for stop in range(1, len(places) + 1):
        if stop == len(places) or shapes[places[stop]] != shapes[places[start]]:
            pile = itemgetter(*places[start:stop])(rows)
            pile = [pile] if stop - start == 1 else pile
            for column in zip(*pile, strict=True):
                s = math.fsum(column)
                total += s * math.log((stop - start) / s) if s else 0
            start = stop
    return total / len(rows)


def loss_floor__masked_array(shapes, rows):
    rows, total = np.array(rows, float), 0.0
    for shape in dict.fromkeys(shapes):
        chosen = [seen == shape for seen in shapes]
        mean = np.ma.masked_equal(rows[chosen].mean(axis=0), 0)
        total += sum(chosen) * float(-(mean * np.ma.log(mean)).sum())
    return total / len(rows)


def loss_floor__recursion(shapes, rows):
    def bill(left):
        if not left:
            return 0.0
        pile = [row for shape, row in left if shape == left[0][0]]
        votes = [math.fsum(column) for column in zip(*pile, strict=True)]
        mine = math.fsum(v * math.log(len(pile) / v) for v in votes if v)
        return mine + bill([one for one in left if one[0] != left[0][0]])

    return bill(list(zip(shapes, rows, strict=True))) / len(rows)
