"""The SQL that a definition card shows is the SQL that was run."""

from analytics import open_workspace
from analytics.reports import report_sql, run_report


def test_it_gives_the_numbers_of_the_report_when_run_on_the_marts(sample_home):
    workspace = open_workspace(sample_home / "sample")
    (query,) = report_sql(workspace, "repurchase-rate", horizons=(90,))
    table = workspace.table("customer_summary")
    query = query.replace("FROM customer_summary", f'FROM "{table.get_name()}"')
    (told,) = table.get_backend().raw_sql(query).fetchall()
    row = run_report(workspace, "repurchase-rate", horizons=(90,)).table.iloc[0]
    assert told[1:] == (row["denominator"], row["numerator"])


def test_it_names_the_marts_and_nothing_of_the_place(sample_home):
    workspace = open_workspace(sample_home / "sample")
    queries = report_sql(workspace, "retention")
    assert len(queries) > 1
    assert any("purchases" in query for query in queries)
    assert all(table not in query for query in queries for table in ("purchases_", "orders_"))
