"""Behaviour parameters: declared once in parameters.csv with unit, bounds, prior, status and source.

Rules read them through small named tuples whose field names are the parameter names; `bundle` fills one.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from model.errors import InputError, nearest
from model.posterior import HIGH, LOW, Estimate, check_posterior, load_posterior
from model.technologies import TECHNOLOGIES

TABLE = Path(__file__).with_name("parameters.csv")
SOURCES = Path(__file__).with_name("sources.csv")
STATUSES = ("measured", "assumed", "prior-only")
"""What the table may say; "calibrated" is what the posterior says."""
CALIBRATED = "calibrated"
MODULES = ("residents", "training", "firms")
"""Parts of the fit; each has parameters of its own."""
PRIORS = ("normal", "uniform", "fixed")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One behaviour parameter. A normal prior is cut at the bounds; `fixed` is not sampled."""

    name: str
    symbol: str
    rule: str
    value: float
    unit: str
    low: float
    high: float
    prior: str
    prior_1: float
    """mean (normal) or lower end (uniform)"""
    prior_2: float
    """standard deviation (normal) or upper end (uniform)"""
    stated_status: str
    fitted_in: str
    """one of MODULES; empty for a parameter that no published figure is used to fit"""
    source: str
    meaning: str
    posterior: Estimate | None
    """what the shipped fit says; None without one, or without draws of this parameter"""

    @property
    def status(self) -> str:
        """measured, calibrated (fitted, and the published figures say something of it), assumed or prior-only."""
        informed = self.fitted_in and self.posterior is not None and self.posterior.label != "prior-only"
        return CALIBRATED if informed else self.stated_status

    @property
    def central(self) -> float:
        """Value of central runs: the posterior median of a fitted parameter, otherwise that of the table."""
        return self.posterior.median if self.fitted_in and self.posterior is not None else self.value

    @property
    def sampled(self) -> bool:
        """Whether full bands draw this parameter."""
        return self.prior != "fixed"

    @property
    def prior_text(self) -> str:
        """The prior in words."""
        if self.prior == "normal":
            return f"normal, mean {self.prior_1:g}, sd {self.prior_2:g}, cut at the bounds"
        return f"uniform, {self.prior_1:g} to {self.prior_2:g}" if self.prior == "uniform" else "not sampled"

    @property
    def prior_interval(self) -> tuple[float, float]:
        """5th and 95th percentile of the prior."""
        return self.quantile(LOW), self.quantile(HIGH)

    def quantile(self, u: float) -> float:
        """Value of the prior at probability u in (0, 1)."""
        if self.prior == "uniform":
            return self.prior_1 + u * (self.prior_2 - self.prior_1)
        if self.prior == "fixed":
            return self.value
        from scipy.special import ndtr, ndtri

        below, above = (float(ndtr((end - self.prior_1) / self.prior_2)) for end in (self.low, self.high))
        return round(self.prior_1 + self.prior_2 * float(ndtri(below + u * (above - below))), 10)


@cache
def registry() -> Mapping[str, Parameter]:
    """Every behaviour parameter by name, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    numeric, posterior = ("value", "low", "high", "prior_1", "prior_2"), load_posterior()
    found = {}
    for row in rows:
        plain = {column: float(text or "nan") if column in numeric else text for column, text in row.items()}
        stated, estimate = plain.pop("status"), posterior.estimate(row["name"]) if posterior else None
        found[row["name"]] = Parameter(**plain, stated_status=stated, posterior=estimate)
    return found


def central_values(overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Central value of every parameter, with overrides checked against name and bounds.

    Raises InputError for an unknown name or a value out of bounds.
    """
    values = {name: parameter.central for name, parameter in registry().items()}
    for name, value in (overrides or {}).items():
        if name not in values:
            raise InputError(
                f"unknown parameter{nearest(name, values)}", key=str(name), allowed="see `uptake parameters list`"
            )
        parameter = registry()[name]
        if not isinstance(value, int | float) or not parameter.low <= value <= parameter.high:
            allowed = f"{parameter.low:g} to {parameter.high:g} {parameter.unit}"
            raise InputError("value out of bounds", key=name, value=value, allowed=allowed)
        values[name] = float(value)
    return values


def prior_draws(n_draws: int, seed: int) -> list[dict[str, float]]:
    """A Latin hypercube of n_draws parameter sets from the priors; fixed parameters keep their value."""
    from scipy.stats import qmc

    sampled = [parameter for parameter in registry().values() if parameter.sampled]
    unit = qmc.LatinHypercube(len(sampled), rng=np.random.default_rng(seed)).random(n_draws)
    central = central_values()
    return [central | {p.name: p.quantile(float(u)) for p, u in zip(sampled, row, strict=True)} for row in unit]


def fitted_modules() -> tuple[str, ...]:
    """The parts of the fit that the shipped posterior holds; none without one."""
    found = {parameter.fitted_in for parameter in registry().values() if parameter.posterior is not None}
    return tuple(module for module in MODULES if module in found)


def parameter_draws(n_draws: int, seed: int) -> list[dict[str, float]]:
    """n_draws parameter sets from the shipped posterior; what it does not hold, or all without one, from the priors."""
    draws, posterior = prior_draws(n_draws, seed), load_posterior()
    if posterior is None:
        return draws
    return [values | fitted for values, fitted in zip(draws, posterior.resampled(n_draws, seed), strict=True)]


def check_registry() -> int:
    """Check every row of the table and the shipped posterior; returns the number of parameters.

    Raises InputError naming the first that is wrong.
    """
    with SOURCES.open(encoding="utf-8", newline="") as handle:
        sources = {row["source_id"] for row in csv.DictReader(handle)}
    for parameter in registry().values():
        where = {"file": TABLE.name, "key": parameter.name}
        if not parameter.low <= parameter.value <= parameter.high:
            raise InputError("value out of bounds", **where, value=parameter.value)
        if parameter.stated_status not in STATUSES:
            raise InputError("unknown status", **where, value=parameter.stated_status, allowed=STATUSES)
        if parameter.prior not in PRIORS:
            raise InputError("unknown prior", **where, value=parameter.prior, allowed=PRIORS)
        if parameter.fitted_in not in ("", *MODULES):
            raise InputError("unknown part of the fit", **where, value=parameter.fitted_in, allowed=MODULES)
        if parameter.fitted_in and not parameter.sampled:
            raise InputError("a fitted parameter needs a prior", **where, value=parameter.prior, allowed=PRIORS[:2])
        if not (parameter.unit and parameter.source and parameter.meaning):
            raise InputError("unit, source or meaning is missing", **where)
        if parameter.source not in sources:
            raise InputError("unknown source", **where, value=parameter.source, allowed=f"those of {SOURCES.name}")
        ends = [parameter.quantile(u) for u in (1e-6, 1 - 1e-6)] if parameter.sampled else []
        if not all(parameter.low <= end <= parameter.high for end in ends):
            raise InputError("prior lies out of bounds", **where, value=parameter.prior_text)
    if (posterior := load_posterior()) is not None:
        check_posterior(posterior, registry())
    return len(registry())


Bundle = TypeVar("Bundle", bound=NamedTuple)


def bundle(kind: type[Bundle], values: Mapping[str, float]) -> Bundle:
    """Fill a rule's parameter tuple by field name."""
    return kind(**{name: float(values[name]) for name in kind._fields})


def bundle_by_technology(kind: type[Bundle], values: Mapping[str, float]) -> Bundle:
    """Fill a tuple whose fields hold one number a technology, from parameters named `<field>_<technology>`."""
    return kind(**{field: tuple(float(values[f"{field}_{name}"]) for name in TECHNOLOGIES) for field in kind._fields})
