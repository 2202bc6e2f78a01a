"""Does the file begin in the middle of the shop's history?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

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


def truncated_until(customer_summary: Any, *, as_of: date) -> int | None:
    """Up to which day are customers who look new probably old ones?

    When a file begins mid-history, its first months hold the old customers too, who look new there.
    Their mark is an excess: the months from the first on are taken as left-truncated as long as
    each brings more than 1.5 times as many new customers a day as the median complete month from
    the third on; the rule needs four of those. A month of which most customers have a sign-up date
    within the file's time is not truncated.

    Returns
    -------
    int or None
        Days from 1970-01-01 to the last such day; None where nothing points to truncation.

    Notes
    -----
    Own definition: a warning, not a proof.
    """
    months = _months(customer_summary, as_of)
    later = months[(months.index >= _MONTHS_TO_SKIP) & months["is_complete"]]
    if len(later) < _MONTHS_TO_COMPARE:
        return None
    usual = float(np.median(later["per_day"]))
    suspect = (months["per_day"] > _EXCESS * usual) & (
        months["signed_up"] * 2 < months["customers"]
    )
    run = int(np.argmin(suspect.to_numpy())) if not suspect.all() else len(months)
    return int(months["end"].iloc[run - 1]) if run else None


def _months(customer_summary: Any, as_of: date) -> Any:
    known = customer_summary.filter(
        customer_summary.first_day.notnull(), customer_summary.first_day <= as_of
    )
    begin = known.first_day.min().as_scalar()
    months = collect(
        known.group_by(month=period_number(known.first_day, "month")).aggregate(
            customers=known.count(),
            first=epoch_days(known.first_day).min(),
            signed_up=known.count(where=known.signed_up_day >= begin),
        )
    ).sort_values("month", ignore_index=True)
    first = months["first"].min() if len(months) else 0
    starts = np.maximum(period_start_days(months["month"], "month"), first)
    ends = period_end_days(months["month"], "month")
    is_complete = ends <= epoch_day(as_of)
    days = np.minimum(ends, epoch_day(as_of)) - starts + 1
    return months.assign(per_day=months["customers"] / days, end=ends, is_complete=is_complete)


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
