"""Published totals recomputed from their parts: classes of use add up to adults, bands and groups to everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PARTS = {
    "all": ("age_band", "sex", "disability"),
    "age_band": ("age_band x disability",),
    "disability": ("age_band x disability",),
}
"""group_by of a total -> the breakdowns that add up to it"""
ROUNDING = 0.5
"""Thousands: how far each figure of a sum may be off by rounding."""


def totals_off(use: pd.DataFrame, adults: pd.DataFrame) -> list[str]:
    """Names of the totals, in thousands, that are not the sum of their parts within rounding; no values.

    use: rows of lfs_uk_use. adults: year, age_band, disability (all, yes, no), thousands.
    """
    rows = use[use["unit"] == "thousands"]
    keys = zip(rows["group_by"], rows["group"], rows["year"], rows["measure"], strict=True)
    values = dict(zip(keys, rows["value"].astype(float), strict=True))
    off = []
    for (by, group, year, measure), total in values.items():
        for part_by in PARTS.get(by, ()):
            parts = [
                value
                for (other_by, other, *when), value in values.items()
                if (other_by, *when) == (part_by, year, measure) and (by == "all" or group in other.split(" x "))
            ]
            if parts and _differ(total, parts):
                off.append(f"{group} / {year} / {measure}: not the sum over {part_by}")
    by_cell = adults.set_index(["age_band", "disability", "year"])["thousands"].to_dict()
    for by, group, year in dict.fromkeys((by, group, year) for by, group, year, _ in values):
        band, _, disability = group.partition(" x ")
        cell = (band, disability or "all", year)
        parts = [values[key] for key in values if key[:3] == (by, group, year)]
        if by in ("age_band", "age_band x disability") and (cell not in by_cell or _differ(by_cell[cell], parts)):
            off.append(f"{group} / {year}: recent + lapsed + never are not its adults")
    return off


def _differ(total: float, parts: list[float]) -> bool:
    return abs(total - sum(parts)) > ROUNDING * (len(parts) + 1)
