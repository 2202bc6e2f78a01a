"""How far a shop's sales stray from one stretch of time to the next, customers alike."""

from itertools import pairwise

import numpy as np

from recsys.interactions import NEVER, SECONDS_A_DAY, Interactions
from recsys.take_up import OWNED, SILENCE

_MOST_STRETCHES = 7  # looked back at, the newest first
_FEWEST = 50  # purchases that a stretch must hold to count
_PRIOR = 10.0  # purchases that pull the rate of a class of customers towards that of all

Classes = tuple[np.ndarray, np.ndarray]  # customers, and what they bought anew, per class


def ratios(interactions: Interactions, *, horizon: int, end: int) -> tuple[float, ...]:
    """How much more was bought in each stretch than the one before it let expect?

    Of each stretch of `horizon` days the rate at which customers bought items new to them is
    taken, by days of silence and items owned at its start. Ratio = bought in the next stretch ÷
    (its customers per class × these rates): what season, prices and campaigns move, which no list
    foresees. Own definition.

    Parameters
    ----------
    interactions : all of them.
    horizon : days a stretch.
    end : second at which the last stretch ends.

    Returns
    -------
    The ratios, the newest stretch first; fewer where there is less history.
    """
    log = interactions.log
    time, user = log["time"].to_numpy(), log["user"].to_numpy()
    firsts = _first_purchases(interactions)
    begin = time[time != NEVER].min(initial=end)
    found: list[Classes] = []
    for back in range(1, _MOST_STRETCHES + 1):
        cut = end - back * horizon * SECONDS_A_DAY
        past = (time < cut) & (time != NEVER)
        if cut - begin < horizon * SECONDS_A_DAY:
            break
        last = np.full(len(interactions.user_ids), -1, np.int64)
        np.maximum.at(last, user[past], time[past])
        one = _stretch(last, firsts, cut, cut + horizon * SECONDS_A_DAY)
        if one[1].sum() < _FEWEST:
            break
        found.append(one)
    return tuple(round(_ratio(later, earlier), 4) for later, earlier in pairwise(found))


def _first_purchases(interactions: Interactions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """User, item and time of the first purchase of each item by each user."""
    log = interactions.log
    bought = log[interactions.is_target & (log["time"].to_numpy() != NEVER)]
    first = bought.groupby(["user", "item"], sort=False)["time"].min().reset_index()
    return first["user"].to_numpy(), first["item"].to_numpy(), first["time"].to_numpy()


def _stretch(
    last: np.ndarray, firsts: tuple[np.ndarray, np.ndarray, np.ndarray], cut: int, until: int
) -> Classes:
    user, item, time = firsts
    is_known = last >= 0
    silent = (last.max(initial=0) - last) / SECONDS_A_DAY
    silence = np.clip(np.searchsorted(SILENCE, silent, side="right") - 1, 0, len(SILENCE) - 1)
    n_owned = np.bincount(user[time < cut], minlength=len(last))
    owned = np.searchsorted(OWNED, n_owned, side="right") - 1
    place = silence * len(OWNED) + owned
    n_classes = len(SILENCE) * len(OWNED)
    is_old = np.zeros(item.max(initial=0) + 1, bool)
    is_old[item[time < cut]] = True
    inside = (time >= cut) & (time < until) & is_known[user] & is_old[item]
    customers = np.bincount(place[is_known], minlength=n_classes)
    return customers, np.bincount(place[user[inside]], minlength=n_classes)


def _ratio(later: Classes, earlier: Classes) -> float:
    customers, bought = earlier
    mean = bought.sum() / customers.sum()
    rate = (bought + _PRIOR * mean) / (customers + _PRIOR)
    return float(later[1].sum() / (later[0] @ rate))
