"""A comparison of made-up numbers that an appraisal can be worked out from by hand. No figure here is a result."""

import pandas as pd

from experiments.compare import Comparison

PLAN, BASE = "plan", "baseline"
INCOME = ("1 lowest", "2", "3", "4", "5 highest")
NET_ONLINE = {"2027-12": 100.0, "2028-12": 300.0}
"""50 person-years in 2027, 200 in 2028"""
SPEND = {"2027-06": 12_000.0, "2028-01": 5_000.0}
HOURS, SERVED = 9.0, {"2027-06": 40.0, "2028-01": 20.0}
"""360 hours of those taught in 2027, 180 in 2028"""


def make_comparison(
    net: dict[str, float] = NET_ONLINE,
    income: str | None = "3",
    draws: int = 0,
    shrunk: bool = False,
    firms: bool = False,
) -> Comparison:
    """One plan against nothing. All who gain belong to one income group (None: people were not counted by income).

    One central run; with `draws`, that many posterior draws of two seeds, each with the same counts. With `firms`, the plan
    also has a programme for firms, whose value added rises by GBP 40,000 a year by the end of 2028.
    """
    runs = [("central", 0, 0)] + [("posterior", draw, replicate) for draw in range(draws) for replicate in range(2)]
    tables: dict[str, list[pd.DataFrame]] = {}
    for design_point, draw, replicate in runs:
        labels = {"design_point": design_point, "draw": draw, "replicate": replicate}
        for name, table in _tables(net, income, shrunk, firms).items():
            tables.setdefault(name, []).append(table.assign(**labels))
    inputs = {"base": BASE, "plans": [PLAN], "region": "nowhere", "replicates": 1, "draws": draws, "scale": 1.0, "seed": 1,
              "until": "2028-12", "parameters": {}}  # fmt: skip
    titles = {PLAN: "A plan", BASE: "No plan"}
    manifest = {
        "kind": "comparison",
        "identity": "made-up",
        "inputs": inputs,
        "region_title": "Nowhere",
        "titles": titles,
    }
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    return Comparison(BASE, [PLAN], "nowhere", "Nowhere", "2028-12", titles, joined, manifest)


def _tables(net: dict[str, float], income: str | None, shrunk: bool, firms: bool) -> dict[str, pd.DataFrame]:
    groups = [("all", "all", 1.0), ("age_band", "65-74", 0.25), ("age_band", "25-34", 0.75)]
    groups += [("income", group, float(group == income)) for group in INCOME if income]
    twins = [_twin(period, by, group, part, gain) for period, gain in net.items() for by, group, part in groups]
    series = [{"period": period, "indicator": indicator, "group_by": "all", "group": "all", "value": value, "scenario": scenario}
              for period in net for scenario in (PLAN, BASE)
              for indicator, value in (("online", 50_000.0), ("employed_share", 60.0))]  # fmt: skip
    programmes = [{"period": period, "programme": "courses", "audience": "residents", "spend_gbp": spend,
                   "served": SERVED[period], "completed": SERVED[period], "beneficiaries_cum": 60.0}
                  for period, spend in SPEND.items()]  # fmt: skip
    numbers = [_number("courses", "train", "residents", "effects.hours", HOURS, False),
               _number("courses", "train", "residents", "effects.motivation_gain", 0.1, shrunk)]  # fmt: skip
    tables = {}
    if firms:
        programmes.append({"period": "2027-06", "programme": "advice", "audience": "firms", "spend_gbp": 3_000.0, "served": 2.0,
                           "completed": 2.0, "beneficiaries_cum": 2.0})  # fmt: skip
        numbers.append(_number("advice", "advise_firm", "firms", "effects.adviser_hours", 10.0, False))
        gva = {"2027-12": 20_000.0, "2028-12": 40_000.0}
        tables["firm_effects"] = pd.DataFrame(
            [
                {"period": period, "effect": "gva", "group_by": "all", "group": "all", "net": value}
                for period, value in gva.items()
            ]
        )
        users = [_twin(period, "all", "all", 1.0, 4.0) | {"technology": technology} for period in gva
                 for technology in ("all", "cyber_essentials", "data_iot")]  # fmt: skip
        tables["firm_twins"] = pd.DataFrame(users).drop(columns="indicator")
        tables["firm_series"] = pd.DataFrame(series)
    tables |= {
        "twins": pd.DataFrame(twins),
        "programmes": pd.DataFrame(programmes),
        "programme_numbers": pd.DataFrame(numbers),
    }
    return {name: table.assign(scenario=PLAN) for name, table in tables.items()} | {"series": pd.DataFrame(series)}


def _twin(period: str, by: str, group: str, part: float, gain: float) -> dict[str, object]:
    """Of twice as many helped as gain, half are online anyway; ten others gain, and ten people lose."""
    net, others = part * gain, 10.0 * part
    return {"period": period, "indicator": "online", "group_by": by, "group": group, "n10": net + others, "n01": others,
            "net": net, "beneficiaries": 60.0 * part, "beneficiaries_in_state": 2 * net, "beneficiaries_in_state_both": net,
            "net_beneficiaries": net - others, "net_spillover": others}  # fmt: skip


def _number(
    programme: str, instrument: str, audience: str, number: str, value: float, shrunk: bool
) -> dict[str, object]:
    return {"programme": programme, "instrument": instrument, "audience": audience, "number": number, "value": value,
            "unit": "hours", "status": "assumed", "shrunk": shrunk}  # fmt: skip
