"""The three modules of the fit, each with its own simulator, targets and parameters; later ones take earlier ones as given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.run_table import Simulate
from model.errors import InputError, nearest
from model.parameters import Parameter, registry

if TYPE_CHECKING:
    import pandas as pd

    from calibration.targets.target import Extract, Target


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Prior of what the model cannot reproduce in one group of targets."""

    sd_scale: float
    """scale of the half-normal prior of its standard deviation, in log odds"""
    why: str


@dataclass(frozen=True, slots=True)
class Module:
    """One simulator with the parameters that its targets fit."""

    name: str
    fitted: tuple[str, ...]
    given: tuple[str, ...]
    """parameters of other modules, whose draws it takes as given"""
    targets: tuple[Target, ...]
    extracts: tuple[Extract, ...]
    """what is counted in every run: what the targets need, and the same in later years"""
    simulate: Callable[..., Mapping[str, tuple[int, int]]]
    """(values, seed, n_adults, extracts) -> counts by extract"""
    discrepancy: Mapping[str, Discrepancy]
    """by group of targets"""

    def simulator(self, n_adults: int) -> Simulate:
        """The simulator for one size of sample."""
        return partial(self.simulate, n_adults=n_adults, extracts=self.extracts)

    def outputs(self, table: pd.DataFrame) -> np.ndarray:
        """Every target's value in every run of a table, on the fitted scale: shape (runs, targets)."""
        from calibration.targets.target import log_odds

        def of(extract: Extract) -> np.ndarray:
            part, whole = (table[f"{kind}:{extract.id}"].to_numpy(float) for kind in ("part", "whole"))
            return np.asarray(log_odds(part, whole))

        columns = [
            of(target.extract) - (of(target.minus) if target.minus is not None else 0.0) for target in self.targets
        ]
        return np.stack(columns, axis=1)


NAMES = ("residents", "training", "firms")

DISCREPANCY: dict[str, dict[str, Discrepancy]] = {
    "residents": {
        "use by age": Discrepancy(
            0.15, "a share of 90% off by about a point and a half; a third of its fall in four years"
        ),
        "lapsed": Discrepancy(0.3, "few people, and asked by recall: a share of 2% off by half a point"),
        "use by disability": Discrepancy(0.2, "contrasts of two shares, each off by up to 0.15"),
        "skills": Discrepancy(
            0.5, "another survey with tasks and a definition of its own, which changed with its editions"
        ),
    },
    "training": {
        "training": Discrepancy(
            0.4, "one small trial in another country's homes for older people, which asked for weekly use"
        ),
    },
    "firms": {
        technology: Discrepancy(0.3, why)
        for technology, why in (
            ("website", "asked of firms of ten and over only, in surveys dated to half a year"),
            ("ecommerce", "orders of different kinds of customer by survey"),
            ("cloud", "two surveys that disagree by 0.2 and more on smaller against larger firms"),
            ("business_software", "accounting stands for a wider class of software"),
            ("cyber_essentials", "organisations that are no enterprises are counted in"),
            ("ai", "what firms call artificial intelligence changed within the span"),
        )
    },
}


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Modules in the order they are fitted. InputError for one that is unknown, or for a module without what it takes
    as given."""
    for name in names:
        if name not in NAMES:
            raise InputError(f"unknown targets{nearest(name, NAMES)}", key="--targets", value=name, allowed=NAMES)
    if not names:
        raise InputError("no targets", key="--targets", allowed=NAMES)
    return tuple(name for name in NAMES if name in names)


@cache
def load_module(name: str) -> Module:
    """A module by its name, its targets read from the published figures."""
    from calibration import simulators
    from calibration.targets.firms import firm_targets, later_extracts
    from calibration.targets.residents import resident_extracts, resident_targets
    from calibration.targets.training import training_targets

    makers: dict[str, tuple[Callable[[], list[Target]], Callable[[], list[Extract]], Callable[..., Any], str]] = {
        "residents": (resident_targets, resident_extracts, simulators.simulate_residents, ""),
        "training": (training_targets, list, simulators.simulate_training, "residents"),
        "firms": (firm_targets, later_extracts, simulators.simulate_firms, "residents"),
    }
    targets, more, simulate, given = makers[name]
    figures = targets()
    extracts = {extract.id: extract for extract in (*(e for target in figures for e in target.extracts), *more())}
    return Module(
        name,
        fitted_in(name),
        fitted_in(given) if given else (),
        tuple(figures),
        tuple(extracts.values()),
        simulate,
        DISCREPANCY[name],
    )


def fitted_in(module: str) -> tuple[str, ...]:
    """Names of the parameters that a module's targets fit, in the order of the table."""
    return tuple(parameter.name for parameter in registry().values() if parameter.fitted_in == module)


def sampled_parameters() -> tuple[Parameter, ...]:
    """Every parameter with a prior, in the order of the table: the columns of every design."""
    return tuple(parameter for parameter in registry().values() if parameter.sampled)


def constants() -> dict[str, float]:
    """Values of the parameters without a prior."""
    return {parameter.name: parameter.value for parameter in registry().values() if not parameter.sampled}


def active_nuisance(
    points: np.ndarray, outputs: np.ndarray, names: Sequence[str], fitted: Sequence[str], most: int = 6
) -> tuple[str, ...]:
    """Parameters not fitted that move the outputs most: at least a hundredth of their variance by a linear fit.

    points: (n, d) in unit prior space, columns `names`; outputs: (n, k).
    """
    from scipy.special import ndtri

    scores = ndtri(points)
    scores -= scores.mean(axis=0)
    varying = outputs[:, outputs.std(axis=0) > 0]
    standard = (varying - varying.mean(axis=0)) / varying.std(axis=0)
    ridge = np.eye(len(names)) * len(points) / 50.0
    coefficients = np.linalg.solve(scores.T @ scores + ridge, scores.T @ standard)
    share = (coefficients**2).mean(axis=1)
    ranked = sorted((name for name in names if name not in fitted), key=lambda name: -share[list(names).index(name)])
    return tuple(name for name in ranked[:most] if share[list(names).index(name)] >= 0.01)
