"""What was planted on coming back is found again by plain counting."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats


def difference(one, other):
    """Difference of two shares and its standard error."""
    error = np.sqrt(one.mean() * (1 - one.mean()) / len(one))
    other_error = np.sqrt(other.mean() * (1 - other.mean()) / len(other))
    return one.mean() - other.mean(), np.hypot(error, other_error)


@pytest.fixture(scope="module")
def planted_sum(firsts):
    """Least squares of coming back on all that is planted: coefficients and standard errors."""
    rows = firsts[~firsts["has_membership"]]
    columns = {
        "base": np.ones(len(rows)),
        "channel": rows["channel"].eq("short-video"),
        "gateway": rows["has_gateway"],
        "best_seller": rows["has_best_seller"],
        "completion": rows["has_finished"],
        "onboarding": rows["is_onboarded"],
    }
    x = np.column_stack([np.asarray(column, dtype=float) for column in columns.values()])
    y = rows["came_back"].to_numpy(dtype=float)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    scores = x * (y - x @ beta)[:, None]
    errors = np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))
    return pd.DataFrame({"value": beta, "error": errors}, index=list(columns))


def test_the_shop_looks_real(firsts):
    assert 0.30 < firsts["came_back"].mean() < 0.40


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("channel", "CHANNEL_EFFECT"),
        ("gateway", "GATEWAY_EFFECT"),
        ("completion", "COMPLETION_EFFECT"),
        ("onboarding", "ONBOARDING_EFFECT"),
    ],
)
def test_planted_effect_is_recovered(planted_sum, truths, name, truth):
    value, error = planted_sum.loc[name]
    assert abs(value - getattr(truths, truth)) < 1.96 * error
    assert abs(value) > 3 * error


def test_base_rate_is_recovered(planted_sum, truths):
    value, error = planted_sum.loc["base"]
    assert abs(value - truths.BASE_RATES[0]) < 1.96 * error


def test_the_best_seller_changes_nothing(planted_sum, firsts, purchase_lines, truths):
    value, error = planted_sum.loc["best_seller"]
    assert abs(value) < 1.96 * error
    lines = purchase_lines.merge(firsts[["user_id", "day"]], on=["user_id", "day"])
    courses = lines[lines["kind"].eq("one-off")].drop_duplicates(["user_id", "item_id"])
    assert courses["item_id"].value_counts().idxmax() == truths.BEST_SELLER


def test_one_channel_is_worse_than_each_other(firsts, truths):
    rates = firsts.groupby("channel")["came_back"]
    worse = rates.get_group(truths.WORSE_CHANNEL)
    assert set(rates.groups) == set(truths.CHANNELS)
    for name in set(truths.CHANNELS) - {truths.WORSE_CHANNEL}:
        value, error = difference(worse, rates.get_group(name))
        assert value < -3 * error


def test_the_other_channels_do_not_differ(firsts, truths):
    rest = firsts[firsts["channel"].ne(truths.WORSE_CHANNEL)]
    counts = pd.crosstab(rest["channel"], rest["came_back"])
    assert stats.chi2_contingency(counts).pvalue > 0.05


def test_the_gateway_is_the_one_first_course_that_stands_out(firsts, purchase_lines, truths):
    lines = purchase_lines.merge(firsts[["user_id", "day", "came_back"]], on=["user_id", "day"])
    lines = lines.drop_duplicates(["user_id", "item_id"])
    counts = lines.groupby("item_id")["came_back"].agg(["sum", "size"])
    counts = counts[counts["size"] >= 50]
    p_values = [
        stats.binomtest(int(k), int(n), firsts["came_back"].mean(), alternative="greater").pvalue
        for k, n in counts.to_numpy()
    ]
    q_values = stats.false_discovery_control(p_values)
    assert list(counts.index[q_values < 0.01]) == [truths.GATEWAY_ITEM]


def test_month_one_retention_improved_from_the_onboarding_on(purchases, as_of, truths):
    first = purchases[purchases["number"].eq(1)].set_index("user_id")["day"]
    cohort = first.dt.to_period("M")
    month = purchases["day"].dt.to_period("M")
    home = purchases["user_id"].map(cohort)
    index = (month.dt.year - home.dt.year) * 12 + month.dt.month - home.dt.month
    back = first.index.isin(purchases.loc[index.eq(1), "user_id"])
    is_closed = cohort < as_of.to_period("M")
    is_new = cohort >= pd.Period(truths.ONBOARDING_DAY, "M")
    value, error = difference(back[is_new & is_closed], back[~is_new])
    assert value > 2.5 * error
    before = np.polyfit(cohort[~is_new].astype("int64"), back[~is_new].astype(float), 1)[0]
    assert abs(before) < 0.003  # per month: flat until then


def test_ladder_rises_with_each_purchase(purchases, as_of, truths):
    closed = purchases[purchases["day"] <= as_of - pd.Timedelta(days=90)]
    came_back = closed["next_gap"].le(90).groupby(closed["number"].clip(upper=3)).mean()
    assert came_back.is_monotonic_increasing
    assert came_back[2] == pytest.approx(truths.BASE_RATES[1], abs=0.04)
    assert came_back[3] == pytest.approx(truths.BASE_RATES[2], abs=0.04)


def test_renewals_would_inflate_repurchase(valid_lines, count_purchases, firsts, as_of):
    with_renewals = count_purchases(valid_lines)
    naive = with_renewals[with_renewals["number"].eq(1)]
    naive = naive[naive["day"] <= as_of - pd.Timedelta(days=90)]
    assert naive["next_gap"].le(90).mean() > firsts["came_back"].mean() + 0.03


def test_monthly_renewals_fall_on_the_same_day_of_the_month(valid_lines, count_purchases):
    plans = valid_lines["item_id"].isin(["M001", "M002"])
    charges = valid_lines[plans].sort_values(["user_id", "ordered_at"])
    gaps = charges.groupby("user_id")["day"].diff().dt.days.dropna()
    assert gaps.isin([28, 29, 30, 31]).all()
    assert gaps.isin([30, 31]).mean() > 0.85
    all_gaps = count_purchases(valid_lines)["next_gap"]
    spike = all_gaps.isin([30, 31]).sum() / 2
    around = all_gaps.isin([25, 26, 27, 33, 34, 35]).sum() / 6
    assert spike > 10 * around


def test_instalments_follow_their_first_payment(order_lines):
    later = order_lines[order_lines["kind"].eq("instalment")]
    first = order_lines[order_lines["kind"].eq("one-off")]
    pairs = later.merge(first, on=["user_id", "item_id"], suffixes=("", "_first"))
    pairs = pairs[pairs["amount"].eq(pairs["amount_first"])]
    assert set(later["order_id"]) <= set(pairs["order_id"])
