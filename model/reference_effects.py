"""What instruments do to people in the reference engine, one function an instrument."""

from typing import TYPE_CHECKING

from model.chance import Decision
from model.programmes.instruments.subsidise_connection import FIXED_CONNECTION
from model.reference_agent import store
from model.reference_residents import ResidentAgent
from model.rules.access import probability_keep_paid_connection
from model.rules.skill import training_gain
from model.rules.use import dose_of_help

if TYPE_CHECKING:
    from model.reference import ReferenceModel
    from model.reference_programmes import ResidentProgramme


def encourage(person: ResidentAgent, motivation_gain: float, trust_gain: float) -> None:
    """Raise motivation and trust by a share of what is missing to 1."""
    person.motivation = store(person.motivation + motivation_gain * (1.0 - person.motivation))
    person.trust = store(person.trust + trust_gain * (1.0 - person.trust))


def teach(person: ResidentAgent, hours: float, ceiling_gain_share: float) -> None:
    """Skill, part of it lasting, and a push to start that fades; the larger of two pushes counts."""
    rules = person.model.rules
    gain = float(training_gain(person.skill, hours, rules.skill))
    person.skill = store(person.skill + gain)
    person.ceiling_gain = store(min(1.0, person.ceiling_gain + ceiling_gain_share * gain))
    person.onset_dose = store(max(person.onset_dose, float(dose_of_help(hours, rules.use))))


def train(programme: "ResidentProgramme", people: list[ResidentAgent]) -> None:
    """Hours of teaching, or of learning from each other, for those who complete."""
    effects = programme.effects
    for person in people:
        teach(person, effects["hours"], effects["ceiling_gain_share"])
        encourage(person, effects["motivation_gain"], effects["trust_gain"])


def champion(programme: "ResidentProgramme", people: list[ResidentAgent]) -> None:
    """Help by volunteers."""
    effects = programme.effects
    for person in people:
        teach(person, effects["help_hours"], 0.0)
        encourage(person, effects["motivation_gain"], effects["trust_gain"])


def inform(programme: "ResidentProgramme", people: list[ResidentAgent]) -> None:
    """A campaign that raises confidence."""
    for person in people:
        encourage(person, programme.effects["motivation_gain"], programme.effects["trust_gain"])


def subsidise_connection(programme: "ResidentProgramme", people: list[ResidentAgent]) -> None:
    """Connect the homes and pay part of the tariff for some months."""
    effects = programme.effects
    pay_connection(programme.model, people, FIXED_CONNECTION, effects["subsidy_share"], int(effects["months"]))
    for person in people:
        encourage(person, effects["motivation_gain"], 0.0)


def equip(programme: "ResidentProgramme", people: list[ResidentAgent]) -> None:
    """A device, given or lent, with data and help."""
    effects, month = programme.effects, programme.model.period
    lend_months, borrowers = int(effects["lend_months"]), []
    for person in people:
        if lend_months == 0:
            person.borrowed_until = 0  # what is given stays, also with someone who had borrowed before
        elif person.device < effects["device"]:
            # A second loan takes the first one back: what was owned before the first is what is left in the end.
            on_loan = person.borrowed_until >= month
            person.own_device = min(person.device, person.own_device) if on_loan else person.device
            person.borrowed_until = month + lend_months
            borrowers.append(person)
        person.device = max(person.device, int(effects["device"]))
    if effects["connection"] > 0 and effects["months_of_data"] > 0:
        pay_connection(programme.model, people, int(effects["connection"]), 1.0, int(effects["months_of_data"]))
    for person in people:
        if effects["support_hours"] > 0:
            teach(person, effects["support_hours"], 0.0)
        encourage(person, effects["motivation_gain"], 0.0)
    if borrowers:
        programme.loans[month + lend_months] = borrowers


def end_loan(programme: "ResidentProgramme", person: ResidentAgent) -> bool:
    """A borrowed device goes back, unless the borrower has got an own one by then. Returns whether it goes back."""
    if person.borrowed_until != programme.model.period:
        return False
    person.borrowed_until = 0
    goes_back = programme.draw(person, Decision.LOAN_KEPT, 0) >= programme.effects["kept_share"]
    if goes_back:
        # What was lost or bought meanwhile is not known apart; nobody ends with more than they hold.
        person.device = min(person.device, person.own_device)
    return goes_back


def pay_connection(
    model: "ReferenceModel", people: list[ResidentAgent], connection: int, subsidy_share: float, months: int
) -> None:
    """Put a connection into the homes that lack one and pay part of it for some months.

    A home is not paid twice at once: of two offers the one that ends later counts, with its own share. For a home without
    a connection of its own, one person decides when payment ends: of those served at once, the one with the lowest key.
    """
    until = model.period + months
    for person in sorted(people, key=lambda person: int(person.key), reverse=True):
        if person.home.connection == 0:
            person.home.on_trial, person.home.decider = 1, person
    for home in {person.home for person in people}:
        home.connection = max(home.connection, connection)
        if until > max(home.subsidy_until, model.period):
            home.subsidy_share, home.subsidy_until = store(subsidy_share), until


def end_paid_connections(model: "ReferenceModel") -> None:
    """Homes whose paid period ends this month keep the connection or give it up, as the person who brought it wants.

    Without that person nobody decides: those who live there now have come to rely on it.
    """
    for home in model.households:
        person = home.decider
        if person is None or not home.on_trial or home.subsidy_until != model.period:
            continue
        home.on_trial = 0
        if person.home is not home or not model.is_resident(person):
            continue
        keep = float(probability_keep_paid_connection(person.motivation, person.cost_share(0.0), model.rules.access))
        if person.draw(Decision.PAID_KEPT) >= keep:
            home.connection = 0


INSTRUMENT_EFFECTS = {
    "train": train,
    "equip": equip,
    "subsidise_connection": subsidise_connection,
    "champion": champion,
    "inform": inform,
    "convene_residents": train,
}
