"""The placebo keeps who is tied to what kind of person, and forgets who is tied to whom."""

import numpy as np
import pytest

from model.network import build_network
from model.network_measures import degrees, local_clustering, snapshot
from model.network_ties import Layer

MONTHS = (0, 120, 240)


@pytest.fixture(scope="module")
def population(make_population):
    return make_population(16, 400, 3)


@pytest.fixture(scope="module")
def networks(population):
    return build_network(population), build_network(population, variant="placebo")


def friend_pairs(network):
    row = np.repeat(np.arange(network.n), np.diff(network.indptr))
    friend = (network.layer == Layer.FRIEND) & (row < network.neighbour)
    return set(zip(row[friend].tolist(), network.neighbour[friend].tolist(), strict=True))


def test_hardly_any_pair_survives(networks):
    standard, placebo = (friend_pairs(network) for network in networks)
    assert len(standard & placebo) < 0.1 * len(standard), (
        "a few meet again by chance: cells hold some twenty people here"
    )
    assert len(placebo) > 0.95 * len(standard)


@pytest.mark.parametrize("month", MONTHS)
def test_degrees_keep_their_distribution(population, networks, month):
    standard, placebo = (degrees(snapshot(n, population, month), Layer.FRIEND) for n in networks)
    assert placebo.mean() == pytest.approx(standard.mean(), rel=0.06)
    assert np.corrcoef(standard, placebo)[0, 1] > 0.5
    assert np.abs(np.quantile(placebo, (0.1, 0.5, 0.9)) - np.quantile(standard, (0.1, 0.5, 0.9))).max() <= 2


def test_the_mix_of_areas_and_ages_stays(population, networks):
    kind = population.area * 20 + (population.birth_month // 120 + 10)
    tables = []
    for network in networks:
        one, other = snapshot(network, population, 120, (Layer.FRIEND,)).ends
        table = np.zeros((kind.max() + 1, kind.max() + 1))
        np.add.at(table, (kind[one], kind[other]), 1)
        tables.append(table / table.sum())
    moved = np.abs(tables[0] - tables[1]).sum() / 2
    assert moved < 0.15


def test_triangles_are_gone(population, networks):
    standard, placebo = (local_clustering(snapshot(n, population, 120, (Layer.FRIEND,))).mean() for n in networks)
    assert placebo < 0.15 * standard


def test_households_stay_together(population, networks):
    for network in networks:
        row = np.repeat(np.arange(network.n), np.diff(network.indptr))
        start = (network.layer == Layer.HOUSEHOLD) & (network.start == 0) & (network.end > 12)
        assert (population.household[row[start]] == population.household[network.neighbour[start]]).all()
