"""The published figures that firms' adoption is fitted to, each with the technology, firms and month it covers.

A figure is here only if its question is the model's own definition of the technology:

website. "Has a website", asked of firms of 10 and over. The largest firms (1,000 and over) are no band of the model.

ecommerce. Orders taken on a website, which is why the model makes the website its prerequisite. Electronic data
interchange is left out: it needs no website. Orders from UK customers stand for all orders, since hardly any firm sells
abroad and not at home.

cloud. Software, storage or computing that runs on somebody else's computers, paid for (10 and over) or not (1-9). The
two surveys differ: firms under 10 say they use it a little more often than larger ones do, which no model of size
reproduces. Both are targets, and the difference belongs to the discrepancy of the fit.

business_software. Web-based accounting, the one dated series; the model's technology also holds customer and resource
software, so it is a lower bound by little, since nearly every firm keeps books.

ai. "Uses at least one kind of artificial intelligence" of one survey in every edition; shares of 2023 are derived from
the change published a year later. Other surveys ask about lists of uses or about plans.

cyber_essentials. Organisations certified within twelve months, the life of a certificate, over all UK enterprises. Some
organisations are no enterprises, so the share is a little too high.

Yearly surveys are dated to June (`period_month`).
"""

from __future__ import annotations

from calibration.evidence_reader import load, without_values
from calibration.targets.survey_error import observed_log_odds, share_error, survey_error
from calibration.targets.target import (
    NORMAL,
    Extract,
    Row,
    Target,
    figure_key,
    period_month,
    require_known,
    years_since_start,
)
from model.calendar import month_label
from model.region import SIZE_BANDS
from scenarios.regions_io import load_national

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
    "<50": SIZE_BANDS[:2],
    "10+": SIZE_BANDS[1:],
    "10-49": SIZE_BANDS[1:2],
    "50-249": SIZE_BANDS[2:3],
    "250+": SIZE_BANDS[3:],
}
"""Size bands each published size covers, in enterprises: their shares are weighted by the enterprises in each."""

RULE_OF = {
    "website_orders_from_uk": "orders from UK customers stand for all orders on a website",
    "web_based_accounting": "web-based accounting stands for business software",
}
"""What a measure stands for, where it is not the technology itself."""


def firm_targets() -> list[Target]:
    """Targets of firms' adoption, by technology, month and size. InputError for a row that no mapping covers."""
    rows = load("firm_adoption", purpose="fit").query("role == 'fit'")
    targets = [firm_target(row) for row in rows.to_dict("records")]
    return sorted(targets, key=lambda target: (target.extract.part, target.extract.month, target.group))


def later_extracts() -> list[Extract]:
    """What a run is read for beside the held-out figures that have a place in the model; knows no value of theirs."""
    rows = without_values("firm_adoption", "holdout").to_dict("records")
    extracts = {extract.id: extract for extract in (firm_extract(row) for row in rows if has_place(row))}
    return list(extracts.values())


def has_place(row: Row) -> bool:
    """Whether a published figure is a share that the model has, of the UK's firms of a size that it has."""
    size, _, _ = row["group"].partition(" x ")
    is_share = row["unit"].startswith("percent") and row["area"] == "United Kingdom"
    return is_share and row["measure"] in TECHNOLOGY_OF and size in SIZES_OF


def firm_extract(row: Row) -> Extract:
    """Users of the figure's technology among firms of its sizes, in its month."""
    size, _, _ = row["group"].partition(" x ")
    technology, bands, month = TECHNOLOGY_OF[row["measure"]], SIZES_OF[size], period_month(row["year"], row["period"])
    where = () if bands == SIZE_BANDS else (("size_band", bands),)
    return Extract(f"{technology}/{size}/{month_label(month)}", month, where, (f"adopters_{technology}",), ("firms",))


def firm_target(row: Row) -> Target:
    """A published share and what a run is read for beside it. InputError for a row that no mapping covers."""
    size, _, _ = row["group"].partition(" x ")
    require_known(row, row["measure"], TECHNOLOGY_OF)
    require_known(row, size, SIZES_OF)
    extract, technology = firm_extract(row), TECHNOLOGY_OF[row["measure"]]
    share, error = _share(row), survey_error(row["source_id"], row["group"])
    return Target(
        extract.id, "firms", "firm_adoption", row["block"], row["source_id"], row["year"], size, row["measure"],
        100.0 * share, "% of firms", extract, None, _conform(row), observed_log_odds(share, error.size),
        share_error(share, error), NORMAL, f"{technology} {size}", technology,
        years_since_start(extract.month), (figure_key(row),),
    )  # fmt: skip


def _conform(row: Row) -> str:
    if row["unit"] == "count":
        return "stock over twelve months; organisations over all UK enterprises of the year"
    size, _, sector = row["group"].partition(" x ")
    rules = ["stock; every enterprise counts once"]
    rules += [RULE_OF[row["measure"]]] if row["measure"] in RULE_OF else []
    rules += ["firms of 1 to 9 stand for all under 10"] if size == "1-9" else []
    rules += ["the financial sector is left out of the published share"] if sector else []
    return "; ".join(rules)


def _share(row: Row) -> float:
    """Share, 0 to 1, as published; a number of organisations over the UK's enterprises of its year."""
    if row["unit"] != "count":
        return float(row["value"]) / 100.0
    stock = load_national()["firm_index"]
    return float(row["value"]) / float(stock.loc[stock["year"] == row["year"], "enterprises"].sum())
