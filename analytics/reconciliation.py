"""Why does this number differ from that of Shopify, Lifetimely, PostHog, Mixpanel or Peel?"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd

from analytics.notes import Note
from analytics.periods import (
    Period,
    epoch_day,
    epoch_days,
    last_complete,
    period_number,
    period_of,
    period_starts,
)
from analytics.repurchase.rate import repurchase_rate
from analytics.repurchase.returning import returning_rate
from analytics.tables import collect, finish, with_rate

_HORIZON = 90
_MONTH_DAYS = 30
_PEEL_MONTHS = 3

# Definition: product, whether later days leave the figure alone, and the sentence that explains it.
_ROWS: dict[str, tuple[str, bool]] = {
    "repurchase_90": ("Huitou", True),
    "lifetimely_90": ("Lifetimely", True),
    "peel_repurchase": ("Peel", False),
    "peel_retention": ("Peel", False),
    "posthog_month_1": ("PostHog", True),
    "mixpanel_month_1": ("Mixpanel", False),
    "returning_rate": ("Huitou", True),
    "repeat_rate": ("Huitou", True),
    "shopify_returning": ("Shopify", False),
}

_SENTENCES = {
    "repurchase_90": "Huitou: of customers whose first purchase is at least {horizon} days old, "
    "those who bought again on a later day within {horizon} days.",
    "lifetimely_90": "Lifetimely counts orders: a second one on the same day or a renewal counts, "
    "which makes {differing:,} customers more; and it takes whole months of first orders, those "
    "whose {horizon} days are over for everybody.",
    "peel_repurchase": "Peel asks for a second order by the third calendar month after the first, "
    "of all customers: {differing:,} of them have not had that time yet, so the figure will rise.",
    "peel_retention": "Peel's retention counts a customer in every month up to the last order: "
    "whoever orders in any later month is retained in month 1, so past figures still rise; "
    "{differing:,} of them did not buy again within {horizon} days.",
    "posthog_month_1": "PostHog asks for an order in the very next calendar month: {differing:,} "
    "customers came back within {horizon} days, but not in that month, and do not count.",
    "mixpanel_month_1": "Mixpanel by default asks for any order 30 days or more after the first, "
    "however late: {differing:,} customers who came back within {horizon} days did so only before "
    "that and do not count.",
    "returning_rate": "Huitou: of the buyers of the last complete {period}, those who had bought "
    "before, in it or earlier; it never looks ahead, so past figures never change.",
    "repeat_rate": "Huitou: of the same buyers, those with two purchases within the {period}.",
    "shopify_returning": "Shopify calls a buyer of the {period} returning who has two orders by "
    "now: {differing:,} got there only by a later order or a second one on the same day, so a past "
    "figure still rises.",
}


def reconciliation(
    orders: Any,
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    period: Period = "month",
    first_weekday: int = 0,
) -> pd.DataFrame:
    """What would other products say about the same data, and why is it not what we say?

    All rows count the same valid orders of identified customers; only the definitions differ.

    =================  ===========================================================================
    repurchase_90      ours: second purchase, on a later day, within 90 days of the first ÷
                       customers whose first purchase is at least 90 days old
    lifetimely_90      second order, the same day included, within 90 days ÷ customers of the
                       months of first order whose 90 days are over for everybody
    peel_repurchase    second order by the end of the third calendar month after the first ÷ all
                       customers
    peel_retention     an order in any calendar month after the first ("month 1 or later") ÷ all
                       customers
    posthog_month_1    an order in the calendar month after the first ("on", the weighted mean row)
                       ÷ customers whose next month is not the current one
    mixpanel_month_1   an order 30 days or more after the first ("on or after", elapsed months) ÷
                       customers whose day 60 has come
    returning_rate     ours: bought before, in the period or earlier ÷ buyers of the last complete
                       period
    repeat_rate        ours: two purchases in the period ÷ its buyers
    shopify_returning  more than one order by now ÷ buyers of the period
    =================  ===========================================================================

    Parameters
    ----------
    orders, purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Length of the last complete period that the rates of a period look at; weeks begin on this
        weekday (0 is Monday).

    Returns
    -------
    DataFrame
        definition, product, numerator, denominator, rate, ci_lower, ci_upper (Wilson, 95 %),
        explanation (key of the note that explains the difference), is_mature (later days leave the
        figure as it is), differing (customers who make the difference that the note tells of),
        period (first day of the period looked at, else null). Attribute `notes`: a sentence a row.

    Notes
    -----
    Ours are own definitions; the others follow what the products' public help pages say of them.
    Mixpanel's own average row weighs cohorts by the square of their sizes; here they are pooled.
    """
    number = last_complete(as_of, period, first_weekday=first_weekday)
    starts = period_starts([number, number + 1], period, first_weekday=first_weekday)
    start = starts[0]
    within = starts.astype("datetime64[D]").tolist()
    people = _people(orders, customer_summary, as_of, (within[0], within[1]))
    counts = collect(_counts(people, as_of)).iloc[0].to_dict()
    counts |= _ours(
        purchases, customer_summary, start, as_of=as_of, period=period, first_weekday=first_weekday
    )
    rows = [_row(name, counts, start) for name in _ROWS]
    table: Any = with_rate(pd.DataFrame(rows))
    notes = [
        Note(
            f"reconcile_{name}",
            _SENTENCES[name],
            horizon=_HORIZON,
            period=period,
            differing=int(counts.get(f"{name}_differing", 0)),
        )
        for name in _ROWS
    ]
    columns = ["definition", "product", "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    more = ["explanation", "is_mature", "differing", "period"]
    return finish(table[[*columns, *more]], [], notes)


def _row(name: str, counts: Mapping[str, Any], start: Any) -> dict[str, Any]:
    product, is_final = _ROWS[name]
    is_of_period = name in {"returning_rate", "repeat_rate", "shopify_returning"}
    denominator = int(counts[f"{name}_of"])
    return {
        "definition": name,
        "product": product,
        "numerator": int(counts[name]),
        "denominator": denominator,
        "explanation": f"reconcile_{name}",
        "is_mature": is_final and denominator > 0,
        "differing": int(counts.get(f"{name}_differing", 0)),
        "period": pd.Timestamp(start) if is_of_period else pd.NaT,
    }


def _people(orders: Any, customer_summary: Any, as_of: date, within: tuple[date, date]) -> Any:
    """One row per customer with a valid order: when the first one was, when the others were.

    `within` are the first day of the period looked at and that of the next one. What depends on
    months is worked out once per customer: there are many more orders.
    """
    valid = orders.filter(orders.is_valid, orders.day <= as_of).select("customer_number", "day")
    firsts = valid.group_by("customer_number").aggregate(first_day=valid.day.min())
    month = firsts.first_day.truncate("M")
    firsts = firsts.mutate(
        **{
            name: (month + ibis.interval(months=months)).cast("date")
            for name, months in (("second", 1), ("third", 2), ("fifth", 1 + _PEEL_MONTHS))
        }
    )
    begun = valid.join(firsts, "customer_number")
    day = begun.day
    people = begun.group_by("customer_number").aggregate(
        first_day=begun.first_day.min(),
        n=begun.count(),
        last_day=day.max(),
        on_first=begun.count(where=day == begun.first_day),
        later=day.min(where=day > begun.first_day),
        in_next_month=begun.count(where=(day >= begun.second) & (day < begun.third)),
        by_third_month=begun.count(where=day < begun.fifth),
        latest=day.max(where=(day >= within[0]) & (day < within[1])),
    )
    ours = customer_summary.select("customer_number", "days_to_second")
    joined = people.left_join(ours, "customer_number").mutate(
        first=epoch_days(people.first_day),
        last=epoch_days(people.last_day),
        first_month=period_number(people.first_day, "month"),
        last_month=period_number(people.last_day, "month"),
    )
    return joined.mutate(
        gap=(joined.on_first > 1).ifelse(0, epoch_days(joined.later) - joined["first"]),
        is_back=joined.days_to_second.fill_null(_HORIZON + 1) <= _HORIZON,
    )


def _counts(people: Any, as_of: date) -> Any:
    """Numerator, denominator (`_of`) and differing customers of each definition over all time."""
    today = epoch_day(as_of)
    ripe = people.first_month <= last_complete(as_of - timedelta(days=_HORIZON), "month")
    within = ripe & (people.gap <= _HORIZON)
    waits = people.first_month + _PEEL_MONTHS > last_complete(as_of, "month")
    is_later = people.last_month > people.first_month
    next_over = people.first_month + 1 < period_of(as_of, "month")
    is_next = people.in_next_month > 0
    day_60 = people["first"] + 2 * _MONTH_DAYS <= today
    after_30 = people["last"] >= people["first"] + _MONTH_DAYS
    is_buyer = people.latest.notnull()
    has_two = is_buyer & (people.n > 1)
    tests = {
        "lifetimely_90_of": ripe,
        "lifetimely_90": within,
        "lifetimely_90_differing": within & ~people.is_back,
        "peel_repurchase": people.by_third_month > 1,
        "peel_repurchase_differing": waits,
        "peel_retention": is_later,
        "peel_retention_differing": is_later & ~people.is_back,
        "posthog_month_1_of": next_over,
        "posthog_month_1": next_over & is_next,
        "posthog_month_1_differing": next_over & people.is_back & ~is_next,
        "mixpanel_month_1_of": day_60,
        "mixpanel_month_1": day_60 & after_30,
        "mixpanel_month_1_differing": day_60 & people.is_back & ~after_30,
        "shopify_returning_of": is_buyer,
        "shopify_returning": has_two,
        "shopify_returning_differing": has_two & (people.latest == people.first_day),
    }
    return people.aggregate(
        peel_repurchase_of=people.count(),
        peel_retention_of=people.count(),
        **{name: people.count(where=test) for name, test in tests.items()},
    )


def _ours(
    purchases: Any,
    customer_summary: Any,
    start: Any,
    *,
    as_of: date,
    period: Period,
    first_weekday: int,
) -> dict[str, int]:
    row = repurchase_rate(customer_summary, as_of=as_of, horizons=(_HORIZON,)).iloc[0]
    told = returning_rate(purchases, as_of=as_of, period=period, first_weekday=first_weekday)
    of_period = told[told["period"] == start] if len(told) else told
    customers, repeat, returning = (
        int(of_period[name].sum())
        for name in ("customers", "repeat_customers", "returning_customers")
    )
    return {
        "repurchase_90": int(row["numerator"]),
        "repurchase_90_of": int(row["denominator"]),
        "returning_rate": returning,
        "returning_rate_of": customers,
        "repeat_rate": repeat,
        "repeat_rate_of": customers,
    }
