"""Hubs: agents of Mesa, hours shared by programmes, crowding, volunteers, meetings, and hubs that programmes open."""

import gc
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from model.hubs import WEEKS_PER_MONTH, Hub
from model.programmes.instruments import champion
from model.programmes.programme import Eligibility
from model.rules.hub_service import HubParameters, quality_under_load
from model.rules.skill import ESSENTIAL, WORK
from model.state import NO_GROUP, RECENT

EVERYONE = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "completion_probability": 1.0, "budget_pence": 10**13, "capacity_per_month": 1e9,
}  # fmt: skip
"""All who live there come forward at once and find money and places."""
OFFLINE = EVERYONE | {"eligibility": Eligibility(use=("never", "lapsed"))}
LAB = {"n_hubs": 2.0, "staffed_hours_week": 35.0, "seats": 6.0, "kind": 1.0}


@pytest.fixture(scope="module")
def patient(toy) -> dict[str, float]:
    return toy.model().spec.values | {"waiting_drop_out_monthly": 0.0}


def opening(make_programme, **changes):
    """A programme that opens hubs for 100 pounds each a month, from month 6 to 29."""
    effects = LAB | changes.pop("effects", {})
    return replace(make_programme("train", **{"budget_pence": 10**9} | changes), instrument="open_hub", effects=effects)


def test_hubs_are_the_models_agents(toy, make_programme):
    model = toy.model(make_programme("train", channel="hub", **EVERYONE), until_month=8)
    model.run()
    assert [hub.hub_id for hub in model.agents] == ["west", "east"]
    assert [hub.unique_id for hub in model.agents] == [1, 2]
    libraries = model.agents.select(lambda hub: hub.kind == "library")
    assert 0.5 < libraries.agg("load", max) <= 1.0
    assert model.agents.agg("waiting", sum) == len(model.deliveries[0].waiting)
    assert model.agents.get("seats") == [model.spec.values["hub_seats"]] * 2


def test_a_model_that_is_no_longer_used_goes_away(toy, make_programme):
    model = toy.model(make_programme("train", channel="hub"), until_month=2)
    model.run()
    gone, n_models = weakref.ref(model), len(Hub._ids)
    del model
    gc.collect()
    assert gone() is None
    assert len(Hub._ids) < n_models


def test_programmes_together_use_no_more_than_a_hubs_hours(toy, make_programme, patient):
    """Two programmes that may each use four fifths of the hours get half of them each."""
    programmes = [
        make_programme("train", id=name, channel="hub", hub_hours_share=0.8, staff_hours_per_place=12.0, **EVERYONE)
        for name in ("one", "two")
    ]
    model = toy.model(*programmes, until_month=29, values=patient)
    model.run()
    for hub in model.world.hubs:
        hours = 24 * hub.staffed_hours_week * WEEKS_PER_MONTH
        used = [12.0 * (delivery.status == 2)[delivery.hub == hub.number].sum() for delivery in model.deliveries]
        assert sum(used) <= hours
        assert used == pytest.approx([hours / 2] * 2, abs=12.0)
        months = [month for month in model.record.hubs if month.hub_id == hub.hub_id]
        assert [month.month for month in months] == list(range(6, 30))
        assert sum(month.hours_used for month in months) == sum(used)
        assert sum(month.hours for month in months) == pytest.approx(hours)


def test_a_programme_that_is_not_at_work_leaves_its_hours_to_others(toy, make_programme, patient):
    values = {"channel": "hub", "hub_hours_share": 1.0, "staff_hours_per_place": 12.0} | EVERYONE
    alone, later = make_programme(id="alone", **values), make_programme(id="later", **values | {"start_month": 18})
    model = toy.model(alone, replace(later, end_month=40), until_month=29, values=patient)
    model.run()
    used = sum(month.hours_used for month in model.record.hubs)
    assert used == pytest.approx(sum(month.hours for month in model.record.hubs), abs=4 * 12.0)
    first, second = ((delivery.status == 2).sum() for delivery in model.deliveries)
    assert first == pytest.approx(3 * second, rel=0.05)


def test_residents_and_firms_share_hours_unless_switched_off(toy, make_programme):
    programmes = [
        make_programme("train", id=audience, channel="hub", hub_hours_share=1.0, audience=audience)
        for audience in ("residents", "firms")
    ]
    hours = {}
    for shared in (0.0, 1.0):
        model = toy.model(until_month=9, values=toy.model().spec.values | {"hub_shared": shared})
        hub = model.world.hubs[0]
        desks = [hub.take_on(programme) for programme in programmes]
        hub.begin_month(7)
        hours[shared] = [hub.hours_for(desk) for desk in desks]
        whole = hub.hours_month
    assert hours[0.0] == [whole, whole]
    assert hours[1.0] == [whole / 2, whole / 2]


def test_seats_limit_how_many_an_hour_of_staff_serves(toy, make_programme):
    """Courses of nine hours that take a tenth of an hour of staff: with three seats a place takes three hours."""
    programme = make_programme("train", channel="hub", staff_hours_per_place=0.1, **EVERYONE)
    model = toy.model(programme, values=toy.model().spec.values | {"hub_seats": 3.0})
    assert [desk.hours_per_place for desk in model.deliveries[0].desks.values()] == [3.0, 3.0]


def test_quality_falls_as_the_hours_of_staff_are_used_and_fewer_complete(toy, make_programme, patient):
    rules = HubParameters(0.5, 0.4, 0.2)
    values = patient | {"hub_quality_load": 0.5, "hub_quality_fall": 0.4, "hub_quality_floor": 0.2}
    programme = make_programme(
        "train", channel="hub", staff_hours_per_place=1.0, hub_hours_share=0.1, **EVERYONE | {"willing_share": 0.5}
    )
    model = toy.model(programme, until_month=14, values=values)
    model.run()
    for hub_id in ("west", "east"):
        months = [month for month in model.record.hubs if month.hub_id == hub_id]
        assert months[0].quality == 1.0 and months[-1].quality == pytest.approx(0.6, abs=0.02)
        assert all(0.9 < month.load < 1.02 for month in months)
        for before, month in pairwise(months):
            assert month.quality == pytest.approx(quality_under_load(before.load, rules))
    [delivery] = model.deliveries
    shares = [entry.completed / entry.served for entry in model.record.delivery if entry.served]
    assert shares[0] == 1.0
    expected = sum(month.hours_used * month.quality for month in model.record.hubs)
    assert len(delivery.treated_rows) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert len(delivery.treated_rows) < 0.95 * (delivery.status == 2).sum()


def test_a_long_line_that_money_cannot_serve_crowds_nobody(toy, make_programme, patient):
    """Many wait for few grants: the hours of staff are hardly used, and everyone who is served completes."""
    scarce = EVERYONE | {"budget_pence": 24 * 30_000, "unit_cost_pence": 10_000}
    programme = make_programme("train", channel="hub", staff_hours_per_place=1.0, hub_hours_share=0.5, **scarce)
    model = toy.model(programme, until_month=20, values=patient | {"hub_quality_fall": 0.5, "hub_quality_floor": 0.0})
    model.run()
    assert all(month.load < 0.1 and month.quality == 1.0 for month in model.record.hubs)
    assert model.record.hubs[-1].waiting > 100
    assert all(entry.served == entry.completed for entry in model.record.delivery)


def test_growth_hubs_and_sandboxes_are_not_for_residents(toy, make_programme):
    hubs = replace(toy.setting.hubs, kind=np.array(["growth_hub", "library"]))
    changed = replace(toy, setting=replace(toy.setting, hubs=hubs))
    model = changed.model(make_programme("train", channel="hub", **EVERYONE), until_month=12)
    in_reach = hubs.distance_km[:, 1] <= toy.setting.hub_reach_km
    model.run()
    assert np.array_equal(model.world.setting.places.hub_in_reach > 0, in_reach)
    assert set(np.unique(model.deliveries[0].hub)) == {-1, 1}
    assert model.deliveries[0].desks.keys() == {1}


def test_champions_live_around_the_hubs_where_people_wait_and_help_there(toy, make_programme):
    """Everyone who waits lives near the western hub."""
    [west] = np.flatnonzero(toy.setting.hubs.hub_id == "west")
    near = toy.setting.hubs.distance_km.argmin(axis=1) == west
    everywhere = toy.setting.hubs
    steep = replace(everywhere, pull=np.exp(-5.0 * everywhere.distance_km) * 1e3)
    changed = replace(toy, setting=replace(toy.setting, hubs=steep))
    model = changed.model(make_programme("champion", **OFFLINE), until_month=3)
    model.run()
    need = champion.need_by_area(model.world, ("library",), {west: 7, 1 - west: 0})
    assert (need[:, 1 - west] == 0).all() and need[near, west].min() > need[~near, west].max()
    recruits = champion.recruit(model.world, np.empty(0, np.int64), 40, np.uint64(5), need.sum(axis=1).round(9),
                                np.zeros(toy.population.n, bool))  # fmt: skip
    assert len(recruits) == 40
    assert near[toy.population.area[recruits]].mean() > 0.9
    at_hub = champion.at_hubs(model.world, recruits, need)
    assert at_hub[west] == pytest.approx(40) and at_hub[1 - west] == 0


def test_people_served_become_champions_with_less_skill_and_sooner(toy):
    model = toy.model(until_month=30)
    model.run()
    world = model.world
    residents = world.residents
    users = residents.use == RECENT
    essential = users & (residents.skill >= np.float32(ESSENTIAL)) & (residents.skill < np.float32(WORK))
    need = np.ones(toy.population.n_areas)
    nobody = np.zeros(toy.population.n, bool)
    assert not essential[champion.recruit(world, np.empty(0, np.int64), 10**6, np.uint64(1), need, nobody)].any()
    served = nobody.copy()
    served[np.flatnonzero(users & (residents.skill >= np.float32(ESSENTIAL)))[::4]] = True
    recruits = champion.recruit(world, np.empty(0, np.int64), 200, np.uint64(1), need, served)
    assert essential[recruits].any() and served[recruits][essential[recruits]].all()
    # One in four, and three times as likely: about half of the first.
    assert 0.4 < served[recruits].mean() < 0.75


def test_as_many_are_helped_by_champions_in_a_sample_as_in_the_whole(toy, make_programme, patient):
    """The same people, each standing for ten; per agent as many come forward, and champions can help a tenth."""
    effects = make_programme("champion").effects | {"champion_leave_probability_monthly": 0.0}
    helped = {}
    for scale in (1.0, 0.1):
        programme = make_programme(
            "champion", **OFFLINE | {"effects": effects, "capacity_per_month": 4.0, "unit_cost_pence": 100}
        )
        model = toy.at_scale(scale).model(programme, until_month=29, values=patient)
        model.run()
        helped[scale] = sum(entry.served for entry in model.record.delivery)
        # 4 champions more each month, of whom each helps .9 people a month.
        possible = sum(0.9 * 4.0 * months for months in range(1, 25))
        assert helped[scale] <= possible + 1e-6
    waiting = len(model.deliveries[0].waiting)
    assert waiting > 0
    assert helped[0.1] > 0.85 * possible


def test_those_taught_at_one_hub_in_one_month_meet(toy, make_programme, patient):
    programme = make_programme(
        "train",
        channel="hub",
        staff_hours_per_place=2.0,
        hub_hours_share=0.5,
        **EVERYONE | {"completion_probability": 0.5},
    )
    model = toy.model(programme, until_month=20, values=patient | {"session_size": 8.0, "session_tie_months": 4.0})
    [delivery] = model.deliveries
    residents, sessions = model.world.residents, model.world.sessions
    for month in range(1, 21):
        before = delivery.status.copy()
        model.step()
        served = np.flatnonzero((delivery.status == 2) & (before != 2))
        if month < 6:
            assert len(sessions.members) == 0
            continue
        assert (residents.session_until[served] == month + 4).all()
        group = residents.session_group
        met = group != NO_GROUP
        assert (residents.session_until[met] > month).all()
        assert np.array_equal(np.bincount(group[met], minlength=len(sessions.members)), sessions.members)
        competent = np.bincount(group[met], residents.competent[met], minlength=len(sessions.members))
        assert np.array_equal(competent, sessions.competent)
        assert sessions.members.max() <= 8
        for number in np.unique(group[served]):
            [hub] = np.unique(delivery.hub[served[group[served] == number]])
            assert (delivery.hub[group == number] == hub).all()
            assert (residents.session_until[group == number] == month + 4).all()
        for hub in (0, 1):
            here = served[delivery.hub[served] == hub]
            assert len(np.unique(group[here])) == -(-len(here) // 8)
    assert len(sessions.members) > 20


def test_in_a_sample_a_group_stays_open_until_as_many_have_met(toy, make_programme, patient):
    programme = make_programme("train", channel="hub", staff_hours_per_place=4.0, hub_hours_share=0.5, **EVERYONE)
    values = patient | {"session_tie_months": 60.0}
    model = toy.at_scale(0.1).model(programme, until_month=27, values=values)
    model.run()
    # About two places a month and hub: groups of a month would be of two, and those of ten months reach their twelve.
    assert model.world.sessions.members.max() == 12
    assert len(model.world.sessions.members) < 12


def test_nobody_meets_without_a_hub_or_at_a_champions(toy, make_programme):
    model = toy.model(make_programme("train", **EVERYONE), make_programme("champion", **OFFLINE), until_month=12)
    model.run()
    assert all(len(delivery.treated_rows) for delivery in model.deliveries)
    assert len(model.world.sessions.members) == 0


def test_hubs_are_opened_where_most_people_have_none_near_and_close_at_the_end(toy, make_programme):
    far = replace(toy.setting, hub_reach_km=1.0)
    small = replace(toy, setting=far)
    model = small.model(opening(make_programme), until_month=32)
    hubs = model.world.setting.hubs
    assert [hub.hub_id for hub in model.world.hubs] == ["west", "east", "train/1", "train/2"]
    assert [hub.kind for hub in model.world.hubs[2:]] == ["community_hub"] * 2
    assert [hub.seats for hub in model.world.hubs] == [8.0, 8.0, 6.0, 6.0]
    for number in (2, 3):
        place = model.world.hubs[number].place
        assert hubs.distance_km[place, number] == 0.0
        assert hubs.distance_km[place, :number].min() > 1.0
    reach = []
    for _ in range(32):
        model.step()
        reach.append(int(model.world.setting.places.hub_in_reach.sum()))
        is_open = [hub.is_open(model.period) for hub in model.world.hubs]
        assert is_open == [True, True, 6 <= model.period < 30, 6 <= model.period < 30]
    assert reach[4] == reach[29] < reach[5] == reach[28]
    assert not np.array_equal(small.setting.places.hub_in_reach, 0 * small.setting.places.hub_in_reach)
    assert len(small.setting.hubs) == 2


def test_a_hub_is_open_in_the_months_that_money_pays(toy, make_programme):
    """Released at 130 pounds a month, of which 10 are fixed: one hub at 100 pounds, and now and then a second."""
    programme = opening(make_programme, budget_pence=13_000 * 24, fixed_cost_pence_per_month=1_000)
    model = replace(toy, setting=replace(toy.setting, hub_reach_km=1.0)).model(programme, until_month=31)
    open_hubs = []
    for _ in range(31):
        model.step()
        open_hubs.append(sum(hub.is_open(model.period) for hub in model.world.hubs[2:]))
    assert open_hubs[:5] == [0] * 5 and open_hubs[29:] == [0, 0]
    assert open_hubs[5:10] == [1, 1, 1, 1, 2]
    assert model.deliveries[0].purse.spent_pence == 24 * 1_000 + 10_000 * sum(open_hubs) <= 13_000 * 24
    assert [round(entry.served) for entry in model.record.delivery] == open_hubs[5:29]


def test_people_go_to_an_opened_hub_and_none_opens_without_a_budget(toy, make_programme):
    course = make_programme("train", id="course", channel="hub", **EVERYONE)
    few = replace(toy, setting=replace(toy.setting, hub_reach_km=1.0))
    with_hubs = few.model(course, opening(make_programme, id="open"), until_month=20)
    with_hubs.run()
    assert [delivery.programme.id for delivery in with_hubs.deliveries] == ["open", "course"]
    assert {2, 3} <= set(np.unique(with_hubs.deliveries[1].hub[with_hubs.deliveries[1].status == 2]))
    without = few.model(course, opening(make_programme, id="open", budget_pence=0), until_month=20)
    plain = few.model(course, until_month=20)
    for model in (without, plain):
        model.run()
    assert len(without.world.hubs) == 2
    assert np.array_equal(without.world.residents.code, plain.world.residents.code)


def test_deprived_places_come_first_if_wanted(toy, make_programme):
    few = replace(toy, setting=replace(toy.setting, hub_reach_km=0.5))
    model = few.model(opening(make_programme, targeting="deprived_first", effects={"n_hubs": 1.0}))
    [opened] = model.world.hubs[2:]
    assert toy.population.area_deprivation[opened.place] == 0


def test_hubs_do_not_mind_the_order_of_rows(toy, make_programme):
    """Queues, champions and meetings of the same people, whose rows are shuffled."""
    programmes = (
        make_programme("train", channel="hub", capacity_per_month=12.0),
        make_programme("champion", capacity_per_month=3.0),
    )
    rows = np.random.default_rng(3).permutation(toy.population.n)
    one = toy.model(*programmes, until_month=30)
    two = toy.with_rows(rows).model(*programmes, until_month=30)
    for _ in range(30):
        one.step()
        two.step()
        assert np.array_equal(one.world.residents.session_group[rows], two.world.residents.session_group)
    assert one.record.hubs == two.record.hubs
    for here, there in zip(one.deliveries, two.deliveries, strict=True):
        assert len(here.treated_rows) > 10
        assert np.array_equal(here.first_treated[rows], there.first_treated)
        assert np.array_equal(here.hub[rows], there.hub)
