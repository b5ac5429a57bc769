"""Reviews of programmes: when they are held, whose money moves, and that none is lost, made or overspent."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.programmes.allocation import Purse
from model.programmes.oversight import pence_to_serve_waiting
from model.programmes.programme import Eligibility, FirmEligibility
from model.programmes.review import REVIEW_RULES, Pilot, Review
from model.rules.review import RULES, Standing, to_cheapest_completion, to_those_waiting
from tests.model.firm_programme_worlds import EFFECTS as FIRM_EFFECTS

YEARLY = Review(12, "to_those_waiting", 0.5)
WANTED = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "completion_probability": 1.0, "capacity_per_month": 1e6,
}  # fmt: skip
"""Everyone comes forward at once."""

standings = st.lists(
    st.builds(Standing, st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 50).map(float),
              st.integers(0, 10**9)), max_size=6)  # fmt: skip


def step_to(model, month: int) -> None:
    while model.period < month:
        model.step()


def two_programmes(make_programme, **changes):
    """One with much money and few who want it, one with many who wait and little money; months 6 to 41."""
    values = {"end_month": 42, "unit_cost_pence": 10_000}
    rich = make_programme("train", id="rich", **values | {"budget_pence": 36_000_000, "willing_share": 0.01} | changes)
    short = make_programme("train", id="short", **WANTED | values | {"budget_pence": 3_600_000})
    return rich, short


@given(standings, st.floats(0.0, 1.0), st.sampled_from(REVIEW_RULES))
def test_no_pence_is_lost_or_made_and_nobody_gives_what_is_not_there(standings, share, rule):
    moved = RULES[rule](standings, share)
    assert len(moved) == len(standings) and sum(moved) == 0
    for pence, standing in zip(moved, standings, strict=True):
        assert -pence <= standing.unspent_pence * share


@given(standings, st.floats(0.0, 1.0))
def test_nobody_who_waits_costs_more_than_what_is_moved_for_them(standings, share):
    for pence, standing in zip(to_those_waiting(standings, share), standings, strict=True):
        assert pence <= max(standing.waiting_pence - standing.unspent_pence, 0)


def test_equals_share_what_is_given_and_what_is_got():
    enough, short = Standing(1_001, 0, 0.0, 0), Standing(0, 0, 0.0, 5_000)
    assert to_those_waiting([enough, short, enough, short, short], 0.5) == [-500, 333, -500, 333, 334]
    assert to_those_waiting([enough, Standing(0, 0, 0.0, 4_999), short], 1.0) == [-1_001, 0, 1_001]
    cheap, dear = Standing(10, 100, 10.0, 0), Standing(90, 100, 1.0, 0)
    assert to_cheapest_completion([dear, cheap, dear, cheap], 0.1) == [-9, 9, -9, 9]


@settings(max_examples=100)
@given(
    st.integers(1, 10**12),
    st.integers(2, 40),
    st.lists(st.tuples(st.integers(0, 39), st.floats(-1.0, 1.0), st.integers(0, 10**11)), max_size=12),
)
def test_a_purse_is_never_overspent_whatever_is_moved_and_releases_the_rest_by_its_end(budget, end, moves):
    purse = Purse(budget, 0, end)
    for month, part, wish in sorted(moves):
        if month >= end:
            break
        purse.move(int(part * (purse.unspent_pence if part < 0 else budget)), month)
        for pence in (wish, max(purse.released_pence(month), 0)):
            purse.pay(pence, month)
        assert 0 <= purse.spent_pence <= purse.budget_pence
        released = [purse.released_pence(later) for later in range(month, end)]
        assert released == sorted(released) and released[-1] == purse.unspent_pence


def test_money_that_comes_is_released_evenly_over_the_rest_of_the_window():
    purse = Purse(2_400, 0, 24)
    purse.pay(600, 5)
    purse.move(1_800, 6)
    assert [purse.released_pence(month) for month in (6, 7, 23)] == [200, 400, 3_600]


@pytest.mark.parametrize("rule", REVIEW_RULES)
def test_a_review_that_moves_nothing_changes_no_bit(toy, make_programme, rule):
    programmes = two_programmes(make_programme)
    one, other = (toy.model(*programmes, until_month=30, review=review) for review in (None, Review(3, rule, 0.0)))
    one.run()
    other.run()
    assert one.record.delivery == other.record.delivery
    for column, again in zip(one.world.residents, other.world.residents, strict=True):
        assert np.array_equal(column, again)


def test_money_moves_each_year_to_those_who_wait_and_serves_more_of_them(toy, make_programme):
    programmes = two_programmes(make_programme)
    patient = toy.model().spec.values | {"waiting_drop_out_monthly": 0.0}
    without, reviewed = (toy.model(*programmes, until_month=44, values=patient, review=r) for r in (None, YEARLY))
    without.run()
    months = []
    while reviewed.period < 44:
        reviewed.step()
        months.append(sum(delivery.purse.budget_pence for delivery in reviewed.deliveries))
    assert set(months) == {36_000_000 + 3_600_000}
    moved = {(e.month, e.programme): e.moved_pence for e in reviewed.record.delivery if e.moved_pence}
    assert 18 in {month for month, _ in moved} <= {18, 30}
    assert moved[18, "rich"] == -moved[18, "short"] < -5_000_000
    for delivery in reviewed.deliveries:
        assert 0 <= delivery.purse.spent_pence <= delivery.purse.budget_pence
    served = [sum(e.served for e in model.record.delivery if e.programme == "short") for model in (without, reviewed)]
    assert served[0] == pytest.approx(360, abs=1) and served[1] > 2 * served[0]
    before = [[e for e in model.record.delivery if e.month < 18] for model in (without, reviewed)]
    assert before[0] == before[1]


def test_money_moves_from_the_dearest_to_the_cheapest_completion(toy, make_programme):
    values = WANTED | {"end_month": 42, "budget_pence": 3_600_000}
    programmes = [
        make_programme("train", id=name, **values | {"unit_cost_pence": pence, "completion_probability": chance})
        for name, pence, chance in (("cheap", 5_000, 1.0), ("middling", 5_000, 0.5), ("dear", 20_000, 1.0))
    ]
    nobody = make_programme("train", id="nobody", **values | {"completion_probability": 0.0})
    model = toy.model(*programmes, nobody, until_month=20, review=Review(12, "to_cheapest_completion", 0.5))
    model.run()
    moved = {entry.programme: entry.moved_pence for entry in model.record.delivery if entry.month == 18}
    assert moved["cheap"] == -moved["dear"] > 1_000_000
    assert moved["middling"] == moved["nobody"] == 0


def test_only_programmes_that_have_begun_go_on_and_have_applicants_take_part(toy, make_programme):
    """At the review in month 18 these begin, have ended, are in their pilot, or are campaigns; only `rich` can give."""
    rich, short = two_programmes(make_programme)
    idle = {"budget_pence": 10_000_000, "willing_share": 0.0, "end_month": 42}
    others = [
        make_programme("train", id="begins", **idle | {"start_month": 18}),
        make_programme("train", id="ended", **idle | {"end_month": 18}),
        make_programme("train", id="pilot", **idle, pilot=Pilot(13, 0.5, 0.0)),
        make_programme("inform", id="campaign", **idle),
        make_programme("train", id="without", **idle | {"budget_pence": 0}),
    ]
    model = toy.model(rich, short, *others, until_month=18, review=YEARLY)
    step_to(model, 18)
    assert {e.programme for e in model.record.delivery if e.moved_pence} == {"rich", "short"}


def test_what_is_set_aside_for_open_offers_stays(toy_with_firms, make_programme):
    """All that is not spent moves each month; firms with an offer draw it down all the same."""
    firms = {
        "audience": "firms", "firm_eligibility": FirmEligibility(), "technologies": ("cloud", "website"),
        "offer_months": 12, "approval_probability": 1.0, "willing_capability_slope": 0.0, "hub_kinds": ("growth_hub",),
    }  # fmt: skip
    money = {"budget_pence": 50_000_000, "unit_cost_pence": 100, "end_month": 42}
    grants = replace(
        make_programme("train", id="grants", **WANTED | firms | money),
        instrument="subsidise_firm",
        effects=FIRM_EFFECTS["subsidise_firm"] | {"offer_share": 1.0},
    )
    _, short = two_programmes(make_programme)
    model = toy_with_firms.model(grants, short, until_month=24, review=Review(2, "to_those_waiting", 1.0))
    [delivery] = model.firm_deliveries
    while model.period < 24:
        model.step()
        assert delivery.purse.budget_pence >= delivery.purse.spent_pence >= delivery.reserved_pence.sum()
    record = [entry for entry in model.record.delivery if entry.programme == "grants"]
    assert min(entry.moved_pence for entry in record) < 0
    assert any(entry.reserved_pence for entry in record if entry.moved_pence < 0)
    assert sum(entry.claimed for entry in record if entry.month > 8) > 0


def test_the_pace_of_a_purse_is_exact():
    purse = Purse(1_000_000_007, 0, 24, pace=Fraction("0.1"))
    assert purse.released_pence(11) == 50_000_000


def test_money_for_those_waiting_is_for_as_many_as_there_are_places_left(make_programme):
    course = make_programme("train", capacity_per_month=10.0, end_month=30, unit_cost_pence=5_000)
    assert pence_to_serve_waiting(course, 25.0, 26) == 25 * 5_000
    assert pence_to_serve_waiting(course, 900.0, 26) == 40 * 5_000, "four months of ten places"
