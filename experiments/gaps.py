"""Gaps in being online between groups of residents: which groups are set against each other, and the gap of every run."""

from dataclasses import dataclass

import pandas as pd

from experiments.bands import RUN_COLUMNS
from model.outcomes import VALUES

ORDERED = ("deprivation_in_region", "education", "income")
"""Breakdowns whose groups have an order, the most disadvantaged first"""
FEWEST_SIMULATED, FEWEST_ADULTS = 30.0, 100.0
"""Simulated and real adults below which a group is not shown: luck would speak, or single people could be meant"""
TOO_FEW = "fewer than 30 simulated or 100 real adults"


@dataclass(frozen=True, slots=True)
class Gap:
    """Two sides of a breakdown; each is one group, or several taken together."""

    group_by: str
    worse: tuple[str, ...]
    """the disadvantaged side"""
    better: tuple[str, ...]
    worse_words: str
    better_words: str


GAPS = (
    Gap("deprivation_in_region", ("1 most deprived",), ("5 least deprived",),
        "the most deprived fifth of the region’s neighbourhoods", "the least deprived fifth"),
    Gap("education", ("none or level 1",), ("level 4+",), "people with no or basic qualifications", "people with degrees"),
    Gap("income", ("1 lowest",), ("5 highest",), "people with incomes in the lowest fifth", "those in the highest fifth"),
    Gap("disability", ("disabled",), ("not disabled",), "disabled people", "people who are not disabled"),
    Gap("age_band", ("75+",), VALUES["age_band"][:-1], "people of 75 and over", "younger adults"),
    Gap("deprivation", ("1 most deprived",), ("5 least deprived",),
        "the nation’s most deprived fifth of neighbourhoods", "the nation’s least deprived fifth"),
    Gap("sex", ("female",), ("male",), "women", "men"),
    Gap("rural", ("rural",), ("urban",), "the countryside", "towns"),
)  # fmt: skip
"""Sides by breakdown; of council areas, those with the most and the fewest people not online without the plan."""


def group_shares(series: pd.DataFrame, period: str) -> pd.DataFrame:
    """Adults and the share not online (0 to 1) by run, scenario and group, from table `series` in a December."""
    wanted = (series["period"] == period) & series["indicator"].isin(["adults", "online"])
    rows = series.loc[wanted, ["scenario", *RUN_COLUMNS, "group_by", "group", "indicator", "value"]]
    text = ["scenario", "design_point", "group_by", "group", "indicator"]
    rows = rows.astype(dict.fromkeys(text, str))
    keys = ["scenario", *RUN_COLUMNS, "group_by", "group"]
    table = rows.pivot(index=keys, columns="indicator", values="value").reset_index().rename_axis(columns=None)
    adults = table["adults"].where(table["adults"] > 0)
    return table.assign(non_use=1.0 - table["online"] / adults)


def hidden_groups(shares: pd.DataFrame, base: str, scale: float) -> set[tuple[str, str]]:
    """(group_by, group) of groups too small to show, by their mean adults in the runs of the base."""
    adults = shares[shares["scenario"] == base].groupby(["group_by", "group"])["adults"].mean()
    return set(adults.index[(adults * scale < FEWEST_SIMULATED) | (adults < FEWEST_ADULTS)])


def all_gaps(shares: pd.DataFrame, base: str, hidden: set[tuple[str, str]]) -> tuple[Gap, ...]:
    """The gaps that the table allows, council areas included; none with a hidden group."""
    central = shares[(shares["scenario"] == base) & (shares["design_point"] == "central")]
    of_authority = central[central["group_by"] == "authority"].groupby("group")["non_use"].mean()
    shown = of_authority[[name for name in of_authority.index if ("authority", name) not in hidden]]
    gaps = list(GAPS)
    if len(shown) > 1:
        sides = (str(shown.idxmax()),), (str(shown.idxmin()),)
        gaps.append(Gap("authority", *sides, "the council area with most people offline", "the one with fewest"))
    present = set(zip(shares["group_by"], shares["group"], strict=True)) - hidden
    return tuple(gap for gap in gaps if all((gap.group_by, group) in present for group in (*gap.worse, *gap.better)))


def gap_values(shares: pd.DataFrame, gaps: tuple[Gap, ...]) -> pd.DataFrame:
    """Each gap (worse less better, points) and the ratio of its sides by run and scenario, for people offline and online.

    Columns: scenario, the columns of a run, group_by, measure ("non_use", "use"), statistic ("gap", "ratio"), value.
    """
    keys = ["scenario", *RUN_COLUMNS]
    parts = []
    for gap in gaps:
        rows = shares[shares["group_by"] == gap.group_by]
        worse, better = (
            1.0 - sums["online"] / sums["adults"]
            for sums in (
                rows[rows["group"].isin(side)].groupby(keys)[["online", "adults"]].sum()
                for side in (gap.worse, gap.better)
            )
        )
        for measure, one, other in (("non_use", worse, better), ("use", 1.0 - worse, 1.0 - better)):
            for statistic, value in (("gap", 100.0 * (one - other)), ("ratio", one / other.where(other > 0))):
                labels = {"group_by": gap.group_by, "measure": measure, "statistic": statistic}
                parts.append(value.rename("value").reset_index().assign(**labels))
    return pd.concat(parts, ignore_index=True)
