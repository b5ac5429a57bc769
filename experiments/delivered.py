"""What programmes cost and deliver beyond those of the baseline, by run and calendar year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.bands import RUN_COLUMNS
from experiments.programme_numbers import EFFECT
from experiments.yearly import NO_YEARS, RUN_YEAR, plain, unit_years, yearly_sum
from model.calendar import NEVER, month_index
from model.errors import InputError

if TYPE_CHECKING:
    from experiments.compare import Comparison

HOURS = {
    "train": "hours",
    "convene_residents": "hours",
    "equip": "support_hours",
    "champion": "help_hours",
    "advise_firm": "adviser_hours",
    "certify": "adviser_hours",
}
"""instrument -> its effect that says how many hours each one served gives up; the others take next to no time"""
KG_PER_TONNE = 1000.0
MONTHS_A_YEAR = 12


def delivered(comparison: Comparison, plan: str) -> pd.DataFrame:
    """Money, hours and units of the plan less those of the base, indexed by RUN_YEAR.

    public_gbp, private_gbp (of partners and investors); resident_hours, firm_hours (of those served); services
    (service-years in use), services_share (what they add to the share of services that can be used online, x years),
    building_tco2e_stated and device_tco2e_stated (tonnes), all by the programmes' own numbers; data_partner_years.
    """
    of_plan, of_base = (_columns(comparison, scenario) for scenario in (plan, comparison.base))
    return of_plan.sub(of_base, fill_value=0.0).fillna(0.0)


def shrunk_share(comparison: Comparison, plan: str, audiences: frozenset[str], effects: frozenset[str]) -> pd.Series:
    """Share of the plan's money for these audiences that goes to programmes with one of `effects` shrunk already, by run."""
    if not _has_programmes(comparison, plan):
        return pd.Series(dtype=float)
    work = _deliveries(comparison, plan)
    rows, numbers = work.rows[work.rows["audience"].isin(audiences)], work.numbers
    named = numbers["number"].isin([EFFECT + name for name in effects])
    shrunk = numbers[numbers["shrunk"].astype(bool) & named]["programme"].unique()
    spent = rows.groupby(RUN_COLUMNS)["spend_gbp"].sum()
    on_shrunk = rows[rows["programme"].isin(shrunk)].groupby(RUN_COLUMNS)["spend_gbp"].sum()
    return (on_shrunk.reindex(spent.index, fill_value=0.0) / spent.where(spent > 0)).fillna(0.0)


@dataclass(frozen=True, slots=True)
class _Deliveries:
    """The programmes of one scenario, month by month, and the numbers they had."""

    rows: pd.DataFrame
    numbers: pd.DataFrame
    until: str

    def of(self, *instruments: str) -> pd.DataFrame:
        return self.rows[self.rows["instrument"].isin(instruments)]

    def number(self, rows: pd.DataFrame, name: pd.Series | str) -> pd.Series:
        """The value that each row's programme had for a number in that run; NaN where it has none."""
        keys = [*RUN_COLUMNS, "programme", "number"]
        found = rows.assign(number=name)[keys].merge(self.numbers[[*keys, "value"]], on=keys, how="left")["value"]
        return pd.Series(found.to_numpy(), rows.index)

    def effect(self, rows: pd.DataFrame, name: str) -> pd.Series:
        return self.number(rows, EFFECT + name).fillna(0.0)

    def flow(self, rows: pd.DataFrame, amount: pd.Series) -> pd.Series:
        """A monthly amount of rows by year."""
        if rows.empty:
            return NO_YEARS
        return yearly_sum(rows.assign(amount=amount), "amount").set_index(RUN_YEAR)["amount"]

    def hours(self, audience: str) -> pd.Series:
        """Hours that those served give up."""
        rows = self.rows[(self.rows["audience"] == audience) & self.rows["instrument"].isin(HOURS)]
        return self.flow(rows, rows["served"] * self.number(rows, EFFECT + rows["instrument"].map(HOURS)).fillna(0.0))

    def in_use(self, instrument: str, each: float | pd.Series = 1.0) -> pd.Series:
        """Units that were built and stay, times what each stands for; they fade when nobody pays for them any more."""
        rows = self.of(instrument)
        if rows.empty:
            return NO_YEARS
        months = rows["period"].map(month_index)
        keys = [rows[name] for name in (*RUN_COLUMNS, "programme")]
        last_paid = months.where(rows["spend_gbp"] > 0).groupby(keys).transform("max").fillna(NEVER)
        kept = (0.5 ** (1.0 / self.number(rows, EFFECT + "half_life_months"))).fillna(1.0)
        rows = rows.assign(units=rows["completed"] * each, fades_from=last_paid, kept_monthly=kept)
        return unit_years(rows, "units", self.until).set_index(RUN_YEAR)["units"]


def _deliveries(comparison: Comparison, scenario: str) -> _Deliveries:
    tables = comparison.tables
    if "programme_numbers" not in tables:
        problem = "the results were written before programmes' numbers were kept; run the comparison again"
        raise InputError(problem, key="programme_numbers")
    columns = [*RUN_COLUMNS, "programme", "instrument", "number", "value", "shrunk"]
    table = tables["programme_numbers"]
    numbers = plain(table[table["scenario"] == scenario], columns)
    table = tables["programmes"]
    money = [name for name in ("public_spend_gbp", "private_spend_gbp") if name in table]
    columns = [*RUN_COLUMNS, "period", "programme", "audience", "spend_gbp", "served", "completed", *money]
    rows = plain(table[table["scenario"] == scenario], columns).reset_index(drop=True)
    rows["instrument"] = rows["programme"].map(dict(zip(numbers["programme"], numbers["instrument"], strict=True)))
    rows["public_gbp"] = rows["public_spend_gbp"] if "public_spend_gbp" in rows else rows["spend_gbp"]
    # What investors add beside public deals is no part of the programme's spend.
    rows["private_gbp"] = rows["spend_gbp"] - rows["public_gbp"] + rows.get("private_spend_gbp", 0.0)
    return _Deliveries(rows, numbers, comparison.until)


def _has_programmes(comparison: Comparison, scenario: str) -> bool:
    table = comparison.tables.get("programmes")
    return table is not None and bool((table["scenario"] == scenario).any())


def _columns(comparison: Comparison, scenario: str) -> pd.DataFrame:
    if not _has_programmes(comparison, scenario):
        return pd.DataFrame(index=NO_YEARS.index, columns=list(_NAMES), dtype=float)
    work = _deliveries(comparison, scenario)
    sites, shared = work.of("decarbonise"), work.of("share_data")
    tonnes_a_site = work.effect(sites, "energy_kwh_per_site_year") * work.effect(sites, "saving_share")
    tonnes_a_site = tonnes_a_site * work.effect(sites, "kg_co2e_per_kwh") / KG_PER_TONNE
    devices = work.effect(sites, "devices_reused_per_month") * (sites["spend_gbp"] > 0)
    tonnes_of_devices = devices * work.effect(sites, "kg_co2e_per_device") / KG_PER_TONNE
    values = (
        work.flow(work.rows, work.rows["public_gbp"]),
        work.flow(work.rows, work.rows["private_gbp"]),
        work.hours("residents"),
        work.hours("firms"),
        work.in_use("redesign_service"),
        work.in_use("redesign_service", work.effect(work.of("redesign_service"), "share_gain_per_service")),
        work.in_use("decarbonise", tonnes_a_site),
        work.flow(sites, tonnes_of_devices),
        work.flow(shared, shared["served"] / MONTHS_A_YEAR),
    )
    return pd.DataFrame(dict(zip(_NAMES, values, strict=True))).rename_axis(index=RUN_YEAR)


_NAMES = (
    "public_gbp", "private_gbp", "resident_hours", "firm_hours", "services", "services_share", "building_tco2e_stated",
    "device_tco2e_stated", "data_partner_years",
)  # fmt: skip
