"""What is reported of firms: the indicator registry, the cube of authority x size x sector, and the monthly count."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from model.cube import Cube
from model.firm_roster import FirmRoster
from model.jit import njit
from model.region import SECTORS, SIZE_BANDS
from model.state import TOLD_OPEN, Firms, Units
from model.technologies import N_TECHNOLOGIES, TECHNOLOGIES

FIRM_COUNTS = (
    "firms", *(f"adopters_{name}" for name in TECHNOLOGIES), "jobs", "held", "commuters", "vacancies",
    "productivity_jobs", "gva", "new_firms", "closed_firms",
)  # fmt: skip
"""Columns of the cube: whole numbers of agents. `productivity_jobs` is productivity x jobs in millionths, `gva` in GBP a
year; jobs of a firm that closed count until its last worker has left."""
N_FIRM_COUNTS = len(FIRM_COUNTS)
_AT = {name: column for column, name in enumerate(FIRM_COUNTS)}
N_FIRM_TWIN_CASES = 12
_JOBS, _HELD, _COMMUTERS, _VACANCIES = (_AT[name] for name in ("jobs", "held", "commuters", "vacancies"))
_PRODUCTIVITY, _GVA, _NEW, _CLOSED = (_AT[name] for name in ("productivity_jobs", "gva", "new_firms", "closed_firms"))

PRODUCTIVITY_UNITS = 1_000_000
"""Fixed point, so that sums do not hang on the order of firms"""

TECHNOLOGY_LABELS = {
    "website": "Website",
    "ecommerce": "Selling online",
    "cloud": "Cloud services",
    "business_software": "Business software (accounts, customers, planning)",
    "cyber_essentials": "Cyber Essentials certificate",
    "data_iot": "Data from connected devices",
    "ai": "Artificial intelligence",
}


@dataclass(frozen=True, slots=True)
class FirmIndicator:
    """A sum over firms' columns of the cube, or its ratio to another."""

    name: str
    label: str
    unit: str
    columns: tuple[str, ...]
    """columns of FIRM_COUNTS that are added up"""
    of: str = ""
    """column divided by; empty for a total"""
    factor: float = 1.0
    flow: bool = False
    """counted over the month, not at its end"""


FIRM_INDICATORS: tuple[FirmIndicator, ...] = (
    FirmIndicator("firms", "Firms", "firms", ("firms",)),
    FirmIndicator("new_firms", "Firms founded in the month", "firms a month", ("new_firms",), flow=True),
    FirmIndicator("closed_firms", "Firms closed in the month", "firms a month", ("closed_firms",), flow=True),
    *(
        FirmIndicator(f"adopters_{name}", f"Firms using: {label}", "firms", (f"adopters_{name}",))
        for name, label in TECHNOLOGY_LABELS.items()
    ),
    *(
        FirmIndicator(
            f"adopted_{name}", f"{label}, share of firms", "% of firms", (f"adopters_{name}",), "firms", factor=100.0
        )
        for name, label in TECHNOLOGY_LABELS.items()
    ),
    FirmIndicator("adoptions", "Technologies in use, added up over firms", "adoptions",
                  tuple(f"adopters_{name}" for name in TECHNOLOGIES)),
    FirmIndicator("jobs", "Jobs at firms", "jobs", ("jobs",)),
    FirmIndicator("jobs_held", "Jobs at firms held by residents", "jobs", ("held",)),
    FirmIndicator("jobs_commuters", "Jobs at firms held by people from outside the region", "jobs", ("commuters",)),
    FirmIndicator("vacancies", "Vacant jobs at firms", "jobs", ("vacancies",)),
    FirmIndicator("vacancy_share", "Vacant jobs, share of jobs at firms", "% of jobs", ("vacancies",), "jobs", factor=100.0),
    FirmIndicator("productivity_index", "Productivity of firms, weighted by jobs", "index, 1 without technology",
                  ("productivity_jobs",), "jobs", factor=1.0 / PRODUCTIVITY_UNITS),
    FirmIndicator("gva", "Value added by firms", "GBP a year", ("gva",)),
)  # fmt: skip

FIRM_GROUP_LABELS = {
    "all": "All firms",
    "size_band": "Size (persons employed when founded or in 2013)",
    "sector": "Sector",
    "authority": "Local authority of the main site",
}
FIRM_DIMENSIONS = ("authority", "size_band", "sector")
FIRM_VALUES = {"size_band": SIZE_BANDS, "sector": SECTORS}


def firm_indicator(name: str) -> FirmIndicator:
    """The registry entry of a name."""
    return next(entry for entry in FIRM_INDICATORS if entry.name == name)


@dataclass(frozen=True, slots=True)
class FirmCells(Cube):
    """Numbering of the firm cube's cells."""

    VALUES = FIRM_VALUES
    DIMENSIONS = FIRM_DIMENSIONS
    LABELS = FIRM_GROUP_LABELS

    def of(self, roster: FirmRoster) -> np.ndarray:
        """Cell of every firm of a roster (int32); it never changes."""
        columns = (np.asarray(column, np.int64) for column in (roster.authority, roster.size_band, roster.sector))
        return np.ravel_multi_index(tuple(columns), self.shape).astype(np.int32)

    def table(self, counts: np.ndarray, weight: float) -> pd.DataFrame:
        """The cube as a table: one row a non-empty cell, one column a total, at full population; flows are left out."""
        filled = np.flatnonzero(counts.any(axis=1))
        values = firm_indicator_values(counts[filled], weight)
        totals = {e.name: values[:, i] for i, e in enumerate(FIRM_INDICATORS) if not e.of and not e.flow}
        weighted = counts[filled, _PRODUCTIVITY] * (weight / PRODUCTIVITY_UNITS)
        return pd.DataFrame({**self.cell_columns(filled), **totals, "productivity_jobs": weighted})


def firm_indicator_values(counts: np.ndarray, weight: float) -> np.ndarray:
    """Every indicator from counts of shape (k, N_FIRM_COUNTS): shape (k, indicators); a ratio to nothing is NaN."""
    values = np.empty((len(counts), len(FIRM_INDICATORS)))
    for column, entry in enumerate(FIRM_INDICATORS):
        total = counts[:, [_AT[name] for name in entry.columns]].sum(axis=1)
        if entry.of:
            over = counts[:, _AT[entry.of]].astype(float)
            values[:, column] = entry.factor * np.divide(total, over, out=np.full(len(over), np.nan), where=over > 0)
        else:
            values[:, column] = total * weight
    return values


class FirmTally(NamedTuple):
    """Firms at the end of a month."""

    counts: np.ndarray
    """int64 (cells, N_FIRM_COUNTS)"""
    states: np.ndarray
    """uint8 a firm: technologies in use, and 128 for being open; 0 for a firm that is not"""
    jobs: np.ndarray
    """int32 a firm: jobs of all its units"""
    gva_gbp: np.ndarray
    """int64 a firm: GBP a year; 0 for a firm that is not open"""


class FirmCounter:
    """Counts the firms of one run month by month. `cell` is the cell of every firm of the roster."""

    def __init__(self, roster: FirmRoster, authorities: tuple[str, ...]) -> None:
        self.roster = roster
        self.cells = FirmCells(authorities)
        self.cell = self.cells.of(roster)
        self._states = np.zeros(roster.n, np.uint8)
        self._before = np.full(roster.n, -1, np.int16)

    @property
    def before_help(self) -> np.ndarray:
        """Technologies each firm used when a programme first helped it (uint8 bits); 0 for those never helped."""
        return np.where(self._before < 0, 0, self._before & (TOLD_OPEN - 1)).astype(np.uint8)

    def count(self, month: int, firms: Firms, units: Units, first_treated: Iterable[np.ndarray] = ()) -> FirmTally:
        """Count the firms at the end of a month; `first_treated` is each firm programme's month of help by firm."""
        for months in first_treated:
            new = (months == month) & (self._before < 0)
            self._before[new] = self._states[new]
        tally = count_firms(month, self.cell, self.cells.n, self.roster, firms, units)
        self._states = tally.states
        return tally


def count_firms(
    month: int, cell: np.ndarray, n_cells: int, roster: FirmRoster, firms: Firms, units: Units
) -> FirmTally:
    """Count firms by cell (`FirmCells.of`) and note each one's state. Whole numbers: sums are exact in any order."""
    tally = FirmTally(
        np.zeros((n_cells, N_FIRM_COUNTS), np.int64),
        np.zeros(roster.n, np.uint8),
        np.zeros(roster.n, np.int32),
        np.zeros(roster.n, np.int64),
    )
    columns = (roster.sector, roster.entry_month, roster.entry_jobs, roster.unit_ptr, roster.sector_gva_per_job_gbp)
    _tally(month, cell, *columns, firms, units, tally)
    return tally


@njit
def _tally(
    month: int,
    cell: np.ndarray,
    sector: np.ndarray,
    entry_month: np.ndarray,
    entry_jobs: np.ndarray,
    unit_ptr: np.ndarray,
    gva_per_job_gbp: np.ndarray,
    firms: Firms,
    units: Units,
    tally: FirmTally,
) -> None:
    for i in range(cell.shape[0]):
        if firms.open[i] == 0 and firms.workers[i] == 0 and firms.closed_month[i] != month:
            continue  # not yet born, or closed and without workers
        row = tally.counts[cell[i]]
        productivity = np.float64(firms.productivity[i])
        jobs = np.int64(0)
        for unit in range(unit_ptr[i], unit_ptr[i + 1]):
            held, commuters = np.int64(units.held[unit]), np.int64(units.commuters[unit])
            unit_jobs = np.int64(units.jobs[unit])
            row[_JOBS] += unit_jobs
            row[_HELD] += held
            row[_COMMUTERS] += commuters
            row[_VACANCIES] += unit_jobs - held - commuters
            jobs += unit_jobs
        tally.jobs[i] = jobs
        row[_PRODUCTIVITY] += np.int64(productivity * PRODUCTIVITY_UNITS + 0.5) * jobs
        if firms.open[i] == 0:
            if firms.closed_month[i] == month:
                row[_CLOSED] += 1
            continue
        size = np.float64(entry_jobs[i]) * np.float64(firms.size_index[i])
        gva = np.int64(gva_per_job_gbp[sector[i]] * size * productivity + 0.5)
        row[0] += 1
        row[_GVA] += gva
        if entry_month[i] == month and month > 0:
            row[_NEW] += 1
        for k in range(N_TECHNOLOGIES):
            if firms.adopted[i] >> k & 1:
                row[1 + k] += 1
        tally.states[i] = firms.adopted[i] | TOLD_OPEN
        tally.gva_gbp[i] = gva


@njit
def count_firm_twins(
    base_states: np.ndarray,
    plan_states: np.ndarray,
    before: np.ndarray,
    cell: np.ndarray,
    treated: np.ndarray,
    about: np.ndarray,
    bit: int,
    n_cells: int,
) -> np.ndarray:
    """Firms by cell and case, shape (n_cells, N_FIRM_TWIN_CASES), for the technology of a bit.

    Cases 0 to 7 are firms open in both twins: base (1) + plan (2) + treated (4) for who uses it. 8 and 9 are users open
    only in the base and only in the plan. 10 and 11 are firms helped with this very technology (`about`, bits) who use it
    under the plan and did not when help began (`before`, bits): all of them, and those who use it in the base too.
    """
    counts = np.zeros((n_cells, N_FIRM_TWIN_CASES), np.int64)
    for i in range(cell.shape[0]):
        row = counts[cell[i]]
        base, plan = base_states[i] >> bit & 1, plan_states[i] >> bit & 1
        base_open, plan_open = base_states[i] >= TOLD_OPEN, plan_states[i] >= TOLD_OPEN
        if base_open and plan_open:
            row[base + 2 * plan + 4 * treated[i]] += 1
            if plan and about[i] >> bit & 1 and not before[i] >> bit & 1:
                row[10] += 1
                row[11] += base
        elif base_open:
            row[8] += base
        elif plan_open:
            row[9] += plan
    return counts
