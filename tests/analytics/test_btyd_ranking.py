"""What the models say of who comes back, judged on what CDNOW's and a retailer's customers did."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from analytics.value.histories import Histories
from analytics.value.models import fit_histories
from tests.analytics.reference_shops import NEEDS_SHARED, cdnow_log, online_retail

pytestmark = [pytest.mark.shared, NEEDS_SHARED]


def ranking(purchases, cut, *, days=91):
    """AUC of 1 − P(no purchase) and of P(alive) for a purchase in the days after the cut."""
    seen = {}
    for who, day in purchases:
        seen.setdefault(who, set()).add(day)
    rows, back = [], []
    for mine in seen.values():
        known = sorted(day for day in mine if day <= cut)
        if known:
            first, last = known[0], known[-1]
            rows.append((len(known) - 1, (last - first).days, (cut - first).days))
            back.append(any(0 < (day - cut).days <= days for day in mine))
    x, recency, known = np.array(rows).T
    model = fit_histories(Histories.of(x, recency, known), "bg-nbd").model
    chance, alive = 1 - model.no_purchase(x, recency, known, days), model.alive(x, recency, known)
    return [area(score, np.array(back)) for score in (chance, alive)], np.mean(back)


def area(score, is_back):
    return (
        mannwhitneyu(score[is_back], score[~is_back]).statistic / is_back.sum() / (~is_back).sum()
    )


def test_the_chance_of_no_purchase_ranks_and_alive_does_not():
    """../shared/design/research/churn.md, section 5.1."""
    visits = [(who, day) for who, day, _ in cdnow_log("CDNOW_master.txt")]
    (chance, alive), back = ranking(visits, date(1997, 12, 31))
    assert (chance, alive) == pytest.approx((0.793, 0.332), abs=0.0015)
    assert 1 - back == pytest.approx(0.838, abs=6e-4)
    orders = [(order.customer, order.day) for order in online_retail().orders]
    (chance, alive), back = ranking(orders, date(2011, 9, 9))
    assert (chance, alive) == pytest.approx((0.733, 0.359), abs=0.004)
    assert 1 - back == pytest.approx(0.430, abs=5e-3)
