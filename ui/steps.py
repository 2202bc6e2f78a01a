"""The three steps of an import on the page: the files, how each is understood, what came of it."""

from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from analytics import schema
from analytics.errors import AmbiguousMappingError, HuitouError, MissingColumnsError
from analytics.intake import Proposal, Understanding, mappable_fields
from ui import cards, downloads, formats, guard, imports, jobs, uploads
from ui.words import name_of, say, spoken, t

_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "windows-1252")
_DELIMITERS = (",", ";", "\t", "|", " ")
_DATE_ORDERS = ("year-first", "day-first", "month-first")
_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD", "XXX")
_PREVIEW_HEIGHT = 300


def files() -> Path | None:
    """Draw the first step: drop files; gives the one to look at."""
    st.subheader(t("imports.step_files"), anchor=False)
    uploads.dropzone(imports.folder())
    found = imports.waiting()
    if not found or jobs.is_running(imports.KIND):
        return None
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    names = {path.name: path for path in found}
    with left:
        chosen = st.radio(
            t("imports.waiting"),
            list(names),
            key="waiting_file",
            captions=[formats.size(path.stat().st_size) for path in found],
        )
    path = names[chosen or found[0].name]
    with right:
        st.button(t("imports.discard"), on_click=partial(imports.discard, path), width="stretch")
    return path


def understanding(path: Path | None) -> None:
    """Draw the second step: what the intake makes of the file, every guess open to correction."""
    if path is None:
        return
    st.subheader(t("imports.step_understanding", file=path.name), anchor=False)
    try:
        with st.spinner(t("imports.looking")):
            found = imports.understand(path)
    except (MissingColumnsError, AmbiguousMappingError) as error:
        guard.tell(error)
        _table_choice(path, imports.corrections(path).table, "")
        _choose_among(path, error)
    except HuitouError as error:
        guard.tell(error)
        _reading(path, None)
    else:
        _understood(path, found)


def _understood(path: Path, found: Understanding) -> None:
    title = name_of("platform", found.platform)
    st.markdown(t("imports.platform", title=title, reason=say(found.platform_reason)))
    _reading(path, found)
    for note in found.warnings:
        st.warning(say(note), icon=":material/info:")
    _mapping(path, found)
    st.markdown(f"**{t('imports.preview')}**")
    with guard.shown():
        st.dataframe(
            imports.preview(path).rename(columns=lambda name: name_of("field", name)),
            hide_index=True,
            height=_PREVIEW_HEIGHT,
            key="preview",
        )
    st.button(
        t("imports.start"),
        type="primary",
        icon=":material/login:",
        on_click=partial(imports.start, path),
        key="start_import",
    )


def _reading(path: Path, found: Understanding | None) -> None:
    """Draw how the file is read, one control a finding, its reason below."""
    now = imports.corrections(path).settings
    columns = st.columns(4)
    with columns[0]:
        _table_choice(
            path, found.table if found else None, say(found.table_reason) if found else ""
        )
    with columns[1]:
        encoding = found.encoding if found else now.get("encoding")
        reason = say(found.encoding_reason) if found else ""
        _setting(path, "encoding", _ENCODINGS, encoding, reason)
    with columns[2]:
        _setting(path, "delimiter", _DELIMITERS, found.delimiter if found else now.get("delimiter"))
    with columns[3]:
        _setting(path, "header_line", range(41), found.header_line if found else None)
    columns = st.columns(4)
    with columns[0]:
        _setting(path, "timezone", sorted(available_timezones()), found.timezone if found else None)
    with columns[1]:
        _setting(path, "currency", _CURRENCIES, found.currency if found else None)
    with columns[2]:
        _setting(path, "date_order", _DATE_ORDERS, now.get("date_order"))


def _table_choice(path: Path, current: str | None, reason: str) -> None:
    tables = list(schema.CANONICAL)
    key = f"choose:{path.name}:table:{current}"
    st.selectbox(
        t("imports.table"),
        tables,
        index=tables.index(current) if current else None,
        format_func=spoken(tables, lambda name: name_of("table_kind", name)),
        key=key,
        on_change=lambda: imports.correct(path, "table", st.session_state[key]),
        help=reason or None,
    )


def _setting(path: Path, name: str, usual: object, current: object, reason: str = "") -> None:
    options = list(dict.fromkeys([*([current] if current is not None else []), *usual]))  # type: ignore[misc]
    key = f"choose:{path.name}:{name}:{current}"
    st.selectbox(
        t(f"imports.{name}"),
        options,
        index=options.index(current) if current is not None else None,
        format_func=spoken(options, lambda value: name_of(name, _sign(value))),
        placeholder=t("imports.found_by_itself"),
        key=key,
        on_change=lambda: imports.correct(path, "settings", st.session_state[key], name),
        help=reason or None,
    )


def _sign(value: object) -> str:
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks", 0: "none"}
    return names.get(value, str(value))  # type: ignore[call-overload]


def _mapping(path: Path, found: Understanding) -> None:
    """Draw a row a field: its column, why, and the first values; empty fields are folded away."""
    st.markdown(f"**{t('imports.mapping')}**")
    required = set(schema.required_fields(found.table))
    fields = list(mappable_fields(found.table))
    shown = [name for name in fields if name in found.mapping or name in required]
    for name in shown:
        _field(path, found, name, is_required=name in required)
    with st.expander(t("imports.more_fields"), icon=":material/more_horiz:"):
        for name in fields:
            if name not in shown:
                _field(path, found, name, is_required=False)


def _field(path: Path, found: Understanding, name: str, *, is_required: bool) -> None:
    left, middle, right = st.columns([2, 3, 5], vertical_alignment="center")
    left.markdown(name_of("field", name) + (" \\*" if is_required else ""))
    current = found.mapping.get(name)
    with middle:
        _column_choice(path, name, [column.name for column in found.columns], current)
    right.caption(_why(found, name, current))


def _column_choice(path: Path, name: str, columns: list[str], current: str | None) -> None:
    key = f"choose:{path.name}:map:{name}:{current}"
    st.selectbox(
        name_of("field", name),
        columns,
        index=columns.index(current) if current else None,
        placeholder=t("imports.not_in_file"),
        label_visibility="collapsed",
        key=key,
        on_change=lambda: imports.correct(path, "mapping", st.session_state[key] or "", name),
    )


def _why(found: Understanding, name: str, column: str | None) -> str:
    if column is None:
        return ""
    values = next(one.samples for one in found.columns if one.name == column)
    examples = t("imports.examples", values=" · ".join(values[:3]))
    proposal = next(
        (one for one in found.proposals if (one.field, one.column) == (name, column)), None
    )
    return (
        f"{_reason(proposal)}  \n{examples}"
        if proposal
        else f"{t('imports.you_chose')}  \n{examples}"
    )


def _reason(proposal: Proposal) -> str:
    sure = formats.percent(proposal.confidence, 0)
    return t("imports.reason", sure=sure, reason=say(proposal.reason))


def _choose_among(path: Path, error: MissingColumnsError | AmbiguousMappingError) -> None:
    names = error.fields if isinstance(error, MissingColumnsError) else [error.field]
    for name in names:
        left, middle = st.columns([2, 8], vertical_alignment="center")
        left.markdown(f"{name_of('field', name)} \\*")
        with middle:
            _column_choice(path, name, error.columns, None)


def result(path: Path | None) -> None:
    """Draw the third step: the running import, or the report of the newest one.

    While another file waits the report is folded.
    """
    with guard.shown():
        jobs.show(imports.KIND)
    report = imports.report()
    if report is None or jobs.is_running(imports.KIND):
        return
    title = t("imports.step_result", file=report["file"])
    if path is None:
        st.subheader(title, anchor=False)
        _report(report)
    else:
        with st.expander(title):
            _report(report)


def _report(report: dict[str, Any]) -> None:
    cards.row(_kpis(report))
    for warning in imports.warnings(report):
        st.warning(warning, icon=":material/info:")
    _rejects(report)


def _kpis(report: dict[str, Any]) -> list[cards.Kpi]:
    loaded = t(
        "imports.rows_grey",
        read=formats.number(report["rows_read"]),
        rejected=formats.number(report["rows_rejected"]),
    )
    kind = name_of("table_kind", str(report["table"]))
    shown = [
        cards.Kpi(t("imports.rows", table=kind), formats.number(report["rows_loaded"]), loaded)
    ]
    if report["orders"] is not None:
        valid = t("imports.orders_grey", valid=formats.number(report["valid_orders"]))
        shown.append(cards.Kpi(t("imports.orders"), formats.number(report["orders"]), valid))
    if report["customers"] is not None:
        span = t("imports.span", first=_day(report["first_at"]), last=_day(report["last_at"]))
        shown.append(cards.Kpi(t("imports.customers"), formats.number(report["customers"]), span))
    for currency, amount in report["revenue"].items():
        back = formats.money(report["refunded"].get(currency, 0), currency)
        value = formats.money(amount, currency)
        shown.append(cards.Kpi(t("imports.revenue"), value, t("imports.refunded", amount=back)))
    return shown


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else formats.NOTHING


def _rejects(report: dict[str, Any]) -> None:
    if not report["rows_rejected"]:
        return
    st.markdown(f"**{t('imports.rejected')}**")
    for reason, n in report["rejected"].items():
        st.markdown(f"- {name_of('reason', reason)}: {formats.number(n)}")
    downloads.file(Path(report["rejects_file"]), label=t("imports.rejects_download"))
