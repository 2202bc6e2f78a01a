"""The triangle written the slow, obvious way, one customer and one cell at a time."""

from datetime import timedelta

from analytics.periods import WINDOW_DAYS, epoch_day, period_end_days, period_of, period_start_days


def days_of(world, as_of):
    """Purchase days of each customer up to as-of, ascending."""
    history = {}
    for order in world.orders:
        is_purchase = order.is_valid and order.kind in {"one-off", "subscription"}
        if order.customer and is_purchase and order.day <= as_of:
            history.setdefault(order.customer, set()).add(order.day)
    return {name: sorted(days) for name, days in history.items()}


def starts_of(days, period, start_rule):
    """Cohort number and start day of each membership."""
    if start_rule == "first":
        return [(period_of(days[0], period), days[0])]
    numbers = {}
    for day in days:
        numbers.setdefault(period_of(day, period), day)
    return list(numbers.items())


def bounds(cohort, start, index, period, window):
    """First and last day of window `index` of one member."""
    if window == "calendar":
        number = cohort + index
        return int(period_start_days([number], period)[0]), int(
            period_end_days([number], period)[0]
        )
    begin = start + timedelta(days=index * WINDOW_DAYS[period])
    return epoch_day(begin), epoch_day(begin) + WINDOW_DAYS[period] - 1


def counts_in(days, start, cohort, index, view):
    """Whether a member counts as active in a cell."""

    def active(k, *, after_start=False):
        begin, end = bounds(cohort, start, k, view["period"], view["window"])
        known = [day for day in days if day > start or (day == start and not after_start)]
        return any(begin <= epoch_day(day) <= end for day in known)

    if view["return_rule"] == "on":
        return active(index)
    if view["return_rule"] == "on-or-before":
        return any(active(k, after_start=True) for k in range(index + 1))
    return any(active(k) for k in range(index, index + view["cap"] + 1))


def triangle(world, as_of, **view):
    """{(cohort number, k): (size, active, is_mature)} of every cell that has begun."""
    cohorts = {}
    for days in days_of(world, as_of).values():
        for cohort, start in starts_of(days, view["period"], view["start_rule"]):
            cohorts.setdefault(cohort, []).append((days, start))
    cells, today = {}, epoch_day(as_of)
    ahead = view["cap"] if view["return_rule"] == "on-or-after" else 0
    for cohort, members in cohorts.items():
        cohort_end = int(period_end_days([cohort], view["period"])[0])
        for index in range(200):
            spans = [
                bounds(cohort, start, index, view["period"], view["window"]) for _, start in members
            ]
            if min(begin for begin, _ in spans) > today:
                break
            ends = [bounds(cohort, start, index + ahead, view["period"], view["window"])[1]
                    for _, start in members]  # fmt: skip
            active = sum(counts_in(days, start, cohort, index, view) for days, start in members)
            cells[cohort, index] = (len(members), active, max(*ends, cohort_end) <= today)
    return cells
