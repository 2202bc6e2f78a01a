"""All kinds of segments by name, and who is in them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy.typing as npt
import pandas as pd

from analytics.churn.snapshots import Log
from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.segments import bands
from analytics.segments.rfm import SEGMENTS, rfm_segments, silence_note
from analytics.segments.risk import RISK, Risks, risks
from analytics.segments.sizes import segment_table
from analytics.segments.standing import Standing, standing
from analytics.tables import among, collect

KindName = Literal["rfm", "lifecycle", "value", "risk"]
TABLES = ("purchases", "customer_summary", "orders")
ALL_TABLES = (*TABLES, "purchase_items", "events", "refund_lines")


@dataclass(frozen=True)
class Kind:
    """One way to part the buyers: its segments in order, and the rule.

    None where where they stand is not enough for a rule: risk learns from their past.
    """

    segments: tuple[str, ...]
    rule: Callable[[Standing], npt.NDArray[Any]] | None


KINDS: dict[str, Kind] = {
    "rfm": Kind(SEGMENTS, rfm_segments),
    "lifecycle": Kind(bands.LIFECYCLE, bands.lifecycle_segments),
    "value": Kind(bands.VALUE, bands.value_segments),
    "risk": Kind(RISK, None),
}


def find_kind(name: str) -> Kind:
    """Return the kind of this name, or say which there are."""
    if name not in KINDS:
        raise UnknownNameError("kind of segments", name, KINDS)
    return KINDS[name]


def segments(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    purchase_items: Any,
    events: Any,
    refund_lines: Any,
    *,
    as_of: date,
    zone: str = "UTC",
    kind: KindName = "rfm",
) -> pd.DataFrame:
    """How large is each segment, what is it worth, how many of it come back?

    Parameters
    ----------
    purchases, customer_summary, orders, purchase_items, events, refund_lines
        The marts and the events.
    as_of
        Local day up to which the data reach.
    zone
        Time zone of local days.
    kind
        "rfm" (see there), "lifecycle" or "value" (see `analytics.segments.bands`) or "risk" (see
        `analytics.segments.risk`).

    Returns
    -------
    DataFrame
        The columns of `analytics.segments.rfm.rfm`; every segment has a row.
    """
    chosen = find_kind(kind)
    shop = standing(purchases, customer_summary, orders, as_of=as_of)
    if chosen.rule is None:
        tables = (purchases, purchase_items, events, customer_summary, orders, refund_lines)
        log = Log.of(*tables, zone=zone)
        return risk_sizes(shop, risks(shop, log, as_of=as_of))
    result = segment_table(shop.table.assign(segment=chosen.rule(shop)), chosen.segments)
    result.attrs["notes"] = [] if kind == "value" else [silence_note(shop)]
    return result


def risk_sizes(shop: Standing, found: Risks) -> pd.DataFrame:
    """Give the table of `segments` for these risks."""
    people = shop.table.assign(segment=found.table["segment"].to_numpy())
    result = segment_table(people, RISK)
    result.attrs["notes"] = [*found.notes, silence_note(shop)] if len(people) else []
    return result


def members(workspace: Any, kind: str = "rfm") -> pd.DataFrame:
    """Which segment is each buyer in?

    Parameters
    ----------
    workspace
        An open workspace.
    kind
        Name in `KINDS`.

    Returns
    -------
    DataFrame
        customer_id, segment, by id; every buyer once, whatever the order of the imported rows. Of
        kind "risk" also chance (of no purchase in the next 90 days) and at_stake (see
        `analytics.segments.risk`).

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    NotEnoughDataError
        If the workspace holds no orders.
    """
    chosen = find_kind(kind)
    shop = standing_of(workspace)
    if chosen.rule is None:
        return named(risks_of(workspace, shop).table, workspace)
    people = shop.table[["customer_number"]].assign(segment=chosen.rule(shop))
    return named(people, workspace)


def standing_of(workspace: Any) -> Standing:
    """Collect where every buyer of a workspace stands at as-of.

    Raises
    ------
    NotEnoughDataError
        If the workspace holds no orders.
    """
    if workspace.as_of is None:
        raise NotEnoughDataError("segments", "orders", needed=1, found=0)
    return standing(*(workspace.table(name) for name in TABLES), as_of=workspace.as_of)


def risks_of(workspace: Any, shop: Standing) -> Risks:
    """Give the risk of every buyer of a workspace."""
    names = ("purchases", "purchase_items", "events", "customer_summary", "orders", "refund_lines")
    log = Log.of(*(workspace.table(name) for name in names), zone=workspace.settings.zone)
    return risks(shop, log, as_of=workspace.as_of)


def named(people: Any, workspace: Any) -> pd.DataFrame:
    """Give these people by customer_id, sorted by it, in place of customer_number."""
    summary = workspace.table("customer_summary")
    ids = among(summary.select("customer_number", "customer_id"), people[["customer_number"]])
    table: Any = collect(ids).merge(people, on="customer_number")
    table = table.sort_values("customer_number", ignore_index=True)  # numbered in the ids' order
    return table.drop(columns="customer_number")


def summary(people: pd.DataFrame) -> pd.DataFrame:
    """How large is each segment among these members?

    Returns
    -------
    DataFrame
        segment, size, share; the largest first, ties by name.
    """
    sizes = people["segment"].value_counts().rename_axis("segment").reset_index(name="size")
    sizes = sizes.sort_values(["size", "segment"], ascending=[False, True], ignore_index=True)
    return sizes.assign(share=sizes["size"] / max(len(people), 1))
