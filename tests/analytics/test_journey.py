"""What is bought after what: by hand, against scipy, against a bootstrap and plain pandas."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import InvalidSettingError
from analytics.repurchase.flow import journey_flow
from analytics.repurchase.journey import journey, next_item
from analytics.repurchase.pairs import exact_p_value, lift_error
from tests.analytics.shops import Order, Shop, day, random_shop

TABLES = ("purchases", "purchase_items")


def path(who, *steps):
    """Orders of one customer: "2024-01-01 x,y" is a basket of x and y."""
    orders = []
    for step in steps:
        when, _, held = step.partition(" ")
        items = tuple((item, item.upper()) for item in held.split(","))
        orders.append(Order(who, day(when), items=items))
    return orders


def small():
    return Shop(
        [
            *path("a", "2024-01-01 x", "2024-01-11 y", "2024-02-01 z"),
            *path("b", "2024-01-01 x,w", "2024-01-21 y"),
            *path("c", "2024-01-01 x", "2024-03-31 z"),  # 90 days: beyond H
            *path("d", "2024-01-01 w", "2024-01-05 z"),
            *path("e", "2024-05-01 x", "2024-05-02 y"),  # too young to count
        ],
        as_of=day("2024-05-10"),
    )


def counted(table, *names):
    return [tuple(row) for row in table[list(names)].itertuples(index=False)]


def test_by_hand():
    world = small()
    table = journey(*world.tables(*TABLES), as_of=world.as_of, horizon=30, steps=(1,))
    names = ("step", "item", "next_item", "numerator", "denominator", "customers")
    assert counted(table, *names) == [
        (1, "x", "y", 2, 2, 3),
        (1, "w", "y", 1, 2, 2),
        (1, "w", "z", 1, 2, 2),
    ]
    # y follows in 2 of 3 purchases that were followed: after x in 2 of 2
    assert table["base_rate"].round(4).tolist() == [0.6667, 0.6667, 0.3333]
    assert table["lift"].round(4).tolist() == [1.5, 0.75, 1.5]
    assert table["is_mature"].all()


def test_steps_stand_apart_and_pool_in_next_item():
    world = small()
    table = journey(*world.tables(*TABLES), as_of=world.as_of, horizon=30)
    assert table["step"].tolist() == [1, 1, 1, 2]
    pooled = next_item(*world.tables(*TABLES), as_of=world.as_of, horizon=30, top=1)
    names = ("item", "place", "next_item", "numerator", "denominator", "purchases", "median_days")
    assert counted(pooled, *names) == [
        ("w", 1, "y", 1, 2, 2, 20),  # z as often, and lifted as much
        ("x", 1, "y", 2, 2, 3, 15),
        ("y", 1, "z", 1, 1, 2, 21),
    ]


def test_categories_count_once_a_purchase():
    orders = [
        Order("a", day("2024-01-01"), items=(("x1", "X"), ("x2", "X"))),
        Order("a", day("2024-01-05"), items=(("y1", "Y"), ("y2", "Y"))),
    ]
    world = Shop(orders, as_of=day("2024-06-01"))
    table = journey(*world.tables(*TABLES), as_of=world.as_of, of="category", horizon=30)
    assert counted(table, "item", "next_item", "numerator", "denominator") == [("X", "Y", 1, 1)]


def test_the_exact_test_is_fishers_with_doubled_tails():
    table = np.array([[18, 40], [24, 128]])
    counts = (table[0, 0], table[0].sum(), table[:, 0].sum(), table.sum())
    found = exact_p_value(*(np.array([float(count)]) for count in counts))[0]
    tails = [stats.fisher_exact(table, side).pvalue for side in ("less", "greater")]
    assert found == pytest.approx(min(2 * min(tails), 1), abs=1e-12)


def test_the_interval_of_a_lift_is_that_of_a_multinomial():
    """Against the spread of log lift over many drawn tables."""
    shares = np.array([0.08, 0.12, 0.2, 0.6])
    draws = np.random.default_rng(4).multinomial(2000, shares, 20_000).astype(float)
    both, first, second = draws[:, 0], draws[:, 0] + draws[:, 1], draws[:, 0] + draws[:, 2]
    spread = np.log(both * 2000 / first / second).std()
    mean = shares * 2000
    told = lift_error(*(np.array([x]) for x in (mean[0], mean[0] + mean[1], mean[0] + mean[2])),
                      np.array([2000.0]))[0]  # fmt: skip
    assert told == pytest.approx(spread, rel=0.03)


def planted(n=240):
    """After x comes y in two of three cases; all else is even."""
    random, orders = np.random.default_rng(7), []
    for place in range(n):
        first = random.choice(["x", "u", "v"])
        after = random.choice(["y", "u", "v"], p=[2 / 3, 1 / 6, 1 / 6] if first == "x" else None)
        orders += path(f"c{place:03}", f"2024-01-01 {first}", f"2024-01-20 {after}")
    return Shop(orders, as_of=day("2024-12-31"))


def test_a_planted_path_is_found_and_nothing_else():
    world = planted()
    table = journey(*world.tables(*TABLES), as_of=world.as_of)
    found = table[(table["q_value"] < 0.05) & (table["lift"] > 1)]
    assert counted(found, "item", "next_item") == [("x", "y")]
    assert found["lift_lower"].iloc[0] > 1
    best = next_item(*world.tables(*TABLES), as_of=world.as_of, rank="lift", top=1)
    assert counted(best[best["item"] == "x"], "next_item") == [("y",)]


def test_pairs_that_nobody_took_count_as_tests():
    """Nobody goes from x to x, though both ends have enough customers."""
    orders = []
    for place in range(40):
        orders += path(f"a{place:02}", "2024-01-01 x", "2024-01-09 y")
        orders += path(f"b{place:02}", "2024-01-01 y", "2024-01-09 x")
    world = Shop(orders, as_of=day("2024-12-31"))
    table = journey(*world.tables(*TABLES), as_of=world.as_of, steps=(1,))
    assert table["q_value"].to_numpy() == pytest.approx(2 * table["p_value"].to_numpy())


def test_few_customers_are_listed_without_a_test():
    world = planted(30)
    table = journey(*world.tables(*TABLES), as_of=world.as_of)
    assert len(table) > 3
    assert table["q_value"].isna().all()
    assert next_item(*world.tables(*TABLES), as_of=world.as_of, rank="lift").empty


def test_the_limit_is_told_and_all_are_tested():
    world = planted()
    whole = journey(*world.tables(*TABLES), as_of=world.as_of, steps=(1,), limit=0)
    short = journey(*world.tables(*TABLES), as_of=world.as_of, steps=(1,), limit=4)
    pd.testing.assert_frame_equal(short, whole.head(4), check_flags=False)
    assert "The 4 most frequent of 9 pairs" in short.attrs["notes"][0]


def test_equals_plain_pandas():
    world = random_shop(11, customers=120)
    lines = world.table("purchase_items").execute()
    bought = world.table("purchases").execute()
    follow_up = (pd.Timestamp(world.as_of) - pd.to_datetime(bought["day"])).dt.days
    kept = bought[(follow_up >= 60) & (bought["next_gap"] <= 60)]
    keys = ["customer_number", "purchase_number"]
    left = kept[keys].merge(lines, on=keys)
    right = lines.assign(purchase_number=lines["purchase_number"] - 1)
    pairs = left.merge(right, on=keys, suffixes=("", "_next"))
    expected = pairs.groupby(["item_id", "item_id_next"]).size()
    table = next_item(*world.tables(*TABLES), as_of=world.as_of, horizon=60, top=99)
    found = table.set_index(["item", "next_item"])["numerator"].sort_index()
    assert found.to_dict() == expected.to_dict()
    gaps = pairs.merge(bought[[*keys, "next_gap"]], on=keys)
    medians = gaps.groupby(["item_id", "item_id_next"])["next_gap"].median()
    assert table.set_index(["item", "next_item"])["median_days"].to_dict() == medians.to_dict()


def test_later_days_never_change_who_is_counted():
    world = random_shop(12, customers=80)
    early = day("2024-06-30")
    known = Shop([order for order in world.orders if order.day <= early], as_of=early)
    now = journey(*world.tables(*TABLES), as_of=early, horizon=60)
    then = journey(*known.tables(*TABLES), as_of=early, horizon=60)
    pd.testing.assert_frame_equal(now, then)


def test_settings_that_mean_nothing():
    world = small()
    for wrong in ({"horizon": 0}, {"steps": (0,)}, {"limit": -1}):
        with pytest.raises(InvalidSettingError):
            journey(*world.tables(*TABLES), as_of=world.as_of, **wrong)
    with pytest.raises(InvalidSettingError):
        next_item(*world.tables(*TABLES), as_of=world.as_of, top=0)


def test_flow_by_hand():
    world = small()
    table = journey_flow(*world.tables(*TABLES), as_of=world.as_of, of="item", horizon=30)
    names = ("item", "outcome", "next_item", "numerator", "denominator")
    # b's basket of x and w cost the same: it stands for w, the first by id
    assert counted(table.fillna("-"), *names) == [
        ("x", "bought", "y", 2, 3),
        ("x", "not-back", "-", 1, 3),
        ("w", "bought", "y", 1, 2),
        ("w", "bought", "z", 1, 2),
    ]
    earlier = journey_flow(*world.tables(*TABLES), as_of=day("2024-01-10"), of="item", horizon=30)
    assert counted(earlier.fillna("-"), *names) == [
        ("w", "bought", "z", 1, 2),
        ("w", "open", "-", 1, 2),
        ("x", "open", "-", 2, 2),
    ]
    assert earlier["is_mature"].tolist() == [True, False, False]


@pytest.mark.parametrize("of", ["item", "category"])
def test_the_flow_holds_every_customer_once(of):
    world = random_shop(5)
    purchases, items = world.tables(*TABLES)
    for step in (1, 2):
        table = journey_flow(purchases, items, as_of=world.as_of, of=of, step=step, top=2)
        reached = purchases.filter(purchases.purchase_number == step).count().execute()
        assert table["numerator"].sum() == reached
        assert (table.groupby("item")["rate"].sum().round(9) == 1).all()
        assert table["item"].nunique() <= 4


def test_the_flow_of_nobody_and_of_nonsense():
    world = small()
    tables = world.tables(*TABLES)
    assert journey_flow(*tables, as_of=world.as_of, step=9).empty
    for wrong in ({"step": 0}, {"horizon": 0}, {"top": 0}):
        with pytest.raises(InvalidSettingError):
            journey_flow(*tables, as_of=world.as_of, **wrong)
