"""Plans against a baseline: what the twins say of firms and hubs, with what certainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.bands import RUN_COLUMNS, Band, band, bands, paired_differences
from experiments.unit_cost import UnitCost, unit_cost
from model.firm_outcomes import firm_indicator

if TYPE_CHECKING:
    from experiments.compare import Comparison

ALL_TECHNOLOGIES = "all"
HUB_MEASURES = {"load": "% of hours offered", "waiting": "waiting"}
"""What is told of hubs, with its unit: hours worked for those served over the hours offered to programmes; those waiting"""


@dataclass(frozen=True, slots=True)
class Displacement:
    """What firms that were helped gain, and what the others in the region lose for it."""

    effect: str
    """"jobs" or "gva" (GBP a year)"""
    helped: Band
    """change at firms helped by either side"""
    others: Band
    """change at all other firms"""
    displaced: Band
    """minus the change at all other firms"""
    share: Band
    """of the helped firms' gain; NaN where they gain nothing"""
    net: Band
    """change in the region"""


@dataclass(frozen=True, slots=True)
class FirmComparison:
    """The firm and hub tables of a comparison; `present` says whether there are any of firms."""

    comparison: Comparison

    @property
    def present(self) -> bool:
        """Whether firms were simulated and compared."""
        return "firm_series" in self.comparison.tables

    def bands(self, name: str, group_by: str = "all", group: str = "all") -> pd.DataFrame:
        """scenario, period, mean, low, high, chance_low, chance_high, unit of a firm indicator for each scenario."""
        series = self.comparison.tables["firm_series"]
        rows = series[(series["indicator"] == name) & (series["group_by"] == group_by) & (series["group"] == group)]
        table = bands(rows, ["scenario", "period"], "value").rename(columns={"value": "mean"})
        return table.assign(unit=firm_indicator(name).unit).reset_index()

    def differences(self, name: str, at: str | None = None, by: str = "all") -> pd.DataFrame:
        """Plans against the baseline by size_band, sector or authority: base, plan and paired difference with bands."""
        series, comparison = self.comparison.tables["firm_series"], self.comparison
        at = at or comparison.last_period
        rows = series[(series["indicator"] == name) & (series["period"] == at) & (series["group_by"] == by)]
        return paired_differences(rows, comparison.base, comparison.plans).assign(unit=firm_indicator(name).unit)

    def twin_values(
        self, plan: str, technology: str = ALL_TECHNOLOGIES, at: str | None = None, by: str = "all"
    ) -> pd.DataFrame:
        """The rows of table `firm_twins` for a plan, technology, December and breakdown."""
        table = self.comparison.tables["firm_twins"]
        wanted = (table["scenario"] == plan) & (table["technology"] == technology)
        return table[wanted & (table["period"] == (at or self.comparison.last_period)) & (table["group_by"] == by)]

    def additional(
        self, plan: str, technology: str = ALL_TECHNOLOGIES, at: str | None = None, by: str = "all"
    ) -> pd.DataFrame:
        """Additional adoptions by group: group, mean, low, high, chance_low, chance_high."""
        rows = self.twin_values(plan, technology, at, by)
        return bands(rows, ["group"], "net").rename(columns={"net": "mean"}).reset_index()

    def additional_by_technology(self, plan: str, at: str | None = None) -> pd.DataFrame:
        """Additional adoptions by technology: technology, mean, low, high, chance_low, chance_high."""
        table = self.comparison.tables["firm_twins"]
        wanted = (table["scenario"] == plan) & (table["period"] == (at or self.comparison.last_period))
        rows = table[wanted & (table["group_by"] == "all") & (table["technology"] != ALL_TECHNOLOGIES)]
        return bands(rows, ["technology"], "net").rename(columns={"net": "mean"}).reset_index()

    def twin_band(self, plan: str, column: str, technology: str = ALL_TECHNOLOGIES, at: str | None = None) -> Band:
        """One column of table `firm_twins` for all firms."""
        return band(self.twin_values(plan, technology, at), column)

    def deadweight(self, plan: str, technology: str = ALL_TECHNOLOGIES) -> Band:
        """Of what helped firms took up since, of the technologies they were helped with: the share the base has too.

        NaN where nothing was taken up, and against a base that helps firms itself.
        """
        rows = self.twin_values(plan, technology)
        taken_up = rows["beneficiaries_in_state"].where(rows["beneficiaries_in_state"] > 0)
        if self.cost(plan).base_spends:
            taken_up = taken_up * np.nan
        return band(rows.assign(share=rows["beneficiaries_in_state_both"] / taken_up), "share")

    def effect_values(self, plan: str, effect: str, at: str | None = None, by: str = "all") -> pd.DataFrame:
        """The rows of table `firm_effects` for a plan, effect (firms, jobs, gva), December and breakdown."""
        table = self.comparison.tables["firm_effects"]
        wanted = (table["scenario"] == plan) & (table["effect"] == effect)
        return table[wanted & (table["period"] == (at or self.comparison.last_period)) & (table["group_by"] == by)]

    def displacement(self, plan: str, effect: str, at: str | None = None) -> Displacement:
        """Displacement within the region, in jobs or value added."""
        rows = self.effect_values(plan, effect, at)
        gain = rows["net_beneficiaries"].where(rows["net_beneficiaries"] > 0)
        # Losses of others without any gain have no finite share of it; without losses either there is nothing to tell.
        share = (rows["displaced"] / gain).where(gain.notna(), np.where(rows["displaced"] > 0, np.inf, np.nan))
        helped, displaced = band(rows, "net_beneficiaries"), band(rows, "displaced")
        best = displaced.value / helped.value if helped.value > 0 else float("nan")
        return Displacement(
            effect, helped, band(rows, "net_others"), displaced, band(rows.assign(share=share), "share", best),
            band(rows, "net"),
        )  # fmt: skip

    def cost(self, plan: str) -> UnitCost:
        """Spend on programmes for firms, and per additional adoption."""
        return unit_cost(self.comparison, plan, self.twin_values(plan), "firms")

    @property
    def has_hubs(self) -> bool:
        """Whether programmes used staff hours of hubs, or made people wait for them."""
        table = self.comparison.tables.get("hubs")
        return table is not None and bool((table[["hours_used", "waiting"]] > 0).any(axis=None))

    def hub_bands(self, measure: str, kind: str = "all") -> pd.DataFrame:
        """A measure of HUB_MEASURES by year at all hubs of a kind, for scenarios that use them.

        scenario, period (the year's December), mean, low, high, chance_low, chance_high, unit.
        """
        table = self.comparison.tables["hubs"]
        rows = table if kind == "all" else table[table["kind"] == kind]
        keys = ["scenario", "period", *RUN_COLUMNS]
        plain = rows[keys].astype({"scenario": str, "period": str})
        plain = plain.assign(hours=rows["hours"], used=rows["load"] * rows["hours"], waiting=rows["waiting"])
        totals = plain.groupby(keys).sum()
        # A year in which nobody came is one without load.
        periods = sorted(set(plain["period"]))
        runs = self.comparison.tables["twins"][RUN_COLUMNS].astype({"design_point": str}).drop_duplicates()
        every = [
            (scenario, period, *run)
            for scenario in sorted(set(plain["scenario"]))
            for period in periods
            for run in runs.itertuples(index=False)
        ]
        totals = totals.reindex(pd.MultiIndex.from_tuples(every, names=keys), fill_value=0.0).reset_index()
        totals["load"] = (100.0 * totals["used"] / totals["hours"].where(totals["hours"] > 0)).fillna(0.0)
        found = bands(totals, ["scenario", "period"], measure).rename(columns={measure: "mean"})
        return found.assign(unit=HUB_MEASURES[measure]).reset_index()

    def hub_kinds(self) -> list[str]:
        """Kinds of hubs that programmes used or queued at."""
        table = self.comparison.tables["hubs"]
        used = (table["hours_used"] > 0) | (table["waiting"] > 0)
        return sorted(set(table.loc[used, "kind"].astype(str)))
