"""Whole people from expected numbers: reconciled margins, systematic rounding and sampling, one-parameter tilts."""

import numpy as np

FloatArray = np.ndarray
IntArray = np.ndarray


def reconcile(counts: FloatArray, totals: IntArray) -> IntArray:
    """Scale each row of counts (n, k) to its whole total (n,), to the nearest whole numbers by largest remainder.

    Published tables of one place differ by a few persons because each is perturbed on its own against disclosure.

    >>> reconcile(np.array([[10.0, 20.0, 31.0]]), np.array([60])).tolist()
    [[10, 20, 30]]
    """
    sums = counts.sum(axis=1, keepdims=True)
    shares = np.where(sums > 0, counts / np.where(sums > 0, sums, 1.0), 1.0 / counts.shape[1])
    exact = shares * totals[:, None]
    whole = np.floor(exact).astype(np.int64)
    missing = totals - whole.sum(axis=1)
    rank = np.argsort(np.argsort(-(exact - whole), axis=1, kind="stable"), axis=1, kind="stable")
    return whole + (rank < missing[:, None])


def systematic_counts(expected: FloatArray, offset: float) -> IntArray:
    """Whole numbers whose running sums stay within one of the expected running sums; offset in [0, 1).

    Unbiased when the offset is uniform; a run of cells whose expected sum is whole is met exactly.

    >>> systematic_counts(np.array([0.5, 0.5, 1.2, 0.8]), 0.3).tolist()
    [0, 1, 1, 1]
    """
    running = np.concatenate(([0.0], np.round(np.cumsum(expected.ravel()), 9)))
    return np.diff(np.floor(running + offset)).astype(np.int64).reshape(expected.shape)


def systematic_sample(weights: FloatArray, number: int, offset: float) -> np.ndarray:
    """Mask of exactly `number` items, chosen with probability proportional to weight (at most 1), in the given order.

    Neighbours in the order repel each other, so sorting by an attribute stratifies the sample by it.
    """
    number = min(number, int(np.count_nonzero(weights > 0)))
    chosen = np.zeros(weights.size, dtype=bool)
    if number <= 0:
        return chosen
    chance = np.asarray(weights, dtype=np.float64) * (number / weights.sum())
    for _ in range(20):
        sure = chance >= 1.0
        rest = chance[~sure].sum()
        if rest <= 0 or (abs(rest + sure.sum() - number) < 1e-9 and chance.max() <= 1.0):
            break
        chance[sure] = 1.0
        chance[~sure] *= (number - sure.sum()) / rest
    running = np.concatenate(([0.0], np.round(np.cumsum(np.minimum(chance, 1.0)), 9)))
    chosen[:] = np.diff(np.floor(running + offset)) > 0
    return _exact(chosen, weights, number)


def _exact(chosen: np.ndarray, weights: FloatArray, number: int) -> np.ndarray:
    # Rounding at the very end of the running sum may leave one item too many or too few.
    excess = int(chosen.sum()) - number
    if excess > 0:
        chosen[np.flatnonzero(chosen)[:excess]] = False
    elif excess < 0:
        left = np.flatnonzero(~chosen & (weights > 0))
        chosen[left[np.argsort(-weights[left], kind="stable")[:-excess]]] = True
    return chosen


def weighted_pick(weights: FloatArray, number: int, generator: np.random.Generator) -> IntArray:
    """Positions of `number` items drawn without replacement, with chances in proportion to weight.

    Method: smallest exponential arrival times (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003).
    """
    number = max(min(number, weights.size), 0)
    arrival = generator.standard_exponential(weights.size) / np.maximum(weights, 1e-12)
    if number == 0 or number == weights.size:
        return np.arange(weights.size)[:number]
    return np.sort(np.argpartition(arrival, number - 1)[:number])


def tilt(logits: FloatArray, numbers: FloatArray, targets: FloatArray) -> FloatArray:
    """Logit shift of each row (n,) at which expected successes, sum of numbers x sig(logits + shift), meet the targets.

    logits and numbers are (n, k); a target outside (0, sum of numbers) gets the shift's limit of 12.
    """
    low, high = np.full(targets.shape, -12.0), np.full(targets.shape, 12.0)
    for _ in range(40):
        middle = 0.5 * (low + high)
        reached = (numbers / (1.0 + np.exp(-(logits + middle[:, None])))).sum(axis=1)
        short = reached < targets
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return 0.5 * (low + high)


def logit(share: FloatArray) -> FloatArray:
    """Log-odds of a share, kept finite."""
    share = np.clip(share, 1e-6, 1.0 - 1e-6)
    return np.log(share / (1.0 - share))


def sigmoid(z: FloatArray) -> FloatArray:
    """1 / (1 + e^-z)."""
    return 1.0 / (1.0 + np.exp(-np.asarray(z)))
