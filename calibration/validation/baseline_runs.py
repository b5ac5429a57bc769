"""Baseline runs at draws of the parameters, counted by authority, age band and disability in each January."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.replications import BUDGETS_OF
from calibration.run_table import Progress
from calibration.targets.target import survey_month
from experiments.runner import RunInput, make_model, spread
from model.chance import hash_words
from model.state import RECENT
from scenarios.loader import load_scenario
from scenarios.regions_io import list_regions

if TYPE_CHECKING:
    import pandas as pd

    from model.region_model import RegionModel

Measure = Callable[["RegionModel"], Mapping[str, float]]
"""what else is read of a finished run, by name; a function of a module, so that other processes can be told of it"""

AREA_SCALE = 0.05
"""Share of an area's people that is simulated. The smallest area has some 9,000 adults then: their chance adds about .3
points to a share of nine in ten, where the survey's own error is above one point."""
RUNS_A_TASK = 5
"""Runs of one region in a row, so that a process reads its people once."""


@dataclass(frozen=True, slots=True)
class _Task:
    region: str
    scale: float
    years: tuple[int, ...]
    runs: tuple[tuple[int, int, tuple[tuple[str, float], ...]], ...]
    """draw, seed and parameters of each"""
    measure: Measure | None


def baseline_runs(
    places: Sequence[tuple[str, float]],
    years: Sequence[int],
    draws: Sequence[Mapping[str, float]],
    *,
    seed: int = 1,
    measure: Measure | None = None,
    progress: Progress = lambda done, total, text: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One run of every place (region or sample, and scale) at every draw; a draw has the same seed in every place.

    Counts: region, draw, authority_code, year, age_band, disability, recent, adults (simulated people, January).
    Measures, of the last January: region, draw and what `measure` returns.
    """
    import pandas as pd

    runs = [(draw, hash_words(seed, draw) % 2**31, tuple(sorted(values.items()))) for draw, values in enumerate(draws)]
    tasks = [
        _Task(region, scale, tuple(years), tuple(runs[first : first + RUNS_A_TASK]), measure)
        for region, scale in places
        for first in range(0, len(runs), RUNS_A_TASK)
    ]
    progress(0, len(tasks), "baseline runs")
    found: dict[int, tuple[pd.DataFrame, list[dict[str, Any]]]] = {}
    for number, result in spread(_run, tasks):
        found[number] = result
        progress(len(found), len(tasks), "baseline runs")
    ordered = [found[number] for number in range(len(tasks))]
    counts = pd.concat([table for table, _ in ordered], ignore_index=True)
    return counts, pd.DataFrame([row for _, rows in ordered for row in rows])


def january_counts(model: RegionModel, years: Sequence[int]) -> pd.DataFrame:
    """Recent users and adults of a run's Januaries by authority_code, year, age_band and disability."""
    import pandas as pd

    cells, frames = model.cells, []
    index = pd.MultiIndex.from_product(
        [cells.values(name) for name in ("authority", "age_band", "disability")],
        names=["authority_code", "age_band", "disability"],
    )
    kept = [cells.DIMENSIONS.index(name) for name in index.names[1:]]
    summed = tuple(axis for axis in range(1, len(cells.shape)) if axis not in kept)
    for year in years:
        cube = model.record.cube[survey_month(year)].reshape(*cells.shape, -1).sum(axis=summed, dtype=np.int64)
        columns = {"recent": cube[..., RECENT * 16 :].sum(axis=-1).ravel(), "adults": cube.sum(axis=-1).ravel()}
        frames.append(pd.DataFrame(columns, index=index).reset_index().assign(year=year))
    return pd.concat(frames, ignore_index=True)


def _run(task: _Task) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    import pandas as pd

    months = tuple(survey_month(year) for year in task.years)
    scenario = load_scenario("baseline", task.region if task.region in list_regions() else BUDGETS_OF)
    counts, measures = [], []
    for draw, seed, values in task.runs:
        run = RunInput(task.region, task.scale, 1, max(months), seed, values, "posterior", draw, 0)
        model = make_model(run, scenario, cube_months=months)
        model.run()
        counts.append(january_counts(model, task.years).assign(region=task.region, draw=draw))
        if task.measure is not None:
            measures.append({"region": task.region, "draw": draw, **task.measure(model)})
    return pd.concat(counts, ignore_index=True), measures
