"""Luck belongs to people: nobody's changes with others, with the order of rows, with threads, or with a plan elsewhere."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from model.calendar import HORIZON_MONTHS, NEVER
from model.region_model import RegionModel
from model.state import HOUSEHOLD_COLUMNS, RESIDENT_COLUMNS

MONTHS = 30
RESIDENT_INSTRUMENTS = ("train", "equip", "subsidise_connection", "champion", "inform")


def state(model: RegionModel) -> dict[str, np.ndarray]:
    """Every state column as it is now."""
    world = model.world
    columns = {column.name: getattr(world.residents, column.name).copy() for column in RESIDENT_COLUMNS}
    return columns | {column.name: getattr(world.households, column.name).copy() for column in HOUSEHOLD_COLUMNS}


def by_person(model: RegionModel, rows: np.ndarray | slice = slice(None)) -> dict[str, np.ndarray]:
    """State of some rows, with that of their homes; who is away has none."""
    columns = state(model)
    home = columns["household"]
    here = columns["code"] != 255
    for column in HOUSEHOLD_COLUMNS:
        columns[column.name] = columns[column.name][home]
    return {name: np.where(here, values, 0)[rows] for name, values in columns.items()}


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray], when: object = "") -> None:
    different = {name: int((values != other[name]).sum()) for name, values in one.items()}
    assert {name: n for name, n in different.items() if n} == {}, when


def month_by_month(*models: RegionModel) -> Iterator[int]:
    """Step models side by side, from the first month to the last."""
    yield 0
    for month in range(1, models[0].spec.until_month + 1):
        for model in models:
            model.step()
        yield month


@pytest.fixture(scope="module")
def everything(make_programme):
    """All five instruments at once, with little money and few places, so that people stand in each other's way."""
    return tuple(
        make_programme(instrument, budget_pence=400_000, capacity_per_month=3.0, targeting=targeting)
        for instrument, targeting in zip(
            RESIDENT_INSTRUMENTS,
            ("first_come", "deprived_first", "older_first", "offline_first", "first_come"),
            strict=True,
        )
    )


@pytest.fixture(scope="module")
def plenty(make_programme):
    """Help for everyone who comes forward."""
    return tuple(
        make_programme(instrument, budget_pence=10**12, capacity_per_month=1e6) for instrument in ("train", "inform")
    )


@pytest.mark.parametrize("plan", ["baseline", "plenty"])
def test_one_household_more_changes_nobody_else(toy, plan, plenty):
    """A couple without ties moves into the middle of the table, there from the start or coming later."""
    rows = np.array([700, 701])
    old = toy.population
    couple = {
        "key": np.array([11, 12], np.uint64), "area": old.area[[700, 700]], "birth_month": np.array([-900, -880]),
        "sex": np.array([0, 1]), "entry_month": np.array([0, 7]), "exit_month": np.array([NEVER, NEVER]),
        "disability_onset_month": np.array([0, NEVER]), "education": np.array([0, 1]),
        "household": np.full(2, old.n_households), "next_household": np.full(2, -1),
        "next_household_month": np.full(2, NEVER), "parent_household": np.full(2, -1),
        "income_quintile": np.array([0, 0]), "on_benefits": np.array([1, 0]), "employment": np.array([0, 0]),
    }  # fmt: skip
    programmes = plenty if plan == "plenty" else ()
    without, bigger = toy, toy.with_room_for(rows, **couple)
    others = np.setdiff1d(np.arange(old.n + 2), rows)
    one, two = (t.model(*programmes, until_month=MONTHS) for t in (without, bigger))
    for month in month_by_month(one, two):
        assert_same(by_person(one), by_person(two, others), month)
    assert int(two.record.code_counts[-1].sum()) == int(one.record.code_counts[-1].sum()) + 2
    if plan == "plenty":
        assert len(one.deliveries[0].treated_rows)


def shuffled_households(population, rng) -> np.ndarray:
    """Rows with households in any order, but those of one household as they were."""
    lot = rng.permutation(population.n_households)
    return np.lexsort((np.arange(population.n), lot[population.household])).astype(np.int32)


@pytest.mark.parametrize("plan", ["baseline", "everything"])
@pytest.mark.parametrize("shuffle", ["households", "people"])
@pytest.mark.parametrize("seed", [1, 2])
def test_rows_in_another_order_give_the_same_people(toy, plan, shuffle, seed, everything):
    rng = np.random.default_rng(seed)
    population = toy.population
    rows = shuffled_households(population, rng) if shuffle == "households" else rng.permutation(population.n)
    programmes = everything if plan == "everything" else ()
    one = toy.model(*programmes, until_month=MONTHS, rng=seed)
    two = toy.with_rows(rows).model(*programmes, until_month=MONTHS, rng=seed)
    for month in month_by_month(one, two):
        assert_same(by_person(one, rows), by_person(two), month)
    for here, there in zip(one.deliveries, two.deliveries, strict=True):
        assert here.purse.spent_pence == there.purse.spent_pence
        assert np.array_equal(here.first_treated[rows], there.first_treated)
    assert not programmes or len(one.deliveries[0].treated_rows)


@pytest.mark.parametrize("n_threads", [2, 3])
def test_threads_change_nothing(toy, n_threads, everything):
    one = toy.model(*everything, until_month=MONTHS)
    many = toy.model(*everything, until_month=MONTHS, n_threads=n_threads)
    for month in month_by_month(one, many):
        assert_same(state(one), state(many), month)


def test_another_seed_is_another_world_with_the_same_people(toy):
    one, two, again = (toy.model(rng=seed) for seed in (1, 2, 1))
    for month in month_by_month(one, two, again):
        a, b = state(one), state(two)
        assert np.array_equal(a["code"] == 255, b["code"] == 255)
        assert (a["use"] != b["use"]).sum() > 10
        assert_same(a, state(again), month)


def test_a_budget_of_nothing_is_the_baseline_bit_for_bit(toy, everything):
    plan = tuple(replace(programme, budget_pence=0) for programme in everything)
    base, zero = toy.model(until_month=MONTHS), toy.model(*plan, until_month=MONTHS)
    for month in month_by_month(base, zero):
        assert_same(state(base), state(zero), month)
    assert zero.record.delivery == []
    assert all(len(delivery.treated_rows) == 0 for delivery in zero.deliveries)


def test_nothing_happens_before_a_programme_starts(toy, everything):
    base, plan = toy.model(), toy.model(*everything)
    for month in month_by_month(base, plan):
        if month < 6:
            assert_same(state(base), state(plan), month)
    with pytest.raises(AssertionError):
        assert_same(state(base), state(plan))


def test_a_plan_elsewhere_changes_nobody_without_a_tie_to_it(toy, everything):
    """Programmes in one authority; no tie leads to the other."""
    population = toy.population
    authority = np.asarray(population.area_authority)[population.area]
    apart = toy.without_ties_across(authority)
    local = tuple(
        replace(p, eligibility=replace(p.eligibility, authorities=("E07000001",)), capacity_per_month=50.0)
        for p in everything
        if p.instrument != "champion"  # its champions come from the whole region
    )
    base, plan = apart.model(until_month=MONTHS), apart.model(*local, until_month=MONTHS)
    away = np.flatnonzero(authority == 1)
    for month in month_by_month(base, plan):
        assert_same(by_person(base, away), by_person(plan, away), month)
    for delivery in plan.deliveries:
        assert len(delivery.treated_rows) and (authority[delivery.treated_rows] == 0).all()
    assert (state(base)["use"] != state(plan)["use"])[authority == 0].any()


def test_a_plan_reaches_those_without_help_through_their_ties(toy, make_programme):
    """The other side of the last test: with ties, people outside the plan are changed too, by neighbour counts."""
    population = toy.population
    authority = np.asarray(population.area_authority)[population.area]
    train = make_programme(budget_pence=10**10)
    plan = replace(train, eligibility=replace(train.eligibility, authorities=("E07000001",)))
    base, with_plan = toy.model(until_month=MONTHS), toy.model(plan, until_month=MONTHS)
    base.run()
    with_plan.run()
    away = by_person(base)["weight_competent"] != by_person(with_plan)["weight_competent"]
    assert away[authority == 1].any()


def test_stepping_running_and_resuming_are_the_same(toy, everything):
    run, stepped, halves = (toy.model(*everything) for _ in range(3))
    run.run()
    for _ in range(24):
        stepped.step()
    for _ in range(12):
        halves.step()
    halves.run()
    for other in (stepped, halves):
        assert_same(state(run), state(other))
        assert np.array_equal(run.record.code_counts, other.record.code_counts)
        assert run.record.delivery == other.record.delivery


def test_a_longer_horizon_leaves_earlier_months_as_they_were(toy, everything):
    short, long = toy.model(*everything, until_month=20), toy.model(*everything, until_month=MONTHS)
    for month in range(1, 21):
        short.step()
        long.step()
        assert_same(state(short), state(long), month)


def test_the_whole_horizon_can_be_run(make_toy):
    model = make_toy(4, 20).model(until_month=HORIZON_MONTHS - 1)
    told = []
    model.run(told.append)
    assert told == list(range(1, HORIZON_MONTHS))
    assert not model.running
