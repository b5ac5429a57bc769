"""The parts of a validation by name. Running one of them is what opens the figures held out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.validation.holdout_rows import summary, summary_by_cell
from calibration.validation.part import Part, Request

if TYPE_CHECKING:
    import pandas as pd

    from calibration.module_fit import ModuleFit
    from calibration.validation.use_shares import UseShare

REFITTED_DRAWS = 200
"""Draws of each fit to fewer targets."""
OPEN = ("input", "fit")
RESIDENTS, FIRMS = "residents", "firms"
"""Modules of a fit"""


def use(request: Request) -> Part:
    """Use of the internet in 2018 to 2020, by age and by age and disability."""
    from calibration.evidence_reader import load
    from calibration.validation.fitted_draws import draws_of_module
    from calibration.validation.holdout_use import score_use, use_bars, use_scores
    from calibration.validation.use_shares import use_shares

    draws = draws_of_module(request, RESIDENTS)
    figures = load("lfs_uk_use", purpose="validate")
    published = use_shares(figures[figures["role"] == "holdout"])
    rows = score_use(draws, published, use_shares(figures[figures["role"].isin(OPEN)]), request.seed)
    scores = use_scores(rows)
    tables = {"use": rows, "use_scores": scores}
    return Part("use", "Use in 2018 to 2020", tables, by_holdout(scores), tuple(use_bars(scores)))


def backtest(request: Request) -> Part:
    """Use in 2017 by a fit that ends in 2016; only open figures."""
    from calibration.module_runs import read_module_runs
    from calibration.modules import load_module
    from calibration.validation.backtest import run_backtest
    from calibration.validation.holdout_use import use_scores

    runs = read_module_runs(_folder_of(request), load_module(RESIDENTS))
    rows = run_backtest(runs, _open_shares(), request.seed, REFITTED_DRAWS)
    scores = use_scores(rows)
    tables = {"backtest": rows, "backtest_scores": scores}
    return Part("backtest", "Use in 2017, fitted up to 2016", tables, by_holdout(scores))


def leave_out(request: Request) -> Part:
    """Each age band predicted by a fit without any figure that counts its people; only open figures."""
    from calibration.validation.fitted_draws import rerun_draws
    from calibration.validation.leave_out import leave_bands_out

    folder, fit = _fit_of(request)
    full = rerun_draws(folder, fit)
    rows = leave_bands_out(fit.runs, full, _open_shares(), request.seed, REFITTED_DRAWS, request.progress)
    scores = summary_by_cell(rows)
    title = "One age band left out"
    return Part("leave_out", title, {"leave_out": rows, "leave_out_scores": scores}, {title: scores})


def areas(request: Request) -> Part:
    """The five study areas."""
    from calibration.validation.holdout_areas import run_areas

    rows, bars, says = run_areas(request.fit, request.seed, request.progress, request.draws)
    scores = summary(rows, {name: rows["holdout"] == name for name in rows["holdout"].unique()})
    title = "Study areas, never fitted"
    return Part("areas", title, {"areas": rows, "area_scores": scores}, {title: scores}, tuple(bars), says)


def firms(request: Request) -> Part:
    """Shares of firms published after the fitted ones."""
    from calibration.evidence_reader import load
    from calibration.module_runs import discrepancy_prior
    from calibration.modules import load_module
    from calibration.validation.fitted_draws import draws_of_module
    from calibration.validation.holdout_firms import later_shares, not_possible, score_firms

    figures, module = load("firm_adoption", purpose="validate"), load_module(FIRMS)
    later = later_shares(figures[figures["role"] == "holdout"].to_dict("records"))
    rows = score_firms(draws_of_module(request, FIRMS), later, module.targets, discrepancy_prior(module))
    scores, missing = summary_by_cell(rows), not_possible(later, module.targets)
    title = "Later shares of firms"
    tables = {"firms": rows, "firm_scores": scores, "firms_not_possible": missing}
    shown = {title: scores, "Not possible: too few figures known before": missing}
    return Part("firms", title, tables, shown)


def leave_size_out(request: Request) -> Part:
    """AI among firms of each size predicted by a fit without any figure that counts them; only open figures."""
    from calibration.validation.fitted_draws import rerun_draws
    from calibration.validation.holdout_firms import leave_sizes_out

    folder, fit = _fit_of(request, FIRMS)
    rows = leave_sizes_out(fit.runs, rerun_draws(folder, fit), request.seed, REFITTED_DRAWS, request.progress)
    scores, title = summary_by_cell(rows), "AI, one size of firms left out"
    return Part("leave_size_out", title, {"leave_size_out": rows, "leave_size_out_scores": scores}, {title: scores})


def patterns(request: Request) -> Part:
    """Patterns that should emerge without being fitted."""
    from calibration.validation.patterns import run_patterns

    rows, bars = run_patterns(request.fit, request.seed, request.progress, request.draws)
    shown = rows[["id", "title", "threshold", "unit", "median", "low", "high", "passed"]]
    return Part("patterns", "Patterns that emerge", {"patterns": rows}, {"Patterns that emerge": shown}, tuple(bars))


def placebo(request: Request) -> Part:
    """The pull of peers, fitted with the network and with ties to strangers."""
    from calibration.validation.placebo import run_placebo

    rows, verdict = run_placebo(_folder_of(request), request.seed, request.progress)
    title = "Placebo network"
    return Part("placebo", title, {"placebo": rows}, {title: rows}, says=(verdict,))


def replications(request: Request) -> Part:
    """Published trials run again."""
    from calibration.replications import run_replications
    from calibration.validation.bars import Bar

    rows = run_replications(draws=request.draws, progress=request.progress)
    held = rows[rows["role"] == "holdout"]
    bars = tuple(
        Bar("replications", row["title"], f"{row['band_low']:g} to {row['band_high']:g} {row['unit']}",
            f"{row['model']:.3g}", bool(row["met"]))
        for row in held.to_dict("records")
    )  # fmt: skip
    shown = rows[["role", "id", "model", "low", "high", "band_low", "band_high", "unit", "met"]]
    return Part("replications", "Trials run again", {"replications": rows}, {"Trials run again": shown}, bars)


PARTS: dict[str, Callable[[Request], Part]] = {
    part.__name__: part
    for part in (use, leave_out, areas, firms, leave_size_out, patterns, placebo, replications, backtest)
}
"""name -> function"""
NEEDS_FIT = (leave_out.__name__, leave_size_out.__name__, placebo.__name__, backtest.__name__)
"""Parts that fit again, on the runs of a fit."""
EVERYTHING = tuple(name for name in PARTS if name != backtest.__name__)
"""Parts of a full validation; the backtest is for while a model is being built."""


def by_holdout(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Short tables of `use_scores`: every score over all cells of each hold-out, and CRPS and error of recent users by
    slice. Lapsed and never users are for information."""
    shown = {}
    for (holdout, measure), part in scores.groupby(["holdout", "measure"], sort=False):
        overall = part[part["slice"] == "all"].drop(columns=["holdout", "measure", "slice"])
        shown[f"{holdout}: {measure} users, all cells"] = overall
        if measure == "recent":
            for column, name in (("crps", "CRPS"), ("abs_error", "mean absolute error")):
                slices = part.pivot_table(index="predictor", columns="slice", values=column, sort=False)
                shown[f"{holdout}: {name} in points, by slice"] = slices.reset_index()
    return shown


def _fit_of(request: Request, module: str = RESIDENTS) -> tuple[Path, ModuleFit]:
    """The folder of a fit and one of its modules."""
    from calibration.module_fit import read_module_fit

    folder = _folder_of(request)
    return folder, read_module_fit(folder, module)


def _folder_of(request: Request) -> Path:
    """The folder of a fit; InputError without one."""
    from model.errors import InputError

    if request.fit is None:
        raise InputError("needs the runs of a fit", key="--fit", allowed="a folder that `uptake calibrate` wrote")
    return request.fit


def _open_shares() -> list[UseShare]:
    from calibration.evidence_reader import load
    from calibration.validation.use_shares import use_shares

    return use_shares(load("lfs_uk_use", purpose="fit"))
