from collections.abc import Callable

import numpy as np
import pytest

from model.chance import hash_words
from model.network_places import Places, make_places
from model.population import Population
from model.region import SECTORS
from model.trade_network import BACKGROUND_SUPPLY, SUPPLY, Traders, both_directions, supply_shares, trade_network

N_FIRMS = 3000


@pytest.fixture(scope="module")
def places(make_population: Callable[..., Population]) -> Places:
    return make_places(make_population(16, 130))


@pytest.fixture(scope="module")
def traders() -> Traders:
    rng = np.random.default_rng(1)
    area = rng.integers(0, 16, N_FIRMS)
    size = rng.choice(4, N_FIRMS, p=[0.89, 0.09, 0.016, 0.004])
    keys = np.array([hash_words(7, i) for i in range(N_FIRMS)], np.uint64)
    return Traders(keys, (area >= 8).astype(np.int64), rng.integers(0, len(SECTORS), N_FIRMS), size, area)


def pairs_of(traders: Traders, indptr: np.ndarray, partner: np.ndarray) -> set[tuple[int, int]]:
    row = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    return set(zip(traders.key[row].tolist(), traders.key[partner].tolist(), strict=True))


def cut(traders: Traders, rows: np.ndarray) -> Traders:
    return Traders(*(column[rows] for column in traders))


def test_ties_are_mutual_unique_and_never_with_oneself(traders: Traders, places: Places) -> None:
    indptr, partner = trade_network(traders, places, 1.0, 1)
    assert indptr.dtype == np.int64 and partner.dtype == np.int32 and indptr[-1] == len(partner)
    pairs = pairs_of(traders, indptr, partner)
    assert len(pairs) == len(partner)
    assert all((b, a) in pairs and a != b for a, b in pairs)
    for i in range(N_FIRMS):
        assert (np.diff(partner[indptr[i] : indptr[i + 1]]) > 0).all()


@pytest.mark.parametrize("rows_per_open", [1.0, 2.0, 4.0])
def test_open_enterprises_have_three_to_eight_partners_on_average(
    traders: Traders, places: Places, rows_per_open: float
) -> None:
    indptr, _ = trade_network(traders, places, rows_per_open, 1)
    degree = np.diff(indptr)
    assert 3.0 < degree.mean() / rows_per_open < 8.0
    assert (degree == 0).mean() < 0.05
    assert degree[traders.size_band == 3].mean() > 3.0 * degree[traders.size_band == 0].mean(), "hubs are large"


def test_sectors_and_neighbours_cluster(traders: Traders, places: Places) -> None:
    indptr, partner = trade_network(traders, places, 1.0, 1)
    row = np.repeat(np.arange(N_FIRMS), np.diff(indptr))
    assert (traders.sector[row] == traders.sector[partner]).mean() > 3.0 / len(SECTORS)
    assert (traders.area[row] == traders.area[partner]).mean() > 2.0 / 16
    assert (traders.authority[row] == traders.authority[partner]).mean() > 0.55


def test_the_same_seed_gives_the_same_ties(traders: Traders, places: Places) -> None:
    first, again, other = (trade_network(traders, places, 2.0, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[1], again[1])
    assert pairs_of(traders, *first) != pairs_of(traders, *other)


def test_the_order_of_enterprises_does_not_matter(traders: Traders, places: Places) -> None:
    order = np.random.default_rng(3).permutation(N_FIRMS)
    plain, mixed = trade_network(traders, places, 2.0, 1), trade_network(cut(traders, order), places, 2.0, 1)
    assert pairs_of(traders, *plain) == pairs_of(cut(traders, order), *mixed)


def test_one_more_enterprise_changes_hardly_any_other_tie(traders: Traders, places: Places) -> None:
    small = int(np.flatnonzero(traders.size_band == 0)[100])
    key = int(traders.key[small])
    without = cut(traders, np.delete(np.arange(N_FIRMS), small))
    after = pairs_of(traders, *trade_network(traders, places, 2.0, 1))
    before = pairs_of(without, *trade_network(without, places, 2.0, 1))
    own = {pair for pair in after if key in pair}
    changed = (after - own) ^ before
    assert len(own) > 0
    assert len(changed) < 0.01 * len(after)


def test_few_or_no_enterprises_are_no_trouble(traders: Traders, places: Places) -> None:
    for count in (0, 1, 2):
        indptr, partner = trade_network(cut(traders, np.arange(count)), places, 1.0, 1)
        assert len(indptr) == count + 1 and len(partner) <= 2


def test_both_directions_leaves_out_self_ties_and_repeats() -> None:
    indptr, partner = both_directions(4, np.array([0, 1, 2, 2, 0]), np.array([1, 0, 2, 3, 1]))
    assert indptr.tolist() == [0, 1, 2, 3, 4] and partner.tolist() == [1, 0, 3, 2]


def test_every_sector_buys_from_known_sectors() -> None:
    assert set(SUPPLY) == set(SECTORS)
    assert {s for sold in (*SUPPLY.values(), BACKGROUND_SUPPLY) for s in sold} <= set(SECTORS)
    shares = supply_shares()
    assert shares.shape == (17, 17)
    np.testing.assert_allclose(shares[:, -1], 1.0)
