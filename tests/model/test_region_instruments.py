"""Programmes that change places: services, partners, records, connections, sites and assessments."""

from dataclasses import replace

import numpy as np
import pytest

from model.explain import explain_month
from model.programmes.funnel import GAVE_UP
from model.programmes.instruments.assess import after_assessment
from model.programmes.instruments.build_coverage import FIXED_CONNECTION
from model.programmes.place_delivery import PlaceDelivery
from model.programmes.programme import PLACE_INSTRUMENTS, Eligibility, Programme
from model.rules.motivation import usefulness
from model.rules.skill import is_competent
from model.run_inputs import conditions_at
from model.state import ABSENT, RECENT
from tests.model.firm_programme_worlds import make_programme as make_firm_programme

EFFECTS = {
    "redesign_service": {
        "n_services": 4.0, "share_gain_per_service": 0.01, "threshold_reduction_per_service": 0.02,
        "assisted_share": 0.4, "build_months": 2.0, "half_life_months": 6.0,
    },
    "coordinate": {
        "n_partners": 5.0, "referral_gain": 0.5, "drop_out_reduction": 1.0, "build_months": 0.0, "half_life_months": 6.0,
    },
    "share_data": {
        "n_partners": 5.0, "found_share": 0.7, "false_found_share": 0.1, "opt_out_share": 0.2, "outreach_gain": 0.5,
        "trust_gain": 0.1, "build_months": 0.0, "half_life_months": 6.0,
    },
    "build_coverage": {"take_up_share": 0.6, "attention_gain": 5.0, "build_months": 3.0},
    "decarbonise": {
        "n_sites": 7.0, "energy_kwh_per_site_year": 20_000.0, "saving_share": 0.2, "kg_co2e_per_kwh": 0.2,
        "devices_reused_per_month": 5.0, "kg_co2e_per_device": 100.0, "build_months": 1.0,
    },
    "assess": {"widening_probability": 0.9, "delay_months": 4.0, "on_widening": 1.0, "worst_group_fall": 1.0},
    "open_hub": {"n_hubs": 2.0, "staffed_hours_week": 20.0, "seats": 8.0, "kind": 1.0},
}  # fmt: skip
START, END = 6, 30
WITHOUT_EFFECT = {
    "redesign_service": ("share_gain_per_service", "threshold_reduction_per_service", "assisted_share"),
    "coordinate": ("referral_gain", "drop_out_reduction"),
    "share_data": ("found_share", "false_found_share", "trust_gain"),
    "build_coverage": ("take_up_share", "attention_gain"),
    "decarbonise": ("saving_share",),
    "assess": ("delay_months",),
}


@pytest.fixture
def make(make_programme):
    """Builder of programmes for places, with money for one unit of 100 pounds a month in months 6 to 29."""

    def build(instrument: str, effects: dict[str, float] | None = None, **changes: object) -> Programme:
        values = {
            "id": instrument, "instrument": instrument, "budget_pence": 10_000 * (END - START),
            "effects": EFFECTS[instrument] | (effects or {}),
        }  # fmt: skip
        return replace(make_programme("inform"), **values | changes)

    return build


def states(model) -> list[np.ndarray]:
    """Every column of everyone."""
    world = model.world
    return [np.array(column) for table in (world.residents, world.households, world.firms) for column in table]


def same(one, other) -> bool:
    """Whether two runs left everyone in the same state, to the bit."""
    return all(np.array_equal(here, there) for here, there in zip(states(one), states(other), strict=True))


def at_month(model, month: int):
    """The model, run up to a month."""
    while model.period < month:
        model.step()
    return model


@pytest.fixture(scope="module")
def with_training(toy_with_firms, make_programme):
    """Runs of a course that few hear of and many wait for, with other programmes beside it."""

    def run(*programmes: Programme, until_month: int = 16, **changes: object):
        course = make_programme("train", **{"capacity_per_month": 4.0} | changes)
        return toy_with_firms.model(*programmes, course, until_month=until_month)

    return run


@pytest.fixture(scope="module")
def course_alone(with_training):
    """The course without any programme for places, two and a half years on."""
    return at_month(with_training(until_month=34), 16)


@pytest.mark.parametrize("instrument", PLACE_INSTRUMENTS)
def test_without_a_budget_nothing_changes(with_training, course_alone, make, instrument):
    model = with_training(make(instrument, budget_pence=0))
    model.run()
    assert same(model, course_alone)
    assert {row.programme for row in model.record.delivery} == {"train"}


@pytest.mark.parametrize(("instrument", "without"), WITHOUT_EFFECT.items())
def test_money_without_effects_changes_nobody(with_training, course_alone, make, instrument, without):
    model = with_training(make(instrument, dict.fromkeys(without, 0.0)))
    model.run()
    assert same(model, course_alone)
    assert model.deliveries[0].purse.spent_pence > 0


@pytest.mark.parametrize("instrument", PLACE_INSTRUMENTS)
def test_nothing_changes_before_the_window(with_training, course_alone, make, instrument):
    model = with_training(make(instrument, start_month=16))
    assert same(at_month(model, 15), at_month(with_training(), 15))
    assert not [row for row in model.record.delivery if row.programme == instrument]


@pytest.mark.parametrize("instrument", PLACE_INSTRUMENTS)
def test_money_is_spent_in_the_window_only_and_never_more_than_there_is(
    toy_with_firms, make, make_programme, instrument
):
    programme = make(instrument, fixed_cost_pence_per_month=1_000, unit_cost_pence=3_001)
    few = replace(toy_with_firms, setting=replace(toy_with_firms.setting, hub_reach_km=1.0))
    model = few.model(programme, make_programme("train", start_month=8), until_month=36)
    delivery = model.deliveries[0]
    assert isinstance(delivery, PlaceDelivery)
    while model.period < 36:
        spent = delivery.purse.spent_pence
        model.step()
        months = min(max(model.period + 1 - START, 0), END - START)
        assert spent <= delivery.purse.spent_pence <= programme.budget_pence * months // (END - START)
        assert model.period in range(START, END) or delivery.purse.spent_pence == spent
    rows = [row for row in model.record.delivery if row.programme == instrument]
    assert sum(row.spend_pence for row in rows) == delivery.purse.spent_pence
    units = sum(row.served for row in rows)
    assert units == delivery.paid > 0
    assert delivery.purse.spent_pence == 24 * 1_000 + round(units) * 3_001
    assert sum(row.completed for row in rows) == units


def test_services_count_once_built_and_fade_after_the_window(toy, make):
    """One a month from month 6, four in all, each at work two months later: 0.01 of all services each."""
    model = toy.model(make("redesign_service"), until_month=44)
    gains, spent = {}, {}
    while model.period < 44:
        model.step()
        gains[model.period] = model.world.region.services_share_gain
        spent[model.period] = model.deliveries[0].purse.spent_pence
        scenario, region = model.spec.scenario, model.world.region
        if model.period > START:
            before = gains[model.period - 1]
            trend = conditions_at(scenario, model.period)
            assert model.world.conditions.digital_services_share == min(1.0, trend.digital_services_share + before)
            assert model.world.conditions.tariff_gbp_month == trend.tariff_gbp_month
        assert region.threshold_reduction == pytest.approx(2 * region.services_share_gain)
        assert region.assisted_share == pytest.approx(0.4 * region.services_share_gain / 0.04)
    assert spent[5] == 0 and [spent[month] for month in (6, 9, 29, 40)] == [10_000, 40_000, 40_000, 40_000]
    assert [round(gains[month], 9) for month in (7, 8, 9, 10, 11, 29)] == [0.0, 0.01, 0.02, 0.03, 0.04, 0.04]
    assert gains[35] == pytest.approx(0.02) and gains[41] == pytest.approx(0.01)


def test_no_more_than_all_services_are_online_and_none_asks_for_less_than_nothing(toy, make):
    effects = {"share_gain_per_service": 0.9, "threshold_reduction_per_service": 0.9, "build_months": 0.0}
    model = at_month(toy.model(make("redesign_service", effects), until_month=12), 12)
    assert model.world.conditions.digital_services_share == 1.0
    assert model.world.conditions.service_skill_threshold == 0.0
    assert model.world.conditions.assisted_share == pytest.approx(0.4)


def test_help_reaches_those_below_the_skill_asked_for_and_nobody_else(toy, make):
    without = {"share_gain_per_service": 0.0, "threshold_reduction_per_service": 0.0, "build_months": 0.0}
    budget = {"budget_pence": 40_000 * (END - START)}
    helped = at_month(toy.model(make("redesign_service", without | {"assisted_share": 1.0}, **budget)), START)
    alone = at_month(toy.model(), START)
    below = alone.world.residents.skill < conditions_at(alone.spec.scenario, 7).service_skill_threshold
    there = alone.world.residents.code != ABSENT
    assert same(helped, alone)  # they count from the next month on
    for model in (helped, alone):
        model.step()
    more = helped.world.residents.motivation > alone.world.residents.motivation
    stayed = there & (alone.world.residents.code != ABSENT)
    assert more[stayed & below].all() and stayed[below].sum() > 100
    equal = helped.world.residents.motivation == alone.world.residents.motivation
    assert equal[stayed & ~below].all() and (stayed & ~below).sum() > 100


def test_full_help_is_worth_as_much_as_the_skill(toy):
    rules = toy.model(until_month=1).world.rules.motivation
    able = usefulness(0.8, 0.5, 0.3, 0.0, 0.6, rules)
    assert usefulness(0.8, 0.1, 0.3, 1.0, 0.6, rules) == able > usefulness(0.8, 0.1, 0.3, 0.5, 0.6, rules)


def test_partners_tell_half_of_those_who_did_not_know(toy, make, make_programme):
    """Knowing starts at 0.2: with half of what is missing it is 0.6, and then everyone who knows comes forward."""
    course = make_programme(
        "train", eligibility=Eligibility(), awareness_start=0.2, awareness_limit=0.2, willing_share=1.0,
        apply_probability_monthly=1.0, capacity_per_month=0.0,
    )  # fmt: skip
    money = {"budget_pence": 50_000 * (END - START)}
    alone, told = (
        toy.model(*programmes, until_month=8) for programmes in ((course,), (make("coordinate", **money), course))
    )
    for model in (alone, told):
        model.run()
    n = int((alone.world.residents.code != ABSENT).sum())
    one, other = (model.resident_deliveries[0].status > 0 for model in (alone, told))
    assert (other | ~one).all()
    assert one.sum() / n == pytest.approx(0.2, abs=0.04) and other.sum() / n == pytest.approx(0.6, abs=0.05)


def test_an_explanation_tells_of_partners(toy, make, make_programme):
    course = make_programme("train", awareness_start=0.2, awareness_limit=0.2, eligibility=Eligibility())
    model = at_month(toy.model(make("coordinate", budget_pence=50_000 * (END - START)), course), START - 1)
    row = int(np.flatnonzero(model.world.residents.code != ABSENT)[0])
    [aware] = [step for step in explain_month(model, row) if step.decision.endswith(": aware")]
    assert aware.probability == pytest.approx(0.6)


def test_partners_tell_firms_too(toy_with_firms, make):
    advice = make_firm_programme(
        "advise_firm", awareness_start=0.2, awareness_limit=0.2, start_month=START, end_month=END
    )
    money = {"budget_pence": 50_000 * (END - START)}
    known = []
    for programmes in ((advice,), (make("coordinate", **money), advice)):
        model = toy_with_firms.model(*programmes, until_month=8)
        model.run()
        known.append(model.firm_deliveries[0].known == 1)
    assert (known[1] | ~known[0]).all() and known[1].sum() > 1.5 * known[0].sum() > 0


def test_nobody_gives_up_whom_partners_keep(with_training, course_alone, make):
    kept = with_training(make("coordinate", {"referral_gain": 0.0}, budget_pence=50_000 * (END - START)))
    kept.run()
    gave_up, gave_up_alone = (run.resident_deliveries[0].status == GAVE_UP for run in (kept, course_alone))
    assert 0 < gave_up.sum() < gave_up_alone.sum()
    # Who still leaves the queue has gone online or away.
    residents = kept.world.residents
    assert ((residents.use == RECENT) | (residents.code == ABSENT))[gave_up].all()


def test_partners_stop_working_bit_by_bit_when_they_are_not_paid(toy, make):
    programme = make("coordinate", budget_pence=50_000 * (END - START))
    model = at_month(toy.model(programme, until_month=42), END - 1)
    assert model.world.region.referral == 0.5 and model.world.region.drop_out_reduction == 1.0
    assert at_month(model, END + 5).world.region.referral == pytest.approx(0.25)
    assert at_month(model, END + 11).world.region.referral == pytest.approx(0.125)


@pytest.fixture(scope="module")
def found_people(toy, make_programme):
    """A region in the first month in which records are shared, and the same without."""
    effects, budget = EFFECTS["share_data"], 50_000 * (END - START)
    sharing = replace(
        make_programme("inform"), id="share", instrument="share_data", effects=effects, budget_pence=budget
    )
    return at_month(toy.model(sharing), START), at_month(toy.model(), START)


def test_those_in_need_are_found_and_who_opts_out_never_is(found_people, toy):
    sharing, alone = found_people
    before = at_month(toy.model(), START - 1).world.residents
    found, there = sharing.world.found == 1, alone.world.residents.code != ABSENT
    stayed = there & (before.code != ABSENT)
    in_need = ~np.array(
        [is_competent(use == RECENT, skill) for use, skill in zip(before.use, before.skill, strict=True)]
    )
    assert found[stayed & in_need].mean() == pytest.approx(0.8 * 0.7, abs=0.05)
    assert found[stayed & ~in_need].mean() == pytest.approx(0.8 * 0.1, abs=0.03)
    assert not found[~there].any()


def test_recent_users_come_to_trust_services_that_know_them(found_people, toy):
    sharing, alone = found_people
    before = at_month(toy.model(), START - 1).world.residents
    stayed = (alone.world.residents.code != ABSENT) & (before.code != ABSENT)
    more = sharing.world.residents.trust > alone.world.residents.trust
    assert more[stayed & (before.use == RECENT)].all()
    assert not more[stayed & (before.use != RECENT)].any()


def test_those_found_come_first_and_hear_more_often(toy, make, make_programme):
    course = make_programme("train", capacity_per_month=6.0, budget_pence=10**9, targeting="older_first")
    programme = make("share_data", {"trust_gain": 0.0}, budget_pence=50_000 * (END - START))
    model, alone = toy.model(programme, course, until_month=9), at_month(toy.model(course, until_month=9), 8)
    [delivery] = model.resident_deliveries
    while model.period < 8:
        waited = set(delivery.waiting.tolist())
        model.step()
        served = np.flatnonzero(delivery.first_treated == model.period)
        if model.period >= START and (model.world.found[delivery.waiting] == 1).any():
            assert (model.world.found[served] == 1).all()
    joined, joined_alone = delivery.status > 0, alone.resident_deliveries[0].status > 0
    found = model.world.found == 1
    assert len(waited) > 0 and joined[found].sum() > joined_alone[found].sum()
    assert joined[~found].sum() == joined_alone[~found].sum()


def test_a_home_is_passed_once_and_no_more_than_there_are(toy, make):
    programme = make("build_coverage", budget_pence=10**9, capacity_per_month=100.0)
    other = replace(programme, id="other")
    model = toy.model(programme, other, until_month=40)
    passed_before = np.zeros(toy.population.n_households, bool)
    while model.period < 40:
        model.step()
        passed = model.world.coverage.homes_passed == 1
        assert not (passed_before & ~passed).any()
        served = sum(row.served for row in model.record.delivery)
        assert served == passed.sum() <= toy.population.n_households
        passed_before = passed
    assert model.world.coverage.areas_passed.all() and served > 800
    assert {row.programme for row in model.record.delivery if row.served > 0} == {"build_coverage", "other"}


@pytest.mark.parametrize(
    ("targeting", "trait"), [("deprived_first", "area_deprivation"), ("rural_first", "area_rural")]
)
def test_areas_are_built_one_after_another_in_the_order_wanted(toy, make, targeting, trait):
    model = toy.model(make("build_coverage", budget_pence=10**9, capacity_per_month=60.0, targeting=targeting))
    order = []
    while model.period < 24:
        model.step()
        new = np.flatnonzero(model.world.coverage.areas_passed)
        order += [int(area) for area in new if area not in order]
        homes = np.bincount(toy.population.household_area[model.world.coverage.homes_passed == 1], minlength=12)
        assert (homes[model.world.coverage.areas_passed == 0] > 0).sum() <= 1
    ranks = np.asarray(getattr(toy.population, trait))[order].astype(int)
    ranks = -ranks if targeting == "rural_first" else ranks
    assert len(order) > 6 and (np.diff(ranks) >= 0).all()


def test_of_homes_passed_a_share_takes_a_connection_when_it_is_built(toy, make):
    programme = make("build_coverage", budget_pence=10**9, capacity_per_month=400.0, end_month=START + 1)
    model, alone = (at_month(toy.model(*given), START + 2) for given in ((programme,), ()))
    assert same(model, alone)
    passed = model.world.coverage.homes_passed == 1
    for run in (model, alone):
        run.step()
    homes, homes_alone = model.world.households, alone.world.households
    assert (homes_alone.occupants > 0)[passed].sum() > 380
    lacking = passed & (homes_alone.connection != FIXED_CONNECTION) & (homes_alone.occupants > 0)
    taken = (homes.connection == FIXED_CONNECTION)[lacking].mean()
    assert taken == pytest.approx(0.6, abs=0.12) and lacking.sum() > 50
    assert np.array_equal(homes.connection[~passed], homes_alone.connection[~passed])


def test_firms_look_up_when_their_area_is_completed(toy_with_firms, make):
    programme = make("build_coverage", budget_pence=10**9, capacity_per_month=400.0, end_month=START + 1)
    model = at_month(toy_with_firms.model(programme), START + 2)
    roster = toy_with_firms.roster
    completed = model.world.coverage.areas_passed[roster.unit_area[roster.unit_ptr[:-1]]] == 1
    was_open = model.world.firms.open == 1
    assert (model.world.firms.attention_dose == 0.0).all()
    model.step()
    looks = model.world.firms.attention_dose > 0.0
    still_open = was_open & (model.world.firms.open == 1)
    assert looks[still_open & completed].all() and (still_open & completed).sum() > 3
    assert not looks[~completed].any()


def test_a_home_that_stands_for_more_costs_more_and_a_service_does_not(toy, make):
    coverage = make("build_coverage", unit_cost_pence=1_000, budget_pence=24 * 40_000, capacity_per_month=1_000.0)
    services = make("redesign_service", unit_cost_pence=40_000, budget_pence=24 * 40_000)
    for scale in (1.0, 0.25):
        model = toy.at_scale(scale).model(coverage, services, until_month=8)
        model.run()
        homes, redesigned = model.deliveries
        assert homes.paid == 3 * 40 * scale and redesigned.paid == 3
        assert homes.purse.spent_pence == redesigned.purse.spent_pence == 3 * 40_000
        assert sum(row.served for row in model.record.delivery if row.programme == "build_coverage") == 120


def test_sites_are_fitted_up_to_the_plan_and_nobody_changes(with_training, course_alone, make):
    model = with_training(make("decarbonise"))
    model.run()
    assert same(model, course_alone)
    served = [row.served for row in model.record.delivery if row.programme == "decarbonise"]
    assert served == [1.0] * 7 + [0.0] * 4
    assert model.world.region.sites_fitted == 7


def test_assessments_are_paid_once_each_and_the_others_start_later(toy, make, make_programme):
    later = make_programme("train", id="later", start_month=8, end_month=20)
    running = make_programme("train", id="running", start_month=3, end_month=20)
    short = make_programme("train", id="short", start_month=7, end_month=10)
    model = toy.model(make("assess"), later, running, short, until_month=24)
    model.run()
    months = {name: [row.month for row in model.record.delivery if row.programme == name] for name in
              ("later", "running", "short")}  # fmt: skip
    assert months == {"later": list(range(12, 20)), "running": list(range(3, 20)), "short": []}
    assert model.deliveries[0].purse.spent_pence == 2 * 10_000
    assert [row.served for row in model.record.delivery if row.programme == "assess"][:3] == [1.0, 1.0, 0.0]


def test_the_longest_of_several_assessments_counts(make, make_programme):
    course = make_programme("train", start_month=8, end_month=20)
    two = (make("assess", {"delay_months": 3.0}), make("assess", {"delay_months": 5.0}, id="more"))
    assert [p.start_month for p in after_assessment((*two, course))] == [START, START, 13]
    assert after_assessment((course,)) == (course,)


def test_luck_of_places_goes_by_keys_and_not_by_rows(toy_with_firms, make):
    programmes = [
        make("share_data", budget_pence=10**9),
        make("build_coverage", capacity_per_month=150.0, budget_pence=10**9),
    ]
    rows = np.random.default_rng(3).permutation(toy_with_firms.population.n)
    one, two = (world.model(*programmes, until_month=14) for world in (toy_with_firms, toy_with_firms.with_rows(rows)))
    for model in (one, two):
        model.run()
    assert np.array_equal(one.world.found[rows], two.world.found) and one.world.found.sum() > 100
    assert np.array_equal(one.world.coverage.homes_passed, two.world.coverage.homes_passed)
    assert np.array_equal(one.world.households.connection, two.world.households.connection)
    assert np.array_equal(one.world.residents.trust[rows], two.world.residents.trust)
