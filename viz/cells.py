"""Small areas as map cells, computed from their centroids: no boundary file is needed or shipped.

A cell is the part of the region that is nearer to one area's centroid than to any other (a Voronoi cell). It shows
where an area lies, not its legal boundary, and the map says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from shapely import Geometry

KM_PER_DEGREE = 111.32
REACH = 1.8
"""How far a cell may reach past its centroid, in typical distances between neighbours."""
NEIGHBOURS = 4

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class CellMap:
    """Cells in km east and north of the region's middle.

    x, y: float64[n] centroids, in the order of the areas given.
    cells: per area its outer rings, each closed.
    outlines: authority -> outer rings of its cells together.
    labels: authority -> a point inside its largest part.
    """

    x: np.ndarray
    y: np.ndarray
    cells: list[list[Ring]]
    outlines: dict[str, list[Ring]]
    labels: dict[str, tuple[float, float]]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge of the cells, km."""
        points = np.array([point for rings in self.cells for ring in rings for point in ring])
        west, south = points.min(axis=0)
        east, north = points.max(axis=0)
        return float(west), float(south), float(east), float(north)


def cell_map(areas: pd.DataFrame) -> CellMap:
    """Cells of areas with columns latitude, longitude (degrees) and authority_name; at least four places."""
    import shapely

    x, y = _kilometres(areas["latitude"].to_numpy(float), areas["longitude"].to_numpy(float))
    points = shapely.points(*_apart(x, y))
    land = _land(points, _reach(x, y))
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land.envelope.buffer(50), ordered=True)
    cells = shapely.intersection(np.array(drawn.geoms), land)
    authorities = areas["authority_name"].astype(str).to_numpy()
    merged = {str(name): shapely.union_all(cells[authorities == name]) for name in dict.fromkeys(authorities)}
    return CellMap(
        x=x,
        y=y,
        cells=[_rings(cell) for cell in cells],
        outlines={name: _rings(shape.buffer(0.01)) for name, shape in merged.items()},
        labels={name: _inside(shape) for name, shape in merged.items()},
    )


def _kilometres(latitude: np.ndarray, longitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flat coordinates around the middle; within 0.5% of true distance for a region of 100 km."""
    middle = float(latitude.mean())
    x = (longitude - longitude.mean()) * KM_PER_DEGREE * np.cos(np.radians(middle))
    return np.round(x, 3), np.round((latitude - middle) * KM_PER_DEGREE, 3)


def _apart(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move places that share a point a metre apart, so that each has a cell."""
    _, first = np.unique(np.column_stack([x, y]), axis=0, return_index=True)
    shared = np.ones(len(x), dtype=bool)
    shared[first] = False
    return np.where(shared, x + 0.001 * (1 + np.arange(len(x))), x), y


def _reach(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far land is drawn around each place, km: far in the country, near in town."""
    from scipy.spatial import KDTree

    places = np.column_stack([x, y])
    distance, _ = KDTree(places).query(places, k=min(NEIGHBOURS, len(x) - 1) + 1)
    return np.asarray(REACH * distance[:, 1:].mean(axis=1))


def _land(points: np.ndarray, reach: np.ndarray) -> Geometry:
    """The ground the cells share: a disc around each place, gaps between discs closed, holes filled."""
    import shapely

    collar = float(np.median(reach))
    closed = shapely.union_all(shapely.buffer(points, reach, quad_segs=4)).buffer(2 * collar).buffer(-2 * collar)
    parts = [shapely.Polygon(part.exterior) for part in getattr(closed, "geoms", [closed])]
    return shapely.simplify(shapely.union_all(parts), 0.1)


def _rings(shape: Geometry) -> list[Ring]:
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and not part.is_empty]
    return [[(round(x, 2), round(y, 2)) for x, y in part.exterior.coords] for part in parts]


def _inside(shape: Geometry) -> tuple[float, float]:
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    point = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return round(point.x, 2), round(point.y, 2)
