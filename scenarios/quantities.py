"""What each number of a programme or a trend may be: its name, unit and range, and who needs it."""

from dataclasses import dataclass

from model.programmes.programme import CHANNELS

STATUSES = ("measured", "calibrated", "assumed")
ASSUMPTION = "assumption"
"""source of an assumed number; it needs a `why`"""

PER_100_000 = " per 100,000 adults"
"""ending of a unit that grows with the region"""

PEOPLE = {
    "train": ("place", "places"),
    "equip": ("device", "devices"),
    "subsidise_connection": ("voucher", "vouchers"),
    "champion": ("champion", "champions"),
    "inform": ("person", "people"),
}
"""instrument -> what one unit of it is called, and many"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a number may be."""

    unit: str
    least: float = 0.0
    most: float = 1.0
    whole: bool = False
    grows: bool = False
    """whether it may be given per 100,000 adults"""

    @property
    def units(self) -> tuple[str, ...]:
        """Allowed units."""
        return (self.unit, self.unit + PER_100_000) if self.grows else (self.unit,)


SMALLEST = 1e-6
"""stands for "above zero" where zero would make a programme that can never deliver"""

ELIGIBILITY_RANGES = {
    "min_age_years": Quantity("years", 16, 120, whole=True),
    "max_age_years": Quantity("years", 16, 120, whole=True),
    "max_skill": Quantity("points of skill"),
}

_SHARE = Quantity("share")
_MOTIVATION = Quantity("share of missing motivation")
_TRUST = Quantity("share of missing trust")
_PROBABILITY_MONTHLY = Quantity("probability a month")

EFFECTS: dict[str, dict[str, Quantity]] = {
    "train": {
        "hours": Quantity("hours", SMALLEST, 1000),
        "ceiling_gain_share": _SHARE,
        "motivation_gain": _MOTIVATION,
        "trust_gain": _TRUST,
    },
    "equip": {
        "device": Quantity("code", 1, 2, whole=True),  # 1 phone, 2 large screen
        "connection": Quantity("code", 0, 2, whole=True),  # 0 none, 1 mobile, 2 fixed
        "months_of_data": Quantity("months", 0, 276, whole=True),
        "lend_months": Quantity("months", 0, 276, whole=True),  # 0 = a gift
        "kept_share": _SHARE,
        "motivation_gain": _MOTIVATION,
        "support_hours": Quantity("hours", 0, 1000),
    },
    "subsidise_connection": {
        "subsidy_share": _SHARE,
        "months": Quantity("months", 1, 276, whole=True),
        "motivation_gain": _MOTIVATION,
    },
    "champion": {
        "people_helped_per_month": Quantity("people a month per champion", SMALLEST, 1000),
        "champion_leave_probability_monthly": _PROBABILITY_MONTHLY,
        "help_hours": Quantity("hours per person", 0, 1000),
        "trust_gain": _TRUST,
        "motivation_gain": _MOTIVATION,
    },
    "inform": {
        "motivation_gain": _MOTIVATION,
        "trust_gain": _TRUST,
        "reach_probability_monthly": _PROBABILITY_MONTHLY,
    },
}
"""instrument -> the numbers it reads, all of them needed"""

TRENDS: dict[str, Quantity] = {
    "tariff_gbp_month": Quantity("GBP a month", SMALLEST, 1000),
    "digital_services_share": _SHARE,
    "service_skill_threshold": Quantity("points of skill"),
    "breach_rate": Quantity("points of trust a month"),
}
"""dated paths every scenario needs; `baseline` sets them"""

HUB_NUMBERS = ("staff_hours_per_place", "hub_hours_share")
TAKE_UP_NUMBERS = {
    "awareness_start": 1.0,
    "awareness_limit": 1.0,
    "awareness_half_life": 1.0,
    "willing_share": 1.0,
    "willing_motivation_slope": 0.0,
    "apply_probability_monthly": 1.0,
    "completion_probability": 1.0,
}
"""numbers of the way from knowing to completing -> value where an instrument has no such way"""


def delivery_quantities(instrument: str) -> dict[str, Quantity]:
    """What each delivery number of a programme may be."""
    one, many = PEOPLE[instrument]
    return {
        "fixed_cost_per_month": Quantity("GBP a month", 0, 1e8, grows=True),
        "unit_cost": Quantity(f"GBP per {one}", 0.01, 1e6),
        "capacity_per_month": Quantity(f"{many} a month", SMALLEST, 1e7, grows=True),
        "staff_hours_per_place": Quantity(f"hours per {one}", SMALLEST, 1000),
        "hub_hours_share": Quantity("share", SMALLEST, 1),
        "awareness_start": _SHARE,
        "awareness_limit": _SHARE,
        "awareness_half_life": Quantity("months", SMALLEST, 600),
        "willing_share": _SHARE,
        "willing_motivation_slope": Quantity("log-odds per point of motivation", 0, 50),
        "apply_probability_monthly": _PROBABILITY_MONTHLY,
        "completion_probability": Quantity("probability"),
    }


def channels(instrument: str) -> tuple[str, ...]:
    """Channels an instrument can use: champions meet people in hubs, a campaign needs none."""
    return {"champion": ("hub",), "inform": ("direct",)}.get(instrument, CHANNELS)


def needed_numbers(instrument: str, channel: str) -> tuple[str, ...]:
    """Delivery numbers a programme has to have, and may have, in the order of its card.

    Champions give the hub's hours themselves; nobody applies to hear a campaign.
    """
    hub = HUB_NUMBERS if channel == "hub" and instrument != "champion" else ()
    take_up = () if instrument == "inform" else tuple(TAKE_UP_NUMBERS)
    return ("fixed_cost_per_month", "unit_cost", "capacity_per_month", *hub, *take_up)


NUMBER_NAMES = frozenset(delivery_quantities("train"))
"""keys of a programme that hold a number with its range and source"""
