"""The usage cycle: each customer's own rhythm, and renewals told apart from habit."""

from datetime import datetime, timedelta

import pytest

from analytics.churn.usage_cycle import usage_cycle
from analytics.errors import NotEnoughDataError
from tests.analytics.shops import Event, Order, Shop, day, shop

TABLES = ("purchases", "customer_summary", "events")


def asked(world, **options):
    return usage_cycle(*world.tables(*TABLES), as_of=world.as_of, **options)


def every(days, times=4, start="2024-01-01"):
    return [day(start) + timedelta(days=days * place) for place in range(times)]


def test_cycle_is_the_rhythm_of_the_customer_in_the_middle():
    """10 customers every 5 days, 11 every 20, 9 every 50, and 40 who came once."""
    histories = [every(5)] * 10 + [every(20)] * 11 + [every(50)] * 9 + [every(1, times=1)] * 40
    row = asked(shop(*histories, as_of="2024-12-31")).iloc[0]
    assert (row["customers"], row["cycle_days"], row["most_days"]) == (30, 20, 50)
    assert 5 < row["cycle_lower"] < 20 <= row["cycle_upper"] < 50


def test_days_after_as_of_do_not_exist_yet():
    world = shop(*[every(10, times=9)] * 25, as_of="2024-02-15")
    assert asked(world)["cycle_days"].iloc[0] == 10


def test_events_of_one_local_day_are_one_visit():
    events = [
        Event(f"c{place}", "view", datetime(2024, 1, 1, 10) + timedelta(days=3 * step, hours=hour))
        for place in range(20)
        for step in range(5)
        for hour in (0, 1)
    ]
    world = Shop([Order(f"c{n}", day("2024-01-01")) for n in range(20)], as_of=day("2024-02-01"),
                 events=events)  # fmt: skip
    assert asked(world, of="events", zone="Asia/Shanghai")["cycle_days"].iloc[0] == 3


def test_renewals_by_the_calendar_are_told():
    monthly = [every(30, times=6, start=f"2024-01-{1 + n % 25:02}") for n in range(60)]
    keys = [note.key for note in asked(shop(*monthly, as_of="2024-12-31")).attrs["notes"]]
    assert keys == ["cycle_habit", "cycle_renewals"]
    mixed = [every(11 + n % 60, times=4) for n in range(60)]
    keys = [note.key for note in asked(shop(*mixed, as_of="2024-12-31")).attrs["notes"]]
    assert keys == ["cycle_habit"]


def test_too_few_regulars_are_refused():
    with pytest.raises(NotEnoughDataError, match="at least 20 customers with purchases"):
        asked(shop("2024-01-01 2024-02-01"))
    with pytest.raises(NotEnoughDataError, match="events"):
        asked(shop(*[every(5)] * 30), of="events")
