"""Residents and households of the reference engine: one object a person, one a home, one method a step of the ODD."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.centring import non_use_probability, start_learning
from model.chance import Decision, happens, normal, uniform, word
from model.kernels import age_decades_over_65, state_code
from model.reference_agent import ReferenceAgent, store
from model.rules.access import access_level, affordability, is_connected_next, next_device
from model.rules.colleagues import weights_met
from model.rules.motivation import disposition_of, motivation_aim, next_motivation, usefulness
from model.rules.skill import WORK_LEVEL, is_competent, next_skill, skill_ceiling, skill_level, training_gain
from model.rules.trust import next_trust
from model.rules.use import log_hazard_lapse, log_hazard_onset, peer_share, share_of_dose_kept
from model.rules.work import EMPLOYED, INACTIVE, JOBSEEKER, PENSION_AGE_YEARS, next_employment
from model.start import FIRST_AGE_YEARS, FIXED_CONNECTION, LAPSED_SKILL_SHARE, N_AGES
from model.state import ABSENT, LAPSED, NEVER_USED, NO_GROUP, NO_WORKPLACE, RECENT

if TYPE_CHECKING:
    from model.reference import ReferenceModel
    from model.reference_hubs import SessionGroup
    from model.reference_work import UnitAgent


class Tie(NamedTuple):
    """A dated tie to another person: it exists in the months [start, end)."""

    other: int
    weight: int
    start: int
    end: int


class Household:
    """A home: its connection, what a programme pays of it, and who lives there."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.connection = 0
        self.subsidy_share = 0.0
        self.subsidy_until = 0
        self.on_trial = 0
        self.decider: ResidentAgent | None = None
        """who decides about a connection on trial"""
        self.passed = False
        """whether a programme has built past it"""
        self.members: set[ResidentAgent] = set()

    @property
    def occupants(self) -> int:
        """Adults living there."""
        return len(self.members)

    def subsidy(self, month: int) -> float:
        """Share of the tariff that a programme pays this month."""
        return self.subsidy_share if month < self.subsidy_until else 0.0


class ResidentAgent(ReferenceAgent):
    """A person while resident. Attributes have the names of the columns in `model/state.py`."""

    def __init__(self, model: "ReferenceModel", row: int) -> None:
        people = model.population
        super().__init__(model, row, np.uint64(people.key[row]))
        self.area, self.education = int(people.area[row]), int(people.education[row])
        self.birth_month, self.exit_month = int(people.birth_month[row]), int(people.exit_month[row])
        self.disability_onset_month = int(people.disability_onset_month[row])
        self.income_quintile, self.on_benefits = int(people.income_quintile[row]), int(people.on_benefits[row])
        self.ties: list[Tie] = model.ties_of(row)
        self.device, self.use, self.employment = 0, NEVER_USED, int(people.employment[row])
        self.motivation = self.ceiling_gain = self.onset_dose = 0.0
        self.home = model.households[int(people.household[row])]
        self.workplace = NO_WORKPLACE
        self.session: SessionGroup | None = None
        self.session_until = 0
        self.event, self.code = 0, ABSENT
        self.borrowed_until, self.own_device = 0, 0
        self.found = False
        """whether partners that share data have found the person in need this month"""
        self.connection_change = 0
        self._begin()

    @property
    def household(self) -> int:
        """Row of the home."""
        return self.home.row

    @property
    def session_group(self) -> int:
        """Number of the group of people met at a hub's session."""
        return NO_GROUP if self.session is None else self.session.number

    @property
    def unit(self) -> "UnitAgent | None":
        """The local unit where the person works, if it is one."""
        return self.model.units[self.workplace] if self.workplace >= 0 else None

    @property
    def age_years(self) -> int:
        """Age in completed years."""
        return (self.model.period - self.birth_month) // 12

    @property
    def age_decades(self) -> float:
        """Age in completed years, in decades over 65."""
        return float(age_decades_over_65(self.model.period, self.birth_month))

    @property
    def disabled(self) -> bool:
        """Whether disabled this month."""
        return self.model.period >= self.disability_onset_month

    @property
    def weight_ties(self) -> int:
        """Weight of all ties that exist this month."""
        return sum(tie.weight for tie in self.ties if tie.start <= self.model.period < tie.end)

    @property
    def weight_competent(self) -> int:
        """Weight of the ties that exist this month to people who are competent as far as others know."""
        everyone = self.model.people
        return sum(
            tie.weight
            for tie in self.ties
            if tie.start <= self.model.period < tie.end and everyone[tie.other].competent
        )

    def cost_share(self, subsidy_share: float) -> float:
        """Cost of a home connection as a share of income."""
        income = float(self.model.setting.places.income_gbp_month[self.area, self.income_quintile])
        return float(affordability(self.model.conditions.tariff_gbp_month, subsidy_share, income))

    def peers(self) -> float:
        """G: share of ties, colleagues and people met at sessions that are competent users."""
        rules, at_work, members, competent_members = self.model.rules, (0.0, 0.0, 0.0), 0, 0
        if self.unit is not None:
            at_work = self.unit.colleagues
        if self.session is not None and self.model.period < self.session_until:
            members, competent_members = len(self.session.people), self.session.competent
        everyone, competent = weights_met(*at_work, members, competent_members, float(self.competent), rules.groups)
        return float(peer_share(self.weight_competent + competent, self.weight_ties + everyone, rules.use))

    # Start and newcomers (ODD 4)

    def _begin(self) -> None:
        """Use, skill and device that a person brings; draws carry month 0, whenever they come."""
        model, rules, shares = self.model, self.model.rules, self.model.start_shares
        self.trust = store(rules.trust.trust_usual)
        own = float(normal(self.draw(Decision.DISPOSITION, 0)))
        disposition = float(disposition_of(self._home_disposition(), own, shares.disposition_household_share))
        self.disposition = store(disposition)
        self.use = self._first_use(disposition)
        ceiling = float(skill_ceiling(self.education, self.age_decades, self.disabled, disposition, rules.skill))
        skill = 0.0
        if self.use != NEVER_USED:
            # Even spread of first years online up to 2013; children are online from about 8.
            years = 2.0 * shares.start_years_online * self.draw(Decision.START_SKILL, 0) + model.period / 12.0
            skill = ceiling * float(start_learning(min(years, max(self.age_years - 8.0, 0.0)), rules.skill))
            if self.use == LAPSED:
                skill *= LAPSED_SKILL_SHARE
        self.skill, self.skill_ceiling = store(skill), store(ceiling)
        chance = shares.start_device_user if self.use == RECENT else shares.start_device_no_user
        lot = self.draw(Decision.START_DEVICE, 0)
        if lot < chance:
            self.device = 2 if lot < chance * rules.access.large_screen_share else 1
        if model.period - self.birth_month >= PENSION_AGE_YEARS * 12:
            self.employment = INACTIVE
        self.competent = int(is_competent(self.use == RECENT, skill))
        self.skilled = int(skill_level(self.skill) == WORK_LEVEL)

    def _home_disposition(self) -> float:
        """The part shared with the household come from; its luck goes by the least key of its people."""
        people = self.model.population
        least = people.key[people.household == people.household[self.row]].min()
        luck = word(self.model.luck, 0, Decision.HOME_DISPOSITION)
        return float(normal(float(uniform(luck, np.uint64(least)))))

    def _first_use(self, disposition: float) -> int:
        model = self.model
        age = min(max(self.age_years - FIRST_AGE_YEARS, 0), N_AGES - 1)
        log_odds, lapsed_share = (
            float(table[model.period // 12, age, int(self.disabled)]) for table in model.newcomers
        )
        deprivation = float(model.setting.places.deprivation[self.area])
        non_use = float(non_use_probability(log_odds, self.education, deprivation, disposition, model.start_tilts))
        lot = self.draw(Decision.START_USE, 0)
        if lot >= non_use:
            return RECENT
        return LAPSED if lot < non_use * lapsed_share else NEVER_USED

    def bring_connection(self, stood_empty: bool) -> None:
        """Who moves in may connect the home: a user any home, others one that stood empty."""
        shares = self.model.start_shares
        user = self.use == RECENT
        if user or stood_empty:
            chance = shares.start_connection_user if user else shares.start_connection_no_user
            if self.draw(Decision.START_CONNECTION, 0) < chance:
                self.home.connection, self.home.on_trial = max(self.home.connection, FIXED_CONNECTION), 0

    def settle(self) -> None:
        """Motivation starts at its aim, once ties are there."""
        self.motivation = store(self._motivation_aim(self.skill, self.trust, self.peers()))
        has_access = self.device > 0 and self.home.connection > 0
        self.code = int(state_code(self.use, int(skill_level(self.skill)), has_access, self.employment))

    # The month (ODD 3)

    def step(self) -> None:
        """Trust, access, motivation, use, skill, work, all from last month's state; others learn of it in `tell`."""
        model, rules = self.model, self.model.rules
        connection, online = self.home.connection, self.use == RECENT
        skill, motivation, peers = self.skill, self.motivation, self.peers()
        in_reach = model.hub_in_reach(self.area) or self.weight_competent > 0
        access = float(access_level(self.device, connection, in_reach, rules.access))
        cost = self.cost_share(self.home.subsidy(model.period))

        device = self._next_device(connection, motivation, online, cost)
        connected = self._wants_connection(connection, motivation, online, cost)
        self.connection_change = int(connected) - int(connection > 0)
        aim = self._motivation_aim(skill, self.trust, peers)
        self.motivation = store(next_motivation(motivation, aim, rules.motivation))
        self.trust = store(next_trust(self.trust, model.conditions.breach_rate, rules.trust))
        use = self._next_use(access, cost, motivation, peers)
        self.skill = self._next_skill(skill, online, peers)
        self.employment = self._next_employment(skill)
        if self.onset_dose > 0.0:
            self.onset_dose = store(self.onset_dose * float(share_of_dose_kept(rules.use)))
        self.device, self.use = device, use
        # A connection that another member takes up or gives up counts from next month on.
        has_access = device > 0 and connected
        self.code = int(state_code(use, int(skill_level(self.skill)), has_access, self.employment))

    def tell(self) -> None:
        """Leave what changed to the household and to those with a tie, who read it next month."""
        if self.connection_change > 0:
            self.home.connection = max(self.home.connection, 1 if self.device == 1 else 2)
        elif self.connection_change < 0:
            self.home.connection = self.home.on_trial = 0
        self.competent = int(is_competent(self.use == RECENT, self.skill))
        self.skilled = int(skill_level(self.skill) == WORK_LEVEL)
        if self.employment != EMPLOYED:
            self.leave_work()

    def leave_work(self) -> None:
        """Have no workplace any more."""
        if self.unit is not None:
            self.unit.workers.discard(self)
        self.workplace = NO_WORKPLACE

    def depart(self) -> None:
        """Leave the region: home, workplace and session group know at once."""
        self.home.members.discard(self)
        self.leave_work()
        if self.session is not None:
            self.session.leave(self)
        self.code, self.competent = ABSENT, 0
        self.remove()

    def _next_device(self, connection: int, motivation: float, online: bool, cost: float) -> int:
        lot = self.draw(Decision.DEVICE_GET if self.device == 0 else Decision.DEVICE_LOSE)
        return int(next_device(self.device, connection, motivation, online, cost, lot, self.model.rules.access))

    def _wants_connection(self, connection: int, motivation: float, online: bool, cost: float) -> bool:
        lot = self.draw(Decision.CONNECTION_GET if connection == 0 else Decision.CONNECTION_LOSE)
        rules = self.model.rules.access
        return bool(is_connected_next(connection, self.device, motivation, online, cost, lot, rules))

    def _motivation_aim(self, skill: float, trust: float, peers: float) -> float:
        conditions = self.model.conditions
        rules, online_near = self.model.rules.motivation, self.model.local_online_share[self.area]
        threshold, assisted = conditions.service_skill_threshold, conditions.assisted_share
        useful = float(usefulness(conditions.digital_services_share, skill, threshold, assisted, online_near, rules))
        return float(motivation_aim(self.disposition, self.education, useful, trust, peers, self.age_decades, rules))

    def _next_use(self, access: float, cost: float, motivation: float, peers: float) -> int:
        rules, age, disabled = self.model.rules.use, self.age_decades, self.disabled
        if self.use == RECENT:
            hazard = float(log_hazard_lapse(age, disabled, access, cost, self.skill, peers, rules))
            return LAPSED if happens(self.draw(Decision.LAPSE), hazard) else RECENT
        deprivation = float(self.model.setting.places.deprivation[self.area])
        hazard = float(
            log_hazard_onset(
                age, disabled, self.education, deprivation, peers, motivation, self.skill, access,
                self.use == LAPSED, self.onset_dose, rules,
            )
        )  # fmt: skip
        return RECENT if happens(self.draw(Decision.ONSET), hazard) else self.use

    def _next_skill(self, skill: float, online: bool, peers: float) -> float:
        month, rules = self.model.period, self.model.rules.skill
        # The ceiling is reckoned anew at birthdays and when disability begins.
        if (month - self.birth_month) % 12 == 0 or month == self.disability_onset_month:
            ceiling = skill_ceiling(self.education, self.age_decades, self.disabled, self.disposition, rules)
            self.skill_ceiling = store(ceiling)
        ceiling = min(1.0, self.skill_ceiling + self.ceiling_gain)
        after = float(next_skill(skill, online, ceiling, peers, rules))
        hours = self.unit.training_hours if self.unit is not None else 0.0
        if hours > 0.0:
            after += float(training_gain(after, hours, rules))
        return store(after)

    def _next_employment(self, skill: float) -> int:
        """Joining, leaving, finding or losing work; then those whose unit has too many people may have to go."""
        lot = self.draw(Decision.JOB_EXIT if self.employment == EMPLOYED else Decision.JOB_ENTRY)
        age_months = self.model.period - self.birth_month
        after = int(next_employment(self.employment, age_months, skill, lot, self.model.rules.work))
        if after == EMPLOYED and self.unit is not None and self.draw(Decision.JOB_CUT_LOT) < self.unit.leave_share:
            return JOBSEEKER
        return after
