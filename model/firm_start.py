"""The first state of firms: those of January 2013, and those born later.

Later newborns bring the technologies of the open firms of their sector and size, so that births by themselves do not
change use.
"""

from typing import NamedTuple

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, mix, normal, stream, uniform
from model.errors import InputError
from model.firm_kernels import Enterprises, Market
from model.firm_rules import FirmRules
from model.jit import njit
from model.region import SECTORS, SIZE_BANDS
from model.rules.firm_adoption import CERTIFICATE_MONTHS, has_prerequisite, share_of_use, shifted
from model.rules.firm_belief import outlook
from model.rules.firm_growth import capability_and_match, productivity, ramp
from model.rules.firm_resources import gva_gbp, skills_match
from model.state import Firms
from model.technologies import N_TECHNOLOGIES, PREREQUISITE, TECHNOLOGIES, Technology

LONG_AGO_MONTHS = 60
"""First technologies count as adopted that long ago: their effect is there in full."""
LEAST_CAPABILITY, MOST_CAPABILITY = 0.05, 0.95
_CYBER_ESSENTIALS = int(Technology.CYBER_ESSENTIALS)
_FIRST_PORTFOLIO, _FIRM_OUTLOOK = int(Decision.FIRST_PORTFOLIO), int(Decision.FIRM_OUTLOOK)
_FIRM_CAPABILITY, _FIRM_LIQUIDITY = int(Decision.FIRM_CAPABILITY), int(Decision.FIRM_LIQUIDITY)
_CERTIFICATE_MONTH = int(Decision.CERTIFICATE_MONTH)


class FirmStart(NamedTuple):
    """Capability that firms return to, by size band, and how far firms of a band differ."""

    capability_micro: float
    capability_small: float
    capability_medium: float
    capability_large: float
    capability_spread: float


def first_shares(start_adoption, sector_tilt: np.ndarray) -> np.ndarray:
    """Users of k over users of what k needs in January 2013, shape (sectors, size bands, technologies).

    start_adoption: table with technology, size and share_pct; the sector's tilt is added to the log odds. ODD 8.9.
    """
    share = np.full((len(SIZE_BANDS), N_TECHNOLOGIES), np.nan)
    for technology, size, pct in zip(
        start_adoption["technology"], start_adoption["size"], start_adoption["share_pct"], strict=True
    ):
        share[SIZE_BANDS.index(size), TECHNOLOGIES.index(technology)] = float(pct) / 100.0
    if np.isnan(share).any():
        band, k = np.argwhere(np.isnan(share))[0]
        raise InputError("no share for a technology and size", key=f"{TECHNOLOGIES[k]}, {SIZE_BANDS[band]}")
    tilted = np.zeros((len(SECTORS), *share.shape))
    for sector, band, k in np.ndindex(tilted.shape):
        tilted[sector, band, k] = shifted(share[band, k], sector_tilt[sector])
    return share_of_prerequisite(tilted, np.ones(tilted.shape[:-1])).round(12)


def shares_of_use(rules: FirmRules, sector_tilt: np.ndarray) -> np.ndarray:
    """Firms for which k is ever of use over those for which what k needs is, shape (sectors, size bands, technologies).

    ODD 8.9.
    """
    share = np.zeros((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES))
    for sector, band, k in np.ndindex(share.shape):
        ceiling, needed = rules.technology.adoption_ceiling[k], PREREQUISITE[k]
        own = share_of_use(ceiling, sector_tilt[sector], band, rules.adoption)
        share[sector, band, k] = min(own, share[sector, band, needed]) if needed >= 0 else own
    return share_of_prerequisite(share, np.ones(share.shape[:-1]))


def share_of_prerequisite(users: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """Users of k over users of what k needs (over firms if it needs nothing), at most 1; 0 where nobody uses that.

    users: numbers or shares with technologies as last axis; firms: all firms, without that axis. ODD 8.9, 8.10.
    """
    of = np.stack([users[..., needed] if needed >= 0 else firms for needed in PREREQUISITE], axis=-1)
    return np.where(of > 0, np.minimum(users / np.where(of > 0, of, 1), 1.0), 0.0)


def clear_firms(firms: Firms) -> None:
    """Columns of firms that nobody has founded yet, where 0 would mean something."""
    firms.closed_month[:], firms.adopted_month[:], firms.cohort[:] = NEVER, NEVER, -1


@njit
def arrive_firms(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    enterprises: Enterprises,
    firms: Firms,
    share: np.ndarray,
    of_use: np.ndarray,
    rules: FirmRules,
    start: FirmStart,
) -> None:
    """State of enterprises that open this month but for productivity, which `settle_firms` adds. ODD 8.9.

    share: `first_shares` in January 2013, the market's `newborn_share` later; of_use: `shares_of_use`. One draw settles
    both, so whatever a firm starts with is of use to it.
    """
    # Draws of the first state carry month 0: a firm is the same firm whenever it arrives.
    portfolio, outlook_word = stream(seed, 0, _FIRST_PORTFOLIO), stream(seed, 0, _FIRM_OUTLOOK)
    capability_word, liquidity_word = stream(seed, 0, _FIRM_CAPABILITY), stream(seed, 0, _FIRM_LIQUIDITY)
    certificate_word = stream(seed, 0, _CERTIFICATE_MONTH)
    for position in range(rows.shape[0]):
        i = rows[position]
        key, sector, band = enterprises.key[i], enterprises.sector[i], np.int64(enterprises.size_band[i])
        firms.open[i], firms.closed_month[i] = 1, NEVER
        firms.demand[i], firms.appeal[i], firms.size_index[i] = 1.0, 1.0, 1.0
        firms.outlook[i] = outlook(normal(uniform(outlook_word, key)), rules.belief)
        capability = (start.capability_micro, start.capability_small, start.capability_medium, start.capability_large)[
            band
        ] + start.capability_spread * normal(uniform(capability_word, key))
        capability = min(max(capability, LEAST_CAPABILITY), MOST_CAPABILITY)
        firms.capability[i], firms.capability_base[i] = capability, capability
        gva = gva_gbp(enterprises.sector_gva_per_job_gbp[sector], np.float64(enterprises.entry_jobs[i]), 1.0)
        firms.liquidity_gbp[i] = uniform(liquidity_word, key) * rules.resources.liquidity_cap_share * gva
        firms.attention_dose[i], firms.claim_gbp[i], firms.adopted_now[i] = 0.0, 0.0, 0
        firms.cohort[i], firms.cohort_until[i] = -1, 0
        firms.offer_bits[i], firms.offer_share[i], firms.offer_cap_gbp[i], firms.offer_until[i] = 0, 0.0, 0.0, 0
        adopted, useful = 0, 0
        for k in range(N_TECHNOLOGIES):
            firms.belief_gain[i, k] = rules.technology.gain_prior[k] * np.float64(firms.outlook[i])
            firms.belief_precision[i, k] = rules.belief.belief_precision_start
            firms.adopted_month[i, k] = NEVER
            u = uniform(mix(portfolio, np.uint64(k)), key)
            if has_prerequisite(k, adopted) and u < share[sector, band, k]:
                adopted |= 1 << k
                firms.adopted_month[i, k] = month - LONG_AGO_MONTHS
            within = has_prerequisite(k, useful) and u < of_use[sector, band, k]
            if within or (adopted >> k) & 1:
                useful |= 1 << k
        firms.adopted[i], firms.of_use[i] = adopted, useful
        firms.certificate_until[i] = 0
        if (adopted >> _CYBER_ESSENTIALS) & 1:
            left = np.int64(CERTIFICATE_MONTHS * uniform(certificate_word, key))
            firms.certificate_until[i] = month + 1 + left


@njit
def settle_firms(
    rows: np.ndarray, month: int, enterprises: Enterprises, firms: Firms, market: Market, rules: FirmRules
) -> None:
    """Productivity that firms enter with, once it is known who works there. ODD 8.9."""
    for position in range(rows.shape[0]):
        i = rows[position]
        match = skills_match(
            np.int64(firms.workers[i]),
            np.int64(firms.skilled_workers[i]),
            np.int64(firms.commuters[i]),
            enterprises.commuter_skilled_share,
            market.seekers_skilled_share[enterprises.authority[i]],
            rules.resources,
        )
        log_gain = 0.0
        for k in range(N_TECHNOLOGIES):
            months_in_use = month - np.int64(firms.adopted_month[i, k])
            log_gain += rules.technology.productivity_gain[k] * ramp(months_in_use, rules.growth)
        fit = capability_and_match(np.float64(firms.capability[i]), match, rules.adoption, rules.growth)
        entry = productivity(log_gain, fit, rules.growth)
        firms.productivity[i], firms.productivity_entry[i] = entry, entry
