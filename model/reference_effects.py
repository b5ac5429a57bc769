"""What instruments do to people in the reference engine, one function an instrument."""

from typing import TYPE_CHECKING

from model.chance import Decision
from model.programmes.instruments.subsidise_connection import FIXED_CONNECTION
from model.reference_agent import store
from model.reference_residents import Household, ResidentAgent
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
    """Hours of teaching for those who complete."""
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
            person.own_device, person.borrowed_until = person.device, month + lend_months
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


def end_loan(programme: "ResidentProgramme", person: ResidentAgent) -> None:
    """A borrowed device goes back, unless the borrower has got an own one by then."""
    if person.borrowed_until != programme.model.period:
        return
    person.borrowed_until = 0
    if programme.draw(person, Decision.LOAN_KEPT, 0) >= programme.effects["kept_share"]:
        # What was lost or bought meanwhile is not known apart; nobody ends with more than they hold.
        person.device = min(person.device, person.own_device)


def pay_connection(
    model: "ReferenceModel", people: list[ResidentAgent], connection: int, subsidy_share: float, months: int
) -> None:
    """Put a connection into the homes that lack one and pay part of it for some months.

    A home is not paid twice at once: of two offers the one that ends later counts, with its own share. For a home without
    a connection of its own, one person decides when payment ends: of those served at once, the one with the lowest key.
    """
    until = model.period + months
    deciding: dict[Household, ResidentAgent] = {}
    for person in sorted(people, key=lambda person: int(person.key)):
        if person.home.connection == 0:
            deciding.setdefault(person.home, person)
    for home in {person.home for person in people}:
        home.connection = max(home.connection, connection)
        if until > max(home.subsidy_until, model.period):
            home.subsidy_share, home.subsidy_until = store(subsidy_share), until
    model.paid_connections.extend((until, home, person) for home, person in deciding.items())


def end_paid_connections(model: "ReferenceModel") -> None:
    """Homes whose paid period ends this month keep the connection or give it up; those paid for longer decide then."""
    month, later = model.period, []
    for until, home, person in model.paid_connections:
        if until > month:
            later.append((until, home, person))
        elif home.subsidy_until > month:
            later.append((home.subsidy_until, home, person))
        else:
            keep = float(
                probability_keep_paid_connection(person.motivation, person.cost_share(0.0), model.rules.access)
            )
            if person.draw(Decision.PAID_KEPT) >= keep:
                home.connection = 0
    model.paid_connections = later


INSTRUMENT_EFFECTS = {
    "train": train,
    "equip": equip,
    "subsidise_connection": subsidise_connection,
    "champion": champion,
    "inform": inform,
}
