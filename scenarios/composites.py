"""Measures of several programmes that share one budget: their file, their parts, and their place in a scenario."""

import math
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from scenarios.number_schema import Number
from scenarios.programme_schema import BUDGETS, ProgrammeTemplate, Schedule, check_schedule
from scenarios.schema_faults import STRICT, Faults, parse
from scenarios.strategies import check_strategy
from scenarios.yaml_io import Document

FIXED_KEYS = ("id", "instrument", "extends", "strategy")
"""keys of a template that a part cannot change: another instrument is another programme"""


KEYS_OF_PART = ProgrammeTemplate.model_fields.keys() - set(FIXED_KEYS) | {"budget_share"}
"""what a scenario may write of a part"""


class PartHead(BaseModel):
    """What a part of a composite has besides values that differ from its template."""

    model_config = STRICT

    template: str
    budget_share: float


class CompositeFile(BaseModel):
    """The file of a composite, before the templates of its parts are read."""

    model_config = STRICT

    id: str
    title: str
    summary: str
    strategy: list[str]
    parts: dict[str, dict[str, Any]]


class ScheduledComposite(Schedule):
    """What a scenario says of a composite as a whole; the rest belongs to its parts."""

    id: str
    title: str | None = None
    summary: str | None = None
    strategy: list[str] | None = None
    private_gbp_per_public_gbp: Number | None = None
    parts: dict[str, dict[str, Any]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One programme of a composite."""

    template: str
    """id or path of the template it was made of"""
    budget_share: float
    programme: ProgrammeTemplate
    document: Document
    """the same with the places of its values"""
    inherited: dict[str, Number]
    """the template's own numbers, of which the part may change some"""


@dataclass(frozen=True, slots=True)
class Composite:
    """A measure that several programmes carry together, with one budget."""

    id: str
    title: str
    summary: str
    strategy: list[str]
    parts: dict[str, Part]

    @property
    def kind(self) -> str:
        """How the template came about."""
        return "composite"

    def members(self) -> tuple[ProgrammeTemplate, ...]:
        """The programmes it stands for."""
        return tuple(part.programme for part in self.parts.values())

    def as_data(self) -> dict[str, Any]:
        """Everything about it as plain data, for JSON."""
        parts = {name: {"budget_share": p.budget_share, **p.programme.as_data()} for name, p in self.parts.items()}
        own = {"id": self.id, "title": self.title, "summary": self.summary, "strategy": self.strategy}
        return {**own, "kind": self.kind, "parts": parts}


def check_composite(file: CompositeFile, document: Document) -> None:
    """Check names and shares of a composite's file. Raises InputError at the first fault."""
    fault = Faults(document)
    check_strategy(file.strategy, fault)
    if len(file.parts) < 2:
        raise fault.at(("parts",), "too few parts", len(file.parts), "2 or more; a template alone can be extended")
    for name, own in file.parts.items():
        fault.name(("parts", name), name)
        head = Document(
            {key: own[key] for key in PartHead.model_fields if key in own}, document.part("parts", name).origins
        )
        parse(PartHead, head, f"parts.{name}")
        _check_keys(own, ("parts", name), fault)
    check_shares({name: own["budget_share"] for name, own in file.parts.items()}, fault)


def check_shares(shares: dict[str, float], fault: Faults) -> None:
    """Check that the parts' shares of the budget are shares and sum to 1."""
    for name, share in shares.items():
        if not isinstance(share, int | float) or not 0 < share < 1:
            raise fault.at(("parts", name, "budget_share"), "not a share", share, "above 0, below 1")
    total = sum(shares.values())
    if not math.isclose(total, 1, abs_tol=1e-6):
        raise fault.at(("parts",), "the budget shares do not sum to 1", round(total, 6), "a sum of 1")


def values_of_part(document: Document, file: CompositeFile, name: str) -> Document:
    """What a composite's file says about a part in place of the part's template."""
    own = document.part("parts", name)
    values = {key: value for key, value in own.data.items() if key not in PartHead.model_fields}
    return Document({**values, "id": f"{file.id}.{name}", "strategy": file.strategy}, own.origins)


def scheduled_parts(composite: Composite, given: Document, prefix: str) -> dict[str, Document]:
    """The parts as programmes of a scenario, by the keys that errors name.

    `given` is what the scenario says of the composite: dates, one budget that the parts share, values of parts.
    """
    fault = Faults(given, prefix)
    for key in given.data:
        if key in ProgrammeTemplate.model_fields and key not in ScheduledComposite.model_fields:
            allowed = [f"parts.{name}.{key}" for name in composite.parts]
            raise fault.at((key,), "belongs to a part of this composite", None, allowed)
    whole = parse(ScheduledComposite, given, prefix)
    check_schedule(whole, fault)
    for name, own in whole.parts.items():
        fault.one_of(("parts", name), name, composite.parts, "part", is_key=True)
        _check_keys({key: None for key in own if key != "budget_share"}, ("parts", name), fault)
        for key in own:
            fault.one_of(("parts", name, key), key, KEYS_OF_PART, "key", is_key=True)
    shares = {
        name: whole.parts.get(name, {}).get("budget_share", part.budget_share) for name, part in composite.parts.items()
    }
    check_shares(shares, fault)
    of_all = Schedule.model_fields.keys() | {"private_gbp_per_public_gbp"}
    schedule = {key: value for key, value in given.data.items() if key in of_all}
    documents = {}
    for name, part in composite.parts.items():
        budget = {key: schedule[key] * shares[name] for key in BUDGETS if schedule.get(key) is not None}
        of_part = given.part("parts", name) if name in whole.parts else Document({}, {(): given.where()})
        values = {key: value for key, value in of_part.data.items() if key != "budget_share"}
        values |= {
            "id": f"{whole.id}.{name}",
            "title": f"{whole.title or composite.title}: {values.get('title', part.programme.title)}",
            "strategy": whole.strategy or composite.strategy,
        }
        merged = part.document.overlaid(Document(schedule | budget, given.origins))
        documents[f"{prefix}.parts.{name}"] = merged.overlaid(Document(values, of_part.origins))
    return documents


def _check_keys(own: dict[str, Any], path: tuple[str, ...], fault: Faults) -> None:
    for key in own:
        if key in FIXED_KEYS:
            raise fault.at((*path, key), "belongs to the template of this part", own[key], None)
        if key in Schedule.model_fields or key == "parts":
            raise fault.at((*path, key), "belongs to the whole, not to a part", own[key], f"one {key} for all parts")
