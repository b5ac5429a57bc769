"""Counting state codes by group: whole numbers, so that sums are exact in any order."""

import numpy as np

from model.jit import njit
from model.state import ABSENT, N_STATE_CODES

_BAND_STARTS_YEARS = np.array([25, 35, 45, 55, 65, 75], dtype=np.int64)
N_TWIN_FLAGS = 8
"""base (bit 0), plan (bit 1), treated (bit 2)"""


@njit
def age_band(age_years: int) -> int:
    """Band number of an age in years, 16-24 is 0 and 75+ is 6.

    >>> age_band(24), age_band(25), age_band(80)
    (0, 1, 6)
    """
    band = 0
    for start in _BAND_STARTS_YEARS:
        if age_years >= start:
            band += 1
    return band


@njit
def count_codes(codes: np.ndarray) -> np.ndarray:
    """Residents present by state code, shape (48,)."""
    counts = np.zeros(256, np.int64)
    for i in range(codes.shape[0]):
        counts[codes[i]] += 1
    return counts[:N_STATE_CODES].copy()


@njit
def fill_cells(
    month: int,
    codes: np.ndarray,
    birth_month: np.ndarray,
    onset_month: np.ndarray,
    fixed_cell: np.ndarray,
    cells: np.ndarray,
) -> None:
    """Cell of each present row: fixed_cell (authority, sex, education, deprivation, rural) with age band and disability.

    cell = (fixed_cell * 7 + age band) * 2 + disabled; -1 for absent rows. Writes `cells` (int32).
    """
    for i in range(codes.shape[0]):
        if codes[i] == ABSENT:
            cells[i] = -1
        else:
            band = age_band((month - np.int64(birth_month[i])) // 12)
            cells[i] = (fixed_cell[i] * 7 + band) * 2 + (1 if month >= onset_month[i] else 0)


@njit
def count_by_cell(codes: np.ndarray, cells: np.ndarray, n_cells: int) -> np.ndarray:
    """Residents present by cell and state code, shape (n_cells, 48)."""
    counts = np.zeros((n_cells, N_STATE_CODES), np.int32)
    for i in range(codes.shape[0]):
        if codes[i] != ABSENT:
            counts[cells[i], codes[i]] += 1
    return counts


@njit
def count_twins(
    base_codes: np.ndarray,
    plan_codes: np.ndarray,
    cells: np.ndarray,
    treated: np.ndarray,
    in_state: np.ndarray,
    n_cells: int,
) -> np.ndarray:
    """Residents by cell and (in state under base, under plan, treated), shape (n_cells, 8).

    in_state says for each of 256 codes whether it counts as being in the state.
    """
    counts = np.zeros((n_cells, N_TWIN_FLAGS), np.int64)
    for i in range(base_codes.shape[0]):
        if plan_codes[i] != ABSENT:
            flags = in_state[base_codes[i]] + 2 * in_state[plan_codes[i]] + 4 * treated[i]
            counts[cells[i], flags] += 1
    return counts
