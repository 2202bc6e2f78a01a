"""What to offer one customer, each item with the past purchases it is offered for."""

import numpy as np
import pandas as pd

from analytics.notes import Note
from recsys.interactions import positions
from recsys.models.base import Recommender, as_text
from recsys.segments import named

_COLUMNS = ["item_id", "item_name", "score", "rank", "source", "reason", "because", "share"]


def customer_recommendations(
    recommender: Recommender,
    customer_id: str,
    *,
    k: int = 10,
    items: pd.DataFrame | None = None,
    exclude_owned: bool = True,
) -> pd.DataFrame:
    """Which k items to offer this customer, and because of what.

    Parameters
    ----------
    recommender : trained.
    customer_id : one the model does not know gets what is popular.
    items : `item_summary`, for the names.

    Returns
    -------
    DataFrame item_id, item_name, score, rank, source, reason (a `Note`), because (id of the past
    item that speaks most for it, itself if the customer looked at it; null without one), share (of
    that item in all that speaks for it: its contribution ÷ the sum of positive contributions).
    """
    found = recommender.recommend([customer_id], k, exclude_owned=exclude_owned)
    found = named(found.drop(columns="user_id"), items)
    is_known = recommender.known.rows([customer_id])[0] >= 0
    reasons = [
        reasons_for(recommender, customer_id, item, items)
        if is_known and source == "model"
        else _without_history()
        for item, source in zip(found["item_id"], found["source"], strict=True)
    ]
    table = pd.DataFrame(reasons, columns=pd.Index(["reason", "because", "share"]))
    types = {"reason": object, "because": object, "share": float}
    return found.join(table.astype(types)).loc[:, _COLUMNS]


def reasons_for(
    recommender: Recommender, customer_id: str, item_id: str, items: pd.DataFrame | None = None
) -> tuple[Note, str | None, float | None]:
    """Say because of which past items this one is offered: a sentence, the first, its share."""
    parts = recommender.explain(customer_id, item_id, None)
    parts = parts.loc[parts["contribution"] > 0]
    if parts.empty:
        return _without_history()
    parts = named(parts.assign(share=parts["contribution"] / parts["contribution"].sum()), items)
    first = parts.iloc[0]
    others = parts.loc[parts["item_id"] != item_id]
    is_own = first["item_id"] == item_id
    shared = [] if is_own else recommender.shared_features(customer_id, item_id)
    note = _looked_at(first["share"], others) if is_own else _because_of(others, shared)
    return note, str(first["item_id"]), float(first["share"])


def _because_of(others: pd.DataFrame, shared: list[str]) -> Note:
    shares, names = others["share"].tolist(), others["item_name"].tolist()
    values = {"first": names[0], "first_share": shares[0]}
    if shared:
        text = "Like {first} ({first_share:.0%}): {features}."
        return Note("alike", text, **values, features=", ".join(shared))
    if len(names) == 1:
        return Note("because_of", "Because of {first} ({first_share:.0%}).", **values)
    return Note(
        "because_of_two",
        "Because of {first} ({first_share:.0%}) and {second} ({second_share:.0%}).",
        **values,
        second=names[1],
        second_share=shares[1],
    )


def _looked_at(share: float, others: pd.DataFrame) -> Note:
    """Say that the customer looked at the very item, which he does not own."""
    if others.empty:
        return Note("looked_at", "Looked at it before ({share:.0%}).", share=share)
    return Note(
        "looked_at_and_because_of",
        "Looked at it before ({share:.0%}), and because of {first} ({first_share:.0%}).",
        share=share,
        first=others["item_name"].iloc[0],
        first_share=others["share"].iloc[0],
    )


def similar_customers(recommender: Recommender, customer_id: str, k: int = 10) -> pd.DataFrame:
    """Who has bought most alike: cosine of the histories' weights.

    Returns
    -------
    DataFrame customer_id, score, rank; empty for a customer the model does not know; ties by id.
    """
    known = recommender.known
    row = int(positions(known.user_ids, as_text([customer_id]))[0])
    if row < 0:
        return pd.DataFrame({"customer_id": [], "score": [], "rank": []})
    matrix = known.matrix
    lengths = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel() ** 0.5
    score = (matrix @ matrix[row].T).toarray().ravel() / (lengths * lengths[row])
    table = pd.DataFrame({"customer_id": known.user_ids.astype(object), "score": score})
    others = table.loc[(table.index != row) & (table["score"] > 0)]
    best = others.sort_values(["score", "customer_id"], ascending=[False, True]).head(k)
    return best.assign(rank=range(1, len(best) + 1)).reset_index(drop=True)


def _without_history() -> tuple[Note, None, None]:
    return Note("popular_lately", "Popular with other customers lately."), None, None
