"""What the model cannot match however it is tuned: a persistent miss of each series, of a size that is fitted.

Kennedy and O'Hagan (2001), doi:10.1111/1467-9868.00294. A miss at time t has variance sd_g^2 (one size a group) and
correlation exp(-|dt| / ell) with misses of the same series, none with those of other series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from calibration.fit.observation import Observation


@dataclass(frozen=True, slots=True)
class DiscrepancyPrior:
    """Half-normal prior of each group's sd (scale in log odds), lognormal prior of the memory ell in years."""

    sd_scale: Mapping[str, float]
    ell_median_years: float = 4.0
    ell_log_sd: float = 0.5

    def scales(self, groups: Sequence[str]) -> np.ndarray:
        """(g,) scale of each group."""
        return np.array([self.sd_scale[name] for name in groups])

    def log_density(self, groups: Sequence[str], log_sd: np.ndarray, log_ell: np.ndarray) -> np.ndarray:
        """(n,) density of log sd (n, g) and log ell (n,), constants left out."""
        half_normal = log_sd - 0.5 * (np.exp(log_sd) / self.scales(groups)) ** 2
        lognormal = -0.5 * ((log_ell - np.log(self.ell_median_years)) / self.ell_log_sd) ** 2
        return half_normal.sum(axis=1) + lognormal

    def sample(self, groups: Sequence[str], n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """n draws of sd (n, g) and ell (n,)."""
        sd = np.abs(rng.standard_normal((n, len(groups)))) * self.scales(groups)
        return sd, self.ell_median_years * np.exp(self.ell_log_sd * rng.standard_normal(n))


def discrepancy_covariance(observation: Observation, sd: np.ndarray, ell: np.ndarray) -> np.ndarray:
    """(n, k, k) for sizes sd (n, g) and memories ell (n,) in years."""
    here = _Places(observation.series, observation.group_index, observation.time_years)
    return _covariance(here, here, sd, ell)


def draw_discrepancy(observation: Observation, prior: DiscrepancyPrior, n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, k) misses drawn from the prior, each with its own sizes and memory."""
    sd, ell = prior.sample(observation.groups, n, rng)
    # Misses of one time are equal: a hair of variance keeps the factor defined.
    covariance = discrepancy_covariance(observation, sd, ell) + 1e-10 * np.eye(len(observation.ids))
    return np.einsum("nij,nj->ni", np.linalg.cholesky(covariance), rng.standard_normal((n, len(observation.ids))))


def forecast_discrepancy(
    observation: Observation,
    simulated: np.ndarray,
    sd: np.ndarray,
    ell: np.ndarray,
    series: Sequence[str],
    group: Sequence[str],
    time_years: np.ndarray,
    noise: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Miss of each draw at m other places, given its misses of the fitted values.

    simulated (n, k) are the draws' own outputs, sd (n, g) and ell (n,) their discrepancy, noise (k, k) the simulation
    noise in `simulated`. Each place is a series, its group and a time; a series that was not fitted has mean 0 and its
    group's sd. Returns mean (n, m) and covariance (n, m, m).
    """
    fitted = _Places(observation.series, observation.group_index, observation.time_years)
    group_index = np.array([observation.groups.index(name) for name in group])
    later = _Places(tuple(series), group_index, np.asarray(time_years, dtype=float))
    known = _covariance(fitted, fitted, sd, ell) + np.diag(observation.error**2)
    across = _covariance(fitted, later, sd, ell)
    gain = np.linalg.solve(known if noise is None else known + noise, across).transpose(0, 2, 1)
    mean = np.einsum("nmk,nk->nm", gain, observation.value - simulated)
    return mean, _covariance(later, later, sd, ell) - gain @ across


class _Places(NamedTuple):
    series: tuple[str, ...]
    group_index: np.ndarray
    time_years: np.ndarray


def _covariance(rows: _Places, columns: _Places, sd: np.ndarray, ell: np.ndarray) -> np.ndarray:
    same = np.array(rows.series)[:, None] == np.array(columns.series)
    row, column = np.nonzero(same)
    apart = np.abs(rows.time_years[row] - columns.time_years[column])
    size = sd[:, rows.group_index[row]] * sd[:, columns.group_index[column]]
    covariance = np.zeros((sd.shape[0], *same.shape))
    covariance[:, row, column] = size * np.exp(-apart / ell[:, None])
    return covariance
