"""The split of a spread into parameters, chance and structure, against worked examples."""

import numpy as np
import pandas as pd
import pytest

from experiments.structures import FORMS
from experiments.variance_split import parameters_and_chance, split, structure

DRAWS = np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]])
# Each draw: mean 2, 6, 10 and variance 2. So within = 2, between = 2 x 16 = 32, parameters^2 = (32 - 2) / 2 = 15.
FORM_RUNS = np.array([[10.0, 4.0, 7.0], [20.0, 14.0, 17.0]])
# Seeds differ by 10 in every form, so nothing is left over; form means 15, 9, 12: variance 9.


def made_up(draws: np.ndarray = DRAWS, forms: np.ndarray | None = FORM_RUNS) -> pd.DataFrame:
    """One number a run."""
    rows = [("posterior", d, r, value) for d, pair in enumerate(draws) for r, value in enumerate(pair)]
    if forms is not None:
        names = ["central", *(form.name for form in FORMS)]
        rows += [(name, 0, r, value) for r, line in enumerate(forms) for name, value in zip(names, line, strict=True)]
    return pd.DataFrame(rows, columns=["design_point", "draw", "replicate", "net"])


def test_parameters_and_chance_by_hand():
    assert parameters_and_chance(DRAWS) == (15.0, 2.0)


def test_structure_by_hand_and_whatever_the_luck_of_a_seed():
    assert structure(FORM_RUNS) == 9.0
    assert structure(FORM_RUNS + np.array([[1000.0], [-7.0]])) == pytest.approx(9.0)
    # Forms 0, 2 at one seed and 2, 0 at the other: means equal, residual 4, so nothing below nothing.
    assert structure(np.array([[0.0, 2.0], [2.0, 0.0]])) == 0.0


def test_estimates_are_unbiased():
    random = np.random.default_rng(3)
    draws = 3.0 * random.standard_normal((4000, 20, 1)) + 2.0 * random.standard_normal((4000, 20, 2))
    found = np.mean([parameters_and_chance(values) for values in draws], axis=0)
    assert found == pytest.approx([9.0, 4.0], rel=0.02)
    seeds = 5.0 * random.standard_normal((4000, 4, 1)) + random.standard_normal((4000, 4, 3))
    forms = 3.0 * random.standard_normal((4000, 1, 3))
    assert np.mean([structure(values) for values in seeds + forms]) == pytest.approx(9.0, rel=0.05)


def test_shares_are_of_the_three_and_said_in_words():
    found = split("additional people online", "people", made_up(), "net")
    assert [(part.name, part.share) for part in found.parts] == [
        ("parameters", pytest.approx(15 / 26)), ("chance", pytest.approx(2 / 26)), ("structure", pytest.approx(9 / 26))]  # fmt: skip
    assert [part.sd**2 for part in found.parts] == pytest.approx([15.0, 2.0, 9.0])
    assert found.sentence == (
        "Of the spread of additional people online: what we are unsure of (parameters) 58% (standard deviation 4 people), "
        "luck 8% (standard deviation 1 people), the form of the model 35% (standard deviation 3 people)."
    )


def test_what_cannot_be_told_is_left_out():
    no_forms = split("n", "people", made_up(forms=None), "net")
    assert [part.name for part in no_forms.parts] == ["parameters", "chance"]
    assert sum(part.share for part in no_forms.parts) == pytest.approx(1.0)
    assert [part.name for part in split("n", "people", made_up(forms=FORM_RUNS[:1]), "net").parts] == [
        "parameters", "chance"]  # fmt: skip
    assert split("n", "people", made_up(draws=DRAWS[:1]), "net") is None
    assert split("n", "people", made_up(draws=DRAWS[:, :1]), "net") is None
    assert split("n", "people", made_up().assign(net=0.0), "net") is None
