"""Complete a region's published list of hubs: positions, small areas, hours, and a Growth Hub for its firms.

Every assumption is written beside its hub.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from scenarios.geography import distance_km
from scenarios.region_tables import AREAS, AUTHORITIES, HUBS
from scenarios.tables import cell_error

if TYPE_CHECKING:
    import pandas as pd

ASSUMED_HUB_HOURS = 35.0
"""Hours open and staffed a week where no hub of the authority has published hours."""
MAX_HUB_DISTANCE_KM = 10.0
"""A published position farther than this from every small area of the region is taken as an error."""
GROWTH_HUB_HOURS = 37.0
"""Adviser hours a week of a Growth Hub for every so many residents."""
RESIDENTS_PER_ADVISER = 650_000
CENTRE_RADIUS_KM = 3.0
"""A region's largest centre is the small area with most residents within this distance."""


@dataclass(slots=True)
class _Hub:
    row: int
    name: str
    postcode: str
    authority_code: str
    area_code: str
    latitude: float
    longitude: float
    weekly_hours: float
    staffed_hours: float
    opened: float
    closed: float
    notes: list[str]

    @property
    def has_position(self) -> bool:
        return not (math.isnan(self.latitude) or math.isnan(self.longitude))

    def as_row(self) -> dict[str, object]:
        """The hub as a row of hubs.csv."""
        return {column.name: getattr(self, column.name, None) for column in HUBS.columns} | {
            "hub_id": f"{self.authority_code.lower()}-{_slug(self.name)}",
            "kind": "library",
            "assumed": "; ".join(self.notes),
        }


def complete_hubs(published: pd.DataFrame, areas: pd.DataFrame, file: Path) -> pd.DataFrame:
    """hubs.csv from the published list (columns of `SOURCE_HUBS`) and the region's areas, with a Growth Hub, by hub_id.

    Raises InputError, naming the row of `file`, for an unknown area, and where nothing says where a hub lies.
    """
    import pandas as pd

    hubs = [_from_published(int(row), record) for row, record in published.to_dict("index").items()]
    codes = set(areas["area_code"])
    for hub in hubs:
        if hub.area_code and hub.area_code not in codes:
            raise cell_error(file, hub.row, "area_code", "unknown code", hub.area_code, f"a code of {AREAS.file}")
        _drop_distant_position(hub, areas)
    with_position = [hub for hub in hubs if hub.has_position]
    for hub in hubs:
        if not hub.has_position:
            _assume_position(hub, with_position, areas, file)
    authority_of = dict(zip(areas["area_code"], areas["authority_code"], strict=True))
    for hub in hubs:
        hub.area_code = hub.area_code or str(areas.at[_distances(hub, areas).idxmin(), "area_code"])
        hub.authority_code = authority_of[hub.area_code]
    _assume_hours(hubs)
    return pd.DataFrame([*(hub.as_row() for hub in hubs), growth_hub(areas)]).sort_values("hub_id")


def growth_hub(areas: pd.DataFrame) -> dict[str, object]:
    """The region's Growth Hub as a row of hubs.csv: advice for firms, at its largest centre; all of it is assumed."""
    import numpy as np

    latitude, longitude = areas["latitude"].to_numpy(), areas["longitude"].to_numpy()
    residents = areas["population"].to_numpy()
    near = distance_km(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :]) <= CENTRE_RADIUS_KM
    # Of equal centres the first by code, whatever the order of rows.
    centre = areas.iloc[np.lexsort((areas["area_code"].to_numpy(str), -(near @ residents)))[0]]
    advisers = max(1, round(residents.sum() / RESIDENTS_PER_ADVISER))
    hours = GROWTH_HUB_HOURS * advisers
    return {
        "hub_id": f"{str(centre['authority_code']).lower()}-growth-hub",
        "name": "Growth Hub",
        "kind": "growth_hub",
        "authority_code": centre["authority_code"],
        "area_code": centre["area_code"],
        "latitude": centre["latitude"],
        "longitude": centre["longitude"],
        "weekly_hours": hours,
        "staffed_hours": hours,
        "opened": math.nan,
        "closed": math.nan,
        "assumed": f"position: small area with most residents within {CENTRE_RADIUS_KM:g} km; weekly_hours, staffed_hours: "
        f"those of {advisers} adviser(s), one for every {RESIDENTS_PER_ADVISER:,} residents",
    }


def _from_published(row: int, record: dict[Any, Any]) -> _Hub:
    note = record.pop("assumed")
    return _Hub(row=row, notes=[note] if note else [], **record)


def _slug(name: str) -> str:
    """A name as small letters, digits and hyphens.

    >>> _slug("Smith's Wood (Book Collection)")
    'smiths-wood-book-collection'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().replace("'", "")).strip("-")


def _distances(hub: _Hub, areas: pd.DataFrame) -> Any:
    return distance_km(hub.latitude, hub.longitude, areas["latitude"], areas["longitude"])


def _drop_distant_position(hub: _Hub, areas: pd.DataFrame) -> None:
    """Set aside a published position that cannot be right."""
    if hub.has_position and (distance := _distances(hub, areas).min()) > MAX_HUB_DISTANCE_KM:
        hub.notes.append(f"position: published one lies {distance:.0f} km outside the region")
        hub.latitude = hub.longitude = math.nan


def _assume_position(hub: _Hub, others: list[_Hub], areas: pd.DataFrame, file: Path) -> None:
    """The mean position of hubs in the same postcode sector, else district, else the centre of the authority's people."""
    postcode = " ".join(hub.postcode.upper().split())
    district = postcode.split(" ")[0] + " "
    for start, kind in ((postcode[:-2], "sector"), (district, "district")):
        near = [other for other in others if other.postcode.upper().startswith(start)] if len(start) > 2 else []
        if near:
            hub.notes.append(f"position: mean of {len(near)} hub(s) in postcode {kind} {start.strip()}")
            hub.latitude = round(fmean(other.latitude for other in near), 5)
            hub.longitude = round(fmean(other.longitude for other in near), 5)
            return
    own = areas[areas["authority_code"] == hub.authority_code]
    if own.empty:
        wanted = f"a position, or the code of an authority in {AUTHORITIES.file}"
        message = "no position, and no hub with a like postcode"
        raise cell_error(file, hub.row, "authority_code", message, hub.authority_code, wanted)
    weight = own["population"] / own["population"].sum()
    hub.notes.append(f"position: population-weighted centre of {hub.authority_code}")
    hub.latitude = round(float((own["latitude"] * weight).sum()), 5)
    hub.longitude = round(float((own["longitude"] * weight).sum()), 5)


def _assume_hours(hubs: list[_Hub]) -> None:
    """Fill in hours that are not published: the median of the authority's hubs that have any, else a stated number."""
    for name in ("weekly_hours", "staffed_hours"):
        known: dict[str, list[float]] = {}
        for hub in hubs:
            if getattr(hub, name) > 0:
                known.setdefault(hub.authority_code, []).append(getattr(hub, name))
        for hub in hubs:
            if math.isnan(getattr(hub, name)):
                own = known.get(hub.authority_code)
                setattr(hub, name, median(own) if own else ASSUMED_HUB_HOURS)
                hub.notes.append(f"{name}: {'median of the authority' if own else 'none published'}")
    for hub in hubs:
        if hub.staffed_hours > hub.weekly_hours:
            hub.notes.append(f"weekly_hours: raised from {hub.weekly_hours:g} to the staffed hours")
            hub.weekly_hours = hub.staffed_hours
