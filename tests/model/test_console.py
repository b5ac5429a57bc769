"""Tables on a terminal: nothing that tells rows apart is cut off."""

import pandas as pd
import pytest

from model import console
from model.console import print_table


@pytest.fixture
def columns_100(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "WIDTH_WITHOUT_TERMINAL", 100)


def table(n_columns: int) -> pd.DataFrame:
    names = ["a-programme-with-a-long-name.with-a-part", "another"]
    numbers = {f"budget_of_partners_gbp_{k}": [1_261_094.5, 3.0] for k in range(n_columns)}
    return pd.DataFrame({"programme": names, "title": ["several words that may go over lines", "one"], **numbers})


@pytest.mark.usefixtures("columns_100")
def test_names_and_numbers_stay_whole_in_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(table(3))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100 and "…" not in "".join(lines)
    assert any("a-programme-with-a-long-name.with-a-part" in line and "1,261,094.5" in line for line in lines)
    assert not any("budget_of_partners" in line for line in lines)


@pytest.mark.usefixtures("columns_100")
def test_headings_stay_on_one_line_where_there_is_room(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(table(1)[["programme", "budget_of_partners_gbp_0"]])
    assert "budget_of_partners_gbp_0" in capsys.readouterr().out
