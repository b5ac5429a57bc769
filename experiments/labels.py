"""Columns that tell runs and groups apart in the result tables."""

import numpy as np
import pandas as pd

from experiments.runner import RunInput
from model.scenario import Scenario


def labelled(frame: pd.DataFrame, scenario: Scenario, run: RunInput) -> pd.DataFrame:
    """Put the columns that tell runs apart in front."""
    front = {
        "run_id": run.run_id(scenario),
        "scenario": scenario.name,
        "region": run.region,
        "design_point": run.design_point,
        "draw": run.draw,
        "replicate": run.replicate,
    }
    for position, (name, value) in enumerate(front.items()):
        frame.insert(position, name, value)
    return frame


def repeated(values: list[str], times: int) -> pd.Categorical:
    """Each value so many times in a row; categories spare a string a row."""
    codes, names = pd.factorize(np.array(values, dtype=object))
    return pd.Categorical.from_codes(np.repeat(codes, times), names)


def tiled(values: list[str], times: int) -> pd.Categorical:
    """The list of values so many times over."""
    codes, names = pd.factorize(np.array(values, dtype=object))
    return pd.Categorical.from_codes(np.tile(codes, times), names)
