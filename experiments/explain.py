"""One resident's month in two twins."""

from dataclasses import asdict

import pandas as pd

from experiments.runner import MAX_SEED, RunInput, check_scale, make_model
from model.calendar import month_index
from model.chance import hash_words
from model.errors import InputError
from model.explain import explain_month, row_of_key
from model.parameters import central_values
from model.state import ABSENT
from scenarios.loader import load_scenario


def explain_resident(
    resident: str,
    month: str,
    *,
    base: str,
    plan: str,
    region: str,
    scale: float,
    seed: int,
    parameters: dict[str, float] | None = None,
) -> list[tuple[str, pd.DataFrame]]:
    """Every decision of a resident in a month under baseline and plan: (title, table) for each twin.

    The run is replicate 0 at central parameters, the one whose agents `uptake compare` keeps. Raises InputError for
    an unknown key or a month in which the resident does not live there.
    """
    check_scale(scale)
    until = month_index(month, key="--month")
    if until < 1:
        raise InputError(
            "nothing is decided in the first month", key="--month", value=month, allowed="2013-02 or later"
        )
    if not (resident.isascii() and resident.isdigit() and len(resident) <= 20) or int(resident) >= 2**64:
        raise InputError("not a resident's key", key="--resident", value=resident, allowed="a whole number")
    values = tuple(sorted(central_values(parameters).items()))
    run = RunInput(region, scale, 1, until, hash_words(seed, 0) % MAX_SEED, values, "central", 0, 0)
    scenarios = [load_scenario(name, region) for name in (base, plan)]
    tables = []
    for scenario in scenarios:
        model = make_model(run, scenario)
        row = row_of_key(model, int(resident))
        if row is None:
            raise InputError("no resident has this key", key="--resident", value=resident,
                             allowed=f"keys of table agents of a run of {region} at scale {scale:g}")  # fmt: skip
        while model.period < until - 1:
            model.step()
        steps = explain_month(model, row)
        if model.world.residents.code[row] == ABSENT:
            raise InputError("the resident does not live there in that month", key="--month", value=month)
        tables.append((f"{scenario.title}, {month}", pd.DataFrame([asdict(step) for step in steps])))
    return tables
