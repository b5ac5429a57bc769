"""invest: what a deal does to a firm, what it costs whom, and that customers come from others of the sector."""

from types import SimpleNamespace

import numpy as np
import pytest

from model.chance import Decision, word
from model.programmes import firm_funnel
from model.programmes.funnel import draws
from model.programmes.instruments import invest
from model.state import empty_firms
from tests.model.firm_programme_worlds import END, START, make_programme, make_world, run

DEAL = {
    "invested_gbp": 20_000.0, "private_per_public": 1.5, "capability_gain": 0.0, "demand_gain": 0.0, "attention_gain": 0.0,
}  # fmt: skip
RAISED_GBP = 50_000.0


def close_deals(firms, rows: np.ndarray, **effects: float) -> None:
    programme = make_programme("invest", effects=DEAL | effects)
    invest.apply(SimpleNamespace(firms=firms), rows, programme, np.uint64(1))


def test_a_deal_brings_money_customers_and_advice():
    firms = empty_firms(3)
    firms.liquidity_gbp[:], firms.demand[:], firms.appeal[:], firms.capability[:] = 1000.0, 1.5, 1.0, 0.5
    firms.attention_dose[:] = [0.0, 4.0, 0.0]
    close_deals(firms, np.array([0, 1]), demand_gain=0.2, capability_gain=0.1, attention_gain=3.0)
    assert firms.liquidity_gbp.tolist() == [51_000.0, 51_000.0, 1000.0]
    assert firms.raised_gbp.tolist() == [RAISED_GBP, RAISED_GBP, 0.0]
    assert firms.demand == pytest.approx([1.8, 1.8, 1.5]) and firms.appeal == pytest.approx([1.2, 1.2, 1.0])
    assert firms.capability == pytest.approx([0.55, 0.55, 0.5])
    assert firms.attention_dose.tolist() == [3.0, 4.0, 0.0]


def test_private_money_is_counted_apart_in_whole_pence():
    programme = make_programme("invest", effects=DEAL)
    assert invest.private_pence(programme, 3, 2.5) == 3 * 7_500_000
    assert invest.private_pence(make_programme("advise_firm"), 3, 2.5) == 0


def test_the_public_pays_the_unit_cost_and_private_money_comes_with_completed_deals():
    programme = make_programme("invest", capacity_per_month=6.0)
    [delivery], [record] = run(make_world(), programme)
    approved, completed = (round(sum(getattr(month, name) for month in record)) for name in ("approved", "completed"))
    assert 0 < completed < approved
    assert sum(month.spend_pence for month in record) == 24 * 10_007 + approved * 40_001
    assert all(month.private_pence == round(month.completed) * 45_000 for month in record)
    chosen = delivery.status == firm_funnel.SERVED
    luck = draws(word(delivery.seed, 0, Decision.COMPLETE), delivery.traits.key[chosen])
    assert completed == (luck < programme.completion_probability).sum()


def test_nothing_is_spent_outside_the_window():
    [_], [record] = run(make_world(), make_programme("invest"), until=END + 8)
    assert {month.month for month in record} == set(range(START, END))


def test_without_a_budget_every_bit_is_as_without_the_programme(toy_with_firms):
    columns = []
    for programmes in (
        (),
        (make_programme("invest", budget_pence=0),),
        (make_programme("invest", budget_pence=10**9),),
    ):
        model = toy_with_firms.model(*programmes, until_month=14)
        model.run()
        world = model.world
        columns.append([c for table in (world.residents, world.firms, world.units) for c in table])
    same = [all(np.array_equal(a, b) for a, b in zip(columns[0], other, strict=True)) for other in columns[1:]]
    assert same == [True, False]


def test_money_raised_stays_with_the_firm_beyond_what_it_usually_keeps(make_firm_world):
    """Without the note of what was raised, the same money would be cut to the usual cap at once."""
    world, cut = make_firm_world(), make_firm_world()
    rows = np.flatnonzero(world.firms.open)
    before = world.firms.liquidity_gbp[rows].copy()
    close_deals(world.firms, rows)
    cut.firms.liquidity_gbp[rows] += RAISED_GBP
    for one in (world, cut):
        one.step()
    bought = np.isin(rows, np.flatnonzero(world.firms.adopted_now | cut.firms.adopted_now))
    quiet = (world.firms.open[rows] == 1) & ~bought
    assert quiet.sum() > 200
    assert (world.firms.liquidity_gbp[rows][quiet] >= before[quiet] * 0.99 + RAISED_GBP).all()
    assert (cut.firms.liquidity_gbp[rows][quiet] < RAISED_GBP).mean() > 0.5


def test_firms_with_money_can_buy(make_firm_world):
    base, plan = make_firm_world(margin_share=0.0), make_firm_world(margin_share=0.0)
    for world in (base, plan):
        world.firms.liquidity_gbp[:] = 0.0
    close_deals(plan.firms, np.flatnonzero(plan.firms.open))
    for world in (base, plan):
        world.step(24)
    adoptions = [int(np.bitwise_count(world.firms.adopted[world.firms.open == 1]).sum()) for world in (base, plan)]
    assert adoptions[1] > adoptions[0] + 50


def test_customers_come_from_others_of_the_sector_and_from_nowhere_else(make_firm_world):
    """Only demand is changed: a quarter of one sector's firms win a third more customers."""
    base, plan = make_firm_world(margin_share=0.0), make_firm_world(margin_share=0.0)
    for world in (base, plan):
        world.firms.liquidity_gbp[:] = 0.0  # nobody can buy, so that only the market moves
        world.take_stock()
    enterprises = plan.enterprises
    sector = enterprises.sector == 1
    backed = np.flatnonzero(sector & (plan.firms.open == 1) & (np.arange(len(sector)) % 4 == 0))
    close_deals(plan.firms, backed, demand_gain=1 / 3, invested_gbp=0.0)
    assert plan.firms.demand[backed] == pytest.approx(base.firms.demand[backed] * 4 / 3, rel=1e-6)
    totals = []
    for months in (1, 119):
        for world in (base, plan):
            world.step(months)
        stock = (base.firms.open == 1) & (plan.firms.open == 1)
        others = stock & sector & ~np.isin(np.arange(len(sector)), backed)
        assert (plan.firms.demand[others] < base.firms.demand[others]).all()
        assert (plan.firms.demand[backed] > base.firms.demand[backed])[stock[backed]].all()
        assert np.array_equal(plan.firms.demand[stock & ~sector], base.firms.demand[stock & ~sector])
        both = stock & sector
        totals.append([(world.firms.demand * enterprises.entry_jobs)[both].sum() for world in (base, plan)])
    # At once the sector as a whole grows; in the long run what one firm has won others have lost.
    assert totals[0][1] > 1.01 * totals[0][0]
    assert totals[1][1] == pytest.approx(totals[1][0], rel=0.01)
