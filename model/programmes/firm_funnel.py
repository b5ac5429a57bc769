"""Which firms come forward: open, eligible, aware, willing, and moved to apply this month. ODD 5.2."""

from typing import NamedTuple

import numpy as np

from model.chance import Decision, stream, uniform
from model.firm_roster import FirmRoster
from model.jit import njit
from model.programmes.funnel import probability_willing
from model.programmes.programme import OFFER_INSTRUMENTS, FirmEligibility, Programme
from model.region import SECTORS, SIZE_BANDS
from model.rules.firm_adoption import has_prerequisite
from model.state import NO_GROUP, Firms
from model.technologies import N_TECHNOLOGIES, TECHNOLOGIES

NOT_JOINED, WAITING, SERVED, GAVE_UP, APPROVED, CLAIMED, REFUSED, LAPSED = range(8)
"""A firm's place in a programme; APPROVED holds an open offer, LAPSED let it pass."""

_AWARE, _WILLING, _APPLY = int(Decision.AWARE), int(Decision.WILLING), int(Decision.APPLY)


class Traits(NamedTuple):
    """What the roster says of each firm, as far as programmes ask; never written."""

    key: np.ndarray
    authority: np.ndarray
    sector: np.ndarray
    size_band: np.ndarray
    charity: np.ndarray
    entry_jobs: np.ndarray


class FirmConditions(NamedTuple):
    """Eligibility as numbers; charity -1 means no condition, bits of technologies 0."""

    size_bits: int
    sector_bits: int
    authority_allowed: np.ndarray
    charity: int
    lacks_bits: int
    uses_bits: int
    project_bits: int
    """with offers: technologies of which one has to be available, 0 without offers"""
    without_cohort: bool


def bits_of(technologies: tuple[str, ...]) -> int:
    """Technologies as bits of one number.

    >>> bits_of(("website", "cloud"))
    5
    """
    return sum(1 << TECHNOLOGIES.index(name) for name in technologies)


def traits_of(roster: FirmRoster) -> Traits:
    """The roster's columns that programmes read."""
    return Traits(*(np.asarray(getattr(roster, name)) for name in Traits._fields))


def conditions_of(programme: Programme, authority_code: np.ndarray) -> FirmConditions:
    """Translate a programme's eligibility; authority_code in the order of the roster's authorities."""
    given = programme.firm_eligibility or FirmEligibility()
    allowed = np.isin(authority_code, given.authorities) if given.authorities else np.ones(len(authority_code), bool)
    return FirmConditions(
        sum(1 << SIZE_BANDS.index(name) for name in given.size_bands) or (1 << len(SIZE_BANDS)) - 1,
        sum(1 << SECTORS.index(name) for name in given.sectors) or (1 << len(SECTORS)) - 1,
        allowed.astype(np.uint8),
        {None: -1, "only": 1, "none": 0}[given.charities],
        bits_of(given.lacks),
        bits_of(given.uses),
        bits_of(programme.technologies) if programme.instrument in OFFER_INSTRUMENTS else 0,
        programme.instrument == "convene",
    )


@njit
def available(adopted: int, technologies: int) -> int:
    """Bits of the technologies that a firm could take up next: not in use, with their prerequisite in use.

    >>> available(0b0000001, 0b1111111)
    22
    """
    found = 0
    for k in range(N_TECHNOLOGIES):
        if ((technologies & ~adopted) >> k) & 1 == 1 and has_prerequisite(k, adopted):
            found |= 1 << k
    return found


@njit
def is_eligible(i: int, month: int, traits: Traits, firms: Firms, c: FirmConditions) -> bool:
    """Whether firm i is open and meets every condition this month."""
    if firms.open[i] == 0 or (c.size_bits >> np.int64(traits.size_band[i])) & 1 == 0:
        return False
    if (c.sector_bits >> np.int64(traits.sector[i])) & 1 == 0 or c.authority_allowed[traits.authority[i]] == 0:
        return False
    if c.charity >= 0 and traits.charity[i] != c.charity:
        return False
    adopted = np.int64(firms.adopted[i])
    if adopted & c.lacks_bits != 0 or adopted & c.uses_bits != c.uses_bits:
        return False
    if c.project_bits != 0:
        if firms.offer_bits[i] != 0 and month < firms.offer_until[i]:
            return False
        return available(adopted, c.project_bits & np.int64(firms.of_use[i])) != 0
    return not (c.without_cohort and firms.cohort[i] != NO_GROUP and month < firms.cohort_until[i])


@njit
def come_forward(
    month: int,
    seed: np.uint64,
    status: np.ndarray,
    known: np.ndarray,
    taken: np.ndarray,
    need: int,
    traits: Traits,
    firms: Firms,
    conditions: FirmConditions,
    aware: float,
    willing_share: float,
    willing_slope: float,
    apply_probability: float,
) -> tuple[np.ndarray, int]:
    """Rows that come forward this month, and how many eligible firms hear of the programme for the first time.

    `known` (uint8) is 1 for firms that have been eligible and aware, and is brought up to date.
    taken: bits of the needs for which programmes have taken firms on; need: the bit of this one's.
    """
    aware_word, willing_word = stream(seed, 0, _AWARE), stream(seed, 0, _WILLING)
    apply_word = stream(seed, month, _APPLY)
    found = np.empty(status.shape[0], np.int32)
    n, heard = 0, 0
    for i in range(status.shape[0]):
        key = traits.key[i]
        if taken[i] & need != 0:
            continue
        if status[i] != NOT_JOINED or firms.open[i] == 0 or uniform(aware_word, key) >= aware:
            continue
        if not is_eligible(i, month, traits, firms, conditions):
            continue
        heard += 1 - known[i]
        known[i] = 1
        if uniform(apply_word, key) >= apply_probability:
            continue
        p = probability_willing(willing_share, willing_slope, np.float64(firms.capability[i]))
        if uniform(willing_word, key) < p:
            found[n] = i
            n += 1
    return found[:n].copy(), heard


@njit
def eligible_rows(rows: np.ndarray, month: int, traits: Traits, firms: Firms, conditions: FirmConditions) -> np.ndarray:
    """Which of the rows meet every condition this month (bool)."""
    result = np.empty(rows.shape[0], np.bool_)
    for position in range(rows.shape[0]):
        result[position] = is_eligible(rows[position], month, traits, firms, conditions)
    return result
