"""A Comparison of made-up numbers, for tests of what draws one. It is test data: no figure here is a result."""

import numpy as np
import pandas as pd

from experiments.compare import Comparison
from experiments.structures import FORMS
from model.firm_outcomes import FIRM_INDICATORS, FIRM_VALUES
from model.technologies import TECHNOLOGIES

AGE_BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
GROUPS = {
    "age_band": AGE_BANDS,
    "sex": ("female", "male"),
    "disability": ("not disabled", "disabled"),
    "education": ("none or level 1", "level 2-3", "level 4+"),
    "deprivation": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "rural": ("urban", "rural"),
    "deprivation_in_region": ("1 most deprived", "2", "3", "4", "5 least deprived"),
    "income": ("1 lowest", "2", "3", "4", "5 highest"),
    "authority": ("T1", "T2", "T3"),
}
ADULTS = 530_000
TOWNS = {"T1": ("First Town", 51.90, -2.08), "T2": ("Second Town", 51.86, -2.28), "T3": ("The Hills", 51.72, -2.0)}
TITLES = {
    "baseline": "No new programme",
    "smart-people": "Smart people",
    "skills": "Library skills",
    "gifts": "Devices",
    "grants": "Grants for software",
}
LOST = 20.0
"""People, or uses of technology, under the baseline only"""
FIRMS, JOBS, GVA = 29_000, 260_000, 15.0e9
REACH = dict(zip(TECHNOLOGIES, (0.78, 0.24, 0.55, 0.46, 0.02, 0.11, 0.14), strict=True))
"""Share of firms that use each technology"""
FIRM_GROUPS = {"all": ("all",), **FIRM_VALUES, "authority": ("T1", "T2", "T3")}


def make_comparison(
    gain: float = 2900.0, n_areas: int = 90, replicates: int = 3, draws: int = 6, firms: float | None = None
) -> Comparison:
    """A baseline and one plan that brings about `gain` more people online by December 2030.

    With `firms`, there are firms and hubs, and the plan's grants bring about so many more adoptions; with no gain in
    people too, the plan is for firms alone.
    """
    random = np.random.default_rng(7)
    runs = [("central", 0, r, 1.0, 0.0) for r in range(replicates)]
    for draw in range(draws):
        effect, level = 1.0 + 0.35 * random.standard_normal(), 0.012 * random.standard_normal()
        runs += [("posterior", draw, r, effect, level) for r in range(2)]
    runs += [(form.name, 0, r, 0.8, 0.0) for form in FORMS for r in range(min(2, replicates))]
    series, twins, programmes, numbers, areas = [], [], [], [], []
    of_firms: dict[str, list[pd.DataFrame]] = {}
    places = _places(n_areas)
    for design_point, draw, replicate, effect, level in runs:
        labels = {"design_point": design_point, "draw": draw, "replicate": replicate}
        noise = 30 * random.standard_normal()
        course = _course(gain * effect + noise, level)
        for scenario in ("baseline", "smart-people"):
            series.append(_series(course, scenario).assign(**labels))
            areas.append(_areas(places, scenario, gain * effect / ADULTS).assign(**labels))
        twins.append(_twins(course).assign(**labels))
        paid = _programmes(effect)
        if firms is not None:
            paid = pd.concat([paid, _grants(effect)]) if gain else _grants(effect)
            for name, table in _firms(firms * effect + 0.02 * noise * firms / 30).items():
                of_firms.setdefault(name, []).append(table.assign(**labels))
        programmes.append(paid.assign(**labels))
        numbers.append(_numbers(paid).assign(**labels))
    tables = {
        "series": pd.concat(series, ignore_index=True),
        "twins": pd.concat(twins, ignore_index=True),
        "programmes": pd.concat(programmes, ignore_index=True),
        "programme_numbers": pd.concat(numbers, ignore_index=True),
        "areas": pd.concat(areas, ignore_index=True),
        "places": places,
    } | {name: pd.concat(frames, ignore_index=True) for name, frames in of_firms.items()}
    inputs = {"base": "baseline", "plans": ["smart-people"], "region": "gloucestershire", "replicates": replicates,
              "draws": draws, "scale": 0.1, "seed": 1, "until": "2030-12", "parameters": {}}  # fmt: skip
    manifest = {"kind": "comparison", "identity": "made-up", "inputs": inputs, "version": "0.0-test",
                "model_version": "made-up", "region_title": "Gloucestershire", "titles": TITLES, "calibrated": False,
                "created": "2026-01-01T00:00:00+00:00"}  # fmt: skip
    return Comparison(
        "baseline", ["smart-people"], "gloucestershire", "Gloucestershire", "2030-12", TITLES, tables, manifest
    )


def _course(gain: float, level: float) -> pd.DataFrame:
    months = np.arange(216)
    share = 0.78 + 0.15 * (1 - np.exp(-months / 70)) + level * months / 215
    rise = np.clip((months - 147) / 68, 0, 1)
    periods = [f"{2013 + m // 12}-{m % 12 + 1:02d}" for m in months]
    return pd.DataFrame({"period": periods, "base": share * ADULTS, "gain": gain * rise})


def _series(course: pd.DataFrame, scenario: str) -> pd.DataFrame:
    online = course["base"] + (course["gain"] if scenario != "baseline" else 0.0)
    parts = []
    for name, unit, values in (("online", "people", online), ("online_share", "% of adults", 100 * online / ADULTS),
                               ("adults", "people", float(ADULTS))):  # fmt: skip
        parts.append(pd.DataFrame({"period": course["period"], "indicator": name, "group_by": "all", "group": "all",
                                   "value": values, "unit": unit}))  # fmt: skip
    last = course.iloc[-1]
    for by, groups in GROUPS.items():
        weight = np.arange(1, len(groups) + 1) / np.arange(1, len(groups) + 1).sum()
        gain = last["gain"] * weight if scenario != "baseline" else 0.0
        values = last["base"] / len(groups) + gain
        for name, people in (("online", values), ("adults", ADULTS / len(groups))):
            parts.append(pd.DataFrame({"period": last["period"], "indicator": name, "group_by": by, "group": groups,
                                       "value": people, "unit": "people"}))  # fmt: skip
    return pd.concat(parts, ignore_index=True).assign(scenario=scenario, region="gloucestershire")


def _twins(course: pd.DataFrame) -> pd.DataFrame:
    yearly = course[course["period"].str.endswith("-12")]
    breakdowns = {"all": ("all",), **GROUPS}
    rows = []
    for by, groups in breakdowns.items():
        weight = np.arange(1, len(groups) + 1) / np.arange(1, len(groups) + 1).sum()
        for group, part in zip(groups, weight, strict=True):
            net = yearly["gain"] * part
            rows.append(pd.DataFrame({
                "period": yearly["period"], "group_by": by, "group": group, "net": net,
                "beneficiaries_in_state": 2.0 * net.clip(lower=0), "beneficiaries_in_state_both": 1.2 * net.clip(lower=0),
                "net_beneficiaries": 0.8 * net, "net_spillover": 0.2 * net,
                "n10": net.clip(lower=0) + LOST, "n01": LOST - net.clip(upper=0), "beneficiaries": 3.0 * net.clip(lower=0),
            }))  # fmt: skip
    return pd.concat(rows, ignore_index=True).assign(
        indicator="online", scenario="smart-people", region="gloucestershire"
    )


def _programmes(effect: float) -> pd.DataFrame:
    return pd.DataFrame({
        "scenario": "smart-people", "period": "2030-12", "programme": ["skills", "gifts"],
        "spend_gbp": np.array([3.1e6, 4.2e6]) * (1 + 0.05 * (effect - 1)), "joined": 12_000.0, "served": [11_200.0, 9_800.0],
        "completed": [8_700.0, 9_800.0], "waiting": 0.0, "beneficiaries_cum": [11_000.0, 9_800.0], "audience": "residents",
    })  # fmt: skip


def _numbers(paid: pd.DataFrame) -> pd.DataFrame:
    """The number of each programme that an appraisal asks for: hours that those served give up."""
    means = {"skills": ("train", "effects.hours"), "gifts": ("equip", "effects.support_hours"),
             "grants": ("subsidise_firm", "effects.offer_share")}  # fmt: skip
    return pd.DataFrame({
        "scenario": paid["scenario"], "programme": paid["programme"], "audience": paid["audience"],
        "instrument": [means[name][0] for name in paid["programme"]], "number": [means[name][1] for name in paid["programme"]],
        "value": 0.5, "unit": "", "status": "assumed", "shrunk": False,
    })  # fmt: skip


def _places(n: int) -> pd.DataFrame:
    random = np.random.default_rng(11)
    codes = [list(TOWNS)[i % len(TOWNS)] for i in range(n)]
    spread = np.array([{"T1": 0.03, "T2": 0.03, "T3": 0.09}[code] for code in codes])
    return pd.DataFrame({
        "area_code": [f"A{i:04d}" for i in range(n)], "area_name": [f"{TOWNS[c][0]} {i:03d}" for i, c in enumerate(codes)],
        "authority": codes, "authority_name": [TOWNS[c][0] for c in codes],
        "latitude": [TOWNS[c][1] for c in codes] + spread * random.standard_normal(n),
        "longitude": [TOWNS[c][2] for c in codes] + 1.6 * spread * random.standard_normal(n),
    })  # fmt: skip


def _areas(places: pd.DataFrame, scenario: str, gain: float) -> pd.DataFrame:
    random = np.random.default_rng(5)
    adults = 1300.0 + random.integers(0, 600, len(places))
    base = 0.92 + 0.02 * random.standard_normal(len(places))
    share = base + (gain * random.uniform(-0.2, 2.2, len(places)) if scenario != "baseline" else 0.0)
    return pd.DataFrame({"scenario": scenario, "period": "2030-12", "area_code": places["area_code"], "adults": adults,
                         "online": adults * share})  # fmt: skip


def _grants(effect: float) -> pd.DataFrame:
    return pd.DataFrame({
        "scenario": "smart-people", "period": "2030-12", "programme": ["grants"], "spend_gbp": [2.4e6 * effect],
        "joined": 700.0, "served": 600.0, "completed": 520.0, "waiting": 0.0, "beneficiaries_cum": 480.0,
        "audience": "firms",
    })  # fmt: skip


def _firms(gain: float) -> dict[str, pd.DataFrame]:
    """Tables of firms and hubs of a pair of runs; most of the gain is in cloud services, some in software."""
    share = {name: {"cloud": 0.6, "business_software": 0.4}.get(name, 0.0) for name in TECHNOLOGIES}
    periods = [f"{year}-12" for year in range(2024, 2031)]
    rise = dict(zip(periods, np.clip((np.arange(7) - 2) / 4, 0, 1), strict=True))
    series, twins, effects, hubs = [], [], [], []
    for period in periods:
        more = gain * rise[period]
        for by, groups in FIRM_GROUPS.items():
            weight = np.arange(len(groups), 0, -1) / np.arange(1, len(groups) + 1).sum()
            for place, (group, part) in enumerate(zip(groups, weight, strict=True)):
                labels = {"period": period, "group_by": by, "group": group}
                for scenario, extra in (("baseline", 0.0), ("smart-people", more)):
                    levels = _levels(part, place if by == "size_band" else 0, {k: extra * share[k] for k in share})
                    series += [
                        labels | {"scenario": scenario, "indicator": entry.name, "value": levels[entry.name]}
                        for entry in FIRM_INDICATORS
                        if entry.name in levels
                    ]
                for name in (*TECHNOLOGIES, "all"):
                    net = more * part * share.get(name, 1.0)
                    twins.append(labels | {
                        "technology": name, "net": net, "beneficiaries": 480.0 * part,
                        "beneficiaries_in_state": 1.6 * max(net, 0.0), "beneficiaries_in_state_both": 0.7 * max(net, 0.0),
                        "net_beneficiaries": 0.9 * net, "net_spillover": 0.1 * net,
                        "n10": max(net, 0.0) + LOST, "n01": LOST - min(net, 0.0),
                    })  # fmt: skip
                for effect, size in (("firms", 0.002), ("jobs", 0.3), ("gva", 21_000.0)):
                    helped, lost = size * more * part, 0.4 * size * more * part
                    effects.append(labels | {"effect": effect, "net_beneficiaries": helped, "net_others": -lost,
                                             "displaced": lost, "net": helped - lost})  # fmt: skip
        for hub, kind in (("H1", "library"), ("H2", "growth_hub")):
            load, busy = 1.3 * rise[period], 1.0 + gain / 20_000.0
            hubs.append({"scenario": "smart-people", "period": period, "hub_id": hub, "kind": kind, "hours": 1800.0,
                         "hours_used": 1800.0 * min(load, 1.0), "load": load * busy, "waiting": 40.0 * load * busy,
                         "quality": 0.9, "champions": 2.0})  # fmt: skip
    tables = {"firm_series": pd.DataFrame(series), "hubs": pd.DataFrame(hubs)}
    compared = {"firm_twins": pd.DataFrame(twins), "firm_effects": pd.DataFrame(effects)}
    return tables | {name: table.assign(scenario="smart-people") for name, table in compared.items()}


def _levels(part: float, size: int, more: dict[str, float]) -> dict[str, float]:
    """Indicators of a group of firms; the larger the firms, the more of them use a technology."""
    firms = FIRMS * part
    levels = {"firms": firms, "jobs": JOBS * part, "gva": GVA * part}
    for name, reach in REACH.items():
        users = min(firms * (1 - (1 - reach) ** (1 + size)) + more[name] * part, firms)
        levels |= {f"adopters_{name}": users, f"adopted_{name}": 100 * users / firms}
    return levels | {"adoptions": sum(levels[f"adopters_{name}"] for name in REACH)}
