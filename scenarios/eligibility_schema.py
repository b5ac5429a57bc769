"""Who may take part in a programme, as it stands in files."""

from typing import Any

from pydantic import BaseModel

from model.region import SECTORS, SIZE_BANDS
from model.technologies import TECHNOLOGIES
from scenarios import quantities
from scenarios.number_schema import check_range
from scenarios.quantities import Quantity
from scenarios.schema_faults import STRICT, Faults

USES = ("never", "lapsed", "recent")
LACKS = ("device", "connection", "either")
CHARITIES = ("only", "none")


class Eligibility(BaseModel):
    """Who may take part; every condition that is given has to hold."""

    model_config = STRICT

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


class FirmEligibility(BaseModel):
    """Which firms may take part; every condition that is given has to hold."""

    model_config = STRICT

    size_bands: list[str] = []
    sectors: list[str] = []
    authorities: list[str] = []
    charities: str | None = None
    lacks: list[str] = []
    uses: list[str] = []


def check_eligibility(given: Eligibility, fault: Faults) -> None:
    """Check the ranges and names of conditions for residents."""
    path = "eligibility"
    for name, quantity in quantities.ELIGIBILITY_RANGES.items():
        check_range(getattr(given, name), quantity, (path, name), fault)
    if given.max_age_years < given.min_age_years:
        raise fault.at(
            (path, "max_age_years"), "below min_age_years", given.max_age_years, f"{given.min_age_years} to 120"
        )
    for position, use in enumerate(given.use):
        fault.one_of((path, "use", position), use, USES, "class of use")
    if given.lacks is not None:
        fault.one_of((path, "lacks"), given.lacks, LACKS, "thing to lack")
    for position, quintile in enumerate(given.deprivation_quintiles):
        check_range(quintile, Quantity("", 1, 5, whole=True), (path, "deprivation_quintiles", position), fault)


def check_firm_eligibility(given: FirmEligibility, fault: Faults) -> None:
    """Check the names of conditions for firms."""
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


def plain(given: Eligibility | FirmEligibility | None) -> dict[str, Any]:
    """Conditions as the model's dataclasses take them."""
    values = given.model_dump() if given is not None else {}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
