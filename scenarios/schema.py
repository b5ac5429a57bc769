"""What may stand in a programme's or a scenario's YAML file, and its translation into the model's dataclasses.

Pydantic checks the shape; the checks after it know units, ranges and names. Every failure is one InputError.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from model import calendar
from model.errors import InputError, nearest
from model.programmes import programme as model_programme
from model.region import SECTORS, SIZE_BANDS
from model.technologies import TECHNOLOGIES
from scenarios import quantities
from scenarios.quantities import Quantity
from scenarios.yaml_io import Document, KeyPath, shortened

STRATEGIES = {"G": 36, "L": 17, "H": 16, "S": 9, "W": 17}
"""letter of a strategy (Gloucestershire, Glasgow, Hertfordshire, Staffordshire, West Midlands) -> its last measure"""

USES = ("never", "lapsed", "recent")
LACKS = ("device", "connection", "either")
CHARITIES = ("only", "none")
HUB_KINDS = ("library", "community_hub", "growth_hub", "innovation_lab", "sandbox")
BUDGETS = ("budget_gbp", "budget_gbp_per_adult", "budget_gbp_per_enterprise")
MAX_BUDGET_GBP = 1e10


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Number(_Strict):
    """One number with its range and where it comes from."""

    value: float
    unit: str
    low: float
    high: float
    status: str
    source: str
    why: str = ""
    see: list[str] = []
    """sources an assumption leans on, or further ones"""
    chosen: bool = False
    """set by the scenario itself: a decision, not an uncertain figure, so full bands leave it alone"""


class Trend(_Strict):
    """A dated path: straight lines between the points, flat outside them."""

    unit: str
    status: str
    source: str
    why: str = ""
    see: list[str] = []
    points: dict[str, float]


class Eligibility(_Strict):
    """Who may take part; every condition that is given has to hold."""

    min_age_years: int = 16
    max_age_years: int = 120
    use: list[str] = []
    max_skill: float = 1.0
    disabled: bool | None = None
    on_benefits: bool | None = None
    lacks: str | None = None
    deprivation_quintiles: list[int] = []
    rural: bool | None = None
    authorities: list[str] = []


class FirmEligibility(_Strict):
    """Which firms may take part; every condition that is given has to hold."""

    size_bands: list[str] = []
    sectors: list[str] = []
    authorities: list[str] = []
    charities: str | None = None
    lacks: list[str] = []
    uses: list[str] = []


class ProgrammeTemplate(_Strict):
    """A measure as the catalogue has it: everything but its dates and its budget."""

    id: str
    title: str
    summary: str
    strategy: list[str]
    instrument: str
    audience: str = "residents"
    channel: str
    hub_kinds: list[str] = []
    """kinds of hubs that carry it or get its sites; empty for the usual ones"""
    targeting: str
    eligibility: Eligibility | None = None
    firm_eligibility: FirmEligibility | None = None
    technologies: list[str] = []
    fixed_cost_per_month: Number
    unit_cost: Number
    capacity_per_month: Number | None = None
    staff_hours_per_place: Number | None = None
    hub_hours_share: Number | None = None
    awareness_start: Number | None = None
    awareness_limit: Number | None = None
    awareness_half_life: Number | None = None
    willing_share: Number | None = None
    willing_motivation_slope: Number | None = None
    willing_capability_slope: Number | None = None
    apply_probability_monthly: Number | None = None
    approval_probability: Number | None = None
    offer_months: Number | None = None
    completion_probability: Number | None = None
    effects: dict[str, Number]

    def numbers(self) -> dict[str, Number]:
        """Every number of the programme by name, effects as "effects.hours"."""
        delivery = {name: getattr(self, name) for name in quantities.delivery_quantities(self.instrument)}
        effects = {f"effects.{name}": number for name, number in self.effects.items()}
        return {name: number for name, number in (delivery | effects).items() if number is not None}


class ScheduledProgramme(ProgrammeTemplate):
    """A programme of a scenario: a template with its first and last month and its budget."""

    start: str
    end: str
    budget_gbp: float | None = None
    budget_gbp_per_adult: float | None = None
    budget_gbp_per_enterprise: float | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """What of a region budgets and capacities grow with, and the names of its parts."""

    adults: float
    enterprises: float
    authorities: tuple[str, ...]


class ScenarioFile(_Strict):
    """One scenario file, before `extends` is followed."""

    name: str
    title: str
    summary: str
    strategy: list[str] = []
    extends: str | None = None
    network: str | None = None
    programmes: dict[str, dict[str, Any]] = {}
    trends: dict[str, Trend] = {}


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], document: Document, prefix: str = "") -> Model:
    """Check the shape of a document. `prefix` stands before the keys that an error names."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise _translated(error, model, document, prefix) from None


def check_programme(
    programme: ProgrammeTemplate, document: Document, sources: Collection[str], prefix: str = ""
) -> None:
    """Check what the shape cannot say: names, units, ranges, sources. Raises InputError at the first fault."""
    fault = _Faults(document, prefix)
    _check_name(("id",), programme.id, fault)
    fault.one_of(("instrument",), programme.instrument, model_programme.INSTRUMENTS, "instrument")
    allowed_channels = quantities.channels(programme.instrument)
    fault.one_of(("channel",), programme.channel, allowed_channels, f"channel of {programme.instrument}")
    fault.one_of(("targeting",), programme.targeting, quantities.targetings(programme.instrument), "targeting rule")
    _check_strategy(programme.strategy, fault)
    _check_audience(programme, fault)
    needed = quantities.EFFECTS[programme.instrument]
    for name in programme.effects:
        fault.one_of(("effects", name), name, needed, f"effect of {programme.instrument}", is_key=True)
    for name in needed:
        if name not in programme.effects:
            raise fault.at(("effects", name), f"missing; {programme.instrument} needs it", None, None)
    wanted = quantities.needed_numbers(programme.instrument, programme.channel)
    for name in quantities.delivery_quantities(programme.instrument):
        given = getattr(programme, name) is not None
        if given != (name in wanted):
            problem = "does not belong to" if given else "missing; needed by"
            kind = f"instrument {programme.instrument!r} with channel {programme.channel!r}"
            raise fault.at((name,), f"{problem} {kind}", None, None)
    allowed = quantities.delivery_quantities(programme.instrument) | {
        f"effects.{name}": quantity for name, quantity in needed.items()
    }
    for name, number in programme.numbers().items():
        _check_number(number, allowed[name], tuple(name.split(".")), sources, fault)
    start, limit = programme.awareness_start, programme.awareness_limit
    if start and limit and limit.value < start.value:
        path = ("awareness_limit", "value")
        raise fault.at(path, "below awareness_start", limit.value, f"{start.value:g} to 1")


def _check_audience(programme: ProgrammeTemplate, fault: "_Faults") -> None:
    """Residents and firms are each described by their own keys."""
    instrument, audience = programme.instrument, quantities.audience(programme.instrument)
    if programme.audience != audience:
        raise fault.at(("audience",), f"not whom {instrument} serves", programme.audience, audience)
    wanted = {"residents": "eligibility", "firms": "firm_eligibility"}[audience]
    if instrument in model_programme.PLACE_INSTRUMENTS:
        wanted = ""
    for key in ("eligibility", "firm_eligibility"):
        given = getattr(programme, key) is not None
        if given != (key == wanted):
            problem = "does not belong to" if given else "missing; needed by"
            raise fault.at((key,), f"{problem} instrument {instrument!r}", None, None)
    if programme.eligibility is not None:
        _check_eligibility(programme.eligibility, fault)
    if programme.firm_eligibility is not None:
        _check_firm_eligibility(programme.firm_eligibility, fault)
    _check_technologies(programme, fault)
    if programme.hub_kinds and not (programme.channel == "hub" or instrument == "demonstrate"):
        raise fault.at(("hub_kinds",), f"does not belong to channel {programme.channel!r}", None, None)
    for position, kind in enumerate(programme.hub_kinds):
        fault.one_of(("hub_kinds", position), kind, HUB_KINDS, "kind of hub")


def _check_technologies(programme: ProgrammeTemplate, fault: "_Faults") -> None:
    instrument, path = programme.instrument, ("technologies",)
    allowed: Collection[str] = TECHNOLOGIES
    if instrument == "certify":
        allowed = ("cyber_essentials",)
    if programme.audience != "firms" or instrument == "convene":
        if programme.technologies:
            raise fault.at(path, f"does not belong to instrument {instrument!r}", None, None)
        return
    if not programme.technologies:
        raise fault.at(path, f"missing; needed by instrument {instrument!r}", None, sorted(allowed))
    for position, name in enumerate(programme.technologies):
        fault.one_of((*path, position), name, allowed, "technology")
        if name in programme.technologies[:position]:
            raise fault.at((*path, position), "stands twice", name, None)


def _check_firm_eligibility(given: FirmEligibility, fault: "_Faults") -> None:
    path = "firm_eligibility"
    kinds = {
        "size_bands": (SIZE_BANDS, "size band"),
        "sectors": (SECTORS, "sector"),
        "lacks": (TECHNOLOGIES, "technology"),
        "uses": (TECHNOLOGIES, "technology"),
    }
    for key, (allowed, kind) in kinds.items():
        for position, name in enumerate(getattr(given, key)):
            fault.one_of((path, key, position), name, allowed, kind)
    for position, name in enumerate(given.uses):
        if name in given.lacks:
            raise fault.at((path, "uses", position), "both lacked and used", name, None)
    if given.charities is not None:
        fault.one_of((path, "charities"), given.charities, CHARITIES, "choice")


def check_scenario(file: ScenarioFile, document: Document, sources: Collection[str], networks: Collection[str]) -> None:
    """Check the names, the trends and the network of one scenario file; its programmes are checked when complete."""
    fault = _Faults(document, "")
    _check_name(("name",), file.name, fault)
    _check_strategy(file.strategy, fault)
    if file.network is not None:
        fault.one_of(("network",), file.network, networks, "network")
    for name, trend in file.trends.items():
        _check_trend(name, trend, fault, sources)


def _check_name(path: KeyPath, name: str, fault: "_Faults") -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise fault.at(path, "not a name", name, "small letters, digits and single hyphens")


def _check_trend(name: str, trend: Trend, fault: "_Faults", sources: Collection[str]) -> None:
    path = ("trends", name)
    fault.one_of(path, name, quantities.TRENDS, "trend", is_key=True)
    quantity = quantities.TRENDS[name]
    fault.one_of((*path, "unit"), trend.unit, quantity.units, "unit")
    _check_source(trend, path, sources, fault)
    if not trend.points:
        raise fault.at((*path, "points"), "no points", None, "at least one, such as 2013-01: 0.5")
    months = [fault.month((*path, "points", label), label) for label in trend.points]
    for (label, value), month, before in zip(trend.points.items(), months, [-1, *months], strict=False):
        if month <= before:
            raise fault.at((*path, "points", label), "the months are out of order", label, "later months further down")
        _check_range(value, quantity, (*path, "points", label), fault)


def _check_strategy(ids: list[str], fault: "_Faults") -> None:
    for position, name in enumerate(ids):
        number = int(name[1:]) if re.fullmatch(r"[A-Z][0-9]{2}", name) else 0
        if not 1 <= number <= STRATEGIES.get(name[:1], 0):
            allowed = ", ".join(f"{letter}01 to {letter}{last:02d}" for letter, last in STRATEGIES.items())
            raise fault.at(("strategy", position), "unknown strategy measure", name, allowed)


def programme_for_region(
    programme: ScheduledProgramme,
    document: Document,
    extent: Extent,
    prefix: str = "",
    as_written: bool = True,
) -> model_programme.Programme:
    """The programme as the model reads it, in a region of so many adults (16 and over) and enterprises.

    Pounds become whole pence; numbers per 100,000 adults or 10,000 enterprises and budgets per head become the region's
    own. Fixed costs that alone overspend the budget are refused if they are `as_written`; drawn ones only leave months
    without delivery.
    """
    fault = _Faults(document, prefix)
    start, end = fault.month(("start",), programme.start), fault.month(("end",), programme.end)
    if end < start:
        raise fault.at(("end",), f"before the start {programme.start}", programme.end, f"{programme.start} or later")
    for key in ("eligibility", "firm_eligibility"):
        given = getattr(programme, key)
        for position, code in enumerate(given.authorities if given else ()):
            fault.one_of((key, "authorities", position), code, extent.authorities, "authority of this region")

    def amount(name: str) -> float:
        number: Number | None = getattr(programme, name)
        if number is None:
            return quantities.TAKE_UP_NUMBERS.get(name, 0.0)
        if number.unit.endswith(quantities.PER_100_000):
            return number.value * extent.adults / 100_000
        return number.value * (extent.enterprises / 10_000 if number.unit.endswith(quantities.PER_10_000) else 1.0)

    budget_pence = _budget_pence(programme, extent, fault)
    fixed_pence = round(amount("fixed_cost_per_month") * 100)
    if as_written and 0 < budget_pence < fixed_pence * (end + 1 - start):
        least = math.ceil(fixed_pence * (end + 1 - start) / 100)
        key = next(key for key in BUDGETS if getattr(programme, key) is not None)
        raise fault.at(
            (key,),
            "the budget would be overspent by the fixed costs alone",
            getattr(programme, key),
            f"0, or at least {least:,} pounds in this region",
        )
    firm_eligibility = None
    if programme.firm_eligibility is not None:
        firm_eligibility = model_programme.FirmEligibility(**_plain(programme.firm_eligibility))
    return model_programme.Programme(
        id=programme.id,
        title=programme.title,
        summary=" ".join(programme.summary.split()),
        instrument=programme.instrument,
        start_month=start,
        end_month=end + 1,
        budget_pence=budget_pence,
        fixed_cost_pence_per_month=fixed_pence,
        unit_cost_pence=round(amount("unit_cost") * 100),
        capacity_per_month=amount("capacity_per_month"),
        channel=programme.channel,
        staff_hours_per_place=amount("staff_hours_per_place"),
        hub_hours_share=amount("hub_hours_share"),
        eligibility=model_programme.Eligibility(**_plain(programme.eligibility)),
        targeting=programme.targeting,
        awareness_start=amount("awareness_start"),
        awareness_limit=amount("awareness_limit"),
        awareness_half_life_months=amount("awareness_half_life"),
        willing_share=amount("willing_share"),
        willing_motivation_slope=amount("willing_motivation_slope"),
        apply_probability_monthly=amount("apply_probability_monthly"),
        completion_probability=amount("completion_probability"),
        effects={name: number.value for name, number in programme.effects.items()},
        evidence=tuple(
            model_programme.Evidence(name, n.value, n.unit, n.low, n.high, n.status, n.source)
            for name, n in programme.numbers().items()
        ),
        audience=programme.audience,
        firm_eligibility=firm_eligibility,
        technologies=tuple(programme.technologies),
        hub_kinds=tuple(programme.hub_kinds) or _usual_hub_kinds(programme.instrument),
        willing_capability_slope=amount("willing_capability_slope"),
        approval_probability=amount("approval_probability"),
        offer_months=int(amount("offer_months")),
    )


def _usual_hub_kinds(instrument: str) -> tuple[str, ...]:
    of_firms = instrument in model_programme.FIRM_INSTRUMENTS and instrument != "demonstrate"
    return model_programme.FIRM_HUB_KINDS if of_firms else model_programme.HUB_KINDS


def _budget_pence(programme: ScheduledProgramme, extent: Extent, fault: "_Faults") -> int:
    given = [key for key in BUDGETS if getattr(programme, key) is not None]
    if len(given) != 1:
        problem = "missing" if not given else "given twice"
        raise fault.at((given[-1] if given else BUDGETS[0],), problem, None, f"one of {', '.join(BUDGETS)}")
    value: float = getattr(programme, given[0])
    heads = {"budget_gbp_per_adult": extent.adults, "budget_gbp_per_enterprise": extent.enterprises}
    pounds = value * heads.get(given[0], 1)
    if not 0 <= pounds <= MAX_BUDGET_GBP:
        problem = "a budget cannot be negative" if pounds < 0 else "a budget beyond ten thousand million pounds"
        raise fault.at((given[0],), problem, value, "0 or more")
    return round(pounds * 100)


def _plain(given: Eligibility | FirmEligibility | None) -> dict[str, Any]:
    """Conditions as the model's dataclasses take them."""
    values = given.model_dump() if given is not None else {}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _check_eligibility(given: Eligibility, fault: "_Faults") -> None:
    path = "eligibility"
    for name, quantity in quantities.ELIGIBILITY_RANGES.items():
        _check_range(getattr(given, name), quantity, (path, name), fault)
    if given.max_age_years < given.min_age_years:
        raise fault.at(
            (path, "max_age_years"), "below min_age_years", given.max_age_years, f"{given.min_age_years} to 120"
        )
    for position, use in enumerate(given.use):
        fault.one_of((path, "use", position), use, USES, "class of use")
    if given.lacks is not None:
        fault.one_of((path, "lacks"), given.lacks, LACKS, "thing to lack")
    for position, quintile in enumerate(given.deprivation_quintiles):
        _check_range(quintile, Quantity("", 1, 5, whole=True), (path, "deprivation_quintiles", position), fault)


def _check_number(
    number: Number, quantity: Quantity, path: KeyPath, sources: Collection[str], fault: "_Faults"
) -> None:
    fault.one_of((*path, "unit"), number.unit, quantity.units, "unit")
    for part in ("low", "value", "high"):
        _check_range(getattr(number, part), quantity, (*path, part), fault)
    if not number.low <= number.value <= number.high:
        got = f"low {number.low:g}, value {number.value:g}, high {number.high:g}"
        raise fault.at(path, "the range does not hold the value", got, "low <= value <= high")
    _check_source(number, path, sources, fault)


def _check_range(value: float, quantity: Quantity, path: KeyPath, fault: "_Faults") -> None:
    if not quantity.least <= value <= quantity.most or (quantity.whole and value != int(value)):
        least = "above 0" if quantity.least == quantities.SMALLEST else f"{quantity.least:g}"
        kind = "whole numbers from " if quantity.whole else ""
        raise fault.at(path, "out of range", value, f"{kind}{least} to {quantity.most:g}")


def _check_source(given: Number | Trend, path: KeyPath, sources: Collection[str], fault: "_Faults") -> None:
    fault.one_of((*path, "status"), given.status, quantities.STATUSES, "status")
    for position, name in enumerate(given.see):
        fault.one_of((*path, "see", position), name, sources, "source")
    if given.status != "assumed":
        fault.one_of((*path, "source"), given.source, sources, "source")
        return
    if given.source != quantities.ASSUMPTION:
        raise fault.at((*path, "source"), "an assumed number has another source", given.source, quantities.ASSUMPTION)
    if not given.why.strip():
        raise fault.at((*path, "why"), "an assumed number has to say why", None, None)


@dataclass(frozen=True, slots=True)
class _Faults:
    """Makes the errors of one document, each with its file, line and key."""

    document: Document
    prefix: str

    def at(self, path: KeyPath, problem: str, value: object, allowed: Collection[str] | str | None) -> InputError:
        key = ".".join(str(step) for step in ((self.prefix, *path) if self.prefix else path))
        shown = None if value is None else shortened(value)
        where = self.document.where(path) or None
        return InputError(problem, file=where, key=key, value=shown, allowed=allowed)

    def one_of(self, path: KeyPath, value: str, choices: Collection[str], kind: str, is_key: bool = False) -> None:
        if value not in choices:
            problem = f"unknown {kind}{nearest(value, choices)}"
            raise self.at(path, problem, None if is_key else value, sorted(choices))

    def month(self, path: KeyPath, label: str) -> int:
        try:
            return calendar.month_index(label)
        except InputError as error:
            raise self.at(path, error.message, label, error.allowed) from None


_PROBLEMS = {
    "string_type": "text is wanted",
    "float_type": "a number is wanted",
    "int_type": "a whole number is wanted",
    "bool_type": "true or false is wanted",
    "list_type": "a list such as [a, b] is wanted",
    "dict_type": "a block of keys is wanted",
    "model_type": "a block of keys is wanted",
    "finite_number": "a finite number is wanted",
}


def _translated(error: ValidationError, model: type[BaseModel], document: Document, prefix: str) -> InputError:
    """The first fault of pydantic's list, unknown keys before missing ones as a slip of the pen causes both."""
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    path: KeyPath = tuple(first["loc"])
    fault = _Faults(document, prefix)
    if first["type"] == "extra_forbidden":
        known = sorted(_model_at(model, path[:-1]).model_fields)
        return fault.at(path, f"unknown key{nearest(path[-1], known)}", None, known)
    if first["type"] == "missing":
        return fault.at(path, "missing", None, None)
    return fault.at(path, _PROBLEMS.get(first["type"], first["msg"]), first["input"], None)


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    """The pydantic class that stands at a path; keys of a mapping of blocks lead to the class of its blocks."""
    for step in path:
        field = model.model_fields.get(str(step))
        if field is None:
            continue
        kinds = (field.annotation, *get_args(field.annotation))
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model
