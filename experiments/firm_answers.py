"""The planner's answer on firms: how many more adoptions, at what price, and at whose cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.firm_compare import Displacement
from experiments.readings import Tile, interval_text, is_measurable, month_name, people, pounds
from experiments.structures import WithoutPeers, without_peers

if TYPE_CHECKING:
    from experiments.bands import Band
    from experiments.compare import Comparison
    from experiments.unit_cost import UnitCost


@dataclass(frozen=True, slots=True)
class FirmAnswer:
    """What a plan does to firms."""

    sentence: str
    tiles: tuple[Tile, ...]
    deadweight_share: Band
    """of what helped firms took up since, of the technologies they were helped with: what they would have anyway"""
    gross: Band
    """what helped firms took up since, of the technologies they were helped with"""
    spillover: Band
    """additional adoptions by firms that were not helped"""
    spillover_without_peers: WithoutPeers | None
    """the same if no firm did anything because its partners do"""
    jobs: Displacement
    gva: Displacement


def make_firm_answer(comparison: Comparison, plan: str, beside_people: bool) -> FirmAnswer:
    """The answer at the last December; `beside_people` when a sentence on residents comes first."""
    firms, at = comparison.firms, comparison.last_period
    net, cost = firms.twin_band(plan, "net"), firms.cost(plan)
    jobs, gva = firms.displacement(plan, "jobs"), firms.displacement(plan, "gva")
    rows = firms.twin_values(plan)
    taken_up = rows["beneficiaries_in_state"].astype(float) * (np.nan if cost.base_spends else 1.0)
    money, each = cost.spend, cost.each
    programmes = "programmes for firms" if beside_people else "all programmes"
    tiles = (
        Tile("Additional adoptions by firms", net.value, net.low, net.high, "adoptions", 0,
             f"technologies in use in {month_name(at)} under the plan but not without it, less those the other way round"),
        Tile("Value added displaced within the region", gva.displaced.value, gva.displaced.low, gva.displaced.high, "GBP", 0,
             f"a year, lost by firms that were not helped; those that were gain {pounds(gva.helped.value)}"),
        Tile("Spend on firms" if beside_people else "Spend", money.value, money.low, money.high, "GBP", 0,
             f"{programmes}, whole period, published prices, not inflated"),
        Tile("Cost per additional adoption", each.value, each.low, each.high, "GBP", 0,
             "spend beyond the other scenario's, divided by additional adoptions"),
    )  # fmt: skip
    return FirmAnswer(
        f"{_adoption_sentence(comparison, plan, net, cost, beside_people)} {displacement_sentence(gva, jobs)}",
        tiles,
        firms.deadweight(plan),
        comparison.band_of(rows.assign(taken_up=taken_up), "taken_up"),
        firms.twin_band(plan, "net_spillover"),
        without_peers(rows, "net_spillover"),
        jobs,
        gva,
    )


def _adoption_sentence(comparison: Comparison, plan: str, net: Band, cost: UnitCost, beside_people: bool) -> str:
    title, base = comparison.titles.get(plan, plan), comparison.titles.get(comparison.base, comparison.base)
    spent = f"at a cost of {pounds(cost.spend.value)}"
    region, interval = comparison.region_title, interval_text(net)
    start = "Among firms" if beside_people else f"In this model, by {month_name(comparison.last_period)}"
    if not is_measurable(net):
        return (
            f"{start}, no measurable difference: “{title}” changes the technologies that {region} firms use against "
            f"“{base}” by {people(net.value)} adoptions ({interval}), {spent}."
        )
    direction = "more" if net.value >= 0 else "fewer"
    change = f"{people(abs(net.value))} {direction} adoptions of technology"
    price = f", or {pounds(cost.each.value)} for each additional adoption" if np.isfinite(cost.each.value) else ""
    if beside_people:
        return f"{start}, it brings about {change} ({interval}), {spent}{price}."
    return f"{start} “{title}” has {change} by {region} firms than “{base}” ({interval}), {spent}{price}."


def displacement_sentence(gva: Displacement, jobs: Displacement) -> str:
    """What other firms in the region lose or gain, in value added and in jobs."""
    lost = f"Other firms in the region {_loss(gva.displaced, 'value added a year', pounds)}"
    if is_measurable(gva.displaced) and gva.displaced.value > 0:
        lost = lost.replace("(", "(in-region displacement, ", 1)
        if is_measurable(gva.helped) and gva.helped.value > 0:
            lost += f", which is {100 * gva.share.value:.0f}% of what the firms it helps gain"
    return f"{lost}; they {_loss(jobs.displaced, 'jobs', people)}."


def _loss(displaced: Band, what: str, written: Callable[[float], str]) -> str:
    interval = interval_text(displaced, written)
    if not is_measurable(displaced) or written(abs(displaced.value)) == written(0.0):
        return f"lose no measurable {what} ({interval})"
    amount = written(abs(displaced.value))
    amount += " of" if written is pounds else ""
    if displaced.value > 0:
        return f"lose {amount} {what} ({interval})"
    gain = interval_text(displaced.negative(), written)
    return f"gain {amount} {what} ({gain})"
