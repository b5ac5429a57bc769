"""What `uptake regions list`, `show` and `check` print, as tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from model.calendar import month_label
from model.errors import InputError
from model.region import BUSINESS_SIZES, SIZE_BANDS, Region
from scenarios.region_checks import consistency_problems, totals_table
from scenarios.region_tables import OPTIONAL_GROUPS, SOURCES
from scenarios.regions_io import list_regions, load_region, read_folder, region_folder
from scenarios.tables import read_table
from scenarios.yaml_io import read_yaml


def regions_table() -> pd.DataFrame:
    """One row a shipped region: name, title, nation, census, population, areas."""
    keys = {
        "name": "region",
        "title": "title",
        "nation": "nation",
        "census_month": "census",
        "census_population": "population",
        "areas": "small_areas",
    }
    rows = [read_yaml(region_folder(name) / "region.yaml").data for name in list_regions()]
    return pd.DataFrame([{label: row.get(key) for key, label in keys.items()} for row in rows])


def region_tables(name_or_path: str) -> list[tuple[str, pd.DataFrame]]:
    """A region's facts: what it holds, its authorities, what was assumed, notes and sources."""
    folder = region_folder(name_or_path)
    region = load_region(name_or_path)
    sources, _ = read_table(folder / SOURCES.file, SOURCES)
    notes = read_yaml(folder / "region.yaml").data["notes"]
    tables = [
        (f"{region.title} ({region.nation}, Census {month_label(region.census_month)})", _facts(region)),
        ("Authorities", _authorities(region)),
        ("Enterprises, March 2024, and yearly births and closures in percent of them", _firms(region)),
        ("Hubs with assumed values", region.hubs.loc[region.hubs["assumed"] != "", ["name", "assumed"]]),
        ("Figures that stand in for blanks", region.fallbacks.drop(columns=["source_id", "note"])),
        ("Notes", pd.DataFrame({"note": notes})),
        ("Sources", sources[["publisher", "title", "edition", "licence", "used_in"]]),
    ]
    return [(title, table) for title, table in tables if len(table)]


def _facts(region: Region) -> pd.DataFrame:
    areas, hubs = region.areas, region.hubs
    firms = region.firm_counts[region.firm_counts["group"] == "size"].groupby("measure")["count"].sum()
    facts: dict[str, object] = {
        "usual residents": region.population,
        "of them 16 and over": int((areas["population"] - areas["age_0_15"]).sum()),
        "households": int(areas["households"].sum()),
        "authorities": len(region.authorities),
        "small areas": len(areas),
        "rural small areas": int(areas["rural"].sum()),
        "small areas in the most deprived fifth of the nation": int((areas["deprivation_decile"] <= 2).sum()),
        "enterprises, March 2024": int(firms["enterprises"]),
        "their local units": int(firms["local_units"]),
        "hubs open": int(hubs["closed"].isna().sum()),
        "hubs closed": int(hubs["closed"].notna().sum()),
    }
    for group, columns in OPTIONAL_GROUPS.items():
        facts[f"small areas without {group.replace('_', ' ')}"] = int(areas[columns[0]].isna().sum())
    facts["fingerprint"] = region.fingerprint[:16]
    return pd.DataFrame({"fact": list(facts), "value": [f"{v:,}" if isinstance(v, int) else v for v in facts.values()]})


def _authorities(region: Region) -> pd.DataFrame:
    areas = region.areas.groupby("authority_code").size().rename("small_areas")
    hubs = region.hubs[region.hubs["closed"].isna()].groupby("authority_code").size().rename("hubs")
    table = region.authorities.merge(areas, on="authority_code").merge(hubs, on="authority_code", how="left")
    return table.fillna({"hubs": 0}).drop(columns="remarks")


def _firms(region: Region) -> pd.DataFrame:
    """By authority: enterprises by size, local units, and mean birth and closure rates of the years published."""
    sizes = region.firm_counts[region.firm_counts["group"] == "size"]
    counts = sizes.pivot(index="authority_code", columns=["measure", "category"], values="count")
    rates = region.firm_rates.pivot_table(index="authority_code", columns="measure", values="value").round(1)
    table = region.authorities.set_index("authority_code")[["authority_name"]]
    table["enterprises"] = counts["enterprises"].sum(axis=1)
    for place, band in enumerate(SIZE_BANDS):
        table[band] = counts["enterprises"][list(BUSINESS_SIZES[2 * place : 2 * place + 2])].sum(axis=1)
    table["local_units"] = counts["local_units"].sum(axis=1)
    return table.join(rates[["birth_rate_pct", "death_rate_pct"]]).reset_index(drop=True)


def check_region(name_or_path: str | Path) -> tuple[pd.DataFrame, list[InputError]]:
    """Published totals compared, and every problem of a region; the table is empty if a cell cannot be read."""
    read = read_folder(region_folder(name_or_path))
    if read.problems:
        return pd.DataFrame(), read.problems
    return totals_table(read), consistency_problems(read)
