"""The published figures that firms' adoption is fitted to, each with the technology, firms and month it covers.

A figure is here only if its question is the model's own definition of the technology:

website. "Has a website", asked of firms of 10 and over. The largest firms (1,000 and over) are no band of the model.

ecommerce. Orders taken on a website, which is why the model makes the website its prerequisite. Electronic data
interchange is left out: it needs no website. Orders from UK customers stand for all orders, since hardly any firm sells
abroad and not at home.

cloud. Software, storage or computing that runs on somebody else's computers, paid for (10 and over) or not (1-9). The two
surveys differ: firms under 10 say they use it a little more often than larger ones do, which no model of size reproduces.
Both are targets, and the difference belongs to the discrepancy of the fit.

business_software. Web-based accounting, the one dated series; the model's technology also holds customer and resource
software, so it is a lower bound by little, since nearly every firm keeps books.

ai. "Uses at least one kind of artificial intelligence" of one survey in every edition; shares of 2023 are derived from
the change published a year later. Other surveys ask about lists of uses or about plans.

cyber_essentials. Organisations certified within twelve months, the life of a certificate, over all UK enterprises. Some
organisations are no enterprises, so the share is a little too high.

Yearly surveys are dated to June, as their fieldwork is not published with them; half a year more or less is within what
the fit allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.evidence_reader import load
from calibration.roles import TARGETS
from model.calendar import month_index
from model.errors import InputError
from model.region import SIZE_BANDS
from scenarios.regions_io import load_national
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

TECHNOLOGY_OF = {
    "website": "website",
    "website_sales": "ecommerce",
    "website_orders_from_uk": "ecommerce",
    "cloud_computing": "cloud",
    "cloud_computing_purchased": "cloud",
    "web_based_accounting": "business_software",
    "ai_any": "ai",
    "cyber_essentials_certified_organisations": "cyber_essentials",
}
"""The model's technology of each published measure."""

SIZES_OF = {
    "all": SIZE_BANDS,
    "0-9": SIZE_BANDS[:1],
    # Firms without employees are in the model's first band and not in this one; they are taken to be like the rest.
    "1-9": SIZE_BANDS[:1],
    "10+": SIZE_BANDS[1:],
    "10-49": SIZE_BANDS[1:2],
    "50-249": SIZE_BANDS[2:3],
    "250+": SIZE_BANDS[3:],
}
"""Size bands each published size covers, in enterprises: their shares are weighted by the enterprises in each."""

SURVEY_MONTH = "06"


@dataclass(frozen=True, slots=True)
class FirmFitPoint:
    """A published share of enterprises that use a technology: percent of those in the size bands, in a month."""

    technology: str
    sizes: tuple[str, ...]
    month: int
    share_pct: float
    measure: str
    source_id: str


def firm_fit_points() -> list[FirmFitPoint]:
    """The targets of firms' adoption, by technology, month and size. InputError for a row that no mapping covers."""
    rows = load("firm_adoption", purpose="fit")
    rows = rows[rows["role"] == "fit"]
    points = [_point(row) for _, row in rows.iterrows()]
    return sorted(points, key=lambda point: (point.technology, point.month, SIZE_BANDS.index(point.sizes[0])))


def _point(row: pd.Series) -> FirmFitPoint:
    size, _, _ = row["group"].partition(" x ")
    for value, known in ((row["measure"], TECHNOLOGY_OF), (size, SIZES_OF)):
        if value not in known:
            raise InputError(
                "a target of firms has no place in the model", file=shown_path(TARGETS), key=f"block {row['block']}",
                value=value, allowed=known,
            )  # fmt: skip
    return FirmFitPoint(
        TECHNOLOGY_OF[row["measure"]], SIZES_OF[size], _month(row), _share_pct(row), row["measure"], row["source_id"]
    )


def _month(row: pd.Series) -> int:
    """The last month a period names, or June of the year."""
    label = str(row["period"])[-7:]
    return month_index(label if label.startswith(f"{row['year']}-") else f"{row['year']}-{SURVEY_MONTH}")


def _share_pct(row: pd.Series) -> float:
    """A share as published; a number of organisations over the UK's enterprises of its year."""
    if row["unit"] != "count":
        return float(row["value"])
    stock = load_national()["firm_index"]
    return 100.0 * float(row["value"]) / float(stock.loc[stock["year"] == row["year"], "enterprises"].sum())
