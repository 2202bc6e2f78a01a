"""What holds for every shop, checked on shops that hypothesis makes up."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.periods import epoch_day, period_of
from analytics.repurchase.ladder import order_ladder
from analytics.repurchase.rate import repurchase_rate
from analytics.retention.cohorts import retention
from tests.analytics.oracle import days_of, triangle
from tests.analytics.shops import Order, Shop

START = date(2023, 12, 20)
FEW = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))

ORDERS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 130), st.sampled_from(["one-off", "renewal"])),
    min_size=1,
    max_size=45,
)
VIEWS = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["month", "week", "quarter"]),
        "window": st.sampled_from(["calendar", "elapsed"]),
        "return_rule": st.sampled_from(["on", "on-or-after", "on-or-before"]),
        "start_rule": st.sampled_from(["first", "recurring"]),
        "cap": st.integers(0, 3),
    }
)


def made(rows, *, as_of=None, names=lambda number: f"c{number}"):
    orders = [
        Order(names(who), START + timedelta(days=at), 10, kind=kind) for who, at, kind in rows
    ]
    if as_of is not None:
        orders = [order for order in orders if order.day <= as_of]
    return Shop(orders, as_of=as_of or START + timedelta(days=130))


def triangle_of(world, view):
    tables = world.tables("purchases", "customer_summary", "orders")
    return retention(*tables, as_of=world.as_of, **view)


@FEW
@given(ORDERS, VIEWS)
def test_triangle_equals_the_slow_obvious_one(rows, view):
    world = made(rows)
    table = triangle_of(world, view)
    reached = table[table["active"].notna()]
    found = {
        (period_of(row.cohort.date(), view["period"]), row.period_index): (
            row.cohort_size,
            row.active,
            row.is_mature,
        )
        for row in reached.itertuples()
    }
    assert found == triangle(world, world.as_of, **view)


@FEW
@given(ORDERS, VIEWS, st.integers(30, 120))
def test_later_days_never_change_a_mature_cell(rows, view, cut):
    early = triangle_of(made(rows, as_of=START + timedelta(days=cut)), view)
    whole = triangle_of(made(rows), view)
    keys = ["cohort", "period_index"]
    columns = ["cohort_size", "active", "rate", "ci_lower", "ci_upper"]
    mature = early[early["is_mature"]].set_index(keys)[columns]
    after = whole.set_index(keys)[columns].reindex(mature.index)
    pd.testing.assert_frame_equal(mature, after)


@FEW
@given(ORDERS, st.integers(1, 60))
def test_rates_count_the_eligible_and_nobody_else(rows, horizon):
    world = made(rows)
    today = epoch_day(world.as_of)
    history = days_of(world, world.as_of).values()
    eligible = [days for days in history if epoch_day(days[0]) <= today - horizon]
    back = [days for days in eligible if len(days) > 1 and (days[1] - days[0]).days <= horizon]
    row = repurchase_rate(
        world.table("customer_summary"), as_of=world.as_of, horizons=(horizon,)
    ).iloc[0]
    assert (row["numerator"], row["denominator"]) == (len(back), len(eligible))
    ladder = order_ladder(
        *world.tables("purchases", "customer_summary"), as_of=world.as_of, horizon=horizon
    )
    for step in ladder.itertuples():
        reached = [days for days in history if len(days) >= step.step]
        closed = [days for days in reached if epoch_day(days[step.step - 1]) <= today - horizon]
        gaps = [
            (days[step.step] - days[step.step - 1]).days for days in closed if len(days) > step.step
        ]
        assert (step.numerator, step.denominator) == (
            sum(gap <= horizon for gap in gaps),
            len(closed),
        )


@FEW
@given(ORDERS, VIEWS, st.randoms(use_true_random=False))
def test_names_and_row_order_mean_nothing(rows, view, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    other = made(shuffled, names=lambda number: f"{(number * 7 + 3) % 10:018}")
    pd.testing.assert_frame_equal(triangle_of(made(rows), view), triangle_of(other, view))


@FEW
@given(ORDERS)
def test_waiting_longer_never_lowers_a_cumulative_rate(rows):
    world = made(rows)
    table = triangle_of(world, {"return_rule": "on-or-before"})
    reached = table[table["active"].notna()]
    assert (reached.groupby("cohort")["active"].diff().dropna() >= 0).all()
