"""Money: a budget released evenly over its window, in whole pence, never overspent."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(slots=True)
class Purse:
    """A programme's budget. What is not spent in a month stays for later months."""

    budget_pence: int
    start_month: int
    """month from which what is not released yet is released evenly"""
    end_month: int
    spent_pence: int = 0
    pace: Fraction = Fraction(1)
    """share of the even release that is released; below 1 during a pilot"""
    released_before: Fraction = Fraction(0)
    """exact pence released before the start month"""

    def released_pence(self, month: int) -> int:
        """Pence that may be spent this month: the even share up to now, less what is spent.

        >>> Purse(1200, 0, 12).released_pence(2)
        300
        """
        return int(self._released_after(month + 1 - self.start_month)) - self.spent_pence

    @property
    def unspent_pence(self) -> int:
        """Pence neither spent nor set aside, whether released or not."""
        return self.budget_pence - self.spent_pence

    def end_pilot(self, month: int) -> None:
        """From this month on release all that is left, evenly over the rest of the window.

        >>> purse = Purse(1200, 0, 12, pace=Fraction(1, 2)); purse.released_pence(5)
        300
        >>> purse.end_pilot(6); [purse.released_pence(month) for month in (6, 7, 11)]
        [450, 600, 1200]
        """
        self._begin_anew(month)
        self.pace = Fraction(1)

    def move(self, pence: int, month: int) -> None:
        """Add money, or take some of what is not spent (below 0), before anything is spent this month.

        Added money is released evenly over the rest of the window. Of money that is taken the same share comes from
        what was released and not used as from what is still to come.

        >>> purse = Purse(1200, 0, 12, spent_pence=400); purse.move(-400, 6); purse.released_pence(6), purse.budget_pence
        (150, 800)
        >>> purse.move(600, 6); purse.released_pence(6)
        250
        """
        self._begin_anew(month)
        if pence < 0:
            unused = self.released_before - self.spent_pence
            self.released_before += unused * Fraction(pence, self.unspent_pence)
        self.budget_pence += pence

    def _begin_anew(self, month: int) -> None:
        self.released_before = self._released_after(month - self.start_month)
        self.start_month = month

    def _released_after(self, months: int) -> Fraction:
        length = self.end_month - self.start_month
        passed = min(max(months, 0), length)
        return self.released_before + self.pace * (self.budget_pence - self.released_before) * passed / length

    def pay(self, pence: int, month: int) -> bool:
        """Spend if the money is there; says whether it was.

        >>> purse = Purse(1200, 0, 12); purse.pay(150, 0), purse.pay(100, 0)
        (False, True)
        """
        if pence > self.released_pence(month):
            return False
        self.spent_pence += pence
        return True

    def affordable(self, unit_pence: int, month: int, most: int) -> int:
        """How many units of a price can be bought this month, at most `most`.

        >>> Purse(1200, 0, 12).affordable(90, 2, 10)
        3
        """
        if unit_pence <= 0:
            return most
        return min(most, max(self.released_pence(month), 0) // unit_pence)


@dataclass(slots=True)
class Capacity:
    """Places that accrue month by month. Of what is not used one place at most is kept.

    Keeping one lets a sample of the population, where a hub has a place every few months only, serve the same share of
    people as the whole; keeping more would hoard.
    """

    per_month: float
    stock: float = 0.0
    ahead: float = 0.0
    """part of a place that may be given before it has accrued"""
    pace: float = 1.0
    """share of the places that accrues; below 1 during a pilot"""

    def accrue(self) -> int:
        """Add a month's places; returns how many whole ones there are.

        >>> capacity = Capacity(0.4); [capacity.accrue() for _ in range(4)]
        [0, 0, 1, 1]
        """
        self.stock = min(self.stock, 1.0) + self.pace * self.per_month
        # Sums of fractions such as 0.1 fall just short of whole numbers.
        return max(int(self.stock + self.ahead + 1e-9), 0)

    def use(self, places: int) -> None:
        """Take whole places out of the stock.

        >>> capacity = Capacity(1.5); capacity.accrue(); capacity.use(1); capacity.accrue()
        1
        2
        """
        self.stock = max(self.stock - places, -self.ahead)
