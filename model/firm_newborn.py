"""Enterprises born after January 2013: when, where and in which sector by the turnover; alike the stock in all else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.chance import mix
from model.firm_synthesis import FirmDraft, firm_word, keys_of, uniforms
from model.firm_turnover import Turnover, newborn_sizes_drawn, whole_births
from model.network_ties import structure_word
from model.region import BUSINESS_SIZES, SECTORS, SIZE_BANDS

LARGEST_NEWBORN_JOBS = 10_000
"""Nobody is born with more (assumed, 2,000-20,000): only the largest public bodies have more."""

_SERIAL_BITS = 20
_FIRST_CELL = len(SECTORS) * len(BUSINESS_SIZES)
"""Serial numbers below are the stock's."""


def newborns(
    stock: FirmDraft, turnover: Turnover, codes: list[str], structure_seed: int
) -> tuple[FirmDraft, np.ndarray]:
    """Enterprises born, sorted by authority, sector and month, and their month of birth (n,).

    Each has the jobs and units of an enterprise of the stock, drawn among those of its sector and size band in the region: so
    that newborns who replace the closed leave jobs, branches and sizes within bands as they are.
    """
    births = whole_births(turnover.births, codes, structure_seed)
    if stock.n == 0:
        births[:] = 0
    authority, sector, month = np.unravel_index(np.repeat(np.arange(births.size), births.ravel()), births.shape)
    first = np.cumsum(births.ravel()) - births.ravel()
    number = np.arange(authority.size) - np.repeat(first, births.ravel())
    serial = ((_FIRST_CELL + month * len(SECTORS) + sector) << _SERIAL_BITS) + number
    words = np.array([firm_word(code) for code in codes], np.uint64)
    key = keys_of(words[authority], serial)
    size_word = structure_word(structure_seed, "firms/newborn size")
    band = newborn_sizes_drawn(size_word, key, sector, turnover.newborn_sizes)
    alike = stock.take(_donors(structure_word(structure_seed, "firms/newborn"), key, sector, band, stock))
    is_main = np.diff(alike.unit_firm, prepend=-1) > 0
    own = np.where(is_main, authority[alike.unit_firm], alike.unit_authority)
    in_firm = np.arange(alike.unit_firm.size) - alike.unit_ptr[alike.unit_firm]
    unit_key = keys_of(key[alike.unit_firm], in_firm + 1)
    return replace(alike, key=key, authority=authority, unit_key=unit_key, unit_authority=own), month


def _donors(word: np.uint64, key: np.ndarray, sector: np.ndarray, band: np.ndarray, stock: FirmDraft) -> np.ndarray:
    """Row (n,) of the enterprise of the stock that each newborn is like: of its sector and band, or where there is none of
    its band."""
    n_bands = len(SIZE_BANDS)
    rows = np.flatnonzero(stock.jobs <= LARGEST_NEWBORN_JOBS)
    stock_band = stock.size[rows] // 2
    draws = uniforms(np.uint64(mix(word, np.uint64(1))), key)
    own, n_own = _drawn(draws, sector * n_bands + band, stock.sector[rows] * n_bands + stock_band, stock.key[rows])
    other, _ = _drawn(draws, band, stock_band, stock.key[rows])
    return rows[np.where(n_own > 0, own, other)]


def _drawn(draws: np.ndarray, wanted: np.ndarray, group: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Position (n,) of one drawn of each wanted group, in the order of keys, and how many the group has."""
    order = np.lexsort((key, group))
    first = np.searchsorted(group[order], np.arange(max(wanted.max(initial=0), group.max(initial=0)) + 2))
    count = np.diff(first)[wanted]
    at = first[wanted] + np.minimum((draws * count).astype(np.int64), np.maximum(count - 1, 0))
    return order[np.minimum(at, order.size - 1)], count
