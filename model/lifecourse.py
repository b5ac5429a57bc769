"""Dates of one person's life in an area: arrival, disability, departure or death, drawn from expected flows.

Vectors over persons; `cohort` is the age at Census date, as everywhere in the schedules. All functions take the
area's generator, so that areas share no luck.
"""

from __future__ import annotations

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.demography import MONTHS_A_YEAR, Schedules
from model.migration import Flows
from model.rounding import logit, sigmoid

SIXTEENTH_BIRTHDAY = 16 * MONTHS_A_YEAR


def first_adult_month(birth_month: np.ndarray) -> np.ndarray:
    """First month from January 2013 at which a person is 16."""
    return np.maximum(birth_month + SIXTEENTH_BIRTHDAY, 0)


def random_month(low: np.ndarray, high: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A month in low..high-1, each alike."""
    return low + (generator.random(np.shape(low)) * np.maximum(high - low, 1)).astype(np.int64)


def entry_months(
    cohort: np.ndarray,
    sex: np.ndarray,
    birth_month: np.ndarray,
    last_step: np.ndarray,
    flows: Flows,
    schedules: Schedules,
    draws: np.ndarray,
) -> np.ndarray:
    """First month of presence at 16 or over for people present at the end of back step `last_step` - 1.

    Going back in time, a person present at the end of a step came in it with the chance that the flows give.
    draws (n, 2): uniform, for the step and the month in it; those who share theirs tend to come together.
    """
    natural = first_adult_month(birth_month)
    steps = schedules.census_step
    came = flows.entered[sex, :, cohort] * (np.arange(steps) < last_step[:, None])
    stayed = np.cumprod(1.0 - came[:, ::-1], axis=1)[:, ::-1]
    step = (stayed < draws[:, :1]).sum(axis=1) - 1
    moved = step >= 0
    step = np.maximum(step, 0)
    low, high = schedules.edges[step], schedules.edges[step + 1]
    month = low + 1 + (draws[:, 1] * (high - low)).astype(np.int64)
    return np.where(moved, np.maximum(month, natural), natural)


def past_onset(
    cohort: np.ndarray, end_step: np.ndarray, schedules: Schedules, generator: np.random.Generator
) -> np.ndarray:
    """Month of onset of people alive and disabled at back edge `end_step`; 0 if disabled since January 2013 or before."""
    before = schedules.onset_before[end_step, :, cohort]
    draw = generator.random(cohort.size)
    step = (before < draw[:, None]).sum(axis=1) - 1
    month = random_month(
        schedules.edges[np.maximum(step, 0)] + 1, schedules.edges[np.maximum(step, 0) + 1] + 1, generator
    )
    return np.where(step >= 0, month, 0)


def future_onset(
    cohort: np.ndarray, start: np.ndarray, shift: float, schedules: Schedules, generator: np.random.Generator
) -> np.ndarray:
    """Month of onset, after `start`, of people not disabled then; NEVER if it does not come before the horizon.

    shift: the area's log-odds of disability against the nation, which moves the log of the chance of onset.
    """
    first = schedules.census_step
    chance = np.clip(schedules.onset[first:, cohort].T, 0.0, 0.999)
    hazard = -np.log1p(-chance) * np.exp(shift) * _exposure(start, schedules)
    return _event_month(hazard, start, schedules, generator.standard_exponential(start.size))


def exit_months(
    cohort: np.ndarray,
    sex: np.ndarray,
    start: np.ndarray,
    onset: np.ndarray,
    flows: Flows,
    schedules: Schedules,
    move_draw: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """First month no longer present, after `start` (Census date or later): death or moving away; NEVER otherwise.

    move_draw (n,): exponential draws for moving away; those who share theirs tend to go together.
    """
    first = schedules.census_step
    ratio = schedules.mortality.disability_hazard_ratio
    share = schedules.disability[first:-1, cohort].T
    mean = -np.log(schedules.survival[sex, first:, cohort])
    low, high = schedules.edges[first:-1], schedules.edges[first + 1 :]
    disabled = np.clip((high - np.maximum(onset[:, None], low)) / (high - low), 0.0, 1.0)
    death = mean / (1.0 - share + ratio * share) * (1.0 + (ratio - 1.0) * disabled)
    away = -np.log1p(-np.minimum(flows.leaving[sex, :, cohort], 0.95))
    exposure = _exposure(start, schedules)
    dies = _event_month(death * exposure, start, schedules, generator.standard_exponential(start.size))
    return np.minimum(dies, _event_month(away * exposure, start, schedules, move_draw))


def disabled_at(share: np.ndarray, shift: float, generator: np.random.Generator) -> np.ndarray:
    """Whether each person is disabled, from national shares moved by the area's log-odds."""
    return generator.random(share.size) < sigmoid(logit(share) + shift)


def _exposure(start: np.ndarray, schedules: Schedules) -> np.ndarray:
    """Share of each forward step after `start` (n, F)."""
    edges = schedules.edges[schedules.census_step :]
    return np.clip((edges[1:] - np.maximum(start[:, None], edges[:-1])) / np.diff(edges), 0.0, 1.0)


def _event_month(hazard: np.ndarray, start: np.ndarray, schedules: Schedules, draw: np.ndarray) -> np.ndarray:
    """Month at which a hazard integrated by forward step (n, F) adds up to the draw; NEVER if beyond the horizon."""
    edges = schedules.edges[schedules.census_step :]
    running = np.cumsum(hazard, axis=1)
    step = (running < draw[:, None]).sum(axis=1)
    happens = step < hazard.shape[1]
    step = np.minimum(step, hazard.shape[1] - 1)
    row = np.arange(step.size)
    inside = hazard[row, step]
    done = (draw - (running[row, step] - inside)) / np.maximum(inside, 1e-12)
    low = np.maximum(edges[step], start)
    month = low + 1 + np.floor(np.clip(done, 0.0, 0.999) * (edges[step + 1] - low)).astype(np.int64)
    return np.where(happens & (month < HORIZON_MONTHS), month, NEVER)
