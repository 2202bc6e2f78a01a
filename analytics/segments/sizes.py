"""How large is each segment, and what is it worth?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.intervals import rate, wilson
from analytics.segments.standing import HORIZON


def segment_table(people: Any, segments: Sequence[str]) -> pd.DataFrame:
    """Size, money and repurchase per segment.

    Parameters
    ----------
    people
        One row per buyer: segment and the columns of `Standing.table`.
    segments
        All names, in the order of the rows.

    Returns
    -------
    DataFrame
        segment, customers, share, revenue, recency_days, frequency, monetary_value (means per
        customer; null in an empty segment), repurchase_rate, ci_lower, ci_upper, numerator,
        denominator, is_mature.
    """
    eligible = people["age_days"] >= HORIZON
    back = eligible & (people["days_to_second"] <= HORIZON).fillna(value=False)
    sums = (
        people.assign(customers=1, denominator=eligible, numerator=back)
        .groupby("segment")[
            ["customers", "revenue", "recency_days", "purchases", "numerator", "denominator"]
        ]
        .sum()
        .reindex(list(segments), fill_value=0)
    )
    size = sums["customers"].to_numpy(float)
    lower, upper = wilson(sums["numerator"], sums["denominator"])
    return pd.DataFrame(
        {
            "segment": list(segments),
            "customers": size.astype(int),
            "share": rate(size, np.full(len(size), size.sum())),
            "revenue": sums["revenue"].to_numpy(float),
            "recency_days": rate(sums["recency_days"], size),
            "frequency": rate(sums["purchases"], size),
            "monetary_value": rate(sums["revenue"], size),
            "repurchase_rate": rate(sums["numerator"], sums["denominator"]),
            "ci_lower": lower,
            "ci_upper": upper,
            "numerator": sums["numerator"].to_numpy(int),
            "denominator": sums["denominator"].to_numpy(int),
            "is_mature": sums["denominator"].to_numpy(int) > 0,
        }
    )
