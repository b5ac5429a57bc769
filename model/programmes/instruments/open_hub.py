"""open_hub: community hubs, innovation labs or sandboxes, opened where none is near and staffed while money lasts."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from model.calendar import NEVER
from model.population import Population
from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.setting import KINDS, Hubs, Setting, distance_km, pull_of_hubs
from model.world import World

EFFECTS = {
    "n_hubs": "hubs",
    "staffed_hours_week": "hours a week",
    "seats": "people",
    "kind": "code, 1 community_hub, 2 growth_hub, 3 innovation_lab, 4 sandbox",
}
DOES_THE_WORK_OF = {"community_hub": ("community_hub", "library")}
"""kind -> kinds of hubs that make another one needless near by; of the others only their own"""
MOST_DEPRIVED = 0


def plan_hubs(
    setting: Setting, programmes: Iterable[Programme], population: Population, values: dict[str, float]
) -> Setting:
    """The setting of a run with the hubs that its programmes may open; they are closed until paid for."""
    for programme in programmes:
        if programme.instrument != "open_hub" or programme.budget_pence <= 0:
            continue
        if setting.hubs.seats is None:
            usual = np.full(len(setting.hubs), values["hub_seats"])
            setting = replace(setting, hubs=replace(setting.hubs, seats=usual))
        areas = _places_for(setting, programme, population)
        setting = setting.with_hubs(_planned(areas, programme, population, values["hub_gravity_per_km"]))
    return setting


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Hubs planned, each month anew."""
    return len(_own(world.setting.hubs, programme))


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Open as many of the programme's hubs as the month's money pays, the first planned first, for this month."""
    hubs, month = world.setting.hubs, world.month
    if work.paid == 0:
        return
    own = _own(hubs, programme)[: work.paid]
    hubs.opened_month[own], hubs.closed_month[own] = month, month + 1
    world.setting.update(month)


def _own(hubs: Hubs, programme: Programme) -> np.ndarray:
    return np.flatnonzero(np.char.startswith(hubs.hub_id, f"{programme.id}/"))


def _places_for(setting: Setting, programme: Programme, population: Population) -> list[int]:
    """Areas that get a hub: each time the one with most adults around it who have none near, of those without."""
    kind, reach_km, hubs = _kind(programme), setting.hub_reach_km, setting.hubs
    rivals = np.isin(hubs.kind, DOES_THE_WORK_OF.get(kind, (kind,)))
    rivals &= hubs.is_open(programme.start_month) | (hubs.opened_month == NEVER)
    covered = ((hubs.distance_km <= reach_km) & rivals).any(axis=1)
    adults = np.ones(population.n_areas) if setting.adults is None else setting.adults.copy()
    if programme.targeting == "deprived_first":
        adults[np.asarray(population.area_deprivation) != MOST_DEPRIVED] = 0.0
    latitude, longitude = np.asarray(population.area_latitude), np.asarray(population.area_longitude)
    near = distance_km(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :]) <= reach_km
    chosen: list[int] = []
    for _ in range(int(programme.effects["n_hubs"])):
        score = np.where(covered, 0.0, near @ np.where(covered, 0.0, adults))
        best = int(np.argmax(score))
        if score[best] <= 0.0:
            break
        chosen.append(best)
        covered |= near[best]
    return chosen


def _planned(areas: list[int], programme: Programme, population: Population, gravity_per_km: float) -> Hubs:
    latitude, longitude = np.asarray(population.area_latitude), np.asarray(population.area_longitude)
    distance = distance_km(latitude[:, None], longitude[:, None], latitude[areas][None, :], longitude[areas][None, :])
    hours = np.full(len(areas), programme.effects["staffed_hours_week"])
    return Hubs(
        hub_id=np.array([f"{programme.id}/{number + 1}" for number in range(len(areas))], str),
        name=np.array([f"{programme.title}, {population.area_code[area]}" for area in areas], str),
        kind=np.array([_kind(programme)] * len(areas), str),
        staffed_hours_week=hours,
        opened_month=np.full(len(areas), NEVER, np.int64),
        closed_month=np.full(len(areas), NEVER, np.int64),
        distance_km=distance,
        pull=pull_of_hubs(hours, distance, gravity_per_km),
        seats=np.full(len(areas), programme.effects["seats"]),
    )


def _kind(programme: Programme) -> str:
    return KINDS[int(programme.effects["kind"])]
