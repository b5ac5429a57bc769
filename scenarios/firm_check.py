"""Figures of a region's firm roster: stock against the published index, sizes and jobs, sectors, trade ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.calendar import START_YEAR
from model.firm_roster import FirmRoster, get_firm_roster
from model.firm_synthesis import expected_stock, index_path
from model.firm_turnover import open_probability
from model.region import SECTORS, SIZE_BANDS

if TYPE_CHECKING:
    import pandas as pd

    from model.region import Region

REPORT_YEARS = (2013, 2016, 2019, 2022, 2024, 2030, 2035)


def firm_report(region_name: str, scale: float = 0.1) -> list[tuple[str, pd.DataFrame]]:
    """Tables that describe a region's firms, each with its title; closures are taken in expectation.

    region_name: name or path of a region. InputError for an unknown region, or a scale outside (0, 1].
    """
    from model.population import get_population
    from scenarios.regions_io import load_region

    region = load_region(region_name)
    roster = get_firm_roster(region, get_population(region, scale))
    chance = open_probability(roster, [12 * (year - START_YEAR) for year in REPORT_YEARS])
    return [
        ("Enterprises in January", stock_table(region, roster, chance)),
        ("Sizes in January", size_table(roster, chance)),
        ("Sectors, January 2013", sector_table(roster, chance)),
        ("Open trade partners an enterprise", trade_table(roster, chance)),
    ]


def stock_table(region: Region, roster: FirmRoster, chance: np.ndarray) -> pd.DataFrame:
    """year, enterprises, indexed: expected, and the counts of 2024 taken along the UK's index; drift_pct."""
    import pandas as pd

    years, _ = index_path(region)
    enterprises = chance.sum(axis=1) * roster.weight
    indexed = np.array([expected_stock(region, min(year, int(years[-1]))).sum() for year in REPORT_YEARS])
    drift = 100.0 * (enterprises / indexed - 1.0)
    return pd.DataFrame(
        {
            "year": REPORT_YEARS,
            "enterprises": enterprises.round(),
            "indexed": indexed.round(),
            "drift_pct": drift.round(1),
            "jobs": (chance @ np.asarray(roster.entry_jobs) * roster.weight).round(),
        }
    )


def size_table(roster: FirmRoster, chance: np.ndarray) -> pd.DataFrame:
    """year, size, share_pct of enterprises, jobs an enterprise, share_of_jobs_pct."""
    import pandas as pd

    rows = []
    for year, there in zip(REPORT_YEARS, chance, strict=True):
        number = np.bincount(roster.size_band, weights=there, minlength=len(SIZE_BANDS))
        jobs = np.bincount(roster.size_band, weights=there * roster.entry_jobs, minlength=len(SIZE_BANDS))
        shares, each = 100.0 * number / number.sum(), jobs / np.maximum(number, 1e-9)
        parts = zip(SIZE_BANDS, shares.round(2), each.round(1), (100.0 * jobs / jobs.sum()).round(1), strict=True)
        rows += [(year, *part) for part in parts]
    return pd.DataFrame(rows, columns=["year", "size", "share_pct", "jobs_each", "share_of_jobs_pct"])


def sector_table(roster: FirmRoster, chance: np.ndarray) -> pd.DataFrame:
    """sector, enterprises, jobs, local_units, charities of the stock."""
    import pandas as pd

    there, sector = chance[0], np.asarray(roster.sector)
    columns = {"enterprises": there, "jobs": there * roster.entry_jobs, "local_units": there * np.diff(roster.unit_ptr),
               "charities": there * roster.charity}  # fmt: skip
    sums = {name: (np.bincount(sector, weights=values, minlength=len(SECTORS)) * roster.weight).round()
            for name, values in columns.items()}  # fmt: skip
    return pd.DataFrame({"sector": SECTORS, **sums})


def trade_table(roster: FirmRoster, chance: np.ndarray) -> pd.DataFrame:
    """year, size, partners: mean open partners of open enterprises, and same_sector_pct, same_authority_pct of ties."""
    import pandas as pd

    row = np.repeat(np.arange(roster.n), np.diff(roster.trade_indptr))
    other = np.asarray(roster.trade_neighbour)
    alike = {
        "same_sector_pct": roster.sector[row] == roster.sector[other],
        "same_authority_pct": roster.authority[row] == roster.authority[other],
    }
    rows = []
    for year, there in zip(REPORT_YEARS, chance, strict=True):
        tie = there[row] * there[other]
        for number, size in enumerate((*SIZE_BANDS, "all")):
            own = np.asarray(roster.size_band) == number if size != "all" else np.ones(roster.n, dtype=bool)
            ties = tie * own[row]
            shares = [round(100.0 * float(ties @ same) / max(float(ties.sum()), 1e-9), 1) for same in alike.values()]
            rows.append((year, size, round(float(ties.sum()) / max(float(there[own].sum()), 1e-9), 2), *shares))
    return pd.DataFrame(rows, columns=["year", "size", "partners", *alike])
