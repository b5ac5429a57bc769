"""Treasury-style appraisal of a plan from the tables of its comparison: what it costs and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.additional import has_income
from experiments.appraisal_amounts import amounts, basis_of
from experiments.appraisal_items import BENEFITS, BIASED_COSTS, COSTS, SKILL_BENEFITS, Item, counted
from experiments.appraisal_sentence import appraisal_sentence
from experiments.appraisal_values import PRICE_YEAR, unit_values
from experiments.bands import RUN_COLUMNS, Band, band, bands
from experiments.discounting import discounted, health_rates, social_rates
from experiments.gross_to_net import gross_to_net_bands
from experiments.multipliers import multiplier_table, multipliers
from experiments.net_values import Kinds, net_values, switching_values
from experiments.readings import is_measurable
from experiments.unit_cost import unit_cost
from model.errors import InputError
from model.outcomes import TWIN_INDICATORS

if TYPE_CHECKING:
    from experiments.compare import Comparison

RULES = ("discount_rate", "discount_rate_health", "marginal_utility_elasticity", "cost_optimism_share",
         "benefit_optimism_share")  # fmt: skip
"""Unit values that every appraisal uses, whatever it counts"""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Costs and benefits of a plan against the base, in GBP of `price_year`, present values of `base_year`."""

    plan: str
    skill_benefit: str
    base_year: int
    price_year: int
    measurable: bool
    """whether the plan has a net effect that can be told from none; otherwise no ratio is given"""
    sentence: str
    lines: pd.DataFrame
    """benefits: line, title, to, quantity, unit, undiscounted_gbp, value_gbp, low, high, assumed_share, measured_by,
    weighted_gbp; quantity is the sum over years; assumed_share of the numbers that a line multiplies"""
    costs: pd.DataFrame
    """payer, item, title, undiscounted_gbp, value_gbp, low, high, weighted_gbp"""
    by_year: pd.DataFrame
    """year, kind, item, value_gbp, low, high; not discounted"""
    result: pd.DataFrame
    """measure, value, low, high, chance_low, chance_high, probability, q05 .. q95; see net_values"""
    weighted: pd.DataFrame
    """the same with distributional weights; without rows where people were not counted by income"""
    switching: pd.DataFrame
    """item, title, present_value_gbp, multiple, change_percent; without rows where nothing is measurable"""
    unit_costs: pd.DataFrame
    """what, value, low, high: GBP for each additional person or adoption, undiscounted spend"""
    gross_to_net: pd.DataFrame
    """indicator, each part with its interval, and the spillover without peers; see gross_to_net"""
    multipliers: pd.DataFrame
    """see multipliers.multiplier_table"""
    assumptions: pd.DataFrame
    """id, title, value, unit, low, high, status, source, why, price_year (that of publication)"""


def appraise(comparison: Comparison, plan: str, skill_benefit: str | None = None) -> Appraisal:
    """Appraise a plan. skill_benefit: "earnings" or "gva"; None takes "gva" where the plan has programmes for firms.

    Raises InputError for a plan that is not of the comparison, an unknown skill_benefit, and results of old versions.
    """
    skill_benefit = _checked(comparison, plan, skill_benefit)
    basis = basis_of(comparison, plan)
    table = amounts(basis, skill_benefit)
    base_year = _base_year(table)
    table = _with_present_values(table, base_year)
    by_item = table.groupby([*RUN_COLUMNS, "kind", "item"])[_SUMMED].sum().reset_index()
    measurable = _measurable(comparison, plan, skill_benefit)
    kinds = Kinds(
        tuple(item.id for item in COSTS if item.party == "public"),
        tuple(item.id for item in BENEFITS if item.multiplier),
    )
    result = net_values(by_item, "present_gbp", kinds, measurable)
    empty = result.iloc[:0]
    weighted = net_values(by_item, "present_weighted_gbp", kinds, measurable) if has_income(comparison) else empty
    lines, costs = _items(by_item, "benefit", skill_benefit), _items(by_item, "cost", skill_benefit)
    shown = multiplier_table(basis.multiplied)
    return Appraisal(
        plan=plan,
        skill_benefit=skill_benefit,
        base_year=base_year,
        price_year=PRICE_YEAR,
        measurable=measurable,
        sentence=appraisal_sentence(comparison, plan, result, base_year, skill_benefit, measurable),
        lines=lines,
        costs=costs,
        by_year=_by_year(table),
        result=result,
        weighted=weighted,
        switching=switching_values(lines, costs, measurable),
        unit_costs=_unit_costs(comparison, plan),
        gross_to_net=_gross_to_net(comparison, plan),
        multipliers=shown,
        assumptions=_assumptions(skill_benefit, set(shown["multiplier"])),
    )


_SUMMED = ["quantity", "gbp", "weighted_gbp", "present_gbp", "present_weighted_gbp"]


def _checked(comparison: Comparison, plan: str, skill_benefit: str | None) -> str:
    if plan not in comparison.plans:
        raise InputError("not a plan of the comparison", key="plan", value=plan, allowed=comparison.plans)
    if skill_benefit is None:
        return "gva" if "firms" in comparison.audiences(plan) and comparison.firms.present else "earnings"
    if skill_benefit not in SKILL_BENEFITS:
        raise InputError("unknown", key="skill-benefit", value=skill_benefit, allowed=SKILL_BENEFITS)
    if skill_benefit == "gva" and not comparison.firms.present:
        raise InputError("the region has no firms", key="skill-benefit", value=skill_benefit, allowed="earnings")
    return skill_benefit


def _base_year(table: pd.DataFrame) -> int:
    """The first year in which programmes of either side spend; the first year of all without any spending."""
    spent = table[table["item"].isin(BIASED_COSTS) & (table["gbp"] != 0)]
    return int((spent if len(spent) else table)["year"].min())


def _with_present_values(table: pd.DataFrame, base_year: int) -> pd.DataFrame:
    health = table["item"].isin([item.id for item in BENEFITS if item.health])
    for column, present in (("gbp", "present_gbp"), ("weighted_gbp", "present_weighted_gbp")):
        social = discounted(table[column], table["year"], base_year, social_rates())
        table[present] = social.where(~health, discounted(table[column], table["year"], base_year, health_rates()))
    return table


def _items(by_item: pd.DataFrame, kind: str, skill_benefit: str) -> pd.DataFrame:
    """One row a benefit or cost that is not nothing in every run, in the order in which they are declared."""
    rows = by_item[by_item["kind"] == kind]
    moved = set(rows.loc[rows["gbp"] != 0, "item"])
    items = [item for item in counted(BENEFITS if kind == "benefit" else COSTS, skill_benefit) if item.id in moved]
    found = {column: bands(rows, ["item"], column) for column in _SUMMED}
    records = []
    for item in items:
        present = found["present_gbp"].loc[item.id]
        money = {
            "undiscounted_gbp": found["gbp"].loc[item.id, "gbp"],
            "value_gbp": present["present_gbp"],
            "low": present["low"],
            "high": present["high"],
            "weighted_gbp": found["present_weighted_gbp"].loc[item.id, "present_weighted_gbp"],
        }
        if kind == "cost":
            records.append({"payer": item.party, "item": item.id, "title": item.title, **money})
            continue
        what = {"quantity": found["quantity"].loc[item.id, "quantity"], "unit": item.unit}
        how = {"assumed_share": assumed_share(item), "measured_by": "multiplier" if item.multiplier else "twins"}
        records.append({"line": item.id, "title": item.title, "to": item.party, **what, **money, **how})
    first = ["line", "title", "to", "quantity", "unit"] if kind == "benefit" else ["payer", "item", "title"]
    last = ["assumed_share", "measured_by"] if kind == "benefit" else []
    columns = [*first, "undiscounted_gbp", "value_gbp", "low", "high", *last, "weighted_gbp"]
    return pd.DataFrame(records, columns=columns)


def assumed_share(item: Item) -> float:
    """Share of the unit values, shares and multipliers behind a benefit that are assumed."""
    entries = [unit_values()[name] for name in (*item.by, *item.less)]
    entries += [multipliers()[item.quantity]] if item.multiplier else []
    return sum(entry.assumed for entry in entries) / len(entries)


def _by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Every item by year, constant prices, not discounted; years and items without money are left out."""
    found = bands(table, ["year", "kind", "item"], "gbp").reset_index().rename(columns={"gbp": "value_gbp"})
    found = found[["year", "kind", "item", "value_gbp", "low", "high"]]
    nothing = found[["value_gbp", "low", "high"]].fillna(0.0).eq(0.0).all(axis=1)
    return found[~nothing].reset_index(drop=True)


def _measurable(comparison: Comparison, plan: str, skill_benefit: str) -> bool:
    """Whether any net effect that is valued can be told from nothing at the last December."""
    at = comparison.last_period
    rows = [comparison.twin_values(plan, "online", at)]
    if skill_benefit == "earnings":
        rows.append(comparison.twin_values(plan, "work", at))
    else:
        rows.append(comparison.firms.effect_values(plan, "gva", at))
    found = [band(part, "net") for part in rows if len(part)]
    return any(is_measurable(net) and net.value != 0 for net in found)


def _unit_costs(comparison: Comparison, plan: str) -> pd.DataFrame:
    """What each additional person online and each additional adoption cost, as far as the plan is for them."""
    found: list[tuple[str, Band]] = []
    audiences = comparison.audiences(plan)
    if "residents" in audiences:
        online = comparison.twin_values(plan, "online", comparison.last_period)
        found.append(("additional person online", unit_cost(comparison, plan, online, "residents").each))
    if "firms" in audiences and comparison.firms.present:
        found.append(("additional adoption", comparison.firms.cost(plan).each))
    rows = [{"what": what, "value": each.value, "low": each.low, "high": each.high} for what, each in found]
    return pd.DataFrame(rows, columns=["what", "value", "low", "high"])


def _gross_to_net(comparison: Comparison, plan: str) -> pd.DataFrame:
    """The parts of each net effect at the last December, checked in every run to add up."""
    at, twins = comparison.last_period, comparison.tables["twins"]
    wanted = (twins["scenario"] == plan) & (twins["period"] == at) & (twins["group_by"] == "all")
    rows = twins[wanted & twins["indicator"].isin(TWIN_INDICATORS)]
    online = rows[rows["indicator"] == "online"]
    parts = [gross_to_net_bands(rows, "indicator", unit_cost(comparison, plan, online, "residents").base_spends)]
    if comparison.firms.present:
        uses = comparison.firms.twin_values(plan).assign(indicator="adoptions")
        parts.append(gross_to_net_bands(uses, "indicator", comparison.firms.cost(plan).base_spends))
    return pd.concat(parts, ignore_index=True)


def _assumptions(skill_benefit: str, used_multipliers: set[str]) -> pd.DataFrame:
    """Every number the result rests on besides those of the model and of the programmes."""
    items = [*counted(BENEFITS, skill_benefit), *counted(COSTS, skill_benefit)]
    items = [item for item in items if not item.multiplier or item.quantity in used_multipliers]
    names = dict.fromkeys([*RULES, *(name for item in items for name in (*item.by, *item.less))])
    entries = [unit_values()[name] for name in names]
    entries += [entry for name, entry in multipliers().items() if name in used_multipliers]
    columns = ("id", "title", "value", "unit", "low", "high", "status", "source", "why")
    rows = [{name: getattr(entry, name) for name in columns} for entry in entries]
    prices = [entry.extra.get("price_year", float("nan")) for entry in entries]
    return pd.DataFrame(rows).assign(price_year=prices)
