"""Published and recomputed values on real logs, read without our own intake."""

import json

import numpy as np
import pytest

from analytics.kaplan_meier import kaplan_meier
from analytics.reports import run_report
from analytics.repurchase.curve import repurchase_curve, repurchase_quartiles
from tests.analytics.reference_shops import NEEDS_SHARED, SHARED, cdnow, online_retail

pytestmark = [pytest.mark.shared, NEEDS_SHARED]


def at_day(table, days):
    place = np.searchsorted(table["day"], days, side="right") - 1
    return table["survival"].to_numpy()[place]


def test_online_retail_waits_57_days_among_repeaters_but_104_by_kaplan_meier():
    shop = online_retail()
    tables = shop.tables("purchases", "customer_summary")
    row = repurchase_quartiles(*tables, as_of=shop.as_of).iloc[0]
    assert [row["p25_days"], row["median_days"], row["p75_days"]] == [40, 104, 267]
    assert row["repeaters_median_days"] == 57


def test_online_retail_shares_back_by_day():
    """../shared/design/research/churn.md, section 5.2."""
    shop = online_retail()
    curve = repurchase_curve(*shop.tables("purchases", "customer_summary"), as_of=shop.as_of)
    back = 1 - at_day(curve, [30, 90, 180, 365])
    assert np.allclose(back, [0.192, 0.460, 0.658, 0.848], atol=0.0015)


def test_online_retail_first_month_is_left_truncated():
    table = run_report(online_retail(), "retention").table
    flagged = table[table["is_left_truncated"]]["cohort"].dt.strftime("%Y-%m").unique()
    assert flagged.tolist() == ["2010-12"]
    december = table[table["cohort"] == "2010-12-01"]
    assert december["cohort_size"].iloc[0] == 885
    assert not december["is_mature"].iloc[12]  # 9 December 2011 ends no month


def test_cdnow_shares_back_by_day():
    """As above; everyone has at least 463 days, so that fixed windows say the same."""
    shop = cdnow()
    assert shop.count("customer_summary") == 23_502  # 68 customers only ever took free discs
    curve = repurchase_curve(*shop.tables("purchases", "customer_summary"), as_of=shop.as_of)
    expected = [0.175, 0.293, 0.3755, 0.4595]
    assert np.allclose(1 - at_day(curve, [30, 90, 180, 365]), expected, atol=0.001)
    rates = run_report(shop, "repurchase-rate", horizons=(30, 90, 180)).table
    assert rates["denominator"].tolist() == [23_502] * 3
    assert np.allclose(rates["rate"], expected[:3], atol=0.001)


def test_cdnow_cohorts():
    table = run_report(cdnow(), "retention").table
    sizes = table[table["period_index"] == 0].set_index("cohort")["cohort_size"]
    assert sizes.tolist()[:3] == [7814, 8455, 7231]
    assert not table["is_left_truncated"].any()


def test_telco_survival_of_the_reference_values():
    import duckdb

    expected = json.loads((SHARED / "reference_values.json").read_text())["km"]["telco_S"]
    rows = duckdb.sql(
        f"SELECT tenure, count(*) FILTER (Churn = 'Yes'), count(*) FILTER (Churn = 'No') "
        f"FROM read_csv('{SHARED}/telco/Telco-Customer-Churn.csv', all_varchar=false) GROUP BY 1"
    ).fetchall()
    tenure, churned, stayed = zip(*[(int(a), b, c) for a, b, c in rows], strict=True)
    curve = kaplan_meier(tenure, churned, stayed)
    # the published curve starts at tenure 1: the 11 customers of tenure 0 did not churn
    for month, value in expected.items():
        assert curve.at(int(month)) == pytest.approx(value, abs=5e-4)
