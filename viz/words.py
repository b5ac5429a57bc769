"""Numbers and names as a reader meets them: units, dates, group names, terms, licence lines."""

import math
import re
from dataclasses import dataclass

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
NOT_KNOWN = "not known"
NO_LIMIT = "no limit"
MINUS = "\N{MINUS SIGN}"
WORD_JOINER = "\N{WORD JOINER}"

GROUPINGS = {
    "age_band": "Age",
    "sex": "Sex",
    "disability": "Disability",
    "education": "Qualifications",
    "income": "Income",
    "deprivation": "Deprivation of the neighbourhood",
    "deprivation_in_region": "Deprivation, compared within the region",
    "rural": "Town or countryside",
    "authority": "Council area",
}

GROUPING_SHORT = {
    "age_band": "Age",
    "sex": "Sex",
    "disability": "Disability",
    "education": "Education",
    "income": "Income",
    "deprivation": "Area, in the nation",
    "deprivation_in_region": "Area, in the region",
    "rural": "Place",
    "authority": "Council",
}
"""Groupings before the name of a group"""

FIRM_GROUPINGS = {"size_band": "Size of firm", "sector": "Sector", "authority": "Council area"}

GLOSSARY = {
    "Online": "Used the internet in the last three months.",
    "Extra people online": "People online with the plan who would not be online without it. Each person is followed "
    "twice, with the same luck: once with the plan and once without.",
    "Deadweight": "Money or help that went to people who would have got online anyway.",
    "Spillover": "People whom no programme helped in person, but who got online because someone close to them did, or "
    "because services, connections or partners changed.",
    "90% interval, all causes": "In 90 of every 100 runs the model’s answer lay in this range. Both luck and the things "
    "we are unsure of change from run to run.",
    "90% interval, luck alone": "The same, but only luck changes from run to run.",
    "Small area": "A neighbourhood used for statistics (an LSOA in England or a data zone in Scotland), "
    "home to about 1,000 to 3,000 people.",
}

FIT_GLOSSARY = {
    False: {"Uncalibrated": "The model has not yet been tuned to match real figures, so its ranges are wide."},
    True: {
        "Posterior draws": "Values of the model’s numbers with which it agrees with published UK figures, as far as those "
        "say anything of them. What no figure speaks of keeps its stated range.",
        "Informed, weak, prior-only": "How much the published figures say of a number: they shrink its range by more than "
        "half, by a fifth to a half, or by less.",
    },
}
"""Words that results need, by whether the model was calibrated"""

MONEY_GLOSSARY = {
    "Assumed": "Nobody has measured this number. It has a wide range, and the full intervals draw it from that range.",
    "Present value": "What later pounds are worth in the first year: each year counts 3.5% less than the one before "
    "(1.5% for health), as the Treasury’s Green Book has it. Prices do not rise.",
    "Net present value": "Benefits less all costs, in present values.",
    "Benefits for each pound": "Benefits divided by all costs: above 1, the plan is worth more than it costs.",
    "Weighted": "A pound counts more for people with low incomes than for people with high ones.",
    "Switching value": "By what one line would have to be multiplied for benefits and costs to be equal.",
    "Multiplier": "A ratio that others report, or that is assumed, times something the model counts. It is never a finding "
    "of the model.",
    "Mechanism": "A measure that changes people, firms or places in the model, month by month.",
    "Label": "A measure that stands for a package, a rule or an aim, and changes nothing by itself.",
    "Gap": "The percentage of adults offline in one group less that in another.",
}

FIRM_GLOSSARY = {
    "Firm": "An enterprise: a business or charity with people who work for it, at one site or more.",
    "Adoption": "One technology in use at one firm. A firm that uses three counts as three adoptions.",
    "Extra adoptions": "Adoptions with the plan that would not be there without it. Each firm is followed twice, with the "
    "same luck. A firm that is open only with the plan, or only without it, is not counted as an extra adoption.",
    "Deadweight, firms": "Of what helped firms took up since they had help, and what the help was about: the part they "
    "would have taken up anyway.",
    "Displacement": "What firms that were not helped lose, because firms that were helped compete with them for the same "
    "customers in the region. Losses outside the region are not counted.",
    "Value added": "What a firm earns beyond what it buys in; added up over firms it is their part of the region’s GVA.",
    "Load of hubs": "The hours that staff spend on the people and firms served, against the hours that hubs offer to "
    "programmes, over about a year. When most hours are used, fewer finish.",
}

LICENCE_LINES = (
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right.",
    "National Records of Scotland, Scottish Government, Ministry of Housing, Communities and Local Government: "
    "© Crown copyright, licensed under the Open Government Licence v3.0.",
    "Contains Arts Council England data licensed under the Open Government Licence v3.0.",
    "Source: Ofcom. © Ofcom copyright, reused with attribution.",
    "The file DATA-LICENCES.md, which comes with Uptake, lists every source.",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit of the tables is written; `change` follows a difference between two values."""

    before: str = ""
    after: str = ""
    decimals: int = 0
    change: str = ""


UNITS = {
    "people": Unit(change=" people"),
    "% of adults": Unit(after="%", decimals=1, change=" points"),
    "GBP": Unit(before="£"),
    "GBP million": Unit(before="£", after=" million", decimals=2, change=" million"),
    "adoptions": Unit(change=" adoptions"),
    "jobs": Unit(change=" jobs"),
    "% of firms": Unit(after="%", decimals=1, change=" points"),
    "% of hours offered": Unit(after="%", change=" points"),
    "waiting": Unit(),
    "points": Unit(after=" points", decimals=2),
    "%": Unit(after="%", decimals=1),
    "GBP a GBP": Unit(before="£", decimals=2),
}


def unit_of(name: str) -> Unit:
    """The unit called `name` in the tables; an unknown one is written out after the number."""
    return UNITS.get(name) or Unit(after=f" {name}", decimals=1)


def number(value: float, unit: Unit, decimals: int | None = None) -> str:
    """A value with its unit: ``£1.2 million``, ``84.2%``, ``12,345``."""
    return _written(value, unit, decimals, unit.after)


def change(value: float, unit: Unit, decimals: int | None = None) -> str:
    """A difference with its sign: ``+0.6 points``, ``−120 people``."""
    text = _written(value, unit, decimals, unit.change)
    return text if text.startswith(MINUS) or not math.isfinite(value) else f"+{text}"


def _written(value: float, unit: Unit, decimals: int | None, after: str) -> str:
    if math.isnan(value):
        return NOT_KNOWN
    if math.isinf(value):
        return NO_LIMIT
    places = unit.decimals if decimals is None else decimals
    size = abs(value)
    if unit.before == "£" and size >= 999_500:
        digits = f"{size / 1e6:,.1f} million"
    else:
        digits = f"{size:,.{places}f}"
    negative = value < 0 and any(digit in "123456789" for digit in digits)
    return f"{MINUS if negative else ''}{unit.before}{digits}{after}"


def between(low: float, high: float, unit: Unit, decimals: int | None = None) -> str:
    """An interval in words: ``1,200 to 4,700``; one run has none."""
    if math.isnan(low) or math.isnan(high):
        return "one run, no interval"
    if math.isinf(low):
        return NO_LIMIT
    return f"{number(low, unit, decimals)} to {number(high, unit, decimals)}"


def significant(value: float, digits: int = 3) -> str:
    """A number of any size, rounded to so many digits: ``0.0345``, ``1,890``."""
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:.{digits}g}"


def with_minus_signs(text: str) -> str:
    """Hyphens before numbers as minus signs, which do not break off at the end of a line."""
    return re.sub(rf"(?<!\w)[-{MINUS}](?=[£\d])", MINUS + WORD_JOINER, text)


def month_name(period: str) -> str:
    """``2030-12`` as ``December 2030``."""
    year, month = period.split("-")
    return f"{MONTHS[int(month) - 1]} {year}"


_DEPRIVATION_NAMES = {
    "1 most deprived": "Most deprived fifth",
    "2": "Second fifth",
    "3": "Middle fifth",
    "4": "Fourth fifth",
    "5 least deprived": "Least deprived fifth",
}
GROUP_NAMES = {
    "sex": {"female": "Women", "male": "Men"},
    "disability": {"disabled": "Disabled people", "not disabled": "People who are not disabled"},
    "rural": {"urban": "Town", "rural": "Countryside"},
    "deprivation": _DEPRIVATION_NAMES,
    "deprivation_in_region": _DEPRIVATION_NAMES,
    "income": {
        "1 lowest": "Lowest fifth",
        "2": "Second fifth",
        "3": "Middle fifth",
        "4": "Fourth fifth",
        "5 highest": "Highest fifth",
    },
    "education": {
        "none or level 1": "No or basic qualifications",
        "level 2-3": "School or apprenticeship",
        "level 4+": "Degree level",
    },
    "sector": {
        "agriculture": "Farming, forestry, fishing",
        "production": "Manufacturing, energy, water",
        "construction": "Construction",
        "motor_trades": "Motor trades",
        "wholesale": "Wholesale",
        "retail": "Shops",
        "transport": "Transport and storage",
        "accommodation_food": "Hotels, cafés, restaurants",
        "information_communication": "Information and communication",
        "finance": "Finance and insurance",
        "property": "Property",
        "professional": "Professional and technical services",
        "business_support": "Business support",
        "public_administration": "Public administration",
        "education": "Education",
        "health": "Health and care",
        "arts_other": "Arts, leisure, other services",
    },
}

TECHNOLOGIES = {
    "website": "Website",
    "ecommerce": "Selling online",
    "cloud": "Cloud services",
    "business_software": "Business software",
    "cyber_essentials": "Cyber Essentials certificate",
    "data_iot": "Connected devices and their data",
    "ai": "Artificial intelligence",
}
"""Technologies as a reader knows them"""
GAP_SIDES = {
    "deprivation_in_region": "Most and least deprived areas of the region",
    "education": "No or basic qualifications, and degrees",
    "income": "Lowest and highest incomes",
    "disability": "Disabled people and others",
    "age_band": "75 and over, and younger",
    "deprivation": "Most and least deprived areas of the nation",
    "sex": "Women and men",
    "rural": "Countryside and towns",
    "authority": "Council areas with most and fewest offline",
}
"""The two groups of each gap, the one furthest behind as a rule first"""
INDICATORS = {
    "online": "Online",
    "access": "Device and connection of their own",
    "foundation": "Foundation digital skills",
    "essential": "Essential digital skills for life",
    "work": "Digital skills for work",
    "adoptions": "Technologies in use at firms",
}
PARTIES = {
    "residents": "residents",
    "firms": "firms",
    "public": "the public purse",
    "society": "society",
    "private": "partners and investors",
    "participants": "those who take part",
}
"""To whom a benefit goes, and who pays a cost"""
HUB_KINDS = {
    "library": "Libraries",
    "community_hub": "Community hubs",
    "growth_hub": "Growth hubs",
    "innovation_lab": "Innovation labs",
    "sandbox": "Sandboxes",
}


def group_name(by: str, group: object) -> str:
    """A group of a table as a reader knows it; groups without another name keep their own."""
    name = GROUP_NAMES.get(by, {}).get(str(group), str(group))
    if by == "size_band":
        name += " people"
    return name.replace("-", "\N{EN DASH}") if by in ("age_band", "size_band") else name
