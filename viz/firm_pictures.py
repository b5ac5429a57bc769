"""From a Comparison to pictures of firms: what firms take up because of a plan, and at whose cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.firm_outcomes import FIRM_VALUES
from viz import words
from viz.picture import RANGES, IntervalChart, LegendItem, LineChart, Picture, Table
from viz.picture_parts import (
    RANGE_HEADERS,
    cells_of,
    csv_of,
    first_change,
    inside_sentence,
    interval_of,
    line_legend,
    ranges,
    series_of,
    source_line,
    title_of,
    with_no_peers,
    yearly_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison

ADOPTIONS, SHARE, JOBS = words.unit_of("adoptions"), words.unit_of("% of firms"), words.unit_of("jobs")
MILLIONS = words.unit_of("GBP million")
DOTS = (
    "The dot is the best estimate. The thin line is the full 90% interval; the thick bar is luck alone. "
    "A line that crosses zero means: no measurable difference."
)


def shows_firms(comparison: Comparison, plan: str) -> bool:
    """Whether there is something to tell of firms: the plan has programmes for them, or changes them measurably."""
    if not comparison.firms.present:
        return False
    net = comparison.firms.twin_band(plan, "net")
    return "firms" in comparison.audiences(plan) or net.low > 0 or net.high < 0


def leading_technology(comparison: Comparison, plan: str) -> str:
    """The technology of which the plan brings about most."""
    rows = comparison.firms.additional_by_technology(plan)
    return str(rows["technology"].astype(str).iloc[int(rows["mean"].argmax())])


def added(comparison: Comparison, plan: str) -> Picture:
    """How many more technologies firms use because of the plan, each December."""
    import pandas as pd

    chosen = series_of(comparison)[plan]
    table = comparison.tables["firm_twins"]
    periods = sorted(period for period in table["period"].astype(str).unique() if period.endswith("-12"))
    rows = pd.DataFrame(
        {"scenario": plan, "period": period} | ranges(comparison.firms.twin_band(plan, "net", at=period))
        for period in periods
    )
    rows = rows.iloc[first_change(rows) :].reset_index(drop=True)
    end = rows.iloc[-1]
    at = words.month_name(str(end["period"]))
    if end["low"] <= 0 <= end["high"]:
        title = f"Firms: no measurable difference in {at}, as the interval includes zero"
    else:
        more = "more" if end["mean"] > 0 else "fewer"
        count = words.number(abs(end["mean"]), ADOPTIONS)
        title = f"{count} {more} adoptions by firms in {at} because of {chosen.title}"
    base_title = title_of(comparison, comparison.base)
    return Picture(
        key="firms-added",
        title=title,
        unit=f"Technologies in use at firms each December with {chosen.title}, minus those with {base_title}",
        alt=f"Line chart from December {rows['period'].iloc[0][:4]}. {title}. Interval: {interval_of(end, ADOPTIONS)}.",
        note="Each firm is followed twice with the same luck, with and without the plan. Only firms that are open both "
        "times count.",
        source=source_line(comparison),
        legend=line_legend((chosen,)),
        chart=LineChart(rows, (chosen,), ADOPTIONS, from_zero=True),
        table=yearly_table(rows, (chosen,), ADOPTIONS, f"Extra adoptions because of {chosen.title}", words.change),
    )


def by_technology(comparison: Comparison, plan: str) -> Picture:
    """Extra adoptions of each technology in the last December, with shares of firms and deadweight in the table."""
    firms, chosen, at = comparison.firms, series_of(comparison)[plan], comparison.last_period
    rows = firms.additional_by_technology(plan, at).astype({"technology": str})
    order = {name: place for place, name in enumerate(words.TECHNOLOGIES)}
    rows = rows.sort_values("technology", key=lambda names: names.map(order)).reset_index(drop=True)
    rows["label"] = rows["technology"].map(words.TECHNOLOGIES)
    rows["deadweight"] = [firms.deadweight(plan, name).value for name in rows["technology"]]
    bands = [firms.bands(f"adopted_{name}").set_index(["scenario", "period"])["mean"] for name in rows["technology"]]
    for name, column in ((comparison.base, "base"), (plan, "plan")):
        rows[column] = [means[(name, at)] for means in bands]
    top = rows.iloc[int(rows["mean"].argmax())]
    when = words.month_name(at)
    if top["low"] <= 0 or top["mean"] <= 0:
        title = "No technology shows a measurable gain"
    else:
        title = f"The largest gain is {words.number(top['mean'], ADOPTIONS)} firms, “{top['label']}”"
    headers = ("Technology", "Extra adoptions", *RANGE_HEADERS, f"Firms using it, {title_of(comparison, comparison.base)}",
               f"Firms using it, {chosen.title}", "Helped firms’ part that would have come anyway")  # fmt: skip
    cells = [
        [
            *cells_of(row, ADOPTIONS, words.change),
            words.number(row["base"], SHARE),
            words.number(row["plan"], SHARE),
            words.number(100 * row["deadweight"], SHARE, 0)
            if row["deadweight"] == row["deadweight"]
            else "none taken up",
        ]
        for row in rows.to_dict("records")
    ]
    return Picture(
        key="firms-technology",
        title=title,
        unit=f"Extra adoptions in {when} because of {chosen.title}",
        alt=f"Chart of dots with ranges, one row a technology. {title}. Interval: {interval_of(top, ADOPTIONS)}.",
        note=DOTS,
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, ADOPTIONS, chosen.colour),
        table=Table(f"Extra adoptions in {when}, by technology", headers, cells, csv_of(rows)),
    )


def adoption(comparison: Comparison, plan: str, technology: str) -> Picture:
    """The share of firms that use a technology, month by month, under both scenarios."""
    series = series_of(comparison)
    base, chosen = series[comparison.base], series[plan]
    bands = comparison.firms.bands(f"adopted_{technology}").astype({"period": str, "scenario": str})
    bands = bands[bands["scenario"].isin([base.name, chosen.name])]
    last = bands[bands["period"] == bands["period"].max()].set_index("scenario")
    at, name = words.month_name(str(bands["period"].max())), words.TECHNOLOGIES[technology]
    base_end, plan_end = (words.number(last.loc[s.name, "mean"], SHARE) for s in (base, chosen))
    title = f"{name}: {plan_end} of firms in {at} with {chosen.title}, {base_end} with {base.title}"
    if plan_end == base_end:
        title = f"{name}: {plan_end} of firms in {at} with {chosen.title}, and as many with {base.title}"
    return Picture(
        key=f"firms-{technology}",
        title=title,
        unit=f"Firms using it, % of all firms ({name.lower() if name != 'Cyber Essentials certificate' else name})",
        alt=f"Line chart from {words.month_name(bands['period'].min())}. {title}. "
        f"Interval for {chosen.title}: {interval_of(last.loc[chosen.name], SHARE)}.",
        note="The pale band shows how far the answer moves when luck and the things we are unsure of both change. "
        "The darker band is luck alone.",
        source=source_line(comparison),
        legend=line_legend((base, chosen)),
        chart=LineChart(bands, (base, chosen), SHARE),
        table=yearly_table(bands, (base, chosen), SHARE, f"{name}, % of firms, {comparison.region_title}"),
    )


def adoption_by_size(comparison: Comparison, plan: str, technology: str) -> Picture:
    """The share of firms of each size that use a technology in the last December, under both scenarios."""
    series = series_of(comparison)
    base, chosen = series[comparison.base], series[plan]
    at, name = comparison.last_period, words.TECHNOLOGIES[technology]
    found = comparison.firms.differences(f"adopted_{technology}", at, "size_band")
    rows = _in_order(found[found["plan"] == plan], "size_band", {})
    chance = {
        band: comparison.firms.bands(f"adopted_{technology}", "size_band", band).set_index(["scenario", "period"])
        for band in rows["group"]
    }
    levels = {column: [chance[band].loc[(plan, at), column] for band in rows["group"]] for column in ("mean", *RANGES)}
    rows = rows.rename(columns={"base": "reference"}).drop(columns=["mean", *RANGES], errors="ignore").assign(**levels)
    small, large = rows["mean"].iloc[0], rows["mean"].iloc[-1]
    when = words.month_name(at)
    title = (
        f"{name}: {words.number(small, SHARE)} of the smallest firms and {words.number(large, SHARE)} of the largest "
        f"use it in {when} with {chosen.title}"
    )
    headers = ("Size of firm", chosen.title, *RANGE_HEADERS, base.title, "Difference", "90% interval of the difference")
    cells = [
        [
            *cells_of(row, SHARE, words.number),
            words.number(row["reference"], SHARE),
            words.change(row["difference"], SHARE, 2),
            words.between(row["difference_low"], row["difference_high"], words.unit_of("points")),
        ]
        for row in rows.to_dict("records")
    ]
    return Picture(
        key=f"firms-size-{technology}",
        title=title,
        unit=f"Firms using it in {when}, % of firms of each size",
        alt=f"Chart of dots with ranges, one row a size. {title}.",
        note=f"The dot is the share with {chosen.title}, with its intervals; the hollow mark is the share with {base.title}. "
        "Size is that of 2013, or of the year the firm was founded.",
        source=source_line(comparison),
        legend=(LegendItem(chosen.title, chosen.colour), LegendItem(base.title, base.colour)),
        chart=IntervalChart(rows, SHARE, chosen.colour),
        table=Table(f"{name} in {when}, % of firms of each size", headers, cells, csv_of(rows)),
    )


def who(comparison: Comparison, plan: str, by: str) -> Picture:
    """Extra adoptions in the last December, by a grouping of `words.FIRM_GROUPINGS`."""
    chosen, at = series_of(comparison)[plan], comparison.last_period
    names = comparison.authority_names if by == "authority" else {}
    rows = _in_order(comparison.firms.additional(plan, at=at, by=by), by, names)
    top = rows.iloc[int(rows["mean"].argmax())]
    grouping, when = words.FIRM_GROUPINGS[by], words.month_name(at)
    if top["low"] <= 0 or top["mean"] <= 0:
        title = f"{grouping}: no group of firms shows a measurable gain"
    else:
        title = f"{grouping}: the largest gain is {words.number(top['mean'], ADOPTIONS)} adoptions, “{top['label']}”"
    cells = [cells_of(row, ADOPTIONS, words.change) for row in rows.to_dict("records")]
    headers = (grouping, "Extra adoptions", *RANGE_HEADERS)
    return Picture(
        key="firms-who",
        title=title,
        unit=f"Extra adoptions in {when} because of {chosen.title}, all technologies",
        alt=f"Chart of dots with ranges, one row a group. {title}. Interval: {interval_of(top, ADOPTIONS)}.",
        note=DOTS,
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, ADOPTIONS, chosen.colour),
        table=Table(f"Extra adoptions in {when}, by {grouping.lower()}", headers, cells, csv_of(rows)),
    )


def helped(comparison: Comparison, plan: str) -> Picture:
    """From what helped firms took up to what they would not have: deadweight and spillover."""
    import pandas as pd

    from experiments.structures import without_peers

    firms, when = comparison.firms, words.month_name(comparison.last_period)
    answer = comparison.answer(plan).firms
    gross = answer.gross if answer else firms.twin_band(plan, "beneficiaries_in_state")
    steps = {
        "Taken up by helped firms since they had help": gross,
        "They would have taken up anyway (deadweight)": firms.twin_band(plan, "beneficiaries_in_state_both"),
        "At helped firms because of it": firms.twin_band(plan, "net_beneficiaries"),
        "At other firms because of it (spillover)": firms.twin_band(plan, "net_spillover"),
    }
    rows = pd.DataFrame({"label": label} | ranges(band) for label, band in steps.items())
    share = firms.deadweight(plan).value
    if share == share:
        title = f"Of every 100 adoptions by helped firms, {100 * share:.0f} would have come anyway"
    elif gross.value > 0:
        title = "Firms are helped on both sides: what would have come anyway cannot be told apart"
    else:
        title = f"Helped firms have taken up nothing by {when}"
    cells = [cells_of(row, ADOPTIONS, words.number) for row in rows.to_dict("records")]
    peers = without_peers(firms.twin_values(plan), "net_spillover")
    listed, cells = with_no_peers(rows, cells, peers, ADOPTIONS)
    headers = ("Step", "Adoptions", *RANGE_HEADERS)
    return Picture(
        key="firms-helped",
        title=title,
        unit=f"Adoptions in {when}; the first two are of the technologies that the help was about",
        alt=f"Chart of dots with ranges, four rows. {title}.",
        note=f"Deadweight: {inside_sentence(words.FIRM_GLOSSARY['Deadweight, firms'])}"
        + (f" Spillover: {peers.text()}." if peers else ""),
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, ADOPTIONS, series_of(comparison)[plan].colour),
        table=Table(f"From help to extra adoptions, {when}", headers, cells, csv_of(listed)),
    )


def displacement(comparison: Comparison, plan: str, effect: str) -> Picture:
    """What helped firms gain and the others lose, in "jobs" or in "gva"."""
    import pandas as pd

    found = comparison.firms.displacement(plan, effect)
    unit, size = (JOBS, 1.0) if effect == "jobs" else (MILLIONS, 1e-6)
    what = "jobs" if effect == "jobs" else "value added a year"
    parts = {"Firms that were helped": found.helped, "Other firms in the region": found.others, "All firms": found.net}
    rows = pd.DataFrame({"label": label} | ranges(band) for label, band in parts.items())
    rows[["mean", *RANGES]] *= size
    displaced, share = found.displaced, found.share.value
    when = words.month_name(comparison.last_period)
    lost = words.number(abs(displaced.value) * size, unit)
    if displaced.low <= 0 <= displaced.high or lost == words.number(0.0, unit):
        title = f"No measurable displacement of {what} within the region"
    elif displaced.value < 0:
        title = f"Other firms gain {what} ({lost}): none is displaced within the region"
    elif found.helped.low > 0 and share <= 1:
        pound, jobs = ("", " jobs") if effect == "jobs" else ("£", "")
        title = f"For every {pound}100{jobs} that helped firms gain, other firms lose {pound}{100 * share:.0f}"
    else:
        title = f"Other firms in the region lose {lost}{' jobs' if effect == 'jobs' else ' a year'}"
    cells = [cells_of(row, unit, words.change) for row in rows.to_dict("records")]
    return Picture(
        key=f"firms-{effect}",
        title=title,
        unit=f"Change in {what} in {when} because of {series_of(comparison)[plan].title}"
        + ("" if effect == "jobs" else ", £ million"),
        alt=f"Chart of dots with ranges, three rows. {title}.",
        note=f"Displacement: {inside_sentence(words.FIRM_GLOSSARY['Displacement'])}",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, unit, series_of(comparison)[plan].colour),
        table=Table(f"Change in {what}, {when}", ("Firms", "Change", *RANGE_HEADERS), cells, csv_of(rows)),
    )


def _in_order(rows: pd.DataFrame, by: str, names: dict[str, str]) -> pd.DataFrame:
    """Groups in their own order, with labels."""
    order = {group: place for place, group in enumerate(FIRM_VALUES.get(by, ()))}
    rows = rows.astype({"group": str})
    rows = rows.sort_values("group", key=lambda groups: groups.map(lambda group: order.get(group, 0)), kind="stable")
    return rows.assign(label=[names.get(group) or words.group_name(by, group) for group in rows["group"]])
