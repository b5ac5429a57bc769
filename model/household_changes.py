"""Households over time in one area: who lived or will live where, at most one dated change a person.

The young leave their parents' household for one of their own in the same area; people gone before the Census and
people who come after it find households. A household takes part in at most one such link with another family, so
that whole linked groups stay small and can be sampled together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.households import ADULT_CHILD, ALONE, CHILD, PARTNER, Households
from model.movers import LifeDates

LEAVING_AGE_YEARS, LEAVING_AGE_SPREAD = 23.0, 3.5
EARLIEST_LEAVING_AGE, LATEST_LEAVING_AGE = 17.5, 38.0
LATE_LEAVING_MEAN_MONTHS = 40.0
OLDEST_LEAVER = 40
STAYING_SHARE = 0.12
PARENT_GAP_YEARS = (20, 43)
LEAVERS_PAIRED_SHARE = 0.6
WIDOWED_SHARE = 0.6
MOVERS_PAIRED_SHARE = 0.5
"""All assumed: ages at leaving home (median 23 years, UK), share who never do, couples among those who set up house,
share of the dead whose partner lived on, couples among movers."""


@dataclass(slots=True, eq=False)
class Places:
    """household at entry, next_household and its month, parent_household, by person; count of households in use."""

    household: np.ndarray
    next_household: np.ndarray
    next_month: np.ndarray
    parent_household: np.ndarray
    count: int


def resident_places(
    lives: LifeDates, homes: Households, census_month: int, generator: np.random.Generator
) -> Places:
    """Households over time of the people counted by the Census."""
    n = lives.sex.size
    places = Places(homes.household.copy(), np.full(n, -1), np.full(n, NEVER), np.full(n, -1), homes.count)
    linked = np.zeros(homes.count, dtype=bool)
    _before_census(places, lives, homes, census_month, linked, generator)
    _after_census(places, lives, homes, census_month, linked, generator)
    return places


def _leaving_months(birth_month: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    age = generator.normal(LEAVING_AGE_YEARS, LEAVING_AGE_SPREAD, birth_month.size)
    return birth_month + np.round(12 * np.clip(age, EARLIEST_LEAVING_AGE, LATEST_LEAVING_AGE)).astype(np.int64)


def _before_census(places, lives, homes, census_month, linked, generator) -> None:
    """Those who had left home by the Census, but not by January 2013, start with a couple of their parents' age."""
    natural = np.maximum(lives.birth_month + 192, 0)
    age = (census_month - lives.birth_month) // 12
    away = np.isin(homes.role, (PARTNER, ALONE)) & (age < OLDEST_LEAVER) & (lives.entry_month == natural)
    month = _leaving_months(lives.birth_month, generator)
    late = month >= census_month
    month[late] = natural[late] + 1 + (generator.random(late.sum()) * (census_month - natural[late] - 1)).astype(np.int64)
    leavers = np.flatnonzero(away & (month > natural) & (month < census_month) & (natural < census_month - 1))
    parents = np.flatnonzero((homes.role == PARTNER) & (lives.entry_month == 0) & (age >= 36))
    origin = match_households(
        lives.birth_month[leavers], homes.household[leavers], lives.birth_month[parents], homes.household[parents], generator
    )
    found = origin >= 0
    leavers, origin = leavers[found], origin[found]
    linked[origin] = True
    linked[places.household[leavers]] = True
    places.next_household[leavers] = places.household[leavers]
    places.next_month[leavers] = month[leavers]
    places.household[leavers] = origin
    places.parent_household[leavers] = origin


def _after_census(places, lives, homes, census_month, linked, generator) -> None:
    """Children and the young who live with their elders at the Census set up house later, alone or as couples."""
    age = (census_month - lives.birth_month) // 12
    at_home = np.isin(homes.role, (CHILD, ADULT_CHILD)) & (age < OLDEST_LEAVER)
    month = _leaving_months(lives.birth_month, generator)
    late = month <= census_month
    wait = generator.exponential(LATE_LEAVING_MEAN_MONTHS, lives.sex.size).astype(np.int64)
    month = np.where(late, census_month + 1 + wait, month)
    stays = generator.random(lives.sex.size) < STAYING_SHARE
    goes = at_home & ~stays & (month > lives.entry_month) & (month < np.minimum(lives.exit_month, HORIZON_MONTHS))
    leavers = np.flatnonzero(goes)
    new = places.count + np.arange(leavers.size)
    first_of_home = np.zeros(lives.sex.size, dtype=bool)
    first_of_home[leavers[np.unique(homes.household[leavers], return_index=True)[1]]] = True
    may_pair = first_of_home[leavers] & ~linked[homes.household[leavers]]
    may_pair &= generator.random(leavers.size) < LEAVERS_PAIRED_SHARE
    women, men = pair_by_age(leavers[may_pair], lives, 3 * 12)
    new_of = np.full(lives.sex.size, -1)
    new_of[leavers] = new
    new_of[men] = new_of[women]
    _, new_of[leavers] = np.unique(new_of[leavers], return_inverse=True)
    places.next_household[leavers] = places.count + new_of[leavers]
    places.next_month[leavers] = month[leavers]
    places.parent_household[leavers] = places.household[leavers]
    places.count += int(new_of[leavers].max(initial=-1)) + 1


def match_households(child_birth, child_household, parent_birth, parent_household, generator) -> np.ndarray:
    """A household with a possible parent for each child (-1 if none is left): nearest to the usual spacing, used once."""
    result = np.full(child_birth.size, -1)
    if not child_birth.size or not parent_birth.size:
        return result
    order = np.argsort(parent_birth, kind="stable")
    births, households = parent_birth[order].tolist(), parent_household[order].tolist()
    used: set[int] = set(child_household.tolist())
    wanted = child_birth - 12 * 30 + generator.integers(-48, 49, child_birth.size)
    starts = np.searchsorted(parent_birth[order], wanted)
    for i in np.argsort(child_birth, kind="stable").tolist():
        place = _nearest_free(int(starts[i]), births, households, used, int(child_birth[i]))
        if place >= 0:
            result[i] = households[place]
            used.add(households[place])
    return result


def _nearest_free(start: int, births: list[int], households: list[int], used: set[int], child: int) -> int:
    """Position nearest to `start` whose household is free and whose birth month suits a parent of the child; or -1."""
    youngest, oldest = child - 12 * PARENT_GAP_YEARS[0], child - 12 * PARENT_GAP_YEARS[1]
    low, high = start - 1, start
    while low >= 0 or high < len(births):
        for place in (low, high):
            inside = 0 <= place < len(births) and oldest <= births[place] <= youngest
            if inside and households[place] not in used:
                return place
        low = low - 1 if low >= 0 and births[low] >= oldest else -1
        high = high + 1 if high < len(births) and births[high] <= youngest else len(births)
    return -1


def pair_by_age(people: np.ndarray, lives: LifeDates, months_apart: int) -> tuple[np.ndarray, np.ndarray]:
    """Women and men of like age, rank by rank: rows of both partners, those too far apart left out."""
    birth = lives.birth_month
    women, men = (people[lives.sex[people] == sex] for sex in (0, 1))
    women, men = (group[np.argsort(birth[group], kind="stable")] for group in (women, men))
    number = min(women.size, men.size)
    # Spread the longer list over the shorter, so that both span the same ages.
    women = women[(np.arange(number) * women.size) // max(number, 1)]
    men = men[(np.arange(number) * men.size) // max(number, 1)]
    near = np.abs(birth[women] - birth[men]) <= months_apart
    return women[near], men[near]


def departed_places(
    gone: LifeDates, died: np.ndarray, residents: LifeDates, homes: Households, count: int, generator: np.random.Generator
) -> Places:
    """Households of those gone before the Census: with a surviving partner, with parents, in couples or alone."""
    n = gone.sex.size
    household = np.full(n, -1)
    widowed = np.flatnonzero(died & (generator.random(n) < WIDOWED_SHARE))
    alone = np.flatnonzero((homes.role == ALONE) & (residents.entry_month == 0))
    for sex in (0, 1):
        dead = widowed[gone.sex[widowed] == sex]
        left = alone[residents.sex[alone] != sex]
        survivor = _nearest_in_age(gone.birth_month[dead], residents.birth_month[left], 8 * 12)
        household[dead[survivor >= 0]] = homes.household[left[survivor[survivor >= 0]]]
    young = np.flatnonzero(~died & (gone.exit_month - gone.birth_month < 26 * 12))
    parents = np.flatnonzero((homes.role == PARTNER) & (residents.entry_month == 0))
    household[young] = match_households(
        gone.birth_month[young], np.full(young.size, -1), residents.birth_month[parents], homes.household[parents], generator
    )
    return _own_households(gone, household, count, generator)


def arrival_places(
    come: LifeDates, month: np.ndarray, residents: LifeDates, homes: Households, count: int, generator: np.random.Generator
) -> Places:
    """Households of those who come after the Census: children with adults of parental age, adults in couples or alone."""
    household = np.full(come.sex.size, -1)
    child = (month - come.birth_month) < 16 * 12
    household[~child] = _own_households(come.keep(~child), household[~child], count, generator).household
    count = max(count, int(household.max(initial=-1)) + 1)
    adults = np.flatnonzero(~child)
    partners = np.flatnonzero(homes.role == PARTNER)
    births = np.concatenate((come.birth_month[adults], residents.birth_month[partners]))
    owners = np.concatenate((household[adults], homes.household[partners]))
    gap = 12 * 30
    chosen = _nearest_in_age(come.birth_month[child] - gap, births, 10 * 12)
    kids = np.flatnonzero(child)
    household[kids[chosen >= 0]] = owners[chosen[chosen >= 0]]
    return _own_households(come, household, count, generator)


def _own_households(people: LifeDates, household: np.ndarray, count: int, generator: np.random.Generator) -> Places:
    """New households, from number `count` on, for those without one (-1): some as couples, the others alone."""
    household = household.copy()
    free = np.flatnonzero(household < 0)
    willing = free[generator.random(free.size) < MOVERS_PAIRED_SHARE]
    women, men = pair_by_age(willing, people, 6 * 12)
    mark = np.full(people.sex.size, -1)
    mark[free] = np.arange(free.size)
    mark[men] = mark[women]
    _, number = np.unique(mark[free], return_inverse=True)
    household[free] = count + number
    total = count + int(number.max(initial=-1)) + 1
    n = people.sex.size
    return Places(household, np.full(n, -1), np.full(n, NEVER), np.full(n, -1), total)


def _nearest_in_age(birth: np.ndarray, candidates: np.ndarray, months_apart: int) -> np.ndarray:
    """For each person the position of a candidate of like age, each used once, in rank order; -1 beyond the limit."""
    result = np.full(birth.size, -1)
    if not birth.size or not candidates.size:
        return result
    order = np.argsort(candidates, kind="stable")
    ranks = np.argsort(birth, kind="stable")
    place = np.searchsorted(candidates[order], birth[ranks])
    # Push equal places apart, so that no candidate serves twice.
    place = np.maximum.accumulate(place - np.arange(place.size)) + np.arange(place.size)
    inside = place < candidates.size
    chosen = order[np.minimum(place, candidates.size - 1)]
    near = inside & (np.abs(candidates[chosen] - birth[ranks]) <= months_apart)
    result[ranks] = np.where(near, chosen, -1)
    return result
