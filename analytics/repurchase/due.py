"""Who is about to buy again?"""

from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.breakdown import with_group
from analytics.errors import InvalidSettingError
from analytics.intervals import newcombe
from analytics.notes import Note
from analytics.repurchase.cycles import OWN_CYCLE, Cycles
from analytics.repurchase.gaps import customer_medians
from analytics.repurchase.waits import count_waits, waits
from analytics.tables import collect, finish

_COLUMNS = ["customer_id", "due_day", "chance", "ci_lower", "ci_upper", "expected_revenue"]
_COLUMNS += ["last_item_id", "last_day", "silent_days", "purchases", "cycle_days", "basis"]
_COLUMNS += ["mean_purchase_revenue", "revenue", "n_at_risk", "is_mature"]


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
    """Whose next purchase is due within the coming days?

    A customer with three or more purchases has a cycle: the median of the customer's own gaps. For
    the others it is the median wait of the curve after their first or second purchase, or, where
    fewer than half ever come back, the median wait of those who do. The next purchase is due so
    many days after the last one; who is due within the next days is listed, by the chance of a
    purchase in these days that the curve gives after so much silence.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts.
    as_of
        Local day up to which the data reach; the list is for the days after it.
    within
        Days ahead.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME": cycle and chance are then
        those of the customer's group, where it has at least 30 ended waits of that step.
    limit
        Customers at most, the likeliest first; 0 for all.

    Returns
    -------
    DataFrame
        customer_id, due_day, chance (of a purchase within these days, after this silence),
        ci_lower, ci_upper (95 %, log-log Greenwood), expected_revenue (chance × mean purchase),
        last_item_id (dearest item of the last purchase), last_day, silent_days, purchases,
        cycle_days, basis ("own", "curve", or "repeaters": the median of those who came back),
        mean_purchase_revenue, revenue (of all purchases), n_at_risk (waits behind the chance),
        is_mature (the follow-up of the curve reaches so far; null chance where it does not).

    Raises
    ------
    InvalidSettingError
        If `within` is not positive or the limit negative.

    Notes
    -----
    Own definition. The same rule is tried on the data as they were so many days ago, and what came
    of it stands in the notes: a list is worth what it hits beyond the other customers.
    """
    if within < 1:
        raise InvalidSettingError("within", within, "give whole days from 1")
    if limit < 0:
        raise InvalidSettingError("limit", limit, "give a whole number, or 0 for all")
    grouped = with_group(purchases, customer_summary, by)
    people = _due(grouped, as_of, within).sort_values("customer_number")
    people = people.sort_values("chance", ascending=False, kind="stable", na_position="last")
    shown = people if limit == 0 else people.head(limit)
    table = _described(shown, purchases, customer_summary, purchase_items)
    order = ["chance", "expected_revenue", "customer_id"]
    table = table.sort_values(order, ascending=[False, False, True], na_position="last")
    notes = [*_list_notes(len(people), len(shown)), *_trial_notes(grouped, as_of, within)]
    return finish(table[_COLUMNS], [], notes)


def _due(grouped: Any, as_of: date, within: int) -> pd.DataFrame:
    """Customers due in the days after as-of: cycle, basis, chance, and the gap that followed."""
    known = waits(grouped, as_of)
    step = (known.purchase_number < OWN_CYCLE).ifelse(known.purchase_number, OWN_CYCLE)
    known = known.mutate(step=step.cast("int64"))
    cycles = Cycles(count_waits(known, "group", "step"))
    last = known.filter(~known.is_event).select(
        "customer_number", "purchase_number", "group", "step", "day", "next_gap", silent="follow_up"
    )
    parts = [_by_own(last, known, within), _by_curve(last, cycles, within)]
    people = pd.concat(parts, ignore_index=True)
    return cycles.with_chance(people, within)


def _by_own(last: Any, known: Any, within: int) -> pd.DataFrame:
    """Customers with a cycle of their own: the median of their gaps."""
    several = last.filter(last.purchase_number >= OWN_CYCLE)
    gaps = known.filter(known.gap.notnull()).semi_join(several, "customer_number")
    own = customer_medians(gaps.select("customer_number", "purchase_number", "gap"))
    joined = several.inner_join(own, "customer_number")
    chosen = joined.filter(_falls_due(joined.doubled, 2 * joined.silent, 2 * within))
    people = collect(chosen.select(*last.columns, "doubled"))
    people["cycle_days"] = people.pop("doubled").astype("float64") / 2
    return people.assign(basis="own")


def _by_curve(last: Any, cycles: Cycles, within: int) -> pd.DataFrame:
    """Customers with one or two purchases: the wait that is usual at their step, in their group."""
    few = last.filter(last.purchase_number < OWN_CYCLE)
    few = few.mutate(key=few.group.fill_null(""))
    usual = ibis.memtable(cycles.usual)
    joined = few.inner_join(usual, [few.key == usual.key, few.step == usual.usual_step])
    chosen = joined.filter(_falls_due(joined.cycle_days, joined.silent, within))
    return collect(chosen.select(*last.columns, "cycle_days", "basis"))


def _falls_due(cycle: Any, silent: Any, within: int) -> Any:
    return (cycle > silent) & (cycle <= silent + within)


def _described(
    people: pd.DataFrame, purchases: Any, customer_summary: Any, purchase_items: Any
) -> Any:
    """Names, last items and money of the listed customers."""
    listed = ibis.memtable(people[["customer_number", "purchase_number"]])
    one = listed.select("customer_number")
    summary = customer_summary.semi_join(one, "customer_number")
    names = collect(summary.select("customer_number", "customer_id"))
    money = purchases.inner_join(listed.rename(last_number="purchase_number"), "customer_number")
    money = money.filter(money.purchase_number <= money.last_number)
    paid = collect(money.group_by("customer_number").aggregate(revenue=money.revenue.sum()))
    table: Any = people.merge(names, on="customer_number").merge(paid, on="customer_number")
    table = table.merge(_last_items(listed, purchase_items), on="customer_number", how="left")
    mean = table["revenue"] / table["purchase_number"]
    return table.assign(
        due_day=table["day"] + pd.to_timedelta(np.ceil(table["cycle_days"]), unit="D"),
        last_day=table["day"],
        purchases=table["purchase_number"],
        silent_days=table["silent"],
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


def _trial_notes(grouped: Any, as_of: date, within: int) -> list[Note]:
    """Try the rule on the data of `within` days ago: who of the list bought since, who else did."""
    then = as_of - timedelta(days=within)
    listed = _due(grouped, then, within)
    before = waits(grouped, then)
    last = before.filter(~before.is_event)
    everyone = collect(
        last.aggregate(n=last.count(), hits=last.count(where=_bought(last, within)))
    ).iloc[0]
    hits = int((listed["next_gap"] <= listed["silent"] + within).sum())
    others, other_hits = int(everyone["n"]) - len(listed), int(everyone["hits"]) - hits
    if not len(listed) or not others:
        return []
    text = (
        "Tried on the data of {day}: of the {n:,} customers due then {rate:.1%} bought within the "
        "{within} days, of all others {base:.1%} (difference {lower:+.1f} to {upper:+.1f} points)."
    )
    _, lower, upper = newcombe(hits, len(listed), other_hits, others)
    found = {"n": len(listed), "rate": hits / len(listed), "base": other_hits / others}
    found |= {"lower": float(lower) * 100, "upper": float(upper) * 100}
    return [Note("due_trial", text, day=then.isoformat(), within=within, **found)]


def _bought(last: Any, within: int) -> Any:
    return (last.next_gap <= last.follow_up + within).fill_null(False)  # noqa: FBT003
