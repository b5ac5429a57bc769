"""What programmes for places do, as numbers: units at work, shares raised, services redesigned. ODD 5.4; all assumed."""

from model.chance import exp
from model.rules.use import LN_2


def share_kept_monthly(half_life_months: float) -> float:
    """Share of an effect that is left a month later.

    >>> round(share_kept_monthly(6.0) ** 6, 12)
    0.5
    """
    return float(exp(-LN_2 / half_life_months))


def built_at_work(before: float, begun: int, kept_share: float) -> float:
    """Units that were paid once and work: what is left of those of last month, and those that begin.

    >>> built_at_work(4.0, 1, 1.0), built_at_work(4.0, 0, 0.5)
    (5.0, 2.0)
    """
    return before * kept_share + begun


def staffed_at_work(before: float, begun: int, kept_share: float) -> float:
    """Units that work while they are paid: those paid, or what is left of last month's if that is more.

    >>> staffed_at_work(4.0, 4, 0.5), staffed_at_work(4.0, 0, 0.5)
    (4.0, 2.0)
    """
    return max(before * kept_share, float(begun))


def raised(share: float, gain: float) -> float:
    """A share raised by part of what is missing to 1; without a gain it stays as it is, to the bit.

    >>> raised(0.5, 0.5), raised(0.3, 0.0) == 0.3
    (0.75, True)
    """
    return share + gain * (1.0 - share)


def lowered(chance: float, reduction: float) -> float:
    """A chance less part of itself.

    >>> lowered(0.1, 0.5), lowered(0.1, 0.0) == 0.1
    (0.05, True)
    """
    return chance * (1.0 - reduction)


def services_online(digital_services_share: float, gain: float) -> float:
    """Share of services that can be used online, once some are redesigned; never more than all.

    >>> services_online(0.75, 0.125), services_online(0.9, 0.2)
    (0.875, 1.0)
    """
    return min(1.0, digital_services_share + gain)


def skill_asked(service_skill_threshold: float, reduction: float) -> float:
    """Skill that services ask for, once some are redesigned; never below none.

    >>> skill_asked(0.5, 0.25), skill_asked(0.1, 0.2)
    (0.25, 0.0)
    """
    return max(0.0, service_skill_threshold - reduction)
