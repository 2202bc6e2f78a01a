"""What customers of a workspace did, how much each action weighs, and which rows hold it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import ibis
import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError

DEFAULT_WEIGHTS: dict[str, float] = {
    "purchase": 1.0,
    "rating": 1.0,
    "finish": 0.5,
    "cart": 0.3,
    "start": 0.3,
    "progress": 0.3,
    "comment": 0.3,
    "like": 0.3,
    "share": 0.3,
    "dwell": 0.1,
    "click": 0.1,
    "view": 0.05,
}
OWNING = ("purchase", "finish", "rating", "interaction")  # after these there is nothing to sell
TARGETS = ("purchase", "rating", "interaction")  # what a recommendation tries to bring about
DWELL = "dwell"  # time spent, told by the duration of any event
NEVER = np.iinfo(np.int64).min  # how NumPy stores "no time" (NaT)


@dataclass(frozen=True)
class Counting:
    """How actions become interactions: what a manifest keeps and the training form shows.

    Parameters
    ----------
    weights : weight per action, over `DEFAULT_WEIGHTS`; 0 leaves an action out. Time spent is the
        action "dwell": a customer's day on an item weighs weight · min(1, seconds ÷
        `dwell_seconds`), the seconds being those of all his events there; the longest day counts.
    half_life_days : a weight halves for every so many days of age, > 0; None: it does not.
    rating_threshold : ratings below it are left out; None: every rating counts, whatever its value.
    is_repurchasable : whether items that a customer owns may be offered again.
    dwell_seconds : spent on an item in a day that weigh as "dwell" in full, > 0; fewer weigh in
        proportion. Own definition.

    Raises
    ------
    InvalidSettingError
        If an action is unknown, or a number means nothing.

    Examples
    --------
    >>> Counting({"view": 0}).weight("view"), Counting().weight("rating")
    (0.0, 1.0)
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    half_life_days: float | None = None
    rating_threshold: float | None = None
    is_repurchasable: bool = False
    dwell_seconds: float = 60.0

    def __post_init__(self) -> None:
        for action, weight in self.weights.items():
            if action not in DEFAULT_WEIGHTS:
                known = ", ".join(DEFAULT_WEIGHTS)
                raise InvalidSettingError("an action to weigh", action, f"the actions are {known}")
            if not 0 <= weight < np.inf:
                raise InvalidSettingError(f"the weight of {action}", weight, "give a number ≥ 0")
        if self.half_life_days is not None and not 0 < self.half_life_days < np.inf:
            raise InvalidSettingError("half_life_days", self.half_life_days, "give days > 0")
        if not 0 < self.dwell_seconds < np.inf:
            raise InvalidSettingError("dwell_seconds", self.dwell_seconds, "give seconds > 0")
        if self.rating_threshold is not None and not np.isfinite(self.rating_threshold):
            raise InvalidSettingError("rating_threshold", self.rating_threshold, "give a number")

    def weight(self, action: str) -> float:
        """Give the weight of an action."""
        return float(self.weights.get(action, DEFAULT_WEIGHTS[action]))

    def to_json(self) -> dict[str, Any]:
        """Return plain values, to be kept in a manifest; only weights other than the usual."""
        changed = {
            name: float(weight)
            for name, weight in self.weights.items()
            if weight != DEFAULT_WEIGHTS[name]
        }
        return {
            "weights": changed,
            "half_life_days": self.half_life_days,
            "rating_threshold": self.rating_threshold,
            "is_repurchasable": self.is_repurchasable,
            "dwell_seconds": self.dwell_seconds,
        }

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> Self:
        """Read how a saved model counted; older ones kept less, and knew no time spent."""
        kept = dict(manifest.get("counting", {"weights": manifest.get("weights", {})}))
        if "dwell_seconds" not in kept:
            kept["weights"] = {**kept["weights"], DWELL: 0.0}
        return cls(**kept)


def action_rows(ws: Any, counting: Counting) -> pd.DataFrame:
    """Rows user_id, item_id, action, time, weight and, of ratings, rating.

    Renewals and instalments do not count: they choose nothing. Times are local days.
    """
    parts = [_purchases(ws), _events(ws, counting), _ratings(ws, counting.rating_threshold)]
    if counting.weight(DWELL):
        parts.append(_dwells(ws, counting.dwell_seconds))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    rows["weight"] = rows["action"].map(counting.weight)
    if "share" in rows:
        rows["weight"] *= rows.pop("share").fillna(1)
    rows["weight"] = rows["weight"].astype(np.float32)
    return rows.loc[rows["weight"] > 0].reset_index(drop=True)


def actions_found(ws: Any) -> pd.DataFrame:
    """Which actions the workspace holds: DataFrame action, actions, customers, weight (the usual).

    Rows that name no customer or no item are left out; purchases and ratings count once for each
    row, time spent ("dwell") for each event that tells a duration, the heaviest action comes first.
    """
    events, ratings = ws.table("events"), ws.table("ratings")
    bought = ws.table("purchase_items")
    apart = ("purchase", DWELL)
    known = events.filter(events.event.isin([one for one in DEFAULT_WEIGHTS if one not in apart]))
    counts = [
        _counted(bought.select("item_id", customer="customer_number", action=_said("purchase"))),
        _counted(known.select("item_id", customer="customer_id", action="event")),
        _counted(_timed(ws).select("item_id", customer="customer_id", action=_said(DWELL))),
        _counted(ratings.select("item_id", customer="customer_id", action=_said("rating"))),
    ]
    table: Any = pd.concat(counts).groupby("action", as_index=False).sum()
    table["weight"] = table["action"].map(DEFAULT_WEIGHTS)
    order = ["weight", "actions", "action"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _said(action: str) -> Any:
    return ibis.literal(action)


def _counted(table: Any) -> pd.DataFrame:
    named = table.drop_null(["customer", "item_id"])
    counts = named.group_by("action").agg(
        actions=named.count(), customers=named["customer"].nunique()
    )
    return counts.execute().astype({"actions": "int64", "customers": "int64"})


def seconds(times: pd.Series) -> np.ndarray:
    """Times as int64 seconds since 1970, `NEVER` where there is none."""
    parsed = pd.to_datetime(times, utc=True).dt.tz_localize(None)
    return parsed.to_numpy("datetime64[s]").astype(np.int64)


def _rows(table: Any, action: str | None = None) -> pd.DataFrame:
    """Run an expression of customer_id, item_id, time (and action) and call its users users."""
    named = table.drop_null(["customer_id", "item_id"])
    frame = named.execute().rename(columns={"customer_id": "user_id"})
    frame["time"] = seconds(frame["time"])
    return frame if action is None else frame.assign(action=action)


def _purchases(ws: Any) -> pd.DataFrame:
    bought, customers = ws.table("purchase_items"), ws.table("customer_summary")
    joined = bought.inner_join(customers, "customer_number")
    table = joined.select("customer_id", "item_id", time=bought.day).distinct()
    return _rows(table, "purchase")


def _events(ws: Any, counting: Counting) -> pd.DataFrame:
    events = ws.table("events")
    actions = [one for one in DEFAULT_WEIGHTS if one != DWELL and counting.weight(one) > 0]
    table = (
        events.filter(events.event.isin(actions))
        .select("customer_id", "item_id", action="event", time=events.occurred_at.truncate("m"))
        .distinct()
    )
    return _local_days(_rows(table), ws.zone)


def _dwells(ws: Any, enough: float) -> pd.DataFrame:
    """Days on which events tell how long the customer stayed with the item, the share of enough."""
    timed = _timed(ws)
    minute = timed.occurred_at.truncate("m")
    spent = timed.group_by("customer_id", "item_id", time=minute).agg(
        seconds=timed.duration_s.sum()
    )
    days = _on_local_days(_rows(spent), ws.zone)
    days = days.groupby(["user_id", "item_id", "time"], as_index=False)["seconds"].sum()
    share = (days.pop("seconds") / enough).clip(upper=1)
    return days.assign(action=DWELL, share=share)


def _timed(ws: Any) -> Any:
    """Events that tell a duration."""
    events = ws.table("events")
    return events.filter((events.duration_s > 0) & ~events.duration_s.isnan())


def _ratings(ws: Any, threshold: float | None) -> pd.DataFrame:
    ratings = ws.table("ratings")
    if threshold is not None:
        ratings = ratings.filter(ratings.rating >= ibis.literal(threshold))
    table = ratings.select("customer_id", "item_id", "rating", time="rated_at").distinct()
    return _local_days(_rows(table, "rating"), ws.zone)


def _local_days(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    return _on_local_days(rows, zone).drop_duplicates(ignore_index=True)


def _on_local_days(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    time = rows["time"].to_numpy().astype("datetime64[s]")
    local = pd.Series(time).dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return rows.assign(time=seconds(local.dt.normalize()))
