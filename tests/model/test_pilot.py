"""Pilots: a share of places and money first; then all of it, or nothing more."""

from dataclasses import replace

import numpy as np
import pytest

from model.programmes.programme import Eligibility
from model.programmes.review import Pilot

EVERYONE = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "completion_probability": 1.0,
}  # fmt: skip
LAB = {"n_hubs": 2.0, "staffed_hours_week": 35.0, "seats": 6.0, "kind": 1.0}


def run(toy, *programmes, until_month: int = 30, values=None):
    model = toy.model(*programmes, until_month=until_month, values=values)
    model.run()
    return model


def served_by_month(model) -> dict[int, float]:
    return {entry.month: entry.served for entry in model.record.delivery}


@pytest.mark.parametrize("instrument", ["train", "champion", "inform"])
def test_a_pilot_at_full_size_without_a_condition_changes_no_bit(toy, make_programme, instrument):
    programme = make_programme(instrument, budget_pence=700_001, capacity_per_month=3.7)
    without, pilot = run(toy, programme), run(toy, replace(programme, pilot=Pilot(7, 1.0, 0.0)))
    assert without.record.delivery == pilot.record.delivery
    for column, again in zip(without.world.residents, pilot.world.residents, strict=True):
        assert np.array_equal(column, again)


def test_money_comes_at_a_share_and_after_the_pilot_all_that_is_left(toy, make_programme):
    """100 pounds each, 1,000 pounds a month over 24 months: two people a month in the pilot, then 1,400 pounds a month."""
    programme = make_programme("train", budget_pence=2_400_000, pilot=Pilot(12, 0.2, 0.5), **EVERYONE)
    model = run(toy, programme)
    served = served_by_month(model)
    assert [served[month] for month in range(6, 18)] == [2.0] * 12
    assert [served[month] for month in range(18, 30)] == [18.0] * 12
    assert model.deliveries[0].purse.spent_pence == 2_400_000


def test_a_pilot_has_a_share_of_the_fixed_cost(toy, make_programme):
    """Of 1,000 pounds a month 400 are fixed: a pilot of a fifth has 200, of which 80 are, and serves one person a month."""
    programme = make_programme("train", budget_pence=2_400_000, fixed_cost_pence_per_month=40_000, **EVERYONE)
    model = run(toy, replace(programme, unit_cost_pence=12_000, pilot=Pilot(12, 0.2, 0.5)))
    spent = [entry.spend_pence for entry in model.record.delivery]
    assert spent[:12] == [8_000 + 12_000] * 12
    assert set(spent[12:]) <= {40_000 + 11 * 12_000, 40_000 + 12 * 12_000} and sum(spent) > 2_380_000


def test_places_come_at_a_share_and_then_in_full(toy, make_programme):
    programme = make_programme(
        "train", budget_pence=10**10, capacity_per_month=10.0, pilot=Pilot(12, 0.5, 0.5), **EVERYONE
    )
    served = served_by_month(run(toy, programme))
    assert [served[month] for month in range(6, 18)] == [5.0] * 12
    assert [served[month] for month in range(18, 30)] == [10.0] * 12


@pytest.mark.parametrize("completion, goes_on", [(0.9, True), (0.1, False)])
def test_a_pilot_that_too_few_complete_stops_for_good(toy, make_programme, completion, goes_on):
    values = EVERYONE | {"completion_probability": completion, "pilot": Pilot(6, 0.5, 0.5)}
    model = run(toy, make_programme("train", **values))
    months = [entry.month for entry in model.record.delivery]
    assert months == list(range(6, 30 if goes_on else 12))
    if not goes_on:
        assert model.deliveries[0].purse.spent_pence <= 600_000 * 0.5 * 6 / 24


def test_a_pilot_that_served_nobody_has_shown_nothing_and_goes_on(toy, make_programme):
    model = run(toy, make_programme("train", **EVERYONE | {"willing_share": 0.0, "pilot": Pilot(6, 0.5, 1.0)}))
    assert model.record.delivery[-1].month == 29


def test_whom_nobody_applies_to_counts_as_completed(toy, make_programme):
    campaign = make_programme("inform", budget_pence=10**8, pilot=Pilot(6, 0.5, 1.0))
    assert run(toy, campaign).record.delivery[-1].month == 29
    opening = replace(
        make_programme("train", id="labs", budget_pence=10**8, pilot=Pilot(6, 0.5, 1.0)),
        instrument="open_hub",
        effects=LAB,
    )
    assert run(toy, opening).record.delivery[-1].month == 29


def test_a_stopped_pilot_leaves_the_hours_of_hubs_to_others(toy, make_programme):
    values = EVERYONE | {
        "channel": "hub", "hub_hours_share": 1.0, "staff_hours_per_place": 10.0, "budget_pence": 10**10,
        "capacity_per_month": 1e6,
    }  # fmt: skip
    stops = make_programme("train", id="stops", **values | {"completion_probability": 0.0, "pilot": Pilot(6, 1.0, 0.5)})
    stays = make_programme("train", id="stays", **values)
    model = toy.model(stops, stays, until_month=13, values=toy.model().spec.values | {"hub_quality_fall": 0.0})
    hours = {}
    for month in range(1, 14):
        model.step()
        hours[month] = [sum(desk.hours_offered for desk in delivery.desks.values()) for delivery in model.deliveries]
    assert hours[11][0] == hours[11][1] > 0.0
    assert hours[13] == [0.0, pytest.approx(2 * hours[11][1])]
