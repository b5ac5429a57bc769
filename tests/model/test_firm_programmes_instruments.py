"""What programmes do to firms: offers, doses, cohorts and sites."""

import numpy as np
import pytest

from model.programmes import firm_funnel
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.firm_effects import amounts_gbp, draw_attention, raise_capability, show
from model.state import ABSENT
from model.technologies import TECHNOLOGIES
from tests.model.firm_programme_worlds import END, ERRORS, START, act, make_programme, make_world, run


def test_what_firms_draw_down_is_paid_the_month_after():
    world = make_world()
    drawn = [0.0]

    def watch(deliveries):
        watched.append((world.month, deliveries[0].paid_pence, float(sum(drawn))))

    watched: list[tuple[int, int, float]] = []
    [delivery] = [FirmDelivery(make_programme(fixed_cost_pence_per_month=0, unit_cost_pence=0), world)]
    for world.month in range(1, END + 8):
        claims = world.firms.claim_gbp.astype(float)
        entry = delivery.step()
        assert (entry.spend_pence if entry else 0) == np.rint(claims * 100).sum()
        assert (world.firms.claim_gbp == 0).all()
        act(world, 0.3)
        drawn.append(float(world.firms.claim_gbp.sum()))
    assert delivery.purse.spent_pence == delivery.paid_pence == pytest.approx(100 * sum(drawn), abs=200)
    assert delivery.paid_pence > 0


def test_offers_that_are_not_claimed_give_their_money_to_others():
    """Nobody buys: every penny set aside comes back, and firms later in the queue get an offer in turn."""
    programme = make_programme(budget_pence=4_000_000, fixed_cost_pence_per_month=0, unit_cost_pence=0)
    world = make_world()
    [delivery], [record] = run(world, programme, chance=0.0)
    assert delivery.purse.spent_pence == 0
    assert sum(month.approved for month in record) == sum(month.lapsed for month in record)
    offered = world.firms.offer_bits
    assert not offered.any() and not world.firms.offer_cap_gbp.any()
    first_lapse = min(month.month for month in record if month.lapsed)
    assert first_lapse == START + programme.offer_months
    later = sum(month.approved for month in record if month.month > first_lapse)
    assert later > 5
    assert all(month.reserved_pence <= 4_000_000 for month in record)
    last = max(month.month for month in record if month.approved)
    assert max(month.month for month in record if month.lapsed) == last + programme.offer_months


def test_an_offer_ends_on_time_and_when_the_firm_closes():
    world = make_world()
    delivery = FirmDelivery(make_programme(approval_probability=1.0, apply_probability_monthly=1.0), world)
    world.month = START
    delivery.step()
    rows = np.flatnonzero(delivery.status == firm_funnel.APPROVED)
    assert len(rows) > 2
    assert (world.firms.offer_until[rows] == START + 4).all()
    closed = rows[0]
    world.firms.open[closed] = 0
    world.month = START + 1
    delivery.step()
    assert delivery.status[closed] == firm_funnel.LAPSED and world.firms.offer_bits[closed] == 0
    for world.month in (START + 2, START + 3):
        delivery.step()
    assert (delivery.status[rows[1:]] == firm_funnel.APPROVED).all()
    world.month = START + 4
    delivery.step()
    assert (delivery.status[rows[1:]] == firm_funnel.LAPSED).all()


def test_the_reserve_is_the_dearest_next_project_within_share_and_cap():
    world = make_world(4)
    firms = world.firms
    firms.adopted[:] = [0, 0b100, 0b1111111, 0b101100]
    world.roster.entry_jobs[:] = [1, 10, 10, 100]
    fixed, per_job = np.full(7, 1000.0), np.full(7, 10.0)
    per_job[6] = 100.0
    bits = firm_funnel.bits_of(("cloud", "business_software", "ai"))
    amounts = amounts_gbp(np.arange(4), bits, 0.5, 2000.0, fixed, per_job, world.roster.entry_jobs, firms)
    assert amounts.tolist() == [505.0, 550.0, 0.0, 2000.0]


def test_a_firm_has_one_offer_at_a_time():
    world = make_world()
    programmes = [make_programme(id=name, technologies=("cloud", "ecommerce", "ai")) for name in ("one", "two")]
    both = []

    def watch(deliveries):
        one, two = (delivery.status == firm_funnel.APPROVED for delivery in deliveries)
        assert not (one & two).any()
        both.append(one.sum() > 0 and two.sum() > 0)

    run(world, *programmes, each_month=watch)
    assert any(both)


def test_doses_of_capability_attention_and_observations():
    firms = make_world(3).firms
    firms.capability[:], firms.attention_dose[:] = [0.5, 0.2, 0.9], [0.0, 3.0, 0.0]
    rows = np.array([0, 1])
    raise_capability(rows, 0.2, firms)
    draw_attention(rows, 2.0, firms)
    show(rows, 0b100, 1.0, np.full(7, 0.05), firms)
    assert firms.capability == pytest.approx([0.6, 0.36, 0.9])
    assert firms.attention_dose.tolist() == [2.0, 3.0, 0.0]
    assert firms.belief_gain[:, 2] == pytest.approx([0.03, 0.03, 0.01])
    assert firms.belief_precision[:, 2].tolist() == [2.0, 2.0, 1.0]
    assert firms.belief_gain[:, 1] == pytest.approx([0.01] * 3)
    raise_capability(rows, 7.0, firms)
    assert firms.capability.max() == 1.0


@pytest.mark.parametrize("instrument", ["advise_firm", "embed_expert"])
def test_a_share_of_the_treated_firms_workers_is_taught(instrument):
    world = make_world(2000)
    world.values["staff_training_share"] = 0.4
    [delivery], _ = run(world, make_programme(instrument, budget_pence=10**12), chance=0.0)
    residents, roster = world.residents, world.roster
    taught = residents.skill > np.float32(0.4)
    works = residents.workplace >= 0
    firm = roster.unit_firm[np.maximum(residents.workplace, 0)]
    of_treated = works & (residents.code != ABSENT) & np.isin(firm, delivery.treated_rows)
    assert not (taught & ~of_treated).any()
    n = int(of_treated.sum())
    assert n > 200
    # People of one firm are taught or not by their own lot.
    assert abs(taught.sum() - 0.4 * n) < ERRORS * np.sqrt(n * 0.24)


def test_without_staff_training_no_worker_learns():
    world = make_world()
    world.values["staff_training_share"] = 0.0
    run(world, make_programme("advise_firm"), chance=0.0)
    assert (world.residents.skill == np.float32(0.4)).all()


def test_cohorts_fill_one_after_the_other_and_end():
    world = make_world()
    sizes = []

    def watch(deliveries):
        firms, cohorts = world.firms, world.cohorts
        inside = (firms.cohort >= 0) & (firms.open == 1) & (world.month < firms.cohort_until)
        members = np.bincount(firms.cohort[inside], minlength=len(cohorts))
        assert np.array_equal(cohorts.members, members)
        for k in range(len(TECHNOLOGIES)):
            users = inside & ((firms.adopted >> k) & 1 == 1)
            assert np.array_equal(cohorts.adopters[:, k], np.bincount(firms.cohort[users], minlength=len(cohorts)))
        assert (members <= 10).all()
        sizes.append(members)

    [delivery], _ = run(world, make_programme("convene"), until=END + 14, each_month=watch, chance=0.0)
    assert len(world.cohorts) == -(-len(delivery.treated_rows) // 10)
    assert (sizes[-1] == 0).all()
    assert max(members.max(initial=0) for members in sizes) == 10
    assert set(world.firms.cohort[delivery.treated_rows].tolist()) == set(range(len(world.cohorts)))


def test_a_cohort_of_another_programme_is_not_joined():
    world = make_world()
    run(world, make_programme("convene", id="one"), make_programme("convene", id="two"), until=END)
    one, two = world.cohorts.newest["one"], world.cohorts.newest["two"]
    assert one[0] != two[0]


def test_sites_show_technology_to_firms_near_by_while_they_last():
    world = make_world(2000, kind="library")
    before = world.firms.belief_precision.copy()
    programme = make_programme(
        "demonstrate", hub_kinds=("library",), capacity_per_month=1.0, budget_pence=5_000_000 * 24 * 2,
        fixed_cost_pence_per_month=0,
    )  # fmt: skip
    delivery = FirmDelivery(programme, world)
    world.month = START
    entry = delivery.step()
    assert entry.spend_pence == 5_000_000
    [hub] = np.flatnonzero(delivery.site_until > START)
    assert delivery.site_until[hub] == START + 8
    main = world.roster.unit_area[world.roster.unit_ptr[:-1]]
    near = (world.setting.hubs.distance_km[main, hub] <= 3.0) & (world.firms.open == 1)
    seen = (world.firms.belief_precision > before).any(axis=1)
    assert not (seen & ~near).any()
    assert abs(seen.sum() - 0.5 * near.sum()) < ERRORS * np.sqrt(near.sum() * 0.25)
    assert np.array_equal(np.flatnonzero(seen), np.sort(delivery.treated_rows))
    assert entry.aware == near.sum() and entry.completed == seen.sum()
    gained = world.firms.belief_precision[seen] - before[seen]
    shown = [TECHNOLOGIES.index(name) for name in programme.technologies]
    assert gained[:, shown] == pytest.approx(0.2) and gained.sum(axis=1) == pytest.approx(0.6)
    world.month = START + 1
    delivery.step()
    assert (delivery.site_until > world.month).sum() == 2
    # Both hubs have a site, so none is opened until the first has closed.
    for world.month in range(START + 2, START + 8):
        assert delivery.step().spend_pence == 0
    world.month = START + 8
    assert delivery.step().spend_pence == 5_000_000
