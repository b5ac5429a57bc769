"""Compare a region's tables with each other and with the published totals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import InputError, nearest
from scenarios.firm_checks import firm_problems, firm_totals
from scenarios.region_tables import (
    AGE_DETAIL,
    AGES,
    AREAS,
    AUTHORITIES,
    FALLBACKS,
    FIRM_COUNTS,
    FIRM_RATES,
    HUBS,
    OLDEST_AGE,
    OPTIONAL_GROUPS,
    PARTS,
    SOURCES,
)
from scenarios.tables import Table, cell_error
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.regions_io import RegionFolder

DISCLOSURE_PERSONS = 25
"""Census tables differ by chance perturbation; parts may miss their total by this many persons or households ..."""
DISCLOSURE_SHARE = 0.03
"""... or by this share of the total, whichever is more."""
MAX_HUB_TO_AREA_KM = 15.0
"""Farthest a hub may lie from the centroid of the small area it is said to lie in."""


def consistency_problems(read: RegionFolder) -> list[InputError]:
    """Every disagreement between the tables of a folder whose cells are all valid."""
    return [
        *_name_problems(read),
        *_code_problems(read),
        *_total_problems(read),
        *_part_problems(read),
        *_age_problems(read),
        *_age_detail_problems(read),
        *_hub_problems(read),
        *_fallback_problems(read),
        *firm_problems(read),
    ]


def totals_table(read: RegionFolder) -> pd.DataFrame:
    """How far apart the published figures are: check, areas, published, table, difference, largest (of one area).

    Nothing is adjusted when a region is built; this table shows what the roster has to reconcile.
    """
    import pandas as pd

    areas = _with_adults(read.frame(AREAS))
    rows: list[tuple[str, int, int, int, int]] = []

    def add(check: str, published: pd.Series, table: pd.Series) -> None:
        both = published.notna() & table.notna()
        gap = (table - published)[both]
        largest = int(gap.abs().max()) if both.any() else 0
        rows.append((check, int(both.sum()), int(published[both].sum()), int(table[both].sum()), largest))

    add(
        "Census population: region.yaml, areas",
        pd.Series([read.description.data["census_population"]]),
        pd.Series([areas["population"].sum()]),
    )
    for group, columns, total in PARTS:
        add(f"{total}: areas, by {group}", areas[total], areas[list(columns)].sum(axis=1, min_count=len(columns)))
    by_authority = areas.groupby("authority_code")["population"].sum()
    editions = read.frame(AGES).groupby(["edition", "authority_code"])["count"].sum()
    for edition in editions.index.unique("edition"):
        add(f"population by authority: areas, ages {edition}", by_authority, editions[edition])
    published = areas.groupby(_detail_level(read))["population"].sum()
    detail = read.frame(AGE_DETAIL)
    add(
        "population: areas, age detail",
        published,
        detail.set_index("area_code").drop(columns="sex").sum(axis=1).groupby(level=0).sum(),
    )
    for check, by_first, by_second in firm_totals(read):
        add(check, by_first, by_second)
    compared = [row for row in rows if row[1]]
    frame = pd.DataFrame(compared, columns=["check", "cells", "published", "table", "largest_cell_difference"])
    frame.insert(4, "difference", frame["table"] - frame["published"])
    return frame


def _with_adults(areas: pd.DataFrame) -> pd.DataFrame:
    return areas.assign(adults=areas["population"] - areas["age_0_15"])


def _detail_level(read: RegionFolder) -> str:
    """The column of areas.csv that age_detail.csv is keyed by."""
    codes = set(read.frame(AGE_DETAIL)["area_code"])
    return "area_code" if codes & set(read.frame(AREAS)["area_code"]) else "parent_code"


def _tolerance(total: float) -> float:
    return max(DISCLOSURE_PERSONS, DISCLOSURE_SHARE * total)


def _name_problems(read: RegionFolder) -> Iterator[InputError]:
    name = read.description.data["name"]
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        yield InputError(
            "not a name",
            file=read.description.where(("name",)),
            key="name",
            value=name,
            allowed="small letters, digits and single hyphens",
        )


def _unknown(path: Path, frame: pd.DataFrame, column: str, known: pd.Series, where: str) -> Iterator[InputError]:
    codes = set(known)
    bad = frame[~frame[column].isin(codes)]
    for row, code in zip(bad.index, bad[column], strict=True):
        yield cell_error(path, row, column, f"unknown code{nearest(code, codes)}", code, f"a code of {where}")


def _code_problems(read: RegionFolder) -> Iterator[InputError]:
    authorities, areas = read.frame(AUTHORITIES), read.frame(AREAS)
    known = authorities["authority_code"]
    tables: list[Table] = [AREAS, AGES, HUBS, FIRM_COUNTS, FIRM_RATES]
    tables += [FALLBACKS] if "fallbacks" in read.tables else []
    for table in tables:
        yield from _unknown(read.path(table), read.frame(table), "authority_code", known, AUTHORITIES.file)
    yield from _unknown(read.path(HUBS), read.frame(HUBS), "area_code", areas["area_code"], AREAS.file)
    if "fallbacks" in read.tables:
        sources = read.frame(SOURCES)["source_id"]
        yield from _unknown(read.path(FALLBACKS), read.frame(FALLBACKS), "source_id", sources, SOURCES.file)
    for table in (AREAS, AGES):
        frame = authorities[~known.isin(read.frame(table)["authority_code"])]
        for row, code in zip(frame.index, frame["authority_code"], strict=True):
            yield cell_error(
                read.path(AUTHORITIES),
                row,
                "authority_code",
                f"missing in {table.file}",
                code,
                "every authority has rows there",
            )


def _total_problems(read: RegionFolder) -> Iterator[InputError]:
    """Published totals of region.yaml, exactly, and the authorities' populations."""
    areas, data = read.frame(AREAS), read.description.data
    found = {"areas": len(areas), "census_population": int(areas["population"].sum())}
    for key, value in found.items():
        if value != data[key]:
            yield InputError(
                f"the published total is {data[key]:,}, {AREAS.file} gives {value:,}: an area is missing "
                "or a figure is wrong",
                file=shown_path(read.path(AREAS)),
                key=key,
            )
    sums = areas.groupby("authority_code")["population"].sum()
    authorities = read.frame(AUTHORITIES)
    for row, code, population in zip(
        authorities.index, authorities["authority_code"], authorities["population"], strict=True
    ):
        if code in sums and sums[code] != population:
            yield cell_error(
                read.path(AUTHORITIES), row, "population", "not the sum of its areas", population, f"{sums[code]}"
            )


def _part_problems(read: RegionFolder) -> Iterator[InputError]:
    """Parts that miss their total by more than disclosure control explains, or that are blank in part."""
    areas, path = _with_adults(read.frame(AREAS)), read.path(AREAS)
    for group, columns, total in PARTS:
        parts = areas[list(columns)]
        blanks = parts.isna().sum(axis=1)
        for row in areas.index[(blanks > 0) & (blanks < len(columns))]:
            name = parts.columns[parts.loc[row].isna()][0]
            yield cell_error(
                path,
                row,
                name,
                f"blank while other columns of {group} are not",
                "",
                "all columns of a group blank, or none",
            )
        gap = (parts.sum(axis=1) - areas[total]).abs()
        wide = gap > areas[total].map(_tolerance)
        for row in areas.index[wide & (blanks == 0)]:
            code, expected = areas.at[row, "area_code"], int(areas.at[row, total])
            yield cell_error(
                path,
                row,
                f"{columns[0]} .. {columns[-1]}",
                f"{group} of {code} does not add up to {total}",
                int(parts.loc[row].sum()),
                f"{expected} give or take {_tolerance(expected):.0f}",
            )


def _age_problems(read: RegionFolder) -> Iterator[InputError]:
    """Single years of age that are missing, and Census totals that differ from the areas' sums."""
    ages, path = read.frame(AGES), read.path(AGES)
    for (code, edition, sex), group in ages.groupby(["authority_code", "edition", "sex"], sort=False):
        missing = sorted(set(range(OLDEST_AGE + 1)) - set(group["age"]))
        if missing:
            yield cell_error(
                path,
                group.index[-1],
                "age",
                f"{code}, {edition}, {sex}: an age is missing",
                missing[0],
                f"every year of age from 0 to {OLDEST_AGE}",
            )
    sums = read.frame(AREAS).groupby("authority_code")["population"].sum()
    census = ages[ages["edition"].str.startswith("census")]
    for (code, edition, _), group in census.groupby(["authority_code", "edition", "sex"]):
        total = group["count"].sum()
        persons = set(group["sex"]) == {"persons"}
        if persons and code in sums and abs(total - sums[code]) > max(50, 0.001 * sums[code]):
            yield cell_error(
                path,
                group.index[0],
                "count",
                f"{edition} of {code} does not add up",
                int(total),
                f"about {sums[code]}, the sum of its areas",
            )


def _age_detail_problems(read: RegionFolder) -> Iterator[InputError]:
    """Areas without age detail, unknown codes, and totals that differ from the areas': a missing area shows here."""
    areas, detail, path = read.frame(AREAS), read.frame(AGE_DETAIL), read.path(AGE_DETAIL)
    bands = [name for name in detail.columns if name.startswith("age_")]
    lows = [int(name.removeprefix("age_")) for name in bands]
    if lows[:1] != [0] or lows != sorted(lows) or 16 not in lows:
        yield InputError(
            "the age columns cannot be used",
            file=shown_path(path),
            key="row 1",
            value=", ".join(bands),
            allowed="age_0 first, in rising order, with age_16 among them",
        )
        return
    level = _detail_level(read)
    yield from _unknown(path, detail, "area_code", areas[level], f"{AREAS.file}, column {level}")
    published = areas.groupby(level)["population"].sum()
    for code in sorted(set(published.index) - set(detail["area_code"])):
        row = int(areas.index[areas[level] == code][0])
        yield cell_error(read.path(AREAS), row, level, f"missing in {AGE_DETAIL.file}", code, "a row of ages for it")
    found = detail.set_index("area_code")[bands].sum(axis=1).groupby(level=0).sum()
    first_row = detail.reset_index().groupby("area_code")["index"].first()
    for code in sorted(set(published.index) & set(found.index)):
        if abs(found[code] - published[code]) > _tolerance(published[code]):
            yield cell_error(
                path,
                int(first_row[code]),
                f"{bands[0]} .. {bands[-1]}",
                f"ages of {code} do not add up to the population of its areas (is an area missing?)",
                int(found[code]),
                f"about {published[code]}",
            )


def _hub_problems(read: RegionFolder) -> Iterator[InputError]:
    from scenarios.geography import distance_km

    hubs, areas, path = read.frame(HUBS), read.frame(AREAS), read.path(HUBS)
    joined = hubs.merge(areas, on="area_code", suffixes=("", "_area")).set_axis(
        hubs.index[hubs["area_code"].isin(areas["area_code"])]
    )
    far = distance_km(*(joined[name] for name in ("latitude", "longitude", "latitude_area", "longitude_area")))
    for row in joined.index[far > MAX_HUB_TO_AREA_KM]:
        position = f"{joined.at[row, 'latitude']}, {joined.at[row, 'longitude']}"
        yield cell_error(
            path,
            row,
            "latitude",
            f"{far[row]:.0f} km from the area it is said to lie in",
            position,
            f"within {MAX_HUB_TO_AREA_KM:.0f} km of {joined.at[row, 'area_code']}",
        )
    for row in joined.index[joined["authority_code"] != joined["authority_code_area"]]:
        yield cell_error(
            path,
            row,
            "authority_code",
            "not the authority of its area",
            joined.at[row, "authority_code"],
            joined.at[row, "authority_code_area"],
        )
    for row in hubs.index[hubs["staffed_hours"] > hubs["weekly_hours"]]:
        yield cell_error(
            path,
            row,
            "staffed_hours",
            "more than the hours open",
            hubs.at[row, "staffed_hours"],
            f"up to {hubs.at[row, 'weekly_hours']:g}",
        )
    for row in hubs.index[hubs["closed"] < hubs["opened"]]:
        yield cell_error(
            path,
            row,
            "closed",
            "before it opened",
            int(hubs.at[row, "closed"]),
            f"{hubs.at[row, 'opened']:.0f} or later",
        )


def _fallback_problems(read: RegionFolder) -> Iterator[InputError]:
    """Groups an authority lacks in every area need figures to stand in; ranges hold their central value."""
    areas = read.frame(AREAS)
    given: set[tuple[str, str]] = set()
    if "fallbacks" in read.tables:
        frame, path = read.frame(FALLBACKS), read.path(FALLBACKS)
        given = set(zip(frame["authority_code"], frame["table"], strict=True))
        for row in frame.index[(frame["value"] < frame["low"]) | (frame["value"] > frame["high"])]:
            yield cell_error(
                path,
                row,
                "value",
                "outside its own range",
                frame.at[row, "value"],
                f"{frame.at[row, 'low']:g} to {frame.at[row, 'high']:g}",
            )
    for group, columns in OPTIONAL_GROUPS.items():
        lacking = areas[columns[0]].isna().groupby(areas["authority_code"]).all()
        for code in lacking.index[lacking]:
            if (code, group) not in given:
                yield InputError(
                    f"{group} is blank in every area of {code}: {FALLBACKS.file} has to say what stands in for it",
                    file=shown_path(read.path(AREAS)),
                    key=f"column {columns[0]}",
                )
