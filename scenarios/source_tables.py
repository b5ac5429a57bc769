"""The plain official-style tables a region is built from: the headings their publishers use, and Uptake's names.

A heading is matched without regard to case, spacing and Nomis' "; measures: Value" ending; Uptake's own column name
is always accepted too. Columns and rows that are not needed are left aside, so whole official tables may be given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import InputError, nearest
from scenarios.region_tables import AGES, AREAS, AUTHORITIES, HUBS, OPTIONAL_GROUPS, SEXES
from scenarios.tables import Column, Rows, Table, cell_error, convert, duplicate_problems, read_rows
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

Alternatives = tuple[tuple[str, ...], ...]
"""Ways to find a column: the first whose headings are all there is used; several headings are added up."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One source file: the headings of each column wanted, and what may be left out."""

    file: str
    headings: Mapping[str, Alternatives]
    declared: Mapping[str, Column]
    key: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    translate: Callable[[str, str], str] | None = None
    """(column, cell) -> cell: turns a publisher's way of writing into Uptake's before the cell is checked"""


def _one(*headings: str) -> Alternatives:
    return tuple((heading,) for heading in headings)


def _columns(table: Table, **changes: Column) -> dict[str, Column]:
    return {column.name: column for column in table.columns} | changes


_AREA_CODE = _one("LSOA21CD", "DataZone", "geography code")
AUTHORITY_HEADINGS = _one("LAD23CD", "LAD22CD", "CA", "Lower tier local authorities Code")


def _area_cell(column: str, cell: str) -> str:
    return {"urban": "0", "rural": "1"}.get(cell.casefold(), cell) if column == "rural" else cell


SOURCE_AREAS = SourceTable(
    "areas.csv",
    {
        "area_code": _AREA_CODE,
        "area_name": _one("LSOA21NM", "DataZoneName"),
        "authority_code": AUTHORITY_HEADINGS,
        "parent_code": _one("MSOA21CD", "IntZone"),
        "latitude": _one("LAT"),
        "longitude": _one("LONG"),
        "deprivation_decile": _one("Index of Multiple Deprivation (IMD) Decile", "SIMD2020v2_Decile"),
        "rural": _one("Urban_rural_flag"),
        "income_deprived": _one("Number of income deprived people"),
        "income_deprived_rate": _one("income_rate"),
    },
    _columns(
        AREAS,
        income_deprived=Column("income_deprived", "whole", "persons", blank=True, low=0),
        income_deprived_rate=Column("income_deprived_rate", "number", "share of persons", blank=True, low=0, high=1),
    ),
    key=("area_code",),
    optional=frozenset({"income_deprived", "income_deprived_rate"}),
    translate=_area_cell,
)

_SIZE = "Household size: "
_TENURE = "Tenure of household: "
_QUALIFICATION = "Highest level of qualification: "
_DISABILITY = "Disability: "
_EQUALITY_ACT = _DISABILITY + "Disabled under the Equality Act: "

SOURCE_AREA_CENSUS = SourceTable(
    "area_census.csv",
    {
        "area_code": _AREA_CODE,
        "population": _one("Age: Total"),
        "age_0_15": _one("Age: Aged 15 years and under"),
        "age_16_24": _one("Age: Aged 16 to 24 years"),
        "age_25_34": _one("Age: Aged 25 to 34 years"),
        "age_35_49": _one("Age: Aged 35 to 49 years"),
        "age_50_64": _one("Age: Aged 50 to 64 years"),
        "age_65_plus": _one("Age: Aged 65 years and over"),
        "female": _one("Sex: Female"),
        "male": _one("Sex: Male"),
        "disabled_a_lot": _one(
            _EQUALITY_ACT + "Day-to-day activities limited a lot", _DISABILITY + "Day-to-day activities limited a lot"
        ),
        "disabled_a_little": _one(
            _EQUALITY_ACT + "Day-to-day activities limited a little",
            _DISABILITY + "Day-to-day activities limited a little",
        ),
        "not_disabled": _one(
            _DISABILITY + "Not disabled under the Equality Act", _DISABILITY + "Day-to-day activities not limited"
        ),
        "households": _one(_TENURE + "Total: All households"),
        "tenure_owned": ((_TENURE + "Owned", _TENURE + "Shared ownership"),),
        "tenure_social": _one(_TENURE + "Social rented"),
        "tenure_private": ((_TENURE + "Private rented", _TENURE + "Lives rent free"),),
        "size_1": _one(_SIZE + "1 person in household"),
        **{f"size_{n}": _one(f"{_SIZE}{n} people in household") for n in range(2, 8)},
        "size_8_plus": _one(_SIZE + "8 or more people in household"),
        "qualification_none": _one(_QUALIFICATION + "No qualifications"),
        "qualification_level1": _one(_QUALIFICATION + "Level 1 and entry level qualifications"),
        "qualification_level2": _one(_QUALIFICATION + "Level 2 qualifications"),
        "qualification_apprenticeship": _one(_QUALIFICATION + "Apprenticeship"),
        "qualification_level3": _one(_QUALIFICATION + "Level 3 qualifications"),
        "qualification_level4_plus": _one(_QUALIFICATION + "Level 4 qualifications and above"),
        "qualification_other": _one(_QUALIFICATION + "Other qualifications"),
        "employed": _one("Employment status: In employment"),
        "not_employed": _one("Employment status: Not in employment"),
    },
    _columns(AREAS),
    key=("area_code",),
    optional=frozenset(name for group in OPTIONAL_GROUPS.values() for name in group),
)

SOURCE_AUTHORITIES = SourceTable(
    "authorities.csv",
    {
        "authority_code": AUTHORITY_HEADINGS,
        "authority_name": _one("LAD23NM", "LAD22NM", "CAName"),
        "income_gbp_per_head": _one("Gross disposable household income per head (£)"),
        "weekly_pay_gbp": _one("Gross median weekly pay (£)"),
        "employment_rate_pct": _one("Employment rate (%)"),
        "no_qualifications_pct": _one("No qualifications (%)"),
        "level3_plus_pct": _one("Level 3 or above qualifications (%)"),
        "gigabit_pct": _one("Gigabit capable broadband (%)"),
        "remarks": _one("Remarks"),
    },
    _columns(AUTHORITIES),
    key=("authority_code",),
    optional=frozenset({"remarks"}),
)


def _age_cell(column: str, cell: str) -> str:
    if column == "age":
        return cell.removesuffix("+")
    return {"females": "female", "males": "male", "f": "female", "m": "male"}.get(cell.casefold(), cell.casefold())


SOURCE_AGES = SourceTable(
    "ages.csv",
    {
        "authority_code": AUTHORITY_HEADINGS,
        "edition": _one("Edition"),
        "sex": _one("Sex"),
        "age": _one("Age"),
        "count": _one("Count", "Observation"),
    },
    _columns(AGES, age=Column("age", "whole", "age last birthday; 90+ allowed", low=0, high=130)),
    key=("authority_code", "edition", "sex", "age"),
    translate=lambda column, cell: cell if column == "authority_code" else _age_cell(column, cell),
)


def _hub_cell(column: str, cell: str) -> str:
    """Hours that are words ("N/A Closed", "[Unknown]") are taken as not given."""
    return "" if column.endswith("_hours") and not re.search(r"\d", cell) else cell


def _blank(column: Column) -> Column:
    return Column(column.name, column.kind, column.meaning, True, column.low, column.high, column.choices)


SOURCE_HUBS = SourceTable(
    "hubs.csv",
    {
        "name": _one("Library name"),
        "postcode": _one("Postcode"),
        "authority_code": AUTHORITY_HEADINGS,
        "area_code": _AREA_CODE,
        "latitude": _one("Latitude"),
        "longitude": _one("Longitude"),
        "weekly_hours": _one("Weekly hours open"),
        "staffed_hours": _one("Weekly hours staffed"),
        "opened": _one("Year opened"),
        "closed": _one("Year closed"),
        "assumed": _one("Assumed"),
    },
    {name: _blank(column) for name, column in _columns(HUBS).items() if name != "name"}
    | {
        "name": Column("name", "text", "name"),
        "postcode": Column("postcode", "text", "postcode", blank=True),
    },
    key=("name", "postcode"),
    optional=frozenset({"authority_code", "area_code", "opened", "closed", "assumed"}),
    translate=_hub_cell,
)

AREA_AGES_FILE = "area_ages.csv"
AREA_AGES_CODE: Alternatives = (("MSOA21CD",), *_AREA_CODE)


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().removesuffix("; measures: value").split())


def _find(rows: Rows, name: str, alternatives: Alternatives) -> list[int] | None:
    """Positions of a column's headings, or None where no alternative is complete."""
    plain = [_plain(heading) for heading in rows.header]
    for headings in (*alternatives, (name,)):
        if all(_plain(heading) in plain for heading in headings):
            return [plain.index(_plain(heading)) for heading in headings]
    return None


def _missing(rows: Rows, name: str, alternatives: Alternatives) -> InputError:
    wanted = [heading for headings in alternatives for heading in headings]
    hint = next((hint for heading in wanted if (hint := nearest(heading, rows.header))), "")
    return InputError(
        f"the column is missing{hint}",
        file=shown_path(rows.path),
        key=f"row 1, column {name}",
        allowed=" or ".join(f"{' + '.join(headings)!r}" for headings in alternatives),
    )


def read_source(folder: Path, table: SourceTable) -> tuple[pd.DataFrame, list[InputError]]:
    """A source file under Uptake's column names, and its problems; the index holds the row numbers.

    Optional columns that are not there are NaN (text: ""), but a group of Census columns is there as a whole or not.
    """
    import pandas as pd

    rows = read_rows(folder / table.file)
    places = {name: _find(rows, name, alternatives) for name, alternatives in table.headings.items()}
    partly = {name for group in OPTIONAL_GROUPS.values() if any(places.get(n) for n in group) for name in group}
    problems = [
        _missing(rows, name, table.headings[name])
        for name, place in places.items()
        if place is None and (name not in table.optional or name in partly)
    ]
    if problems:
        return pd.DataFrame(columns=list(places)), problems
    data: dict[str, list[object]] = {}
    for name, place in places.items():
        column = table.declared[name]
        empty: object = "" if column.kind == "text" else float("nan")
        data[name] = [empty] * len(rows.cells)
        for index, (number, line) in enumerate(zip(rows.numbers, rows.cells, strict=True) if place else ()):
            cells = [table.translate(name, line[at]) if table.translate else line[at] for at in place or ()]
            try:
                values = [convert(cell, column) for cell in cells]
                data[name][index] = values[0] if column.kind == "text" else sum(values)  # type: ignore[arg-type]
            except ValueError as error:
                heading = " + ".join(rows.header[at] for at in place or ())
                problems.append(cell_error(rows.path, number, heading, str(error), "+".join(cells), column.expected))
    frame = pd.DataFrame(data, index=rows.numbers)
    return frame, problems + duplicate_problems(rows.path, frame, table.key)


def read_area_ages(folder: Path) -> tuple[pd.DataFrame, list[InputError]]:
    """area_ages.csv as area_code, sex, age_<lowest age>...: headings such as "Age: Aged 5 to 9 years" are understood.

    Raises InputError where the bands leave a gap or overlap.
    """
    import pandas as pd

    rows = read_rows(folder / AREA_AGES_FILE)
    code = _find(rows, "area_code", AREA_AGES_CODE)
    if code is None:
        raise _missing(rows, "area_code", AREA_AGES_CODE)
    sex = _find(rows, "sex", _one("Sex"))
    bands = sorted((band, at) for at, heading in enumerate(rows.header) if (band := _age_band(heading)))
    _check_bands(rows, [band for band, _ in bands])
    column = Column("count", "whole", "usual residents", low=0)
    problems, records = [], []
    for number, line in zip(rows.numbers, rows.cells, strict=True):
        record: dict[str, object] = {
            "area_code": line[code[0]],
            "sex": _age_cell("sex", line[sex[0]]) if sex else "persons",
        }
        if record["sex"] not in SEXES:
            problems.append(cell_error(rows.path, number, "Sex", "unknown code", record["sex"], ", ".join(SEXES)))
        for (low, _), at in bands:
            try:
                record[f"age_{low}"] = convert(line[at], column)
            except ValueError as error:
                heading = rows.header[at]
                problems.append(cell_error(rows.path, number, heading, str(error), line[at], column.expected))
        records.append(record)
    frame = pd.DataFrame(records, index=rows.numbers)
    return frame, problems + duplicate_problems(rows.path, frame, ("area_code", "sex"))


def _age_band(heading: str) -> tuple[int, int] | None:
    """Lowest and highest age of a heading; 999 where it is open.

    >>> _age_band("Age: Aged 5 to 9 years"), _age_band("Aged 85 years and over"), _age_band("Sex")
    ((5, 9), (85, 999), None)
    """
    text = re.sub(r"^(age: )?(aged )?", "", _plain(heading))
    if match := re.fullmatch(r"(\d+)(?: to |-)(\d+)(?: years)?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d+)(?: years?)? and under", text):
        return 0, int(match[1])
    if match := re.fullmatch(r"(\d+)(?:(?: years?)? and over|\+)", text):
        return int(match[1]), 999
    if match := re.fullmatch(r"(\d+)(?: years?)?", text):
        return int(match[1]), int(match[1])
    return None


def _check_bands(rows: Rows, bands: list[tuple[int, int]]) -> None:
    expected = 0
    for low, high in bands:
        if low != expected:
            raise InputError(
                f"the age bands {'overlap' if low < expected else 'leave a gap'}",
                key="row 1",
                file=shown_path(rows.path),
                value=f"band from {low}",
                allowed=f"a band from {expected}",
            )
        expected = high + 1
    if expected != 1000 or 16 not in [low for low, _ in bands]:
        raise InputError(
            "the age bands cannot be used",
            file=shown_path(rows.path),
            key="row 1",
            allowed="bands from 0 to an open one ('Aged 85 years and over'), one of them from 16",
        )
