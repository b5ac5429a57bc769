"""From those helped to what is additional: gross, deadweight, spillover, displacement, net, checked to add up."""

from __future__ import annotations

import pandas as pd

from experiments.bands import RUN_COLUMNS, bands
from experiments.structures import without_peers
from experiments.yearly import plain

TOLERANCE = 1e-6
"""share of the counts, for sums of floating-point numbers"""
PARTS = ("gross", "deadweight_share", "spillover", "displacement", "net")


def gross_to_net(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of table `twins` or `firm_twins` taken apart; raises ValueError where they do not add up.

    net = gross x (1 - deadweight_share) + spillover - displacement

    gross: beneficiaries in the state under the plan. deadweight_share: of these, in it without the plan too.
    spillover: others in the state under the plan only. displacement: anyone in the state without the plan only.
    """
    gross = rows["beneficiaries_in_state"].astype(float)
    anyway = rows["beneficiaries_in_state_both"].astype(float)
    table = plain(rows, [name for name in RUN_COLUMNS if name in rows])
    table["gross"] = gross
    table["deadweight_share"] = anyway / gross.where(gross > 0)
    table["spillover"] = rows["n10"] - (gross - anyway)
    table["displacement"] = rows["n01"].astype(float)
    table["net"] = rows["net"].astype(float)
    found = gross * (1.0 - table["deadweight_share"].fillna(0.0)) + table["spillover"] - table["displacement"]
    of_parts = rows["net_beneficiaries"] + rows["net_spillover"]
    allowed = TOLERANCE * (1.0 + rows["n10"].abs() + rows["n01"].abs() + gross)
    for what, net in (("gross less deadweight with spillover and displacement", found), ("its parts", of_parts)):
        wrong = (net - table["net"]).abs() > allowed
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise ValueError(f"net {table['net'].iloc[row]:g} is not {what}: {net.iloc[row]:g} (row {row})")
    return table


def gross_to_net_bands(rows: pd.DataFrame, key: str, base_spends: bool) -> pd.DataFrame:
    """Each part with its interval by `key` (indicator or technology): key, part, part_low, part_high for every part.

    spillover_without_peers is the spillover with no peer effect; NaN where no such runs were made.

    Against a base that helps people itself, those helped by either side are mixed: only the net has a meaning.
    """
    table = gross_to_net(rows)
    if base_spends:
        table[[part for part in PARTS if part != "net"]] = float("nan")
    long = table.assign(**{key: rows[key].astype(str)}).melt([*RUN_COLUMNS, key], list(PARTS), "part")
    found = bands(long, [key, "part"], "value")[["value", "low", "high"]].unstack("part")
    columns = {f"{part}{end}": found[(name, part)] for part in PARTS for name, end in _ENDS}
    return pd.DataFrame(columns).assign(spillover_without_peers=_without_peers(table, rows[key])).reset_index()


def _without_peers(table: pd.DataFrame, keys: pd.Series) -> pd.Series:
    """The spillover with no peer effect by key."""
    found = {str(name): without_peers(part, "spillover") for name, part in table.groupby(keys.astype(str))}
    return pd.Series({name: one.value if one else float("nan") for name, one in found.items()}, dtype=float)


_ENDS = (("value", ""), ("low", "_low"), ("high", "_high"))
