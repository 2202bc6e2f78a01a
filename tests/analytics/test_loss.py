"""Loss analysis: leavers against comparable stayers, pooled over strata."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from analytics.churn.loss import loss, lost_with
from analytics.churn.loss_moments import Shop as Tables
from analytics.churn.loss_moments import moments
from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.stratified import mantel_haenszel
from analytics.tables import collect
from tests.analytics.shops import Event, Order, Shop, day, shop

TABLES = ("purchases", "purchase_items", "customer_summary", "orders", "item_summary", "events")
START = date(2023, 1, 1)


def tables_of(world, zone="UTC"):
    return Tables(*world.tables(*TABLES), world.as_of, zone)


def test_one_stratum_is_the_plain_comparison():
    one = mantel_haenszel([[30]], [[100]], [[20]], [[100]])
    assert one.difference[0] == pytest.approx(0.1)
    assert one.ratio[0] == pytest.approx(1.5)
    # chi square of the 2 x 2 table with N - 1: 199 * (30*80 - 70*20)^2 / (100*100*50*150)
    chi2 = 199 * (30 * 80 - 70 * 20) ** 2 / (100 * 100 * 50 * 150)
    from scipy import stats

    assert one.p_value[0] == pytest.approx(stats.chi2.sf(chi2, 1), abs=1e-12)


def test_strata_are_pooled_as_statsmodels_does():
    from statsmodels.stats.contingency_tables import StratifiedTable

    random = np.random.default_rng(5)
    tables = random.integers(5, 40, (6, 2, 2))
    expected = StratifiedTable([table.astype(float) for table in tables])
    hits, total = tables[:, 0, 0], tables[:, 0].sum(1)
    base_hits, base_total = tables[:, 1, 0], tables[:, 1].sum(1)
    found = mantel_haenszel([hits], [total], [base_hits], [base_total])
    assert found.p_value[0] == pytest.approx(expected.test_null_odds().pvalue, abs=1e-10)
    # the ratio of risks by its formula in Rothman, Greenland & Lash
    weight = total + base_total
    up, down = (hits * base_total / weight).sum(), (base_hits * total / weight).sum()
    assert found.ratio[0] == pytest.approx(up / down)
    assert found.ratio_lower[0] < found.ratio[0] < found.ratio_upper[0]


def test_intervals_hold_their_level():
    """Sato's and Greenland & Robins' bounds hold the truth about 95 times in 100."""
    random = np.random.default_rng(1)
    base, total = np.array([0.2, 0.5, 0.7]), np.array([40, 30, 50])
    risk = base + 0.1
    a = random.binomial(total, risk, (4000, 3))
    c = random.binomial(total, base, (4000, 3))
    found = mantel_haenszel(a, np.broadcast_to(total, a.shape), c, np.broadcast_to(total, a.shape))
    inside = (found.difference_lower <= 0.1) & (found.difference_upper >= 0.1)
    assert inside.mean() == pytest.approx(0.95, abs=0.015)


def test_a_stratum_with_one_group_only_says_nothing():
    alone = mantel_haenszel([[30, 9]], [[100, 9]], [[20, 0]], [[100, 0]])
    plain = mantel_haenszel([[30]], [[100]], [[20]], [[100]])
    assert alone.difference[0] == plain.difference[0]
    assert alone.p_value[0] == plain.p_value[0]


def test_moments_by_hand():
    """L = 60: a stayed once, then left; b left and came back later; c's last is too young."""
    world = shop("2024-01-01 2024-02-01", "2024-01-01 2024-04-01", "2024-05-20", as_of="2024-06-10")
    table = collect(moments(tables_of(world), 60)).sort_values(["customer_number", "day"])
    keys = ["customer_number", "purchase_number", "has_left", "is_lost", "revenue"]
    assert table[keys].to_numpy().tolist() == [
        [1, 1, False, False, 10], [1, 2, True, True, 20], [2, 1, True, False, 10],
        [2, 2, True, True, 20],
    ]  # fmt: skip
    assert table["stratum"].tolist() == [0, 12, 0, 13]  # second purchases, after 31 and 91 days


def planted(seed=4, customers=900):
    """`ads` leave after a purchase with 0.6, `app` with 0.3; who does not finish, 0.2 more."""
    random = np.random.default_rng(seed)
    orders, events = [], []
    for place in range(customers):
        channel = ("app", "ads")[place % 2]
        coupon = "half" if random.uniform() < 0.3 else None  # changes nothing
        at = int(random.integers(0, 500))
        while at < 700:
            when = START + timedelta(days=at)
            item = f"i{at}"
            orders.append(
                Order(f"c{place:04}", when, 10, ((item, "c"),), channel=channel, coupon=coupon)
            )
            finishes = random.uniform() < 0.5
            if finishes:
                moment = datetime.combine(when, datetime.min.time()) + timedelta(days=5)
                events.append(Event(f"c{place:04}", "finish", moment, item))
            risk = (0.3 if channel == "app" else 0.5) + 0.2 * (not finishes)
            at += 800 if random.uniform() < risk else 1 + int(random.integers(0, 40))
    return Shop(orders, as_of=START + timedelta(days=699), events=events)


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def found(world):
    table = loss(*world.tables(*TABLES), as_of=world.as_of, lost_days=60)
    return table.set_index(["trait", "value"])


@pytest.mark.parametrize(("trait", "value"), [("channel", "ads"), ("missed_after", "finish")])
def test_what_was_planted_is_found(found, trait, value):
    row = found.loc[(trait, value)]
    assert row["q_value"] < 0.01
    assert row["difference_lower"] < 0.2 < row["difference_upper"]
    assert row["ratio_lower"] > 1
    assert row["at_stake"] == pytest.approx((1 - 1 / row["risk_ratio"]) * row["lost_revenue"])


def test_what_changes_nothing_is_not_called_a_reason(found):
    row = found.loc[("discount", "coupon")]
    assert row["q_value"] > 0.05
    assert row["difference_lower"] < 0 < row["difference_upper"]
    assert np.isnan(row["at_stake"])


def test_shares_are_counted_by_hand(world, found):
    table = collect(moments(tables_of(world), 60))
    left = table[table["has_left"]]
    row = found.loc[("channel", "ads")]
    assert row["left"] == (left["channel"] == "ads").sum()
    assert row["share_leavers"] == pytest.approx((left["channel"] == "ads").mean())
    assert row["lost_customers"] == (table["is_lost"] & (table["channel"] == "ads")).sum()


def test_a_reason_opens_its_people(world, found):
    people = lost_with(
        tables_of(world), lost_days=60, days=28, trait="channel", value="ads"
    ).execute()
    assert len(people) == found.loc[("channel", "ads"), "lost_customers"]
    names = {number: name for name, number in world.numbers.items()}
    assert all(int(names[n][1:]) % 2 == 1 for n in people["customer_number"])


def test_later_views_are_no_reason(world):
    """Views after a purchase belong to the next one; none are asked for."""
    traits = set(loss(*world.tables(*TABLES), as_of=world.as_of, lost_days=60)["trait"])
    assert "missed_before" not in traits  # the shop has no views at all


def test_the_local_day_of_an_event_counts():
    """17:00 UTC on the day before the purchase is the purchase's own day in Shanghai."""
    from analytics.churn.loss_moments import traits

    orders = [Order("a", day("2024-01-10"))]
    events = [Event("a", "start", datetime(2024, 1, 9, 17), "i")]
    one = Shop(orders, as_of=day("2024-06-01"), events=events)
    for zone, is_missed in (("Asia/Shanghai", False), ("UTC", True)):
        tables = tables_of(one, zone)
        rows = collect(traits(tables, moments(tables, 60), days=28))
        missed = rows[(rows["trait"] == "missed_after") & (rows["value"] == "start")]
        assert len(missed) == is_missed


def test_too_little_is_refused():
    few = shop("2024-01-01 2024-02-01", as_of="2024-12-01")
    with pytest.raises(NotEnoughDataError, match="at least 50 purchases after which"):
        loss(*few.tables(*TABLES), as_of=few.as_of)
    with pytest.raises(InvalidSettingError, match="lost_days"):
        loss(*few.tables(*TABLES), as_of=few.as_of, lost_days=0)


def test_row_order_means_nothing(world):
    turned = Shop(world.orders[::-1], as_of=world.as_of, events=world.events[::-1])
    one, other = (
        loss(*each.tables(*TABLES), as_of=world.as_of, lost_days=60) for each in (world, turned)
    )
    assert one.equals(other)
