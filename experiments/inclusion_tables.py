"""Baseline, plan and difference with their intervals, for any numbers that every pair of runs gives."""

import pandas as pd

from experiments.bands import paired_differences

VALUE_COLUMNS = ["base", "base_low", "base_high", "plan", "plan_low", "plan_high", "difference", "difference_low",
                 "difference_high"]  # fmt: skip


def compared(values: pd.DataFrame, keys: list[str], base: str, plan: str) -> pd.DataFrame:
    """Keys and VALUE_COLUMNS from one value a run, scenario and combination of keys; differences are taken run by run."""
    number = values.groupby(keys, sort=False).ngroup()
    table = paired_differences(values.assign(group=number), base, [plan]).set_index("group")
    table = table.drop(columns="plan").rename(columns={"plan_value": "plan"})[VALUE_COLUMNS]
    return (
        values[keys].set_index(number).loc[lambda names: ~names.index.duplicated()].join(table).reset_index(drop=True)
    )
