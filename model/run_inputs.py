"""What a run works out before its first month: rule parameters, the centring of behaviour, the conditions of a month."""

import numpy as np

from model.centring import Centring, StartShares, StartTilts, read_panel, solve_centring
from model.kernels import Conditions, RuleParameters
from model.parameters import bundle
from model.rules.access import AccessParameters
from model.rules.colleagues import GroupParameters
from model.rules.motivation import MotivationParameters
from model.rules.skill import SkillParameters
from model.rules.trust import TrustParameters
from model.rules.use import UseParameters
from model.rules.work import WorkParameters
from model.scenario import Scenario


def rule_parameters(values: dict[str, float], onset_shift: float, lapse_shift: float) -> RuleParameters:
    """Fill every rule's tuple; the shifts come from `centring`."""
    with_shifts = values | {"onset_shift": onset_shift, "lapse_shift": lapse_shift}
    return RuleParameters(
        bundle(TrustParameters, values),
        bundle(AccessParameters, values),
        bundle(MotivationParameters, values),
        bundle(UseParameters, with_shifts),
        bundle(SkillParameters, values),
        bundle(WorkParameters, values),
        bundle(GroupParameters, values),
    )


def centre(values: dict[str, float], national: dict, conditions: Conditions) -> Centring:
    """Solve start and shifts for one set of parameters on the reference panel of the national tables."""
    rules = rule_parameters(values, 0.0, 0.0)
    return solve_centring(
        read_panel(national["reference_panel"]),
        national["start_use"],
        values,
        (rules.access, rules.motivation, rules.use, rules.skill),
        bundle(StartTilts, values),
        bundle(StartShares, values),
        conditions.digital_services_share,
        conditions.service_skill_threshold,
    )


def conditions_at(scenario: Scenario, month: int) -> Conditions:
    """Dated trends in a month: straight lines between the scenario's points, flat outside."""

    def at(name: str) -> float:
        months, points = zip(*scenario.trends[name], strict=True)
        return float(np.interp(month, months, points))

    return Conditions(**{name: at(name) for name in scenario.trends})
