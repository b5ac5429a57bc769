"""The model's forecast of published use: what its draws simulate, corrected by the misses that were seen to persist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from calibration.fit.discrepancy import forecast_discrepancy
from calibration.targets.target import survey_month, years_since_start
from calibration.validation.fitted_draws import FittedDraws
from calibration.validation.predictions import Prediction, mixture
from calibration.validation.use_shares import DISABLED, NOT_DISABLED, UseShare
from model.chance import key_from_text

MISSES_A_DRAW = 20
"""Misses drawn for each posterior draw, half of them the other half with the sign turned."""
GROUP_OF = {"level": "use by age", "contrast": "use by disability", "lapsed": "lapsed"}
"""What the forecast is made of -> group whose misses have one size."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A number of the forecast: level of a band, contrast of its disabled people, or lapsed among its non-users."""

    kind: str
    band: str
    year: int

    @property
    def series(self) -> str:
        return {"level": f"recent {self.band}", "contrast": f"recent {self.band} by disability",
                "lapsed": f"lapsed {self.band}"}[self.kind]  # fmt: skip

    @property
    def id(self) -> str:
        middle = "/by disability" if self.kind == "contrast" else ""
        return f"{'lapsed' if self.kind == 'lapsed' else 'recent'}/{self.band}{middle}/{self.year}"


def forecast_use(
    draws: FittedDraws, shares: Sequence[UseShare], disabled_share: Mapping[tuple[str, int], float], seed: int
) -> list[Prediction]:
    """A forecast of every share, with its survey's sampling error; by disability of recent users only.

    The level of an age band is moved by the miss of its series, given the misses of the fitted years; so is the
    contrast of disabled and other people. The two shares by disability are those that have this contrast and add up to
    the band's. The chance of one run of the sample is left in: people stay in their state for years, so it persists
    like a miss and is corrected like one.
    """
    parts = list(dict.fromkeys(part for share in shares for part in _parts(share)))
    generator = np.random.Generator(np.random.Philox(key=key_from_text(f"misses of a forecast|{seed}")))
    misses = _misses(draws, parts, generator)
    drawn = {part: draws.values[part.id][:, None] + misses[:, :, place] for place, part in enumerate(parts)}
    weight = np.repeat(draws.weight / MISSES_A_DRAW, MISSES_A_DRAW)
    return [mixture(_log_odds(share, drawn, disabled_share), share.error, weight) for share in shares]


def can_forecast(draws: FittedDraws, share: UseShare) -> bool:
    """Whether the draws simulate all that a share's forecast is made of."""
    return all(part.id in draws.values for part in _parts(share))


def split_by_contrast(level: np.ndarray, contrast: np.ndarray, disabled_share: float) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of disabled and of other people whose difference is `contrast` and whose mean share is that of `level`.

    All in log odds; disabled_share, 0 to 1, weighs the two. The odds of the others solve a quadratic equation.
    """
    share, ratio = expit(level), np.exp(contrast)
    middle = disabled_share * ratio + (1.0 - disabled_share) - share * (1.0 + ratio)
    root = np.sqrt(middle**2 + 4.0 * ratio * share * expit(-level))
    # Two forms of the same root: each loses digits where the other does not.
    safe = np.where(middle > 0, middle + root, 1.0)
    odds = np.where(middle > 0, 2.0 * share / safe, (root - middle) / (2.0 * ratio * expit(-level)))
    others = np.log(odds)
    return others + contrast, others


def _parts(share: UseShare) -> list[_Part]:
    level = _Part("level", share.band, share.year)
    if share.who:
        return [level, _Part("contrast", share.band, share.year)]
    return [level] if share.measure == "recent" else [level, _Part("lapsed", share.band, share.year)]


def _log_odds(
    share: UseShare, drawn: Mapping[_Part, np.ndarray], disabled_share: Mapping[tuple[str, int], float]
) -> np.ndarray:
    parts = [drawn[part] for part in _parts(share)]
    if share.who in (DISABLED, NOT_DISABLED):
        disabled, others = split_by_contrast(parts[0], parts[1], disabled_share[share.band, share.year])
        return disabled if share.who == DISABLED else others
    if share.measure == "recent":
        return parts[0]
    among = parts[1] if share.measure == "lapsed" else -parts[1]
    return np.asarray(logit(expit(-parts[0]) * expit(among)))


def _misses(draws: FittedDraws, parts: Sequence[_Part], generator: np.random.Generator) -> np.ndarray:
    """(n, MISSES_A_DRAW, parts): joint draws of the misses."""
    series, group = [part.series for part in parts], [GROUP_OF[part.kind] for part in parts]
    when = np.array([years_since_start(survey_month(part.year)) for part in parts])
    mean, covariance = forecast_discrepancy(draws.observation, draws.fitted(), draws.sd, draws.ell, series, group, when)
    # A covariance of misses that are all but certain has eigenvalues of nothing, of either sign.
    size, axes = np.linalg.eigh(covariance)
    root = axes * np.sqrt(np.maximum(size, 0.0))[:, None, :]
    luck = generator.standard_normal((draws.ell.size, MISSES_A_DRAW // 2, len(parts)))
    moved = np.einsum("nij,nhj->nhi", root, luck)
    return np.asarray(mean[:, None, :] + np.concatenate([moved, -moved], axis=1))
