"""Long runs beside the web server: each in a spawned process of its own, one at a time.

The server stays responsive, a run's memory goes back with its process, a run that dies harms nothing else, and runs of
several visitors wait for one another instead of sharing the cores.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any, Literal

from experiments.runner import Cancelled
from model.errors import InputError

State = Literal["waiting", "running", "finished", "cancelled", "failed"]
Message = tuple[str, Any]
Work = Callable[..., Any]
"""An importable function, called with its own arguments and by name `progress` (done, total, text) and `cancelled`."""
ENDING_S = 10.0
"""Time a process has to end after its last word"""
FAILED = "The run failed. The server’s log says why."


class Job:
    """One run as the server sees it: `state`, progress (`done` of `total`, `text`), then `result` or `error`."""

    def __init__(self, stop: Event) -> None:
        self.state: State = "waiting"
        self.done = 0
        self.total = 0
        self.text = ""
        self.result: Any = None
        self.error = ""
        self.stop = stop
        self.process: BaseProcess | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("finished", "cancelled", "failed")

    def cancel(self) -> None:
        """Ask the run to stop; it does at its next look, or never starts."""
        self.stop.set()

    def take(self, message: Message) -> None:
        """Note what the process said."""
        kind, value = message
        if kind == "progress":
            self.done, self.total, self.text = value
        elif kind == "finished":
            self.result, self.state = value, "finished"
        elif kind == "cancelled":
            self.state = "cancelled"
        else:
            self.error, self.state = value, "failed"


class JobQueue:
    """Runs jobs one at a time."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._turn = threading.Lock()
        self._jobs: set[Job] = set()

    def submit(self, work: Work, *arguments: Any) -> Job:
        """Queue a run and return at once."""
        job = Job(self._context.Event())
        self._jobs.add(job)
        threading.Thread(target=self._follow, args=(job, work, arguments), daemon=True).start()
        return job

    def close(self) -> None:
        """Stop everything: called when the server ends."""
        for job in list(self._jobs):
            job.cancel()
            if job.process is not None:
                job.process.terminate()

    def _follow(self, job: Job, work: Work, arguments: tuple[Any, ...]) -> None:
        with self._turn:
            try:
                if job.stop.is_set():
                    job.take(("cancelled", None))
                else:
                    self._run(job, work, arguments)
            except Exception:
                logging.getLogger(__name__).exception("a run could not be followed")
                job.take(("failed", FAILED))
            finally:
                self._jobs.discard(job)

    def _run(self, job: Job, work: Work, arguments: tuple[Any, ...]) -> None:
        receiver, sender = self._context.Pipe(duplex=False)
        # Not a daemon process: work may start processes of its own.
        job.process = self._context.Process(target=_work, args=(sender, job.stop, work, arguments))
        job.process.start()
        job.state = "running"
        sender.close()
        try:
            while not job.over:
                job.take(receiver.recv())
        except EOFError:
            job.take(("failed", "The run stopped suddenly. The computer may be short of memory."))
        job.process.join(timeout=ENDING_S)
        if job.process.is_alive():
            # Nothing more will come from it, and the next run must not wait for it.
            job.process.kill()
        receiver.close()


@cache
def shared_queue() -> JobQueue:
    """The queue of this server."""
    return JobQueue()


def _work(sender: Connection, stop: Event, work: Work, arguments: tuple[Any, ...]) -> None:
    """The life of a worker process."""
    # Ctrl-C is the server's to handle, and no worker outlives its server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_server, daemon=True).start()

    def progress(done: int, total: int, text: str) -> None:
        sender.send(("progress", (done, total, text)))

    try:
        result = work(*arguments, progress=progress, cancelled=stop.is_set)
        sender.send(("finished", result))
    except Cancelled:
        sender.send(("cancelled", None))
    except InputError as error:
        sender.send(("failed", str(error)))
    except Exception:
        logging.getLogger(__name__).exception("a run failed")
        sender.send(("failed", FAILED))


def _follow_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
