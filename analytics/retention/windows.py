"""Who was active in which window after the start: the triangle before it is a triangle."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from analytics.breakdown import with_group
from analytics.periods import WINDOW_DAYS, Period, epoch_days, period_number

Window = Literal["calendar", "elapsed"]
ReturnRule = Literal["on", "on-or-after", "on-or-before"]
StartRule = Literal["first", "recurring"]

MEMBER = ["customer_number", "cohort"]


@dataclass(frozen=True)
class View:
    """How a triangle is cut: what starts a cohort, what counts as coming back, which windows."""

    as_of: date
    period: Period = "month"
    window: Window = "calendar"
    return_rule: ReturnRule = "on"
    start_rule: StartRule = "first"
    cap: int = 3
    by: str | None = None
    first_weekday: int = 0

    def number(self, column: Any) -> Any:
        """Period number of each day of a column."""
        return period_number(column, self.period, first_weekday=self.first_weekday)

    @property
    def window_days(self) -> int:
        """Length of an elapsed window in days."""
        return WINDOW_DAYS[self.period]

    def index(self, day: Any, start_day: Any, cohort: Any) -> Any:
        """k: how many windows after the start a day lies; negative before it."""
        if self.window == "calendar":
            return self.number(day) - cohort
        return ((epoch_days(day) - epoch_days(start_day)) // self.window_days).cast("int64")


def members(purchases: Any, customer_summary: Any, view: View) -> Any:
    """One row per customer and cohort: customer_number, cohort (period number), start_day, group.

    With the first-ever rule a customer has one cohort; with the recurring rule one per period with
    a purchase, starting at the first purchase in it. Nothing but as-of limits the purchases that
    decide.
    """
    if view.start_rule == "first":
        known = customer_summary.filter(
            customer_summary.first_day.notnull(), customer_summary.first_day <= view.as_of
        )
        starts = known.select(
            "customer_number", cohort=view.number(known.first_day), start_day=known.first_day
        )
    else:
        known = purchases.filter(purchases.day <= view.as_of)
        known = known.select("customer_number", "day", cohort=view.number(known.day))
        starts = known.group_by(MEMBER).aggregate(start_day=known.day.min())
    return with_group(starts, customer_summary, view.by)


def activity(purchases: Any, starts: Any, view: View) -> Any:
    """One row per member and window with a purchase: MEMBER, group, period_index, has_returned.

    `has_returned` is whether the window holds a purchase after the one that started the cohort.
    """
    known = purchases.filter(purchases.day <= view.as_of)
    days = known.select("customer_number", "day")
    if view.window == "calendar":  # one row per customer and period is all a calendar needs
        return _calendar_activity(known, starts, view)
    joined = starts.inner_join(days, "customer_number")
    joined = joined.filter(joined.day >= joined.start_day)
    indexed = joined.mutate(period_index=view.index(joined.day, joined.start_day, joined.cohort))
    return indexed.group_by([*MEMBER, "group", "period_index"]).aggregate(
        has_returned=(indexed.day > indexed.start_day).any()
    )


def _calendar_activity(known: Any, starts: Any, view: View) -> Any:
    numbered = known.select("customer_number", "day", number=view.number(known.day))
    periods = numbered.group_by(["customer_number", "number"]).aggregate(last=numbered.day.max())
    joined = starts.inner_join(periods, "customer_number")
    joined = joined.filter(joined.number >= joined.cohort)
    return joined.select(
        *MEMBER,
        "group",
        period_index=joined.number - joined.cohort,
        has_returned=joined["last"] > joined.start_day,
    )


def money(orders: Any, starts: Any, view: View) -> Any:
    """Valid orders and revenue per group, cohort and window, renewals and instalments included."""
    valid = orders.filter(
        orders.is_valid, orders.customer_number.notnull(), orders.day <= view.as_of
    ).select("customer_number", "day", "revenue")
    joined = starts.inner_join(valid, "customer_number")
    joined = joined.mutate(period_index=view.index(joined.day, joined.start_day, joined.cohort))
    kept = joined.filter(joined.day >= joined.start_day)
    return kept.group_by(["group", "cohort", "period_index"]).aggregate(
        orders=kept.count(), revenue=kept.revenue.sum()
    )


def sizes(starts: Any) -> Any:
    """Members per group and cohort, with the first and the last day on which one of them began."""
    return starts.group_by(["group", "cohort"]).aggregate(
        cohort_size=starts.count(),
        first_start=epoch_days(starts.start_day).min(),
        last_start=epoch_days(starts.start_day).max(),
    )
