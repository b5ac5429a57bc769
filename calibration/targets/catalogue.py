"""All targets of the fit, and the table that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.targets.firms import firm_targets
from calibration.targets.residents import resident_targets
from calibration.targets.target import Target
from calibration.targets.training import training_targets
from model.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

MODULES = {"residents": resident_targets, "training": training_targets, "firms": firm_targets}


def all_targets(module: str = "") -> list[Target]:
    """Targets of a module, or of every module. InputError for an unknown one."""
    if module and module not in MODULES:
        raise InputError(f"unknown module{nearest(module, MODULES)}", key="--module", value=module, allowed=MODULES)
    return [target for name, targets in MODULES.items() if module in ("", name) for target in targets()]


def target_table(module: str = "") -> pd.DataFrame:
    """One row a target. `value` and `error` are in log odds; `read` says what is counted in a run, and when."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "id": target.id,
                "module": target.module,
                "table": target.table,
                "block": target.block,
                "source_id": target.source_id,
                "year": target.year,
                "group": target.group,
                "measure": target.measure,
                "published": target.published,
                "unit": target.unit,
                "value": target.value,
                "error": target.error,
                "read": target.read_in_words,
                "conform": target.conform,
                "likelihood": target.likelihood,
                "series": target.series,
                "discrepancy": target.discrepancy,
            }
            for target in all_targets(module)
        ]
    )
