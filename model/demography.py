"""National schedules by cohort: mortality, disability and its onset, adults of the UK by age band over time.

A cohort is named by its age at Census date, 0..110; time runs in steps between dated edges (years before the Census,
estimate dates and years after it). All shapes below are (edges,), (steps, cohorts) or (edges, cohorts).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import HORIZON_MONTHS
from model.errors import InputError
from model.margins import CHILD_DISABILITY, N_AGES, OLDEST_PUBLISHED
from model.region import AGE_BANDS, Region
from model.rounding import logit, sigmoid

if TYPE_CHECKING:
    import pandas as pd

BAND_LIMITS = np.array([16.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 120.0])
BAND_CENTRES = np.array([20.5, 30.0, 40.0, 50.0, 60.0, 70.0, 81.5])
MONTHS_A_YEAR = 12
FIRST_SURVEY_YEAR, LAST_SURVEY_YEAR = 2013, 2020


@dataclass(frozen=True, slots=True, eq=False)
class Mortality:
    """Gompertz hazard a year, ln m(age) = log_hazard_at_0 + slope age, by sex (0 female, 1 male), and the hazard ratio
    of disabled to other people."""

    log_hazard_at_0: tuple[float, float]
    slope_per_year: tuple[float, float]
    disability_hazard_ratio: float

    def hazard(self, sex: int | np.ndarray, age: np.ndarray) -> np.ndarray:
        """Deaths a person-year at exact age, disabled and others together."""
        level, slope = np.array(self.log_hazard_at_0)[sex], np.array(self.slope_per_year)[sex]
        return np.minimum(np.exp(level + slope * np.maximum(age, 0.0)), 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Schedules:
    """National rates laid out for one Census date.

    edges: month numbers; edges[census_step] is Census date. length_years (steps,).
    age: exact age of a cohort's middle at each edge (edges, cohorts).
    disability: share disabled (edges, cohorts). onset: chance that someone not disabled becomes so in a step, given
    survival (steps, cohorts). survival: of a step, all persons, by sex (2, steps, cohorts).
    onset_before: (census_step + 1 endpoints, census_step + 1, cohorts): of those alive and disabled at back edge e, the
    share whose onset came before edge k (k <= e).
    """

    census_month: int
    edges: np.ndarray
    census_step: int
    length_years: np.ndarray
    age: np.ndarray
    disability: np.ndarray
    onset: np.ndarray
    survival: np.ndarray
    onset_before: np.ndarray
    mortality: Mortality


def read_mortality(table: pd.DataFrame, nation: str) -> Mortality:
    """Parameters of the nation, or of the UK where it has none."""

    def value(parameter: str, sex: str) -> float:
        rows = table[table["parameter"] == parameter]
        for where in (nation, "UK", "England"):
            for who in (sex, "persons"):
                found = rows[(rows["nation"] == where) & (rows["sex"] == who)]
                if len(found):
                    return float(found["value"].iloc[0])
        raise InputError("no such figure", file="national/mortality.csv", key=parameter, value=sex)

    sexes = ("female", "male")
    return Mortality(
        (value("log_hazard_at_0", "female"), value("log_hazard_at_0", "male")),
        (value("slope_per_year", "female"), value("slope_per_year", "male")),
        float(np.mean([value("disability_hazard_ratio", sex) for sex in sexes])),
    )


def survivors_after_90(mortality: Mortality) -> np.ndarray:
    """Shares of the open age group 90 and over by single year, 90..110 (21,)."""
    years = np.arange(N_AGES - OLDEST_PUBLISHED)
    hazard = np.mean([mortality.hazard(sex, OLDEST_PUBLISHED + years + 0.5) for sex in (0, 1)], axis=0)
    alive = np.exp(-np.concatenate(([0.0], np.cumsum(hazard)[:-1])))
    return alive / alive.sum()


def time_edges(census_month: int, estimate_months: list[int]) -> tuple[np.ndarray, int]:
    """Month numbers that bound the steps, and the position of Census date among them.

    Januaries before the Census; after it the dates of population estimates, then every twelve months to the horizon.
    """
    before = list(range(0, census_month, MONTHS_A_YEAR))
    after = [month for month in sorted(estimate_months) if month > census_month]
    last = after[-1] if after else census_month
    later = list(range(last + MONTHS_A_YEAR, HORIZON_MONTHS, MONTHS_A_YEAR))
    return np.array([*before, census_month, *after, *later, HORIZON_MONTHS]), len(before)


def build_schedules(region: Region, estimate_months: list[int]) -> Schedules:
    """All national schedules for a region's Census date."""
    mortality = read_mortality(region.national["mortality"], region.nation)
    edges, census_step = time_edges(region.census_month, estimate_months)
    length = np.diff(edges) / MONTHS_A_YEAR
    age = np.arange(N_AGES) + 0.5 + (edges[:, None] - region.census_month) / MONTHS_A_YEAR
    disability = disability_by_cohort(region.national["uk_adults"], edges, age)
    middle = 0.5 * (age[:-1] + age[1:])
    hazards = np.stack([mortality.hazard(sex, middle) for sex in (0, 1)]) * (middle > 0)
    survival = np.exp(-hazards * length[:, None])
    onset, slow, fast = _onset(disability, hazards.mean(axis=0), length, mortality.disability_hazard_ratio)
    return Schedules(
        census_month=region.census_month,
        edges=edges,
        census_step=census_step,
        length_years=length,
        age=age,
        disability=disability,
        onset=onset,
        survival=survival,
        onset_before=_onset_before(disability, onset, slow, fast, census_step),
        mortality=mortality,
    )


def disability_by_cohort(uk_adults: pd.DataFrame, edges: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Share disabled by edge and cohort: the survey's bands by straight lines through the log-odds of 2014-20, flat
    outside those years, smooth over age, never falling along a cohort's life (nobody recovers: an assumption)."""
    share = disability_by_band(uk_adults)
    years = np.array(sorted(share))
    table = logit(np.array([share[year] for year in years]))
    centred = years - years.mean()
    slope = (centred[:, None] * table).sum(axis=0) / (centred**2).sum()
    calendar = np.clip(2013 + (edges - 1) / MONTHS_A_YEAR, years[0], years[-1])
    result = np.empty(age.shape)
    for edge in range(len(edges)):
        bands = sigmoid(table.mean(axis=0) + slope * (calendar[edge] - years.mean()))
        result[edge] = smooth_over_age(bands, age[edge])
    return np.maximum.accumulate(result, axis=0)


def disability_by_band(uk_adults: pd.DataFrame) -> dict[int, np.ndarray]:
    """Share of UK adults disabled by age band (7,), for each year that has it."""
    wide = uk_adults.pivot_table(index=["year", "disability"], columns="age_band", values="thousands")
    wide = wide.reindex(columns=list(AGE_BANDS))
    years = sorted({year for year, group in wide.index if group == "yes"})
    return {year: (wide.loc[(year, "yes")] / (wide.loc[(year, "yes")] + wide.loc[(year, "no")])).to_numpy()
            for year in years}  # fmt: skip


def smooth_over_age(bands: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Shares at exact ages (cohorts,) whose means over a standard adult age structure are the seven band shares."""
    grid = np.arange(16, 105) + 0.5
    weight = np.where(grid < 70, 1.0, np.exp(-(np.maximum(grid - 70, 0) ** 2) / 300))
    band = np.searchsorted(BAND_LIMITS, grid, side="right") - 1
    knots = logit(bands)
    nodes = np.array([8.0, *BAND_CENTRES[:-1], 79.0, 95.0])
    for _ in range(30):
        values = np.array([logit(np.array(CHILD_DISABILITY)), *knots, knots[-1] + 0.9 * (knots[-1] - knots[-2])])
        curve = sigmoid(np.interp(grid, nodes, values))
        mean = np.bincount(band, weight * curve) / np.bincount(band, weight)
        knots = knots + logit(bands) - logit(mean)
    values = np.array([logit(np.array(CHILD_DISABILITY)), *knots, knots[-1] + 0.9 * (knots[-1] - knots[-2])])
    return sigmoid(np.interp(age, nodes, values))


def uk_adults_index(uk_adults: pd.DataFrame, months: np.ndarray, census_month: int) -> np.ndarray:
    """UK adults by age band relative to Census date (months, 7).

    The survey's first quarter of a year stands at its January; between and after its years lines of the logarithm run
    on at the mean growth of 2013-20 (the figure of 2020 joins the trend, because that of 75 and over has a break there).
    """
    wide = uk_adults_by_year(uk_adults)
    log = np.log(wide.to_numpy())
    year_month = (wide.index.to_numpy() - FIRST_SURVEY_YEAR) * MONTHS_A_YEAR
    growth = (log[-1] - log[0]) / (year_month[-1] - year_month[0])

    def at(month: np.ndarray) -> np.ndarray:
        inside = np.stack([np.interp(month, year_month, log[:, band]) for band in range(log.shape[1])], axis=-1)
        return inside + np.maximum(month - year_month[-1], 0)[..., None] * growth

    return np.exp(at(np.asarray(months)) - at(np.array(census_month)))


def uk_adults_by_year(uk_adults: pd.DataFrame) -> pd.DataFrame:
    """Thousands of UK adults by year (rows) and age band: the disability tables added up, from 2014; all before."""
    wide = uk_adults.pivot_table(index="year", columns=["disability", "age_band"], values="thousands")
    by_disability = wide["yes"] + wide["no"]
    total = by_disability.combine_first(wide["all"])[list(AGE_BANDS)]
    return total.loc[FIRST_SURVEY_YEAR:LAST_SURVEY_YEAR]


def _onset(
    disability: np.ndarray, hazard: np.ndarray, length: np.ndarray, ratio: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chance of onset in a step, and survival of those not disabled and of the disabled, which keep the shares on
    their course although the disabled die sooner."""
    start, end = disability[:-1], disability[1:]
    slow_hazard = hazard / (1.0 - start + ratio * start)
    slow = np.exp(-slow_hazard * length[:, None])
    fast = np.exp(-ratio * slow_hazard * length[:, None])
    alive = start * fast + (1.0 - start) * slow
    onset = (end * alive - start * fast) / ((1.0 - start) * slow)
    return np.clip(onset, 0.0, 1.0), slow, fast


def _onset_before(
    disability: np.ndarray, onset: np.ndarray, slow: np.ndarray, fast: np.ndarray, census_step: int
) -> np.ndarray:
    """Where among the back steps the onset of those alive and disabled at each back edge fell (see Schedules)."""
    n = disability.shape[1]
    result = np.ones((census_step + 1, census_step + 1, n))
    for end in range(census_step + 1):
        later = np.ones((end + 1, n))
        for k in range(end - 1, -1, -1):
            later[k] = later[k + 1] * fast[k]
        weight = [disability[0] * later[0]]
        free = 1.0 - disability[0]
        for k in range(end):
            weight.append(free * onset[k] * slow[k] * later[k + 1])
            free = free * (1.0 - onset[k]) * slow[k]
        running = np.cumsum(weight, axis=0)
        result[end, : end + 1] = running / running[-1]
    return result
