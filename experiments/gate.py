"""The gate of a Digital Inclusion Impact Assessment: before a comparison's runs, would a plan leave a group behind?

A plan with a programme of instrument `assess` and money for it is tried on a few pairs of runs. If a gap in being
offline widens with a higher probability than the programme allows, or the worst-placed group falls further than it
allows, the plan's programmes for residents are redesigned or stopped. docs/fairness.md states the rule.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from experiments.bands import RUN_COLUMNS
from experiments.gaps import GAPS, gap_values, group_shares, hidden_groups
from experiments.twins import TwinTask, replicate_seed
from model.programmes.instruments.assess import is_assessed
from model.programmes.programme import WITHOUT_APPLICANTS, Eligibility, Programme
from model.scenario import Scenario

N_PAIRS = 8
"""Pairs of runs: posterior draws first, one seed each, then seeds at central parameters"""
GATED = ("deprivation_in_region", "education", "disability", "age_band")
OLDEST_SIDE_YEARS = 75
"""Age from which people are the disadvantaged side of the gap by age"""
PASSED, REDESIGNED, STOPPED, KEPT = "passed", "redesigned", "stopped", "kept"
STOP = 2
"""The code of `on_widening` that stops; 1 redesigns"""
FIRST = {"deprived_first": "people in the most deprived areas", "offline_first": "people who are offline"}

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Rule:
    """What an assessment allows."""

    widening_probability: float
    worst_group_fall_points: float
    stops: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One gap in being offline, worse side less better, points; means of the pairs of runs."""

    group_by: str
    worse: str
    better: str
    base: float
    plan: float
    widening_probability: float
    """share of the pairs in which the worse side falls further behind"""


@dataclass(frozen=True, slots=True)
class WorstGroup:
    """The group with most people offline without the plan; shares in per cent of its adults."""

    group_by: str
    group: str
    base_non_use: float
    plan_non_use: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate decided on a plan, and what it changed."""

    plan: str
    result: str
    """"passed", "redesigned", "stopped", or "kept": it widens a gap, and there is nothing to redesign"""
    reasons: tuple[str, ...]
    rule: Rule
    n_pairs: int
    period: str
    findings: tuple[Finding, ...]
    worst_group: WorstGroup | None
    targeting: dict[str, str] = field(default_factory=dict)
    """programme -> who goes first from now on"""
    opened: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """programme -> conditions of taking part that are lifted, as they shut out people who would fall further behind"""
    stopped: tuple[str, ...] = ()

    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario as the gate lets it run."""
        return replace(scenario, programmes=tuple(self._changed(programme) for programme in scenario.programmes))

    def _changed(self, programme: Programme) -> Programme:
        if programme.id in self.stopped:
            return replace(programme, budget_pence=0)
        anyone = Eligibility()
        lifted = {name: getattr(anyone, name) for name in self.opened.get(programme.id, ())}
        return replace(
            programme,
            targeting=self.targeting.get(programme.id, programme.targeting),
            eligibility=replace(programme.eligibility, **lifted),
        )

    def plain(self) -> dict[str, Any]:
        """For the manifest, with the sentence a reader gets."""
        return asdict(self) | {"sentence": sentence(self)}


def rule_of(scenario: Scenario) -> Rule | None:
    """The strictest rule of a scenario's assessments; None if none has money."""
    rules = [p.effects for p in scenario.programmes if p.instrument == "assess" and p.budget_pence > 0]
    if not rules:
        return None
    return Rule(
        min(rule["widening_probability"] for rule in rules),
        min(rule["worst_group_fall"] for rule in rules),
        any(rule["on_widening"] == STOP for rule in rules),
    )


def pass_gate(
    tasks: list[TwinTask], seed: int, run: Callable[[list[TwinTask]], Tables]
) -> tuple[list[TwinTask], dict[str, Decision]]:
    """A comparison's tasks as the gate lets them run, and its decision on every plan with an assessment.

    `run` makes the tables of some tasks; it is called once for each such plan.
    """
    decisions = {}
    central = next(task for task in tasks if task.run.design_point == "central")
    for place, plan in enumerate(central.plans):
        if (rule := rule_of(plan)) is not None:
            tables = run(_pairs(tasks, central, place, seed))
            decisions[plan.name] = decide(tables, central.base.name, plan, rule, central.run.scale)
    return [_let_through(task, decisions) for task in tasks], decisions


def _pairs(tasks: list[TwinTask], central: TwinTask, place: int, seed: int) -> list[TwinTask]:
    pairs = [task for task in tasks if task.run.design_point == "posterior" and task.run.replicate == 0][:N_PAIRS]
    for replicate in range(N_PAIRS - len(pairs)):
        run = replace(central.run, seed=replicate_seed(seed, replicate), replicate=replicate)
        pairs.append(replace(central, run=run))
    return [replace(task, plans=(task.plans[place],), keep_detail=False) for task in pairs]


def _let_through(task: TwinTask, decisions: dict[str, Decision]) -> TwinTask:
    plans = (decisions[plan.name].applied(plan) if plan.name in decisions else plan for plan in task.plans)
    return replace(task, plans=tuple(plans))


def decide(tables: Tables, base: str, plan: Scenario, rule: Rule, scale: float) -> Decision:
    """Apply a rule to the tables of some pairs of runs."""
    period = str(tables["twins"]["period"].astype(str).max())
    shares = group_shares(tables["series"], period)
    hidden = hidden_groups(shares, base, scale)
    findings = _findings(shares, hidden, base, plan.name)
    worst = _worst_group(shares, hidden, base, plan.name)
    widening = [found for found in findings if found.widening_probability > rule.widening_probability]
    reasons = [
        f"the gap between {found.worse} and {found.better} widens in {found.widening_probability:.0%} of the pairs of runs"
        for found in widening
    ]
    if worst is not None and worst.plan_non_use - worst.base_non_use > rule.worst_group_fall_points:
        fall = worst.plan_non_use - worst.base_non_use
        reasons.append(
            f"in the group with most people offline ({worst.group}) {fall:.1f} points more are offline with it"
        )
    n_pairs = len(shares.loc[shares["scenario"] == base, RUN_COLUMNS].drop_duplicates())
    given = (tuple(reasons), rule, n_pairs, period, findings, worst)
    if not reasons:
        return Decision(plan.name, PASSED, *given)
    assessed = [p for p in plan.programmes if p.audience == "residents" and _is_assessed(p, plan)]
    if rule.stops:
        return Decision(plan.name, STOPPED, *given, stopped=tuple(p.id for p in assessed))
    by_place = any(found.group_by == "deprivation_in_region" for found in widening)
    first = "deprived_first" if by_place else "offline_first"
    targeting = {p.id: first for p in assessed if p.instrument not in WITHOUT_APPLICANTS and p.targeting != first}
    behind = {found.group_by for found in widening}
    opened = {p.id: shut for p in assessed if (shut := shutting_out(p, behind))}
    result = REDESIGNED if targeting or opened else KEPT
    return Decision(plan.name, result, *given, targeting=targeting, opened=opened)


def shutting_out(programme: Programme, behind: set[str]) -> tuple[str, ...]:
    """Conditions of a programme that shut out the disadvantaged side of breakdowns in which a gap widens."""
    who = programme.eligibility
    shut = {
        "deprivation_quintiles": "deprivation_in_region" in behind and bool(who.deprivation_quintiles)
        and 1 not in who.deprivation_quintiles,
        "max_age_years": "age_band" in behind and who.max_age_years < OLDEST_SIDE_YEARS,
        "disabled": "disability" in behind and who.disabled is False,
    }  # fmt: skip
    return tuple(name for name, shuts in shut.items() if shuts)


def _is_assessed(programme: Programme, plan: Scenario) -> bool:
    return any(is_assessed(programme, by) for by in plan.programmes if by.instrument == "assess")


def _findings(shares: pd.DataFrame, hidden: set[tuple[str, str]], base: str, plan: str) -> tuple[Finding, ...]:
    found = []
    for gap in GAPS:
        if gap.group_by not in GATED or any((gap.group_by, group) in hidden for group in (*gap.worse, *gap.better)):
            continue
        values = gap_values(shares, (gap,))
        values = values[(values["measure"] == "non_use") & (values["statistic"] == "gap")]
        pairs = values.pivot(index=RUN_COLUMNS, columns="scenario", values="value")
        # Where the disadvantaged are ahead, their losing some of that lead leaves nobody further behind. Rounded, so
        # that equal shares of other people do not differ in their last bit.
        pairs = pairs.round(9)
        widens = (pairs[plan] > pairs[base]) & (pairs[plan] > 0)
        means = float(pairs[base].mean()), float(pairs[plan].mean())
        found.append(Finding(gap.group_by, gap.worse_words, gap.better_words, *means, float(widens.mean())))
    return tuple(found)


def _worst_group(shares: pd.DataFrame, hidden: set[tuple[str, str]], base: str, plan: str) -> WorstGroup | None:
    gated = shares[shares["group_by"].isin(GATED)]
    table = 100.0 * gated.pivot_table(index=["group_by", "group"], columns="scenario", values="non_use")
    table = table[~table.index.isin(list(hidden))]
    if table.empty:
        return None
    worst = int(table[base].to_numpy().argmax())
    by, group = table.index.to_list()[worst]
    return WorstGroup(by, group, float(table[base].iloc[worst]), float(table[plan].iloc[worst]))


def sentence(decision: Decision) -> str:
    """What the gate found and did, for a reader."""
    found = "Its inclusion impact assessment found that " + " and ".join(decision.reasons)
    if decision.result == STOPPED:
        return f"{found}, so its programmes for residents were stopped before the runs shown here."
    if decision.result == REDESIGNED:
        changes = [f"{FIRST[first]} go first" for first in sorted(set(decision.targeting.values()))]
        if decision.opened:
            changes.append("those whom its conditions shut out may take part")
        return f"{found}, so its programmes for residents were redesigned before the runs shown here: {', and '.join(changes)}."
    if decision.result == KEPT:
        who = "none of its programmes that people apply to can put them first more than it does"
        return f"{found}; {who}, so there was nothing to redesign."
    if not decision.findings:
        return "Its inclusion impact assessment could compare no groups, as they are too small in these runs."
    allowed = decision.rule.widening_probability
    return (
        f"Its inclusion impact assessment found no reason to change it: in {decision.n_pairs} pairs of runs no gap in being "
        f"offline widened with a probability above {allowed:.0%}."
    )
