"""Programme numbers drawn within their ranges, for full bands.

Each number has its own stratified sample, drawn from its programme and name: another number or another programme more
changes no other's draws.
"""

from dataclasses import dataclass

import numpy as np

from model.chance import hash_words, key_from_text
from scenarios import quantities
from scenarios.number_schema import Number
from scenarios.programme_schema import ScheduledProgramme


@dataclass(frozen=True, slots=True)
class NumberDraws:
    """Draw number `draw` of `n_draws` under a seed."""

    draw: int
    n_draws: int
    seed: int

    def of(self, programme: ScheduledProgramme) -> ScheduledProgramme:
        """The programme with every uncertain number drawn; decisions (codes, whole months, chosen values) stay."""
        moved: dict[str, object] = {}
        for name, quantity in quantities.delivery_quantities(programme.instrument).items():
            number = getattr(programme, name)
            if number is not None and not quantity.whole:
                moved[name] = self._drawn(number, f"{programme.id}/{name}")
        allowed = quantities.EFFECTS[programme.instrument]
        moved["effects"] = {
            name: number if allowed[name].whole else self._drawn(number, f"{programme.id}/effects/{name}")
            for name, number in programme.effects.items()
        }
        if moved.get("awareness_start") is not None and moved.get("awareness_limit") is not None:
            moved["awareness_limit"] = _not_below(moved["awareness_limit"], moved["awareness_start"])
        drawn: ScheduledProgramme = programme.model_copy(update=moved)
        return drawn

    def _drawn(self, number: Number, name: str) -> Number:
        if number.chosen or number.low >= number.high:
            return number
        return number.model_copy(update={"value": self.value(name, number.low, number.value, number.high)})

    def value(self, name: str, low: float, mode: float, high: float) -> float:
        """This draw's value of a number within its range; `name` tells it from all others."""
        return triangular_quantile(self._uniform(name), low, mode, high) if low < high else mode

    def _uniform(self, name: str) -> float:
        """Middle of this draw's stratum in the number's own random order of strata."""
        lots = [hash_words(self.seed, key_from_text(name), other) for other in range(self.n_draws)]
        return (float(np.argsort(np.argsort(lots))[self.draw]) + 0.5) / self.n_draws


def _not_below(number: object, floor: object) -> object:
    """Awareness cannot shrink towards its limit; two separate draws could say so."""
    if isinstance(number, Number) and isinstance(floor, Number) and number.value < floor.value:
        return number.model_copy(update={"value": floor.value})
    return number


def triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    """Quantile of the triangular distribution: the stated value is the likeliest, the range's ends are never passed.

    >>> triangular_quantile(0.5, 0.0, 0.5, 1.0)
    0.5
    """
    split = (mode - low) / (high - low)
    if u < split:
        return low + float(np.sqrt(u * (high - low) * (mode - low)))
    return high - float(np.sqrt((1.0 - u) * (high - low) * (high - mode)))
