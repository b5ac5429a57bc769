"""A comparison as text for the terminal and as JSON for other programs."""

from __future__ import annotations

import math
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.assumed import share_line, shares
from experiments.bands import RUN_COLUMNS
from experiments.reached import reached, through_whom
from experiments.readings import Tile
from experiments.targets import target_results, targets_beyond
from experiments.variance_split import variance_splits
from model.firm_outcomes import FIRM_GROUP_LABELS, TECHNOLOGY_LABELS
from model.outcomes import GROUP_LABELS, SIDE_GROUP_LABELS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.answers import PeopleAnswer
    from experiments.bands import Band
    from experiments.compare import Comparison
    from experiments.firm_answers import FirmAnswer
    from experiments.structures import WithoutPeers
FEW_DRAWS = 10
DETAILED = ("online", "online_share", "foundation", "essential", "work")
"""Indicators whose differences the JSON gives by every group."""
FIRMS_DETAILED = ("adoptions", *(f"adopted_{name}" for name in TECHNOLOGY_LABELS), "jobs", "gva", "productivity_index")
"""The same for firms."""


def number(value: float, unit: str, decimals: int) -> str:
    """A tile's number for reading; what is not finite is said in words."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no limit"
    text = f"{value:,.{decimals}f}"
    if unit == "GBP":
        return f"-£{text.removeprefix('-')}" if value < 0 else f"£{text}"
    return f"{text}%" if unit.startswith("%") else text


def interval(tile: Tile) -> str:
    """A tile's 90% interval for reading."""
    if math.isnan(tile.low):
        return "one run: no interval"
    if math.isinf(tile.low):
        return "no finite value"
    return f"{number(tile.low, tile.unit, tile.decimals)} to {number(tile.high, tile.unit, tile.decimals)}"


def intervals_title(comparison: Comparison) -> str:
    """What the intervals cover."""
    inputs = comparison.manifest["inputs"]
    if inputs["draws"]:
        few = ", too few runs for steady intervals" if inputs["draws"] < FEW_DRAWS else ""
        draws = f"draw{'s' * (inputs['draws'] != 1)} x 2 seeds{few}"
        if not comparison.manifest.get("calibrated", False):
            return f"90% intervals, uncalibrated: {inputs['draws']} prior {draws}"
        firms = " (firms: to 2024)" if "firms" in comparison.manifest["fitted"] else ""
        return (
            f"90% intervals: {inputs['draws']} posterior {draws}; fitted to UK figures of 2014-17{firms}; "
            "numbers of programmes from their stated ranges"
        )
    if inputs["replicates"] > 1:
        return f"90% intervals by chance alone: {inputs['replicates']} seeds at central parameters"
    return "one run at central parameters: no intervals"


def summary_text(comparison: Comparison) -> str:
    """The answer for each plan as lines of text."""
    lines = []
    for plan in comparison.plans:
        answer = comparison.answer(plan)
        said = [text for text in (answer.sentence, answer.gate, answer.who) if text]
        said += [result.sentence for result in target_results(comparison, plan)] + targets_beyond(comparison, plan)
        lines += ["", *said, "", intervals_title(comparison)]
        scale = comparison.manifest["inputs"]["scale"]
        if scale < 1.0:
            lines.append(f"One simulated person stands for {1.0 / scale:.0f} residents.")
        if rests := share_line(shares(comparison, plan)):
            lines.append(rests)
        width = max(len(tile.title) for tile in answer.tiles)
        for tile in answer.tiles:
            value = number(tile.value, tile.unit, tile.decimals)
            lines.append(f"  {tile.title:<{width}}  {value:>14}   ({interval(tile)})")
        lines += ["", *(split.sentence for split in variance_splits(comparison, plan)), ""]
        if answer.people:
            lines += _ladder(answer.people, through_whom(comparison, plan))
            lines += _skills(comparison, plan) + _by_age(comparison, plan)
        if answer.firms:
            lines += _firm_ladder(answer.firms) + _displacement(answer.firms) + _by_technology(comparison, plan)
        spend = comparison.spend(plan)
        if len(spend):
            lines += [*_programmes(spend, reached(comparison, plan), scale), *_whose_money(comparison, plan), ""]
    return "\n".join(line for line in lines)


def _programmes(spend: pd.DataFrame, whom: dict[str, str], scale: float) -> list[str]:
    """Each programme with its spend and whom it reached, and what lies behind a nought."""
    lines = ["Programmes"]
    for row in spend.to_dict("records"):
        count, _, who = whom[row["programme"]].partition(" ")
        *above, title = textwrap.wrap(row["title"], 44)
        lines += [f"  {line}" for line in above]
        lines.append(f"  {title:<44}  £{row['spend_gbp']:>12,.0f}   {count:>8} {who}")
    if scale < 1.0 and any(text.startswith("0 ") for text in whom.values()):
        lines.append(
            f"  Where nobody was reached: in this sample one place costs as much as {1.0 / scale:.0f} do, "
            "which may be more\n  than there is. Try a larger --scale."
        )
    return lines


def _whose_money(comparison: Comparison, plan: str) -> list[str]:
    """What partners and investors paid and what reviews moved, in the mean of central runs; nothing where none did."""
    table = comparison.tables["programmes"]
    rows = table[(table["scenario"] == plan) & (table["design_point"] == "central")]
    n_runs = rows.groupby(RUN_COLUMNS, observed=True).ngroups
    lines = []
    if "public_spend_gbp" in rows and (paid := (rows["spend_gbp"] - rows["public_spend_gbp"]).sum() / n_runs) >= 1:
        lines.append(f"  Partners paid £{paid:,.0f} of it.")
    if "private_spend_gbp" in rows and (added := rows["private_spend_gbp"].sum() / n_runs) >= 1:
        lines.append(f"  Private investors added £{added:,.0f} to it.")
    if "moved_gbp" in rows and rows["moved_gbp"].any():
        gained = rows.groupby("programme", observed=True)["moved_gbp"].sum().clip(lower=0.0) / n_runs
        most = comparison.titles.get(str(gained.idxmax()), str(gained.idxmax()))
        lines.append(
            f"  Reviews moved £{gained.sum():,.0f} between programmes, most of it to “{most}”;\n"
            "  who gains may spend more than its own budget."
        )
    return lines


def _ladder(answer: PeopleAnswer, through: str) -> list[str]:
    """From people helped to people online because of it."""
    return [
        "From gross to additional",
        f"  Beneficiaries online under the plan    {_whole(answer.gross):>10}",
        f"  of whom online anyway (deadweight)     {_share(answer.deadweight_share)}",
        f"  Additional people beyond beneficiaries {_whole(answer.spillover):>10}   ({through})",
        *_no_peers(answer.spillover_without_peers),
        "",
    ]


def _firm_ladder(answer: FirmAnswer) -> list[str]:
    """From what helped firms took up to what they would not have."""
    return [
        "From gross to additional, firms",
        f"  Taken up by firms since they had help  {_whole(answer.gross):>10}   (of what the help was about)",
        f"  of which they would have anyway        {_share(answer.deadweight_share)}",
        f"  Additional adoptions by other firms    {_whole(answer.spillover):>10}",
        *_no_peers(answer.spillover_without_peers),
        "",
    ]


def _no_peers(found: WithoutPeers | None) -> list[str]:
    """What stands below a spillover: its value with no peer effect."""
    return (
        [f"    the same with no peer effect         {round(found.value):>10,}   ({found.with_it()})"] if found else []
    )


def _displacement(answer: FirmAnswer) -> list[str]:
    lines = ["Displacement within the region"]
    for name, effect, size, unit in (
        ("jobs", answer.jobs, 1.0, ""),
        ("value added a year", answer.gva, 1e-6, ", £ million"),
    ):
        for whose, part in (("firms helped", effect.helped), ("other firms", effect.others)):
            label = f"{name[0].upper()}{name[1:]} at {whose}{unit}"
            lines.append(f"  {label:<42} {_signed(part, size)}")
    return [*lines, ""]


def _by_technology(comparison: Comparison, plan: str) -> list[str]:
    """Additional adoptions by technology."""
    lines = ["Additional adoptions by technology"]
    rows = comparison.firms.additional_by_technology(plan).set_index("technology")
    for name, label in TECHNOLOGY_LABELS.items():
        interval = (
            "" if math.isnan(rows["low"][name]) else f"   ({rows['low'][name]:,.0f} to {rows['high'][name]:,.0f})"
        )
        lines.append(f"  {label:<50} {rows['mean'][name]:>8,.0f}{interval}")
    return [*lines, ""]


def _whole(band: Band) -> str:
    return "–" if math.isnan(band.value) else f"{band.value:,.0f}"


def _signed(band: Band, size: float) -> str:
    decimals = 0 if size == 1.0 else 1
    ends = [f"{end * size:,.{decimals}f}" for end in (band.low, band.high)]
    interval = "" if math.isnan(band.low) else f"   ({ends[0]} to {ends[1]})"
    return f"{band.value * size:>+10,.{decimals}f}{interval}"


def _share(band: Band) -> str:
    return f"{'–' if math.isnan(band.value) else f'{100 * band.value:.1f}%':>10}{_percent_interval(band)}"


def _skills(comparison: Comparison, plan: str) -> list[str]:
    """Additional people by skill level."""
    lines = ["Additional people with digital skills"]
    for name, label in (("foundation", "Foundation"), ("essential", "Essential, for life"), ("work", "For work")):
        net = comparison.band_of(comparison.twin_values(plan, name, comparison.last_period), "net")
        lines.append(f"  {label:<38} {net.value:>10,.0f}{_people_interval(net)}")
    return [*lines, ""]


def _by_age(comparison: Comparison, plan: str) -> list[str]:
    lines = ["Additional people online by age"]
    rows = comparison.twin_values(plan, "online", comparison.last_period, "age_band")
    for group in rows["group"].unique():
        net = comparison.band_of(rows[rows["group"] == group], "net")
        lines.append(f"  {group:<38} {net.value:>10,.0f}{_people_interval(net)}")
    return [*lines, ""]


def _people_interval(band: Band) -> str:
    return "" if math.isnan(band.low) else f"   ({band.low:,.0f} to {band.high:,.0f})"


def _percent_interval(band: Band) -> str:
    return "" if math.isnan(band.low) else f"   ({100 * band.low:.1f}% to {100 * band.high:.1f}%)"


def summary_json(comparison: Comparison) -> dict[str, Any]:
    """The same as plain data; what is not finite is null."""
    firms = comparison.firms
    summary = {
        "inputs": comparison.manifest["inputs"],
        "identity": comparison.manifest["identity"],
        "intervals": intervals_title(comparison),
        "plans": {plan: _finite(asdict(comparison.answer(plan))) for plan in comparison.plans},
        "assumed": {plan: [asdict(share) for share in shares(comparison, plan)] for plan in comparison.plans},
        "variance": {plan: [asdict(split) for split in variance_splits(comparison, plan)] for plan in comparison.plans},
        "spend": {plan: _finite(comparison.spend(plan).to_dict("records")) for plan in comparison.plans},
        "differences": {
            name: {
                by: _finite(comparison.differences(name, by=by).to_dict("records"))
                for by in GROUP_LABELS | SIDE_GROUP_LABELS
            }
            for name in DETAILED
        },
    }
    if firms.present and comparison.plans:
        summary["firm_differences"] = {
            name: {by: _finite(firms.differences(name, by=by).to_dict("records")) for by in FIRM_GROUP_LABELS}
            for name in FIRMS_DETAILED
        }
    return summary


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
