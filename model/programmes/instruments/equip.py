"""equip: a device, given or lent, with data and help to use it."""

import numpy as np

from model.chance import Decision, word
from model.programmes.effects import encourage, pay_connection, teach
from model.programmes.funnel import draws
from model.world import World

EFFECTS = {
    "device": "1 phone, 2 large screen",
    "connection": "0 none, 1 mobile, 2 fixed",
    "months_of_data": "months",
    "lend_months": "months, 0 for a gift",
    "kept_share": "share of borrowers with own equipment after a loan",
    "motivation_gain": "share of missing motivation",
    "support_hours": "hours of help",
}
DOSE = "device"
"""the effect that measures how much a person got"""


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> np.ndarray | None:
    """Equip the rows; returns those who borrow something better than what they own, None for gifts."""
    better = rows[world.residents.device[rows] < effects["device"]]
    held = world.residents.device[better].copy()
    world.residents.device[rows] = np.maximum(world.residents.device[rows], np.uint8(effects["device"]))
    if effects["connection"] > 0 and effects["months_of_data"] > 0:
        pay_connection(world, rows, int(effects["connection"]), 1.0, int(effects["months_of_data"]))
    if effects["support_hours"] > 0:
        teach(rows, effects["support_hours"], 0.0, world.residents, world.rules.skill, world.rules.use)
    encourage(rows, effects["motivation_gain"], 0.0, world.residents)
    if effects["lend_months"] > 0:
        # A second loan takes the first one back: what was owned before the first is what is left in the end.
        on_loan = world.borrowed_until[better] >= world.month
        world.own_device[better] = np.where(on_loan, np.minimum(held, world.own_device[better]), held)
        world.borrowed_until[better] = world.month + int(effects["lend_months"])
        return better
    # What is given stays, also with someone who had borrowed before.
    world.borrowed_until[rows] = 0
    return None


def end_loans(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> np.ndarray:
    """Borrowed devices go back; some borrowers have got their own by then. Returns the others."""
    due = rows[world.borrowed_until[rows] == world.month]
    luck = word(seed, 0, Decision.LOAN_KEPT)
    returned = due[draws(luck, world.people.key[due]) >= effects["kept_share"]]
    # What was lost or bought meanwhile is not known apart; nobody ends with more than they hold.
    world.residents.device[returned] = np.minimum(world.residents.device[returned], world.own_device[returned])
    world.borrowed_until[due] = 0
    return returned
