"""A comparison as text for the terminal and as JSON for other programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.answers import Tile
from model.outcomes import GROUP_LABELS

if TYPE_CHECKING:
    from experiments.compare import Band, Comparison


FEW_DRAWS = 10
DETAILED = ("online", "online_share", "foundation", "essential", "work")
"""Indicators whose differences the JSON gives by every group."""


def number(value: float, unit: str, decimals: int) -> str:
    """A tile's number for reading; what is not finite is said in words."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no limit"
    text = f"{value:,.{decimals}f}"
    return f"£{text}" if unit == "GBP" else f"{text}%" if unit.startswith("%") else text


def interval(tile: Tile) -> str:
    """A tile's 90% interval for reading."""
    if math.isnan(tile.low):
        return "one run: no interval"
    return f"{number(tile.low, tile.unit, tile.decimals)} to {number(tile.high, tile.unit, tile.decimals)}"


def intervals_title(comparison: Comparison) -> str:
    """What the intervals cover."""
    inputs = comparison.manifest["inputs"]
    if inputs["draws"]:
        few = ", too few runs for steady intervals" if inputs["draws"] < FEW_DRAWS else ""
        return f"90% intervals, uncalibrated: {inputs['draws']} prior draws x 2 seeds{few}"
    if inputs["replicates"] > 1:
        return f"90% intervals by chance alone: {inputs['replicates']} seeds at central parameters"
    return "one run at central parameters: no intervals"


def summary_text(comparison: Comparison) -> str:
    """The answer for each plan as lines of text."""
    lines = []
    for plan in comparison.plans:
        answer = comparison.answer(plan)
        lines += ["", answer.sentence, *([answer.who] if answer.who else []), "", intervals_title(comparison)]
        scale = comparison.manifest["inputs"]["scale"]
        if scale < 1.0:
            lines.append(f"One simulated person stands for {1.0 / scale:.0f} residents.")
        width = max(len(tile.title) for tile in answer.tiles)
        for tile in answer.tiles:
            value = number(tile.value, tile.unit, tile.decimals)
            lines.append(f"  {tile.title:<{width}}  {value:>14}   ({interval(tile)})")
        lines += ["", "From gross to additional"]
        shares = answer.deadweight_share
        dead = "–" if math.isnan(shares.value) else f"{100 * shares.value:.1f}%"
        gross = "–" if math.isnan(answer.gross.value) else f"{answer.gross.value:,.0f}"
        lines += [
            f"  Beneficiaries online under the plan    {gross:>10}",
            f"  of whom online anyway (deadweight)     {dead:>10}{_percent_interval(shares)}",
            f"  Additional people beyond beneficiaries {answer.spillover.value:>10,.0f}   (through family and friends)",
            "",
        ]
        lines += _skills(comparison, plan) + _by_age(comparison, plan)
        spend = comparison.spend(plan)
        if len(spend):
            lines.append("Programmes")
            for row in spend.to_dict("records"):
                lines.append(
                    f"  {row['title'][:44]:<44}  £{row['spend_gbp']:>12,.0f}   {row['beneficiaries']:>8,.0f} people"
                )
            lines.append("")
    return "\n".join(line for line in lines)


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
    return {
        "inputs": comparison.manifest["inputs"],
        "identity": comparison.manifest["identity"],
        "intervals": intervals_title(comparison),
        "plans": {plan: _finite(asdict(comparison.answer(plan))) for plan in comparison.plans},
        "spend": {plan: _finite(comparison.spend(plan).to_dict("records")) for plan in comparison.plans},
        "differences": {
            name: {by: _finite(comparison.differences(name, by=by).to_dict("records")) for by in GROUP_LABELS}
            for name in DETAILED
        },
    }


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
