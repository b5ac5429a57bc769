"""Instruments: what they do to those they reach, and that loans, subsidies and champions come to an end."""

from dataclasses import replace

import numpy as np
import pytest

from model.chance import Decision, word
from model.kernels import GETS_CONNECTION, LOSES_CONNECTION, commit
from model.programmes.effects import encourage, end_paid_connections, pay_connection, teach
from model.programmes.funnel import draws
from model.programmes.instruments import champion, equip
from model.programmes.programme import Eligibility
from model.rules.skill import WORK
from model.start import move_in
from model.state import RECENT

ERRORS = 4.0
"""Standard errors allowed."""
STILL = {
    "access_get_base": -8.0, "access_get_motivation": 0.0, "access_get_household": 0.0, "access_get_user": 0.0,
    "access_lose_base": -10.0, "access_lose_affordability": 0.0,
}  # fmt: skip
"""Parameters under which hardly anyone gets or loses access without help."""
EVERYONE = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "completion_probability": 1.0, "budget_pence": 10**13, "capacity_per_month": 1e9,
}  # fmt: skip
OFFLINE = EVERYONE | {"eligibility": Eligibility(use=("never", "lapsed"))}


@pytest.fixture(scope="module")
def still(toy) -> dict[str, float]:
    return toy.model().spec.values | STILL


@pytest.fixture
def quiet(toy):
    """A model two months on, for instruments applied by hand."""
    model = toy.model()
    model.step()
    model.step()
    return model


def step_to(model, month: int) -> None:
    while model.period < month:
        model.step()


def present(model, month: int) -> np.ndarray:
    people = model.world.people
    return (np.asarray(people.entry_month) <= month) & (month < np.asarray(people.exit_month))


def settled(model, first: int, last: int) -> np.ndarray:
    """Those who live in the same home from one month to the other."""
    people = model.world.people
    moved = (first <= np.asarray(people.next_household_month)) & (np.asarray(people.next_household_month) <= last)
    return present(model, first) & present(model, last) & ~moved


def tell_the_home(model, rows: np.ndarray, event: int) -> None:
    """Commit that rows take up or give up the connection of their home."""
    world = model.world
    world.residents.event[rows] = event
    commit(
        rows,
        world.month,
        world.residents,
        world.households,
        world.ties,
        world.groups,
        world.roster.unit_firm,
        world.firms,
        world.units,
    )


def plausible(n: int, of: int, share: float) -> bool:
    return abs(n - of * share) <= ERRORS * np.sqrt(max(of * share * (1 - share), 1.0))


def test_teaching_adds_skill_a_lasting_part_and_a_push_that_fades(quiet):
    residents, rules, values = quiet.world.residents, quiet.world.rules, quiet.world.values
    rows = np.flatnonzero(present(quiet, 2))[:300].astype(np.int32)
    before = {name: getattr(residents, name).astype(float) for name in ("skill", "ceiling_gain", "onset_dose")}
    teach(rows, 9.0, 0.5, residents, rules.skill, rules.use)
    gain = 9.0 * values["training_gain_per_hour"] * (1 - before["skill"][rows])
    dose = values["support_onset_dose"] * 9.0 / (9.0 + values["support_half_dose_hours"])
    assert residents.skill[rows] == pytest.approx(before["skill"][rows] + gain, abs=1e-6)
    assert residents.ceiling_gain[rows] == pytest.approx(before["ceiling_gain"][rows] + 0.5 * gain, abs=1e-6)
    assert residents.onset_dose[rows] == pytest.approx(np.full(len(rows), dose), rel=1e-6)
    # Less help later does not take back what more help gave; the dose is not heaped up.
    teach(rows, 1.0, 0.5, residents, rules.skill, rules.use)
    assert residents.onset_dose[rows] == pytest.approx(np.full(len(rows), dose), rel=1e-6)
    others = np.setdiff1d(np.arange(len(residents.skill)), rows)
    for name, values_before in before.items():
        assert np.array_equal(getattr(residents, name)[others], values_before[others].astype(np.float32)), name
    # The push halves within the half-life, 3 months.
    quiet.step()
    assert residents.onset_dose[rows] == pytest.approx(
        np.where(present(quiet, 3)[rows], dose * 0.5 ** (1 / quiet.world.values["support_half_life_months"]), dose),
        rel=1e-5,
    )


def test_encouragement_closes_a_share_of_what_is_missing(quiet):
    residents = quiet.world.residents
    rows = np.flatnonzero(present(quiet, 2))[:200].astype(np.int32)
    motivation, trust = residents.motivation[rows].astype(float), residents.trust[rows].astype(float)
    encourage(rows, 0.2, 0.1, residents)
    assert residents.motivation[rows] == pytest.approx(motivation + 0.2 * (1 - motivation), abs=1e-6)
    assert residents.trust[rows] == pytest.approx(trust + 0.1 * (1 - trust), abs=1e-6)
    encourage(rows, 1.0, 1.0, residents)
    assert residents.motivation[rows].max() <= 1.0 and residents.trust[rows].max() <= 1.0


def test_training_brings_people_online_who_would_not_have_come(toy, make_programme):
    base, plan = toy.model(until_month=12), toy.model(make_programme("train", **OFFLINE), until_month=12)
    base.run()
    plan.run()
    treated = plan.deliveries[0].treated_rows
    treated = treated[present(plan, 12)[treated]]
    online = [(model.world.residents.use[treated] == RECENT).sum() for model in (base, plan)]
    assert len(treated) > 50
    assert online[1] > online[0] + 0.1 * len(treated)


def test_a_gift_stays_and_a_loan_goes_back_but_for_the_stated_share(toy, make_programme, still):
    """Loans of three months to everyone: nobody but those without a device gives one back."""
    for lend_months in (0.0, 3.0):
        effects = make_programme("equip").effects | {"lend_months": lend_months, "kept_share": 0.4, "device": 1.0}
        programme = make_programme("equip", **EVERYONE | {"effects": effects, "end_month": 7})
        model = toy.model(programme, until_month=10, values=still)
        step_to(model, 5)
        had = model.world.residents.device.copy()
        step_to(model, 8)
        [delivery] = model.deliveries
        treated = np.zeros(model.world.population.n, bool)
        treated[delivery.treated_rows] = True
        treated &= present(model, 5) & present(model, 9)
        borrowers, owners = treated & (had == 0), treated & (had > 0)
        assert (model.world.residents.device[borrowers] == 1).all()
        model.step()
        device = model.world.residents.device
        # Fewer than one in a thousand loses or gets a device in these months.
        assert (device[owners] == had[owners]).mean() > 0.99
        kept = int((device[borrowers] > 0).sum())
        assert borrowers.sum() > 50
        if lend_months:
            assert plausible(kept, int(borrowers.sum()), 0.4)
            luck = draws(word(delivery.seed, 0, Decision.LOAN_KEPT), model.world.people.key[borrowers])
            assert np.array_equal(device[borrowers] > 0, luck < 0.4)
        else:
            assert kept >= 0.99 * borrowers.sum()


def test_a_loan_of_a_better_device_leaves_the_borrowers_own(toy, make_programme, still):
    """Someone with a phone who borrows a tablet still has the phone, and no more than the phone, afterwards."""
    effects = make_programme("equip").effects | {"lend_months": 3.0, "kept_share": 0.0, "device": 2.0}
    programme = make_programme("equip", **EVERYONE | {"effects": effects, "end_month": 7})
    model = toy.model(programme, until_month=10, values=still)
    step_to(model, 5)
    phone = (model.world.residents.device == 1) & present(model, 5) & present(model, 10)
    model.run()
    phone[np.setdiff1d(np.arange(len(phone)), model.deliveries[0].treated_rows)] = False
    assert phone.sum() > 100
    assert (model.world.residents.device[phone] == 1).mean() > 0.99


def test_equipment_only_ever_adds(toy, make_programme):
    """A phone given to someone with a large screen, a mobile connection given to a home with a fixed line."""
    model = toy.model()
    model.step()
    residents, households = model.world.residents, model.world.households
    rows = np.flatnonzero(present(model, 1)).astype(np.int32)
    device, connection = residents.device.copy(), households.connection.copy()
    effects = make_programme("equip").effects | {"device": 1.0, "connection": 1.0}
    lent = equip.apply(model.world, rows, effects | {"lend_months": 0.0}, np.uint64(1))
    assert lent is None
    assert np.array_equal(residents.device[rows], np.maximum(device[rows], 1))
    homes = residents.household[rows]
    assert np.array_equal(households.connection[homes], np.maximum(connection[homes], 1))


def test_a_gift_during_a_loan_stays_and_a_better_loan_goes_back_to_the_own_device(toy, make_programme):
    model = toy.model()
    model.step()
    world = model.world
    rows = np.flatnonzero(present(model, 1)).astype(np.int32)[:40]
    world.residents.device[rows[:20]], world.residents.device[rows[20:]] = 0, 1
    loan = make_programme("equip").effects | {"device": 2.0, "lend_months": 3.0, "kept_share": 0.0}
    lent = equip.apply(world, rows, loan, np.uint64(1))
    assert np.array_equal(lent, rows)
    equip.apply(world, rows[:10], loan | {"lend_months": 0.0}, np.uint64(2))
    world.month += 3
    equip.end_loans(world, lent, loan, np.uint64(1))
    assert world.residents.device[rows].tolist() == [2] * 10 + [0] * 10 + [1] * 20


def test_of_two_loans_one_after_another_both_go_back(toy, make_programme):
    """A phone on loan, then a tablet while it runs, also in the very month in which the phone is due: nothing is kept."""
    model = toy.model()
    model.step()
    world = model.world
    rows = np.flatnonzero(present(model, 1)).astype(np.int32)[:30]
    world.residents.device[rows] = 0
    phone = make_programme("equip").effects | {"device": 1.0, "lend_months": 2.0, "kept_share": 0.0}
    tablet = phone | {"device": 2.0, "lend_months": 4.0}
    first = equip.apply(world, rows, phone, np.uint64(1))
    world.month += 1
    second = equip.apply(world, rows[:10], tablet, np.uint64(2))
    world.month += 1
    third = equip.apply(world, rows[10:20], tablet, np.uint64(2))
    assert equip.end_loans(world, first, phone, np.uint64(1)).tolist() == rows[20:].tolist()
    assert world.residents.device[rows].tolist() == [2] * 20 + [0] * 10
    for lent, months in ((second, 3), (third, 1)):
        world.month += months
        equip.end_loans(world, lent, tablet, np.uint64(2))
    assert not world.residents.device[rows].any()


@pytest.mark.parametrize("base, kept", [(3.0, 0.9526), (0.0, 0.5), (-3.0, 0.0474)])
def test_homes_decide_when_the_paid_time_is_over(toy, make_programme, still, base, kept):
    """Vouchers of six months: connected while they run, then kept with the stated chance, once a home."""
    values = still | {
        "paid_connection_kept_base": base, "paid_connection_kept_motivation": 0.0, "paid_connection_kept_affordability": 0.0
    }  # fmt: skip
    programme = make_programme("subsidise_connection", **EVERYONE | {"end_month": 7})
    model = toy.model(programme, until_month=13, values=values)
    step_to(model, 5)
    residents, households = model.world.residents, model.world.households
    had = households.connection.copy()
    alone = settled(model, 5, 13) & (households.occupants[residents.household] == 1)
    step_to(model, 6)
    alone &= np.isin(np.arange(len(alone)), model.deliveries[0].treated_rows)
    home = residents.household[alone]
    new, old = home[had[home] == 0], home[had[home] > 0]
    assert (households.subsidy_until[home] == 12).all() and (households.subsidy_share[home] == 0.5).all()
    step_to(model, 11)
    # A newcomer to the home cannot disconnect it; the few that give it up by themselves are allowed for.
    assert (households.connection[new] > 0).mean() > 0.97
    step_to(model, 12)
    assert len(new) > 25 and plausible(int((households.connection[new] > 0).sum()), len(new), kept)
    assert (households.connection[old] > 0).mean() > 0.97


def test_a_voucher_lowers_the_cost_only_while_it_runs(quiet):
    """Seen in the months in which affordable connections are kept by everyone and dear ones by nobody."""
    world = quiet.world
    world.rules = world.rules._replace(
        access=world.rules.access._replace(
            access_lose_base=-10.0, access_lose_affordability=500.0, affordability_strain=0.01
        )
    )
    rows = np.flatnonzero(settled(quiet, 2, 6)).astype(np.int32)
    pay_connection(world, rows, 2, 1.0, 3)
    homes = np.unique(world.residents.household[rows])
    for _ in range(2):
        quiet.step()
        assert (world.households.connection[homes] > 0).mean() > 0.97
    quiet.step()
    quiet.step()
    assert (world.households.connection[homes] > 0).mean() < 0.8


def test_who_moves_out_decides_neither_for_the_new_home_nor_for_the_old(quiet):
    """Someone moves, while a voucher runs, into a home that has always paid for itself."""
    world = quiet.world
    row = int(np.flatnonzero(settled(quiet, 2, 20))[0])
    old, new = 0, 1
    world.residents.household[row] = old
    world.households.connection[[old, new]] = [0, 2]
    pay_connection(world, np.array([row], np.int32), 2, 0.5, 1)
    world.residents.household[row] = new
    world.month += 1
    world.rules = world.rules._replace(access=world.rules.access._replace(paid_connection_kept_base=-50.0))
    end_paid_connections(world)
    assert world.households.connection[[old, new]].tolist() == [2, 2]


def test_a_connection_paid_longer_by_a_second_programme_is_decided_on_at_its_end(quiet):
    world = quiet.world
    row = int(np.flatnonzero(settled(quiet, 2, 20))[0])
    rows, home = np.array([row], np.int32), int(world.residents.household[row])
    world.households.connection[home] = 0
    world.rules = world.rules._replace(access=world.rules.access._replace(paid_connection_kept_base=-50.0))
    pay_connection(world, rows, 1, 1.0, 2)
    world.month += 1
    pay_connection(world, rows, 2, 0.5, 4)
    assert world.households.subsidy_until[home] == 7
    paid = []
    for world.month in range(4, 8):
        end_paid_connections(world)
        paid.append(bool(world.households.connection[home] > 0))
    assert paid == [True, True, True, False]


def test_a_home_that_took_up_a_connection_of_its_own_meanwhile_keeps_it(quiet):
    """Of four homes with a voucher one gives up and connects itself, one stands empty and has new people with a line, one
    gives up for good, and one goes on as it was; nobody wants to keep what was paid for."""
    world = quiet.world
    rows = np.flatnonzero(settled(quiet, 2, 20)).astype(np.int32)[:5]
    gave_up, moved_out, gone, _, newcomer = rows
    homes = np.arange(4, dtype=np.int32)
    world.residents.household[rows[:4]] = homes
    world.households.connection[homes] = 0
    pay_connection(world, rows[:4], 2, 1.0, 6)
    tell_the_home(quiet, np.array([gave_up, gone], np.int32), LOSES_CONNECTION)
    tell_the_home(quiet, np.array([gave_up], np.int32), GETS_CONNECTION)
    world.residents.household[moved_out] = 9
    world.households.occupants[1] = 0
    world.residents.household[newcomer], world.residents.use[newcomer] = 1, RECENT
    shares = quiet._shares._replace(start_connection_user=1.0)
    move_in(rows[4:], 4, world.seed, world.people, world.residents, world.households, shares)
    world.month += 6
    world.rules = world.rules._replace(access=world.rules.access._replace(paid_connection_kept_base=-50.0))
    end_paid_connections(world)
    assert (world.households.connection[homes] > 0).tolist() == [True, True, False, False]


def test_two_vouchers_in_one_home_are_one_decision(quiet):
    """A couple served in the same month keeps its connection as often as anyone."""
    world = quiet.world
    world.rules = world.rules._replace(
        access=world.rules.access._replace(
            paid_connection_kept_base=0.0, paid_connection_kept_motivation=0.0, paid_connection_kept_affordability=0.0
        )
    )
    rows = np.flatnonzero(settled(quiet, 2, 20)).astype(np.int32)[:800]
    # In couples, by hand.
    homes = np.arange(len(rows)) // 2
    world.residents.household[rows] = homes
    world.households.connection[homes] = 0
    pay_connection(world, rows, 2, 1.0, 1)
    world.month += 1
    end_paid_connections(world)
    assert plausible(int((world.households.connection[:400] > 0).sum()), 400, 0.5)


def test_champions_are_skilled_adult_users_never_more_than_money_recruited(toy, make_programme, monkeypatch):
    recruits = []
    recruit = champion.recruit

    def noted(world, champions, places, *given):
        new = recruit(world, champions, places, *given)
        birth = np.asarray(world.people.birth_month)[new]
        assert not np.isin(new, champions).any() and len(new) <= places
        assert (world.residents.use[new] == RECENT).all() and (world.residents.skill[new] >= np.float32(WORK)).all()
        assert (world.month - birth.astype(int) >= 18 * 12).all()
        assert present(model, world.month)[new].all()
        recruits.append(len(new))
        return new

    monkeypatch.setattr(champion, "recruit", noted)
    programme = make_programme("champion", **OFFLINE | {"budget_pence": 300_000, "capacity_per_month": 2.0})
    model = toy.model(programme, until_month=29)
    [delivery] = model.deliveries
    helped, served = 0.0, 0
    for month in range(1, 30):
        model.step()
        assert len(delivery.champions) <= sum(recruits) <= 30
        assert len(set(delivery.champions.tolist())) == len(delivery.champions)
        assert present(model, month)[delivery.champions].all()
        helped += len(delivery.champions) * programme.effects["people_helped_per_month"]
        served = int((delivery.status == 2).sum())
        assert served <= helped + 1e-6
    assert sum(recruits) > 10 and served > 0
    assert delivery.purse.spent_pence == sum(recruits) * 10_000


def test_champions_leave_at_the_stated_pace(quiet):
    world = quiet.world
    champions = np.flatnonzero(present(quiet, 2) & present(quiet, 3))
    stayed = champion.leave(world, champions, {"champion_leave_probability_monthly": 0.2}, np.uint64(7))
    assert np.isin(stayed, champions).all() and plausible(len(stayed), len(champions), 0.8)
    gone = np.flatnonzero(~present(quiet, 2))
    gone = gone[np.asarray(world.people.exit_month)[gone] <= 2]
    assert (
        len(gone) and len(champion.leave(world, gone, {"champion_leave_probability_monthly": 0.0}, np.uint64(7))) == 0
    )


def test_nobody_is_helped_by_champions_who_do_not_exist(toy, make_programme):
    model = toy.model(make_programme("champion", **OFFLINE | {"budget_pence": 9_999}), until_month=20)
    model.run()
    assert len(model.deliveries[0].champions) == 0 and len(model.deliveries[0].treated_rows) == 0


def test_a_campaign_reaches_the_stated_share_and_may_reach_again(toy, make_programme):
    programme = make_programme("inform", **EVERYONE | {"effects": make_programme("inform").effects | {
        "reach_probability_monthly": 0.2}})  # fmt: skip
    base, plan = toy.model(until_month=8), toy.model(programme, until_month=8)
    base.run()
    plan.run()
    reached = [round(entry.served) for entry in plan.record.delivery]
    assert [plausible(n, int(present(plan, 6 + k).sum()), 0.2) for k, n in enumerate(reached)] == [True] * 3
    assert len(plan.deliveries[0].treated_rows) < sum(reached)
    treated = plan.deliveries[0].treated_rows
    there = treated[present(plan, 8)[treated]]
    lifted = plan.world.residents.motivation[there] - base.world.residents.motivation[there]
    assert (lifted > 0).mean() > 0.99


def test_a_campaign_keeps_to_its_capacity_and_takes_the_luckiest(toy, make_programme):
    programme = make_programme("inform", **EVERYONE | {"capacity_per_month": 15.0})
    model = toy.model(programme, until_month=6)
    model.run()
    [delivery] = model.deliveries
    assert len(delivery.treated_rows) == 15
    lot = draws(word(delivery.seed, 6, Decision.APPLY), np.asarray(model.world.people.key))
    could = present(model, 6) & (lot < programme.effects["reach_probability_monthly"])
    assert set(delivery.treated_rows.tolist()) == set(np.flatnonzero(could)[np.argsort(lot[could])[:15]].tolist())


def test_a_campaign_can_be_limited_to_some(toy, make_programme):
    programme = make_programme("inform", **EVERYONE | {"eligibility": Eligibility(min_age_years=65)})
    model = toy.model(replace(programme, completion_probability=0.5), until_month=12)
    model.run()
    treated = model.deliveries[0].treated_rows
    birth = np.asarray(model.world.people.birth_month, int)
    assert len(treated) > 20
    assert ((model.deliveries[0].first_treated[treated] - birth[treated]) // 12 >= 65).all()
