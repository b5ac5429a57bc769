"""What the model reads of a region: published margins, as tables; no behaviour, no files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

AGE_BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
"""Adult age bands of the national survey tables."""

CENSUS_AGE_COLUMNS = ("age_0_15", "age_16_24", "age_25_34", "age_35_49", "age_50_64", "age_65_plus")
DISABILITY_COLUMNS = ("disabled_a_lot", "disabled_a_little", "not_disabled")
SIZE_COLUMNS = ("size_1", "size_2", "size_3", "size_4", "size_5", "size_6", "size_7", "size_8_plus")
TENURE_COLUMNS = ("tenure_owned", "tenure_social", "tenure_private")
QUALIFICATION_COLUMNS = (
    "qualification_none",
    "qualification_level1",
    "qualification_level2",
    "qualification_apprenticeship",
    "qualification_level3",
    "qualification_level4_plus",
    "qualification_other",
)
EMPLOYMENT_COLUMNS = ("employed", "not_employed")

SIZE_BANDS = ("0-9", "10-49", "50-249", "250+")
"""Size of an enterprise by persons employed, working proprietors included."""
SIZE_BAND_STARTS = (1, 10, 50, 250)
"""Fewest persons employed in each size band."""
BUSINESS_SIZES = ("0-4", "5-9", "10-19", "20-49", "50-99", "100-249", "250+")
"""Size bands of the published business counts; the first two make the first of SIZE_BANDS, and so on in pairs."""
SECTORS = (
    "agriculture", "production", "construction", "motor_trades", "wholesale", "retail", "transport",
    "accommodation_food", "information_communication", "finance", "property", "professional", "business_support",
    "public_administration", "education", "health", "arts_other",
)  # fmt: skip
"""Broad industry groups of the UK business tables, in their order; a sector's number is its place here."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A region's published margins; `scenarios.regions_io.load_region` reads and checks it.

    Counts are persons or households at Census date unless a column says otherwise. A blank is NaN and stands only
    where the publisher gives no figure; `fallbacks` says what serves in its place.

    authorities: row order is the authority index. authority_code, authority_name, population, income_gbp_per_head
        (gross disposable household income, 2023), weekly_pay_gbp, employment_rate_pct, no_qualifications_pct,
        level3_plus_pct (aged 16-64), gigabit_pct (of premises), remarks.
    areas: row order is the area index, sorted by authority and code. area_code, area_name, authority_code,
        parent_code, latitude, longitude (degrees, WGS84), deprivation_decile (1 = most deprived tenth of its own
        nation), rural (0 or 1), population, households, the column groups named above, female, male, and
        income_deprived (persons).
    ages: authority_code, edition ("census-2021", "census-2022", "mid-2022", "mid-2024"), sex ("female", "male",
        "persons"), age (0..90; 90 = 90 and over), count.
    age_detail: area_code (a small area, or the parent area where that is the finest published), sex, age_low (lowest
        age of the band; it ends before the next one, the last is open), count.
    hubs: hub_id, name, kind, authority_code, area_code, latitude, longitude, weekly_hours, staffed_hours, opened,
        closed (years; NaN = not published, still open), assumed (which of the values are assumed; empty if none).
    fallbacks: authority_code, table, group, category, value, unit, low, high, status, source_id, note: figures that
        stand in for blanks; no rows where there is nothing to stand in for.
    business_area: row group of the national table firm_sector_size that holds for the region ("uk", "south_west", ...).
    firm_counts: authority_code, measure ("enterprises", "local_units"), group ("sector", "size"), category (one of
        SECTORS or BUSINESS_SIZES), count (March 2024, rounded to 5 by the publisher).
    firm_rates: authority_code, year, measure ("birth_rate_pct", "death_rate_pct": of active enterprises;
        "active_enterprises"), value.
    national: scenarios/national tables by name, the same for every region.
    fingerprint: hash of every table's content.
    """

    name: str
    title: str
    nation: str
    census_month: int
    authorities: pd.DataFrame
    areas: pd.DataFrame
    ages: pd.DataFrame
    age_detail: pd.DataFrame
    hubs: pd.DataFrame
    fallbacks: pd.DataFrame
    business_area: str
    firm_counts: pd.DataFrame
    firm_rates: pd.DataFrame
    national: dict[str, pd.DataFrame]
    fingerprint: str

    @property
    def population(self) -> int:
        """Usual residents at Census date, as published for the small areas."""
        return int(self.areas["population"].sum())
