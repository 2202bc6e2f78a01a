"""How well the trained recommenders foresee what customers take next: sentence, cards, figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.evaluation import intervals
from recsys.judging import GROUPS
from recsys.leaderboard import alike
from recsys.training import SavedModel
from ui import cards, comparison, controls, findings, formats, tables, training
from ui.charts import bars, frame
from ui.words import name_of, t

METRICS = ("recall", "ndcg")
LENGTHS = (10, 20, 50)
_BASELINE = "popularity"
_HEADLINE = "recall@20"
_PAIRED = "ndcg@20"  # by which the leaderboard tells models apart
_OF_GROUP = ("n", "value", "ci_lower", "ci_upper")


def is_judged(model: SavedModel | None) -> bool:
    """Tell whether the data allowed a time split when this model was trained."""
    return model is not None and bool(model.metrics.get("n_test_users"))


def finding(served: SavedModel | None, found: Sequence[SavedModel] = ()) -> str:
    """Say how much better than popularity the model that serves is, or that none is.

    Those of `found` that can't be told apart from it are named: there is no winner among them.
    """
    if served is None:
        return findings.joined(t("finding.no_model"))
    if not is_judged(served):
        return findings.joined(t("finding.not_judged", model=training.model_name(served.name)))
    n = formats.number(served.metrics["n_test_users"])
    share = formats.percent(served.metrics[_HEADLINE], 0)
    if served.name == _BASELINE:
        return findings.joined(t("finding.popularity", n=n), t("finding.hits", share=share))
    base = served.metrics["popularity"][_HEADLINE]
    headline = t("finding.model", share=share, base=formats.percent(base, 0))
    parts = [headline, _verdict(served.metrics, n)]
    if names := [training.model_name(name) for name in tied(served, found)]:
        parts.append(t("finding.tied", names=", ".join(names)))
    return findings.joined(*parts)


def tied(served: SavedModel, found: Sequence[SavedModel]) -> list[str]:
    """Name the models that beat popularity and can't be told apart from the one that serves.

    The paired test of `recsys.leaderboard.alike`, on the values kept of each test customer; models
    that were judged on other customers are left out.
    """
    values = {
        one.name: one.per_user(_PAIRED) for one in newest(list(found)) if _rivals(one, served)
    }
    own = served.per_user(_PAIRED)
    known = {name: array for name, array in values.items() if array is not None}
    return [] if own is None or not known else alike(known | {served.name: own}, served.name)


def _rivals(one: SavedModel, served: SavedModel) -> bool:
    same = [
        (model.metrics.get("cut"), model.metrics.get("n_test_users"), model.manifest["counting"])
        for model in (one, served)
        if "counting" in model.manifest
    ]
    return one.name != served.name and one.beats_popularity and same[:1] == same[1:]


def _verdict(metrics: Mapping[str, Any], n: str) -> str:
    gap = metrics["difference"][_HEADLINE]
    bounds = sorted((abs(gap["ci_lower"]), abs(gap["ci_upper"])))
    if gap["ci_lower"] <= 0 <= gap["ci_upper"]:
        return t("finding.no_better", n=n)
    return t(
        "finding.beats" if gap["ci_lower"] > 0 else "finding.worse",
        n=n,
        gap=_points(abs(gap["value"])),
        interval=f"{_points(bounds[0])} – {_points(bounds[1])}",
    )


def _points(share: float) -> str:
    return formats.number(share * 100, 1)


def kpis(served: SavedModel | None) -> None:
    """Draw the cards: foreseen purchases, order of the list, breadth, what it was trained on."""
    if served is None:
        return
    facts, metrics = served.manifest, served.metrics
    cards.row(
        [
            _card("recommend.recall", served, "recall@20"),
            _card("recommend.ndcg", served, "ndcg@20"),
            cards.Kpi(
                t("recommend.coverage"),
                formats.percent(metrics.get("coverage@20"), 0),
                t("recommend.of_items", n=formats.number(facts["n_items"])),
            ),
            cards.Kpi(
                t("recommend.known"),
                formats.number(facts["n_users"]),
                t("recommend.actions", n=formats.compact(facts["n_interactions"])),
            ),
        ]
    )


def _card(label: str, served: SavedModel, key: str) -> cards.Kpi:
    base = served.metrics.get("popularity", {}).get(key)
    against = t("recommend.against", base=formats.percent(base)) if base is not None else ""
    return cards.Kpi(
        t(label),
        formats.percent(served.metrics.get(key)),
        formats.dotted(_own(served, key), against),
    )


def _own(served: SavedModel, key: str) -> str:
    """Write the interval over the customers it was judged on, where their values were kept."""
    values = served.per_user(key)
    if values is None or not len(values):
        return ""
    own = intervals(values.astype(float)[:, None])[0]
    return formats.interval(own.ci_lower, own.ci_upper)


def newest(found: list[SavedModel]) -> list[SavedModel]:
    """Keep of each model the newest version that was judged."""
    kept: dict[str, SavedModel] = {}
    for one in found:
        if is_judged(one):
            kept.setdefault(one.name, one)
    return list(kept.values())


def board(found: list[SavedModel]) -> pd.DataFrame:
    """Give the leaderboard: one row a model, metric and k, with the interval against popularity.

    `ci_lower` and `ci_upper` are popularity's value plus the bounds of the difference to it: where
    they exclude popularity's value, the difference is no accident.
    """
    rows = [_row(one, metric, k) for one in newest(found) for metric in METRICS for k in LENGTHS]
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    order = ["metric", "k", "value", "model"]
    return table.sort_values(order, ascending=[False, True, False, True], ignore_index=True)


def _row(one: SavedModel, metric: str, k: int) -> dict[str, Any]:
    key = f"{metric}@{k}"
    base = one.metrics.get("popularity", {}).get(key)
    gap = one.metrics.get("difference", {}).get(key) or {}
    is_compared = base is not None and bool(gap)
    return {
        "model": one.name,
        "metric": metric,
        "k": k,
        "value": one.metrics[key],
        "ci_lower": base + gap["ci_lower"] if is_compared else None,
        "ci_upper": base + gap["ci_upper"] if is_compared else None,
        "popularity": base if is_compared else one.metrics[key],
        "seconds": one.manifest.get("seconds"),
    }


def show(found: list[SavedModel]) -> None:
    """Draw the trained models, known and new apart, and the judgement of all there are."""
    bars_of(found)
    apart(found)
    comparison.panel()


def bars_of(found: list[SavedModel]) -> None:
    """Draw one bar a model, the interval of its difference to popularity as whiskers."""
    table = board(found)
    if table.empty:
        return
    metric, k = controls.choice("metric", METRICS), controls.choice("length", LENGTHS, default=20)
    chosen: Any = table[(table["metric"] == metric) & (table["k"] == k)]
    values = chosen["value"].tolist()
    frame.show(
        bars.lying(
            [training.model_name(name) for name in chosen["model"]],
            values,
            lower=chosen["ci_lower"].astype(float).fillna(chosen["value"]).tolist(),
            upper=chosen["ci_upper"].astype(float).fillna(chosen["value"]).tolist(),
            texts=[formats.percent(value) for value in values],
            hover=[_hover(row) for row in chosen.to_dict("records")],
            muted=[name == _BASELINE for name in chosen["model"]],
        ),
        key="leaderboard",
        title=t(f"leaderboard.title_{metric}", k=k),
        caption=t("leaderboard.caption", n=_judges(found), cut=_cut(found)),
        table=table,
    )


def apart(found: list[SavedModel]) -> None:
    """Draw the table of known and new customers and items, and the errors of foreseen ratings."""
    table = groups(found)
    if table.empty:
        return
    st.subheader(t("leaderboard.apart"), anchor=False)
    st.caption(t("leaderboard.apart_caption"))
    tables.either(
        pd.DataFrame([_group_row(row) for row in table.to_dict("records")]),
        key="leaderboard_apart",
    )
    for one in newest(found):
        if "rmse" in one.metrics:
            st.caption(t("leaderboard.rating_error", **_errors(one)))


def _group_row(row: Mapping[str, Any]) -> dict[str, str]:
    """Write a group's row in three short cells: a phone has room for them."""
    group = name_of("leaderboard_group", row["group"])
    interval = formats.interval(row["ci_lower"], row["ci_upper"], 0)
    return {
        "group_judged": f"{group} ({formats.number(row['judged'])})",
        "model": training.model_name(row["model"]),
        "found_interval": f"{formats.percent(row['recall_20_rate'])} ({interval})",
    }


def _errors(one: SavedModel) -> dict[str, str]:
    rmse, mae = one.metrics["rmse"], one.metrics["mae"]
    return {
        "model": training.model_name(one.name),
        "rmse": formats.number(rmse["value"], 3),
        "lower": formats.number(rmse["ci_lower"], 3),
        "upper": formats.number(rmse["ci_upper"], 3),
        "mae": formats.number(mae["value"], 3),
    }


def groups(found: list[SavedModel]) -> pd.DataFrame:
    """Give one row a group and model, the best first: share found in a top 20 and its interval."""
    rows = [
        {"group": row["group"], "model": one.name, **{name: row[name] for name in _OF_GROUP}}
        for one in newest(found)
        for row in one.metrics.get("groups", [])
        if f"{row['metric']}@{row['k']}" == _HEADLINE
    ]
    table: Any = pd.DataFrame(rows, columns=pd.Index(["group", "model", *_OF_GROUP]))
    order = table["group"].map(GROUPS.index)
    table = table.assign(order=order).sort_values(
        ["order", "value", "model"], ascending=[True, False, True], ignore_index=True
    )
    table = table.rename(columns={"value": "recall_20_rate", "n": "judged"})
    return table.drop(columns="order")


def _hover(row: Mapping[str, Any]) -> str:
    return t(
        "leaderboard.hover",
        model=training.model_name(row["model"]),
        value=formats.percent(row["value"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
    )


def _judges(found: list[SavedModel]) -> str:
    return formats.number(newest(found)[0].metrics["n_test_users"])


def _cut(found: list[SavedModel]) -> str:
    return formats.day(pd.Timestamp(newest(found)[0].metrics["cut"]))
