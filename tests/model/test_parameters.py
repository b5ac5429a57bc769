"""Behaviour parameters: one table, checked; priors drawn within bounds and evenly."""

import csv
from pathlib import Path

import numpy as np
import pytest

from model import parameters
from model.centring import StartShares, StartTilts
from model.errors import InputError
from model.firm_rules import FirmRules, firm_rules
from model.firm_start import FirmStart
from model.kernels import RuleParameters
from model.parameters import TABLE, bundle, central_values, check_registry, prior_draws, registry
from model.rules.hub_service import HubParameters
from model.rules.workplace import WorkplaceParameters
from model.run_inputs import rule_parameters
from model.technologies import TECHNOLOGIES

MODEL = Path(parameters.__file__).parent


@pytest.fixture
def edit_table(ship_posterior, tmp_path, monkeypatch):
    """Change a row of the table for one test, without a posterior: edit_table(name, **columns)."""

    def edit(name: str, **columns: str) -> None:
        with TABLE.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        [row] = [row for row in rows if row["name"] == name]
        assert columns.keys() <= row.keys()
        row.update(columns)
        path = tmp_path / "parameters.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        monkeypatch.setattr(parameters, "TABLE", path)
        registry.cache_clear()

    yield edit
    monkeypatch.undo()
    registry.cache_clear()


def test_the_shipped_table_is_in_order():
    assert check_registry() == len(registry()) > 60


def test_every_rule_finds_its_parameters_and_every_parameter_is_read():
    values = central_values()
    rules = rule_parameters(values, 0.5, -0.5)
    assert (rules.use.onset_shift, rules.use.lapse_shift) == (0.5, -0.5)
    used = {name for part in RuleParameters._fields for name in getattr(rules, part)._fields}
    for others in (StartTilts, StartShares, FirmStart, WorkplaceParameters, HubParameters):
        used |= set(others._fields)
    firms = firm_rules(values)
    for part in FirmRules._fields:
        fields = getattr(firms, part)._fields
        of_technologies = part == "technology"
        used |= {f"{field}_{name}" for field in fields for name in TECHNOLOGIES} if of_technologies else set(fields)
    source = "".join(path.read_text(encoding="utf-8") for path in MODEL.rglob("*.py"))
    rest = set(values) - used
    by_name = {name for name in rest if f'"{name}"' in source}
    by_number = {f"income_factor_{fifth}" for fifth in range(1, 6)} if 'f"income_factor_{' in source else set()
    assert rest - by_name - by_number == set()
    assert used - set(values) == {"onset_shift", "lapse_shift"}


def test_a_bundle_is_filled_by_name_not_by_position():
    values = {name: float(number) for number, name in enumerate(reversed(StartTilts._fields))}
    assert bundle(StartTilts, values) == StartTilts(2.0, 1.0, 0.0)
    with pytest.raises(KeyError):
        bundle(StartTilts, {})


def test_overrides_take_their_place_and_no_other():
    values = central_values({"onset_base": -6, "proxy_access": 0.2})
    central = central_values()
    assert {name for name in values if values[name] != central[name]} == {"onset_base", "proxy_access"}
    assert (values["onset_base"], values["proxy_access"]) == (-6.0, 0.2)
    assert central["onset_base"] == registry()["onset_base"].central


@pytest.mark.parametrize(
    "overrides, key, words",
    [
        ({"onset_bsae": -5}, "onset_bsae", "did you mean 'onset_base'?"),
        ({"onset_base": 3.0}, "onset_base", f"{registry()['onset_base'].low:g} to {registry()['onset_base'].high:g}"),
        ({"proxy_access": float("nan")}, "proxy_access", "out of bounds"),
        ({"proxy_access": float("inf")}, "proxy_access", "out of bounds"),
        ({"proxy_access": "0.2"}, "proxy_access", "out of bounds"),
    ],
)
def test_overrides_that_cannot_be_are_refused_by_name(overrides, key, words):
    with pytest.raises(InputError) as caught:
        central_values(overrides)
    assert caught.value.key == key and words in str(caught.value)


def test_bounds_themselves_are_allowed():
    for name in ("onset_base", "lapse_skill", "proxy_access"):
        for end in (registry()[name].low, registry()[name].high):
            assert central_values({name: end})[name] == end


def test_prior_draws_stay_within_bounds_and_leave_fixed_ones_alone():
    draws = prior_draws(40, 7)
    for name, parameter in registry().items():
        values = [draw[name] for draw in draws]
        assert parameter.low <= min(values) and max(values) <= parameter.high, name
        assert (len(set(values)) == 40) == parameter.sampled, name
        if not parameter.sampled:
            assert set(values) == {parameter.value}


def test_prior_draws_are_a_latin_hypercube():
    """Each of the 40 equal parts of every prior is drawn from exactly once, in an order of its own."""
    draws = prior_draws(40, 7)
    orders = []
    for name, parameter in registry().items():
        if parameter.sampled:
            edges = [parameter.quantile(k / 40) for k in range(1, 40)]
            part = np.searchsorted(edges, [draw[name] for draw in draws])
            assert sorted(part) == list(range(40)), name
            orders.append(part)
    correlation = np.abs(np.corrcoef(orders) - np.eye(len(orders)))
    # 40 draws: standard error .16; over a thousand pairs.
    assert correlation.max() < 0.16 * 4.5


def test_prior_draws_are_those_of_their_seed():
    assert prior_draws(5, 1) == prior_draws(5, 1) != prior_draws(5, 2)


def test_quantiles_rise_from_bound_to_bound():
    for name, parameter in registry().items():
        if parameter.sampled:
            at = [parameter.quantile(u) for u in (1e-6, 0.05, 0.5, 0.95, 1 - 1e-6)]
            assert at == sorted(at) and parameter.low <= at[0] and at[-1] <= parameter.high, name
    uniform, normal = registry()["proxy_access"], registry()["onset_education"]
    assert (uniform.prior, normal.prior) == ("uniform", "normal")
    assert uniform.quantile(0.25) == pytest.approx(uniform.prior_1 + 0.25 * (uniform.prior_2 - uniform.prior_1))
    # Bounds far out cut off next to nothing: one standard deviation below the mean.
    assert normal.quantile(0.158655) == pytest.approx(normal.prior_1 - normal.prior_2, abs=1e-3)


@pytest.mark.parametrize(
    "columns, words",
    [
        ({"value": "5"}, "value out of bounds"),
        ({"status": "guessed"}, "unknown status"),
        ({"prior": "gaussian"}, "unknown prior"),
        ({"status": "calibrated"}, "unknown status"),
        ({"fitted_in": "people"}, "unknown part of the fit"),
        ({"prior": "fixed"}, "a fitted parameter needs a prior"),
        ({"unit": ""}, "unit, source or meaning is missing"),
        ({"source": ""}, "unit, source or meaning is missing"),
        ({"prior": "uniform", "prior_1": "-50", "prior_2": "-40"}, "prior lies out of bounds"),
        ({"prior": "uniform", "prior_1": "-7", "prior_2": "-1"}, "prior lies out of bounds"),
    ],
    ids=str,
)
def test_a_wrong_row_is_named(edit_table, columns, words):
    """The last has its middle within the bounds and its end outside: its draws could not be given as values."""
    edit_table("onset_base", **columns)
    with pytest.raises(InputError, match=f"onset_base: {words}"):
        check_registry()


def test_an_edited_table_that_is_sound_passes(edit_table):
    edit_table("onset_base", value="-6.5", meaning="something else")
    assert check_registry() == len(registry())
    assert central_values()["onset_base"] == -6.5
