"""build_coverage: fixed connections built past homes, area by area; some homes take one up."""

import numpy as np

from model.chance import Decision, key_from_text, word
from model.jit import njit
from model.programmes.firm_effects import draw_attention
from model.programmes.funnel import draws
from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.state import ABSENT, Residents
from model.world import World

EFFECTS = {
    "take_up_share": "share of homes passed without a fixed connection",
    "attention_gain": "multiple of attention",
    "build_months": "months",
}
FIXED_CONNECTION = 2
NO_KEY = np.uint64(2**64 - 1)


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Homes left to be passed."""
    return len(_homes_left(world))


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Pass the homes paid for; connect those that are ready, and tell firms in areas completed."""
    coverage, effects, month = world.coverage, programme.effects, world.month
    if work.paid > 0:
        homes, areas = _next_homes(world, programme, work.paid, seed)
        coverage.build(programme.id, month + int(effects["build_months"]), homes, areas)
    if (programme.id, month) not in coverage.due:
        return
    homes, areas = coverage.due.pop((programme.id, month))
    key = lowest_keys(world.people.key, world.residents, len(coverage.homes_passed))[homes]
    takes = (key != NO_KEY) & (world.households.connection[homes] < FIXED_CONNECTION)
    takes &= draws(word(seed, 0, Decision.CONNECTION_TAKEN), key) < effects["take_up_share"]
    world.households.connection[homes[takes]] = FIXED_CONNECTION
    world.households.on_trial[homes[takes]] = 0
    main_area = np.asarray(world.roster.unit_area)[np.asarray(world.roster.unit_ptr)[:-1]]
    firms = np.flatnonzero(np.isin(main_area, areas) & (world.firms.open > 0))
    draw_attention(firms, effects["attention_gain"], world.firms)


@njit
def lowest_keys(key: np.ndarray, residents: Residents, n_households: int) -> np.ndarray:
    """For each home the lowest key of those who live there, NO_KEY if nobody does."""
    lowest = np.full(n_households, NO_KEY, np.uint64)
    for i in range(key.shape[0]):
        if residents.code[i] != ABSENT:
            home = residents.household[i]
            lowest[home] = min(lowest[home], key[i])
    return lowest


def _homes_left(world: World) -> np.ndarray:
    """Rows of homes that are lived in and not passed, in areas that are not completed."""
    coverage, area = world.coverage, np.asarray(world.population.household_area)
    left = (world.households.occupants > 0) & (coverage.homes_passed == 0) & (coverage.areas_passed[area] == 0)
    return np.flatnonzero(left)


def _next_homes(world: World, programme: Programme, n: int, seed: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """The next n homes, area after area, and the areas that are completed with them."""
    population, luck = world.population, word(seed, 0, Decision.QUEUE_RANK)
    homes = _homes_left(world)
    area = np.asarray(population.household_area)[homes]
    homes_in = np.bincount(area, minlength=population.n_areas)
    in_order = _areas_in_order(world, programme, luck)
    in_order = in_order[homes_in[in_order] > 0]
    n_up_to = np.cumsum(homes_in[in_order])
    place = np.full(population.n_areas, len(in_order))
    place[in_order] = np.arange(len(in_order))
    # Homes of areas further back need no lot.
    near = place[area] <= np.searchsorted(n_up_to, n)
    homes, area = homes[near], area[near]
    key = lowest_keys(world.people.key, world.residents, len(world.coverage.homes_passed))[homes]
    first = np.lexsort((key, draws(luck, key), place[area]))[:n]
    return homes[first], in_order[n_up_to <= n]


def _areas_in_order(world: World, programme: Programme, luck: np.uint64) -> np.ndarray:
    """Areas as they are built: by the programme's targeting, then by lot."""
    population = world.population
    priority = {
        "deprived_first": np.asarray(population.area_deprivation),
        "rural_first": 1 - np.asarray(population.area_rural),
    }.get(programme.targeting, np.zeros(population.n_areas, np.int8))
    keys = np.array([key_from_text(str(code)) for code in population.area_code], np.uint64)
    return np.lexsort((keys, draws(luck, keys), priority))
