"""Two cohorts side by side: by hand, and as statsmodels has it."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.retention.difference import cohort_difference
from tests.analytics.shops import day, random_shop, shop

TABLES = ("purchases", "customer_summary", "purchase_items")


def table_of(world, **options):
    return cohort_difference(*world.tables(*TABLES), as_of=world.as_of, **options)


def unlike():
    """January: 40 of 50 back in the next month; February: 10 of 60."""
    january = ["2024-01-10 2024-02-10"] * 40 + ["2024-01-10"] * 10
    february = ["2024-02-10 2024-03-10"] * 10 + ["2024-02-10"] * 50
    return shop(*january, *february, as_of="2024-03-31")


def test_by_hand():
    row = table_of(unlike(), cohort=day("2024-02-29"), base=day("2024-01-01")).iloc[1]
    assert row[["numerator", "denominator", "base_numerator", "base_denominator"]].tolist() == [
        10, 60, 40, 50,
    ]  # fmt: skip
    assert row["difference"] == pytest.approx(10 / 60 - 0.8)
    assert row["q_value"] < 1e-9


def test_interval_and_test_equal_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    world = random_shop(17, customers=400, days=300)
    table = table_of(world, cohort=day("2024-02-01"), base=day("2024-01-01"))
    tested = table[table["is_mature"]].dropna(subset=["p_value"])
    assert len(tested) > 3
    for row in tested.itertuples():
        counts = (row.numerator, row.denominator, row.base_numerator, row.base_denominator)
        lower, upper = proportion.confint_proportions_2indep(*counts, method="newcomb")
        assert np.allclose((row.difference_lower, row.difference_upper), (lower, upper), atol=1e-9)
        _, p = proportion.proportions_ztest(counts[::2], counts[1::2])
        assert row.p_value == pytest.approx(p, abs=1e-9)
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    expected = multitest.multipletests(tested["p_value"], method="fdr_bh")[1]
    assert np.allclose(tested["q_value"], expected, atol=1e-9)


def test_by_default_the_newest_cohort_that_can_tell_and_the_one_before():
    table = table_of(unlike())
    assert table["cohort"].unique().tolist() == [pd.Timestamp("2024-02-01")]
    assert table["base_cohort"].unique().tolist() == [pd.Timestamp("2024-01-01")]


def test_only_windows_closed_for_both_are_compared():
    """In March the February cohort is still open in period 1, the January one in period 2."""
    world = unlike()
    world.as_of = day("2024-03-20")
    table = table_of(world, cohort=day("2024-02-01"), base=day("2024-01-01"))
    assert table["is_mature"].tolist() == [True, False, False]
    assert table["difference"].isna().tolist() == [False, True, True]
    assert table["rate"].isna().tolist() == [False, False, True]
    assert "nothing can be compared" in table.attrs["notes"][0]


def test_the_period_of_the_start_is_no_test():
    assert table_of(unlike())["p_value"].isna().tolist()[0]
    cumulative = table_of(unlike(), return_rule="on-or-before")
    assert not cumulative["p_value"].isna().tolist()[0]


def test_it_is_said_in_words():
    assert "differ beyond chance in 1 of 1 periods" in table_of(unlike()).attrs["notes"][0]
    alike = shop(*["2024-01-10 2024-02-10", "2024-02-10 2024-03-10"] * 5, as_of="2024-03-31")
    assert "do not differ" in table_of(alike).attrs["notes"][0]


def test_a_cohort_nobody_began_in_is_named():
    with pytest.raises(UnknownNameError, match="2024-01-01, 2024-02-01"):
        table_of(unlike(), cohort=day("2023-01-01"))
    with pytest.raises(NotEnoughDataError, match="cohorts"):
        table_of(shop("2024-01-01", as_of="2024-03-01"))
