"""Adoption by firms of the UK-weighted sample beside the published shares it will be fitted to: a check of level, not a fit."""

import numpy as np
import pandas as pd

from calibration.targets.firms import firm_targets
from calibration.targets.target import simulated
from model.calendar import month_label
from model.firm_outcomes import FIRM_COUNTS
from model.firm_roster import get_firm_roster
from model.network import get_network
from model.parameters import central_values
from model.region import SIZE_BANDS
from model.region_model import ModelSpec, RegionModel
from scenarios.loader import load_scenario
from scenarios.materials import joined_inputs
from scenarios.uk_region import load_uk_region
from scenarios.uk_sample import LARGEST_SAMPLE, get_uk_sample

SEEDS = 3
"""Even the largest sample holds some fifty firms of 250 and over; runs are pooled so that chance does not decide."""


def firm_counts_by_size(months: tuple[int, ...], seeds: int = SEEDS) -> dict[int, pd.DataFrame]:
    """Month -> firms and adopters by size band (rows) at central parameters, added up over seeds 1, 2, ..."""
    values, scenario = central_values(), load_scenario("baseline", "gloucestershire")
    region, population = load_uk_region(), get_uk_sample(LARGEST_SAMPLE)
    inputs = joined_inputs(region, population, get_network(population), get_firm_roster(region, population), values)
    totals: dict[int, np.ndarray] = {month: np.zeros((len(SIZE_BANDS), len(FIRM_COUNTS)), np.int64) for month in months}
    for seed in range(1, seeds + 1):
        model = RegionModel(ModelSpec(scenario, max(months), values, cube_months=months), **inputs, rng=seed)
        model.run()
        for month in months:
            totals[month] += model.firm_counter.cells.totals(model.record.firm_cube[month], "size_band")
    return {
        month: pd.DataFrame(counts, index=list(SIZE_BANDS), columns=list(FIRM_COUNTS))
        for month, counts in totals.items()
    }


def firm_level_check(seeds: int = SEEDS) -> pd.DataFrame:
    """By technology, month and size: published and baseline share in per cent of firms, and the difference in log odds."""
    targets = firm_targets()
    counts = firm_counts_by_size(tuple(sorted({target.extract.month for target in targets})), seeds)
    rows = []
    for target in targets:
        extract = target.extract
        firms = counts[extract.month].loc[list(dict(extract.where).get("size_band", SIZE_BANDS))].sum()
        pair = int(firms[list(extract.part)].sum()), int(firms[list(extract.whole)].sum())
        rows.append(
            {
                "technology": extract.part[0].removeprefix("adopters_"),
                "size": target.group,
                "month": month_label(extract.month),
                "published": target.published,
                "baseline": 100.0 * pair[0] / pair[1],
                "log_odds_difference": simulated(target, {extract.id: pair}) - target.value,
                "source_id": target.source_id,
            }
        )
    return pd.DataFrame(rows)


def shares_by_size(month: int, seeds: int = SEEDS) -> pd.DataFrame:
    """Per cent of firms that use each technology (columns) by size band (rows) in a month."""
    counts = firm_counts_by_size((month,), seeds)[month]
    adopters = counts[[name for name in counts if name.startswith("adopters_")]]
    shares = 100.0 * adopters.div(counts["firms"], axis=0)
    return shares.rename(columns=lambda name: name.removeprefix("adopters_"))
