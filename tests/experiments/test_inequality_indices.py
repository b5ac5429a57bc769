"""Indices of inequality against published worked values."""

import libpysal
import numpy as np
import pytest

from experiments.inequality_indices import concentration, moran, moran_p, neighbours, ridits, slope, theil

BIRTHS = np.array([29_939.0, 28_776.0, 26_528.0, 24_689.0, 19_739.0])
UNDER_FIVE_DEATHS = np.array([154.7, 152.9, 119.5, 86.9, 54.3]) / 1000.0
"""India 1982-92 by wealth fifth, poorest first: O'Donnell, van Doorslaer, Wagstaff and Lindelow (2008), Analyzing Health
Equity Using Household Survey Data, World Bank, table 8.1"""


def test_ridits_are_the_middles_of_the_groups():
    # Worked in the documentation of PHEindicatormethods::phe_sii: shares of 12% and 10% give ranks .06 and .17.
    assert ridits(np.array([12.0, 10.0, 78.0]))[:2] == pytest.approx([0.06, 0.17])


def test_the_concentration_index_is_that_of_the_world_bank():
    # The same source gives -0.1694.
    assert concentration(UNDER_FIVE_DEATHS, BIRTHS).concentration == pytest.approx(-0.1694, abs=5e-5)


def test_the_slope_index_is_the_regression_behind_the_concentration_index():
    # Ibid., eq. 8.7: regressed on rank, 2 var(rank) / mean times the slope is the concentration index (-0.1694).
    weight, rank = BIRTHS / BIRTHS.sum(), ridits(BIRTHS)
    variance = weight @ (rank - weight @ rank) ** 2
    found = slope(UNDER_FIVE_DEATHS, BIRTHS)
    mean = weight @ UNDER_FIVE_DEATHS
    assert -2 * variance * found.slope_index / mean == pytest.approx(-0.1694, abs=5e-5)
    assert found.relative_index == pytest.approx(found.slope_index / mean)
    gradient, _ = np.polyfit(rank, UNDER_FIVE_DEATHS, 1, w=np.sqrt(BIRTHS))
    assert found.slope_index == pytest.approx(-gradient)


def test_corrections_follow_their_definitions_and_mirror():
    # Erreygers (2009), Correcting the concentration index, J Health Econ 28: E = 4 mean C for a share, E(1 - h) = -E(h).
    # Wagstaff (2005), The bounds of the concentration index, Health Econ 14: W = C / (1 - mean).
    ill, well = concentration(UNDER_FIVE_DEATHS, BIRTHS), concentration(1.0 - UNDER_FIVE_DEATHS, BIRTHS)
    mean = BIRTHS @ UNDER_FIVE_DEATHS / BIRTHS.sum()
    assert ill.erreygers == pytest.approx(4 * mean * ill.concentration)
    assert ill.wagstaff == pytest.approx(ill.concentration / (1 - mean))
    assert well.erreygers == pytest.approx(-ill.erreygers)
    assert well.wagstaff == pytest.approx(-ill.wagstaff)
    # Only the uncorrected index depends on whether one counts the ill or the well.
    assert abs(well.concentration) < 0.2 * abs(ill.concentration)


def test_the_bounds_of_erreygers_index_are_reached_when_half_of_the_people_have_it_all():
    groups = np.ones(1000)
    share = (np.arange(1000) >= 500).astype(float)
    assert concentration(share, groups).erreygers == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_are_alike_there_is_no_inequality(share):
    people = np.array([3.0, 5.0])
    assert slope(np.full(2, share), people).slope_index == pytest.approx(0.0)
    assert concentration(np.full(2, share), people).erreygers == 0.0


def test_groups_without_people_give_no_number():
    nobody = np.zeros(3)
    assert np.isnan(slope(nobody, nobody).slope_index) and np.isnan(concentration(nobody, nobody).erreygers)


def test_theil_is_that_of_pysal():
    # Mexican states 1940 by region of Hanson (1998): PySAL, inequality/tests/test_theil.py.
    file = libpysal.io.open(libpysal.examples.get_path("mexico.csv"))
    found = theil(np.array(file.by_col["pcgdp1940"], float), np.array(file.by_col("hanson98")))
    assert found.total == pytest.approx(0.20894344, abs=1e-7)
    assert found.between == pytest.approx(0.0345889, abs=1e-7)


def test_moran_is_that_of_pysal():
    # Homicides around St Louis 1988-93: PySAL, esda/tests/test_moran.py. esda's own 9,999 permutations give p = .002.
    weights = libpysal.io.open(libpysal.examples.get_path("stl.gal")).read()
    weights.transform = "r"
    rates = np.array(libpysal.io.open(libpysal.examples.get_path("stl_hom.txt")).by_col["HR8893"])
    assert moran(rates, weights) == pytest.approx(0.24365582621771659)
    assert moran_p(rates, weights) == moran_p(rates, weights)
    assert 0.001 <= moran_p(rates, weights) <= 0.005


def test_the_chance_of_a_scattered_map_is_even():
    weights = neighbours(np.repeat(np.arange(7.0), 7), np.tile(np.arange(7.0), 7), k=4)
    values = np.arange(49.0)
    shuffled = (np.random.Generator(np.random.Philox(seed)).permutation(values) for seed in range(40))
    p_values = [moran_p(deal, weights, permutations=199) for deal in shuffled]
    assert 0.3 < np.median(p_values) < 0.7 and min(p_values) < 0.15 and max(p_values) > 0.85


def test_neighbours_are_the_nearest_on_the_ground():
    # At 60 degrees north a degree of longitude is half as long as one of latitude.
    latitude, longitude = np.array([60.0, 60.0, 60.8]), np.array([0.0, 1.0, 0.0])
    assert neighbours(latitude, longitude, k=1).neighbors[0] == [1]
