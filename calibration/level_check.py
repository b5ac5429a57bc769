"""Baseline of the UK-weighted sample beside the published use it will be fitted to: a check of level, not a fit."""

import pandas as pd

from calibration.evidence_reader import load
from calibration.targets.residents import USES
from calibration.targets.target import survey_month
from experiments.runner import RunInput, make_model
from model.outcomes import INDICATORS, indicator_values
from model.parameters import central_values
from scenarios.loader import load_scenario
from scenarios.uk_sample import SAMPLE_NAME

CHECK_YEARS = range(2014, 2018)


def published_shares() -> pd.DataFrame:
    """Recent, lapsed and never users in per cent of their sum, by age band and year of the fitted span."""
    rows = load("lfs_uk_use", purpose="fit")
    rows = rows[(rows["group_by"] == "age_band") & (rows["unit"] == "thousands") & rows["year"].isin(CHECK_YEARS)]
    counts = rows.pivot(index=["group", "year"], columns="measure", values="value")
    return 100.0 * counts.div(counts.sum(axis=1), axis=0)


def baseline_shares(seed: int = 1) -> pd.DataFrame:
    """The same from one baseline run of the UK-weighted sample at central parameters."""
    months = tuple(survey_month(year) for year in CHECK_YEARS)
    values = tuple(sorted(central_values().items()))
    run = RunInput(SAMPLE_NAME, 1.0, 1, months[-1], seed, values, "central", 0, 0)
    model = make_model(run, load_scenario("baseline", "gloucestershire"), cube_months=months)
    model.run()
    names = [entry.name for entry in INDICATORS]
    frames = []
    for year, month in zip(CHECK_YEARS, months, strict=True):
        shares = indicator_values(model.cells.totals(model.record.cube[month], "age_band"), 1.0)
        columns = {use: shares[:, names.index(f"{name}_share")] for use, name in USES.items()}
        frames.append(pd.DataFrame({"group": model.cells.groups("age_band"), "year": year, **columns}))
    return pd.concat(frames).set_index(["group", "year"])


def level_check(seed: int = 1) -> pd.DataFrame:
    """By age band, year and use: published, baseline and difference, in per cent of adults and points."""
    published, baseline = published_shares(), baseline_shares(seed)
    table = pd.DataFrame(
        {"published": published.stack(), "baseline": baseline[list(published.columns)].stack()}
    ).reset_index(names=["age_band", "year", "use"])
    return table.assign(difference=table["baseline"] - table["published"])
