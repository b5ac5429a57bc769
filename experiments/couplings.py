"""What each coupling between residents, firms and hubs does: the same runs with it on and with it off."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.bands import bands
from experiments.runner import MAX_SEED, RunInput, check_count, check_scale, make_model, spread
from model.calendar import month_index
from model.chance import hash_words
from model.couplings import COUPLINGS
from model.firm_outcomes import FIRM_INDICATORS, firm_indicator_values
from model.outcomes import INDICATORS, indicator_values
from model.parameters import central_values, parameter_draws
from model.region_model import RegionModel
from model.scenario import Scenario
from scenarios.loader import load_scenario
from scenarios.materials import materials

NEGLIGIBLE = {"%": 0.1, "index": 0.001}
"""Largest effect that is called negligible, by the first word of an indicator's unit: a tenth of a percentage point, a
thousandth of an index. A convention, set before any effect was seen."""


@dataclass(frozen=True, slots=True)
class CouplingTask:
    """One draw and seed, run with every coupling on and with each off."""

    run: RunInput
    scenario: Scenario


def coupling_effects(
    scenario: str,
    region: str,
    *,
    replicates: int = 10,
    draws: int = 10,
    scale: float = 0.1,
    seed: int = 1,
    until: str = "2030-12",
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> pd.DataFrame:
    """One row a coupling and indicator it reaches: value with all on, effect (on minus off), intervals, verdict.

    `replicates` seeds at central parameters and `draws` posterior draws with one seed each. InputError for bad input.
    """
    check_scale(scale)
    check_count("replicates", replicates, 1, 10_000)
    check_count("draws", draws, 0, 10_000)
    check_count("seed", seed, 0, MAX_SEED)
    until_month = month_index(until, key="until")
    resolved = load_scenario(scenario, region)
    central = central_values()
    points = [("central", 0, replicate, central) for replicate in range(replicates)]
    points += [("posterior", draw, 0, values) for draw, values in enumerate(parameter_draws(draws, seed))]
    tasks = [
        CouplingTask(
            RunInput(
                region, scale, 1, until_month, hash_words(seed, replicate) % MAX_SEED, tuple(sorted(values.items())),
                point, draw, replicate,
            ),
            resolved,
        )
        for point, draw, replicate, values in points
    ]  # fmt: skip
    progress(0, len(tasks), "reading or building the population")
    materials(region, scale, 1)
    frames: dict[int, pd.DataFrame] = {}
    for number, frame in spread(run_couplings, tasks):
        frames[number] = frame
        progress(len(frames), len(tasks), "running with each coupling on and off")
    return summarise(pd.concat([frames[number] for number in sorted(frames)], ignore_index=True))


def run_couplings(task: CouplingTask) -> pd.DataFrame:
    """coupling, indicator, on, off and the labels of the run, for every coupling and what it reaches."""
    on = indicators_at_end(task, {})
    rows = []
    for name, coupling in COUPLINGS.items():
        off = indicators_at_end(task, coupling.off)
        rows += [
            {"coupling": name, "indicator": indicator, "on": on[indicator], "off": off[indicator]}
            for indicator in coupling.reaches
        ]
    labels = {"design_point": task.run.design_point, "draw": task.run.draw, "replicate": task.run.replicate}
    return pd.DataFrame(rows).assign(**labels)


def indicators_at_end(task: CouplingTask, off: dict[str, float]) -> dict[str, float]:
    """Every indicator of residents and firms in the last month of a run with some parameters changed."""
    values = dict(task.run.values) | off
    model: RegionModel = make_model(replace(task.run, values=tuple(sorted(values.items()))), task.scenario)
    model.run()
    weight = model.world.weight
    residents = indicator_values(model.record.code_counts[-1][None, :], weight)[0]
    firms = firm_indicator_values(model.record.firm_months[-1][None, :], weight)[0]
    named = dict(zip((entry.name for entry in INDICATORS), residents, strict=True))
    return named | dict(zip((entry.name for entry in FIRM_INDICATORS), firms, strict=True))


def summarise(runs: pd.DataFrame) -> pd.DataFrame:
    """Effects over runs with the interval over parameters and chance, that over chance alone, and a verdict."""
    units = {entry.name: entry.unit for entry in (*INDICATORS, *FIRM_INDICATORS)}
    keys = ["coupling", "indicator"]
    runs = runs.assign(effect=runs["on"] - runs["off"])
    table = bands(runs, keys, "effect").reset_index()
    with_all = runs[runs["design_point"] == "central"].groupby(keys)["on"].mean()
    table.insert(2, "with_all_on", with_all.loc[pd.MultiIndex.from_frame(table[keys])].to_numpy())
    table["unit"] = ["percentage points" if units[name].startswith("%") else units[name] for name in table["indicator"]]
    limits = [NEGLIGIBLE[units[name].split()[0].rstrip(",")] for name in table["indicator"]]
    table["verdict"] = [
        verdict(effect, low, high, limit)
        for effect, low, high, limit in zip(table["effect"], table["low"], table["high"], limits, strict=True)
    ]
    order = {name: place for place, name in enumerate(COUPLINGS)}
    return table.sort_values("coupling", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)


def verdict(effect: float, low: float, high: float, limit: float) -> str:
    """negligible: the whole interval within the limit; unclear: it holds zero; else raises or lowers.

    >>> verdict(0.01, -0.02, 0.05, 0.1), verdict(0.3, -0.2, 0.9, 0.1), verdict(0.3, 0.2, 0.9, 0.1)
    ('negligible', 'unclear', 'raises')
    """
    if np.isnan(low):
        low, high = effect, effect
    if max(abs(low), abs(high)) < limit:
        return "negligible"
    if low <= 0.0 <= high:
        return "unclear"
    return "raises" if effect > 0 else "lowers"
