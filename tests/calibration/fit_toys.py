"""A made-up module of the fit: two parameters, six figures, and a simulator of one line."""

from collections.abc import Mapping, Sequence

import numpy as np

from calibration.modules import Discrepancy, Module
from calibration.targets.target import NORMAL, Extract, Target, log_odds

TRUTH = {"onset_base": -5.6, "lapse_base": -8.0}
N_PEOPLE = 4000


def simulate(
    values: Mapping[str, float], seed: int, n_adults: int, extracts: Sequence[Extract]
) -> dict[str, tuple[int, int]]:
    """People online after some months: one parameter sets the level, the other the slope."""
    rng = np.random.default_rng(seed)
    level, slope = values["onset_base"] + 5.2, (values["lapse_base"] + 8.5) / 20.0
    log_odds = [level + slope * extract.month for extract in extracts]
    return {
        extract.id: (int(rng.binomial(N_PEOPLE, 1.0 / (1.0 + np.exp(-odds)))), N_PEOPLE)
        for extract, odds in zip(extracts, log_odds, strict=True)
    }


def make_module(name: str = "residents", fitted: tuple[str, ...] = tuple(TRUTH)) -> Module:
    """Fitted to counts that it made itself with TRUTH."""
    extracts = tuple(
        Extract(f"{name}/{month}", month, (), ("online",), ("adults",)) for month in (0, 12, 24, 36, 48, 60)
    )
    counts = simulate(TRUTH, 99, 1, extracts)
    targets = tuple(
        Target(
            id=extract.id, module=name, table="made up", block="made up", source_id="made up", year=2013 + extract.month // 12,
            group="everyone", measure="online", published=50.0, unit="% of adults", extract=extract, minus=None,
            conform="the same", value=float(log_odds(*counts[extract.id])), error=0.05, likelihood=NORMAL,
            series="online", discrepancy="use", time_years=extract.month / 12,
        )
        for extract in extracts
    )  # fmt: skip
    return Module(name, fitted, (), targets, extracts, simulate, {"use": Discrepancy(0.1, "made up")})
