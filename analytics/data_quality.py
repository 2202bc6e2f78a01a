"""From rows of files to purchases: what is left after each step, and what the headline would be."""

from datetime import date
from typing import Any

import ibis
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.periods import epoch_day, epoch_days
from analytics.tables import collect, finish, with_rate

_COLUMNS = ["step", "count", "customers", "repeat_customers", "rate", "ci_lower", "ci_upper"]


def data_quality(
    orders: Any, *, as_of: date, horizon: int = 90, rows_read: int | None = None
) -> pd.DataFrame:
    """How many rows, lines and orders are left after each step, and what would the rate be there?

    Six steps: rows read from files of orders; order lines stored; orders; valid orders (paid, not
    refunded, no test, the amount within the rule); those of a known customer; purchases (a
    customer's orders of one day are one, renewals and instalments are none).

    The rate of a step counts its unit as if it were a purchase: customers with a second one at most
    H days after the first (0 days later included, until days are merged in the last step) ÷
    customers whose first one lies at least H days before as-of. A line or order that names nobody
    is somebody of its own. So the table shows what each step does to the headline: the last row is
    the repurchase rate itself.

    Parameters
    ----------
    orders
        The mart, one row per order read, valid or not.
    as_of
        Local day up to which the data reach.
    horizon
        H, in days.
    rows_read
        Rows that the imported files of orders held; null where unknown.

    Returns
    -------
    DataFrame
        step (rows, lines, orders, valid, identified, purchases), count (units left), customers
        (eligible ones), repeat_customers, rate, ci_lower, ci_upper (Wilson, 95 %), is_mature. Rows
        have no customers, so their rate is null.

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive.

    Notes
    -----
    Own definition.
    """
    if horizon < 1:
        raise InvalidSettingError("the horizon", horizon, "give whole days from 1, such as 90")
    known = orders.filter(orders.day <= as_of)
    valid = known.filter(known.is_valid | (known.reason.fill_null("") == "unidentified"))
    identified = known.filter(known.is_valid)
    bought = known.filter(known.is_purchase).distinct(on=["customer_number", "day"])
    steps = {
        "lines": (known, known.n_lines),
        "orders": (known, ibis.literal(1)),
        "valid": (valid, ibis.literal(1)),
        "identified": (identified, ibis.literal(1)),
        "purchases": (bought, ibis.literal(1)),
    }
    latest = epoch_day(as_of) - horizon
    counted = [_step(*step, latest=latest, horizon=horizon) for step in steps.values()]
    rows = {"count": rows_read, "customers": None, "repeat_customers": None}
    table = pd.DataFrame([rows, *counted]).astype("Int64").assign(step=["rows", *steps])
    rates: Any = with_rate(table, "repeat_customers", "customers")
    rates["is_mature"] = (rates["customers"] > 0).fillna(value=False).astype(bool)
    return finish(rates[[*_COLUMNS, "is_mature"]], [])


def _step(units: Any, weight: Any, *, latest: int, horizon: int) -> dict[str, int]:
    """Units, eligible customers and those among them with a second unit within the horizon."""
    units = units.mutate(units=weight, at=epoch_days(units.day))
    named = units.filter(units.customer_number.notnull())
    days = named.group_by(["customer_number", "at"]).aggregate(n=named.units.sum())
    order = ibis.window(group_by=days.customer_number, order_by=days["at"])
    days = days.mutate(place=ibis.row_number().over(order), later=days["at"].lead().over(order))
    firsts = days.filter(days.place == 0)
    gap = (firsts.n > 1).ifelse(0, firsts.later - firsts["at"])
    eligible = firsts["at"] <= latest
    people = firsts.aggregate(
        customers=firsts.count(where=eligible),
        repeat_customers=firsts.count(where=eligible & (gap <= horizon)),
    )
    nobody = units.filter(units.customer_number.isnull())
    alone = nobody["at"] <= latest
    strangers = nobody.aggregate(
        customers=nobody.count(where=alone),
        repeat_customers=nobody.count(where=alone & (nobody.units > 1)),
    )
    parts = [_numbers(part) for part in (units.aggregate(count=units.units.sum()), people)]
    other = _numbers(strangers)
    counts = {**parts[0], **parts[1]}
    return {name: value + other.get(name, 0) for name, value in counts.items()}


def _numbers(aggregate: Any) -> dict[str, int]:
    row = collect(aggregate).iloc[0]
    return {str(name): 0 if pd.isna(value) else int(value) for name, value in row.items()}
