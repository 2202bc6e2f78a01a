"""The churn score as the page reads it: tried once a version, small tables kept.

Learning takes a few seconds whatever the shop's size (at most 30,000 customers are looked at), so
that it is done where it is asked for and kept by version, and no job has to be waited for.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

import analytics
from analytics.churn import score, score_gains, score_list
from analytics.churn.at_risk import silence_thresholds
from analytics.churn.score_trial import Trial, run_trial
from analytics.churn.snapshots import Log
from analytics.errors import NotEnoughDataError
from analytics.reports import ReportResult, find_report
from ui import data, formats
from ui.types import Table
from ui.words import language, sentence, t

_LISTS_KEPT = 4
_QUIET_DAYS = 14  # who was seen since is not called quiet


@dataclass(frozen=True)
class Judged:
    """What the trial of the candidates gave: the reports by name, the ranking, the chosen one."""

    reports: dict[str, ReportResult]
    ranking: score_gains.Ranking
    chosen: str

    @property
    def row(self) -> Any:
        """The chosen model's row of `churn-score`."""
        table = self.reports["churn-score"].table
        return table[table["chosen"]].iloc[0]


def _log(workspace: analytics.Workspace) -> Log:
    names = ("purchases", "purchase_items", "events", "customer_summary", "orders", "refund_lines")
    tables = [workspace.table(name) for name in names]
    return Log.of(*tables, zone=workspace.zone)


def judged(workspace: analytics.Workspace, *, horizon: int) -> Judged:
    """Try the candidates on the last outcome window that has ended."""
    if workspace.as_of is None:
        raise NotEnoughDataError("the churn score", "buyers", needed=1, found=0)
    log = _log(workspace)
    trial = run_trial(log, as_of=workspace.as_of, horizon=horizon, cut=None)
    silence = silence_thresholds(log.purchases, as_of=trial.plan.test, horizon=horizon)
    tables = {
        "churn-score": score.score_table(trial, lost_days=silence.lost_days),
        "churn-reliability": score.reliability_table(trial),
        "churn-importance": score.importance_table(trial),
    }
    reports = {name: _result(workspace, name, trial, table) for name, table in tables.items()}
    return Judged(reports, score_gains.ranking(trial), trial.chosen)


def _result(workspace: analytics.Workspace, name: str, trial: Trial, table: Table) -> ReportResult:
    params = {"horizon": trial.plan.horizon, "cut": trial.plan.test}
    as_of = workspace.as_of or trial.plan.test
    notes = table.attrs["notes"]
    return ReportResult(
        find_report(name), params, as_of, workspace.version, table, notes, workspace.currency
    )


@st.cache_data(show_spinner=False, max_entries=_LISTS_KEPT)
def _scored(path: str, version: int, horizon: int, chosen: str) -> Table:
    """Every active customer's chance and reasons; kept, since each bound is a part of it."""
    workspace = analytics.Workspace(Path(path), number=version)
    if workspace.as_of is None:
        raise NotEnoughDataError("the churn score", "buyers", needed=1, found=0)
    summary = workspace.table("customer_summary")
    return score_list.scored(
        _log(workspace), summary, chosen, as_of=workspace.as_of, horizon=horizon
    )


def people(
    workspace: analytics.Workspace, *, horizon: int, chosen: str, least: float, speech: str
) -> Table:
    """Who is at least so likely to stay away, in words; `speech` is the language they are in."""
    del speech
    table = _scored(str(workspace.path), workspace.version, horizon, chosen)
    found: Table = table[table["chance"] >= least].reset_index(drop=True)
    why = [said(row) for row in found.to_dict("records")]
    columns = ["customer_id", "chance", "why", "at_stake", "last_day", "purchases", "revenue"]
    return found.assign(why=why, chance=found["chance"].round(3))[columns]


def said(row: dict[str, Any]) -> str:
    """Say a customer's reasons, the weightiest first."""
    reasons = [row["reason_1"], row["reason_2"]]
    return " · ".join(_reason(str(fact), row) for fact in reasons if fact) or t("score.why_none")


def _reason(fact: str, row: dict[str, Any]) -> str:
    """Say a fact with the customer's own numbers; the first purchase has no rhythm yet."""
    knows = {"silence": row["rhythm_days"], "activity": row["quiet_days"]}
    suffix = "_unknown" if fact in knows and formats.is_nothing(knows[fact]) else ""
    if fact == "activity" and not suffix and row["quiet_days"] < _QUIET_DAYS:
        suffix = "_little"
    return sentence(f"score.why_{fact}{suffix}").format(
        days=formats.days(row["silent_days"]),
        rhythm=formats.days(row["rhythm_days"]),
        quiet=formats.days(row["quiet_days"]),
        purchases=formats.number(row["purchases"]),
        bought=formats.number(row["bought_90"]),
        seen=formats.number(row["seen_90"]),
    )


def reader() -> dict[str, Any]:
    """Name the reader's language, for questions whose answer holds words."""
    return {"speech": language()}


def of_page(horizon: int) -> Judged:
    """Give the trial of the current workspace, learnt now if nobody has asked before."""
    return data.rows(judged, horizon=horizon)
