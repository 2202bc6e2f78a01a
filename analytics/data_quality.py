"""From rows of files to purchases: what is left after each step, and what the headline would be."""

from datetime import date
from typing import Any

import ibis
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.periods import epoch_day, epoch_days
from analytics.tables import collect, finish, with_rate

_STEPS = ("lines", "orders", "valid", "identified", "purchases")
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
    known = known.mutate(
        at=epoch_days(known.day),
        is_paid=known.is_valid | (known.reason.fill_null("") == "unidentified"),
    )
    counts = _counts(known, latest=epoch_day(as_of) - horizon, horizon=horizon)
    rows = {"count": rows_read, "customers": None, "repeat_customers": None}
    table = pd.DataFrame([rows, *counts.values()]).astype("Int64").assign(step=["rows", *counts])
    rates: Any = with_rate(table, "repeat_customers", "customers")
    rates["is_mature"] = (rates["customers"] > 0).fillna(value=False).astype(bool)
    return finish(rates[[*_COLUMNS, "is_mature"]], [])


def _counts(known: Any, *, latest: int, horizon: int) -> dict[str, dict[str, int]]:
    """Of each step the units, the eligible customers and those with a second unit in time."""
    named = known.filter(known.customer_number.notnull())
    days = named.group_by(["customer_number", "at"]).aggregate(
        lines=named.n_lines.sum(),
        orders=named.count(),
        valid=named.count(where=named.is_paid),
        identified=named.count(where=named.is_valid),
        purchases=(named.count(where=named.is_purchase) > 0).cast("int64"),
    )
    people, nobody = _row(_people(days, latest, horizon)), _row(_nobody(known, latest))
    return {
        step: {
            name: people[f"{step}_{name}"] + nobody.get(f"{step}_{name}", 0)
            for name in ("count", "customers", "repeat_customers")
        }
        for step in _STEPS
    }


def _people(days: Any, latest: int, horizon: int) -> Any:
    own = ibis.window(group_by=days.customer_number)
    begun = days.mutate(
        **{f"first_{step}": days["at"].min(where=days[step] > 0).over(own) for step in _STEPS}
    )
    told = {}
    for step in _STEPS:
        first, units = begun[f"first_{step}"], begun[step]
        told[f"first_{step}"] = first.max()
        told[f"units_{step}"] = units.sum()
        told[f"on_first_{step}"] = units.sum(where=begun["at"] == first)
        told[f"later_{step}"] = begun["at"].min(where=(units > 0) & (begun["at"] > first))
    people = begun.group_by("customer_number").aggregate(**told)
    totals = {}
    for step in _STEPS:
        first = people[f"first_{step}"]
        gap = (people[f"on_first_{step}"] > 1).ifelse(0, people[f"later_{step}"] - first)
        totals[f"{step}_count"] = people[f"units_{step}"].sum()
        totals[f"{step}_customers"] = people.count(where=first <= latest)
        totals[f"{step}_repeat_customers"] = people.count(
            where=(first <= latest) & (gap <= horizon)
        )
    return people.aggregate(**totals)


def _nobody(known: Any, latest: int) -> Any:
    """Orders that name nobody: each is somebody of its own."""
    alone = known.filter(known.customer_number.isnull())
    is_old = alone["at"] <= latest
    return alone.aggregate(
        lines_count=alone.n_lines.sum(),
        orders_count=alone.count(),
        valid_count=alone.count(where=alone.is_paid),
        lines_customers=alone.count(where=is_old),
        orders_customers=alone.count(where=is_old),
        valid_customers=alone.count(where=is_old & alone.is_paid),
        lines_repeat_customers=alone.count(where=is_old & (alone.n_lines > 1)),
    )


def _row(aggregate: Any) -> dict[str, int]:
    row = collect(aggregate).iloc[0]
    return {str(name): 0 if pd.isna(value) else int(value) for name, value in row.items()}
