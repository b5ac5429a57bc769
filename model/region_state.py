"""What place programmes have changed in a region as a whole, declared once with units. ODD 5.4."""

from dataclasses import dataclass

from model.kernels import Conditions
from model.rules.place_programmes import services_online, skill_asked


@dataclass(slots=True)
class RegionState:
    """Sums over the place programmes at work this month; all are 0 without any."""

    services_share_gain: float = 0.0
    """share (0-1): rise of the share of services that can be used online"""
    threshold_reduction: float = 0.0
    """points of skill: fall of the skill that services ask for"""
    assisted_share: float = 0.0
    """share (0-1) of people below that skill who get through with help"""
    referral: float = 0.0
    """share (0-1) of those who know of no programme who hear of each from partners"""
    drop_out_reduction: float = 0.0
    """share (0-1) of those who would give up waiting and do not"""
    outreach: float = 0.0
    """share (0-1) of those found who would else not know of a residents' programme and do"""
    sites_fitted: int = 0
    """sites that use less energy; the only number that is kept from month to month"""

    def next_month(self) -> "RegionState":
        """The state before place programmes act again."""
        return RegionState(sites_fitted=self.sites_fitted)

    def on(self, trends: Conditions) -> Conditions:
        """The month's trends with what has been redesigned up to last month."""
        return Conditions(
            trends.tariff_gbp_month,
            services_online(trends.digital_services_share, self.services_share_gain),
            skill_asked(trends.service_skill_threshold, self.threshold_reduction),
            trends.breach_rate,
            self.assisted_share,
        )
