"""Check a region's firm tables: complete, and adding up within the publisher's rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.errors import InputError
from scenarios.region_tables import AUTHORITIES, FIRM_COUNTS, FIRM_GROUPS, FIRM_MEASURES, FIRM_RATES, RATE_MEASURES
from scenarios.tables import cell_error
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.regions_io import RegionFolder

ROUNDING = 25
"""Largest gap between an authority's sum by sector and its sum by size. Each of the 24 cells is rounded to 5, which
moves the difference of the sums by 7 on average and hardly ever by more than this."""
ROUNDING_AUTHORITY = 10
"""Largest gap, an authority, between the published total of the region and the sum by size."""
HIGHEST_RATE_PCT = 50.0


def firm_problems(read: RegionFolder) -> list[InputError]:
    """Every gap and disagreement in the firm tables of a folder whose cells are all valid."""
    incomplete = [*_count_gaps(read), *_rate_gaps(read)]
    return incomplete or [*_sum_problems(read), *_total_problems(read), *_rate_problems(read)]


def firm_totals(read: RegionFolder) -> list[tuple[str, pd.Series, pd.Series]]:
    """Sums to compare, as (check, published, table)."""
    import pandas as pd

    sums = _sums(read)
    total = pd.Series([read.description.data["enterprises"]])
    rows = [("enterprises: region.yaml, by size", total, pd.Series([sums["enterprises", "size"].sum()]))]
    for measure in FIRM_MEASURES:
        name = f"{measure.replace('_', ' ')} by authority: by sector, by size"
        rows.append((name, sums[measure, "sector"], sums[measure, "size"]))
    return rows


def _sums(read: RegionFolder) -> pd.DataFrame:
    """Firms by authority (rows) and measure and group (columns)."""
    counts = read.frame(FIRM_COUNTS)
    return counts.pivot_table(index="authority_code", columns=["measure", "group"], values="count", aggfunc="sum")


def _count_gaps(read: RegionFolder) -> Iterator[InputError]:
    """Categories of the wrong group, and authorities without one of the categories."""
    counts, path = read.frame(FIRM_COUNTS), read.path(FIRM_COUNTS)
    for row, group, category in zip(counts.index, counts["group"], counts["category"], strict=True):
        if category not in FIRM_GROUPS[group]:
            yield cell_error(path, row, "category", f"not a {group}", category, ", ".join(FIRM_GROUPS[group]))
    given = set(counts[["authority_code", "measure", "group", "category"]].itertuples(index=False, name=None))
    for code in read.frame(AUTHORITIES)["authority_code"]:
        for measure in FIRM_MEASURES:
            wanted = [(group, category) for group, names in FIRM_GROUPS.items() for category in names]
            lacking = [f"{g} {c}" for g, c in wanted if (code, measure, g, c) not in given]
            if lacking:
                yield InputError(
                    f"{measure} of {code} are missing for {lacking[0]}",
                    file=shown_path(path),
                    key="category",
                    allowed="every sector and every size once; 0 where there are none",
                )


def _rate_gaps(read: RegionFolder) -> Iterator[InputError]:
    """Authorities without rates, and years without one of the measures."""
    rates, path = read.frame(FIRM_RATES), read.path(FIRM_RATES)
    given = rates.groupby(["authority_code", "year"])["measure"].agg(set)
    authorities = set(given.index.get_level_values("authority_code"))
    for code in sorted(set(read.frame(AUTHORITIES)["authority_code"]) - authorities):
        yield InputError(
            f"{code} has no rates", file=shown_path(path), key="authority_code", allowed="one year or more"
        )
    for (code, year), measures in given.items():
        lacking = [measure for measure in RATE_MEASURES if measure not in measures]
        if lacking:
            yield InputError(
                f"{code}, {year}: a measure is missing", file=shown_path(path), key="measure", value=lacking[0]
            )


def _sum_problems(read: RegionFolder) -> Iterator[InputError]:
    counts, sums = read.frame(FIRM_COUNTS), _sums(read)
    first_row = counts.reset_index().groupby(["authority_code", "measure"])["index"].first()
    for measure in FIRM_MEASURES:
        gap = (sums[measure, "sector"] - sums[measure, "size"]).abs()
        for code in gap.index[gap > ROUNDING]:
            yield cell_error(
                read.path(FIRM_COUNTS),
                int(first_row[code, measure]),
                "count",
                f"{measure} of {code} by sector and by size do not add up to the same",
                int(sums.loc[code, (measure, "sector")]),
                f"{sums.loc[code, (measure, 'size')]} give or take {ROUNDING}",
            )


def _total_problems(read: RegionFolder) -> Iterator[InputError]:
    sums, published = _sums(read)["enterprises", "size"], read.description.data["enterprises"]
    if abs(sums.sum() - published) > ROUNDING_AUTHORITY * len(sums):
        yield InputError(
            f"the published total is {published:,}, {FIRM_COUNTS.file} gives {sums.sum():,}: an authority is missing "
            "or a figure is wrong",
            file=shown_path(read.path(FIRM_COUNTS)),
            key="enterprises",
        )


def _rate_problems(read: RegionFolder) -> Iterator[InputError]:
    rates = read.frame(FIRM_RATES)
    for row in rates.index[rates["measure"].str.endswith("_pct") & (rates["value"] > HIGHEST_RATE_PCT)]:
        yield cell_error(
            read.path(FIRM_RATES), row, "value", "too large", rates.at[row, "value"], f"up to {HIGHEST_RATE_PCT:g}"
        )
