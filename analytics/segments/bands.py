"""Segments by one idea each: the stage of a customer's life, the money."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.segments.cuts import cut_points, score
from analytics.segments.standing import Standing

LIFECYCLE = ("new", "active", "resurrected", "at-risk", "lost")
VALUE = ("top", "high", "middle", "low")

NEW_DAYS = 30
_VALUE_SHARES = (0.5, 0.8, 0.95)


def lifecycle_segments(shop: Standing) -> npt.NDArray[Any]:
    """At which stage is each buyer?

    lost and at-risk by the shop's own thresholds of silence; of the others, new: first purchase at
    most 30 days ago; resurrected: the last purchase ended a silence beyond the at-risk threshold;
    active: the rest.
    """
    table = shop.table
    silent = table["recency_days"].to_numpy()
    last_gap = table["last_gap"].to_numpy(float, na_value=np.nan)
    conditions = [
        silent > shop.silence.lost_days,
        silent > shop.silence.at_risk_days,
        table["age_days"].to_numpy() <= NEW_DAYS,
        last_gap > shop.silence.at_risk_days,
    ]
    names = ["lost", "at-risk", "new", "resurrected"]
    return np.select(conditions, names, default="active").astype(object)


def value_segments(shop: Standing) -> npt.NDArray[Any]:
    """Which tier of revenue is each buyer in?

    top: more than 95 % of the buyers spent, high: than 80 %, middle: than 50 %, low: the rest.
    Equal amounts are never parted, so a tier may be smaller than its share.
    """
    money = shop.table["revenue"]
    tier = score(money, cut_points(money, _VALUE_SHARES))
    return np.array(VALUE[::-1], dtype=object)[tier - 1]
