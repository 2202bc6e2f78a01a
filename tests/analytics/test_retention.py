"""Triangles written out by hand, under every rule."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.retention.cohorts import retention
from analytics.retention.people import cell_people
from tests.analytics.shops import Order, Person, Shop, day, random_shop, shop

CONTRACT = [
    "cohort", "period_index", "cohort_size", "active", "rate", "ci_lower", "ci_upper", "orders",
    "revenue", "cumulative_revenue", "is_mature",
]  # fmt: skip
TABLES = ("purchases", "customer_summary", "orders")


def four():
    """The shop of the triangles below."""
    return shop(
        "2024-01-05 2024-01-20 2024-02-10 2024-04-01",
        "2024-01-31 2024-03-01",
        "2024-02-29",
        "2024-02-01 2024-03-31 2024-04-02",
        as_of="2024-04-15",
    )


def table_of(world, **options):
    return retention(*world.tables(*TABLES), as_of=world.as_of, **options)


def triangle(table, column="active"):
    """Cells by cohort, `.` where null, `*` after an immature one."""
    rows = {}
    for row in table.itertuples():
        value = getattr(row, column)
        text = "." if pd.isna(value) else f"{value:g}"
        if text != "." and not row.is_mature:
            text += "*"
        rows.setdefault(row.cohort.strftime("%Y-%m-%d"), []).append(text)
    return {cohort: " ".join(cells) for cohort, cells in rows.items()}


def test_columns_are_the_contract():
    assert list(table_of(four()).columns)[: len(CONTRACT)] == CONTRACT
    assert list(table_of(four(), by="country").columns)[: len(CONTRACT) + 1] == ["group", *CONTRACT]


def test_calendar_months_on():
    assert triangle(table_of(four())) == {"2024-01-01": "2 1 1 1*", "2024-02-01": "2 1 1* ."}


def test_calendar_months_on_or_before():
    """A purchase after the first one, in one of the months so far."""
    table = table_of(four(), return_rule="on-or-before")
    assert triangle(table) == {"2024-01-01": "1 1 2 2*", "2024-02-01": "0 1 1* ."}


def test_calendar_months_on_or_after_with_a_cap():
    """Mature only once the months looked ahead at are over."""
    table = table_of(four(), return_rule="on-or-after", cap=1)
    assert triangle(table) == {"2024-01-01": "2 2 2* 1*", "2024-02-01": "2 1* 1* ."}


def test_on_or_after_without_looking_ahead_is_on():
    assert triangle(table_of(four(), return_rule="on-or-after", cap=0)) == triangle(
        table_of(four())
    )


def test_elapsed_months_are_thirty_days_from_each_first_purchase():
    """a: days 0 15 36 87, b: 0 30, c: 0, d: 0 59 61."""
    table = table_of(four(), window="elapsed")
    assert triangle(table) == {"2024-01-01": "2 2 1* 0*", "2024-02-01": "2 1* 1* ."}


def test_elapsed_on_or_before():
    table = table_of(four(), window="elapsed", return_rule="on-or-before")
    assert triangle(table) == {"2024-01-01": "1 2 2* 2*", "2024-02-01": "0 1* 1* ."}


def test_recurring_starts_put_a_customer_into_many_cohorts():
    assert triangle(table_of(four(), start_rule="recurring")) == {
        "2024-01-01": "2 1 1 1*",
        "2024-02-01": "3 1 2* .",
        "2024-03-01": "2 1* . .",
        "2024-04-01": "2* . . .",
    }


def test_money_per_cell():
    table = table_of(four())
    assert triangle(table, "orders") == {"2024-01-01": "3 1 1 1*", "2024-02-01": "2 1 1* ."}
    assert triangle(table, "revenue") == {"2024-01-01": "30 10 10 10*", "2024-02-01": "20 10 10* ."}
    assert triangle(table, "cumulative_revenue") == {
        "2024-01-01": "30 40 50 60*",
        "2024-02-01": "20 30 40* .",
    }
    assert triangle(table, "cumulative_revenue_per_customer") == {
        "2024-01-01": "15 20 25 30*",
        "2024-02-01": "10 15 20* .",
    }


def test_renewals_bring_money_but_nobody_back():
    world = Shop(
        [
            Order("a", day("2024-01-05"), 100, kind="subscription"),
            Order("a", day("2024-02-05"), 7, kind="renewal"),
            Order("b", day("2024-02-29")),
        ]
    )
    table = table_of(world)
    assert triangle(table)["2024-01-01"] == "1 0"
    assert triangle(table, "revenue")["2024-01-01"] == "100 7"
    assert triangle(table, "orders")["2024-01-01"] == "1 1"


def test_money_of_another_currency_is_never_added():
    world = Shop(
        [Order("a", day("2024-01-05"), 100), Order("a", day("2024-01-06"), 999, currency="JPY")]
    )
    table = table_of(world)
    assert triangle(table, "revenue") == {"2024-01-01": "100*"}
    assert triangle(table, "orders") == {"2024-01-01": "2*"}


def test_reached_with_nobody_back_is_zero_and_unreached_is_null():
    table = table_of(shop("2024-01-05", "2024-03-05", as_of="2024-03-31"))
    assert triangle(table) == {"2024-01-01": "1 0 0", "2024-03-01": "1 . ."}
    assert triangle(table, "rate")["2024-03-01"] == "1 . ."
    assert triangle(table, "revenue")["2024-03-01"] == "10 . ."


def test_a_cohort_without_customers_has_no_rows_and_shifts_nobody():
    """The k-th period is counted by dates, never by the position of a row."""
    table = table_of(shop("2024-01-05 2024-04-05", "2024-03-05", as_of="2024-04-30"))
    assert triangle(table)["2024-01-01"] == "1 0 0 1"
    assert "2024-02-01" not in triangle(table)


def test_month_ends_and_leap_days():
    """31 January plus a month is February, of 29 days in 2024."""
    world = shop("2024-01-31 2024-02-29", "2023-01-31 2023-02-28 2023-03-01", as_of="2024-02-29")
    table = triangle(table_of(world, periods=2))
    assert table == {"2023-01-01": "1 1 1", "2024-01-01": "1 1 ."}


def test_iso_weeks_across_the_year():
    """30 December 2024 begins ISO week 1 of 2025."""
    world = shop("2024-12-29 2024-12-30 2025-01-05 2025-01-06", as_of="2025-01-12")
    assert triangle(table_of(world, period="week")) == {"2024-12-23": "1 1 1"}
    sunday = table_of(world, period="week", first_weekday=6)
    assert triangle(sunday) == {"2024-12-29": "1 1 0*"}


@pytest.mark.parametrize(
    ("period", "days", "expected"),
    [
        ("day", (0, 1, 3), "1 1 0 1"),
        ("week", (0, 6, 7, 27), "1 1 0 1"),
        ("month", (0, 29, 30, 119), "1 1 0 1"),
        ("quarter", (0, 89, 90, 359), "1 1 0 1"),
        ("year", (0, 364, 365, 1459), "1 1 0 1"),
    ],
)
def test_lengths_of_elapsed_windows(period, days, expected):
    history = [day("2020-01-01") + pd.Timedelta(days=step).to_pytimedelta() for step in days]
    cells = triangle(table_of(shop(history), period=period, window="elapsed"))
    assert [row.replace("*", "") for row in cells.values()] == [expected]


def test_elapsed_windows_close_for_the_last_member():
    """Members of 1 and 30 January: window 0 of the latter ends on 28 February."""
    for as_of, expected in (("2024-02-27", "2*"), ("2024-02-28", "2")):
        table = table_of(shop("2024-01-01", "2024-01-30", as_of=as_of), window="elapsed", periods=0)
        assert triangle(table) == {"2024-01-01": expected}


def test_an_unfinished_cohort_is_never_mature():
    table = table_of(shop("2024-01-01", as_of="2024-01-20"), period="month", window="elapsed")
    assert triangle(table) == {"2024-01-01": "1*"}


def test_groups_split_the_cohort():
    world = Shop(
        [
            Order("a", day("2024-01-01"), channel="web"),
            Order("a", day("2024-02-01"), channel="app"),
            Order("b", day("2024-01-01"), channel="app"),
            Order("c", day("2024-01-01")),
        ],
        as_of=day("2024-02-29"),
    )
    table = table_of(world, by="first_channel")
    assert table["group"].tolist()[:4] == ["app", "app", "web", "web"]
    assert table["group"].isna().tolist()[4:] == [True, True]
    assert table["active"].tolist() == [1, 0, 1, 1, 1, 0]


def test_an_empty_workspace_has_an_empty_triangle():
    world = shop(as_of="2024-01-31")
    assert table_of(world).empty
    assert list(table_of(world).columns)[: len(CONTRACT)] == CONTRACT


def test_a_day_triangle_ends_at_ninety_unless_asked():
    world = shop("2024-01-01", as_of="2024-12-31")
    assert table_of(world, period="day")["period_index"].max() == 90
    assert table_of(world, period="day", periods=200)["period_index"].max() == 200


def test_negative_caps_mean_nothing():
    with pytest.raises(InvalidSettingError, match="cap"):
        table_of(four(), cap=-1)


def test_excess_of_the_first_month_is_flagged():
    first = [f"2024-01-{1 + place % 28:02}" for place in range(40)]
    later = [f"2024-{month:02}-{1 + place:02}" for month in range(2, 9) for place in range(10)]
    table = table_of(shop(*first, *later, as_of="2024-08-31"))
    flagged = table[table["is_left_truncated"]]["cohort"].unique()
    assert flagged.tolist() == [pd.Timestamp("2024-01-01")]
    assert "2024-01-31" in table.attrs["notes"][0]


def test_sign_up_dates_clear_the_first_month():
    first = [f"2024-01-{1 + place % 20:02}" for place in range(24)]
    later = [f"2024-{month:02}-{1 + place:02}" for month in range(2, 9) for place in range(5)]
    world = shop(*first, *later, as_of="2024-08-31")
    people = {name: Person(signed_up=day("2024-01-01")) for name in world.numbers}
    known = Shop(world.orders, people, world.as_of)
    assert table_of(world)["is_left_truncated"].any()
    assert not table_of(known)["is_left_truncated"].any()


@pytest.mark.parametrize("rule", ["on", "on-or-after", "on-or-before"])
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
@pytest.mark.parametrize("start", ["first", "recurring"])
def test_people_of_a_cell_are_as_many_as_it_counts(rule, window, start):
    world = random_shop(9, customers=30, days=250)
    view = {"return_rule": rule, "window": window, "start_rule": start}
    table = table_of(world, **view)
    reached = table[table["active"].notna()]
    for row in reached.iloc[:: max(len(reached) // 5, 1)].itertuples():
        cell = {"cohort": row.cohort.date(), "period_index": row.period_index}
        tables = world.tables("purchases", "customer_summary")
        back = cell_people(*tables, as_of=world.as_of, **cell, **view)
        gone = cell_people(*tables, as_of=world.as_of, active=False, **cell, **view)
        assert (len(back), len(gone)) == (row.active, row.cohort_size - row.active)
        assert back == sorted(set(back))
        assert not set(back) & set(gone)


def test_people_of_a_cell_by_name():
    world = four()
    tables = world.tables("purchases", "customer_summary")
    back = cell_people(*tables, as_of=world.as_of, cohort=day("2024-01-15"), period_index=2)
    assert [name for name, number in world.numbers.items() if number in back] == ["b"]


def test_rate_has_the_wilson_interval():
    row = table_of(four()).iloc[1]
    assert row["rate"] == 0.5
    assert np.allclose(row[["ci_lower", "ci_upper"]].astype(float), (0.0945, 0.9055), atol=1e-4)
