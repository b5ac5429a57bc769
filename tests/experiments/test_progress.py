"""Progress of long work where nobody watches a terminal."""

import experiments.progress as module
from experiments.progress import Progress


def test_a_log_gets_a_line_now_and_then(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    with Progress() as progress:
        for done in range(200):
            now[0] += 1.0
            progress(done, 200, "runs")
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["runs: 59 of 200", "runs: 119 of 200", "runs: 179 of 200"]
