"""The posterior that a validation is about: that of a fit's folder, else the shipped one, else the priors."""

from __future__ import annotations

from pathlib import Path

from model.parameters import prior_draws
from model.posterior import Posterior, load_posterior, read_posterior


def posterior_of(fit: Path | None) -> Posterior | None:
    """The candidate of a fit's folder, or the shipped posterior; None where neither is there. InputError for a bad
    folder."""
    return load_posterior() if fit is None else read_posterior(fit / "posterior")


def draws_of(fit: Path | None, n_draws: int, seed: int) -> list[dict[str, float]]:
    """Parameter sets of that posterior, by weight; what it does not hold comes from the priors."""
    draws, posterior = prior_draws(n_draws, seed), posterior_of(fit)
    if posterior is None:
        return draws
    return [values | fitted for values, fitted in zip(draws, posterior.resampled(n_draws, seed), strict=True)]


def median_discrepancy(fit: Path | None, group: str) -> float:
    """Median size of a group's discrepancy in log odds, or of "<module>: memory" in years; 0 where nothing was fitted."""
    posterior = posterior_of(fit)
    sizes = posterior.manifest.get("discrepancy", {}) if posterior is not None else {}
    return float(sizes.get(group, {}).get("sd_median", 0.0))
