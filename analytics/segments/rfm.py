"""Who buys often and lately, who used to, who is gone?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.notes import Note
from analytics.segments.cuts import cut_points, score
from analytics.segments.sizes import segment_table
from analytics.segments.standing import Standing, standing

QUINTILES = (0.2, 0.4, 0.6, 0.8)
FREQUENCY_CUTS = (1, 2, 3, 5)
"""F: 1, 2, 3, 4-5, 6 and more purchases."""

NEW_DAYS = 30
_HIGH, _TOP, _OFTEN = 4, 5, 3

SEGMENTS = (
    "champions",
    "loyal",
    "potential-loyal",
    "new",
    "promising",
    "cannot-lose",
    "at-risk",
    "about-to-sleep",
    "lost",
)


def rfm(purchases: Any, customer_summary: Any, orders: Any, *, as_of: date) -> pd.DataFrame:
    """Who buys often and lately, who used to, who is gone?

    Each buyer is scored 1 to 5 by recency (days since the last purchase, quintiles), frequency
    (1, 2, 3, 4-5, 6 and more purchases) and money (revenue, quintiles); equal values always score
    alike. The named groups combine those relative scores with absolute rules, so that a dying shop
    has no champions. "Active" is silent for at most the at-risk threshold of the shop's own curve,
    "lost" for more than its threshold of 20 % (see `at_risk`):

    - champions: active, 3 purchases or more, R ≥ 4 and M ≥ 4
    - loyal: active, 3 purchases or more
    - potential-loyal: active, 2 purchases
    - new: active, first and only purchase at most 30 days ago
    - promising: active, 1 purchase
    - cannot-lose: silent, not lost, 2 purchases or more, M = 5
    - at-risk: silent, not lost, 2 purchases or more
    - about-to-sleep: silent, not lost, 1 purchase
    - lost

    Parameters
    ----------
    purchases, customer_summary, orders
        The marts.
    as_of
        Local day up to which the data reach.

    Returns
    -------
    DataFrame
        segment, customers, share, revenue (of all their valid orders), recency_days, frequency
        (purchases), monetary_value (revenue) as means per customer, repurchase_rate (share with a
        second purchase within 90 days of the first, among those eligible), ci_lower, ci_upper
        (Wilson, 95 %), numerator, denominator, is_mature. Every segment has a row, empty or not.
        The cut points stand in the notes and, as records, in `attrs["thresholds"]`.

    Notes
    -----
    Own definition of the groups; the scores after Hughes (1994), with ties kept together.
    """
    shop = standing(purchases, customer_summary, orders, as_of=as_of)
    result = segment_table(shop.table.assign(segment=rfm_segments(shop)), SEGMENTS)
    result.attrs["thresholds"] = thresholds(shop).to_dict("records")  # a frame breaks repr
    result.attrs["notes"] = _notes(shop)
    return result


def rfm_scores(shop: Standing) -> pd.DataFrame:
    """Scores of every buyer: customer_number, r, f, m, each 1 (worst) to 5 (best)."""
    table = shop.table
    silent = score(table["recency_days"], cut_points(table["recency_days"], QUINTILES))
    return pd.DataFrame(
        {
            "customer_number": table["customer_number"],
            "r": len(QUINTILES) + 2 - silent,
            "f": score(table["purchases"], FREQUENCY_CUTS),
            "m": score(table["revenue"], cut_points(table["revenue"], QUINTILES)),
        }
    )


def rfm_segments(shop: Standing) -> npt.NDArray[Any]:
    """Named group of every buyer, in the order of the table."""
    scores, table = rfm_scores(shop), shop.table
    silent, bought = table["recency_days"].to_numpy(), table["purchases"].to_numpy()
    r, m = scores["r"].to_numpy(), scores["m"].to_numpy()
    is_lost = silent > shop.silence.lost_days
    is_active = silent <= shop.silence.at_risk_days
    again, often = bought > 1, bought >= _OFTEN
    rules = [
        (is_lost, "lost"),
        (is_active & often & (r >= _HIGH) & (m >= _HIGH), "champions"),
        (is_active & often, "loyal"),
        (is_active & again, "potential-loyal"),
        (is_active & (silent <= NEW_DAYS), "new"),
        (is_active, "promising"),
        (again & (m == _TOP), "cannot-lose"),
        (again, "at-risk"),
    ]
    conditions, names = zip(*rules, strict=True)
    places = np.select(conditions, list(range(len(names))), default=len(names))
    return np.array([*names, "about-to-sleep"], dtype=object)[places]


def rfm_grid(shop: Standing) -> pd.DataFrame:
    """How many buyers, and how much of their money, lie in each cell of recency and frequency?

    Returns
    -------
    DataFrame
        r, f, customers, revenue; all 25 cells.
    """
    cells = rfm_scores(shop).assign(revenue=shop.table["revenue"])
    grouped = cells.groupby(["r", "f"]).agg(customers=("m", "size"), revenue=("revenue", "sum"))
    every = pd.MultiIndex.from_product([range(1, 6), range(1, 6)], names=["r", "f"])
    return grouped.reindex(every, fill_value=0).reset_index()


def thresholds(shop: Standing) -> pd.DataFrame:
    """The cut points behind the scores, in days, purchases and money.

    Returns
    -------
    DataFrame
        score, recency_up_to_days (null for the worst), purchases_from, revenue_above (null for the
        worst).
    """
    days = cut_points(shop.table["recency_days"], QUINTILES)
    money = cut_points(shop.table["revenue"], QUINTILES)
    return pd.DataFrame(
        {
            "score": [1, 2, 3, 4, 5],
            "recency_up_to_days": [np.nan, *days[::-1]],
            "purchases_from": [1, *(cut + 1 for cut in FREQUENCY_CUTS)],
            "revenue_above": [np.nan, *money],
        }
    )


def _notes(shop: Standing) -> list[Note]:
    if shop.table.empty:
        return []
    days = cut_points(shop.table["recency_days"], QUINTILES)
    money = cut_points(shop.table["revenue"], QUINTILES)
    text = (
        "R 5 to 2: silent for at most {r5:g}, {r4:g}, {r3:g}, {r2:g} days. M 2 to 5: more than "
        "{m2:,.2f}, {m3:,.2f}, {m4:,.2f}, {m5:,.2f}. F: 1, 2, 3, 4-5, 6 and more purchases."
    )
    cuts = {f"r{5 - place}": float(day) for place, day in enumerate(days)}
    cuts |= {f"m{place + 2}": float(amount) for place, amount in enumerate(money)}
    return [Note("rfm_cuts", text, **cuts), silence_note(shop)]


def silence_note(shop: Standing) -> Note:
    """What active and lost mean here, and whether the data said so."""
    silence = shop.silence
    text = "Active: silent for at most {active} days. Lost: silent for more than {lost} days"
    if silence.is_at_risk_measured and silence.is_lost_measured:
        key, end = "silence_measured", ", both read from the data."
    elif silence.is_at_risk_measured:
        key, end = "silence_lost_assumed", "; for the latter the data are too short to tell."
    else:
        key, end = "silence_assumed", "; the data are too short to tell."
    return Note(key, text + end, active=silence.at_risk_days, lost=silence.lost_days)
