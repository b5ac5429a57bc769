"""Posterior draws of a module with what they simulate: rerun by the simulator, or read off an emulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.budget import FULL
from calibration.evidence_reader import split_hash
from calibration.files import fit_manifest
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import generator
from calibration.module_fit import RERUNS, ModuleFit, read_module_fit
from calibration.module_runs import ModuleRuns, observation_of
from calibration.modules import Module, load_module
from calibration.run_table import Counts, Simulate, read_run_table
from calibration.targets.residents import DISABLED, EXTRACT_YEARS, NOT_DISABLED, use_extract
from calibration.targets.target import Extract, log_odds
from calibration.validation.part import Request
from calibration.validation.posterior_used import draws_of, median_discrepancy, posterior_of
from experiments.runner import MAX_SEED, spread
from experiments.store import MANIFEST
from model.chance import key_from_text
from model.errors import InputError
from model.region import AGE_BANDS

if TYPE_CHECKING:
    import pandas as pd

MODULE = "residents"
KINDS = ("part", "whole")


@dataclass(frozen=True, slots=True)
class FittedDraws:
    """n posterior draws: what each simulates, and how large and how lasting its misses are.

    values: id of a target -> (n,) on the fitted scale, those of later years as well. sd: (n, groups of the
    observation), log odds; ell: (n,) years; weight: (n,).
    """

    observation: Observation
    values: Mapping[str, np.ndarray]
    sd: np.ndarray
    ell: np.ndarray
    weight: np.ndarray

    def fitted(self) -> np.ndarray:
        """What the draws simulate of the fitted figures, (n, k)."""
        return np.stack([self.values[name] for name in self.observation.ids], axis=1)


def check_fit(fit: Path) -> dict[str, Any]:
    """The manifest of a fit. InputError where there is none, and where the split of the figures is not the fit's."""
    manifest = fit_manifest(fit)
    if manifest.get("split") != split_hash():
        raise InputError(
            "figures or their roles have changed since the fit, so nothing may be validated with it",
            file=fit / MANIFEST, key="split", value=manifest.get("split"), allowed=split_hash(),
        )  # fmt: skip
    return manifest


def draws_of_module(request: Request, name: str) -> FittedDraws:
    """Draws that forecast what a module is fitted to: those a fit ran again, or of the shipped posterior, run now."""
    if request.fit is None:
        return _shipped_draws(request, load_module(name))
    return rerun_draws(request.fit, read_module_fit(request.fit, name))


def rerun_draws(folder: Path, fit: ModuleFit) -> FittedDraws:
    """The draws of a fit that were run again with the real simulator, years after the fit included."""
    table = read_run_table(folder / fit.runs.module.name / RERUNS)
    draws = fit.draws.set_index("draw").loc[table["run"]]
    observation = fit.runs.observation
    sd = draws[[f"sd:{group}" for group in observation.groups]].to_numpy(float)
    weight = draws["weight"].to_numpy(float)
    values = _values(fit.runs.module, table)
    return FittedDraws(observation, values, sd, draws["ell_years"].to_numpy(float), weight / weight.sum())


def refitted_draws(runs: ModuleRuns, emulator: Emulator, kept: np.ndarray, n_draws: int, seed: int) -> FittedDraws:
    """A fit to fewer targets, those at places `kept` (m,) of the module's, on the runs there are.

    emulator: of all targets. Draws hold all targets, fitted or not, with the emulator's own uncertainty drawn jointly.
    """
    observation = runs.observation.keep(kept)
    draws = sample_posterior(emulator.of(kept), observation, runs.prior, n_draws, seed)
    size, axes = np.linalg.eigh(emulator.mean_covariance(draws.points))
    luck = generator("emulator's own uncertainty", seed).standard_normal((n_draws, size.size))
    outputs = emulator.mean(draws.points) + luck @ (axes * np.sqrt(np.maximum(size, 0.0))).T
    values = dict(zip(runs.observation.ids, outputs.T, strict=True))
    return FittedDraws(observation, values, draws.discrepancy_sd, draws.ell, np.full(n_draws, 1.0 / n_draws))


def _shipped_draws(request: Request, module: Module) -> FittedDraws:
    """As many draws of the shipped posterior as asked for, with the median size and memory of their misses."""
    import pandas as pd

    if posterior_of(None) is None:
        raise InputError(
            "the model has no posterior yet", key="--fit", allowed="a folder that `uptake calibrate` wrote"
        )
    observed = observation_of(module.targets)
    simulate = module.simulator(FULL[module.name].n_adults)
    tasks = list(enumerate(draws_of(None, request.draws, request.seed)))
    runs = spread(partial(_run, simulate, request.seed), tasks)
    counts: dict[int, dict[str, int]] = {}
    for place, found in runs:
        counts[place] = {f"{kind}:{id}": n for id, pair in found.items() for kind, n in zip(KINDS, pair, strict=True)}
        request.progress(len(counts), len(tasks), "running draws of the posterior")
    table = pd.DataFrame([counts[place] for place in range(len(tasks))])
    sd = np.tile([median_discrepancy(None, group) for group in observed.groups], (len(tasks), 1))
    ell = np.full(len(tasks), median_discrepancy(None, f"{module.name}: memory"))
    return FittedDraws(observed, _values(module, table), sd, ell, np.full(len(tasks), 1.0 / len(tasks)))


def _run(simulate: Simulate, seed: int, task: tuple[int, dict[str, float]]) -> Counts:
    draw, values = task
    return simulate(values, int(key_from_text(f"after the fit|{seed}|{draw}") % MAX_SEED))


def _values(module: Module, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """id -> value by run on the fitted scale: every extract and target, and for residents the contrasts of every
    survey."""
    values = {extract.id: _read(table, extract) for extract in module.extracts}
    values |= dict(zip((target.id for target in module.targets), module.outputs(table).T, strict=True))
    for year in EXTRACT_YEARS if module.name == MODULE else ():
        for band in AGE_BANDS:
            disabled, others = (
                _read(table, use_extract("recent", band, who, year)) for who in (DISABLED, NOT_DISABLED)
            )
            values[f"recent/{band}/by disability/{year}"] = disabled - others
    return values


def _read(table: pd.DataFrame, extract: Extract) -> np.ndarray:
    part, whole = (table[f"{kind}:{extract.id}"].to_numpy(float) for kind in KINDS)
    return np.asarray(log_odds(part, whole))
