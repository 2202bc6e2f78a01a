"""How long customers stay, where nobody says goodbye."""

from datetime import date
from typing import Any, Literal

from analytics.periods import epoch_day, epoch_days
from analytics.repurchase.waits import waits

Origin = Literal["first-purchase", "signup"]


def last_purchases(purchases: Any, as_of: date) -> Any:
    """One row per buyer: the last purchase by as-of.

    `purchase_number` is then the number of purchases, `gap` the days before the last one and
    `follow_up` the silence since.
    """
    known = waits(purchases, as_of)
    return known.filter(~known.is_event)


def lifetimes(
    purchases: Any, customer_summary: Any, *, as_of: date, lost_days: int, origin: Origin
) -> Any:
    """One row per buyer: `duration` in days from the origin, `is_event` where the buyer is lost.

    Lost is who has been silent for more than `lost_days`; the lifetime then ended with the last
    purchase. Everyone else is censored at as-of. With the origin "signup" only buyers with a
    sign-up date have a row, and a purchase before it counts as the origin.
    """
    last = last_purchases(purchases, as_of)
    last = last.select(
        "customer_number",
        last_day=epoch_days(last.day),
        origin=epoch_days(last.first_day),
        silent=last.follow_up,
    )
    if origin == "signup":
        known = customer_summary.filter(customer_summary.signed_up_day.notnull())
        known = known.select("customer_number", signed_up=epoch_days(known.signed_up_day))
        last = last.inner_join(known, "customer_number")
        earlier = (last.signed_up < last.origin).ifelse(last.signed_up, last.origin)
        last = last.mutate(origin=earlier)
    is_lost = last.silent > lost_days
    end = is_lost.ifelse(last.last_day, epoch_day(as_of))
    return last.select("customer_number", duration=end - last.origin, is_event=is_lost)


def second_purchase_waits(purchases: Any, *, as_of: date) -> Any:
    """One row per buyer: `duration` in days to the second purchase or as-of, `is_event`."""
    first = waits(purchases.filter(purchases.purchase_number == 1), as_of)
    return first.select("customer_number", "duration", "is_event")
