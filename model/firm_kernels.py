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

    Passes hand values on through the columns. Helpers that take columns are not called for single firms: each call would
    count references to every column.
    """
    _close(rows, month, seed, enterprises, firms, rules)
    _recover(rows, enterprises, firms, rules)
    _learn(rows, month, firms, market, rules)
    _decide(rows, month, seed, enterprises, firms, market, rules)
    _grow(rows, month, enterprises, firms, market, rules)


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
def _decide(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    enterprises: Enterprises,
    firms: Firms,
    market: Market,
    rules: FirmRules,
) -> None:
    """What firms give up and take up. ODD 8.5, 8.6."""
    technology, years, renewed = rules.technology, month / 12.0, stream(seed, month, _CERTIFICATE_RENEWED)
    adopt, abandon = np.empty(N_TECHNOLOGIES, np.uint64), np.empty(N_TECHNOLOGIES, np.uint64)
    for k in range(N_TECHNOLOGIES):
        adopt[k] = mix(stream(seed, month, _ADOPT), np.uint64(k))
        abandon[k] = mix(stream(seed, month, _ABANDON), np.uint64(k))
    for i in rows:
        if firms.open[i] == 0:
            continue
        key, sector, before = enterprises.key[i], enterprises.sector[i], np.int64(firms.adopted[i])
        of_use = np.int64(firms.of_use[i])
        capability, liquidity = np.float64(firms.capability[i]), np.float64(firms.liquidity_gbp[i])
        jobs = jobs_now(np.int64(enterprises.entry_jobs[i]), np.float64(firms.size_index[i]))
        dose = np.float64(firms.attention_dose[i])
        ties, cohort, others = np.int64(firms.trade_ties[i]), np.int64(firms.cohort[i]), 0
        meets = 0 <= cohort < market.cohort_members.shape[0] and month < firms.cohort_until[i]
        if meets:
            others = np.int64(market.cohort_members[cohort]) - 1
        most = most_attention(jobs, dose, rules.adoption)
        now = before
        for k in range(N_TECHNOLOGIES):
            if (before >> k) & 1:
                if k == _CYBER_ESSENTIALS:
                    kept = month < firms.certificate_until[i]
                    if not kept and uniform(renewed, key) < rules.adoption.certificate_renewal:
                        kept = True
                        firms.certificate_until[i] += CERTIFICATE_MONTHS
                else:
                    u = uniform(abandon[k], key)
                    kept = is_built_on(k, now) or not happens(u, log_hazard_abandonment(capability, rules.adoption))
                if not kept:
                    now &= ~(1 << k)
                    firms.adopted_month[i, k] = NEVER
            elif (of_use >> k) & 1 and has_prerequisite(k, before & now):
                u = uniform(adopt[k], key)
                if u >= most:
                    continue
                in_cohort = np.int64(market.cohort_adopters[cohort, k]) if meets else 0
                share = share_of_adopters(np.int64(firms.tied_adopters[i, k]), ties, in_cohort, others)
                intensity = attention(jobs, dose, share, rules.adoption)
                price = price_gbp(technology.price_fixed_gbp[k], technology.price_per_job_gbp[k], jobs)
                offered = (np.int64(firms.offer_bits[i]) >> k) & 1 == 1 and month < firms.offer_until[i]
                grant = 0.0
                if offered:
                    grant = grant_gbp(price, np.float64(firms.offer_share[i]), np.float64(firms.offer_cap_gbp[i]))
                if liquidity < price - grant:
                    continue
                gva = gva_gbp(enterprises.sector_gva_per_job_gbp[sector], jobs, np.float64(firms.productivity[i]))
                match = skills_match(
                    np.int64(firms.workers[i]),
                    np.int64(firms.skilled_workers[i]),
                    np.int64(firms.commuters[i]),
                    enterprises.commuter_skilled_share,
                    market.seekers_skilled_share[enterprises.authority[i]],
                    rules.resources,
                )
                z = log_odds_adoption(
                    technology.adoption_base[k],
                    technology.adoption_slope[k],
                    technology.adoption_midyear[k],
                    years,
                    enterprises.sector_tilt[sector],
                    expected_value(np.float64(firms.belief_gain[i, k]), gva, price - grant),
                    np.float64(firms.belief_precision[i, k]),
                    share,
                    capability,
                    match,
                    technology.cyber_risk[k],
                    (before >> _CYBER_ESSENTIALS) & 1 == 1,
                    rules.adoption,
                )
                if u >= probability_adopt(intensity, z):
                    continue
                now |= 1 << k
                liquidity -= price - grant
                firms.adopted_month[i, k], firms.adopted_now[i] = month, firms.adopted_now[i] | (1 << k)
                if k == _CYBER_ESSENTIALS:
                    firms.certificate_until[i] = month + CERTIFICATE_MONTHS
                if offered:
                    firms.claim_gbp[i] += grant
                    firms.offer_cap_gbp[i] -= grant
                    firms.offer_bits[i] &= ~(1 << k)
        firms.adopted[i], firms.liquidity_gbp[i] = now, liquidity


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
