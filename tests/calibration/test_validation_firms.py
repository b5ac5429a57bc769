"""Later shares of firms and sizes left out, on made-up figures: mapping, forecasts, the Bass curve, what cannot be."""

import numpy as np
import pytest
from scipy.special import expit, logit, ndtri

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.observation import Observation
from calibration.fit.space import Space, latin_hypercube
from calibration.module_runs import ModuleRuns
from calibration.modules import Discrepancy, Module
from calibration.targets.firms import firm_target, later_extracts
from calibration.validation.baselines import Series
from calibration.validation.baselines_bass import bass_curve
from calibration.validation.firm_forecast import forecast_firms
from calibration.validation.fitted_draws import FittedDraws, refitted_draws
from calibration.validation.holdout_firms import (
    BASS,
    LATER,
    SAW_IT,
    later_shares,
    leave_sizes_out,
    not_possible,
    score_firms,
    without_size,
)
from calibration.validation.holdout_rows import COLUMNS, MODEL, summary_by_cell
from model.region import SIZE_BANDS

PRIOR = DiscrepancyPrior({"ai": 0.3, "website": 0.3})


def figure(group: str, period: str, value: float, measure: str = "ai_any", **changes: object) -> dict[str, object]:
    row = {
        "table": "firm_adoption", "block": "made-up", "area": "United Kingdom", "group_by": "size", "group": group,
        "year": int(period[:4]), "period": period, "measure": measure, "value": value, "unit": "percent of businesses",
        "source_id": "bics_20241003",
    }  # fmt: skip
    return row | changes


KNOWN = [
    firm_target(figure(group, period, value))
    for group, period, value in (
        ("all", "2023-09", 10.0), ("all", "2024-09", 15.0), ("250+", "2023-09", 20.0), ("250+", "2024-09", 30.0),
    )
]  # fmt: skip
WEBSITE = firm_target(figure("10-49 x non_financial", "2019-06", 80.0, "website", source_id="ons_ecom_2019"))
LATER_ROWS = [
    figure("all", "2025-03", 18.0), figure("250+", "2025-03", 35.0), figure("<50", "2025-06", 20.0, source_id="bennett2026"),
    figure("all", "2025-03", 50.0, "has_cyber_insurance"), figure("all", "2025-03", 18.0, area="Wales"),
    figure("11 to 19", "2025-03", 18.0),
]  # fmt: skip


def draws(targets, later, miss: float = 0.0, sd: float = 0.3, n: int = 40) -> FittedDraws:
    """Draws whose simulated shares are the published ones less a miss, a little apart."""
    observation = Observation(
        tuple(t.id for t in targets), np.array([t.value for t in targets]), np.array([t.error for t in targets]),
        tuple(t.series for t in targets), tuple(t.discrepancy for t in targets), np.array([t.time_years for t in targets]),
    )  # fmt: skip
    luck = np.random.Generator(np.random.Philox(key=1)).normal(0.0, 0.05, n)
    values = {t.extract.id: t.value - miss + luck for t in (*targets, *later)}
    return FittedDraws(
        observation, values, np.full((n, len(observation.groups)), sd), np.full(n, 4.0), np.full(n, 1 / n)
    )


def made_up_runs(targets) -> ModuleRuns:
    """Runs in which one parameter moves every share of AI and another one the website."""
    space = Space(("of ai", "of website"), (), ())
    points = latin_hypercube(80, 2, np.random.Generator(np.random.Philox(key=2)))
    scores = ndtri(points)
    moved = np.array([[1.0, 0.0] if t.discrepancy == "ai" else [0.0, 1.0] for t in targets])
    outputs = np.array([t.value for t in targets]) + scores @ moved.T - 0.3
    discrepancy = {name: Discrepancy(0.2, "made up") for name in ("ai", "website")}
    extracts = tuple(t.extract for t in targets)
    module = Module("firms", space.fitted, (), tuple(targets), extracts, lambda *_: {}, discrepancy)
    noise = 1e-4 * np.eye(len(targets))
    return ModuleRuns(module, space, points, outputs, n_first=80, n_last=80, noise=noise)


def test_figures_without_a_place_in_the_model_are_left():
    assert [(t.series, t.extract.month) for t in later_shares(LATER_ROWS)] == [
        ("ai all", 146),
        ("ai 250+", 146),
        ("ai <50", 149),
    ]
    small = later_shares(LATER_ROWS)[2]
    assert dict(small.extract.where)["size_band"] == SIZE_BANDS[:2]


def test_runs_are_read_for_every_held_out_figure_without_its_value():
    extracts = later_extracts()
    assert extracts and all(extract.month > 140 for extract in extracts)
    assert len({extract.id for extract in extracts}) == len(extracts)


def test_every_forecast_is_scored_and_those_not_possible_are_named():
    later = later_shares(LATER_ROWS)
    rows = score_firms(draws(KNOWN, later), later, KNOWN, PRIOR)
    assert list(rows) == list(COLUMNS) and set(rows["holdout"]) == {LATER}
    assert rows.groupby("cell").size().tolist() == [5, 5, 5]
    assert (rows["low90"] < rows["low50"]).all() and (rows["high50"] < rows["high90"]).all()
    assert np.isfinite(rows[["crps", "log_score"]].to_numpy()).all()
    missing = not_possible(later, KNOWN)
    assert set(missing["predictor"]) == {BASS} and missing["known"].eq(2).all() and missing["needed"].eq(3).all()
    none = not_possible(later, KNOWN[1:2])
    assert len(none[none["cell"] == "all"]) == 5


def test_a_model_that_is_right_is_scored_well_and_its_error_holds_all_its_parts():
    later = later_shares(LATER_ROWS)
    rows = score_firms(draws(KNOWN, later), later, KNOWN, PRIOR)
    model = rows[rows["predictor"] == MODEL]
    assert (model["abs_error"] < 1.5).all() and model["in90"].all()
    wide = forecast_firms(draws(KNOWN, later, sd=0.8), later, PRIOR)[0]
    narrow = forecast_firms(draws(KNOWN, later, sd=0.01), later, PRIOR)[0]
    assert wide.sd.min() > 2 * narrow.sd.max() > 2 * later[0].error


def test_misses_are_carried_forward_also_to_a_size_never_published():
    later = later_shares(LATER_ROWS)
    for target, forecast in zip(later, forecast_firms(draws(KNOWN, later, miss=0.6), later, PRIOR), strict=True):
        off = target.value - float(logit(forecast.quantiles_pct([0.5])[0] / 100))
        assert 0.0 < off < 0.35


def test_misses_of_a_technology_left_out_have_the_size_expected_beforehand():
    later = later_shares(LATER_ROWS[:1])
    forecast = forecast_firms(draws([WEBSITE], later), later, PRIOR)[0]
    assert forecast.sd[0] == pytest.approx(np.hypot(0.3, later[0].error))


def test_a_size_goes_with_every_share_that_counts_its_firms_for_ai_only():
    targets = [*KNOWN, WEBSITE]
    assert without_size(targets, "0-9") == [2, 3, 4] == without_size(targets, "50-249")
    assert without_size(targets, "250+") == [4]


def test_each_size_is_predicted_by_a_fit_without_it_and_by_the_one_that_saw_it():
    targets = (*KNOWN, WEBSITE)
    runs = made_up_runs(targets)
    full = refitted_draws(runs, runs.emulator(), np.arange(len(targets)), 60, seed=1)
    rows = leave_sizes_out(runs, full, seed=1, n_draws=60, progress=lambda *done: None)
    without_small, without_large = (
        rows["cell"].str.contains(name) for name in ("0-9 and 10-49 and 50-249", "without 250")
    )
    assert (without_small | without_large).all() and len(rows) == 2 * (2 + 4)
    found = summary_by_cell(rows).set_index(["slice", "predictor"])
    assert found.loc[("all", SAW_IT), "crps"] < found.loc[("all", MODEL), "crps"]
    # Without any figure of AI its spread is that of the prior; with those of larger firms it is less.
    model = rows[(rows["predictor"] == MODEL) & rows["cell"].str.startswith("all")]
    width = (model["high90"] - model["low90"]).groupby(without_large).mean()
    assert width[True] > 1.3 * width[False]


def test_a_bass_curve_is_found_again_from_points_on_it():
    p, q, ceiling, launch = 0.02, 0.5, 0.6, 0.0
    years = np.arange(2.0, 14.0, 1.0)

    def share(t: float | np.ndarray) -> float | np.ndarray:
        left = np.exp(-(p + q) * (t - launch))
        return 100 * ceiling * (1 - left) / (1 + q / p * left)

    series = Series("made up", years, share(years), np.full(years.size, 0.02))
    forecast = bass_curve(series, 16.0, 0.02, launch)
    assert forecast.quantiles_pct([0.5])[0] == pytest.approx(share(16.0), abs=1.0)
    # Early points say little about the ceiling: the forecast is wider and must still hold the truth.
    early = bass_curve(Series("early", years[:4], share(years[:4]), np.full(4, 0.02)), 16.0, 0.02, launch)
    assert early.sd[0] > 3 * forecast.sd[0]


def test_a_straight_line_in_log_odds_is_a_fair_forecast_of_itself():
    rate = 0.4
    known = [
        firm_target(figure("all", f"{year}-09", 100 * float(expit(-3 + rate * (year - 2021)))))
        for year in range(2021, 2025)
    ]
    later = [firm_target(figure("all", "2025-09", 100 * float(expit(-3 + rate * 4))))]
    rows = score_firms(draws(known, later), later, known, PRIOR).set_index("predictor")
    assert rows.loc["logit trend", "abs_error"] < 0.5 < rows.loc["last value", "abs_error"]
    assert BASS in rows.index
