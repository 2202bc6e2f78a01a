"""Days counted from the shop's first day, and the times that belong to them."""

import calendar
from datetime import date, datetime, time, timedelta

import truths

_OPENING = datetime.combine(truths.START, time())  # naive: local time of Asia/Shanghai
CLOSING = _OPENING + timedelta(days=truths.N_DAYS)
# Share of the day's purchases in each hour: lunch and late evening stand out.
HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 5, 6, 6, 6, 9, 8, 6, 5, 5, 5, 6, 8, 11, 12, 10, 6)


def number_of(day: date) -> int:
    """Days from the shop's first day to this one."""
    return (day - truths.START).days


def moment(day: int, second: int) -> datetime:
    """Local time of this second on this day."""
    return _OPENING + timedelta(days=day, seconds=second)


def months_later(start: datetime, months: int) -> datetime:
    """Return the same day and time of a later month, or its last day where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def demand() -> list[float]:
    """Relative number of new customers on each day: growth by month, season, weekends."""
    first = truths.START.year * 12 + truths.START.month
    weights = []
    for number in range(truths.N_DAYS):
        day = truths.START + timedelta(days=number)
        month = day.year * 12 + day.month - first
        weight = (1 + truths.MONTHLY_GROWTH) ** month * truths.SEASON.get(day.month, 1.0)
        # Per month, not per day: the planted factor is that of the month's total.
        weight /= calendar.monthrange(day.year, day.month)[1]
        weights.append(weight * (truths.WEEKEND_FACTOR if day.weekday() >= 5 else 1.0))
    return weights
