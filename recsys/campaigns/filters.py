"""Which members of a segment are worth listing now."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analytics.errors import InvalidSettingError


@dataclass(frozen=True)
class Filters:
    """Bounds on customers, both ends included; None leaves an end open.

    Parameters
    ----------
    min_recency_days, max_recency_days : days from the last purchase to as-of; customers who never
        bought have none and fail a bound.
    min_purchases, max_purchases : purchases.
    min_revenue, max_revenue : money of all valid orders, in the workspace's currency.
    channels : those allowed; empty means all.
    exclude_campaigns : names of lists whose members are left out.
    exclude_within_days : leave out members of lists whose as-of lies fewer days back than this.
    """

    min_recency_days: int | None = None
    max_recency_days: int | None = None
    min_purchases: int | None = None
    max_purchases: int | None = None
    min_revenue: float | None = None
    max_revenue: float | None = None
    channels: tuple[str, ...] = ()
    exclude_campaigns: tuple[str, ...] = ()
    exclude_within_days: int | None = None

    def __post_init__(self) -> None:
        for name in ("recency_days", "purchases", "revenue"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            if low is not None and high is not None and low > high:
                raise InvalidSettingError(f"min_{name}", low, f"give at most max_{name}, {high}")

    def as_json(self) -> dict[str, Any]:
        """The bounds that are set."""
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}

    def apply(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Customers inside the bounds; suppression by earlier lists is not looked at here.

        Parameters
        ----------
        customers : recency_days, purchases, revenue, channel.
        """
        kept = customers
        for name in ("recency_days", "purchases", "revenue"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            if low is not None:
                kept = kept.loc[(kept[name] >= low).eq(other=True)]  # null fails a bound
            if high is not None:
                kept = kept.loc[(kept[name] <= high).eq(other=True)]
        return kept.loc[kept["channel"].isin(self.channels)] if self.channels else kept


def without(customers: pd.DataFrame, suppressed: Iterable[str]) -> pd.DataFrame:
    """Customers that are not suppressed."""
    return customers.loc[~customers["customer_id"].isin(list(suppressed))]
