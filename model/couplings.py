"""Couplings between residents, firms and hubs, and the parameter values that switch each of them off."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coupling:
    """One way in which residents, firms and hubs change each other."""

    meaning: str
    off: dict[str, float]
    """parameter -> value at which the coupling does nothing"""
    reaches: tuple[str, ...]
    """indicators of residents or firms that it acts on first"""


COUPLINGS: dict[str, Coupling] = {
    "workers_skill": Coupling(
        "skills of workers and jobseekers help firms adopt, and gain more from it",
        {"adoption_match": 0.0, "productivity_match": 0.0},
        ("adopted_cloud", "adopted_business_software", "adopted_ai", "productivity_index"),
    ),
    "local_services": Coupling(
        "firms that serve customers online make being online worth more to residents near by",
        {"local_usefulness": 0.0},
        ("online_share", "foundation_share"),
    ),
    "firm_training": Coupling(
        "technology and programmes of firms teach their workers",
        {"adoption_training_hours": 0.0, "staff_training_share": 0.0},
        ("work_share", "foundation_share"),
    ),
    "colleagues": Coupling(
        "people learn from those they work with, and do as they do",
        {"work_tie_weight": 0.0},
        ("online_share", "work_share"),
    ),
    "shared_hubs": Coupling(
        "programmes for residents and for firms share the staff hours of a hub",
        {"hub_shared": 0.0},
        ("online_share", "adopted_cloud"),
    ),
    "co_attendance": Coupling(
        "people who meet at a session stay in touch for some months",
        {"session_tie_weight": 0.0},
        ("online_share", "foundation_share"),
    ),
}
