"""Which first purchase goes with coming back: by hand, and as statsmodels tests it."""

import numpy as np
import pytest

from analytics.errors import InvalidSettingError
from analytics.repurchase.first_item import first_item
from tests.analytics.shops import Order, Shop, day, random_shop

TABLES = ("purchase_items", "customer_summary", "orders")


def table_of(world, **options):
    return first_item(*world.tables(*TABLES), as_of=world.as_of, **options)


def basket(who, when, amount, *items):
    return Order(who, day(when), amount, items=items)


def courses():
    x, y = ("x", "art"), ("y", "art")
    return Shop(
        [
            basket("a", "2024-01-01", 10, x, y),
            basket("a", "2024-01-21", 30, x),
            basket("b", "2024-01-01", 20, x),
            basket("c", "2024-01-01", 40, y),
            basket("d", "2024-05-30", 99, x),  # too young
        ],
        as_of=day("2024-06-01"),
    )


def test_by_hand():
    table = table_of(courses(), horizon=90).set_index("item_id")
    assert table.loc["x", ["customers", "repurchasers"]].tolist() == [2, 1]
    assert table.loc["y", ["customers", "repurchasers"]].tolist() == [2, 1]
    assert table.loc["x", "value_per_customer"] == 30  # 40 of a, 20 of b
    assert table.loc["y", "value_per_customer"] == 40
    assert table.loc["x", "difference"] == 0.5  # c, the only one without x, stayed away
    assert table.loc["x", "median_days"] == 20
    assert table["q_value"].isna().all()
    assert "2 items began fewer than 30" in table.attrs["notes"][0]


def test_the_interval_of_the_value_is_that_of_a_mean():
    table = table_of(courses(), horizon=90).set_index("item_id")
    error = np.std([40, 20], ddof=1) / np.sqrt(2)
    assert table.loc["x", "value_upper"] == pytest.approx(30 + 1.959964 * error, rel=1e-6)


def test_categories_count_a_customer_once():
    table = table_of(courses(), horizon=90, of="category")
    assert table.columns[0] == "category"
    assert table[["category", "customers", "repurchasers"]].to_numpy().tolist() == [["art", 3, 1]]


def test_test_and_correction_equal_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    world = random_shop(3, customers=400)
    table = table_of(world, horizon=60)
    summary = world.table("customer_summary").execute()
    first = np.datetime64(world.as_of) - summary["first_day"].to_numpy("datetime64[D]")
    eligible = summary[first.astype(int) >= 60]
    hits = int((eligible["days_to_second"] <= 60).sum())
    for row in table.itertuples():
        others = (hits - row.repurchasers, len(eligible) - row.customers)
        counts = ((row.repurchasers, others[0]), (row.customers, others[1]))
        assert row.p_value == pytest.approx(proportion.proportions_ztest(*counts)[1], abs=1e-9)
        bounds = proportion.confint_proportions_2indep(
            row.repurchasers, row.customers, *others, method="newcomb"
        )
        assert np.allclose((row.difference_lower, row.difference_upper), bounds, atol=1e-9)
    expected = multitest.multipletests(table["p_value"], method="fdr_bh")[1]
    assert np.allclose(table["q_value"], expected, atol=1e-9)


def test_a_horizon_is_at_least_a_day():
    with pytest.raises(InvalidSettingError):
        table_of(courses(), horizon=0)
