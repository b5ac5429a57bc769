"""What each number of a programme or a trend may be: its name, unit and range, and who needs it."""

from dataclasses import dataclass

from model.programmes.programme import (
    CHANNELS,
    FIRM_INSTRUMENTS,
    FIRM_TARGETINGS,
    OFFER_INSTRUMENTS,
    PLACE_INSTRUMENTS,
    TARGETINGS,
)

STATUSES = ("measured", "calibrated", "assumed")
ASSUMPTION = "assumption"
"""source of an assumed number; it needs a `why`"""

PER_100_000 = " per 100,000 adults"
PER_10_000 = " per 10,000 enterprises"
"""endings of units that grow with the region"""

PEOPLE = {
    "train": ("place", "places"),
    "equip": ("device", "devices"),
    "subsidise_connection": ("voucher", "vouchers"),
    "champion": ("champion", "champions"),
    "inform": ("person", "people"),
    "open_hub": ("hub", "hubs"),
    "subsidise_firm": ("grant", "grants"),
    "advise_firm": ("firm", "firms"),
    "certify": ("firm", "firms"),
    "embed_expert": ("placement", "placements"),
    "convene": ("firm", "firms"),
    "demonstrate": ("site", "sites"),
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
    """whether it may be given per 100,000 adults or per 10,000 enterprises"""

    @property
    def units(self) -> tuple[str, ...]:
        """Allowed units."""
        return (self.unit, self.unit + PER_100_000, self.unit + PER_10_000) if self.grows else (self.unit,)


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
_CAPABILITY = "share of missing capability"
_ATTENTION = Quantity("multiple of attention", 0, 20)
_OBSERVATIONS = "observations of each technology"
_MONTHS = Quantity("months", 1, 276, whole=True)
_STAFF_TRAINING = Quantity("hours per trained worker", 0, 1000)

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
    "open_hub": {
        "n_hubs": Quantity("hubs", 1, 100, whole=True),
        "staffed_hours_week": Quantity("hours a week", SMALLEST, 168),
        "seats": Quantity("people", 1, 10_000, whole=True),
        "kind": Quantity("code", 1, 4, whole=True),  # 1 community_hub, 2 growth_hub, 3 innovation_lab, 4 sandbox
    },
    "subsidise_firm": {
        "offer_share": Quantity("share of the price", SMALLEST, 1),
        "offer_cap_gbp": Quantity("GBP per grant", 1, 1e6),
        "attention_gain": _ATTENTION,
    },
    "advise_firm": {
        "adviser_hours": Quantity("hours per firm", SMALLEST, 1000),
        "capability_gain_per_hour": Quantity(f"{_CAPABILITY} an hour"),
        "observations_per_hour": Quantity(f"{_OBSERVATIONS} an hour", 0, 10),
        "attention_gain": _ATTENTION,
        "staff_training_hours": _STAFF_TRAINING,
    },
    "certify": {
        "offer_share": Quantity("share of the price", SMALLEST, 1),
        "offer_cap_gbp": Quantity("GBP per firm", 1, 1e6),
        "adviser_hours": Quantity("hours per firm", 0, 1000),
        "capability_gain_per_hour": Quantity(f"{_CAPABILITY} an hour"),
        "attention_gain": _ATTENTION,
    },
    "embed_expert": {
        "expert_days": Quantity("days per placement", SMALLEST, 1000),
        "capability_gain_per_day": Quantity(f"{_CAPABILITY} a day"),
        "observations_per_day": Quantity(f"{_OBSERVATIONS} a day", 0, 10),
        "attention_gain": _ATTENTION,
        "staff_training_hours": _STAFF_TRAINING,
    },
    "convene": {
        "cohort_size": Quantity("firms", 2, 50, whole=True),
        "cohort_months": _MONTHS,
        "capability_gain": Quantity(_CAPABILITY),
        "attention_gain": _ATTENTION,
    },
    "demonstrate": {
        "radius_km": Quantity("km", SMALLEST, 100),
        "site_months": _MONTHS,
        "opt_in_share": Quantity("share of firms near a site"),
        "observations_per_month": Quantity(f"{_OBSERVATIONS} a month", 0, 10),
        "attention_gain": _ATTENTION,
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
    "willing_capability_slope": 0.0,
    "apply_probability_monthly": 1.0,
    "approval_probability": 1.0,
    "offer_months": 0.0,
    "completion_probability": 1.0,
}
"""numbers of the way from knowing to completing -> value where an instrument has no such number"""


def delivery_quantities(instrument: str) -> dict[str, Quantity]:
    """What each delivery number of a programme may be."""
    one, many = PEOPLE[instrument]
    return {
        "fixed_cost_per_month": Quantity("GBP a month", 0, 1e8, grows=True),
        "unit_cost": Quantity(f"GBP per {one}" + (" a month" if instrument in PLACE_INSTRUMENTS else ""), 0.01, 1e6),
        "capacity_per_month": Quantity(f"{many} a month", SMALLEST, 1e7, grows=True),
        "staff_hours_per_place": Quantity(f"hours per {one}", SMALLEST, 1000),
        "hub_hours_share": Quantity("share", SMALLEST, 1),
        "awareness_start": _SHARE,
        "awareness_limit": _SHARE,
        "awareness_half_life": Quantity("months", SMALLEST, 600),
        "willing_share": _SHARE,
        "willing_motivation_slope": Quantity("log-odds per point of motivation", 0, 50),
        "willing_capability_slope": Quantity("log-odds per point of capability", 0, 50),
        "apply_probability_monthly": _PROBABILITY_MONTHLY,
        "approval_probability": Quantity("probability"),
        "offer_months": Quantity("months", 1, 60, whole=True),
        "completion_probability": Quantity("probability"),
    }


def channels(instrument: str) -> tuple[str, ...]:
    """Channels an instrument can use: champions meet people in hubs, a campaign and what opens places need none."""
    return {"champion": ("hub",), "inform": ("direct",), "demonstrate": ("direct",), "open_hub": ("direct",)}.get(
        instrument, CHANNELS
    )


def audience(instrument: str) -> str:
    """Whom an instrument serves."""
    return "firms" if instrument in FIRM_INSTRUMENTS else "residents"


def targetings(instrument: str) -> tuple[str, ...]:
    """Rules of who goes first."""
    return FIRM_TARGETINGS if instrument in FIRM_INSTRUMENTS else TARGETINGS


def take_up_numbers(instrument: str) -> tuple[str, ...]:
    """Numbers of the way from knowing to completing that an instrument has: nobody applies to hear a campaign, to see
    a site or for a hub; an offer is completed by the firm's own decision to buy."""
    if instrument in ("inform", "demonstrate", *PLACE_INSTRUMENTS):
        return ()
    left_out = {"willing_capability_slope", "approval_probability", "offer_months"}
    if instrument in FIRM_INSTRUMENTS:
        with_offer = instrument in OFFER_INSTRUMENTS
        left_out = {"willing_motivation_slope", "completion_probability" if with_offer else "offer_months"}
    return tuple(name for name in TAKE_UP_NUMBERS if name not in left_out)


def needed_numbers(instrument: str, channel: str) -> tuple[str, ...]:
    """Delivery numbers a programme has to have, and may have, in the order of its card.

    Champions give the hub's hours themselves.
    """
    hub = HUB_NUMBERS if channel == "hub" and instrument != "champion" else ()
    # Of hubs as many open as are planned and paid for.
    capacity = () if instrument in PLACE_INSTRUMENTS else ("capacity_per_month",)
    return ("fixed_cost_per_month", "unit_cost", *capacity, *hub, *take_up_numbers(instrument))


NUMBER_NAMES = frozenset(delivery_quantities("train"))
"""keys of a programme that hold a number with its range and source"""
