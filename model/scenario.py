"""What the model reads of a scenario."""

from dataclasses import asdict, dataclass, field
from typing import Any

from model.programmes.programme import Programme
from model.programmes.review import Review


@dataclass(frozen=True, slots=True)
class Target:
    """What a scenario aims at: an indicator no higher or no lower than so much by a month. It changes no result."""

    name: str
    indicator: str
    """a share or total of model.outcomes.INDICATORS or model.firm_outcomes.FIRM_INDICATORS"""
    at_most: float | None
    at_least: float | None
    by_month: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named mix of programmes on dated trends, resolved for one region."""

    name: str
    title: str
    summary: str
    programmes: tuple[Programme, ...] = ()
    trends: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    """trend name -> (month, value) points, straight lines between them and flat outside"""
    network_variant: str = "standard"
    """"standard" or "placebo" (ties rewired at random within area and age band)"""
    review: Review | None = None
    targets: tuple[Target, ...] = ()

    def identity(self) -> dict[str, Any]:
        """Everything that changes a result, as plain data; titles, wording and targets do not count."""
        plain = asdict(self)
        for wording in ("name", "title", "summary", "targets"):
            plain.pop(wording)
        for programme in plain["programmes"]:
            for wording in ("title", "summary", "evidence"):
                programme.pop(wording)
        return plain
