"""Work in the reference engine: local units with their jobs, and people who look for one (ODD 9)."""

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
    vacancies = [sum(unit.n_vacancies for unit in units) for units in model.units_in]
    seeking = [p for p in model.residents() if p.employment == EMPLOYED and p.workplace == NO_WORKPLACE]
    for person in sorted(seeking, key=lambda person: (person.draw(Decision.WORKPLACE_LOT), int(person.key))):
        _find_work(model, person, vacancies)
    for unit in model.units:
        unit.fill_jobs()
        unit.note_colleagues()


def _find_work(model: "ReferenceModel", person: ResidentAgent, vacancies: list[int]) -> None:
    """A workplace by kind; at a firm, a vacancy that is left by those before in the order."""
    person.workplace = int(workplace_kind(person.draw(Decision.WORKPLACE_KIND), model.workplace_rules))
    if person.workplace != LOCAL_FIRM:
        return
    person.workplace = OUTSIDE_REGION
    area = _area_for(model, person, vacancies)
    if area is not None:
        unit = _unit_in(model, area, int(person.draw(Decision.WORKPLACE_UNIT) * vacancies[area]))
        vacancies[area] -= 1
        unit.workers.add(person)
        person.workplace = unit.row


def _area_for(model: "ReferenceModel", person: ResidentAgent, vacancies: list[int]) -> int | None:
    """An area with a vacancy, the nearer and the more the likelier; None if nobody in the region has one."""
    pulls = model.job_map.pull[person.area].tolist()
    weights = [pull * n for pull, n in zip(pulls, vacancies, strict=True)]
    everything = 0.0
    for weight in weights:
        everything += weight
    area, left = None, person.draw(Decision.WORKPLACE_AREA) * everything
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
