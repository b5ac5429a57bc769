"""Colours: every text and mark is legible in light and dark."""

import pytest

from viz.theme import DARK, GRAPHIC_PAIRS, LIGHT, TEXT_PAIRS, Palette, contrast_ratio, resolve, stylesheet


def test_contrast_ratio_is_that_of_wcag() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(palette: Palette) -> None:
    faint_text = {pair for pair in TEXT_PAIRS if contrast_ratio(palette[pair[0]], palette[pair[1]]) < 4.5}
    faint_marks = {pair for pair in GRAPHIC_PAIRS if contrast_ratio(palette[pair[0]], palette[pair[1]]) < 3.0}
    assert not faint_text
    assert not faint_marks


def test_palettes_have_the_same_names_and_reach_the_stylesheet() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert all(f"--{name}:" in stylesheet() for name in LIGHT)


def test_resolve_replaces_tokens_anywhere() -> None:
    figure = {"data": [{"line": {"color": "@plan-1"}, "y": [1.5, None]}], "name": "plan-1"}
    assert resolve(figure, LIGHT) == {
        "data": [{"line": {"color": LIGHT["plan-1"]}, "y": [1.5, None]}],
        "name": "plan-1",
    }
