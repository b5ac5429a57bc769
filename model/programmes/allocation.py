"""Money: a budget released evenly over its window, in whole pence, never overspent."""

from dataclasses import dataclass


@dataclass(slots=True)
class Purse:
    """A programme's budget. What is not spent in a month stays for later months."""

    budget_pence: int
    start_month: int
    end_month: int
    spent_pence: int = 0

    def released_pence(self, month: int) -> int:
        """Pence that may be spent this month: the even share up to now, less what is spent.

        >>> Purse(1200, 0, 12).released_pence(2)
        300
        """
        elapsed = min(max(month + 1 - self.start_month, 0), self.end_month - self.start_month)
        return self.budget_pence * elapsed // (self.end_month - self.start_month) - self.spent_pence

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

    def accrue(self) -> int:
        """Add a month's places; returns how many whole ones there are.

        >>> capacity = Capacity(0.4); [capacity.accrue() for _ in range(4)]
        [0, 0, 1, 1]
        """
        self.stock = min(self.stock, 1.0) + self.per_month
        # Sums of fractions such as 0.1 fall just short of whole numbers.
        return max(int(self.stock + self.ahead + 1e-9), 0)

    def use(self, places: int) -> None:
        """Take whole places out of the stock.

        >>> capacity = Capacity(1.5); capacity.accrue(); capacity.use(1); capacity.accrue()
        1
        2
        """
        self.stock = max(self.stock - places, -self.ahead)
