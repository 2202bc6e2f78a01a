"""Does the file begin in the middle of the shop's history?"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.notes import Note
from analytics.periods import (
    epoch_day,
    epoch_days,
    period_end_days,
    period_number,
    period_start_days,
)
from analytics.tables import collect

_EXCESS = 1.5
_MONTHS_TO_COMPARE = 4
_MONTHS_TO_SKIP = 2


def truncated_until(
    customer_summary: Any, *, as_of: date, months: pd.DataFrame | None = None
) -> int | None:
    """Up to which day are customers who look new probably old ones?

    When a file begins mid-history, its first months hold the old customers too, who look new there.
    Their mark is an excess: the months from the first on are taken as left-truncated as long as
    each brings more than 1.5 times as many new customers a day as the median complete month from
    the third on; the rule needs four of those. A month of which most customers have a sign-up date
    within the file's time is not truncated.

    Parameters
    ----------
    customer_summary, as_of
        The mart, and the local day up to which the data reach.
    months
        The new customers by month, where the caller has counted them already: `number` (of the
        month), and the columns of `month_counts`.

    Returns
    -------
    int or None
        Days from 1970-01-01 to the last such day; None where nothing points to truncation.

    Notes
    -----
    Own definition: a warning, not a proof.
    """
    known = customer_summary.filter(
        customer_summary.first_day.notnull(), customer_summary.first_day <= as_of
    )
    if months is None:
        months = _collected(known, month_counts(known))
    paced = _paced(months.sort_values("number", ignore_index=True), as_of)
    later = paced[(paced.index >= _MONTHS_TO_SKIP) & paced["is_complete"]]
    if len(later) < _MONTHS_TO_COMPARE:
        return None
    suspect = (paced["per_day"] > _EXCESS * float(np.median(later["per_day"]))).to_numpy()
    if suspect[0]:  # only then it matters who has signed up in time
        suspect &= ~_have_signed_up(known, paced)
    run = int(np.argmin(suspect)) if not suspect.all() else len(paced)
    return int(paced["end"].iloc[run - 1]) if run else None


def month_counts(known: Any) -> dict[str, Any]:
    """Aggregates of the customers who begin in a month that `truncated_until` asks for."""
    return {"n": known.count(), "first": epoch_days(known.first_day).min()}


def _collected(known: Any, counts: dict[str, Any]) -> pd.DataFrame:
    return collect(
        known.group_by(number=period_number(known.first_day, "month")).aggregate(**counts)
    )


def _paced(months: pd.DataFrame, as_of: date) -> Any:
    first = months["first"].min() if len(months) else 0
    starts = np.maximum(period_start_days(months["number"], "month"), first)
    ends = period_end_days(months["number"], "month")
    days = np.minimum(ends, epoch_day(as_of)) - starts + 1
    is_complete = ends <= epoch_day(as_of)
    return months.assign(per_day=months["n"] / days, end=ends, is_complete=is_complete)


def _have_signed_up(known: Any, months: Any) -> npt.NDArray[np.bool_]:
    """Whether most customers of each month have a sign-up date within the file's time."""
    since = known.signed_up_day >= date(1970, 1, 1) + timedelta(days=int(months["first"].min()))
    signed = _collected(known, {"signed_up": known.count(where=since)}).set_index("number")
    return (signed["signed_up"].reindex(months["number"]) * 2 >= months["n"].to_numpy()).to_numpy()


def is_truncated(begins: npt.ArrayLike, until: int | None) -> npt.NDArray[np.bool_]:
    """Whether each period, by its first day in days from 1970-01-01, falls into that time.

    >>> is_truncated([0, 31], 30).tolist(), is_truncated([0, 31], None).tolist()
    ([True, False], [False, False])
    """
    days = np.asarray(begins, dtype=np.int64)
    return np.zeros(days.shape, bool) if until is None else days <= until


def truncation_note(until: int | None) -> list[Note]:
    """Say it, where it is so."""
    if until is None:
        return []
    day = np.datetime64(until, "D").astype(date)
    text = (
        "The file seems to begin in the middle of the shop's history: customers first seen up to "
        "{day} may be old ones. Import earlier orders, or sign-up dates."
    )
    return [Note("left_truncated", text, day=day.isoformat())]
