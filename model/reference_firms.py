"""Firms of the reference engine: one object an enterprise, one method a step of ODD 8."""

from typing import TYPE_CHECKING

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, happens, mix, normal, uniform, word
from model.firm_start import LEAST_CAPABILITY, LONG_AGO_MONTHS, MOST_CAPABILITY
from model.reference_agent import ReferenceAgent, store
from model.rules.firm_adoption import (
    CERTIFICATE_MONTHS,
    attention,
    expected_value,
    grant_gbp,
    has_prerequisite,
    is_built_on,
    log_hazard_abandonment,
    log_odds_adoption,
    n_in_use,
    next_attention_dose,
    price_gbp,
    probability_adopt,
    share_of_adopters,
)
from model.rules.firm_belief import drifted, learnt_gain, outlook, share_forgotten
from model.rules.firm_closure import YOUNG_MONTHS, probability_closure
from model.rules.firm_growth import attractiveness, capability_and_match, next_demand, productivity, ramp, size_index
from model.rules.firm_resources import gva_gbp, jobs_now, next_capability, next_liquidity, skills_match
from model.state import NO_GROUP
from model.technologies import N_TECHNOLOGIES, Technology

if TYPE_CHECKING:
    from model.reference import ReferenceModel
    from model.reference_work import UnitAgent

TECHNOLOGIES = range(N_TECHNOLOGIES)
CYBER_ESSENTIALS = int(Technology.CYBER_ESSENTIALS)


class FirmAgent(ReferenceAgent):
    """An enterprise. Attributes have the names of the columns in `model/state.py`; before birth and after closure `open`
    is 0."""

    def __init__(self, model: "ReferenceModel", row: int) -> None:
        roster = model.roster
        super().__init__(model, row, np.uint64(roster.key[row]))
        self.authority, self.sector = int(roster.authority[row]), int(roster.sector[row])
        self.size_band, self.charity = int(roster.size_band[row]), int(roster.charity[row])
        self.entry_jobs, self.entry_month = int(roster.entry_jobs[row]), int(roster.entry_month[row])
        self.gva_per_job = float(roster.sector_gva_per_job_gbp[self.sector])
        first, last = roster.trade_indptr[row], roster.trade_indptr[row + 1]
        self.partner_rows = [int(partner) for partner in roster.trade_neighbour[first:last]]
        self.units: list[UnitAgent] = []
        self.open, self.closed_month, self.adopted, self.of_use = 0, NEVER, 0, 0
        self.told_open, self.told_adopted = 0, 0
        self.adopted_month = [NEVER] * N_TECHNOLOGIES
        self.certificate_until = 0
        self.belief_gain, self.belief_precision = [0.0] * N_TECHNOLOGIES, [0.0] * N_TECHNOLOGIES
        self.outlook = self.attention_dose = self.capability = self.capability_base = self.liquidity_gbp = 0.0
        self.raised_gbp = self.appeal = 0.0
        self.productivity = self.productivity_entry = self.demand = self.size_index = 0.0
        self.cohort, self.cohort_until = NO_GROUP, 0
        self.offer_bits, self.offer_share, self.offer_cap_gbp, self.offer_until = 0, 0.0, 0.0, 0
        self.claim_gbp, self.adopted_now = 0.0, 0

    @property
    def main_area(self) -> int:
        """Small area of the main unit."""
        return self.units[0].area

    @property
    def told(self) -> int:
        """What partners know of the firm, in bits."""
        return self.told_adopted | (128 if self.told_open else 0)

    @property
    def workers(self) -> int:
        """Jobs of all units held by residents."""
        return sum(len(unit.workers) for unit in self.units)

    @property
    def skilled_workers(self) -> int:
        """Of these, by people with Work skill as the firm knows it."""
        return sum(person.skilled for unit in self.units for person in unit.workers)

    @property
    def commuters(self) -> int:
        """Jobs of all units held by people from outside the region."""
        return sum(unit.commuters for unit in self.units)

    @property
    def partners(self) -> list["FirmAgent"]:
        """Trade partners, open or not."""
        return [self.model.firms[row] for row in self.partner_rows]

    @property
    def trade_ties(self) -> int:
        """Partners known to be open."""
        return sum(partner.told_open for partner in self.partners)

    @property
    def tied_adopters(self) -> list[int]:
        """Partners known to use each technology."""
        return [sum((partner.told_adopted >> k) & 1 for partner in self.partners) for k in TECHNOLOGIES]

    def draw_for(self, decision: Decision, technology: int, month: int | None = None) -> float:
        """The firm's draw for a decision about a technology."""
        when = self.model.period if month is None else month
        stream = np.uint64(mix(word(self.model.luck, when, decision), np.uint64(technology)))
        return float(uniform(stream, self.key))

    def in_cohort(self) -> bool:
        """Whether a peer cohort goes on this month."""
        return self.cohort != NO_GROUP and self.model.period < self.cohort_until

    def uses(self, technology: int) -> bool:
        """Whether a technology is in use."""
        return bool((self.adopted >> technology) & 1)

    def is_of_use(self, technology: int) -> bool:
        """Whether a technology is ever of use to the firm."""
        return bool((self.of_use >> technology) & 1)

    # First state (ODD 8.9)

    def arrive(self, share: np.ndarray) -> None:
        """Open with a first portfolio; share is by sector, size band and technology. Draws carry month 0."""
        model, rules = self.model, self.model.firm_rules
        self.open = 1
        self.outlook = store(outlook(float(normal(self.draw(Decision.FIRM_OUTLOOK, 0))), rules.belief))
        start = model.firm_start
        of_band = (start.capability_micro, start.capability_small, start.capability_medium, start.capability_large)
        capability = of_band[self.size_band] + start.capability_spread * float(
            normal(self.draw(Decision.FIRM_CAPABILITY, 0))
        )
        self.capability = self.capability_base = store(min(max(capability, LEAST_CAPABILITY), MOST_CAPABILITY))
        self.demand = self.appeal = self.size_index = 1.0
        gva = float(gva_gbp(self.gva_per_job, float(self.entry_jobs), 1.0))
        cap = rules.resources.liquidity_cap_share
        self.liquidity_gbp = store(self.draw(Decision.FIRM_LIQUIDITY, 0) * cap * gva)
        self.belief_gain = [store(rules.technology.gain_prior[k] * self.outlook) for k in TECHNOLOGIES]
        self.belief_precision = [store(rules.belief.belief_precision_start)] * N_TECHNOLOGIES
        for k in TECHNOLOGIES:
            draw, cell = self.draw_for(Decision.FIRST_PORTFOLIO, k, 0), (self.sector, self.size_band, k)
            if has_prerequisite(k, self.adopted) and draw < share[cell]:
                self.adopted |= 1 << k
                self.adopted_month[k] = model.period - LONG_AGO_MONTHS
            if self.uses(k) or (has_prerequisite(k, self.of_use) and draw < model.shares_of_use[cell]):
                self.of_use |= 1 << k
        if self.uses(CYBER_ESSENTIALS):
            left = int(CERTIFICATE_MONTHS * self.draw(Decision.CERTIFICATE_MONTH, 0))
            self.certificate_until = model.period + 1 + left

    def settle(self) -> None:
        """Productivity that the firm enters with, once it is known who works there."""
        self.productivity = store(self._output_per_job())
        self.productivity_entry = self.productivity

    # The month (ODD 8.1 to 8.8)

    def step(self) -> None:
        """One month of an open firm, from what it knows of others at the end of last month."""
        self.adopted_now, self.claim_gbp = 0, 0.0
        if self._closes():
            self.open, self.closed_month, self.adopted = 0, self.model.period, 0
            self.adopted_month = [NEVER] * N_TECHNOLOGIES
            return
        self._recover()
        adopters, others = self._adopters_known()
        self._learn(adopters)
        self._decide(adopters, others)
        self._grow()

    def tell(self) -> None:
        """Partners learn what the firm uses and whether it is open (ODD 8.11)."""
        self.told_open, self.told_adopted = self.open, self.adopted

    def _closes(self) -> bool:
        roster, month = self.model.roster, self.model.period
        chance = float(
            probability_closure(
                float(roster.closure_probability_monthly[self.authority, month // 12]),
                float(roster.closure_size_factor[self.size_band]),
                float(roster.closure_age_factor[0 if month - self.entry_month < YOUNG_MONTHS else 1]),
                int(n_in_use(self.adopted)),
                self.model.firm_rules.closure,
            )
        )
        return self.draw(Decision.FIRM_CLOSES) < chance

    def _match(self) -> float:
        model = self.model
        return float(
            skills_match(
                self.workers,
                self.skilled_workers,
                self.commuters,
                model.values["commuter_skilled_share"],
                model.market.seekers_skilled_share[self.authority],
                model.firm_rules.resources,
            )
        )

    def _recover(self) -> None:
        """Attention, capability and money after another month (ODD 8.2, 8.3)."""
        rules = self.model.firm_rules
        self.attention_dose = store(next_attention_dose(self.attention_dose, rules.adoption))
        in_use = int(n_in_use(self.adopted))
        self.capability = store(next_capability(self.capability, self.capability_base, in_use, rules.resources))
        self.liquidity_gbp = store(next_liquidity(self.liquidity_gbp, self._gva(), self.raised_gbp, rules.resources))

    def _jobs(self) -> float:
        """n: jobs as last month left them."""
        return float(jobs_now(self.entry_jobs, self.size_index))

    def _gva(self) -> float:
        """Gross value added a year, with last month's jobs and productivity."""
        return float(gva_gbp(self.gva_per_job, self._jobs(), self.productivity))

    def _adopters_known(self) -> tuple[list[int], tuple[int, int]]:
        """x_k: partners and others of the cohort that use each technology; and how many partners and others there are."""
        adopters, cohort_others = self.tied_adopters, 0
        if self.in_cohort():
            members, users = self.model.cohort_counts[self.cohort]
            cohort_others = members - 1
            adopters = [adopters[k] + users[k] - int(self.uses(k)) for k in TECHNOLOGIES]
        return adopters, (self.trade_ties, cohort_others)

    def _learn(self, adopters: list[int]) -> None:
        """Beliefs (ODD 8.4), for every technology."""
        rules = self.model.firm_rules
        belief, forgotten = rules.belief, float(share_forgotten(rules.belief))
        for k in TECHNOLOGIES:
            seen = belief.belief_per_adopter * adopters[k]
            true, precision = rules.technology.gain_true[k], self.belief_precision[k]
            gain = float(learnt_gain(self.belief_gain[k], precision, true, seen))
            prior = rules.technology.gain_prior[k] * self.outlook
            self.belief_gain[k] = store(drifted(gain, prior, forgotten))
            self.belief_precision[k] = store(drifted(precision + seen, belief.belief_precision_start, forgotten))

    def _decide(self, adopters: list[int], others: tuple[int, int]) -> None:
        """Adoption and giving up (ODD 8.5, 8.6), technology by technology."""
        rules, before, liquidity = self.model.firm_rules, self.adopted, self.liquidity_gbp
        for k in TECHNOLOGIES:
            if (before >> k) & 1:
                if self._gives_up(k):
                    self.adopted &= ~(1 << k)
                    self.adopted_month[k] = NEVER
                continue
            if not self.is_of_use(k) or not has_prerequisite(k, before & self.adopted):
                continue
            technology = rules.technology
            price = float(price_gbp(technology.price_fixed_gbp[k], technology.price_per_job_gbp[k], self._jobs()))
            offered = bool((self.offer_bits >> k) & 1) and self.model.period < self.offer_until
            grant = float(grant_gbp(price, self.offer_share, self.offer_cap_gbp)) if offered else 0.0
            own_price = price - grant
            if liquidity < own_price:
                continue
            share = float(share_of_adopters(adopters[k], others[0], 0, others[1]))
            intensity = float(attention(self._jobs(), self.attention_dose, share, rules.adoption))
            log_odds = self._log_odds(k, own_price, share, certified=bool((before >> CYBER_ESSENTIALS) & 1))
            if self.draw_for(Decision.ADOPT, k) < float(probability_adopt(intensity, log_odds)):
                liquidity -= own_price
                self._take_up(k, grant if offered else None)
        self.liquidity_gbp = store(liquidity)

    def _log_odds(self, k: int, own_price: float, share: float, certified: bool) -> float:
        technology, adoption = self.model.firm_rules.technology, self.model.firm_rules.adoption
        return float(
            log_odds_adoption(
                technology.adoption_base[k],
                technology.adoption_slope[k],
                technology.adoption_midyear[k],
                self.model.period / 12.0,
                float(self.model.roster.sector_tilt[self.sector]),
                float(expected_value(self.belief_gain[k], self._gva(), own_price)),
                self.belief_precision[k],
                share,
                self.capability,
                self._match(),
                technology.cyber_risk[k],
                certified,
                adoption,
            )
        )

    def _gives_up(self, k: int) -> bool:
        adoption = self.model.firm_rules.adoption
        if k == CYBER_ESSENTIALS:
            if self.model.period < self.certificate_until:
                return False
            if self.draw(Decision.CERTIFICATE_RENEWED) < adoption.certificate_renewal:
                self.certificate_until += CERTIFICATE_MONTHS
                return False
            return True
        if is_built_on(k, self.adopted):
            return False
        hazard = float(log_hazard_abandonment(self.capability, adoption))
        return bool(happens(self.draw_for(Decision.ABANDON, k), hazard))

    def _take_up(self, k: int, grant: float | None) -> None:
        month = self.model.period
        self.adopted |= 1 << k
        self.adopted_now |= 1 << k
        self.adopted_month[k] = month
        if k == CYBER_ESSENTIALS:
            self.certificate_until = month + CERTIFICATE_MONTHS
        if grant is not None:
            self.claim_gbp = store(self.claim_gbp + grant)
            self.offer_cap_gbp = store(self.offer_cap_gbp - grant)
            self.offer_bits &= ~(1 << k)

    def _output_per_job(self) -> float:
        """Productivity (ODD 8.7)."""
        rules, log_gain = self.model.firm_rules, 0.0
        for k in TECHNOLOGIES:
            if self.uses(k):
                months = self.model.period - self.adopted_month[k]
                log_gain += rules.technology.productivity_gain[k] * float(ramp(months, rules.growth))
        fit = capability_and_match(self.capability, self._match(), rules.adoption, rules.growth)
        return float(productivity(log_gain, float(fit), rules.growth))

    def _grow(self) -> None:
        """Demand and jobs (ODD 8.8)."""
        growth, market = self.model.firm_rules.growth, self.model.market
        per_job = self._output_per_job()
        gain = per_job / self.productivity_entry
        demand = float(
            next_demand(
                self.demand,
                float(attractiveness(gain, self.appeal, growth)),
                market.mean_attractiveness[self.sector],
                market.mean_gain[self.sector],
                growth,
            )
        )
        self.productivity, self.demand = store(per_job), store(demand)
        self.size_index = store(size_index(demand, gain))
