"""Money in the table of programmes by month: what is public, what comes on top, what a review moved."""

from types import SimpleNamespace

from experiments.runner import RunInput
from experiments.twins import programme_months
from model.programmes.delivery import MonthOfDelivery
from model.scenario import Scenario

RUN = RunInput("anyshire", 1.0, 1, 24, 1, (), "central", 0, 0)


def test_partners_money_is_told_apart_from_public_money_and_from_what_comes_on_top(make_programme):
    programmes = (
        make_programme("train", id="shared", private_gbp_per_public_gbp=0.25),
        make_programme("train", id="public"),
    )
    none = (0.0,) * 5
    delivery = [
        MonthOfDelivery(12, "shared", 100_000, *none, moved_pence=30_000),
        MonthOfDelivery(12, "public", 50_000, *none, private_pence=20_000, moved_pence=-30_000),
    ]
    spec = SimpleNamespace(scenario=Scenario("plan", "Plan", "", programmes))
    table = programme_months(SimpleNamespace(spec=spec, record=SimpleNamespace(delivery=delivery)), RUN)
    money = ["spend_gbp", "public_spend_gbp", "private_spend_gbp", "moved_gbp"]
    assert table.set_index("programme")[money].T.to_dict("list") == {
        "shared": [1000.0, 800.0, 0.0, 300.0],
        "public": [500.0, 500.0, 200.0, -300.0],
    }
