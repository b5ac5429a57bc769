"""The planner's answer: how many more, who are they, what did it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.firm_answers import FirmAnswer, make_firm_answer
from experiments.readings import Tile, interval_text, is_measurable, month_name, people, pounds
from experiments.structures import WithoutPeers, without_peers
from experiments.unit_cost import unit_cost

if TYPE_CHECKING:
    from experiments.bands import Band
    from experiments.compare import Comparison

FEWEST_SIMULATED = 20.0
"""Simulated people, mean of the runs, below which a profile of them would say more about luck than about the plan"""


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """From the people a plan helped to those it brought online."""

    deadweight_share: Band
    """beneficiaries online under the plan who would have been online anyway, as a share"""
    gross: Band
    """beneficiaries online under the plan"""
    spillover: Band
    """additional people online who were not beneficiaries"""
    spillover_without_peers: WithoutPeers | None
    """the same if nobody did anything because others do"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a planner reads first. `people` or `firms` is None where no programme of the plan is for them."""

    sentence: str
    who: str
    tiles: tuple[Tile, ...]
    people: PeopleAnswer | None
    firms: FirmAnswer | None
    gate: str = ""
    """what an inclusion impact assessment found and changed; empty without one"""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The sentence on residents and that on firms, as far as there are both, and that on the assessment."""
        gate = (self.gate,) if self.gate else ()
        if self.people is None or self.firms is None:
            return self.sentence, *gate
        return self.sentence.removesuffix(self.firms.sentence).strip(), self.firms.sentence, *gate


def make_answer(comparison: Comparison, plan: str) -> Answer:
    """Sentences and tiles for one plan at the comparison's last December: on people, on firms, or on both."""
    audiences = comparison.audiences(plan)
    both = len(audiences) > 1
    sentences: list[str] = []
    tiles: list[Tile] = []
    people_answer, firm_answer, who = None, None, ""
    if "residents" in audiences or not comparison.firms.present:
        sentence, who, of_people, people_answer = _on_people(comparison, plan, both)
        sentences.append(sentence)
        tiles += of_people
    if "firms" in audiences and comparison.firms.present:
        firm_answer = make_firm_answer(comparison, plan, both)
        sentences.append(firm_answer.sentence)
        tiles += firm_answer.tiles
    gate = comparison.manifest.get("gate", {}).get(plan, {}).get("sentence", "")
    return Answer(" ".join(sentences), who, tuple(tiles), people_answer, firm_answer, gate)


def _on_people(comparison: Comparison, plan: str, both: bool) -> tuple[str, str, tuple[Tile, ...], PeopleAnswer]:
    at = comparison.last_period
    online = comparison.twin_values(plan, "online", at)
    net = comparison.band_of(online, "net")
    share = comparison.differences("online_share", at, "all")
    share_row = share[share["plan"] == plan].iloc[0]
    cost = unit_cost(comparison, plan, online, "residents")
    money, each = cost.spend, cost.each
    in_state = online["beneficiaries_in_state"].astype(float)
    if cost.base_spends:
        # Against another plan those helped by either are mixed: gross and deadweight are not those of this plan.
        in_state = in_state * np.nan
    dead = online["beneficiaries_in_state_both"] / in_state.where(in_state > 0)
    per_run = online.assign(beneficiaries_in_state=in_state, deadweight=dead)
    programmes = "programmes for residents" if both else "all programmes"
    tiles = (
        Tile("Additional people online", net.value, net.low, net.high, "people", 0,
             f"online in {month_name(at)} under the plan but not without it, less those the other way round"),
        Tile("Share of adults online", float(share_row["plan_value"]), float(share_row["plan_low"]),
             float(share_row["plan_high"]), "% of adults", 1,
             f"{float(share_row['base']):.1f}% without the plan"),
        Tile("Spend on residents" if both else "Spend", money.value, money.low, money.high, "GBP", 0,
             f"{programmes}, whole period, published prices, not inflated"),
        Tile("Cost per additional person online", each.value, each.low, each.high, "GBP", 0,
             "spend beyond the other scenario's, divided by additional people online"),
    )  # fmt: skip
    return (
        _sentence(comparison, plan, at, net, money, each.value),
        _who(comparison, plan, at, net),
        tiles,
        PeopleAnswer(
            comparison.band_of(per_run, "deadweight"),
            comparison.band_of(per_run, "beneficiaries_in_state"),
            comparison.band_of(per_run, "net_spillover"),
            without_peers(online, "net_spillover"),
        ),
    )


def _sentence(comparison: Comparison, plan: str, at: str, net: Band, money: Band, cost: float) -> str:
    title, base = comparison.titles.get(plan, plan), comparison.titles.get(comparison.base, comparison.base)
    interval = interval_text(net)
    if not is_measurable(net):
        return (
            f"In this model, no measurable difference: by {month_name(at)} “{title}” changes the number of "
            f"{comparison.region_title} residents online against “{base}” by {people(net.value)} ({interval}), "
            f"at a cost of {pounds(money.value)}."
        )
    direction = "more" if net.value >= 0 else "fewer"
    price = f", or {pounds(cost)} for each additional person" if np.isfinite(cost) else ""
    return (
        f"In this model, by {month_name(at)} “{title}” has {people(abs(net.value))} {direction} {comparison.region_title} "
        f"residents online than “{base}” ({interval}), at a cost of {pounds(money.value)}{price}."
    )


def _who(comparison: Comparison, plan: str, at: str, net: Band) -> str:
    """Who the additional people are, by age and disability; empty when there is no clear gain."""
    simulated = net.value * comparison.manifest["inputs"]["scale"]
    if net.low <= 0 or simulated < FEWEST_SIMULATED:
        return ""
    ages = comparison.twin_values(plan, "online", at, "age_band")
    central = ages[ages["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    total = central.sum()
    older = 100.0 * central[["65-74", "75+"]].sum() / total
    disability = comparison.twin_values(plan, "online", at, "disability")
    disabled = disability[disability["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    deprivation = comparison.twin_values(plan, "online", at, "deprivation")
    deprived = deprivation[deprivation["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    return (
        f"Of the additional people, about {older:.0f}% are 65 or over, {100 * disabled['disabled'] / total:.0f}% are "
        f"disabled and {100 * deprived['1 most deprived'] / total:.0f}% live in the most deprived fifth of areas."
    )
