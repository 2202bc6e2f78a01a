"""The sample shop's files, and its purchases derived from them by plain pandas."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data"


def read(name):
    table = pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False)
    for column in table.columns:
        if column.endswith("_at"):
            table[column] = pd.to_datetime(table[column], format="ISO8601")
        elif column in {"amount", "refunded_amount", "price", "quantity", "rating"}:
            table[column] = table[column].astype(float)
    return table


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def truths():
    return SimpleNamespace(**runpy.run_path(str(FOLDER / "truths.py")))


@pytest.fixture(scope="session")
def users():
    return read("users.csv")


@pytest.fixture(scope="session")
def items():
    return read("items.csv")


@pytest.fixture(scope="session")
def order_lines():
    table = read("orders.csv")
    table["day"] = table["ordered_at"].dt.normalize()
    return table


@pytest.fixture(scope="session")
def events():
    return read("events.csv")


@pytest.fixture(scope="session")
def ratings():
    return read("ratings.csv")


@pytest.fixture(scope="session")
def subscriptions():
    return read("subscriptions.csv")


@pytest.fixture(scope="session")
def campaign():
    return read("campaign.csv")


@pytest.fixture(scope="session")
def as_of(order_lines):
    return order_lines["day"].max()


@pytest.fixture(scope="session")
def valid_lines(order_lines):
    is_paid = order_lines["status"].isin(["paid", "partially_refunded"])
    return order_lines[is_paid & order_lines["user_id"].ne("")]


@pytest.fixture(scope="session")
def purchase_lines(valid_lines):
    return valid_lines[~valid_lines["kind"].isin(["renewal", "instalment"])]


def _count(lines):
    """One row per customer and day: its number and the days to the next one."""
    days = lines[["user_id", "day"]].drop_duplicates().sort_values(["user_id", "day"])
    by_customer = days.groupby("user_id")["day"]
    days["number"] = by_customer.cumcount() + 1
    days["next_gap"] = (by_customer.shift(-1) - days["day"]).dt.days
    return days


@pytest.fixture(scope="session")
def count_purchases():
    return _count


@pytest.fixture(scope="session")
def purchases(purchase_lines):
    return _count(purchase_lines)


@pytest.fixture(scope="session")
def first_lines(purchases, purchase_lines):
    """One row per customer and item of the first purchase."""
    first = purchases.loc[purchases["number"].eq(1), ["user_id", "day"]]
    lines = purchase_lines.merge(first, on=["user_id", "day"])
    return lines.drop_duplicates(["user_id", "item_id"])


@pytest.fixture(scope="session")
def finishers(first_lines, events):
    """Customers who finished a course of their first purchase within 30 days."""
    ends = events[events["event"].eq("finish")]
    ends = ends.merge(first_lines[["user_id", "item_id", "ordered_at"]], on=["user_id", "item_id"])
    days = (ends["occurred_at"] - ends["ordered_at"]).dt.total_seconds() / 86_400
    return set(ends.loc[days.between(0, 30), "user_id"])


@pytest.fixture(scope="session")
def firsts(purchases, first_lines, finishers, users, truths):
    """First purchases old enough to be judged, and all that is planted on them."""
    first = purchases[purchases["number"].eq(1)].copy()
    holders = first_lines.groupby("item_id")["user_id"].agg(set)
    members = first_lines.loc[first_lines["kind"].eq("subscription"), "user_id"]
    first["came_back"] = first["next_gap"] <= truths.HORIZON
    first["channel"] = first["user_id"].map(users.set_index("user_id")["channel"])
    first["is_onboarded"] = first["day"] >= pd.Timestamp(truths.ONBOARDING_DAY)
    first["has_gateway"] = first["user_id"].isin(holders[truths.GATEWAY_ITEM])
    first["has_best_seller"] = first["user_id"].isin(holders[truths.BEST_SELLER])
    first["has_membership"] = first["user_id"].isin(members)
    first["has_finished"] = first["user_id"].isin(finishers)
    last_day = pd.Timestamp(truths.START) + pd.Timedelta(days=truths.N_DAYS - 1 - truths.HORIZON)
    return first[first["day"] <= last_day]
