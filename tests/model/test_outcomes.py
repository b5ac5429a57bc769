"""What is reported: every breakdown is a sum of one cube, and the cube is a count of people."""

import numpy as np
import pytest

from model.outcomes import (
    DIMENSIONS,
    GROUP_LABELS,
    INDICATORS,
    TWIN_INDICATORS,
    VALUES,
    Cells,
    indicator,
    indicator_values,
    series_rows,
)
from model.rules.work import EMPLOYED
from model.state import ABSENT, LAPSED, N_STATE_CODES, RECENT
from model.tally import age_band, count_by_cell, count_twins


@pytest.fixture(scope="module")
def run(toy, make_programme):
    """A finished run of a plan, half a year past a December."""
    model = toy.model(make_programme(budget_pence=2_000_000), until_month=29)
    model.run()
    return model


def counted_by_hand(model) -> dict[str, int]:
    """Indicators of the last month straight from the state columns."""
    residents = model.world.residents
    there = residents.code != ABSENT
    skill = residents.skill[there].astype(float)
    use = residents.use[there]
    return {
        "adults": int(there.sum()),
        "online": int((use == RECENT).sum()),
        "lapsed": int((use == LAPSED).sum()),
        "never": int((use == 0).sum()),
        "foundation": int((skill >= np.float32(0.3)).sum()),
        "essential": int((skill >= 0.5).sum()),
        "work": int((skill >= np.float32(0.7)).sum()),
        "employed": int((residents.employment[there] == EMPLOYED).sum()),
    }


def test_indicators_are_counts_of_people(run):
    values = series_rows(np.array(run.record.code_counts), 1.0)
    by_hand = counted_by_hand(run)
    assert {name: int(values[name][-1]) for name in by_hand} == by_hand
    for name, n in by_hand.items():
        if name != "adults":
            assert values[f"{name}_share"][-1] == pytest.approx(100 * n / by_hand["adults"])


def test_use_adds_up_and_skill_levels_nest(run):
    values = series_rows(np.array(run.record.code_counts), 2.5)
    assert np.array_equal(values["online"] + values["lapsed"] + values["never"], values["adults"])
    assert (values["work"] <= values["essential"]).all() and (values["essential"] <= values["foundation"]).all()
    for entry in INDICATORS:
        if entry.share:
            assert (values[entry.name] >= 0).all() and (values[entry.name] <= 100).all()


def test_stocks_are_reported_at_full_population_and_shares_are_not():
    counts = np.zeros((2, N_STATE_CODES), np.int64)
    counts[0, [0, 20, 47]] = [5, 2, 3]
    ones, twenties = series_rows(counts, 1.0), series_rows(counts, 20.0)
    assert (ones["adults"][0], twenties["adults"][0]) == (10, 200)
    assert ones["online_share"][0] == twenties["online_share"][0] == 30.0
    assert (ones["work"][0], ones["access"][0], ones["employed"][0], ones["lapsed"][0]) == (3, 3, 3, 2)
    # A group without people has no share.
    assert np.isnan(ones["online_share"][1]) and ones["online"][1] == 0


def test_the_registry_is_consistent():
    names = [entry.name for entry in INDICATORS]
    assert len(set(names)) == len(names)
    assert set(TWIN_INDICATORS) <= set(names)
    for entry in INDICATORS:
        assert entry.label and entry.unit == ("% of adults" if entry.share else "people")
        assert entry.in_state().shape == (N_STATE_CODES,)
        if entry.share:
            assert np.array_equal(entry.in_state(), indicator(entry.name.removesuffix("_share")).in_state())
    assert set(GROUP_LABELS) == {"all", *DIMENSIONS}


def test_the_cube_the_areas_and_the_series_say_the_same(run):
    assert list(run.record.cube) == list(run.record.areas) == list(run.record.codes) == [0, 11, 23, 29]
    for month in run.record.cube:
        counts = run.record.code_counts[month]
        assert np.array_equal(run.record.cube[month].sum(axis=0), counts)
        assert np.array_equal(run.record.areas[month].sum(axis=0), counts)
        assert np.array_equal(np.bincount(run.record.codes[month], minlength=256)[:N_STATE_CODES], counts)


def test_groups_of_every_breakdown_sum_to_everyone(run):
    index = run.cells.group_index()
    totals = run.cells.group_totals(run.record.cube[23])
    assert index[0] == ("all", "all") and len(index) == len(totals) == len(set(index))
    for dimension in GROUP_LABELS:
        rows = [number for number, (name, _) in enumerate(index) if name == dimension]
        assert np.array_equal(totals[rows].sum(axis=0), run.record.code_counts[23]), dimension


def test_each_group_holds_the_people_it_names(run):
    """Counted from the roster, one person at a time in effect: band edges, disability by date, authority by area."""
    people, population = run.world.people, run.world.population
    month, codes = 23, run.record.codes[23]
    there = codes != ABSENT
    age = (month - np.asarray(people.birth_month, int)) // 12
    area = np.asarray(people.area)
    member = {
        "age_band": np.searchsorted([25, 35, 45, 55, 65, 75], age, side="right"),
        "sex": np.asarray(people.sex),
        "disability": (np.asarray(people.disability_onset_month) <= month).astype(int),
        "education": np.asarray(people.education),
        "deprivation": population.area_deprivation[area],
        "rural": population.area_rural[area],
        "authority": population.area_authority[area],
    }
    totals = dict(zip(run.cells.group_index(), run.cells.group_totals(run.record.cube[month]), strict=True))
    for dimension, value in member.items():
        for number, group in enumerate(run.cells.groups(dimension)):
            expected = np.bincount(codes[there & (value == number)], minlength=256)[:N_STATE_CODES]
            assert np.array_equal(totals[(dimension, group)], expected), (dimension, group)
    assert VALUES["age_band"][0].startswith("16") and VALUES["age_band"][-1].startswith("75")


def test_the_cube_as_a_table_has_no_empty_cells_and_the_same_sums(run):
    table = run.cells.table(run.record.cube[23], 4.0)
    everyone = series_rows(run.record.code_counts[23][None], 4.0)
    assert (table["adults"] > 0).all()
    assert not table.duplicated(list(DIMENSIONS)).any()
    for entry in INDICATORS:
        if not entry.share:
            assert table[entry.name].sum() == everyone[entry.name][0]
    by_sex = table.groupby("sex", observed=True)["online"].sum()
    totals = run.cells.totals(run.record.cube[23], "sex")
    assert list(by_sex) == list(indicator_values(totals, 4.0)[:, [e.name for e in INDICATORS].index("online")])


def test_cells_are_numbered_one_way_only():
    cells = Cells(("A", "B", "C"))
    sizes = cells.shape[:5]
    every = np.stack([axis.ravel() for axis in np.indices(sizes)])
    numbers = cells.fixed_cell(*every)
    assert sorted(numbers) == list(range(int(np.prod(sizes))))
    assert cells.n == np.prod(sizes) * 7 * 2


@pytest.mark.parametrize(
    "age, band", [(16, 0), (24, 0), (25, 1), (34, 1), (64, 4), (65, 5), (74, 5), (75, 6), (104, 6)]
)
def test_age_bands_have_their_edges(age, band):
    assert age_band(age) == band


def test_twins_are_counted_person_by_person():
    rng = np.random.default_rng(3)
    base, plan = (rng.integers(0, N_STATE_CODES, 500).astype(np.uint8) for _ in range(2))
    away = rng.random(500) < 0.2
    base[away] = plan[away] = ABSENT
    cells = np.where(away, -1, rng.integers(0, 6, 500)).astype(np.int32)
    treated = (rng.random(500) < 0.3).astype(np.uint8)
    in_state = np.zeros(256, np.int64)
    in_state[:N_STATE_CODES] = indicator("online").in_state()
    counts = count_twins(base, plan, cells, treated, in_state, 6)
    expected = np.zeros((6, 8), int)
    for i in np.flatnonzero(~away):
        expected[cells[i], (base[i] >= 32) + 2 * (plan[i] >= 32) + 4 * treated[i]] += 1
    assert np.array_equal(counts, expected)


def test_absent_people_are_counted_nowhere():
    codes = np.array([ABSENT, 3, ABSENT, 47], np.uint8)
    cells = np.array([-1, 0, -1, 1], np.int32)
    counts = count_by_cell(codes, cells, 2)
    assert counts.sum() == 2 and counts[0, 3] == counts[1, 47] == 1


def test_the_treated_are_followed_from_their_first_month_in_both_twins(toy, make_programme):
    """Cohorts: as many as were treated at month 0, those who left no longer; the twin counts the same people."""
    from model.world import Watch

    plan = toy.model(make_programme(budget_pence=2_000_000), until_month=29)
    plan.run()
    [delivery] = plan.deliveries
    watch = delivery.treated()
    base = toy.model(until_month=29, watch=(Watch("plan/train", watch.rows, watch.first_month),))
    base.run()
    n = len(delivery.treated_rows)
    assert n > 50 and plan.record.cohorts[("train", 0)].sum() == n
    exits = np.asarray(plan.world.people.exit_month)
    last = 29 - delivery.first_treated[delivery.treated_rows].astype(int)
    for since in range(24):
        month = delivery.first_treated[delivery.treated_rows] + since
        expected = int(((since <= last) & (month < exits[delivery.treated_rows])).sum())
        here, there = (
            record.cohorts.get((name, since), np.zeros(48)).sum()
            for record, name in ((plan.record, "train"), (base.record, "plan/train"))
        )
        assert here == there == expected
