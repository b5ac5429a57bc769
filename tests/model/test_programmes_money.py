"""Money and places: pence are never overspent, places never over-given, and more money never serves fewer."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.programmes.allocation import Capacity, Purse
from model.programmes.instruments import champion
from model.programmes.programme import RESIDENT_INSTRUMENTS, Eligibility

SCALES = (1.0, 0.3, 0.05)


@settings(max_examples=100)
@given(
    st.integers(0, 10**12),
    st.integers(0, 200),
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 10**10)), max_size=60),
)
def test_a_purse_never_spends_more_than_is_released(budget, start, length, wishes):
    purse = Purse(budget, start, start + length)
    for month, pence in sorted(wishes):
        before = purse.released_pence(month)
        paid = purse.pay(pence, month)
        assert paid == (pence <= before)
        assert purse.released_pence(month) == before - (pence if paid else 0) >= 0
        share = Fraction(min(max(month + 1 - start, 0), length), length)
        assert purse.spent_pence <= budget * share
    assert purse.released_pence(start - 1) == -purse.spent_pence
    assert purse.released_pence(start + length + 5) == budget - purse.spent_pence


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 1000), st.integers(0, 40))
def test_what_is_affordable_can_be_paid_and_one_more_cannot(budget, unit, most, month):
    purse = Purse(budget, 3, 27)
    n = purse.affordable(unit, month, most)
    assert 0 <= n <= most
    assert n == most or (n + 1) * unit > purse.released_pence(month)
    assert purse.pay(n * unit, month) or purse.released_pence(month) < 0


def test_money_not_spent_stays_for_later_months():
    purse = Purse(2400, 0, 24)
    assert not purse.pay(250, 1)
    assert purse.pay(250, 2)
    assert purse.released_pence(2) == 50
    assert purse.released_pence(23) == 2150


@settings(max_examples=100)
@given(st.integers(1, 4000), st.integers(1, 300))
@example(100, 120)
@example(700, 120)
def test_places_add_up_to_the_capacity_of_all_months(thousandths, months):
    """Fractions of a place are carried, neither lost nor given twice, when every place is used."""
    capacity = Capacity(thousandths / 1000)
    given_out = []
    for _ in range(months):
        given_out.append(capacity.accrue())
        capacity.use(given_out[-1])
    assert np.array_equal(np.cumsum(given_out), [thousandths * month // 1000 for month in range(1, months + 1)])


def test_capacity_may_change_from_month_to_month():
    capacity = Capacity(0.6)
    places = []
    for capacity.per_month in (0.6, 0.6, 0.0, 2.5, 0.3):
        places.append(capacity.accrue())
        capacity.use(places[-1])
    assert places == [0, 1, 0, 2, 1]


def test_one_unused_place_is_kept_and_no_more():
    capacity = Capacity(0.5)
    assert [capacity.accrue() for _ in range(8)] == [0, 1, 1, 1, 1, 1, 1, 1]
    capacity = Capacity(3.0)
    assert [capacity.accrue() for _ in range(3)] == [3, 4, 4]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("instrument", RESIDENT_INSTRUMENTS)
def test_no_budget_is_overspent_in_any_month_at_any_scale(toy, make_programme, instrument, scale, monkeypatch):
    """Every pound is that of a month's running or of a unit, and every month stays within what is released."""
    recruited = []
    recruit = champion.recruit
    monkeypatch.setattr(champion, "recruit", lambda *given: recruited.append(recruit(*given)) or recruited[-1])
    programme = make_programme(
        instrument, budget_pence=7_777_777, fixed_cost_pence_per_month=1_003, unit_cost_pence=33_333, end_month=31,
        eligibility=Eligibility(),
    )  # fmt: skip
    model = toy.at_scale(scale).model(programme, until_month=34)
    [delivery] = model.deliveries
    assert delivery.unit_pence == round(33_333 / scale)
    for month in range(1, 35):
        spent = delivery.purse.spent_pence
        model.step()
        assert 0 <= delivery.purse.spent_pence <= 7_777_777 * min(max(month - 5, 0), 25) // 25
        if month >= 31:
            assert delivery.purse.spent_pence == spent
    entries = model.record.delivery
    assert sum(entry.spend_pence for entry in entries) == delivery.purse.spent_pence
    assert [entry.month for entry in entries] == list(range(6, 31))
    served = round(sum(entry.served for entry in entries) * scale)
    units = sum(map(len, recruited)) if instrument == "champion" else served
    assert units > 0
    assert delivery.purse.spent_pence == 25 * 1_003 + units * delivery.unit_pence
    assert delivery.purse.spent_pence > 0.5 * 7_777_777


@pytest.mark.parametrize("scale", SCALES)
def test_no_more_is_served_than_whole_places_at_full_population(toy, make_programme, scale):
    programme = make_programme(budget_pence=10**12, capacity_per_month=11.0, eligibility=Eligibility())
    model = toy.at_scale(scale).model(programme, until_month=29)
    model.run()
    served = np.cumsum([entry.served for entry in model.record.delivery])
    months = np.arange(1, len(served) + 1)
    assert (served <= 11.0 * months + 1e-6).all()
    # One agent stands for 1/scale people, so the last place may be still to come.
    assert served[-1] > 11.0 * months[-1] - 1 / scale


def outcome(toy, programme) -> tuple[int, int, set[int]]:
    """(served, completed, rows treated) to the end of the window."""
    model = toy.model(programme, until_month=programme.end_month)
    model.run()
    entries = model.record.delivery
    return (
        round(sum(entry.served for entry in entries)),
        round(sum(entry.completed for entry in entries)),
        set(model.deliveries[0].treated_rows.tolist()),
    )


@pytest.mark.parametrize("instrument", RESIDENT_INSTRUMENTS)
def test_a_larger_budget_never_serves_fewer(toy, make_programme, instrument):
    """Where money is what limits, more of it serves as many or more, and all that it served before."""
    programme = make_programme(instrument, eligibility=Eligibility())
    ladder = [0, 5_000, 10_000, 39_999, 40_000, 90_000, 200_000, 350_000, 700_000, 1_500_000]
    rungs = [outcome(toy, replace(programme, budget_pence=budget)) for budget in ladder]
    served, completed, treated = zip(*rungs, strict=True)
    assert list(served) == sorted(served)
    assert list(completed) == sorted(completed)
    assert served[0] == 0 < served[4] < served[-1]
    if instrument not in ("champion", "inform"):
        # Those reached or recruited earlier push others to later months; single treatments only add people.
        assert list(served) == [budget // 10_000 for budget in ladder]
        assert len(treated[-1]) == completed[-1]


def test_a_larger_budget_never_serves_fewer_beside_running_costs(toy, make_programme):
    """A programme that costs 100 pounds a month to run, from the least budget that the schema allows it."""
    programme = make_programme(unit_cost_pence=1_000, fixed_cost_pence_per_month=10_000, eligibility=Eligibility())
    ladder = [10_000 * 24, 11_000 * 24, 12_000 * 24, 15_000 * 24, 20_000 * 24]
    served = [outcome(toy, replace(programme, budget_pence=budget))[0] for budget in ladder]
    assert served == sorted(served)
    assert served[0] == 0 and served[-1] == 10 * 24


@pytest.mark.parametrize("scale", SCALES)
def test_the_same_budget_buys_as_much_at_every_scale(toy, make_programme, scale):
    """Reported at full population, within the one dose that an agent's share of the budget cannot split."""
    programme = make_programme(budget_pence=60_000_000, unit_cost_pence=20_000, eligibility=Eligibility())
    model = toy.at_scale(scale).model(replace(programme, budget_pence=round(60_000 / scale) * 20), until_month=30)
    model.run()
    served = sum(entry.served for entry in model.record.delivery)
    assert served == pytest.approx(round(60_000 / scale) * 20 / 20_000, abs=1 / scale + 1e-6)
