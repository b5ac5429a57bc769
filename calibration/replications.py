"""Published trials and offers run again inside the model, each beside its published result and its band.

What a trial was is a scenario of its own in `calibration/replications/`; `trials.yaml` says how it is read, its role by
block of targets.yaml, and the band that counts as met, written down before it was run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from calibration.readouts import READOUTS, Observation, Seen, see
from calibration.roles import Role, load_targets
from calibration.run_table import Progress
from experiments.runner import RunInput, make_model, spread
from model.chance import hash_words
from model.errors import InputError
from model.parameters import central_values, parameter_draws
from scenarios.loader import load_scenario
from scenarios.number_draws import NumberDraws
from scenarios.regions_io import list_regions
from scenarios.yaml_io import read_yaml

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "replications"
BUDGETS_OF = "gloucestershire"
"""Region that stands in for the UK-weighted sample where a scenario is resolved: no money binds there."""


class Replication(BaseModel):
    """One published result and how the model is asked for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    table: str
    block: str
    year: int | None = None
    region: str
    scale: float
    scenario: str = ""
    """file in `calibration/replications/`, without ending; the id if empty"""
    readout: str
    months: list[int]
    """months after the programme's start at which the model is read"""
    unit: str
    band: tuple[float, float]
    why_band: str
    differs: str
    """what sets the model's version apart from the published one"""

    @property
    def role(self) -> Role:
        """fit or holdout, by its block of targets.yaml."""
        return next(block.role for block in load_targets().blocks if block.name == self.block)

    @property
    def file(self) -> Path:
        """The scenario that is run."""
        return FOLDER / f"{self.scenario or self.id}.yaml"


@dataclass(frozen=True, slots=True)
class TrialRun:
    """A trial to be run once: seed, behaviour parameters, and the draw of programme numbers (None: as stated)."""

    replication: Replication
    seed: int
    values: tuple[tuple[str, float], ...]
    draws: NumberDraws | None


def load_replications() -> list[Replication]:
    """The list of trials, checked. InputError names what is wrong."""
    path = FOLDER / "trials.yaml"
    document = read_yaml(path)
    try:
        found = [Replication.model_validate(entry) for entry in document.data["trials"]]
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(first["msg"], file=path, key=".".join(map(str, first["loc"]))) from None
    blocks = {block.name for block in load_targets().blocks}
    for trial in found:
        for key, value, allowed in (
            ("readout", trial.readout, READOUTS),
            ("block", trial.block, blocks),
            ("region", trial.region, [*list_regions(), "uk-sample"]),
        ):
            if value not in allowed:
                raise InputError(f"unknown {key}", file=path, key=f"{trial.id}.{key}", value=value, allowed=allowed)
    return found


def run_replications(
    *,
    roles: tuple[Role, ...] = ("fit", "holdout"),
    seeds: int = 3,
    draws: int = 8,
    only: str = "",
    progress: Progress = lambda done, total, text: None,
) -> pd.DataFrame:
    """Run the trials of some roles, or `only` one by its id: `seeds` central runs and one a posterior draw.

    Columns: id, title, role, published, model (mean at central parameters), low, high (5th and 95th percentile over
    posterior draws, holding the mean), band_low, band_high, met, unit, differs. NaN where no run could be read.
    """
    import numpy as np
    import pandas as pd

    trials = [trial for trial in load_replications() if trial.role in roles and only in ("", trial.id)]
    tasks = [task for trial in trials for task in _tasks(trial, seeds, draws)]
    progress(0, len(tasks), "running trials again")
    values: dict[int, float] = {}
    for number, value in spread(_read, tasks):
        values[number] = value
        progress(len(values), len(tasks), "running trials again")
    rows = []
    for trial in trials:
        mine = [(task, values[number]) for number, task in enumerate(tasks) if task.replication.id == trial.id]
        central = np.array([value for task, value in mine if task.draws is None])
        drawn = np.array([value for task, value in mine if task.draws is not None])
        spreads = drawn if len(drawn) else central
        mean = float(np.nanmean(central))
        low, high = trial.band
        rows.append(
            {
                "id": trial.id,
                "title": trial.title,
                "role": trial.role,
                "published": _published(trial),
                "model": mean,
                "low": min(mean, float(np.nanquantile(spreads, 0.05))),
                "high": max(mean, float(np.nanquantile(spreads, 0.95))),
                "band_low": low,
                "band_high": high,
                "met": low <= mean <= high,
                "unit": trial.unit,
                "differs": " ".join(trial.differs.split()),
            }
        )
    return pd.DataFrame(rows)


def _tasks(trial: Replication, seeds: int, draws: int) -> list[TrialRun]:
    central = tuple(sorted(central_values().items()))
    tasks = [TrialRun(trial, hash_words(1, seed) % 2**31, central, None) for seed in range(seeds)]
    for draw, values in enumerate(parameter_draws(draws, 1)):
        tasks.append(
            TrialRun(trial, hash_words(1, 0) % 2**31, tuple(sorted(values.items())), NumberDraws(draw, draws, 1))
        )
    return tasks


def _read(task: TrialRun) -> float:
    return READOUTS[task.replication.readout](observe(task))


def observe(task: TrialRun) -> Observation:
    """Run the trial and its twin without the programme, and note the states that are read."""
    trial = task.replication
    place = trial.region if trial.region in list_regions() else BUDGETS_OF
    plan = load_scenario(trial.file, place, task.draws)
    start = plan.programmes[0].start_month
    months = tuple(start + month for month in trial.months)
    seen: list[dict[int, Seen]] = []
    models = []
    for scenario in (plan, load_scenario("baseline", place)):
        run = RunInput(trial.region, trial.scale, 1, max(months), task.seed, task.values, "central", 0, 0)
        model = make_model(run, scenario)
        snapshots: dict[int, Seen] = {}

        def note(month: int, model=model, snapshots=snapshots) -> None:
            if month in (start, *months):
                snapshots[month] = see(model)

        model.run(note)
        seen.append(snapshots)
        models.append(model)
    return Observation(models[0], start, months, seen[0], seen[1])


def _published(trial: Replication) -> str:
    """The published figures of the trial's block, in words; those held out are read for validation only."""
    from calibration.evidence_reader import load

    rows = load(trial.table, purpose="validate")
    rows = rows[rows["block"] == trial.block]
    if trial.year is not None:
        rows = rows[rows["year"] == trial.year]
    return "; ".join(
        f"{row['measure'].replace('_', ' ')} {row['value']:g} {row['unit']}" for row in rows.to_dict("records")
    )
