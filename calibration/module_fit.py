"""Fit of one module: runs, emulator, draws of the posterior, their reruns, and the checks of all that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from calibration.budget import N_DRAWS, Plan
from calibration.files import write_json
from calibration.fit.abc import abc_posterior
from calibration.fit.acceptance import (
    PosteriorPredictive,
    accepted_weights,
    effective_sample_size,
    importance_weights,
    log_ratios,
    posterior_predictive,
    surprise,
)
from calibration.fit.emulator import Emulator
from calibration.fit.pyabc_check import pyabc_posterior
from calibration.fit.sampler import Draws, sample_posterior
from calibration.fit.simulation_based import simulation_based
from calibration.module_runs import ModuleRuns, Setting, read_module_runs, run_points, run_waves
from calibration.module_tables import (
    discrepancy_table,
    draws_table,
    figures_table,
    identifiability_table,
    opinions_table,
)
from calibration.modules import Module, load_module, sampled_parameters
from model.errors import InputError

CHECKS, DRAWS, RERUNS, OPINIONS = "checks.json", "draws.parquet", "reruns", "second_opinion"
"""CHECKS is written last: with it the module is done."""
PYABC = "ABC-SMC on the emulator, by pyABC"


@dataclass(frozen=True, slots=True)
class _Reruns:
    """The leading draws of the posterior run again, and the weights of all draws that follow."""

    n: int
    weights: np.ndarray
    """(N_DRAWS,), adding up to 1"""
    effective_sample_size: float
    """of the weights that the reruns call for, whether they are taken or not"""
    predicted: PosteriorPredictive
    surprise: np.ndarray
    """(k,) squared miss of the emulator over what it expects"""


@dataclass(frozen=True, slots=True)
class ModuleFit:
    """A fitted module, read from the folder of a fit."""

    runs: ModuleRuns
    draws: pd.DataFrame
    """see module_tables.draws_table"""
    checks: dict[str, Any]

    @property
    def points(self) -> np.ndarray:
        """(n, d) posterior draws in unit prior space, columns sampled_parameters()."""
        return self.draws[[f"u:{parameter.name}" for parameter in sampled_parameters()]].to_numpy(float)

    @property
    def weights(self) -> np.ndarray:
        """(n,), adding up to 1."""
        return self.draws["weight"].to_numpy(float)


def fit_module(module: Module, plan: Plan, start: np.ndarray, setting: Setting) -> ModuleFit:
    """Fit a module, or read it if it is done.

    start: (N_DRAWS, d) in unit prior space, columns sampled_parameters(): what each draw takes as given.
    """
    folder = setting.folder / module.name
    if not (folder / CHECKS).exists():
        _fit(module, plan, start, setting, folder)
    return read_module_fit(setting.folder, module)


def read_module_fit(folder: Path, module: Module | str) -> ModuleFit:
    """A module of a finished fit. Raises InputError where there is none."""
    module = load_module(module) if isinstance(module, str) else module
    own = folder / module.name
    if not (own / CHECKS).exists():
        raise InputError("no finished fit there", file=own, allowed="a folder written by `uptake calibrate`")
    checks = json.loads((own / CHECKS).read_text(encoding="utf-8"))
    return ModuleFit(read_module_runs(folder, module), pd.read_parquet(own / DRAWS), checks)


def add_third_opinion(fit: ModuleFit, folder: Path, seed: int) -> None:
    """Add what pyABC says of each parameter to the second opinions of a finished module, once; all else stays.

    folder: of the fit. InputError where pyABC is not installed.
    """
    runs, file = fit.runs, folder / fit.runs.module.name / f"{OPINIONS}.csv"
    points = pyabc_posterior(runs.emulator(), runs.observation, runs.prior, N_DRAWS, seed)
    others = pd.read_csv(file)
    rows = pd.concat([others[others["by"] != PYABC], opinions_table(runs, {PYABC: points})])
    order = {name: place for place, name in enumerate(runs.space.fitted)}
    _write_table(rows.sort_values("parameter", key=lambda names: names.map(order), kind="stable"), file)


def _fit(module: Module, plan: Plan, start: np.ndarray, setting: Setting, folder: Path) -> None:
    runs = run_waves(module, plan, start, setting)
    setting.progress(0, 1, f"{module.name}: emulator")
    emulator = runs.emulator()
    setting.progress(0, 1, f"{module.name}: posterior draws")
    draws = sample_posterior(
        emulator, runs.observation, runs.prior, N_DRAWS, setting.seed, nuisance=runs.in_space_order(start)
    )
    reruns = _rerun(runs, plan, emulator, draws, setting)
    setting.progress(0, 1, f"{module.name}: second opinion")
    opinions = _opinions(runs, emulator, draws, setting.seed)
    recovery = simulation_based(
        runs.space, runs.points[: runs.n_first], runs.outputs[: runs.n_first], runs.observation, runs.prior, plan.truths,
        setting.seed, runs.noise, lambda done: setting.progress(done, plan.truths, f"{module.name}: recovery of known truths"),
        setting.spread,
    )  # fmt: skip
    tables = {
        "fit": figures_table(runs, reruns.predicted, emulator.q2, reruns.surprise),
        "identifiability": identifiability_table(runs, draws.points, reruns.weights),
        "discrepancy": discrepancy_table(runs, draws, reruns.weights),
        OPINIONS: opinions_table(runs, opinions),
        "recovery": pd.DataFrame(recovery.rows()),
    }
    for name, rows in tables.items():
        _write_table(rows, folder / f"{name}.csv")
    draws_table(runs, draws, reruns.weights).to_parquet(folder / DRAWS, index=False)
    write_json(folder / CHECKS, _checks(plan, runs, emulator, draws, reruns, tables))


def _rerun(runs: ModuleRuns, plan: Plan, emulator: Emulator, draws: Draws, setting: Setting) -> _Reruns:
    """The leading draws by the simulator itself, and what that says of all of them."""
    module, observation = runs.module, runs.observation
    table = run_points(
        module,
        plan,
        setting.folder / module.name / RERUNS,
        lambda: runs.in_table_order(draws.points[: plan.reruns]),
        "posterior draws again",
        setting,
    )
    outputs = module.outputs(table)
    again = _first(draws, len(outputs))
    equal = np.full(N_DRAWS, 1.0 / N_DRAWS)
    weighed = (
        importance_weights(log_ratios(emulator, observation, draws, outputs)) if len(outputs) == N_DRAWS else equal
    )
    weights = accepted_weights(weighed)
    part = weights[: len(outputs)] / weights[: len(outputs)].sum()
    return _Reruns(
        len(outputs),
        weights,
        effective_sample_size(weighed),
        posterior_predictive(observation, again, outputs, runs.noise, part, setting.seed),
        surprise(emulator, again.points, outputs),
    )


def _checks(
    plan: Plan,
    runs: ModuleRuns,
    emulator: Emulator,
    draws: Draws,
    reruns: _Reruns,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    known, sizes, recovered = (tables[name] for name in ("identifiability", "discrepancy", "recovery"))
    return {
        "runs": plan.runs,
        "active": list(runs.space.active),
        "emulator_q2_median": float(np.median(emulator.q2)),
        "emulator_surprise_median": float(np.median(reruns.surprise)),
        "reruns": reruns.n,
        "weighted": not np.array_equal(reruns.weights, np.full(N_DRAWS, 1.0 / N_DRAWS)),
        "effective_sample_size": reruns.effective_sample_size,
        "figures_inside_50": reruns.predicted.share_inside_50,
        "figures_inside_90": reruns.predicted.share_inside_90,
        "predictive_p_value": reruns.predicted.p_value,
        "proposals_accepted": draws.convergence.accepted,
        "largest_drift_sd": float(np.abs(draws.convergence.drift).max()),
        "truths": plan.truths,
        "recovery_inside_50": float(recovered["covered_50"].mean()),
        "recovery_inside_90": float(recovered["covered_90"].mean()),
        "labels": dict(zip(known["parameter"], known["label"], strict=True)),
        "discrepancy": {
            row["group"]: {
                "sd_median": row["median"],
                "sd_low": row["low"],
                "sd_high": row["high"],
                "unit": row["unit"],
            }
            for row in sizes.to_dict("records")
        },
    }


def _first(draws: Draws, n: int) -> Draws:
    names = ("points", "discrepancy_sd", "ell", "log_likelihood")
    return replace(draws, **{name: getattr(draws, name)[:n] for name in names})


def _opinions(runs: ModuleRuns, emulator: Emulator, draws: Draws, seed: int) -> dict[str, np.ndarray]:
    """The fit beside two others: nuisance parameters sampled too, and no emulator at all."""
    space, observation, prior = runs.space, runs.observation, runs.prior
    free = sample_posterior(emulator, observation, prior, N_DRAWS, seed + 1, sampled=space.active)
    first = runs.points[: runs.n_first], runs.outputs[: runs.n_first]
    return {
        "emulator, nuisance cut": draws.points,
        "emulator, nuisance sampled": free.points,
        "approximate Bayesian computation": abc_posterior(space, *first, observation, prior, N_DRAWS, seed),
    }


def _write_table(rows: pd.DataFrame, file: Path) -> None:
    rows.to_csv(file, index=False, float_format="%.6g", lineterminator="\n")
