"""Distances between points given in degrees."""

from __future__ import annotations

from typing import Any

import numpy as np

EARTH_RADIUS_KM = 6371.0


def distance_km(latitude: Any, longitude: Any, other_latitude: Any, other_longitude: Any) -> Any:
    """Distance in km between points (degrees; arrays broadcast), on a flat map: within 0.1% up to 100 km in Britain.

    >>> round(float(distance_km(51.9, -2.1, 51.9, -2.2)), 2)
    6.86
    """
    middle = np.radians((latitude + other_latitude) / 2)
    north = np.radians(other_latitude - latitude)
    east = np.radians(other_longitude - longitude) * np.cos(middle)
    return EARTH_RADIUS_KM * np.hypot(north, east)
