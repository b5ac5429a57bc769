"""What each number of a programme or a trend may be: its name, unit and range, and who needs it."""

from dataclasses import dataclass, replace

from model.programmes.programme import (
    AREA_TARGETINGS,
    BUILT_INSTRUMENTS,
    CHANNELS,
    FIRM_INSTRUMENTS,
    FIRM_TARGETINGS,
    OFFER_INSTRUMENTS,
    PLACE_INSTRUMENTS,
    STAFFED_INSTRUMENTS,
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
    "convene_residents": ("place", "places"),
    "open_hub": ("hub", "hubs"),
    "redesign_service": ("service", "services"),
    "coordinate": ("partner", "partners"),
    "share_data": ("partner", "partners"),
    "build_coverage": ("premises", "premises"),
    "decarbonise": ("site", "sites"),
    "assess": ("assessment", "assessments"),
    "subsidise_firm": ("grant", "grants"),
    "advise_firm": ("firm", "firms"),
    "certify": ("firm", "firms"),
    "embed_expert": ("placement", "placements"),
    "convene": ("firm", "firms"),
    "demonstrate": ("site", "sites"),
    "inform_firms": ("firm", "firms"),
    "invest": ("deal", "deals"),
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

    def per_head(self) -> "Quantity":
        """The same given per 100,000 adults or 10,000 enterprises, of which a whole number is made in a region."""
        return replace(self, whole=False, least=SMALLEST) if self.whole else self


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
_AWARENESS = Quantity("share of missing awareness")
_PARTNERS = Quantity("partners", 1, 500, whole=True)
_BUILD_MONTHS = Quantity("months", 0, 120, whole=True)
_HALF_LIFE = Quantity("months", SMALLEST, 600)

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
    "convene_residents": {
        "group_size": Quantity("people", 2, 100, whole=True),
        "tie_months": _MONTHS,
        "hours": Quantity("hours", 0, 1000),
        "ceiling_gain_share": _SHARE,
        "motivation_gain": _MOTIVATION,
        "trust_gain": _TRUST,
    },
    "open_hub": {
        "n_hubs": Quantity("hubs", 1, 100, whole=True, grows=True),
        "staffed_hours_week": Quantity("hours a week", SMALLEST, 168),
        "seats": Quantity("people", 1, 10_000, whole=True),
        "kind": Quantity("code", 1, 4, whole=True),  # 1 community_hub, 2 growth_hub, 3 innovation_lab, 4 sandbox
    },
    "redesign_service": {
        "n_services": Quantity("services", 1, 500, whole=True),
        "share_gain_per_service": _SHARE,
        "threshold_reduction_per_service": Quantity("points of skill"),
        "assisted_share": _SHARE,
        "build_months": _BUILD_MONTHS,
        "half_life_months": _HALF_LIFE,
    },
    "coordinate": {
        "n_partners": _PARTNERS,
        "referral_gain": _AWARENESS,
        "drop_out_reduction": _SHARE,
        "build_months": _BUILD_MONTHS,
        "half_life_months": _HALF_LIFE,
    },
    "share_data": {
        "n_partners": _PARTNERS,
        "found_share": _SHARE,
        "false_found_share": _SHARE,
        "opt_out_share": _SHARE,
        "outreach_gain": _AWARENESS,
        "trust_gain": Quantity("share of missing trust a month"),
        "build_months": _BUILD_MONTHS,
        "half_life_months": _HALF_LIFE,
    },
    "build_coverage": {
        "take_up_share": _SHARE,
        "attention_gain": _ATTENTION,
        "build_months": _BUILD_MONTHS,
    },
    "decarbonise": {
        "n_sites": Quantity("sites", 1, 10_000, whole=True),
        "energy_kwh_per_site_year": Quantity("kWh a year per site", 0, 1e8),
        "saving_share": _SHARE,
        "kg_co2e_per_kwh": Quantity("kg CO2e per kWh", 0, 2),
        "devices_reused_per_month": Quantity("devices a month", 0, 1e6),
        "kg_co2e_per_device": Quantity("kg CO2e per device", 0, 2000),
        "build_months": _BUILD_MONTHS,
    },
    "assess": {
        "widening_probability": Quantity("probability"),
        "delay_months": Quantity("months", 0, 12, whole=True),
        "on_widening": Quantity("code", 1, 2, whole=True),  # 1 redesign, 2 stop
        "worst_group_fall": Quantity("percentage points", 0, 100),
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
    "inform_firms": {
        "reach_probability_monthly": _PROBABILITY_MONTHLY,
        "observations": Quantity(_OBSERVATIONS, 0, 10),
        "capability_gain": Quantity(_CAPABILITY),
        "attention_gain": _ATTENTION,
    },
    "invest": {
        "invested_gbp": Quantity("GBP per deal", SMALLEST, 1e6),
        "private_per_public": Quantity("GBP private per GBP public", 0, 20),
        "capability_gain": Quantity(_CAPABILITY),
        "demand_gain": Quantity("share of demand"),
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


OPTIONAL_NUMBERS = ("private_gbp_per_public_gbp",)
"""numbers that any programme may have and none needs"""


def delivery_quantities(instrument: str) -> dict[str, Quantity]:
    """What each delivery number of a programme may be."""
    one, many = PEOPLE[instrument]
    return {
        "fixed_cost_per_month": Quantity("GBP a month", 0, 1e8, grows=True),
        "unit_cost": Quantity(f"GBP per {one}" + (" a month" if instrument in STAFFED_INSTRUMENTS else ""), 0.01, 1e6),
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
        "private_gbp_per_public_gbp": Quantity("GBP private per GBP public", 0, 20),
    }


def channels(instrument: str) -> tuple[str, ...]:
    """Channels an instrument can use: people meet in hubs; campaigns, deals and what opens places need none."""
    only = {"champion": ("hub",), "convene_residents": ("hub",), "inform_firms": ("direct",), "invest": ("direct",)}
    only |= {"inform": ("direct",), "demonstrate": ("direct",)}
    only |= dict.fromkeys(PLACE_INSTRUMENTS, ("direct",))
    return only.get(instrument, CHANNELS)


def audience(instrument: str) -> str:
    """Whom an instrument serves."""
    return "firms" if instrument in FIRM_INSTRUMENTS else "residents"


def targetings(instrument: str) -> tuple[str, ...]:
    """Rules of who goes first."""
    if instrument in PLACE_INSTRUMENTS and instrument != "open_hub":
        return AREA_TARGETINGS if instrument == "build_coverage" else ("first_come",)
    return FIRM_TARGETINGS if instrument in FIRM_INSTRUMENTS else TARGETINGS


def take_up_numbers(instrument: str) -> tuple[str, ...]:
    """Numbers of the way from knowing to completing that an instrument has: nobody applies to hear a campaign, to see
    a site or for what changes places; an offer is completed by the firm's own decision to buy."""
    if instrument in ("inform", "inform_firms", "demonstrate", *PLACE_INSTRUMENTS):
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
    # Places that are not built are as many as are planned and paid for.
    planned = set(PLACE_INSTRUMENTS) - set(BUILT_INSTRUMENTS)
    capacity = () if instrument in planned else ("capacity_per_month",)
    return ("fixed_cost_per_month", "unit_cost", *capacity, *hub, *take_up_numbers(instrument))


NUMBER_NAMES = frozenset(delivery_quantities("train"))
"""keys of a programme that hold a number with its range and source"""
