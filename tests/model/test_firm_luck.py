"""Luck of firms belongs to firms: births, closures, row order, threads and other firms leave it as it is."""

from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.couplings import COUPLINGS
from model.firm_roster import ROW_TYPES, FirmRoster
from model.parameters import central_values
from model.state import FIRM_COLUMNS, RESIDENT_COLUMNS, UNIT_COLUMNS

MONTHS = 40
EXOGENOUS = ("workers", "skilled_workers", "commuters")
"""columns that follow from who works where, not from the firm's own luck"""


def alone() -> dict[str, float]:
    """Parameters under which a firm lives by its own luck: couplings off, and no effect on the sector's demand."""
    off = {name: value for coupling in COUPLINGS.values() for name, value in coupling.off.items()}
    return central_values() | off | {"productivity_share": 0.0, "match_seekers": 0.0}


def columns(model, part: str, rows=slice(None), leave_out=()) -> dict[str, np.ndarray]:
    """Copies of the state columns of residents, firms or units."""
    declared = {"residents": RESIDENT_COLUMNS, "firms": FIRM_COLUMNS, "units": UNIT_COLUMNS}[part]
    state = getattr(model.world, part)
    return {c.name: getattr(state, c.name)[rows].copy() for c in declared if c.name not in leave_out}


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray], when: object = "") -> None:
    different = [name for name in one if not np.array_equal(one[name], other[name])]
    assert different == [], when


def with_firm_order(roster: FirmRoster, order: np.ndarray) -> FirmRoster:
    """The same firms with rows in another order; units and trade ties go with them."""
    new_row = np.empty(roster.n, np.int64)
    new_row[order] = np.arange(roster.n)
    n_units = np.diff(roster.unit_ptr)
    units = np.concatenate([np.arange(roster.unit_ptr[i], roster.unit_ptr[i + 1]) for i in order])
    one = np.repeat(np.arange(roster.n), np.diff(roster.trade_indptr))
    ends = np.stack([new_row[one], new_row[roster.trade_neighbour]])
    ends = ends[:, np.lexsort(ends[::-1])]
    return replace(
        roster,
        **{name: getattr(roster, name)[order] for name in ROW_TYPES},
        unit_ptr=np.concatenate([[0], np.cumsum(n_units[order])]).astype(np.int32),
        unit_firm=new_row[roster.unit_firm[units]].astype(np.int32),
        **{name: getattr(roster, name)[units] for name in ("unit_key", "unit_area", "unit_entry_jobs")},
        trade_indptr=np.searchsorted(ends[0], np.arange(roster.n + 1)).astype(np.int64),
        trade_neighbour=ends[1].astype(np.int32),
    ), units


def without_ties(roster: FirmRoster) -> FirmRoster:
    """The same firms, trading with nobody."""
    return replace(roster, trade_indptr=np.zeros(roster.n + 1, np.int64), trade_neighbour=np.zeros(0, np.int32))


def test_firms_in_another_order_are_the_same_firms(toy_with_firms):
    """With every coupling on: only whole numbers are summed over firms, units of an area are met in order of key."""
    roster = toy_with_firms.roster
    order = np.random.default_rng(5).permutation(roster.n)
    moved, units = with_firm_order(roster, order)
    one = toy_with_firms.model(until_month=MONTHS)
    two = replace(toy_with_firms, roster=moved).model(until_month=MONTHS)
    for month in range(MONTHS):
        assert_same(columns(one, "firms", order), columns(two, "firms"), month)
        assert_same(columns(one, "units", units), columns(two, "units"), month)
        assert_same(columns(one, "residents", leave_out=("workplace",)), columns(two, "residents"), month)
        one.step()
        two.step()
    assert (one.world.firms.closed_month < NEVER).any() and one.world.firms.adopted.any()


@pytest.mark.parametrize("n_threads", [2, 3])
def test_threads_change_nothing(toy_with_firms, n_threads):
    one = toy_with_firms.model(until_month=24)
    many = toy_with_firms.model(until_month=24, n_threads=n_threads)
    for month in range(24):
        for part in ("residents", "firms", "units"):
            assert_same(columns(one, part), columns(many, part), month)
        one.step()
        many.step()


def test_keys_are_unique_and_rows_of_closed_firms_stay_closed(toy_with_firms):
    roster = toy_with_firms.roster
    assert len(np.unique(roster.key)) == roster.n and len(np.unique(roster.unit_key)) == roster.n_units
    model = toy_with_firms.model(until_month=MONTHS)
    was_closed = np.zeros(roster.n, bool)
    for month in range(1, MONTHS + 1):
        model.step()
        firms = model.world.firms
        unborn = roster.entry_month > month
        assert not firms.open[unborn].any() and not firms.adopted[unborn].any(), month
        closed = firms.closed_month < NEVER
        assert np.array_equal(closed, (firms.open == 0) & ~unborn), month
        assert (was_closed <= closed).all(), month
        born = roster.entry_month == month
        # A firm opens in its own row in the month of its birth; it may close in that month, not before.
        assert (firms.open[born] | (firms.closed_month[born] == month)).all(), month
        was_closed = closed
    assert was_closed.any()


def test_a_closure_changes_nobody_elses_draws(toy_with_firms):
    """One firm is gone in one twin; all others decide as they did. Firms born later may bring another portfolio, since
    they take it from the firms they find, but they are the same firms."""
    lonely = replace(toy_with_firms, roster=without_ties(toy_with_firms.roster))
    one, two = (lonely.model(until_month=MONTHS, values=alone()) for _ in range(2))
    gone = int(np.flatnonzero((two.world.firms.open == 1) & (two.world.roster.size_band >= 2))[0])
    others = np.setdiff1d(np.flatnonzero(lonely.roster.entry_month <= 0), [gone])
    later = np.flatnonzero(lonely.roster.entry_month > 0)
    two.world.firms.open[gone], two.world.firms.closed_month[gone], two.world.firms.adopted[gone] = 0, 0, 0
    for month in range(1, MONTHS + 1):
        one.step()
        two.step()
        assert_same(columns(one, "firms", others, EXOGENOUS), columns(two, "firms", others, EXOGENOUS), month)
        for name in ("outlook", "capability_base"):
            assert np.array_equal(getattr(one.world.firms, name)[later], getattr(two.world.firms, name)[later]), month
    assert (one.world.firms.open[gone], two.world.firms.open[gone]) == (1, 0) or one.world.firms.closed_month[
        gone
    ] < NEVER


def test_one_firm_more_changes_no_other_firm(toy_with_firms):
    """A new row at the end, born after half a year."""
    old = without_ties(toy_with_firms.roster)
    more = replace(
        old,
        **{name: np.append(getattr(old, name), getattr(old, name)[:1]) for name in ROW_TYPES if name != "key"},
        key=np.append(old.key, np.uint64(77)),
        unit_ptr=np.append(old.unit_ptr, old.unit_ptr[-1] + 1).astype(np.int32),
        unit_key=np.append(old.unit_key, np.uint64(78)),
        unit_firm=np.append(old.unit_firm, old.n).astype(np.int32),
        unit_area=np.append(old.unit_area, old.unit_area[:1]),
        unit_entry_jobs=np.append(old.unit_entry_jobs, np.int32(5)),
        trade_indptr=np.zeros(old.n + 2, np.int64),
    )
    more.entry_month[-1] = 6
    one, two = (
        replace(toy_with_firms, roster=roster).model(until_month=MONTHS, values=alone()) for roster in (old, more)
    )
    stock = np.flatnonzero(old.entry_month <= 0)
    for month in range(MONTHS):
        assert_same(columns(one, "firms", stock, EXOGENOUS), columns(two, "firms", stock, EXOGENOUS), month)
        one.step()
        two.step()
    assert two.world.firms.open[-1] or two.world.firms.closed_month[-1] >= 6


def test_another_seed_is_another_world_with_the_same_births(toy_with_firms):
    one, two, again = (toy_with_firms.model(until_month=MONTHS, rng=seed) for seed in (1, 2, 1))
    for model in (one, two, again):
        model.run()
    assert_same(columns(one, "firms"), columns(again, "firms"))
    assert (one.world.firms.adopted != two.world.firms.adopted).any()
    assert (one.world.firms.open != two.world.firms.open).any()
