"""From an Appraisal to tables: lines, years, switching values, cost of each, from gross to net, multipliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from viz import words
from viz.picture import Table
from viz.picture_parts import NOTHING, csv_of, inside_sentence, without_empty

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal

POUNDS, PERCENT = words.unit_of("GBP"), words.unit_of("%")
THOUSANDS = words.Unit()
NOT_MEASURABLE = "; no net effect can be told from none, so the benefits are not findings"
MOST_TIMES = 10.0
"""By what a line may be multiplied to be worth naming"""


def switching_sentence(appraisal: Appraisal) -> str:
    """The single line whose being wrong would turn the answer soonest; empty where none can."""
    rows = appraisal.switching.dropna(subset=["multiple"])
    rows = rows[~rows["item"].isin(["benefits", "costs"])]
    if rows.empty:
        return ""
    row = rows.iloc[int(rows["change_percent"].abs().to_numpy().argmin())]
    if row["multiple"] > MOST_TIMES:
        return "No single line, even at ten times its size, would make benefits and costs equal."
    return (
        f"Benefits and costs would be equal if “{row['title']}” were {row['multiple']:.2g} times what is counted here."
    )


def counted_sentence(appraisal: Appraisal) -> str:
    """The net present value without multipliers; empty where nothing is measurable or no multiplier counts."""
    found = {row["measure"]: row for row in appraisal.result.to_dict("records")}
    counted = found["npv_counted_gbp"]
    if not appraisal.measurable or counted["value"] == found["npv_gbp"]["value"]:
        return ""
    interval = words.between(counted["low"], counted["high"], POUNDS)
    return (
        f"Without multipliers, which are not findings of the model, it is net {words.number(counted['value'], POUNDS)} "
        f"(90% interval {interval})."
    )


def switching_table(appraisal: Appraisal) -> Table:
    """By how much each line may be wrong before the answer turns; no rows where nothing is measurable."""
    rows = [
        [str(row["title"]), words.number(row["present_value_gbp"], POUNDS), _multiple(row["multiple"])]
        for row in appraisal.switching.to_dict("records")
    ]
    headers = ("Line", "Present value", "Times this to break even")
    return Table("Switching values: what would make benefits equal costs", headers, rows, csv_of(appraisal.switching))


def unit_cost_table(appraisal: Appraisal) -> Table:
    """What each additional person and adoption costs."""
    rows = [
        [f"Each {row['what']}", words.number(row["value"], POUNDS), words.between(row["low"], row["high"], POUNDS)]
        for row in appraisal.unit_costs.dropna(subset=["value"]).to_dict("records")
    ]
    return Table(
        "Cost of each, spend not discounted", ("What", "Cost", "90% interval"), rows, csv_of(appraisal.unit_costs)
    )


def ladder_table(appraisal: Appraisal) -> Table:
    """From those helped who have what is counted, to what is additional, for every indicator."""
    count = words.unit_of("people")
    rows = [
        [
            words.INDICATORS[row["indicator"]],
            words.number(row["gross"], count),
            words.number(100 * row["deadweight_share"], PERCENT, 0),
            words.number(row["spillover"], count),
            words.number(peers, count) if (peers := row["spillover_without_peers"]) == peers else NOTHING,
            words.number(row["displacement"], count),
            words.change(row["net"], count).removesuffix(" people"),
            words.between(row["net_low"], row["net_high"], count),
        ]
        for row in appraisal.gross_to_net.to_dict("records")
    ]
    headers = (
        "What",
        "Helped, and have it",
        "Would anyway",
        "Others who gain",
        "Others, with no peer effect",
        "Lose it",
        "Net",
        "90% interval of the net",
    )
    return Table("From gross to net: gross less deadweight, plus others, less losses", *without_empty(headers, rows),
                 csv_of(appraisal.gross_to_net))  # fmt: skip


def multiplier_table(appraisal: Appraisal) -> Table:
    """Every multiplier in the last year, with what it multiplies and its status."""
    found = appraisal.multipliers
    found = found[found["year"] == found["year"].max()]
    rows = [
        [str(row["title"]), words.significant(row["value"]), _between(row["low"], row["high"]), str(row["unit"]), str(row["quantity"]),
         str(row["status"])] for row in found.to_dict("records")
    ]  # fmt: skip
    year = f", {found['year'].iloc[0]}" if len(found) else ""
    headers = ("Multiplier", "Value", "90% interval", "Ratio", "Applied to", "Status")
    return Table(
        f"Multipliers{year}: not findings of the model", headers, rows, csv_of(appraisal.multipliers), is_text=True
    )


def lines_table(appraisal: Appraisal, csv: str) -> Table:
    """Every benefit and cost: who, how much, how sure, counted by what, and with which status."""
    headers = ("Line", "To or by", "Undiscounted", "Present value", "90% interval", "Weighted", "Counted by", "Status")
    rows = []
    for row in appraisal.lines.to_dict("records"):
        how = "multiplier" if row["measured_by"] == "multiplier" else "twins"
        rows.append([str(row["title"]), words.PARTIES[row["to"]], *_money(row), how, status_of(row["assumed_share"])])
    for row in appraisal.costs.to_dict("records"):
        rows.append([f"Cost: {inside_sentence(row['title'])}", words.PARTIES[row["payer"]], *_money(row), "twins",
                     _cost_status(row["item"])])  # fmt: skip
    caption = "Benefits and costs, line by line" + ("" if appraisal.measurable else NOT_MEASURABLE)
    return Table(caption, *without_empty(headers, rows), csv)


def years_table(appraisal: Appraisal) -> Table:
    """One row a line, one column a year, in £ thousand."""
    titles = dict(zip(appraisal.lines["line"], appraisal.lines["title"], strict=True))
    titles |= {item: f"Cost: {inside_sentence(title)}" for item, title in
               zip(appraisal.costs["item"], appraisal.costs["title"], strict=True)}  # fmt: skip
    table = appraisal.by_year.pivot_table("value_gbp", "item", "year", aggfunc="sum").fillna(0.0)
    rows = [
        [title, *(words.number(value, THOUSANDS) for value in table.loc[item].to_numpy() / 1000.0)]
        for item, title in titles.items()
        if item in table.index
    ]
    headers = ("Line, £ thousand", *(str(year) for year in table.columns))
    caption = "Benefits and costs by line and year, not discounted" + ("" if appraisal.measurable else NOT_MEASURABLE)
    return Table(caption, headers, rows, csv_of(appraisal.by_year))


def status_of(assumed_share: float) -> str:
    """Of the numbers that turn a line into pounds."""
    return {0.0: "measured", 1.0: "assumed"}.get(assumed_share, f"{100 * assumed_share:.0f}% assumed")


def _money(row: Mapping[Any, Any]) -> list[str]:
    value, low, high, plain, weighted = (
        row[name] for name in ("value_gbp", "low", "high", "undiscounted_gbp", "weighted_gbp")
    )
    written = [words.number(plain, POUNDS), words.number(value, POUNDS), words.between(low, high, POUNDS)]
    return [*written, words.number(weighted, POUNDS) if weighted == weighted else NOTHING]


def _cost_status(item_id: str) -> str:
    """Of the unit values that a cost is multiplied by; spending itself follows from the programmes' own numbers."""
    from experiments.appraisal import assumed_share
    from experiments.appraisal_items import COSTS

    item = next(item for item in COSTS if item.id == item_id)
    if not item.by:
        return "see programmes"
    return status_of(assumed_share(item))


def _multiple(value: float) -> str:
    if value != value:
        return "no size of it alone"
    return f"{value:,.2f}" if value <= MOST_TIMES else f"more than {MOST_TIMES:.0f}"


def _between(low: float, high: float) -> str:
    return f"{words.significant(low)} to {words.significant(high)}" if low == low else "one run, no interval"
