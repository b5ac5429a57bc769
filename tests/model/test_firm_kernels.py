"""A month of firms: what it leaves behind adds up, luck belongs to firms, prerequisites hold, grants are drawn down once."""

import numpy as np
import pytest

from model.calendar import NEVER
from model.firm_kernels import count_cohorts, step_firms, teach_in_adopting_firms
from model.market import count_online_jobs, count_seekers, newborn_shares, share_online_near, share_skilled
from model.state import ABSENT, FIRM_COLUMNS, TOLD_OPEN, empty_residents, empty_units
from model.technologies import N_TECHNOLOGIES, PREREQUISITE, TECHNOLOGIES, Technology

CYBER = int(Technology.CYBER_ESSENTIALS)


def in_use(firms, k: int) -> np.ndarray:
    return (firms.adopted >> k) & 1 == 1


def assert_same_firms(one, other, rows=slice(None)) -> None:
    for column in FIRM_COLUMNS:
        a, b = getattr(one, column.name)[rows], getattr(other, column.name)
        assert np.array_equal(a, b), column.name


def test_counts_of_partners_equal_a_recount_after_many_months(make_firm_world):
    world = make_firm_world()
    world.step(72)
    firms, ties = world.firms, world.ties
    one = np.repeat(np.arange(len(firms.open)), np.diff(ties.trade_indptr))
    partner_open = firms.open[ties.trade_neighbour] > 0
    assert np.array_equal(firms.trade_ties, np.bincount(one, partner_open, len(firms.open)))
    for k in range(N_TECHNOLOGIES):
        uses = in_use(firms, k)[ties.trade_neighbour]
        assert np.array_equal(firms.tied_adopters[:, k], np.bincount(one, uses, len(firms.open)))
    assert np.array_equal(firms.told, firms.adopted | (firms.open * TOLD_OPEN))
    closed = (firms.open == 0) & (world.enterprises.entry_month <= 72)
    assert closed.sum() > 100 and (firms.adopted[closed] == 0).all()


def test_states_stay_within_their_ranges_and_prerequisites_hold(make_firm_world):
    world = make_firm_world()
    for _ in range(60):
        world.step()
        firms = world.firms
        is_open = firms.open > 0
        for k, needed in enumerate(PREREQUISITE):
            assert needed < 0 or in_use(firms, needed)[in_use(firms, k)].all()
            assert np.array_equal(firms.adopted_month[:, k] != NEVER, in_use(firms, k))
            assert (firms.adopted_month[in_use(firms, k), k] <= world.month).all()
        assert (firms.adopted_now & ~firms.adopted == 0).all()
        for score in (firms.capability, firms.belief_gain):
            assert (score[is_open] >= 0).all() and (score[is_open] <= 1).all()
        assert (firms.liquidity_gbp[is_open] >= 0).all()
        assert (firms.size_index[is_open] > 0.3).all() and (firms.size_index[is_open] < 3).all()
        assert (firms.productivity[is_open] >= 1).all()
        assert (firms.certificate_until[is_open & in_use(firms, CYBER)] > world.month).all()
    assert (firms.adopted_month[:, :][in_use(firms, 2), 2] > 0).sum() > 50


def test_parts_of_the_rows_do_not_matter(make_firm_world):
    one, parts = make_firm_world(), make_firm_world()
    parts.split = 7
    one.step(30)
    parts.step(30)
    assert_same_firms(one.firms, parts.firms)


def test_permuting_rows_permutes_results(make_firm_world):
    world = make_firm_world(600)
    order = np.random.default_rng(3).permutation(600)
    other = world.with_rows(order)
    world.step(30)
    other.step(30)
    assert_same_firms(world.firms, other.firms, order)


def test_one_more_firm_without_partners_in_another_sector_changes_nobody(make_firm_world):
    """Newborns draw from their sector and size, so the added firm stands in a sector of its own."""
    world = make_firm_world(600)
    world.enterprises.sector[599] = 12
    first, last = world.ties.trade_indptr[599:601]
    world = world.with_rows(np.arange(600))
    alone = world.with_rows(np.arange(599))
    # Without the last firm its partners differ; cut them off in both worlds.
    keep = np.setdiff1d(np.arange(599), world.ties.trade_neighbour[first:last])
    both, without = world.with_rows(np.append(keep, 599)), alone.with_rows(keep)
    both.step(30)
    without.step(30)
    assert_same_firms(both.firms, without.firms, slice(len(keep)))


def test_lower_prices_and_better_offers_bring_more_adoption(make_firm_world):
    dear = make_firm_world(1500, **{f"price_fixed_gbp_{name}": 8000.0 for name in ("website", "cloud", "data_iot")})
    cheap = make_firm_world(1500, **{f"price_fixed_gbp_{name}": 100.0 for name in ("website", "cloud", "data_iot")})
    dear.step(36)
    cheap.step(36)
    for k in (Technology.WEBSITE, Technology.CLOUD):
        assert in_use(cheap.firms, k).sum() > 1.05 * in_use(dear.firms, k).sum()


def test_a_grant_is_claimed_once_up_to_its_cap_and_lowers_what_the_firm_pays(make_firm_world):
    """Firms of which nobody could pay the price alone: only offers bring adoption, and each pound is accounted for."""
    world = make_firm_world(1500, price_fixed_gbp_ecommerce=60_000.0, adoption_base_ecommerce=9.0)
    firms = world.firms
    few = world.enterprises.entry_jobs <= 3
    offered = few & (firms.open > 0) & in_use(firms, 0) & ~in_use(firms, 1) & (np.arange(1500) % 2 == 0)
    firms.offer_bits[offered] = 1 << Technology.ECOMMERCE
    firms.offer_share[offered], firms.offer_cap_gbp[offered], firms.offer_until[offered] = 0.99, 61_000.0, 40
    claimed = np.zeros(1500)
    before = in_use(firms, 1)
    for _ in range(40):
        world.step()
        claimed += firms.claim_gbp
        now = firms.adopted_now & (1 << Technology.ECOMMERCE) > 0
        assert np.array_equal(firms.claim_gbp > 0, now & offered)
    took = few & (claimed > 0)
    assert took.sum() > 20 and (took <= offered).all()
    assert not (in_use(firms, 1) & few & ~before & ~took & (world.enterprises.entry_month <= 0)).any()
    assert (firms.offer_bits[took] == 0).all() and (claimed <= 61_000.0).all()
    assert np.allclose(claimed[took] + firms.offer_cap_gbp[took], 61_000.0, atol=0.1)
    assert np.allclose(claimed[took], 0.99 * (60_000 + 80 * world.enterprises.entry_jobs[took]), rtol=0.02)


def test_an_offer_that_is_over_changes_nothing(make_firm_world):
    world, without = make_firm_world(300), make_firm_world(300)
    world.firms.offer_bits[:], world.firms.offer_until[:] = 127, 1
    world.firms.offer_share[:], world.firms.offer_cap_gbp[:] = 0.5, 5000.0
    world.step(12)
    without.step(12)
    assert np.array_equal(world.firms.adopted, without.firms.adopted)
    assert not world.firms.claim_gbp.any()


def test_certificates_are_renewed_as_often_as_stated(make_firm_world):
    world = make_firm_world(4000)
    firms = world.firms
    firms.adopted[firms.open > 0] |= 1 << CYBER
    firms.adopted_month[firms.open > 0, CYBER] = -6
    firms.certificate_until[:] = 6
    due = firms.open > 0
    world.step(5)
    assert in_use(firms, CYBER)[(firms.open > 0) & due].all()
    world.step()
    alive = (firms.open > 0) & due
    kept = in_use(firms, CYBER)[alive]
    rate = world.values["certificate_renewal"]
    assert abs(kept.mean() - rate) < 4 * np.sqrt(rate * (1 - rate) / alive.sum())
    assert set(firms.certificate_until[alive & in_use(firms, CYBER)]) == {18}


def test_closures_come_as_often_as_their_chance_says(make_firm_world):
    world = make_firm_world(4000, closure_adopter_log=0.0)
    e, expected, closed = world.enterprises, 0.0, 0
    for _ in range(12):
        was_open = world.firms.open > 0
        young = world.month + 1 - e.entry_month < 60
        p = 0.008 * e.closure_size_factor[e.size_band] * np.where(young, 1.4, 0.8)
        expected += p[was_open].sum()
        world.step()
        closed += (world.firms.closed_month[was_open] == world.month).sum()
    # Newborns may close in the month of their birth; those are left out on both sides.
    assert abs(closed - expected) < 4 * np.sqrt(expected)


def test_partners_who_use_a_technology_teach_that_it_pays(make_firm_world):
    world = make_firm_world(1500)
    cloud = int(Technology.CLOUD)
    world.step(24)
    firms = world.firms
    is_open = firms.open > 0
    gain = firms.belief_gain[:, cloud] / np.maximum(firms.outlook, 0.01)
    many, none = is_open & (firms.tied_adopters[:, cloud] >= 3), is_open & (firms.tied_adopters[:, cloud] == 0)
    assert gain[many].mean() > gain[none].mean()
    assert firms.belief_precision[many, cloud].mean() > firms.belief_precision[none, cloud].mean()


def test_use_rises_to_the_ceiling_and_no_further(make_firm_world):
    """Everybody considers and can pay, births go on, and the many who never took it up are those beyond the ceiling."""
    eager = {f"adoption_base_{name}": 10.0 for name in TECHNOLOGIES} | {
        "attention_base": 0.3,
        "abandonment_base": -12.0,
    }
    free = {f"price_{part}_gbp_{name}": 0.0 for name in TECHNOLOGIES for part in ("fixed", "per_job")}
    ceiling = {"adoption_ceiling_cloud": 0.5, "adoption_ceiling_size": 0.0}
    world = make_firm_world(3000, **eager, **free, **ceiling)
    of_use = world.firms.of_use.copy()
    world.step(60)
    lives = world.firms.open > 0
    stock = lives & (world.enterprises.entry_month <= 0)
    assert np.array_equal(world.firms.of_use[stock], of_use[stock])
    assert (world.firms.adopted[lives] & ~world.firms.of_use[lives] == 0).all()
    for who in (stock, lives & ~stock):
        within = world.firms.of_use[who] >> Technology.CLOUD & 1 == 1
        assert 0.4 < within.mean() < 0.65
        assert in_use(world.firms, Technology.CLOUD)[who][within].mean() > 0.95


def test_contact_with_a_programme_brings_adoption_forward_and_fades(make_firm_world):
    plan, baseline = make_firm_world(), make_firm_world()
    plan.firms.attention_dose[plan.firms.open > 0] = 8.0
    half_life = int(plan.values["attention_half_life_months"])
    plan.step(half_life)
    baseline.step(half_life)
    stock = (plan.firms.open > 0) & (plan.enterprises.entry_month <= 0)
    assert plan.firms.attention_dose[stock] == pytest.approx(4.0, rel=1e-5)
    taken_up = [(w.firms.adopted_month[stock] > 0) & (w.firms.adopted_month[stock] < NEVER) for w in (plan, baseline)]
    assert taken_up[0].sum() > 1.5 * taken_up[1].sum()


def test_a_cohort_counts_as_partners_do(make_firm_world):
    """Members see each other, not themselves; a cohort that is over is gone."""
    plan, baseline = make_firm_world(800), make_firm_world(800)
    members = np.flatnonzero((plan.firms.open > 0) & ~in_use(plan.firms, 2))[:40]
    users = np.flatnonzero((plan.firms.open > 0) & in_use(plan.firms, 2))[:60]
    group = np.concatenate([members, users])
    plan.firms.cohort[group], plan.firms.cohort_until[group] = 0, 4
    number, adopters = count_cohorts(1, 1, plan.firms)
    assert number[0] == 100 and adopters[0, 2] == 60
    plan.market = plan.market._replace(cohort_members=number, cohort_adopters=adopters)
    plan.step()
    baseline.step()
    still = members[plan.firms.open[members] > 0]
    true = plan.values["gain_true_cloud"]
    with_peers, without = (np.abs(w.firms.belief_gain[still, 2] - true) for w in (plan, baseline))
    assert (with_peers < without).all()
    others = np.setdiff1d(np.arange(800), group)
    assert np.array_equal(plan.firms.belief_gain[others], baseline.firms.belief_gain[others])
    assert not count_cohorts(4, 1, plan.firms)[0].any()


def test_firms_that_adopt_take_demand_from_those_that_do_not(make_firm_world):
    world = make_firm_world(1500, demand_elasticity=2.0, demand_return_monthly=0.2, productivity_share=0.9)
    ahead = (world.firms.open > 0) & (world.enterprises.sector == 1) & (np.arange(1500) % 2 == 0)
    world.firms.adopted[ahead] |= 0b1100
    world.firms.adopted_month[ahead, 2:4] = 0
    world.step(48)
    is_open = (world.firms.open > 0) & (world.enterprises.entry_month <= 0)
    behind = is_open & (world.enterprises.sector == 1) & (world.firms.adopted & 0b1100 == 0)
    assert world.firms.size_index[ahead & is_open].mean() > 1.0 > world.firms.size_index[behind].mean()
    assert world.market.mean_gain[1] > 1.02


def test_workers_of_adopting_firms_are_taught(make_firm_world):
    world = make_firm_world(50)
    units, unit_ptr = empty_units(100), np.arange(0, 102, 2).astype(np.int32)
    world.firms.adopted_now[:] = 0
    world.firms.adopted_now[[3, 7]] = (0b1, 0b1100)
    teach_in_adopting_firms(world.firms, units, unit_ptr, 2.0)
    taught = np.zeros(100)
    taught[6:8], taught[14:16] = 2.0, 4.0
    assert np.array_equal(units.training_hours, taught)


def test_thin_cells_of_newborns_take_the_share_of_their_size():
    n_open = np.zeros((17, 4), np.int64)
    users = np.zeros((17, 4, N_TECHNOLOGIES), np.int64)
    n_open[0, 0], users[0, 0, :2] = 100, (50, 10)
    n_open[1, 0], users[1, 0, :2] = 9, (9, 9)
    share = newborn_shares(n_open, users)
    assert share[0, 0, 0] == 0.5 and share[0, 0, 1] == 0.2
    assert share[1, 0, 0] == share[2, 0, 0] == 59 / 109 and share[1, 0, 1] == 19 / 59
    assert not share[:, 1].any()


def test_jobseekers_skills_are_those_of_the_authority_or_the_region():
    residents = empty_residents(7)
    residents.code[:] = (12, 0, 12, ABSENT, 13, 0, 8)
    residents.employment[:] = (1, 1, 1, 1, 2, 1, 0)
    counts = count_seekers(residents, np.array([0, 0, 1, 1, 1, 0, 2]), 3)
    assert counts.tolist() == [[3, 1], [1, 1], [0, 0]]
    assert share_skilled(counts, 0.5).tolist() == [1 / 3, 1.0, 0.5]
    assert share_skilled(np.zeros((2, 2), np.int64), 0.4).tolist() == [0.4, 0.4]


def test_jobs_online_near_by_count_the_area_and_its_neighbours(make_firm_world):
    world = make_firm_world(4)
    world.firms.adopted[:] = (0b1, 0b0, 0b10, 0b100)
    units = empty_units(4)
    units.jobs[:] = (10, 30, 20, 40)
    area = np.array([0, 0, 1, 2], np.int32)
    counts = count_online_jobs(np.arange(4), world.firms, units, np.arange(4, dtype=np.int32), area, 4)
    assert counts.tolist() == [[40, 10], [20, 20], [40, 0], [0, 0]]
    share = np.zeros(4, np.float32)
    share_online_near(counts, np.array([[1], [0], [2], [3]], np.int32), 0.75, share)
    assert share.tolist() == [0.5, 0.5, 0.0, 0.75]


def test_firms_that_are_not_stepped_stay_as_they_are(make_firm_world):
    world = make_firm_world(400)
    copy = make_firm_world(400)
    rows = np.flatnonzero(world.firms.open)
    stepped, rest = rows[::2], rows[1::2]
    step_firms(stepped, 1, world.seed, world.enterprises, world.firms, world.market, world.rules)
    for column in FIRM_COLUMNS:
        assert np.array_equal(getattr(world.firms, column.name)[rest], getattr(copy.firms, column.name)[rest])
