"""The reports of customer value on small shops: sums, cuts, row orders, and what they warn of."""

import random as pythons
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.profile import customer_profile
from analytics.reports import run_report
from analytics.value.clv import customer_values
from analytics.value.histories import count_histories, customer_histories
from analytics.value.models import fit_model
from analytics.value.spending import Spending, fit_spending
from analytics.value.suspicions import renewal_spikes
from analytics.value.tracking import btyd_tracking
from tests.analytics.btyd_people import buyers
from tests.analytics.shops import Order, Shop, day

NAMES = ("clv", "btyd-fit", "btyd-tracking", "btyd-calibration", "btyd-histogram", "btyd-map")


@pytest.fixture(scope="module")
def world():
    return buyers()


def days_of(world, until):
    history = {}
    for order in world.orders:
        if order.day <= until:
            history.setdefault(order.customer, {}).setdefault(order.day, 0.0)
            history[order.customer][order.day] += order.amount
    return history


def noted(result, key):
    return next((note for note in result.notes if getattr(note, "key", "") == key), None)


def test_histories_equal_those_of_plain_python(world):
    until = world.as_of - timedelta(days=100)
    rows = customer_histories(world.table("purchases"), until=until).execute()
    expected = sorted(
        (
            len(days) - 1,
            (max(days) - min(days)).days,
            (until - min(days)).days,
            round(sum(days.values()) - days[min(days)], 2),
        )
        for days in days_of(world, until).values()
    )
    rows["repeat_revenue"] = rows["repeat_revenue"].astype(float).fillna(0).round(2)
    columns = ["frequency", "recency", "T", "repeat_revenue"]
    assert sorted(rows[columns].itertuples(index=False, name=None)) == expected
    counted = count_histories(world.table("purchases"), until=until)
    assert counted.n == len(expected)
    assert counted.purchases == sum(row[0] for row in expected)


def test_two_orders_of_one_day_are_one_purchase():
    orders = [
        Order("a", day("2024-01-01")),
        Order("a", day("2024-01-01")),
        Order("a", day("2024-02-01")),
    ]
    world = Shop(orders, as_of=day("2024-03-01"))
    counted = count_histories(world.table("purchases"), until=world.as_of)
    assert list(zip(*counted, strict=True)) == [(1, 31, 60)]


@pytest.mark.parametrize("name", NAMES)
def test_row_order_changes_nothing(world, name):
    shuffled = world.orders.copy()
    pythons.Random(1).shuffle(shuffled)
    other = Shop(shuffled, as_of=world.as_of)
    assert run_report(other, name).to_json() == run_report(world, name).to_json()


@pytest.mark.parametrize("name", ["btyd-fit", "btyd-histogram"])
def test_later_days_do_not_change_what_was_fitted_before(world, name):
    cut = world.as_of - timedelta(days=60)
    early = Shop([order for order in world.orders if order.day <= cut], as_of=cut)
    whole = run_report(world, name, until=cut).to_json()
    assert whole["rows"] == run_report(early, name).to_json()["rows"]


@pytest.mark.parametrize("model", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_the_unit_of_time_scales_alpha_and_moves_the_likelihood(world, model):
    by_day, by_week = (
        run_report(world, "btyd-fit", model=model, unit=unit).table.set_index("parameter")
        for unit in ("day", "week")
    )
    times = [name for name in ("alpha", "beta") if name in by_day.index]
    others = [name for name in by_day.index if name not in {*times, "log_likelihood"}]
    for column in ("value", "standard_error"):
        in_days = by_day[column][times].to_numpy()
        assert by_week[column][times].to_numpy() * 7 == pytest.approx(in_days)
        assert by_week[column][others].equals(by_day[column][others])
    repeats = count_histories(world.table("purchases"), until=world.as_of).purchases
    moved = by_week["value"]["log_likelihood"] - by_day["value"]["log_likelihood"]
    assert moved == pytest.approx(repeats * np.log(7))


def test_an_amount_in_other_money_changes_v_alone(world):
    dearer = Shop(
        [Order(order.customer, order.day, order.amount * 7) for order in world.orders],
        as_of=world.as_of,
    )
    one, other = (
        run_report(shop, "btyd-fit", model="gamma-gamma").table["value"].to_numpy()
        for shop in (world, dearer)
    )
    assert other[:3] == pytest.approx(one[:3] * [1, 1, 7], rel=1e-4)


def test_tiers_add_up_to_all_and_to_the_customers(world):
    table = run_report(world, "clv").table
    tiers, total = table[:-1], table.iloc[-1]
    assert total["tier"] == "all"
    for name in ("customers", "expected_purchases", "expected_value", "value_share"):
        assert tiers[name].sum() == pytest.approx(total[name])
    assert (tiers["value_per_customer"].diff().dropna() <= 0).all()
    people = customer_values(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    assert len(people) == total["customers"]
    assert people["expected_value"].sum() == pytest.approx(total["expected_value"])
    assert people["expected_purchases"].sum() == pytest.approx(total["expected_purchases"])
    assert people["expected_value"].is_monotonic_decreasing
    assert (people["purchases"] == people["frequency"] + 1).all()


def test_half_of_the_value_is_held_by_so_many_customers(world):
    people = customer_values(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    result = run_report(world, "clv")
    held, half = people["expected_value"].cumsum(), result.table.attrs["half_customers"]
    total = people["expected_value"].sum()
    assert held[half - 2] < total / 2 <= held[half - 1] + 1e-9
    assert noted(result, "value_half").values["customers"] == half


def test_value_is_margin_times_worth_times_discounted_purchases(world):
    def people(**options):
        tables = world.tables("purchases", "customer_summary")
        return customer_values(*tables, as_of=world.as_of, **options).set_index("customer_id")

    plain = people(discount=0.0)
    product = plain["expected_purchases"] * plain["mean_purchase_value"]
    assert plain["expected_value"].to_numpy() == pytest.approx(product.to_numpy())
    thin = people(discount=0.0, margin=0.25)["expected_value"]
    assert thin.to_numpy() * 4 == pytest.approx(plain["expected_value"][thin.index].to_numpy())
    later = people(discount=0.1)["expected_value"] / plain["expected_value"]
    assert later.between(1 / 1.1, 1).all()


def test_once_customers_share_the_mean_purchase_of_all(world):
    people = customer_values(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    once = people.loc[people["frequency"] == 0, "mean_purchase_value"]
    spent = fit_spending(world.table("purchases"), until=world.as_of)
    assert once.unique() == pytest.approx(spent.model.mean)


def test_the_interval_of_the_purchases_holds_its_level():
    """Of 24 shops drawn from one model, about 95 % must fall within the interval of the test."""
    inside = 0
    for seed in range(24):
        shop = buyers(300, seed=100 + seed)
        test = btyd_tracking(shop.table("purchases"), as_of=shop.as_of).attrs["test"]
        inside += test["lower"] <= test["actual"] <= test["upper"]
    assert inside >= 20


def test_weeks_hold_every_repeat_purchase_and_expectation(world):
    result = run_report(world, "btyd-tracking")
    table, cut = result.table, world.as_of - timedelta(days=90)
    known = {who for who, days in days_of(world, cut).items()}
    repeats = [
        when
        for who, days in days_of(world, world.as_of).items()
        if who in known
        for when in sorted(days)[1:]
    ]
    assert table["actual"].sum() == table["cumulative_actual"].iloc[-1] == len(repeats)
    weeks = pd.Series(repeats).map(lambda when: when - timedelta(days=when.weekday()))
    by_week = weeks.value_counts().sort_index()
    shown = table.set_index(table["period"].dt.date)["actual"]
    assert shown[shown > 0].to_dict() == by_week.to_dict()
    assert table.attrs["test"]["actual"] == sum(when > cut for when in repeats)
    first = [min(days) for days in days_of(world, cut).values()]
    fitted = fit_model(world.table("purchases"), until=cut, model="mbg-nbd")
    since = np.array([(world.as_of - when).days for when in first], float)
    assert table["expected"].sum() == pytest.approx(fitted.model.expected_new(since).sum())


def test_customers_are_counted_by_what_they_did_before_and_after(world):
    cut = world.as_of - timedelta(days=90)
    table = run_report(world, "btyd-calibration").table.set_index("frequency")
    before, after = days_of(world, cut), days_of(world, world.as_of)
    for frequency in (0, 2, 7):
        group = [
            who
            for who, days in before.items()
            if len(days) - 1 == frequency or (frequency == 7 and len(days) > 8)
        ]
        came = sum(len(after[who]) - len(before[who]) for who in group)
        assert table["customers"][frequency] == len(group)
        assert table["purchases"][frequency] == came
        assert table["actual"][frequency] == pytest.approx(came / len(group))


def test_the_histogram_holds_every_customer(world):
    table = run_report(world, "btyd-histogram").table
    everyone = len(days_of(world, world.as_of))
    assert table["customers"].sum() == everyone
    assert table["expected_customers"].sum() == pytest.approx(everyone)
    assert table["customers"].to_numpy() == pytest.approx(
        table["expected_customers"].to_numpy(), abs=4 * np.sqrt(everyone) / 2
    )


def test_the_map_holds_every_customer_and_purchase(world):
    table = run_report(world, "btyd-map", horizon=30).table
    assert table["customers"].sum() == len(days_of(world, world.as_of))
    people = customer_values(
        *world.tables("purchases", "customer_summary"), as_of=world.as_of, horizon=30
    )
    expected = (table["customers"] * table["expected_purchases"]).sum()
    assert expected == pytest.approx(people["expected_purchases"].sum())
    cell = table[(table["purchases_from"] == 5) & (table["silent_from"] == 31)].iloc[0]
    silent = people["T"] - people["recency"]
    mine = people[people["purchases"].between(5, 6) & silent.between(31, 60)]
    assert (cell["customers"], cell["silent_to"], cell["purchases_to"]) == (len(mine), 60, 6)
    assert cell["alive"] == pytest.approx(mine["alive"].mean())


def rows_of(shop):
    return shop.table("purchases")


def regular(length, customers=150, times=4):
    """Buyers who come back to the day."""
    begin = day("2022-01-01")
    return [
        Order(f"c{who}", begin + timedelta(days=who + length * time))
        for who in range(customers)
        for time in range(times - who % 2 * (times - 2))
    ]


@pytest.mark.parametrize("length", [7, 30, 31, 365])
def test_renewals_to_the_day_are_a_spike(length):
    shop = Shop(regular(length))
    spikes = renewal_spikes(rows_of(shop), until=shop.as_of)
    assert spikes["days"].tolist() == [length]
    assert spikes["share"].tolist() == [1]
    note = noted(run_report(shop, "btyd-fit"), "value_renewals")
    assert f"exactly {length} days" in note


@pytest.mark.parametrize("length", [29, 33, 100])
def test_other_regular_gaps_are_no_renewals(length):
    shop = Shop(regular(length))
    assert renewal_spikes(rows_of(shop), until=shop.as_of).empty


def test_gaps_at_random_are_no_renewals(world):
    assert renewal_spikes(rows_of(world), until=world.as_of).empty


def test_no_visible_leaving_is_said():
    random, orders, begin = np.random.default_rng(1), [], day("2023-01-01")
    for who in range(200):
        at, rate = 0.0, random.gamma(3, 1 / 60)
        while at < 300:
            orders.append(Order(f"c{who}", begin + timedelta(days=int(at))))
            at += 1 + random.exponential(1 / rate)
    shop = Shop(orders, as_of=begin + timedelta(days=299))
    assert noted(run_report(shop, "btyd-fit"), "value_no_dropout") is not None


def test_frequency_and_money_that_go_together_are_said(world):
    often = {who: len(days) for who, days in days_of(world, world.as_of).items()}
    orders = [Order(o.customer, o.day, o.amount * often[o.customer]) for o in world.orders]
    shop = Shop(orders, as_of=world.as_of)
    result = run_report(shop, "clv")
    spent = fit_spending(rows_of(shop), until=shop.as_of).spending
    pairs = [
        (len(days) - 1, (sum(days.values()) - days[min(days)]) / (len(days) - 1))
        for days in days_of(shop, shop.as_of).values()
        if len(days) > 1
    ]
    assert spent.correlation == pytest.approx(np.corrcoef(*np.array(pairs).T)[0, 1], abs=1e-4)
    assert noted(result, "value_correlated").values["correlation"] > 0.3
    assert noted(run_report(world, "clv"), "value_correlated") is None


def test_a_mean_purchase_that_does_not_exist_is_replaced_by_the_observed():
    random = np.random.default_rng(2)
    begin, orders = day("2023-01-01"), []
    for who in range(300):
        usual = 5 / random.gamma(0.5, 1)
        for time in range(1 + who % 4):
            amount = round(min(float(random.gamma(4, usual)), 9e9), 2) + 0.01
            orders.append(Order(f"c{who}", begin + timedelta(days=who % 90 + 40 * time), amount))
    shop = Shop(orders)
    result = run_report(shop, "clv")
    assert noted(result, "value_no_mean").values["q"] <= 1
    assert np.isfinite(result.table["expected_value"]).all()


def test_free_purchases_count_as_visits_and_not_as_money(world):
    orders = [*world.orders, *(Order(f"free{i}", world.as_of, 0.0) for i in range(5))]
    shop = Shop(orders, as_of=world.as_of)
    spent = fit_spending(rows_of(shop), until=shop.as_of).spending
    assert spent.n == fit_spending(rows_of(world), until=world.as_of).spending.n
    table = run_report(shop, "clv").table
    assert table["customers"].iloc[-1] == len(days_of(world, world.as_of)) + 5


def test_equal_spending_has_no_correlation():
    assert Spending(np.array([1.0, 2]), np.array([5.0, 5]), np.array([3.0, 1])).correlation == 0


@pytest.mark.parametrize("name", NAMES)
def test_fewer_than_a_hundred_repeaters_are_refused(name):
    shop = Shop(regular(40, customers=99))
    with pytest.raises(NotEnoughDataError, match="at least 100 customers"):
        run_report(shop, name)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("clv", {"horizon": 0}),
        ("clv", {"discount": 1.5}),
        ("clv", {"margin": 0.0}),
        ("clv", {"model": "gamma-gamma"}),
        ("btyd-map", {"horizon": 0}),
        ("btyd-tracking", {"until": "2030-01-01"}),
        ("btyd-calibration", {"until": "2030-01-01"}),
    ],
)
def test_options_without_meaning_are_refused(world, name, options):
    with pytest.raises(InvalidSettingError):
        run_report(world, name, **options)


def test_a_heavy_buyer_has_a_chance_to_return_where_the_curve_has_none(world):
    days = days_of(world, world.as_of)
    heaviest = max(days, key=lambda who: (len(days[who]), who))
    mine = sorted(days[heaviest])
    fitted = fit_model(world.table("purchases"), until=world.as_of, model="mbg-nbd")
    spans = len(mine) - 1, (mine[-1] - mine[0]).days, (world.as_of - mine[0]).days
    expected = 1 - fitted.model.no_purchase(*np.array(spans)[:, None], 90)[0]
    found = customer_profile(world, heaviest).facts["return_chance_90"]
    assert found == pytest.approx(expected)
