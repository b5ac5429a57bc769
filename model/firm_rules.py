"""The parameters of all firms' rules in one place."""

from collections.abc import Mapping
from typing import NamedTuple

from model.parameters import bundle, bundle_by_technology
from model.rules.firm_adoption import AdoptionParameters, TechnologyParameters
from model.rules.firm_belief import BeliefParameters
from model.rules.firm_closure import ClosureParameters
from model.rules.firm_growth import GrowthParameters
from model.rules.firm_resources import ResourceParameters


class FirmRules(NamedTuple):
    """The parameter tuples of all firms' rules."""

    adoption: AdoptionParameters
    technology: TechnologyParameters
    belief: BeliefParameters
    resources: ResourceParameters
    growth: GrowthParameters
    closure: ClosureParameters


def firm_rules(values: Mapping[str, float]) -> FirmRules:
    """Fill every tuple from behaviour parameters by name."""
    return FirmRules(
        bundle(AdoptionParameters, values),
        bundle_by_technology(TechnologyParameters, values),
        bundle(BeliefParameters, values),
        bundle(ResourceParameters, values),
        bundle(GrowthParameters, values),
        bundle(ClosureParameters, values),
    )
