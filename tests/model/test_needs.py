"""Of programmes for the same need, one serves a person or a firm; the others pass them by until they are free again."""

from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.explain import explain_month
from model.programmes import firm_funnel, funnel
from model.programmes.needs import free, need_bit, take
from model.programmes.programme import FIRM_NEEDS, NEEDS, RESIDENT_NEEDS
from model.region_model import RegionModel
from model.technologies import TECHNOLOGIES
from tests.differential.made_up_worlds import Recipe, make_world
from tests.model import firm_programme_worlds as firm_worlds

WILLING = {
    "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0, "willing_motivation_slope": 0.0,
    "willing_capability_slope": 0.0, "apply_probability_monthly": 1.0,
}  # fmt: skip
RICH = {"budget_pence": 10**13, "capacity_per_month": 1e9, "completion_probability": 1.0, "approval_probability": 1.0}
GIFT = {"lend_months": 0.0}


def state_of(model: RegionModel) -> list[np.ndarray]:
    world = model.world
    return [column for table in (world.residents, world.households, world.firms, world.units) for column in table]


def same(one: RegionModel, other: RegionModel) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(state_of(one), state_of(other), strict=True))


def run(model: RegionModel) -> RegionModel:
    model.run()
    return model


def test_each_need_has_a_bit_of_its_own(make_programme):
    for audience, names in (("residents", RESIDENT_NEEDS), ("firms", FIRM_NEEDS)):
        bits = [need_bit(make_programme(audience=audience, need=need)) for need in names]
        assert sum(bits) == 2 ** len(names) - 1 < 256 and need_bit(make_programme(audience=audience)) == 0
    assert NEEDS["train"] == NEEDS["champion"] and "inform" not in NEEDS


def test_a_need_is_taken_and_freed_without_touching_others():
    taken = np.array([0, 4, 6], np.uint8)
    take(taken, np.array([0, 2]), 2)
    assert taken.tolist() == [2, 4, 6]
    free(taken, np.array([1, 2]), 4)
    assert taken.tolist() == [2, 0, 2]
    for change in (take, free):
        change(taken, np.array([0, 1, 2]), 0)
    assert taken.tolist() == [2, 0, 2]


MIXES = [
    ("train", "champion", "train"),
    ("equip", "equip", "equip", "train"),
    ("convene_residents", "train", "subsidise_connection"),
    ("advise_firm", "invest", "convene"),
    ("subsidise_firm", "certify", "subsidise_firm"),
]


@pytest.mark.parametrize("mix", MIXES, ids=",".join)
def test_nobody_is_served_twice_for_one_need(mix):
    """Made-up worlds in which all programmes share a need; without it, some people or firms are served by several."""
    times = {True: 0, False: 0}
    for seed in range(4):
        recipe = Recipe(60, 2, 2, 12, 60, 15, mix, 1.0, wild=False, seed=seed)
        world = make_world(recipe)
        for shared in (True, False):
            programmes = tuple(
                replace(
                    programme,
                    **WILLING,
                    **RICH,
                    need=(NEEDS[mix[0]] if shared else ""),
                    effects=programme.effects | (GIFT if programme.instrument == "equip" else {}),
                )
                for programme in world.spec.scenario.programmes
            )
            spec = replace(world.spec, scenario=replace(world.spec.scenario, programmes=programmes, review=None))
            model = run(RegionModel(**{**world.inputs, "spec": spec}))
            served = np.sum([delivery.first_treated < NEVER for delivery in model.deliveries], axis=0)
            assert served.any()
            times[shared] = max(times[shared], int(served.max()))
    assert times[True] == 1 < times[False]


def test_the_programme_that_comes_first_takes_those_who_would_come_to_both(toy, make_programme):
    one, two = (make_programme("train", id=name, need="basic_skills", **WILLING | RICH) for name in ("one", "two"))
    for order in ((one, two), (two, one)):
        first, second = run(toy.model(*order, until_month=8)).deliveries
        assert len(first.treated_rows) > 100 and len(second.treated_rows) == 0


def test_without_a_shared_need_every_bit_is_as_without_needs(toy_with_firms, make_programme):
    instruments = ("train", "equip", "subsidise_connection", "convene_residents")
    residents = [make_programme(name) for name in instruments]
    firms = [firm_worlds.make_programme(name, budget_pence=10**9) for name in ("subsidise_firm", "invest", "convene")]
    without = run(toy_with_firms.model(*residents, *firms, until_month=16))
    needy = [replace(programme, need=NEEDS[programme.instrument]) for programme in (*residents, *firms)]
    assert same(without, run(toy_with_firms.model(*needy, until_month=16)))
    assert sum(delivery.first_treated.min() < NEVER for delivery in without.deliveries) == len(needy)


def test_the_draws_of_others_stay_what_they_were(toy, make_programme):
    """Training takes on people who would have come to the circle; all others come to it exactly as before."""
    circle = make_programme("train", id="circle", need="basic_skills", budget_pence=10**12)
    before = make_programme("train", id="before", need="basic_skills", budget_pence=10**12, start_month=3, end_month=6)
    [alone] = run(toy.model(circle, until_month=7)).deliveries
    first, beside = run(toy.model(before, circle, until_month=7)).deliveries
    joined = np.flatnonzero(alone.status != funnel.NOT_JOINED)
    left = joined[first.status[joined] != funnel.SERVED]
    assert 20 < len(left) < len(joined)
    # Those whom teaching has brought online are no longer eligible, which is not luck.
    assert set(np.flatnonzero(beside.status != funnel.NOT_JOINED)) <= set(left.tolist())
    assert (beside.status[left] != funnel.NOT_JOINED).mean() > 0.95


def test_who_gives_up_or_is_left_waiting_may_turn_to_another(toy, make_programme):
    """A first programme without places; a second one that takes everyone. The first one's window ends in month 10."""
    common = WILLING | {"need": "basic_skills"}
    full = make_programme("train", id="full", **common, capacity_per_month=1e-6, start_month=3, end_month=10)
    other = make_programme("train", id="other", **common | RICH, start_month=4, end_month=12)
    model = toy.model(full, other, until_month=11)
    queue, open_door = model.deliveries
    newly: dict[int, set[int]] = {}
    while model.period < 11:
        model.step()
        waited = set(np.flatnonzero((queue.status != funnel.NOT_JOINED) & (open_door.first_treated == model.period)))
        gave_up = {row for row in waited if queue.status[row] == funnel.GAVE_UP}
        newly[model.period] = waited
        if model.period < 10:
            assert waited == gave_up
    assert sum(len(newly[month]) for month in range(4, 10)) > 0
    # In month 10 the first programme is over, and all who still wait there come at once.
    still = np.flatnonzero(queue.status == funnel.WAITING)
    assert len(still) > 50
    eligible = funnel.still_eligible(
        still.astype(np.int32), 10, model.world.people, model.world.residents, model.world.households, queue.conditions
    )
    assert len(newly[10]) >= 0.5 * eligible.sum() > 0


@pytest.mark.parametrize("kept_share, come_again", [(0.0, True), (1.0, False)])
def test_a_device_need_returns_with_a_device_that_goes_back(toy, make_programme, kept_share, come_again):
    common = WILLING | RICH | {"need": "device"}
    effects = make_programme("equip").effects | {"lend_months": 2.0, "kept_share": kept_share, "device": 2.0}
    loan = make_programme("equip", id="loan", **common, effects=effects, start_month=3, end_month=4)
    gift = make_programme("equip", id="gift", **common, start_month=4, end_month=8)
    model = toy.model(loan, gift, until_month=4)
    lent, given = run(model).deliveries
    borrowers = lent.loans[5]
    assert len(borrowers) > 50 and not (given.first_treated[lent.treated_rows] < NEVER).any()
    model = toy.model(loan, gift, until_month=5)
    lent, given = run(model).deliveries
    again = given.first_treated[borrowers] == 5
    assert again.any() == come_again
    # Those who kept what they had all along were served, and stay served.
    others = np.setdiff1d(lent.treated_rows, borrowers)
    assert not (given.first_treated[others] < NEVER).any()


def test_a_refused_firm_may_turn_to_another_and_one_with_an_offer_may_not():
    common = WILLING | RICH | {"need": "finance", "technologies": TECHNOLOGIES[:4], "fixed_cost_pence_per_month": 0}
    strict = firm_worlds.make_programme(id="strict", **common | {"approval_probability": 0.4})
    second = firm_worlds.make_programme(id="second", **common)
    world = firm_worlds.make_world()
    (first, other), _ = firm_worlds.run(world, strict, second, chance=0.0)
    refused, offered = first.status == firm_funnel.REFUSED, first.first_treated < NEVER
    assert refused.sum() > 20 and (other.status[refused] != firm_funnel.NOT_JOINED).mean() > 0.9
    # Nobody buys, so every offer lapses; that it was made is what counts.
    assert (first.status[offered] == firm_funnel.LAPSED).sum() > 20
    assert not (other.status[offered] != firm_funnel.NOT_JOINED).any()


def test_the_explanation_says_that_another_programme_serves_the_need(toy, make_programme):
    one, two = (make_programme("train", id=name, title=name, need="basic_skills", **WILLING | RICH) for name in "ab")
    served = run(toy.model(one, two, until_month=6)).deliveries[0].treated_rows
    model = toy.model(one, two, until_month=6)
    while model.period < 5:
        model.step()
    results = {step.decision: step.result for step in explain_month(model, int(served[0]))}
    assert results["b: eligible"] == "yes" and results["b: need"] == "another programme serves it"
    assert "a: need" not in results and "b: aware" not in results
