"""Enterprises of January 2013 and their local units, made from published counts; docs/firms.md tells the assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import START_YEAR
from model.chance import key_from_text, log, mix, uniform
from model.errors import InputError
from model.firm_margins import fit_margins, whole_table
from model.jit import njit
from model.network_ties import structure_word
from model.region import BUSINESS_SIZES, SECTORS, Region

if TYPE_CHECKING:
    import pandas as pd

COUNTS_YEAR = 2024
"""Year of the counts by authority."""
SIZE_STARTS = np.array([1, 5, 10, 20, 50, 100, 250])
"""Fewest jobs in each of BUSINESS_SIZES; a proprietor counts, so nobody has none."""
BAND_STARTS = (0, 2, 4, 6)
"""Places in BUSINESS_SIZES where each of SIZE_BANDS begins."""
LARGEST_UNIT_JOBS = 2500
"""Most jobs of one local unit (assumed, 1,500-5,000): ends the open band. With it the local units of the UK hold 31
million jobs in 2024, about as many as there are."""
BAND_CEILING = np.array([9, 9, 49, 49, 249, 249, 2**30])
"""Most jobs an enterprise of each size may have with its branches, so that it stays in its band of SIZE_BANDS."""
FIRST_OWNER_SIZE = 2
"""Place in BUSINESS_SIZES of the smallest enterprises that have branches: 10 jobs and over (assumed)."""
OWN_AUTHORITY_WEIGHT = 4.0
"""How much likelier an enterprise has a branch in its own authority than one like it elsewhere (assumed, 1-20)."""

_SERIAL_BITS = 20


@dataclass(frozen=True, slots=True, eq=False)
class FirmDraft:
    """Enterprises (n rows) while the roster is made, and their local units (m, in the order of enterprises, the main unit first).

    key uint64; authority, sector, size int64 (size: place in BUSINESS_SIZES); unit_firm, unit_authority int64; unit_key
    uint64; unit_jobs int64.
    """

    key: np.ndarray
    authority: np.ndarray
    sector: np.ndarray
    size: np.ndarray
    unit_firm: np.ndarray
    unit_key: np.ndarray
    unit_authority: np.ndarray
    unit_jobs: np.ndarray

    @property
    def n(self) -> int:
        """Enterprises."""
        return int(self.key.size)

    @property
    def jobs(self) -> np.ndarray:
        """Jobs (n,) of all units of each enterprise."""
        return np.bincount(self.unit_firm, weights=self.unit_jobs, minlength=self.n).astype(np.int64)

    @property
    def unit_ptr(self) -> np.ndarray:
        """Units of row i are unit_ptr[i] to unit_ptr[i + 1] (n + 1,)."""
        return np.concatenate(([0], np.cumsum(np.bincount(self.unit_firm, minlength=self.n))))

    def take(self, rows: np.ndarray) -> FirmDraft:
        """The enterprises at `rows`, in that order, with their units; a row may come up more than once."""
        ptr = self.unit_ptr
        number = np.diff(ptr)[rows]
        firm = np.repeat(np.arange(rows.size), number)
        units = np.arange(firm.size) + np.repeat(ptr[rows] - (np.cumsum(number) - number), number)
        return FirmDraft(
            self.key[rows], self.authority[rows], self.sector[rows], self.size[rows], firm, self.unit_key[units],
            self.unit_authority[units], self.unit_jobs[units],
        )  # fmt: skip

    def join(self, other: FirmDraft) -> FirmDraft:
        """These enterprises, then the others."""
        columns = {name: np.concatenate((getattr(self, name), getattr(other, name))) for name in self.__slots__}
        columns["unit_firm"][self.unit_firm.size :] += self.n
        return FirmDraft(**columns)


def index_path(region: Region) -> tuple[np.ndarray, np.ndarray]:
    """Years and enterprises of the UK by year and sector, as multiples of those of COUNTS_YEAR (years, sectors)."""
    index = region.national["firm_index"].pivot(index="year", columns="sector", values="enterprises")
    index = index.reindex(columns=list(SECTORS)).sort_index()
    return index.index.to_numpy(np.int64), (index / index.loc[COUNTS_YEAR]).to_numpy()


def published(region: Region, measure: str, group: str) -> np.ndarray:
    """Published counts (authorities, categories) of "enterprises" or "local_units" by "sector" or "size"."""
    categories = SECTORS if group == "sector" else BUSINESS_SIZES
    counts = region.firm_counts
    rows = counts[(counts["measure"] == measure) & (counts["group"] == group)]
    table = rows.pivot(index="authority_code", columns="category", values="count")
    table = table.reindex(index=list(region.authorities["authority_code"]), columns=list(categories))
    if table.isna().to_numpy().any():
        raise InputError("counts are missing for an authority or category", file="firm_counts.csv", key=measure,
                         value=group)  # fmt: skip
    return table.to_numpy(np.float64)


def expected_stock(region: Region, year: int = START_YEAR) -> np.ndarray:
    """Expected enterprises (authorities, sectors, sizes): the counts of 2024, taken along the UK's index of each sector.

    Both margins of an authority are met jointly; the pattern within them is that of the region's `business_area`.
    """
    seed = sector_size_seed(region)
    sectors, sizes = published(region, "enterprises", "sector"), published(region, "enterprises", "size")
    fitted = np.array([fit_margins(seed, *margins) for margins in zip(sectors, sizes, strict=True)])
    return fitted * _index_ratio(region, year)[None, :, None]


def sector_size_seed(region: Region) -> np.ndarray:
    """Enterprises (sectors, sizes) published for the nation or English region that the region belongs to."""
    table: pd.DataFrame = region.national["firm_sector_size"]
    rows = table[table["area"] == region.business_area]
    seed = rows.pivot(index="sector", columns="size", values="enterprises")
    return seed.reindex(index=list(SECTORS), columns=list(BUSINESS_SIZES)).fillna(0.0).to_numpy(np.float64)


def _index_ratio(region: Region, year: int) -> np.ndarray:
    years, path = index_path(region)
    return path[np.searchsorted(years, year)]


def synthesise(region: Region, structure_seed: int, share: float = 1.0) -> FirmDraft:
    """The stock of January 2013. `share`: part of the counts that is made, for areas too large to make whole."""
    codes = [str(code) for code in region.authorities["authority_code"]]
    expected = share * expected_stock(region)
    whole = np.array([whole_table(table, _luck(structure_seed, f"firms/{code}", table.shape))
                      for code, table in zip(codes, expected, strict=True)]).reshape(expected.shape)  # fmt: skip
    key, authority, sector, size = _rows(whole, [firm_word(code) for code in codes])
    branch_cells, main_size = _split_units(region, structure_seed, share, whole, key, authority, size)
    branch_words = [np.uint64(key_from_text(f"branch|{code}")) for code in codes]
    branch_key, branch_authority, branch_sector, branch_size = _rows(branch_cells, branch_words)
    main_jobs = draw_jobs(structure_word(structure_seed, "firms/jobs"), key, main_size)
    branch_jobs = draw_jobs(structure_word(structure_seed, "firms/jobs"), branch_key, branch_size)
    owner = _owners(structure_seed, (key, authority, sector, size, main_jobs),
                    (branch_key, branch_authority, branch_sector, branch_jobs))  # fmt: skip
    unit_firm = np.concatenate((np.arange(key.size), owner))
    unit_key = np.concatenate((main_unit_keys(key), branch_key))
    is_branch = np.arange(unit_firm.size) >= key.size
    order = np.lexsort((unit_key, is_branch, unit_firm))
    return FirmDraft(
        key, authority, sector, size, unit_firm[order], unit_key[order],
        np.concatenate((authority, branch_authority))[order], np.concatenate((main_jobs, branch_jobs))[order],
    )  # fmt: skip


def firm_word(authority_code: str) -> np.uint64:
    """The word that keys of an authority's enterprises are made of."""
    return np.uint64(key_from_text(f"firm|{authority_code}"))


def _luck(structure_seed: int, name: str, shape: tuple[int, ...]) -> np.ndarray:
    cells = np.arange(int(np.prod(shape)), dtype=np.uint64)
    return uniforms(structure_word(structure_seed, name), cells).reshape(shape)


def _rows(cells: np.ndarray, words: list[np.uint64]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Key, authority, sector and size of each of `cells` (authorities, sectors, sizes), in this order.

    A key says the number within the cell, so that one more enterprise of one kind changes no other's key.
    """
    flat = np.repeat(np.arange(cells.size), cells.ravel())
    first = np.cumsum(cells.ravel()) - cells.ravel()
    number = np.arange(flat.size) - first[flat]
    authority, sector, size = np.unravel_index(flat, cells.shape)
    serial = ((sector * len(BUSINESS_SIZES) + size) << _SERIAL_BITS) + number
    return keys_of(np.array(words, np.uint64)[authority], serial), authority, sector, size


def _split_units(
    region: Region,
    structure_seed: int,
    share: float,
    whole: np.ndarray,
    key: np.ndarray,
    authority: np.ndarray,
    size: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Branches (authorities, sectors, sizes) and the size (n,) of each enterprise's main unit.

    A main unit is as large as its enterprise unless the authority has too few local units of that size: then, drawn at
    random, it is the largest size left and the rest of the enterprise is elsewhere. What local units are left are branches.
    """
    ratio = _index_ratio(region, START_YEAR)
    units_by_sector = share * published(region, "local_units", "sector") * ratio
    units_by_size = published(region, "local_units", "size")
    units_by_size = units_by_size * (units_by_sector.sum(axis=1) / np.maximum(units_by_size.sum(axis=1), 1.0))[:, None]
    luck = uniforms(structure_word(structure_seed, "firms/main"), key)
    seed = sector_size_seed(region)
    branches, main_size = np.zeros(whole.shape, np.int64), size.copy()
    for a, code in enumerate(region.authorities["authority_code"]):
        here = np.flatnonzero(authority == a)
        order = here[np.lexsort((luck[here], -size[here]))]
        left = _place_mains(np.rint(units_by_size[a]).astype(np.int64), size, main_size, order)
        spare = np.maximum(units_by_sector[a] - whole[a].sum(axis=1), 0.0)
        if spare.sum() > 0:
            spare *= left.sum() / spare.sum()
        expected = fit_margins(seed, spare, left.astype(np.float64))
        branches[a] = whole_table(expected, _luck(structure_seed, f"branches/{code}", expected.shape))
    return branches, main_size


@njit
def _place_mains(room: np.ndarray, size: np.ndarray, main_size: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Give each enterprise, largest first, a main unit of the largest size with room; returns the local units left (7,)."""
    left = room.copy()
    for i in order:
        b = size[i]
        while b > 0 and left[b] <= 0:
            b -= 1
        main_size[i] = b
        left[b] = max(left[b] - 1, 0)
    return left


def _owners(structure_seed: int, firms: tuple[np.ndarray, ...], branches: tuple[np.ndarray, ...]) -> np.ndarray:
    """Row of the enterprise that owns each branch."""
    key, authority, sector, size, main_jobs = firms
    branch_key, branch_authority, branch_sector, branch_jobs = branches
    candidates = np.flatnonzero(size >= FIRST_OWNER_SIZE)
    candidates = candidates if candidates.size else np.arange(key.size)
    candidates = candidates[np.argsort(sector[candidates], kind="stable")]
    first = np.searchsorted(sector[candidates], np.arange(len(SECTORS) + 1))
    owner = np.empty(branch_key.size, np.int64)
    if key.size == 0:
        return owner[:0]
    order = np.lexsort((branch_key, -branch_jobs))
    room = (BAND_CEILING[size] - main_jobs)[candidates]
    at = _choose_owners(
        structure_word(structure_seed, "firms/owner"), first, key[candidates], authority[candidates],
        main_jobs[candidates], room, branch_key[order], branch_authority[order], branch_sector[order],
        branch_jobs[order],
    )  # fmt: skip
    owner[order] = candidates[at]
    return owner


@njit
def _choose_owners(
    word: np.uint64,
    first: np.ndarray,
    key: np.ndarray,
    authority: np.ndarray,
    jobs: np.ndarray,
    room: np.ndarray,
    branch_key: np.ndarray,
    branch_authority: np.ndarray,
    branch_sector: np.ndarray,
    branch_jobs: np.ndarray,
) -> np.ndarray:
    """Position of each branch's owner: one of its sector whose main unit is no smaller and which stays in its band; where
    there is none, one of its sector that stays in its band, then one of any sector, then the one with most room.

    Chances are in proportion to jobs: each pair of branch and enterprise has its own arrival time and the first to arrive
    wins (rendezvous hashing), so one more enterprise takes over some branches and leaves the others where they were.
    """
    owner = np.empty(branch_key.size, np.int64)
    for b in range(branch_key.size):
        best, earliest = -1, np.inf
        for attempt in range(3):
            own_sector = attempt < 2
            start = first[branch_sector[b]] if own_sector else 0
            stop = first[branch_sector[b] + 1] if own_sector else key.size
            for f in range(start, stop):
                if room[f] < branch_jobs[b] or (attempt == 0 and jobs[f] < branch_jobs[b]):
                    continue
                weight = jobs[f] * (OWN_AUTHORITY_WEIGHT if authority[f] == branch_authority[b] else 1.0)
                arrival = -log(uniform(mix(word, branch_key[b]), key[f])) / weight
                if arrival < earliest:
                    best, earliest = f, arrival
            if best >= 0:
                break
        owner[b] = best if best >= 0 else np.argmax(room)
        room[owner[b]] -= branch_jobs[b]
    return owner


def main_unit_keys(firm_key: np.ndarray) -> np.ndarray:
    """Keys of enterprises' main units."""
    return keys_of(np.asarray(firm_key, np.uint64), np.ones(firm_key.size, np.int64))


def draw_jobs(word: np.uint64, keys: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Jobs of units (n,) of the given places in BUSINESS_SIZES: chances within a band fall as 1/(jobs (jobs + 1)), the
    tail of a density of jobs^-2 (Axtell 2001, doi:10.1126/science.1062081)."""
    low = SIZE_STARTS[size].astype(np.float64)
    ends = np.append(SIZE_STARTS[1:], LARGEST_UNIT_JOBS + 1).astype(np.float64)
    drawn = 1.0 / (1.0 / low - uniforms(word, keys) * (1.0 / low - 1.0 / ends[size]))
    return np.minimum(np.floor(drawn), ends[size] - 1.0).astype(np.int64)


@njit
def keys_of(words: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """One key (n,) for each pair of word and serial number."""
    keys = np.empty(serial.size, np.uint64)
    for i in range(serial.size):
        keys[i] = mix(words[i], np.uint64(serial[i]))
    return keys


@njit
def uniforms(word: np.uint64, keys: np.ndarray) -> np.ndarray:
    """One uniform draw (n,) for each key."""
    draws = np.empty(keys.size, np.float64)
    for i in range(keys.size):
        draws[i] = uniform(word, keys[i])
    return draws
