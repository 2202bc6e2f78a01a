"""Tables as the reader reads them: translated heads, percent, money and dates in their own form.

The kind of a column follows from its name (the contract's names are telling); the CSV keeps names
and raw values.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from ui import downloads, formats, page, pictures
from ui.types import Row, Table
from ui.words import name_of, t

_SHARES = {
    *("grr", "nrr", "sbg", "bdw", "projected"),
    *(
        f"{name}_{end}"
        for name in ("renewal", "churn", "trial", "grr", "nrr", "survival")
        for end in ("lower", "upper")
    ),
    "gain",
    "forecast",
    "share_leavers",
    "share_stayers",
    "auc_active",
    "rate",
    "ci_lower",
    "ci_upper",
    "survival",
    "share",
    "chance",
    "chance_away",
    "alive",
}
_MONEY = {
    *(f"mrr_{name}" for name in ("start", "new", "reactivation", "expansion", "contraction")),
    *("mrr_churned", "mrr_end"),
    "lost_revenue",
    "at_stake",
    "revenue",
    "cumulative_revenue",
    "cumulative_revenue_per_customer",
    "revenue_per_customer",
    "monetary_value",
    "value_per_customer",
    "value_from",
    "expected_value",
    "expected_revenue",
    "mean_purchase_revenue",
    "first_revenue",
    "other_revenue",
    "value_lower",
    "value_upper",
    "mean_purchase_value",
    "new_revenue",
    "repeat_revenue",
}
_RATIOS = {"risk_ratio", "ratio_lower", "ratio_upper", "hazard_ratio", "p_value", "q_value"}
_MULTIPLES = {"lift"}
_BOUNDS = {"ci_lower", "ci_upper"}
_DAYS = {"first_day", "last_day"}


def show(
    frame: Table, *, key: str, currency: str = "XXX", height: int | Literal["auto"] = "auto"
) -> None:
    """Draw a table with translated heads."""
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=height,
        placeholder=formats.NOTHING,
        column_config=configuration(frame, currency),
    )


def either(frame: Table, *, key: str) -> None:
    """Draw a table of texts; on a phone its rows as lines, the first column in bold."""
    with page.beyond_phones(f"wide_{key}"):
        show(frame, key=key)
    with page.on_phones(f"narrow_{key}"):
        st.markdown("\n\n".join(_line(row) for row in frame.to_dict("records")))


def _line(row: Mapping[Any, Any]) -> str:
    """Write a row in two lines; of flags only those that are set."""
    (_, first), *rest = row.items()
    parts = [
        name_of("column", name) if value is True else f"{name_of('column', name)} {value}"
        for name, value in rest
        if value is not False
    ]
    return f"**{formats.plain(str(first))}**  \n{formats.plain(formats.dotted(*parts))}"


def below(frame: Table, *, name: str, title: str, currency: str = "XXX") -> None:
    """Draw the folded table that belongs to a figure, with what to take away: CSV and picture."""
    with st.expander(t("table.show"), icon=":material/table:"):
        show(frame, key=f"table_{name}", currency=currency)
        with st.container(horizontal=True):
            downloads.table(frame, name)
            pictures.button(name, title)


def configuration(frame: Table, currency: str) -> dict[str, Any]:
    """Give Streamlit's column settings for every column of the table."""
    settings: dict[str, Any] = {}
    for name in map(str, frame.columns):
        kind = _kind(name, frame[name], are_ratios="hazard_ratio" in frame.columns)
        settings[name] = _COLUMNS[kind](name_of("column", name), currency)
    return settings


_COLUMNS: dict[str, Callable[[str, str], object]] = {
    "ratio": lambda label, _: st.column_config.NumberColumn(label, format="%.3f"),
    "multiple": lambda label, _: st.column_config.NumberColumn(label, format="%.1f×"),
    "share": lambda label, _: st.column_config.NumberColumn(label, format="percent"),
    "money": lambda label, currency: st.column_config.NumberColumn(
        label, format=f"{formats.symbol(currency)}%,.2f"
    ),
    "day": lambda label, _: st.column_config.DateColumn(label, format="YYYY-MM-DD"),
    "flag": lambda label, _: st.column_config.CheckboxColumn(label),
    "number": lambda label, _: st.column_config.NumberColumn(label, format="localized"),
    "text": lambda label, _: st.column_config.TextColumn(label),
}


def _kind(name: str, values: Row, *, are_ratios: bool) -> str:
    named = {
        "ratio": name in _RATIOS or (are_ratios and name in _BOUNDS),
        "multiple": name in _MULTIPLES,
        "share": name in _SHARES or name.endswith(("_rate", "_share", "_chance")),
        "money": name in _MONEY,
        "day": name in _DAYS or pd.api.types.is_datetime64_any_dtype(values),
        "flag": pd.api.types.is_bool_dtype(values),
        "number": pd.api.types.is_numeric_dtype(values),
    }
    return next((kind for kind, is_it in named.items() if is_it), "text")
