"""A third opinion: ABC-SMC by the pyABC package (Klinger et al. 2018, doi:10.1093/bioinformatics/bty361).

The emulator stands in for the simulator. Nuisance parameters are integrated out. pyABC draws from numpy's global
generator, which nothing here seeds: this opinion alone differs a little from one time to the next.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from calibration.fit.abc import Summaries, adjusted, made_up_observations
from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.space import generator, probabilities
from model.errors import InputError

TRAINING = 4000
"""Runs of the emulator on which the summaries are fitted."""


def pyabc_posterior(
    emulator: Emulator,
    observation: Observation,
    prior: DiscrepancyPrior,
    n_draws: int,
    seed: int,
    population: int = 300,
    generations: int = 8,
) -> np.ndarray:
    """Draws (n, fitted) in prior probabilities, adjusted by regression; InputError if pyABC is not installed.

    seed decides what is drawn here, not what pyABC draws.
    """
    pyabc = require_pyabc()
    rng = generator("pyabc", seed)
    space = emulator.space
    n_fitted = len(space.fitted)

    def simulate(scores: np.ndarray) -> np.ndarray:
        nuisance = rng.standard_normal((len(scores), len(space.names) - n_fitted))
        outputs = emulator.mean_of_scores(np.column_stack([scores, nuisance]))
        return made_up_observations(outputs, observation, prior, rng)

    training = rng.standard_normal((TRAINING, n_fitted))
    summaries = Summaries.fit(training, simulate(training))
    observed = summaries.of(observation.value[None])[0]

    def model(parameters: Any) -> dict[str, np.ndarray]:
        return {"summary": summaries.of(simulate(np.array([[parameters[name] for name in space.fitted]])))[0]}

    def distance(one: dict, other: dict) -> float:
        return float(np.sqrt(((one["summary"] - other["summary"]) ** 2).sum()))

    with tempfile.TemporaryDirectory() as folder:
        standard = pyabc.Distribution(**{name: pyabc.RV("norm", 0.0, 1.0) for name in space.fitted})
        search = pyabc.ABCSMC(model, standard, distance, population_size=population, sampler=pyabc.SingleCoreSampler())
        search.new(f"sqlite:///{Path(folder) / 'check.db'}", {"summary": observed})
        history = search.run(max_nr_populations=generations)
        last, weights = history.get_distribution()
        _, found = history.get_weighted_sum_stats()
        history.done()
    simulated = np.array([entry["summary"] for entry in found])
    scores = last[list(space.fitted)].to_numpy()
    return probabilities(adjusted(scores, simulated, observed, np.asarray(weights), n_draws, rng))


def require_pyabc() -> Any:
    """The package, quiet. InputError where it is not installed."""
    try:
        import pyabc
    except ImportError as error:
        raise InputError("pyABC is not installed", key="--pyabc", allowed='pip install "uptake[pyabc]"') from error
    logging.getLogger("ABC").setLevel(logging.WARNING)
    return pyabc
