"""Draws of a fit read from its folder, and draws of the shipped posterior run now."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from calibration.module_runs import observation_of
from calibration.targets.residents import DISABLED, NOT_DISABLED, resident_extracts, resident_targets
from calibration.targets.target import log_odds
from calibration.validation import fitted_draws
from calibration.validation.fitted_draws import draws_of_module, rerun_draws
from calibration.validation.part import Request
from model.errors import InputError

TARGETS, EXTRACTS = resident_targets(), resident_extracts()
REQUEST = Request(None, 1, 3, lambda done, total, text: None)


def outputs(table: pd.DataFrame) -> np.ndarray:
    """Values of the targets, as a module reads them from a table of runs."""

    def of(extract):
        return log_odds(table[f"part:{extract.id}"].to_numpy(float), table[f"whole:{extract.id}"].to_numpy(float))

    return np.stack([of(t.extract) - (of(t.minus) if t.minus else 0.0) for t in TARGETS], axis=1)


def simulate(values, seed):
    generator = np.random.Generator(np.random.Philox(key=seed))
    return {extract.id: (int(generator.integers(200, 800)), 1000) for extract in EXTRACTS}


MODULE = SimpleNamespace(
    name="residents", targets=TARGETS, extracts=EXTRACTS, outputs=outputs, simulator=lambda n_adults: simulate
)


@pytest.fixture
def fit(tmp_path):
    """A folder with three reruns, in another order than their draws."""
    folder = tmp_path / "residents" / "reruns"
    folder.mkdir(parents=True)
    rows = []
    for run in (2, 0, 1):
        counts = simulate({}, run + 1)
        rows.append({"run": run, "seed": run} | {f"{kind}:{name}": pair[place] for name, pair in counts.items() for place, kind in enumerate(("part", "whole"))})  # fmt: skip
    pd.DataFrame(rows).to_parquet(folder / "00001.parquet")
    observation = observation_of(TARGETS)
    draws = pd.DataFrame({"draw": range(4), "weight": [0.1, 0.2, 0.3, 0.4], "ell_years": [1.0, 2.0, 3.0, 4.0]})
    for place, group in enumerate(observation.groups):
        draws[f"sd:{group}"] = 0.1 * (place + 1) + 0.01 * draws["draw"]
    return tmp_path, SimpleNamespace(runs=SimpleNamespace(module=MODULE, observation=observation), draws=draws)


def test_reruns_stand_beside_their_own_draw(fit):
    draws = rerun_draws(*fit)
    assert draws.ell.tolist() == [3.0, 1.0, 2.0]
    assert draws.weight == pytest.approx(np.array([0.3, 0.1, 0.2]) / 0.6)
    assert draws.sd[:, 0] == pytest.approx([0.12, 0.1, 0.11])


def test_years_after_the_fit_are_there_and_contrasts_are_of_the_two_sides(fit):
    values = rerun_draws(*fit).values
    for year in (2018, 2020):
        sides = [values[f"recent/65-74/{who}/{year}"] for who in (DISABLED, NOT_DISABLED)]
        assert values[f"recent/65-74/by disability/{year}"] == pytest.approx(sides[0] - sides[1])
        assert f"lapsed/75+/{year}" in values
    assert set(values) >= {target.id for target in TARGETS}


def test_the_shipped_posterior_is_run_with_the_median_size_of_its_misses(monkeypatch):
    monkeypatch.setattr(fitted_draws, "load_module", lambda name: MODULE)
    monkeypatch.setattr(fitted_draws, "posterior_of", lambda fit: "there is one")
    monkeypatch.setattr(fitted_draws, "draws_of", lambda fit, n, seed: [{"a": float(i)} for i in range(n)])
    monkeypatch.setattr(fitted_draws, "median_discrepancy", lambda fit, group: 4.0 if "memory" in group else 0.2)
    monkeypatch.setattr(
        fitted_draws, "spread", lambda function, tasks: ((i, function(task)) for i, task in enumerate(tasks))
    )
    draws = draws_of_module(REQUEST, "residents")
    assert draws.sd.shape == (3, len(observation_of(TARGETS).groups)) and (draws.sd == 0.2).all()
    assert draws.ell.tolist() == [4.0] * 3
    first = draws.values["recent/65-74/2018"]
    assert len(set(first)) == 3
    assert np.array_equal(first, draws_of_module(REQUEST, "residents").values["recent/65-74/2018"])


def test_without_any_posterior_a_fit_is_asked_for(monkeypatch):
    monkeypatch.setattr(fitted_draws, "posterior_of", lambda fit: None)
    with pytest.raises(InputError, match="no posterior yet"):
        draws_of_module(REQUEST, "residents")
