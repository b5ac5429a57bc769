"""Loops over columns: what a month leaves behind can be counted again from scratch."""

import numpy as np
import pytest

from model.calendar import NEVER
from model.kernels import (
    BECAME_COMPETENT,
    CEASED_COMPETENT,
    GETS_CONNECTION,
    LOSES_CONNECTION,
    Groups,
    Ties,
    commit,
    count_first_ties,
)
from model.kernels import leave as take_out
from model.rules.skill import FOUNDATION
from model.rules.work import INACTIVE, PENSION_AGE_YEARS
from model.state import (
    ABSENT,
    LAPSED,
    NO_GROUP,
    NO_WORKPLACE,
    RECENT,
    empty_firms,
    empty_households,
    empty_residents,
    empty_units,
)

NOBODY_AT_WORK = (
    Groups(np.zeros((1, 4), np.float32), *(np.zeros(0, np.int32) for _ in range(4))),
    np.zeros(0, np.int32),
    empty_firms(0),
    empty_units(0),
)
"""Groups, firms of units, firms and units of a world without work."""


@pytest.fixture(scope="module")
def plan(make_programme):
    """Programmes that move skills, devices and connections about."""
    return (
        make_programme("train"),
        make_programme("equip", effects=make_programme("equip").effects | {"lend_months": 3.0}),
        make_programme("subsidise_connection"),
    )


def here(model) -> np.ndarray:
    """Who lives there this month by the roster alone."""
    people, month = model.world.people, model.period
    return (np.asarray(people.entry_month) <= month) & (month < np.asarray(people.exit_month))


def home_by_roster(model) -> np.ndarray:
    """Household of each row this month by the roster alone."""
    people, month = model.world.people, model.period
    return np.where(np.asarray(people.next_household_month) <= month, people.next_household, people.household)


def test_counts_of_neighbours_households_and_people_equal_a_recount_every_month(toy, plan):
    model, network = toy.model(*plan, until_month=36), toy.network
    row = np.repeat(np.arange(network.n), np.diff(network.indptr))
    changed = 0
    for month in range(37):
        if month:
            before = model.world.residents.weight_competent.copy()
            model.step()
            changed += int((before != model.world.residents.weight_competent).sum())
        residents, households = model.world.residents, model.world.households
        present = here(model)
        assert np.array_equal(residents.code != ABSENT, present)
        assert int(model.record.code_counts[month].sum()) == int(present.sum())

        competent = present & (residents.use == RECENT) & (residents.skill >= np.float32(FOUNDATION))
        assert np.array_equal(residents.competent.astype(bool), competent)
        now = (network.start <= month) & (month < network.end)
        weight = network.weight.astype(np.int64)
        ties = np.bincount(row[now], weight[now], network.n)
        told = now & competent[network.neighbour]
        assert np.array_equal(residents.weight_ties[present], ties[present]), month
        assert np.array_equal(
            residents.weight_competent[present], np.bincount(row[told], weight[told], network.n)[present]
        )

        assert np.array_equal(residents.household[present], home_by_roster(model)[present])
        occupants = np.bincount(residents.household[present], minlength=len(households.occupants))
        assert np.array_equal(households.occupants, occupants)
        assert not residents.event.any()
    assert changed > 1000


def test_scores_stay_between_0_and_1_and_states_among_their_codes(toy, plan):
    model = toy.model(*plan, until_month=36)
    for _ in range(36):
        model.step()
        residents, households = model.world.residents, model.world.households
        rows = here(model)
        for name in ("motivation", "trust", "skill", "skill_ceiling", "ceiling_gain"):
            values = getattr(residents, name)[rows]
            assert values.min() >= 0.0 and values.max() <= 1.0, name
        assert residents.onset_dose.min() >= 0.0
        for values, highest in ((residents.use, 2), (residents.device, 2), (residents.employment, 2)):
            assert values.max() <= highest
        assert households.connection.max() <= 2
        assert residents.code[rows].max() < 48
        assert (residents.weight_competent[rows] >= 0).all()
        assert (residents.weight_competent[rows] <= residents.weight_ties[rows]).all()


def test_nobody_who_is_a_user_becomes_a_never_user_and_pensioners_do_not_work(toy, plan):
    model = toy.model(*plan, until_month=36)
    model.step()
    for _ in range(35):
        was, rows = model.world.residents.use.copy(), here(model)
        model.step()
        rows &= here(model)
        now = model.world.residents.use
        assert (now[rows & (was >= LAPSED)] >= LAPSED).all()
        old = rows & (model.period - np.asarray(model.world.people.birth_month) >= PENSION_AGE_YEARS * 12)
        assert old.any() and (model.world.residents.employment[old] == INACTIVE).all()


def test_without_decline_and_gain_skill_moves_as_the_equations_say(toy):
    """One month worked out by hand for everyone: learning users, forgetting non-users."""
    model = toy.model()
    model.step()
    residents, people = model.world.residents, model.world.people
    before = {name: getattr(residents, name).astype(float) for name in residents._fields}
    p = model.world.values
    model.step()
    stayed = here(model) & (np.asarray(people.entry_month) < 2)
    online = before["use"] == RECENT
    peers = (before["weight_competent"] + p["peer_prior_ties"] * p["peer_prior_share"]) / (
        before["weight_ties"] + p["peer_prior_ties"]
    )
    gap = np.maximum(np.asarray(residents.skill_ceiling, float) - before["skill"], 0.0)
    learned = before["skill"] + p["skill_learning_monthly"] * gap * (1 + p["skill_help"] * peers)
    expected = np.where(online, learned, before["skill"] * (1 - p["skill_decay_monthly"]))
    # Ties that change this month are counted before residents act.
    same_ties = stayed & (before["weight_ties"] == residents.weight_ties)
    assert same_ties.sum() > 500
    assert np.abs(residents.skill - expected)[same_ties].max() < 1e-6


def test_commit_tells_only_those_tied_this_month_and_connects_homes():
    """Four people in three homes; 0 is tied to 1 until month 5, to 2 from month 5, to 3 always."""
    edges = [(0, 1, 0, 5), (0, 2, 5, NEVER), (0, 3, 0, NEVER)]
    edges += [(b, a, s, e) for a, b, s, e in edges]
    edges.sort()
    indptr = np.searchsorted([e[0] for e in edges], np.arange(5)).astype(np.int64)
    column = [np.array([e[k] for e in edges]) for k in range(4)]
    ties = Ties(
        indptr,
        column[1].astype(np.int32),
        np.full(6, 4, np.uint8),
        column[2].astype(np.int16),
        column[3].astype(np.int16),
    )
    residents, households = empty_residents(4), empty_households(3)
    residents.workplace[:], residents.session_group[:] = NO_WORKPLACE, NO_GROUP
    residents.household[:] = [0, 0, 1, 2]
    residents.device[:] = [1, 0, 0, 2]
    households.connection[:] = [0, 2, 0]
    residents.event[:] = [BECAME_COMPETENT | GETS_CONNECTION, 0, LOSES_CONNECTION, GETS_CONNECTION]
    # In another order than the rows': nothing may hang on it.
    commit(np.array([3, 2, 0]), 5, residents, households, ties, *NOBODY_AT_WORK)
    assert list(residents.weight_competent) == [0, 0, 4, 4]
    assert list(residents.competent) == [1, 0, 0, 0]
    assert list(households.connection) == [1, 0, 2]
    assert not residents.event.any()

    residents.event[0] = CEASED_COMPETENT
    commit(np.array([0]), 6, residents, households, ties, *NOBODY_AT_WORK)
    assert list(residents.weight_competent) == [0, 0, 0, 0]
    assert residents.competent[0] == 0

    residents.competent[:] = [0, 1, 1, 0]
    count_first_ties(residents, ties)
    assert list(residents.weight_ties) == [8, 4, 0, 4]
    assert list(residents.weight_competent) == [4, 0, 0, 0]

    households.occupants[:] = [2, 1, 1]
    take_out(np.array([1], np.int32), residents, households, *NOBODY_AT_WORK)
    assert (residents.code[1], residents.competent[1]) == (ABSENT, 0)
    assert list(households.occupants) == [1, 1, 1]


def test_two_who_connect_a_home_in_one_month_give_the_same_connection_in_any_order():
    connections = []
    for devices in ([1, 2], [2, 1]):
        residents, households = empty_residents(2), empty_households(1)
        residents.workplace[:], residents.session_group[:] = NO_WORKPLACE, NO_GROUP
        ties = Ties(np.zeros(3, np.int64), *(np.zeros(0, np.int32) for _ in range(4)))
        residents.device[:] = devices
        residents.event[:] = GETS_CONNECTION
        commit(np.array([0, 1]), 1, residents, households, ties, *NOBODY_AT_WORK)
        connections.append(int(households.connection[0]))
    assert connections[0] == connections[1]


def test_a_new_device_has_a_large_screen_as_often_as_the_parameter_says(make_toy):
    """The share of large screens among devices got by those who had none, within four standard errors."""
    toy = make_toy(20, 300)
    for share in (0.0, 0.3, 1.0):
        model = toy.model(values=toy.model().spec.values | {"large_screen_share": share, "access_get_base": -3.0})
        got = []
        for _ in range(12):
            was = model.world.residents.device.copy()
            stayed = here(model)
            model.step()
            new = stayed & here(model) & (was == 0) & (model.world.residents.device > 0)
            got.append(model.world.residents.device[new])
        devices = np.concatenate(got)
        error = np.sqrt(share * (1 - share) / len(devices))
        assert len(devices) > 200
        assert abs((devices == 2).mean() - share) <= 4 * error


def test_starting_and_stopping_come_as_often_as_their_hazards_say(make_toy):
    """With every cause but the intercepts switched off, counts match 1 - exp(-exp(b)) within four standard errors."""
    off = ["onset_age", "onset_age_over_75", "onset_disability", "onset_education", "onset_deprivation", "onset_peers", "onset_motivation", "onset_skill", "onset_returning", "lapse_age", "lapse_disability", "lapse_no_access", "lapse_affordability", "lapse_skill", "lapse_peers"]  # fmt: skip
    toy = make_toy(20, 300)
    values = toy.model().spec.values | dict.fromkeys(off, 0.0)
    values |= {"onset_base": -3.0, "lapse_base": -4.0, "proxy_access": 0.8}
    model = toy.model(values=values)
    model.step()
    rules = model.world.rules.use
    counts = {"onset": [0, 0.0, 0.0], "lapse": [0, 0.0, 0.0]}
    for _ in range(23):
        residents, households = model.world.residents, model.world.households
        use, rows = residents.use.copy(), here(model)
        own = (residents.device > 0) & (households.connection[residents.household] > 0)
        near = (model.world.setting.places.hub_in_reach[model.world.people.area] > 0) | (residents.weight_competent > 0)
        access = np.where(own, 1.0, np.where(near, 0.8, 0.0))
        model.step()
        rows &= here(model)
        onset = np.where(use < RECENT, -np.expm1(-access * np.exp(rules.onset_base + rules.onset_shift)), 0.0)[rows]
        lapse = np.where(use == RECENT, -np.expm1(-np.exp(rules.lapse_base + rules.lapse_shift)), 0.0)[rows]
        now = model.world.residents.use[rows]
        for name, p, happened in (
            ("onset", onset, (use[rows] < RECENT) & (now == RECENT)),
            ("lapse", lapse, (use[rows] == RECENT) & (now == LAPSED)),
        ):
            counts[name][0] += int(happened.sum())
            counts[name][1] += float(p.sum())
            counts[name][2] += float((p * (1 - p)).sum())
    for name, (n, expected, variance) in counts.items():
        assert n > 100
        # A few movers change home, and so access, between what is read here and the month's decisions.
        assert abs(n - expected) < 4 * np.sqrt(variance) + 0.01 * expected, name
