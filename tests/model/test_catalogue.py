"""What holds for every programme of the catalogue, whatever its numbers."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from experiments.coverage import trial_plan
from model.calendar import month_label
from model.parameters import central_values
from model.programmes.programme import PLACE_INSTRUMENTS
from model.region_model import RegionModel
from scenarios.catalogue import list_programmes, load_programme
from scenarios.programme_in_region import Extent
from tests.conftest import Toy, make_roster, make_setting

START, END = 6, 11
"""first and last month in which the programmes run"""
UNTIL = 20
OWN_DEMAND = {"productivity_share": 0.0}
"""Firms of a sector share its demand across authorities unless productivity leaves demand alone"""
EXTENT = Extent(250_000.0, 9_000.0, ("E07000001", "E07000002"))
"""A hundred times the toy region, so that capacities are not what binds"""
KINDS = ("library", "growth_hub", "community_hub", "innovation_lab")


@pytest.fixture(scope="module")
def place(toy: Toy) -> Toy:
    """The made-up region with firms, and a hub of every kind in each authority."""
    return with_hubs_of_every_kind(replace(toy, roster=make_roster(toy.population, 300)))


@pytest.fixture(scope="module")
def place_apart(toy: Toy) -> Toy:
    """Its two authorities five degrees apart, without ties, trade or newborn firms between them."""
    authority = np.asarray(toy.population.area_authority)
    north = np.asarray(toy.population.area_latitude) + 5.0 * authority
    population = replace(toy.population, area_latitude=north)
    roster = make_roster(population, 300)
    roster = replace(
        roster,
        entry_month=np.minimum(roster.entry_month, 0),
        trade_indptr=np.zeros(roster.n + 1, np.int64),
        trade_neighbour=np.zeros(0, np.int32),
    )
    apart = replace(toy, population=population, setting=make_setting(population), roster=roster)
    return with_hubs_of_every_kind(apart.without_ties_across(authority[np.asarray(population.area)]))


@pytest.fixture(scope="module")
def base_apart(place_apart: Toy) -> RegionModel:
    return run(place_apart, (), UNTIL, **OWN_DEMAND)


def with_hubs_of_every_kind(toy: Toy) -> Toy:
    hubs = toy.setting.hubs
    columns = ("staffed_hours_week", "opened_month", "closed_month", "distance_km", "pull")
    repeated = {name: np.repeat(getattr(hubs, name), len(KINDS), axis=-1) for name in columns}
    names = np.array([f"{name} {kind}" for name in hubs.name for kind in KINDS])
    every = replace(hubs, **repeated, hub_id=names, name=names, kind=np.tile(np.array(KINDS), len(hubs)))
    return replace(toy, setting=replace(toy.setting, hubs=every))


def programmes(*templates: str, budget_share: float = 1.0) -> tuple:
    """Programmes of templates on ample budgets in the months of the test."""
    plan = trial_plan(*templates, budget_share=budget_share, start=month_label(START), end=month_label(END))
    return plan.for_region(EXTENT, as_written=False).programmes


def works_on_places(template: str) -> bool:
    """Whether a template changes places themselves, which no condition of eligibility limits."""
    return any(
        member.instrument in (*PLACE_INSTRUMENTS, "demonstrate") for member in load_programme(template).members()
    )


def run(place: Toy, chosen: tuple, until_month: int, **values: float) -> RegionModel:
    model = place.model(*chosen, until_month=until_month, values=central_values() | values)
    model.run()
    return model


def state(model: RegionModel, rows: np.ndarray | slice = slice(None), firms: np.ndarray | slice = slice(None)) -> str:
    """A hash of every column of residents and firms, of some rows."""
    world = model.world
    columns = [np.ascontiguousarray(column[rows]) for column in world.residents]
    columns += [np.ascontiguousarray(column[firms]) for column in world.firms]
    return hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest()


def test_without_money_the_whole_catalogue_does_nothing(place):
    chosen = programmes(*list_programmes(), budget_share=0.0)
    assert len(chosen) > 60
    assert state(run(place, chosen, 14)) == state(run(place, (), 14))


@pytest.mark.parametrize("template", list_programmes())
def test_more_money_serves_no_fewer_in_the_first_month(place, template):
    served = []
    for budget_share in (0.02, 0.2, 1.0):
        model = run(place, programmes(template, budget_share=budget_share), START)
        served.append(sum(entry.served for entry in model.record.delivery))
    assert served == sorted(served)


def test_after_the_window_nobody_new_is_served_and_only_promised_money_flows(place):
    model = run(place, programmes(*list_programmes()), END + 12)
    promised = {}
    for entry in model.record.delivery:
        if entry.month <= END:
            promised[entry.programme] = entry.reserved_pence
            continue
        assert entry.served == entry.joined == 0, entry
        assert entry.spend_pence <= promised[entry.programme], entry
        promised[entry.programme] -= entry.spend_pence


def test_nobody_is_served_twice_for_one_need(place):
    model = run(place, programmes(*list_programmes()), END)
    served: dict[tuple[str, str], np.ndarray] = {}
    checked = 0
    for delivery in model.deliveries:
        need = delivery.programme.need
        if not need or need == "device":
            # A device need comes back when a loan ends.
            continue
        audience = delivery.programme.audience
        treated = np.asarray(delivery.first_treated) <= END
        before = served.get((audience, need), np.zeros_like(treated))
        assert not (before & treated).any(), delivery.programme.id
        served[audience, need] = before | treated
        checked += int(treated.sum())
    assert checked > 30


@pytest.mark.parametrize("template", [name for name in list_programmes() if not works_on_places(name)])
def test_a_programme_in_one_authority_changes_nobody_elsewhere(place_apart, base_apart, template):
    here = tuple(_in_first_authority(programme) for programme in programmes(template))
    plan, base = run(place_apart, here, UNTIL, **OWN_DEMAND), base_apart
    people = np.asarray(place_apart.population.area_authority)[np.asarray(place_apart.population.area)]
    firms = np.asarray(place_apart.roster.authority)
    assert state(plan, people == 1, firms == 1) == state(base, people == 1, firms == 1)
    if sum(entry.completed for entry in plan.record.delivery) > 0:
        assert state(plan, people == 0, firms == 0) != state(base, people == 0, firms == 0)


def _in_first_authority(programme):
    if programme.audience == "firms":
        return replace(programme, firm_eligibility=replace(programme.firm_eligibility, authorities=("E07000001",)))
    return replace(programme, eligibility=replace(programme.eligibility, authorities=("E07000001",)))
