"""Choose a region and two plans, run them, see how far the run is, cancel it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import solara

from viz import runs
from viz.app.components.banner import Banner
from viz.app.components.choice import Choice
from viz.app.components.elements import Button, element
from viz.jobs import Job

if TYPE_CHECKING:
    from experiments.compare import Comparison

POLL_SECONDS = 0.2


@solara.component
def RunForm(start: runs.Choice, on_result: Callable[[Comparison], None]) -> solara.Element:
    """The form beside the answer; `on_result` gets the finished Comparison."""
    region, set_region = solara.use_state(start.region)
    base, set_base = solara.use_state(start.base)
    plan, set_plan = solara.use_state(start.plan)
    size, set_size = solara.use_state(start.size)
    problem, set_problem = solara.use_state("")
    job, set_job = solara.use_state(None)
    message, set_message = solara.use_state("")
    running = job is not None and not job.over

    def run() -> None:
        choice = runs.Choice(region, base, plan, size)
        set_problem(choice.problem())
        if not choice.problem():
            set_job(runs.start(choice))

    async def follow() -> None:
        if job is None:
            return
        began = None
        while not job.over:
            # Preparing takes its own time, which says nothing about the runs.
            if began is None and job.total > 1:
                began = time.monotonic()
            set_message(_progress_text(job, time.monotonic() - (began or time.monotonic())))
            await asyncio.sleep(POLL_SECONDS)
        if job.state == "finished":
            on_result(await asyncio.to_thread(runs.load_result, job.result))
        set_message(_end_text(job))

    solara.lab.use_task(follow, dependencies=[job])
    sizes = [(name, option.title) for name, option in runs.SIZES.items()]
    return element(
        "section",
        element("h2", "Try another comparison", id="try"),
        Choice("region", "Region", region, runs.regions(), set_region, disabled=running),
        Choice("plan", "Plan", plan, runs.scenarios(), set_plan, problem=problem, disabled=running),
        Choice("base", "Compared with", base, runs.scenarios(), set_base, disabled=running),
        Choice(
            "size",
            "How sure do you need to be?",
            size,
            sizes,
            set_size,
            hint="More runs and more people take longer and give a steadier answer.",
            disabled=running,
        ),
        element(
            "div",
            Button("Run comparison", run, disabled=running),
            *([Button("Cancel", job.cancel, kind="other")] if running else []),
            class_="actions",
        ),
        *([_progress_bar(job).key("progress")] if running else []),
        element("p", message, role="status", class_="status").key("status"),
        *([_failure(job).key("failure")] if job is not None and job.state == "failed" else []),
        class_="run-form no-print",
        aria_labelledby="try",
    )


def _progress_bar(job: Job) -> solara.Element:
    done = job.done if job.total > 1 else None
    return element("progress", max=max(job.total, 1), value=done, aria_label="Progress of the comparison")


def _failure(job: Job) -> solara.Element:
    return Banner("The comparison did not finish.", job.error, "wrong")


def _progress_text(job: Job, seconds: float) -> str:
    if job.stop.is_set():
        return "Stopping…"
    if job.state == "waiting":
        return "Waiting for another run on this server to finish…"
    if job.total <= 1:
        return f"{(job.text or 'getting ready').capitalize()}…"
    if job.done == job.total:
        return "Putting the results together…"
    left = seconds * (job.total - job.done) / job.done if job.done else 0.0
    remaining = f" About {_duration(left)} left." if job.done else ""
    return f"{job.done} of {job.total} pairs of runs are done.{remaining}"


def _duration(seconds: float) -> str:
    if seconds < 10:
        return "10 seconds"
    if seconds < 55:
        return f"{round(seconds / 10) * 10} seconds"
    minutes = max(round(seconds / 60), 1)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def _end_text(job: Job) -> str:
    return {
        "finished": "Done. The new answer is on this page.",
        "cancelled": "Cancelled. The page still shows the earlier answer.",
    }.get(job.state, "")
