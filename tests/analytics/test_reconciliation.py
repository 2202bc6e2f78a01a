"""The same customers under the definitions of others, every row counted by hand."""

from datetime import date

import pytest

from analytics.reconciliation import reconciliation
from analytics.repurchase.rate import repurchase_rate
from tests.analytics.shops import Order, Shop, day, random_shop, shop

TABLES = ("orders", "purchases", "customer_summary")


def answer(world, **options):
    table = reconciliation(*world.tables(*TABLES), as_of=world.as_of, **options)
    return table.set_index("definition")


def counts(table):
    columns = ["numerator", "denominator", "differing"]
    return {name: tuple(int(row[one]) for one in columns) for name, row in table.iterrows()}


@pytest.fixture(scope="module")
def world():
    histories = {
        "next month": "2024-01-10 2024-02-05",
        "same month": "2024-01-20 2024-01-28",
        "same day": "2024-02-10 2024-02-10",
        "late": "2024-03-05 2024-06-20",
        "young": "2024-06-01 2024-06-15",
        "once": "2024-05-03",
        "two in a day": "2024-06-10 2024-06-10",
    }
    orders = [Order(name, day(one)) for name, days in histories.items() for one in days.split()]
    orders += [
        Order("renewed", day("2024-01-31")),
        Order("renewed", day("2024-02-29"), kind="renewal"),
        Order("cancelled", day("2024-01-05"), is_valid=False),
    ]
    return Shop(orders, as_of=date(2024, 6, 30))


def test_every_definition_counts_its_own_customers(world):
    assert counts(answer(world)) == {
        # eligible: next month, same month, same day, late, renewed
        "repurchase_90": (2, 5, 0),
        # the same five; the same day and the renewal count: two more
        "lifetimely_90": (4, 5, 2),
        # all eight but "once"; May and June have not had three months
        "peel_repurchase": (7, 8, 3),
        # next month, late, renewed; the last two not within 90 days
        "peel_retention": (3, 8, 2),
        # next month and renewed; "same month" came back, but not in the next
        "posthog_month_1": (2, 5, 1),
        # late only; next month (26 days) and same month (8) were too early
        "mixpanel_month_1": (1, 5, 2),
        # buyers of June: late, young, two in a day
        "returning_rate": (2, 3, 0),
        "repeat_rate": (1, 3, 0),
        "shopify_returning": (3, 3, 1),
    }


def test_only_what_later_days_leave_alone_is_mature(world):
    table = answer(world)
    assert set(table.index[~table["is_mature"]]) == {
        *("peel_repurchase", "peel_retention", "mixpanel_month_1", "shopify_returning"),
    }


def test_a_period_is_the_last_complete_one(world):
    table = answer(world, period="quarter")
    assert table["period"].dropna().dt.date.unique().tolist() == [date(2024, 4, 1)]
    # April to June: late, young, once, two in a day
    assert counts(table)["returning_rate"] == (2, 4, 0)
    assert counts(table)["shopify_returning"] == (3, 4, 1)


def test_every_row_has_its_sentence(world):
    table = answer(world)
    notes = {note.key: str(note) for note in table.attrs["notes"]}
    assert list(notes) == table["explanation"].tolist()
    assert "2 customers more" in notes["reconcile_lifetimely_90"]
    assert "3 of them have not had that time" in notes["reconcile_peel_repurchase"]


def test_without_a_complete_period_its_rates_are_null():
    table = answer(shop("2024-01-10 2024-01-20", as_of="2024-01-25"))
    assert table.loc[["returning_rate", "shopify_returning"], "rate"].isna().all()
    assert counts(table)["peel_repurchase"] == (1, 1, 1)


@pytest.mark.parametrize("seed", range(3))
def test_our_own_row_is_the_headline(seed):
    world = random_shop(seed)
    ours = counts(answer(world))["repurchase_90"]
    told = repurchase_rate(world.table("customer_summary"), as_of=world.as_of).iloc[1]
    assert ours[:2] == (told.numerator, told.denominator)
