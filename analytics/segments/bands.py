"""Segments by one idea each: the stage of a customer's life, the money, the risk of losing it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.churn.at_risk import AT_RISK, LOST
from analytics.segments.cuts import cut_points, score
from analytics.segments.standing import Standing

LIFECYCLE = ("new", "active", "resurrected", "at-risk", "lost")
VALUE = ("top", "high", "middle", "low")
RISK = ("low", "medium", "high", "unknown")

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


def risk_segments(shop: Standing) -> npt.NDArray[Any]:
    """How likely is each buyer to stay away for the next 90 days?

    By the chance of another purchase within 90 days, given the number of purchases and the silence
    (`Standing.chance`): low risk from 50 %, medium from 20 %, high below; unknown where the data do
    not span 90 days.
    """
    chance = shop.chance()
    conditions = [np.isnan(chance), chance < LOST, chance < AT_RISK]
    return np.select(conditions, ["unknown", "high", "medium"], default="low").astype(object)
