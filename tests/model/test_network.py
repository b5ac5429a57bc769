"""The assembled network: form, dates, storage."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.calendar import HORIZON_MONTHS, NEVER
from model.errors import InputError
from model.network import assemble, build_network, get_network, to_networkx
from model.network_measures import degrees, snapshot
from model.network_ties import LAYER_WEIGHT, Layer, Ties

ARRAYS = (
    "indptr", "neighbour", "weight", "layer", "start", "end", "start_order", "start_row", "start_ptr",
    "end_order", "end_row", "end_ptr",
)  # fmt: skip


def rows_of(network):
    return np.repeat(np.arange(network.n), np.diff(network.indptr))


def ties(*rows):
    one, other, start, end = (np.array(c) for c in zip(*rows, strict=True))
    return Ties(one.astype(np.int32), other.astype(np.int32), start.astype(np.int16), end.astype(np.int16))


@settings(max_examples=25)
@given(
    n_areas=st.integers(1, 6),
    households=st.integers(1, 30),
    seed=st.integers(0, 10_000),
    variant=st.sampled_from(["standard", "placebo"]),
)
def test_every_network_is_a_simple_dated_graph(make_population, n_areas, households, seed, variant):
    population = make_population(n_areas, households, seed)
    network = build_network(population, structure_seed=seed, variant=variant)
    row, to = rows_of(network), network.neighbour
    forward = row.astype(np.int64) * network.n + to
    assert (np.diff(forward) > 0).all(), "rows are sorted and no pair comes twice"
    assert (row != to).all()
    back = np.argsort(to.astype(np.int64) * network.n + row)
    for name in ("layer", "start", "end"):
        column = getattr(network, name)
        assert (column == column[back]).all(), f"{name} is the same in both directions"
    assert (network.weight == np.array(LAYER_WEIGHT)[network.layer]).all()
    assert (network.start < network.end).all()
    for rows in (row, to):
        assert (network.start >= population.entry_month[rows]).all()
        assert (network.end <= population.exit_month[rows]).all()


def test_events_month_by_month_lead_to_the_dated_ties(small_population):
    network = build_network(small_population)
    active = network.start == 0
    for month in range(HORIZON_MONTHS):
        active[network.end_order[network.end_ptr[month] : network.end_ptr[month + 1]]] = False
        if month > 0:
            active[network.start_order[network.start_ptr[month] : network.start_ptr[month + 1]]] = True
        assert (active == ((network.start <= month) & (month < network.end))).all()
    assert len(network.start_order) == (network.start > 0).sum()
    row = np.repeat(np.arange(network.n), np.diff(network.indptr))
    assert np.array_equal(network.start_row, row[network.start_order])
    assert np.array_equal(network.end_row, row[network.end_order])
    assert len(network.end_order) == (network.end < NEVER).sum()
    assert len(network.start_ptr) == len(network.end_ptr) == HORIZON_MONTHS + 2


def test_a_pair_tied_twice_keeps_the_heavier_then_the_longer_tie():
    columns = assemble(
        4,
        {
            Layer.HOUSEHOLD: ties((0, 1, 0, 30), (2, 3, 5, 10)),
            Layer.KIN: ties((1, 0, 0, NEVER)),
            Layer.FRIEND: ties((3, 2, 0, NEVER), (0, 2, 4, 9), (2, 0, 4, 9)),
        },
    )
    assert columns["neighbour"].tolist() == [1, 2, 0, 0, 3, 2]
    assert columns["layer"].tolist() == [1, 2, 1, 2, 0, 0]
    assert columns["end"].tolist() == [NEVER, 9, NEVER, 9, 10, 10]


def test_two_ties_of_one_layer_that_touch_become_one():
    columns = assemble(2, {Layer.HOUSEHOLD: ties((0, 1, 3, 20), (0, 1, 20, 50))})
    assert (columns["start"].tolist(), columns["end"].tolist()) == ([3, 3], [50, 50])


@pytest.mark.parametrize("month", [0, 138, HORIZON_MONTHS - 1])
def test_friends_number_six_to_eight_at_any_time(small_population, month):
    view = snapshot(build_network(small_population), small_population, month)
    assert 6 <= degrees(view, Layer.FRIEND).mean() <= 8


def test_a_network_is_stored_and_read_back(small_population, tmp_path, monkeypatch):
    monkeypatch.setenv("UPTAKE_CACHE_DIR", str(tmp_path))
    built, first = build_network(small_population), get_network(small_population)
    again = get_network(small_population)
    for name in ARRAYS:
        assert (getattr(built, name) == getattr(first, name)).all()
        assert not getattr(again, name).flags.writeable
    other = get_network(small_population, structure_seed=2)
    assert (
        len({built.fingerprint, other.fingerprint, get_network(small_population, variant="placebo").fingerprint}) == 3
    )
    assert other.n_edges != built.n_edges


def test_a_stored_population_gives_the_same_network(small_population, tmp_path):
    file = tmp_path / "key.npy"
    np.save(file, small_population.key)
    stored = replace(small_population, key=np.load(file, mmap_mode="r"))
    assert (build_network(stored).neighbour == build_network(small_population).neighbour).all()


def test_an_unknown_variant_is_refused(small_population):
    with pytest.raises(InputError, match="unknown network variant"):
        build_network(small_population, variant="random")


def test_networkx_view_has_the_people_and_ties_of_the_month(small_population):
    network = build_network(small_population)
    graph = to_networkx(network, small_population, 100)
    view = snapshot(network, small_population, 100)
    assert graph.number_of_nodes() == view.present.sum()
    assert 2 * graph.number_of_edges() == len(view.neighbour)
    one, other = next(iter(graph.edges))
    assert graph.edges[one, other]["layer"] in {"household", "kin", "friend"}
    assert graph.nodes[one]["key"] == str(small_population.key[one])


def test_networkx_view_of_a_crowd_is_refused(small_population, monkeypatch):
    monkeypatch.setattr("model.network.NETWORKX_LIMIT", 10)
    with pytest.raises(InputError, match="too many people"):
        to_networkx(build_network(small_population), small_population, 0)
