"""Friends: closed triangles, likeness, nearness, and luck that stays with the person."""

import numpy as np
import pytest

from model.network import build_network
from model.network_friends import CIRCLES, REACH, friend_ties
from model.network_measures import assortativity, local_clustering, snapshot, tie_distances_km
from model.network_places import make_places
from model.network_ties import Layer

MONTH = 100


@pytest.fixture(scope="module")
def population(make_population):
    return make_population(25, 300, 7)


@pytest.fixture(scope="module")
def friends(population):
    return snapshot(build_network(population), population, MONTH, (Layer.FRIEND,))


def test_friends_of_friends_are_often_friends(friends):
    clustering = local_clustering(friends).mean()
    random_graph = np.diff(friends.indptr).sum() / friends.present.sum() ** 2
    assert 0.1 <= clustering <= 0.25
    assert clustering > 20 * random_graph


def test_friends_are_alike_in_age_and_education(friends, population):
    assert 0.5 <= assortativity(friends, population.birth_month) <= 0.85
    assert 0.15 <= assortativity(friends, population.education) <= 0.45


def test_friends_live_near_by_with_a_few_anywhere(friends, population):
    km = tie_distances_km(friends, population)
    apart_km = tie_distances_km_of_strangers(population)
    assert (km == 0).mean() > 0.3
    assert np.median(km) < 0.6 * np.median(apart_km)
    assert 0.03 <= (km > np.quantile(apart_km, 0.75)).mean() <= 0.15


def tie_distances_km_of_strangers(population):
    from model.network_places import project_km

    rng = np.random.default_rng(0)
    a, b = rng.integers(0, population.n, (2, 5000))
    east, north = project_km(population.area_latitude, population.area_longitude)
    a, b = population.area[a], population.area[b]
    return np.hypot(east[a] - east[b], north[a] - north[b])


def pairs_by_key(population, ties):
    a, b = population.key[ties.one].tolist(), population.key[ties.other].tolist()
    return {(min(p), max(p)) for p in zip(a, b, strict=True)}


@pytest.mark.parametrize("row", [0, 700, 1500])
def test_one_more_person_changes_ties_near_by_only(make_population, select_rows, row):
    everyone = make_population(49, 100, 11)
    without = select_rows(everyone, np.delete(np.arange(everyone.n), row))
    places = make_places(everyone)
    assert (places.of_area == make_places(without).of_area).all()
    before = pairs_by_key(without, friend_ties(without, places, 1))
    after = pairs_by_key(everyone, friend_ties(everyone, places, 1))
    key = int(everyone.key[row])
    own = {pair for pair in after if key in pair}
    others = (before ^ after) - own
    assert own
    assert len(others) <= REACH * len(CIRCLES)
    # Whoever lost or won a tie could have become the newcomer's friend instead: all belong to the places they meet in.
    touched = {k for pair in others for k in pair}
    place_of = dict(zip(everyone.key.tolist(), places.of_area[everyone.area].tolist(), strict=True))
    assert len({place_of[k] for k in touched}) <= 12 < len(places.near)


def test_another_seed_makes_other_friends(population):
    places = make_places(population)
    one, other = (pairs_by_key(population, friend_ties(population, places, seed)) for seed in (1, 2))
    assert len(one & other) < 0.1 * len(one)


def test_thin_populations_meet_in_larger_places(make_population):
    thin, dense = make_population(36, 10), make_population(36, 200)
    assert len(make_places(thin).near) < len(make_places(dense).near) == 36


def test_friends_are_as_many_and_as_alike_in_a_thinned_population(make_population, select_rows):
    full = make_population(36, 400, 9)
    thin = select_rows(full, np.flatnonzero(full.household % 10 == 0))
    views = [snapshot(build_network(p), p, MONTH, (Layer.FRIEND,)) for p in (full, thin)]
    degree = [np.diff(view.indptr)[view.present].mean() for view in views]
    alike = [assortativity(view, p.birth_month) for view, p in zip(views, (full, thin), strict=True)]
    assert degree[1] == pytest.approx(degree[0], abs=0.4)
    assert alike[1] == pytest.approx(alike[0], abs=0.06)
