"""What is to be said of the whole workspace once files have arrived."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import duckdb

from analytics.notes import Note
from analytics.retention.truncation import truncated_until, truncation_note
from analytics.store import engines, refund_links
from analytics.store.manifest import Version
from analytics.store.orphans import orphans
from analytics.store.reporting import ImportReport


def added(
    con: duckdb.DuckDBPyConnection, reports: Sequence[ImportReport], version: Version
) -> list[ImportReport]:
    """Return the reports of one import with what its tables together show.

    Reports of order lines say whether the data begin mid-history and which month is not over; the
    last report says which keys of one table the others do not know.

    Parameters
    ----------
    con
        With the canonical tables as views, contacts resolved, the mart `customer_summary`, and
        `loose_refunds`.
    reports
        Of the files of this import.
    version
        The version in the making, its marts built.
    """
    about_orders = _order_notes(con, version)
    told = [
        report.with_notes([*refund_links.notes(con, report.file), *about_orders])
        if report.table == "order_lines"
        else report
        for report in reports
    ]
    return [*told[:-1], told[-1].with_notes(orphans(con).attrs["notes"])]


def _order_notes(con: duckdb.DuckDBPyConnection, version: Version) -> list[Note]:
    as_of = version.settings.as_of or version.as_of.get("order_lines")
    if as_of is None:
        return []
    summary = engines.own_table(con, "customer_summary")
    return [*truncation_note(truncated_until(summary, as_of=as_of)), *_open_month(as_of)]


def _open_month(as_of: date) -> list[Note]:
    if as_of.day == monthrange(as_of.year, as_of.month)[1]:
        return []
    text = "The data end on {day}: {month} is not over, its figures will still rise."
    return [Note("open_month", text, day=as_of.isoformat(), month=f"{as_of:%Y-%m}")]
