"""Breakdowns counted beside the cube: fifths of income and of deprivation within the region."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.outcomes import SIDE_GROUP_LABELS, VALUES, SideCells
from model.setting import fifths_in_region
from model.state import ABSENT, N_STATE_CODES


def areas(deciles: list[int], residents: list[int], income_deprived: list[int]) -> pd.DataFrame:
    codes = [f"A{number}" for number in range(len(deciles))]
    return pd.DataFrame({"area_code": codes, "deprivation_decile": deciles, "population": residents,
                         "income_deprived": income_deprived})  # fmt: skip


def test_fifths_hold_a_fifth_of_the_residents_each_however_deprived_the_region():
    table = areas([10, 8, 9, 7, 6], [100] * 5, [0] * 5)
    assert fifths_in_region(table).tolist() == [4, 2, 3, 1, 0]
    # One large area takes two fifths by itself: it lies where its middle resident does, and none is in the second.
    assert fifths_in_region(areas([1, 2, 3, 4], [400, 200, 200, 200], [0] * 4)).tolist() == [1, 2, 3, 4]


def test_ties_are_split_by_the_share_of_the_income_deprived():
    table = areas([3, 3, 3, 3, 3], [100, 200, 100, 100, 200], [10, 10, 30, 20, 60])
    # Shares .1, .05, .3, .2, .3: the third and the last tie, and go by their codes.
    assert fifths_in_region(table).tolist() == [3, 4, 0, 2, 1]


def test_areas_without_residents_have_a_fifth_too():
    assert fifths_in_region(areas([1, 1, 9], [0, 100, 100], [0, 5, 5])).tolist() == [2, 1, 3]


@pytest.fixture(scope="module")
def run(toy):
    """Two years of a made-up region whose areas have a ranking of their own."""
    fifths = (np.arange(toy.population.n_areas) % 5).astype(np.int8)
    model = replace(toy, setting=replace(toy.setting, deprivation_fifth=fifths)).model(until_month=23)
    model.run()
    return model


def test_every_group_holds_the_people_it_names(run):
    people, codes = run.world.people, run.record.codes[23]
    member = {
        "deprivation_in_region": run.world.setting.deprivation_fifth[people.area],
        "income": np.asarray(people.income_quintile),
    }
    totals = dict(zip(run.side_cells.group_index(), run.side_cells.group_totals(run.record.side[23]), strict=True))
    assert len(totals) == 10
    for dimension, value in member.items():
        for number, group in enumerate(VALUES[dimension]):
            expected = np.bincount(codes[(codes != ABSENT) & (value == number)], minlength=256)[:N_STATE_CODES]
            assert np.array_equal(totals[(dimension, group)], expected), (dimension, group)


def test_side_counts_and_cube_are_of_the_same_months_and_people(run):
    assert list(run.record.side) == list(run.record.cube)
    for month, counts in run.record.side.items():
        assert np.array_equal(counts.sum(axis=0), run.record.cube[month].sum(axis=0))


def test_cells_give_their_fifths_back():
    cells, fifths = SideCells(()), np.arange(5)
    numbers = cells.of_rows(fifths, fifths[::-1])
    assert cells.axis(numbers, "deprivation_in_region").tolist() == fifths.tolist()
    assert cells.axis(numbers, "income").tolist() == fifths[::-1].tolist()
    assert tuple(SIDE_GROUP_LABELS) == cells.DIMENSIONS
