"""Tables of enterprises that meet two published margins: fitted in expectation, then in whole numbers."""

from __future__ import annotations

import numpy as np

FITTING_STEPS = 200
"""Rounds of proportional fitting; tables of 17 sectors by 7 sizes settle to a millionth within fifty."""
SMALLEST_SEED = 0.5
"""Stands for zero in a seed: the publisher rounds to 5, and a margin may need a cell that the seed lacks."""


def fit_margins(seed: np.ndarray, row_totals: np.ndarray, column_totals: np.ndarray) -> np.ndarray:
    """The table nearest to `seed` (k, m) with the given row (k,) and column (m,) totals, by iterative proportional fitting.

    Columns are first scaled to the rows' sum: published margins of one place differ by rounding.

    >>> fit_margins(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0])).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    table = np.maximum(np.asarray(seed, dtype=np.float64), SMALLEST_SEED)
    total = row_totals.sum()
    if total <= 0 or column_totals.sum() <= 0:
        return np.zeros_like(table)
    column_totals = column_totals * (total / column_totals.sum())
    for _ in range(FITTING_STEPS):
        table = table * _ratio(column_totals, table.sum(axis=0))
        table = table * _ratio(row_totals, table.sum(axis=1))[:, None]
    return table


def _ratio(wanted: np.ndarray, present: np.ndarray) -> np.ndarray:
    return np.divide(wanted, present, out=np.zeros_like(present), where=present > 0)


def whole_table(expected: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Whole numbers next to `expected` (k, m) whose row, column and total sums are next to the expected sums.

    Controlled rounding (Cox 1987, doi:10.1080/01621459.1987.10478456): whether a cell is rounded up is a transport
    problem, whose cheapest solution is whole. A cell's cost is its `luck` (k, m; uniform) less its fraction, so the likelier
    ones go up.

    >>> whole_table(np.full((2, 2), 0.5), np.array([[0.1, 0.9], [0.8, 0.2]])).tolist()
    [[1, 0], [0, 1]]
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    expected = np.round(expected, 9)
    base = np.floor(expected)
    fraction = expected - base
    free = np.flatnonzero(fraction.ravel() > 0)
    if free.size == 0:
        return base.astype(np.int64)
    row, column = np.divmod(free, expected.shape[1])
    ones = np.ones(free.size)
    sums = vstack([
        csr_array((ones, (row, np.arange(free.size))), shape=(expected.shape[0], free.size)),
        csr_array((ones, (column, np.arange(free.size))), shape=(expected.shape[1], free.size)),
        csr_array(ones[None, :]),
    ])  # fmt: skip
    wanted = np.round(np.concatenate((fraction.sum(axis=1), fraction.sum(axis=0), [fraction.sum()])), 6)
    cost = (luck - fraction).ravel()[free]
    bounds = np.concatenate((np.ceil(wanted), -np.floor(wanted)))
    found = linprog(cost, A_ub=vstack([sums, -sums]), b_ub=bounds, bounds=(0, 1), method="highs-ds")
    up = np.zeros(expected.size)
    up[free] = np.rint(found.x)
    return (base + up.reshape(expected.shape)).astype(np.int64)
