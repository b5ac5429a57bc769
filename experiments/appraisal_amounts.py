"""Benefits and costs of a plan in every run and year, in constant prices, before discounting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.additional import WEIGHTED, additional, has_income, runs_of, thousands_online
from experiments.appraisal_items import BENEFITS, BIASED_COSTS, COSTS, Item, counted
from experiments.appraisal_values import drawn, unit_values
from experiments.delivered import delivered, shrunk_share
from experiments.distribution import weights
from experiments.multipliers import multiplied, multipliers
from experiments.yearly import RUN_YEAR, runs_in

if TYPE_CHECKING:
    from experiments.compare import Comparison

AMOUNTS = [*RUN_YEAR, "kind", "item", "quantity", "gbp", "weighted_gbp"]
"""Columns of a table of amounts; kind is "benefit" or "cost", weighted_gbp counts each pound with its group's weight"""


@dataclass(frozen=True, slots=True)
class Basis:
    """What all items are computed from."""

    quantities: pd.DataFrame
    """indexed by RUN_YEAR: what twins and programmes count"""
    multiplied: pd.DataFrame
    """indexed by RUN_YEAR: multipliers by id"""
    values: pd.DataFrame
    """indexed by RUN_COLUMNS: unit values by id"""
    shrunk: Mapping[str, pd.Series]
    """benefit -> share of the money behind it that goes to programmes whose effects are shrunk already, by run"""


def basis_of(comparison: Comparison, plan: str) -> Basis:
    """Collect quantities, multipliers, unit values and what was shrunk already."""
    inputs, runs = comparison.manifest["inputs"], runs_of(comparison, plan)
    counted_quantities = quantities(comparison, plan)
    values = drawn(unit_values(), runs, inputs["draws"], inputs["seed"], "appraisal")
    ratios = drawn(multipliers(), runs, inputs["draws"], inputs["seed"], "multipliers")
    shrunk = {
        item.id: shrunk_share(comparison, plan, item.rests_on, item.through) for item in BENEFITS if item.rests_on
    }
    return Basis(counted_quantities, multiplied(counted_quantities, ratios), values, shrunk)


def quantities(comparison: Comparison, plan: str) -> pd.DataFrame:
    """All that twins and programmes count beyond the baseline, by RUN_YEAR, with weighted columns where there are any."""
    weight = weights(comparison.manifest["inputs"].get("parameters"))
    table = additional(comparison, plan, weight).join(delivered(comparison, plan), how="outer").fillna(0.0)
    if not has_income(comparison):
        table[[name for name in table.columns if str(name).endswith(WEIGHTED)]] = float("nan")
    thousands = thousands_online(comparison).reindex(table.index).fillna(0.0)
    table["services_thousand_online"] = table["services"] * thousands
    table["services_share_online"] = table["services_share"] * 1000.0 * thousands
    return table


def amounts(basis: Basis, skill_benefit: str) -> pd.DataFrame:
    """Every benefit and cost that counts, by run and year: AMOUNTS."""
    parts = [
        item_amounts(item, kind, basis)
        for kind, items in (("benefit", BENEFITS), ("cost", COSTS))
        for item in counted(items, skill_benefit)
    ]
    return pd.concat(parts, ignore_index=True)[AMOUNTS]


def item_amounts(item: Item, kind: str, basis: Basis) -> pd.DataFrame:
    """One item by run and year."""
    quantity = (basis.multiplied if item.multiplier else basis.quantities)[item.quantity]
    runs = runs_in(quantity.index)
    factor = pd.Series(1.0, basis.values.index)
    for name in item.by:
        factor = factor * basis.values[name]
    for name in item.less:
        factor = factor * (1.0 - basis.values[name])
    if kind == "benefit":
        share = _shrunk_share(item, basis)
        factor = factor * optimism_factor(basis.values["benefit_optimism_share"], share)
    elif item.id in BIASED_COSTS:
        factor = factor * (1.0 + basis.values["cost_optimism_share"])
    by_row = factor.reindex(runs).to_numpy()
    weighted = basis.quantities[item.quantity + WEIGHTED] if item.by_income else quantity
    table = pd.DataFrame({"quantity": quantity, "gbp": quantity * by_row, "weighted_gbp": weighted * by_row})
    return table.rename_axis(index=RUN_YEAR).reset_index().assign(kind=kind, item=item.id)


def optimism_factor(bias_share: pd.Series, shrunk_share: pd.Series | float) -> pd.Series:
    """What optimism bias leaves of a benefit: it is taken off the part that was not shrunk already, never off both."""
    return 1.0 - bias_share * (1.0 - shrunk_share)


def _shrunk_share(item: Item, basis: Basis) -> pd.Series | float:
    """How much of a benefit rests on numbers that were shrunk already: all of it where a unit value or multiplier was."""
    numbers = [unit_values()[name] for name in item.by]
    if item.multiplier:
        numbers.append(multipliers()[item.quantity])
    if any(entry.shrunk for entry in numbers):
        return 1.0
    of_programmes = basis.shrunk.get(item.id)
    return 0.0 if of_programmes is None else of_programmes.reindex(basis.values.index).fillna(0.0)
