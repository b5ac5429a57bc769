"""Couplings between residents, firms and hubs, and the parameter values that switch each of them off."""

COUPLINGS: dict[str, dict[str, float]] = {
    "workers_skill": {"adoption_match": 0.0, "productivity_match": 0.0},
    "local_services": {"local_usefulness": 0.0},
    "firm_training": {"adoption_training_hours": 0.0, "staff_training_share": 0.0},
    "colleagues": {"work_tie_weight": 0.0},
    "shared_hubs": {"hub_shared": 0.0},
    "co_attendance": {"session_tie_weight": 0.0},
}
"""workers_skill: skills of workers and jobseekers -> adoption and what it yields. local_services: firms online -> use to
residents. firm_training: adoption and programmes -> skill of workers. colleagues: people learn from those they work with.
shared_hubs: residents' and firms' programmes share staff hours. co_attendance: people who meet at a session stay in touch."""
