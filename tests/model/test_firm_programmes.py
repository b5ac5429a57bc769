"""Programmes for firms: who applies, is approved and waits, and what it costs."""

import numpy as np
import pytest

from model.programmes import firm_funnel
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.programme import FIRM_INSTRUMENTS, FIRM_TARGETINGS, OFFER_INSTRUMENTS, FirmEligibility
from tests.model.firm_programme_worlds import END, ERRORS, N_AREAS, START, copied, make_programme, make_world, run

WITH_APPLICANTS = [name for name in FIRM_INSTRUMENTS if name not in ("demonstrate", "inform_firms")]


@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_a_programme_without_a_budget_does_nothing(instrument):
    world = make_world(kind="library")
    before = copied(world)
    deliveries, records = run(world, make_programme(instrument, budget_pence=0, hub_kinds=("library",)), chance=1.0)
    assert all(np.array_equal(one, other) for one, other in zip(before, copied(world), strict=True))
    assert records == [[]] and len(deliveries[0].treated_rows) == 0 and len(world.cohorts) == 0


@pytest.mark.parametrize("instrument", [*WITH_APPLICANTS, "demonstrate"])
def test_firms_pass_through_the_funnel_and_nobody_is_lost(instrument):
    world = make_world(kind="library")
    programme = make_programme(instrument, hub_kinds=("library",), capacity_per_month=6.0)
    [delivery], [record] = run(world, programme)
    sums = {name: sum(getattr(month, name) for month in record) for name in
            ("aware", "joined", "approved", "refused", "completed", "claimed", "lapsed", "served")}  # fmt: skip
    assert sums["aware"] >= sums["joined"] >= sums["approved"] + sums["refused"] > 0
    assert sums["served"] == sums["approved"] >= sums["completed"] > 0
    status = np.bincount(delivery.status, minlength=8)
    if instrument in OFFER_INSTRUMENTS:
        assert sums["completed"] == sums["claimed"] == status[firm_funnel.CLAIMED]
        assert sums["approved"] == sums["claimed"] + sums["lapsed"]
        assert sums["lapsed"] == status[firm_funnel.LAPSED] > 0
        assert len(delivery.treated_rows) == sums["approved"]
    else:
        assert sums["claimed"] == sums["lapsed"] == status[firm_funnel.APPROVED] == 0
        assert len(delivery.treated_rows) == sums["completed"]
    assert sums["refused"] == status[firm_funnel.REFUSED]
    assert record[-1].beneficiaries_cum == len(delivery.treated_rows) == len(set(delivery.treated_rows.tolist()))
    assert (delivery.first_treated[delivery.treated_rows] < 1000).all()
    joined = status[1:].sum()
    assert joined == sums["joined"]


@pytest.mark.parametrize("scale", [1.0, 0.3])
@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_money_is_in_whole_pence_and_never_overspent(instrument, scale):
    world = make_world(scale=scale, kind="library")
    # Sites are not thinned with the firms.
    budget = 24_000_000 if instrument == "demonstrate" else round(3_000_000 / scale)
    programme = make_programme(instrument, hub_kinds=("library",), budget_pence=budget)
    spent = []

    def watch(deliveries):
        [delivery] = deliveries
        months = min(max(world.month + 1 - START, 0), END - START)
        assert delivery.purse.spent_pence <= programme.budget_pence * months // (END - START)
        assert (delivery.reserved_pence >= 0).all()
        assert 0 <= delivery.paid_pence <= delivery.purse.spent_pence
        assert ((delivery.reserved_pence > 0) == (delivery.status == firm_funnel.APPROVED)).all()
        spent.append(delivery.paid_pence)

    [delivery], [record] = run(world, programme, each_month=watch)
    assert all(type(month.spend_pence) is int for month in record)
    assert sum(month.spend_pence for month in record) == delivery.paid_pence == delivery.purse.spent_pence
    assert spent == sorted(spent)
    units = round(sum(month.approved for month in record) * scale)
    if instrument == "demonstrate":
        assert (delivery.paid_pence - 24 * 10_007) % 5_000_000 == 0
    elif instrument not in OFFER_INSTRUMENTS:
        assert delivery.paid_pence == 24 * 10_007 + units * round(40_001 / scale)
    else:
        assert delivery.paid_pence > 24 * 10_007 + units * round(40_001 / scale)
    assert delivery.paid_pence > 0.6 * programme.budget_pence


def served(instrument: str, scale: float = 1.0, permutation: np.ndarray | None = None, **changes: object):
    world = make_world(kind="library", scale=scale, permutation=permutation)
    programme = make_programme(instrument, hub_kinds=("library",), **changes)
    [delivery], [record] = run(world, programme)
    return world, delivery, record


@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_a_larger_budget_never_serves_fewer(instrument):
    unit = 5_000_000 if instrument == "demonstrate" else 40_001
    ladder = [0, unit // 2, 2 * unit, 10 * unit, 40 * unit, 120 * unit, 500 * unit, 3000 * unit]
    counts = []
    for budget in ladder:
        _, _, record = served(instrument, budget_pence=budget, fixed_cost_pence_per_month=0)
        counts.append(sum(month.approved for month in record))
    assert counts == sorted(counts)
    assert counts[0] == 0 < counts[3] <= counts[-1]


@pytest.mark.parametrize("channel", ["direct", "hub"])
@pytest.mark.parametrize("instrument", [name for name in FIRM_INSTRUMENTS if name != "demonstrate"])
def test_the_order_of_rows_changes_nothing(instrument, channel):
    permutation = np.random.default_rng(3).permutation(400)
    one = served(instrument, channel=channel)
    two = served(instrument, channel=channel, permutation=permutation)
    again = served(instrument, channel=channel)
    assert one[2] == two[2] == again[2]
    for (world, delivery, _), rows in ((one, permutation), (again, permutation)):
        assert np.array_equal(delivery.status[rows], two[1].status)
        assert np.array_equal(world.firms.capability[rows], two[0].firms.capability)
        assert np.array_equal(world.firms.cohort[rows], two[0].firms.cohort)
        assert np.array_equal(world.firms.belief_gain[rows], two[0].firms.belief_gain)


def test_another_programme_changes_nobody_elses_luck():
    ours = make_programme("advise_firm", willing_capability_slope=0.0)
    alone = run(make_world(), ours)[0][0]
    _, beside = run(make_world(), make_programme("convene"), ours)[0]
    assert np.array_equal(alone.status, beside.status)


CONDITIONS = [
    FirmEligibility(size_bands=("10-49", "50-249")),
    FirmEligibility(sectors=("retail", "production", "health")),
    FirmEligibility(authorities=("E07000002",)),
    FirmEligibility(charities="only"),
    FirmEligibility(charities="none"),
    FirmEligibility(lacks=("website", "cloud")),
    FirmEligibility(uses=("website", "cloud")),
]


@pytest.mark.parametrize("who", CONDITIONS, ids=str)
def test_only_eligible_firms_take_part(who):
    world = make_world()
    roster, adopted = world.roster, world.firms.adopted.copy()
    [delivery], _ = run(world, make_programme("advise_firm", firm_eligibility=who, budget_pence=10**10), chance=0.0)
    rows = delivery.treated_rows
    bands, sectors, bits = ("0-9", "10-49", "50-249", "250+"), firm_funnel.SECTORS, firm_funnel.bits_of
    fits = world.firms.open == 1
    fits &= np.isin(roster.size_band, [bands.index(b) for b in who.size_bands or bands])
    fits &= np.isin(roster.sector, [sectors.index(s) for s in who.sectors or sectors])
    if who.authorities:
        fits &= roster.authority == 1
    if who.charities:
        fits &= roster.charity == (who.charities == "only")
    fits &= (adopted & bits(who.lacks)) == 0
    fits &= (adopted & bits(who.uses)) == bits(who.uses)
    assert len(rows) > 0 and fits[rows].all()
    assert 0 < fits.sum() < len(fits)
    # Every other condition open, so that most who fit come in two years.
    assert len(rows) > 0.15 * fits.sum()


@pytest.mark.parametrize("instrument", OFFER_INSTRUMENTS)
def test_offers_go_to_firms_with_something_to_buy(instrument):
    world = make_world()

    def watch(deliveries):
        rows = np.flatnonzero((deliveries[0].status == firm_funnel.APPROVED) & (world.firms.claim_gbp == 0))
        wanted = firm_funnel.bits_of(deliveries[0].programme.technologies)
        new = rows[deliveries[0].first_treated[rows] == world.month]
        for i in new:
            assert firm_funnel.available(int(world.firms.adopted[i]), wanted)
            assert world.firms.offer_bits[i] == wanted & ~world.firms.adopted[i]

    run(world, make_programme(instrument), each_month=watch)


@pytest.mark.parametrize("targeting", FIRM_TARGETINGS)
def test_the_queue_is_served_by_priority(targeting):
    """Everyone applies in the first month, so priority alone decides who is served before whom."""
    everyone = {
        "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0, "apply_probability_monthly": 1.0,
        "approval_probability": 1.0, "completion_probability": 1.0, "capacity_per_month": 30.0,
        "budget_pence": 10**12,
    }  # fmt: skip
    world = make_world()
    first = {
        "first_come": np.zeros(400),
        "smallest_first": world.roster.entry_jobs,
        "least_digital_first": np.bitwise_count(world.firms.adopted),
        "deprived_first": (np.arange(N_AREAS) % 5)[world.roster.unit_area[world.roster.unit_ptr[:-1]]],
    }[targeting].copy()
    delivery = FirmDelivery(make_programme("advise_firm", targeting=targeting, **everyone), world)
    world.month = START
    delivery.step()
    assert len(delivery.treated_rows) == 30 and len(delivery.waiting) > 300
    assert first[delivery.treated_rows].max() <= first[delivery.waiting].min()


def test_the_share_refused_is_the_stated_one_and_the_capable_come_sooner():
    world = make_world(3000)
    [delivery], [record] = run(world, make_programme("advise_firm", budget_pence=10**12), chance=0.0)
    approved, refused = (sum(getattr(month, name) for month in record) for name in ("approved", "refused"))
    decided = approved + refused
    assert abs(approved - 0.8 * decided) < ERRORS * np.sqrt(decided * 0.16)
    before = make_world(3000).firms.capability
    joined = delivery.status != firm_funnel.NOT_JOINED
    assert before[joined].mean() > before[~joined].mean() + 0.02


def test_firms_go_to_the_nearest_hub_and_its_hours_are_the_limit():
    world = make_world(2000)
    programme = make_programme(
        "advise_firm", channel="hub", capacity_per_month=1e6, budget_pence=10**12, staff_hours_per_place=10.0,
        hub_hours_share=0.5,
    )  # fmt: skip
    [delivery], [record] = run(world, programme, chance=0.0)
    main = world.roster.unit_area[world.roster.unit_ptr[:-1]]
    joined = delivery.status != firm_funnel.NOT_JOINED
    nearest = np.where(main[joined] < N_AREAS / 2, 0, 1)
    assert np.array_equal(delivery.hub[joined], nearest)
    hours = np.array([30.0, 40.0]) * 52 / 12 * 0.5
    decided = sum(month.approved + month.refused for month in record)
    assert decided <= (hours / 10.0).sum() * 24 + 2
    assert decided > (hours / 10.0).sum() * 20


def test_without_an_open_hub_of_its_kind_nobody_joins():
    world = make_world(kind="library")
    _, [record] = run(world, make_programme("advise_firm", channel="hub"))
    assert sum(month.joined for month in record) == 0
    assert sum(month.aware for month in record) > 0


def test_as_many_are_helped_for_the_same_budget_at_every_scale():
    """All the firms, or a tenth of them, each for ten: within what one row's share of the budget cannot split."""
    programme = make_programme("advise_firm", budget_pence=30_000_000)
    counts = []
    for n, scale in ((4000, 1.0), (400, 0.1)):
        _, [record] = run(make_world(n, scale), programme, chance=0.0)
        counts.append(sum(month.approved for month in record))
    assert counts[1] == pytest.approx(counts[0], abs=10 + 1e-6)
