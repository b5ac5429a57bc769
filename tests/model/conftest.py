"""A small made-up population, for tests of structure that need none of the published margins."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.calendar import HORIZON_MONTHS, NEVER
from model.chance import key_from_text
from model.firm_kernels import Enterprises, TradeTies, commit_firms, step_firms, with_news
from model.firm_rules import firm_rules
from model.firm_start import FirmStart, arrive_firms, clear_firms, first_shares, settle_firms, shares_of_use
from model.market import count_users, first_market, newborn_shares, sector_means
from model.parameters import bundle, central_values
from model.population import Population
from model.region import SECTORS, SIZE_BANDS
from model.state import empty_firms

MakePopulation = Callable[..., Population]
SelectRows = Callable[[Population, np.ndarray], Population]

PERSON_COLUMNS = (
    "key", "area", "birth_month", "sex", "entry_month", "exit_month", "disability_onset_month", "education", "household",
    "next_household", "next_household_month", "parent_household", "income_quintile", "on_benefits", "employment",
)  # fmt: skip


def _make_population(n_areas: int = 9, households_per_area: int = 120, seed: int = 1) -> Population:
    """A random population with couples, children who come of age, newcomers, leavers, deaths and people who move out."""
    rng = np.random.default_rng(seed)
    n_households = n_areas * households_per_area
    size = rng.choice([1, 2, 3, 4], n_households, p=[0.3, 0.4, 0.2, 0.1])
    household = np.repeat(np.arange(n_households, dtype=np.int32), size)
    number = np.arange(len(household)) - np.repeat(np.cumsum(size) - size, size)
    head_born = np.repeat(rng.integers(-95 * 12, 5 * 12, n_households), size)
    years_younger = np.where(number >= 2, rng.integers(20, 38, len(household)), rng.integers(-4, 5, len(household)))
    birth = np.clip(head_born + 12 * np.where(number == 0, 0, years_younger), -95 * 12, 6 * 12)
    arrival = np.where(rng.random(len(birth)) < 0.35, rng.integers(0, HORIZON_MONTHS, len(birth)), 0)
    entry = np.maximum(arrival, birth + 16 * 12)
    death = birth + 12 * rng.integers(70, 100, len(birth))
    leave = np.where(rng.random(len(birth)) < 0.3, rng.integers(1, HORIZON_MONTHS, len(birth)), NEVER)
    leaves = np.maximum(np.minimum(death, leave), entry + 1)
    exit_month = np.where(leaves >= HORIZON_MONTHS, NEVER, leaves)
    area = household // households_per_area
    move = rng.integers(1, HORIZON_MONTHS, len(birth))
    moves = (rng.random(len(birth)) < 0.2) & (move > entry) & (move < exit_month)
    target = area * households_per_area + rng.integers(0, households_per_area, len(birth))
    moves &= target != household
    keys = np.array([key_from_text(f"{seed}/{h}/{k}") for h, k in zip(household, number, strict=True)], np.uint64)
    keep = (entry < HORIZON_MONTHS) & (death > entry)
    side = int(np.ceil(np.sqrt(n_areas)))
    cell = np.arange(n_areas)

    def column(values: np.ndarray, dtype: type) -> np.ndarray:
        return np.ascontiguousarray(values[keep].astype(dtype))

    return Population(
        key=column(keys, np.uint64),
        area=column(area, np.int32),
        birth_month=column(birth, np.int16),
        sex=column(rng.integers(0, 2, len(birth)), np.int8),
        entry_month=column(entry, np.int16),
        exit_month=column(exit_month, np.int16),
        disability_onset_month=column(np.full(len(birth), NEVER), np.int16),
        education=column(rng.integers(0, 3, len(birth)), np.int8),
        household=column(household, np.int32),
        next_household=column(np.where(moves, target, -1), np.int32),
        next_household_month=column(np.where(moves, move, NEVER), np.int16),
        parent_household=column(np.full(len(birth), -1), np.int32),
        income_quintile=column(rng.integers(0, 5, len(birth)), np.int8),
        on_benefits=column(rng.random(len(birth)) < 0.1, np.int8),
        employment=column(rng.integers(0, 3, len(birth)), np.int8),
        household_area=(np.arange(n_households) // households_per_area).astype(np.int32),
        area_code=np.array([f"E{i:08d}" for i in range(n_areas)]),
        area_authority=np.zeros(n_areas, np.int16),
        area_latitude=51.8 + 0.012 * (cell // side) + 0.001 * rng.random(n_areas),
        area_longitude=-2.2 + 0.018 * (cell % side) + 0.001 * rng.random(n_areas),
        area_deprivation=(cell % 5).astype(np.int8),
        area_rural=(cell % 3 == 0).astype(np.int8),
        authority_code=np.array(["E07000001"]),
        authority_name=np.array(["Anyshire"]),
        region="anyshire",
        scale=1.0,
        structure_seed=seed,
        fingerprint=f"made-up-{n_areas}-{households_per_area}-{seed}",
        weight=1.0,
    )


@pytest.fixture(scope="session")
def make_population() -> MakePopulation:
    """Builder of made-up populations: make_population(n_areas, households_per_area, seed)."""
    return _make_population


@pytest.fixture(scope="session")
def small_population(make_population: MakePopulation) -> Population:
    """About two thousand people in nine small areas."""
    return make_population()


@pytest.fixture(scope="session")
def select_rows() -> SelectRows:
    """Cut a population down to some of its rows: select_rows(population, rows)."""

    def select(population: Population, rows: np.ndarray) -> Population:
        columns = {name: getattr(population, name)[rows] for name in PERSON_COLUMNS}
        return replace(population, **columns, fingerprint=f"{population.fingerprint}, {len(columns['key'])} rows")

    return select


@dataclass(eq=False)
class FirmWorld:
    """Made-up firms under the firms' part of a month, without residents: nobody works there, seekers stay as they are."""

    enterprises: Enterprises
    ties: TradeTies
    values: dict[str, float]

    def __post_init__(self) -> None:
        self.seed = np.uint64(7)
        self.rules, self.start = firm_rules(self.values), bundle(FirmStart, self.values)
        self.firms = empty_firms(len(self.enterprises.key))
        clear_firms(self.firms)
        self.market = first_market(2, self.rules)
        self.month = 0
        self.split = 1
        table = pd.read_csv(NATIONAL / "start_adoption.csv")
        self.born(first_shares(table, self.enterprises.sector_tilt))
        commit_firms(with_news(self.firms), self.firms, self.ties)

    def born(self, share: np.ndarray) -> None:
        """Firms that open this month, or by the first."""
        entry = self.enterprises.entry_month
        rows = np.flatnonzero(entry == self.month if self.month else entry <= 0).astype(np.int32)
        of_use = shares_of_use(self.rules, self.enterprises.sector_tilt)
        arrive_firms(rows, self.month, self.seed, self.enterprises, self.firms, share, of_use, self.rules, self.start)
        settle_firms(rows, self.month, self.enterprises, self.firms, self.market, self.rules)

    def take_stock(self) -> None:
        """The market for next month."""
        attractive, gain = sector_means(self.enterprises, self.firms, self.rules.growth)
        shares = newborn_shares(*count_users(self.enterprises, self.firms, len(SECTORS), len(SIZE_BANDS)))
        self.market = self.market._replace(mean_attractiveness=attractive, mean_gain=gain, newborn_share=shares)

    def step(self, months: int = 1) -> None:
        """Some months: births, decisions in `split` parts, news, the market."""
        for _ in range(months):
            self.take_stock()
            self.month += 1
            self.born(self.market.newborn_share)
            for rows in np.array_split(np.flatnonzero(self.firms.open), self.split):
                step_firms(rows, self.month, self.seed, self.enterprises, self.firms, self.market, self.rules)
            commit_firms(with_news(self.firms), self.firms, self.ties)

    def with_rows(self, rows: np.ndarray) -> "FirmWorld":
        """The firms of `rows` (old row numbers) in that order, with the ties among them."""
        static = {name: getattr(self.enterprises, name)[rows] for name in FIRM_ROWS}
        new_row = np.full(len(self.enterprises.key), -1)
        new_row[rows] = np.arange(len(rows))
        one = np.repeat(np.arange(len(new_row)), np.diff(self.ties.trade_indptr))
        both = np.stack([new_row[one], new_row[self.ties.trade_neighbour]])
        return FirmWorld(
            self.enterprises._replace(**static), tie_firms(both[:, (both >= 0).all(axis=0)], len(rows)), self.values
        )


FIRM_ROWS = ("key", "authority", "sector", "size_band", "entry_jobs", "entry_month")
NATIONAL = Path(__file__).parents[2] / "scenarios" / "national"


def tie_firms(both: np.ndarray, n: int) -> TradeTies:
    """Ties from pairs in both directions, shape (2, ties)."""
    both = both[:, np.lexsort(both[::-1])]
    return TradeTies(np.searchsorted(both[0], np.arange(n + 1)).astype(np.int64), both[1].astype(np.int32))


@pytest.fixture(scope="session")
def make_firm_world() -> Callable[..., FirmWorld]:
    """Builder of made-up firms: make_firm_world(n, seed, **behaviour parameters)."""

    def make(n: int = 1500, seed: int = 1, **overrides: float) -> FirmWorld:
        rng = np.random.default_rng(seed)
        band = rng.choice(4, n, p=[0.7, 0.2, 0.07, 0.03])
        jobs = np.array([1, 10, 50, 250])[band] * (1 + rng.integers(0, 5, n) // 2)
        born = np.where(rng.random(n) < 0.3, rng.integers(1, 60, n), -rng.integers(0, 150, n))
        enterprises = Enterprises(
            key=np.array([key_from_text(f"firm/{seed}/{i}") for i in range(n)], np.uint64),
            authority=rng.integers(0, 2, n).astype(np.int16),
            sector=rng.integers(0, 5, n).astype(np.int8),
            size_band=band.astype(np.int8),
            entry_jobs=jobs.astype(np.int32),
            entry_month=born.astype(np.int16),
            closure_probability_monthly=np.full((2, 23), 0.008),
            closure_size_factor=np.array([1.1, 0.7, 0.5, 0.3]),
            closure_age_factor=np.array([1.4, 0.8]),
            sector_gva_per_job_gbp=np.linspace(30_000.0, 90_000.0, len(SECTORS)),
            sector_tilt=np.linspace(-0.4, 0.4, len(SECTORS)),
            commuter_skilled_share=0.55,
        )
        pairs = np.unique(np.sort(rng.integers(0, n, (2, 2 * n)), axis=0), axis=1)
        pairs = pairs[:, pairs[0] != pairs[1]]
        ties = tie_firms(np.concatenate([pairs, pairs[::-1]], axis=1), n)
        return FirmWorld(enterprises, ties, central_values(overrides))

    return make
