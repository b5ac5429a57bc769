"""People of an area who are not in its Census: gone before it, or come after it.

Both are drawn from the authority's flows in proportion to the area's residents of like age and sex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.calendar import HORIZON_MONTHS
from model.demography import BAND_LIMITS, MONTHS_A_YEAR, Schedules
from model.lifecourse import (
    disabled_at,
    entry_months,
    exit_months,
    first_adult_month,
    future_onset,
    past_onset,
    random_month,
)
from model.margins import N_AGES
from model.migration import Flows
from model.rounding import systematic_counts
from model.synthesis import AreaProfile

GROUP_YEARS = 5
OLDEST_GROUP_AGE = 75


@dataclass(slots=True, eq=False)
class LifeDates:
    """Dated lives, n rows: birth_month, sex, entry_month, exit_month, disability_onset_month, education (0-2)."""

    birth_month: np.ndarray
    sex: np.ndarray
    entry_month: np.ndarray
    exit_month: np.ndarray
    disability_onset_month: np.ndarray
    education: np.ndarray

    def keep(self, mask: np.ndarray) -> LifeDates:
        """Rows where the mask holds."""
        return LifeDates(*(getattr(self, name)[mask] for name in self.__slots__))


def departed(
    local: np.ndarray, profile: AreaProfile, flows: Flows, schedules: Schedules, generator: np.random.Generator
) -> tuple[LifeDates, np.ndarray]:
    """Adults who died in or moved away from the area between January 2013 and Census date; and who of them died.

    local (2, 111): the area's residents at Census date by sex and age.
    """
    share = _local_share(local, flows)[:, None, :]
    ratio = schedules.mortality.disability_hazard_ratio
    lives, died = [], []
    for dies, expected in ((False, flows.left * share), (True, flows.died * share)):
        sex, step, cohort = _people(expected, generator)
        birth = schedules.census_month - MONTHS_A_YEAR * cohort - generator.integers(0, MONTHS_A_YEAR, cohort.size)
        entry = entry_months(cohort, sex, birth, step, flows, schedules, generator.random((cohort.size, 2)))
        end = random_month(schedules.edges[step] + 1, schedules.edges[step + 1] + 1, generator)
        prevalence = schedules.disability[step, cohort]
        if dies:
            prevalence = ratio * prevalence / (1.0 + (ratio - 1.0) * prevalence)
        disabled = disabled_at(prevalence, profile.disability_shift, generator)
        onset = np.where(disabled, past_onset(cohort, step, schedules, generator), end)
        education = draw_education(cohort, profile, generator)
        life = LifeDates(birth, sex, entry, end, onset, education)
        valid = entry < end
        lives.append(life.keep(valid))
        died.append(np.full(int(valid.sum()), dies))
    joined = LifeDates(*(np.concatenate([getattr(life, name) for life in lives]) for name in LifeDates.__slots__))
    return joined, np.concatenate(died)


def arrivals(
    local: np.ndarray, profile: AreaProfile, flows: Flows, schedules: Schedules, generator: np.random.Generator
) -> tuple[LifeDates, np.ndarray]:
    """People who come to the area after Census date and are 16 or over at some month; and the month they come."""
    expected = flows.arriving * _local_share(local, flows)[:, None, :]
    sex, step, cohort = _people(expected, generator)
    first = schedules.census_step
    birth = schedules.census_month - MONTHS_A_YEAR * cohort - generator.integers(0, MONTHS_A_YEAR, cohort.size)
    come = random_month(schedules.edges[first + step] + 1, schedules.edges[first + step + 1] + 1, generator)
    entry = np.maximum(first_adult_month(birth), come)
    disabled = disabled_at(schedules.disability[first + step, cohort], profile.disability_shift, generator)
    later = future_onset(cohort, come, profile.disability_shift, schedules, generator)
    onset = np.where(disabled, come, later)
    move_draw = generator.standard_exponential(cohort.size)
    end = exit_months(cohort, sex, come, onset, flows, schedules, move_draw, generator)
    education = draw_education(np.maximum(cohort, 25), profile, generator)
    valid = (entry < HORIZON_MONTHS) & (entry < end)
    return LifeDates(birth, sex, entry, end, onset, education).keep(valid), come[valid]


def draw_education(cohort: np.ndarray, profile: AreaProfile, generator: np.random.Generator) -> np.ndarray:
    """Education from the area's shares of the person's age band at Census date (those of 25-34 for the younger)."""
    band = np.clip(np.searchsorted(BAND_LIMITS, cohort, side="right") - 1, 1, len(BAND_LIMITS) - 2)
    running = np.cumsum(profile.education_shares[band], axis=1)
    return (generator.random(cohort.size)[:, None] > running[:, :2]).sum(axis=1).astype(np.int8)


def _local_share(local: np.ndarray, flows: Flows) -> np.ndarray:
    """Area's residents over the authority's, by sex and age (2, 111), in groups of five years and 75 and over."""
    group = np.minimum(np.arange(N_AGES), OLDEST_GROUP_AGE) // GROUP_YEARS
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    here = np.add.reduceat(local.astype(np.float64), starts, axis=1)
    there = np.add.reduceat(flows.residents, starts, axis=1)
    return (here / np.maximum(there, 1.0))[:, group]


def _people(expected: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whole people from expected numbers by (sex, step, cohort): their sex, step and cohort."""
    counts = systematic_counts(expected, generator.random())
    sex, step, cohort = np.nonzero(counts)
    times = counts[sex, step, cohort]
    return np.repeat(sex, times).astype(np.int8), np.repeat(step, times), np.repeat(cohort, times)
