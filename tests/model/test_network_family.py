"""Household and kin ties: who, and when."""

from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.network import build_network
from model.network_family import kin_ties
from model.network_places import make_places
from model.network_ties import Layer

YEAR = 12


@pytest.fixture
def family(make_population, select_rows):
    """A couple born 1953 with a son born 1985 (rows 0-2), and a woman of his age living alone (row 3); all there throughout."""
    crowd = make_population(1, 10)
    four = select_rows(crowd, np.arange(4))
    return replace(
        four,
        birth_month=np.array([-60, -60, -28, -28], np.int16) * np.int16(YEAR),
        household=np.array([0, 0, 0, 1], np.int32),
        next_household=np.full(4, -1, np.int32),
        next_household_month=np.full(4, NEVER, np.int16),
        entry_month=np.zeros(4, np.int16),
        exit_month=np.full(4, NEVER, np.int16),
    )


def moving(population, rows, household, month):
    next_household, when = population.next_household.copy(), population.next_household_month.copy()
    next_household[rows], when[rows] = household, month
    return replace(population, next_household=next_household, next_household_month=when)


def tie(network, one, other):
    """(layer, start, end) of the tie between two rows, or None."""
    for e in range(network.indptr[one], network.indptr[one + 1]):
        if network.neighbour[e] == other:
            return Layer(int(network.layer[e])), int(network.start[e]), int(network.end[e])
    return None


def test_people_of_a_household_are_tied_while_both_are_there(family):
    network = build_network(replace(family, exit_month=np.array([NEVER, 40, NEVER, NEVER], np.int16)))
    assert tie(network, 0, 1) == (Layer.HOUSEHOLD, 0, 40)
    assert tie(network, 0, 2) == (Layer.HOUSEHOLD, 0, NEVER)


def test_a_move_dates_the_ties_of_both_households(family):
    network = build_network(moving(family, 2, 1, 60))
    assert tie(network, 2, 3) == (Layer.HOUSEHOLD, 60, NEVER)
    assert tie(network, 0, 1) == (Layer.HOUSEHOLD, 0, NEVER)


def test_a_child_who_moves_out_stays_kin_all_along(family):
    network = build_network(moving(family, 2, 1, 60))
    assert tie(network, 0, 2) == tie(network, 1, 2) == (Layer.KIN, 0, NEVER)


def test_a_couple_that_moves_together_has_one_tie(family):
    network = build_network(moving(family, [0, 1], 1, 60))
    assert tie(network, 0, 1) == (Layer.HOUSEHOLD, 0, NEVER)


def test_a_known_parental_household_makes_kin(family):
    parents = np.array([-1, -1, -1, 0], np.int32)
    network = build_network(replace(family, parent_household=parents))
    assert tie(network, 3, 0)[0] == tie(network, 3, 1)[0] == Layer.KIN
    assert tie(network, 3, 2) is None or tie(network, 3, 2)[0] == Layer.FRIEND


def test_drawn_kin_are_a_generation_apart_grown_up_and_live_apart(small_population):
    p = replace(small_population, next_household=np.full(small_population.n, -1, np.int32))
    kin = kin_ties(p, make_places(p), 1)
    assert (p.household[kin.one] != p.household[kin.other]).all()
    gap_years = np.abs(p.birth_month[kin.one].astype(int) - p.birth_month[kin.other]) / YEAR
    assert 26 <= gap_years.mean() <= 32
    assert gap_years.min() >= 16 and gap_years.max() <= 61, "a couple up to 15 years apart shares the child"
    younger_born = np.maximum(p.birth_month[kin.one], p.birth_month[kin.other]).astype(int)
    assert (kin.start >= younger_born + 20 * YEAR).all()


def test_most_people_of_55_and_over_have_kin_in_the_region(make_population):
    population = make_population(16, 300, 5)
    network = build_network(population)
    rows = np.repeat(np.arange(network.n), np.diff(network.indptr))
    with_kin = np.zeros(network.n, bool)
    with_kin[rows[(network.layer == Layer.KIN) & (network.start <= 60) & (network.end > 60)]] = True
    old = (population.birth_month < 60 - 55 * YEAR) & (population.entry_month <= 60) & (population.exit_month > 60)
    assert 0.5 <= with_kin[old].mean() <= 0.75
