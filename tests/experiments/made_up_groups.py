"""Tables of a made-up comparison in which every group's share offline is chosen. Test data: no figure is a result."""

import numpy as np
import pandas as pd

from experiments.compare import Comparison
from model.outcomes import VALUES

PERIOD, SCALE = "2030-12", 0.1
GROUPS = VALUES | {"authority": ("T1", "T2"), "all": ("all",)}
ADULTS = 100_000.0


def make_tables(
    offline: dict[str, dict[tuple[str, str], float]],
    adults: dict[tuple[str, str], float] | None = None,
    seeds: int = 4,
    draws: int = 0,
    luck: float = 0.0,
) -> dict[str, pd.DataFrame]:
    """Series and twins of "baseline" and "plan": 5% offline everywhere but where `offline[scenario]` says otherwise.

    `luck` moves the plan's shares up and down from run to run, by as much either way.
    """
    runs = [("central", 0, seed) for seed in range(seeds)] + [
        ("posterior", draw, s) for draw in range(draws) for s in (0, 1)
    ]
    series, twins = [], []
    for number, (point, draw, replicate) in enumerate(runs):
        labels = {"design_point": point, "draw": draw, "replicate": replicate, "period": PERIOD}
        for by, groups in GROUPS.items():
            for group in groups:
                people = (adults or {}).get((by, group), ADULTS / len(groups))
                online = {}
                for scenario in ("baseline", "plan"):
                    share = offline.get(scenario, {}).get((by, group), 0.05)
                    share += (luck if number % 2 else -luck) * (scenario == "plan")
                    online[scenario] = people * (1 - share)
                    here = labels | {"scenario": scenario, "group_by": by, "group": group}
                    for name, value in (("adults", people), ("online", online[scenario])):
                        series.append(here | {"indicator": name, "value": value})
                twins.append(labels | {"scenario": "plan", "indicator": "online", "group_by": by, "group": group,
                                       "net": online["plan"] - online["baseline"]})  # fmt: skip
    return {"series": pd.DataFrame(series), "twins": pd.DataFrame(twins)}


def make_comparison(tables: dict[str, pd.DataFrame], **manifest: object) -> Comparison:
    """A comparison of "baseline" and "plan" with some tables."""
    places = pd.DataFrame({"area_code": ["A"], "authority": ["T1"], "authority_name": ["First Town"],
                           "latitude": [51.9], "longitude": [-2.1]})  # fmt: skip
    titles = {"baseline": "No plan", "plan": "A plan"}
    inputs = {"scale": SCALE, "replicates": 4, "draws": 0, "seed": 1}
    return Comparison("baseline", ["plan"], "gloucestershire", "Gloucestershire", PERIOD, titles,
                      {"places": places} | tables, {"inputs": inputs, "titles": titles, **manifest})  # fmt: skip


def make_areas(offline: np.ndarray, authority: np.ndarray) -> dict[str, pd.DataFrame]:
    """Tables `areas` and `places` of a square grid of small areas; the plan halves who is offline in each."""
    side = int(len(offline) ** 0.5)
    codes = [f"A{number:03d}" for number in range(len(offline))]
    places = pd.DataFrame({"area_code": codes, "authority": authority, "authority_name": authority,
                           "latitude": 52 + 0.01 * (np.arange(len(offline)) // side),
                           "longitude": 0.01 * (np.arange(len(offline)) % side)})  # fmt: skip
    areas = [
        pd.DataFrame({"scenario": scenario, "design_point": "central", "draw": 0, "replicate": seed, "period": PERIOD,
                      "area_code": codes, "adults": 1000.0, "online": 1000.0 * (1 - part * offline)})
        for scenario, part in (("baseline", 1.0), ("plan", 0.5))
        for seed in range(2)
    ]  # fmt: skip
    return {"areas": pd.concat(areas, ignore_index=True), "places": places}
