"""What will customers still bring, and who brings it?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.notes import Note
from analytics.tables import collect, finish
from analytics.value.histories import Floats, Histories, customer_histories
from analytics.value.models import Fitted, Model, fit_histories
from analytics.value.spending import FittedSpending, fit_spent, spent_by
from analytics.value.suspicions import fit_notes

ALL = "all"
_KEYS = ["frequency", "recency", "T", "repeat_revenue"]
_TIERS = 10
_TOLD = ("expected_value", "alive", "no_purchase_chance", "expected_purchases")


def clv(
    purchases: Any,
    *,
    as_of: date,
    model: Model = "mbg-nbd",
    horizon: int = 365,
    discount: float = 0.1,
    margin: float = 1.0,
) -> pd.DataFrame:
    """How much will today's customers bring over a horizon, and who will bring it?

    Value = margin × expected value of a purchase (Gamma-Gamma, shrunk towards everyone's mean) ×
    expected purchases (the model), each purchase discounted from the day on which it is expected.
    Customers are ranked by value and set in tenths.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach; the horizon begins after it.
    model
        "mbg-nbd" (who bought once may be gone already), "bg-nbd" or "pareto-nbd".
    horizon
        Days ahead.
    discount
        A rate a year: 0.1 makes a purchase 365 days ahead worth 1 / 1.1.
    margin
        Share of a purchase's money that is earned.

    Returns
    -------
    DataFrame
        tier ("1", the most valuable tenth, to "10", then "all"; customers of one value stay
        together), customers, value_from (the least expected value in it), alive (mean P(alive)),
        no_purchase_chance (mean chance of no purchase within the horizon), expected_purchases,
        purchases_lower, purchases_upper (95 %: chance and parameters, if the model holds),
        expected_value, value_per_customer, value_share. `attrs["half_customers"]`: how many of the
        most valuable customers hold half of the value.

    Raises
    ------
    InvalidSettingError
        If horizon, discount or margin mean nothing.
    NotEnoughDataError
        If fewer than 100 customers bought again.

    Notes
    -----
    Fader, Hardie & Lee (2005), J. Marketing Research 42, 415-430, with a finite horizon; the models
    as in `btyd_fit`. Only customers known today count: who is won later is not in it.
    """
    check(horizon=horizon, discount=discount, margin=margin)
    rows = _counted(purchases, as_of)
    fitted = fit_histories(_histories(rows), model)
    spent = fit_spent(spent_by(rows))
    table = valued(rows, fitted, spent, horizon=horizon, discount=discount, margin=margin)
    worth = table["expected_value"].to_numpy()[::-1]  # of one value those with most first
    order = len(worth) - 1 - np.argsort(-worth, kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    half = _half(table)
    notes = [*fit_notes(fitted, purchases, until=as_of), *spent.notes()]
    result = finish(_tiers(table, fitted, horizon), [], [_half_note(half, fitted), *notes])
    result.attrs["half_customers"] = half
    return result


def customer_values(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    model: Model = "mbg-nbd",
    horizon: int = 365,
    discount: float = 0.1,
    margin: float = 1.0,
) -> pd.DataFrame:
    """What is each customer still expected to bring?

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of, model, horizon, discount, margin
        As in `clv`.

    Returns
    -------
    DataFrame
        One row per buyer, the most valuable first: customer_id, last_day, purchases, revenue (so
        far), expected_value, expected_purchases, alive, no_purchase_chance, mean_purchase_value
        (expected), frequency, recency, T (days).

    Raises
    ------
    InvalidSettingError, NotEnoughDataError
        As `clv`.
    """
    check(horizon=horizon, discount=discount, margin=margin)
    known = customer_summary.select("customer_number", "customer_id", "last_day", "revenue")
    found = customer_histories(purchases, until=as_of).inner_join(known, "customer_number")
    rows = collect(found).assign(customers=1)
    fitted = fit_histories(Histories.of(*(rows[name] for name in _KEYS[:3])), model)
    spent = fit_spent(spent_by(rows))
    table = valued(rows, fitted, spent, horizon=horizon, discount=discount, margin=margin)
    table = table.assign(purchases=table["frequency"] + 1)
    columns = ["customer_id", "last_day", "purchases", "revenue", "expected_value"]
    columns += ["expected_purchases", "alive", "no_purchase_chance", "mean_purchase_value"]
    columns += ["frequency", "recency", "T"]
    order = np.lexsort((table["customer_number"], -table["expected_value"]))  # in the ids' order
    return finish(table[columns].iloc[order], [])


def valued(
    rows: Any,
    fitted: Fitted,
    spent: FittedSpending,
    *,
    horizon: int,
    discount: float,
    margin: float,
) -> Any:
    """Add what is foreseen to rows of frequency, recency, T and repeat_revenue."""
    x, recency, T = (rows[name].to_numpy(np.int64) for name in _KEYS[:3])  # noqa: N806
    seen = fitted.outlook(x, recency, T, horizon=horizon, discount=discount)
    mean = rows["repeat_revenue"].to_numpy(float, na_value=0.0) / np.maximum(x, 1)
    worth = spent.expected_mean(x, np.maximum(mean, 0.0))
    return rows.assign(
        alive=seen.alive,
        no_purchase_chance=seen.no_purchase,
        expected_purchases=seen.expected,
        mean_purchase_value=worth,
        expected_value=margin * worth * seen.discounted,
    )


def check(*, horizon: int, discount: float, margin: float) -> None:
    """Refuse a horizon, a discount or a margin that means nothing."""
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    if not 0 <= discount < 1:
        raise InvalidSettingError("discount", discount, "give a rate a year such as 0.1")
    if not 0 < margin <= 1:
        raise InvalidSettingError("margin", margin, "give a share above 0 and up to 1, such as 0.6")


def _counted(purchases: Any, as_of: date) -> pd.DataFrame:
    """Distinct histories with their money and how many customers share them, sorted."""
    rows = customer_histories(purchases, until=as_of)
    counts = collect(rows.group_by(_KEYS).aggregate(customers=rows.count()))
    order = np.lexsort([counts[name].to_numpy() for name in _KEYS[::-1]])
    return counts.iloc[order].reset_index(drop=True)


def _histories(rows: Any) -> Histories:
    """The same without the money."""
    x, recency, T = (rows[name].to_numpy(np.int64) for name in _KEYS[:3])  # noqa: N806
    is_other = (np.diff(x) != 0) | (np.diff(recency) != 0) | (np.diff(T) != 0)
    starts = np.flatnonzero(np.append(True, is_other)[: len(x)])
    if not len(starts):
        return Histories.of(x, recency, T)
    customers = np.add.reduceat(rows["customers"].to_numpy(float), starts)
    return Histories(x[starts], recency[starts], T[starts], customers)


def _half(table: Any) -> int:
    """How many of the first customers hold half of the value."""
    held = (table["customers"] * table["expected_value"]).cumsum().to_numpy()
    if not len(held) or not held[-1] > 0:
        return 0
    place = int(np.searchsorted(held, held[-1] / 2))
    before = float(held[place - 1]) if place else 0.0
    within = (held[-1] / 2 - before) / table["expected_value"].iloc[place]
    return int(table["customers"].iloc[:place].sum() + np.ceil(within))


def _half_note(half: int, fitted: Fitted) -> Note:
    text = "{customers:,} customers ({share:.0%}) hold half of the expected value."
    return Note("value_half", text, customers=half, share=half / fitted.histories.n)


def _tiers(table: Any, fitted: Fitted, horizon: int) -> pd.DataFrame:
    counts = table["customers"].to_numpy(float)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    tier = np.minimum(np.floor(middle * _TIERS).astype(int) + 1, _TIERS)
    history = [table[name].to_numpy(np.int64) for name in _KEYS[:3]]
    variance = fitted.variance(*history, horizon=horizon) * counts
    slopes = fitted.slopes(*history, horizon=horizon) * counts[:, None]
    total = float(counts @ table["expected_value"])
    told = {name: table[name].to_numpy(float) for name in _TOLD}
    names, starts = np.unique(tier, return_index=True)
    ends = [*starts[1:], len(tier)]
    parts = {str(name): slice(*span) for name, *span in zip(names, starts, ends, strict=True)}
    rows = []
    for name, part in {**parts, ALL: slice(None)}.items():
        half = fitted.interval(float(variance[part].sum()), slopes[part].sum(axis=0))
        mine = {column: values[part] for column, values in told.items()}
        rows.append({"tier": name} | _tier(mine, counts[part], half, total))
    return pd.DataFrame(rows)


def _tier(part: dict[str, Floats], counts: Floats, half: float, total: float) -> dict[str, Any]:
    n, purchases = counts.sum(), float(counts @ part["expected_purchases"])
    value = float(counts @ part["expected_value"])
    return {
        "customers": int(n),
        "value_from": float(part["expected_value"].min()),
        "alive": float(counts @ part["alive"] / n),
        "no_purchase_chance": float(counts @ part["no_purchase_chance"] / n),
        "expected_purchases": purchases,
        "purchases_lower": max(purchases - half, 0.0),
        "purchases_upper": purchases + half,
        "expected_value": value,
        "value_per_customer": value / n,
        "value_share": value / total if total > 0 else np.nan,
    }
