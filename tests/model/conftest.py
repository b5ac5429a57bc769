"""A small made-up population, for tests of structure that need none of the published margins."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from model.calendar import HORIZON_MONTHS, NEVER
from model.chance import key_from_text
from model.population import Population

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
