"""The roster of one small area: residents at the Census, those gone before it and those who come after, in households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.demography import MONTHS_A_YEAR, Schedules
from model.household_changes import Places, arrival_places, departed_places, resident_places
from model.households import Households, assemble
from model.lifecourse import entry_months, exit_months, future_onset, past_onset
from model.margins import N_AGES, Margins
from model.migration import Flows
from model.movers import LifeDates, arrivals, departed
from model.rounding import systematic_sample
from model.synthesis import AreaProfile, Persons, area_generator, census_persons, employment_at

INCOME_WEIGHTS = {"area": 0.50, "education": 0.40, "employment": 0.40}
INCOME_NOISE = 0.66
BENEFIT_WEIGHTS = np.array([0.75, 0.45, 0.18, 0.05, 0.02])
"""Income quintile from the area's decile, the household's mean education and employment, and chance; benefits by
quintile around the area's income-deprived share. Both assumed: no small-area income by household is published."""
EDUCATION_MEAN, EDUCATION_SPREAD = 1.1, 0.75
EMPLOYMENT_MEAN, EMPLOYMENT_SPREAD = 0.57, 0.42


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What all areas of a region share: targets, national schedules, flows by authority index, education by age band."""

    margins: Margins
    schedules: Schedules
    flows: list[Flows]
    education_by_age: np.ndarray


@dataclass(slots=True, eq=False)
class AreaRoster:
    """Rows of one area, households numbered within it: the columns of Population, and the person's number in the
    household, which with household and area makes the key."""

    lives: LifeDates
    places: Places
    number: np.ndarray
    employment: np.ndarray
    income_quintile: np.ndarray
    on_benefits: np.ndarray

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.lives.sex.size)


def build_area(
    inputs: Inputs, area: int, area_code: str, authority: int, deprivation_decile: int, structure_seed: int
) -> AreaRoster:
    """The area's roster: a function of the inputs' rows for this area and of the area's own luck."""
    generator = area_generator(structure_seed, area_code)
    schedules, flows = inputs.schedules, inputs.flows[authority]
    persons, profile = census_persons(
        inputs.margins,
        area,
        schedules.census_month,
        disability_at_census(schedules),
        inputs.education_by_age,
        generator,
    )
    homes = assemble(persons.age, persons.sex, inputs.margins.sizes[area], generator)
    residents = _resident_lives(persons, homes, profile, flows, schedules, generator)
    places = resident_places(residents, homes, schedules.census_month, generator)
    local = np.stack([np.bincount(persons.age[persons.sex == sex], minlength=N_AGES) for sex in (0, 1)])
    gone, died = departed(local, profile, flows, schedules, generator)
    come, month = arrivals(local, profile, flows, schedules, generator)
    gone_places = departed_places(gone, died, residents, homes, places.count, generator)
    come_places = arrival_places(come, month, residents, homes, places, gone_places.count, generator)
    lives = _joined(LifeDates, (residents, gone, come))
    joined = Places(
        *(np.concatenate([getattr(part, name) for part in (places, gone_places, come_places)])
          for name in ("household", "next_household", "next_month", "parent_household")),
        come_places.count,
    )  # fmt: skip
    draw = np.concatenate((persons.employment_draw, generator.random(gone.sex.size + come.sex.size)))
    share = inputs.margins.income_deprived[area]
    return _finish(lives, joined, draw, profile, deprivation_decile, float(share), generator)


def disability_at_census(schedules: Schedules) -> np.ndarray:
    """National share disabled by single year of age at Census date (111,)."""
    return schedules.disability[schedules.census_step]


def _resident_lives(
    persons: Persons,
    homes: Households,
    profile: AreaProfile,
    flows: Flows,
    schedules: Schedules,
    generator: np.random.Generator,
) -> LifeDates:
    """Dates of those counted by the Census; members of a household tend to come and go together."""
    n, step = persons.age.size, schedules.census_step
    now = np.full(n, schedules.census_month)
    all_steps = np.full(n, step)
    come_draws = generator.random((homes.count, 2))[homes.household]
    go_draws = generator.standard_exponential(homes.count)[homes.household]
    entry = entry_months(persons.age, persons.sex, persons.birth_month, all_steps, flows, schedules, come_draws)
    past = past_onset(persons.age, all_steps, schedules, generator)
    future = future_onset(persons.age, now, profile.disability_shift, schedules, generator)
    onset = np.where(persons.disabled, past, future)
    end = exit_months(persons.age, persons.sex, now, onset, flows, schedules, go_draws, generator)
    return LifeDates(persons.birth_month, persons.sex, entry, end, onset, persons.education)


def _joined(kind: type[LifeDates], parts: tuple[LifeDates, ...]) -> LifeDates:
    return kind(*(np.concatenate([getattr(part, name) for part in parts]) for name in kind.__slots__))


def _finish(
    lives: LifeDates,
    places: Places,
    draw: np.ndarray,
    profile: AreaProfile,
    decile: int,
    income_deprived: float,
    generator: np.random.Generator,
) -> AreaRoster:
    """Attributes at entry, income by household, and rows of adults only, sorted by household and number."""
    age = (lives.entry_month - lives.birth_month) / MONTHS_A_YEAR
    disabled = lives.disability_onset_month <= lives.entry_month
    employment = employment_at(age, lives.education, disabled, profile.employment_shift, draw)
    quintile, benefits = _income(places, lives.education, employment, decile, income_deprived, generator)
    number = _number_in_household(places.household)
    # A change that would come after the person has gone, or before they are there, does not take place.
    void = (places.next_month <= lives.entry_month) | (places.next_month >= lives.exit_month)
    places.next_household = np.where(void, -1, places.next_household)
    places.next_month = np.where(void, NEVER, places.next_month)
    places.parent_household = np.where(void, -1, places.parent_household)
    rows = np.flatnonzero((lives.entry_month < HORIZON_MONTHS) & (lives.entry_month < lives.exit_month))
    rows = rows[np.lexsort((number[rows], places.household[rows]))]
    taken = Places(*(getattr(places, name)[rows] for name in ("household", "next_household", "next_month",
                                                              "parent_household")), places.count)  # fmt: skip
    return AreaRoster(lives.keep(rows), taken, number[rows], employment[rows], quintile[rows], benefits[rows])


def _number_in_household(household: np.ndarray) -> np.ndarray:
    """0, 1, ... within each household, in the order of rows."""
    order = np.argsort(household, kind="stable")
    ranked = household[order]
    start = np.flatnonzero(np.diff(ranked, prepend=-1))
    number = np.empty(household.size, dtype=np.int64)
    number[order] = np.arange(household.size) - np.repeat(start, np.diff(np.append(start, household.size)))
    return number


def _income(
    places: Places,
    education: np.ndarray,
    employment: np.ndarray,
    decile: int,
    income_deprived: float,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Income quintile (0 lowest) and benefits of every person, alike within the household at entry."""
    from scipy.special import ndtr, ndtri

    household, count = places.household, places.count
    members = np.maximum(np.bincount(household, minlength=count), 1)
    learnt = np.bincount(household, weights=np.maximum(education, 0), minlength=count) / members
    working = np.bincount(household, weights=employment == 2, minlength=count) / members
    score = (
        INCOME_WEIGHTS["area"] * ndtri((decile - 0.5) / 10.0)
        + INCOME_WEIGHTS["education"] * (learnt - EDUCATION_MEAN) / EDUCATION_SPREAD
        + INCOME_WEIGHTS["employment"] * (working - EMPLOYMENT_MEAN) / EMPLOYMENT_SPREAD
        + INCOME_NOISE * generator.standard_normal(count)
    )
    quintile = np.minimum((5.0 * ndtr(score)).astype(np.int64), 4)
    weights = BENEFIT_WEIGHTS[quintile] * (1.3 - working)
    order = np.argsort(quintile, kind="stable")
    on_benefits = np.zeros(count, dtype=bool)
    on_benefits[order] = systematic_sample(weights[order], round(income_deprived * count), generator.random())
    return quintile[household], on_benefits[household]


def linked_groups(household: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """Label (count,) of the group of households joined, directly or through others, by a person's change (other >= 0)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    moves = other >= 0
    ones = np.ones(int(moves.sum()), dtype=np.int8)
    graph = coo_array((ones, (household[moves], other[moves])), shape=(count, count))
    return connected_components(graph, directed=False)[1]
