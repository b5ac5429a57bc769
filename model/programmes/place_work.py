"""What place programmes get done in a month."""

from typing import NamedTuple


class PlaceWork(NamedTuple):
    """Units of one place programme in one month."""

    paid: int
    """paid for this month"""
    begun: int
    """that begin to work this month"""
    at_work: float
    """that work, less what has faded"""
