"""Whose money moves at a review of programmes, and whether a pilot goes on. Whole pence, none lost and none made."""

from collections.abc import Sequence
from typing import NamedTuple


class Standing(NamedTuple):
    """One programme at a review."""

    unspent_pence: int
    """neither spent nor set aside for open offers"""
    spent_pence: int
    completed: float
    waiting_pence: int
    """what serving those who wait would cost, as many as there are places for"""


def to_those_waiting(standings: Sequence[Standing], moved_share: float) -> list[int]:
    """Pence that each programme gets (below 0: gives), by the money missing to serve those who wait.

    Missing is what serving them would cost beyond what is not spent yet. The programmes that miss least give a share of
    what they have not spent to those that miss most, who get no more than they miss. ODD 5.5; source: definition.

    >>> enough, short = Standing(1_000, 0, 0.0, 300), Standing(100, 0, 0.0, 900)
    >>> to_those_waiting([enough, short], 0.5), to_those_waiting([enough, short], 1.0)
    ([-500, 500], [-800, 800])
    >>> to_those_waiting([enough, enough], 0.5)
    [0, 0]
    """
    missing = [max(s.waiting_pence - s.unspent_pence, 0) for s in standings]
    return _lowest_to_highest(standings, missing, moved_share, most=max(missing, default=0))


def to_cheapest_completion(standings: Sequence[Standing], moved_share: float) -> list[int]:
    """Pence that each programme gets (below 0: gives), by the pence spent so far for each completion.

    The dearest give a share of what they have not spent to the cheapest. Programmes without completions neither give
    nor get. ODD 5.5; source: definition.

    >>> dear, cheap, young = Standing(900, 400, 2.0, 0), Standing(50, 300, 3.0, 0), Standing(500, 100, 0.0, 0)
    >>> to_cheapest_completion([dear, young, cheap], 0.5)
    [-450, 0, 450]
    """
    judged = [s for s in standings if s.completed > 0]
    moved = iter(_lowest_to_highest(judged, [-s.spent_pence / s.completed for s in judged], moved_share))
    return [next(moved) if s.completed > 0 else 0 for s in standings]


def _lowest_to_highest(
    standings: Sequence[Standing], rank: Sequence[float], moved_share: float, most: int | None = None
) -> list[int]:
    """The lowest (of equals all) give the share; the highest (of equals all) get equal parts, at most `most` each."""
    if not standings or min(rank) == max(rank):
        return [0] * len(standings)
    low, high = ([i for i, r in enumerate(rank) if r == end] for end in (min(rank), max(rank)))
    gives = {i: int(standings[i].unspent_pence * moved_share) for i in low}
    wanted = sum(gives.values()) if most is None else min(sum(gives.values()), most * len(high))
    gives = dict(zip(low, _in_parts(wanted, list(gives.values())), strict=True))
    gets = dict(zip(high, _in_parts(wanted, [1] * len(high)), strict=True))
    return [gets.get(i, 0) - gives.get(i, 0) for i in range(len(standings))]


def _in_parts(pence: int, weights: Sequence[int]) -> list[int]:
    """Pence split in proportion to weights, rounded so that the parts add up.

    >>> _in_parts(100, [1, 1, 1]), _in_parts(0, [0, 0])
    ([33, 33, 34], [0, 0])
    """
    total, passed, given, parts = sum(weights), 0, 0, []
    for weight in weights:
        passed += weight
        parts.append((pence * passed // total if total else 0) - given)
        given += parts[-1]
    return parts


def goes_on(served: float, completed: float, at_least_share: float) -> bool:
    """Whether a pilot goes on: of those served the stated share completed. One that served nobody has shown nothing
    against itself and goes on.

    ODD 5.5; source: definition.

    >>> goes_on(10.0, 5.0, 0.5), goes_on(10.0, 4.0, 0.5), goes_on(0.0, 0.0, 0.5)
    (True, False, True)
    """
    return completed >= at_least_share * served


RULES = {"to_those_waiting": to_those_waiting, "to_cheapest_completion": to_cheapest_completion}
"""name in a scenario -> rule"""
