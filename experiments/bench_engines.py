"""Benchmark of the two engines: columns and compiled loops against the reference, one agent at a time in plain Mesa.

The reference is timed with compiled rules, and with the rules in plain Python, which is what a model written in Mesa
alone would be. That needs a process of its own, in which nothing is compiled.
"""

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd

from experiments.runner import check_count, check_scale

if TYPE_CHECKING:
    from model.reference import ReferenceModel
    from model.region_model import RegionModel

COLUMNAR_MONTHS = 24
"""Months of the columnar engine after one to warm up; it needs many to be timed well."""


def time_engines(region: str, scale: float, months: int) -> list[tuple[str, pd.DataFrame]]:
    """Nanoseconds per agent and month of each engine on one core, in the same world from January 2013.

    months: months of the reference. Agents are residents present and firms open.
    """
    check_scale(scale)
    check_count("--months", months, 1, 240)
    timings = {
        "columns, compiled": _time(region, scale, COLUMNAR_MONTHS, "columnar"),
        "reference, compiled rules": _time(region, scale, months, "reference"),
        "reference, rules in plain Python": _time_uncompiled(region, scale, months),
    }
    frame = pd.DataFrame(timings.values(), columns=["agent_months", "seconds"])
    frame.insert(0, "engine", list(timings))
    per_agent = 1e9 * frame["seconds"] / frame["agent_months"]
    frame["ns_per_agent_month"] = per_agent.round(1)
    frame["times_the_columns"] = (per_agent / per_agent.iloc[0]).round(1)
    frame["seconds"] = frame["seconds"].round(3)
    return [(f"{region}, scale {scale:g}, one core, no programmes", frame)]


def _time(region: str, scale: float, months: int, engine: str) -> tuple[int, float]:
    """Agent-months and seconds of some months, after one to warm up."""
    model = _model(region, scale, months + 1, engine)
    model.step()
    agent_months, seconds = 0, 0.0
    for _ in range(months):
        started = time.process_time()
        model.step()
        seconds += time.process_time() - started
        agent_months += _n_agents(model)
    return agent_months, seconds


def _model(region: str, scale: float, until_month: int, engine: str) -> "RegionModel | ReferenceModel":
    from model.parameters import central_values
    from model.reference import ReferenceModel
    from model.region_model import ModelSpec, RegionModel
    from scenarios.loader import load_scenario
    from scenarios.materials import model_inputs

    scenario, values = load_scenario("baseline", region), central_values()
    inputs = model_inputs(region, scale, 1, scenario.network_variant, values)
    kind = RegionModel if engine == "columnar" else ReferenceModel
    return kind(ModelSpec(scenario, until_month, values), **inputs, rng=1)


def _n_agents(model: "RegionModel | ReferenceModel") -> int:
    if hasattr(model, "world"):
        from model.state import ABSENT

        return int((model.world.residents.code != ABSENT).sum() + model.world.firms.open.sum())
    return len(model.residents()) + sum(firm.open for firm in model.firms)


def _time_uncompiled(region: str, scale: float, months: int) -> tuple[int, float]:
    """`_time` of the reference in a process in which nothing is compiled."""
    done = subprocess.run(
        [sys.executable, "-m", "experiments.bench_engines", region, repr(scale), str(months)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    agent_months, seconds = json.loads(done.stdout)
    return agent_months, seconds


if __name__ == "__main__":
    json.dump(_time(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), "reference"), sys.stdout)
