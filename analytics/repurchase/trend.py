"""Do the newer customers come back as often as the older ones did?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.breakdown import group_column, group_of
from analytics.notes import Note
from analytics.periods import (
    Period,
    epoch_day,
    period_end_days,
    period_number,
    period_start_days,
    period_starts,
)
from analytics.repurchase.rate import (
    Scope,
    bought_by,
    check_horizons,
    in_scope_order,
    rate_counts,
    scopes_of,
)
from analytics.retention.truncation import (
    is_truncated,
    month_counts,
    truncated_until,
    truncation_note,
)
from analytics.tables import collect, finish, with_rate
from analytics.trend import Trend, trend_notes, trend_of


def repurchase_trend(
    customer_summary: Any,
    *,
    as_of: date,
    horizon: int = 90,
    horizons: tuple[int, ...] | None = None,
    scope: Scope = "any",
    period: Period = "month",
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """Do the newer customers come back as often as the older ones did, at equal follow-up?

    The repurchase rate within H days per period of first purchase. A period is mature when the
    window of its last day has closed; before that its row counts the eligible only.

    Parameters
    ----------
    customer_summary, as_of, scope, by
        As in `analytics.repurchase.rate.repurchase_rate`.
    horizon
        H, in days.
    horizons
        Several H at once, instead of `horizon`.
    period, first_weekday
        Periods of the first purchase; weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        (group,) period (its first day), horizon_days, numerator, denominator, rate, ci_lower,
        ci_upper, is_mature, customers (all new ones, eligible or not), scope, is_left_truncated.
        With one horizon, scope and group the trend over the complete periods that are not
        left-truncated stands in the notes and in `attrs["trend"]`.

    Raises
    ------
    InvalidSettingError
        If a horizon is not positive.

    Notes
    -----
    Own definition; the trend after Cochran and Armitage, see `analytics.trend.trend`.
    """
    chosen = sorted({horizon} if horizons is None else set(horizons))
    check_horizons(chosen)
    table, scopes = bought_by(customer_summary, as_of), scopes_of(scope)
    keys = {"number": period_number(table.first_day, period, first_weekday=first_weekday)}
    if by is not None:
        keys["group"] = group_of(table, by)
    counts = rate_counts(table, as_of, chosen, scopes)
    is_monthly = period == "month" and by is None  # the same rows tell where the file begins
    counts |= month_counts(table) if is_monthly else {}
    wide = collect(table.group_by(**keys).aggregate(**counts))
    months = wide if is_monthly else None
    until = truncated_until(customer_summary, as_of=as_of, months=months)
    number = wide["number"].to_numpy()
    begins = period_start_days(number, period, first_weekday=first_weekday)
    ends = period_end_days(number, period, first_weekday=first_weekday)
    wide = wide.assign(
        period=period_starts(number, period, first_weekday=first_weekday),
        open_days=epoch_day(as_of) - ends,
        is_left_truncated=is_truncated(begins, until),
    )
    parts = [_one_rate(wide, days, name) for days in chosen for name in scopes]
    rates = with_rate(pd.concat(parts, ignore_index=True))
    is_single = len(parts) == 1 and by is None
    return _contract(rates, by, truncation_note(until), is_single=is_single)


def _one_rate(wide: pd.DataFrame, horizon: int, scope: str) -> pd.DataFrame:
    kept = ["number", "period", "is_left_truncated", *(name for name in ("group",) if name in wide)]
    return wide[kept].assign(
        horizon_days=horizon,
        scope=scope,
        numerator=wide[f"{scope}_{horizon}"],
        denominator=wide[f"eligible_{horizon}"],
        customers=wide["n"],
        is_mature=np.asarray(wide["open_days"]) >= horizon,
    )


def _contract(rates: Any, by: str | None, notes: list[Note], *, is_single: bool) -> pd.DataFrame:
    found: Trend | None = None
    if is_single:
        certain = rates[~rates["is_left_truncated"]]
        found = trend_of(certain, "number", "numerator", "denominator")
        notes = [*notes, *trend_notes(found)]
    columns = [*group_column(by), "period", "horizon_days", "numerator", "denominator", "rate"]
    columns += ["ci_lower", "ci_upper", "is_mature", "customers", "scope", "is_left_truncated"]
    order = [*group_column(by), "period", "horizon_days"]
    result = finish(in_scope_order(rates)[columns], order, notes)
    if is_single:
        result.attrs["trend"] = found
    return result
