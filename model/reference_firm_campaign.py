"""inform_firms in the reference engine: firms are reached by lot, nobody applies (ODD 5.2)."""

from model.chance import Decision
from model.programmes.delivery import MonthOfDelivery
from model.reference_firm_programmes import FirmProgramme
from model.reference_firms import FirmAgent


class FirmCampaign(FirmProgramme):
    """inform_firms: each month eligible firms are reached, again and again if so drawn."""

    def step(self) -> MonthOfDelivery | None:
        """Reach firms for one month; None outside the window or without a budget."""
        month, programme = self.model.period, self.programme
        if programme.budget_pence <= 0 or not self.is_in_window:
            return None
        paid_before, happened = self.paid_pence, {}
        if self.purse.pay(programme.fixed_cost_pence_per_month, month):
            reached = [firm for firm in self.model.firms if self.is_eligible(firm) and self._is_moved(firm)]
            most = self.purse.affordable(self.unit_pence, month, min(self.places.accrue(), len(reached)))
            self.purse.pay(self.unit_pence * most, month)
            self.places.use(most)
            by_lot = sorted(reached, key=lambda firm: (self.draw(firm, Decision.APPLY, month), int(firm.key)))
            reached = by_lot[:most]
            aware = [firm for firm in reached if firm not in self.known]
            self.known.update(aware)
            self._treat(reached)
            happened = {"aware": aware, "approved": reached, "completed": reached}
        return self._month(happened, self.paid_pence - paid_before)

    def _is_moved(self, firm: FirmAgent) -> bool:
        return self.draw(firm, Decision.APPLY, self.model.period) < self.effects["reach_probability_monthly"]
