"""A made-up survey of use, and posterior draws of a made-up model of it."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from calibration.fit.observation import Observation
from calibration.targets.residents import use_targets
from calibration.validation.fitted_draws import FittedDraws
from calibration.validation.use_forecast import split_by_contrast
from calibration.validation.use_shares import disabled_shares
from model.region import AGE_BANDS

LEVEL = dict(zip(AGE_BANDS, (5.0, 4.6, 4.2, 3.4, 2.2, 1.2, -0.6), strict=True))
"""Log odds of recent use in 2014."""
SPEED = 0.3
CONTRAST = -1.0
LAPSED = -1.2
"""Log odds of lapsed among those who are not recent users."""
ADULTS = 8000.0
"""Thousands of each age band."""


def truth(kind: str, band: str, year: int) -> float:
    """Log odds of recent use, of lapsed among non-users, or the contrast by disability."""
    return {"level": LEVEL[band] + SPEED * (year - 2014), "contrast": CONTRAST, "lapsed": LAPSED}[kind]


def survey(years, seed: int | None = 1, role: str = "fit") -> pd.DataFrame:
    """Rows in the shape of lfs_uk_use; with a seed they carry sampling error of about the real survey's size."""
    generator = np.random.Generator(np.random.Philox(key=seed or 0))
    disabled_share = disabled_shares()
    rows = []
    for year in years:
        for band in AGE_BANDS:
            level, disabled = truth("level", band, year), disabled_share.get((band, year), 0.3)
            sides = split_by_contrast(np.array([level]), np.array([CONTRAST]), disabled)
            groups = {band: (level, ADULTS)}
            if year > 2013:
                groups |= {
                    f"{band} x yes": (sides[0][0], ADULTS * disabled),
                    f"{band} x no": (sides[1][0], ADULTS * (1 - disabled)),
                }
            for group, (log_odds, thousands) in groups.items():
                people = thousands
                noise = (
                    0.0 if seed is None else generator.normal() / np.sqrt(people * expit(log_odds) * expit(-log_odds))
                )
                recent = expit(log_odds + noise)
                lapsed = (1 - recent) * expit(LAPSED)
                for measure, share in (("recent", recent), ("lapsed", lapsed), ("never", 1 - recent - lapsed)):
                    by = "age_band x disability" if " x " in group else "age_band"
                    rows.append((by, group, year, measure, thousands * share))
    table = pd.DataFrame(rows, columns=["group_by", "group", "year", "measure", "value"])
    return table.assign(
        unit="thousands", source_id="ons_iu_2020", block="made-up", role=role, table="lfs_uk_use", period="Q1"
    )


def observation(rows: pd.DataFrame) -> Observation:
    """What a fit takes from the rows."""
    targets = use_targets(rows)
    return Observation(
        tuple(target.id for target in targets), np.array([target.value for target in targets]),
        np.array([target.error for target in targets]), tuple(target.series for target in targets),
        tuple(target.discrepancy for target in targets), np.array([target.time_years for target in targets]),
    )  # fmt: skip


def draws(rows: pd.DataFrame, n: int = 40, off: float = 0.0, spread: float = 0.03, miss: float = 0.05) -> FittedDraws:
    """Draws of a model that is right but for `off` (log odds) in every level, with misses of size `miss`."""
    generator = np.random.Generator(np.random.Philox(key=9))
    observed = observation(rows)
    values = {}
    for band in AGE_BANDS:
        common = generator.normal(0.0, spread, n)
        for year in range(2014, 2021):
            values[f"recent/{band}/{year}"] = truth("level", band, year) + off + common
            values[f"recent/{band}/by disability/{year}"] = CONTRAST + generator.normal(0.0, spread, n)
            values[f"lapsed/{band}/{year}"] = LAPSED + generator.normal(0.0, spread, n)
            values[f"lapsed/{band}/by disability/{year}"] = generator.normal(0.0, spread, n)
    sd = np.full((n, len(observed.groups)), miss)
    return FittedDraws(observed, values, sd, np.full(n, 4.0), np.full(n, 1.0 / n))


def published_pct(band: str, year: int) -> float:
    """Share of recent users without sampling error."""
    return float(100.0 * expit(truth("level", band, year)))


def log_odds(percent: float) -> float:
    """Log odds of a share in per cent."""
    return float(logit(percent / 100.0))
