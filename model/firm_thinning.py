"""Which enterprises are simulated at a scale below 1: taken at even steps, with all their units, so that shares stay."""

from __future__ import annotations

import numpy as np

from model.chance import key_from_text
from model.firm_synthesis import FirmDraft

FIRST_LARGE_SIZE = 4
"""Place in BUSINESS_SIZES (50 and over) from which enterprises are sampled over the whole region by jobs: few hold many jobs."""
TRIES = 256
"""Samples of large ones that are drawn; the one that keeps jobs best is taken: in all, and those of the stock by sector, of
newborns by period."""
TOTAL_WEIGHT = 4.0
"""What a job too many or too few in all counts against one in a sector or period."""
PERIOD_MONTHS = 24


def thinned(firms: FirmDraft, entry_month: np.ndarray, scale: float, structure_seed: int) -> np.ndarray:
    """Mask (n,) of the enterprises that are kept; the stock and the newborn are thinned apart.

    Small enterprises are taken at even steps in order of authority, size, month of birth and sector; larger ones in rough
    order of jobs over the whole region.
    """
    if scale >= 1.0:
        return np.ones(firms.n, dtype=bool)
    kept = np.zeros(firms.n, dtype=bool)
    generator = np.random.Generator(np.random.Philox(key=key_from_text(f"{structure_seed}|sample|firms")))
    jobs, born, large = firms.jobs, entry_month > 0, firms.size >= FIRST_LARGE_SIZE
    for newborn in (False, True):
        rows = np.flatnonzero((born == newborn) & ~large)
        born_in = np.maximum(entry_month[rows], 0)
        columns = (firms.key[rows], firms.sector[rows], born_in, firms.size[rows], firms.authority[rows])
        order = rows[np.lexsort(columns)]
        kept[order] = _at_steps(order.size, scale, generator.random())
        rows = np.flatnonzero((born == newborn) & large)
        order = rows[np.lexsort((firms.key[rows], jobs[rows]))]
        group = entry_month[order] // PERIOD_MONTHS if newborn else firms.sector[order]
        kept[order] = _closest(jobs[order], group, scale, generator)
    return kept


def _closest(jobs: np.ndarray, group: np.ndarray, scale: float, generator: np.random.Generator) -> np.ndarray:
    """The sample, of TRIES taken at even steps with neighbours in the order of jobs shuffled, that keeps jobs best."""
    best, least = np.zeros(jobs.size, dtype=bool), np.inf
    groups = int(group.max(initial=-1)) + 1
    wanted = scale * np.bincount(group, weights=jobs, minlength=groups)
    for _ in range(TRIES):
        order = np.argsort(np.arange(jobs.size) + generator.random(jobs.size) / scale, kind="stable")
        sample = np.zeros(jobs.size, dtype=bool)
        sample[order] = _at_steps(jobs.size, scale, generator.random())
        excess = np.bincount(group[sample], weights=jobs[sample], minlength=groups) - wanted
        distance = TOTAL_WEIGHT * abs(excess.sum()) + np.abs(excess).sum()
        if distance < least:
            best, least = sample, distance
    return best


def _at_steps(count: int, scale: float, offset: float) -> np.ndarray:
    return np.diff(np.floor(np.arange(count + 1) * scale + offset)) > 0
