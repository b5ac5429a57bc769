"""The files of a region folder and of the national tables, column by column.

`docs/adding-a-region.md` explains them; the reader, the builder and the checks all work from these declarations.
"""

import re

from model.region import (
    AGE_BANDS,
    BUSINESS_SIZES,
    CENSUS_AGE_COLUMNS,
    DISABILITY_COLUMNS,
    EMPLOYMENT_COLUMNS,
    QUALIFICATION_COLUMNS,
    SECTORS,
    SIZE_BANDS,
    SIZE_COLUMNS,
    TENURE_COLUMNS,
)
from model.setting import KINDS
from model.technologies import TECHNOLOGIES
from scenarios.tables import Column, Table

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
SEXES = ("female", "male", "persons")
EDITIONS = ("census-2021", "census-2022", "mid-2022", "mid-2024")
STATUSES = ("measured", "derived", "assumed")
USES = ("never", "lapsed", "recent")
BUSINESS_AREAS = ("uk", "east", "scotland", "south_west", "west_midlands")
"""Areas whose enterprises are published by sector and size together; a region's `business_area` is one of them."""
FIRM_MEASURES = ("enterprises", "local_units")
FIRM_GROUPS = {"sector": SECTORS, "size": BUSINESS_SIZES}
RATE_MEASURES = ("birth_rate_pct", "death_rate_pct", "active_enterprises")
OLDEST_AGE = 90
"""The last single year of age; it stands for 90 and over."""

AGE_FAMILY = re.compile(r"age_\d{1,2}")
"""Columns of age_detail.csv: the lowest age of a band, which ends before the next column's."""

OPTIONAL_GROUPS = {
    "household_size": SIZE_COLUMNS,
    "qualification": QUALIFICATION_COLUMNS,
    "employment": EMPLOYMENT_COLUMNS,
}
"""What a publisher may not give by small area: blank columns, with the figures used instead in fallbacks.csv."""

PARTS = (
    ("age", CENSUS_AGE_COLUMNS, "population"),
    ("sex", ("female", "male"), "population"),
    ("disability", DISABILITY_COLUMNS, "population"),
    ("tenure", TENURE_COLUMNS, "households"),
    ("household_size", SIZE_COLUMNS, "households"),
    ("qualification", QUALIFICATION_COLUMNS, "adults"),
    ("employment", EMPLOYMENT_COLUMNS, "adults"),
)
"""Groups of columns and the column they add up to, within disclosure control; adults = population less age_0_15."""


def _count(name: str, meaning: str, blank: bool = False) -> Column:
    return Column(name, "whole", meaning, blank=blank, low=0)


def _counts(names: tuple[str, ...], noun: str, blank: bool = False) -> tuple[Column, ...]:
    return tuple(_count(name, f"{noun}: {name.replace('_', ' ')}", blank) for name in names)


def _percent(name: str, meaning: str, blank: bool = False) -> Column:
    return Column(name, "number", meaning, blank=blank, low=0, high=100)


def _source() -> Column:
    return Column("source_id", "text", "source, in sources.csv of the same folder")


_LATITUDE = Column("latitude", "number", "degrees north, WGS84", low=49.0, high=61.0)
_LONGITUDE = Column("longitude", "number", "degrees east, WGS84", low=-9.0, high=2.0)
_AUTHORITY_CODE = Column("authority_code", "text", "official code of the local authority")
_STATUS = Column("status", "text", "how far the figure is known", choices=STATUSES)

AUTHORITIES = Table(
    "authorities.csv",
    (
        _AUTHORITY_CODE,
        Column("authority_name", "text", "name"),
        _count("population", "usual residents at Census date, sum of its small areas"),
        Column("income_gbp_per_head", "number", "gross disposable household income per head, pounds a year", low=0),
        Column("weekly_pay_gbp", "number", "gross median weekly pay, pounds", low=0),
        _percent("employment_rate_pct", "employment rate, ages 16-64"),
        _percent("no_qualifications_pct", "no qualifications, ages 16-64", blank=True),
        _percent("level3_plus_pct", "Level 3 or above, ages 16-64", blank=True),
        _percent("gigabit_pct", "premises with gigabit-capable broadband"),
        Column("remarks", "text", "what the publisher says of a figure", blank=True),
    ),
    key=("authority_code",),
)

AREAS = Table(
    "areas.csv",
    (
        Column("area_code", "text", "official code of the small area"),
        Column("area_name", "text", "name"),
        _AUTHORITY_CODE,
        Column("parent_code", "text", "official code of the area it lies in (MSOA or intermediate zone)"),
        _LATITUDE,
        _LONGITUDE,
        Column("deprivation_decile", "whole", "tenth of its own nation, 1 = most deprived", low=1, high=10),
        Column("rural", "whole", "1 rural, 0 urban", low=0, high=1),
        _count("population", "usual residents"),
        _count("households", "households"),
        *_counts(CENSUS_AGE_COLUMNS, "usual residents"),
        *_counts(("female", "male"), "usual residents", blank=True),
        *_counts(DISABILITY_COLUMNS, "usual residents", blank=True),
        *_counts(SIZE_COLUMNS, "households by persons", blank=True),
        *_counts(TENURE_COLUMNS, "households"),
        *_counts(QUALIFICATION_COLUMNS, "usual residents aged 16 and over", blank=True),
        *_counts(EMPLOYMENT_COLUMNS, "usual residents aged 16 and over", blank=True),
        _count("income_deprived", "persons in income-deprived households"),
    ),
    key=("area_code",),
)

AGES = Table(
    "ages.csv",
    (
        _AUTHORITY_CODE,
        Column("edition", "text", "census or mid-year estimate", choices=EDITIONS),
        Column("sex", "text", "sex", choices=SEXES),
        Column("age", "whole", "age last birthday; 90 = 90 and over", low=0, high=OLDEST_AGE),
        _count("count", "usual residents"),
    ),
    key=("authority_code", "edition", "sex", "age"),
)

AGE_DETAIL = Table(
    "age_detail.csv",
    (
        Column("area_code", "text", "a small area, or the area it lies in where that is the finest published"),
        Column("sex", "text", "sex", choices=SEXES),
    ),
    key=("area_code", "sex"),
    family=AGE_FAMILY,
    family_column=_count("age_<lowest age>", "usual residents"),
)

HUBS = Table(
    "hubs.csv",
    (
        Column("hub_id", "text", "identifier"),
        Column("name", "text", "name"),
        Column("kind", "text", "kind of hub", choices=KINDS),
        _AUTHORITY_CODE,
        Column("area_code", "text", "small area it lies in"),
        _LATITUDE,
        _LONGITUDE,
        Column("weekly_hours", "number", "hours open a week", low=0, high=168),
        Column("staffed_hours", "number", "of them with staff", low=0, high=168),
        Column("opened", "whole", "year opened; blank = not published", blank=True, low=1500, high=2100),
        Column("closed", "whole", "year closed; blank = still open", blank=True, low=1900, high=2100),
        Column("assumed", "text", "which of the values are assumed, and how", blank=True),
    ),
    key=("hub_id",),
)

FALLBACKS = Table(
    "fallbacks.csv",
    (
        _AUTHORITY_CODE,
        Column("table", "text", "what it stands in for", choices=(*OPTIONAL_GROUPS, "disability")),
        Column("group", "text", "whom it is about"),
        Column("category", "text", "which share or quantity"),
        Column("value", "number", "central value"),
        Column("unit", "text", "unit"),
        Column("low", "number", "low end of the range"),
        Column("high", "number", "high end of the range"),
        _STATUS,
        _source(),
        Column("note", "text", "where it comes from", blank=True),
    ),
    key=("authority_code", "table", "group", "category"),
)

SOURCES = Table(
    "sources.csv",
    (
        Column("source_id", "text", "identifier"),
        Column("publisher", "text", "publisher"),
        Column("title", "text", "title"),
        Column("edition", "text", "date or edition", blank=True),
        Column("url", "text", "address of the publication"),
        Column("licence", "text", "open licence"),
        Column("used_in", "text", "tables and columns it serves"),
        Column("note", "text", "how exact the copy is", blank=True),
    ),
    key=("source_id",),
)

_FIRM_COUNT_COLUMNS = (
    Column("measure", "text", "what is counted", choices=FIRM_MEASURES),
    Column("group", "text", "what the category tells apart", choices=tuple(FIRM_GROUPS)),
    Column("category", "text", "a sector, or a size by persons employed", choices=(*SECTORS, *BUSINESS_SIZES)),
    _count("count", "enterprises or local units in March 2024, rounded by the publisher"),
)
_FIRM_RATE_COLUMNS = (
    Column("year", "whole", "year", low=2000, high=2035),
    Column("measure", "text", "what was measured", choices=RATE_MEASURES),
    Column("value", "number", "percent of active enterprises, or enterprises", low=0),
)

FIRM_COUNTS = Table(
    "firm_counts.csv",
    (_AUTHORITY_CODE, *_FIRM_COUNT_COLUMNS),
    key=("authority_code", "measure", "group", "category"),
)

FIRM_RATES = Table("firm_rates.csv", (_AUTHORITY_CODE, *_FIRM_RATE_COLUMNS), key=("authority_code", "year", "measure"))

REGION_TABLES = (AUTHORITIES, AREAS, AGES, AGE_DETAIL, HUBS, FIRM_COUNTS, FIRM_RATES, SOURCES)
"""Tables every region folder has; fallbacks.csv is needed only where small areas have blank groups."""

_AGE_BAND = Column("age_band", "text", "age band", choices=AGE_BANDS)
_DISABILITY = Column("disability", "text", "Equality Act disabled", choices=("all", "yes", "no"))
_YEAR = Column("year", "whole", "year", low=2000, high=2035)
_THOUSANDS = Column("thousands", "number", "thousands of adults, UK", low=0)

_SECTOR = Column("sector", "text", "broad industry group", choices=SECTORS)
_LOW = Column("low", "number", "low end of the range")
_HIGH = Column("high", "number", "high end of the range")
_NOTE = Column("note", "text", "how it was derived", blank=True)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning, low=0, high=1)


FIRM_NATIONAL_TABLES = (
    Table("firm_counts_uk.csv", (*_FIRM_COUNT_COLUMNS, _STATUS, _source()), key=("measure", "group", "category")),
    Table("firm_rates_uk.csv", (*_FIRM_RATE_COLUMNS, _STATUS, _source()), key=("year", "measure")),
    Table(
        "firm_sector_size.csv",
        (
            Column("area", "text", "the UK, a nation or an English region", choices=BUSINESS_AREAS),
            _SECTOR,
            Column("size", "text", "persons employed", choices=BUSINESS_SIZES),
            _count("enterprises", "enterprises in March 2024, sums of cells rounded by the publisher"),
            _STATUS,
            _source(),
        ),
        key=("area", "sector", "size"),
    ),
    Table(
        "firm_index.csv",
        (_YEAR, _SECTOR, _count("enterprises", "enterprises of the UK in March"), _STATUS, _source()),
        key=("year", "sector"),
    ),
    Table(
        "firm_survival.csv",
        (
            Column("area", "text", "area", choices=BUSINESS_AREAS),
            Column("years", "whole", "years since birth", low=1, high=10),
            _percent("survival_pct", "newborn enterprises still active, mean of the published cohorts"),
            _percent("low", "lowest of the cohorts"),
            _percent("high", "highest of the cohorts"),
            _count("cohorts", "cohorts published"),
            _STATUS,
            _source(),
        ),
        key=("area", "years"),
    ),
    Table(
        "sectors.csv",
        (
            _SECTOR,
            Column("title", "text", "what it holds"),
            Column("gva_per_job_gbp", "number", "gross value added a job, pounds a year", low=0),
            Column("gva_low_gbp", "number", "low end of the range", low=0),
            Column("gva_high_gbp", "number", "high end of the range", low=0),
            _share("charity_share", "share of enterprises that are charities or other non-profit bodies"),
            _share("charity_low", "low end of the range"),
            _share("charity_high", "high end of the range"),
            Column("digital_tilt", "number", "log odds of adoption against the average job's sector"),
            Column("tilt_low", "number", "low end of the range"),
            Column("tilt_high", "number", "high end of the range"),
            _STATUS,
            _source(),
            _NOTE,
        ),
        key=("sector",),
    ),
    Table(
        "start_adoption.csv",
        (
            Column("technology", "text", "technology", choices=TECHNOLOGIES),
            Column("size", "text", "persons employed", choices=SIZE_BANDS),
            _percent("share_pct", "enterprises that use it in January 2013"),
            _percent("low", "low end of the range"),
            _percent("high", "high end of the range"),
            _STATUS,
            _source(),
            _NOTE,
        ),
        key=("technology", "size"),
    ),
)

NATIONAL_TABLES = (
    Table(
        "uk_adults.csv",
        (_YEAR, _AGE_BAND, _DISABILITY, _THOUSANDS, _source()),
        key=("year", "age_band", "disability"),
    ),
    Table(
        "start_use.csv",
        (_YEAR, _AGE_BAND, _DISABILITY, Column("use", "text", "use", choices=USES), _THOUSANDS, _source()),
        key=("year", "age_band", "disability", "use"),
    ),
    Table(
        "household_access.csv",
        (
            _YEAR,
            Column("group", "text", "households", choices=("all", "one adult 65+")),
            _percent("share_pct", "households with internet access"),
            _STATUS,
            _source(),
            Column("note", "text", "how it was derived", blank=True),
        ),
        key=("year", "group"),
    ),
    Table(
        "mortality.csv",
        (
            Column("nation", "text", "nation", choices=("UK", *NATIONS)),
            Column("sex", "text", "sex", choices=("female", "male", "persons")),
            Column(
                "parameter",
                "text",
                "of the hazard: ln m(age) = log_hazard_at_0 + slope_per_year age",
                choices=("log_hazard_at_0", "slope_per_year", "disability_hazard_ratio"),
            ),
            Column("value", "number", "central value"),
            Column("unit", "text", "unit"),
            Column("low", "number", "low end of the range"),
            Column("high", "number", "high end of the range"),
            _STATUS,
            _source(),
            Column("note", "text", "how it was derived", blank=True),
        ),
        key=("nation", "sex", "parameter"),
    ),
    Table(
        "education_by_age.csv",
        (
            _AGE_BAND,
            Column("education", "whole", "0 none or Level 1, 1 Level 2-3 or other, 2 Level 4 and over", low=0, high=2),
            _percent("share_pct", "share of the age band, England at Census 2021"),
            _percent("low", "low end of the range"),
            _percent("high", "high end of the range"),
            _STATUS,
            _source(),
        ),
        key=("age_band", "education"),
    ),
    *FIRM_NATIONAL_TABLES,
    SOURCES,
)
