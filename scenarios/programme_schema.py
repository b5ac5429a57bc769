"""A programme as it stands in a file: what the shape cannot say is checked here with names, units and ranges."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel

from model.programmes import programme as model_programme
from model.technologies import TECHNOLOGIES
from scenarios import quantities
from scenarios.eligibility_schema import Eligibility, FirmEligibility, check_eligibility, check_firm_eligibility
from scenarios.number_schema import Number, check_number, check_range
from scenarios.quantities import SMALLEST, Quantity
from scenarios.schema_faults import STRICT, Faults
from scenarios.strategies import check_strategy
from scenarios.yaml_io import Document

BUDGETS = ("budget_gbp", "budget_gbp_per_adult", "budget_gbp_per_enterprise")
HUB_KINDS = ("library", "community_hub", "growth_hub", "innovation_lab", "sandbox")
WITHOUT_TECHNOLOGIES = ("convene", "invest")
"""instruments for firms that are about no technology in particular"""


class ProgrammeTemplate(BaseModel):
    """A measure as the catalogue has it, with `extends` followed: everything but its dates and its budget."""

    model_config = STRICT

    id: str
    title: str
    summary: str
    strategy: list[str]
    extends: str | None = None
    """the template that this one is a variant of"""
    instrument: str
    audience: str = "residents"
    channel: str
    hub_kinds: list[str] = []
    """kinds of hubs that carry it or get its sites; empty for the usual ones"""
    targeting: str
    eligibility: Eligibility | None = None
    firm_eligibility: FirmEligibility | None = None
    technologies: list[str] = []
    need: str | None = None
    """what it is for; no other programme serves the same person or firm for it; if nothing is said, the instrument's"""
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
    private_gbp_per_public_gbp: Number | None = None
    effects: dict[str, Number]

    @property
    def kind(self) -> str:
        """How the template came about."""
        return "variant" if self.extends else "single"

    def members(self) -> "tuple[ProgrammeTemplate, ...]":
        """The programmes it stands for: itself; a composite has several."""
        return (self,)

    def need_served(self) -> str:
        """What it is for: its own `need`, or its instrument's; empty if it serves none."""
        return self.need or model_programme.NEEDS.get(self.instrument, "")

    def as_data(self) -> dict[str, Any]:
        """Everything about it as plain data, for JSON."""
        return {"kind": self.kind, **self.model_dump(exclude_none=True)}

    def numbers(self) -> dict[str, Number]:
        """Every number of the programme by name, effects as "effects.hours"."""
        delivery = {name: getattr(self, name) for name in quantities.delivery_quantities(self.instrument)}
        effects = {f"effects.{name}": number for name, number in self.effects.items()}
        return {name: number for name, number in (delivery | effects).items() if number is not None}


class PilotBlock(BaseModel):
    """The first months of a programme at part of its size, after which it goes on in full or ends."""

    model_config = STRICT

    months: int
    share: float
    go_on_if_completed_share: float


class Schedule(BaseModel):
    """When a programme of a scenario runs, and with how much money."""

    model_config = STRICT

    start: str
    end: str
    budget_gbp: float | None = None
    budget_gbp_per_adult: float | None = None
    budget_gbp_per_enterprise: float | None = None
    pilot: PilotBlock | None = None


class ScheduledProgramme(ProgrammeTemplate, Schedule):
    """A programme of a scenario: a template with its first and last month and its budget."""


def check_schedule(schedule: Schedule, fault: Faults) -> None:
    """Check that the window does not end before it starts, that one budget is given and that a pilot ends in time."""
    start, end = fault.month(("start",), schedule.start), fault.month(("end",), schedule.end)
    if end < start:
        problem = f"before the start {schedule.start}"
        raise fault.at(("end",), problem, schedule.end, f"{schedule.start} or later")
    given = [key for key in BUDGETS if getattr(schedule, key) is not None]
    if len(given) != 1:
        problem = "missing" if not given else "given twice"
        raise fault.at((given[-1] if given else BUDGETS[0],), problem, None, f"one of {', '.join(BUDGETS)}")
    if schedule.pilot is not None:
        if end == start:
            raise fault.at(("pilot",), "a pilot in a window of one month", None, "a longer window")
        check_range(schedule.pilot.months, Quantity("months", 1, end - start, whole=True), ("pilot", "months"), fault)
        check_range(schedule.pilot.share, Quantity("share", SMALLEST, 1), ("pilot", "share"), fault)
        go_on = "go_on_if_completed_share"
        check_range(schedule.pilot.go_on_if_completed_share, Quantity("share"), ("pilot", go_on), fault)


def check_programme(
    programme: ProgrammeTemplate, document: Document, sources: Collection[str], prefix: str = ""
) -> None:
    """Check what the shape cannot say: names, units, ranges, sources. Raises InputError at the first fault."""
    fault = Faults(document, prefix)
    fault.one_of(("instrument",), programme.instrument, model_programme.INSTRUMENTS, "instrument")
    allowed_channels = quantities.channels(programme.instrument)
    fault.one_of(("channel",), programme.channel, allowed_channels, f"channel of {programme.instrument}")
    fault.one_of(("targeting",), programme.targeting, quantities.targetings(programme.instrument), "targeting rule")
    check_strategy(programme.strategy, fault)
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
        if given != (name in wanted) and name not in quantities.OPTIONAL_NUMBERS:
            problem = "does not belong to" if given else "missing; needed by"
            kind = f"instrument {programme.instrument!r} with channel {programme.channel!r}"
            raise fault.at((name,), f"{problem} {kind}", None, None)
    allowed = quantities.delivery_quantities(programme.instrument) | {
        f"effects.{name}": quantity for name, quantity in needed.items()
    }
    for name, number in programme.numbers().items():
        check_number(number, allowed[name], tuple(name.split(".")), sources, fault)
    start, limit = programme.awareness_start, programme.awareness_limit
    if start and limit and limit.value < start.value:
        path = ("awareness_limit", "value")
        raise fault.at(path, "below awareness_start", limit.value, f"{start.value:g} to 1")


def _check_audience(programme: ProgrammeTemplate, fault: Faults) -> None:
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
        check_eligibility(programme.eligibility, fault)
    if programme.firm_eligibility is not None:
        check_firm_eligibility(programme.firm_eligibility, fault)
    _check_technologies(programme, fault)
    _check_need(programme, fault)
    if programme.hub_kinds and not (programme.channel == "hub" or instrument == "demonstrate"):
        raise fault.at(("hub_kinds",), f"does not belong to channel {programme.channel!r}", None, None)
    for position, kind in enumerate(programme.hub_kinds):
        fault.one_of(("hub_kinds", position), kind, HUB_KINDS, "kind of hub")


def _check_need(programme: ProgrammeTemplate, fault: Faults) -> None:
    if programme.need is None:
        return
    if programme.instrument not in model_programme.NEEDS:
        raise fault.at(("need",), f"does not belong to instrument {programme.instrument!r}", programme.need, None)
    needs = {"residents": model_programme.RESIDENT_NEEDS, "firms": model_programme.FIRM_NEEDS}
    fault.one_of(("need",), programme.need, needs[programme.audience], f"need of {programme.audience}")


def _check_technologies(programme: ProgrammeTemplate, fault: Faults) -> None:
    instrument, path = programme.instrument, ("technologies",)
    allowed: Collection[str] = TECHNOLOGIES
    if instrument == "certify":
        allowed = ("cyber_essentials",)
    if programme.audience != "firms" or instrument in WITHOUT_TECHNOLOGIES:
        if programme.technologies:
            raise fault.at(path, f"does not belong to instrument {instrument!r}", None, None)
        return
    if not programme.technologies:
        raise fault.at(path, f"missing; needed by instrument {instrument!r}", None, sorted(allowed))
    for position, name in enumerate(programme.technologies):
        fault.one_of((*path, position), name, allowed, "technology")
        if name in programme.technologies[:position]:
            raise fault.at((*path, position), "stands twice", name, None)
