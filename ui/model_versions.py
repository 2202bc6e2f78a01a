"""Two trained versions side by side, and the lists of all customers to take away."""

from functools import partial
from typing import Any

import streamlit as st

from recsys.answers import compared
from recsys.training import SavedModel
from ui import data, downloads, formats, offers, page, serving, tables, training
from ui.words import name_of, t

_MOST_CUSTOMERS = 200_000  # whose lists a page makes while the reader waits
_SHOWN = ("recall", "ndcg", "hit_rate", "coverage", "novelty")


def compare(found: list[SavedModel]) -> None:
    """Let the reader set the metrics of two trained versions side by side."""
    if len(found) < 2:  # noqa: PLR2004 - it takes two
        return
    st.subheader(t("training.compare"), anchor=False)
    labels = {f"{one.name}/{one.version}": training.label(one) for one in found}
    left, right = st.columns(2)
    one = left.selectbox(
        t("training.one"), list(labels), index=1, format_func=labels.__getitem__, key="compare_one"
    )
    other = right.selectbox(
        t("training.other"), list(labels), format_func=labels.__getitem__, key="compare_other"
    )
    table = compared(data.workspace(), str(one), str(other))
    page.notes(table.attrs["notes"])
    shown: Any = table[table["metric"].isin(_SHOWN)]
    shown = shown.sort_values("k", kind="stable")
    named = [name_of("compared_metric", name) for name in shown["metric"]]
    tables.show(shown.assign(metric=named), key="compared_versions")


def all_lists(served: SavedModel | None, model: str, k: int) -> None:
    """Offer the lists of all customers as one file, or say how a large shop gets it."""
    if served is None:
        return
    customers = data.workspace().count("customer_summary")
    st.subheader(t("training.all_lists"), anchor=False)
    st.caption(t("training.all_lists_caption", k=k, n=formats.number(customers)))
    if customers > _MOST_CUSTOMERS:
        st.code(f"huitou recommend --all --top {k} --out lists.parquet", language="shell")
        return
    opened = data.workspace()
    st.download_button(
        t("training.all_lists_button"),
        partial(offers.all_lists, opened, model=serving.key(served), k=k),
        file_name=downloads.file_name("lists", "parquet"),
        mime="application/vnd.apache.parquet",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key=f"download_all_{model}",
    )
