"""Popularity: what sold lately, over all customers or smoothed within each one's group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.errors import InvalidSettingError
from analytics.progress import Progress, silent
from recsys.interactions import Interactions, decay, positions
from recsys.models import bounds
from recsys.models.base import as_text
from recsys.models.new_items import WithNewItems, moved


@dataclass(eq=False)
class Popularity(WithNewItems):
    """The items that most users took lately, the same for everyone of a group.

    Globally p_i = Σ_u w_ui · 2^(−age_ui / half-life) ÷ Σ over all items. Within a group g of users
    (a segment, a channel …), shares are pulled towards the global ones as if the group had
    `smoothing` more interactions of the usual mix: (n_gi + m · p_i) ÷ (n_g + m). Own definition.

    Parameters
    ----------
    half_life_days : days after which an interaction counts half; > 0.
    smoothing : m above, in interactions; ≥ 0.
    """

    name: ClassVar[str] = "popularity"
    summary: ClassVar[str] = "what most customers took lately; the rule every model must beat"
    meets_new_items: ClassVar[bool] = True
    _of_users: ClassVar[tuple[str, ...]] = ("_members",)
    half_life_days: float = 30.0
    smoothing: float = 50.0
    _shares: np.ndarray = field(init=False, repr=False)
    _groups: np.ndarray = field(init=False, repr=False)
    _members: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.half_life_days > 0:
            raise InvalidSettingError("half_life_days", self.half_life_days, "give days > 0")
        bounds.not_negative(self, "smoothing")
        self._groups = np.zeros(0, "U1")

    def fit(
        self,
        interactions: Interactions,
        *,
        progress: Progress = silent,
        groups: Mapping[str, str] | pd.Series | None = None,
    ) -> Self:
        """Count; `groups` maps users to a segment, others are served the global list."""
        labels = {} if groups is None else {str(user): str(g) for user, g in groups.items()}
        self._groups = np.unique(as_text(labels.values())) if labels else np.zeros(0, "U1")
        mine = [labels.get(user, "") for user in interactions.user_ids]
        self._members = 1 + positions(self._groups, as_text(mine))
        return super().fit(interactions, progress=progress)

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        progress(0.0, "counting")
        weight = interactions.matrix.data * decay(interactions.last, self.half_life_days)
        user = np.repeat(np.arange(len(self._members)), np.diff(interactions.matrix.indptr))
        shape = (len(self._groups) + 1, len(interactions.item_ids))
        cells = (weight, (self._members[user], interactions.matrix.indices))
        counts = sparse.coo_matrix(cells, shape).toarray()
        overall = counts.sum(0) / counts.sum()
        totals = counts.sum(1, keepdims=True) + self.smoothing
        with np.errstate(invalid="ignore"):
            shares = (counts + self.smoothing * overall) / totals
        shares[0] = overall  # the row of those in no group
        self._shares = np.where(np.isfinite(shares), shares, overall).astype(np.float32)

    def within(self, group: str | None, k: int = 10, items: Any = None) -> pd.DataFrame:
        """Return the list for a newcomer of whom nothing but the group is known.

        Parameters
        ----------
        group : a label given to `fit`; unknown or None means all customers.
        k : items wanted.
        items : ids the list may hold, such as those of one category; None means all.

        Returns
        -------
        DataFrame item_id, score, rank.
        """
        row = 0 if group is None else 1 + int(positions(self._groups, as_text([group]))[0])
        score = np.where(self._allowed(items), self._shares[row], -np.inf)
        order = np.lexsort((np.arange(len(score)), -score))[:k]
        order = order[score[order] > -np.inf]
        return pd.DataFrame(
            {
                "item_id": self.known.item_ids[order].astype(object),
                "score": score[order],
                "rank": np.arange(1, len(order) + 1),
            }
        )

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        return self._shares[self._members[rows]]

    def _similarity(self, item: int) -> np.ndarray:
        del item  # all items are alike to it
        return np.full(len(self.known.item_ids), -np.inf, np.float32)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        del row, item  # no history is looked at
        return np.zeros(0, np.float32)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"shares": self._shares, "groups": self._groups, "members": self._members}

    def _wider(self, place: np.ndarray, n_items: int) -> dict[str, np.ndarray]:
        return self._arrays() | {"shares": moved(self._shares.T, place, n_items).T}

    def _place(self, items: np.ndarray) -> None:
        """Give the items their share of what was taken lately, in every group the same."""
        popular = self.known.popularity
        self._shares[:, items] = popular[items] / popular.sum()

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._shares, self._groups = arrays["shares"], arrays["groups"]
        self._members = arrays["members"]
