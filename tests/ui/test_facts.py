"""The numbers on a definition card are those of the table that it explains."""

import re
from dataclasses import replace

import analytics
from analytics.reports import catalogue, run_report
from ui import facts


def told(result, home, monkeypatch):
    shop = analytics.open_workspace(home / "my-shop")
    monkeypatch.setattr(facts.data, "workspace", lambda: shop)
    return facts.lines(result)


def test_a_card_tells_counted_eligible_and_excluded(home, monkeypatch):
    shop = analytics.open_workspace(home / "my-shop")
    result = run_report(shop, "repurchase-rate", horizons=(30,))
    row = result.table.iloc[0]
    lines = told(result, home, monkeypatch)
    assert lines[0] == f"**Numerator** {row['numerator']:,}"
    assert lines[1] == f"**Eligible (denominator)** {row['denominator']:,}"
    assert f"{row['too_young']:,} customers" in lines[2]


def test_the_range_of_many_rows_and_the_unfinished_ones_are_told(home, monkeypatch):
    shop = analytics.open_workspace(home / "my-shop")
    result = run_report(shop, "retention")
    sizes = result.table.dropna(subset=["active"])["cohort_size"]
    lines = told(result, home, monkeypatch)
    assert lines[1] == f"**Eligible (denominator)** {sizes.min():,} – {sizes.max():,}"
    n_open = int((~result.table["is_mature"]).sum())
    assert f"{n_open:,} of {len(result.table):,} rows" in lines[2]


def test_orders_left_out_everywhere_add_up(home, monkeypatch):
    shop = analytics.open_workspace(home / "my-shop")
    steps = run_report(shop, "data-quality").table.set_index("step")["count"]
    last = told(run_report(shop, "lifecycle"), home, monkeypatch)[-1]
    orders, invalid, unknown = (int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", last))
    assert orders - invalid - unknown == steps["identified"]


def test_a_table_without_people_tells_no_numerator(home, monkeypatch):
    shop = analytics.open_workspace(home / "my-shop")
    result = run_report(shop, "lifecycle")
    bare = replace(result, report=catalogue()["lifecycle"], table=result.table[["new"]])
    assert len(told(bare, home, monkeypatch)) == 1
