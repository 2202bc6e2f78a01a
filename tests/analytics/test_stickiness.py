"""Active in d of n periods, by hand and in plain pandas."""

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.retention.stickiness import stickiness
from tests.analytics.shops import random_shop, shop


def counts(world, **options):
    table = stickiness(*world.tables("purchases", "customer_summary"), as_of=world.as_of, **options)
    return table, dict(zip(table["active_periods"], table["numerator"], strict=True))


def world():
    return shop(
        "2024-01-05 2024-02-01 2024-02-20 2024-04-30",
        "2024-01-06",
        "2024-03-01 2024-04-01",
        "2024-05-02",
        as_of="2024-05-10",
    )


def test_established_customers_could_have_bought_in_every_period():
    """January's two, over February to April: a in two of three, b in none; c began within."""
    table, found = counts(world())
    assert found == {0: 1, 1: 0, 2: 1, 3: 0}
    assert table["denominator"].unique().tolist() == [2]
    assert table["at_least"].tolist() == [2, 1, 1, 0]


def test_buyers_are_everyone_in_the_periods():
    _, found = counts(world(), who="buyers")
    assert found == {1: 1, 2: 1, 3: 1, 4: 0}


def test_the_running_period_does_not_count():
    table, _ = counts(world(), last=1)
    assert table["periods"].unique().tolist() == [1]
    assert table[["active_periods", "numerator"]].to_numpy().tolist() == [[0, 1], [1, 2]]


def test_nobody_established_has_null_rates():
    table, found = counts(shop("2024-01-05", as_of="2024-01-31"))
    assert found == {0: 0}
    assert table[["rate", "ci_lower"]].isna().all().all()
    assert not table["is_mature"].any()
    with pytest.raises(InvalidSettingError):
        counts(world(), last=0)


@pytest.mark.parametrize("who", ["established", "buyers"])
def test_equals_plain_pandas(who):
    shop_ = random_shop(14, customers=150, days=500)
    rows = shop_.table("purchases").execute()
    rows["month"] = pd.to_datetime(rows["day"]).dt.to_period("M")
    last = pd.Period("2025-03", "M")  # as-of is 2025-04-02
    rows["first"] = rows.groupby("customer_number")["month"].transform("min")
    inside = rows[(rows["month"] > last - 6) & (rows["month"] <= last)]
    if who == "established":
        inside = inside[inside["first"] <= last - 6]
    expected = inside.groupby("customer_number")["month"].nunique().value_counts()
    _, found = counts(shop_, last=6, who=who)
    assert {d: n for d, n in found.items() if d and n} == expected.to_dict()
