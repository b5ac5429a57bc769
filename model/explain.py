"""Replays the decisions of one resident in one month: inputs, probability, draw, result.

Calls the same rules and draws as the kernels, on the state that the kernels are about to read.
"""

from dataclasses import dataclass

import numpy as np

from model.chance import Decision, happens, hazard_probability, uniform, word
from model.kernels import WORK_COMPETENT_WEIGHT, WORK_WEIGHT, WORK_WEIGHT_EACH, age_decades_over_65
from model.programmes import funnel
from model.programmes.delivery import Delivery
from model.region_model import RegionModel
from model.rules.access import access_level, affordability, log_hazard_get, log_hazard_lose
from model.rules.colleagues import weights_met
from model.rules.motivation import motivation_aim, next_motivation, usefulness
from model.rules.skill import next_skill_of_non_user, next_skill_of_user, skill_ceiling
from model.rules.trust import next_trust
from model.rules.use import log_hazard_lapse, log_hazard_onset, peer_share
from model.rules.work import (
    INACTIVE,
    JOBSEEKER,
    JOIN_BEFORE_YEARS,
    PENSION_AGE_YEARS,
    log_hazard_job_entry,
    log_hazard_job_exit,
    log_hazard_leave_workforce,
)
from model.state import LAPSED, RECENT

USE_NAMES = ("never used", "lapsed", "recent user")
_STATUS_NAMES = ("has not joined", "waiting", "served", "gave up waiting")


@dataclass(frozen=True, slots=True)
class Step:
    """One decision or change of one resident in one month. Probability and draw are NaN where there is no chance."""

    decision: str
    inputs: str
    probability: float
    draw: float
    result: str


def explain_month(model: RegionModel, row: int) -> list[Step]:
    """Advance a model by one month and say what it does to a row. The row must be present in that month."""
    steps: list[Step] = []
    status = [0] * len(model.resident_deliveries)
    for name, run_phase in model.phases:
        if name == "programmes":
            status = [int(delivery.status[row]) for delivery in model.resident_deliveries]
            before = [_standing(delivery, row) for delivery in model.resident_deliveries]
        if name == "residents":
            steps += _resident_steps(model, row)
        run_phase()
        if name == "programmes":
            for delivery, was, standing in zip(model.resident_deliveries, status, before, strict=True):
                steps += _programme_steps(delivery, row, standing) + _programme_result(delivery, row, was)
    residents = model.world.residents
    steps.append(
        Step(
            "state at the end of the month",
            "",
            float("nan"),
            float("nan"),
            f"{USE_NAMES[residents.use[row]]}, skill {residents.skill[row]:.3f}, motivation "
            f"{residents.motivation[row]:.3f}, trust {residents.trust[row]:.3f}, device {residents.device[row]}, "
            f"connection {model.world.households.connection[residents.household[row]]}",
        )
    )
    return steps


def _draw(model: RegionModel, decision: Decision, row: int) -> float:
    world = model.world
    return float(uniform(word(world.seed, world.month, decision), world.people.key[row]))


def _chance(name: str, inputs: str, log_intensity: float, draw: float, yes: str, no: str) -> Step:
    result = yes if happens(draw, log_intensity) else no
    return Step(name, inputs, float(hazard_probability(log_intensity)), draw, result)


def _resident_steps(model: RegionModel, row: int) -> list[Step]:
    world, rules = model.world, model.world.rules
    residents, people, places = world.residents, world.people, world.setting.places
    month, conditions = world.month, world.conditions
    home, area = int(residents.household[row]), int(people.area[row])
    age = float(age_decades_over_65(month, int(people.birth_month[row])))
    disabled = bool(month >= people.disability_onset_month[row])
    education, use = int(people.education[row]), int(residents.use[row])
    skill, trust = float(residents.skill[row]), float(residents.trust[row])
    motivation, dose = float(residents.motivation[row]), float(residents.onset_dose[row])
    device, connection = int(residents.device[row]), int(world.households.connection[home])
    all_weight, competent_weight = _groups_met(model, row)
    peers = peer_share(
        int(residents.weight_competent[row]) + competent_weight, int(residents.weight_ties[row]) + all_weight, rules.use
    )
    in_reach = bool(places.hub_in_reach[area] > 0 or residents.weight_competent[row] > 0)
    access = access_level(device, connection, in_reach, rules.access)
    subsidised = month < world.households.subsidy_until[home]
    subsidy = float(world.households.subsidy_share[home]) if subsidised else 0.0
    income = float(places.income_gbp_month[area, people.income_quintile[row]])
    cost = affordability(conditions.tariff_gbp_month, subsidy, income)
    online = use == RECENT
    nan = float("nan")

    steps = [_device_step(model, row, device, connection, motivation, online, cost)]
    steps.append(_connection_step(model, row, device, connection, motivation, online, cost))
    useful = usefulness(
        conditions.digital_services_share,
        skill,
        conditions.service_skill_threshold,
        conditions.assisted_share,
        float(places.local_online_share[area]),
        rules.motivation,
    )
    aim = motivation_aim(float(residents.disposition[row]), education, useful, trust, peers, age, rules.motivation)
    steps.append(
        Step(
            "motivation",
            f"now {motivation:.3f}, disposition {residents.disposition[row]:+.2f}, usefulness {useful:.2f}, trust "
            f"{trust:.3f}, competent ties {peers:.3f}, aims at {aim:.3f}",
            nan,
            nan,
            f"{next_motivation(motivation, aim, rules.motivation):.3f}",
        )
    )
    steps.append(
        Step("trust", f"now {trust:.3f}, breaches {conditions.breach_rate:.4f}", nan, nan,
             f"{next_trust(trust, conditions.breach_rate, rules.trust):.3f}")
    )  # fmt: skip
    if online:
        ceiling = _ceiling(model, row, age, disabled)
        new_skill = next_skill_of_user(skill, ceiling, peers, rules.skill)
        steps.append(Step("skill", f"now {skill:.3f}, ceiling {ceiling:.3f}, learns", nan, nan, f"{new_skill:.3f}"))
        h = log_hazard_lapse(age, disabled, access, cost, skill, peers, rules.use)
        inputs = f"access {access:g}, cost {cost:.3f} of income, skill {skill:.3f}, competent ties {peers:.3f}"
        steps.append(_chance("stop using", inputs, h, _draw(model, Decision.LAPSE, row), "lapses", "stays online"))
    else:
        new_skill = next_skill_of_non_user(skill, rules.skill)
        steps.append(Step("skill", f"now {skill:.3f}, fades without use", nan, nan, f"{new_skill:.3f}"))
        deprivation = float(places.deprivation[area])
        h = log_hazard_onset(
            age, disabled, education, deprivation, peers, motivation, skill, access, use == LAPSED, dose, rules.use
        )
        inputs = (
            f"access {access:g}, motivation {motivation:.3f}, competent ties {peers:.3f}, skill {skill:.3f}, "
            f"recent help adds {dose:.2f}, education {education}, disabled {'yes' if disabled else 'no'}"
        )
        steps.append(
            _chance("start using", inputs, h, _draw(model, Decision.ONSET, row), "goes online", "stays offline")
        )
    return steps + _work_steps(model, row, skill)


def _ceiling(model: RegionModel, row: int, age: float, disabled: bool) -> float:
    """The ceiling this month; it is worked out anew at birthdays and when a disability begins."""
    world = model.world
    people, residents = world.people, world.residents
    ceiling = float(residents.skill_ceiling[row])
    if (world.month - int(people.birth_month[row])) % 12 == 0 or world.month == people.disability_onset_month[row]:
        disposition = float(residents.disposition[row])
        new = skill_ceiling(int(people.education[row]), age, disabled, disposition, world.rules.skill)
        ceiling = float(np.float32(new))
    return min(1.0, ceiling + float(residents.ceiling_gain[row]))


def _groups_met(model: RegionModel, row: int) -> tuple[float, float]:
    """Weight of all and of competent people met at work and at sessions."""
    world, residents = model.world, model.world.residents
    workplace, session = int(residents.workplace[row]), int(residents.session_group[row])
    figures = world.at_work[workplace].astype(float) if workplace >= 0 else np.zeros(3)
    meets = session >= 0 and world.month < residents.session_until[row]
    return weights_met(
        float(figures[WORK_WEIGHT]),
        float(figures[WORK_COMPETENT_WEIGHT]),
        float(figures[WORK_WEIGHT_EACH]),
        int(world.sessions.members[session]) if meets else 0,
        int(world.sessions.competent[session]) if meets else 0,
        float(residents.competent[row]),
        world.rules.groups,
    )


def _device_step(
    model: RegionModel, row: int, device: int, connection: int, motivation: float, online: bool, cost: float
) -> Step:
    rules = model.world.rules.access
    if device == 0:
        h = log_hazard_get(motivation, connection > 0, online, cost, rules)
        inputs = f"motivation {motivation:.3f}, connection {connection}, cost {cost:.3f} of income"
        return _chance("get a device", inputs, h, _draw(model, Decision.DEVICE_GET, row), "gets one", "goes without")
    draw = _draw(model, Decision.DEVICE_LOSE, row)
    return _chance("lose the device", f"device {device}", rules.access_lose_base, draw, "loses it", "keeps it")


def _connection_step(
    model: RegionModel, row: int, device: int, connection: int, motivation: float, online: bool, cost: float
) -> Step:
    rules = model.world.rules.access
    if connection == 0:
        h = log_hazard_get(motivation, device > 0, online, cost, rules)
        inputs = f"motivation {motivation:.3f}, device {device}, cost {cost:.3f} of income"
        draw = _draw(model, Decision.CONNECTION_GET, row)
        return _chance("connect the home", inputs, h, draw, "connects", "goes without")
    draw = _draw(model, Decision.CONNECTION_LOSE, row)
    h = log_hazard_lose(cost, rules)
    return _chance("give up the connection", f"cost {cost:.3f} of income", h, draw, "gives it up", "keeps it")


def _work_steps(model: RegionModel, row: int, skill: float) -> list[Step]:
    rules, employment = model.world.rules.work, int(model.world.residents.employment[row])
    age_months = model.world.month - int(model.world.people.birth_month[row])
    if age_months >= PENSION_AGE_YEARS * 12:
        return []
    if employment == INACTIVE:
        if age_months >= JOIN_BEFORE_YEARS * 12:
            return []
        draw = _draw(model, Decision.JOB_ENTRY, row)
        return [_chance("join the workforce", "", rules.workforce_join_base, draw, "looks for work", "stays inactive")]
    draw = _draw(model, Decision.JOB_ENTRY if employment == JOBSEEKER else Decision.JOB_EXIT, row)
    # The high end of the same draw decides about leaving the workforce.
    h_leave = log_hazard_leave_workforce(age_months, rules)
    steps = [_chance("leave the workforce", f"age {age_months // 12}", h_leave, 1.0 - draw, "leaves", "stays")]
    if steps[0].result == "leaves":
        return steps
    if employment == JOBSEEKER:
        h = log_hazard_job_entry(skill, rules)
        steps.append(_chance("find work", f"skill {skill:.3f}", h, draw, "finds work", "keeps looking"))
    else:
        steps.append(_chance("lose work", "", log_hazard_job_exit(rules), draw, "loses work", "stays in work"))
    return steps


def _standing(delivery: Delivery, row: int) -> tuple[bool, float] | None:
    """Before programmes act: whether a row that has not joined is eligible, and its chance to be willing."""
    world, programme = delivery.world, delivery.programme
    month = world.month
    active = programme.budget_pence > 0 and programme.start_month <= month < programme.end_month
    if not active or delivery.status[row] != funnel.NOT_JOINED:
        return None
    eligible = funnel.is_eligible(row, month, world.people, world.residents, world.households, delivery.conditions)
    motivation = float(world.residents.motivation[row])
    willing = funnel.probability_willing(programme.willing_share, programme.willing_motivation_slope, motivation)
    return bool(eligible), float(willing)


def _programme_steps(delivery: Delivery, row: int, standing: tuple[bool, float] | None) -> list[Step]:
    """Coming forward: what has to be true at once, each with its own luck."""
    if standing is None:
        return []
    world, programme = delivery.world, delivery.programme
    month, key, (eligible, willing) = world.month, world.people.key[row], standing
    steps = [Step(f"{programme.title}: eligible", "", float("nan"), float("nan"), "yes" if eligible else "no")]
    if not eligible:
        return steps
    if delivery.status[row] == funnel.NOT_JOINED and world.resident_needs[row] & delivery.need:
        return [*steps, Step(f"{programme.title}: need", "", float("nan"), float("nan"), "another programme serves it")]
    if programme.instrument == "inform":
        chances = [("reached", programme.effects["reach_probability_monthly"], month, Decision.APPLY)]
    else:
        aware, aware_if_found = delivery.awareness()
        chances = [
            ("aware", aware_if_found if world.found[row] else aware, 0, Decision.AWARE),
            ("willing", willing, 0, Decision.WILLING),
            ("comes forward this month", programme.apply_probability_monthly, month, Decision.APPLY),
        ]
    for name, probability, when, decision in chances:
        draw = float(uniform(word(delivery.seed, when, decision), key))
        steps.append(
            Step(f"{programme.title}: {name}", "", float(probability), draw, "yes" if draw < probability else "no")
        )
    return steps


def _programme_result(delivery: Delivery, row: int, was: int) -> list[Step]:
    nan, now = float("nan"), int(delivery.status[row])
    steps = []
    key, month, title = delivery.world.people.key[row], delivery.world.month, delivery.programme.title

    def draw(when: int, decision: Decision) -> float:
        return float(uniform(word(delivery.seed, when, decision), key))

    if was == funnel.NOT_JOINED and now != was and delivery.hub[row] >= 0:
        hub = str(delivery.world.setting.hubs.name[delivery.hub[row]])
        steps.append(Step(f"{title}: hub", "by distance and staffed hours", nan, draw(0, Decision.HUB_CHOICE), hub))
    if was == funnel.WAITING:
        gives_up = delivery.drop_out_monthly
        result = "gives up" if now == funnel.GAVE_UP else "stays"
        steps.append(Step(f"{title}: give up waiting", "", gives_up, draw(month, Decision.DROP_OUT), result))
    if now != was:
        result = f"{_STATUS_NAMES[was]} -> {_STATUS_NAMES[now]}"
        steps.append(Step(f"{title}: queue", "lot decides among equals", nan, draw(0, Decision.QUEUE_RANK), result))
    if now == funnel.SERVED and was != now:
        completes = float(delivery.completion_probability(np.array([row]))[0])
        u = draw(0, Decision.COMPLETE)
        steps.append(
            Step(f"{title}: complete", "", completes, u, "completes" if u < completes else "does not complete")
        )
    if delivery.first_treated[row] == delivery.world.month:
        steps.append(Step(f"{delivery.programme.title}: dose", "", nan, nan, "treated for the first time"))
    return steps


def row_of_key(model: RegionModel, key: int) -> int | None:
    """Row of a resident's key, or None."""
    rows = np.flatnonzero(np.asarray(model.world.people.key) == np.uint64(key))
    return int(rows[0]) if len(rows) else None
