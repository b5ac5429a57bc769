"""How the programmes of a scenario are designed, as plain data for the manifest: what documents say of whom they are for."""

from typing import Any

from model.calendar import month_label
from model.programmes.programme import PLACE_INSTRUMENTS, Eligibility, Programme
from model.scenario import Scenario

PLACES = "everyone in the places it changes"
USE = {"never": "have never used the internet", "lapsed": "no longer use it", "recent": "are online"}
N_FIFTHS = 5
LACKS = {
    "device": "have no device",
    "connection": "have no connection at home",
    "either": "lack a device or a connection",
}


def designs(scenario: Scenario) -> list[dict[str, Any]]:
    """One entry a programme with money, in the scenario's order."""
    return [_design(programme) for programme in scenario.programmes if programme.budget_pence > 0]


def _design(programme: Programme) -> dict[str, Any]:
    return {
        "id": programme.id,
        "title": programme.title,
        "summary": programme.summary,
        "instrument": programme.instrument,
        "audience": programme.audience,
        "channel": programme.channel,
        "targeting": programme.targeting,
        "start": month_label(programme.start_month),
        "end": month_label(programme.end_month - 1),
        "budget_gbp": programme.budget_pence / 100.0,
        "who": _for_whom(programme),
    }


def _for_whom(programme: Programme) -> str:
    if programme.instrument in PLACE_INSTRUMENTS:
        return PLACES
    return "firms" if programme.audience == "firms" else who(programme.eligibility)


def who(eligibility: Eligibility) -> str:
    """Conditions of taking part in words.

    >>> who(Eligibility(min_age_years=65, use=("never",)))
    'adults of 65 and over; who have never used the internet'
    """
    oldest, youngest = eligibility.max_age_years, eligibility.min_age_years
    ages = "all adults" if youngest <= 16 else f"adults of {youngest} and over"
    if oldest < 120:
        ages = f"adults up to {oldest}" if youngest <= 16 else f"adults of {youngest} to {oldest}"
    conditions = [
        "who " + " or ".join(USE[name] for name in eligibility.use) if 0 < len(set(eligibility.use)) < len(USE) else "",
        f"who {LACKS[eligibility.lacks]}" if eligibility.lacks else "",
        "with few digital skills" if eligibility.max_skill < 1.0 else "",
        _either(eligibility.disabled, "disabled", "not disabled"),
        _either(eligibility.on_benefits, "on benefits", "not on benefits"),
        _either(eligibility.rural, "in the countryside", "in towns"),
        _places(eligibility.deprivation_quintiles),
        "in some council areas" if eligibility.authorities else "",
    ]
    return "; ".join([ages, *(condition for condition in conditions if condition)])


def _places(fifths: tuple[int, ...]) -> str:
    """Fifths of the nation's neighbourhoods in words.

    >>> _places((4, 5))
    "in neighbourhoods of the nation's fifths 4, 5 by deprivation (1 is most deprived)"
    """
    if not fifths or len(set(fifths)) == N_FIFTHS:
        return ""
    names = ", ".join(str(fifth) for fifth in sorted(fifths))
    return (
        f"in neighbourhoods of the nation's fifth{'s' * (len(fifths) > 1)} {names} by deprivation (1 is most deprived)"
    )


def _either(wanted: bool | None, yes: str, no: str) -> str:
    return "" if wanted is None else yes if wanted else no
