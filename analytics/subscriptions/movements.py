"""Renewals, churn and monthly recurring revenue, period by period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.intervals import rate, wilson
from analytics.notes import Note
from analytics.periods import Period, period_end_days, period_of, period_start_days, period_starts
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.book import GRACE, Book, is_involuntary, read_book
from analytics.tables import finish

Floats = npt.NDArray[np.float64]

_Z = 1.959963984540054
_COLUMNS = (
    *("period", "active_start", "due", "renewed", "renewal_rate", "churned", "churn_rate"),
    *("mrr_start", "mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churned", "mrr_end"),
    *("grr", "nrr", "mrr_reactivation", "renewal_lower", "renewal_upper", "churn_lower"),
    *("churn_upper", "grr_lower", "grr_upper", "nrr_lower", "nrr_upper", "voluntary"),
    *("involuntary", "unexplained", "trials", "converted", "trial_rate", "trial_lower"),
    *("trial_upper", "active_end", "mrr_customers", "currency", "is_mature"),
)


def subscriptions(
    subscriptions: Any,
    *,
    as_of: date,
    period: Period = "month",
    grace: int = GRACE,
    first_weekday: int = 0,
    zone: str = "UTC",
    currency: str = UNKNOWN_CURRENCY,
) -> pd.DataFrame:
    """How many of those due renewed, and what did recurring revenue gain and lose?

    `renewal_rate = renewed ÷ due`: of the paid terms that ran out in the period, those whose
    customer went on paying within the days of grace. `churn_rate = churned ÷ active_start`: of the
    customers who paid when the period began, those who no longer did at its end.
    `start + new + reactivation + expansion − contraction − churned = end` for monthly recurring
    revenue (MRR); `GRR = (start − contraction − churned) ÷ start`; `NRR` adds expansion, and
    neither counts customers won back or new.

    Parameters
    ----------
    subscriptions
        The canonical table, one row per run of a plan.
    as_of
        Local day up to which the data reach; the table's own latest start where that is earlier.
    period, first_weekday
        Length of a period; weeks begin on this weekday (0 is Monday).
    grace
        Days after the end of a paid term within which a payment or a new plan still renews it.
    zone
        Time zone of local days.
    currency
        Currency of the MRR; the table's commonest where it has none in that.

    Returns
    -------
    DataFrame
        period (first day), active_start, due, renewed, renewal_rate, churned, churn_rate,
        mrr_start, mrr_new, mrr_expansion, mrr_contraction, mrr_churned, mrr_end, grr, nrr;
        mrr_reactivation; bounds of the rates (Wilson, 95 %) and of GRR and NRR (95 %, ratio of sums
        over customers); voluntary, involuntary, unexplained (ended spells by the reason given: a
        failed payment is involuntary); trials (ended in the period), converted, trial_rate with
        bounds; active_end, mrr_customers (those with MRR at the start, of whom GRR and NRR tell),
        currency, is_mature (the grace after the period's last day is over).

    Raises
    ------
    InvalidSettingError
        If `grace` is negative.
    NotEnoughDataError
        If there is no paid subscription.

    Notes
    -----
    Own definition; not renewed after 30 days of grace follows the rule of the KKBox challenge
    (WSDM Cup 2018): a cancellation alone is no churn, nor is a change of plan. Churn is dated on
    the day the paid time ended. An amount for a year counts a twelfth a month. Trials, free plans
    and lifetime purchases are no MRR, nor is any single sale.
    """
    book = read_book(subscriptions, as_of=as_of, zone=zone, currency=currency, grace=grace)
    first = period_of(day_of(book.runs["paid_from"].min()), period, first_weekday=first_weekday)
    newest = period_of(day_of(book.today), period, first_weekday=first_weekday)
    numbers = np.arange(first, newest + 1)
    starts = period_start_days(numbers, period, first_weekday=first_weekday).astype(float)
    ends = period_end_days(numbers, period, first_weekday=first_weekday)
    edges = np.append(starts, min(ends[-1], book.today) + 1)
    table = pd.DataFrame(movements(book, edges)).assign(
        period=period_starts(numbers, period, first_weekday=first_weekday),
        **_counted(book, edges),
        currency=book.currency,
        is_mature=ends + grace <= book.today,
    )
    for name, (hits, of) in _RATES.items():
        lower, upper = wilson(table[hits], table[of])
        share = {f"{name}_rate": rate(table[hits], table[of])}
        table = table.assign(**share, **{f"{name}_lower": lower, f"{name}_upper": upper})
    return finish(table[list(_COLUMNS)], ["period"], [*book.notes, *_open_note(table, grace)])


_RATES = {
    "renewal": ("renewed", "due"),
    "churn": ("churned", "active_start"),
    "trial": ("converted", "trials"),
}


def day_of(number: float) -> date:
    """Give the date of a day counted from 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=int(number))


@dataclass(frozen=True)
class Paying:
    """MRR of each customer, and whether any run was paid for, as a day begins."""

    money: Floats
    is_on: npt.NDArray[np.bool_]


def paying(book: Book, edge: float, *, until: Any = None) -> Paying:
    """Who pays as a day begins; `until` are other ends of the runs than `covered`."""
    runs = book.runs
    end = np.asarray(runs["covered"] if until is None else until)
    is_on = (runs["paid_from"].to_numpy() < edge) & ~(end < edge)
    customer, mrr = runs["customer"].to_numpy()[is_on], book.mrr[is_on]
    money = np.bincount(customer, mrr, book.customers).astype(float)
    return Paying(money, np.bincount(customer, minlength=book.customers) > 0)


def movements(book: Book, edges: Floats, *, until: Any = None) -> list[dict[str, float]]:
    """What changed from each day to the next: customers and MRR, each customer netted."""
    first = np.full(book.customers, np.inf)
    np.minimum.at(first, book.runs["customer"].to_numpy(), book.runs["paid_from"].to_numpy())
    states = [paying(book, edge, until=until) for edge in edges]
    return [
        _movement(before, after, first < edge)
        for edge, before, after in zip(edges, states, states[1:], strict=False)
    ]


def _movement(start: Paying, end: Paying, is_known: npt.NDArray[np.bool_]) -> dict[str, float]:
    before, after = start.money, end.money
    change = after - before
    gained, kept = before == 0, (before > 0) & (after > 0)
    kept_money = np.minimum(before, after)
    return {
        "active_start": int(start.is_on.sum()),
        "active_end": int(end.is_on.sum()),
        "churned": int((start.is_on & ~end.is_on).sum()),
        "mrr_customers": int((before > 0).sum()),
        "mrr_start": before.sum(),
        "mrr_new": after[gained & ~is_known].sum(),
        "mrr_reactivation": after[gained & is_known].sum(),
        "mrr_expansion": change[kept & (change > 0)].sum(),
        "mrr_contraction": (before - after)[kept & (change < 0)].sum(),
        "mrr_churned": before[(before > 0) & (after == 0)].sum(),
        "mrr_end": after.sum(),
        **_ratio("grr", kept_money[before > 0], before[before > 0]),
        **_ratio("nrr", after[before > 0], before[before > 0]),
    }


def _ratio(name: str, money: Floats, base: Floats) -> dict[str, float]:
    """Ratio of two sums over customers with its linearised interval (Cochran 1977, eq. 2.46)."""
    if not len(base):
        return dict.fromkeys((name, f"{name}_lower", f"{name}_upper"), np.nan)
    share = money.sum() / base.sum()
    n = len(base)
    spread = n / max(n - 1, 1) * ((money - share * base) ** 2).sum()
    half = _Z * np.sqrt(spread) / base.sum()
    top = 1.0 if name == "grr" else np.inf
    return {
        name: share,
        f"{name}_lower": max(share - half, 0.0),
        f"{name}_upper": min(share + half, top),
    }


def _counted(book: Book, edges: Floats) -> dict[str, npt.NDArray[np.int64]]:
    terms, spells, trials = book.terms, book.spells, book.trials
    expiry = terms.expiry
    over = spells[spells["end"].notna()]
    failed = is_involuntary(over["reason"])
    told = (over["reason"].notna() & over["reason"].ne("")).to_numpy()
    converted = trials["is_converted"].to_numpy(bool)
    sets = {
        "due": expiry,
        "renewed": expiry[terms.is_renewed],
        "involuntary": over.loc[failed, "end"],
        "voluntary": over.loc[told & ~failed, "end"],
        "unexplained": over.loc[~told, "end"],
        "trials": trials["ended_day"],
        "converted": trials.loc[converted, "ended_day"],
    }
    return {name: _per_period(np.asarray(days), edges) for name, days in sets.items()}


def _per_period(days: npt.NDArray[Any], edges: Floats) -> npt.NDArray[np.int64]:
    first, after = int(edges[0]), int(edges[-1])
    inside = days[(days >= first) & (days < after)].astype(np.int64)
    a_day = np.bincount(inside - first, minlength=after - first)
    return np.add.reduceat(a_day, (edges[:-1] - first).astype(np.int64))


def _open_note(table: pd.DataFrame, grace: int) -> list[Note]:
    still_open = table.loc[~table["is_mature"], "period"]
    if still_open.empty:
        return []
    text = "From {day} on nothing is final: who is {grace} days late or less may still renew."
    return [Note("subscriptions_open", text, day=f"{still_open.iloc[0]:%Y-%m-%d}", grace=grace)]
