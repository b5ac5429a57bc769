"""What makes intercepts mean something: shifts solved on a reference panel of UK adults of January 2013.

The panel is a weighted sample of the UK-weighted population with what a person's surroundings looked like. On it we
solve, for a given set of parameters,
- the start: log odds of non-use by age band and disability, so that national shares are the published ones whatever
  the tilts by education, deprivation and disposition;
- the shifts of starting and stopping, so that the national mean hazards of January 2013 are those of the intercept
  and age terms alone. Regions then differ by their people, not by their intercepts.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from model.chance import Decision, exp, key_from_text, logistic, normal, uniform, word
from model.jit import njit
from model.region import AGE_BANDS
from model.rules.access import AccessParameters, access_level
from model.rules.motivation import MotivationParameters, motivation_aim
from model.rules.skill import SkillParameters, skill_ceiling
from model.rules.use import (
    UseParameters,
    log_hazard_lapse,
    log_hazard_onset,
    log_hazard_onset_by_age,
)

BAND_MIDPOINTS_YEARS = (20.5, 30.0, 40.0, 50.0, 60.0, 69.5, 81.0)
"""Ages at which the curve of non-use through the published band shares is pinned."""
SAME_EVERYWHERE_DECIMALS = 10
"""Solved numbers pass through NumPy's exp and log, whose last bits differ between processors; rounding removes them."""
_TYPICAL_PEERS = 0.7
"""Share of competent ties under which past learning is reckoned."""


class StartTilts(NamedTuple):
    """Log odds of use at the start by circumstances."""

    start_tilt_education: float
    start_tilt_deprivation: float
    start_tilt_disposition: float


class StartShares(NamedTuple):
    """Households and devices at the start, and how alike people of one household are."""

    start_connection_user: float
    start_connection_no_user: float
    start_device_user: float
    start_device_no_user: float
    start_years_online: float
    disposition_household_share: float


class Panel(NamedTuple):
    """Reference adults of January 2013: one array a column, weights summing to 1."""

    weight: np.ndarray
    age_years: np.ndarray
    disabled: np.ndarray
    education: np.ndarray
    deprivation: np.ndarray
    """1 in the most deprived fifth .. -1 in the least"""
    peers: np.ndarray
    """expected share of ties to competent users"""
    lives_with_user: np.ndarray
    """chance that another adult of the household is a user"""
    helper_or_hub: np.ndarray
    """0 or 1"""
    disposition: np.ndarray


@dataclass(frozen=True, slots=True)
class Centring:
    """Solved for one set of parameters on the reference panel."""

    start_log_odds: np.ndarray
    """shape (90, 2): log odds of non-use at age 16..105 without and with disability, before tilts"""
    start_lapsed_share: np.ndarray
    """shape (7, 2): lapsed users among non-users"""
    tilt_spread: np.ndarray
    """shape (7, 2): what the spread of tilts takes off the log odds of a cell's mean"""
    onset_shift: float
    lapse_shift: float


def read_panel(table: pd.DataFrame) -> Panel:
    """The panel's arrays; disposition is drawn by row number from a fixed stream of its own."""
    luck = word(np.uint64(key_from_text("reference panel")), 0, Decision.DISPOSITION)
    disposition = np.array([normal(uniform(luck, np.uint64(row))) for row in range(len(table))])
    weight = table["weight"].to_numpy(float)
    return Panel(
        weight / weight.sum(),
        table["age_years"].to_numpy(np.int64),
        table["disabled"].to_numpy(np.int64),
        table["education"].to_numpy(np.int64),
        1.0 - table["deprivation"].to_numpy(float) / 2.0,
        table["peers"].to_numpy(float),
        table["lives_with_user"].to_numpy(float),
        table["helper_or_hub"].to_numpy(np.int64),
        disposition,
    )


def start_shares(start_use: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Published start: non-users among adults and lapsed among non-users, each of shape (7 bands, 2 disability).

    Shares by age are those of 2013; the odds ratio between disabled and other people is that of 2014, since the
    2013 rows use another definition of disability. Disabled people's part of a band is that of 2014 too.
    """
    counts = start_use.pivot_table(
        index=["year", "age_band", "disability"], columns="use", values="thousands", aggfunc="sum"
    )
    non_use, lapsed = np.zeros((7, 2)), np.zeros((7, 2))
    for band, name in enumerate(AGE_BANDS):
        all_2013 = counts.loc[(2013, name, "all")]
        target = float((all_2013["never"] + all_2013["lapsed"]) / all_2013.sum())
        by_disability = [counts.loc[(2014, name, disabled)] for disabled in ("no", "yes")]
        share_2014 = np.array([float((row["never"] + row["lapsed"]) / row.sum()) for row in by_disability])
        part = np.array([float(row.sum()) for row in by_disability])
        part /= part.sum()
        log_odds = np.log(share_2014 / (1 - share_2014))
        shift = _solve(lambda s: float(part @ (1 / (1 + np.exp(-(log_odds + s))))) - target)  # noqa: B023
        non_use[band] = 1 / (1 + np.exp(-(log_odds + shift)))
        lapsed[band] = float(all_2013["lapsed"] / (all_2013["never"] + all_2013["lapsed"]))
    return non_use, lapsed


def start_curve(start_use: pd.DataFrame) -> np.ndarray:
    """Log odds of non-use at the start by age 16..105 and disability, shape (90, 2), from the published shares."""
    return _age_curve(start_shares(start_use)[0])


def solve_centring(
    panel: Panel,
    start_use: pd.DataFrame,
    values: dict[str, float],
    rules_without_shift: tuple,
    tilts: StartTilts,
    shares: StartShares,
    digital_services_share: float,
    service_skill_threshold: float,
) -> Centring:
    """Solve the start and both shifts for one set of parameters.

    rules_without_shift: (AccessParameters, MotivationParameters, UseParameters with zero shifts, SkillParameters).
    """
    non_use, lapsed = start_shares(start_use)
    tilt = (
        tilts.start_tilt_education * (panel.education - 1)
        + tilts.start_tilt_deprivation * panel.deprivation
        + tilts.start_tilt_disposition * panel.disposition
    )
    band = np.searchsorted([25, 35, 45, 55, 65, 75], panel.age_years, side="right")
    curve = _age_curve(non_use)
    at_age = curve[np.clip(panel.age_years - 16, 0, 89), panel.disabled]
    log_odds, spread = curve.copy(), np.zeros((7, 2))
    non_user_share = np.zeros(len(panel.weight))
    for b in range(7):
        for d in range(2):
            rows = (band == b) & (panel.disabled == d)
            if not rows.any():
                continue
            weight = panel.weight[rows] / panel.weight[rows].sum()
            flat = _solve_level(weight, at_age[rows], non_use[b, d])
            level = _solve_level(weight, at_age[rows] - tilt[rows], non_use[b, d])
            ages = np.searchsorted([25, 35, 45, 55, 65, 75], np.arange(16, 106), side="right") == b
            log_odds[ages, d] = curve[ages, d] + level
            spread[b, d] = level - flat
            non_user_share[rows] = 1 / (1 + np.exp(-(at_age[rows] + level - tilt[rows])))
    access, motivation, use, skill = rules_without_shift
    sums = _mean_hazards(
        panel,
        non_user_share,
        access,
        motivation,
        use,
        skill,
        shares,
        values["trust_usual"],
        digital_services_share,
        service_skill_threshold,
    )
    return Centring(
        log_odds.round(SAME_EVERYWHERE_DECIMALS),
        lapsed.round(SAME_EVERYWHERE_DECIMALS),
        spread.round(SAME_EVERYWHERE_DECIMALS),
        round(float(np.log(sums[0] / sums[1])), SAME_EVERYWHERE_DECIMALS),
        round(float(np.log(sums[2] / sums[3])), SAME_EVERYWHERE_DECIMALS),
    )


def _age_curve(non_use: np.ndarray) -> np.ndarray:
    """Log odds of non-use at ages 16 to 105: straight lines through the bands' midpoints, last slope carried on."""
    ages = np.arange(16, 106)
    curve = np.empty((90, 2))
    for d in range(2):
        pins = np.log(non_use[:, d] / (1 - non_use[:, d]))
        slope = (pins[-1] - pins[-2]) / (BAND_MIDPOINTS_YEARS[-1] - BAND_MIDPOINTS_YEARS[-2])
        curve[:, d] = np.interp(ages, BAND_MIDPOINTS_YEARS, pins)
        old = ages > BAND_MIDPOINTS_YEARS[-1]
        curve[old, d] = pins[-1] + slope * (ages[old] - BAND_MIDPOINTS_YEARS[-1])
    return curve


def _solve_level(weight: np.ndarray, log_odds: np.ndarray, share: float) -> float:
    return _solve(lambda level: float(weight @ (1 / (1 + np.exp(-(log_odds + level))))) - share)


def _solve(function, low: float = -20.0, high: float = 20.0) -> float:
    """Root of an increasing function by bisection."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        if function(middle) < 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@njit
def _mean_hazards(
    panel: Panel,
    non_user_share: np.ndarray,
    access_p: AccessParameters,
    motivation_p: MotivationParameters,
    use_p: UseParameters,
    skill_p: SkillParameters,
    shares: StartShares,
    trust: float,
    digital_services_share: float,
    service_skill_threshold: float,
) -> np.ndarray:
    """Weighted sums of intensities on the panel: starting by age alone, starting in full, stopping likewise."""
    sums = np.zeros(4)
    for i in range(panel.weight.shape[0]):
        age = (float(panel.age_years[i]) - 65.0) / 10.0
        disabled, education, peers = panel.disabled[i] == 1, panel.education[i], panel.peers[i]
        non_users, users = panel.weight[i] * non_user_share[i], panel.weight[i] * (1.0 - non_user_share[i])
        aim = motivation_aim(panel.disposition[i], education, 0.0, trust, peers, age, motivation_p)
        connected = shares.start_connection_user * panel.lives_with_user[i] + shares.start_connection_no_user * (
            1.0 - panel.lives_with_user[i]
        )
        own = connected * shares.start_device_no_user
        sums[0] += non_users * exp(log_hazard_onset_by_age(age, use_p))
        for has_own in range(2):
            access = access_level(has_own, has_own, panel.helper_or_hub[i] == 1, access_p)
            h = log_hazard_onset(
                age, disabled, education, panel.deprivation[i], peers, aim, 0.0, access, False, 0.0, use_p
            )
            sums[1] += non_users * (own if has_own == 1 else 1.0 - own) * exp(h)
        ceiling = skill_ceiling(education, age, disabled, panel.disposition[i], skill_p)
        skill = ceiling * start_learning(shares.start_years_online, skill_p)
        cost = access_p.affordability_reference
        sums[2] += users * exp(use_p.lapse_base + use_p.lapse_age * age)
        own_user = shares.start_device_user * shares.start_connection_user
        for has_own in range(2):
            access = access_level(has_own, has_own, panel.helper_or_hub[i] == 1, access_p)
            h = log_hazard_lapse(age, disabled, access, cost, skill, peers, use_p)
            sums[3] += users * (own_user if has_own == 1 else 1.0 - own_user) * exp(h)
    return sums


@njit
def start_learning(years_online: float, p: SkillParameters) -> float:
    """Share of the ceiling reached after some years online.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(start_learning(4.0, p), 3)
    0.857
    """
    return 1.0 - exp(-p.skill_learning_monthly * (1.0 + p.skill_help * _TYPICAL_PEERS) * 12.0 * years_online)


@njit
def non_use_probability(
    log_odds: float, education: int, deprivation: float, disposition: float, t: StartTilts
) -> float:
    """Chance that a person is no recent user at the start, from a cell's log odds and the person's tilts.

    >>> t = StartTilts(0.7, -0.25, 0.5)
    >>> round(non_use_probability(0.0, 2, 0.0, 0.0, t), 3)
    0.332
    """
    tilt = (
        t.start_tilt_education * (education - 1)
        + t.start_tilt_deprivation * deprivation
        + t.start_tilt_disposition * disposition
    )
    return logistic(log_odds - tilt)
