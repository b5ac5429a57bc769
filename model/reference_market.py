"""The market in the reference engine: what firms and residents meet next month (ODD 8.10)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.market import FEWEST_IN_CELL, FIXED_POINT
from model.reference_agent import store
from model.region import SECTORS, SIZE_BANDS
from model.rules.firm_growth import attractiveness
from model.rules.skill import WORK_LEVEL, skill_level
from model.rules.work import JOBSEEKER
from model.technologies import N_TECHNOLOGIES, ONLINE_BITS, PREREQUISITE

if TYPE_CHECKING:
    from model.reference import ReferenceModel
    from model.reference_firms import FirmAgent


@dataclass
class ReferenceMarket:
    """Figures of the end of last month, by sector, authority, or sector, size band and technology."""

    mean_attractiveness: list[float]
    mean_gain: list[float]
    seekers_skilled_share: list[float]
    newborn_share: np.ndarray


def first_market(model: "ReferenceModel") -> ReferenceMarket:
    """Every sector as at entry, nobody's skills known, nothing for newborns."""
    n_sectors = len(SECTORS)
    return ReferenceMarket(
        [1.0] * n_sectors,
        [1.0] * n_sectors,
        [model.firm_rules.adoption.match_reference] * len(model.population.authority_code),
        np.zeros((n_sectors, len(SIZE_BANDS), N_TECHNOLOGIES)),
    )


def take_stock(model: "ReferenceModel") -> None:
    """Sectors, newborns and, each quarter, jobseekers as they are at the end of this month."""
    firms = [firm for firm in model.firms if firm.open]
    of_band = [[firm for firm in firms if firm.size_band == band] for band in range(len(SIZE_BANDS))]
    users_of_band = [_shares_of_users(band) for band in of_band]
    for sector in range(len(SECTORS)):
        of_sector = [firm for firm in firms if firm.sector == sector]
        pull, gain = _sector_means(of_sector, model)
        model.market.mean_attractiveness[sector], model.market.mean_gain[sector] = pull, gain
        for band in range(len(SIZE_BANDS)):
            cell = [firm for firm in of_sector if firm.size_band == band]
            is_thin = len(cell) < FEWEST_IN_CELL
            model.market.newborn_share[sector, band] = users_of_band[band] if is_thin else _shares_of_users(cell)
    if model.period % 3 == 0:
        _count_seekers(model)


def _sector_means(firms: list["FirmAgent"], model: "ReferenceModel") -> tuple[float, float]:
    """Means of attractiveness and g in whole steps of 2^-20, weighted by jobs at entry."""
    if not firms:
        return 1.0, 1.0
    jobs = pulls = gains = 0
    for firm in firms:
        gain = firm.productivity / firm.productivity_entry
        jobs += firm.entry_jobs
        pulls += firm.entry_jobs * _fixed(float(attractiveness(gain, firm.appeal, model.firm_rules.growth)))
        gains += firm.entry_jobs * _fixed(gain)
    return pulls / (FIXED_POINT * jobs), gains / (FIXED_POINT * jobs)


def _fixed(value: float) -> int:
    return int(value * FIXED_POINT + 0.5)


def _shares_of_users(firms: list["FirmAgent"]) -> list[float]:
    """Users of each technology over users of what it needs."""
    users = [sum(firm.uses(k) for firm in firms) for k in range(N_TECHNOLOGIES)]
    base = [users[needed] if needed >= 0 else len(firms) for needed in PREREQUISITE]
    return [min(n / of, 1.0) if of > 0 else 0.0 for n, of in zip(users, base, strict=True)]


def _count_seekers(model: "ReferenceModel") -> None:
    authority_of = model.population.area_authority
    seekers = [
        (int(authority_of[person.area]), int(skill_level(person.skill)) == WORK_LEVEL)
        for person in model.residents()
        if person.employment == JOBSEEKER
    ]
    usual = model.firm_rules.adoption.match_reference
    region = sum(skilled for _, skilled in seekers) / len(seekers) if seekers else usual
    for authority in range(len(model.market.seekers_skilled_share)):
        here = [skilled for place, skilled in seekers if place == authority]
        model.market.seekers_skilled_share[authority] = sum(here) / len(here) if here else region


def count_online(model: "ReferenceModel") -> None:
    """Share of jobs near by at firms that serve customers online, by small area."""
    counts = [[0, 0] for _ in range(model.population.n_areas)]
    for unit in model.units:
        counts[unit.area][0] += unit.jobs
        counts[unit.area][1] += unit.jobs if unit.firm.adopted & ONLINE_BITS else 0
    for area in range(len(counts)):
        around = {area, *(int(other) for other in model.near_areas[area])}
        jobs, online = (sum(counts[place][which] for place in around) for which in (0, 1))
        usual = model.values["local_online_reference"]
        model.local_online_share[area] = store(online / jobs if jobs > 0 else usual)
