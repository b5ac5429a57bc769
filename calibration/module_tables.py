"""Tables of a fitted module: figures beside what the draws predict, what is known of each parameter, discrepancy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from calibration.fit.acceptance import PosteriorPredictive
from calibration.fit.identifiability import contraction, label
from calibration.fit.sampler import Draws
from calibration.module_runs import ModuleRuns
from model.parameters import registry
from model.posterior import HIGH, LOW, MEDIAN, weighted_quantiles

AT = (LOW, MEDIAN, HIGH)


def figures_table(
    runs: ModuleRuns, predicted: PosteriorPredictive, q2: np.ndarray, surprise: np.ndarray
) -> pd.DataFrame:
    """One row a target: as published, on the fitted scale with its error, and the quantiles that reruns predict.

    q2 (k,): share of its variance that the emulator predicts; surprise (k,): squared miss of reruns over the expected.
    """
    targets = runs.module.targets
    names = ("id", "discrepancy", "year", "group", "measure", "published", "unit", "value", "error", "source_id")
    columns = {name: [getattr(target, name) for target in targets] for name in names}
    quantiles = dict(zip(("q05", "q25", "q50", "q75", "q95"), predicted.quantiles, strict=True))
    return pd.DataFrame({**columns, **quantiles, "emulator_q2": q2, "emulator_surprise": surprise})


def identifiability_table(runs: ModuleRuns, points: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    """One row a fitted parameter: prior, posterior median and 90% interval in its unit, contraction and label.

    points: (n, d), columns of the module's space; weights (n,).
    """
    shrunk = contraction(points[:, : len(runs.space.fitted)], weights)
    rows = []
    for column, name in enumerate(runs.space.fitted):
        low, median, high = quantiles_of(name, points[:, column], weights)
        parameter = registry()[name]
        rows.append(
            {"parameter": name, "unit": parameter.unit, "prior": parameter.prior_text, "median": median, "low": low,
             "high": high, "contraction": float(shrunk[column]), "label": label(float(shrunk[column]))}
        )  # fmt: skip
    return pd.DataFrame(rows)


def discrepancy_table(runs: ModuleRuns, draws: Draws, weights: np.ndarray) -> pd.DataFrame:
    """One row a group of targets, and one for how long a miss lasts: prior and posterior."""
    rows = []
    for column, group in enumerate(runs.observation.groups):
        entry = runs.module.discrepancy[group]
        rows.append((group, "log odds", entry.sd_scale, *_ends(draws.discrepancy_sd[:, column], weights), entry.why))
    memory = "years in which the likeness of two misses of one series falls to a third"
    rows.append(("memory", "years", runs.prior.ell_median_years, *_ends(draws.ell, weights), memory))
    return pd.DataFrame(rows, columns=["group", "unit", "prior_scale", "low", "median", "high", "why"])


def opinions_table(runs: ModuleRuns, opinions: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Median and 90% interval of each fitted parameter by each way to fit; opinions: name -> points (n, fitted ...)."""
    rows = []
    for column, parameter in enumerate(runs.space.fitted):
        for name, points in opinions.items():
            low, median, high = quantiles_of(parameter, points[:, column], np.ones(len(points)) / len(points))
            rows.append({"parameter": parameter, "by": name, "median": median, "low": low, "high": high})
    return pd.DataFrame(rows)


def draws_table(runs: ModuleRuns, draws: Draws, weights: np.ndarray) -> pd.DataFrame:
    """One row a draw: weight, `u:<parameter>` (prior space), `sd:<group>` (log odds), ell_years, log_likelihood."""
    columns = {f"u:{name}": draws.points[:, column] for column, name in enumerate(runs.space.names)}
    groups = runs.observation.groups
    columns |= {f"sd:{group}": draws.discrepancy_sd[:, column] for column, group in enumerate(groups)}
    columns |= {"ell_years": draws.ell, "log_likelihood": draws.log_likelihood}
    return pd.DataFrame({"draw": np.arange(len(weights)), "weight": weights, **columns})


def quantiles_of(parameter: str, points: np.ndarray, weights: np.ndarray) -> list[float]:
    """5th, 50th and 95th percentile of a parameter in its unit, from probabilities of its prior (n,)."""
    return [registry()[parameter].quantile(u) for u in weighted_quantiles(points, weights, AT)]


def _ends(values: np.ndarray, weights: np.ndarray) -> Sequence[float]:
    return weighted_quantiles(values, weights, AT)
