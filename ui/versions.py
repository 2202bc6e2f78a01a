"""What the workspace holds and how it counts: quality waterfall, versions with undo, settings."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from analytics.settings import ValidOrderRule
from analytics.store.workspace import rename
from ui import data, formats, guard
from ui.charts import bars, frame
from ui.words import name_of, spoken, t

_WEEKDAYS = (0, 6, 5)
_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD")
_RULES = ("amount>0", "amount>=0")


def waterfall() -> None:
    """Draw how many lines, orders and customers are left after each step."""
    opened = data.workspace()
    if not opened.version:
        st.caption(t("quality.empty"))
        return
    table = opened.waterfall()
    labels = [name_of("step", step) for step in table["step"]]
    counts = table["count"].tolist()
    frame.show(
        bars.lying(
            labels,
            counts,
            texts=[formats.number(count) for count in counts],
            hover=[
                f"{label}<br>{formats.number(count)}"
                for label, count in zip(labels, counts, strict=True)
            ],
            is_share=False,
        ),
        key="quality-waterfall",
        title=t("quality.title"),
        caption=t(
            "quality.caption", rule=opened.settings.valid_rule, as_of=formats.day(opened.as_of)
        ),
        table=table,
    )


def history() -> None:
    """List the versions, newest first, and offer to go back one."""
    opened = data.workspace()
    if not opened.version:
        st.caption(t("quality.empty"))
        return
    st.dataframe(
        pd.DataFrame([_row(version) for version in opened.versions()]),
        hide_index=True,
        key="versions",
        column_config={
            name: t(f"versions.{name}")
            for name in ("version", "moment", "action", "subject", "lines", "buyers")
        },
    )
    st.button(
        t("versions.undo"),
        icon=":material/undo:",
        on_click=_undo,
        key="undo",
    )


def _row(version: Any) -> dict[str, Any]:
    made = datetime.fromisoformat(version.created_at) if version.created_at else None
    return {
        "version": version.number,
        "moment": formats.moment(made),
        "action": name_of("action", version.action),
        "subject": version.subject,
        "lines": version.headline.get("lines"),
        "buyers": version.headline.get("buyers"),
    }


def _undo() -> None:
    with guard.shown():
        data.workspace().undo()


def settings() -> None:
    """Draw what the workspace counts by; a change makes a new version."""
    now = data.workspace().settings
    zones = sorted(available_timezones())
    with st.form("settings", border=False):
        st.text_input(t("settings.name"), data.workspace().name, key="set_name")
        left, right = st.columns(2)
        with left:
            rules = list(dict.fromkeys([now.valid_rule, *_RULES]))
            st.selectbox(
                t("settings.valid_rule"),
                rules,
                format_func=spoken(rules, lambda rule: name_of("valid_rule", rule)),
                accept_new_options=True,
                key="set_valid_rule",
                help=t("settings.valid_rule_help"),
            )
            st.selectbox(
                t("settings.timezone"), zones, index=zones.index(now.zone), key="set_timezone"
            )
        with right:
            st.selectbox(
                t("settings.first_weekday"),
                _WEEKDAYS,
                index=_WEEKDAYS.index(now.first_weekday) if now.first_weekday in _WEEKDAYS else 0,
                format_func=spoken(_WEEKDAYS, lambda day: t(f"weekday.day_{day}")),
                key="set_first_weekday",
            )
            _currency(now.currency)
        st.date_input(
            t("settings.as_of"), now.as_of, key="set_as_of", help=t("settings.as_of_help")
        )
        st.form_submit_button(t("settings.save"), type="primary", on_click=_save)


def _currency(current: str | None) -> None:
    options = list(dict.fromkeys(["", *([current] if current else []), *_CURRENCIES]))
    st.selectbox(
        t("settings.currency"),
        options,
        index=options.index(current or ""),
        format_func=spoken(options, lambda code: code or t("settings.most_orders")),
        key="set_currency",
    )


def _save() -> None:
    chosen = {
        name: st.session_state[f"set_{name}"]
        for name in ("valid_rule", "timezone", "first_weekday", "currency", "as_of")
    }
    opened = data.workspace()
    name = st.session_state["set_name"].strip()
    if name and name != opened.name:
        rename(opened.path, name, is_sample=opened.is_sample)
    if opened.settings.timezone is None and chosen["timezone"] == opened.zone:
        del chosen["timezone"]
    with guard.shown(), st.spinner(t("settings.saving")):
        rule = str(ValidOrderRule.parse(chosen.pop("valid_rule")))
        currency = chosen.pop("currency") or None
        opened.change_settings(valid_rule=rule, currency=currency, **chosen)
