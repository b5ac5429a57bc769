"""What programmes do to those they reach: one instrument a file."""

from importlib import import_module
from types import ModuleType


def instrument(name: str) -> ModuleType:
    """The module of an instrument: EFFECTS (numbers it reads, with units) and apply.

    For residents apply(world, rows, effects, seed), and DOSE, the effect that measures how much a person got; for firms
    apply(world, rows, programme, seed); for places wanted(world, programme, paid) and apply(world, programme, work, seed).
    """
    return import_module(f"model.programmes.instruments.{name}")
