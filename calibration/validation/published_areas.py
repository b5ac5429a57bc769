"""Published use in the study areas and in the authorities they are made of, pooled over three years with its sampling
error.

Rows are known by code or name; those of the areas around the study areas are left out and listed. An area that is
published in parts is their sum, so pairs of authorities that were published together before 2017 are compared as pairs
with those years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.targets.survey_error import survey_error
from model.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Members = frozenset[str]
"""codes of the authorities that an area is made of"""

WINDOWS: Mapping[str, tuple[int, ...]] = {"2018-20": (2018, 2019, 2020), "2015-17": (2015, 2016, 2017)}
NORMAL_95 = 1.96
ASKED_AGAIN = 0.2
"""Share of a January's respondents who are asked again a year later: the Labour Force Survey keeps a household for five
quarters, so one wave in five returns. Errors of neighbouring years are correlated by it, at most."""
_NAMES = {
    "gloucestershire": ("gloucestershire",),
    "hertfordshire": ("hertfordshire",),
    "glasgow": ("glasgow", "glasgow city"),
    "west-midlands": (
        "west midlands combined authority",
        "west midlands metropolitan county",
        "west midlands (met county)",
    ),
}
_CODES = {"E11000005": "west-midlands", "E47000007": "west-midlands", "UKG3": "west-midlands", "TLG3": "west-midlands"}
"""Codes of the metropolitan county; the bare name "West Midlands" is that of the much larger region of England."""
_CLASSES = ["recent", "lapsed", "never", "lapsed_or_never"]
_STAFFORDSHIRE_WITHOUT_STOKE = ("staffordshire", "staffordshire cc")
_STOKE = "E06000021"


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """Recent users in per cent of adults of one area, pooled over the years of a window."""

    window: str
    area: str
    whole_region: bool
    """whether it is a study area, or a part of one that is published on its own"""
    members: Members
    share_pct: float
    error_points: float
    """sampling standard deviation"""
    year_weights: Mapping[int, float]
    """add up to 1: the published adults of each year"""


@dataclass(frozen=True, slots=True)
class _Year:
    """One area in one year, as published or as the sum of its parts."""

    share: float
    variance: float
    adults: float
    """thousands"""


def published_shares(published: pd.DataFrame, authorities: pd.DataFrame) -> tuple[list[PublishedShare], list[str]]:
    """Study areas and their separately published parts in each window, and the names of published areas that are
    neither.

    published: rows as of `lfs_study_areas`, everyone (group_by all), measures recent, lapsed, never and lapsed_or_never
    as far as published, in thousands and in percent, with 95% intervals in percent where given.
    authorities: region, authority_code, authority_name.
    Raises InputError for a study area that is not covered in a year of a window.
    """
    everyone = published[published["group_by"] == "all"]
    label: dict[Members, str] = {}
    years: dict[tuple[Members, int], _Year] = {}
    left_out = []
    for (code, name), rows in _yearly(everyone).groupby(level=["area_code", "area"]):
        members = members_of(str(code), str(name), authorities)
        if not members:
            left_out.append(str(name))
            continue
        label[members] = str(name)
        size = _sample_size(str(name), rows)
        for row in rows.reset_index()[["year", "share", "adults"]].to_numpy(float):
            year, share, adults = (float(value) for value in row)
            years[members, int(year)] = _Year(share, share * (1.0 - share) / size, adults)
    wholes = {frozenset(part["authority_code"]): str(region) for region, part in authorities.groupby("region")}
    shares = []
    for window, of_window in WINDOWS.items():
        parts_of_window = {members for members, year in years if year in of_window} - set(wholes)
        for members in [*wholes, *sorted(parts_of_window, key=label.__getitem__)]:
            found = {year: _year_of(members, year, years) for year in of_window}
            known = {year: value for year, value in found.items() if value is not None}
            if len(known) == len(of_window):
                area = wholes.get(members) or label[members]
                shares.append(_pooled(window, area, members in wholes, members, known))
            elif members in wholes:
                missing = sorted(set(of_window) - set(known))
                raise InputError("a study area is not covered by published rows", key=wholes[members], value=missing)
    return shares, sorted(left_out)


def members_of(code: str, name: str, authorities: pd.DataFrame) -> Members:
    """Authorities that a published area is made of; none where it is no part of a study area.

    authorities: region, authority_code, authority_name.
    """
    by_name = {_plain(str(row.authority_name)): str(row.authority_code) for row in authorities.itertuples()}
    plain = _plain(name)
    if code in by_name.values():
        return frozenset({code})
    region = _CODES.get(code) or next((region for region, names in _NAMES.items() if plain in names), None)
    if region is not None:
        return frozenset(authorities.loc[authorities["region"] == region, "authority_code"])
    if plain in _STAFFORDSHIRE_WITHOUT_STOKE:
        return frozenset(authorities.loc[authorities["region"] == "staffordshire", "authority_code"]) - {_STOKE}
    pair = [part.strip() for part in plain.replace(",", " and ").split(" and ")]
    return frozenset(by_name[part] for part in pair) if all(part in by_name for part in pair) else frozenset()


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("&", " and ").split())


def _yearly(everyone: pd.DataFrame) -> pd.DataFrame:
    """By area_code, area and year: share (0-1) of recent users, adults (thousands), width of the share's published 95%
    interval (NaN without one) and source_id.

    A share is of recent, lapsed and never users: those who did not know are left out, as in the fit. Lapsed and never
    users are published as one where they are few, and in one pair of authorities alone: recent users are the rest
    there.
    """
    import pandas as pd

    key = ["area_code", "area", "year"]
    classes = (
        everyone.groupby([*key, "measure", "unit"])["value"]
        .sum(min_count=1)
        .unstack("measure")
        .reindex(columns=_CLASSES)
    )
    non_users = classes["lapsed_or_never"].fillna(classes[["lapsed", "never"]].sum(axis=1)).unstack("unit")
    recent = classes["recent"].unstack("unit")
    percent = recent["percent"].fillna(100.0 - non_users["percent"])
    share = percent / (percent + non_users["percent"])
    thousands = (recent["thousands"] + non_users["thousands"]).fillna(non_users["thousands"] / (1.0 - share))
    # The interval of those who are not recent users is as wide.
    given = everyone[(everyone["unit"] == "percent") & everyone["measure"].isin(["recent", "lapsed_or_never"])]
    width = (given["upper"] - given["lower"]).groupby([given[name] for name in key]).first() / 100.0
    found = {
        "share": share,
        "adults": thousands,
        "interval": width,
        "source_id": everyone.groupby(key)["source_id"].first(),
    }
    return pd.DataFrame(found)


def _sample_size(name: str, rows: pd.DataFrame) -> float:
    """Effective people asked a year: from the latest published interval, else from the table of survey errors."""
    given = rows[rows["interval"].notna()]
    if len(given):
        latest = given.iloc[-1]
        return float(latest["share"] * (1.0 - latest["share"]) / (latest["interval"] / (2.0 * NORMAL_95)) ** 2)
    return survey_error(str(rows["source_id"].iloc[0]), name).effective(float(rows["adults"].mean()))


def _year_of(members: Members, year: int, years: Mapping[tuple[Members, int], _Year]) -> _Year | None:
    """An area's year as published, or the sum of the largest parts that do not overlap; None where they do not cover
    it."""
    if (members, year) in years:
        return years[members, year]
    chosen: list[Members] = []
    inside = [part for part, in_year in years if in_year == year and part < members]
    for part in sorted(inside, key=lambda part: (-len(part), min(part))):
        if not any(part & other for other in chosen):
            chosen.append(part)
    if frozenset().union(*chosen) != members:
        return None
    parts = [years[part, year] for part in chosen]
    adults = np.array([part.adults for part in parts])
    weights = adults / adults.sum()
    return _Year(
        float(weights @ [part.share for part in parts]),
        float(weights**2 @ [part.variance for part in parts]),
        float(adults.sum()),
    )


def _pooled(window: str, area: str, whole: bool, members: Members, years: Mapping[int, _Year]) -> PublishedShare:
    """Years as one share, weighted by their adults."""
    in_order: Sequence[int] = sorted(years)
    adults = np.array([years[year].adults for year in in_order])
    weights = adults / adults.sum()
    spread = weights * np.sqrt([years[year].variance for year in in_order])
    variance = float((spread**2).sum() + 2.0 * ASKED_AGAIN * (spread[1:] * spread[:-1]).sum())
    share = float(weights @ [years[year].share for year in in_order])
    year_weights = dict(zip(in_order, weights.tolist(), strict=True))
    return PublishedShare(window, area, whole, members, 100.0 * share, 100.0 * variance**0.5, year_weights)
