"""Items that came after the training: a place for them, and what those who took them say."""
# ruff: noqa: SLF001 - copies of the family's own

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from recsys.interactions import Interactions, positions
from recsys.models.base import Recommender
from recsys.models.joining import spread

_MATRICES = ("matrix", "owned", "recent", "steps")


@dataclass(eq=False)
class WithNewItems(Recommender):
    """A recommender whose arrays can be widened by items that it knows nothing of.

    Those that `meets_new_items` offer them at once, by what customers did since; the others can be
    a part of one that does.
    """

    meets_new_items: ClassVar[bool] = False

    @abstractmethod
    def _wider(self, place: np.ndarray, n_items: int) -> Mapping[str, np.ndarray]:
        """Copy the model's own arrays with the items moved to `place`, the rest of no evidence."""

    def _place(self, items: np.ndarray) -> None:
        """Find what these columns mean from who took them, in place; by default nothing."""

    def fold_in(self, interactions: Interactions, *, is_alone: bool = False) -> Self:
        """See `Recommender.fold_in`; where the model can, items that came since are placed too."""
        new = np.setdiff1d(interactions.item_ids, self.known.item_ids)
        if is_alone or not len(new) or not self.meets_new_items:
            return super().fold_in(interactions, is_alone=is_alone)
        folded = super(WithNewItems, self._beside(new)).fold_in(interactions)
        folded._place(positions(folded.known.item_ids, new))
        return folded

    def _beside(self, new: np.ndarray) -> Self:
        """Know these items too, which nobody took."""
        known = self.known
        ids = np.union1d(known.item_ids, new)
        place, shape = positions(ids, known.item_ids), (len(known.user_ids), len(ids))
        matrices = {name: spread(getattr(known, name), place, shape) for name in _MATRICES}
        wider = replace(self)
        wider._known = replace(known, item_ids=ids, **matrices)
        wider._restore(self._wider(place, len(ids)))
        return wider


def moved(array: np.ndarray, place: np.ndarray, n_items: int) -> np.ndarray:
    """Move the rows of an array to these of a longer one, of zeros elsewhere."""
    longer = np.zeros((n_items, *array.shape[1:]), array.dtype)
    longer[place] = array
    return longer
