"""What is counted: benefits and costs, each a quantity from the twins or a multiplier times unit values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SKILL_BENEFITS = ("earnings", "gva")
"""Digital skill is counted once: as residents' earnings, or in the value added of firms"""


@dataclass(frozen=True, slots=True)
class Item:
    """One benefit or cost: quantity x the values of `by` x (1 - each share of `less`)."""

    id: str
    title: str
    party: Literal["residents", "firms", "public", "society", "private", "participants"]
    """to whom a benefit goes; who pays a cost"""
    quantity: str
    """column of the table of quantities, or a multiplier's id"""
    unit: str
    by: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    """shares taken off once: displacement elsewhere, leakage"""
    multiplier: bool = False
    """whether the quantity is a multiplier's, rather than counted between twins"""
    health: bool = False
    """discounted at the rate for health and life"""
    by_income: bool = False
    """whether a pound of it counts by the income of whom it goes to; time and wellbeing have one value for everyone, in
    which a weight is already"""
    only: str = ""
    """of SKILL_BENEFITS: counted under that choice alone; "" always"""
    rests_on: frozenset[str] = frozenset()
    """audiences of the programmes whose effects a counted quantity rests on"""
    through: frozenset[str] = frozenset()
    """their effects that bring it about; money of programmes in which one of these was shrunk gets no optimism bias"""


_RESIDENTS = frozenset({"residents", "places"})
_WILL = frozenset({"motivation_gain", "trust_gain"})
_SKILL = frozenset({"ceiling_gain_share"})
_OF_FIRMS = frozenset({"attention_gain", "capability_gain", "capability_gain_per_day", "capability_gain_per_hour",
                       "staff_training_hours"})  # fmt: skip
_ONLINE = "person-years online"

BENEFITS = (
    Item("consumer_savings", "Saved on goods and bills", "residents", "online", _ONLINE, ("consumer_saving_gbp",),
         by_income=True, rests_on=_RESIDENTS, through=_WILL),
    Item("time_savings", "Time saved by being online", "residents", "online", _ONLINE,
         ("time_saving_hours", "time_value_gbp"), rests_on=_RESIDENTS, through=_WILL),
    Item("wellbeing", "Wellbeing", "residents", "online", _ONLINE, ("life_satisfaction_points", "wellbeing_year_gbp"),
         health=True, rests_on=_RESIDENTS, through=_WILL),
    Item("earnings", "Earnings with digital skills for work", "residents", "work_paid", "person-years in work",
         ("annual_pay_gbp", "earnings_premium_share"), ("earnings_displacement_share", "earnings_leakage_share"),
         only="earnings", by_income=True, rests_on=_RESIDENTS, through=_SKILL),
    Item("value_added", "Value added by firms", "firms", "gva", "GBP",
         less=("gva_displacement_out_share", "gva_leakage_share"), only="gva", rests_on=frozenset({"firms"}),
         through=_OF_FIRMS),
    Item("contacts", "Public contacts moved online by those newly online", "public", "online", _ONLINE,
         ("contacts_moved_a_year", "contact_saving_gbp"), rests_on=_RESIDENTS, through=_WILL),
    Item("redesigned_services", "Contacts moved online by redesigned services", "public", "council_contacts", "contacts",
         ("contact_saving_gbp",), multiplier=True),
    Item("resident_hours", "Time saved by redesigned services", "residents", "resident_hours_saved", "hours",
         ("time_value_gbp",), multiplier=True),
    Item("health_contacts", "Contacts with general practices avoided", "public", "health_contacts", "contacts",
         ("gp_contact_gbp",), multiplier=True),
    Item("cyber_incidents", "Cyber incidents avoided", "firms", "cyber_incidents", "incidents",
         ("cyber_incident_gbp",), multiplier=True, only="gva"),
    Item("carbon_buildings", "Emissions saved in buildings", "society", "building_energy_co2e", "tonnes CO2e",
         ("carbon_gbp",), multiplier=True),
    Item("carbon_firms", "Emissions saved by firms", "society", "firm_energy_co2e", "tonnes CO2e", ("carbon_gbp",),
         multiplier=True, only="gva"),
    Item("carbon_devices", "Emissions saved by devices used again", "society", "device_reuse_co2e", "tonnes CO2e",
         ("carbon_gbp",), multiplier=True),
)  # fmt: skip

COSTS = (
    Item("programmes", "Programmes, public money", "public", "public_gbp", "GBP"),
    Item("partners", "Programmes, money of partners and investors", "private", "private_gbp", "GBP"),
    Item("connections", "Connections and devices of people newly online", "participants", "online", _ONLINE,
         ("connection_cost_gbp",), by_income=True),
    Item("time", "Time of people who take part", "participants", "resident_hours", "hours", ("time_value_gbp",)),
    Item("firm_time", "Time of firms that take part", "participants", "firm_hours", "hours", ("firm_hour_gbp",),
         only="gva"),
    Item("firm_outlay", "Outlay of firms on technology", "participants", "new_adoptions", "adoptions",
         ("firm_outlay_gbp",), only="gva"),
)  # fmt: skip

BIASED_COSTS = ("programmes", "partners")
"""What programmes spend, which planners tend to state too low"""


def counted(items: tuple[Item, ...], skill_benefit: str) -> tuple[Item, ...]:
    """Those items that count under a choice of SKILL_BENEFITS."""
    return tuple(item for item in items if item.only in ("", skill_benefit))
