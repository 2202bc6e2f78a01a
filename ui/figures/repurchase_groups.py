"""Groups on the Repurchase page: do their curves differ, and by how much?"""

import pandas as pd
import streamlit as st

from analytics.breakdown import UNKNOWN
from analytics.log_rank import LogRank
from analytics.reports import ReportResult
from ui import data, downloads, findings, formats, tables
from ui.figures import groups
from ui.types import Row, Table
from ui.words import t

_CLEAR = 0.05


def compared(by: str, *, step: int, horizon: int) -> ReportResult:
    """Say whether the groups' curves differ, and list each group's share back and quartile days.

    Gives the report of the quartile days.
    """
    quartiles = data.report("repurchase-quartiles", step=step, by=by)
    at_horizon = data.report("repurchase-curve", step=step, by=by, days=(horizon,))
    table: Table = quartiles.table
    st.subheader(t("repurchase.groups", days=horizon), anchor=False)
    st.markdown(_log_rank(table.attrs.get("log_rank")))
    back = {str(row["group"]): row for row in at_horizon.table.to_dict("records")}
    shown = pd.DataFrame([_group(row, back.get(str(row["group"]))) for _, row in table.iterrows()])
    tables.show(shown, key="repurchase-groups")
    downloads.table(table, "repurchase-groups")
    return quartiles


def _group(row: Row, back: Row | None) -> dict[str, str | int]:
    """Write one group's line; a share beyond its follow-up and days never reached are a dash."""
    share, interval = formats.NOTHING, formats.NOTHING
    if back is not None:
        share = formats.percent(1 - back["survival"])
        interval = formats.interval(1 - back["ci_upper"], 1 - back["ci_lower"])
    return {
        "group": known(str(row["group"])),
        "customers": int(row["customers"]),
        "share_back": share,
        "interval": interval,
        "quarter_back": formats.number(row["p25_days"]),
        "half_back": formats.number(row["median_days"]),
        "most_back": formats.number(row["p75_days"]),
    }


def _log_rank(found: LogRank | None) -> str:
    """Say the log-rank test in words: statistic, degrees of freedom, p and what it means."""
    if found is None:
        return ""
    return t(
        "repurchase.groups_differ" if found.p_value < _CLEAR else "repurchase.groups_alike",
        statistic=formats.number(found.statistic, 1),
        degrees=found.degrees,
        p=findings.p_value(found.p_value),
    )


def known(name: str) -> str:
    """Name a group; nothing known of its customers is said in words."""
    return groups.group_name(UNKNOWN if name in {"None", "nan", "<NA>"} else name)
