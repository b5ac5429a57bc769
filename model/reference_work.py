"""Work in the reference engine: local units with their jobs, and people who look for one (ODD 9)."""

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.chance import Decision
from model.reference_agent import ReferenceAgent, store
from model.reference_firms import FirmAgent
from model.reference_residents import ResidentAgent
from model.rules.colleagues import group_tie_weight, weight_each
from model.rules.work import EMPLOYED
from model.rules.workplace import (
    LOCAL_FIRM,
    first_commuters,
    share_to_go,
    wanted_jobs,
    whole_share,
    workplace_kind,
)
from model.state import NO_WORKPLACE, OUTSIDE_REGION

if TYPE_CHECKING:
    from model.reference import ReferenceModel


class Colleagues(NamedTuple):
    """What workers of a unit meet there next month: weights as ties of all, of the competent ones and of each other one."""

    weight: float
    competent_weight: float
    weight_each: float


class UnitAgent(ReferenceAgent):
    """A local unit: a place with jobs. Attributes have the names of the columns in `model/state.py`."""

    def __init__(self, model: "ReferenceModel", row: int) -> None:
        roster = model.roster
        super().__init__(model, row, np.uint64(roster.unit_key[row]))
        self.firm: FirmAgent = model.firms[int(roster.unit_firm[row])]
        self.firm.units.append(self)
        self.area, self.entry_jobs = int(roster.unit_area[row]), int(roster.unit_entry_jobs[row])
        self.workers: set[ResidentAgent] = set()
        self.jobs = self.wanted = self.commuters = 0
        self.leave_share = self.training_hours = 0.0
        self.colleagues = Colleagues(0.0, 0.0, 0.0)

    @property
    def held(self) -> int:
        """Jobs held by residents."""
        return len(self.workers)

    @property
    def competent(self) -> int:
        """Workers whom others count as competent users."""
        return sum(person.competent for person in self.workers)

    @property
    def vacant(self) -> int:
        """Wanted jobs that nobody holds; negative where more people work than are wanted."""
        return self.wanted - self.held - self.commuters

    @property
    def n_vacancies(self) -> int:
        """Jobs that somebody could take."""
        return max(self.vacant, 0)

    def want_jobs(self) -> None:
        """Jobs to fill, and commuters who leave."""
        if not self.firm.open:
            self.wanted = self.commuters = 0
            return
        rounding = self.draw(Decision.JOB_ROUNDING, 0)
        self.wanted = int(wanted_jobs(True, self.entry_jobs, self.firm.size_index, rounding))
        leaving = self.model.workplace_rules.commuter_leaves_monthly
        self.commuters -= int(whole_share(self.commuters, leaving, self.draw(Decision.COMMUTER_LEAVES)))

    def fill_jobs(self) -> None:
        """Commuters take vacancies that residents left; who is too many has to go next month."""
        rules = self.model.workplace_rules
        if self.vacant > 0:
            lot = self.draw(Decision.COMMUTER_HIRED)
            if self.model.period == 0:
                self.commuters = int(first_commuters(self.wanted, self.held, lot, rules))
            else:
                self.commuters += int(whole_share(self.vacant, rules.commuter_hired_monthly, lot))
        filled = self.held + self.commuters
        self.jobs = max(self.wanted, filled)
        self.leave_share = store(share_to_go(self.wanted, filled))

    def note_colleagues(self) -> None:
        """Who works here is taken down once a month, for the workers' next month (ODD 3.7)."""
        weight = self.model.rules.groups.work_tie_weight
        each = float(weight_each(self.held, weight))
        self.colleagues = Colleagues(
            store(group_tie_weight(self.held, weight)), store(each * self.competent), store(each)
        )

    def teach(self) -> None:
        """Teaching of the month for its workers, when the firm took something up (ODD 8.12)."""
        hours = self.model.values["adoption_training_hours"]
        self.training_hours = store(hours * self.firm.adopted_now.bit_count())


def fill_all_jobs(model: "ReferenceModel") -> None:
    """The work phase: units say what they want, residents choose in order of their lot, commuters take what is left."""
    for unit in model.units:
        unit.want_jobs()
    at_first = [sum(unit.n_vacancies for unit in units) for units in model.units_in]
    vacancies = list(at_first)
    seeking = [p for p in model.residents() if p.employment == EMPLOYED and p.workplace == NO_WORKPLACE]
    for person in sorted(seeking, key=lambda person: (person.draw(Decision.WORKPLACE_LOT), int(person.key))):
        _find_work(model, person, at_first, vacancies)
    for unit in model.units:
        unit.fill_jobs()
        unit.note_colleagues()


def _find_work(model: "ReferenceModel", person: ResidentAgent, at_first: list[int], vacancies: list[int]) -> None:
    """A workplace by kind; at a firm, a vacancy that is left by those before in the order.

    People look where vacancies were before anyone chose; where none is left they look again among those that are.
    """
    person.workplace = int(workplace_kind(person.draw(Decision.WORKPLACE_KIND), model.workplace_rules))
    if person.workplace != LOCAL_FIRM:
        return
    person.workplace = OUTSIDE_REGION
    area = _area_by_sums(model, person, at_first)
    if area is None or vacancies[area] == 0:
        area = _area_by_what_is_left(model, person, vacancies)
    if area is not None:
        unit = _unit_in(model, area, int(person.draw(Decision.WORKPLACE_UNIT) * vacancies[area]))
        vacancies[area] -= 1
        unit.workers.add(person)
        person.workplace = unit.row


def _weights(model: "ReferenceModel", person: ResidentAgent, vacancies: list[int]) -> list[float]:
    """How much the vacancies of each area draw the person: the nearer and the more, the stronger; 0 out of reach."""
    jobs = model.job_map
    places = slice(jobs.near_ptr[person.area], jobs.near_ptr[person.area + 1])
    weights = [0.0] * len(vacancies)
    for area, pull in zip(jobs.near[places].tolist(), jobs.pull[places].tolist(), strict=True):
        weights[area] = pull * vacancies[area]
    return weights


def _area_by_sums(model: "ReferenceModel", person: ResidentAgent, vacancies: list[int]) -> int | None:
    """The first area whose cumulated weight exceeds the draw's part of all."""
    cumulated = list(accumulate(_weights(model, person, vacancies)))
    sought = person.draw(Decision.WORKPLACE_AREA) * cumulated[-1]
    return next((area for area, passed in enumerate(cumulated) if passed > sought), None)


def _area_by_what_is_left(model: "ReferenceModel", person: ResidentAgent, vacancies: list[int]) -> int | None:
    """The area in which the draw's part of all weights is used up; None if nobody in the region has a vacancy."""
    weights = _weights(model, person, vacancies)
    # One after the other: Python's own sum rounds in another way from 3.12 on.
    area, left = None, person.draw(Decision.WORKPLACE_AREA) * list(accumulate(weights))[-1]
    for place, weight in enumerate(weights):
        if weight > 0.0:
            area = place
            left -= weight
            if left < 0.0:
                break
    return area


def _unit_in(model: "ReferenceModel", area: int, nth: int) -> UnitAgent:
    """The unit that has the nth vacancy of an area, counted in order of keys."""
    for unit in model.units_in[area]:
        nth -= unit.n_vacancies
        if nth < 0:
            return unit
    raise AssertionError("a draw below 1 lies below the sum of all")
