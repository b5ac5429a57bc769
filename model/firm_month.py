"""The firms' part of a month on the whole world: births, a month of every open firm, news to partners, the market."""

import numpy as np
import pandas as pd

from model.firm_kernels import Enterprises, TradeTies, commit_firms, step_firms, teach_in_adopting_firms, with_news
from model.firm_roster import FirmRoster
from model.firm_start import FirmStart, arrive_firms, clear_firms, first_shares, settle_firms, shares_of_use
from model.market import count_online_jobs, nearest_areas, next_market, share_online_near
from model.parameters import bundle
from model.world import World


class FirmMonth:
    """What a run needs to step its firms: static tables, and when each firm is born."""

    def __init__(self, world: World, start_adoption: pd.DataFrame) -> None:
        roster, population = world.roster, world.population
        self.enterprises = enterprises_of(roster, world.values["commuter_skilled_share"])
        self.trade_ties = TradeTies(roster.trade_indptr, roster.trade_neighbour)
        self._start = bundle(FirmStart, world.values)
        self._first_shares = first_shares(start_adoption, roster.sector_tilt)
        self._shares_of_use = shares_of_use(world.firm_rules, roster.sector_tilt)
        self._near_areas = nearest_areas(population)
        self._person_authority = np.asarray(population.area_authority)[population.area]
        self._born: dict[int, np.ndarray] = {
            int(month): np.flatnonzero(np.asarray(roster.entry_month) == month).astype(np.int32)
            for month in np.unique(roster.entry_month)
            if month > 0
        }

    def begin(self, world: World) -> None:
        """Open the stock of January 2013."""
        clear_firms(world.firms)
        stock = np.flatnonzero(np.asarray(world.roster.entry_month) <= 0).astype(np.int32)
        self._arrive(world, stock, self._first_shares)

    def settle_first(self, world: World) -> None:
        """Productivity and partners of the stock, once it is known who works there."""
        stock = np.flatnonzero(world.firms.open).astype(np.int32)
        settle_firms(stock, 0, self.enterprises, world.firms, world.market, world.firm_rules)
        self.commit(world)
        self.count_online(world)

    def births(self, world: World) -> None:
        """Open the firms born this month."""
        rows = self._born.get(world.month)
        if rows is not None:
            self._arrive(world, rows, world.market.newborn_share)
            settle_firms(rows, world.month, self.enterprises, world.firms, world.market, world.firm_rules)

    def _arrive(self, world: World, rows: np.ndarray, shares: np.ndarray) -> None:
        arrive_firms(
            rows, world.month, world.seed, self.enterprises, world.firms, shares, self._shares_of_use,
            world.firm_rules, self._start,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """A month of every open firm; peer cohorts are those of this month, counted from last month's state."""
        world.cohorts.recount(world.month, world.firms)
        world.market = world.market._replace(
            cohort_members=world.cohorts.members, cohort_adopters=world.cohorts.adopters
        )
        rows = np.flatnonzero(world.firms.open).astype(np.int32)
        step_firms(rows, world.month, world.seed, self.enterprises, world.firms, world.market, world.firm_rules)

    def commit(self, world: World) -> None:
        """Tell trade partners, and teach the workers of firms that took something up; teaching lasts a month."""
        commit_firms(with_news(world.firms), world.firms, self.trade_ties)
        world.units.training_hours[:] = 0
        hours = world.values["adoption_training_hours"]
        if hours > 0:
            teach_in_adopting_firms(world.firms, world.units, world.roster.unit_ptr, hours)

    def take_stock(self, world: World) -> None:
        """The market as firms and residents meet it next month."""
        world.market = next_market(
            world.month,
            world.market,
            self.enterprises,
            world.firms,
            world.residents,
            self._person_authority,
            world.firm_rules,
        )
        self.count_online(world)

    def count_online(self, world: World) -> None:
        """Local services online, by small area."""
        roster, places = world.roster, world.setting.places
        counts = count_online_jobs(
            world.living_units, world.firms, world.units, roster.unit_firm, roster.unit_area, world.population.n_areas
        )
        usual = world.values["local_online_reference"]
        share_online_near(counts, self._near_areas, usual, places.local_online_share)


def enterprises_of(roster: FirmRoster, commuter_skilled_share: float) -> Enterprises:
    """The roster's columns as the kernels read them."""
    names = [name for name in Enterprises._fields if name != "commuter_skilled_share"]
    columns = {name: getattr(roster, name) for name in names}
    return Enterprises(**columns, commuter_skilled_share=float(commuter_skilled_share))
