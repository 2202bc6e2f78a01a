"""Train a recommender from the page, watch it, and choose which of the trained ones serves."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from recsys import training as recsys_training
from recsys.entries import ModelEntry, catalogue
from recsys.proving import AUTOMATIC
from recsys.training import SavedModel
from ui import address, counting_form, data, formats, jobs, search_form, serving, tables
from ui.words import name_of, t

_KIND = "train"
_CHOICES = {"backend": ("numpy", "tensorflow", "tensorflow-xla")}
_FROM_ZERO = {"seed", "smoothing", "shrinkage"}


def panel() -> None:
    """Draw the choice of the model, its options in plain words, the button and the progress."""
    st.subheader(t("training.title"), anchor=False)
    model = _chosen_model()
    st.caption(name_of("model_summary", model))
    flags = ["--model", model]
    with st.expander(t("training.options"), icon=":material/tune:"):
        flags += [] if model == AUTOMATIC else _options(catalogue()[model])
        flags += search_form.chosen(model)
    flags += counting_form.chosen()
    is_running = jobs.is_running(_KIND)
    st.button(
        t("training.start"),
        type="primary",
        icon=":material/model_training:",
        width="stretch",
        disabled=is_running,
        on_click=partial(_start, flags),
    )
    _outcome(jobs.show(_KIND))


def _start(flags: list[str]) -> None:
    jobs.start(_KIND, ["train", *flags])


def _chosen_model() -> str:
    names = [AUTOMATIC, *sorted(catalogue())]
    address.begin("model", names, default=names[0])
    chosen = st.selectbox(t("training.model"), names, format_func=model_name, key="model")
    address.keep("model", chosen, default=names[0])
    return chosen


def model_name(name: str) -> str:
    """Say what the model is called for the reader."""
    return name_of("model", name)


def _options(entry: ModelEntry) -> list[str]:
    """Draw the options of the model; give those that were changed as flags."""
    values = {name: _option(entry, name) for name in entry.options}
    changed = {name: value for name, value in values.items() if value != entry.options[name]}
    return [word for name, value in changed.items() for word in ("--option", f"{name}={value}")]


def _option(entry: ModelEntry, name: str) -> Any:
    default = entry.options[name]
    label, key = name_of("option", name), f"option_{entry.name}_{name}"
    if name in _CHOICES:
        return st.selectbox(label, _CHOICES[name], key=key)
    if isinstance(default, str):
        return st.text_input(label, default, key=key)
    is_whole = isinstance(default, int)
    return st.number_input(
        label,
        min_value=(0 if name in _FROM_ZERO else 1) if is_whole else 0.0,
        value=default,
        step=1 if is_whole else None,
        format=None if is_whole else "%.3g",
        key=key,
    )


def _outcome(status: Any) -> None:
    if status is None or status.state != "done" or not status.result:
        return
    result = status.result
    st.caption(
        t(
            "training.done",
            model=model_name(result["model"]),
            version=result["version"],
            seconds=formats.number(result["seconds"], 1),
        )
    )
    search_form.outcome(result.get("search"))


def versions() -> None:
    """Draw the trained versions side by side and the switch that says which one serves."""
    found = serving.saved()
    st.subheader(t("training.versions"), anchor=False)
    st.caption(t("training.versions_caption"))
    tables.either(version_table(found, serving.current()), key="model_versions")
    st.caption(counted(found))
    labels = {AUTOMATIC: t("training.automatic")} | {_slug(one): label(one) for one in found}
    st.selectbox(
        t("training.serve"),
        list(labels),
        index=list(labels).index(_choice(found)),
        format_func=labels.__getitem__,
        key="serving_model",
        on_change=_choose,
    )


def version_table(found: list[SavedModel], served: SavedModel | None) -> pd.DataFrame:
    """Give one row a trained version, newest first: what it was trained on and how it did."""
    rows = [
        {
            "model_version": label(one),
            "is_serving": served is not None and _slug(one) == _slug(served),
            "found_20": formats.percent(one.metrics.get("recall@20")),
            "reached": formats.percent(one.metrics.get("ndcg@20")),
            "beats_popularity": one.beats_popularity,
            "data_version": one.manifest["data_version"],
        }
        for one in found
    ]
    return pd.DataFrame(rows)


def counted(found: list[SavedModel]) -> str:
    """Say how the actions counted for each version, versions that counted alike together."""
    alike: dict[str, list[str]] = {}
    for one in found:
        alike.setdefault(counting_form.said(one.manifest), []).append(label(one))
    return "  \n".join(
        t("training.counted", versions=", ".join(names), how=how) for how, names in alike.items()
    )


def _slug(one: SavedModel) -> str:
    return f"{one.name}/{one.version}"


def label(one: SavedModel) -> str:
    """Name a trained version for the reader."""
    return t("training.version", model=model_name(one.name), version=one.version)


def _choice(found: list[SavedModel]) -> str:
    chosen = recsys_training.chosen(data.workspace())
    known = {_slug(one) for one in found}
    return _slug(chosen) if chosen is not None and _slug(chosen) in known else AUTOMATIC


def _choose() -> None:
    wanted = st.session_state["serving_model"]
    name, _, version = wanted.partition("/")
    if wanted == AUTOMATIC:
        recsys_training.choose(data.workspace(), None)
    else:
        recsys_training.choose(data.workspace(), name, int(version))
