"""Births, founding dates and closure chances of enterprises, from published rates; docs/firms.md tells the assumptions.

Births are dated in advance, so they are computed against the expected stock: the one that published closure rates leave.
In a run enterprises close by chance, a little less often if they have adopted; births do not answer to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import END_YEAR, HORIZON_MONTHS, START_YEAR
from model.chance import key_from_text
from model.firm_synthesis import COUNTS_YEAR, index_path, published, uniforms
from model.jit import njit
from model.region import SECTORS, SIZE_BANDS, Region
from model.rounding import systematic_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.firm_roster import FirmRoster

NEWBORN_SIZE_SHARES = np.array([0.965, 0.030, 0.004, 0.001])
"""Share of newborn enterprises by SIZE_BANDS (assumed; 10 and over together 2-6%)."""
YOUNG_MONTHS = 60
"""Enterprises younger than this close more often; survival is published for five years."""
OLDEST_MONTHS = 600
"""Founding dates before this many months are written as this many."""
N_YEARS = END_YEAR - START_YEAR + 1


@dataclass(frozen=True, slots=True, eq=False)
class ClosureFactors:
    """Closure intensity of enterprises by size (4,) and age (2,: younger than YOUNG_MONTHS, older) against the stock's mean."""

    size: np.ndarray
    age: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """What the roster takes from the rates.

    closure_probability_monthly (authorities, N_YEARS). births: expected, (authorities, sectors, HORIZON_MONTHS).
    newborn_sizes (sectors, 4): shares by SIZE_BANDS. stock, path: enterprises expected and by the UK index,
    (authorities, HORIZON_MONTHS). yearly_closure: share of the stock that closes in a year, the region's mean.
    """

    factors: ClosureFactors
    closure_probability_monthly: np.ndarray
    births: np.ndarray
    newborn_sizes: np.ndarray
    stock: np.ndarray
    path: np.ndarray
    yearly_closure: float


def build_turnover(region: Region, stock: np.ndarray) -> Turnover:
    """Turnover of a region whose stock of January 2013 is `stock` (authorities, sectors, 4 sizes)."""
    births, closures, known = yearly_rates(region)
    first_closures = closures[:, 0]
    by_size = stock.sum(axis=(0, 1))
    mean_closure = float(first_closures @ stock.sum(axis=(1, 2)) / max(stock.sum(), 1.0))
    factors = closure_factors(by_size / max(by_size.sum(), 1.0), mean_closure, five_year_survival(region))
    newborn = stock.sum(axis=0) * _ratio(NEWBORN_SIZE_SHARES, by_size)
    newborn = np.where(newborn.sum(axis=1, keepdims=True) > 0, newborn, NEWBORN_SIZE_SHARES)
    newborn = newborn / newborn.sum(axis=1, keepdims=True)
    first_published = START_YEAR + int(np.argmax(known))
    path = index_path_monthly(region, first_published)[None] * stock.sum(axis=2)[:, :, None]
    expected = _expect(stock, factors, mean_closure, newborn, path, births, closures, known)
    return Turnover(factors, expected[0], expected[1], newborn, expected[2], path.sum(axis=1), mean_closure)


def yearly_rates(region: Region) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Births and closures a year as shares of the registered stock (authorities, N_YEARS), and which years (N_YEARS,) are
    published; other years have the mean of these.

    Rates are published as shares of enterprises active at some time of the year, which are a few percent more than the
    register's stock of March and leave out farms: both sets are put on the register by their ratio in COUNTS_YEAR.
    """
    codes = list(region.authorities["authority_code"])
    table = region.firm_rates.pivot(index=["measure", "authority_code"], columns="year", values="value")
    years = [year for year in table.columns if START_YEAR <= year <= END_YEAR]
    registered = np.maximum(published(region, "enterprises", "sector").sum(axis=1), 1.0)
    active = table.loc["active_enterprises"].reindex(codes)[COUNTS_YEAR].to_numpy() / registered
    known = np.isin(np.arange(START_YEAR, END_YEAR + 1), years)
    rates = []
    for measure in ("birth_rate_pct", "death_rate_pct"):
        values = table.loc[measure].reindex(codes)[years].to_numpy() / 100.0 * active[:, None]
        filled = np.repeat(values.mean(axis=1, keepdims=True), N_YEARS, axis=1)
        filled[:, known] = values
        rates.append(filled)
    return rates[0], rates[1], known


def five_year_survival(region: Region) -> float:
    """Share of newborn enterprises that are there five years later."""
    table = region.national["firm_survival"]
    return float(table.loc[table["years"] == YOUNG_MONTHS // 12, "survival_pct"].iloc[0]) / 100.0


def index_path_monthly(region: Region, first_published: int) -> np.ndarray:
    """Enterprises by sector and month against January 2013 (sectors, HORIZON_MONTHS): each year's index stands in January,
    months between lie on a line, and the last year's level is kept.

    Between 2013 and the first year with published births the path is one line: the index's leaps in single years, above
    all that of 2014-15, are taken for changes in what the register covers.
    """
    years, path = index_path(region)
    first = path[np.searchsorted(years, START_YEAR)]
    kept = (years == START_YEAR) | (years >= max(first_published, START_YEAR))
    at = 12.0 * (years[kept] - START_YEAR)
    return np.array([np.interp(np.arange(HORIZON_MONTHS), at, path[kept, k]) / first[k] for k in range(len(first))])


def closure_factors(size_shares: np.ndarray, yearly_closure: float, survival: float) -> ClosureFactors:
    """Factors at which a stock of these sizes, closing at this rate, is renewed by newborns of NEWBORN_SIZE_SHARES.

    In such a balance an enterprise of size s lives newborn share^-1 x stock share / closure rate years on average. With one
    closure intensity a_s up to five years and r a_s after, mean life is (1 - e^(-5 a_s)) / a_s + e^(-5 a_s) / (r a_s); r is
    the one at which the published share of newborns survives five years.
    """
    present = size_shares > 0
    life = np.where(present, size_shares, 1.0) / (NEWBORN_SIZE_SHARES * yearly_closure)
    young_years = YOUNG_MONTHS / 12.0
    low, high = 0.02, 5.0
    for _ in range(60):
        old_ratio = np.sqrt(low * high)
        young = _young_intensity(life, old_ratio, young_years)
        surviving = float(NEWBORN_SIZE_SHARES @ np.exp(-young_years * young))
        # A lower intensity of the old leaves more of a given mean life to the few who get old.
        low, high = (low, old_ratio) if surviving > survival else (old_ratio, high)
    share_young = _share_young(young, old_ratio, young_years)
    mean_age = float(size_shares @ (share_young + (1.0 - share_young) * old_ratio))
    age = np.array([1.0, old_ratio]) / mean_age
    level = young * mean_age / yearly_closure
    mean = float(size_shares @ (level * (share_young * age[0] + (1.0 - share_young) * age[1])))
    return ClosureFactors(np.where(present, level / mean, 1.0), age)


def _young_intensity(life: np.ndarray, old_ratio: float, young_years: float) -> np.ndarray:
    """Yearly closure intensity of the young, by size, that gives the mean lives."""
    low, high = np.full(life.shape, 1e-6), np.full(life.shape, 50.0)
    for _ in range(80):
        middle = np.sqrt(low * high)
        kept = np.exp(-young_years * middle)
        longer = (1.0 - kept) / middle + kept / (old_ratio * middle) > life
        low, high = np.where(longer, middle, low), np.where(longer, high, middle)
    return middle


def _share_young(young: np.ndarray, old_ratio: float, young_years: float) -> np.ndarray:
    """Share of a balanced stock that is younger than five years, by size."""
    kept = np.exp(-young_years * young)
    return (1.0 - kept) / (1.0 - kept + kept / old_ratio)


def founding_ages(word: np.uint64, keys: np.ndarray, size: np.ndarray, turnover: Turnover) -> np.ndarray:
    """Ages in whole months (n,), in January 2013, of enterprises of the given SIZE_BANDS: those of a balanced stock."""
    monthly = turnover.yearly_closure / 12.0 * turnover.factors.size
    young, old = monthly * turnover.factors.age[0], monthly * turnover.factors.age[1]
    kept = np.exp(-YOUNG_MONTHS * young)
    weight_young, weight_old = (1.0 - kept) / young, kept / old
    at = uniforms(word, keys) * (weight_young + weight_old)[size]
    is_young = at < weight_young[size]
    age_young = -np.log1p(-np.minimum(at * young[size], 1.0 - kept[size])) / young[size]
    rest = np.maximum((at - weight_young[size]) * old[size] / kept[size], 0.0)
    age_old = YOUNG_MONTHS - np.log1p(-np.minimum(rest, 1.0 - 1e-12)) / old[size]
    return np.minimum(np.round(np.where(is_young, age_young, age_old), 9), OLDEST_MONTHS).astype(np.int64)


def _expect(
    stock: np.ndarray,
    factors: ClosureFactors,
    mean_closure: float,
    newborn: np.ndarray,
    path: np.ndarray,
    birth_rate: np.ndarray,
    closure_rate: np.ndarray,
    known: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Closure chances, births and stock, month by month in expectation.

    The chance of a year is set so that the closures of the expected stock, with its ages and sizes, are the published
    rate. In years whose births are published, births are that rate on the index path, by sector as needed to follow it; in
    other years they are what keeps each sector on its path, or after the last published year at the level reached.
    """
    young, old = _balanced_ages(stock, factors, mean_closure)
    hazard = [factors.size * factors.age[0], factors.size * factors.age[1]]
    probability = np.zeros((len(stock), N_YEARS))
    births = np.zeros((*stock.shape[:2], HORIZON_MONTHS))
    total = np.zeros((len(stock), HORIZON_MONTHS))
    last_known = int(np.flatnonzero(known).max(initial=-1))
    target = path
    for month in range(HORIZON_MONTHS):
        year = month // 12
        if month % 12 == 0:
            weight = (young.sum(axis=3) * hazard[0] + old * hazard[1]).sum(axis=(1, 2))
            present = (young.sum(axis=3) + old).sum(axis=(1, 2))
            probability[:, year] = np.minimum(closure_rate[:, year] / 12.0 * _ratio(present, weight), 0.25)
        if month == 12 * (last_known + 1):
            target = np.broadcast_to((young.sum(axis=3) + old).sum(axis=2)[:, :, None], path.shape)
        if month > 0:
            before = (young.sum(axis=3) + old).sum(axis=2)
            p = probability[:, year, None, None]
            young = young * (1.0 - p * hazard[0])[..., None]
            old = old * (1.0 - p * hazard[1]) + young[..., -1]
            young = np.concatenate((np.zeros_like(young[..., :1]), young[..., :-1]), axis=3)
            left = (young.sum(axis=3) + old).sum(axis=2)
            if known[year]:
                needed = np.maximum(before - left + path[:, :, month] - path[:, :, month - 1], 1e-9)
                wanted = birth_rate[:, year] / 12.0 * path[:, :, month].sum(axis=1)
                births[:, :, month] = needed * (wanted / needed.sum(axis=1))[:, None]
            else:
                births[:, :, month] = np.maximum(target[:, :, month] - left, 0.0)
            young[..., 0] = births[:, :, month, None] * newborn
        total[:, month] = (young.sum(axis=3) + old).sum(axis=(1, 2))
    return probability, births, total


def _balanced_ages(stock: np.ndarray, factors: ClosureFactors, yearly_closure: float) -> tuple[np.ndarray, np.ndarray]:
    """The stock by months of age up to YOUNG_MONTHS (..., YOUNG_MONTHS) and older (...)."""
    monthly = yearly_closure / 12.0 * factors.size
    decline = np.exp(-np.arange(YOUNG_MONTHS)[None] * (monthly * factors.age[0])[:, None])
    young_share = _share_young(12.0 * monthly * factors.age[0], factors.age[1] / factors.age[0], YOUNG_MONTHS / 12.0)
    by_age = decline / decline.sum(axis=1, keepdims=True) * young_share[:, None]
    return stock[..., None] * by_age, stock * (1.0 - young_share)


def whole_births(expected: np.ndarray, codes: list[str], structure_seed: int) -> np.ndarray:
    """Births (authorities, sectors, months) in whole numbers; running sums by authority and sector stay within one."""
    births = np.zeros(expected.shape, np.int64)
    for a, code in enumerate(codes):
        generator = np.random.Generator(np.random.Philox(key=key_from_text(f"{structure_seed}|births|{code}")))
        offsets = generator.random(len(SECTORS))
        for k in range(len(SECTORS)):
            births[a, k] = systematic_counts(expected[a, k], offsets[k])
    return births


def newborn_sizes_drawn(word: np.uint64, keys: np.ndarray, sector: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Place in SIZE_BANDS (n,) of newborn enterprises of the given sectors."""
    cumulative = np.cumsum(shares, axis=1)
    cumulative = (cumulative / cumulative[:, -1:])[sector]
    drawn = (uniforms(word, keys)[:, None] > cumulative).sum(axis=1)
    return np.minimum(drawn, len(SIZE_BANDS) - 1)


def open_probability(roster: FirmRoster, months: Sequence[int]) -> np.ndarray:
    """Chance (months, n) that each enterprise of a roster is open in each of the ascending months, if nobody adopts."""
    size = np.asarray(roster.closure_size_factor)[roster.size_band]
    return _open_probability(
        np.asarray(roster.authority), np.asarray(roster.entry_month), size, np.asarray(roster.closure_age_factor),
        np.asarray(roster.closure_probability_monthly), np.asarray(months, np.int64),
    )  # fmt: skip


@njit
def _open_probability(
    authority: np.ndarray,
    entry_month: np.ndarray,
    size_factor: np.ndarray,
    age_factor: np.ndarray,
    probability: np.ndarray,
    months: np.ndarray,
) -> np.ndarray:
    chance = np.zeros((months.size, authority.size))
    for i in range(authority.size):
        there, at = 1.0, 0
        for month in range(months[-1] + 1):
            if month > max(entry_month[i], 0):
                age = 0 if month - entry_month[i] < YOUNG_MONTHS else 1
                there *= 1.0 - min(probability[authority[i], month // 12] * size_factor[i] * age_factor[age], 1.0)
            if month == months[at]:
                chance[at, i] = there if month >= entry_month[i] else 0.0
                at += 1
    return chance


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)
