"""Renewals, churn, MRR, trials and other products' variants, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, NotEnoughDataError, UnknownNameError
from analytics.subscriptions.book import is_involuntary, read_book, sharing
from analytics.subscriptions.comparison import subscription_definitions
from analytics.subscriptions.ladder import subscription_renewals
from analytics.subscriptions.movements import subscriptions
from analytics.subscriptions.projection import subscription_projection
from analytics.subscriptions.terms import due_days, terms_by
from tests.analytics.shops import Shop, day, leaving_members, plan

LAST = "2024-07-01"
WATERFALL = ["mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churned"]
SIGNS = np.array([1, 1, 1, -1, -1])


def table_of(rows):
    """The table as the engine holds it; the last row's start is the table's as-of."""
    return Shop([], subscriptions=rows).table("subscriptions")


def months(rows, **options):
    answer = subscriptions(table_of(rows), as_of=day("2030-01-01"), currency="EUR", **options)
    return answer.set_index(answer["period"].dt.strftime("%Y-%m"))


@pytest.fixture(scope="module")
def book():
    """a stays; b leaves after two months; c moves up; d comes back after a long break."""
    return months(
        [
            plan("a", "2024-01-10"),
            plan("b", "2024-01-10", "2024-03-10", reason="too expensive"),
            plan("c", "2024-01-10", "2024-03-10"),
            plan("c", "2024-03-10", amount=25),
            plan("d", "2024-01-10", "2024-02-10", reason="card declined"),
            plan("d", "2024-05-10"),
            plan("later", LAST),
        ]
    )


def test_renewals_of_each_month(book):
    # due on the 10th: a, b, c, d in February; a, b, c in March; then a and c, and d from June
    assert book["due"].tolist() == [0, 4, 3, 2, 2, 3, 0]
    assert book["renewed"].tolist() == [0, 3, 2, 2, 2, 3, 0]
    assert book.loc["2024-02", "renewal_rate"] == 0.75
    assert book.loc["2024-02", ["involuntary", "voluntary"]].tolist() == [1, 0]
    assert book.loc["2024-03", ["involuntary", "voluntary"]].tolist() == [0, 1]


def test_churn_counts_the_customers_who_paid_at_the_start(book):
    assert book["active_start"].tolist() == [0, 4, 3, 2, 2, 3, 3]
    assert book["churned"].tolist() == [0, 1, 1, 0, 0, 0, 0]
    assert book.loc["2024-03", "churn_rate"] == pytest.approx(1 / 3)


def test_waterfall_of_each_month(book):
    assert book["mrr_start"].tolist() == [0, 40, 30, 35, 35, 45, 45]
    assert book.loc["2024-01", WATERFALL].tolist() == [40, 0, 0, 0, 0]
    assert book.loc["2024-02", WATERFALL].tolist() == [0, 0, 0, 0, 10]
    assert book.loc["2024-03", WATERFALL].tolist() == [0, 0, 15, 0, 10]
    assert book.loc["2024-05", WATERFALL].tolist() == [0, 10, 0, 0, 0]


def test_grr_and_nrr(book):
    assert book["mrr_customers"].tolist() == [0, 4, 3, 2, 2, 3, 3]
    assert book.loc["2024-03", "grr"] == pytest.approx(20 / 30)
    assert book.loc["2024-03", "nrr"] == pytest.approx(35 / 30)
    assert book.loc["2024-05", "nrr"] == 1  # who comes back does not count
    assert (book["grr"].dropna() <= book["nrr"].dropna()).all()


def test_a_period_is_mature_when_its_grace_is_over(book):
    assert book["is_mature"].tolist() == [True] * 5 + [False, False]


def random_rows(seed, n=150):
    random = np.random.default_rng(seed)
    rows = []
    for place in range(n):
        at = pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(random.integers(0, 500)))
        for _ in range(int(random.integers(1, 4))):
            length = int(random.integers(5, 300))
            end = at + pd.Timedelta(days=length)
            is_on = random.uniform() < 0.2
            word = str(random.choice(["month", "year", "2 weeks"]))
            rows.append(
                plan(
                    f"c{place}",
                    at,
                    None if is_on else end,
                    interval=word,
                    amount=int(random.integers(5, 40)),
                    currency=str(random.choice(["EUR", "USD"], p=[0.9, 0.1])),
                )
            )
            at = end + pd.Timedelta(days=int(random.integers(0, 90)))
            if is_on:
                break
    return rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("period", ["month", "week", "quarter"])
def test_the_waterfall_adds_up(seed, period):
    found = months(random_rows(seed), period=period)
    moved = (found[WATERFALL].to_numpy() * SIGNS).sum(axis=1)
    assert (found["mrr_start"] + moved).tolist() == pytest.approx(found["mrr_end"].tolist())
    assert found["mrr_end"].tolist()[:-1] == pytest.approx(found["mrr_start"].tolist()[1:])
    lost = found["mrr_churned"] + found["mrr_contraction"]
    known = found["mrr_start"] > 0
    kept = (1 - lost / found["mrr_start"])[known]
    assert kept.tolist() == pytest.approx(found.loc[known, "grr"].tolist())
    assert (found["renewed"] <= found["due"]).all()
    assert (found["churned"] <= found["active_start"]).all()
    total = found[["voluntary", "involuntary", "unexplained"]].sum(axis=1)
    assert total.tolist() == (found["due"] - found["renewed"]).tolist()


def test_row_order_and_names_mean_nothing():
    rows = random_rows(9)
    renamed = [{**row, "customer_id": f"x{row['customer_id'][::-1]}"} for row in rows[::-1]]
    pd.testing.assert_frame_equal(
        months(rows).drop(columns="period"), months(renamed).drop(columns="period")
    )


def test_later_days_never_change_a_mature_period():
    rows = random_rows(5)
    now = subscriptions(table_of(rows), as_of=day("2024-01-20"), currency="EUR")
    then = subscriptions(table_of(rows), as_of=day("2024-05-20"), currency="EUR")
    fixed = now[now["is_mature"]]
    assert len(fixed) > 8
    pd.testing.assert_frame_equal(fixed, then.head(len(fixed)))


def test_a_late_payment_and_a_change_of_plan_are_no_churn():
    late = [plan("a", "2024-01-10", "2024-02-10"), plan("a", "2024-03-01"), plan("z", LAST)]
    found = months(late)
    assert found["churned"].sum() == 0
    assert found.loc["2024-02", ["due", "renewed"]].tolist() == [1, 1]
    assert (found.loc["2024-02":"2024-06", "mrr_end"] == 10).all()
    assert months(late, grace=10)["churned"].sum() == 1


def test_a_cancellation_counts_when_the_paid_time_is_over():
    rows = [plan("a", "2024-01-10", canceled_at="2024-02-20"), plan("z", LAST)]
    found = months(rows)
    assert found["churned"].tolist() == [0, 0, 1, 0, 0, 0, 0]
    assert found.loc["2024-02", ["due", "renewed"]].tolist() == [1, 1]


def test_a_payment_that_failed_ends_on_the_day_it_was_due():
    rows = [plan("a", "2024-01-20", "2024-04-05", reason="payment_failed"), plan("z", LAST)]
    found = months(rows)
    assert found.loc["2024-03", ["due", "renewed", "involuntary"]].tolist() == [1, 0, 1]
    assert found.loc["2024-04", "due"] == 0


def test_trials_are_no_revenue_until_paid():
    rows = [
        plan("a", "2024-01-20", trial_ends_at="2024-02-03"),
        plan("b", "2024-01-20", "2024-02-03", trial_ends_at="2024-02-03"),
        plan("c", "2024-01-20", trial_ends_at="2024-02-03", canceled_at="2024-01-25"),
        plan("z", LAST),
    ]
    found = months(rows)
    assert found.index[0] == "2024-02"
    assert found.loc["2024-02", ["trials", "converted"]].tolist() == [3, 1]
    assert found.loc["2024-02", "mrr_new"] == 10


def test_money_of_other_currencies_and_of_free_plans_is_left_out():
    rows = [
        plan("a", "2024-01-10", amount=120, interval="year"),
        plan("b", "2024-01-10", currency="USD"),
        plan("c", "2024-01-10", amount=0),
        plan("d", "2024-01-10", interval="lifetime", amount=500),
        plan("z", LAST),
    ]
    found = months(rows)
    assert found.loc["2024-01", ["mrr_end", "active_end"]].tolist() == [10, 2]
    notes = " ".join(subscriptions(table_of(rows), as_of=day(LAST), currency="EUR").attrs["notes"])
    assert "1 subscriptions in other currencies than EUR" in notes
    assert "2 free plans and lifetime purchases" in notes
    other = subscriptions(table_of(rows), as_of=day(LAST), currency="GBP")
    assert set(other["currency"]) == {"EUR"}


def test_reports_that_share_a_book_say_what_each_says_alone():
    shop = table_of([*leaving_members(), plan("dollars", "2024-01-10", currency="USD")])
    options = {"as_of": day("2030-01-01")}
    asked = {
        "euro": lambda table: subscriptions(table, currency="EUR", **options),
        "dollars": lambda table: subscriptions(table, currency="USD", **options),
        "renewals": lambda table: subscription_renewals(table, **options),
        "others": lambda table: subscription_definitions(table, currency="EUR", **options),
    }
    alone = {name: ask(shop) for name, ask in asked.items()}
    kept = {}
    with sharing(kept):
        subscription_projection(shop, **options)
        shared = {name: ask(None) for name, ask in asked.items()}  # no table: nothing is read again
        assert len(kept) == 1
        subscription_projection(shop, grace=7, **options)
        assert [grace for *_, grace in kept] == [7]
    for name, expected in alone.items():
        pd.testing.assert_frame_equal(shared[name], expected)
        assert shared[name].attrs["notes"] == expected.attrs["notes"]
    assert not alone["euro"]["mrr_end"].equals(alone["dollars"]["mrr_end"])


def test_a_file_of_live_subscriptions_is_told():
    notes = subscriptions(table_of([plan("a", LAST)]), as_of=day(LAST)).attrs["notes"]
    assert any("has ended" in note for note in notes)


def test_due_days_of_short_months():
    anchor = np.full(4, float((day("2024-01-31") - day("1970-01-01")).days))
    found = due_days(anchor, [1, 2, 3, 13], np.ones(4), np.zeros(4))
    expected = ["2024-02-29", "2024-03-31", "2024-04-30", "2025-02-28"]
    assert found.astype(int).astype("datetime64[D]").astype(str).tolist() == expected


@pytest.mark.parametrize(("months_long", "days"), [(1, 0), (3, 0), (12, 0), (0, 7), (0, 1)])
def test_terms_are_counted_to_the_day(months_long, days):
    anchor = np.repeat(np.arange(19700.0, 19760.0), 40)
    number = np.tile(np.arange(1.0, 41.0), 60)
    length = np.full(len(anchor), float(months_long)), np.full(len(anchor), float(days))
    due = due_days(anchor, number, *length)
    assert (terms_by(anchor, due, *length) == number).all()
    assert (terms_by(anchor, due - 1, *length) == number - 1).all()


def test_reasons_of_failed_payments():
    words = ["payment failed", "Card declined", "扣款失败", "too expensive", None, "no time"]
    assert is_involuntary(pd.Series(words)).tolist() == [True] * 3 + [False] * 3


def test_renewals_by_cohort():
    rows = [
        plan("a", "2024-01-10"),
        plan("b", "2024-02-10", "2024-04-10"),
        plan("c", "2024-04-10", "2024-05-10"),
        plan("y", "2024-01-10", interval="year"),
        plan("z", LAST),
    ]
    found = subscription_renewals(table_of(rows), as_of=day(LAST), period="quarter")
    rows = found[["due", "renewed", "cohort_size"]].to_numpy().tolist()
    # a and b in the first quarter, decided up to the due day of May; c in the second
    assert rows == [[2, 2, 2], [2, 1, 2], [1, 1, 2], [1, 1, 2], [1, 0, 1]]
    assert found["survival"].tolist() == [1, 0.5, 0.5, 0.5, 0]


def test_projection_meets_the_shop():
    shop = table_of(leaving_members())
    found = subscription_projection(shop, as_of=day("2030-01-01"), horizon=3, holdout=1)
    seen = found[found["is_mature"]]
    # by hand: of 30 + 30 members, those of rank r leave after r (or r + 1) months
    assert seen["due"].tolist()[:3] == [60, 55, 45]
    assert seen["survival"].tolist() == pytest.approx((seen["renewed"] / 60).tolist())
    assert found["is_held_out"].sum() == 1
    assert found["projected"].is_monotonic_decreasing
    assert found.attrs["model"] in {"sbg", "bdw"}
    assert "which it had not seen" in found.attrs["notes"][0]


def test_projection_refuses_what_it_cannot_answer():
    shop = table_of(leaving_members())
    with pytest.raises(UnknownNameError, match="decade"):
        subscription_projection(shop, as_of=day("2030-01-01"), interval="decade")
    with pytest.raises(InvalidSettingError, match="holdout"):
        subscription_projection(shop, as_of=day("2030-01-01"), holdout=50)
    with pytest.raises(NotEnoughDataError, match="renewals in a row"):
        subscription_projection(table_of([plan("a", LAST)]), as_of=day(LAST))
    with pytest.raises(NotEnoughDataError, match="paid subscriptions"):
        subscriptions(table_of([]), as_of=day(LAST))
    with pytest.raises(InvalidSettingError, match="grace"):
        read_book(shop, as_of=day(LAST), zone="UTC", currency="EUR", grace=-1)


def test_other_products_on_one_month():
    """May 2024, 31 days: the windows of 30 days begin on the 2nd."""
    rows = [
        plan("stays", "2024-01-10"),
        plan("leaves", "2024-01-10", "2024-05-10", canceled_at="2024-04-20"),
        plan("warns", "2024-01-10", "2024-06-10", canceled_at="2024-05-20"),
        plan("late", "2024-01-20", "2024-05-20"),
        plan("late", "2024-06-05"),
        plan("first day", "2024-01-01", "2024-05-01"),
        plan("new", "2024-05-15"),
        plan("z", LAST),
    ]
    found = subscription_definitions(table_of(rows), as_of=day(LAST), currency="EUR")
    assert set(found["period"]) == {pd.Timestamp("2024-05-01")}
    counts = found.set_index("definition")[["numerator", "denominator"]].T.to_dict("list")
    # due in May: stays, leaves, warns, late, first day; lost: leaves and first day
    assert counts["renewal"] == [3, 5]
    assert counts["customer_churn"] == [2, 5]
    # cancelled in May: warns, late, first day; leaves was gone in April
    assert counts["chartmogul_customers"] == [3, 4]
    # active on 2 May and cancelled since: warns, late
    assert counts["baremetrics_users"] == [2, 3]
    # ended since 2 May: leaves, late; new came
    assert counts["stripe_subscribers"] == [2, 5]
    assert counts["profitwell_customers"] == [3, 5]
    assert counts["mrr_churn"] == [20, 50]
    assert counts["chartmogul_gross"] == [30, 40]
    assert found["rate"].tolist() == (found["numerator"] / found["denominator"]).tolist()
    assert len(found.attrs["notes"]) == len(found)
