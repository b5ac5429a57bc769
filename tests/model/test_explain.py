"""Explain says what the model then does: inputs, probability, draw and result are those of the run."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from model.explain import Step, explain_month, row_of_key
from model.kernels import GETS_CONNECTION, LOSES_CONNECTION
from model.programmes.programme import Eligibility
from model.region_model import RegionModel
from model.rules.work import EMPLOYED, INACTIVE, JOBSEEKER, JOIN_BEFORE_YEARS, PENSION_AGE_YEARS
from model.state import ABSENT, LAPSED, NEVER_USED, RECENT

MONTHS = 12
FAST = {
    "access_get_base": -3.5,
    "access_lose_base": -4.0,
    "onset_base": -4.0,
    "lapse_base": -6.0,
    "job_exit_base": -4.0,
    "workforce_leave_base": -6.0,
}
"""Parameters under which much happens, so that rare mistakes show."""


def foretold(model: RegionModel, row: int) -> dict[str, Step]:
    """What explain says of a row's own decisions in the month whose residents are about to act."""
    bystander = SimpleNamespace(phases=(("residents", lambda: None),), resident_deliveries=[], world=model.world)
    return {step.decision: step for step in explain_month(bystander, row)}


def happened(model: RegionModel, row: int, before: dict[str, np.ndarray]) -> dict[str, str]:
    """What a row did, in explain's words, from the state before and after residents acted."""
    residents = model.world.residents
    use, device = int(before["use"][row]), int(before["device"][row])
    online, has = residents.use[row] == RECENT, residents.device[row] > 0
    event = int(residents.event[row])
    words = {
        "stop using" if use == RECENT else "start using": (
            ("stays online" if online else "lapses")
            if use == RECENT
            else ("goes online" if online else "stays offline")
        ),
        "get a device" if device == 0 else "lose the device": (
            ("gets one" if has else "goes without") if device == 0 else ("keeps it" if has else "loses it")
        ),
        "connect the home" if before["connection"][row] == 0 else "give up the connection": (
            ("connects" if event & GETS_CONNECTION else "goes without")
            if before["connection"][row] == 0
            else ("gives it up" if event & LOSES_CONNECTION else "keeps it")
        ),
        "motivation": f"{residents.motivation[row]:.3f}",
        "trust": f"{residents.trust[row]:.3f}",
        "skill": f"{residents.skill[row]:.3f}",
    }
    age_months = model.world.month - int(model.world.people.birth_month[row])
    was, now = int(before["employment"][row]), int(residents.employment[row])
    if age_months < PENSION_AGE_YEARS * 12:
        if was == INACTIVE and age_months < JOIN_BEFORE_YEARS * 12:
            words["join the workforce"] = "stays inactive" if now == INACTIVE else "looks for work"
        elif was != INACTIVE:
            words["leave the workforce"] = "leaves" if now == INACTIVE else "stays"
            if was == JOBSEEKER and now != INACTIVE:
                words["find work"] = "finds work" if now == EMPLOYED else "keeps looking"
            if was == EMPLOYED and now != INACTIVE:
                words["lose work"] = "stays in work" if now == EMPLOYED else "loses work"
    return words


@pytest.fixture(scope="module")
def told_and_done(toy, make_programme) -> list[tuple[dict[str, Step], dict[str, str]]]:
    """Foretold and done for all residents of a year, with training and vouchers going on."""
    programmes = (
        make_programme(budget_pence=10**8, start_month=2),
        make_programme("subsidise_connection", start_month=2),
    )
    model = toy.model(*programmes, until_month=MONTHS, values=toy.model().spec.values | FAST)
    pairs = []
    for _ in range(MONTHS):
        for name, run_phase in model.phases:
            if name == "residents":
                residents = model.world.residents
                rows = np.flatnonzero(residents.code != ABSENT)
                before = {column: getattr(residents, column).copy() for column in ("use", "device", "employment")}
                before["connection"] = model.world.households.connection[residents.household].copy()
                told = {row: foretold(model, int(row)) for row in rows}
                run_phase()
                pairs += [(told[row], happened(model, row, before)) for row in rows]
            else:
                run_phase()
    return pairs


@pytest.mark.parametrize(
    "decisions",
    [
        ("start using", "stop using"),
        ("get a device", "lose the device"),
        ("connect the home", "give up the connection"),
        ("find work", "lose work"),
        ("join the workforce", "leave the workforce"),
    ],
    ids=lambda names: names[0],
)
def test_what_is_foretold_is_what_happens(told_and_done, decisions):
    """Each decision is explained for exactly those who take it, with the result the run comes to."""
    results: dict[str, int] = {}
    wrong = []
    for told, done in told_and_done:
        for name in decisions:
            said = told[name].result if name in told else None
            if said != done.get(name):
                wrong.append((name, said, done.get(name)))
            elif said is not None:
                results[said] = results.get(said, 0) + 1
    assert wrong == []
    # Both outcomes of both decisions were seen, so that always saying the same would fail.
    assert len(results) == 4 and min(results.values()) >= 5, results


@pytest.mark.parametrize("name", ["motivation", "trust", "skill"])
def test_what_a_score_becomes_is_foretold(told_and_done, name):
    """To the three decimals shown; a rounding on the edge may differ by one in the last."""
    wrong = [
        (told[name].result, done[name])
        for told, done in told_and_done
        if abs(float(told[name].result) - float(done[name])) > 0.0011
    ]
    assert wrong == []


def test_a_result_follows_from_its_probability_and_draw(told_and_done):
    yes = {"goes online", "lapses", "gets one", "loses it", "connects", "gives it up", "finds work", "loses work",
           "leaves", "looks for work"}  # fmt: skip
    seen = 0
    for told, _ in told_and_done:
        for step in told.values():
            if not math.isnan(step.probability):
                assert 0.0 <= step.probability <= 1.0 and 0.0 < step.draw < 1.0
                assert (step.draw < step.probability) == (step.result in yes)
                seen += 1
    assert seen > 10_000


def test_shown_probabilities_come_true_as_often_as_they_say(told_and_done):
    """Sum of probabilities against events, over all chances of a kind, within four standard errors."""
    for name, yes in (("start using", "goes online"), ("stop using", "lapses"), ("get a device", "gets one")):
        steps = [told[name] for told, _ in told_and_done if name in told]
        p = np.array([step.probability for step in steps])
        n = sum(step.result == yes for step in steps)
        assert abs(n - p.sum()) < 4 * np.sqrt((p * (1 - p)).sum())


def test_explaining_a_month_advances_the_model_as_a_step_does(toy, make_programme):
    programme = make_programme()
    explained, stepped = (toy.model(programme, until_month=12) for _ in range(2))
    for month in range(1, 13):
        row = int(np.flatnonzero(explained.world.residents.code != ABSENT)[month])
        last = explain_month(explained, row)[-1]
        stepped.step()
        assert explained.period == month
        assert np.array_equal(explained.world.residents.code, stepped.world.residents.code)
        use = ("never used", "lapsed", "recent user")[stepped.world.residents.use[row]]
        assert last.decision == "state at the end of the month" and last.result.startswith(use)
        assert f"skill {stepped.world.residents.skill[row]:.3f}" in last.result
    assert explained.deliveries[0].purse.spent_pence == stepped.deliveries[0].purse.spent_pence > 0


def test_the_way_into_a_programme_is_explained(toy, make_programme):
    """Those who join were eligible, aware, willing and came forward; the others failed at least one of these."""
    programme = make_programme(eligibility=Eligibility(), budget_pence=300_000, capacity_per_month=3.0)
    reference = toy.model(programme, until_month=8)
    [delivery] = reference.deliveries
    while reference.period < 7:
        reference.step()
    before = delivery.status.copy()
    reference.step()
    there = np.asarray(toy.population.exit_month) > 8
    joined = np.flatnonzero((before == 0) & (delivery.status != 0))[:4]
    stayed = np.flatnonzero(
        (before == 0) & (delivery.status == 0) & (reference.world.residents.code != ABSENT) & there
    )[:4]
    served = np.flatnonzero((before == 1) & (delivery.status == 2))[:2]
    assert len(joined) == len(stayed) == 4 and len(served)
    for rows, comes in ((joined, True), (stayed, False)):
        for row in rows:
            steps = explained_at(toy, programme, 8, int(row))
            chances = [step for step in steps if not math.isnan(step.draw)]
            chances = [step for step in chances if step.result in ("yes", "no")]
            assert [step.result == "yes" for step in chances] == [step.draw < step.probability for step in chances]
            said = [step.decision.split(": ")[1] for step in steps]
            assert said[:4] == ["eligible", "aware", "willing", "comes forward this month"]
            assert all(step.result == "yes" for step in steps[:4]) == comes
            assert ("queue" in said) == comes
    for row in served:
        steps = explained_at(toy, programme, 8, int(row))
        assert [step.decision.split(": ")[1] for step in steps[:3]] == ["give up waiting", "queue", "complete"]
        assert [step.result for step in steps[:2]] == ["stays", "waiting -> served"]
        assert steps[0].draw >= steps[0].probability


def explained_at(toy, programme, month: int, row: int) -> list[Step]:
    """Steps of a month that concern the programme."""
    model = toy.model(programme, until_month=month)
    while model.period < month - 1:
        model.step()
    return [step for step in explain_month(model, row) if step.decision.startswith(programme.title)]


def test_nothing_is_said_of_a_programme_that_is_not_on(toy, make_programme):
    row = int(np.flatnonzero(np.asarray(toy.population.entry_month) == 0)[0])
    for programme in (make_programme(budget_pence=0), make_programme(start_month=20, end_month=30)):
        assert explained_at(toy, programme, 8, row) == []


def test_those_never_online_or_lapsed_are_told_apart(told_and_done):
    assert {NEVER_USED, LAPSED, RECENT} == {0, 1, 2}
    offline = [told for told, _ in told_and_done if "start using" in told]
    assert all("stop using" not in told and "fades" in told["skill"].inputs for told in offline)
    assert len(offline) > 500


def test_a_row_is_found_by_its_key(toy):
    model = toy.model()
    key = int(toy.population.key[17])
    assert row_of_key(model, key) == 17
    assert row_of_key(model, key ^ 1) is None
