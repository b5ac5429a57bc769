"""Read a region folder: every cell, every code and every total is checked before the model sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.calendar import month_index
from model.errors import InputError, nearest
from model.region import Region
from scenarios.region_tables import (
    BUSINESS_AREAS,
    FALLBACKS,
    FIRM_COUNTS,
    FIRM_GROUPS,
    FIRM_RATES,
    NATIONAL_TABLES,
    NATIONS,
    REGION_TABLES,
)
from scenarios.tables import Table, content_digest, read_table
from scenarios.yaml_io import Document, read_yaml, shown_path

if TYPE_CHECKING:
    import pandas as pd

REGIONS_FOLDER = Path(__file__).parent / "regions"
NATIONAL_FOLDER = Path(__file__).parent / "national"

DESCRIPTION_KEYS = {
    "name": str,
    "title": str,
    "nation": str,
    "census_month": str,
    "census_population": int,
    "areas": int,
    "enterprises": int,
    "business_area": str,
    "notes": list,
}
"""Keys of region.yaml: census_population, areas and enterprises are the published totals the tables must add up to."""


@dataclass(slots=True)
class RegionFolder:
    """What a region folder holds, with the problems found: nothing is raised until all of it was read."""

    folder: Path
    description: Document
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)

    def path(self, table: Table) -> Path:
        """Where a table's file stands."""
        return self.folder / table.file

    def frame(self, table: Table) -> pd.DataFrame:
        """A table as read; its index holds the file's row numbers."""
        return self.tables[table.file.removesuffix(".csv")]

    @property
    def notes(self) -> list[str]:
        """What the region's maker says about the data."""
        return list(self.description.data["notes"])


def list_regions() -> list[str]:
    """Names of the regions that ship with Uptake, in alphabetical order."""
    return sorted(file.parent.name for file in REGIONS_FOLDER.glob("*/region.yaml"))


def region_folder(name_or_path: str | Path) -> Path:
    """The folder of a shipped region's name, or of a path to a region folder; InputError for anything else."""
    names = list_regions()
    if str(name_or_path) in names:
        return REGIONS_FOLDER / str(name_or_path)
    folder = Path(name_or_path)
    if (folder / "region.yaml").is_file():
        return folder
    if folder.is_dir():
        raise InputError("this folder is not a region: it has no region.yaml", key="region", value=str(name_or_path))
    hint = nearest(name_or_path, names)
    raise InputError(
        f"unknown region{hint}",
        key="region",
        value=str(name_or_path),
        allowed=f"{', '.join(names)}, or a folder made by `uptake regions build`",
    )


def load_region(name_or_path: str | Path) -> Region:
    """A region by name or folder. Raises InputError on the first problem in its files, and says how many follow."""
    from scenarios.region_checks import consistency_problems

    read = read_folder(region_folder(name_or_path))
    raise_first(read.problems or consistency_problems(read))
    return _assemble(read)


def raise_first(problems: Sequence[InputError]) -> None:
    """Raise the first of the problems, if any, with their number."""
    if not problems:
        return
    first = problems[0]
    if len(problems) > 1:
        message = f"{first.message} [the first of {len(problems)} problems]"
        first = InputError(message, file=first.file, key=first.key, value=first.value, allowed=first.allowed)
    raise first


def read_folder(folder: Path) -> RegionFolder:
    """All files of a region folder and the problems of each cell; the tables are not yet compared with each other."""
    description = read_yaml(folder / "region.yaml")
    read = RegionFolder(folder, description, problems=list(description_problems(description)))
    wanted = [*REGION_TABLES, *([FALLBACKS] if (folder / FALLBACKS.file).exists() else [])]
    for table in wanted:
        frame, problems = read_table(folder / table.file, table)
        read.tables[table.file.removesuffix(".csv")] = frame
        read.problems += problems
    return read


def description_problems(description: Document) -> Iterable[InputError]:
    """What is wrong with region.yaml."""
    data = description.data
    for key in data:
        if key not in DESCRIPTION_KEYS:
            hint = nearest(key, DESCRIPTION_KEYS)
            yield InputError(f"unknown key{hint}", file=description.where((key,)), key=key, allowed=DESCRIPTION_KEYS)
    for key, kind in DESCRIPTION_KEYS.items():
        if key not in data:
            yield InputError("the key is missing", file=description.where(), key=key)
        elif not isinstance(data[key], kind):
            yield _description_error(description, key, {str: "text", int: "a whole number", list: "a list"}[kind])
    if isinstance(data.get("nation"), str) and data["nation"] not in NATIONS:
        yield _description_error(description, "nation", ", ".join(NATIONS))
    if isinstance(data.get("business_area"), str) and data["business_area"] not in BUSINESS_AREAS:
        yield _description_error(description, "business_area", ", ".join(BUSINESS_AREAS))
    if isinstance(data.get("census_month"), str):
        try:
            month_index(data["census_month"], file=description.where(("census_month",)), key="census_month")
        except InputError as error:
            yield error
    if isinstance(data.get("notes"), list) and not all(isinstance(note, str) for note in data["notes"]):
        yield _description_error(description, "notes", "a list of sentences")


def _description_error(description: Document, key: str, allowed: str) -> InputError:
    value = description.data[key]
    return InputError("cannot be used", file=description.where((key,)), key=key, value=value, allowed=allowed)


def load_national() -> dict[str, pd.DataFrame]:
    """The national tables by name ("uk_adults", "start_use", ...). Raises InputError on the first problem."""
    tables = {}
    for table in NATIONAL_TABLES:
        frame, problems = read_table(NATIONAL_FOLDER / table.file, table)
        if problems:
            raise problems[0]
        tables[table.file.removesuffix(".csv")] = frame.reset_index(drop=True)
    known = set(tables["sources"]["source_id"])
    for name, frame in tables.items():
        unknown = sorted(set(frame["source_id"]) - known)
        if unknown:
            raise InputError(
                f"unknown source{nearest(unknown[0], known)}",
                file=shown_path(NATIONAL_FOLDER / name),
                key="source_id",
                value=unknown[0],
            )
    return tables


def _assemble(read: RegionFolder) -> Region:
    import pandas as pd

    data: dict[str, Any] = read.description.data
    authorities = read.tables["authorities"].sort_values("authority_code", ignore_index=True)
    areas = read.tables["areas"].sort_values(["authority_code", "area_code"], ignore_index=True)
    detail = read.tables["age_detail"].melt(id_vars=["area_code", "sex"], var_name="age_low", value_name="count")
    detail["age_low"] = detail["age_low"].str.removeprefix("age_").astype("int64")
    detail = detail.sort_values(["area_code", "sex", "age_low"], ignore_index=True)
    fallbacks = read.tables.get("fallbacks", pd.DataFrame(columns=[column.name for column in FALLBACKS.columns]))
    files = sorted(read.folder / f"{name}.csv" for name in read.tables)
    national_files = [NATIONAL_FOLDER / table.file for table in NATIONAL_TABLES]
    named = "|".join(data[key] for key in ("name", "nation", "census_month", "business_area"))
    facts = f"{named}|{content_digest([*files, *national_files])}"
    return Region(
        name=data["name"],
        title=data["title"],
        nation=data["nation"],
        census_month=month_index(data["census_month"]),
        authorities=authorities,
        areas=areas,
        ages=read.tables["ages"].sort_values(["authority_code", "edition", "sex", "age"], ignore_index=True),
        age_detail=detail,
        hubs=read.tables["hubs"].sort_values("hub_id", ignore_index=True),
        fallbacks=fallbacks.reset_index(drop=True),
        business_area=data["business_area"],
        firm_counts=_in_declared_order(read.frame(FIRM_COUNTS)),
        firm_rates=read.frame(FIRM_RATES).sort_values(["authority_code", "year", "measure"], ignore_index=True),
        national=load_national(),
        fingerprint=hashlib.sha256(facts.encode()).hexdigest(),
    )


def _in_declared_order(counts: pd.DataFrame) -> pd.DataFrame:
    """Firm counts by authority, measure and group, categories in the order of SECTORS and BUSINESS_SIZES."""
    place = {name: number for categories in FIRM_GROUPS.values() for number, name in enumerate(categories)}
    ordered = counts.assign(place=counts["category"].map(place))
    return ordered.sort_values(["authority_code", "measure", "group", "place"], ignore_index=True).drop(columns="place")
