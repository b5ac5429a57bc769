"""The split: every figure has exactly one role, and a mistake in it names its place."""

import pandas as pd
import pytest

from calibration.roles import TARGETS, load_targets
from model.errors import InputError

SPLIT = """\
roles: {input: builds, fit: target, holdout: scored, context: read}
tables:
  use: {kept: here, about: use of the internet}
blocks:
  - {name: start, table: use, role: input, where: {year: 2013}, why: the run starts there}
  - {name: target, table: use, role: fit, where: {year: 2014..2016}, except: [{group: "75+"}], why: the main target}
  - {name: elders, table: use, role: holdout, where: {year: [2014, 2015, 2016], group: "75+"}, why: scored later on}
"""


@pytest.fixture
def split(tmp_path):
    def write(text: str):
        path = tmp_path / "targets.yaml"
        path.write_text(text)
        return load_targets(path)

    return write


def figures(*rows: tuple[int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "group"], index=range(2, 2 + len(rows)))


def test_spans_lists_and_exceptions_select_rows(split):
    rows = figures((2013, "75+"), (2014, "16-24"), (2016, "16-24"), (2016, "75+"))
    blocks = split(SPLIT).assign("use", rows, "use.csv")
    assert blocks.tolist() == ["start", "target", "target", "elders"]
    assert split(SPLIT).role_of(blocks).tolist() == ["input", "fit", "fit", "holdout"]


def test_a_figure_without_a_role_is_named(split):
    with pytest.raises(InputError, match=r"use\.csv: row 3: a figure has no role .*16-24 / 2017"):
        split(SPLIT).assign("use", figures((2013, "75+"), (2017, "16-24")), "use.csv")


def test_a_figure_with_two_roles_is_named(split):
    overlapping = SPLIT.replace("year: 2013", "year: 2013..2014")
    with pytest.raises(InputError, match=r"use\.csv: row 2: a figure has two roles: blocks 'start' and 'target'"):
        split(overlapping).assign("use", figures((2014, "16-24")), "use.csv")


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("table: use, role: fit", "table: uses, role: fit", r"targets\.yaml:6: .*unknown table, did you mean 'use'"),
        ("role: fit", "role: target", r"targets\.yaml:6: .*'input', 'fit', 'holdout' or 'context'"),
        ("name: target", "name: start", r"targets\.yaml:6: two blocks have the same name"),
        ("2014..2016", "2016..2014", r"targets\.yaml:6: .*a span of years"),
        ("why: the run starts there", "why: so", r"targets\.yaml:5: .*at least 10 characters"),
        ("context: read}", "extra: read}", r"targets\.yaml:1: "),
        ("  use: {", "  more: {kept: here, about: other}\n  use: {", r"more: no block gives the table a role"),
    ],
)
def test_a_mistake_in_the_split_names_its_place(split, right, wrong, message):
    assert right in SPLIT
    with pytest.raises(InputError, match=message):
        split(SPLIT.replace(right, wrong, 1))


def test_an_unknown_column_is_named(split):
    targets = split(SPLIT.replace('group: "75+", ', "").replace('group: "75+"', 'groups: "75+"'))
    with pytest.raises(InputError, match="no such column, did you mean 'group'"):
        targets.assign("use", figures((2014, "16-24")), "use.csv")


def test_the_design_of_the_hold_out_stands():
    blocks = {block.name: block for block in load_targets(TARGETS).blocks}
    years = pd.DataFrame({"year": range(2013, 2021), "group_by": "age_band", "group": "65-74"})
    fitted = years[blocks["fit-age"].selects(years)]["year"].tolist()
    held = years[blocks["held-2018-2019"].selects(years) | blocks["held-2020"].selects(years)]["year"].tolist()
    assert fitted == [2014, 2015, 2016, 2017]
    assert held == [2018, 2019, 2020]
    assert blocks["held-study-areas"].role == "holdout" and not blocks["held-study-areas"].where
