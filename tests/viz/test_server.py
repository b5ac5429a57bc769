"""Serving: what can go wrong before a page is shown."""

import socket

import pytest

from model.errors import InputError
from viz.server import plotly_folder, run_server


def test_a_port_in_use_is_one_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"cannot listen.*127.0.0.1:{port}"):
            run_server("127.0.0.1", port)


def test_the_chart_library_is_in_the_installed_package() -> None:
    assert (plotly_folder() / "plotly.min.js").stat().st_size > 1_000_000
