"""What the model reads of checks on a programme while it runs: the pilot before it, the review of all."""

from dataclasses import dataclass

from model.rules.review import RULES

REVIEW_RULES = tuple(RULES)
"""Who gets money at a review: those who miss most to serve all who wait, or those with the cheapest completions."""


@dataclass(frozen=True, slots=True)
class Review:
    """Every `every_months` months after the first programme starts, money moves between programmes at work."""

    every_months: int
    rule: str
    """one of REVIEW_RULES"""
    moved_share: float
    """share (0-1) of the unspent money of those that rank lowest that moves to those that rank highest"""


@dataclass(frozen=True, slots=True)
class Pilot:
    """The first `months` of a programme's window, at `share` of its capacity, fixed cost and evenly released money."""

    months: int
    share: float
    """0-1"""
    go_on_if_completed_share: float
    """share (0-1) of those served who must have completed, or it is stopped for good; 0 always goes on"""
