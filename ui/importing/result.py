"""Step 3 on the page: what the last import brought, what it left out, and where to read on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit as st

from ui import cards, data, downloads, findings, formats, jobs, navigation
from ui.importing import running
from ui.words import name_of, t

Report = dict[str, Any]
_HORIZON = 90


def draw(*, is_folded: bool) -> None:
    """Draw what the newest import brought; folded while files wait."""
    reports = running.reports()
    if not reports or data.workspace().is_sample or jobs.is_running(running.KIND):
        return
    title = t("imports.step_result", file=_names(reports))
    if is_folded:
        with st.expander(title, icon=":material/check_circle:"):
            _brought(reports)
    else:
        st.subheader(title, anchor=False)
        _brought(reports)


def _names(reports: list[Report]) -> str:
    if len(reports) == 1:
        return reports[0]["file"]
    return t("imports.n_files", n=len(reports))


def _brought(reports: list[Report]) -> None:
    st.markdown(_headline(reports))
    with st.container(horizontal=True):
        navigation.link("overview", t("imports.go_on"), icon=":material/arrow_forward:")
    cards.row(list(_kpis(reports)))
    for report in reports:
        _one(report, is_alone=len(reports) == 1)


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
    grey = t("imports.orders_grey", valid=formats.number(valid))
    yield cards.Kpi(t("imports.orders"), formats.number(orders), grey)
    yield cards.Kpi(t("imports.customers"), formats.number(_customers(sold)), _span(sold))
    yield from _money(sold)


def _customers(sold: list[Report]) -> int | None:
    """Customers of one file; those of several can't be added, since they may be the same."""
    return sold[0]["customers"] if len(sold) == 1 else data.workspace().count("customer_summary")


def _span(sold: list[Report]) -> str:
    days = [str(report[end])[:10] for report in sold for end in ("first_at", "last_at")]
    known = [day for day in days if day != "None"]
    return t("imports.span", first=min(known), last=max(known)) if known else ""


def _money(sold: list[Report]) -> Iterator[cards.Kpi]:
    """Revenue by currency, never summed across them."""
    for currency in sorted({code for report in sold for code in report["revenue"]}):
        net, back = (
            sum(report[name].get(currency, 0) for report in sold)
            for name in ("revenue", "refunded")
        )
        grey = t("imports.refunded", amount=formats.money(back, currency))
        yield cards.Kpi(t("imports.revenue"), formats.money(net, currency), grey)


def _one(report: Report, *, is_alone: bool) -> None:
    """Draw what is to be known of one file: warnings, and rows that were left out."""
    said = running.warnings(report)
    if not said and not report["rows_rejected"]:
        return
    label = t("imports.to_know", file=formats.plain(report["file"]), n=len(said))
    with st.expander(label, icon=":material/info:", expanded=is_alone):
        if said:
            st.markdown("\n".join(f"- {formats.plain(sentence)}" for sentence in said))
        _rejects(report)


def _rejects(report: Report) -> None:
    if not report["rows_rejected"]:
        return
    st.markdown(f"**{t('imports.rejected', n=formats.number(report['rows_rejected']))}**")
    for reason, n in report["rejected"].items():
        st.markdown(f"- {name_of('reason', reason)}: {formats.number(n)}")
    path = Path(report["rejects_file"])
    if path.exists():
        downloads.file(path, label=t("imports.rejects_download"))
