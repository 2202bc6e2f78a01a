"""All recommenders judged at once, in a child process: the protocol, the run, what it found."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics.notes import Note
from recsys import leaderboard
from recsys.judging import GROUPS
from recsys.leaderboard import BASELINE
from ui import controls, formats, jobs, page, tables, training
from ui.words import name_of, t

PROTOCOLS = ("time", "leave-last", "random-users")
_KIND = "evaluate"
_SHOWN = ("recall", "recall_capped", "ndcg", "map", "mrr", "hit_rate", "coverage", "novelty")
_LENGTH = 20


def panel() -> None:
    """Let the reader judge all models under one protocol, and show how they did."""
    with st.expander(t("comparison.title"), icon=":material/leaderboard:"):
        st.caption(t("comparison.caption"))
        protocol = controls.choice("protocol", PROTOCOLS, place=st)
        st.button(
            t("comparison.start"),
            icon=":material/play_arrow:",
            disabled=jobs.is_running(_KIND),
            on_click=partial(_start, protocol),
            key="comparison_start",
        )
        status = jobs.show(_KIND)
        if status is not None and status.state == "done" and status.result:
            _found(status.result)


def _start(protocol: str) -> None:
    jobs.start(_KIND, ["evaluate", "--split", protocol])


def _found(result: Mapping[str, Any]) -> None:
    protocol = name_of("choice", f"protocol_{result['split'].replace('-', '_')}")
    st.markdown(t("comparison.judged", protocol=protocol, n=formats.number(result["n_users"])))
    page.notes(_notes(result))
    tables.show(board(result), key="comparison_board")
    tables.show(groups(result), key="comparison_groups")


def _notes(result: Mapping[str, Any]) -> list[Note]:
    """Say again what the child found, so that it can be said in the reader's language."""
    best, *others = (_name(one) for one in (result["best"], *result["tied"]))
    if result["best"] == BASELINE:
        best = BASELINE
    skipped = [_name(one) for one in result["skipped"]]
    return leaderboard.notes(result["split"], best, result["n_users"], tied=others, skipped=skipped)


def board(result: Mapping[str, Any]) -> pd.DataFrame:
    """Give one row a model and one column a metric of the first 20, and the paired test."""
    rows: Any = pd.DataFrame(result["rows"])
    wide = rows[rows["k"] == _LENGTH].pivot_table(index="model", columns="metric", values="value")
    ndcg = rows[(rows["k"] == _LENGTH) & (rows["metric"] == "ndcg")].set_index("model")
    table = wide.reindex(columns=list(_SHOWN)).add_suffix("_share")
    table = table.rename(columns={"novelty_share": "novelty"})
    table["difference_lower"] = ndcg["difference_lower"]
    table["difference_upper"] = ndcg["difference_upper"]
    table["p_value"] = ndcg["p_value"]
    errors = rows[rows["metric"] == "rmse"].set_index("model")["value"]
    if len(errors):
        table["rmse"] = errors.reindex(table.index)
    table = table.sort_values("ndcg_share", ascending=False).reset_index()
    return table.assign(model=[_name(one) for one in table["model"]])


def groups(result: Mapping[str, Any]) -> pd.DataFrame:
    """Give known and new customers and items apart: share found in a top 20, the best first."""
    rows: Any = pd.DataFrame(result["groups"])
    found = rows[(rows["k"] == _LENGTH) & (rows["metric"] == "recall")]
    found = found.assign(order=found["group"].map(GROUPS.index)).sort_values(
        ["order", "value"], ascending=[True, False], ignore_index=True
    )
    return pd.DataFrame(
        {
            "group": [name_of("leaderboard_group", one) for one in found["group"]],
            "model": [_name(one) for one in found["model"]],
            "judged": found["n"],
            "recall_20_rate": found["value"],
            "ci_lower": found["ci_lower"],
            "ci_upper": found["ci_upper"],
        }
    )


def _name(label: str) -> str:
    name, _, options = label.partition(":")
    return training.model_name(name) + (f" ({options})" if options else "")
