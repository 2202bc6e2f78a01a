"""Target lists: drawn from a segment, filtered, split into arms, kept, and downloaded."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.csv_export import csv_bytes
from analytics.errors import InvalidSettingError, NotEnoughDataError, UnknownNameError
from analytics.notes import Note
from analytics.tables import among, collect
from recsys.campaigns.filters import Filters, without
from recsys.campaigns.holdout import holdout as drawn_holdout
from recsys.campaigns.power import minimum_detectable_effect
from recsys.models.base import Recommender
from recsys.segments import named

COLUMNS = [
    "customer_id",
    "segment",
    "reason",
    "arm",
    "is_holdout",
    "recency_days",
    "purchases",
    "revenue",
    "channel",
    "chance",
    "at_stake",
    "recommended_items",
    "recommended_names",
]
_TYPES = {"recency_days": "Int64", "purchases": "Int64", "is_holdout": bool}
_TYPES |= dict.fromkeys(("revenue", "chance", "at_stake"), float)
_OFTEN_BLANK = ("recency_days", "revenue", "channel", "chance", "at_stake")
_SEPARATOR = " | "
_FACTS, _LIST = "campaign.json", "list.csv"
_UNSAFE = re.compile(r"[^\w.-]+")
_PURCHASE_BANDS = [-1, 0, 1, 3, np.inf]
_BAND_NAMES = ["0", "1", "2-3", "4+"]


@dataclass(frozen=True, eq=False)
class Campaign:
    """One target list: its facts, as stored, and its table (`COLUMNS`)."""

    name: str
    folder: Path
    facts: Mapping[str, Any]
    table: pd.DataFrame

    def csv(
        self,
        arm: str | None = None,
        *,
        segment: str | None = None,
        say: Callable[[Note], str] = str,
    ) -> bytes:
        """The list to download; `arm` "treatment" or "holdout" alone, None for both.

        Parameters
        ----------
        segment : what the segment is called there; None for its name in the facts.
        say : how a reason is said; in English unless it translates.
        """
        rows: Any = self.table if arm is None else self.table.loc[self.table["arm"] == arm]
        if segment is not None:
            rows = rows.assign(segment=segment)
        rows = rows.assign(reason=[say(reason(row)) for row in rows.to_dict("records")])
        about = {name: self.facts[name] for name in ("as_of", "version")}
        return csv_bytes(rows, {"campaign": self.name, **about})


def create(
    ws: Any,
    *,
    name: str,
    segment: str,
    segment_kind: str,
    members: pd.DataFrame,
    filters: Filters | None = None,
    holdout: float = 0.1,
    seed: str = "",
    is_stratified: bool = True,
    recommender: Recommender | None = None,
    k: int = 3,
    base_rate: float | None = None,
) -> Campaign:
    """Draw a target list and store it with its holdout.

    Parameters
    ----------
    ws : the workspace.
    name : of the campaign, new in this workspace.
    segment, segment_kind : which rows of `members` are meant, and how they were made.
    members : customer_id, segment; where the segments are made by a forecast also chance (of no
        purchase in the next 90 days) and at_stake: the list then begins with the most at stake.
    filters : bounds and suppressions; None means none.
    holdout : share not contacted.
    seed : changes the draw; the same name, seed and members draw the same.
    is_stratified : draw in proportion within bands of purchases (0, 1, 2–3, 4 and more).
    recommender : trained; adds k items for each customer, None adds none.
    base_rate : expected share of buyers in the holdout, for the least effect that can be shown;
        where it is None and the members carry a chance, what that says of those listed.

    Raises
    ------
    InvalidSettingError
        If the name is taken or empty.
    NotEnoughDataError
        If nobody is left to list.
    """
    place = _place(ws, name)
    if place.exists():
        raise InvalidSettingError("the campaign's name", name, "it is taken, choose another")
    chosen = filters or Filters()
    people = _listed(ws, members, segment, chosen)
    strata = _bands(people.loc[:, "purchases"]) if is_stratified else None
    is_held = drawn_holdout(
        people.loc[:, "customer_id"], holdout, campaign=name, seed=seed, strata=strata
    )
    people = people.assign(is_holdout=is_held, arm=np.where(is_held, "holdout", "treatment"))
    people["reason"] = [reason(row) for row in people.to_dict("records")]
    if base_rate is None and people["chance"].notna().any():
        base_rate = float(1 - people["chance"].mean())
    people = people.join(_offers(recommender, people.loc[:, "customer_id"], k, ws)).loc[:, COLUMNS]
    facts = {
        "name": name,
        "segment_kind": segment_kind,
        "segment": segment,
        "as_of": None if ws.as_of is None else ws.as_of.isoformat(),
        "version": ws.version,
        "filters": chosen.as_json(),
        "holdout": holdout,
        "seed": seed,
        "is_stratified": is_stratified,
        "k": k if recommender is not None else 0,
        **_sizes(is_held, base_rate),
    }
    return _stored(place, Campaign(name, place, facts, people))


def register(ws: Any) -> pd.DataFrame:
    """All lists of the workspace, the latest as-of first, then by name.

    Returns
    -------
    DataFrame name, segment_kind, segment, as_of, version, n, n_treatment, n_holdout, holdout,
    base_rate, minimum_detectable_effect.
    """
    columns = [
        *("name", "segment_kind", "segment", "as_of", "version", "n", "n_treatment", "n_holdout"),
        *("holdout", "base_rate", "minimum_detectable_effect"),
    ]
    facts = [_facts(path) for path in ws.folder("campaigns").glob(f"*/{_FACTS}")]
    table = pd.DataFrame(facts, columns=pd.Index(columns))
    return table.sort_values(["as_of", "name"], ascending=[False, True], ignore_index=True)


def load(ws: Any, name: str) -> Campaign:
    """Read a stored list; UnknownNameError where there is none of that name."""
    place = _place(ws, name)
    if not (place / _FACTS).is_file():
        raise UnknownNameError("campaign", name, register(ws)["name"])
    types: Any = dict.fromkeys(COLUMNS, str) | _TYPES
    blank = {column: [""] for column in _OFTEN_BLANK}
    table: Any = pd.read_csv(place / _LIST, dtype=types, keep_default_na=False, na_values=blank)
    channel = table["channel"]
    table["channel"] = channel.astype(object).where(channel.notna(), None)
    table = table.reindex(columns=COLUMNS)  # older lists knew no chance
    return Campaign(name, place, _facts(place / _FACTS), table)


def _place(ws: Any, name: str) -> Path:
    safe = _UNSAFE.sub("-", name.strip()).strip(".-")
    if not safe:
        raise InvalidSettingError("the campaign's name", name, "use letters or digits")
    return ws.folder("campaigns") / safe


def _facts(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def _listed(ws: Any, members: pd.DataFrame, segment: str, filters: Filters) -> Any:
    """Members of the segment inside the filters, the first to contact first."""
    own = members_of(members, segment)
    if own.empty:
        raise UnknownNameError("segment", segment, sorted(set(members["segment"].dropna())))
    known = own.merge(customers(ws, own), on="customer_id")
    people: Any = without(filters.apply(known), suppressed(ws, filters))
    if people.empty:
        raise NotEnoughDataError(
            "the list", "customers inside the filters", needed=1, found=0, remedy="widen them"
        )
    return worth_most_first(people)


def members_of(members: pd.DataFrame, segment: str) -> Any:
    """Members of one segment, each once: customer_id, segment, chance, at_stake (may be null)."""
    table: Any = members.reindex(columns=["customer_id", "segment", "chance", "at_stake"])
    return table[table["segment"] == segment].drop_duplicates("customer_id")


def worth_most_first(people: Any) -> Any:
    """Sort by what is at stake where a forecast told it, else by what was spent; ties by id."""
    first = ["at_stake", "revenue", "customer_id"]
    return people.sort_values(first, ascending=[False, False, True], ignore_index=True)


def customers(ws: Any, chosen: pd.DataFrame | None = None) -> pd.DataFrame:
    """Those of `chosen` (None: all): id, last_day, recency_days, purchases, revenue, channel."""
    summary = ws.table("customer_summary")
    if chosen is not None:
        summary = among(summary, chosen[["customer_id"]])
    columns = ["customer_id", "last_day", "purchases", "revenue", "channel"]
    people = collect(summary.select(*columns))
    last = pd.to_datetime(people["last_day"])
    recency = (pd.Timestamp(ws.as_of or date.min) - last).dt.days
    return people.assign(
        recency_days=recency.astype("Int64"),
        purchases=people["purchases"].astype("Int64").fillna(0),
        revenue=people["revenue"].astype(float).fillna(0.0),
    )


def suppressed(ws: Any, filters: Filters) -> set[str]:
    """Ids of those whom the filters leave out because of earlier lists.

    Raises
    ------
    UnknownNameError
        If the filters name a list that does not exist.
    """
    past = register(ws)
    unknown = set(filters.exclude_campaigns) - set(past["name"])
    if unknown:
        raise UnknownNameError("campaign", min(unknown), past["name"])
    names = set(filters.exclude_campaigns)
    if filters.exclude_within_days is not None and ws.as_of is not None:
        age = (pd.Timestamp(ws.as_of) - pd.to_datetime(past["as_of"])).dt.days
        names |= set(past.loc[age.between(0, filters.exclude_within_days - 1), "name"])
    return {customer for one in names for customer in load(ws, one).table["customer_id"]}


def _bands(purchases: pd.Series) -> pd.Series:
    bands = pd.cut(purchases.astype(float), _PURCHASE_BANDS, labels=_BAND_NAMES)
    return pd.Series(bands).astype(str)


def reason(row: Mapping[str, Any]) -> Note:
    """Say why the customer of this row is listed."""
    if not row["purchases"]:
        return Note("listed_never_bought", "{segment}: has not bought yet.", segment=row["segment"])
    known = {name: row[name] for name in ("segment", "purchases")} | {"days": row["recency_days"]}
    if pd.isna(row["chance"]):
        text = "{segment}: last purchase {days} days ago, {purchases} in all."
        return Note("listed_silent", text, **known)
    text = (
        "{segment}: {chance:.0%} likely to buy nothing in the next 90 days; last purchase {days} "
        "days ago, {purchases} in all."
    )
    return Note("listed_likely_lost", text, **known, chance=float(row["chance"]))


def _offers(
    recommender: Recommender | None, customer_ids: pd.Series, k: int, ws: Any
) -> pd.DataFrame:
    """recommended_items and recommended_names of each customer, best first."""
    empty = pd.DataFrame("", index=customer_ids.index, columns=pd.Index(COLUMNS[-2:]))
    if recommender is None:
        return empty
    items = ws.table("item_summary").select("item_id", "item_name").execute()
    lists = named(recommender.recommend(customer_ids, k), items).groupby("user_id", sort=False)
    joined = pd.DataFrame(
        {
            "recommended_items": lists["item_id"].agg(_SEPARATOR.join),
            "recommended_names": lists["item_name"].agg(_SEPARATOR.join),
        }
    )
    return joined.reindex(customer_ids).fillna("").set_axis(customer_ids.index)


def _sizes(is_held: np.ndarray, base_rate: float | None) -> dict[str, Any]:
    n_held = int(is_held.sum())
    n_treated = len(is_held) - n_held
    least = None if base_rate is None else minimum_detectable_effect(n_treated, n_held, base_rate)
    return {
        "n": len(is_held),
        "n_treatment": n_treated,
        "n_holdout": n_held,
        "base_rate": base_rate,
        "minimum_detectable_effect": least,
    }


def _stored(place: Path, campaign: Campaign) -> Campaign:
    """Write aside, then rename: a list is there whole or not at all."""
    temporary = Path(tempfile.mkdtemp(prefix=".saving-", dir=place.parent))
    try:
        campaign.table.to_csv(temporary / _LIST, index=False)
        text = json.dumps(campaign.facts, ensure_ascii=False, indent=2)
        (temporary / _FACTS).write_text(text + "\n", "utf-8")
        temporary.rename(place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return campaign
