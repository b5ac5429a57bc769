"""convene_residents: circles of people who complete at the same hub, what they learn, and how long they stay in touch."""

from dataclasses import replace

import numpy as np
import pytest

from model.programmes import funnel
from model.programmes.programme import Eligibility
from model.state import NO_GROUP

EVERYONE = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "budget_pence": 10**13, "capacity_per_month": 1e9, "staff_hours_per_place": 0.1,
    "hub_hours_share": 1.0,
}  # fmt: skip
START = 6


@pytest.fixture
def circles(make_programme):
    """Circles of six for twelve months, which half of those who come complete."""
    return make_programme("convene_residents", completion_probability=0.5, **EVERYONE)


def run(toy, *programmes, until_month: int = START, **changes):
    model = toy.model(*programmes, until_month=until_month, **changes)
    model.run()
    return model


def state_of(model) -> list[np.ndarray]:
    return [column for table in (model.world.residents, model.world.households) for column in table]


def same(one, other) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(state_of(one), state_of(other), strict=True))


def test_those_who_complete_at_one_hub_meet_in_groups_of_the_stated_size(toy, circles):
    model = run(toy, circles)
    [delivery], residents = model.deliveries, model.world.residents
    in_circle = np.flatnonzero(residents.session_group != NO_GROUP)
    assert 30 < len(in_circle) < (delivery.status == funnel.SERVED).sum()
    assert set(in_circle) == set(delivery.treated_rows.tolist())
    assert (residents.session_until[in_circle] == START + 12).all()
    for hub in np.unique(delivery.hub[in_circle]):
        _, sizes = np.unique(residents.session_group[in_circle[delivery.hub[in_circle] == hub]], return_counts=True)
        # In order of their founding; the last one is still open.
        assert (sizes[:-1] == 6).all() and sizes[-1] <= 6
    for group in np.unique(residents.session_group[in_circle]):
        assert len(np.unique(delivery.hub[residents.session_group == group])) == 1
    assert np.array_equal(model.world.sessions.members, np.bincount(residents.session_group[in_circle]))


def test_circles_end_after_the_stated_months(toy, circles):
    model = run(toy, replace(circles, end_month=START + 1), until_month=START + 11)
    assert (model.world.residents.session_group != NO_GROUP).sum() > 20
    model = run(toy, replace(circles, end_month=START + 1), until_month=START + 12)
    assert not (model.world.residents.session_group != NO_GROUP).any() and not model.world.sessions.members.any()


def test_a_circle_that_is_like_a_class_does_what_a_class_does(toy, make_programme):
    """With the size and time of sessions, and everyone completing, it is training in every bit."""
    values = toy.model().spec.values | {"hub_quality_fall": 0.0}
    like = {"group_size": values["session_size"], "tie_months": values["session_tie_months"]}
    effects = make_programme("train").effects
    common = EVERYONE | {"id": "same", "channel": "hub", "completion_probability": 1.0}
    circle = make_programme("convene_residents", effects=effects | like, **common)
    models = [
        run(toy, programme, until_month=14, values=values) for programme in (circle, make_programme("train", **common))
    ]
    assert same(*models) and models[0].record.delivery == models[1].record.delivery
    larger = replace(circle, effects=circle.effects | {"group_size": 40.0})
    assert not same(models[0], run(toy, larger, until_month=14, values=values))


def test_people_in_circles_see_what_the_others_do(toy, make_programme):
    """Without teaching or encouragement, competent company still lifts motivation, and hardly anyone else notices."""
    nothing = {"hours": 0.0, "motivation_gain": 0.0, "trust_gain": 0.0, "ceiling_gain_share": 0.0}
    effects = make_programme("convene_residents").effects | nothing
    circle = make_programme("convene_residents", effects=effects, completion_probability=1.0, **EVERYONE)
    base, plan = run(toy, until_month=START + 3), run(toy, circle, until_month=START + 3)
    group, sessions = plan.world.residents.session_group, plan.world.sessions
    lift = plan.world.residents.motivation.astype(float) - base.world.residents.motivation
    full = np.append(sessions.competent == sessions.members, False)
    in_competent_company = (group != NO_GROUP) & full[group] & (sessions.members[group] > 1)
    assert in_competent_company.sum() > 30 and lift[in_competent_company].mean() > 0.0005
    assert (lift[group == NO_GROUP] != 0).mean() < 0.05


def test_nothing_without_a_budget_and_nothing_spent_outside_the_window(toy, circles):
    base, empty = run(toy, until_month=12), run(toy, replace(circles, budget_pence=0), until_month=12)
    assert same(base, empty) and empty.record.delivery == []
    model = run(toy, replace(circles, end_month=10), until_month=12)
    assert {month.month for month in model.record.delivery} == set(range(START, 10))
    assert not same(base, model)
    spent = sum(month.spend_pence for month in model.record.delivery)
    assert spent == 10_000 * sum(round(month.served) for month in model.record.delivery) > 0


def test_a_circle_takes_seats_for_as_long_as_it_meets(toy, circles):
    """A hub has room for fewer people where each sits there longer."""
    served = []
    for hours in (4.0, 400.0):
        effects = circles.effects | {"hours": hours}
        served.append(run(toy, replace(circles, effects=effects)).record.delivery[0].served)
    assert served[1] < served[0]
