"""What a customer's list would be if he had bought something more: by fold-in, nothing is kept."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.actions import Counting
from recsys.interactions import SECONDS_A_DAY, Interactions
from recsys.models.base import Recommender
from recsys.segments import named


def what_if(
    recommender: Recommender,
    customer_id: str,
    bought: list[str],
    *,
    k: int = 10,
    items: pd.DataFrame | None = None,
    counting: Counting | None = None,
) -> pd.DataFrame:
    """How would the customer's list change, had he just bought these items too?

    The history with the purchases added as the latest is folded into a copy of the model that
    knows nobody else; the model itself stays as it is.

    Parameters
    ----------
    recommender : trained.
    customer_id : one that the model knows.
    bought : ids of items that the model knows.
    k : length of both lists.
    counting : as the model was trained with; what a purchase weighs, and whether what one owns is
        offered again. None: as usual.

    Returns
    -------
    DataFrame item_id, item_name, rank_before, rank_after (null where it is not in that list),
    score_before, score_after; first the list after, then what fell out of it.

    Raises
    ------
    UnknownCustomerError, UnknownNameError
        If the model has never seen the customer or an item.
    """
    row = recommender.known.user(customer_id)
    how = counting or Counting()
    history = _history(recommender, customer_id, row, bought, how.weight("purchase"))
    if how.is_repurchasable:
        history = replace(history, owned=sparse.csr_matrix(history.owned.shape, dtype=np.float32))
    changed = recommender.fold_in(history, is_alone=True)
    before, after = (_list(one, customer_id, k) for one in (recommender, changed))
    both = after.merge(before, on="item_id", how="outer", suffixes=("_after", "_before"))
    both = both.sort_values(["rank_after", "rank_before"], ignore_index=True)
    columns = ["item_id", "item_name", "rank_before", "rank_after", "score_before", "score_after"]
    return named(both, items).loc[:, columns]


def _list(recommender: Recommender, customer_id: str, k: int) -> pd.DataFrame:
    return recommender.recommend([customer_id], k).loc[:, ["item_id", "rank", "score"]]


def _history(
    recommender: Recommender, customer_id: str, row: int, bought: list[str], weight: float
) -> Interactions:
    """Write the customer's history as rows: each step back is a day earlier, the new ones last."""
    known = recommender.known
    cells = known.matrix[row]
    owned = np.isin(cells.indices, known.owned[row].indices)
    steps = known.steps[row].data.astype(np.int64)
    new = [known.item(item) for item in bought]
    frame = pd.DataFrame(
        {
            "user_id": customer_id,
            "item_id": known.item_ids[np.concatenate([cells.indices, new]).astype(int)],
            "weight": [*cells.data, *[weight] * len(new)],
            "action": [*np.where(owned, "purchase", "view"), *["purchase"] * len(new)],
            "day": [*-steps, *[0] * len(new)],
        }
    )
    frame["time"] = pd.to_datetime((frame["day"] - frame["day"].min()) * SECONDS_A_DAY, unit="s")
    return Interactions.from_frame(frame, time="time", weight="weight", action="action")
