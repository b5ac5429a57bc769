"""Small areas as cells around their centroids."""

import numpy as np
import pandas as pd
from shapely import Polygon, points

from viz.cells import cell_map


def places(n: int = 120) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "latitude": 51.8 + 0.1 * random.standard_normal(n),
            "longitude": -2.1 + 0.2 * random.standard_normal(n),
            "authority_name": np.where(np.arange(n) < n // 2, "North", "South"),
        }
    )


def test_every_area_has_a_cell_around_its_centroid_and_cells_do_not_overlap() -> None:
    drawn = cell_map(places())
    assert len(drawn.cells) == 120
    shapes = [Polygon(rings[0]) for rings in drawn.cells]
    centroids = points(drawn.x, drawn.y)
    assert all(shape.buffer(0.05).contains(centre) for shape, centre in zip(shapes, centroids, strict=True))
    total, union = sum(shape.area for shape in shapes), shapes[0]
    for shape in shapes[1:]:
        union = union.union(shape.buffer(0))
    assert union.area == np.float64(total) or abs(union.area - total) / total < 0.01


def test_distances_are_kilometres() -> None:
    areas = places()
    drawn = cell_map(areas)
    north = (areas["latitude"][1] - areas["latitude"][0]) * 111.32
    assert abs((drawn.y[1] - drawn.y[0]) - north) < 0.01
    west, south, east, top = drawn.extent
    assert west < drawn.x.min() < drawn.x.max() < east
    assert south < drawn.y.min() < drawn.y.max() < top


def test_areas_in_one_place_each_have_a_cell() -> None:
    areas = places(40)
    areas.loc[1, ["latitude", "longitude"]] = areas.loc[0, ["latitude", "longitude"]]
    assert all(len(rings) >= 1 for rings in cell_map(areas).cells)


def test_authorities_have_outlines_and_a_label_inside() -> None:
    drawn = cell_map(places())
    assert set(drawn.outlines) == set(drawn.labels) == {"North", "South"}
