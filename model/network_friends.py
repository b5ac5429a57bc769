"""Friends: a small world of shared circles.

People befriend those they share a focus of activity with (Feld 1981, doi:10.1086/227352): a place, a stage of life, a
kind of company. Each person belongs to a few circles. In each they stand in a line: by room (a place and an
education), and within a room by birth month with noise. They befriend some of the next few whose stay in the region overlaps
theirs. This is the ring lattice of a small world (Watts and Strogatz 1998, doi:10.1038/30918), which closes triangles; several
circles, and rooms far from home, give the short cuts. Homophily (McPherson and others 2001,
doi:10.1146/annurev.soc.27.1.415) comes from the order and the rooms.

Luck: a person's seats hang on their own key and attributes and on area centroids only, and what they do on the REACH
people after them. So one more resident changes only ties between people within REACH of them in a line.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.chance import mix, normal, uniform
from model.jit import njit
from model.network_places import Places, choose_place
from model.network_ties import Ties, join_ties, stay_since, stay_until, structure_word, ties_while_present

if TYPE_CHECKING:
    from model.population import Population


class Circle(NamedTuple):
    """One circle that everybody belongs to.

    forward_ties: mean ties to people further on in the line, at a time (a circle gives twice that in degree).
    p_home, p_anywhere: probability that it meets in the own place, and anywhere in the region; else near by.
    p_own_education: probability that one joins the room of one's own education; else one of the three.
    age_noise_years: standard deviation of the noise on age in the line.
    """

    forward_ties: float
    p_home: float
    p_anywhere: float
    p_own_education: float
    age_noise_years: float


CIRCLES = (
    Circle(forward_ties=2.3, p_home=0.60, p_anywhere=0.03, p_own_education=0.5, age_noise_years=10.0),
    Circle(forward_ties=1.1, p_home=0.35, p_anywhere=0.08, p_own_education=0.6, age_noise_years=14.0),
)
COHORTS_YEARS = 100
"""Birth years that a line spans."""
RANKS_PER_FORWARD_TIE = 3.2
"""Typical distance between two friends in the line, in people, for each forward tie a circle gives (measured)."""
REACH = 48
"""How far along the line a person looks for friends."""
SOCIABILITY_LOW, SOCIABILITY_HIGH = 0.1, 1.9
"""Range of a person's sociability (uniform, mean 1): a factor on the friends they seek, and on the chance of being chosen."""

_EDUCATION_ROOMS = 3
_AGE_BITS, _TIE_BREAK_BITS = np.uint64(12), np.uint64(32)
_BIRTH_OFFSET = 2048


def friend_ties(population: Population, places: Places, structure_seed: int) -> Ties:
    """Friend ties, about 6.5 a person at any time, each lasting while both are present. A pair may come up twice."""
    parts = []
    sociability = np.empty(population.n)
    _draw_sociability(structure_word(structure_seed, "friends"), population.key, sociability)
    for number, circle in enumerate(CIRCLES):
        word = structure_word(structure_seed, f"friends/{number}")
        seats = np.empty(population.n, np.uint64)
        persons = [getattr(population, c) for c in ("key", "area", "birth_month", "education")]
        where = (places.of_area, places.near, places.near_cdf)
        _take_seats(word, circle, age_noise_months(circle, places), *persons, *where, seats)
        line = np.argsort(seats, kind="stable").astype(np.int32)
        in_line = [getattr(population, c)[line] for c in ("key", "household", "entry_month", "exit_month")]
        in_line.append(sociability[line])
        one, other = np.empty(0, np.int32), np.empty(0, np.int32)
        n_ties = _befriend(word, circle.forward_ties, *in_line, one, other)
        one, other = np.empty(n_ties, np.int32), np.empty(n_ties, np.int32)
        _befriend(word, circle.forward_ties, *in_line, one, other)
        parts.append(ties_while_present(population, line[one], line[other]))
    return join_ties(*parts)


def age_noise_months(circle: Circle, places: Places) -> float:
    """Noise on age in a circle's line, less what thin places add of themselves: there the next few in line are years apart.

    So friends are as alike in age in a thinned population as in a full one.
    """
    years_a_rank = COHORTS_YEARS * _EDUCATION_ROOMS / places.rows_typical
    apart_years = RANKS_PER_FORWARD_TIE * circle.forward_ties * years_a_rank
    return 12.0 * math.sqrt(max(circle.age_noise_years**2 - apart_years**2 / 2.0, 1.0))


@njit
def _draw_sociability(word: np.uint64, key: np.ndarray, out: np.ndarray) -> None:
    for i in range(len(key)):
        out[i] = SOCIABILITY_LOW + (SOCIABILITY_HIGH - SOCIABILITY_LOW) * uniform(word, key[i])


@njit
def _take_seats(
    word: np.uint64,
    circle: Circle,
    noise_months: float,
    key: np.ndarray,
    area: np.ndarray,
    birth_month: np.ndarray,
    education: np.ndarray,
    place_of_area: np.ndarray,
    near: np.ndarray,
    near_cdf: np.ndarray,
    seats: np.ndarray,
) -> None:
    """Each person's seat in a circle as one sortable word: room (place and education), noisy age, tie-break."""
    for i in range(len(key)):
        home = place_of_area[area[i]]
        u_place, u_own, u_room, u_age = (
            uniform(mix(word, np.uint64(1)), key[i]), uniform(mix(word, np.uint64(2)), key[i]),
            uniform(mix(word, np.uint64(3)), key[i]), uniform(mix(word, np.uint64(4)), key[i]),
        )  # fmt: skip
        place = choose_place(u_place, home, circle.p_home, circle.p_anywhere, near, near_cdf)
        own = u_own < circle.p_own_education
        company = int(education[i]) if own else int(u_room * _EDUCATION_ROOMS)
        born = birth_month[i] + int(np.floor(noise_months * normal(u_age)))
        born = min(max(born + _BIRTH_OFFSET, 0), 4095)
        room = np.uint64(place * _EDUCATION_ROOMS + company)
        # Every other room stands the other way round: where one ends the next begins with people of the same age.
        if room & np.uint64(1):
            born = 4095 - born
        seats[i] = (((room << _AGE_BITS) | np.uint64(born)) << _TIE_BREAK_BITS) | (mix(word, key[i]) >> _TIE_BREAK_BITS)


@njit
def _befriend(
    word: np.uint64,
    forward_ties: float,
    key: np.ndarray,
    household: np.ndarray,
    entry_month: np.ndarray,
    exit_month: np.ndarray,
    sociability: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
) -> int:
    """Walk along the line and make ties (positions in line); returns how many. Empty outputs: count only.

    Each person takes those who come next until the stays shared with them add up to the wanted number of their own
    stays. The last one is taken with the probability that keeps the mean exact.
    """
    found = 0
    n = len(key)
    for p in range(n):
        stay = float(stay_until(exit_month[p]) - stay_since(entry_month[p]))
        wanted = forward_ties * sociability[p]
        own_word = mix(word, key[p])
        for q in range(p + 1, min(p + 1 + REACH, n)):
            if household[q] == household[p]:
                continue
            shared = stay_until(min(exit_month[p], exit_month[q])) - stay_since(max(entry_month[p], entry_month[q]))
            if shared <= 0:
                continue
            u = uniform(own_word, key[q])
            p_chosen = sociability[q] / SOCIABILITY_HIGH
            if u >= p_chosen:
                continue
            share = shared / stay
            if share > wanted and u * share >= p_chosen * wanted:
                break
            if len(one) > 0:
                one[found], other[found] = p, q
            found += 1
            wanted -= share
            if wanted <= 0.0:
                break
    return found
