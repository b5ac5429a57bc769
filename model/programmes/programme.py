"""What the model reads of a programme. Files are validated in `scenarios.programme_schema`; nothing here can be wrong."""

from dataclasses import dataclass, field

from model.programmes.review import Pilot

RESIDENT_INSTRUMENTS = ("train", "equip", "subsidise_connection", "champion", "inform", "convene_residents")
STAFFED_INSTRUMENTS = ("open_hub", "coordinate", "share_data")
"""Places that are paid for month by month and work while they are."""
BUILT_INSTRUMENTS = ("redesign_service", "build_coverage", "decarbonise")
"""Places that are built and paid once, as many a month as capacity allows."""
PLACE_INSTRUMENTS = (*STAFFED_INSTRUMENTS, *BUILT_INSTRUMENTS, "assess")
"""What changes the places themselves; nobody applies."""
FIRM_INSTRUMENTS = (
    "subsidise_firm",
    "advise_firm",
    "certify",
    "embed_expert",
    "convene",
    "demonstrate",
    "inform_firms",
    "invest",
)
OFFER_INSTRUMENTS = ("subsidise_firm", "certify")
"""Approval makes an offer: part of a price, paid when the firm buys."""
WITHOUT_APPLICANTS = ("inform", "inform_firms", "demonstrate", *PLACE_INSTRUMENTS)
"""Nobody applies or waits; whoever or whatever is served counts as completed."""
INSTRUMENTS = (*RESIDENT_INSTRUMENTS, *PLACE_INSTRUMENTS, *FIRM_INSTRUMENTS)
"""What a programme does to those it reaches; each is one file in `model/programmes/instruments/`."""

RESIDENT_NEEDS = ("device", "connection", "basic_skills", "work_skills", "peers")
FIRM_NEEDS = ("finance", "equity", "advice", "security", "expertise", "peers")
"""What a programme can be for: of programmes for the same need, only one serves a person or a firm."""
NEEDS = {
    "equip": "device",
    "subsidise_connection": "connection",
    "train": "basic_skills",
    "champion": "basic_skills",
    "convene_residents": "peers",
    "subsidise_firm": "finance",
    "invest": "equity",
    "advise_firm": "advice",
    "certify": "security",
    "embed_expert": "expertise",
    "convene": "peers",
}
"""instrument -> the need it serves unless a programme says otherwise; the others serve none"""

AUDIENCES = ("residents", "firms")
CHANNELS = ("hub", "direct")
"""hub: places need staff hours of a hub in reach, with a queue at each; direct: one queue for the region."""

TARGETINGS = ("first_come", "deprived_first", "older_first", "offline_first")
"""Who goes first when places are short; ties and `first_come` go by month of joining, then by lot."""
AREA_TARGETINGS = ("first_come", "deprived_first", "rural_first")
"""The same for small areas that are built one after another; of equals by lot."""
FIRM_TARGETINGS = ("first_come", "smallest_first", "least_digital_first", "deprived_first")
"""The same for firms: by jobs at entry, by technologies in use, by the deprivation of the main unit's area."""

HUB_KINDS = ("library", "community_hub", "innovation_lab")
"""Kinds of hubs that carry residents' programmes, unless a programme says otherwise."""
FIRM_HUB_KINDS = ("growth_hub",)
"""The same for firms' programmes of channel hub."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part; every condition has to hold. An empty tuple or None means no condition."""

    min_age_years: int = 16
    max_age_years: int = 120
    use: tuple[str, ...] = ()
    """any of "never", "lapsed", "recent" (the ONS classes of internet use)"""
    max_skill: float = 1.0
    disabled: bool | None = None
    on_benefits: bool | None = None
    lacks: str | None = None
    """"device", "connection" or "either": must lack it at home"""
    deprivation_quintiles: tuple[int, ...] = ()
    """1 = most deprived fifth of the nation .. 5 = least deprived"""
    rural: bool | None = None
    authorities: tuple[str, ...] = ()
    """authority codes"""


@dataclass(frozen=True, slots=True)
class FirmEligibility:
    """Which firms may take part; every condition has to hold. An empty tuple or None means no condition."""

    size_bands: tuple[str, ...] = ()
    """of model.region.SIZE_BANDS, at the firm's entry"""
    sectors: tuple[str, ...] = ()
    """of model.region.SECTORS"""
    authorities: tuple[str, ...] = ()
    """authority codes"""
    charities: str | None = None
    """"only": charities only; "none": no charities"""
    lacks: tuple[str, ...] = ()
    """technologies, none of which may be in use"""
    uses: tuple[str, ...] = ()
    """technologies, all of which have to be in use"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number of a programme, as a planner sees it."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    status: str
    """measured, calibrated or assumed"""
    source: str
    shrunk: bool = False
    """already reduced because it rests on what people report of themselves"""


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme at full population: money in pence, places and people unscaled, months as month numbers."""

    id: str
    title: str
    summary: str
    instrument: str
    start_month: int
    end_month: int
    """first month in which nothing is delivered any more"""
    budget_pence: int
    """total over the window; never overspent"""
    fixed_cost_pence_per_month: int
    unit_cost_pence: int
    """per place started, device, voucher, champion trained, person reached, grant made, firm advised or site"""
    capacity_per_month: float
    """places a month in the whole region, whatever the hubs could carry"""
    channel: str
    staff_hours_per_place: float
    hub_hours_share: float
    """share of a hub's staffed hours this programme may use (channel hub)"""
    eligibility: Eligibility
    targeting: str
    awareness_start: float
    """share of the eligible who know of it in its first month"""
    awareness_limit: float
    awareness_half_life_months: float
    """months in which half of the remaining way to the limit is gone"""
    willing_share: float
    """share of the aware, at reference motivation (firms: at capability .5), who would take part"""
    willing_motivation_slope: float
    """change of the log-odds of being willing per unit of motivation"""
    apply_probability_monthly: float
    """of an aware, willing and eligible person to come forward in a month"""
    completion_probability: float
    effects: dict[str, float] = field(default_factory=dict)
    """numbers the instrument reads by name; each instrument declares its own"""
    evidence: tuple[Evidence, ...] = ()
    audience: str = "residents"
    firm_eligibility: FirmEligibility | None = None
    """for firms in place of `eligibility`"""
    technologies: tuple[str, ...] = ()
    """what a programme for firms is about, of model.technologies.TECHNOLOGIES"""
    hub_kinds: tuple[str, ...] = HUB_KINDS
    """kinds of hubs that carry it (channel hub) or get its sites (demonstrate)"""
    willing_capability_slope: float = 0.0
    """change of a firm's log-odds of being willing per unit of capability"""
    approval_probability: float = 1.0
    """of a firm that applied"""
    offer_months: int = 0
    """months in which an approved offer can be claimed"""
    need: str = ""
    """of RESIDENT_NEEDS or FIRM_NEEDS; no other programme serves it for the same person or firm; "" for none"""
    pilot: Pilot | None = None
    private_gbp_per_public_gbp: float = 0.0
    """what partners add to each public pound; `budget_pence` already holds both"""
