"""The target of training: of older people taught for nine hours, the share online five months later.

It is read from the trial run again (calibration/replications), not from a region's cube: everyone of 65 and over who is
offline gets the course, and the two counts are those taught who are still there and those of them who are online.
"""

from __future__ import annotations

from functools import cache

from calibration.evidence_reader import load
from calibration.replications import Replication, load_replications
from calibration.targets.survey_error import observed_log_odds, share_error, survey_error
from calibration.targets.target import NORMAL, Extract, Row, Target, figure_key, years_since_start
from model.calendar import month_index
from scenarios.yaml_io import read_yaml

BLOCK = "fit-nine-hour-training"
TAUGHT = (("trial", ("those taught",)),)
CONFORM = (
    "weekly use stands for use within three months; homes for older people in the US for all of 65 and over offline"
)


def training_targets() -> list[Target]:
    """The trial's one target."""
    rows = load("programme_effects", purpose="fit")
    return [_target(row, training_trial()) for row in rows[rows["block"] == BLOCK].to_dict("records")]


@cache
def training_trial() -> Replication:
    """The trial that is run again."""
    return next(trial for trial in load_replications() if trial.block == BLOCK)


def _target(row: Row, trial: Replication) -> Target:
    share, error = row["value"] / 100.0, survey_error(row["source_id"], row["group"])
    month = _start_month(trial) + trial.months[-1]
    extract = Extract(f"training/online after {trial.months[-1]} months", month, TAUGHT, ("online",), ("adults",))
    return Target(
        extract.id, "training", row["table"], row["block"], row["source_id"], row["year"], row["group"], row["measure"],
        row["value"], row["unit"], extract, None, CONFORM, observed_log_odds(share, error.size),
        share_error(share, error), NORMAL, "training", "training", years_since_start(month), (figure_key(row),),
    )  # fmt: skip


def _start_month(trial: Replication) -> int:
    """Month in which the trial's programme starts."""
    programmes = read_yaml(trial.file).data["programmes"]
    return month_index(next(iter(programmes.values()))["start"])
