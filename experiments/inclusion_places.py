"""Inequality between small areas in being online: Theil's index and Moran's I, for a base and a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.bands import RUN_COLUMNS
from experiments.inclusion_tables import VALUE_COLUMNS, compared
from experiments.inequality_indices import moran, moran_p, neighbours, theil

if TYPE_CHECKING:
    from experiments.compare import Comparison

FEWEST_AREAS = 10


def place_inequality(comparison: Comparison, plan: str) -> pd.DataFrame:
    """Statistics of the share not online over small areas at the last December, from the central runs.

    statistic: "theil", "theil_between_share" (part between authorities), "moran_i", "moran_p" (from the mean of the runs).
    No rows with fewer than ten areas that have residents.
    """
    areas = comparison.tables.get("areas")
    empty = pd.DataFrame(columns=["statistic", *VALUE_COLUMNS])
    if areas is None:
        return empty
    rows = areas[(areas["period"] == comparison.last_period) & areas["scenario"].isin([comparison.base, plan])]
    text = ["scenario", "area_code"]
    rows = rows[[*text, *RUN_COLUMNS, "adults", "online"]].astype(dict.fromkeys([*text, "design_point"], str))
    # An area without residents in any run has no share to compare.
    living = rows.groupby("area_code")["adults"].min()
    places = comparison.tables["places"].astype({"area_code": str, "authority": str})
    places = places[places["area_code"].isin(living.index[living > 0])]
    if len(places) < FEWEST_AREAS:
        return empty
    codes = places["area_code"].to_numpy()
    authority = places["authority"].to_numpy()
    weights = neighbours(places["latitude"].to_numpy(), places["longitude"].to_numpy())
    values: list[dict[str, Any]] = []
    maps: dict[str, list[np.ndarray]] = {}
    for (scenario, *run), part in rows.groupby(["scenario", *RUN_COLUMNS]):
        part = part.set_index("area_code").loc[codes]
        non_use = 1.0 - part["online"].to_numpy() / part["adults"].to_numpy()
        maps.setdefault(str(scenario), []).append(non_use)
        split = theil(non_use, authority) if non_use.any() else None
        found = {
            "theil": split.total if split else np.nan,
            "theil_between_share": split.between_share if split else np.nan,
            "moran_i": moran(non_use, weights),
        }
        labels = {"scenario": scenario} | dict(zip(RUN_COLUMNS, run, strict=True))
        values += [labels | {"statistic": name, "value": value} for name, value in found.items()]
    table = compared(pd.DataFrame(values), ["statistic"], comparison.base, plan)
    p_values = {scenario: moran_p(np.mean(runs, axis=0), weights) for scenario, runs in maps.items()}
    chance = dict.fromkeys(VALUE_COLUMNS, np.nan) | {"base": p_values[comparison.base], "plan": p_values[plan]}
    return pd.concat([table, pd.DataFrame([{"statistic": "moran_p"} | chance])], ignore_index=True)
