"""Programmes for firms in the reference engine: who applies, who is approved, what is claimed (ODD 5.2)."""

from typing import TYPE_CHECKING

from model.chance import Decision
from model.programmes.allocation import Capacity
from model.programmes.delivery import MonthOfDelivery
from model.programmes.funnel import awareness_share, probability_willing
from model.programmes.programme import OFFER_INSTRUMENTS, FirmEligibility, Programme
from model.reference_agent import store
from model.reference_firm_effects import FIRM_EFFECTS
from model.reference_firms import FirmAgent
from model.reference_hubs import Desk, HubAgent
from model.reference_programmes import ReferenceProgramme
from model.region import SECTORS, SIZE_BANDS
from model.rules.firm_adoption import grant_gbp, has_prerequisite, price_gbp
from model.rules.firm_resources import jobs_now
from model.rules.hub_service import gives_up_waiting
from model.rules.place_programmes import lowered, raised
from model.technologies import TECHNOLOGIES

if TYPE_CHECKING:
    from model.reference import ReferenceModel


class FirmPlace:
    """A firm's place in a queue, at a desk where the channel is hubs."""

    def __init__(self, firm: FirmAgent, joined_month: int, desk: Desk | None) -> None:
        self.firm, self.joined_month, self.desk = firm, joined_month, desk


class FirmProgramme(ReferenceProgramme):
    """A programme for firms: its queue, its open offers, its cohorts."""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        super().__init__(model, programme)
        self.weight = model.roster.weight
        self.unit_pence = round(programme.unit_cost_pence * self.weight)
        self.places = Capacity(programme.capacity_per_month / self.weight)
        self.technologies = [TECHNOLOGIES.index(name) for name in programme.technologies]
        self.makes_offers = programme.instrument in OFFER_INSTRUMENTS
        if programme.channel == "hub" and programme.instrument != "demonstrate":
            for hub in model.hubs:
                if hub.kind in programme.hub_kinds:
                    self.desks[hub] = hub.desks[programme.id] = Desk(hub, programme)
        self.queue: list[FirmPlace] = []
        self.joined: set[FirmAgent] = set()
        self.known: set[FirmAgent] = set()
        """firms that have been eligible and aware, or near a site"""
        self.reserved: dict[FirmAgent, int] = {}
        """pence set aside for open offers"""
        self.newest_cohort: tuple[int, int, int] | None = None
        """number, month of founding, firms that have joined"""

    @property
    def paid_pence(self) -> int:
        """Spent so far, without what is set aside."""
        return self.purse.spent_pence - sum(self.reserved.values())

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None without a budget, and outside the window unless something still happens."""
        month, programme = self.model.period, self.programme
        if programme.budget_pence <= 0 or month < programme.start_month:
            return None
        paid_before, happened = self.paid_pence, {}
        if self.makes_offers:
            happened["claimed"], happened["lapsed"] = self._settle()
        if month == programme.end_month:
            for place in self.queue:
                self.free(place.firm)
        if self.is_in_window and self.purse.pay(programme.fixed_cost_pence_per_month, month):
            happened["aware"], happened["joined"] = self._join()
            self._drop_out()
            happened["approved"], happened["refused"] = self._decide()
            happened["completed"] = self._complete(happened["approved"])
            self._treat(happened["completed"])
        return self._month(happened, self.paid_pence - paid_before)

    def _month(self, happened: dict[str, list], spend_pence: int) -> MonthOfDelivery | None:
        if not self.is_in_window and not any(happened.values()):
            return None
        n = {name: len(happened.get(name, [])) * self.weight for name in
             ("aware", "joined", "approved", "refused", "claimed", "lapsed", "completed")}  # fmt: skip
        return MonthOfDelivery(
            month=self.model.period,
            programme=self.programme.id,
            spend_pence=spend_pence,
            joined=n["joined"],
            served=n["approved"],
            completed=n["claimed"] if self.makes_offers else n["completed"],
            waiting=len(self.queue) * self.weight,
            beneficiaries_cum=len(self.first_treated) * self.weight,
            aware=n["aware"],
            approved=n["approved"],
            refused=n["refused"],
            claimed=n["claimed"],
            lapsed=n["lapsed"],
            reserved_pence=sum(self.reserved.values()),
            private_pence=self._private_pence * len(happened.get("completed", [])),
        )

    @property
    def _private_pence(self) -> int:
        """Private money in a deal with one firm of the roster."""
        gbp = self.effects.get("invested_gbp", 0.0) * self.effects.get("private_per_public", 0.0)
        return round(gbp * 100.0 * self.weight)

    def is_eligible(self, firm: FirmAgent) -> bool:
        """Whether a firm is open and meets every condition this month."""
        month = self.model.period
        if not meets(firm, self.programme.firm_eligibility or FirmEligibility(), self.model):
            return False
        if self.makes_offers:
            has_offer = firm.offer_bits != 0 and month < firm.offer_until
            return not has_offer and bool(self._projects(firm))
        return self.programme.instrument != "convene" or not firm.in_cohort()

    def _projects(self, firm: FirmAgent) -> list[int]:
        """Technologies of the programme that the firm could take up next."""
        return [
            k for k in self.technologies if firm.is_of_use(k) and not firm.uses(k) and has_prerequisite(k, firm.adopted)
        ]

    def _settle(self) -> tuple[list[FirmAgent], list[FirmAgent]]:
        """Pay what firms drew down last month; offers that were used or are over end."""
        claimed, lapsed = [], []
        for firm, reserve in list(self.reserved.items()):
            if firm.claim_gbp > 0:
                drawn = round(firm.claim_gbp * 100.0 * self.weight)
                self.purse.spent_pence -= reserve - min(drawn, reserve)
                firm.claim_gbp = 0.0
                claimed.append(firm)
            elif not firm.open or self.model.period >= firm.offer_until:
                self.purse.spent_pence -= reserve
                lapsed.append(firm)
            else:
                continue
            del self.reserved[firm]
            firm.offer_bits, firm.offer_share, firm.offer_cap_gbp, firm.offer_until = 0, 0.0, 0.0, 0
        return claimed, lapsed

    def _join(self) -> tuple[list[FirmAgent], list[FirmAgent]]:
        """Firms that hear of the programme for the first time, and those that come forward."""
        month, programme = self.model.period, self.programme
        aware, heard, new = raised(awareness_share(programme, month), self.model.region.referral), [], []
        for firm in self.model.firms:
            if not self.is_free(firm):
                continue
            if firm in self.joined or not self.draw(firm, Decision.AWARE, 0) < aware or not self.is_eligible(firm):
                continue
            if firm not in self.known:
                self.known.add(firm)
                heard.append(firm)
            willing = float(
                probability_willing(programme.willing_share, programme.willing_capability_slope, firm.capability)
            )
            comes = self.draw(firm, Decision.APPLY, month) < programme.apply_probability_monthly
            if not comes or self.draw(firm, Decision.WILLING, 0) >= willing:
                continue
            desk = self._desk_of(firm)
            if programme.channel == "hub" and desk is None:
                continue
            self.joined.add(firm)
            self.take(firm)
            self.queue.append(FirmPlace(firm, month, desk))
            new.append(firm)
        return heard, new

    def _desk_of(self, firm: FirmAgent) -> Desk | None:
        """The desk at the open hub nearest to the firm's main unit; of two as near the first."""
        hubs = [hub for hub in self.desks if hub.is_open()]
        return self.desks[min(hubs, key=lambda hub: hub.distance_km[firm.main_area])] if hubs else None

    def _drop_out(self) -> None:
        month = self.model.period
        chance = lowered(self.model.values["waiting_drop_out_monthly"], self.model.region.drop_out_reduction)

        def stays(place: FirmPlace) -> bool:
            lot = self.draw(place.firm, Decision.DROP_OUT, month)
            return not gives_up_waiting(lot, place.joined_month, month, chance) and self.is_eligible(place.firm)

        waiting = self.queue
        self.queue = [place for place in waiting if stays(place)]
        for place in set(waiting).difference(self.queue):
            self.free(place.firm)

    def _rank(self, place: FirmPlace) -> tuple:
        firm = place.firm
        priority = {
            "smallest_first": firm.entry_jobs,
            "least_digital_first": firm.adopted.bit_count(),
            "deprived_first": int(self.model.population.area_deprivation[firm.main_area]),
        }.get(self.programme.targeting, 0)
        return priority, place.joined_month, self.draw(firm, Decision.QUEUE_RANK, 0), int(firm.key)

    def _decide(self) -> tuple[list[FirmPlace], list[FirmPlace]]:
        """Approve or refuse firms from the head of the queue; the walk stops at the first that cannot be paid."""
        month, approved, refused, gone = self.model.period, [], [], set()
        most = self.places.accrue()
        in_order = sorted(self.queue, key=self._rank)
        if self.programme.channel == "hub":
            in_order = self._within_hub_places(in_order)
        for place in in_order[:most]:
            firm, passes = place.firm, self._is_approved(place.firm)
            amount = self._amount_gbp(firm)
            reserve = round(amount * 100.0 * self.weight)
            if passes and not self.purse.pay(self.unit_pence + reserve, month):
                break
            gone.add(place)
            (approved if passes else refused).append(place)
            if not passes:
                self.free(firm)
            if place.desk is not None:
                place.desk.serve()
            if passes and self.makes_offers:
                self.reserved[firm] = reserve
                self._make_offer(firm, amount)
        self.places.use(len(gone))
        self.queue = [place for place in self.queue if place not in gone]
        return approved, refused

    def _is_approved(self, firm: FirmAgent) -> bool:
        return self.draw(firm, Decision.APPROVED, 0) < self.programme.approval_probability

    def _within_hub_places(self, in_order: list[FirmPlace]) -> list[FirmPlace]:
        """Those who find a place left at their hub this month; others are passed over."""
        left = {desk: desk.accrue(sum(place.desk is desk for place in self.queue)) for desk in self.desks.values()}
        found = []
        for place in in_order:
            if left[place.desk] > 0:
                left[place.desk] -= 1
                found.append(place)
        return found

    def _amount_gbp(self, firm: FirmAgent) -> float:
        """Most that an offer can cost; 0 for programmes without offers."""
        if not self.makes_offers:
            return 0.0
        technology = self.model.firm_rules.technology
        jobs = float(jobs_now(firm.entry_jobs, firm.size_index))
        prices = [
            float(price_gbp(technology.price_fixed_gbp[k], technology.price_per_job_gbp[k], jobs))
            for k in self._projects(firm)
        ]
        share, cap = self.effects["offer_share"], self.effects["offer_cap_gbp"]
        return max([0.0, *(float(grant_gbp(price, share, cap)) for price in prices)])

    def _make_offer(self, firm: FirmAgent, amount: float) -> None:
        firm.offer_bits = sum(1 << k for k in self.technologies if not firm.uses(k))
        firm.offer_share, firm.offer_cap_gbp = store(self.effects["offer_share"]), store(amount)
        firm.offer_until = self.model.period + self.programme.offer_months

    def _complete(self, approved: list[FirmPlace]) -> list[FirmAgent]:
        """Those who get the dose; an offer is one whether it is claimed or not. Crowding at a hub lowers the chance."""
        if self.makes_offers:
            return [place.firm for place in approved]

        def completes(place: FirmPlace) -> bool:
            quality = 1.0 if place.desk is None else place.desk.quality
            return self.draw(place.firm, Decision.COMPLETE, 0) < self.programme.completion_probability * quality

        return [place.firm for place in approved if completes(place)]

    def _treat(self, firms: list[FirmAgent]) -> None:
        if firms:
            FIRM_EFFECTS[self.programme.instrument](self, firms)
        for firm in firms:
            self.first_treated.setdefault(firm, self.model.period)


class Demonstration(FirmProgramme):
    """demonstrate: sites at hubs where firms near by see technologies at work."""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        super().__init__(model, programme)
        # A site is a place and not one of the thinned firms.
        self.places = Capacity(programme.capacity_per_month)
        self.site_until: dict[HubAgent, int] = {}

    def step(self) -> MonthOfDelivery | None:
        """Open sites while money lasts, and show technologies at those that are active."""
        month, programme = self.model.period, self.programme
        if programme.budget_pence <= 0 or month < programme.start_month:
            return None
        paid_before = self.paid_pence
        eligible = [firm for firm in self.model.firms if self.is_eligible(firm)]
        if self.is_in_window and self.purse.pay(programme.fixed_cost_pence_per_month, month):
            self._open_sites(eligible)
        visible = [firm for firm in eligible if self._is_reached(firm)]
        aware = [firm for firm in visible if firm not in self.known]
        self.known.update(aware)
        shown = [firm for firm in visible if self.draw(firm, Decision.WILLING, 0) < self.effects["opt_in_share"]]
        new = [firm for firm in shown if firm not in self.first_treated]
        self._treat(shown)
        happened = {"aware": aware, "joined": new, "approved": new, "completed": new}
        if not self.is_in_window and not new:
            return None
        return self._month(happened, self.paid_pence - paid_before)

    def _is_near(self, firm: FirmAgent, hub: HubAgent) -> bool:
        return hub.distance_km[firm.main_area] <= self.effects["radius_km"]

    def _is_active(self, hub: HubAgent) -> bool:
        return self.site_until.get(hub, 0) > self.model.period

    def _is_reached(self, firm: FirmAgent) -> bool:
        return any(self._is_active(hub) and self._is_near(firm, hub) for hub in self.model.hubs)

    def _open_sites(self, eligible: list[FirmAgent]) -> None:
        """Each site goes where it reaches most firms that none reaches yet; of equals to the first hub."""
        month, price = self.model.period, self.programme.unit_cost_pence
        for _ in range(self.purse.affordable(price, month, self.places.accrue())):
            unreached = [firm for firm in eligible if not self._is_reached(firm)]
            free = [
                hub
                for hub in self.model.hubs
                if hub.is_open() and hub.kind in self.programme.hub_kinds and not self._is_active(hub)
            ]
            gains = [sum(self._is_near(firm, hub) for firm in unreached) for hub in free]
            if not any(gains):
                return
            self.site_until[free[gains.index(max(gains))]] = month + int(self.effects["site_months"])
            self.purse.pay(price, month)
            self.places.use(1)


def meets(firm: FirmAgent, eligibility: FirmEligibility, model: "ReferenceModel") -> bool:
    """Whether a firm is open and meets every condition this month, but for those of the instrument."""
    charities = {None: True, "only": firm.charity == 1, "none": firm.charity == 0}
    authority = str(model.population.authority_code[firm.authority])
    return (
        bool(firm.open)
        and (not eligibility.size_bands or SIZE_BANDS[firm.size_band] in eligibility.size_bands)
        and (not eligibility.sectors or SECTORS[firm.sector] in eligibility.sectors)
        and (not eligibility.authorities or authority in eligibility.authorities)
        and charities[eligibility.charities]
        and not any(firm.uses(TECHNOLOGIES.index(name)) for name in eligibility.lacks)
        and all(firm.uses(TECHNOLOGIES.index(name)) for name in eligibility.uses)
    )
