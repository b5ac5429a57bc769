"""The YAML reader: plain data with its lines, and one clear line for everything else."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import InputError
from scenarios.yaml_io import MAX_BYTES, Document, read_yaml


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "plan.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_reads_plain_values_as_yaml_1_2_does(tmp_path: Path) -> None:
    text = "a: 1\nb: 2.5e1\nc: [true, null, no, 2027-04]\nd: {e: '3', f: 1e3}\ng: 12:30\nh: .inf\n"
    assert read_yaml(write(tmp_path, text)).data == {
        "a": 1,
        "b": 25.0,
        "c": [True, None, "no", "2027-04"],
        "d": {"e": "3", "f": 1000.0},
        "g": "12:30",
        "h": ".inf",
    }


def test_knows_the_line_of_each_value(tmp_path: Path) -> None:
    document = read_yaml(write(tmp_path, "a: 1\nb:\n  c: 2\n  d:\n    - 3\n    - 4\n"))
    file = str(tmp_path / "plan.yaml")
    assert document.where(("b", "c")) == f"{file}:3"
    assert document.where(("b", "d", 1)) == f"{file}:6"
    assert document.where(("b", "missing")) == document.where(("b",))
    assert document.where(("missing",)) == file


def test_overlay_merges_blocks_and_keeps_both_files_lines() -> None:
    below = Document({"a": {"b": 1, "c": 2}, "d": [1]}, {("a",): "x:1", ("a", "b"): "x:2", ("a", "c"): "x:3"})
    above = Document({"a": {"c": 9}, "d": [2]}, {("a",): "y:7", ("a", "c"): "y:8", ("d",): "y:9"})
    merged = below.overlaid(above)
    assert merged.data == {"a": {"b": 1, "c": 9}, "d": [2]}
    assert (merged.where(("a", "b")), merged.where(("a", "c")), merged.where(("d", 0))) == ("x:2", "y:8", "y:9")
    assert below.data == {"a": {"b": 1, "c": 2}, "d": [1]}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n\tb: 2\n", 2, "tab"),
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice"),
        ("a:\n  b: 1\n  b: 2\n", 3, "a.b: the key stands twice"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "tags"),
        ("a: 1\nb: !secret x\n", 2, "tags"),
        ("a: &x [1]\nb: 2\n", 1, "anchors"),
        ("a: 1\nb: *x\n", 2, "anchors"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a: 1\n? [b]\n: 2\n", 2, "key"),
        ('a: "\\x1b[31m"\n', 1, "control character"),
        ('a: "\\ud800"\n', 1, "control character"),
        ("a: 1\nb: \x01\n", 2, "cannot be printed"),
        ("a: 1e999\n", 1, "too large"),
        ("a: " + "[" * 21 + "]" * 21, 1, "nested too deeply"),
    ],
)
def test_refuses_and_names_the_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(write(tmp_path, text))
    assert str(caught.value).startswith(f"{tmp_path / 'plan.yaml'}:{line}: ")
    assert words in str(caught.value)


def test_refuses_what_is_no_file_of_keys(tmp_path: Path) -> None:
    for text, words in [("", "no keys"), ("- 1\n", "no keys"), ("just text", "no keys"), ('a: "\\UFFFFFFFF"', "range")]:
        with pytest.raises(InputError, match=words):
            read_yaml(write(tmp_path, text))
    with pytest.raises(InputError, match="no such file"):
        read_yaml(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="not a file"):
        read_yaml(tmp_path)
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    with pytest.raises(InputError, match="no such file"):
        read_yaml(tmp_path / "circle.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        read_yaml(tmp_path / ("x" * 5000))


def test_refuses_other_encodings_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"plan.yaml:2: not UTF-8"):
        read_yaml(write(tmp_path, b"a: 1\nb: caf\xe9\n"))


def test_twenty_levels_are_read_and_a_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    assert "a" in read_yaml(write(tmp_path, "\ufeffa: " + "[" * 19 + "]" * 19)).data


@pytest.mark.parametrize("bomb", ["[" * 1_000_000, "{a: " * 250_000, "- " * 500_000, "a: " + "[" * 200_000])
def test_a_megabyte_of_nesting_ends_at_once(tmp_path: Path, bomb: str) -> None:
    started = time.monotonic()
    with pytest.raises(InputError):
        read_yaml(write(tmp_path, bomb))
    assert time.monotonic() - started < 20


def test_size_limit(tmp_path: Path) -> None:
    head = "a: 1\n#"
    assert read_yaml(write(tmp_path, head + "x" * (MAX_BYTES - len(head)))).data == {"a": 1}
    with pytest.raises(InputError, match=r"too large.*256 kB"):
        read_yaml(write(tmp_path, head + "x" * (MAX_BYTES - len(head) + 1)))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.binary(max_size=60), st.text("ab:-[]{}\"'&*!|>%@`,#? \n\t0.\\xU~<", max_size=60)))
def test_any_file_gives_a_mapping_or_one_line(tmp_path: Path, text: str | bytes) -> None:
    try:
        assert isinstance(read_yaml(write(tmp_path, text)).data, dict)
    except InputError as error:
        assert "\n" not in str(error)
