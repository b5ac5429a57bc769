"""The five strategies and the ids of their measures."""

import re
from dataclasses import dataclass

from model.errors import InputError, nearest
from scenarios.schema_faults import Faults


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy: its name in files, its title, and the number of its last measure."""

    name: str
    title: str
    last: int


STRATEGIES = {
    "G": Strategy("gloucestershire", "Gloucestershire: Digital Innovation", 36),
    "L": Strategy("glasgow", "Digital Glasgow Strategy 2024-2030", 17),
    "H": Strategy("hertfordshire", "Hertfordshire: Grand Challenges", 16),
    "S": Strategy("staffordshire", "Staffordshire: Building a Smart County", 9),
    "W": Strategy("west-midlands", "West Midlands digital roadmap 2021-26", 17),
}
"""by the letter that the ids of their measures begin with"""


def letter_of(name: str) -> str:
    """The letter of a strategy, from the letter itself or the strategy's name. Raises InputError for anything else."""
    for letter, strategy in STRATEGIES.items():
        if name in (letter, strategy.name):
            return letter
    names = [strategy.name for strategy in STRATEGIES.values()]
    raise InputError(f"unknown strategy{nearest(name, names)}", key="--strategy", value=name, allowed=names)


def measure_ids(letter: str) -> tuple[str, ...]:
    """Ids of a strategy's measures: "G01", "G02" and so on."""
    return tuple(f"{letter}{number:02d}" for number in range(1, STRATEGIES[letter].last + 1))


def check_strategy(ids: list[str], fault: Faults) -> None:
    """Raise InputError unless all are ids of measures such as G14."""
    for position, name in enumerate(ids):
        if not re.fullmatch(r"[A-Z][0-9]{2}", name) or name[0] not in STRATEGIES or name not in measure_ids(name[0]):
            allowed = ", ".join(f"{letter}01 to {letter}{strategy.last:02d}" for letter, strategy in STRATEGIES.items())
            raise fault.at(("strategy", position), "unknown strategy measure", name, allowed)
