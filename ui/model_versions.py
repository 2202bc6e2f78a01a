"""Two trained versions side by side, how one learnt, and all lists to take away."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from recsys.answers import compared, losses
from recsys.training import SavedModel
from ui import data, downloads, formats, offers, page, serving, tables, training
from ui.charts import curves, frame
from ui.types import Table
from ui.words import name_of, t

_MOST_CUSTOMERS = 200_000  # whose lists a page makes while the reader waits
_MIMES = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_SMALL = 100  # losses below it are written with digits behind the point
_SHOWN = ("recall", "ndcg", "hit_rate", "coverage", "novelty")
_LENGTH = 20
_IN_BITS = {"novelty"}


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
    k = int(st.session_state.get("length", _LENGTH))  # as the leaderboard above is drawn
    judged = {f"{one.name}/{one.version}": one for one in found}[str(other)].metrics
    n = judged.get("n_test_users")
    st.caption(t("training.compare_caption", k=k, n=formats.number(n)))
    tables.either(side_by_side(table, k), key="compared_versions")
    downloads.table(table, "compared-versions")


def side_by_side(table: Table, k: int) -> Table:
    """Write the metrics at k as the reader reads them: shares, and the change in points."""
    shown: Any = table[table["metric"].isin(_SHOWN) & (table["k"] == k)]
    rows = [
        {
            "metric": name_of("compared_metric", row["metric"]),
            "one": _written(row["one"], row["metric"]),
            "other": _written(row["other"], row["metric"]),
            "change_written": _change(row),
        }
        for row in shown.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=pd.Index(["metric", "one", "other", "change_written"]))


def _written(value: float, metric: str) -> str:
    return formats.number(value, 2) if metric in _IN_BITS else formats.percent(value)


def _change(row: Mapping[str, Any]) -> str:
    size, digits = (1, 2) if row["metric"] in _IN_BITS else (100, 1)
    if formats.is_nothing(row["change"]):
        return formats.NOTHING
    change = f"{row['change'] * size:+.{digits}f}"
    if formats.is_nothing(row["change_lower"]):
        return change
    lower, upper = (f"{row[end] * size:.{digits}f}" for end in ("change_lower", "change_upper"))
    return f"{change} ({lower} – {upper})"


def learning(found: list[SavedModel]) -> None:
    """Draw how the loss fell, iteration by iteration, of a version that was trained in steps."""
    opened = data.workspace()
    known = {f"{one.name}/{one.version}": one for one in found}
    falls = {name: table for name in known if len(table := losses(opened, name)) > 1}
    if not falls:
        return
    name = st.selectbox(
        t("training.losses_of"),
        list(falls),
        format_func=lambda one: training.label(known[one]),
        key="losses_of",
    )
    _draw_losses(falls[str(name)])


def _draw_losses(table: Table) -> None:
    line = curves.Curve(
        "",
        table["iteration"].tolist(),
        table["loss"].tolist(),
        hover=[
            t(
                "training.loss_hover",
                iteration=formats.number(row["iteration"]),
                loss=formats.number(row["loss"], 4 if row["loss"] < _SMALL else 0),
                fall=formats.percent(row["fall"], 2),
            )
            for row in table.to_dict("records")
        ],
    )
    first, last = table["loss"].iloc[0], table["loss"].iloc[-1]
    figure = curves.amounts([line], x_title=t("training.iteration"))
    figure.update_yaxes(rangemode="normal")
    figure.update_xaxes(rangemode="normal", tickformat="d")
    frame.show(
        figure,
        key="losses",
        title=t("training.losses_title"),
        caption=t(
            "training.losses_caption",
            n=formats.number(len(table)),
            first=formats.compact(first),
            last=formats.compact(last),
            fall=formats.percent(table["fall"].iloc[-1], 2),
        ),
        table=table,
    )


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
    with st.container(horizontal=True):
        for suffix, mime in _MIMES.items():
            st.download_button(
                t(f"training.all_lists_{suffix}"),
                partial(offers.all_lists, opened, model=serving.key(served), k=k, suffix=suffix),
                file_name=downloads.file_name("lists", suffix),
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"download_all_{suffix}_{model}",
            )
