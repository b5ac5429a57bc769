"""Work: every job has one holder or is vacant, and counts of workers are those of a recount."""

import numpy as np
import pytest

from model.parameters import central_values
from model.rules.work import EMPLOYED
from model.rules.workplace import first_commuters, share_to_go, whole_share
from model.state import ABSENT, NO_WORKPLACE, OUTSIDE_REGION, PUBLIC_SECTOR, SELF_EMPLOYED

MONTHS = 36


@pytest.fixture(scope="module")
def worlds(toy_with_firms):
    """A run month by month: (month, world) after each step."""

    def run(**changes):
        model = toy_with_firms.model(until_month=MONTHS, values=central_values() | changes)
        yield 0, model.world
        for month in range(1, MONTHS + 1):
            model.step()
            yield month, model.world

    return run


def test_every_job_has_one_holder_or_is_vacant(worlds):
    for month, world in worlds():
        units = world.units
        vacant = units.jobs - units.held - units.commuters
        assert (vacant >= 0).all() and (units.held >= 0).all() and (units.commuters >= 0).all(), month
        closed = world.firms.open[world.roster.unit_firm] == 0
        assert (units.wanted[closed] == 0).all() and (units.commuters[closed] == 0).all()
        assert (units.wanted[~closed] >= 1).all()


def test_counts_of_workers_equal_a_recount(worlds):
    for month, world in worlds():
        residents, roster = world.residents, world.roster
        at_work = np.flatnonzero((residents.code != ABSENT) & (residents.workplace >= 0))
        unit = residents.workplace[at_work]
        firm = roster.unit_firm[unit]

        def count(where, n, of):
            return np.bincount(where, of, n).astype(int)

        ones = np.ones(len(unit))
        assert np.array_equal(world.units.held, count(unit, roster.n_units, ones)), month
        assert np.array_equal(world.units.competent, count(unit, roster.n_units, residents.competent[at_work])), month
        assert np.array_equal(world.firms.workers, count(firm, roster.n, ones)), month
        skilled = count(firm, roster.n, residents.skilled[at_work])
        assert np.array_equal(world.firms.skilled_workers, skilled), month
        commuters = count(roster.unit_firm, roster.n, world.units.commuters)
        assert np.array_equal(world.firms.commuters, commuters), month


def test_the_employed_and_nobody_else_have_a_workplace(worlds):
    for month, world in worlds():
        here = world.residents.code != ABSENT
        employed = here & (world.residents.employment == EMPLOYED)
        assert (world.residents.workplace[employed] != NO_WORKPLACE).all(), month
        assert (world.residents.workplace[~employed] == NO_WORKPLACE).all(), month


def test_people_who_lose_their_job_with_the_firm_look_for_another(worlds):
    """Workers of a closed firm are gone from it a month later."""
    left = 0
    for month, world in worlds():
        units, roster = world.units, world.roster
        long_closed = world.firms.closed_month[roster.unit_firm] < month
        assert (units.jobs[long_closed] == 0).all(), month
        left += int(long_closed.sum())
    assert left


def test_shares_of_kinds_of_workplace_are_those_asked_for(toy_with_firms):
    values = central_values() | {"workplace_public_share": 0.3, "workplace_self_share": 0.2}
    model = toy_with_firms.model(values=values)
    workplace = model.world.residents.workplace[model.world.residents.employment == EMPLOYED]
    workplace = workplace[workplace != NO_WORKPLACE]
    n = len(workplace)
    for kind, share in ((PUBLIC_SECTOR, 0.3), (SELF_EMPLOYED, 0.2)):
        # Four standard errors of a share: wrong once in ten thousand tries.
        assert abs((workplace == kind).mean() - share) < 4 * np.sqrt(share * (1 - share) / n)
    assert (workplace == OUTSIDE_REGION).mean() > 0.05


def test_people_work_nearer_home_the_steeper_distance_weighs(toy_with_firms):
    def mean_km(decay: float) -> float:
        model = toy_with_firms.model(values=central_values() | {"commute_decay_per_km": decay})
        world = model.world
        at_work = np.flatnonzero(world.residents.workplace >= 0)
        home = world.people.area[at_work]
        work = world.roster.unit_area[world.residents.workplace[at_work]]
        x, y = (np.asarray(getattr(toy_with_firms.population, f"area_{name}")) for name in ("latitude", "longitude"))
        return float(np.hypot(x[home] - x[work], y[home] - y[work]).mean())

    assert mean_km(1.0) < mean_km(0.01)


def test_without_firms_nobody_works_for_one(toy):
    model = toy.model(until_month=3)
    model.run()
    assert (model.world.residents.workplace < 0).all()


def test_flows_are_whole_and_right_on_average():
    draws = (np.arange(1000) + 0.5) / 1000
    assert np.mean([whole_share(7, 0.23, u) for u in draws]) == pytest.approx(7 * 0.23, abs=1e-3)
    assert share_to_go(5, 0) == 0.0
    from model.parameters import bundle
    from model.rules.workplace import WorkplaceParameters

    p = bundle(WorkplaceParameters, central_values())
    assert first_commuters(3, 3, 0.9, p) == 0
    assert all(0 <= first_commuters(10, 4, u, p) <= 6 for u in draws)
