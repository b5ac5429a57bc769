"""inform_firms: whom a campaign for firms reaches, what it costs, and what firms see."""

import numpy as np
import pytest

from model.calendar import NEVER
from model.chance import Decision, word
from model.parameters import central_values
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.firm_effects import technology_numbers
from model.programmes.funnel import draws
from model.programmes.programme import FirmEligibility
from model.technologies import TECHNOLOGIES
from tests.model.firm_programme_worlds import END, ERRORS, START, make_programme, make_world, run

RICH = {"budget_pence": 10**12, "capacity_per_month": 1e9}


def test_the_stated_share_of_the_eligible_is_reached_each_month_and_may_be_reached_again():
    world = make_world(3000)
    programme = make_programme("inform_firms", **RICH, firm_eligibility=FirmEligibility(charities="none"))
    [delivery], [record] = run(world, programme, chance=0.0)
    eligible = int(((world.firms.open == 1) & (world.roster.charity == 0)).sum())
    assert [month.month for month in record] == list(range(START, END))
    for month in record:
        assert abs(month.served - 0.1 * eligible) < ERRORS * np.sqrt(0.09 * eligible)
        assert month.completed == month.approved == month.served and month.joined == month.waiting == 0
    assert len(delivery.treated_rows) == sum(month.aware for month in record) < sum(month.served for month in record)
    assert not world.roster.charity[delivery.treated_rows].any()


def test_the_luckiest_go_first_within_places_and_money():
    for limits in ({"budget_pence": 10**12, "capacity_per_month": 7.0}, {"budget_pence": 24 * (10_007 + 7 * 40_001)}):
        world = make_world()
        delivery = FirmDelivery(make_programme("inform_firms", **{"capacity_per_month": 1e9} | limits), world)
        world.month = START
        entry = delivery.step()
        lot = draws(word(delivery.seed, START, Decision.APPLY), delivery.traits.key)
        could = np.flatnonzero((world.firms.open == 1) & (lot < 0.1))
        assert len(could) > 20
        assert delivery.treated_rows.tolist() == could[np.argsort(lot[could])[:7]].tolist()
        assert entry.spend_pence == 10_007 + 7 * 40_001


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_money_pays_every_contact_and_nothing_outside_the_window(scale):
    programme = make_programme("inform_firms", budget_pence=round(3_000_000 / scale))
    [delivery], [record] = run(make_world(scale=scale), programme, until=END + 8)
    contacts = round(sum(month.served for month in record) * scale)
    assert contacts > 20 and delivery.paid_pence == 24 * 10_007 + contacts * round(40_001 / scale)
    assert {month.month for month in record} == set(range(START, END))


def test_firms_reached_see_what_the_named_technologies_yield():
    world = make_world()
    firms, before = world.firms, make_world().firms
    delivery = FirmDelivery(make_programme("inform_firms", **RICH), world)
    world.month = START
    delivery.step()
    reached = delivery.first_treated < NEVER
    named = np.isin(TECHNOLOGIES, delivery.programme.technologies)
    assert reached.sum() > 20 and 0 < named.sum() < len(TECHNOLOGIES)
    seen = np.outer(reached, named)
    assert firms.belief_precision == pytest.approx(before.belief_precision + 0.3 * seen)
    true = technology_numbers(central_values(), "gain_true")
    learnt = (before.belief_gain + 0.3 * true) / 1.3
    assert firms.belief_gain == pytest.approx(np.where(seen, learnt, before.belief_gain), rel=1e-5)
    missing = 1 - before.capability.astype(float)
    assert firms.capability == pytest.approx(before.capability + 0.05 * missing * reached, rel=1e-5)
    assert np.array_equal(firms.attention_dose, np.where(reached, np.float32(2.0), before.attention_dose))


def test_nobody_is_taken_on_for_a_need():
    world = make_world()
    run(world, make_programme("inform_firms", **RICH))
    assert not world.firm_needs.any()


def test_without_a_budget_every_bit_is_as_without_the_programme(toy_with_firms):
    columns = []
    for programmes in (
        (),
        (make_programme("inform_firms", budget_pence=0),),
        (make_programme("inform_firms", **RICH),),
    ):
        model = toy_with_firms.model(*programmes, until_month=10)
        model.run()
        columns.append([column for table in (model.world.residents, model.world.firms) for column in table])
    same = [all(np.array_equal(a, b) for a, b in zip(columns[0], other, strict=True)) for other in columns[1:]]
    assert same == [True, False]
