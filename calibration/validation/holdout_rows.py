"""The one shape of every hold-out: a row for each published figure and each forecast of it, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from calibration.validation.predictions import INTERVALS, Prediction
from calibration.validation.scores import share_inside

if TYPE_CHECKING:
    import pandas as pd

MODEL = "model"
COLUMNS = (
    "holdout", "cell", "year", "measure", "predictor", "published", "predicted", "low90", "low50", "high50", "high90",
    "crps", "log_score", "abs_error", "in50", "in90",
)  # fmt: skip
"""published to high90 in per cent; crps and abs_error in percentage points; log_score per percentage point."""


def holdout_row(
    holdout: str, cell: str, year: int, measure: str, predictor: str, published_pct: float, prediction: Prediction
) -> dict[str, object]:
    """One forecast scored against the figure that was published (per cent): a row of COLUMNS."""
    predicted, *quantiles = (float(value) for value in prediction.quantiles_pct([0.5, *INTERVALS.values()]))
    ends = dict(zip(INTERVALS, quantiles, strict=True))
    return {
        "holdout": holdout,
        "cell": cell,
        "year": year,
        "measure": measure,
        "predictor": predictor,
        "published": published_pct,
        "predicted": predicted,
        **ends,
        "crps": prediction.crps(published_pct),
        "log_score": prediction.log_density(published_pct),
        "abs_error": abs(predicted - published_pct),
        "in50": ends["low50"] <= published_pct <= ends["high50"],
        "in90": ends["low90"] <= published_pct <= ends["high90"],
    }


def summary(rows: pd.DataFrame, slices: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Scores by slice of the rows and predictor: slice, predictor, cells, abs_error, crps, log_score, cover50, cover90.

    slices: name -> which rows (bool); a slice may overlap another. Means over cells; coverage in per cent of cells.
    """
    import pandas as pd

    found = [
        {
            "slice": name,
            "predictor": predictor,
            "cells": len(part),
            "abs_error": part["abs_error"].mean(),
            "crps": part["crps"].mean(),
            "log_score": part["log_score"].mean(),
            "cover50": share_inside(part["in50"].to_numpy()),
            "cover90": share_inside(part["in90"].to_numpy()),
        }
        for name, chosen in slices.items()
        for predictor, part in rows[chosen].groupby("predictor", sort=False)
    ]
    return pd.DataFrame(
        found, columns=["slice", "predictor", "cells", "abs_error", "crps", "log_score", "cover50", "cover90"]
    )


def summary_by_cell(rows: pd.DataFrame) -> pd.DataFrame:
    """`summary` of all rows, and of each cell."""
    return summary(rows, {"all": rows["year"] > 0} | {cell: rows["cell"] == cell for cell in rows["cell"].unique()})


def as_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of `holdout_row` as one table with COLUMNS, also where there are none."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(COLUMNS))
