"""Whom a programme is for, as documents say it."""

import pytest

from experiments.designs import who
from model.programmes.programme import Eligibility


@pytest.mark.parametrize(
    "conditions, words",
    [
        ({}, "all adults"),
        ({"use": ("never", "lapsed", "recent")}, "all adults"),
        ({"min_age_years": 65, "use": ("never",)}, "adults of 65 and over; who have never used the internet"),
        (
            {"max_age_years": 30, "deprivation_quintiles": (5, 4)},
            "adults up to 30; in neighbourhoods of the nation's fifths 4, 5 by deprivation (1 is most deprived)",
        ),
        ({"deprivation_quintiles": (1, 2, 3, 4, 5), "disabled": True}, "all adults; disabled"),
    ],
)
def test_conditions_are_said_as_they_are(conditions, words):
    assert who(Eligibility(**conditions)) == words
