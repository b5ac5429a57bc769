"""The plain official-style tables of a region's firms: the publisher's headings, turned into Uptake's tidy rows.

The business counts come as four tables, of enterprises and of local units, each by industry and by size, one row an
authority; births and closures as one, one row an authority and year.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.region import BUSINESS_SIZES, SECTORS
from scenarios.region_tables import FIRM_GROUPS, FIRM_MEASURES, RATE_MEASURES
from scenarios.source_tables import AUTHORITY_HEADINGS, Alternatives, SourceTable, read_source
from scenarios.tables import Column

if TYPE_CHECKING:
    import pandas as pd

    from model.errors import InputError

_AUTHORITY_CODE = Column("authority_code", "text", "official code of the local authority")
_COUNT = Column("count", "whole", "enterprises or local units", low=0)
_YEAR = Column("year", "whole", "year", low=2000, high=2035)

INDUSTRIES = (
    "01-03 : Agriculture, forestry & fishing",
    "05-39 : Production",
    "41-43 : Construction",
    "45 : Motor trades",
    "46 : Wholesale",
    "47 : Retail",
    "49-53 : Transport & Storage (inc postal)",
    "55-56 : Accommodation & food services",
    "58-63 : Information & communication",
    "64-66 : Finance & insurance",
    "68 : Property",
    "69-75 : Professional, scientific & technical",
    "77-82 : Business administration & support services",
    "84 : Public administration & defence",
    "85 : Education",
    "86-88 : Health",
    "90-99 : Arts, entertainment, recreation & other services",
)
"""Headings of the published tables, in the order of SECTORS."""
_TRANSPORT = "49-53 : Transport & Storage (inc. postal)"


def _alternatives(group: str) -> dict[str, Alternatives]:
    if group == "size":
        return {size: ((size,),) for size in BUSINESS_SIZES}
    headings: dict[str, Alternatives] = {
        sector: ((heading,),) for sector, heading in zip(SECTORS, INDUSTRIES, strict=True)
    }
    return headings | {"transport": ((INDUSTRIES[SECTORS.index("transport")],), (_TRANSPORT,))}


def _count_table(measure: str, group: str) -> SourceTable:
    return SourceTable(
        f"{measure}_by_{group}.csv",
        {"authority_code": AUTHORITY_HEADINGS, **_alternatives(group)},
        {"authority_code": _AUTHORITY_CODE} | dict.fromkeys(FIRM_GROUPS[group], _COUNT),
        key=("authority_code",),
    )


SOURCE_FIRM_COUNTS = {
    (measure, group): _count_table(measure, group) for measure in FIRM_MEASURES for group in FIRM_GROUPS
}

SOURCE_FIRM_RATES = SourceTable(
    "business_demography.csv",
    {
        "authority_code": AUTHORITY_HEADINGS,
        "year": (("Year",),),
        "birth_rate_pct": (("Birth rate (%)",),),
        "death_rate_pct": (("Death rate (%)",),),
        "active_enterprises": (("Active enterprises",),),
    },
    {"authority_code": _AUTHORITY_CODE, "year": _YEAR}
    | {name: Column(name, "number", name.replace("_", " "), low=0) for name in RATE_MEASURES},
    key=("authority_code", "year"),
)


def read_firm_counts(folder: Path) -> tuple[pd.DataFrame, list[InputError]]:
    """The four tables of business counts as rows of authority_code, measure, group, category, count."""
    import pandas as pd

    parts, problems = [], []
    for (measure, group), table in SOURCE_FIRM_COUNTS.items():
        wide, wrong = read_source(folder, table)
        problems += wrong
        tall = wide.melt(id_vars="authority_code", var_name="category", value_name="count", ignore_index=False)
        parts.append(tall.assign(measure=measure, group=group))
    return pd.concat(parts, ignore_index=True), problems


def read_firm_rates(folder: Path) -> tuple[pd.DataFrame, list[InputError]]:
    """Births, closures and active enterprises as rows of authority_code, year, measure, value."""
    wide, problems = read_source(folder, SOURCE_FIRM_RATES)
    tall = wide.melt(id_vars=["authority_code", "year"], var_name="measure", value_name="value", ignore_index=False)
    return tall.sort_values(["authority_code", "year"], kind="stable"), problems
