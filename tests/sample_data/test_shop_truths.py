"""Growth, seasons, prices, memberships, the campaign and the tastes are found again."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats


@pytest.fixture(scope="module")
def courses(purchase_lines):
    """One row per customer and course bought, by time."""
    rows = purchase_lines[purchase_lines["kind"].eq("one-off")].sort_values(
        ["ordered_at", "order_id", "item_id"]
    )
    return rows.drop_duplicates(["user_id", "item_id"])


def test_new_customers_grow_and_have_seasons(purchases, truths):
    first = purchases.loc[purchases["number"].eq(1), "day"]
    counts = first.dt.to_period("M").value_counts().sort_index()
    months = counts.index.month
    season = np.log([truths.SEASON.get(month, 1.0) for month in months])
    fit = stats.linregress(np.arange(24), np.log(counts) - season)
    assert fit.slope == pytest.approx(np.log1p(truths.MONTHLY_GROWTH), abs=1.96 * fit.stderr)
    trend = np.exp(fit.intercept + fit.slope * np.arange(24))
    ratio = (counts / trend).groupby(months).mean()
    assert ratio.idxmax() == 11
    assert ratio.idxmin() == 2
    for month, factor in truths.SEASON.items():
        assert ratio[month] == pytest.approx(factor, rel=0.15)


def test_prices_by_category(items, truths):
    plain = items[items["content_type"].eq("course")].groupby("category")["price"].mean()
    assert set(plain.index) == set(truths.PRICES)
    for category, price in truths.PRICES.items():
        assert plain[category] == pytest.approx(price, rel=0.12)
    assert set(items["content_type"]) == {
        "course",
        "column",
        "article",
        "e-book",
        "live",
        "membership",
    }


def test_tastes_show_in_what_is_bought_together(courses, truths):
    """Lift of two categories in the hands of one customer: above 1 only inside a cluster."""
    several = courses[courses.groupby("user_id")["item_id"].transform("size") >= 2]
    owners = pd.crosstab(several["user_id"], several["category"]).gt(0).astype(float)
    share = owners.mean()
    lift = (owners.T @ owners / len(owners)) / np.outer(share, share)
    together = {
        frozenset((a, b))
        for _, categories in truths.CLUSTERS.values()
        for a in categories
        for b in categories
        if a != b
    }
    pairs = [(a, b) for a in lift for b in lift if a < b]
    inside = [lift.loc[a, b] for a, b in pairs if frozenset((a, b)) in together]
    outside = [lift.loc[a, b] for a, b in pairs if frozenset((a, b)) not in together]
    assert min(inside) > 1.1
    assert max(outside) < 0.9
    assert np.mean(inside) > 4 * np.mean(outside)


def cluster_fit(courses, truths, *, at_least):
    """Share of a customer's courses inside each cluster, for customers with enough of them."""
    many = courses[courses.groupby("user_id")["item_id"].transform("size") >= at_least]
    return pd.DataFrame(
        {
            name: many["category"].isin(categories).groupby(many["user_id"]).mean()
            for name, (_, categories) in truths.CLUSTERS.items()
        }
    )


def test_most_purchases_stay_inside_the_cluster(courses, truths):
    fit = cluster_fit(courses, truths, at_least=8)
    assert fit.max(axis=1).mean() == pytest.approx(truths.INSIDE_SHARE, abs=0.04)


def test_neighbours_find_the_next_course_far_better_than_popularity(courses):
    """Hold out the last course of everyone with three or more; ten guesses each."""
    position = courses.groupby("user_id").cumcount(ascending=False)
    size = courses.groupby("user_id")["item_id"].transform("size")
    is_held = position.eq(0) & size.ge(3)
    held = courses[is_held].set_index("user_id")["item_id"].sort_index()
    known = pd.crosstab(courses.loc[~is_held, "user_id"], courses.loc[~is_held, "item_id"])
    held = held[held.isin(known.columns)]
    counts = known.to_numpy(dtype=float)
    norms = np.sqrt((counts**2).sum(axis=0))
    cosine = counts.T @ counts / np.outer(norms, norms)
    np.fill_diagonal(cosine, 0)
    mine = known.loc[held.index].to_numpy(dtype=float)
    target = known.columns.get_indexer(held)

    def recall(scores):
        scores = np.where(mine > 0, -1.0, scores)
        return (np.argsort(-scores, axis=1, kind="stable")[:, :10] == target[:, None]).any(1).mean()

    popular = recall(np.tile(counts.sum(axis=0), (len(held), 1)))
    assert recall(mine @ cosine) > 1.8 * popular


def test_sequels_follow_their_first_part(courses, truths):
    """Among next purchases, the second part holds far more than its usual share."""
    days = courses[["user_id", "day"]].drop_duplicates().sort_values(["user_id", "day"])
    days["next"] = days.groupby("user_id")["day"].shift(-1)
    rows = courses.merge(days.dropna(), on=["user_id", "day"])
    baskets = courses.groupby(["user_id", "day"])["item_id"].agg(set)
    shares = []
    for first, second in truths.SEQUELS.items():
        following = rows[rows["item_id"].eq(first)]
        hits = [
            second in baskets[key]
            for key in zip(following["user_id"], following["next"], strict=True)
        ]
        shares += hits
        assert np.mean(hits) > 8 * courses["item_id"].eq(second).mean()
    # A second course line or a membership as the next purchase leaves less than the planted share.
    assert truths.SEQUEL_SHARE - 0.15 < np.mean(shares) < truths.SEQUEL_SHARE + 0.05


def test_membership_renewal_rate(order_lines, subscriptions, as_of, truths):
    """Charges taken ÷ charges due: every run that ended without an upgrade was one refusal."""
    paid = subscriptions[
        ~(
            subscriptions["trial_ends_at"].notna()
            & subscriptions["ended_at"].eq(subscriptions["trial_ends_at"])
        )
    ]
    ended = paid[paid["ended_at"].le(as_of + pd.Timedelta(days=1)) & paid["reason"].ne("upgrade")]
    renewals = order_lines[order_lines["kind"].eq("renewal")]
    for interval, truth in (("month", truths.MONTHLY_RENEWAL), ("year", truths.ANNUAL_RENEWAL)):
        is_annual = renewals["item_id"].eq("M003")
        taken = int((is_annual if interval == "year" else ~is_annual).sum())
        due = taken + int(ended["interval"].eq(interval).sum())
        found = stats.binomtest(taken, due).proportion_ci(method="wilson")
        assert found.low < truth < found.high


def test_campaign_uplift(campaign, purchases, truths):
    start = pd.Timestamp(truths.CAMPAIGN_DAY)
    assert campaign["user_id"].is_unique
    assert campaign["assigned_at"].dt.normalize().eq(start).all()
    end = start + pd.Timedelta(days=truths.CAMPAIGN_WINDOW)
    is_inside = (purchases["day"] > start) & (purchases["day"] <= end)
    bought = campaign["user_id"].isin(purchases.loc[is_inside, "user_id"])
    groups = bought.groupby(campaign["arm"]).agg(["mean", "size"])
    treated, holdout = groups.loc["treatment"], groups.loc["holdout"]
    uplift = treated["mean"] - holdout["mean"]
    error = np.sqrt((groups["mean"] * (1 - groups["mean"]) / groups["size"]).sum())
    assert abs(uplift - truths.CAMPAIGN_UPLIFT) < 1.96 * error
    assert uplift > 1.96 * error
    assert holdout["size"] / len(campaign) == pytest.approx(truths.CAMPAIGN_HOLDOUT, abs=0.001)


def test_campaign_arms_were_alike_before(campaign, purchases, users, truths):
    before = purchases[purchases["day"] < pd.Timestamp(truths.CAMPAIGN_DAY)]
    last = campaign["user_id"].map(before.groupby("user_id")["day"].max())
    assert (pd.Timestamp(truths.CAMPAIGN_DAY) - last).dt.days.min() >= truths.HORIZON
    channel = campaign["user_id"].map(users.set_index("user_id")["channel"])
    table = pd.crosstab(channel, campaign["arm"])
    assert stats.chi2_contingency(table).pvalue > 0.05
    number = campaign["user_id"].map(before.groupby("user_id").size())
    treated = campaign["arm"].eq("treatment")
    assert stats.ttest_ind(number[treated], number[~treated]).pvalue > 0.05


def test_own_taste_is_rated_higher(ratings, courses, items, truths):
    fit = cluster_fit(courses, truths, at_least=4)
    rows = ratings[ratings["user_id"].isin(fit.index)]
    category = rows["item_id"].map(items.set_index("item_id")["category"])
    home = rows["user_id"].map(fit.idxmax(axis=1))
    is_home = pd.Series(
        [c in truths.CLUSTERS[h][1] for c, h in zip(category, home, strict=True)], index=rows.index
    )
    assert set(ratings["rating"]) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert not ratings.duplicated(["user_id", "item_id"]).any()
    found = rows.loc[is_home, "rating"].mean() - rows.loc[~is_home, "rating"].mean()
    # Five steps and their ends take away a part of what was planted.
    assert truths.RATING_EFFECT - 0.3 < found < truths.RATING_EFFECT


def test_learning_events_follow_the_purchase(events, courses):
    bought = courses.set_index(["user_id", "item_id"])["ordered_at"]
    done = events[events["event"].isin(["start", "progress", "finish"])]
    keys = pd.MultiIndex.from_frame(done[["user_id", "item_id"]])
    assert keys.isin(bought.index).all()
    assert (done["occurred_at"].to_numpy() > bought[keys].to_numpy()).all()
    progress = events.loc[events["progress"].ne(""), "progress"].astype(float)
    assert progress.between(0, 1).all()
    assert events.loc[events["event"].eq("finish"), "progress"].eq("1.00").all()
