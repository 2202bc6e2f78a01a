"""Purchases after which a customer left or stayed, and what was known or done around them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from analytics.churn.features import day_end, epoch_seconds, numbered
from analytics.periods import DAY_S, epoch_day, epoch_days
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.repurchase.waits import waits
from analytics.tables import collect

AFTER = ("start", "progress", "finish", "comment", "like", "share")
"""Events that are looked for in the days after the purchase, with what was bought."""

BEFORE = ("view", "click", "cart")
"""Events that are looked for in the days before it: afterwards they are part of buying again."""

_TENURES = (0, 30, 90, 180, 365)
_NUMBERS = (1, 2, 3, 5)
_LOW, _HIGH = 0.25, 0.75
_MIDDLE = "middle"
_STEP = 10  # more than there are bands of tenure
_PURCHASE = ("customer_number", "purchase_number")


@dataclass(frozen=True)
class Shop:
    """The tables that the moments and their traits are made of, and how days are counted."""

    purchases: Any
    purchase_items: Any
    customer_summary: Any
    orders: Any
    item_summary: Any
    events: Any
    as_of: date
    zone: str


def moments(shop: Shop, lost_days: int) -> Any:
    """One row per purchase whose next `lost_days` days are over.

    Columns: customer_number, purchase_number, day, revenue (of all purchases so far), price (of
    this one), channel, stratum (number of purchases and tenure then, in bands), has_left (nothing
    bought in those days), is_lost (nor ever since).
    """
    known = waits(shop.purchases, shop.as_of)
    so_far = known.revenue.sum().over(
        group_by=known.customer_number, order_by=known.purchase_number, rows=(None, 0)
    )
    known = known.mutate(so_far=so_far)
    closed = known.filter(known.follow_up >= lost_days)
    tenure = epoch_days(closed.day) - epoch_days(closed.first_day)
    stratum = _band(closed.purchase_number, _NUMBERS) * _STEP + _band(tenure, _TENURES)
    return closed.select(
        "customer_number",
        "purchase_number",
        "day",
        "channel",
        revenue=closed.so_far.cast("float64"),
        price=closed.revenue.cast("float64"),
        stratum=stratum,
        has_left=~(closed.is_event & (closed.next_gap <= lost_days)),
        is_lost=~closed.is_event,
    )


def _band(value: Any, limits: tuple[int, ...]) -> Any:
    steps = [(value <= limit, place) for place, limit in enumerate(limits)]
    return ibis.cases(*steps, else_=len(limits))


def traits(shop: Shop, chosen: Any, *, days: int) -> Any:
    """One row per purchase, trait and value that holds for it."""
    parts = [_attributes(shop, chosen), _contents(shop, chosen), _coupons(shop, chosen)]
    events = numbered(shop.events, shop.customer_summary)
    if events is not None:
        parts.append(_events(shop, chosen, events, days))
    return ibis.union(*parts)


def _trait(table: Any, name: str, value: Any) -> Any:
    rows = table.select(
        *_PURCHASE,
        trait=ibis.literal(name),
        value=ibis.literal(value) if isinstance(value, str) else value.cast("string"),
    )
    return rows.filter(rows.value.notnull())


def _attributes(shop: Shop, chosen: Any) -> Any:
    low, high = _price_cuts(shop)
    price = chosen.price
    band = ibis.cases((price <= low, "low"), (price > high, "high"), else_=_MIDDLE)
    return ibis.union(_trait(chosen, "channel", chosen.channel), _trait(chosen, "price_band", band))


def _price_cuts(shop: Shop) -> tuple[float, float]:
    """Quartiles of what a purchase of the shop costs."""
    known = shop.purchases.filter(shop.purchases.day <= shop.as_of)
    known = known.mutate(price=known.revenue.cast("float64"))
    counts = collect(known.group_by("price").aggregate(n=known.count()))
    low, high = weighted_quantiles(counts["price"], counts["n"], [_LOW, _HIGH])
    return float(low), float(high)


def _contents(shop: Shop, chosen: Any) -> Any:
    keys = list(_PURCHASE)
    bought = shop.purchase_items.select(*keys, "item_id", "category")
    items = chosen.select(*keys).inner_join(bought, keys)
    types = shop.item_summary.select("item_id", "content_type")
    items = items.left_join(types, "item_id")
    several = items.group_by(keys).aggregate(n=items.item_id.nunique())
    return ibis.union(
        _trait(items, "category", items.category).distinct(),
        _trait(items, "content_type", items.content_type).distinct(),
        _trait(several.filter(several.n > 1), "basket", "several"),
    )


def _coupons(shop: Shop, chosen: Any) -> Any:
    orders = shop.orders.filter(shop.orders.is_purchase)
    mine = chosen.select(*_PURCHASE, "day").inner_join(
        orders.select("customer_number", "day", "coupon", refunded=orders.refunded > 0),
        ["customer_number", "day"],
    )
    return ibis.union(
        _trait(mine.filter(mine.coupon.notnull()), "discount", "coupon").distinct(),
        _trait(mine.filter(mine.refunded), "refund", "partial").distinct(),
    )


def _events(shop: Shop, chosen: Any, events: Any, days: int) -> Any:
    """Events that were not there in the days after the purchase, or in those before it.

    Afterwards only what was bought counts: the rest may belong to the next purchase already.
    """
    own = shop.purchase_items.select(*_PURCHASE, "item_id")
    seen = local_days(events, as_of=shop.as_of, zone=shop.zone)
    rows = chosen.select(*_PURCHASE, bought=epoch_days(chosen.day))
    after = rows.inner_join(own, _PURCHASE).inner_join(seen, ["customer_number", "item_id"])
    before = rows.inner_join(seen, "customer_number")
    windows = {
        "missed_after": (AFTER, after.filter(_within(after, 0, days))),
        "missed_before": (BEFORE, before.filter(_within(before, -days, 0))),
    }
    return ibis.union(
        *(
            _trait(chosen.anti_join(near.filter(near.event == event), _PURCHASE), name, event)
            for name, (names, near) in windows.items()
            for event in names
        )
    )


def _within(rows: Any, first: int, last: int) -> Any:
    since = rows["at"] - rows.bought
    return (since >= first) & (since <= last)


def local_days(events: Any, *, as_of: date, zone: str) -> Any:
    """Give customer_number, item_id, event and local day, as a number, of what was done by as-of.

    Local days are told by the zone's distance from UTC at as-of, so that near a change of clocks
    an hour may fall on the neighbouring day.
    """
    end = day_end(as_of, zone)
    ahead = (epoch_day(as_of) + 1) * DAY_S - epoch_seconds(end)
    known = events.filter(events.occurred_at < ibis.literal(end))
    local = (known.occurred_at.epoch_seconds() + ahead) // DAY_S
    return known.select("customer_number", "item_id", "event", at=local)
