"""The numbers that each run's programmes had, drawn or not: what the appraisal and the multipliers read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from model.programmes.programme import PLACE_INSTRUMENTS

if TYPE_CHECKING:
    from model.scenario import Scenario

EFFECT = "effects."
"""start of the names of numbers that say what a programme does, as against how it is delivered"""


def programme_numbers(scenario: Scenario) -> pd.DataFrame:
    """One row a number of each programme: programme, instrument, audience, number, value, unit, status, shrunk."""
    rows = [
        {
            "programme": programme.id,
            "instrument": programme.instrument,
            "audience": "places" if programme.instrument in PLACE_INSTRUMENTS else programme.audience,
            "number": entry.name,
            "value": entry.value,
            "unit": entry.unit,
            "status": entry.status,
            "shrunk": entry.shrunk,
        }
        for programme in scenario.programmes
        for entry in programme.evidence
    ]
    return pd.DataFrame(rows)
