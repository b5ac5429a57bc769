"""Fairness as tables for reading, in the terminal and in documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from model.outcomes import GROUP_LABELS, SIDE_GROUP_LABELS, VALUES

if TYPE_CHECKING:
    from experiments.compare import Comparison
    from experiments.inclusion import Fairness

LABELS = GROUP_LABELS | SIDE_GROUP_LABELS
INDEX_LABELS = {
    "slope_index": "Slope index, points",
    "relative_index": "Relative index, multiple of the mean",
    "erreygers": "Concentration index, Erreygers",
}
"""Indices in tables for reading; the others are in the JSON"""
MEASURES = {"non_use": "offline", "use": "online"}
PLACE_LABELS = {
    "theil": "Theil’s index over small areas",
    "theil_between_share": "Part of it between council areas",
    "moran_i": "Moran’s I: neighbouring areas are alike",
    "moran_p": "Chance of so high a Moran’s I by luck",
}
NOT_KNOWN, MINUS = "–", "\N{MINUS SIGN}"
Name = Callable[[str, str], str]


def fairness_tables(
    comparison: Comparison, found: Fairness, name: Name = lambda by, group: group
) -> list[tuple[str, pd.DataFrame]]:
    """Titled tables, every cell text; `name` writes a group (group_by, group) for the reader."""
    councils = comparison.authority_names

    def named(by: str, group: str) -> str:
        return councils.get(group, group) if by == "authority" else name(by, group)

    return [
        ("Gaps in being offline: first group less second, percentage points", _gaps(found)),
        ("Adults offline by group, per cent", _groups(found, named)),
        ("Who gains: additional people online by group", _gains(found, named)),
        ("Money that reaches people furthest from inclusion", _reach(found)),
        ("Indices of inequality over ordered groups", _indices(found)),
        ("Inequality between small areas in being offline", _places(found)),
    ]


def _gaps(found: Fairness) -> pd.DataFrame:
    rows = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    return pd.DataFrame(
        [{"between": sides(row), **_values(row, 2), "finding": row["verdict"]} for row in rows.to_dict("records")]
    )


def sides(row: Mapping[Any, Any]) -> str:
    """The two sides of a gap, for the start of a line."""
    return f"{row['worse'][0].upper()}{row['worse'][1:]} and {row['better']}"


def _groups(found: Fairness, name: Name) -> pd.DataFrame:
    rows = in_order(found.groups[(found.groups["measure"] == "non_use") & (found.groups["group_by"] != "all")])
    return pd.DataFrame(
        [
            {
                "by": LABELS[row["group_by"]],
                "group": name(row["group_by"], row["group"]),
                "adults": f"{row['adults']:,.0f}",
                **({"without the plan": row["hidden"]} if row["hidden"] else _values(row, 1, 2)),
            }
            for row in rows.to_dict("records")
        ]
    ).fillna("")


def _gains(found: Fairness, name: Name) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "by": LABELS[row["group_by"]],
                "group": name(row["group_by"], row["group"]),
                "additional people": _number(row["additional"], 0),
                "90% interval": _interval(row["low"], row["high"], 0),
                "% of the gain": _number(row["additional_share"], 0),
                "% of those offline": _number(row["non_user_share"], 0),
                "ratio": _number(row["ratio"], 2),
            }
            for row in in_order(found.incidence).to_dict("records")
        ]
    )


def _indices(found: Fairness) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "by": LABELS[row["group_by"]],
                "people": MEASURES[row["measure"]],
                "index": INDEX_LABELS[row["index"]],
                **_values(row, 3),
            }
            for row in found.indices[found.indices["index"].isin(INDEX_LABELS)].to_dict("records")
        ]
    )


def _places(found: Fairness) -> pd.DataFrame:
    return pd.DataFrame(
        [{"statistic": PLACE_LABELS[row["statistic"]], **_values(row, 3)} for row in found.places.to_dict("records")]
    )


def _reach(found: Fairness) -> pd.DataFrame:
    row = found.reach.iloc[0]
    return pd.DataFrame(
        [
            {
                "% of the money": _number(row["spend_share"], 1),
                "90% interval": _interval(row["low"], row["high"], 1),
                "they are % of adults": _number(row["adults_share"], 1),
            }
        ]
    )


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by breakdown and group, in the order of the registry."""
    dimensions = list(LABELS)
    places = [
        (dimensions.index(by), VALUES[by].index(group) if by in VALUES else 0, group)
        for by, group in zip(rows["group_by"], rows["group"], strict=True)
    ]
    return rows.iloc[sorted(range(len(rows)), key=places.__getitem__)]


def _values(row: Mapping[Any, Any], decimals: int, decimals_of_change: int | None = None) -> dict[str, str]:
    finer = decimals if decimals_of_change is None else decimals_of_change
    return {
        "without the plan": _number(row["base"], decimals),
        "with it": _number(row["plan"], decimals),
        "change": _number(row["difference"], finer, sign=True),
        "90% interval": _interval(row["difference_low"], row["difference_high"], finer),
    }


def _number(value: float, decimals: int, sign: bool = False) -> str:
    if math.isnan(value):
        return NOT_KNOWN
    shown = round(value, decimals)
    before = MINUS if shown < 0 else "+" if sign and shown > 0 else ""
    return f"{before}{abs(shown):,.{decimals}f}"


def _interval(low: float, high: float, decimals: int) -> str:
    return NOT_KNOWN if math.isnan(low) else f"{_number(low, decimals)} to {_number(high, decimals)}"
