"""A browser and servers for the app. Without a browser these tests skip and say so; under CI they fail."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-quic", "--no-first-run"]  # fmt: skip


def _unavailable(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _unavailable("playwright is not installed: pip install uptake[test]")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        _unavailable("no Chromium found: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


class Server:
    """A server of the app in a process of its own."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with log.open("wb") as stream:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{log.read_text()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _made_up(folder: Path, *more: str) -> Iterator[Server]:
    port, script = free_port(), str(Path(__file__).with_name("made_up_server.py"))
    server = Server([sys.executable, script, str(port), str(folder / "example"), *more], port, folder / "log")
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="session")
def made_up_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on made-up numbers; a run takes four seconds."""
    yield from _made_up(tmp_path_factory.mktemp("made-up"))


@pytest.fixture(scope="session")
def firm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same with firms and hubs."""
    yield from _made_up(tmp_path_factory.mktemp("firms"), "firms")


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`uptake serve` as a user starts it."""
    folder, port = tmp_path_factory.mktemp("real"), free_port()
    code = "from experiments.cli import main; main()"
    server = Server([sys.executable, "-c", code, "serve", "--port", str(port)], port, folder / "log")
    yield server
    server.stop()
