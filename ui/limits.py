"""What an offer may hold, chosen in a folded corner of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.limits import Limits
from ui import data, formats, offers
from ui.words import t

_ANY = 0


def chosen() -> Limits | None:
    """Let the reader bound what is offered; None where nothing is bounded."""
    items = data.rows(offers.items)
    with st.expander(t("limits.title"), icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            lowest, highest = _prices(items)
            per_category = st.selectbox(
                t("limits.per_category"), (_ANY, 1, 2, 3), format_func=_cap, key="per_category"
            )
        with right:
            kinds = _content_types(items)
        names = dict(
            zip(items["item_id"], items["item_name"].fillna(items["item_id"]), strict=True)
        )
        with left:
            pin = st.multiselect(t("limits.pin"), names, format_func=names.__getitem__, key="pin")
        with right:
            rest = [one for one in names if one not in pin]
            exclude = st.multiselect(
                t("limits.exclude"), rest, format_func=names.__getitem__, key="exclude"
            )
    limits = Limits(
        min_price=lowest,
        max_price=highest,
        per_category=per_category or None,
        content_types=tuple(kinds),
        exclude=tuple(exclude),
        pin=tuple(pin),
    )
    if limits == Limits():
        return None
    st.caption(t("limits.said", limits=said(limits, names)))
    return limits


def said(limits: Limits, names: Mapping[str, str]) -> str:
    """Say the limits in a line, so that a folded corner does not hide them."""
    currency = data.workspace().currency
    low, high, most = limits.min_price, limits.max_price, limits.per_category
    return formats.dotted(
        t("limits.said_from", price=formats.money(low, currency)) if low is not None else "",
        t("limits.said_to", price=formats.money(high, currency)) if high is not None else "",
        t("limits.said_cap", n=most) if most is not None else "",
        _listed("limits.said_types", "types", limits.content_types),
        _listed("limits.said_pin", "items", [names.get(one, one) for one in limits.pin]),
        _listed("limits.said_exclude", "items", [names.get(one, one) for one in limits.exclude]),
    )


def _listed(key: str, name: str, parts: Sequence[str]) -> str:
    return t(key, **{name: formats.plain(", ".join(parts))}) if parts else ""


def _prices(items: pd.DataFrame) -> tuple[float | None, float | None]:
    """Ask for a range of prices, where at least two are known."""
    known = sorted(set(items["price"].dropna().astype(float)))
    if len(known) < 2:  # noqa: PLR2004 - a range has two ends
        return None, None
    low, high = st.select_slider(
        t("limits.price", currency=formats.symbol(data.workspace().currency)),
        known,
        value=(known[0], known[-1]),
        format_func=formats.number,
        key="price_range",
    )
    return (low if low > known[0] else None), (high if high < known[-1] else None)


def _content_types(items: pd.DataFrame) -> list[str]:
    known = sorted(set(items["content_type"].dropna()))
    if len(known) < 2:  # noqa: PLR2004 - one type leaves no choice
        return []
    return st.multiselect(t("limits.content_types"), known, key="content_types")


def _cap(most: Any) -> str:
    return t("limits.any_number") if most == _ANY else formats.number(most)
