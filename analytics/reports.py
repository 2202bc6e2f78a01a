"""All reports by name, and the one way to run them, from a terminal, a page or a notebook."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.churn.at_risk import at_risk
from analytics.churn.cox import cox
from analytics.churn.loss import loss
from analytics.churn.score import churn_importance, churn_reliability, churn_score
from analytics.churn.score_gains import churn_gains
from analytics.churn.score_list import churn_list
from analytics.churn.survival import remaining_life, survival
from analytics.churn.usage_cycle import usage_cycle
from analytics.data_quality import data_quality
from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.notes import Note
from analytics.options import CONTEXT, Option, options_of, read_options
from analytics.overview import overview, overview_series
from analytics.reconciliation import reconciliation
from analytics.repurchase.curve import repurchase_curve, repurchase_quartiles
from analytics.repurchase.due import due
from analytics.repurchase.first_item import first_item
from analytics.repurchase.flow import journey_flow
from analytics.repurchase.gaps import gap_buckets, time_between
from analytics.repurchase.journey import journey, next_item
from analytics.repurchase.ladder import order_ladder
from analytics.repurchase.rate import repurchase_rate
from analytics.repurchase.repeat_revenue import repeat_revenue
from analytics.repurchase.rest import rest_chance
from analytics.repurchase.returning import returning_rate
from analytics.repurchase.trend import repurchase_trend
from analytics.retention.cohorts import retention
from analytics.retention.difference import cohort_difference
from analytics.retention.lifecycle import lifecycle
from analytics.retention.mean import retention_line
from analytics.retention.over_time import retention_over_time
from analytics.retention.revenue import revenue_retention
from analytics.retention.stickiness import stickiness
from analytics.segments.kinds import ALL_TABLES as SEGMENT_TABLES
from analytics.segments.kinds import TABLES as STANDING_TABLES
from analytics.segments.kinds import segments
from analytics.segments.rfm import rfm
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.comparison import subscription_definitions
from analytics.subscriptions.ladder import subscription_renewals
from analytics.subscriptions.movements import subscriptions
from analytics.subscriptions.projection import subscription_projection
from analytics.tables import listening
from analytics.value.agreement import btyd_calibration, btyd_histogram
from analytics.value.alive_map import btyd_map
from analytics.value.clv import clv
from analytics.value.fit_report import btyd_fit
from analytics.value.tracking import btyd_tracking


@dataclass(frozen=True)
class Report:
    """One question of the catalogue.

    `function` takes the marts named by `tables`, in that order, and the options by keyword;
    `has_money` is false where it counts orders and not what they brought.
    """

    name: str
    function: Callable[..., pd.DataFrame]
    tables: tuple[str, ...]
    has_money: bool = True

    @property
    def question(self) -> str:
        """What it answers, in one sentence."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be asked differently: name, type, default, choices."""
        return options_of(self.function)


COHORT_TABLES = ("purchases", "customer_summary", "orders", "purchase_items")
LOSS_TABLES = (
    *("purchases", "purchase_items", "customer_summary", "orders", "item_summary", "events"),
)
SCORE_TABLES = (
    *("purchases", "purchase_items", "customer_summary", "events", "orders", "refund_lines"),
)
BEHAVIOUR_TABLES = ("purchases", "customer_summary", "purchase_items")

# the workspace's views are named after their mart, place, version and files
_VIEW = re.compile(r'"?\b([a-z_]+?)_[0-9a-f]{12}_(?:\d+|empty)_[0-9a-f]{8}\b"?')

_REPORTS = (
    Report("repurchase-rate", repurchase_rate, ("customer_summary",)),
    Report("repurchase-trend", repurchase_trend, ("customer_summary",)),
    Report("repurchase-curve", repurchase_curve, ("purchases", "customer_summary")),
    Report("repurchase-quartiles", repurchase_quartiles, ("purchases", "customer_summary")),
    Report("rest-chance", rest_chance, ("purchases",)),
    Report("order-ladder", order_ladder, ("purchases", "customer_summary")),
    Report("time-between", time_between, ("purchases",)),
    Report("gap-buckets", gap_buckets, ("purchases",)),
    Report("returning-rate", returning_rate, ("purchases",)),
    Report("repeat-revenue", repeat_revenue, ("purchases", "orders", "refund_lines")),
    Report("first-item", first_item, ("purchase_items", "customer_summary", "orders")),
    Report("journey", journey, ("purchases", "purchase_items")),
    Report("journey-flow", journey_flow, ("purchases", "purchase_items")),
    Report("next-item", next_item, ("purchases", "purchase_items")),
    Report("due", due, BEHAVIOUR_TABLES),
    Report("retention", retention, COHORT_TABLES),
    Report("retention-mean", retention_line, COHORT_TABLES),
    Report("retention-over-time", retention_over_time, BEHAVIOUR_TABLES),
    Report("cohort-difference", cohort_difference, BEHAVIOUR_TABLES),
    Report("revenue-retention", revenue_retention, COHORT_TABLES),
    Report("stickiness", stickiness, BEHAVIOUR_TABLES),
    Report("lifecycle", lifecycle, BEHAVIOUR_TABLES),
    Report("at-risk", at_risk, ("purchases",)),
    Report("usage-cycle", usage_cycle, ("purchases", "customer_summary", "events")),
    Report("survival", survival, ("purchases", "customer_summary")),
    Report("remaining-life", remaining_life, ("purchases", "customer_summary")),
    Report("cox", cox, ("purchases", "customer_summary")),
    Report("subscriptions", subscriptions, ("subscriptions",)),
    Report("subscription-renewals", subscription_renewals, ("subscriptions",), has_money=False),
    Report("subscription-projection", subscription_projection, ("subscriptions",), has_money=False),
    Report("subscription-definitions", subscription_definitions, ("subscriptions",)),
    Report("clv", clv, ("purchases",)),
    Report("btyd-fit", btyd_fit, ("purchases",)),
    Report("btyd-tracking", btyd_tracking, ("purchases",)),
    Report("btyd-calibration", btyd_calibration, ("purchases",)),
    Report("btyd-histogram", btyd_histogram, ("purchases",)),
    Report("btyd-map", btyd_map, ("purchases",)),
    Report("churn-score", churn_score, SCORE_TABLES),
    Report("churn-gains", churn_gains, SCORE_TABLES),
    Report("churn-reliability", churn_reliability, SCORE_TABLES),
    Report("churn-importance", churn_importance, SCORE_TABLES),
    Report("churn-list", churn_list, SCORE_TABLES),
    Report("loss", loss, LOSS_TABLES),
    Report("rfm", rfm, STANDING_TABLES),
    Report("segments", segments, SEGMENT_TABLES),
    Report(
        "reconciliation",
        reconciliation,
        ("orders", "purchases", "customer_summary"),
        has_money=False,
    ),
    Report("data-quality", data_quality, ("orders",), has_money=False),
    Report("overview", overview, ("purchases", "customer_summary", "orders")),
    Report("overview-series", overview_series, ("purchases", "customer_summary", "orders")),
)


@cache
def catalogue() -> dict[str, Report]:
    """Return every report by its name, in the order in which they are best read."""
    return {report.name: report for report in _REPORTS}


@dataclass(frozen=True)
class ReportResult:
    """What a report answered: the table, and all that is needed to say where it comes from."""

    report: Report
    params: dict[str, Any]
    as_of: date
    version: int
    table: pd.DataFrame
    notes: list[Note]
    currency: str

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `huitou report --json`: ISO dates, null for undefined."""
        columns = [self.table[name] for name in self.table.columns]
        return {
            "report": self.report.name,
            "params": {name: _plain(value) for name, value in self.params.items()},
            "as_of": self.as_of.isoformat(),
            "version": self.version,
            "columns": list(self.table.columns),
            "rows": [[_plain(value) for value in row] for row in zip(*columns, strict=True)],
            "notes": [str(note) for note in self.notes],
        }


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def find_report(name: str) -> Report:
    """Return the report of this name, or say which there are."""
    if name not in catalogue():
        raise UnknownNameError("report", name, catalogue())
    return catalogue()[name]


def parse_options(report: Report | str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read options written in a terminal or an address.

    >>> parse_options("repurchase-rate", {"horizons": "30,90", "by": "channel"})
    {'horizons': (30, 90), 'by': 'channel'}

    Raises
    ------
    UnknownNameError
        If there is no such report or option.
    InvalidSettingError
        If a value is not of the option's type or none of its choices.
    """
    found = find_report(report) if isinstance(report, str) else report
    return read_options(found.options, texts, what=found.name)


def run_report(workspace: Any, name: str, **options: Any) -> ReportResult:
    """Ask one question of a workspace.

    Parameters
    ----------
    workspace
        An open workspace; its as-of day and first weekday answer what the question needs of them.
    name
        Name in the catalogue.
    **options
        Options of the report; those left out take their defaults.

    Returns
    -------
    ReportResult
        The table, its notes, and the parameters, defaults included.

    Raises
    ------
    UnknownNameError, InvalidSettingError
        If the report, an option or a value does not exist.
    NotEnoughDataError
        If the workspace holds no orders, or too few for this question.
    """
    report = find_report(name)
    params = {option.name: option.default for option in report.options}
    params |= read_options(report.options, options, what=name)
    as_of = _as_of(report, workspace)
    tables = [workspace.table(table) for table in report.tables]
    table = report.function(*tables, **params, **_context(report, workspace, as_of))
    notes = [*table.attrs.get("notes", []), *_money_notes(report, workspace)]
    return ReportResult(report, params, as_of, workspace.version, table, notes, workspace.currency)


def _as_of(report: Report, workspace: Any) -> date:
    """Day up to which the data of a report reach; subscriptions need no orders beside them."""
    by_itself = report.tables == ("subscriptions",)
    as_of = workspace.reaches("subscriptions") if by_itself else workspace.as_of
    if as_of is None:
        unit = "paid subscriptions" if by_itself else "orders"
        raise NotEnoughDataError(f"the report {report.name}", unit, needed=1, found=0)
    return as_of


def report_sql(workspace: Any, name: str, **options: Any) -> list[str]:
    """Return the SQL that a report runs, in order; tables carry the names of the marts.

    Parameters
    ----------
    workspace, name, **options
        As in `run_report`; the report is run once.

    Returns
    -------
    list of str
        What is done afterwards, on the small tables that these give, is told by the report's
        docstring. Raises as `run_report` does.
    """
    with listening() as asked:
        run_report(workspace, name, **options)
    return [_VIEW.sub(r"\1", str(ibis.to_sql(expression))) for expression in asked]


def _context(report: Report, workspace: Any, as_of: date) -> dict[str, Any]:
    known = {
        "as_of": as_of,
        "first_weekday": workspace.settings.first_weekday,
        "rows_read": workspace.rows_read,
        "zone": workspace.settings.zone,
        "currency": workspace.currency,
    }
    wanted = report.function.__kwdefaults__ or {}
    return {"as_of": known["as_of"]} | {name: known[name] for name in CONTEXT if name in wanted}


def _money_notes(report: Report, workspace: Any) -> list[Note]:
    """Money is in the workspace's currency only; say what that leaves out."""
    if not report.has_money or "orders" not in report.tables:
        return []
    orders = workspace.table("orders")
    foreign = orders.filter(orders.is_valid, orders.currency != workspace.currency)
    left_out = int(foreign.count().execute())
    notes = []
    if workspace.currency == UNKNOWN_CURRENCY:
        text = "The files name no currency: amounts are as written."
        notes.append(Note("currency_unknown", text))
    if left_out:
        text = "{orders:,} valid orders in other currencies than {currency} add no revenue."
        notes.append(Note("other_currencies", text, orders=left_out, currency=workspace.currency))
    return notes
