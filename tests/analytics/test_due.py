"""Who will most likely buy within the coming days: by hand, and tried on the past."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.kaplan_meier import kaplan_meier
from analytics.repurchase.alike import high_chance, step_of
from analytics.repurchase.due import due
from tests.analytics.shops import Order, Shop, day, random_shop, shop

TABLES = ("purchases", "customer_summary", "purchase_items")
BACK, SILENT = ["2024-01-01 2024-01-21"] * 30, ["2024-01-01"] * 10
"""Of 40 first buyers 30 came back after 20 days; ten never did."""


def listed(world, **options):
    return due(*world.tables(*TABLES), as_of=world.as_of, **options)


def only(world, **options):
    """Customers of the list who bought last in May."""
    table = listed(world, **options)
    return table[table["last_day"] >= "2024-05-01"]


def test_the_chance_is_that_of_customers_alike_after_the_same_silence():
    """Of 40 who were still silent after 15 days 30 bought within the next seven: so will k."""
    world = shop(*BACK, *SILENT, "2024-05-01", as_of="2024-05-16")
    (row,) = only(world).to_dict("records")
    assert (row["chance"], row["n_at_risk"]) == (pytest.approx(0.75), 40)
    assert (row["silent_days"], row["purchases"], row["revenue"]) == (15, 1, 10)
    assert row["due_day"] == pd.Timestamp("2024-05-21")  # all who return do so on day 20
    assert row["expected_revenue"] == pytest.approx(7.5)
    # everyone else has been silent for so long that nobody is known to have come back
    assert len(listed(world)) == 1
    assert row["ci_lower"] > 0


@pytest.mark.parametrize(
    ("as_of", "is_listed"),
    [("2024-05-13", False), ("2024-05-14", True), ("2024-05-20", True), ("2024-05-21", False)],
)
def test_listed_while_the_usual_day_lies_ahead_within_the_window(as_of, is_listed):
    """The twentieth day is 21 May: the seventh day from 14 May on, tomorrow from 20 May on."""
    assert len(only(shop(*BACK, *SILENT, "2024-05-01", as_of=as_of))) == is_listed


def test_too_few_waits_name_nobody():
    quick = ["2024-01-01 2024-01-11"] * 30
    world = shop(*quick, *BACK[:20], *SILENT[:9], "2024-05-01", as_of="2024-05-16")
    assert only(world).empty  # 29 waits lasted longer than 15 days
    assert len(only(shop(*quick, *BACK[:20], *SILENT, "2024-05-01", as_of="2024-05-16"))) == 1


def test_classes_of_purchases():
    assert step_of(range(1, 27)).tolist() == (
        [1, 2, 3, 4] + [5] * 2 + [7] * 3 + [10] * 5 + [15] * 10 + [25] * 2
    )


@pytest.mark.parametrize("base", [0.01, 0.3, 0.64])
def test_a_high_chance_has_twice_the_odds(base):
    high = high_chance(base)
    assert high / (1 - high) == pytest.approx(2 * base / (1 - base))


def by_hand(world, within):
    """Chance of every customer by a curve of each class, and who is listed by the three rules."""
    bought = world.table("purchases").execute()
    bought["step"] = step_of(bought["purchase_number"])
    follow_up = (pd.Timestamp(world.as_of) - pd.to_datetime(bought["day"])).dt.days
    bought["is_event"] = (bought["next_gap"] <= follow_up).to_numpy(bool, na_value=False)
    bought["duration"] = bought["next_gap"].where(bought["is_event"], follow_up).astype(int)
    people = []
    for step, part in bought.groupby("step"):
        alike = part
        for wider in (bought["step"] >= min(step, 3), bought["step"] > 0):
            if alike["is_event"].sum() < 30:
                alike = bought[wider]
        curve = kaplan_meier(alike["duration"], alike["is_event"], ~alike["is_event"])
        last = part[~part["is_event"]]
        chance, lower, _ = curve.chance(last["duration"], within)
        waiting = [(alike["duration"] > silent).sum() for silent in last["duration"]]
        people.append(last.assign(chance=chance, lower=lower, waiting=waiting))
    people = pd.concat(people)
    base = people["chance"].mean()
    odds = people["chance"] / (1 - people["chance"])
    is_listed = (odds >= 2 * base / (1 - base)) & (people["lower"] > base)
    return people.assign(is_listed=is_listed & (people["waiting"] >= 30)), base


@pytest.mark.parametrize("within", [7, 30])
def test_everyone_with_high_odds_is_listed_and_nobody_else(within):
    world = random_shop(5, customers=900)
    people, base = by_hand(world, within)
    table = listed(world, within=within, limit=0)
    names = {number: name for name, number in world.numbers.items()}
    wanted = people[people["is_listed"]].assign(name=people["customer_number"].map(names))
    assert len(wanted) > 3
    assert sorted(table["customer_id"]) == sorted(wanted["name"])
    chance = wanted.set_index("name")["chance"].reindex(table["customer_id"]).to_numpy()
    np.testing.assert_allclose(table["chance"], chance, atol=1e-12)
    np.testing.assert_allclose(table["lift"], chance / base, atol=1e-9)
    assert table["chance"].is_monotonic_decreasing


def test_last_item_and_value():
    history = [Order("k", day("2024-03-01"), 50, items=(("x", "c"),)),
               Order("k", day("2024-05-01"), 20, items=(("y", "c"), ("b", "c")))]  # fmt: skip
    others = [
        Order(f"c{place:02}", day(when))
        for place in range(40)
        for when in ("2024-01-01", "2024-01-11", "2024-02-20")
    ]
    silent = [Order("z", day(when)) for when in ("2023-01-01", "2023-01-11")]
    row = only(Shop([*others, *history, *silent], as_of=day("2024-06-06"))).iloc[0]
    assert row["last_item_id"] == "b"  # as dear as y: ties by id
    assert (row["revenue"], row["mean_purchase_revenue"]) == (70, 35)
    assert row["expected_revenue"] == pytest.approx(35 * row["chance"])


def test_the_past_is_seen_as_it_was():
    """Moving as-of back gives the list of that day, whatever came later."""
    world, early = random_shop(6, customers=900), day("2024-10-01")
    known = Shop([order for order in world.orders if order.day <= early], as_of=early)
    now = due(*world.tables(*TABLES), as_of=early, within=30)
    then = due(*known.tables(*TABLES), as_of=early, within=30)
    assert len(now)
    pd.testing.assert_frame_equal(now, then)


@pytest.mark.parametrize(("within", "by"), [(7, None), (30, None), (30, "first_channel")])
def test_the_rule_is_tried_on_the_past(within, by):
    """The note counts the list of so many days ago, and who of it bought since."""
    world = random_shop(7, customers=900)
    (note,) = listed(world, within=within, by=by, limit=0).attrs["notes"]
    then = world.as_of - pd.Timedelta(days=within)
    past = due(*world.tables(*TABLES), as_of=then, within=within, by=by, limit=0)
    bought = world.table("purchases").execute()
    after = pd.to_datetime(bought["day"]) > pd.Timestamp(then)
    names = {number: name for name, number in world.numbers.items()}
    came = set(bought.loc[after, "customer_number"].map(names))
    old = set(bought.loc[~after, "customer_number"].map(names))
    hits = past["customer_id"].isin(came).sum()
    assert note.key == "due_trial"
    assert note.values["n"] == len(past) > 0
    assert note.values["rate"] == pytest.approx(hits / len(past))
    assert note.values["expected"] == pytest.approx(past["chance"].mean())
    others = len(old) - len(past)
    assert note.values["base"] == pytest.approx((len(came & old) - hits) / others)


def test_groups_have_their_own_waits():
    fast, slow = (
        [
            Order(f"{name}{place:02}", day(when), channel=name)
            for place in range(40)
            for when in (("2024-01-01", again) if place < 32 else ("2024-01-01",))
        ]
        for name, again in (("fast", "2024-01-11"), ("slow", "2024-01-31"))
    )
    new = [Order("newfast", day("2024-06-01"), channel="fast"),
           Order("newslow", day("2024-06-01"), channel="slow")]  # fmt: skip
    world = Shop([*fast, *slow, *new], as_of=day("2024-06-06"))
    assert listed(world, by="first_channel")["customer_id"].tolist() == ["newfast"]
    world.as_of = day("2024-06-26")
    assert listed(world, by="first_channel")["customer_id"].tolist() == ["newslow"]


def test_the_limit_is_told():
    world = random_shop(5, customers=900)
    whole = listed(world, limit=0, within=30)
    short = listed(world, limit=3, within=30)
    likeliest = set(whole["customer_id"][whole["chance"] >= whole["chance"].iloc[2]])
    assert set(short["customer_id"]) <= likeliest
    assert len(short) == 3
    assert f"{len(whole)} customers are due" in short.attrs["notes"][0]
    with pytest.raises(InvalidSettingError):
        listed(world, within=0)
    with pytest.raises(InvalidSettingError):
        listed(world, limit=-1)


def test_a_shop_of_one_day_lists_nobody():
    assert listed(shop("2024-01-01", as_of="2024-01-01")).empty
