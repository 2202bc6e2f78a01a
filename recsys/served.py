"""The recommender as it serves today: the saved model, and what customers did since its training.

New behaviour is folded in: lists, chances and reasons follow it without training again. What items
mean was learnt at the training. Items that came later are offered at once by `ials`, which finds
their vectors from who took them since; all other models know the items of the training alone (of
those `content` and `two-tower` can offer described ones that nobody had taken).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import numpy as np

from analytics.errors import NotFittedError
from recsys.actions import Counting
from recsys.interactions import Interactions
from recsys.models.base import FALLBACK_HALF_LIFE_DAYS, Recommender
from recsys.take_up import TakeUp
from recsys.training import SavedModel, find, load_saved, serving

_OF_CUSTOMERS = ("customer_summary", "events", "ratings")  # purchases follow from the first
_ACTIONS = ("purchase_items", "events", "ratings")


@dataclass(frozen=True, eq=False)
class Served:
    """A trained model at work.

    Parameters
    ----------
    saved : the version on disk.
    recommender : it, with the histories of today.
    take_up : chances that places in its lists are bought; None where too little was bought.
    changed, bought : customers whose history is another one than at the training, and those of
        them who bought an item since.
    """

    saved: SavedModel
    recommender: Recommender
    take_up: TakeUp | None
    changed: int = 0
    bought: int = 0


def served(ws: Any, name: str | None = None, version: int | None = None) -> Served:
    """Load a saved recommender and count in what customers did since.

    Parameters
    ----------
    ws : the workspace at the version whose histories count.
    name, version : as in `recsys.training.load_saved`; None means the one that serves.

    Raises
    ------
    NotFittedError, UnknownNameError, UnreadableModelError
        As `recsys.training.load_saved`.
    """
    one = serving(ws) if name is None else find(ws, name, version)
    if one is None:
        raise NotFittedError("the recommender")
    recommender = load_saved(ws, one.name, one.version)
    take_up = TakeUp.from_json(one.manifest.get("take_up"))
    if one.manifest["data_version"] == ws.version:
        return Served(one, recommender, take_up)
    older = type(ws)(ws.path, number=one.manifest["data_version"])
    changed, bought = _changed(ws, older)
    histories = _histories(ws, changed, Counting.of_manifest(one.manifest))
    if histories is None:
        return Served(one, recommender, take_up)
    _age(recommender, _days_between(one.manifest.get("as_of"), ws.as_of))
    return Served(one, recommender.fold_in(histories), take_up, len(changed), bought)


def _histories(ws: Any, customers: list[str], counting: Counting) -> Interactions | None:
    """What these customers did; None where nothing is left of it (an import was undone)."""
    own = _Only(ws, customers)
    if not customers or not any(_rows(own, name).count().execute() for name in _ACTIONS):
        return None
    return Interactions.from_workspace(own, counting)


class _Only:
    """A workspace as if only these customers were in it."""

    def __init__(self, ws: Any, customers: list[str]) -> None:
        self._ws = ws
        self._ids = ibis.memtable({"customer_id": customers})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ws, name)

    def table(self, name: str) -> Any:
        """Give the table without the rows of other customers."""
        table = self._ws.table(name)
        if name not in _OF_CUSTOMERS:
            return table
        return table.semi_join(self._ids, "customer_id")


def _changed(newer: Any, older: Any) -> tuple[list[str], int]:
    """Customers who have rows in one version that the other lacks; how many of them bought anew."""
    found: set[str] = set()
    bought: set[str] = set()
    for name in _ACTIONS:
        pair = [_rows(ws, name) for ws in (newer, older)]
        fresh, gone = _without(*pair), _without(*reversed(pair))
        found |= fresh | gone
        bought = fresh if name == "purchase_items" else bought
    return sorted(found), len(bought)


def _without(these: Any, those: Any) -> set[str]:
    ids = ibis.difference(these, those).select("customer_id").distinct().execute()
    return set(ids["customer_id"])


def _rows(ws: Any, name: str) -> Any:
    """Rows of customer, item and time, whatever the versions number their customers."""
    table = ws.table(name)
    if name == "purchase_items":
        table = table.inner_join(ws.table("customer_summary"), "customer_number")
        table = table.select("customer_id", "item_id", time=table.day.cast("timestamp"))
    elif name == "events":
        table = table.select("customer_id", "item_id", time="occurred_at")
    else:
        table = table.select("customer_id", "item_id", time="rated_at")
    return table.drop_null(["customer_id", "item_id"])


def _age(recommender: Recommender, days: int) -> None:
    """Let the recent weights of all who did nothing since grow older by so many days."""
    known = recommender.known
    recent = known.recent * np.float32(0.5 ** (days / FALLBACK_HALF_LIFE_DAYS))
    recommender._known = replace(known, recent=recent)  # noqa: SLF001 - loaded for us alone


def _days_between(trained: str | None, now: date | None) -> int:
    if trained is None or now is None:
        return 0
    return max(0, (now - date.fromisoformat(trained)).days)
