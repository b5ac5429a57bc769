"""Pictures of a validation: how far each forecast lies from what was published, and how the forecasts compare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from calibration.validation.holdout_rows import MODEL
from calibration.validation.holdout_use import is_broken
from viz import words
from viz.picture import IntervalChart, Picture, Table
from viz.picture_parts import csv_of

if TYPE_CHECKING:
    import pandas as pd

COLOUR, MODEL_COLOUR = "base", "plan-1"
POINTS = words.unit_of("points")
MOST_ROWS = 24
"""Rows above which each year gets a picture of its own."""
ALL = "all"
NOT_DRAWN = ("lapsed", "never")
"""Measures scored for information."""
ENDS = {"low90": "low", "high90": "high", "low50": "chance_low", "high50": "chance_high"}


def forecast_pictures(name: str, rows: pd.DataFrame, source: str) -> Iterator[Picture]:
    """Pictures of the model's forecasts in one table of a validation, its name given."""
    mine = rows[(rows["predictor"] == MODEL) & ~rows["measure"].isin(NOT_DRAWN)]
    for holdout, part in mine.groupby("holdout", sort=False):
        years = [part] if len(part) <= MOST_ROWS else [of_year for _, of_year in part.groupby("year")]
        for own in years:
            key = f"{name}-{str(holdout).replace(' ', '-')}" + (f"-{own['year'].iloc[0]}" if len(years) > 1 else "")
            yield _forecasts(key, str(holdout), own, source)


def score_pictures(name: str, title: str, scores: pd.DataFrame, source: str) -> Iterator[Picture]:
    """A picture of the mean CRPS and error of every forecast in each hold-out of one table of scores.

    A table without hold-outs has one picture, called `title`, or one a slice where no slice is of all cells.
    """
    if "holdout" not in scores:
        whole = scores[scores["slice"] == ALL]
        scores = whole.assign(holdout=title) if len(whole) else scores.assign(holdout=scores["slice"], slice=ALL)
        scores = scores.assign(measure="")
    chosen = scores[(scores["slice"] == ALL) & ~scores["measure"].isin(NOT_DRAWN)]
    for holdout, part in chosen.groupby("holdout", sort=False):
        yield _scores(f"{name}-{str(holdout).replace(' ', '-')}", str(holdout), part.sort_values("crps"), source)


def _forecasts(key: str, holdout: str, rows: pd.DataFrame, source: str) -> Picture:
    import pandas as pd

    broken = is_broken(rows)
    counted = rows[~broken]
    inside = int(counted["in90"].sum())
    title = f"{_capital(holdout)}: {inside} of {len(counted)} published shares lie inside the model’s 90% interval"
    labels = [
        f"{row['cell']}, {row['year']}{' (a break, not counted)' if apart else ''}"
        for row, apart in zip(rows.to_dict("records"), broken, strict=True)
    ]
    drawn = pd.DataFrame({"label": labels})
    for column, end in {"predicted": "mean", **ENDS}.items():
        drawn[end] = (rows[column] - rows["published"]).to_numpy()
    headers = ("Group and year", "Published, %", "Forecast, %", "90% interval", "Error, points")
    cells = [
        [label, f"{row['published']:.2f}", f"{row['predicted']:.2f}", f"{row['low90']:.2f} to {row['high90']:.2f}",
         f"{row['predicted'] - row['published']:+.2f}"]
        for label, row in zip(drawn["label"], rows.to_dict("records"), strict=True)
    ]  # fmt: skip
    return Picture(
        key=key,
        title=title,
        unit="Forecast share less the published one, percentage points",
        alt=f"Chart of dots with ranges, one row a group and year. {title}.",
        note="The upright line is what was published. The dot is the middle of the forecast, the bar holds half of it, "
        "the line 90%. The survey’s own error is part of the forecast.",
        source=source,
        legend=(),
        chart=IntervalChart(drawn, POINTS, MODEL_COLOUR),
        table=Table(title, headers, cells, csv_of(rows)),
    )


def _scores(key: str, holdout: str, scores: pd.DataFrame, source: str) -> Picture:
    import pandas as pd

    best = str(scores["predictor"].iloc[0])
    place = scores["predictor"].tolist().index(MODEL) + 1 if MODEL in set(scores["predictor"]) else 0
    title = f"{_capital(holdout)}: lowest CRPS by the {best}; the model is number {place} of {len(scores)}"
    drawn = pd.DataFrame({"label": scores["predictor"], "mean": scores["crps"], "reference": scores["abs_error"]})
    for end in ENDS.values():
        drawn[end] = float("nan")
    headers = ("Forecast", "Cells", "CRPS, points", "Mean error, points", "Log score", "In 50%, %", "In 90%, %")
    cells = [
        [row["predictor"], str(row["cells"]), f"{row['crps']:.3f}", f"{row['abs_error']:.3f}", f"{row['log_score']:.3f}",
         f"{row['cover50']:.0f}", f"{row['cover90']:.0f}"]
        for row in scores.to_dict("records")
    ]  # fmt: skip
    return Picture(
        key=key,
        title=title,
        unit="Percentage points; lower is better",
        alt=f"Chart of dots, one row a forecast. {title}.",
        note="The dot is the CRPS, an error that also counts how unsure a forecast says it is; the hollow diamond is "
        "the mean absolute error.",
        source=source,
        legend=(),
        chart=IntervalChart(drawn.reset_index(drop=True), POINTS, COLOUR),
        table=Table(title, headers, cells, csv_of(scores)),
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
