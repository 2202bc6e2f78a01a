"""How often do customers come by habit, and do charges come by the calendar instead?"""

from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from analytics.churn.features import numbered
from analytics.churn.loss_moments import local_days
from analytics.errors import NotEnoughDataError
from analytics.intervals import LEVEL
from analytics.notes import Note
from analytics.periods import epoch_days
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.tables import collect, finish
from analytics.value.suspicions import renewal_spikes

Habit = Literal["purchases", "events"]

_HALF, _MOST = 0.5, 0.8
_LEAST = 20


def usage_cycle(
    purchases: Any,
    customer_summary: Any,
    events: Any,
    *,
    as_of: date,
    zone: str = "UTC",
    of: Habit = "purchases",
) -> pd.DataFrame:
    """How often do customers come by habit, so that a shorter silence means nothing?

    Each customer's own rhythm is the mean number of days between active days: `(last − first) ÷
    (active days − 1)`; those with one active day have none. The cycle is the rhythm of the customer
    in the middle; four in five have a rhythm of at most `most_days`.

    Parameters
    ----------
    purchases, customer_summary, events
        The marts and the events.
    as_of
        Local day up to which the data reach.
    zone
        Time zone of local days.
    of
        "purchases", or "events" of any kind.

    Returns
    -------
    DataFrame
        of, customers (with a rhythm), cycle_days, cycle_lower, cycle_upper (95 %, by order
        statistics), most_days. Gaps that pile up at 7, 30, 31, 90 or 365 days, as renewals do, are
        told in the notes: silence says little there, and renewal rates say it.

    Raises
    ------
    NotEnoughDataError
        If fewer than 20 customers have a rhythm.

    Notes
    -----
    Own definition, after the usage interval of product analytics (the time within which four users
    in five repeat what they do). Customers who come rarely are seen too seldom to have a rhythm, so
    that the cycle is that of the regulars.
    """
    if of == "purchases":
        active = _bought(purchases, as_of)
    else:
        active = _seen(events, customer_summary, as_of, zone)
    counts = collect(active.group_by("rhythm").aggregate(n=active.count()))
    customers = int(counts["n"].sum())
    if customers < _LEAST:
        unit = f"customers with {of} on two days"
        raise NotEnoughDataError("the usage cycle", unit, needed=_LEAST, found=customers)
    half = special.ndtri(0.5 + LEVEL / 2) * np.sqrt(_HALF * (1 - _HALF) / customers)
    shares = [_HALF, max(_HALF - half, 0), min(_HALF + half, 1), _MOST]
    days = weighted_quantiles(counts["rhythm"], counts["n"], shares)
    columns = ["cycle_days", "cycle_lower", "cycle_upper", "most_days"]
    row = {"of": of, "customers": customers, **dict(zip(columns, days, strict=True))}
    notes = [_habit(row), *renewal_notes(purchases, as_of)]
    return finish(pd.DataFrame([row]), [], notes)


def _rhythm(rows: Any) -> Any:
    """Give each customer's mean days between active days; `rows` has customer_number and `at`."""
    mine = rows.group_by("customer_number").aggregate(
        n=rows["at"].nunique(), first=rows["at"].min(), last=rows["at"].max()
    )
    regular = mine.filter(mine.n > 1)
    return regular.select(rhythm=(regular["last"] - regular["first"]) / (regular.n - 1))


def _bought(purchases: Any, as_of: date) -> Any:
    known = purchases.filter(purchases.day <= as_of)
    return _rhythm(known.select("customer_number", at=epoch_days(known.day)))


def _seen(events: Any, customer_summary: Any, as_of: date, zone: str) -> Any:
    known = numbered(events, customer_summary)
    if known is None:
        raise NotEnoughDataError("the usage cycle", "events", needed=_LEAST, found=0)
    return _rhythm(local_days(known, as_of=as_of, zone=zone))


def _habit(row: dict[str, Any]) -> Note:
    text = (
        "Of {customers:,} customers with {habit} on two days or more, half come every {cycle:.0f} "
        "days or more often, four in five every {most:.0f}: a shorter silence says little."
    )
    return Note(
        "cycle_habit",
        text,
        habit=row["of"],
        customers=row["customers"],
        cycle=float(row["cycle_days"]),
        most=float(row["most_days"]),
    )


def renewal_notes(purchases: Any, as_of: date) -> list[Note]:
    """Say where gaps pile up on the lengths of contracts, and what to read instead."""
    spikes = renewal_spikes(purchases, until=as_of)
    if spikes.empty:
        return []
    text = (
        "{share:.0%} of the gaps last exactly {days} days: these are renewals by contract. Read "
        "churn from renewal rates there; thresholds of silence and chances to return do not hold."
    )
    days = " / ".join(str(length) for length in spikes["days"])
    return [Note("cycle_renewals", text, share=float(spikes["share"].sum()), days=days)]
