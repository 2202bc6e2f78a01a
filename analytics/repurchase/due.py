"""Who is about to buy again?"""

from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.breakdown import ALL, with_group
from analytics.errors import InvalidSettingError
from analytics.intervals import newcombe
from analytics.notes import Note
from analytics.periods import epoch_day, epoch_days
from analytics.repurchase.alike import CAP, likely, step_of, with_chances, with_numbers
from analytics.repurchase.waits import waits
from analytics.tables import among, collect, finish

_COUNTED, _SUMS = ["group", "number", "duration"], ["events", "censored", "hits"]
_COLUMNS = ["customer_id", "due_day", "chance", "ci_lower", "ci_upper", "lift", "expected_revenue"]
_COLUMNS += ["last_item_id", "last_day", "silent_days", "purchases", "mean_purchase_revenue"]
_COLUMNS += ["revenue", "n_at_risk", "is_mature"]


def due(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any,
    *,
    as_of: date,
    within: int = 7,
    by: str | None = None,
    limit: int = 500,
) -> pd.DataFrame:
    """Who will most likely buy within the coming days?

    The chance of a purchase in these days is `1 − S(s + H) / S(s)`: s days of silence so far, S the
    Kaplan-Meier curve of the waits of customers alike, those with as many purchases (1, 2, 3, 4,
    5–6, 7–9, 10–14, 15–24, 25 and more). A customer is listed where the odds of that chance are at
    least twice those of all customers together, its interval lies above their mean, and 30 waits or
    more stand behind it.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts.
    as_of
        Local day up to which the data reach; the list is for the days after it.
    within
        H, days ahead.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME": customers alike are then
        those of the same group too, where 30 of its waits have ended.
    limit
        Customers at most, the likeliest first; 0 for all.

    Returns
    -------
    DataFrame
        customer_id, due_day (by which half of those alike who return at all have returned), chance
        (of a purchase within these days, after this silence), ci_lower, ci_upper (95 %, log-log
        Greenwood), lift (chance ÷ mean chance of all customers), expected_revenue (chance × mean
        purchase), last_item_id (dearest item of the last purchase), last_day, silent_days,
        purchases, mean_purchase_revenue, revenue (of all purchases), n_at_risk (waits behind the
        chance), is_mature (the follow-up reaches so far; true of all that are listed).

    Raises
    ------
    InvalidSettingError
        If `within` is not positive or the limit negative.

    Notes
    -----
    Own definition on Kaplan & Meier (1958). Neither overdue against the customer's own gaps nor
    their pace told more than purchases and silence on four shops. The same rule is tried on the
    data as they were so many days ago, and what came of it stands in the notes: a list is worth
    what it hits beyond the other customers.
    """
    if within < 1:
        raise InvalidSettingError("within", within, "give whole days from 1")
    if limit < 0:
        raise InvalidSettingError("limit", limit, "give a whole number, or 0 for all")
    grouped = purchases if by is None else with_group(purchases, customer_summary, by)
    counts = _counts(grouped, as_of)
    cells = likely(_cells(counts, within))
    people = _people(grouped, as_of, _needed(cells, limit))
    shown = people if limit == 0 else people.head(limit)
    table = _described(shown, as_of, purchases, customer_summary, purchase_items)
    order = ["chance", "expected_revenue", "customer_id"]
    table = table.sort_values(order, ascending=[False, False, True])
    before = _before(counts, _since(grouped, as_of, within), within)
    notes = _list_notes(int(cells["censored"].sum()), len(shown))
    notes += _trial_notes(before, as_of, within)
    return finish(table[_COLUMNS], [], notes)


def _counts(grouped: Any, as_of: date) -> Any:
    """Waits by as-of counted by group, number of purchases (`CAP` and more are one), length."""
    known = waits(grouped, as_of)
    known = known.mutate(number=ibis.least(known.purchase_number, CAP))
    keys = [name for name in _COUNTED if name in known.columns]
    counts = collect(
        known.group_by(keys).aggregate(n=known.count(), events=known.count(where=known.is_event))
    )
    counts = counts if "group" in keys else counts.assign(group=ALL)
    return counts.assign(censored=counts["n"] - counts["events"], hits=0)[[*_COUNTED, *_SUMS]]


def _cells(counts: pd.DataFrame, within: int) -> pd.DataFrame:
    """Counts by class instead of number, with the chance of every length."""
    keys = ["group", "step", "duration"]
    classed: Any = counts.assign(step=step_of(counts["number"]))
    classed = classed.groupby(keys, dropna=False, as_index=False)[_SUMS].sum()
    return with_chances(classed, within)


def _needed(cells: pd.DataFrame, limit: int) -> Any:
    """Cells, the likeliest first, that hold the customers of the list, and ties of the last."""
    if limit == 0 or cells.empty:
        return cells
    place = int(np.searchsorted(cells["censored"].cumsum().to_numpy(), limit))
    last = cells["chance"].iloc[min(place, len(cells) - 1)]
    return cells[cells["chance"] >= last]


def _people(grouped: Any, as_of: date, cells: Any) -> pd.DataFrame:
    """Customers of these cells, the likeliest first."""
    wanted = with_numbers(cells).assign(group=lambda cell: cell["group"].map(_text))
    silent = cells["duration"] if len(cells) else pd.Series([0])
    begin, end = (as_of - timedelta(days=int(days)) for days in (silent.max(), silent.min()))
    last = waits(grouped.filter(grouped.day.between(begin, end)), as_of)
    last = last.filter(~last.is_event).select(
        *("customer_number", "purchase_number", "day", "duration"),
        number=ibis.least(last.purchase_number, CAP),
        group=last.group.fill_null("") if "group" in last.columns else ibis.literal(ALL),
    )
    people: Any = collect(among(last, wanted[_COUNTED])).merge(wanted, on=_COUNTED)
    return people.sort_values(["chance", "customer_number"], ascending=[False, True])


def _text(group: Any) -> str:
    return "" if pd.isna(group) else str(group)


def _described(
    people: pd.DataFrame, as_of: date, purchases: Any, customer_summary: Any, purchase_items: Any
) -> Any:
    """Names, last items and money of the listed customers."""
    listed = ibis.memtable(people[["customer_number", "purchase_number"]])
    one = listed.select("customer_number")
    summary = customer_summary.semi_join(one, "customer_number")
    names = collect(summary.select("customer_number", "customer_id"))
    money = purchases.filter(purchases.day <= as_of).semi_join(one, "customer_number")
    paid = collect(money.group_by("customer_number").aggregate(revenue=money.revenue.sum()))
    table: Any = people.merge(names, on="customer_number").merge(paid, on="customer_number")
    table = table.merge(_last_items(listed, purchase_items), on="customer_number", how="left")
    mean = table["revenue"] / table["purchase_number"]
    return table.assign(
        due_day=pd.Timestamp(as_of) + pd.to_timedelta(table["days_left"], unit="D"),
        last_day=table["day"],
        purchases=table["purchase_number"],
        silent_days=table["duration"],
        mean_purchase_revenue=mean,
        expected_revenue=table["chance"] * mean,
        is_mature=table["chance"].notna(),
    )


def _last_items(listed: Any, purchase_items: Any) -> pd.DataFrame:
    lines = purchase_items.semi_join(listed, ["customer_number", "purchase_number"])
    held = collect(lines.select("customer_number", "item_id", "revenue"))
    order = ["customer_number", "revenue", "item_id"]
    held = held.sort_values(order, ascending=[True, False, True])
    dearest: Any = held.drop_duplicates("customer_number")[["customer_number", "item_id"]]
    return dearest.rename(columns={"item_id": "last_item_id"})


def _list_notes(people: int, shown: int) -> list[Note]:
    if shown == people:
        return []
    text = "{people:,} customers are due; the {shown:,} likeliest are listed."
    return [Note("due_left_out", text, people=people, shown=shown)]


def _since(grouped: Any, as_of: date, within: int) -> pd.DataFrame:
    """Purchases of the last days, counted: number, gap, next_gap, age (days after the trial's)."""
    then = as_of - timedelta(days=within)
    recent = grouped.filter(grouped.day > then, grouped.day <= as_of)
    recent = recent.mutate(
        number=ibis.least(recent.purchase_number, CAP + 1),
        age=epoch_days(recent.day) - epoch_day(then),
    )
    keys = [
        name for name in ("group", "number", "gap", "next_gap", "age") if name in recent.columns
    ]
    table = collect(recent.group_by(keys).aggregate(n=recent.count()))
    return table if "group" in keys else table.assign(group=ALL)


def _before(counts: pd.DataFrame, since: Any, within: int) -> pd.DataFrame:
    """Counted waits as they stood so many days ago, and how many of the open ones ended since.

    Only the purchases since then tell the two apart, so the mart need not be counted again.
    """
    follow_up = within - since["age"]
    has_ended = (since["next_gap"].astype("Int64") <= follow_up).to_numpy(bool, na_value=False)
    begun = since.assign(
        number=since["number"].clip(upper=CAP),
        duration=since["next_gap"].where(has_ended, follow_up),
        events=-since["n"] * has_ended,
        censored=-since["n"] * ~has_ended,
    )
    ended = since[(since["gap"].astype("Int64") >= since["age"]).to_numpy(bool, na_value=False)]
    ended = ended.assign(number=ended["number"] - 1)
    reopened = ended.assign(duration=ended["gap"] - ended["age"], censored=ended["n"])
    unended = ended.assign(duration=ended["gap"], events=-ended["n"])
    old = pd.concat([counts, begun])
    parts = [
        old.assign(censored=0),
        old.assign(events=0, duration=old["duration"] - within),
        reopened.assign(hits=ended["n"]),
        unended,
    ]
    every: Any = pd.concat([part.reindex(columns=[*_COUNTED, *_SUMS]) for part in parts])
    every = every.astype({"number": "int64", "duration": "int64"}).fillna(dict.fromkeys(_SUMS, 0))
    found = every.groupby(_COUNTED, dropna=False, as_index=False)[_SUMS].sum()
    return found[(found["events"] > 0) | (found["censored"] > 0)].astype(dict.fromkeys(_SUMS, int))


def _trial_notes(before: pd.DataFrame, as_of: date, within: int) -> list[Note]:
    """Try the rule on the data of `within` days ago: who of the list bought since, who else did."""
    then, cells = as_of - timedelta(days=within), _cells(before, within)
    listed = likely(cells)
    n, hits = int(listed["censored"].sum()), int(listed["hits"].sum())
    others, other_hits = int(cells["censored"].sum()) - n, int(cells["hits"].sum()) - hits
    if not n or not others:
        return []
    text = (
        "Tried on the data of {day}: of the {n:,} customers due then {rate:.1%} bought within the "
        "{within} days ({expected:.1%} were expected to), of all others {base:.1%} (difference "
        "{lower:+.1f} to {upper:+.1f} points)."
    )
    _, lower, upper = newcombe(hits, n, other_hits, others)
    expected = float((listed["chance"] * listed["censored"]).sum() / n)
    found = {"n": n, "rate": hits / n, "base": other_hits / others, "expected": expected}
    found |= {"lower": float(lower) * 100, "upper": float(upper) * 100}
    return [Note("due_trial", text, day=then.isoformat(), within=within, **found)]
