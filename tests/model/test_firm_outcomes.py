"""What is reported of firms: whole-number sums over one cube, in which jobs and firms are conserved."""

from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.firm_outcomes import (
    FIRM_COUNTS,
    FIRM_DIMENSIONS,
    FIRM_GROUP_LABELS,
    FIRM_INDICATORS,
    FIRM_VALUES,
    FirmCells,
    FirmCounter,
    count_firm_twins,
    count_firms,
    firm_indicator_values,
)
from model.firm_roster import FirmRoster, empty_roster
from model.region import SECTORS, SIZE_BANDS
from model.state import TOLD_OPEN, Firms, Units, empty_firms, empty_units
from model.technologies import TECHNOLOGIES, Technology

AUTHORITIES = ("E1", "E2")
N = 400
AT = {name: column for column, name in enumerate(FIRM_COUNTS)}


def made_up_roster() -> FirmRoster:
    """Firms of two authorities with one to three units; every tenth is founded in month 5."""
    random = np.random.default_rng(4)
    n_units = random.integers(1, 4, N)
    unit_firm = np.repeat(np.arange(N), n_units).astype(np.int32)
    unit_jobs = random.integers(1, 60, len(unit_firm)).astype(np.int32)
    return replace(
        empty_roster(2),
        key=np.arange(1, N + 1, dtype=np.uint64),
        authority=random.integers(0, 2, N).astype(np.int16),
        sector=random.integers(0, len(SECTORS), N).astype(np.int8),
        size_band=random.integers(0, len(SIZE_BANDS), N).astype(np.int8),
        entry_jobs=np.bincount(unit_firm, unit_jobs).astype(np.int32),
        entry_month=np.where(np.arange(N) % 10 == 0, 5, 0).astype(np.int16),
        unit_ptr=np.concatenate([[0], np.cumsum(n_units)]).astype(np.int32),
        unit_key=np.arange(len(unit_firm), dtype=np.uint64),
        unit_firm=unit_firm,
        unit_entry_jobs=unit_jobs,
        sector_gva_per_job_gbp=np.linspace(20_000.0, 90_000.0, len(SECTORS)),
    )


def made_up_state(roster: FirmRoster, month: int, seed: int = 0) -> tuple[Firms, Units]:
    """Some firms closed (one in eight, of them some this month), the others with technologies and workers."""
    random = np.random.default_rng(seed)
    firms, units = empty_firms(roster.n), empty_units(roster.n_units)
    closed = random.random(N) < 1 / 8
    firms.open[:] = ~closed
    firms.closed_month[:] = np.where(closed, np.where(random.random(N) < 0.3, month, month - 2), NEVER)
    firms.adopted[:] = np.where(closed, 0, random.integers(0, 128, N))
    firms.size_index[:] = random.uniform(0.5, 2.0, N)
    firms.productivity[:] = random.uniform(0.9, 1.4, N)
    units.jobs[:] = random.integers(1, 40, roster.n_units) * (firms.open[roster.unit_firm] == 1)
    units.held[:] = random.binomial(units.jobs, 0.6)
    units.commuters[:] = random.binomial(units.jobs - units.held, 0.5)
    return firms, units


@pytest.fixture(scope="module")
def roster() -> FirmRoster:
    return made_up_roster()


@pytest.fixture(scope="module")
def cells() -> FirmCells:
    return FirmCells(AUTHORITIES)


def test_firms_and_jobs_are_conserved(roster, cells):
    firms, units = made_up_state(roster, 5)
    tally = count_firms(5, cells.of(roster), cells.n, roster, firms, units)
    total = dict(zip(FIRM_COUNTS, tally.counts.sum(axis=0), strict=True))
    assert total["firms"] == firms.open.sum() == (tally.states >= TOLD_OPEN).sum()
    assert total["jobs"] == units.jobs.sum() == tally.jobs.sum()
    assert total["held"] + total["commuters"] + total["vacancies"] == total["jobs"]
    assert total["held"] == units.held.sum() and total["commuters"] == units.commuters.sum()
    assert (tally.counts >= 0).all()
    for k, name in enumerate(TECHNOLOGIES):
        users = firms.open == 1
        using = users & (firms.adopted >> k & 1 == 1)
        assert total[f"adopters_{name}"] == using.sum()
        assert total[f"adopters_{name}"] + (users & ~using).sum() == total["firms"]


def test_value_added_and_productivity_are_those_of_the_rules(roster, cells):
    firms, units = made_up_state(roster, 5)
    tally = count_firms(5, cells.of(roster), cells.n, roster, firms, units)
    values = dict(
        zip(
            [e.name for e in FIRM_INDICATORS],
            firm_indicator_values(tally.counts.sum(axis=0)[None], 10.0)[0],
            strict=True,
        )
    )
    gva = roster.sector_gva_per_job_gbp[roster.sector] * roster.entry_jobs * firms.size_index * firms.productivity
    assert values["gva"] == pytest.approx(10 * (gva * firms.open).sum(), rel=1e-6)
    assert tally.gva_gbp.sum() * 10 == values["gva"]
    jobs = np.bincount(roster.unit_firm, units.jobs)
    assert values["productivity_index"] == pytest.approx(np.average(firms.productivity, weights=jobs), rel=1e-5)
    assert values["jobs"] == 10 * jobs.sum() and values["vacancy_share"] == pytest.approx(
        100 * (units.jobs - units.held - units.commuters).sum() / jobs.sum()
    )


def test_births_and_closures_are_those_of_the_month(roster, cells):
    firms, units = made_up_state(roster, 5)
    at = count_firms(5, cells.of(roster), cells.n, roster, firms, units).counts.sum(axis=0)
    assert at[AT["new_firms"]] == ((roster.entry_month == 5) & (firms.open == 1)).sum() > 0
    assert at[AT["closed_firms"]] == (firms.closed_month == 5).sum() > 0
    other = count_firms(6, cells.of(roster), cells.n, roster, firms, units).counts.sum(axis=0)
    assert other[AT["new_firms"]] == other[AT["closed_firms"]] == 0
    assert np.array_equal(np.delete(other, [AT["new_firms"], AT["closed_firms"]]), at[: AT["new_firms"]])


def test_every_breakdown_sums_to_all_firms_and_holds_the_firms_it_names(roster, cells):
    firms, units = made_up_state(roster, 5)
    tally = count_firms(5, cells.of(roster), cells.n, roster, firms, units)
    index, totals = cells.group_index(), cells.group_totals(tally.counts)
    assert index[0] == ("all", "all") and len(index) == len(totals)
    for dimension in FIRM_GROUP_LABELS:
        rows = [number for number, (name, _) in enumerate(index) if name == dimension]
        assert np.array_equal(totals[rows].sum(axis=0), tally.counts.sum(axis=0)), dimension
    for dimension in FIRM_DIMENSIONS:
        for number, group in enumerate(cells.values(dimension)):
            inside = (getattr(roster, dimension) == number) & (firms.open == 1)
            assert totals[index.index((dimension, group)), AT["firms"]] == inside.sum()


def test_the_cube_as_a_table_has_the_same_sums(roster, cells):
    firms, units = made_up_state(roster, 5)
    tally = count_firms(5, cells.of(roster), cells.n, roster, firms, units)
    table = cells.table(tally.counts, 20.0)
    assert not table.duplicated(list(FIRM_DIMENSIONS)).any()
    assert table["firms"].sum() == 20 * firms.open.sum()
    assert table["adoptions"].sum() == 20 * np.bitwise_count(firms.adopted).sum()
    assert set(table["size_band"]) <= set(FIRM_VALUES["size_band"])


def test_a_group_without_firms_has_no_share():
    values = dict(
        zip([e.name for e in FIRM_INDICATORS], firm_indicator_values(np.zeros((1, len(FIRM_COUNTS)), np.int64), 1.0)[0],
            strict=True)
    )  # fmt: skip
    assert values["firms"] == values["gva"] == 0
    assert np.isnan(values["adopted_ai"]) and np.isnan(values["productivity_index"])


def test_the_registry_is_consistent():
    names = [entry.name for entry in FIRM_INDICATORS]
    assert len(set(names)) == len(names)
    assert {"firms", "jobs", "vacancies", "productivity_index", "gva"} <= set(names)
    for name in TECHNOLOGIES:
        assert f"adopted_{name}" in names and f"adopters_{name}" in names
    for entry in FIRM_INDICATORS:
        assert entry.label and entry.unit and set(entry.columns) <= set(FIRM_COUNTS)
        assert entry.of in ("", *FIRM_COUNTS)


def test_a_world_without_firms_counts_nothing():
    roster = empty_roster(2)
    counter = FirmCounter(roster, AUTHORITIES)
    tally = counter.count(0, empty_firms(0), empty_units(0))
    assert tally.counts.sum() == 0 and len(tally.states) == 0 and len(counter.before_help) == 0


def test_what_a_firm_used_before_help_is_that_of_the_month_before(roster):
    counter = FirmCounter(roster, AUTHORITIES)
    help_from = np.full(N, NEVER, np.int16)
    help_from[3], help_from[4] = 7, 8
    later = np.full(N, NEVER, np.int16)
    later[3] = 8
    seen = {}
    for month in (6, 7, 8):
        firms, units = made_up_state(roster, month, seed=month)
        seen[month] = counter.count(month, firms, units, [help_from, later]).states & (TOLD_OPEN - 1)
    before = counter.before_help
    assert (before[3], before[4]) == (seen[6][3], seen[7][4])
    assert before.sum() == int(before[3]) + int(before[4])


def test_twins_sort_every_firm_into_one_case():
    """Eight firms worked out by hand; all in one cell."""
    cloud = 1 << Technology.CLOUD
    on, off, gone = TOLD_OPEN | cloud, TOLD_OPEN, 0
    base = np.array([on, off, on, off, on, gone, off, on], np.uint8)
    plan = np.array([on, on, off, off, gone, on, on, on], np.uint8)
    treated = np.array([1, 1, 0, 0, 1, 1, 0, 1], np.uint8)
    before = np.array([0, 0, 0, 0, 0, 0, 0, cloud], np.uint8)
    about = np.where(treated, cloud, 0).astype(np.uint8)
    bit, cell = int(Technology.CLOUD), np.zeros(8, np.int32)
    counts = count_firm_twins(base, plan, before, cell, treated, about, bit, 1)[0]
    assert counts[:8].tolist() == [1, 1, 1, 0, 0, 0, 1, 2]
    assert counts[8:].tolist() == [1, 1, 2, 1]
    assert counts[:8].sum() + 2 == 8
    # Nobody was helped with a website, whatever else they were helped with.
    assert count_firm_twins(base, plan, before, cell, treated, about, int(Technology.WEBSITE), 1)[0, 10] == 0
