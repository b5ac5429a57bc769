"""Numbers, intervals and dates in words."""

import math

import pytest

from viz.words import MINUS, between, change, group_name, month_name, number, unit_of

PEOPLE, SHARE, POUNDS = unit_of("people"), unit_of("% of adults"), unit_of("GBP")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number(12345.4, PEOPLE), "12,345"),
        (number(92.34, SHARE), "92.3%"),
        (number(8_420_000, POUNDS), "£8.4 million"),
        (number(2903.6, POUNDS), "£2,904"),
        (number(-0.4, PEOPLE), "0"),
        (number(math.nan, PEOPLE), "not known"),
        (number(math.inf, POUNDS), "no limit"),
        (change(0.62, SHARE), "+0.6 points"),
        (change(-120, PEOPLE), f"{MINUS}120 people"),
        (change(math.nan, SHARE), "not known"),
        (between(1200, 4700, PEOPLE), "1,200 to 4,700"),
        (between(1200, math.inf, POUNDS), "£1,200 to no limit"),
        (between(math.nan, math.nan, PEOPLE), "one run, no interval"),
        (month_name("2030-12"), "December 2030"),
        (group_name("age_band", "65-74"), "65–74"),
        (group_name("disability", "disabled"), "Disabled people"),
        (group_name("sector", "retail-1"), "retail-1"),
    ],
)
def test_wording(text: str, expected: str) -> None:
    assert text == expected
