"""What the workspace counts by: name, zone, currency, which orders count, weeks, as-of."""

from zoneinfo import available_timezones

import streamlit as st

from analytics.settings import ValidOrderRule
from analytics.store.workspace import rename
from ui import data, formats, guard
from ui.words import name_of, spoken, t

_WEEKDAYS = (0, 6, 5)
_RULES = ("amount>0", "amount>=0")


def draw() -> None:
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
    options = list(dict.fromkeys(["", *([current] if current else []), *formats.CURRENCIES]))
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
