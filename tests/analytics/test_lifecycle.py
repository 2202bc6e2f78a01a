"""New, returning, resurrected, dormant: by hand, and as an identity."""

import numpy as np

from analytics.retention.lifecycle import lifecycle
from tests.analytics.shops import Order, Shop, day, random_shop, shop

NAMES = ["new", "returning", "resurrected", "dormant"]


def table_of(world, **options):
    return lifecycle(*world.tables("purchases", "customer_summary"), as_of=world.as_of, **options)


def test_by_hand():
    world = shop(
        "2024-01-05 2024-02-01 2024-04-30",
        "2024-01-06 2024-01-20",
        "2024-02-03",
        "2024-03-03 2024-04-01",
        as_of="2024-05-10",
    )
    table = table_of(world)
    assert list(table.columns)[:5] == ["period", *NAMES]
    assert table[NAMES].to_numpy().tolist() == [
        [2, 0, 0, 0],  # a b
        [1, 1, 0, 1],  # c new, a back, b gone
        [1, 0, 0, 2],  # d new, a and c gone
        [0, 1, 1, 0],  # d back, a resurrected
        [0, 0, 0, 2],
    ]
    assert table["quick_ratio"].isna().tolist() == [True, False, False, True, False]
    assert table["quick_ratio"].tolist()[1] == 1
    assert table["is_mature"].tolist() == [True] * 4 + [False]


def test_active_of_a_period_are_those_of_the_next_or_dormant():
    table = table_of(random_shop(12))
    active = table["active"].to_numpy()
    assert (table[NAMES[:3]].sum(axis=1).to_numpy() == active).all()
    assert (table["returning"] + table["dormant"]).tolist()[1:] == active[:-1].tolist()


def test_new_is_the_first_ever_purchase_and_a_renewal_keeps_nobody_active():
    world = Shop(
        [
            Order("a", day("2024-01-05"), kind="subscription"),
            Order("a", day("2024-02-05"), kind="renewal"),
            Order("b", day("2024-02-20")),
        ]
    )
    assert table_of(world)[NAMES].to_numpy().tolist() == [[1, 0, 0, 0], [1, 0, 0, 1]]


def test_weeks_across_the_year_are_neighbours():
    table = table_of(shop("2024-12-29 2024-12-30", as_of="2025-01-05"), period="week")
    assert table[NAMES].to_numpy().tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_later_days_never_change_finished_periods():
    world = random_shop(13)
    tables = world.tables("purchases", "customer_summary")
    whole = lifecycle(*tables, as_of=world.as_of)
    early = lifecycle(*tables, as_of=day("2024-06-30"))
    assert early["is_mature"].all()
    assert np.array_equal(early[NAMES], whole.head(len(early))[NAMES])
