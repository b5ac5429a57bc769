"""Is the model still the one that was fitted? One finished run is made again and has to give the same counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calibration.modules import Module, constants, sampled_parameters
from calibration.run_table import Runs, read_run_table
from model.errors import InputError


def check_same_model(folder: Path, module: Module, n_adults: int) -> None:
    """Run the first run of a module's first wave again; nothing is checked where there is none yet.

    A run says more than a hash of the code, which changes with every comment. Raises InputError if counts differ.
    """
    wave = folder / module.name / "runs" / "wave-1"
    if not (wave / "00001.parquet").exists():
        return
    row = read_run_table(wave).iloc[0]
    parameters = sampled_parameters()
    kept = {parameter.name: row.get(f"u:{parameter.name}") for parameter in parameters}
    same = None not in kept.values()
    if same:
        point = np.array([list(kept.values())], float)
        values = Runs(point, (int(row["seed"]),), parameters, constants()).values(0)
        counts = module.simulator(n_adults)(values, int(row["seed"]))
        same = all((row.get(f"part:{name}"), row.get(f"whole:{name}")) == pair for name, pair in counts.items())
    if not same:
        raise InputError(
            "the model gives other results than when it was fitted",
            file=wave,
            allowed="a fit of the model as it is now",
        )
