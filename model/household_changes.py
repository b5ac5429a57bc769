"""Households over time in one area: who lived or will live where, at most one dated change a person.

The young leave their parents' household for one of their own in the same area; people gone before the Census and
people who come after it find households. Couples who leave two homes link them; such groups are kept small, so that
they can be sampled whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.households import ADULT_CHILD, ALONE, CHILD, PARTNER, Households
from model.movers import LifeDates

LEAVING_AGE_YEARS, LEAVING_AGE_SPREAD = 23.0, 3.5
EARLIEST_LEAVING_AGE, LATEST_LEAVING_AGE = 17.5, 38.0
LATE_LEAVING_MEAN_MONTHS = 60.0
OLDEST_LEAVER = 40
STAYING_SHARE = 0.2
PARENT_GAP_YEARS = (20, 43)
LEAVERS_PAIRED_SHARE = 0.92
CANDIDATES, COUPLE_YEARS_APART, LINKED_HOMES, MOVE_WINDOW_MONTHS = 12, 4, 3, 24
WIDOWED_SHARE = 0.65
SEPARATED_SHARE = 0.7
JOINING_SHARE = 0.8
MOVERS_PAIRED_SHARE = 0.8
"""All assumed: ages at leaving home (median 23 years, UK), share who never do, couples among those who set up house,
share of the dead whose partner lived on, of those who left for elsewhere who left someone now alone, of newcomers who
join someone who has set up house, and couples among the other movers. They keep adults a household near 1.8."""


@dataclass(slots=True, eq=False)
class Places:
    """household at entry, next_household and its month, parent_household, by person; count of households in use."""

    household: np.ndarray
    next_household: np.ndarray
    next_month: np.ndarray
    parent_household: np.ndarray
    count: int


class HomeLinks:
    """Which Census households are linked through people's changes, and how many each linked group holds."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._size = [1] * count

    def root(self, home: int) -> int:
        """The group's representative."""
        while self._parent[home] != home:
            self._parent[home] = self._parent[self._parent[home]]
            home = self._parent[home]
        return home

    def join(self, one: int, other: int, most: int) -> bool:
        """Link two households unless their group would hold more than `most`; whether they are linked now."""
        a, b = self.root(one), self.root(other)
        if a == b:
            return True
        if self._size[a] + self._size[b] > most:
            return False
        self._parent[b] = a
        self._size[a] += self._size[b]
        return True


def resident_places(lives: LifeDates, homes: Households, census_month: int, generator: np.random.Generator) -> Places:
    """Households over time of the people counted by the Census."""
    n = lives.sex.size
    places = Places(homes.household.copy(), np.full(n, -1), np.full(n, NEVER), np.full(n, -1), homes.count)
    links = HomeLinks(homes.count)
    _before_census(places, lives, homes, census_month, links, generator)
    _after_census(places, lives, homes, census_month, links, generator)
    return places


def _leaving_months(birth_month: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    age = generator.normal(LEAVING_AGE_YEARS, LEAVING_AGE_SPREAD, birth_month.size)
    return birth_month + np.round(12 * np.clip(age, EARLIEST_LEAVING_AGE, LATEST_LEAVING_AGE)).astype(np.int64)


def _before_census(
    places: Places,
    lives: LifeDates,
    homes: Households,
    census_month: int,
    links: HomeLinks,
    generator: np.random.Generator,
) -> None:
    """Those who had left home by the Census, but not by January 2013, start with a couple of their parents' age."""
    natural = np.maximum(lives.birth_month + 192, 0)
    age = (census_month - lives.birth_month) // 12
    away = np.isin(homes.role, (PARTNER, ALONE)) & (age < OLDEST_LEAVER) & (lives.entry_month == natural)
    month = _leaving_months(lives.birth_month, generator)
    late = month >= census_month
    month[late] = (
        natural[late] + 1 + (generator.random(late.sum()) * (census_month - natural[late] - 1)).astype(np.int64)
    )
    leavers = np.flatnonzero(away & (month > natural) & (month < census_month) & (natural < census_month - 1))
    parents = np.flatnonzero((homes.role == PARTNER) & (lives.entry_month == 0) & (age >= 36))
    origin = match_households(
        lives.birth_month[leavers],
        homes.household[leavers],
        lives.birth_month[parents],
        homes.household[parents],
        generator,
    )
    found = origin >= 0
    leavers, origin = leavers[found], origin[found]
    for old, new in zip(origin.tolist(), places.household[leavers].tolist(), strict=True):
        links.join(old, new, homes.count)
    places.next_household[leavers] = places.household[leavers]
    places.next_month[leavers] = month[leavers]
    places.household[leavers] = origin
    places.parent_household[leavers] = origin


def _after_census(
    places: Places,
    lives: LifeDates,
    homes: Households,
    census_month: int,
    links: HomeLinks,
    generator: np.random.Generator,
) -> None:
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
    seeking = leavers[generator.random(leavers.size) < LEAVERS_PAIRED_SHARE]
    couples = _leaving_couples(seeking, lives, homes.household, links)
    new_of = np.full(lives.sex.size, -1)
    new_of[leavers] = np.arange(leavers.size)
    new_of[couples[:, 1]] = new_of[couples[:, 0]]
    _, new_of[leavers] = np.unique(new_of[leavers], return_inverse=True)
    together = month[couples].max(axis=1, initial=0)
    agreed = together < lives.exit_month[couples].min(axis=1, initial=NEVER)
    month[couples[agreed]] = together[agreed, None]
    places.next_household[leavers] = places.count + new_of[leavers]
    places.next_month[leavers] = month[leavers]
    places.parent_household[leavers] = places.household[leavers]
    places.count += int(new_of[leavers].max(initial=-1)) + 1


def _leaving_couples(seeking: np.ndarray, lives: LifeDates, home: np.ndarray, links: HomeLinks) -> np.ndarray:
    """Couples (k, 2) among people who leave home: of like age, from different homes whose linked group stays small."""
    waiting: tuple[list[int], list[int]] = ([], [])
    couples = []
    for person in seeking[np.argsort(lives.birth_month[seeking], kind="stable")].tolist():
        others = waiting[1 - int(lives.sex[person])]
        for other in others[-CANDIDATES:]:
            near = lives.birth_month[person] - lives.birth_month[other] <= 12 * COUPLE_YEARS_APART
            if near and home[person] != home[other] and links.join(int(home[person]), int(home[other]), LINKED_HOMES):
                others.remove(other)
                couples.append((other, person))
                break
        else:
            waiting[int(lives.sex[person])].append(person)
    return np.array(couples, dtype=np.int64).reshape(-1, 2)


def match_households(
    child_birth: np.ndarray,
    child_household: np.ndarray,
    parent_birth: np.ndarray,
    parent_household: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
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


def pair_by_age(people: np.ndarray, lives: LifeDates, cohort: np.ndarray, months_apart: int) -> np.ndarray:
    """Couples (k, 2) of women and men of like age, rank by rank within each cohort of movers (by person); those too
    far apart in age are left out."""
    couples = []
    for number in np.unique(cohort[people]):
        group = people[cohort[people] == number]
        women, men = (group[lives.sex[group] == sex] for sex in (0, 1))
        women, men = (row[np.argsort(lives.birth_month[row], kind="stable")] for row in (women, men))
        pairs = min(women.size, men.size)
        # Spread the longer list over the shorter, so that both span the same ages.
        women = women[(np.arange(pairs) * women.size) // max(pairs, 1)]
        men = men[(np.arange(pairs) * men.size) // max(pairs, 1)]
        near = np.abs(lives.birth_month[women] - lives.birth_month[men]) <= months_apart
        couples.append(np.stack((women[near], men[near]), axis=1))
    return np.concatenate(couples) if couples else np.zeros((0, 2), dtype=np.int64)


def departed_places(
    gone: LifeDates,
    died: np.ndarray,
    residents: LifeDates,
    homes: Households,
    count: int,
    generator: np.random.Generator,
) -> Places:
    """Households of those gone before the Census: with a surviving partner, with parents, in couples or alone."""
    n = gone.sex.size
    household = np.full(n, -1)
    young = ~died & (gone.exit_month - gone.birth_month < 26 * 12)
    bereft = np.where(died, WIDOWED_SHARE, SEPARATED_SHARE) * ~young
    leaving_someone = np.flatnonzero(generator.random(n) < bereft)
    alone = np.flatnonzero((homes.role == ALONE) & (residents.entry_month == 0))
    _join_opposite_sex(household, gone, leaving_someone, residents.birth_month[alone], residents.sex[alone],
                       homes.household[alone])  # fmt: skip
    young = np.flatnonzero(young)
    parents = np.flatnonzero((homes.role == PARTNER) & (residents.entry_month == 0))
    household[young] = match_households(
        gone.birth_month[young],
        np.full(young.size, -1),
        residents.birth_month[parents],
        homes.household[parents],
        generator,
    )
    return _own_households(gone, gone.exit_month, household, count, generator)


def _join_opposite_sex(
    household: np.ndarray,
    people: LifeDates,
    rows: np.ndarray,
    births: np.ndarray,
    sexes: np.ndarray,
    owners: np.ndarray,
) -> None:
    """Put each of `rows` with someone of the other sex and like age from a list of people alone, each used once."""
    for sex in (0, 1):
        seeking = rows[people.sex[rows] == sex]
        others = np.flatnonzero(sexes != sex)
        chosen = _nearest_in_age(people.birth_month[seeking], births[others], 8 * 12)
        found = chosen >= 0
        household[seeking[found]] = owners[others[chosen[found]]]


def _set_up_alone(places: Places) -> np.ndarray:
    """Rows of residents who move after the Census into a new household that nobody shares."""
    movers = np.flatnonzero(places.next_household >= 0)
    homes, first, number = np.unique(places.next_household[movers], return_index=True, return_counts=True)
    new = (number == 1) & ~np.isin(homes, places.household)
    return movers[first[new]]


def arrival_places(
    come: LifeDates,
    month: np.ndarray,
    residents: LifeDates,
    homes: Households,
    places: Places,
    count: int,
    generator: np.random.Generator,
) -> Places:
    """Households of those who come after the Census: children with adults of parental age, some adults with someone
    who has set up house by then, the others in couples or alone; new numbers from `count` on."""
    household = np.full(come.sex.size, -1)
    child = (month - come.birth_month) < 16 * 12
    hosts = _set_up_alone(places)
    joining = np.flatnonzero(~child & (generator.random(come.sex.size) < JOINING_SHARE))
    _join_opposite_sex(household, come, joining, residents.birth_month[hosts], residents.sex[hosts],
                       places.next_household[hosts])  # fmt: skip
    household[~child] = _own_households(come.keep(~child), month[~child], household[~child], count, generator).household
    count = max(count, int(household.max(initial=-1)) + 1)
    adults = np.flatnonzero(~child)
    partners = np.flatnonzero(homes.role == PARTNER)
    births = np.concatenate((come.birth_month[adults], residents.birth_month[partners]))
    owners = np.concatenate((household[adults], homes.household[partners]))
    gap = 12 * 30
    chosen = _nearest_in_age(come.birth_month[child] - gap, births, 10 * 12)
    kids = np.flatnonzero(child)
    household[kids[chosen >= 0]] = owners[chosen[chosen >= 0]]
    return _own_households(come, month, household, count, generator)


def _own_households(
    people: LifeDates, moved: np.ndarray, household: np.ndarray, count: int, generator: np.random.Generator
) -> Places:
    """New households, from number `count` on, for those without one (-1): some, who move at about the same month, as
    couples, the others alone."""
    household = household.copy()
    free = np.flatnonzero(household < 0)
    willing = free[generator.random(free.size) < MOVERS_PAIRED_SHARE]
    couples = pair_by_age(willing, people, moved // MOVE_WINDOW_MONTHS, 12 * COUPLE_YEARS_APART * 2)
    mark = np.full(people.sex.size, -1)
    mark[free] = np.arange(free.size)
    mark[couples[:, 1]] = mark[couples[:, 0]]
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
