"""Measures of a network, checked against networkx and against plain counting."""

import networkx as nx
import numpy as np
import pytest

from model.network import build_network, to_networkx
from model.network_measures import (
    assortativity,
    degrees,
    knows_no_user,
    local_clustering,
    snapshot,
    tie_distances_km,
)
from model.network_ties import Layer

MONTH = 150


@pytest.fixture(scope="module")
def network(small_population):
    return build_network(small_population)


@pytest.fixture(scope="module")
def graph(network, small_population):
    return to_networkx(network, small_population, MONTH)


@pytest.fixture(scope="module")
def view(network, small_population):
    return snapshot(network, small_population, MONTH)


def test_degree_and_clustering_agree_with_networkx(graph, view):
    rows = np.flatnonzero(view.present)
    assert degrees(view).tolist() == [graph.degree[i] for i in rows]
    theirs = nx.clustering(graph)
    np.testing.assert_allclose(local_clustering(view), [theirs[i] for i in rows])


def test_assortativity_agrees_with_networkx(graph, view, small_population):
    nx.set_node_attributes(graph, {i: int(small_population.birth_month[i]) for i in graph}, "born")
    theirs = nx.numeric_assortativity_coefficient(graph, "born")
    assert assortativity(view, small_population.birth_month) == pytest.approx(theirs)


def test_a_snapshot_of_one_layer_holds_that_layer_only(network, view, small_population):
    friends = snapshot(network, small_population, MONTH, (Layer.FRIEND,))
    assert (friends.layer == Layer.FRIEND).all()
    assert degrees(friends).tolist() == degrees(view, Layer.FRIEND).tolist()


def test_knowing_no_user_is_having_no_tie_to_one(graph, view, small_population):
    user = np.random.default_rng(3).random(small_population.n) < 0.3
    rows = np.flatnonzero(view.present & ~user)
    expected = [not any(user[j] for j in graph[i]) for i in rows]
    assert 0 < sum(expected) < len(expected)
    assert knows_no_user(view, user).tolist() == expected


def test_ties_within_an_area_have_no_distance(view, small_population):
    km = tie_distances_km(view, small_population)
    one, other = view.ends
    same = small_population.area[one] == small_population.area[other]
    assert (km[same] == 0).all()
    assert (km[~same] > 0.5).all()
