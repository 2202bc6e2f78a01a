"""A past campaign: drawn at random among silent customers, with a holdout and a known effect."""

from dataclasses import dataclass

import calendar_days
import numpy as np
import truths
from customers import Customer
from draws import Draws
from purchases import Purchase, Simulation

Row = tuple[object, ...]
HEADER = ("user_id", "arm", "assigned_at")
_SENT = 10 * 3600  # the list was drawn at ten in the morning


@dataclass(frozen=True)
class Campaign:
    """Who was drawn, who of them was treated, and the purchases that only the campaign brought."""

    members: np.ndarray
    is_treated: np.ndarray
    purchases: list[Purchase]


def run_campaign(simulation: Simulation) -> Campaign:
    """Assign the silent customers, and let the treated buy more often by the planted uplift."""
    draws = Draws(4)
    day = calendar_days.number_of(truths.CAMPAIGN_DAY)
    members = _silent(simulation.purchases, day)
    order = np.argsort(draws.many(len(members)), kind="stable")
    is_treated = order >= round(truths.CAMPAIGN_HOLDOUT * len(members))
    buys = np.isin(members, _buyers(simulation.purchases, day))
    # As many who would not have bought are moved as make the uplift of the whole treated arm.
    movable = members[is_treated & ~buys]
    n_moved = round(truths.CAMPAIGN_UPLIFT * is_treated.sum())
    who = movable[np.argsort(draws.many(len(movable)), kind="stable")[:n_moved]]
    days = day + 1 + (draws.many(len(who)) ** 1.5 * truths.CAMPAIGN_WINDOW).astype(int)
    courses = simulation.choose(who, days)
    extra = [
        Purchase(int(who[i]), 0, int(days[i]), draws.between(8, 22) * 3600, (int(c),))
        for i, c in enumerate(courses)
    ]
    return Campaign(members, is_treated, extra)


def rows(campaign: Campaign, customers: list[Customer]) -> list[Row]:
    """Lines of campaign.csv."""
    day = calendar_days.number_of(truths.CAMPAIGN_DAY)
    drawn_at = calendar_days.moment(day, _SENT).isoformat(sep=" ")
    return [
        (customers[member].user_id, "treatment" if treated else "holdout", drawn_at)
        for member, treated in zip(campaign.members, campaign.is_treated, strict=True)
    ]


def _silent(purchases: list[Purchase], day: int) -> np.ndarray:
    """Return customers with a purchase before the day, the last of them at least 90 days ago."""
    last: dict[int, int] = {}
    for one in purchases:
        if one.day <= day:
            last[one.customer] = max(one.day, last.get(one.customer, 0))
    return np.array(sorted(c for c, seen in last.items() if day - seen >= truths.HORIZON))


def _buyers(purchases: list[Purchase], day: int) -> np.ndarray:
    """Return customers who buy within the window without any campaign."""
    end = day + truths.CAMPAIGN_WINDOW
    return np.unique([one.customer for one in purchases if day < one.day <= end])
