"""How many runs a fit makes, of what size, and how a budget is shared among modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.errors import InputError


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run for a module."""

    n_adults: int
    """adults of the UK-weighted sample in January 2013"""
    replicates: int
    """runs of one point with different seeds, which measure luck"""
    waves: tuple[int, ...]
    """runs of each wave"""
    reruns: int
    """draws of the posterior that are run again"""
    truths: int
    """made-up truths that the fit has to recover"""

    @property
    def runs(self) -> int:
        """All runs."""
        return self.replicates + sum(self.waves) + self.reruns

    def times(self, factor: float) -> Plan:
        """The same with more or fewer runs in waves and reruns."""
        reruns = min(N_DRAWS, max(LEAST_RERUNS, int(self.reruns * factor)))
        return replace(self, waves=tuple(int(n * factor) for n in self.waves), reruns=reruns)


N_DRAWS = 200
"""Draws of the posterior that ship with the model."""

FULL = {
    "residents": Plan(60_000, 30, (300, 200, 120), N_DRAWS, truths=60),
    "training": Plan(60_000, 10, (80,), 20, truths=20),
    "firms": Plan(250_000, 20, (200, 150, 130), 60, truths=40),
}
QUICK = {
    "residents": Plan(20_000, 8, (96, 48), 24, truths=8),
    "training": Plan(60_000, 4, (20,), 8, truths=4),
    "firms": Plan(20_000, 6, (40,), 8, truths=8),
}
LEAST_RERUNS = 8
LEAST_FIRST_WAVE = {"residents": 60, "training": 16, "firms": 32}
"""Runs below which an emulator says nothing: about four a fitted parameter."""


def plans(names: tuple[str, ...], budget: int | None, quick: bool) -> dict[str, Plan]:
    """What is run for each module within a budget of runs in all; None: as many as the fit is made for.

    Raises InputError for a budget that is too small, saying the least.
    """
    full: Mapping[str, Plan] = QUICK if quick else FULL
    chosen = {name: full[name] for name in names}
    if budget is None:
        return chosen
    fixed = sum(plan.replicates for plan in chosen.values())
    free = sum(plan.runs for plan in chosen.values()) - fixed
    least = max(LEAST_FIRST_WAVE[name] / plan.waves[0] for name, plan in chosen.items())
    factor = (budget - fixed) / free
    if factor < least:
        raise InputError(
            "too few runs to fit anything",
            key="--budget",
            value=budget,
            allowed=f"{fixed + int(free * least) + 1} or more",
        )
    return {name: plan.times(factor) for name, plan in chosen.items()}
