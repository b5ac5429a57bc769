"""The firm roster: which enterprises exist when, with which local units, and who trades with whom. No behaviour.

Founding and births are dated here and no programme changes them; closures are decided in a run, with the chances kept here.
docs/firms.md tells how the roster is made.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import END_YEAR, START_YEAR
from model.firm_newborn import newborns
from model.firm_places import unit_areas
from model.firm_synthesis import BAND_STARTS, FirmDraft, expected_stock, synthesise, uniforms
from model.firm_thinning import thinned
from model.firm_turnover import Turnover, build_turnover, founding_ages
from model.network_places import make_places
from model.network_ties import structure_word
from model.region import SECTORS, SIZE_BANDS, Region
from model.storage import cache_dir, cached_columns, content_hash, source_hash
from model.trade_network import ROWS_PER_PLACE, Traders, trade_network

if TYPE_CHECKING:
    from model.population import Population, Progress

BUILDER_FILES = (
    "chance.py", "firm_margins.py", "firm_newborn.py", "firm_places.py", "firm_roster.py", "firm_synthesis.py",
    "firm_thinning.py", "firm_turnover.py", "network_places.py", "network_ties.py", "rounding.py", "trade_network.py",
)  # fmt: skip
"""Sources that decide what a roster holds: a stored one is rebuilt when any of them changes."""

LARGEST_STOCK = 300_000
"""Enterprises of January 2013 made at most before thinning. A region with more (the whole UK) is made in part, unless its
scale asks for more."""


@dataclass(frozen=True, slots=True, eq=False)
class FirmRoster:
    """Synthetic enterprises, n rows sorted by authority, and their m local units.

    key uint64, unique, the same at every scale. authority int16. sector, size_band int8: places in SECTORS and SIZE_BANDS;
    the size is that at entry. entry_jobs int32: sum over the enterprise's units. entry_month int16: 0 or less for the stock
    of January 2013 (the month of founding), else the month of birth. charity uint8.
    unit_ptr int32 (n + 1,): units of row i are unit_ptr[i] to unit_ptr[i + 1], the main unit first. unit_key uint64,
    unit_firm, unit_area int32 (the population's small areas), unit_entry_jobs int32 (m,).
    closure_probability_monthly float64 (authorities, years from 2013 to 2035), times closure_size_factor (4,) and
    closure_age_factor (2,: younger than five years, older); the stock's mean of the product of the factors is 1.
    trade_indptr int64 (n + 1,), trade_neighbour int32: trade partners of each row in both directions, in ascending order;
    a tie exists while both are open. sector_gva_per_job_gbp, sector_tilt float64 (17,): GBP a year and log odds of
    adoption. weight: enterprises one row stands for.
    """

    key: np.ndarray
    authority: np.ndarray
    sector: np.ndarray
    size_band: np.ndarray
    entry_jobs: np.ndarray
    entry_month: np.ndarray
    charity: np.ndarray
    unit_ptr: np.ndarray
    unit_key: np.ndarray
    unit_firm: np.ndarray
    unit_area: np.ndarray
    unit_entry_jobs: np.ndarray
    closure_probability_monthly: np.ndarray
    closure_size_factor: np.ndarray
    closure_age_factor: np.ndarray
    trade_indptr: np.ndarray
    trade_neighbour: np.ndarray
    sector_gva_per_job_gbp: np.ndarray
    sector_tilt: np.ndarray
    region: str
    scale: float
    structure_seed: int
    fingerprint: str
    weight: float

    @property
    def n(self) -> int:
        """Rows: enterprises that are there at some month."""
        return int(self.key.size)

    @property
    def n_units(self) -> int:
        """Local units of all enterprises."""
        return int(self.unit_key.size)

    @property
    def n_authorities(self) -> int:
        """Authorities of the region."""
        return len(self.closure_probability_monthly)


ROW_TYPES = {
    "key": np.uint64, "authority": np.int16, "sector": np.int8, "size_band": np.int8, "entry_jobs": np.int32,
    "entry_month": np.int16, "charity": np.uint8,
}  # fmt: skip
UNIT_TYPES = {"unit_key": np.uint64, "unit_firm": np.int32, "unit_area": np.int32, "unit_entry_jobs": np.int32}
ARRAYS = tuple(field.name for field in fields(FirmRoster) if field.name not in
               ("region", "scale", "structure_seed", "fingerprint", "weight"))  # fmt: skip


def empty_roster(n_authorities: int) -> FirmRoster:
    """A roster without firms, for made-up worlds that have none."""
    return FirmRoster(
        **{name: np.zeros(0, kind) for name, kind in (ROW_TYPES | UNIT_TYPES).items()},
        unit_ptr=np.zeros(1, np.int32),
        closure_probability_monthly=np.zeros((n_authorities, END_YEAR - START_YEAR + 1)),
        closure_size_factor=np.ones(len(SIZE_BANDS)),
        closure_age_factor=np.ones(2),
        trade_indptr=np.zeros(1, np.int64),
        trade_neighbour=np.zeros(0, np.int32),
        sector_gva_per_job_gbp=np.zeros(len(SECTORS)),
        sector_tilt=np.zeros(len(SECTORS)),
        region="none",
        scale=1.0,
        structure_seed=0,
        fingerprint="none",
        weight=1.0,
    )


def firm_fingerprint(region: Region, population: Population, structure_seed: int) -> str:
    """What a firm roster depends on, as a hash: the region's tables, the population, the builder's source, the seed."""
    here = Path(__file__).parent
    source = source_hash(*(here / name for name in BUILDER_FILES))
    parts = {"region": region.fingerprint, "population": population.fingerprint, "scale": population.scale}
    return content_hash({**parts, "seed": structure_seed, "source": source})


def get_firm_roster(
    region: Region, population: Population, structure_seed: int = 1, progress: Progress | None = None
) -> FirmRoster:
    """The roster from the user's cache, built on first use by one process; its arrays are memory-mapped, read-only."""
    fingerprint = firm_fingerprint(region, population, structure_seed)

    def build() -> tuple[dict[str, np.ndarray], dict[str, object]]:
        built = build_firm_roster(region, population, structure_seed, progress)
        return {name: getattr(built, name) for name in ARRAYS}, {"region": region.name, "fingerprint": fingerprint}

    columns, _ = cached_columns(cache_dir() / "firms" / fingerprint[:32], build)
    return FirmRoster(
        **columns, region=region.name, scale=population.scale, structure_seed=structure_seed, fingerprint=fingerprint,
        weight=population.weight,
    )  # fmt: skip


def build_firm_roster(
    region: Region, population: Population, structure_seed: int = 1, progress: Progress | None = None
) -> FirmRoster:
    """Make the roster of a region at the population's scale. Progress is told steps done and steps in all."""
    told = progress or (lambda _done, _steps: None)
    if not region.firm_counts["count"].sum():
        none = empty_roster(len(region.authorities))
        return replace(none, region=region.name, scale=population.scale, weight=population.weight)
    expected = expected_stock(region)
    share = _share_made(float(expected.sum()), population.scale)
    turnover = build_turnover(region, share * np.add.reduceat(expected, BAND_STARTS, axis=2))
    told(1, 4)
    firms, entry_month = _everyone(region, turnover, share, structure_seed)
    told(2, 4)
    kept = np.flatnonzero(thinned(firms, entry_month, population.scale / share, structure_seed))
    firms, entry_month = firms.take(kept), entry_month[kept]
    area = _unit_areas(region, population, firms, structure_seed)
    told(3, 4)
    rows_per_open = (turnover.stock[:, 0].sum() + turnover.births.sum()) / turnover.stock.sum(axis=0).mean()
    main_area = area[firms.unit_ptr[:-1]]
    traders = Traders(firms.key, firms.authority, firms.sector, firms.size // 2, main_area)
    ties = trade_network(traders, make_places(population, ROWS_PER_PLACE), float(rows_per_open), structure_seed)
    told(4, 4)
    return FirmRoster(
        **_firm_columns(region, firms, entry_month, area, structure_seed),
        closure_probability_monthly=turnover.closure_probability_monthly,
        closure_size_factor=turnover.factors.size,
        closure_age_factor=turnover.factors.age,
        trade_indptr=ties[0],
        trade_neighbour=ties[1],
        **_sector_columns(region),
        region=region.name,
        scale=population.scale,
        structure_seed=structure_seed,
        weight=population.weight,
        fingerprint=firm_fingerprint(region, population, structure_seed),
    )


def _share_made(stock: float, scale: float) -> float:
    """Part of the enterprises to make before thinning."""
    share = min(1.0, LARGEST_STOCK / max(stock, 1.0))
    return share if share > scale else 1.0


def _everyone(region: Region, turnover: Turnover, share: float, structure_seed: int) -> tuple[FirmDraft, np.ndarray]:
    """All enterprises, sorted by authority, the stock by sector and size, then newborns by month; and entry months (n,)."""
    stock = synthesise(region, structure_seed, share)
    word = structure_word(structure_seed, "firms/founding")
    ages = founding_ages(word, stock.key, stock.size // 2, turnover)
    codes = [str(code) for code in region.authorities["authority_code"]]
    born, birth_month = newborns(stock, turnover, codes, structure_seed)
    firms, entry_month = stock.join(born), np.concatenate((-ages, birth_month))
    birth = np.maximum(entry_month, 0)
    order = np.lexsort((firms.key, firms.size, firms.sector, birth, firms.authority))
    return firms.take(order), entry_month[order]


def _unit_areas(region: Region, population: Population, firms: FirmDraft, structure_seed: int) -> np.ndarray:
    word = structure_word(structure_seed, "firms/area")
    sector = firms.sector[firms.unit_firm]
    return unit_areas(region, population, word, firms.unit_key, firms.unit_authority, sector, firms.unit_jobs)


def _firm_columns(
    region: Region, firms: FirmDraft, entry_month: np.ndarray, area: np.ndarray, structure_seed: int
) -> dict[str, np.ndarray]:
    draws = uniforms(structure_word(structure_seed, "firms/charity"), firms.key)
    columns = {
        "key": firms.key,
        "authority": firms.authority,
        "sector": firms.sector,
        "size_band": firms.size // 2,
        "entry_jobs": firms.jobs,
        "entry_month": entry_month,
        "charity": draws < _by_sector(region, "charity_share")[firms.sector],
        "unit_key": firms.unit_key,
        "unit_firm": firms.unit_firm,
        "unit_area": area,
        "unit_entry_jobs": firms.unit_jobs,
    }
    typed = {name: values.astype((ROW_TYPES | UNIT_TYPES)[name]) for name, values in columns.items()}
    return {**typed, "unit_ptr": firms.unit_ptr.astype(np.int32)}


def _sector_columns(region: Region) -> dict[str, np.ndarray]:
    return {
        "sector_gva_per_job_gbp": _by_sector(region, "gva_per_job_gbp"),
        "sector_tilt": _by_sector(region, "digital_tilt"),
    }


def _by_sector(region: Region, column: str) -> np.ndarray:
    table = region.national["sectors"].set_index("sector")
    return table.loc[list(SECTORS), column].to_numpy(np.float64)
