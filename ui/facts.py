"""The numbers on a definition card: who is counted, of whom, what is left out and why.

They are read from the columns of the table that the report gave, so that every report of the
catalogue has them, and from the steps from a file's rows to purchases, which are the same for all.
"""

from analytics.reports import ReportResult
from ui import data, formats
from ui.types import Row, Table
from ui.words import t

_PAIRS = (("numerator", "denominator"), ("active", "cohort_size"), ("n_events", "n_at_risk"))


def lines(result: ReportResult) -> list[str]:
    """Write the fields of the card, one a line: counted, of whom, left out; none that is unknown.

    A table of many rows tells the smallest and the largest.
    """
    table: Table = result.table
    pair = next((pair for pair in _PAIRS if {*pair} <= {*table.columns}), None)
    fields = []
    if pair is not None:
        known: Table = table.dropna(subset=[*pair])
        counted, total = (_range(known[name]) for name in pair)
        fields += [t("facts.counted", n=counted), t("facts.eligible", n=total)]
    return [*fields, *_too_young(table), *_unfinished(table), *_left_out(result)]


def _range(values: Row) -> str:
    """Write one number, or the smallest and the largest of several."""
    if values.empty:
        return formats.NOTHING
    bounds = dict.fromkeys(formats.number(bound) for bound in (values.min(), values.max()))
    return " – ".join(bounds)


def _too_young(table: Table) -> list[str]:
    if "too_young" not in table.columns:
        return []
    return [t("facts.too_young", n=_range(table["too_young"].dropna()))]


def _unfinished(table: Table) -> list[str]:
    """Tell the rows whose time is not over; nothing where all are complete."""
    if "is_mature" not in table.columns:
        return []
    n_open = int((~table["is_mature"].astype(bool)).sum())
    return [t("facts.unfinished", n=formats.number(n_open), rows=formats.number(len(table)))]


def _left_out(result: ReportResult) -> list[str]:
    """Tell the orders that no report of orders counts: not valid, or of nobody."""
    if result.report.tables == ("subscriptions",):
        return []
    steps: Table = data.report("data-quality").table.set_index("step")["count"]
    orders, valid, known = (int(steps[name]) for name in ("orders", "valid", "identified"))
    return [
        t(
            "facts.left_out",
            orders=formats.number(orders),
            invalid=formats.number(orders - valid),
            unknown=formats.number(valid - known),
        )
    ]
