"""The versions of the workspace: listed, two of them compared, and the way back."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import analytics
from analytics.store import manifest
from ui import data, disk, downloads, formats, guard, page
from ui.types import Row, Table
from ui.words import name_of, spoken, t

_PARTS = (
    "new_orders",
    "late_refunds",
    "changed_orders",
    "removed_orders",
    "settings",
    "more_days",
)
_SMALLEST_POINT = 0.00005
_MATCHED_AT_ONCE = 1_000_000  # orders of both versions; with more, the reader asks for the reasons
_HEADLINES = ("repurchase_rate_90", "buyers", "valid_orders")


def draw() -> None:
    """List the versions, newest first; compare two; offer to go back one."""
    opened = data.workspace()
    if not opened.version:
        st.caption(t("quality.empty"))
        return
    versions = opened.versions()
    st.dataframe(
        pd.DataFrame([_row(version) for version in versions]),
        hide_index=True,
        key="versions",
        placeholder=formats.NOTHING,
        column_config={
            **{name: t(f"versions.{name}") for name in ("version", "moment", "action", "subject")},
            **{
                name: st.column_config.NumberColumn(t(f"versions.{name}"), format="localized")
                for name in ("lines", "buyers")
            },
        },
    )
    take_back(t("versions.undo"), key="undo")
    disk.draw()
    _comparison(versions)


def _row(version: Any) -> dict[str, Any]:
    made = datetime.fromisoformat(version.created_at) if version.created_at else None
    zone = ZoneInfo(data.workspace().settings.zone)
    return {
        "version": version.number,
        "moment": formats.moment(made and made.astimezone(zone)),
        "action": name_of("action", version.action),
        "subject": version.subject,
        "lines": version.headline.get("lines"),
        "buyers": version.headline.get("buyers"),
    }


def take_back(label: str, *, key: str) -> None:
    """Offer to go back one version, and say what that takes back."""
    with st.popover(label, icon=":material/undo:"):
        newest = manifest.last_change(data.workspace().versions())
        what = f"{name_of('action', newest.action)} {formats.plain(newest.subject)}".strip()
        st.markdown(t("versions.undo_means", version=newest.number, what=what))
        st.button(t("versions.undo_yes"), type="primary", on_click=_undo, args=(what,), key=key)


def _undo(what: str) -> None:
    with guard.shown():
        data.workspace().undo()
        st.toast(t("versions.undone", what=what), icon=":material/undo:")


def compared(workspace: analytics.Workspace, older: int, newer: int, *, reasons: bool) -> Table:
    """Say what changed in each headline figure between two versions."""
    return workspace.compare(older, newer, reasons=reasons)


def _comparison(versions: list[Any]) -> None:
    """Let two versions be chosen and say what changed between them, and why."""
    numbers = [version.number for version in versions]
    st.subheader(t("versions.compare"), anchor=False)
    known = [*numbers, 0]
    left, right, _ = st.columns([2, 2, 6])
    said = spoken(known, lambda number: t("versions.number", n=number) if number else _empty())
    with left:
        older = st.selectbox(
            t("versions.older"), known, index=1, format_func=said, key=f"older_of_{numbers[0]}"
        )
    with right:
        newer = st.selectbox(
            t("versions.newer"), known, format_func=said, key=f"newer_of_{numbers[0]}"
        )
    with guard.shown():
        reasons = _are_quick(versions, older, newer) or st.button(
            t("versions.ask_why"), key=f"why_{older}_{newer}", help=t("versions.ask_why_help")
        )
        table: Table = data.rows(compared, older=older, newer=newer, reasons=reasons)
        st.markdown(_finding(table))
        page.notes(table.attrs.get("notes", []))
        st.dataframe(_spoken(table), hide_index=True, key="comparison", placeholder=formats.NOTHING)
        downloads.table(table, f"versions-{older}-{newer}")


def _are_quick(versions: list[Any], *numbers: int | None) -> bool:
    """Whether the orders of two versions are few enough to be matched without being asked."""
    orders = {version.number: version.headline.get("orders", 0) for version in versions}
    pair = [orders.get(number, 0) for number in numbers]
    return not all(pair) or sum(pair) <= _MATCHED_AT_ONCE


def _empty() -> str:
    return name_of("action", "empty")


def _finding(table: Table) -> str:
    """Say the first headline that changed, and its greatest reason; else that nothing did."""
    rows = table.set_index("figure")
    for figure in _HEADLINES:
        row = rows.loc[figure]
        if _has_moved(figure, row["change"]):
            return t(
                "versions.finding",
                figure=name_of("figure", figure),
                before=_written(figure, row["before"]),
                after=_written(figure, row["after"]),
                why=_why(figure, row) or _no_reason(row),
            )
    return t("versions.same")


def _no_reason(row: Row) -> str:
    return t("versions.no_reason" if _PARTS[0] in row else "versions.not_asked")


def _has_moved(figure: str, change: float) -> bool:
    if formats.is_nothing(change):
        return False
    return abs(change) > (_SMALLEST_POINT if _is_rate(figure) else 0)


def _is_rate(figure: str) -> bool:
    return figure.startswith("repurchase_rate")


def _written(figure: str, value: float) -> str:
    if _is_rate(figure):
        return formats.percent(value)
    if figure == "revenue":
        return formats.money(value, data.workspace().currency)
    return formats.number(value)


def _moved(figure: str, change: float) -> str:
    """Write a change with its sign; that of a rate in points."""
    if not _has_moved(figure, change):
        return formats.NOTHING
    if _is_rate(figure):
        return t("versions.points", points=f"{100 * change:+.2f}")
    sign = "+" if change > 0 else ""
    return f"{sign}{_written(figure, change)}"


def _why(figure: str, row: Row) -> str:
    """Name the reasons, the greatest first, each with what it added."""
    parts = [part for part in _PARTS if part in row and _has_moved(figure, row[part])]
    parts.sort(key=lambda part: -abs(row[part]))
    return t("imports.and").join(
        f"{name_of('version_part', part)} {_moved(figure, row[part])}" for part in parts
    )


def _spoken(table: Table) -> Table:
    """Write the comparison for the reader: a row a figure, its reasons in words."""
    written = [
        {
            t("versions.figure"): name_of("figure", row["figure"]),
            t("versions.before"): _written(row["figure"], row["before"]),
            t("versions.after"): _written(row["figure"], row["after"]),
            t("versions.change"): _moved(row["figure"], row["change"]),
            t("versions.why"): _why(row["figure"], row),
        }
        for _, row in table.iterrows()
    ]
    return pd.DataFrame(written)
