"""A programme tied to a region: pounds become pence, numbers per head become the region's own, months numbers."""

import math
from dataclasses import dataclass

from model.calendar import month_index
from model.programmes import programme as model_programme
from model.programmes.review import Pilot
from scenarios import quantities
from scenarios.eligibility_schema import plain
from scenarios.number_schema import Number
from scenarios.programme_schema import BUDGETS, ScheduledProgramme
from scenarios.schema_faults import Faults
from scenarios.yaml_io import Document

MAX_BUDGET_GBP = 1e10


@dataclass(frozen=True, slots=True)
class Extent:
    """What of a region budgets and capacities grow with, and the names of its parts."""

    adults: float
    enterprises: float
    authorities: tuple[str, ...]

    def value_of(self, number: Number) -> float:
        """A number in the region, also one given per 100,000 adults or 10,000 enterprises."""
        if number.unit.endswith(quantities.PER_100_000):
            return number.value * self.adults / 100_000
        return number.value * (self.enterprises / 10_000 if number.unit.endswith(quantities.PER_10_000) else 1.0)


def programme_for_region(
    programme: ScheduledProgramme,
    document: Document,
    extent: Extent,
    prefix: str = "",
    as_written: bool = True,
) -> model_programme.Programme:
    """The programme as the model reads it, in a region of so many adults (16 and over) and enterprises.

    Pounds become whole pence; numbers per 100,000 adults or 10,000 enterprises and budgets per head become the region's
    own, of what is counted whole, such as hubs, at least one. Fixed costs that alone overspend the budget are refused
    if they are `as_written`; drawn ones only leave months without delivery.
    """
    fault = Faults(document, prefix)
    start, end = month_index(programme.start), month_index(programme.end)
    for key in ("eligibility", "firm_eligibility"):
        given = getattr(programme, key)
        for position, code in enumerate(given.authorities if given else ()):
            fault.one_of((key, "authorities", position), code, extent.authorities, "authority of this region")

    def amount(name: str) -> float:
        number: Number | None = getattr(programme, name)
        return quantities.TAKE_UP_NUMBERS.get(name, 0.0) if number is None else extent.value_of(number)

    def effect(name: str, number: Number) -> float:
        value, quantity = extent.value_of(number), quantities.EFFECTS[programme.instrument][name]
        return max(1.0, float(round(value))) if quantity.whole and quantity.grows else value

    leverage = amount("private_gbp_per_public_gbp")
    budget_pence = round(_public_gbp(programme, extent, fault) * (1 + leverage) * 100)
    fixed_pence = round(amount("fixed_cost_per_month") * 100)
    if as_written and 0 < budget_pence < fixed_pence * (end + 1 - start):
        least = math.ceil(fixed_pence * (end + 1 - start) / (1 + leverage) / 100)
        key = _budget_key(programme)
        raise fault.at(
            (key,),
            "the budget would be overspent by the fixed costs alone",
            getattr(programme, key),
            f"0, or at least {least:,} pounds in this region",
        )
    firm_eligibility = None
    if programme.firm_eligibility is not None:
        firm_eligibility = model_programme.FirmEligibility(**plain(programme.firm_eligibility))
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
        eligibility=model_programme.Eligibility(**plain(programme.eligibility)),
        targeting=programme.targeting,
        awareness_start=amount("awareness_start"),
        awareness_limit=amount("awareness_limit"),
        awareness_half_life_months=amount("awareness_half_life"),
        willing_share=amount("willing_share"),
        willing_motivation_slope=amount("willing_motivation_slope"),
        apply_probability_monthly=amount("apply_probability_monthly"),
        completion_probability=amount("completion_probability"),
        effects={name: effect(name, number) for name, number in programme.effects.items()},
        evidence=tuple(
            model_programme.Evidence(name, n.value, n.unit, n.low, n.high, n.status, n.source, n.shrunk)
            for name, n in programme.numbers().items()
        ),
        audience=programme.audience,
        firm_eligibility=firm_eligibility,
        technologies=tuple(programme.technologies),
        hub_kinds=tuple(programme.hub_kinds) or _usual_hub_kinds(programme.instrument),
        willing_capability_slope=amount("willing_capability_slope"),
        approval_probability=amount("approval_probability"),
        offer_months=int(amount("offer_months")),
        need=programme.need_served(),
        pilot=Pilot(**programme.pilot.model_dump()) if programme.pilot is not None else None,
        private_gbp_per_public_gbp=leverage,
    )


def _usual_hub_kinds(instrument: str) -> tuple[str, ...]:
    of_firms = instrument in model_programme.FIRM_INSTRUMENTS and instrument != "demonstrate"
    return model_programme.FIRM_HUB_KINDS if of_firms else model_programme.HUB_KINDS


def _public_gbp(programme: ScheduledProgramme, extent: Extent, fault: Faults) -> float:
    """Public money over the whole window, without what partners add."""
    key = _budget_key(programme)
    value: float = getattr(programme, key)
    heads = {"budget_gbp_per_adult": extent.adults, "budget_gbp_per_enterprise": extent.enterprises}
    pounds = value * heads.get(key, 1)
    if not 0 <= pounds <= MAX_BUDGET_GBP:
        problem = "a budget cannot be negative" if pounds < 0 else "a budget beyond ten thousand million pounds"
        raise fault.at((key,), problem, value, "0 or more")
    return pounds


def _budget_key(programme: ScheduledProgramme) -> str:
    return next(key for key in BUDGETS if getattr(programme, key) is not None)
