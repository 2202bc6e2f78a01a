"""Who was active in which window after the start: the triangle before it is a triangle."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import ibis

from analytics.breakdown import ALL, with_group
from analytics.errors import InvalidSettingError
from analytics.periods import WINDOW_DAYS, Period, epoch_days, period_number
from analytics.retention.brackets import Bracket

Window = Literal["calendar", "elapsed"]
ReturnRule = Literal["on", "on-or-after", "on-or-before"]
StartRule = Literal["first", "first-matching", "recurring"]

MEMBER = ["customer_number", "cohort"]
CELL = ["group", "cohort", "period_index"]
_OUTSIDE = -1


@dataclass(frozen=True)
class View:
    """How a triangle is cut: what starts a cohort, what counts as coming back, which windows.

    `brackets` (first and last day each, counted from the start) replace the windows of equal
    length. `item`, `category` and `channel` say which purchases may start a cohort.
    """

    as_of: date
    period: Period = "month"
    window: Window = "calendar"
    return_rule: ReturnRule = "on"
    start_rule: StartRule = "first"
    cap: int = 3
    by: str | None = None
    first_weekday: int = 0
    brackets: tuple[Bracket, ...] = ()
    item: str | None = None
    category: str | None = None
    channel: str | None = None

    def number(self, column: Any) -> Any:
        """Period number of each day of a column."""
        return period_number(column, self.period, first_weekday=self.first_weekday)

    @property
    def is_elapsed(self) -> bool:
        """Whether windows count from each customer's own start."""
        return bool(self.brackets) or self.window == "elapsed"

    @property
    def is_filtered(self) -> bool:
        """Whether only some purchases may start a cohort."""
        return not (self.item is None and self.category is None and self.channel is None)

    @property
    def is_plain(self) -> bool:
        """Whether every customer begins once, with the first purchase ever, all in one group."""
        return self.start_rule == "first" and not self.is_filtered and self.by is None

    @property
    def window_days(self) -> int:
        """Length of an elapsed window in days."""
        return WINDOW_DAYS[self.period]

    def index(self, day: Any, start_day: Any, cohort: Any) -> Any:
        """k: how many windows after the start a day lies; negative before it or in no window."""
        if not self.is_elapsed:
            return self.number(day) - cohort
        elapsed = epoch_days(day) - epoch_days(start_day)
        if not self.brackets:
            return (elapsed // self.window_days).cast("int64")
        inside = [(elapsed.between(*ends), place) for place, ends in enumerate(self.brackets)]
        return ibis.cases(*inside, else_=_OUTSIDE).cast("int64")


def matching(purchases: Any, purchase_items: Any, view: View) -> Any:
    """Purchases that may start a cohort: of the view's channel, holding its item and category."""
    chosen = purchases
    if view.channel is not None:
        chosen = chosen.filter(chosen.channel == view.channel)
    if view.item is None and view.category is None:
        return chosen
    if purchase_items is None:
        remedy = "hand over the mart purchase_items too"
        raise InvalidSettingError("a filter by item", view.item or view.category, remedy)
    lines = purchase_items
    if view.item is not None:
        lines = lines.filter(lines.item_id == view.item)
    if view.category is not None:
        lines = lines.filter(lines.category == view.category)
    return chosen.semi_join(lines, ["customer_number", "purchase_number"])


def members(purchases: Any, customer_summary: Any, view: View, purchase_items: Any = None) -> Any:
    """One row per customer and cohort: customer_number, cohort (period number), start_day, group.

    With the first-ever rule a customer has one cohort, and a filter shows only those whose
    first-ever purchase matches; with the first-matching rule the first purchase that matches
    begins it; with the recurring rule there is one per period with a (matching) purchase, starting
    at the first one in it. Nothing but as-of limits the purchases that decide who is new.
    """
    if view.start_rule == "first":
        starts = _first_ever(purchases, customer_summary, view, purchase_items)
        return with_group(starts, customer_summary, view.by)
    known = matching(purchases.filter(purchases.day <= view.as_of), purchase_items, view)
    if view.start_rule == "first-matching":
        first = known.group_by("customer_number").aggregate(start_day=known.day.min())
        starts = first.select(
            "customer_number", cohort=view.number(first.start_day), start_day=first.start_day
        )
    else:
        known = known.select("customer_number", "day", cohort=view.number(known.day))
        starts = known.group_by(MEMBER).aggregate(start_day=known.day.min())
    return with_group(starts, customer_summary, view.by)


def _first_ever(purchases: Any, customer_summary: Any, view: View, purchase_items: Any) -> Any:
    known = customer_summary.filter(
        customer_summary.first_day.notnull(), customer_summary.first_day <= view.as_of
    )
    starts = known.select(
        "customer_number", cohort=view.number(known.first_day), start_day=known.first_day
    )
    return begun_as_asked(starts, purchases, purchase_items, view)


def begun_as_asked(table: Any, purchases: Any, purchase_items: Any, view: View) -> Any:
    """Rows of the customers whose first-ever purchase the filter of the view lets through."""
    if not view.is_filtered:
        return table
    first = matching(purchases.filter(purchases.purchase_number == 1), purchase_items, view)
    return table.semi_join(first, "customer_number")


def visits(purchases: Any, starts: Any, view: View) -> Any:
    """One row per member and purchase from the start on, in some window.

    Columns: MEMBER, group, period_index, before (window of the member's purchase before, null for
    the one that started the cohort), is_first_return (the first purchase after it), n_orders,
    revenue. A window counts as active once, by the row whose `before` differs: no grouping by
    customer is needed, since every purchase knows the days since the last. `starts` may be None
    where the view is plain, since a purchase itself knows the first day.
    """
    known = purchases.filter(purchases.day <= view.as_of)
    if starts is None:
        rows = known.select(
            *("customer_number", "day", "gap", "n_orders", "revenue"),
            cohort=view.number(known.first_day),
            start_day=known.first_day,
            group=ibis.literal(ALL),
        )
    else:
        columns = known.select("customer_number", "day", "gap", "n_orders", "revenue")
        rows = starts.inner_join(columns, "customer_number")
        rows = rows.filter(rows.day >= rows.start_day)
    last_day = rows.day - rows.gap.as_interval("D")
    index = view.index(rows.day, rows.start_day, rows.cohort)
    before = view.index(last_day, rows.start_day, rows.cohort)
    indexed = rows.select(
        *MEMBER,
        "group",
        "n_orders",
        "revenue",
        period_index=index,
        before=(last_day >= rows.start_day).ifelse(before, ibis.null("int64")),
        is_first_return=(last_day == rows.start_day).fill_null(False),  # noqa: FBT003
    )
    return indexed.filter(indexed.period_index >= 0)


def payments(orders: Any, starts: Any, view: View) -> Any:
    """One row per member and valid order in a window: MEMBER, group, period_index, revenue."""
    valid = orders.filter(
        orders.is_valid, orders.customer_number.notnull(), orders.day <= view.as_of
    ).select("customer_number", "day", "revenue")
    joined = starts.inner_join(valid, "customer_number")
    joined = joined.mutate(period_index=view.index(joined.day, joined.start_day, joined.cohort))
    return joined.filter(joined.day >= joined.start_day, joined.period_index >= 0)


def renewals(orders: Any, starts: Any, view: View) -> Any:
    """One row per cell: orders, revenue of the valid orders that are no purchases."""
    kept = payments(orders.filter(~orders.is_purchase), starts, view)
    return kept.group_by(CELL).aggregate(orders=kept.count(), revenue=kept.revenue.sum())


def sizes(starts: Any) -> Any:
    """Members per group and cohort, with the first and the last day on which one of them began."""
    return starts.group_by(["group", "cohort"]).aggregate(
        cohort_size=starts.count(),
        first_start=epoch_days(starts.start_day).min(),
        last_start=epoch_days(starts.start_day).max(),
    )
