"""Numbers and dated paths as they stand in files: unit, range, status, source."""

from collections.abc import Collection

from pydantic import BaseModel

from scenarios import quantities
from scenarios.quantities import Quantity
from scenarios.schema_faults import STRICT, Faults
from scenarios.yaml_io import KeyPath


class Number(BaseModel):
    """One number with its range and where it comes from."""

    model_config = STRICT

    value: float
    unit: str
    low: float
    high: float
    status: str
    source: str
    why: str = ""
    see: list[str] = []
    """sources an assumption leans on, or further ones"""
    shrunk: bool = False
    """already reduced because it rests on what people report of themselves"""
    chosen: bool = False
    """set by the scenario itself: a decision, not an uncertain figure, so full bands leave it alone"""


class Trend(BaseModel):
    """A dated path: straight lines between the points, flat outside them."""

    model_config = STRICT

    unit: str
    status: str
    source: str
    why: str = ""
    see: list[str] = []
    points: dict[str, float]


def check_trend(name: str, trend: Trend, fault: Faults, sources: Collection[str]) -> None:
    """Check the unit, the source, the order of months and the range of a trend of a scenario."""
    path = ("trends", name)
    fault.one_of(path, name, quantities.TRENDS, "trend", is_key=True)
    quantity = quantities.TRENDS[name]
    fault.one_of((*path, "unit"), trend.unit, quantity.units, "unit")
    check_source(trend, path, sources, fault)
    if not trend.points:
        raise fault.at((*path, "points"), "no points", None, "at least one, such as 2013-01: 0.5")
    months = [fault.month((*path, "points", label), label) for label in trend.points]
    for (label, value), month, before in zip(trend.points.items(), months, [-1, *months], strict=False):
        if month <= before:
            raise fault.at((*path, "points", label), "the months are out of order", label, "later months further down")
        check_range(value, quantity, (*path, "points", label), fault)


def check_number(number: Number, quantity: Quantity, path: KeyPath, sources: Collection[str], fault: Faults) -> None:
    """Check unit, range and source of the number at a path."""
    fault.one_of((*path, "unit"), number.unit, quantity.units, "unit")
    allowed = quantity if number.unit == quantity.unit else quantity.per_head()
    for part in ("low", "value", "high"):
        check_range(getattr(number, part), allowed, (*path, part), fault)
    if not number.low <= number.value <= number.high:
        got = f"low {number.low:g}, value {number.value:g}, high {number.high:g}"
        raise fault.at(path, "the range does not hold the value", got, "low <= value <= high")
    check_source(number, path, sources, fault)


def check_range(value: float, quantity: Quantity, path: KeyPath, fault: Faults) -> None:
    """Raise InputError for a value that the quantity cannot have."""
    if not quantity.least <= value <= quantity.most or (quantity.whole and value != int(value)):
        least = "above 0" if quantity.least == quantities.SMALLEST else f"{quantity.least:g}"
        kind = "whole numbers from " if quantity.whole else ""
        raise fault.at(path, "out of range", value, f"{kind}{least} to {quantity.most:g}")


def check_source(given: Number | Trend, path: KeyPath, sources: Collection[str], fault: Faults) -> None:
    """Check that a published number names its source and an assumed one says why."""
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
