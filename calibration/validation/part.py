"""What one part of a validation hands over: tables, the bars it was held to, and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.run_table import Progress
from calibration.validation.bars import Bar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Request:
    """What is validated and how."""

    fit: Path | None
    """folder of a fit; None: the posterior that ships with the model"""
    seed: int
    draws: int
    """posterior draws that are run, where a part runs the model"""
    progress: Progress


@dataclass(frozen=True, slots=True)
class Part:
    """tables: name of a file -> all its rows, written as they are. shown: title -> the short table for a reader."""

    name: str
    title: str
    tables: Mapping[str, pd.DataFrame]
    shown: Mapping[str, pd.DataFrame]
    bars: tuple[Bar, ...] = ()
    says: tuple[str, ...] = ()
