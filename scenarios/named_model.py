"""A model by names and plain keywords, for mesa.batch_run, Mesa's own pages and notebooks."""

from collections.abc import Callable

import mesa

from model.calendar import month_index
from model.parameters import central_values
from model.region_model import ModelSpec, RegionModel
from model.technologies import TECHNOLOGIES
from scenarios.loader import load_scenario
from scenarios.materials import model_inputs

STRUCTURE_SEED = 1
"""Seed of the people, ties and firms, the same in every run."""


class NamedRegionModel(RegionModel):
    """A region under a scenario of the library, or one of your own by its path, at central parameters.

    Collects a row at the end of each month, from the second on: use, waiting and load at hubs, and adoption by firms.
    Raises InputError for an unknown name, a scale outside (0, 1] or an impossible month.
    """

    def __init__(
        self,
        region: str = "gloucestershire",
        scenario: str = "baseline",
        scale: float = 0.05,
        until: str = "2030-12",
        rng: int = 1,
    ) -> None:
        values = central_values()
        loaded = load_scenario(scenario, region)
        inputs = model_inputs(region, scale, STRUCTURE_SEED, loaded.network_variant, values)
        super().__init__(ModelSpec(loaded, month_index(until), values), **inputs, rng=int(rng))
        # A collector of its own, still empty: mesa.batch_run counts its rows from the first step.
        self.datacollector = mesa.DataCollector(model_reporters=reporters(self.world.roster.n > 0))
        self.running = self.period < self.spec.until_month


def reporters(with_firms: bool) -> dict[str, Callable[[RegionModel], float]]:
    """Names and functions of what is collected each month."""
    adoption = {f"{name}_share_pct": _adoption(number) for number, name in enumerate(TECHNOLOGIES)}
    return {
        "online_share_pct": RegionModel.online_share_pct,
        "hub_load": _hub_load,
        "hub_waiting": _hub_waiting,
    } | (adoption if with_firms else {})


def _hub_load(model: RegionModel) -> float:
    """Mean over the hubs where programmes offered hours this month; 0 where there are none."""
    loads = [hub.load for hub in model.world.hubs if any(desk.hours_offered > 0 for desk in hub.desks.values())]
    return sum(loads) / len(loads) if loads else 0.0


def _hub_waiting(model: RegionModel) -> float:
    """People and firms who wait at hubs."""
    return float(sum(hub.waiting for hub in model.world.hubs))


def _adoption(technology: int) -> Callable[[RegionModel], float]:
    def share_pct(model: RegionModel) -> float:
        """Open firms that use a technology, in per cent."""
        firms = model.world.firms
        in_use = (firms.adopted[firms.open > 0] >> technology) & 1
        return 100.0 * float(in_use.mean()) if len(in_use) else 0.0

    return share_pct
