"""What a programme's and a scenario's file may hold; each fault is one line with file, key and what is allowed."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.errors import InputError
from model.kernels import Conditions
from model.programmes.instruments import instrument
from model.programmes.programme import INSTRUMENTS
from model.setting import KINDS
from scenarios import quantities
from scenarios.catalogue import CATALOGUE, load_programme
from scenarios.loader import load_plan
from scenarios.programme_in_region import Extent
from scenarios.programme_schema import HUB_KINDS

PLAN: dict[str, Any] = {
    "name": "my-plan",
    "title": "T",
    "summary": "S",
    "extends": "baseline",
    "programmes": {"library-skills": {"start": "2027-04", "end": "2030-03", "budget_gbp": 1e6}},
}


def template(changes: dict[str, Any]) -> dict[str, Any]:
    """The template of library-skills with values changed at dotted keys; None takes a key out."""
    data: dict[str, Any] = yaml.safe_load((CATALOGUE / "library-skills.yaml").read_text())
    return changed(data, changes)


def changed(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    for dotted, value in changes.items():
        *way, last = dotted.split(".")
        block = data
        for step in way:
            block = block[step]
        if value is None:
            del block[last]
        else:
            block[last] = value
    return data


def write(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "file.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


def fault_of_template(folder: Path, changes: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        load_programme(write(folder, template(changes)))
    return str(caught.value)


def fault_of_plan(folder: Path, changes: dict[str, Any], adults: int = 100_000) -> str:
    data = yaml.safe_load(yaml.safe_dump(PLAN))
    with pytest.raises(InputError) as caught:
        load_plan(write(folder, changed(data, changes))).for_region(
            Extent(adults, adults / 20, ("E07000078", "E07000079"))
        )
    return str(caught.value)


def test_names_are_those_the_model_reads() -> None:
    assert set(quantities.EFFECTS) == set(INSTRUMENTS) == set(quantities.PEOPLE)
    for name in INSTRUMENTS:
        assert set(quantities.EFFECTS[name]) == set(instrument(name).EFFECTS)
    assert {*quantities.TRENDS, "assisted_share"} == set(Conditions._fields)  # help comes with redesigned services only
    assert HUB_KINDS == KINDS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit_csot": 1}, "unit_csot: unknown key, did you mean 'unit_cost'?"),
        (
            {"unit_cost.vaule": 1},
            "unit_cost.vaule: unknown key, did you mean 'value'?; allowed: chosen, high, low, see, shrunk, source",
        ),
        ({"eligibility.min_age": 1}, "eligibility.min_age: unknown key, did you mean 'min_age_years'?"),
        ({"unit_cost": None}, "unit_cost: missing"),
        ({"unit_cost.value": "12"}, "unit_cost.value: a number is wanted (got '12')"),
        ({"unit_cost.value": True}, "unit_cost.value: a number is wanted (got True)"),
        ({"unit_cost": 12}, "unit_cost: a block of keys is wanted (got 12)"),
        ({"strategy": "G17"}, "strategy: a list such as [a, b] is wanted"),
        ({"strategy": ["G37"]}, "strategy.0: unknown strategy measure (got 'G37'); allowed: G01 to G36"),
        ({"id": "My Programme"}, "id: not a name"),
        ({"instrument": "trian"}, "unknown instrument, did you mean 'train'?"),
        ({"willing_share": None}, "willing_share: missing; needed by instrument 'train'"),
        ({"channel": "post"}, "channel: unknown channel of train (got 'post'); allowed: direct, hub"),
        ({"targeting": "rich_first"}, "allowed: deprived_first, first_come, offline_first, older_first"),
        ({"unit_cost.unit": "EUR per place"}, "allowed: GBP per place"),
        ({"unit_cost.low": 300}, "unit_cost: the range does not hold the value (got 'low 300, value 183, high 319')"),
        ({"unit_cost.high": 100}, "low <= value <= high"),
        ({"unit_cost.value": -1}, "unit_cost.value: out of range (got -1.0)"),
        ({"capacity_per_month.low": 0}, "capacity_per_month.low: out of range (got 0.0); allowed: above 0"),
        ({"completion_probability.high": 1.2}, "allowed: 0 to 1"),
        ({"unit_cost.status": "guessed"}, "unknown status (got 'guessed'); allowed: assumed, calibrated, measured"),
        ({"unit_cost.source": "a-friend"}, "unit_cost.source: unknown source"),
        ({"fixed_cost_per_month.source": "one-digital-whole"}, "an assumed number has another source"),
        ({"fixed_cost_per_month.why": " "}, "fixed_cost_per_month.why: an assumed number has to say why"),
        ({"fixed_cost_per_month.see": ["a-friend"]}, "fixed_cost_per_month.see.0: unknown source"),
        ({"effects.huors": {}}, "effects.huors.value: missing"),
        ({"effects.hours": None}, "effects.hours: missing; train needs it"),
        ({"instrument": "equip"}, "unknown effect of equip"),
        ({"channel": "direct"}, "staff_hours_per_place: does not belong to instrument 'train' with channel 'direct'"),
        ({"hub_hours_share": None}, "hub_hours_share: missing; needed by instrument 'train' with channel 'hub'"),
        ({"awareness_limit.value": 0.1, "awareness_limit.low": 0.1}, "below awareness_start"),
        ({"eligibility.use": ["offline"]}, "eligibility.use.0: unknown class of use"),
        ({"eligibility.lacks": "money"}, "allowed: connection, device, either"),
        ({"eligibility.deprivation_quintiles": [0]}, "allowed: whole numbers from 1 to 5"),
        ({"eligibility.max_skill": 30}, "eligibility.max_skill: out of range"),
        ({"eligibility.min_age_years": 70, "eligibility.max_age_years": 60}, "below min_age_years"),
    ],
)
def test_faults_of_a_template(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    fault = fault_of_template(tmp_path, changes)
    assert words in fault
    assert fault.startswith(str(tmp_path / "file.yaml"))
    assert "\n" not in fault


def test_a_fault_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, template({"unit_cost.unit": "EUR"}))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "unit: EUR" in text)
    with pytest.raises(InputError, match=rf"file\.yaml:{line}: unit_cost\.unit: "):
        load_programme(path)


def test_an_unknown_effect_is_named_with_the_allowed_ones(tmp_path: Path) -> None:
    fault = fault_of_template(tmp_path, {"effects.hour": template({})["effects"]["hours"], "effects.hours": None})
    assert "unknown effect of train, did you mean 'hours'?; allowed: ceiling_gain_share, hours" in fault


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "smart-people"}, "the library has a scenario of this name"),
        ({"network": "random"}, "network: unknown"),
        ({"extends": "basline"}, "extends: unknown scenario, did you mean 'baseline'?"),
        ({"extends": None}, "trends.tariff_gbp_month: missing"),
        ({"trend": {}}, "trend: unknown key, did you mean 'trends'?"),
        ({"programmes": {"library-skill": {}}}, "programmes.library-skill: unknown programme, did you mean 'library-"),
        ({"programmes.library-skills.template": "x"}, "programmes.library-skills.template: unknown programme"),
        ({"programmes.library-skills.template": "./absent"}, "template: no such file (got './absent')"),
        ({"programmes": {"library-skills": None}}, "a block of keys is wanted"),
        ({"programmes.library-skills.start": None}, "programmes.library-skills.start: missing"),
        ({"programmes.library-skills.start": "2012-12"}, "not a month (got '2012-12'); allowed: 2013-01 to 2035-12"),
        ({"programmes.library-skills.end": "2036-01"}, "not a month"),
        ({"programmes.library-skills.end": "2030-13"}, "not a month"),
        ({"programmes.library-skills.end": "2027-03"}, "before the start 2027-04"),
        ({"programmes.library-skills.budget_gbp": -1.0}, "a budget cannot be negative (got -1.0); allowed: 0 or more"),
        ({"programmes.library-skills.budget_gbp": None}, "one of budget_gbp, budget_gbp_per_adult, budget_gbp_p"),
        ({"programmes.library-skills.budget_gbp_per_adult": 2}, "given twice"),
        ({"programmes.library-skills.budget_gbp": 1e12}, "a budget beyond"),
        ({"programmes.library-skills.budget_gbp": 100.0}, "overspent by the fixed costs alone"),
        ({"programmes.library-skills.unit_cost": 5000}, "programmes.library-skills.unit_cost: the range does not hold"),
        ({"programmes.library-skills.effects": {"hors": 9}}, "programmes.library-skills.effects.hors"),
        ({"programmes.library-skills.instrument": "inform"}, "programmes.library-skills.instrument: belongs to the"),
        ({"programmes.library-skills.eligibility": {"authorities": ["S12000049"]}}, "allowed: E07000078, E07000079"),
        ({"trends": {"price": {}}}, "trends.price.unit: missing"),
    ],
)
def test_faults_of_a_scenario(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    fault = fault_of_plan(tmp_path, changes)
    assert words in fault
    assert str(tmp_path) in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("name", "points", "words"),
    [
        ("breach_rate", {}, "no points"),
        ("breach_rate", {"2020-01": 0.1, "2019-12": 0.1}, "trends.breach_rate.points.2019-12: the months are out of"),
        ("breach_rate", {"2020": 0.1}, "not a month"),
        ("breach_rate", {"2020-01": 1.5}, "out of range (got 1.5)"),
        ("breach_rte", {"2020-01": 0.1}, "unknown trend, did you mean 'breach_rate'?"),
    ],
)
def test_faults_of_a_trend(tmp_path: Path, name: str, points: dict[str, float], words: str) -> None:
    head = {"unit": "points of trust a month", "status": "assumed", "source": "assumption", "why": "A test."}
    assert words in fault_of_plan(tmp_path, {"trends": {name: {**head, "points": points}}})


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("digital-champions", {"channel": "direct"}, "unknown channel of champion (got 'direct'); allowed: hub"),
        ("confidence-campaign", {"channel": "hub"}, "unknown channel of inform (got 'hub'); allowed: direct"),
        ("confidence-campaign", {"willing_share": template({})["willing_share"]}, "willing_share: does not belong to"),
    ],
)
def test_channels_and_numbers_go_with_the_instrument(
    tmp_path: Path, name: str, changes: dict[str, Any], words: str
) -> None:
    data = yaml.safe_load((CATALOGUE / f"{name}.yaml").read_text())
    with pytest.raises(InputError) as caught:
        load_programme(write(tmp_path, changed(data, changes)))
    assert words in str(caught.value)


def test_a_long_value_is_cut_in_the_error(tmp_path: Path) -> None:
    fault = fault_of_template(tmp_path, {"instrument": "x" * 10_000})
    assert len(fault) < 1000
    assert re.search(r"x{80}\.\.\.", fault)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("innovation-grant", {"audience": "residents"}, "audience: not whom subsidise_firm serves (got 'res"),
        ("innovation-grant", {"audience": None}, "audience: not whom subsidise_firm serves"),
        ("library-skills", {"audience": "firms"}, "audience: not whom train serves (got 'firms'); allowed: residents"),
        ("innovation-grant", {"firm_eligibility": None}, "firm_eligibility: missing; needed by"),
        ("innovation-grant", {"eligibility": {}}, "eligibility: does not belong to instrument 'subsidise_firm'"),
        ("library-skills", {"eligibility": None}, "eligibility: missing; needed by instrument 'train'"),
        ("library-skills", {"firm_eligibility": {}}, "firm_eligibility: does not belong to instrument 'train'"),
        ("innovation-lab", {"eligibility": {}}, "eligibility: does not belong to instrument 'open_hub'"),
        ("innovation-grant", {"firm_eligibility.size_bands": ["1-9"]}, "size_bands.0: unknown size band"),
        ("innovation-grant", {"firm_eligibility.sectors": ["shops"]}, "unknown sector"),
        ("innovation-grant", {"firm_eligibility.lacks": ["clod"]}, "unknown technology, did you mean 'cloud'?"),
        ("innovation-grant", {"firm_eligibility.size_band": []}, "unknown key, did you mean 'size_bands'?"),
        ("innovation-grant", {"firm_eligibility.charities": "all"}, "unknown choice (got 'all'); allowed: none, only"),
        (
            "innovation-grant",
            {"firm_eligibility.lacks": ["ai"], "firm_eligibility.uses": ["ai"]},
            "firm_eligibility.uses.0: both lacked and used (got 'ai')",
        ),
        ("innovation-grant", {"technologies": []}, "technologies: missing; needed by instrument 'subsidise_firm'"),
        ("innovation-grant", {"technologies": ["ai", "ai"]}, "technologies.1: stands twice (got 'ai')"),
        ("cyber-essentials-support", {"technologies": ["ai"]}, "(got 'ai'); allowed: cyber_essentials"),
        ("peer-cohorts", {"technologies": ["ai"]}, "technologies: does not belong to instrument 'convene'"),
        ("library-skills", {"technologies": ["ai"]}, "technologies: does not belong to instrument 'train'"),
        ("innovation-grant", {"offer_months": None}, "offer_months: missing; needed by instrument 'subsidise_firm'"),
        ("innovation-grant", {"offer_months.value": 0}, "offer_months.value: out of range"),
        ("sme-adviser", {"approval_probability": None}, "approval_probability: missing"),
        ("innovation-grant", {"effects.offer_share.value": 1.5}, "effects.offer_share.value: out of range"),
        ("innovation-grant", {"targeting": "older_first"}, "allowed: deprived_first, first_come, least_"),
        ("demonstrators", {"channel": "hub"}, "unknown channel of demonstrate (got 'hub'); allowed: direct"),
        ("demonstrators", {"hub_kinds": ["pub"]}, "hub_kinds.0: unknown kind of hub (got 'pub')"),
        ("innovation-grant", {"hub_kinds": ["growth_hub"]}, "hub_kinds: does not belong to channel 'direct'"),
    ],
)
def test_faults_of_firms_programmes(tmp_path: Path, name: str, changes: dict[str, Any], words: str) -> None:
    data = yaml.safe_load((CATALOGUE / f"{name}.yaml").read_text())
    with pytest.raises(InputError) as caught:
        load_programme(write(tmp_path, changed(data, changes)))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_authorities_of_firms_have_to_be_the_regions(tmp_path: Path) -> None:
    grant = {
        "start": "2027-04",
        "end": "2030-03",
        "budget_gbp": 1e6,
        "firm_eligibility": {"authorities": ["S12000049"]},
    }
    fault = fault_of_plan(tmp_path, {"programmes": {"innovation-grant": grant}})
    assert "programmes.innovation-grant.firm_eligibility.authorities.0: unknown authority of this region" in fault
