"""What the model reads of a scenario."""

from dataclasses import asdict, dataclass, field
from typing import Any

from model.programmes.programme import Programme


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

    def identity(self) -> dict[str, Any]:
        """Everything that changes a result, as plain data; titles and wording do not count."""
        plain = asdict(self)
        for wording in ("name", "title", "summary"):
            plain.pop(wording)
        for programme in plain["programmes"]:
            for wording in ("title", "summary", "evidence"):
                programme.pop(wording)
        return plain
