"""The persons of one small area at Census date: age, sex, disability, education, employment.

Every draw comes from the area's own generator, so areas do not share luck. Numbers meet the area's margins exactly;
people sorted by age are then sampled systematically, which keeps the association with age at its expected value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.chance import hash_words, key_from_text
from model.demography import BAND_LIMITS
from model.margins import N_AGES, Margins
from model.rounding import logit, sigmoid, systematic_counts, systematic_sample, tilt

ADULT_AGE = 16
EDUCATED_AGE = 21
"""Below it the level recorded by the Census is not yet the highest a person will attain."""
EMPLOYMENT_AGES = np.array([16, 18, 21, 26, 40, 52, 58, 62, 66, 70, 75, 85])
EMPLOYMENT_SHARES = np.array([0.15, 0.45, 0.65, 0.83, 0.86, 0.83, 0.74, 0.58, 0.25, 0.10, 0.04, 0.01])
EMPLOYMENT_EDUCATION = np.array([-0.6, 0.0, 0.35])
EMPLOYMENT_DISABILITY = -1.2
"""Employment by age (shares), and log-odds by education and disability, before the area's level is met (assumed from
the profile of the Annual Population Survey: disabled people's rate is about 28 points lower)."""
UNEMPLOYED_SHARES = np.array([0.14, 0.20, 0.12, 0.0])
UNEMPLOYED_AGES = np.array([25, 50, 65, 200])
"""Of those not employed, the share looking for work, by age below the limit (assumed: UK unemployment of 4-5%)."""
NO_QUALIFICATION_DISABLED_ODDS = 1.8
"""Odds of low education of the disabled against others of the same age band (assumed)."""


@dataclass(slots=True, eq=False)
class Persons:
    """Persons of one area, n rows: age at Census date (years), birth_month, sex (0 female, 1 male), disabled and
    education_now at Census date, education (attained in the end), employment propensity (a uniform draw below the
    person's employment share exactly when employed at Census date), employed at Census date."""

    age: np.ndarray
    birth_month: np.ndarray
    sex: np.ndarray
    disabled: np.ndarray
    education_now: np.ndarray
    education: np.ndarray
    employed: np.ndarray
    employment_draw: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class AreaProfile:
    """What later arrivals to an area share with its residents: shifts of log-odds, and adults' education by age."""

    disability_shift: float
    employment_shift: float
    education_shares: np.ndarray


def area_generator(structure_seed: int, area_code: str) -> np.random.Generator:
    """The area's own source of luck: a function of the structure seed and the area's code alone."""
    return np.random.Generator(np.random.Philox(key=hash_words(structure_seed, key_from_text(area_code))))


def census_persons(
    margins: Margins,
    area: int,
    census_month: int,
    disability_by_age: np.ndarray,
    education_by_age: np.ndarray,
    generator: np.random.Generator,
) -> tuple[Persons, AreaProfile]:
    """Persons of the area at Census date, sorted by age, and its profile.

    disability_by_age: national share by single year of age (111,). education_by_age: national shares (7 bands, 3).
    """
    age, sex = _ages_and_sexes(margins, area, generator)
    birth_month = census_month - 12 * age - generator.integers(0, 12, age.size)
    chance, shift = _shifted(disability_by_age[age], margins.disabled[area])
    disabled = systematic_sample(chance, int(margins.disabled[area]), generator.random())
    adult = age >= ADULT_AGE
    now, shares = _education(age, disabled, margins.education[area], education_by_age, generator)
    draw = generator.random(age.size)
    employed, employment_shift = _employment(age, now, disabled, adult, int(margins.employed[area]), generator)
    base = sigmoid(employment_logit(age, now, disabled) + employment_shift)
    persons = Persons(
        age=age,
        birth_month=birth_month,
        sex=sex,
        disabled=disabled,
        education_now=now,
        education=attained_education(now, age, shares, generator),
        employed=employed,
        employment_draw=np.where(employed, draw * base, base + draw * (1.0 - base)),
    )
    return persons, AreaProfile(shift, employment_shift, shares)


def _ages_and_sexes(margins: Margins, area: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ages and sexes (n,), sorted by age: whole numbers by age first, so that age bands are exact; then the sexes."""
    expected = margins.expected_age[area]
    both = expected.sum(axis=0)
    number = systematic_counts(both, generator.random())
    age = np.repeat(np.arange(N_AGES), number)
    share = np.divide(expected[0], both, out=np.full(N_AGES, 0.5), where=both > 0)
    female = systematic_sample(share[age], int(margins.female[area]), generator.random())
    return age, np.where(female, 0, 1).astype(np.int8)


def _shifted(share: np.ndarray, target: int) -> tuple[np.ndarray, float]:
    """Shares moved alike in log-odds until they add up to the target, and the move."""
    logits = logit(share)
    shift = float(tilt(logits[None, :], np.ones((1, share.size)), np.array([float(target)]))[0])
    return sigmoid(logits + shift), shift


def _education(
    age: np.ndarray, disabled: np.ndarray, target: np.ndarray, national: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Education at Census date (n,), -1 below 16, meeting the area's counts; and its shares by age band (7, 3)."""
    education = np.full(age.size, -1, dtype=np.int8)
    adults = np.flatnonzero(age >= ADULT_AGE)
    band = np.searchsorted(BAND_LIMITS, age[adults], side="right") - 1
    people = np.bincount(band, minlength=len(BAND_LIMITS) - 1).astype(np.float64)
    cells = proportional_fit(national * people[:, None], people, target.astype(np.float64))
    shares = np.divide(cells, people[:, None], out=national.copy(), where=people[:, None] > 0)
    order = np.lexsort((generator.random(adults.size), age[adults]))
    adults, band = adults[order], band[order]
    high = systematic_sample(shares[band, 2], int(target[2]), generator.random())
    education[adults[high]] = 2
    rest, band = adults[~high], band[~high]
    odds = shares[band, 0] / np.maximum(shares[band, 1], 1e-6) * np.where(
        disabled[rest], NO_QUALIFICATION_DISABLED_ODDS, 1.0)  # fmt: skip
    low = systematic_sample(odds / (1.0 + odds) + 1e-9, int(target[0]), generator.random())
    education[rest[low]] = 0
    education[rest[~low]] = 1
    return education, shares


def proportional_fit(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Iterative proportional fitting of a table to row and column totals, columns last (Deming and Stephan 1940)."""
    table = np.maximum(seed, 1e-9)
    for _ in range(30):
        table = table * (rows / np.maximum(table.sum(axis=1), 1e-12))[:, None]
        table = table * (columns / np.maximum(table.sum(axis=0), 1e-12))[None, :]
    return table


def attained_education(
    now: np.ndarray, age: np.ndarray, shares: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Highest education attained in the end: for those under 21 the better of today's and one drawn from the area's
    people of 25-34."""
    drawn = np.searchsorted(np.cumsum(shares[1])[:2], generator.random(age.size)).astype(np.int8)
    return np.where(age < EDUCATED_AGE, np.maximum(now, drawn), now).astype(np.int8)


def employment_logit(age: np.ndarray, education: np.ndarray, disabled: np.ndarray) -> np.ndarray:
    """Log-odds of employment before the area's shift."""
    share = np.interp(age, EMPLOYMENT_AGES, EMPLOYMENT_SHARES)
    return logit(share) + EMPLOYMENT_EDUCATION[np.maximum(education, 0)] + EMPLOYMENT_DISABILITY * disabled


def _employment(
    age: np.ndarray,
    education: np.ndarray,
    disabled: np.ndarray,
    adult: np.ndarray,
    target: int,
    generator: np.random.Generator,
) -> tuple[np.ndarray, float]:
    """Employed at Census date (n,), exactly the target; and the area's shift of log-odds."""
    employed = np.zeros(age.size, dtype=bool)
    adults = np.flatnonzero(adult)
    if not adults.size:
        return employed, 0.0
    logits = employment_logit(age[adults], education[adults], disabled[adults])
    shift = float(tilt(logits[None, :], np.ones((1, adults.size)), np.array([float(target)]))[0])
    order = np.lexsort((generator.random(adults.size), age[adults]))
    chosen = systematic_sample(sigmoid(logits + shift)[order], target, generator.random())
    employed[adults[order[chosen]]] = True
    return employed, shift


def employment_at(
    age: np.ndarray, education: np.ndarray, disabled: np.ndarray, shift: float, draw: np.ndarray
) -> np.ndarray:
    """Employment at an exact age, 0 inactive, 1 unemployed, 2 employed, from a person's lasting draw."""
    share = sigmoid(employment_logit(age, education, disabled) + shift)
    seeking = UNEMPLOYED_SHARES[np.minimum(np.searchsorted(UNEMPLOYED_AGES, age, side="right"), 3)]
    outside = (draw - share) / np.maximum(1.0 - share, 1e-9)
    return np.where(draw < share, 2, np.where(outside < seeking, 1, 0)).astype(np.int8)
