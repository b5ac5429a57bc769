"""Delivery: who comes forward, who waits, who is served in what order, and that nobody is lost on the way."""

from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.chance import Decision, word
from model.programmes import funnel
from model.programmes.delivery import WEEKS_PER_MONTH
from model.programmes.funnel import GAVE_UP, NOT_JOINED, SERVED, WAITING, awareness_share, draws, probability_willing
from model.programmes.programme import RESIDENT_INSTRUMENTS, TARGETINGS, Eligibility

ERRORS = 4.0
"""Standard errors allowed."""
EVERYONE = {
    "eligibility": Eligibility(), "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0,
    "apply_probability_monthly": 1.0, "completion_probability": 1.0, "budget_pence": 10**13, "capacity_per_month": 1e9,
}  # fmt: skip
"""All who live there come forward at once and find money and places."""


def share_is(n: int, of: int, expected: float) -> bool:
    """Whether n successes are a plausible binomial draw."""
    return abs(n - of * expected) <= ERRORS * np.sqrt(max(of * expected * (1 - expected), 1.0))


def present(model, month: int) -> np.ndarray:
    people = model.world.people
    return (np.asarray(people.entry_month) <= month) & (month < np.asarray(people.exit_month))


def step_to(model, month: int) -> None:
    while model.period < month:
        model.step()


def priority(model, delivery, use_before) -> np.ndarray:
    """Lower goes first, by the definition of the targeting rule."""
    people, population = model.world.people, model.world.population
    return {
        "first_come": np.zeros(population.n),
        "deprived_first": np.asarray(population.area_deprivation)[population.area],
        "older_first": np.asarray(people.birth_month),
        "offline_first": use_before,
    }[delivery.programme.targeting]


@pytest.mark.parametrize("targeting", TARGETINGS)
def test_the_queue_is_served_by_priority_then_month_joined_then_lot(toy, make_programme, targeting):
    programme = make_programme(
        capacity_per_month=5.0, budget_pence=10**10, targeting=targeting, eligibility=Eligibility(), willing_share=0.2
    )
    model = toy.model(programme, until_month=30)
    [delivery] = model.deliveries
    keys = np.asarray(model.world.people.key)
    lot = draws(word(delivery.seed, 0, Decision.QUEUE_RANK), keys)
    compared = 0
    for month in range(1, 31):
        status, use = delivery.status.copy(), np.empty(0)
        for name, run_phase in model.phases:
            if name == "programmes":
                use = model.world.residents.use.copy()
            run_phase()
        served = np.flatnonzero((delivery.status == SERVED) & (status != SERVED))
        first = priority(model, delivery, use)
        rank = {int(row): (first[row], delivery.joined_month[row], lot[row]) for row in [*served, *delivery.waiting]}
        if len(served) and len(delivery.waiting):
            assert max(rank[int(row)] for row in served) < min(rank[int(row)] for row in delivery.waiting), month
            compared += 1
    assert compared > 10


@pytest.mark.parametrize("instrument", RESIDENT_INSTRUMENTS)
def test_all_who_join_are_served_wait_or_gave_up(toy, make_programme, instrument):
    programme = make_programme(instrument, eligibility=Eligibility(use=("recent",)), capacity_per_month=20.0)
    model = toy.model(programme, until_month=26)
    [delivery] = model.deliveries
    for month in range(1, 27):
        before = delivery.status.copy()
        model.step()
        ever = delivery.status != NOT_JOINED
        assert np.array_equal(np.sort(delivery.waiting), np.flatnonzero(delivery.status == WAITING))
        assert (delivery.joined_month[ever] <= month).all()
        # Nobody who was served or gave up comes back.
        assert np.array_equal(delivery.status[before >= SERVED], before[before >= SERVED])
        treated = delivery.first_treated < NEVER
        assert np.array_equal(np.sort(delivery.treated_rows), np.flatnonzero(treated))
        assert present(model, month)[treated & (delivery.first_treated == month)].all()
    entries = model.record.delivery
    joined, waiting = sum(entry.joined for entry in entries), entries[-1].waiting
    if instrument != "inform":
        counts = np.bincount(delivery.status, minlength=4)
        assert joined == counts[WAITING] + counts[SERVED] + counts[GAVE_UP] > 0
        assert waiting == counts[WAITING]
        assert sum(entry.served for entry in entries) == counts[SERVED] > 0
    assert all(entry.completed <= entry.served for entry in entries)
    cumulated = [entry.beneficiaries_cum for entry in entries]
    assert cumulated == sorted(cumulated) and cumulated[-1] == len(delivery.treated_rows)


def test_the_share_that_completes_is_the_stated_one_and_only_they_are_treated(toy, make_programme):
    model = toy.model(make_programme(**EVERYONE | {"completion_probability": 0.7}), until_month=6)
    model.run()
    [delivery] = model.deliveries
    served = delivery.status == SERVED
    assert served.sum() > 500
    assert share_is(len(delivery.treated_rows), int(served.sum()), 0.7)
    assert served[delivery.treated_rows].all()
    assert (model.world.residents.ceiling_gain > 0).sum() <= len(delivery.treated_rows)
    assert not (model.world.residents.ceiling_gain[served & (delivery.first_treated == NEVER)] > 0).any()


def test_the_aware_the_willing_and_the_ready_multiply(toy, make_programme):
    """In the first month, of those present: awareness at the start x willing x coming forward."""
    values = EVERYONE | {
        "awareness_start": 0.6, "willing_share": 0.7, "willing_motivation_slope": 0.0, "apply_probability_monthly": 0.8
    }  # fmt: skip
    model = toy.model(make_programme(**values), until_month=6)
    model.run()
    there = present(model, 6)
    assert share_is(int((model.deliveries[0].status == SERVED).sum()), int(there.sum()), 0.6 * 0.7 * 0.8)


def test_awareness_approaches_its_limit_by_halves(toy, make_programme):
    programme = make_programme(awareness_start=0.2, awareness_limit=0.6, awareness_half_life_months=5.0)
    shares = [awareness_share(programme, month) for month in range(6, 60)]
    assert shares[0] == pytest.approx(0.2)
    assert shares[5] == pytest.approx(0.4) and shares[10] == pytest.approx(0.5)
    assert shares == sorted(shares) and shares[-1] < 0.6
    # And the run follows it: those who joined by a month are those who knew by then.
    model = toy.model(replace(make_programme(**EVERYONE), awareness_start=0.2, awareness_limit=0.6,
                              awareness_half_life_months=5.0), until_month=11)  # fmt: skip
    step_to(model, 11)
    stayed = present(model, 6) & present(model, 11)
    joined = stayed & (model.deliveries[0].status != NOT_JOINED)
    assert share_is(int(joined.sum()), int(stayed.sum()), 0.4)


def test_the_motivated_are_more_willing(toy, make_programme):
    for share in (0.0, 0.3, 1.0):
        assert probability_willing(share, 4.0, funnel.REFERENCE_MOTIVATION) == pytest.approx(share)
    assert probability_willing(0.3, 4.0, 0.2) < 0.3 < probability_willing(0.3, 4.0, 0.8)
    assert probability_willing(0.3, 0.0, 0.9) == pytest.approx(0.3)
    model = toy.model(
        make_programme(**EVERYONE | {"willing_share": 0.3, "willing_motivation_slope": 6.0}), until_month=6
    )
    step_to(model, 5)
    motivation = model.world.residents.motivation.astype(float)
    model.step()
    there = present(model, 6) & present(model, 5)
    odds = 0.3 / 0.7 * np.exp(6.0 * (motivation[there] - 0.5))
    p = odds / (1 + odds)
    joined = (model.deliveries[0].status != NOT_JOINED)[there]
    assert abs(joined.sum() - p.sum()) < ERRORS * np.sqrt((p * (1 - p)).sum())
    assert motivation[there][joined].mean() > motivation[there][~joined].mean() + 0.05


def test_people_who_wait_give_up_at_the_stated_pace_but_not_in_the_month_they_join(toy, make_programme):
    model = toy.model(make_programme(**EVERYONE | {"capacity_per_month": 0.0}), until_month=9)
    [delivery] = model.deliveries
    step_to(model, 6)
    waiting = len(delivery.waiting)
    assert waiting == present(model, 6).sum() and not (delivery.status == GAVE_UP).any()
    for month in (7, 8, 9):
        was = np.zeros(model.world.population.n, bool)
        was[delivery.waiting] = True
        model.step()
        left = was & (delivery.status == GAVE_UP)
        gone = was & ~present(model, month)
        assert left[gone].all()
        assert share_is(int((left & ~gone).sum()), int((was & ~gone).sum()), 0.1)


def test_with_patience_nobody_gives_up_but_those_who_no_longer_qualify(toy, make_programme):
    programme = make_programme(
        **EVERYONE | {"capacity_per_month": 0.0, "eligibility": Eligibility(use=("never", "lapsed"))}
    )
    values = toy.model().spec.values | {"waiting_drop_out_monthly": 0.0, "onset_base": -3.0}
    model = toy.model(programme, until_month=24, values=values)
    [delivery] = model.deliveries
    step_to(model, 23)
    residents = model.world.residents
    waited, use = delivery.status == WAITING, residents.use.copy()
    model.step()
    left = waited & (delivery.status == GAVE_UP)
    assert np.array_equal(left, waited & ((use == 2) | ~present(model, 24)))
    assert (delivery.status == GAVE_UP).sum() > 20 and (waited & ~left).any()


def test_every_condition_of_eligibility_counts(toy, make_programme):
    """Against the same conditions written out over columns, each alone and all together."""
    model = toy.model(until_month=40)
    model.run()
    people, residents, population = model.world.people, model.world.residents, model.world.population
    connected = model.world.households.connection[residents.household] > 0
    age = (40 - np.asarray(people.birth_month, int)) // 12
    area = np.asarray(people.area)
    fifth, authority = population.area_deprivation[area] + 1, population.area_authority[area]
    cases = {
        "min_age_years": (70, age >= 70),
        "max_age_years": (30, age <= 30),
        "use": (("never", "lapsed"), residents.use < 2),
        "max_skill": (0.5, residents.skill <= np.float32(0.5)),
        "disabled": (True, np.asarray(people.disability_onset_month) <= 40),
        "on_benefits": (True, np.asarray(people.on_benefits) == 1),
        "lacks": ("either", (residents.device == 0) | ~connected),
        "deprivation_quintiles": ((1, 2), fifth <= 2),
        "rural": (True, population.area_rural[area] == 1),
        "authorities": (("E07000002",), authority == 1),
    }
    cases_alone = [({name: value}, fits) for name, (value, fits) in cases.items()]
    cases_alone += [
        ({"disabled": False}, np.asarray(people.disability_onset_month) > 40),
        ({"rural": False}, population.area_rural[area] == 0),
        ({"use": ("recent",)}, residents.use == 2),
        ({"lacks": "device"}, residents.device == 0),
        ({"lacks": "connection"}, ~connected),
        ({name: cases[name][0] for name in ("use", "lacks", "rural")},
         cases["use"][1] & cases["lacks"][1] & cases["rural"][1]),
        ({}, np.ones(population.n, bool)),
    ]  # fmt: skip
    rows = np.arange(population.n)
    for conditions, fits in cases_alone:
        [delivery] = toy.model(make_programme(eligibility=Eligibility(**conditions))).deliveries
        found = funnel.still_eligible(rows, 40, people, residents, model.world.households, delivery.conditions)
        expected = fits & present(model, 40)
        assert np.array_equal(found, expected), conditions
        assert expected.any() and (not conditions or expected.sum() < present(model, 40).sum())


def test_a_hub_serves_what_its_staffed_hours_allow(toy, make_programme):
    """30 and 40 hours a week, a tenth of them for the programme, four hours a place: 3.25 and 4.33 places a month."""
    programme = make_programme(
        channel="hub", staff_hours_per_place=4.0, hub_hours_share=0.1, **EVERYONE | {"willing_share": 0.9}
    )
    patient = toy.model().spec.values | {"waiting_drop_out_monthly": 0.0}
    for scale in (1.0, 0.3):
        model = toy.at_scale(scale).model(programme, until_month=29, values=patient)
        [delivery] = model.deliveries
        model.run()
        served = delivery.status == SERVED
        for hub, hours in enumerate((30.0, 40.0)):
            places = 24 * hours * WEEKS_PER_MONTH * 0.1 / 4.0
            n = (served & (delivery.hub == hub)).sum() / scale
            assert places - 1 / scale - 1e-6 < n <= places + 1e-6


def test_within_a_hub_the_queue_keeps_its_order_and_a_full_one_holds_up_nobody_elsewhere(toy, make_programme):
    programme = make_programme(
        channel="hub", staff_hours_per_place=4.0, hub_hours_share=0.1, targeting="older_first",
        **EVERYONE | {"apply_probability_monthly": 0.05},
    )  # fmt: skip
    model = toy.model(programme, until_month=29)
    [delivery] = model.deliveries
    birth = np.asarray(model.world.people.birth_month)
    for _ in range(29):
        before = delivery.status.copy()
        model.step()
        for hub in (0, 1):
            served = (delivery.status == SERVED) & (before != SERVED) & (delivery.hub == hub)
            waiting = (delivery.status == WAITING) & (delivery.hub == hub)
            if served.any() and waiting.any():
                assert birth[served].max() <= birth[waiting].min()
    assert all((delivery.hub[delivery.status == SERVED] == hub).sum() > 20 for hub in (0, 1))


def test_a_hub_that_is_closed_serves_nobody(toy, make_programme):
    hubs = toy.setting.hubs
    closing = replace(hubs, opened_month=np.array([10, -1000]), closed_month=np.array([9999, 12]))
    changed = replace(toy, setting=replace(toy.setting, hubs=closing))
    model = changed.model(make_programme(channel="hub", **EVERYONE), until_month=20)
    [delivery] = model.deliveries
    for month in range(1, 21):
        before = delivery.status.copy()
        model.step()
        served = delivery.hub[(delivery.status == SERVED) & (before != SERVED)]
        assert not (served == 0).any() or month >= 10
        assert not (served == 1).any() or month < 12
    assert {0, 1} <= set(delivery.hub[delivery.status == SERVED].tolist())


def test_people_choose_hubs_by_gravity_and_some_find_none(toy, make_programme):
    model = toy.model(make_programme(channel="hub", **EVERYONE), until_month=6)
    model.run()
    [delivery] = model.deliveries
    there = present(model, 6)
    choice = toy.setting.hubs.choice(0)[toy.population.area[there]]
    chances = np.column_stack([choice[:, 0], choice[:, 1] - choice[:, 0], 1 - choice[:, 1]])
    chosen = delivery.hub[there]
    for number, hub in enumerate((0, 1, -1)):
        p = chances[:, number]
        assert abs((chosen == hub).sum() - p.sum()) < ERRORS * np.sqrt((p * (1 - p)).sum())
    assert (delivery.status[there][chosen == -1] == NOT_JOINED).all()


@pytest.mark.parametrize("instrument", ["train", "champion"])
def test_a_region_without_hubs_serves_nobody_through_them(toy, make_programme, instrument):
    hubs = toy.setting.hubs
    names = ("hub_id", "name", "kind", "staffed_hours_week", "opened_month", "closed_month")
    nothing = {name: getattr(hubs, name)[:0] for name in names}
    none = replace(hubs, **nothing, distance_km=hubs.distance_km[:, :0], pull=hubs.pull[:, :0])
    bare = replace(toy, setting=replace(toy.setting, hubs=none))
    model = bare.model(make_programme(instrument, channel="hub"), until_month=12)
    model.run()
    assert len(model.deliveries[0].treated_rows) == 0


def test_two_programmes_do_not_share_luck(toy, make_programme):
    """Who is aware, willing and lucky in the queue of one is not so in the other."""
    half = EVERYONE | {"awareness_start": 0.5, "awareness_limit": 0.5}
    model = toy.model(make_programme(id="one", **half), make_programme(id="two", **half), until_month=6)
    model.run()
    there = present(model, 6)
    one, two = ((delivery.status == SERVED)[there] for delivery in model.deliveries)
    assert share_is(int((one & two).sum()), int(there.sum()), 0.25)
