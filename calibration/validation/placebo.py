"""How much of what peers seem to do is left when people are tied to strangers of their own place and age.

The residents' module is fitted twice to the same figures, on runs at the same points with the same luck: once with the
network, once with its ties rewired within area and age (`model/network_placebo.py`). The pull of peers is sampled in
both. What the placebo finds too is composition, not acquaintance. Where neither fit moves it from its prior, the
figures do not speak of peers at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.identifiability import contraction, label
from calibration.fit.observation import Observation
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import Space, normal_scores
from calibration.module_runs import ModuleRuns, read_module_runs, read_waves
from calibration.modules import constants, load_module, sampled_parameters
from calibration.run_table import Progress, Runs, run_table
from calibration.validation.fitted_draws import check_fit
from experiments.runner import spread
from model.parameters import registry
from model.posterior import LABELS

if TYPE_CHECKING:
    import pandas as pd


MODULE, PEERS = "residents", "onset_peers"
NETWORKS = ("standard", "placebo")
FOLDER = "placebo-network"
N_RUNS, N_DRAWS, STEPS = 200, 200, 2000
SMALLEST_SHIFT = 0.25
"""Shift in prior standard deviations below which a share of it would be a share of chance"""


def run_placebo(
    fit: Path, seed: int, progress: Progress, n_runs: int = N_RUNS, n_draws: int = N_DRAWS, steps: int = STEPS
) -> tuple[pd.DataFrame, str]:
    """Run every so many of a fit's runs again on the rewired network and fit both: rows of `peer_row`, and the verdict.

    fit: a fit's folder, in which the runs are kept. InputError where it is none.
    """
    import pandas as pd

    n_adults = check_fit(fit)["plans"][MODULE]["n_adults"]
    runs = read_module_runs(fit, load_module(MODULE))
    waves = read_waves(fit, MODULE)
    table = pd.concat(waves, ignore_index=True)
    chosen = np.unique(np.linspace(0, len(table) - 1, n_runs).astype(int))
    near = int((chosen >= len(table) - len(waves[-1])).sum())
    table = table.iloc[chosen]
    rewired = _rewired(fit, table, runs, n_adults, progress)
    space = with_peers(runs.space)
    points = table[[f"u:{name}" for name in space.names]].to_numpy(float)
    rows = []
    for network, of_network in zip(NETWORKS, (table, rewired), strict=True):
        outputs = runs.module.outputs(of_network)
        emulator = Emulator.fit(space, points, outputs, runs.noise, near)
        rows.append(peer_row(network, emulator, runs.observation, runs.prior, seed, n_draws, steps))
    return pd.DataFrame(rows), peer_verdict(rows)


def with_peers(space: Space) -> Space:
    """The same parameters with the pull of peers among those that may act in curves."""
    active = (PEERS, *(name for name in space.active if name != PEERS))
    return Space(space.fitted, active, tuple(name for name in space.other if name != PEERS))


def peer_row(
    network: str,
    emulator: Emulator,
    observation: Observation,
    prior: DiscrepancyPrior,
    seed: int,
    n_draws: int = N_DRAWS,
    steps: int = STEPS,
) -> dict[str, Any]:
    """The pull of peers after a fit on one network, sampled with the fitted parameters; everything else keeps its
    prior.

    Keys: network; prior_median, prior_low, prior_high, median, low, high (90% intervals, log hazard a share of ties);
    shift (of the mean, in prior standard deviations), its error (of that many draws), contraction, label;
    log_likelihood (mean of the draws), q2 (median over figures of the emulator's).
    """
    draws = sample_posterior(emulator, observation, prior, n_draws, seed, steps=steps, sampled=(PEERS,))
    column = draws.points[:, emulator.space.names.index(PEERS)]
    scores = normal_scores(column)
    known = float(contraction(column[:, None])[0])
    parameter = registry()[PEERS]
    values = {
        name: parameter.quantile(u) for name, u in (("prior_median", 0.5), ("prior_low", 0.05), ("prior_high", 0.95))
    }
    for name, u in zip(("median", "low", "high"), np.quantile(column, (0.5, 0.05, 0.95)), strict=True):
        values[name] = parameter.quantile(float(u))
    return {
        "network": network,
        **values,
        "shift": float(scores.mean()),
        "shift_error": float(scores.std(ddof=1) / math.sqrt(n_draws)),
        "contraction": known,
        "label": label(known),
        "log_likelihood": float(draws.log_likelihood.mean()),
        "q2": float(np.median(emulator.q2)),
    }


def peer_verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    """What the two fits say of the pull of peers, in a sentence: how much survives, or that nothing was found."""
    true, placebo = ({row["network"]: row for row in rows}[network] for network in NETWORKS)
    likelihood = ", ".join(f"{row['log_likelihood']:.1f} on the {row['network']} network" for row in (true, placebo))
    if all(row["label"] == LABELS[-1] and abs(row["shift"]) < SMALLEST_SHIFT for row in (true, placebo)):
        says = (
            "Neither network lets the published figures inform the pull of peers: it is prior-only, and every effect of "
            "peers in the results is an assumption"
        )
    elif abs(true["shift"]) < SMALLEST_SHIFT:
        says = (
            "On the standard network the figures do not move the pull of peers, on the placebo network they do: what "
            "they say of it is composition, not acquaintance"
        )
    else:
        says = (
            f"The figures move the pull of peers by {true['shift']:.2f} prior standard deviations on the standard network "
            f"and by {placebo['shift']:.2f} on the placebo network: {100.0 * placebo['shift'] / true['shift']:.0f}% "
            "survives when people are tied to strangers, and that much is no sign of acquaintance"
        )
    return f"{says} (log likelihood {likelihood})."


def _rewired(fit: Path, table: pd.DataFrame, runs: ModuleRuns, n_adults: int, progress: Progress) -> pd.DataFrame:
    """The runs of `table` again with the placebo network: same points, same seeds."""
    parameters = sampled_parameters()
    points = table[[f"u:{parameter.name}" for parameter in parameters]].to_numpy(float)
    seeds = tuple(int(seed) for seed in table["seed"])
    simulate = partial(runs.module.simulate, n_adults=n_adults, extracts=runs.module.extracts, network=NETWORKS[1])
    again = Runs(points, seeds, parameters, constants())
    return run_table(
        fit / MODULE / FOLDER, again, simulate, f"{FOLDER}/{n_adults}", spread, progress, "rewired network"
    )
