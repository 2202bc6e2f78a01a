"""The trained recommenders of the workspace: which one serves, its key in the cache, loaded once.

What customers did since the training is counted in, per version of the workspace.

A model's key is `name/version/digest`: it goes into the parameters of the questions of
ui/offers.py, so that a cached answer never outlives the model that gave it. Loaded models are kept
per process; TensorFlow is never needed to serve one.
"""

from typing import Any

import streamlit as st

import analytics
from recsys import served as recsys_served
from recsys import training
from recsys.models.base import Recommender
from recsys.served import Served
from recsys.training import SavedModel
from ui import data

_KEPT = 4
_DIGEST = 8


def saved() -> list[SavedModel]:
    """List the trained models of the current workspace, newest first."""
    return training.saved(data.workspace())


def current() -> SavedModel | None:
    """Give the model whose lists the pages show; None before the first training."""
    return training.serving(data.workspace())


def key(model: SavedModel) -> str:
    """Give the model's name in the cache."""
    return f"{model.name}/{model.version}/{model.manifest['arrays_blake2b'][:_DIGEST]}"


def current_key() -> str:
    """Give the key of the model that serves; empty before the first training."""
    model = current()
    return key(model) if model else ""


def served(workspace: analytics.Workspace, model: str) -> Served:
    """Give the recommender of this key with all that customers did up to this version."""
    path = str(workspace.path.resolve())
    return _served(path, model, workspace.version, _workspace=workspace)


def load(workspace: analytics.Workspace, model: str) -> Recommender:
    """Give that recommender alone, to recommend and explain."""
    return served(workspace, model).recommender


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _served(
    path: str,  # noqa: ARG001 - part of the cache's key, as is the workspace's version
    model: str,
    at: int,  # noqa: ARG001
    *,
    _workspace: Any,
) -> Served:
    name, version, _ = model.split("/")
    return recsys_served.served(_workspace, name, int(version))
