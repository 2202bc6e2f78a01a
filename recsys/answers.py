"""What the terminal and nightly jobs ask of a workspace: whom to offer what, and target lists."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError, UnknownCustomerError, UnknownNameError
from analytics.notes import Note
from analytics.progress import Progress, silent
from analytics.segments import members as members_of
from analytics.tables import collect
from recsys import evaluation
from recsys.bulk import write_lists
from recsys.campaigns.filters import Filters
from recsys.campaigns.lists import Campaign, create
from recsys.customers import customer_recommendations
from recsys.item_answers import takers
from recsys.limits import Limits
from recsys.models import storage
from recsys.segments import segment_recommendations
from recsys.served import Served, served
from recsys.training import SavedModel, choose, find, saved, serving

_SAVED = "saved"
_FACTS = ("data_version", "n_users", "n_items", "n_interactions")


AUTOMATIC = "automatic"


def for_customer(ws: Any, customer_id: str, *, k: int = 10) -> pd.DataFrame:
    """Which k items to offer this customer, each with its reason.

    Returns
    -------
    DataFrame of `recsys.customers.customer_recommendations`, by the recommender that serves.

    Raises
    ------
    UnknownCustomerError
        If no table of the workspace names the customer.
    NotFittedError
        If no recommender was trained yet.
    """
    people = ws.table("customer_summary")
    if not people.filter(people.customer_id == customer_id).count().execute():
        raise UnknownCustomerError(customer_id)
    return customer_recommendations(served(ws).recommender, customer_id, k=k, items=_items(ws))


def for_segment(
    ws: Any, segment: str, *, kind: str = "rfm", k: int = 10, limits: Limits | None = None
) -> pd.DataFrame:
    """Which k items to offer the members of a segment.

    Parameters
    ----------
    kind : one of `analytics.segments.KINDS`, or "saved".
    limits : bounds of what is offered.

    Returns
    -------
    DataFrame of `recsys.segments.segment_recommendations`, by the recommender that serves.

    Raises
    ------
    UnknownNameError
        If there is no such kind, or nobody is in a segment of this name.
    NotFittedError
        If no recommender was trained yet.
    """
    people, one = _members(ws, segment, kind), served(ws)
    return segment_recommendations(
        one.recommender, people, k=k, items=_items(ws), take_up=one.take_up, limits=limits
    )


def for_item(ws: Any, item_id: str) -> pd.DataFrame:
    """Who should get this item next?

    Returns
    -------
    DataFrame of `recsys.item_answers.takers`, by the recommender that serves.

    Raises
    ------
    UnknownNameError
        If nobody did anything with such an item before the training.
    NotFittedError
        If no recommender was trained yet.
    """
    one = served(ws)
    return takers(one.recommender, item_id, take_up=one.take_up)


def all_lists(
    ws: Any, path: Path, *, k: int = 10, by: Served | None = None, progress: Progress = silent
) -> dict[str, Any]:
    """Write the lists of all customers of the workspace to a .csv or .parquet file.

    `by` is the recommender at work; None means the one that serves.

    Returns
    -------
    dict file, model, version (of the workspace), customers, rows.

    Raises
    ------
    NotFittedError
        If no recommender was trained yet.
    InvalidSettingError
        If the file's name ends otherwise.
    """
    one = by or served(ws)
    known = collect(ws.table("customer_summary").select("customer_id"))["customer_id"]
    ids = np.union1d(one.recommender.known.user_ids, np.asarray(known.dropna(), str))
    rows = write_lists(
        one.recommender,
        path,
        customers=ids,
        k=k,
        items=_items(ws),
        take_up=one.take_up,
        progress=progress,
    )
    model = f"{one.saved.name}/{one.saved.version}"
    facts = {"file": str(path), "model": model, "version": ws.version}
    return facts | {"customers": len(ids), "rows": rows}


def trained(ws: Any) -> pd.DataFrame:
    """All trained versions, newest first.

    Returns
    -------
    DataFrame model, version, serves, data_version, n_users, n_items, n_interactions, recall_20,
    ndcg_20 (null where not judged), beats_popularity.
    """
    at_work = serving(ws)
    rows = [
        {
            "model": one.name,
            "version": one.version,
            "serves": at_work is not None and at_work.folder == one.folder,
            **{name: one.manifest[name] for name in _FACTS},
            "recall_20": one.metrics.get("recall@20"),
            "ndcg_20": one.metrics.get("ndcg@20"),
            "beats_popularity": one.beats_popularity,
        }
        for one in saved(ws)
    ]
    return pd.DataFrame(rows)


def losses(ws: Any, version: str) -> pd.DataFrame:
    """How did the loss of a trained version ("name/version") fall while it was trained?

    Returns
    -------
    DataFrame iteration (from 1), loss, fall (share by which the loss is below the one before; null
    for the first); empty for models that are solved at once.

    Raises
    ------
    UnknownNameError, InvalidSettingError
        If there is no such version, or the text names none.
    """
    found = storage.read_losses(_named(ws, version).folder).astype(float)
    table = pd.DataFrame({"iteration": np.arange(1, len(found) + 1), "loss": found})
    return table.assign(fall=-table["loss"].pct_change())


def compared(ws: Any, one: str, other: str) -> pd.DataFrame:
    """Set the metrics of two trained versions ("name/version") side by side.

    Returns
    -------
    DataFrame metric, k, one, other, change (other − one; null where one was not judged),
    change_lower, change_upper (95 %, paired by customer; null where the values of each customer
    were not kept, or the two were judged on other ones). `attrs["notes"]` warns where they were
    judged on different customers.

    Raises
    ------
    UnknownNameError, InvalidSettingError
        If there is no such version, or the text names none.
    """
    pair = [_named(ws, text) for text in (one, other)]
    values = [
        {name: value for name, value in model.metrics.items() if _is_metric(name, value)}
        for model in pair
    ]
    keys = dict.fromkeys([*values[0], *values[1]])
    table = pd.DataFrame(
        {
            "metric": [key.partition("@")[0] for key in keys],
            "k": [int(key.partition("@")[2]) for key in keys],
            "one": [values[0].get(key) for key in keys],
            "other": [values[1].get(key) for key in keys],
        }
    ).astype({"one": float, "other": float})
    table["change"] = table["other"] - table["one"]
    bounds = [_paired(pair[0], pair[1], key) for key in keys]
    table[["change_lower", "change_upper"]] = np.array(bounds, float).reshape(-1, 2)
    table.attrs["notes"] = _unlike(*pair)
    return table


def use(ws: Any, text: str) -> SavedModel | None:
    """Serve the version named "name/version" from now on; "automatic" lets the winner serve.

    Raises
    ------
    UnknownNameError, InvalidSettingError
        If there is no such version, or the text names none.
    """
    if text == AUTOMATIC:
        return choose(ws, None)
    one = _named(ws, text)
    return choose(ws, one.name, one.version)


def _named(ws: Any, text: str) -> SavedModel:
    name, _, version = text.partition("/")
    if version and not version.isdecimal():
        raise InvalidSettingError("the trained version", text, "write NAME/VERSION, such as ials/2")
    return find(ws, name, int(version) if version else None)


def _is_metric(name: str, value: Any) -> bool:
    return "@" in name and isinstance(value, int | float)


def _paired(one: SavedModel, other: SavedModel, key: str) -> tuple[float, float]:
    """Bounds of the mean difference over the customers that both were judged on."""
    values = [model.per_user(key) for model in (one, other)]
    how = [model.manifest.get("counting") for model in (one, other)]
    if values[0] is None or values[1] is None or how[0] != how[1] or _unlike(one, other):
        return np.nan, np.nan
    gap = evaluation.differences((values[1] - values[0]).astype(float)[:, None])[0]
    return gap.ci_lower, gap.ci_upper


def _unlike(one: SavedModel, other: SavedModel) -> list[Note]:
    """Warn where the two were judged on different purchases."""
    facts = [
        (model.metrics.get("cut"), model.metrics.get("n_test_users")) for model in (one, other)
    ]
    if facts[0] == facts[1]:
        return []
    text = "Judged on different purchases (after {one} and after {other}): compare with care."
    return [Note("judged_apart", text, one=facts[0][0] or "–", other=facts[1][0] or "–")]


def target_list(
    ws: Any,
    *,
    name: str,
    segment: str,
    kind: str = "rfm",
    holdout: float = 0.1,
    filters: Filters | None = None,
    seed: str = "",
    k: int = 3,
    base_rate: float | None = None,
) -> Campaign:
    """Draw and store a target list of a segment, with items to offer where a recommender serves.

    Parameters
    ----------
    ws : the workspace.
    name, segment, holdout, filters, seed, k, base_rate : as in `recsys.campaigns.lists.create`.
    kind : how the segments are made.

    Raises
    ------
    UnknownNameError
        If there is no such kind, or nobody is in a segment of this name.
    """
    return create(
        ws,
        name=name,
        segment=segment,
        segment_kind=kind,
        members=_members(ws, segment, kind),
        filters=filters,
        holdout=holdout,
        seed=seed,
        recommender=served(ws).recommender if serving(ws) else None,
        k=k,
        base_rate=base_rate,
    )


def _members(ws: Any, segment: str, kind: str) -> pd.DataFrame:
    people = _saved_segments(ws) if kind == _SAVED else members_of(ws, kind)
    chosen = people.loc[people["segment"] == segment]
    if chosen.empty:
        raise UnknownNameError("segment", segment, sorted(people["segment"].unique()))
    return chosen


def _saved_segments(ws: Any) -> pd.DataFrame:
    """Who is in which segment that a reader saved: plain files of the workspace."""
    files = sorted(ws.folder("segments").glob("*.json"))
    kept = [json.loads(path.read_text("utf-8")) for path in files]
    rows = [(member, one["name"]) for one in kept for member in one["members"]]
    return pd.DataFrame(rows, columns=pd.Index(["customer_id", "segment"]))


def _items(ws: Any) -> pd.DataFrame:
    return ws.table("item_summary").execute()
