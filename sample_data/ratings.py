"""Ratings from 1 to 5: a course's quality, a customer's mildness, and the taste they share."""

from datetime import timedelta

import calendar_days
import numpy as np
import truths
from draws import Draws
from purchases import Purchase, Simulation

Row = tuple[object, ...]
HEADER = ("user_id", "item_id", "rating", "rated_at")
_MEAN = 3.5


def rows(simulation: Simulation, purchases: list[Purchase]) -> list[Row]:
    """Lines of ratings.csv, by time: at most one per customer and course."""
    draws = Draws(8)
    quality = _bell(draws, len(simulation.catalogue.courses)) * 0.4
    mildness = _bell(draws, len(simulation.customers)) * 0.4
    lines: dict[tuple[int, int], Row] = {}
    for purchase in purchases:
        for course in purchase.courses:
            moment = purchase.moment + timedelta(seconds=draws.between(86_400, 40 * 86_400))
            noise = float(_bell(draws, 1)[0]) * 0.7
            is_rated = draws.chance(truths.RATING_SHARE) and moment < calendar_days.CLOSING
            key = (purchase.customer, course)
            if is_rated and key not in lines:
                taste = simulation.taste[purchase.customer]
                liked = truths.RATING_EFFECT * bool(simulation.catalogue.inside[taste, course])
                score = _MEAN + quality[course] + mildness[purchase.customer] + liked + noise
                lines[key] = (
                    simulation.customers[purchase.customer].user_id,
                    simulation.catalogue.courses[course].item_id,
                    min(5, max(1, round(float(score)))),
                    moment.isoformat(sep=" "),
                )
    return sorted(lines.values(), key=lambda line: (line[3], line[0], line[1]))


def _bell(draws: Draws, size: int) -> np.ndarray:
    """Roughly normal numbers with mean 0 and standard deviation 1: sums of uniform ones."""
    return draws.many(size, 12).sum(axis=1) - 6
