"""Step 2 on the page: how one file is read, what is open about it, its first rows as stored."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from analytics import schema
from analytics.errors import (
    AmbiguousMappingError,
    HuitouError,
    MissingColumnsError,
    NoCustomersError,
)
from analytics.intake import Understanding
from analytics.settings import UNKNOWN_CURRENCY
from ui import formats, guard, theme
from ui.importing import asking, columns, corrections, running, waiting
from ui.importing.waiting import Look
from ui.types import Table
from ui.words import name_of, say, say_error, spoken, t

_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "windows-1252")
_DELIMITERS = (",", ";", "\t", "|", " ")
_MARKS = (".", ",")
_DATE_ORDERS = ("year-first", "day-first", "month-first")
_LAST_HEADER_LINE = 40
_PREVIEW_HEIGHT, _WIDE = 300, 150
_NAMES = ("customer_id", "item_id", "item_name", "order_id")  # not cut off
_SPOKEN = (("fault_reason", "reason"), ("status", "status"), ("currency", "currency"))
_FIRST = (
    *("source_row", "fault_reason", "customer_id", "ordered_at", "occurred_at", "started_at"),
    *("event", "item_id", "item_name", "category", "amount", "rating", "currency", "status"),
)


def draw(seen: Look | None) -> None:
    """Draw the second step for this file, every guess of the intake open to correction."""
    if seen is None:
        return
    st.subheader(t("imports.step_understanding", file=seen.path.name), anchor=False)
    if seen.failure:
        st.error(formats.plain(seen.failure), icon=":material/error:")
    if seen.error:
        _not_understood(seen, seen.error)
    elif seen.found:
        _understood(seen, seen.found)
    if seen.known or corrections.of(seen.path):
        st.button(
            t("imports.start_anew"),
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=partial(corrections.start_anew, seen.path),
        )


def _not_understood(seen: Look, error: HuitouError) -> None:
    """Say what stands in the way; ask for the columns where the reader can tell them."""
    fields = _lacking(error)
    if isinstance(error, NoCustomersError) or not fields:
        guard.tell(error)
    else:
        st.warning(say_error(error), icon=":material/help:")
    if not fields:
        _shape(seen, None)
        return
    _table_choice(seen, seen.decided.table, "")
    columns.choose_among(seen, fields)
    with st.expander(t("imports.other_shape"), icon=":material/tune:"):
        _shape(seen, None, has_table=False)


def _lacking(error: HuitouError) -> list[str]:
    """List the fields whose columns only the reader can tell."""
    if isinstance(error, MissingColumnsError):
        return list(error.fields)
    if isinstance(error, AmbiguousMappingError):
        return [error.field]
    return ["customer_id"] if isinstance(error, NoCustomersError) else []


def _understood(seen: Look, found: Understanding) -> None:
    title = name_of("platform", found.platform)
    st.markdown(t("imports.platform", title=title, reason=say(found.platform_reason)))
    if seen.known:
        file = formats.plain(seen.known.file)
        st.caption(f":material/history: {t('imports.remembered', file=file)}")
    asking.draw(seen, found)
    _notes(found)
    _preview(seen)
    st.button(
        t("imports.start"),
        type="primary",
        icon=":material/login:",
        on_click=partial(running.start, [seen.path], confirms=bool(seen.asked)),
        key="start_import",
    )
    with st.expander(t("imports.mapping"), icon=":material/table_rows:", expanded=bool(seen.asked)):
        columns.mapping(seen, found)
    with st.expander(_shape_in_short(found), icon=":material/tune:"):
        _shape(seen, found)


def _notes(found: Understanding) -> None:
    """Say what the intake noticed and does not ask about, one line each."""
    asked = {"close_call", "date_order_doubtful"}
    said = [say(note) for note in found.warnings if note.key not in asked]
    if said:
        st.caption("  \n".join(f":material/info: {sentence}" for sentence in said))


def _preview(seen: Look) -> None:
    st.markdown(f"**{t('imports.preview')}**")
    with guard.shown():
        rows = _spoken(waiting.preview(seen))
        st.dataframe(
            _marked(rows),
            hide_index=True,
            height=min(_PREVIEW_HEIGHT, 38 + 35 * max(len(rows), 1)),
            column_config={name_of("field", name): {"width": _WIDE} for name in _NAMES},
            key="preview",
        )


def _spoken(rows: Table) -> Table:
    """Name columns and statuses for the reader, what matters most on the left."""
    order = [*(name for name in _FIRST if name in rows), *(n for n in rows if n not in _FIRST)]
    said: Table = rows[[name for name in order if name != "is_weak" or rows[name].any()]]
    for name, section in _SPOKEN:
        if name in said:
            said = said.assign(
                **{name: [name_of(section, one) if one else "" for one in said[name].fillna("")]}
            )
    return said.rename(columns=lambda name: name_of("field", str(name)))


def _marked(rows: Table) -> Any:
    """Colour the rows that would be left out."""
    reason = name_of("field", "fault_reason")
    if reason not in rows:
        return rows
    loss = theme.faded(theme.colors().loss, 0.18)
    return rows.style.apply(
        lambda row: [f"background-color: {loss}" if row[reason] else ""] * len(row), axis="columns"
    )


def _shape_in_short(found: Understanding) -> str:
    """Say in a line how the file is read; what is folded below it changes each part."""
    parts = [
        name_of("encoding", found.encoding) if found.encoding else "",
        name_of("delimiter", _sign(found.delimiter)) if found.delimiter else "",
        t("imports.header_in", line=found.header_line) if found.header_line else "",
        found.timezone,
        "" if "currency" in found.mapping else name_of("currency", found.currency),
    ]
    return t("imports.shape", shape=formats.dotted(*parts))


def _shape(seen: Look, found: Understanding | None, *, has_table: bool = True) -> None:
    """Draw how the file is read, one control a finding, its reason in its help."""
    now = seen.decided.settings
    cells = st.columns(4)
    if has_table:
        with cells[0]:
            reason = say(found.table_reason) if found else ""
            _table_choice(seen, found.table if found else None, reason)
    with cells[1]:
        encoding = found.encoding if found else now.get("encoding")
        _setting(
            seen, "encoding", _ENCODINGS, encoding, say(found.encoding_reason) if found else ""
        )
    with cells[2]:
        delimiter = found.delimiter if found else now.get("delimiter")
        _setting(seen, "delimiter", _DELIMITERS, delimiter)
    with cells[3]:
        line = found.header_line if found else now.get("header_line")
        _setting(seen, "header_line", range(_LAST_HEADER_LINE + 1), line)
    cells = st.columns(4)
    with cells[0]:
        zone = found.timezone if found else now.get("timezone")
        _setting(seen, "timezone", sorted(available_timezones()), zone)
    with cells[1]:
        currency = found.currency if found else now.get("currency")
        _setting(seen, "currency", (*formats.CURRENCIES, UNKNOWN_CURRENCY), currency)
    with cells[2]:
        _setting(seen, "date_order", _DATE_ORDERS, now.get("date_order"))
    with cells[3]:
        if found and found.sheets:
            _setting(
                seen,
                "sheet",
                found.sheets,
                now.get("sheet") or found.sheets[0],
            )
        else:
            _setting(seen, "decimal", _MARKS, now.get("decimal"))


def _table_choice(seen: Look, current: str | None, reason: str) -> None:
    tables = list(schema.CANONICAL)
    key = f"choose:{seen.path.name}:table:{current}"
    st.selectbox(
        t("imports.table"),
        tables,
        index=tables.index(current) if current else None,
        format_func=spoken(tables, lambda name: name_of("table_kind", name)),
        placeholder=t("imports.choose"),
        key=key,
        on_change=lambda: waiting.decide(seen, "table", st.session_state[key], shown=current),
        help=reason or None,
    )


def _setting(
    seen: Look, name: str, usual: Iterable[Any], current: object, reason: str = ""
) -> None:
    options = list(dict.fromkeys([*([current] if current is not None else []), *usual]))
    key = f"choose:{seen.path.name}:{name}:{current}"
    st.selectbox(
        t(f"imports.{name}"),
        options,
        index=options.index(current) if current is not None else None,
        format_func=spoken(options, lambda value: name_of(name, _sign(value))),
        placeholder=t("imports.found_by_itself"),
        key=key,
        on_change=lambda: waiting.decide(
            seen, "settings", st.session_state[key], name, shown=current
        ),
        help=reason or None,
    )


def _sign(value: object) -> str:
    names = {
        ",": "comma",
        ";": "semicolon",
        "\t": "tab",
        "|": "bar",
        " ": "blanks",
        0: "none",
        ".": "point",
    }
    return names.get(value, str(value))  # type: ignore[call-overload]
