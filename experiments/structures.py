"""Other forms of the model beside the standard one, on the same luck: how much of a result hangs on its form.

No form is fitted anew: each has the standard form's values but for what tells it apart. Two forms besides the standard
one are few, so what they show is the least that the form of the model matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from experiments.bands import RUN_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.twins import TwinTask
    from model.scenario import Scenario

NO_PEERS, PLACEBO = "no peers", "placebo network"
PEERS = ("onset_peers", "lapse_peers", "motivation_peers", "skill_help", "attention_peers", "adoption_peers")
"""What residents do because their family, friends and colleagues do, and firms because their partners do"""
SHARE_OF_SEEDS, FEWEST_SEEDS, MOST_SEEDS = 0.2, 2, 4
"""Central seeds at which the other forms are run, too: a fifth of them, within these limits"""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the model; its name is the design point of its runs."""

    name: str
    values: dict[str, float] = field(default_factory=dict)
    """parameters that differ from those of central runs"""
    network_variant: str = ""
    """of model.network.VARIANTS; empty for that of the scenario"""

    def of(self, scenario: Scenario) -> Scenario:
        """A scenario as this form runs it."""
        return replace(scenario, network_variant=self.network_variant or scenario.network_variant)


FORMS = (
    # Nobody does anything because others do.
    Form(NO_PEERS, dict.fromkeys(PEERS, 0.0)),
    # People are tied to others like their family and friends, not to them.
    Form(PLACEBO, network_variant="placebo"),
)


def structure_tasks(tasks: list[TwinTask]) -> list[TwinTask]:
    """The first central tasks with plans, in each other form of the model: same seeds, same luck."""
    central = [task for task in tasks if task.run.design_point == "central" and task.plans]
    n_seeds = min(len(central), max(FEWEST_SEEDS, min(MOST_SEEDS, int(SHARE_OF_SEEDS * len(central)))))
    return [_in_form(task, form) for form in FORMS for task in central[:n_seeds]]


def _in_form(task: TwinTask, form: Form) -> TwinTask:
    values = dict(task.run.values) | form.values
    return replace(
        task,
        run=replace(task.run, design_point=form.name, values=tuple(sorted(values.items()))),
        base=form.of(task.base),
        plans=tuple(form.of(plan) for plan in task.plans),
        keep_detail=False,
    )


@dataclass(frozen=True, slots=True)
class WithoutPeers:
    """A number with no peer effect, and with it at the same seeds; means over n_seeds."""

    value: float
    with_peers: float
    n_seeds: int

    def text(self) -> str:
        """The same for reading.

        >>> WithoutPeers(95.2, 1398.0, 4).text()
        '95 with no peer effect, 1,398 with it (means of the same 4 seeds)'
        """
        return f"{round(self.value):,} with no peer effect, {self.with_it()}"

    def with_it(self) -> str:
        """What it is compared with."""
        seeds = f"means of the same {self.n_seeds} seeds" if self.n_seeds > 1 else "the same seed"
        return f"{round(self.with_peers):,} with it ({seeds})"


def without_peers(rows: pd.DataFrame, column: str) -> WithoutPeers | None:
    """A column (one value a run) without peers and with them; None where no such runs were made, or it has no value."""
    by_seed = in_forms(rows, column)
    if by_seed.empty:
        return None
    means = by_seed.mean()
    return WithoutPeers(float(means[NO_PEERS]), float(means["central"]), len(by_seed))


def in_forms(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column (one value a run) by seed, one column a form, "central" first; seeds run in every form only."""
    names = ["central", *(form.name for form in FORMS)]
    plain = rows[[*RUN_COLUMNS, column]].astype({"design_point": str})
    table = plain[plain["design_point"].isin(names)].pivot(index="replicate", columns="design_point", values=column)
    found = [name for name in names if name in table]
    return table[found].dropna(how="any") if len(found) == len(names) else table[found].iloc[:0]
