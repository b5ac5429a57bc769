"""What instruments do to a firm's state, shared by all of them. ODD 5.2."""

import numpy as np

from model.chance import Decision, uniform, word
from model.jit import njit
from model.programmes.effects import teach
from model.programmes.firm_funnel import available
from model.rules.firm_adoption import grant_gbp, price_gbp
from model.rules.firm_belief import learnt_gain
from model.rules.firm_resources import jobs_now
from model.state import ABSENT, Firms, People, Residents
from model.technologies import N_TECHNOLOGIES, TECHNOLOGIES
from model.world import World


def technology_numbers(values: dict[str, float], name: str) -> np.ndarray:
    """A behaviour parameter of each technology, shape (7,)."""
    return np.array([values[f"{name}_{technology}"] for technology in TECHNOLOGIES])


@njit
def raise_capability(rows: np.ndarray, gain: float, firms: Firms) -> None:
    """Raise capability by a share of what is missing to 1; it returns to its base in later months."""
    share = min(1.0, gain)
    for i in rows:
        firms.capability[i] += share * (1.0 - np.float64(firms.capability[i]))


@njit
def draw_attention(rows: np.ndarray, gain: float, firms: Firms) -> None:
    """Contact makes firms look at technologies more often; of several contacts the strongest counts."""
    for i in rows:
        firms.attention_dose[i] = max(np.float64(firms.attention_dose[i]), gain)


@njit
def show(rows: np.ndarray, technology_bits: int, observations: float, gain_true: np.ndarray, firms: Firms) -> None:
    """Let firms see what technologies yield: so many observations of the true gain of each."""
    if observations <= 0.0:
        return
    for i in rows:
        for k in range(N_TECHNOLOGIES):
            if (technology_bits >> k) & 1 == 1:
                precision = np.float64(firms.belief_precision[i, k])
                gain = np.float64(firms.belief_gain[i, k])
                firms.belief_gain[i, k] = learnt_gain(gain, precision, gain_true[k], observations)
                firms.belief_precision[i, k] = precision + observations


def train_staff(world: World, rows: np.ndarray, hours: float, seed: np.uint64) -> None:
    """Teach a share of the residents who work at the firms of rows, drawn by lot."""
    share = world.values["staff_training_share"]
    if hours <= 0.0 or share <= 0.0 or len(rows) == 0:
        return
    of_firm = np.zeros(world.roster.n, np.uint8)
    of_firm[rows] = 1
    luck = word(seed, world.month, Decision.REACHED)
    unit_firm = np.asarray(world.roster.unit_firm)
    staff = _staff_by_lot(luck, share, of_firm, unit_firm, world.people, world.residents)
    teach(staff, hours, 0.0, world.residents, world.rules.skill, world.rules.use)


@njit
def _staff_by_lot(
    luck: np.uint64, share: float, of_firm: np.ndarray, unit_firm: np.ndarray, people: People, residents: Residents
) -> np.ndarray:
    found = np.empty(residents.workplace.shape[0], np.int32)
    n = 0
    for i in range(residents.workplace.shape[0]):
        unit = residents.workplace[i]
        if unit < 0 or residents.code[i] == ABSENT or of_firm[unit_firm[unit]] == 0:
            continue
        if uniform(luck, people.key[i]) < share:
            found[n] = i
            n += 1
    return found[:n].copy()


@njit
def amounts_gbp(
    rows: np.ndarray,
    technology_bits: int,
    share: float,
    cap_gbp: float,
    price_fixed_gbp: np.ndarray,
    price_per_job_gbp: np.ndarray,
    entry_jobs: np.ndarray,
    firms: Firms,
) -> np.ndarray:
    """Most that an offer of `share` of a price, at most `cap_gbp`, can cost for the next project of each row."""
    amounts = np.zeros(rows.shape[0])
    for position in range(rows.shape[0]):
        i = rows[position]
        jobs = jobs_now(np.int64(entry_jobs[i]), np.float64(firms.size_index[i]))
        projects = available(np.int64(firms.adopted[i]), technology_bits & np.int64(firms.of_use[i]))
        for k in range(N_TECHNOLOGIES):
            if (projects >> k) & 1 == 1:
                price = price_gbp(price_fixed_gbp[k], price_per_job_gbp[k], jobs)
                amounts[position] = max(amounts[position], grant_gbp(price, share, cap_gbp))
    return amounts


def make_offers(
    firms: Firms, rows: np.ndarray, technology_bits: int, share: float, amounts: np.ndarray, until_month: int
) -> None:
    """Approve offers for technologies not in use yet; the firm's step claims them."""
    firms.offer_bits[rows] = technology_bits & ~firms.adopted[rows]
    firms.offer_share[rows] = share
    firms.offer_cap_gbp[rows] = amounts
    firms.offer_until[rows] = until_month


def end_offers(firms: Firms, rows: np.ndarray) -> None:
    """Take offers back, claimed or not."""
    firms.offer_bits[rows] = 0
    firms.offer_share[rows] = 0.0
    firms.offer_cap_gbp[rows] = 0.0
    firms.offer_until[rows] = 0
