"""Households of one small area at Census date: published sizes, parents with children, couples, people alone.

Sizes are met exactly. Who lives with whom is assembled from plain regularities (shares of living alone and of adult
children at home by age, spacing of generations, couples of like age), all assumed and listed in docs/population.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.rounding import systematic_counts, weighted_pick

CHILD, PARTNER, ADULT_CHILD, ALONE, COMMUNAL = range(5)
"""Roles: under 16; head or partner of a household of several; other adult in one; lives alone; communal establishment."""

ALONE_AGES = np.array([16, 19, 22, 27, 35, 45, 55, 65, 75, 85, 95])
ALONE_SHARES = np.array([0.005, 0.03, 0.07, 0.12, 0.11, 0.12, 0.17, 0.24, 0.33, 0.52, 0.60])
HOME_AGES = np.array([16, 18, 20, 23, 26, 30, 35, 45, 60, 90])
HOME_SHARES = np.array([0.98, 0.85, 0.70, 0.55, 0.35, 0.17, 0.09, 0.06, 0.03, 0.02])
COMMUNAL_AGES = np.array([16, 18, 19, 22, 25, 60, 75, 85, 95])
COMMUNAL_WEIGHTS = np.array([1.0, 8.0, 12.0, 8.0, 1.0, 0.7, 2.0, 9.0, 20.0])
CHILDREN_BY_SIZE = {
    2: [0.90, 0.10],
    3: [0.42, 0.42, 0.16],
    4: [0.20, 0.20, 0.53, 0.07],
    5: [0.15, 0.15, 0.25, 0.43, 0.02],
    6: [0.12, 0.13, 0.20, 0.25, 0.28, 0.02],
    7: [0.10, 0.12, 0.18, 0.22, 0.20, 0.17, 0.01],
    8: [0.10, 0.10, 0.16, 0.20, 0.20, 0.14, 0.09, 0.01],
}
"""Households of a size by number of children under 16, before the area's number of children is met (assumed)."""
GENERATION_YEARS = 30.0
COUPLE_GAP_YEARS = 2.5
EXTRA_PERSONS_IN_EIGHT_PLUS = 0.7


@dataclass(slots=True, eq=False)
class Households:
    """household (n,): number of each person's household, 0..count-1. role (n,)."""

    household: np.ndarray
    role: np.ndarray
    count: int


def assemble(age: np.ndarray, sex: np.ndarray, sizes: np.ndarray, generator: np.random.Generator) -> Households:
    """Place every person of the area; sizes (8,) are households of 1..7 and of 8 or more persons.

    People beyond the households' places live in communal establishments, as one-person communal households.
    """
    household = np.full(age.size, -1, dtype=np.int64)
    role = np.full(age.size, CHILD, dtype=np.int8)
    adults = np.flatnonzero(age >= 16)
    children = np.flatnonzero(age < 16)
    if not adults.size:
        return Households(np.zeros(age.size, dtype=np.int64), role, 1 if age.size else 0)
    persons = _household_places(sizes, age.size, adults.size)
    communal = adults[weighted_pick(np.interp(age[adults], COMMUNAL_AGES, COMMUNAL_WEIGHTS),
                                    age.size - int(persons.sum()), generator)]  # fmt: skip
    role[communal] = COMMUNAL
    left = np.setdiff1d(adults, communal, assume_unique=True)
    singles = int((persons == 1).sum())
    share = np.interp(age[left], ALONE_AGES, ALONE_SHARES)
    alone = left[weighted_pick(share / (1.0 - share), singles, generator)]
    role[alone] = ALONE
    left = np.setdiff1d(left, alone, assume_unique=True)
    household[alone] = np.arange(singles)
    shared = persons[persons > 1]
    if shared.size:
        _fill_shared(age, sex, left, children, shared, singles, household, role, generator)
    count = persons.size
    household[communal] = count + np.arange(communal.size)
    return Households(household, role, count + communal.size)


def _household_places(sizes: np.ndarray, people: int, adults: int) -> np.ndarray:
    """Persons in each household (ascending), of which at least one is an adult; at most `people` in all.

    Published sizes can hold a few more persons than live in the area (they are perturbed): then some households lose
    one. Households of 8 or more hold the rest of what their mean (8.7, assumed) demands, as far as there are people.
    """
    persons = np.repeat(np.arange(1, 9), sizes)
    persons = persons[max(persons.size - adults, 0) :]
    if persons.size == 0:
        return np.ones(min(1, people), dtype=np.int64)
    while persons.sum() > people:
        shrinkable = np.flatnonzero(persons > 1)
        excess = int(persons.sum()) - people
        step = max(shrinkable.size // excess, 1)
        persons[shrinkable[::step][:excess]] -= 1
    children = people - adults
    room = int((persons - 1).sum())
    spare = people - int(persons.sum())
    extra = min(
        max(round(EXTRA_PERSONS_IN_EIGHT_PLUS * sizes[7]), children - room, spare - adults + persons.size), spare
    )
    if extra > 0:
        order = np.argsort(-persons, kind="stable")[: max(int(sizes[7]), 1)]
        np.add.at(persons, order[np.arange(extra) % order.size], 1)
    return np.sort(persons)


def _fill_shared(
    age: np.ndarray,
    sex: np.ndarray,
    adults: np.ndarray,
    children: np.ndarray,
    persons: np.ndarray,
    first: int,
    household: np.ndarray,
    role: np.ndarray,
    generator: np.random.Generator,
) -> None:
    """Place adults and children in households of two or more; numbers run from `first`; persons (H,) ascending."""
    number = first + np.arange(persons.size)
    n_children = _children_by_household(persons, children.size, generator)
    n_adults = persons - n_children
    n_second = _second_generation(age[adults], n_adults, n_children)
    home = np.interp(age[adults], HOME_AGES, HOME_SHARES)
    second = adults[weighted_pick(home / (1.0 - home), int(n_second.sum()), generator)]
    role[second] = ADULT_CHILD
    elders = np.setdiff1d(adults, second, assume_unique=True)
    role[elders] = PARTNER
    mean_child = _place_in_families(age, children, n_children, number, np.zeros(persons.size), household, generator)
    mean_second = _place_in_families(age, second, n_second, number, n_children == 0, household, generator)
    target = np.where(n_children > 0, mean_child, mean_second) + GENERATION_YEARS
    target += generator.normal(0.0, 4.5, persons.size)
    couple = n_adults - n_second >= 2
    lone_person, women, men = _couples(age, sex, elders, int((~couple).sum()), generator)
    _place_elders(age, (lone_person,), number[~couple], target[~couple], (n_children > 0)[~couple],
                  (n_second > 0)[~couple], household, generator)  # fmt: skip
    _place_elders(age, (women, men), number[couple], target[couple], (n_children > 0)[couple],
                  (n_second > 0)[couple], household, generator)  # fmt: skip


def _children_by_household(persons: np.ndarray, children: int, generator: np.random.Generator) -> np.ndarray:
    """Children under 16 in each household, at least one adult each, adding up to the area's children."""
    classes = np.minimum(persons, 8)
    size, place, number = np.unique(classes, return_inverse=True, return_counts=True)
    low, high = -8.0, 8.0
    for _ in range(40):
        slope = 0.5 * (low + high)
        shares = {s: _tilted(CHILDREN_BY_SIZE[s], slope) for s in size}
        expected = sum(n * float(shares[s] @ np.arange(s)) for s, n in zip(size, number, strict=True))
        low, high = (slope, high) if expected < children else (low, slope)
    result = np.zeros(persons.size, dtype=np.int64)
    for i, s in enumerate(size):
        counts = systematic_counts(shares[s] * number[i], generator.random())
        values = np.repeat(np.arange(s), counts)
        result[place == i] = generator.permutation(values)
    return _adjust(result, persons - 1, children, generator)


def _tilted(shares: list[float], slope: float) -> np.ndarray:
    weights = np.array(shares) * np.exp(slope * np.arange(len(shares)))
    return weights / weights.sum()


def _adjust(values: np.ndarray, most: np.ndarray, total: int, generator: np.random.Generator) -> np.ndarray:
    """Change as few values as possible, by one at a time within 0..most, until they add up to the total."""
    while (difference := total - int(values.sum())) != 0:
        open_ = np.flatnonzero(values < most) if difference > 0 else np.flatnonzero(values > 0)
        if not open_.size:
            break
        open_ = generator.permutation(open_)
        values[open_[: abs(difference)]] += np.sign(difference)
    return values


def _second_generation(age: np.ndarray, n_adults: np.ndarray, n_children: np.ndarray) -> np.ndarray:
    """Adults beyond head and partner in each household; of two-adult households some are a parent and a grown child."""
    second = np.maximum(n_adults - 2, 0)
    pairs = np.flatnonzero(n_adults == 2)
    expected = float(np.interp(age, HOME_AGES, HOME_SHARES).sum()) - second.sum()
    wanted = int(np.clip(expected, 0.04 * pairs.size, 0.45 * pairs.size))
    childless_first = pairs[np.argsort(n_children[pairs] > 0, kind="stable")]
    second[childless_first[:wanted]] = 1
    return second


def _place_in_families(
    age: np.ndarray,
    people: np.ndarray,
    places: np.ndarray,
    number: np.ndarray,
    last: np.ndarray,
    household: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """Fill `places` of each household with people of like age (siblings); returns their mean age by household.

    last (H,): households served after the others, that is by the oldest.
    """
    mean = np.zeros(number.size)
    families = np.flatnonzero(places > 0)
    if not families.size:
        return mean
    order = families[np.lexsort((generator.random(families.size), last[families]))]
    ranked = people[np.argsort(age[people] + generator.normal(0.0, 1.8, people.size), kind="stable")]
    household[ranked] = np.repeat(number[order], places[order])
    totals = np.add.reduceat(age[ranked], np.concatenate(([0], np.cumsum(places[order])[:-1])))
    mean[order] = totals / places[order]
    return mean


def _couples(
    age: np.ndarray, sex: np.ndarray, elders: np.ndarray, lone: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split elders into `lone` heads and couples matched by age; women outnumber men among lone heads."""
    women, men = elders[sex[elders] == 0], elders[sex[elders] == 1]
    lone_women = int(np.clip(round((lone + women.size - men.size) / 2), max(lone - men.size, 0), min(lone, women.size)))
    alone_w = weighted_pick(np.ones(women.size), lone_women, generator)
    alone_m = weighted_pick(np.ones(men.size), lone - lone_women, generator)
    heads = np.concatenate((women[alone_w], men[alone_m]))
    women, men = np.delete(women, alone_w), np.delete(men, alone_m)
    women = women[np.argsort(age[women] + generator.normal(0.0, 2.0, women.size), kind="stable")]
    men = men[np.argsort(age[men] - COUPLE_GAP_YEARS + generator.normal(0.0, 2.0, men.size), kind="stable")]
    extra = np.concatenate((women[men.size :], men[women.size :]))
    both = min(women.size, men.size)
    pairs = extra.size // 2
    first = np.concatenate((women[:both], extra[0 : 2 * pairs : 2]))
    second = np.concatenate((men[:both], extra[1 : 2 * pairs : 2]))
    return heads, first, second


def _place_elders(
    age: np.ndarray,
    people: tuple[np.ndarray, ...],
    number: np.ndarray,
    target: np.ndarray,
    with_children: np.ndarray,
    with_second: np.ndarray,
    household: np.ndarray,
    generator: np.random.Generator,
) -> None:
    """Give each household its head (people[0]) and partner (people[1]): parents near the target age, the rest alike."""
    units = people[0]
    free = np.arange(min(units.size, number.size))
    for wanted, centre, width in ((with_children, 38.0, 8.5), (with_second & ~with_children, 54.0, 10.0)):
        rows = np.flatnonzero(wanted[: units.size])
        weights = np.exp(-0.5 * ((age[units[free]] - centre) / width) ** 2) + 1e-4
        chosen = free[weighted_pick(weights, rows.size, generator)]
        chosen = chosen[np.argsort(age[units[chosen]], kind="stable")]
        rows = rows[np.argsort(target[rows], kind="stable")]
        for member in people:
            household[member[chosen]] = number[rows[: chosen.size]]
        free = np.setdiff1d(free, chosen, assume_unique=True)
    rest = np.flatnonzero(~(with_children | with_second))
    for member in people:
        household[member[free]] = number[rest[: free.size]]
