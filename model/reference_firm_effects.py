"""What instruments do to firms in the reference engine, one function an instrument (ODD 5.2)."""

from typing import TYPE_CHECKING

from model.chance import Decision
from model.reference_agent import store
from model.reference_effects import teach
from model.reference_firms import FirmAgent
from model.rules.firm_belief import learnt_gain

if TYPE_CHECKING:
    from model.reference_firm_programmes import FirmProgramme


def raise_capability(firm: FirmAgent, gain: float) -> None:
    """Raise capability by a share of what is missing to 1."""
    firm.capability = store(firm.capability + min(1.0, gain) * (1.0 - firm.capability))


def draw_attention(firm: FirmAgent, gain: float) -> None:
    """Contact makes a firm look at technologies more often; of several contacts the strongest counts."""
    firm.attention_dose = store(max(firm.attention_dose, gain))


def show(firm: FirmAgent, technologies: list[int], observations: float) -> None:
    """Let a firm see what technologies yield: so many observations of the true gain of each."""
    if observations <= 0.0:
        return
    true = firm.model.firm_rules.technology.gain_true
    for k in set(technologies):
        gain, precision = firm.belief_gain[k], firm.belief_precision[k]
        firm.belief_gain[k] = store(learnt_gain(gain, precision, true[k], observations))
        firm.belief_precision[k] = store(precision + observations)


def train_staff(programme: "FirmProgramme", firms: list[FirmAgent], hours: float) -> None:
    """Teach a share of the residents who work at the firms, drawn by lot."""
    model, month = programme.model, programme.model.period
    if hours <= 0.0:
        return
    for firm in firms:
        for unit in firm.units:
            for person in unit.workers:
                if programme.draw(person, Decision.REACHED, month) < model.values["staff_training_share"]:
                    teach(person, hours, 0.0)


def subsidise_firm(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """An offer, made on approval, and the attention it draws."""
    for firm in firms:
        draw_attention(firm, programme.effects["attention_gain"])


def certify(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """An offer for a certificate, with hours of an adviser."""
    effects = programme.effects
    for firm in firms:
        raise_capability(firm, effects["adviser_hours"] * effects["capability_gain_per_hour"])
        draw_attention(firm, effects["attention_gain"])


def advise_firm(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """Hours with an adviser, and teaching for staff."""
    _advise(programme, firms, "adviser_hours", "hour")


def embed_expert(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """Days of an expert in the firm, and teaching for staff."""
    _advise(programme, firms, "expert_days", "day")


def _advise(programme: "FirmProgramme", firms: list[FirmAgent], amount: str, unit: str) -> None:
    effects = programme.effects
    given = effects[amount]
    for firm in firms:
        raise_capability(firm, given * effects[f"capability_gain_per_{unit}"])
        show(firm, programme.technologies, given * effects[f"observations_per_{unit}"])
        draw_attention(firm, effects["attention_gain"])
    train_staff(programme, firms, effects["staff_training_hours"])


def convene(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """Groups of firms that meet for some months: the programme's newest one until it is full or over, then new ones."""
    effects, model = programme.effects, programme.model
    month, months = model.period, int(effects["cohort_months"])
    for firm in sorted(firms, key=lambda f: (programme.draw(f, Decision.SESSION_GROUP, month), int(f.key))):
        newest = programme.newest_cohort
        if newest is None or newest[2] >= int(effects["cohort_size"]) or month >= newest[1] + months:
            newest = (model.n_cohorts, month, 0)
            model.n_cohorts += 1
        programme.newest_cohort = (newest[0], newest[1], newest[2] + 1)
        firm.cohort, firm.cohort_until = newest[0], month + months
        raise_capability(firm, effects["capability_gain"])
        draw_attention(firm, effects["attention_gain"])


def demonstrate(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """A month of seeing technologies at work."""
    for firm in firms:
        show(firm, programme.technologies, programme.effects["observations_per_month"])
        draw_attention(firm, programme.effects["attention_gain"])


def inform_firms(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """A workshop, briefing or visit."""
    effects = programme.effects
    for firm in firms:
        raise_capability(firm, effects["capability_gain"])
        show(firm, programme.technologies, effects["observations"])
        draw_attention(firm, effects["attention_gain"])


def invest(programme: "FirmProgramme", firms: list[FirmAgent]) -> None:
    """A deal: public and private money to invest, customers won from others, advice."""
    effects = programme.effects
    raised = effects["invested_gbp"] * (1.0 + effects["private_per_public"])
    for firm in firms:
        firm.liquidity_gbp = store(firm.liquidity_gbp + raised)
        firm.raised_gbp = store(firm.raised_gbp + raised)
        firm.demand = store(firm.demand * (1.0 + effects["demand_gain"]))
        firm.appeal = store(firm.appeal * (1.0 + effects["demand_gain"]))
        raise_capability(firm, effects["capability_gain"])
        draw_attention(firm, effects["attention_gain"])


FIRM_EFFECTS = {
    "subsidise_firm": subsidise_firm,
    "certify": certify,
    "advise_firm": advise_firm,
    "embed_expert": embed_expert,
    "convene": convene,
    "demonstrate": demonstrate,
    "inform_firms": inform_firms,
    "invest": invest,
}
