"""The runs of one module: wave after wave, each placed where the last ones left parameters possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from calibration.budget import Plan
from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator, replicate_noise
from calibration.fit.observation import Observation
from calibration.fit.space import Space
from calibration.fit.waves import next_wave
from calibration.modules import Module, active_nuisance, constants, sampled_parameters
from calibration.run_table import Progress, Runs, Spread, latin_hypercube, read_run_table, run_seeds, run_table
from calibration.targets.target import Target
from model.storage import content_hash

POINTS = "points.parquet"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how a fit is done."""

    folder: Path
    seed: int
    spread: Spread
    progress: Progress


@dataclass(frozen=True, slots=True)
class ModuleRuns:
    """What was run for a module; columns of points are those of `space`."""

    module: Module
    space: Space
    points: np.ndarray
    """(runs, d) in unit prior space"""
    outputs: np.ndarray
    """(runs, targets) on the fitted scale"""
    n_first: int
    """runs of the first wave, drawn from the prior: the leading rows"""
    n_last: int
    """runs of the last wave, placed where the posterior lies: the trailing rows"""
    noise: np.ndarray
    """(targets, targets) covariance of luck in one run"""

    @property
    def observation(self) -> Observation:
        """The published figures."""
        return observation_of(self.module.targets)

    @property
    def prior(self) -> DiscrepancyPrior:
        """Prior of what the model cannot reproduce."""
        return discrepancy_prior(self.module)

    def in_table_order(self, points: np.ndarray) -> np.ndarray:
        """Points (n, d) with columns of `space` as columns of sampled_parameters()."""
        return points[:, [self.space.names.index(parameter.name) for parameter in sampled_parameters()]]

    def in_space_order(self, points: np.ndarray) -> np.ndarray:
        """The other way round."""
        names = [parameter.name for parameter in sampled_parameters()]
        return points[:, [names.index(name) for name in self.space.names]]

    def emulator(self) -> Emulator:
        """Fitted to all runs, its lack of fit measured on the last wave."""
        return Emulator.fit(self.space, self.points, self.outputs, self.noise, self.n_last)


def discrepancy_prior(module: Module) -> DiscrepancyPrior:
    """Prior of what the model cannot reproduce of a module's figures."""
    return DiscrepancyPrior({group: entry.sd_scale for group, entry in module.discrepancy.items()})


def observation_of(targets: Sequence[Target]) -> Observation:
    """Targets as arrays, in their order."""
    return Observation(
        ids=tuple(target.id for target in targets),
        value=np.array([target.value for target in targets]),
        error=np.array([target.error for target in targets]),
        series=tuple(target.series for target in targets),
        group=tuple(target.discrepancy for target in targets),
        time_years=np.array([target.time_years for target in targets]),
    )


def run_waves(module: Module, plan: Plan, start: np.ndarray, setting: Setting) -> ModuleRuns:
    """Replicates and all waves of a module. `start` (n, d) holds what posterior draws take as given (see `design`)."""
    folder = setting.folder / module.name / "runs"
    middle = np.full((plan.replicates, len(sampled_parameters())), 0.5)
    run_points(module, plan, folder / "replicates", lambda: middle, "runs with other luck", setting)
    for wave, n_runs in enumerate(plan.waves, start=1):

        def place(wave: int = wave, n_runs: int = n_runs) -> np.ndarray:
            if wave == 1:
                return design(module, n_runs, start, setting.seed)
            so_far = read_module_runs(setting.folder, module)
            found = next_wave(so_far.emulator(), so_far.observation, so_far.prior, n_runs, setting.seed + wave)
            setting.progress(0, 1, f"{module.name}, wave {wave}: {found.fraction:.0%} of the prior not implausible")
            return so_far.in_table_order(found.points)

        run_points(module, plan, folder / f"wave-{wave}", place, f"wave {wave} of {len(plan.waves)}", setting)
    return read_module_runs(setting.folder, module)


def run_points(
    module: Module, plan: Plan, folder: Path, place: Callable[[], np.ndarray], title: str, setting: Setting
) -> pd.DataFrame:
    """The table of runs at points (n, d), columns sampled_parameters(), that are placed once and kept in the folder:
    worked out again elsewhere they could differ in last digits."""
    names, file = [parameter.name for parameter in sampled_parameters()], folder / POINTS
    setting.progress(0, 1, f"{module.name}, {title}: placing runs")
    if not file.exists():
        placed = pd.DataFrame(place(), columns=names)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{file.name}.tmp")
        placed.to_parquet(temporary, index=False)
        temporary.rename(file)
    points = pd.read_parquet(file)[names].to_numpy(float)
    label = f"{module.name}/{folder.name}"
    runs = Runs(points, run_seeds(setting.seed, label, len(points)), sampled_parameters(), constants())
    identity = content_hash([module.name, plan.n_adults, sorted(extract.id for extract in module.extracts)])
    simulate = module.simulator(plan.n_adults)
    return run_table(folder, runs, simulate, identity, setting.spread, setting.progress, f"{module.name}, {title}")


def read_waves(folder: Path, module: str) -> list[pd.DataFrame]:
    """The finished runs of each wave of a module, columns of `run_table`, from the folder of a fit."""
    return [read_run_table(wave) for wave in sorted((folder / module / "runs").glob("wave-*"))]


def read_module_runs(folder: Path, module: Module) -> ModuleRuns:
    """The finished replicates and waves of a module from the folder of a fit."""
    tables = read_waves(folder, module.name)
    names = [parameter.name for parameter in sampled_parameters()]
    columns = [f"u:{name}" for name in names]
    first = tables[0]
    active = active_nuisance(first[columns].to_numpy(float), module.outputs(first), names, module.fitted)
    space = Space(module.fitted, active, tuple(name for name in names if name not in (*module.fitted, *active)))
    table = pd.concat(tables, ignore_index=True)
    points = table[[f"u:{name}" for name in space.names]].to_numpy(float)
    noise = replicate_noise(module.outputs(read_run_table(folder / module.name / "runs" / "replicates")))
    return ModuleRuns(module, space, points, module.outputs(table), len(first), len(tables[-1]), noise)


def design(module: Module, n_points: int, start: np.ndarray, seed: int) -> np.ndarray:
    """Points (n_points, d) from the prior, columns sampled_parameters(); parameters of modules taken as given come
    from rows of `start`, their draws."""
    names = [parameter.name for parameter in sampled_parameters()]
    points = latin_hypercube(n_points, len(names), seed, module.name)
    given = [names.index(name) for name in module.given]
    points[:, given] = start[np.arange(n_points) % len(start)][:, given]
    return points
