"""Whom the money of residents' programmes reaches: people furthest from inclusion, and others.

Furthest from inclusion: not online at the last December before the programme reached them (or at the start), and in the
two most deprived fifths of the region, or 75 and over, or disabled. Newcomers since that December do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.state import ABSENT, RECENT

if TYPE_CHECKING:
    from model.region_model import RegionModel

DEFINITION = (
    "not online at the last December before help came, and living in the two most deprived fifths of the region, "
    "or aged 75 or over, or disabled"
)
OLDEST_FROM_YEARS = 75
N_DEPRIVED_FIFTHS = 2


def furthest(model: RegionModel, month: int, rows: np.ndarray) -> np.ndarray:
    """Which residents of `rows` were furthest from inclusion in a recorded month (bool)."""
    people, codes = model.world.people, model.record.codes[month][rows]
    deprived = model.side_cells.axis(model.side_cell[rows], "deprivation_in_region") < N_DEPRIVED_FIFTHS
    oldest = month - people.birth_month[rows].astype(np.int64) >= OLDEST_FROM_YEARS * 12
    disabled = people.disability_onset_month[rows] <= month
    found: np.ndarray = (codes != ABSENT) & (codes // 16 != RECENT) & (deprived | oldest | disabled)
    return found


def reach_rows(model: RegionModel) -> pd.DataFrame:
    """One row a programme that reached anyone: people reached, those of them who were furthest, their share of adults."""
    recorded = np.array(sorted(model.record.codes), np.int64)
    rows = []
    for delivery in model.resident_deliveries:
        watch = delivery.treated()
        if not len(watch.rows):
            continue
        before = recorded[np.maximum(np.searchsorted(recorded, watch.first_month) - 1, 0)]
        n_furthest = sum(int(furthest(model, int(m), watch.rows[before == m]).sum()) for m in np.unique(before))
        start = int(recorded[max(int(np.searchsorted(recorded, delivery.programme.start_month)) - 1, 0)])
        adults = np.flatnonzero(model.record.codes[start] != ABSENT)
        rows.append(
            {
                "programme": delivery.programme.id,
                "reached": len(watch.rows) * model.world.weight,
                "furthest": n_furthest * model.world.weight,
                "adults_furthest_share": float(furthest(model, start, adults).mean()),
            }
        )
    return pd.DataFrame(rows)
