"""Trials run again: the list is sound, and each readout says what it should of states made by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from calibration import readouts, replications
from calibration.readouts import Observation, Seen
from model.errors import InputError
from model.programmes.firm_funnel import CLAIMED, REFUSED


def state(online=(), skill=(), connected=(), technologies=(), present=None) -> Seen:
    people = max(len(online), len(skill), len(connected))
    return Seen(
        np.array(present if present is not None else [True] * people),
        np.array(online or [False] * people),
        np.array(skill or [0.0] * people, np.float32),
        np.arange(people),
        np.array(connected or [False] * people),
        np.array(technologies, np.uint8),
        np.ones(len(technologies), bool),
    )


def observed(plan, twin, first_treated, **firms) -> Observation:
    months = tuple(sorted(plan))
    delivery = SimpleNamespace(first_treated=np.array(first_treated), **firms)
    model = SimpleNamespace(
        resident_deliveries=[delivery],
        firm_deliveries=[delivery],
        world=SimpleNamespace(
            people=SimpleNamespace(on_benefits=np.array([1, 1, 0, 1])),
            roster=SimpleNamespace(size_band=np.array([0, 1, 3, 0])),
        ),
    )
    return Observation(model, months[0], months, plan, twin)


def test_every_trial_has_a_role_a_band_and_a_scenario_that_loads():
    trials = replications.load_replications()
    assert {trial.role for trial in trials} == {"fit", "holdout"}
    for trial in trials:
        assert trial.band[0] < trial.band[1] and trial.why_band and trial.differs
        place = trial.region if trial.region != "uk-sample" else replications.BUDGETS_OF
        assert replications.load_scenario(trial.file, place).programmes


def test_an_unknown_readout_is_named(tmp_path, monkeypatch):
    text = (replications.FOLDER / "trials.yaml").read_text().replace("readout: take_up", "readout: takeup", 1)
    (tmp_path / "trials.yaml").write_text(text)
    monkeypatch.setattr(replications, "FOLDER", tmp_path)
    with pytest.raises(InputError, match="unknown readout") as error:
        replications.load_replications()
    assert error.value.value == "takeup"


def test_online_share_counts_the_treated_who_are_still_there():
    plan = {5: state(online=[True, False, True, True], present=[True, True, False, True])}
    # Row 3 was not treated, row 2 has gone: one of two.
    assert readouts.online_share(observed(plan, plan, [0, 0, 0, 99])) == 50.0


def test_take_up_is_by_home():
    plan = {4: state(online=[False] * 4)}
    # Homes 0, 1 and 3 have someone on benefits; 0 and 2 were treated.
    assert readouts.take_up(observed(plan, plan, [1, 99, 1, 99])) == pytest.approx(100 / 3)


def test_additional_connections_are_those_the_twin_lacks():
    plan = {9: state(connected=[True, True, True, False])}
    twin = {9: state(connected=[True, False, False, False])}
    assert readouts.additional_connections(observed(plan, twin, [1, 1, 1, 1])) == pytest.approx(200 / 3)


def test_claims_are_a_share_of_firms_that_may_apply():
    plan = {0: state(technologies=[1, 0, 2, 3])}
    programme = SimpleNamespace(firm_eligibility=SimpleNamespace(size_bands=("0-9", "10-49")))
    seen = observed(plan, plan, [0] * 4, status=np.array([CLAIMED, REFUSED, CLAIMED, 0]), programme=programme)
    # Firms 0, 1 and 3 may apply; firm 0 claimed, firm 2 is too large to count.
    assert readouts.claims(seen) == pytest.approx(100 / 3)


def test_effect_left_compares_what_is_beyond_the_twin():
    plan = {6: state(technologies=[3, 2, 1]), 12: state(technologies=[3, 3, 1])}
    twin = {6: state(technologies=[1, 2, 0]), 12: state(technologies=[3, 2, 0])}
    # At six months 2 + 0, at twelve 0 + 1; the third firm was never helped.
    assert readouts.effect_left(observed(plan, twin, [1, 1, 99])) == 50.0


def test_skill_kept_compares_gains_of_those_present():
    plan = {1: state(skill=[0.5, 0.3]), 12: state(skill=[0.5, 0.25])}
    twin = {1: state(skill=[0.3, 0.1]), 12: state(skill=[0.4, 0.15])}
    assert readouts.skill_kept(observed(plan, twin, [0, 0])) == pytest.approx(50.0, abs=1e-4)


def test_loneliness_fades_with_the_half_life_of_its_multiplier(monkeypatch):
    value = SimpleNamespace(extra={"half_life_months": 6.0})
    monkeypatch.setattr(readouts, "multipliers", lambda: {"loneliness": value})
    plan = {0: state(online=[True]), 12: state(online=[True])}
    assert readouts.loneliness_left(observed(plan, plan, [0])) == 25.0


def test_a_trial_nobody_took_part_in_is_no_number():
    plan = {5: state(online=[True, False])}
    assert np.isnan(readouts.online_share(observed(plan, plan, [99, 99])))
