"""Study areas scored on made-up published rows and made-up counts; no figure held out is opened."""

import json

import numpy as np
import pandas as pd
import pytest

from calibration.evidence_reader import without_values
from calibration.validation import holdout_areas, tilt_prior
from calibration.validation.holdout_areas import area_bar, area_rows, area_verdict, study_authorities
from calibration.validation.published_areas import WINDOWS, members_of, published_shares
from calibration.validation.tilt_prior import check_tilt_prior
from model.errors import InputError
from model.region import AGE_BANDS

WEST = ["Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton"]
PAIRS = ["Dudley and Sandwell", "Walsall and Wolverhampton"]
YEARS = sorted(year for window in WINDOWS.values() for year in window)
SHARE = {
    "Gloucestershire": 0.92,
    "Hertfordshire": 0.94,
    "Glasgow City": 0.85,
    "Staffordshire CC": 0.9,
    "Stoke-on-Trent": 0.83,
}
"""made-up shares of recent users; those of the west are set below"""


@pytest.fixture(scope="module")
def authorities() -> pd.DataFrame:
    return study_authorities()


def share_of(name: str) -> float:
    return SHARE.get(name, 0.88 if name in ("Solihull", "Coventry") else 0.8)


def classes_of(name: str, share: float) -> list[tuple[str, float]]:
    """Lapsed and never users apart, as one, or (in Hertfordshire) both ways; recent users not shown of one pair."""
    apart, together = [("lapsed", 0.02), ("never", 0.98 - share)], [("lapsed_or_never", 1.0 - share)]
    non_users = apart + together if name == "Hertfordshire" else together if name in (*WEST, PAIRS[0]) else apart
    return non_users if name == PAIRS[0] else [("recent", share), *non_users]


def published_rows(change=lambda rows: rows) -> pd.DataFrame:
    """Rows in the shape of the survey: 400 thousand adults in each area, pairs before 2017, an interval for 2020 in one."""
    rows = []
    for year in YEARS:
        west = (
            [name for name in WEST if name in ("Birmingham", "Coventry", "Solihull")] + PAIRS if year < 2017 else WEST
        )
        for name in [*SHARE, *west, "West Midlands", "Scotland"]:
            share, adults = share_of(name), 400.0
            for measure, part in classes_of(name, share):
                common = {
                    "area_code": "X",
                    "area": name,
                    "group_by": "all",
                    "group": "all",
                    "year": year,
                    "measure": measure,
                }
                common |= {"source_id": "ons_iu_2020", "lower": np.nan, "upper": np.nan}
                interval = {"lower": 100 * share - 3.0, "upper": 100 * share + 3.0}
                given = interval if (name, year, measure) == ("Gloucestershire", 2020, "recent") else {}
                rows.append(common | {"unit": "percent", "value": 100.0 * part} | given)
                rows.append(common | {"unit": "thousands", "value": adults * part})
    return change(pd.DataFrame(rows))


def made_up_counts(authorities: pd.DataFrame, share, n_draws: int = 4, adults: int = 2000) -> pd.DataFrame:
    """Counts as of baseline_runs: every authority has the same people; share(region, name, draw) of them are online."""
    rows = []
    for area in authorities.itertuples():
        for year in YEARS:
            for draw in range(n_draws):
                for band in AGE_BANDS:
                    for state in ("not disabled", "disabled"):
                        rows.append((area.authority_code, year, draw, band, state, adults,
                                     adults * share(area.region, area.authority_name, draw)))  # fmt: skip
    return pd.DataFrame(rows, columns=["authority_code", "year", "draw", "age_band", "disability", "adults", "recent"])


def uk_rows(share: float = 0.88) -> pd.DataFrame:
    """UK rows whose rate is the same in every group."""
    groups = {
        "all": ["all"],
        "age_band": AGE_BANDS,
        "age_band x disability": [f"{b} x {s}" for b in AGE_BANDS for s in ("yes", "no")],
    }
    rows = [
        (group_by, group, year, measure, "thousands", 1000.0 * part)
        for group_by, names in groups.items()
        for group in names
        for year in YEARS
        for measure, part in (("recent", share), ("lapsed", 0.02), ("never", 0.98 - share))
    ]
    return pd.DataFrame(rows, columns=["group_by", "group", "year", "measure", "unit", "value"])


def test_names_and_codes_find_their_authorities(authorities):
    assert members_of("E06000021", "", authorities) == {"E06000021"}
    assert members_of("X", "Staffordshire CC", authorities) == set(
        authorities.query("region == 'staffordshire'")["authority_code"]
    ) - {"E06000021"}
    assert members_of("X", "Dudley & Sandwell", authorities) == {"E08000027", "E08000028"}
    assert len(members_of("E11000005", "West Midlands", authorities)) == 7
    assert members_of("E12000005", "West Midlands", authorities) == frozenset()
    assert members_of("UKM", "Scotland", authorities) == frozenset()


def test_areas_are_pooled_and_pairs_are_compared_as_pairs(authorities):
    shares, left_out = published_shares(published_rows(), authorities)
    assert left_out == ["Scotland", "West Midlands"]
    whole = {(share.window, share.area): share for share in shares if share.whole_region}
    assert len(whole) == 10
    assert whole["2018-20", "gloucestershire"].share_pct == pytest.approx(92.0)
    parts = {share.area for share in shares if share.window == "2015-17" and not share.whole_region}
    assert set(PAIRS) < parts and not parts & {"Dudley", "Walsall"}
    assert {"Dudley", "Walsall"} < {share.area for share in shares if share.window == "2018-20"}
    west = whole["2015-17", "west-midlands"]
    assert len(west.members) == 7
    assert sum(west.year_weights.values()) == pytest.approx(1.0)
    assert next(share for share in shares if share.area == PAIRS[0]).share_pct == pytest.approx(80.0)
    assert west.year_weights[2016] == pytest.approx(west.year_weights[2015])


def test_every_study_area_and_window_is_covered_by_what_is_published(authorities):
    """Of the figures held out only what they are about is read, not what they say."""
    keys = without_values("lfs_study_areas", "holdout")
    made_up = keys.assign(value=keys["unit"].map({"percent": 50.0, "thousands": 100.0}), lower=np.nan, upper=np.nan)
    shares, around = published_shares(made_up, authorities)
    whole = [(share.window, share.area) for share in shares if share.whole_region]
    assert len(whole) == len(set(whole)) == 2 * authorities["region"].nunique()
    assert around == ["East of England", "Scotland", "Shropshire and Staffordshire", "South West", "West Midlands"]
    assert "Dudley and Sandwell" in {share.area for share in shares if share.window == "2015-17"}


def test_the_sampling_error_comes_from_the_interval_or_the_table(authorities):
    whole = {share.area: share for share in published_shares(published_rows(), authorities)[0] if share.whole_region}
    one_year = 3.0 / 1.96
    # Three equal years of which neighbours share a fifth of their people.
    assert whole["gloucestershire"].error_points == pytest.approx(one_year * np.sqrt((3 + 0.8) / 9))
    share = 0.94
    assert whole["hertfordshire"].error_points == pytest.approx(100 * np.sqrt(share * (1 - share) / 620 * 3.8 / 9))


def test_an_area_without_rows_is_refused(authorities):
    rows = published_rows(lambda rows: rows[~((rows["area"] == "Coventry") & (rows["year"] == 2019))])
    with pytest.raises(InputError, match="west-midlands"):
        published_shares(rows, authorities)


def right(region, name, draw):
    return share_of({"gloucestershire": "Gloucestershire", "hertfordshire": "Hertfordshire", "glasgow": "Glasgow City"}.get(region)
                    or (name if region == "west-midlands" or name == "Stoke-on-Trent" else "Staffordshire CC"))  # fmt: skip


@pytest.mark.parametrize(
    ("share", "met"),
    [(right, True), (lambda region, name, draw: 0.6 + 0.05 * draw, False)],
)
def test_the_verdict_says_plainly_whether_the_model_wins(authorities, share, met):
    shares, _ = published_shares(published_rows(), authorities)
    rows = area_rows(shares, made_up_counts(authorities, share), uk_rows(), 0.05)
    assert area_bar(rows).met is met
    assert ("does not predict" in area_verdict(rows)) is not met
    rates = rows[rows["predictor"] != "model"]
    assert rates["predicted"].to_numpy() == pytest.approx(88.0, abs=0.01)


def test_a_wide_error_makes_every_forecast_forgivable(authorities):
    shares, _ = published_shares(published_rows(), authorities)
    rows = area_rows(shares, made_up_counts(authorities, lambda region, name, draw: 0.88), uk_rows(), 0.0)
    same = rows.pivot_table(index=["holdout", "cell"], columns="predictor", values="log_score")
    assert same["model"].to_numpy() == pytest.approx(same["national rate"].to_numpy(), abs=1e-6)


def test_the_whole_part_runs_on_figures_made_up(authorities, monkeypatch):
    tables = {"lfs_study_areas": published_rows(), "lfs_uk_use": uk_rows()}
    monkeypatch.setattr(holdout_areas, "load", lambda name, purpose: tables[name])
    counts = made_up_counts(authorities, right)
    monkeypatch.setattr(holdout_areas, "baseline_runs", lambda places, years, draws, **how: (counts, None))
    monkeypatch.setattr(holdout_areas, "study_authorities", lambda: authorities)
    rows, bars, says = holdout_areas.run_areas(None, 1, lambda done, total, text: None, n_draws=4)
    assert [bar.met for bar in bars] == [True, True]
    assert "Scotland, West Midlands" in says[-1]
    assert set(rows["predictor"]) == {"model", *holdout_areas.RATES}
    assert rows[["published", "predicted", "log_score", "sampling_error"]].notna().all().all()


def test_another_tilt_prior_is_refused(tmp_path, monkeypatch):
    assert check_tilt_prior()["date"] == "2026-11-22"
    record = json.loads(tilt_prior.RECORD.read_text())
    record["prior"]["start_tilt_deprivation"]["prior_2"] = 0.01
    changed = tmp_path / "tilt_prior.json"
    changed.write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"start_tilt_deprivation\.prior_2"):
        check_tilt_prior(changed)
