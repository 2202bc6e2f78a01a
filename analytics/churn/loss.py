"""What did those who left do before, that comparable customers who stayed did not?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.at_risk import silence_thresholds
from analytics.churn.loss_moments import Shop, moments, traits
from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.intervals import benjamini_hochberg, rate
from analytics.notes import Note
from analytics.stratified import mantel_haenszel
from analytics.tables import collect, finish

FLOOR = 30
"""Fewest purchases with a trait, and without it, for it to be tested."""

_MIN_GROUP, _CLEAR = 50, 0.05
_KEYS = ["trait", "value"]
_COUNTS = ["left", "stayed", "lost_customers", "lost_revenue"]


def loss(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    orders: Any,
    item_summary: Any,
    events: Any,
    *,
    as_of: date,
    zone: str = "UTC",
    lost_days: int | None = None,
    days: int = 28,
) -> pd.DataFrame:
    """What did those who left do before, that comparable customers who stayed did not?

    Every purchase whose next L days are over: if nothing was bought in those days, the customer
    left, else stayed. For each trait of the purchase the risk to leave with it is compared with the
    risk without it, among purchases by customers with as many purchases and as long a tenure then
    (bands), and pooled over these strata.

    Parameters
    ----------
    purchases, purchase_items, customer_summary, orders, item_summary, events
        The marts and the events.
    as_of
        Local day up to which the data reach.
    zone
        Time zone of local days.
    lost_days
        L, in days; by default the silence after which this shop's customers count as lost.
    days
        Days after the purchase in which start, progress, finish, comment, like and share of what
        was bought are missed ("missed_after"), and before it in which view, click and cart are
        ("missed_before": later they would be part of buying again).

    Returns
    -------
    DataFrame
        trait (channel, category, content_type, price_band: the shop's cheapest and dearest quarter
        of purchases, basket, discount, refund, missed_after, missed_before), value, purchases
        (with it),
        left (of them, those after which the customer left), share_leavers (of all after which a
        customer left, the share with it), share_stayers (the same where the customer stayed,
        weighted to the leavers' tenure and number), difference (of the risk to leave),
        difference_lower, difference_upper, risk_ratio, ratio_lower, ratio_upper (95 %), p_value,
        q_value (Benjamini-Hochberg over the tested traits), lost_customers (gone ever since a
        purchase with it), lost_revenue (what these had brought), at_stake ((1 − 1 ÷ risk_ratio) ×
        lost_revenue: the part beyond what those without it lose; null where the difference may be
        chance or is not above 0). The clearest first.

    Raises
    ------
    InvalidSettingError
        If `lost_days` or `days` is not positive.
    NotEnoughDataError
        With fewer than 50 purchases after which customers left, or 50 after which they stayed.

    Notes
    -----
    Association, not cause: who finishes a course may have been keener from the start. A customer
    has a row per purchase, as in a discrete-time hazard, and may leave more than once. Mantel &
    Haenszel (1959), Sato (1989), Greenland & Robins (1985), Benjamini & Hochberg (1995).
    """
    shop = Shop(
        purchases, purchase_items, customer_summary, orders, item_summary, events, as_of, zone
    )
    limit = _limit(purchases, as_of, lost_days, days)
    chosen = moments(shop, limit)
    everyone = _counted(chosen, ["stratum"])
    left, stayed = int(everyone["left"].sum()), int(everyone["stayed"].sum())
    for verb, found in (("left", left), ("stayed", stayed)):
        if found < _MIN_GROUP:
            unit = f"purchases after which customers {verb}"
            raise NotEnoughDataError("the loss analysis", unit, needed=_MIN_GROUP, found=found)
    known = traits(shop, chosen, days=days)
    rows = chosen.inner_join(known, ["customer_number", "purchase_number"])
    counts = _counted(rows, [*_KEYS, "stratum"])
    return finish(_compared(counts, everyone), [], [_note(left, stayed, limit), _association()])


def _limit(purchases: Any, as_of: date, lost_days: int | None, days: int) -> int:
    for name, value in (("lost_days", lost_days), ("days", days)):
        if value is not None and value < 1:
            raise InvalidSettingError(name, value, "give whole days from 1")
    return lost_days or silence_thresholds(purchases, as_of=as_of).lost_days


def _counted(rows: Any, keys: list[str]) -> pd.DataFrame:
    counts = rows.group_by(keys).aggregate(
        left=rows.count(where=rows.has_left),
        stayed=rows.count(where=~rows.has_left),
        lost_customers=rows.count(where=rows.is_lost),
        lost_revenue=rows.revenue.sum(where=rows.is_lost),
    )
    return collect(counts).sort_values(keys, ignore_index=True).fillna({"lost_revenue": 0.0})


def _compared(found: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """One row per trait and value; the counts become one grid of traits by strata."""
    strata = everyone["stratum"].tolist()
    index: Any = found[_KEYS].drop_duplicates(ignore_index=True)
    grid = {name: _grid(found, index, strata, name) for name in _COUNTS}
    all_left, all_stayed = everyone["left"].to_numpy(float), everyone["stayed"].to_numpy(float)
    with_it, without = grid["left"] + grid["stayed"], all_left + all_stayed
    others, others_left = without - with_it, all_left - grid["left"]
    pooled = mantel_haenszel(grid["left"], with_it, others_left, others)
    is_tested = (with_it.sum(1) >= FLOOR) & (others.sum(1) >= FLOOR)
    p = np.where(is_tested, pooled.p_value, np.nan)
    q = benjamini_hochberg(p)
    is_clear, lost_revenue = (q < _CLEAR) & (pooled.ratio > 1), grid["lost_revenue"].sum(1)
    table = index.assign(
        purchases=with_it.sum(1).astype(int),
        left=grid["left"].sum(1).astype(int),
        share_leavers=grid["left"].sum(1) / all_left.sum(),
        share_stayers=_standardised(grid["stayed"], all_stayed, all_left),
        difference=pooled.difference,
        difference_lower=pooled.difference_lower,
        difference_upper=pooled.difference_upper,
        risk_ratio=pooled.ratio,
        ratio_lower=pooled.ratio_lower,
        ratio_upper=pooled.ratio_upper,
        p_value=p,
        q_value=q,
        lost_customers=grid["lost_customers"].sum(1).astype(int),
        lost_revenue=lost_revenue,
        at_stake=np.where(is_clear, (1 - 1 / pooled.ratio) * lost_revenue, np.nan),
    )
    tested: Any = table[is_tested]
    return tested.sort_values(["q_value", "p_value", *_KEYS], ignore_index=True)


def _grid(
    found: pd.DataFrame, index: pd.DataFrame, strata: list[int], name: str
) -> npt.NDArray[np.float64]:
    wide = found.pivot_table(index=_KEYS, columns="stratum", values=name, aggfunc="sum")
    wide = wide.reindex(index=pd.MultiIndex.from_frame(index), columns=strata)
    return wide.fillna(0).to_numpy(float)


def _standardised(
    with_it: npt.NDArray[np.float64],
    total: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Share with the trait, stratum by stratum, averaged over the strata of the leavers."""
    share = rate(with_it, np.broadcast_to(total, with_it.shape))
    known = np.where(total > 0, weight, 0.0)
    return np.nansum(share * known, axis=1) / max(known.sum(), 1e-9)


def _note(left: int, stayed: int, limit: int) -> Note:
    text = (
        "Customers left after {left:,} purchases (nothing bought for more than {limit} days) and "
        "stayed after {stayed:,}."
    )
    return Note("loss_groups", text, left=left, stayed=stayed, limit=limit)


def _association() -> Note:
    return Note(
        "loss_association",
        "These traits go with leaving, they need not cause it: only a trial with a holdout tells.",
    )


def lost_with(shop: Shop, *, lost_days: int | None, days: int, trait: str, value: str) -> Any:
    """Give the customer numbers of those gone ever since a purchase with this trait."""
    chosen = moments(shop, _limit(shop.purchases, shop.as_of, lost_days, days))
    known = traits(shop, chosen.filter(chosen.is_lost), days=days)
    mine = known.filter(known.trait == trait, known.value == value)
    return mine.select("customer_number").distinct()
