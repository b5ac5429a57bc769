"""Loops over enterprises: gather, call the rule, write. No behaviour here.

Every firm reads its own columns, what the market was like at the end of last month, and the partner counts that last
month left; it writes its own columns only. What partners have to know is told to them by `commit_firms`.
"""

from typing import NamedTuple

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, happens, mix, stream, uniform
from model.firm_rules import FirmRules
from model.jit import njit
from model.rules.firm_adoption import (
    CERTIFICATE_MONTHS,
    attention,
    expected_value,
    grant_gbp,
    has_prerequisite,
    is_built_on,
    log_hazard_abandonment,
    log_odds_adoption,
    most_attention,
    n_in_use,
    next_attention_dose,
    price_gbp,
    probability_adopt,
    share_of_adopters,
)
from model.rules.firm_belief import drifted, learnt_gain, share_forgotten
from model.rules.firm_closure import YOUNG_MONTHS, probability_closure
from model.rules.firm_growth import (
    attractiveness,
    capability_and_match,
    next_demand,
    productivity,
    ramp,
    size_index,
)
from model.rules.firm_resources import (
    gva_gbp,
    jobs_now,
    next_capability,
    next_liquidity,
    skills_match,
)
from model.state import TOLD_OPEN, Firms, Units
from model.technologies import N_TECHNOLOGIES, Technology

_CYBER_ESSENTIALS = int(Technology.CYBER_ESSENTIALS)
_ADOPT, _ABANDON, _FIRM_CLOSES = int(Decision.ADOPT), int(Decision.ABANDON), int(Decision.FIRM_CLOSES)
_CERTIFICATE_RENEWED = int(Decision.CERTIFICATE_RENEWED)


class Enterprises(NamedTuple):
    """What the roster and the tables say of enterprises; never written. Field names are those of FirmRoster."""

    key: np.ndarray
    authority: np.ndarray
    sector: np.ndarray
    size_band: np.ndarray
    entry_jobs: np.ndarray
    entry_month: np.ndarray
    closure_probability_monthly: np.ndarray
    """shape (authorities, years from 2013)"""
    closure_size_factor: np.ndarray
    closure_age_factor: np.ndarray
    """shape (2,): younger than 60 months, older"""
    sector_gva_per_job_gbp: np.ndarray
    sector_tilt: np.ndarray
    commuter_skilled_share: float
    """of commuters from outside the region, with Work skill"""


class Market(NamedTuple):
    """What firms meet in a month: figures of the end of last month, and peer cohorts as they stand."""

    mean_attractiveness: np.ndarray
    """A by sector"""
    mean_gain: np.ndarray
    """Mn by sector"""
    seekers_skilled_share: np.ndarray
    """by authority"""
    newborn_share: np.ndarray
    """shape (sectors, size bands, technologies): users of k over users of what k needs"""
    cohort_members: np.ndarray
    """int32 by cohort"""
    cohort_adopters: np.ndarray
    """int32, shape (cohorts, technologies)"""


class TradeTies(NamedTuple):
    """Who trades with whom, each tie in both directions (see model.firm_roster)."""

    trade_indptr: np.ndarray
    trade_neighbour: np.ndarray


class Considered(NamedTuple):
    """Technologies that firms may take up this month, by row and then by number; one entry a firm and technology."""

    row: np.ndarray
    technology: np.ndarray
    draw: np.ndarray
    """the number that the chance to adopt has to exceed"""


@njit
def step_firms(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    enterprises: Enterprises,
    firms: Firms,
    market: Market,
    rules: FirmRules,
) -> None:
    """One month of the given open firms, in place, as passes over the rows. ODD 8.1 to 8.8.

    Passes hand values on through the columns; only what firms take up needs more: `before`, the technologies in use
    before they gave any up. Helpers that take columns are not called for single firms: each call would count references
    to every column. Rows are unsigned: of signed ones every access would ask whether they count from the end.
    """
    unsigned = rows.astype(np.uint64)
    _close(unsigned, month, seed, enterprises, firms, rules)
    _recover(unsigned, enterprises, firms, rules)
    _learn(unsigned, month, firms, market, rules)
    before = firms.adopted.copy()
    _renew_certificates(unsigned, month, seed, enterprises, firms, rules)
    _give_up(unsigned, month, seed, enterprises, firms, rules)
    considered = _consider(unsigned, month, seed, before, enterprises, firms, rules)
    share, match = _look_around(considered, month, enterprises, firms, market, rules)
    _take_up(considered, share, match, month, before, enterprises, firms, rules)
    _grow(unsigned, month, enterprises, firms, market, rules)


@njit
def _close(
    rows: np.ndarray, month: int, seed: np.uint64, enterprises: Enterprises, firms: Firms, rules: FirmRules
) -> None:
    """Who closes. ODD 8.1."""
    word, year = stream(seed, month, _FIRM_CLOSES), month // 12
    by_use = np.empty(N_TECHNOLOGIES + 1)
    for m in range(N_TECHNOLOGIES + 1):
        by_use[m] = probability_closure(1.0, 1.0, 1.0, m, rules.closure)
    for i in rows:
        firms.adopted_now[i], firms.claim_gbp[i] = 0, 0.0
        age_class = 0 if month - np.int64(enterprises.entry_month[i]) < YOUNG_MONTHS else 1
        p = enterprises.closure_probability_monthly[enterprises.authority[i], year]
        p *= enterprises.closure_size_factor[enterprises.size_band[i]]
        p *= enterprises.closure_age_factor[age_class]
        p *= by_use[n_in_use(np.int64(firms.adopted[i]))]
        if uniform(word, enterprises.key[i]) < p:
            firms.open[i], firms.closed_month[i], firms.adopted[i] = 0, month, 0
            for k in range(N_TECHNOLOGIES):
                firms.adopted_month[i, k] = NEVER


@njit
def _recover(rows: np.ndarray, enterprises: Enterprises, firms: Firms, rules: FirmRules) -> None:
    """Attention, capability and money after another month. ODD 8.2, 8.3."""
    dose_kept = next_attention_dose(1.0, rules.adoption)
    for i in rows:
        if firms.open[i] == 0:
            continue
        firms.attention_dose[i] = np.float64(firms.attention_dose[i]) * dose_kept
        in_use = n_in_use(np.int64(firms.adopted[i]))
        capability, base = np.float64(firms.capability[i]), np.float64(firms.capability_base[i])
        firms.capability[i] = next_capability(capability, base, in_use, rules.resources)
        jobs = jobs_now(np.int64(enterprises.entry_jobs[i]), np.float64(firms.size_index[i]))
        per_job = enterprises.sector_gva_per_job_gbp[enterprises.sector[i]]
        gva = gva_gbp(per_job, jobs, np.float64(firms.productivity[i]))
        liquidity, raised = np.float64(firms.liquidity_gbp[i]), np.float64(firms.raised_gbp[i])
        firms.liquidity_gbp[i] = next_liquidity(liquidity, gva, raised, rules.resources)


@njit
def _learn(rows: np.ndarray, month: int, firms: Firms, market: Market, rules: FirmRules) -> None:
    """Beliefs after what partners and peers show, and some forgetting. ODD 8.4."""
    prior, shown = np.array(rules.technology.gain_prior), np.array(rules.technology.gain_true)
    forgotten, start = share_forgotten(rules.belief), rules.belief.belief_precision_start
    for i in rows:
        if firms.open[i] == 0:
            continue
        outlook, cohort = np.float64(firms.outlook[i]), np.int64(firms.cohort[i])
        meets = 0 <= cohort < market.cohort_members.shape[0] and month < firms.cohort_until[i]
        for k in range(N_TECHNOLOGIES):
            gain, precision = np.float64(firms.belief_gain[i, k]), np.float64(firms.belief_precision[i, k])
            adopters = np.int64(firms.tied_adopters[i, k])
            if meets:
                adopters += np.int64(market.cohort_adopters[cohort, k]) - ((np.int64(firms.adopted[i]) >> k) & 1)
            observations = rules.belief.belief_per_adopter * adopters
            gain = learnt_gain(gain, precision, shown[k], observations)
            firms.belief_gain[i, k] = drifted(gain, prior[k] * outlook, forgotten)
            firms.belief_precision[i, k] = drifted(precision + observations, start, forgotten)


@njit
def _streams(seed: np.uint64, month: int, decision: int) -> np.ndarray:
    """Words of the luck of a decision, by technology."""
    words = np.empty(N_TECHNOLOGIES, np.uint64)
    for k in range(N_TECHNOLOGIES):
        words[k] = mix(stream(seed, month, decision), np.uint64(k))
    return words


@njit
def _renew_certificates(
    rows: np.ndarray, month: int, seed: np.uint64, enterprises: Enterprises, firms: Firms, rules: FirmRules
) -> None:
    """Certificates that end this month are renewed or dropped. ODD 8.6."""
    renewed = stream(seed, month, _CERTIFICATE_RENEWED)
    for i in rows:
        if firms.open[i] == 0 or (firms.adopted[i] >> _CYBER_ESSENTIALS) & 1 == 0 or month < firms.certificate_until[i]:
            continue
        if uniform(renewed, enterprises.key[i]) < rules.adoption.certificate_renewal:
            firms.certificate_until[i] += CERTIFICATE_MONTHS
        else:
            firms.adopted[i] &= ~(1 << _CYBER_ESSENTIALS)
            firms.adopted_month[i, _CYBER_ESSENTIALS] = NEVER


@njit
def _give_up(
    rows: np.ndarray, month: int, seed: np.uint64, enterprises: Enterprises, firms: Firms, rules: FirmRules
) -> None:
    """Technologies that firms give up, unless another is built on them; certificates apart. ODD 8.6."""
    abandon = _streams(seed, month, _ABANDON)
    for i in rows:
        if firms.open[i] == 0:
            continue
        adopted = np.int64(firms.adopted[i]) & ~(1 << _CYBER_ESSENTIALS)
        if adopted == 0:
            continue
        h = log_hazard_abandonment(np.float64(firms.capability[i]), rules.adoption)
        for k in range(N_TECHNOLOGIES):
            # What is built on k has a higher number, so that it is not given up yet.
            if (
                (adopted >> k) & 1
                and happens(uniform(abandon[k], enterprises.key[i]), h)
                and not is_built_on(k, adopted)
            ):
                firms.adopted[i] &= ~(1 << k)
                firms.adopted_month[i, k] = NEVER


@njit
def _consider(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    before: np.ndarray,
    enterprises: Enterprises,
    firms: Firms,
    rules: FirmRules,
) -> Considered:
    """What firms may take up: of use to them, nothing missing that it needs, and a draw low enough. ODD 8.5.

    What was given up this month is not free again before the next, and nothing new is built on it. Most draws are too
    high for any chance to adopt, so that what firms think of a technology is worked out for few.
    """
    adopt, most_pairs = _streams(seed, month, _ADOPT), rows.shape[0] * N_TECHNOLOGIES
    row, technology, draw = np.empty(most_pairs, np.int32), np.empty(most_pairs, np.int8), np.empty(most_pairs)
    n = 0
    for i in rows:
        if firms.open[i] == 0:
            continue
        jobs = jobs_now(np.int64(enterprises.entry_jobs[i]), np.float64(firms.size_index[i]))
        most = most_attention(jobs, np.float64(firms.attention_dose[i]), rules.adoption)
        kept = np.int64(firms.adopted[i])
        free = np.int64(firms.of_use[i]) & ~np.int64(before[i])
        for k in range(N_TECHNOLOGIES):
            if (free >> k) & 1 and has_prerequisite(k, kept):
                u = uniform(adopt[k], enterprises.key[i])
                if u < most:
                    row[n], technology[n], draw[n] = i, k, u
                    n += 1
    return Considered(row[:n], technology[:n], draw[:n])


@njit
def _look_around(
    considered: Considered, month: int, enterprises: Enterprises, firms: Firms, market: Market, rules: FirmRules
) -> tuple[np.ndarray, np.ndarray]:
    """Share of partners and peers that use what a firm considers, and the skills at hand. ODD 8.3, 8.5."""
    share, match = np.empty(considered.row.shape[0]), np.empty(considered.row.shape[0])
    for position in range(considered.row.shape[0]):
        i, k = considered.row[position], considered.technology[position]
        cohort, in_cohort, others = np.int64(firms.cohort[i]), 0, 0
        if 0 <= cohort < market.cohort_members.shape[0] and month < firms.cohort_until[i]:
            in_cohort = np.int64(market.cohort_adopters[cohort, k])
            others = np.int64(market.cohort_members[cohort]) - 1
        tied, ties = np.int64(firms.tied_adopters[i, k]), np.int64(firms.trade_ties[i])
        share[position] = share_of_adopters(tied, ties, in_cohort, others)
        match[position] = skills_match(
            np.int64(firms.workers[i]),
            np.int64(firms.skilled_workers[i]),
            np.int64(firms.commuters[i]),
            enterprises.commuter_skilled_share,
            market.seekers_skilled_share[enterprises.authority[i]],
            rules.resources,
        )
    return share, match


@njit
def _take_up(
    considered: Considered,
    share: np.ndarray,
    match: np.ndarray,
    month: int,
    before: np.ndarray,
    enterprises: Enterprises,
    firms: Firms,
    rules: FirmRules,
) -> None:
    """What firms take up of what they consider: they can pay for it, with a grant or without, and expect enough. ODD 8.5.

    Each technology is paid for from what the ones before it left, which is not rounded in between.
    """
    technology, years = rules.technology, month / 12.0
    last, liquidity = -1, 0.0
    for position in range(considered.row.shape[0]):
        i, k = considered.row[position], considered.technology[position]
        if i != last:
            last, liquidity = i, np.float64(firms.liquidity_gbp[i])
        jobs = jobs_now(np.int64(enterprises.entry_jobs[i]), np.float64(firms.size_index[i]))
        price, grant = price_gbp(technology.price_fixed_gbp[k], technology.price_per_job_gbp[k], jobs), 0.0
        offered = (np.int64(firms.offer_bits[i]) >> k) & 1 == 1 and month < firms.offer_until[i]
        if offered:
            grant = grant_gbp(price, np.float64(firms.offer_share[i]), np.float64(firms.offer_cap_gbp[i]))
        if liquidity < price - grant:
            continue
        sector = enterprises.sector[i]
        gva = gva_gbp(enterprises.sector_gva_per_job_gbp[sector], jobs, np.float64(firms.productivity[i]))
        z = log_odds_adoption(
            technology.adoption_base[k],
            technology.adoption_slope[k],
            technology.adoption_midyear[k],
            years,
            enterprises.sector_tilt[sector],
            expected_value(np.float64(firms.belief_gain[i, k]), gva, price - grant),
            np.float64(firms.belief_precision[i, k]),
            share[position],
            np.float64(firms.capability[i]),
            match[position],
            technology.cyber_risk[k],
            (before[i] >> _CYBER_ESSENTIALS) & 1 == 1,
            rules.adoption,
        )
        intensity = attention(jobs, np.float64(firms.attention_dose[i]), share[position], rules.adoption)
        if considered.draw[position] >= probability_adopt(intensity, z):
            continue
        liquidity -= price - grant
        firms.liquidity_gbp[i] = liquidity
        firms.adopted[i] |= 1 << k
        firms.adopted_month[i, k], firms.adopted_now[i] = month, firms.adopted_now[i] | (1 << k)
        if k == _CYBER_ESSENTIALS:
            firms.certificate_until[i] = month + CERTIFICATE_MONTHS
        if offered:
            firms.claim_gbp[i] += grant
            firms.offer_cap_gbp[i] -= grant
            firms.offer_bits[i] &= ~(1 << k)


@njit
def _grow(
    rows: np.ndarray, month: int, enterprises: Enterprises, firms: Firms, market: Market, rules: FirmRules
) -> None:
    """Productivity, demand and jobs. ODD 8.7, 8.8."""
    gains = np.array(rules.technology.productivity_gain)
    for i in rows:
        if firms.open[i] == 0:
            continue
        sector, adopted, log_gain = enterprises.sector[i], np.int64(firms.adopted[i]), 0.0
        for k in range(N_TECHNOLOGIES):
            if (adopted >> k) & 1:
                log_gain += gains[k] * ramp(month - np.int64(firms.adopted_month[i, k]), rules.growth)
        match = skills_match(
            np.int64(firms.workers[i]),
            np.int64(firms.skilled_workers[i]),
            np.int64(firms.commuters[i]),
            enterprises.commuter_skilled_share,
            market.seekers_skilled_share[enterprises.authority[i]],
            rules.resources,
        )
        fit = capability_and_match(np.float64(firms.capability[i]), match, rules.adoption, rules.growth)
        output_per_job = productivity(log_gain, fit, rules.growth)
        gain = output_per_job / np.float64(firms.productivity_entry[i])
        demand = next_demand(
            np.float64(firms.demand[i]),
            attractiveness(gain, np.float64(firms.appeal[i]), rules.growth),
            market.mean_attractiveness[sector],
            market.mean_gain[sector],
            rules.growth,
        )
        firms.productivity[i], firms.demand[i], firms.size_index[i] = output_per_job, demand, size_index(demand, gain)


def with_news(firms: Firms) -> np.ndarray:
    """Rows whose use or existence differs from what their trade partners know."""
    return np.flatnonzero(firms.told != (firms.adopted | (firms.open * TOLD_OPEN)))


@njit
def commit_firms(rows: np.ndarray, firms: Firms, ties: TradeTies) -> None:
    """Tell trade partners what changed; `rows` are those with news. ODD 8.11.

    Counts of every row are kept, also of those not yet born, so that nobody has to count at birth.
    """
    for i in rows:
        told = np.int64(firms.told[i])
        true = np.int64(firms.adopted[i]) | (TOLD_OPEN if firms.open[i] else 0)
        changed = told ^ true
        firms.told[i] = true
        for e in range(ties.trade_indptr[i], ties.trade_indptr[i + 1]):
            j = ties.trade_neighbour[e]
            if changed & TOLD_OPEN:
                firms.trade_ties[j] += 1 if true & TOLD_OPEN else -1
            for k in range(N_TECHNOLOGIES):
                if (changed >> k) & 1:
                    firms.tied_adopters[j, k] += 1 if (true >> k) & 1 else -1


@njit
def teach_in_adopting_firms(firms: Firms, units: Units, unit_ptr: np.ndarray, training_hours: float) -> None:
    """Hours of teaching for the workers of every unit whose firm took something up this month. ODD 8.12."""
    for i in range(firms.adopted_now.shape[0]):
        if firms.adopted_now[i] != 0:
            hours = training_hours * n_in_use(np.int64(firms.adopted_now[i]))
            for unit in range(unit_ptr[i], unit_ptr[i + 1]):
                units.training_hours[unit] += hours


@njit
def count_cohorts(month: int, n_cohorts: int, firms: Firms) -> tuple[np.ndarray, np.ndarray]:
    """Open members of each peer cohort and those using each technology: int32[n], int32[n, 7]. ODD 8 (c)."""
    members, adopters = np.zeros(n_cohorts, np.int32), np.zeros((n_cohorts, N_TECHNOLOGIES), np.int32)
    for i in range(firms.cohort.shape[0]):
        cohort = firms.cohort[i]
        if cohort >= 0 and firms.open[i] and month < firms.cohort_until[i]:
            members[cohort] += 1
            for k in range(N_TECHNOLOGIES):
                adopters[cohort, k] += (firms.adopted[i] >> k) & 1
    return members, adopters
