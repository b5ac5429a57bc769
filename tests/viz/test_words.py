"""Numbers, intervals and dates in words."""

import math

import pytest

from viz.words import (
    MINUS,
    WORD_JOINER,
    between,
    change,
    group_name,
    month_name,
    number,
    significant,
    unit_of,
    with_minus_signs,
)

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


def test_minus_signs_stay_with_their_number() -> None:
    minus = MINUS + WORD_JOINER
    said = with_minus_signs(f"net -£1.2 million ({MINUS}£2 to -0.5), a-1, 2027-04")
    assert said == f"net {minus}£1.2 million ({minus}£2 to {minus}0.5), a-1, 2027-04"


def test_digits_that_say_something() -> None:
    assert [significant(v) for v in (0.03456, 1.5, 94_623.0, -16_030.0, 0.0)] == [
        "0.0346",
        "1.5",
        "94,600",
        "-16,000",
        "0",
    ]
    assert significant(1.603e4, 4) == "16,030"
