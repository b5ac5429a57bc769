"""A folder of results: complete or not there, found again, and refused when it is not ours."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import store
from experiments.store import MANIFEST, load, prepare_folder, save, table_hash
from model.errors import InputError

IDENTITY = "a" * 64


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Two small tables with text, categories, numbers and gaps."""
    series = pd.DataFrame(
        {
            "scenario": ["baseline", "baseline", "plan"],
            "period": pd.Categorical(["2013-12", "2014-12", "2013-12"]),
            "value": [1.5, np.nan, 3.0],
            "n": np.array([1, 2, 2**40], np.int64),
        }
    )
    return {"series": series, "places": pd.DataFrame({"area_code": ["E01", "E02"], "latitude": [51.0, 52.0]})}


@pytest.fixture
def manifest() -> dict[str, object]:
    return {"kind": "comparison", "identity": IDENTITY, "inputs": {"seed": 1}}


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_is_saved_is_loaded(tmp_path, tables, manifest):
    written = save(tmp_path / "deep" / "out", tables, manifest)
    loaded, read = load(tmp_path / "deep" / "out")
    assert read == written
    assert read["identity"] == IDENTITY and read["inputs"] == {"seed": 1}
    assert {"created", "version", "platform"} <= read.keys()
    assert loaded.keys() == tables.keys()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(loaded[name].astype({c: table[c].dtype for c in table}), table)
        assert read["tables"][name] == {"rows": len(table), "hash": table_hash(table)}
        assert table_hash(loaded[name]) == table_hash(table)


def test_only_the_results_are_left_behind(tmp_path, tables, manifest):
    save(tmp_path / "out", tables, manifest)
    assert everything_in(tmp_path) == ["out", "out/manifest.json", "out/places.parquet", "out/series.parquet"]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_an_empty_folder_is_filled(tmp_path, tables, manifest):
    (tmp_path / "out").mkdir()
    assert not prepare_folder(tmp_path / "out", IDENTITY)
    save(tmp_path / "out", tables, manifest)
    assert load(tmp_path / "out")[1]["identity"] == IDENTITY


def test_the_same_inputs_are_found_again_and_others_refused(tmp_path, tables, manifest):
    out = tmp_path / "out"
    assert not prepare_folder(out, IDENTITY)
    save(out, tables, manifest)
    assert prepare_folder(out, IDENTITY)
    with pytest.raises(InputError, match="--out: folder holds results of other inputs"):
        prepare_folder(out, "b" * 64)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "{}"])
def test_a_manifest_that_is_none_is_not_taken_for_ours(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="--out"):
        prepare_folder(tmp_path, IDENTITY)


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--out: folder is not empty"):
        prepare_folder(tmp_path, IDENTITY)
    assert everything_in(tmp_path) == ["thesis.docx"]


def test_a_file_and_what_lies_under_a_file_are_refused(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        prepare_folder(file, IDENTITY)
    with pytest.raises(InputError, match="cannot be written"):
        prepare_folder(file / "out" / "here", IDENTITY)


def test_a_folder_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    """Root may write anywhere, so for root the operating system's answer is played."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):
        may = os.access
        monkeypatch.setattr(
            store.os,
            "access",
            lambda path, mode: mode != os.W_OK and may(path, mode) if path == locked else may(path, mode),
        )
    for out in (locked, locked / "out", locked / "a" / "b"):
        with pytest.raises(InputError, match="cannot be written"):
            prepare_folder(out, IDENTITY)
    assert everything_in(tmp_path) == ["locked"]


def test_checking_a_folder_makes_none(tmp_path):
    assert not prepare_folder(tmp_path / "a" / "b", IDENTITY)
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("there_before", [False, True])
def test_nothing_half_written_is_left_when_writing_fails(tmp_path, tables, manifest, monkeypatch, there_before):
    """The disk is full at the second table."""
    out = tmp_path / "out"
    if there_before:
        out.mkdir()
    written = []
    write = pd.DataFrame.to_parquet

    def full_disk(self, path, *args, **settings):
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(self, path, *args, **settings)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    with pytest.raises(OSError, match="No space"):
        save(out, tables, manifest)
    assert written and everything_in(tmp_path) == (["out"] if there_before else [])
    monkeypatch.undo()
    save(out, tables, manifest)
    assert set(load(out)[0]) == set(tables)


def test_a_folder_that_holds_no_results_is_said_so(tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="no results there"):
            load(folder)


@pytest.mark.parametrize("name, text", [(MANIFEST, "{ not json"), ("series.parquet", "not parquet")])
def test_results_that_are_damaged_are_said_so(tmp_path, tables, manifest, name, text):
    save(tmp_path / "out", tables, manifest)
    (tmp_path / "out" / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=name):
        load(tmp_path / "out")


class TestTableHash:
    """Over contents, not files or the order of rows."""

    def test_the_order_of_rows_does_not_count(self, tables):
        table = tables["series"]
        assert table_hash(table.iloc[::-1]) == table_hash(table) == table_hash(table.copy())

    def test_categories_and_text_are_the_same(self, tables):
        table = tables["series"]
        assert table_hash(table.astype({"scenario": "category", "period": str})) == table_hash(table)
        # Unused categories and their order are no contents.
        other = table.assign(period=pd.Categorical(table["period"].astype(str), ["2014-12", "2013-12", "2012-12"]))
        assert table_hash(other) == table_hash(table)

    @pytest.mark.parametrize(
        "column, value",
        [("value", 1.5000000000000002), ("n", 3), ("scenario", "other"), ("period", "2014-12"), ("value", np.nan)],
    )
    def test_every_value_counts(self, tables, column, value):
        changed = tables["series"].copy()
        changed.loc[0, column] = value
        assert table_hash(changed) != table_hash(tables["series"])

    def test_rows_and_names_count(self, tables):
        table = tables["series"]
        assert table_hash(table.iloc[:2]) != table_hash(table)
        assert table_hash(pd.concat([table, table.iloc[:1]])) != table_hash(table)
        assert table_hash(table.rename(columns={"n": "m"})) != table_hash(table)

    def test_values_do_not_change_places_unseen(self):
        one = pd.DataFrame({"a": [1, 2], "b": [10, 20]})
        assert table_hash(one) != table_hash(pd.DataFrame({"a": [1, 2], "b": [20, 10]}))


def test_the_model_version_follows_the_sources(tmp_path, monkeypatch):
    for room in ("model", "scenarios", "experiments"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "code.py").write_text("1", encoding="utf-8")
    (tmp_path / "model" / "parameters.csv").write_text("a", encoding="utf-8")
    monkeypatch.setattr(store, "__file__", str(tmp_path / "experiments" / "store.py"))
    versions = [store.model_version()]
    for file in ("model/code.py", "model/parameters.csv", "scenarios/code.py"):
        (tmp_path / file).write_text("2", encoding="utf-8")
        versions.append(store.model_version())
    assert len(set(versions)) == 4
    (tmp_path / "model" / "ODD.md").write_text("words", encoding="utf-8")
    assert store.model_version() == versions[-1]


def test_the_manifest_is_plain_sorted_json(tmp_path, tables, manifest):
    save(tmp_path / "out", tables, manifest)
    text = (tmp_path / "out" / MANIFEST).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
