"""All kinds of segments by name, and who is in them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy.typing as npt
import pandas as pd

from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.segments import bands
from analytics.segments.rfm import SEGMENTS, rfm_segments, silence_note
from analytics.segments.sizes import segment_table
from analytics.segments.standing import Standing, standing
from analytics.tables import collect

KindName = Literal["rfm", "lifecycle", "value", "risk"]
TABLES = ("purchases", "customer_summary", "orders")


@dataclass(frozen=True)
class Kind:
    """One way to part the buyers: its segments in order, and the rule."""

    segments: tuple[str, ...]
    rule: Callable[[Standing], npt.NDArray[Any]]


KINDS: dict[str, Kind] = {
    "rfm": Kind(SEGMENTS, rfm_segments),
    "lifecycle": Kind(bands.LIFECYCLE, bands.lifecycle_segments),
    "value": Kind(bands.VALUE, bands.value_segments),
    "risk": Kind(bands.RISK, bands.risk_segments),
}


def find_kind(name: str) -> Kind:
    """Return the kind of this name, or say which there are."""
    if name not in KINDS:
        raise UnknownNameError("kind of segments", name, KINDS)
    return KINDS[name]


def segments(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    *,
    as_of: date,
    kind: KindName = "rfm",
) -> pd.DataFrame:
    """How large is each segment, what is it worth, how many of it come back?

    Parameters
    ----------
    purchases, customer_summary, orders
        The marts.
    as_of
        Local day up to which the data reach.
    kind
        "rfm" (see there), "lifecycle", "value" or "risk" (see `analytics.segments.bands`).

    Returns
    -------
    DataFrame
        The columns of `analytics.segments.rfm.rfm`; every segment has a row.
    """
    chosen = find_kind(kind)
    shop = standing(purchases, customer_summary, orders, as_of=as_of)
    result = segment_table(shop.table.assign(segment=chosen.rule(shop)), chosen.segments)
    result.attrs["notes"] = [] if kind == "value" else [silence_note(shop)]
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
        customer_id, segment, by id; every buyer once, whatever the order of the imported rows.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    NotEnoughDataError
        If the workspace holds no orders.
    """
    chosen = find_kind(kind)
    if workspace.as_of is None:
        raise NotEnoughDataError("segments", "orders", needed=1, found=0)
    shop = standing(*(workspace.table(name) for name in TABLES), as_of=workspace.as_of)
    people = shop.table[["customer_number"]].assign(segment=chosen.rule(shop))
    summary = workspace.table("customer_summary")
    ids = collect(summary.select("customer_number", "customer_id"))
    named: Any = people.merge(ids, on="customer_number")[["customer_id", "segment"]]
    return named.sort_values("customer_id", ignore_index=True)


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
