"""What is reported: the indicator registry, groups, and the cube every breakdown is a sum of."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.cube import Cube
from model.region import AGE_BANDS
from model.state import LAPSED, N_STATE_CODES, NEVER_USED, RECENT

_CODES = np.arange(N_STATE_CODES)
_USE, _LEVEL, _ACCESS, _EMPLOYED = _CODES // 16, _CODES // 4 % 4, _CODES // 2 % 2, _CODES % 2


@dataclass(frozen=True, slots=True)
class Indicator:
    """A stock of residents, or its share of all adults."""

    name: str
    label: str
    unit: str
    """"people" or "% of adults\""""
    in_state: Callable[[], np.ndarray]
    """which of the 48 state codes count"""
    share: bool = False


def _pair(name: str, label: str, in_state: np.ndarray) -> tuple[Indicator, Indicator]:
    return (
        Indicator(name, label, "people", lambda: in_state),
        Indicator(f"{name}_share", f"{label}, share of adults", "% of adults", lambda: in_state, share=True),
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator("adults", "Adults aged 16 and over", "people", lambda: _CODES >= 0),
    *_pair("online", "People online (used the internet in the last three months)", _USE == RECENT),
    *_pair("lapsed", "Lapsed users (used the internet, but not in the last three months)", _USE == LAPSED),
    *_pair("never", "People who have never used the internet", _USE == NEVER_USED),
    *_pair("access", "People with a device of their own and a connection at home", _ACCESS == 1),
    *_pair("foundation", "People with Foundation digital skills", _LEVEL >= 1),
    *_pair("essential", "People with Essential digital skills for life", _LEVEL >= 2),
    *_pair("work", "People with digital skills for work", _LEVEL >= 3),
    *_pair("employed", "People in work", _EMPLOYED == 1),
)
TWIN_INDICATORS = ("online", "access", "foundation", "essential", "work")
"""States compared person by person between twins."""

GROUP_LABELS = {
    "all": "Everyone",
    "age_band": "Age",
    "sex": "Sex",
    "disability": "Disability (Equality Act)",
    "education": "Education",
    "deprivation": "Deprivation of the area",
    "rural": "Rural or urban area",
    "authority": "Local authority",
}
SIDE_GROUP_LABELS = {
    "deprivation_in_region": "Deprivation of the area, within the region",
    "income": "Income",
}
"""Breakdowns counted beside the cube, which they would make too large."""
_FIXED = ("authority", "sex", "education", "deprivation", "rural")
DIMENSIONS = (*_FIXED, "age_band", "disability")
"""Order of the cube's dimensions."""

VALUES = {
    "sex": ("female", "male"),
    "education": ("none or level 1", "level 2-3", "level 4+"),
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "rural": ("urban", "rural"),
    "age_band": AGE_BANDS,
    "disability": ("not disabled", "disabled"),
    "deprivation_in_region": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "income": ("1 lowest", "2", "3", "4", "5 highest"),
}


def indicator(name: str) -> Indicator:
    """The registry entry of a name."""
    return next(entry for entry in INDICATORS if entry.name == name)


@dataclass(frozen=True, slots=True)
class Cells(Cube):
    """Numbering of the cube's cells for residents."""

    VALUES = VALUES
    DIMENSIONS = DIMENSIONS
    LABELS = GROUP_LABELS

    def fixed_cell(self, authority, sex, education, deprivation, rural) -> np.ndarray:
        """The part of the cell number that does not change with age: arrays in, int32 out."""
        number = np.ravel_multi_index(
            tuple(np.asarray(column, np.int64) for column in (authority, sex, education, deprivation, rural)),
            self.shape[:5],
        )
        return number.astype(np.int32)

    def table(self, counts: np.ndarray, weight: float) -> pd.DataFrame:
        """The cube as a table: one row a non-empty cell, one column a count, at full population."""
        filled = np.flatnonzero(counts.sum(axis=1))
        stocks = {
            entry.name: counts[filled] @ entry.in_state().astype(np.int64) * weight
            for entry in INDICATORS
            if not entry.share
        }
        return pd.DataFrame({**self.cell_columns(filled), **stocks})


@dataclass(frozen=True, slots=True)
class SideCells(Cube):
    """Numbering of the cells counted beside the cube; they do not change over a person's life."""

    VALUES = VALUES
    DIMENSIONS = tuple(SIDE_GROUP_LABELS)
    LABELS = SIDE_GROUP_LABELS

    def of_rows(self, deprivation_in_region: np.ndarray, income: np.ndarray) -> np.ndarray:
        """Cell numbers from the two fifths (0 to 4) of every row: int32."""
        columns = (np.asarray(deprivation_in_region, np.int64), np.asarray(income, np.int64))
        return np.ravel_multi_index(columns, self.shape).astype(np.int32)

    def axis(self, cells: np.ndarray, dimension: str) -> np.ndarray:
        """A dimension's value numbers of cells."""
        return np.unravel_index(cells, self.shape)[self.DIMENSIONS.index(dimension)]


def indicator_values(code_counts: np.ndarray, weight: float) -> np.ndarray:
    """Every indicator from counts by state code, shape (k, 48) -> (k, indicators); shares in per cent of adults."""
    stocks = code_counts @ np.array([entry.in_state() for entry in INDICATORS], dtype=np.int64).T
    adults = code_counts.sum(axis=1, keepdims=True)
    shares = 100.0 * np.divide(stocks, adults, out=np.full(stocks.shape, np.nan), where=adults > 0)
    return np.where([entry.share for entry in INDICATORS], shares, stocks * weight)


def series_rows(code_counts: np.ndarray, weight: float) -> dict[str, np.ndarray]:
    """`indicator_values` by name: name -> values of shape (k,)."""
    values = indicator_values(code_counts, weight)
    return {entry.name: values[:, column] for column, entry in enumerate(INDICATORS)}
