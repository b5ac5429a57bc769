"""Expected arrivals and departures of each authority: what makes its published people of one date those of another.

Before the Census, adults by age band follow the UK's index of the Labour Force Survey relative to Census date (a
declared assumption); after it, the mid-year estimates and then their trend. Whatever deaths do not explain is net
migration; gross flows are not represented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.calendar import month_index
from model.demography import BAND_CENTRES, BAND_LIMITS, Schedules, survivors_after_90, uk_adults_index
from model.margins import N_AGES, Margins, authority_ages, authority_residents
from model.region import Region

ESTIMATES = {"mid-2022": "2022-06", "mid-2024": "2024-06"}
LONG_RUN_SHARE = 0.45
"""Net migration after the last estimate relative to mid-2022 to mid-2024 (assumed: the UK's long-run projection of 340
thousand a year over about 750 thousand a year in 2022-24); the inflow and outflow of the young around it is kept."""
PROFILE_AGES = (22.0, 32.0)
"""Up to the first age an area's age profile stays put over time (students come and go), from the second on a cohort
keeps its people; between them the two are mixed (assumed)."""
OLD_AGES = (80.0, 92.0)
"""Likewise at the top, where a few survivors say little of how many there were."""
SMOOTHED_FROM_AGE = 30


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Expected movements of one authority by sex and cohort; S = 2 sexes, B back steps, F forward steps, C cohorts.

    residents: at Census date (2, C). entered: chance that someone present at the end of a back step came in it
    (2, B, C). left, died: people gone in a back step (2, B, C). leaving: chance of moving away in a forward step
    (2, F, C). arriving: people coming in a forward step (2, F, C).
    """

    residents: np.ndarray
    entered: np.ndarray
    left: np.ndarray
    died: np.ndarray
    leaving: np.ndarray
    arriving: np.ndarray


def estimate_months(region: Region) -> list[int]:
    """Months of the mid-year estimates a region has, after its Census."""
    editions = set(region.ages["edition"])
    return [month_index(month) for edition, month in ESTIMATES.items()
            if edition in editions and month_index(month) > region.census_month]  # fmt: skip


def authority_flows(region: Region, margins: Margins, schedules: Schedules) -> list[Flows]:
    """Flows of every authority, by authority index."""
    after_90 = survivors_after_90(schedules.mortality)
    census = authority_residents(region, margins, after_90)
    estimates = {month_index(month): authority_ages(region, edition, after_90)
                 for edition, month in ESTIMATES.items()}  # fmt: skip
    index = uk_adults_index(
        region.national["uk_adults"], schedules.edges[: schedules.census_step + 1], schedules.census_month
    )
    return [
        Flows(
            census[i],
            *_backward(census[i], schedules, index),
            *_forward(census[i], {m: table[i] for m, table in estimates.items() if table is not None}, schedules),
        )
        for i in range(len(region.authorities))
    ]


def _backward(census: np.ndarray, schedules: Schedules, index: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """entered, left, died (2, B, C): the differences along cohorts of the people each January should have held."""
    steps = schedules.census_step
    people = past_residents(census, schedules, index)
    adult = schedules.age[: steps + 1] >= BAND_LIMITS[0]
    both = adult[:-1] & adult[1:]
    survivors = people[:, :-1] * schedules.survival[:, :steps]
    net = np.where(both, people[:, 1:] - survivors, 0.0)
    entered = np.clip(np.divide(net, people[:, 1:], out=np.zeros_like(net), where=people[:, 1:] > 1e-9), 0.0, 1.0)
    old = schedules.age[:steps] >= BAND_LIMITS[-2]
    gone = np.maximum(-net, 0.0)
    died = np.where(both, people[:, :-1] - survivors, 0.0) + np.where(old, gone, 0.0)
    return entered, np.where(old, 0.0, gone), died


def past_residents(census: np.ndarray, schedules: Schedules, index: np.ndarray) -> np.ndarray:
    """People each cohort should have had at every back edge (2, B + 1, C), adults by band on the UK's index."""
    steps = schedules.census_step
    age = schedules.age[: steps + 1]
    back = np.ones((2, steps + 1, N_AGES))
    for k in range(steps - 1, -1, -1):
        back[:, k] = back[:, k + 1] * schedules.survival[:, k]
    cohort = census[:, None, :] / np.maximum(back, 1e-12)
    profile = np.stack([np.interp(age, np.arange(N_AGES) + 0.5, census[sex], right=0.0) for sex in (0, 1)])
    mixed = np.interp(age, [*PROFILE_AGES, *OLD_AGES], [1.0, 0.0, 0.0, 1.0])
    raw = np.where(mixed < 1.0, (1.0 - mixed) * cohort, 0.0) + mixed * profile
    overlap = band_overlap(age)
    now = np.einsum("sc,cb->b", census, overlap[steps])
    knots = np.zeros((steps + 1, len(BAND_CENTRES)))
    factor = np.ones_like(age)
    for _ in range(25):
        for k in range(steps + 1):
            factor[k] = np.exp(np.interp(age[k], BAND_CENTRES, knots[k]))
        held = np.einsum("skc,kc,kcb->kb", raw, factor, overlap)
        knots += np.log(now * index / np.maximum(held, 1e-9)) * (held > 1e-9)
    return raw * factor


def band_overlap(age: np.ndarray) -> np.ndarray:
    """Share of each cohort, one year wide around its middle age, in each adult age band (..., 7)."""
    low = np.maximum(age[..., None] - 0.5, BAND_LIMITS[:-1])
    high = np.minimum(age[..., None] + 0.5, BAND_LIMITS[1:])
    return np.maximum(high - low, 0.0)


def _forward(
    census: np.ndarray, estimates: dict[int, np.ndarray], schedules: Schedules
) -> tuple[np.ndarray, np.ndarray]:
    """leaving, arriving (2, F, C): residuals up to the estimates, then their rates by age at the long-run level."""
    first = schedules.census_step
    edges, length = schedules.edges, schedules.length_years
    people = census.copy()
    leaving, arriving = [], []
    rate = _profile_rate(census)
    shrunk = False
    for step in range(first, len(length)):
        survivors = people * schedules.survival[:, step]
        target = estimates.get(int(edges[step + 1]))
        if target is not None:
            net = _smooth(_at_cohorts(target, schedules.age[step + 1]) - survivors)
            if length[step] >= 0.9:
                rate = _rate_by_age(net, people, schedules.age[step], length[step])
        else:
            if not shrunk and len(estimates) > 1:
                rate, shrunk = _long_run(rate, people, schedules.age[step]), True
            middle = schedules.age[step] + 0.5 * length[step]
            net = np.stack([np.interp(middle, np.arange(N_AGES) + 0.5, rate[sex]) for sex in (0, 1)])
            net = net * people * length[step]
        arriving.append(np.maximum(net, 0.0))
        leaving.append(np.clip(-net / np.maximum(people, 1e-9), 0.0, 0.9))
        people = np.maximum(survivors + net, 0.0)
    return np.stack(leaving, axis=1), np.stack(arriving, axis=1)


def _at_cohorts(ages: np.ndarray, age: np.ndarray) -> np.ndarray:
    """People of each cohort (2, C) from a table by single year of age: a cohort straddles two of them."""
    return np.stack([np.interp(age, np.arange(N_AGES) + 0.5, ages[sex], right=0.0) for sex in (0, 1)])


def _smooth(net: np.ndarray) -> np.ndarray:
    """Five-year running means above the student ages, where differences of two tables are mostly rounding."""
    padded = np.pad(net, ((0, 0), (2, 2)), mode="edge")
    running = sum(padded[:, i : i + N_AGES] for i in range(5)) / 5.0
    result = net.copy()
    result[:, SMOOTHED_FROM_AGE:] = running[:, SMOOTHED_FROM_AGE:]
    return result


def _rate_by_age(net: np.ndarray, people: np.ndarray, age: np.ndarray, years: float) -> np.ndarray:
    """Net migration a person-year at single years of age (2, C), the sexes alike, kept within -0.4..0.5."""
    rate = net.sum(axis=0) / np.maximum(people.sum(axis=0), 1.0) / years
    rate = np.clip(np.where(age > 85, 0.0, rate), -0.4, 0.5)
    by_age = np.interp(np.arange(N_AGES) + 0.5, age + 0.5 * years, rate)
    return np.stack([by_age, by_age])


def _profile_rate(census: np.ndarray) -> np.ndarray:
    """Rates where no two estimates exist: those under which the young keep the area's age profile; none later on."""
    people = np.convolve(census.sum(axis=0), np.ones(3) / 3.0, mode="same")
    step = np.log(np.maximum(np.roll(people, -1), 1.0) / np.maximum(people, 1.0))
    ages = np.arange(N_AGES)
    rate = np.where((ages >= 16) & (ages < PROFILE_AGES[1]), np.clip(step, -0.4, 0.5), 0.0)
    return np.stack([rate, rate])


def _long_run(rate: np.ndarray, people: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Lower all rates alike until their total is LONG_RUN_SHARE of what it was; above 60 scale them instead."""
    ages = np.arange(N_AGES)
    now = np.stack([np.interp(ages + 0.5, age, people[sex], left=0.0, right=0.0) for sex in (0, 1)])
    mean = (rate * now).sum() / now.sum()
    return np.where(ages < 60, rate - (1.0 - LONG_RUN_SHARE) * mean, LONG_RUN_SHARE * rate)
