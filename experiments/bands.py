"""Best estimates with their intervals: over parameters and chance together, and over chance alone."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOW, HIGH = 0.05, 0.95
RUN_COLUMNS = ["design_point", "draw", "replicate"]
"""Columns that tell one pair of runs from another"""
_HUGE = 1e18
"""Stands for infinity inside quantiles; no amount comes near."""


@dataclass(frozen=True, slots=True)
class Band:
    """Best estimate with the 90% interval over parameters and chance, and over chance alone (NaN from one run)."""

    value: float
    low: float
    high: float
    chance_low: float
    chance_high: float

    def negative(self) -> "Band":
        """The band of what is lost, from that of what is gained."""
        return Band(-self.value, -self.high, -self.low, -self.chance_high, -self.chance_low)


def full_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs that full intervals and probabilities are made of: posterior runs, or central runs without any."""
    posterior = rows[rows["design_point"] == "posterior"]
    return posterior if len(posterior) else rows[rows["design_point"] == "central"]


def bands(rows: pd.DataFrame, keys: list[str], column: str, best: float | None = None) -> pd.DataFrame:
    """Best estimate (mean at central parameters) and intervals by keys; without posterior runs both are chance.

    Columns: `column`, low, high, chance_low, chance_high. The full interval holds the best estimate and the chance
    interval, which a handful of draws might miss. Runs of other forms of the model (structures.FORMS) stay out.
    """
    # Between two infinities (prices without a buyer) an interpolated quantile would be no number.
    rows = rows.assign(**{column: rows[column].clip(upper=_HUGE)})
    central = rows[rows["design_point"] == "central"].groupby(keys, observed=True)[column]
    full = full_runs(rows).groupby(keys, observed=True)[column]
    # One run gives a value but no interval.
    enough_chance, enough_full = central.count() > 1, full.count() > 1
    mean = central.mean() if best is None else pd.Series(best, index=central.size().index, name=column)
    chance_low, chance_high = central.quantile(LOW).where(enough_chance), central.quantile(HIGH).where(enough_chance)
    low, high = full.quantile(LOW).where(enough_full), full.quantile(HIGH).where(enough_full)
    table = pd.DataFrame(
        {
            column: mean,
            "low": np.fmin(np.minimum(low, mean), chance_low),
            "high": np.fmax(np.maximum(high, mean), chance_high),
            "chance_low": chance_low,
            "chance_high": chance_high,
        }
    )
    return table.mask(table > _HUGE / 1e6, np.inf)


def band(per_run: pd.DataFrame, column: str, best: float | None = None) -> Band:
    """Summarise one number a run (columns design_point and `column`); `best` replaces the mean of central runs."""
    table = bands(per_run.assign(group="all"), ["group"], column, best).iloc[0]
    return Band(*(float(table[name]) for name in (column, "low", "high", "chance_low", "chance_high")))


def paired_differences(rows: pd.DataFrame, base: str, plans: list[str]) -> pd.DataFrame:
    """Plans against the base by group, from one value a run, scenario and group: base, plan and difference with bands.

    Differences are taken run by run, on the same luck.
    """
    keys = [*RUN_COLUMNS, "group"]
    of_base = rows[rows["scenario"] == base].set_index(keys)["value"]
    frames = []
    for plan in plans:
        values = rows[rows["scenario"] == plan].set_index(keys)["value"]
        paired = pd.DataFrame({"base": of_base, "plan_value": values, "difference": values - of_base}).reset_index()
        parts = []
        for column in ("base", "plan_value", "difference"):
            table = bands(paired, ["group"], column)
            name_of = {"plan_value": "plan"}.get(column, column)
            table = table.rename(columns={"low": f"{name_of}_low", "high": f"{name_of}_high"})
            parts.append(table if column == "difference" else table.drop(columns=["chance_low", "chance_high"]))
        frames.append(pd.concat(parts, axis=1).reset_index().assign(plan=plan))
    return pd.concat(frames, ignore_index=True)
