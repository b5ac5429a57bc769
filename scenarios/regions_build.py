"""Build a region folder from plain official-style tables: read, check, join, report; nothing is adjusted or hidden."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import InputError
from scenarios.firm_sources import SOURCE_FIRM_RATES, read_firm_counts, read_firm_rates
from scenarios.hubs_build import complete_hubs
from scenarios.region_checks import consistency_problems, totals_table
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
    SOURCES,
)
from scenarios.regions_io import description_problems, raise_first, read_folder
from scenarios.source_tables import (
    AREA_AGES_FILE,
    SOURCE_AGES,
    SOURCE_AREA_CENSUS,
    SOURCE_AREAS,
    SOURCE_AUTHORITIES,
    SOURCE_HUBS,
    SourceTable,
    read_area_ages,
    read_source,
)
from scenarios.tables import cell_error, write_table
from scenarios.yaml_io import read_yaml, shown_path

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: the folder, how far the published tables differ, and what was assumed or left aside."""

    folder: Path
    totals: pd.DataFrame
    remarks: pd.DataFrame


def build_region(source: Path, out: Path) -> BuildReport:
    """Build the region folder `out` from the tables in `source`; see docs/adding-a-region.md for both.

    Raises InputError for unusable tables or an output folder that is not empty; nothing half-built is left.
    """
    if not source.is_dir():
        raise InputError("no such folder", key="source", value=str(source))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("the output folder is not empty", key="out", value=str(out), allowed="a new or empty folder")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise InputError(f"cannot write here: {error.strerror}", key="out", value=str(out)) from None
    try:
        remarks = _write_tables(source, temporary)
        read = read_folder(temporary)
        raise_first(read.problems or consistency_problems(read))
        totals = totals_table(read)
        temporary.chmod(0o755)
        temporary.replace(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return BuildReport(out, totals, _remarks_frame(remarks))


def _remarks_frame(remarks: list[tuple[str, str]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(remarks, columns=["table", "remark"])


def _write_tables(source: Path, folder: Path) -> list[tuple[str, str]]:
    """Write every table of the region; return the remarks as (table, remark)."""
    description = read_yaml(source / "region.yaml")
    raise_first(list(description_problems(description)))
    remarks: list[tuple[str, str]] = []
    areas = _join_areas(source, remarks)
    authorities = _authorities(source, areas)
    frames = {
        AUTHORITIES: authorities,
        AREAS: areas,
        AGES: _ages(source, authorities, remarks),
        AGE_DETAIL: _age_detail(source, areas, remarks),
        HUBS: _hubs(source, areas, remarks),
        FIRM_COUNTS: _firm_counts(source, authorities, remarks),
        FIRM_RATES: _firm_rates(source, authorities, remarks),
    }
    for table, frame in frames.items():
        order = frame.columns if table.family else [column.name for column in table.columns]
        write_table(frame[order], folder / table.file)
    shutil.copyfile(source / "region.yaml", folder / "region.yaml")
    for table in (SOURCES, FALLBACKS):
        if (source / table.file).is_file():
            shutil.copyfile(source / table.file, folder / table.file)
        elif table is SOURCES:
            raise InputError(
                "the file is missing: each figure needs its source and licence", file=shown_path(source / table.file)
            )
    return remarks


def _read(source: Path, table: SourceTable) -> pd.DataFrame:
    frame, problems = read_source(source, table)
    raise_first(problems)
    return frame


def _join_areas(source: Path, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """areas.csv and area_census.csv side by side, one row an area; InputError names areas without figures."""
    places = _read(source, SOURCE_AREAS)
    census = _read(source, SOURCE_AREA_CENSUS)
    lacking = places[~places["area_code"].isin(census["area_code"])]
    raise_first(
        [
            cell_error(
                source / SOURCE_AREAS.file,
                row,
                "area_code",
                f"missing in {SOURCE_AREA_CENSUS.file}",
                code,
                "one row of Census figures for each area",
            )
            for row, code in zip(lacking.index, lacking["area_code"], strict=True)
        ]
    )
    others = len(census) - len(places)
    if others:
        remarks.append((SOURCE_AREA_CENSUS.file, f"{others} rows of other areas left aside"))
    areas = places.merge(census, on="area_code").set_axis(places.index)
    from_rate = (areas["income_deprived_rate"] * areas["population"]).round()
    areas["income_deprived"] = areas["income_deprived"].fillna(from_rate)
    areas.loc[areas["population"] == 0, "income_deprived"] = 0
    unknown = areas.index[areas["income_deprived"].isna()]
    raise_first(
        [
            cell_error(
                source / SOURCE_AREAS.file,
                row,
                "income_deprived",
                "the cell is blank",
                "",
                "a number of persons or a share of them",
            )
            for row in unknown
        ]
    )
    for group, columns in OPTIONAL_GROUPS.items():
        blank = int(areas[columns[0]].isna().sum())
        if blank:
            remarks.append((AREAS.file, f"{group} is blank in {blank} of {len(areas)} areas"))
    return areas.sort_values(["authority_code", "area_code"])


def _authorities(source: Path, areas: pd.DataFrame) -> pd.DataFrame:
    """The authorities the areas name, with the sum of their areas' population."""
    authorities = _read(source, SOURCE_AUTHORITIES)
    population = areas.groupby("authority_code")["population"].sum()
    authorities = authorities[authorities["authority_code"].isin(population.index)]
    return authorities.assign(population=authorities["authority_code"].map(population)).sort_values("authority_code")


def _ages(source: Path, authorities: pd.DataFrame, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """Single years of age of the region's authorities, the oldest added up to 90 and over."""
    ages = _read(source, SOURCE_AGES)
    own = ages[ages["authority_code"].isin(authorities["authority_code"])]
    if len(own) < len(ages):
        remarks.append((SOURCE_AGES.file, f"{len(ages) - len(own)} rows of other authorities left aside"))
    capped = own.assign(age=own["age"].clip(upper=OLDEST_AGE))
    return capped.groupby(list(AGES.key))["count"].sum().reset_index()


def _age_detail(source: Path, areas: pd.DataFrame, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """Age bands by small area, or by parent area where the publisher gives no finer."""
    detail, problems = read_area_ages(source)
    raise_first(problems)
    codes = {*areas["area_code"], *areas["parent_code"]}
    own = detail[detail["area_code"].isin(codes)]
    if len(own) < len(detail):
        remarks.append((AREA_AGES_FILE, f"{len(detail) - len(own)} rows of other areas left aside"))
    return own.sort_values(["area_code", "sex"])


def _hubs(source: Path, areas: pd.DataFrame, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """Hubs with a position, a small area and hours; what had to be assumed is said in the column `assumed`."""
    hubs = complete_hubs(_read(source, SOURCE_HUBS), areas, source / SOURCE_HUBS.file)
    told = hubs[hubs["assumed"] != ""]
    remarks += [(HUBS.file, f"{name}: {text}") for name, text in zip(told["name"], told["assumed"], strict=True)]
    return hubs


def _firm_counts(source: Path, authorities: pd.DataFrame, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """Enterprises and local units of the region's authorities by sector and by size, as published."""
    counts, problems = read_firm_counts(source)
    raise_first(problems)
    own = counts[counts["authority_code"].isin(authorities["authority_code"])]
    left = counts["authority_code"].nunique() - own["authority_code"].nunique()
    if left:
        remarks.append((FIRM_COUNTS.file, f"business counts of {left} other areas left aside"))
    return own.sort_values(["authority_code", "measure", "group"], kind="stable")


def _firm_rates(source: Path, authorities: pd.DataFrame, remarks: list[tuple[str, str]]) -> pd.DataFrame:
    """Births and closures of the region's authorities, as published."""
    rates, problems = read_firm_rates(source)
    raise_first(problems)
    own = rates[rates["authority_code"].isin(authorities["authority_code"])]
    left = rates["authority_code"].nunique() - own["authority_code"].nunique()
    if left:
        remarks.append((SOURCE_FIRM_RATES.file, f"rates of {left} other areas left aside"))
    return own
