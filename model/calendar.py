"""Months as integers: month 0 is January 2013, the model's start."""

import re

from model.errors import InputError

START_YEAR = 2013
END_YEAR = 2035
HORIZON_MONTHS = (END_YEAR - START_YEAR + 1) * 12
NEVER = 32767
"""A month that does not come; the largest int16, so that dated columns stay two bytes wide."""


def month_index(label: str, *, file: str | None = None, key: str | None = None) -> int:
    """Month number of a label such as "2030-12".

    >>> month_index("2013-01"), month_index("2030-12")
    (0, 215)
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", str(label).strip())
    if match and START_YEAR <= int(match[1]) <= END_YEAR and 1 <= int(match[2]) <= 12:
        return (int(match[1]) - START_YEAR) * 12 + int(match[2]) - 1
    raise InputError("not a month", file=file, key=key, value=label, allowed=f"{START_YEAR}-01 to {END_YEAR}-12")


def month_label(month: int) -> str:
    """Label of a month number.

    >>> month_label(215)
    '2030-12'
    """
    return f"{START_YEAR + month // 12}-{month % 12 + 1:02d}"


def is_december(month: int) -> bool:
    """Whether a yearly picture is taken at the end of this month."""
    return month % 12 == 11
