"""Step 3 on the page: what the last import brought, what it left out, and where to read on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from ui import cards, data, downloads, findings, formats, jobs, navigation, versions
from ui.importing import failures, running
from ui.words import name_of, t

Report = dict[str, Any]
_HORIZON = 90
_IN_A_ROW, _COUNTED = 4, 3  # cards in a row; those before the money: rows, orders, customers


def draw(*, is_news: bool) -> None:
    """Draw what the newest import brought: in full while it is news, folded once files wait."""
    reports = running.reports()
    if not reports or data.workspace().is_sample or jobs.is_running(failures.KIND):
        return
    if running.is_news() is not is_news:
        return
    title = t("imports.step_result", file=_names(reports))
    if is_news:
        st.subheader(title, anchor=False)
        _brought(reports)
    else:
        with st.expander(title, icon=":material/check_circle:"):
            _brought(reports)


def _names(reports: list[Report]) -> str:
    if len(reports) == 1:
        return reports[0]["file"]
    return t("imports.n_files", n=len(reports))


def _brought(reports: list[Report]) -> None:
    st.markdown(_headline(reports))
    with st.container(horizontal=True):
        navigation.link("overview", t("imports.go_on"), icon=":material/arrow_forward:")
        if running.is_news() and reports[0]["version"] == data.workspace().version:
            versions.take_back(t("imports.take_back"), key="undo_import")
    kpis = list(_kpis(reports))
    rows = [kpis] if len(kpis) <= _IN_A_ROW else [kpis[:_COUNTED], *_by_rows(kpis[_COUNTED:])]
    for row in rows:
        cards.row(row)
    _left_out()
    for report in reports:
        _rejects(report)
    _to_know(reports)


def _by_rows(kpis: list[cards.Kpi]) -> list[list[cards.Kpi]]:
    return [kpis[start : start + _IN_A_ROW] for start in range(0, len(kpis), _IN_A_ROW)]


def _headline(reports: list[Report]) -> str:
    """Say in a sentence what came in, in a second what it means for coming back."""
    came = t("imports.and").join(_counts(reports))
    return findings.joined(t("imports.came_in", what=came), _repurchase())


def _counts(reports: list[Report]) -> list[str]:
    loaded: dict[str, int] = {}
    for report in reports:
        loaded[report["table"]] = loaded.get(report["table"], 0) + report["rows_loaded"]
    return [t(f"imports.n_{table}", n=formats.number(rows)) for table, rows in loaded.items()]


def _repurchase() -> str:
    if not data.workspace().count("purchases"):
        return t("imports.no_purchases")
    rates = data.report("repurchase-rate").table
    row = findings.rate_row(rates, horizon_days=_HORIZON, scope="any")
    if row is None:
        return t("imports.too_young", days=_HORIZON)
    return t(
        "imports.come_back",
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        days=_HORIZON,
    )


def _kpis(reports: list[Report]) -> Iterator[cards.Kpi]:
    loaded, rejected = (
        sum(report[name] for report in reports) for name in ("rows_loaded", "rows_rejected")
    )
    read = sum(report["rows_read"] for report in reports)
    yield cards.Kpi(
        t("imports.rows"),
        formats.number(loaded),
        t("imports.rows_grey", read=formats.number(read), rejected=formats.number(rejected)),
    )
    sold = [report for report in reports if report["orders"] is not None]
    if not sold:
        return
    orders, valid = (sum(report[name] for report in sold) for name in ("orders", "valid_orders"))
    known = sum((report.get("replaced") or {}).get("orders", 0) for report in sold)
    grey = formats.dotted(
        t("imports.orders_grey", valid=formats.number(valid)),
        t("imports.orders_known", n=formats.number(known)) if known else "",
    )
    yield cards.Kpi(t("imports.orders"), formats.number(orders), grey)
    yield cards.Kpi(t("imports.customers"), formats.number(_customers(sold)), _span(sold))
    yield from _money(sold)


def _customers(sold: list[Report]) -> int | None:
    """Customers of one file; those of several can't be added, since they may be the same."""
    return sold[0]["customers"] if len(sold) == 1 else data.workspace().count("customer_summary")


def _span(sold: list[Report]) -> str:
    moments = (report[end] for report in sold for end in ("first_at", "last_at"))
    days = [date.fromisoformat(moment[:10]) for moment in moments if moment]
    if not days:
        return ""
    return t("imports.span", first=formats.day(min(days)), last=formats.day(max(days)))


def _money(sold: list[Report]) -> Iterator[cards.Kpi]:
    """Revenue by currency, never summed across them."""
    currencies = sorted({code for report in sold for code in report["revenue"]})
    for currency in currencies:
        net, back = (
            sum(report[name].get(currency, 0) for report in sold)
            for name in ("revenue", "refunded")
        )
        grey = t("imports.refunded", amount=formats.money(back, currency))
        of = f" ({name_of('currency', currency)})" if len(currencies) > 1 else ""
        yield cards.Kpi(t("imports.revenue") + of, formats.money(net, currency), grey)


def _to_know(reports: list[Report]) -> None:
    """List what is to be known of each file, folded where there are several."""
    said = {report["file"]: running.warnings(report) for report in reports}
    n = sum(map(len, said.values()))
    if not n:
        return
    is_alone = len(reports) == 1
    with st.expander(t("imports.to_know", n=n), icon=":material/info:", expanded=is_alone):
        for file, sentences in said.items():
            if sentences:
                head = "" if is_alone else f"**{formats.plain(file)}**\n\n"
                st.markdown(head + "\n".join(f"- {formats.plain(one)}" for one in sentences))


def _left_out() -> None:
    """Name the files of the batch that did not come in; their rows say why."""
    files = running.left_out()
    if files:
        named = t("imports.and").join(map(formats.plain, files))
        st.warning(t("imports.left_out", n=len(files), files=named), icon=":material/block:")


def _rejects(report: Report) -> None:
    """Say why rows of a file were left out, and offer them."""
    if not report["rows_rejected"]:
        return
    reasons = [
        t("imports.reason_rows", reason=name_of("reason", reason), n=formats.number(n))
        for reason, n in report["rejected"].items()
    ]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "imports.rejected",
                n=formats.number(report["rows_rejected"]),
                file=formats.plain(report["file"]),
                reasons=t("imports.and").join(reasons),
            )
        )
        path = Path(report["rejects_file"])
        if path.exists():
            downloads.file(path, label=t("imports.rejects_download"))
