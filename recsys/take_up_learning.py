"""Learn the chances of recommended items on one stretch of time, and check them on the next."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.isotonic import IsotonicRegression

from analytics.progress import Progress, silent
from recsys import swing
from recsys.interactions import NEVER, SECONDS_A_DAY, Interactions, positions
from recsys.models.base import Recommender
from recsys.take_up import (
    DEPTH,
    OWNED,
    PLACES,
    SILENCE,
    Check,
    TakeUp,
    customer_classes,
    place_class,
)
from recsys.top_k import ranks

HORIZONS = (30, 60, 90, 14, 7)  # days; the first with purchases enough serves
_FEWEST = 100  # purchases that each of the two windows must hold
_MOST_USERS = 20_000  # drawn to be looked at in a window
_PRIOR = 10.0  # purchases that pull the factor of a class of customers towards 1
_ROUNDS = 60
_ITEM_PRIOR = 5.0  # purchases that pull the factor of an item towards 1
_MOST_ITEMS = 3_000  # with a factor of their own, those with most sales
_BANDS = 8
_Z = 1.96

Rates = tuple[np.ndarray, np.ndarray, np.ndarray]  # of places, of silence, of items owned


@dataclass(frozen=True, eq=False)
class _Window:
    """What customers were offered at a cut, and bought within the horizon after it.

    `listed` holds the place of each item in each user's list, `had` what he owned, `taken` what he
    bought; `offers` and `bought` are counts (users, places).
    """

    item_ids: np.ndarray
    silence: np.ndarray
    owned: np.ndarray
    listed: sparse.csr_matrix
    had: sparse.csr_matrix
    taken: sparse.csr_matrix
    offers: np.ndarray
    bought: np.ndarray

    def table(self, values: np.ndarray) -> np.ndarray:
        """Sum over users of a class: (silence, owned, places)."""
        total = np.zeros((len(SILENCE), len(OWNED), len(PLACES)))
        np.add.at(total, (self.silence, self.owned), values)
        return total

    def of_items(self, rates: Rates) -> tuple[np.ndarray, np.ndarray]:
        """How often each item was expected to be bought, and was."""
        place, silence, owned = rates
        pace = silence[self.silence] * owned[self.owned]
        user = np.repeat(np.arange(len(pace)), np.diff(self.listed.indptr))
        inside = pace[user] * (place[place_class(self.listed.data)] - place[-1])
        expected = np.bincount(self.listed.indices, inside, len(self.item_ids))
        open_pace = pace.sum() - np.asarray(self.had.T @ pace).ravel()
        bought = np.asarray(self.taken.sum(axis=0), float).ravel()
        return expected + place[-1] * open_pace, bought


def learnt(
    untrained: Recommender,
    interactions: Interactions,
    *,
    earlier: tuple[Recommender, int] | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> TakeUp | None:
    """How likely are the places of this model's lists bought? Null where too little was bought.

    The model is trained on what was done until two horizons before the end. Its lists of that day
    are compared with what was bought in the horizon after it: the chances. Then what was done since
    is folded in, and the lists of one horizon before the end are compared with what was bought
    last: the check. The chances given back are learnt on both windows.

    Parameters
    ----------
    untrained : of the kind and with the options of the model that will serve.
    interactions : all of them.
    earlier : such a model as trained already, and the second until which it was: where that lies
        at most two horizons before the first cut, it is brought up to it by folding in.
    seed : of the customers looked at where there are many.
    """
    horizon, end = _horizon(interactions)
    if horizon is None:
        return None
    time = interactions.log["time"].to_numpy()
    cuts = [end - 2 * horizon * SECONDS_A_DAY, end - horizon * SECONDS_A_DAY]
    past = interactions.where(time < cuts[0])
    if earlier is not None and 0 <= cuts[0] - earlier[1] <= 2 * horizon * SECONDS_A_DAY:
        model = earlier[0].fold_in(past)
    else:
        model = untrained.fit(past, progress=progress)
    first = _observed(model, interactions, (cuts[0], cuts[1]), seed)
    later = model.fold_in(interactions.where(time < cuts[1]))
    second = _observed(later, interactions, (cuts[1], end), seed)
    tried = _fitted([first])
    check = _checked(second, tried, _factors([first], tried), [*cuts, end])
    check = replace(check, ratios=swing.ratios(interactions, horizon=horizon, end=end))
    rates = _fitted([first, second])
    items = _factors([first, second], rates)
    kept = {str(item): round(factor, 3) for item, factor in items.items()}
    return TakeUp(horizon, *(tuple(map(float, one)) for one in rates), items=kept, check=check)


def _horizon(interactions: Interactions) -> tuple[int | None, int]:
    """Choose the horizon, and find the end of the day of the last purchase."""
    log = interactions.log
    time, user = log["time"].to_numpy(), log["user"].to_numpy()
    is_dated = interactions.is_target & (time != NEVER)
    if not is_dated.any():
        return None, 0
    latest = int(time[is_dated].max())
    end = latest - latest % SECONDS_A_DAY + SECONDS_A_DAY
    first = np.full(len(interactions.user_ids), np.iinfo(np.int64).max)
    np.minimum.at(first, user, time)
    for days in HORIZONS:
        cuts = [end - 2 * days * SECONDS_A_DAY, end - days * SECONDS_A_DAY, end]
        inside = [
            is_dated & (first[user] < start) & (time >= start) & (time < stop)
            for start, stop in pairwise(cuts)
        ]
        has_past = (time < cuts[0]).any()
        if has_past and min(int(part.sum()) for part in inside) >= _FEWEST:
            return days, end
    return None, end


def _observed(
    model: Recommender, interactions: Interactions, window: tuple[int, int], seed: int
) -> _Window:
    known = model.known
    n_users, n_items = len(known.user_ids), len(known.item_ids)
    chosen = np.random.default_rng(seed).permutation(n_users)[:_MOST_USERS]
    rows = np.sort(chosen)
    at, item, *_ = (
        np.concatenate(part)
        for part in zip(*model.ranked(rows, DEPTH, np.ones(n_items, bool)), strict=True)
    )
    shape = (len(rows), n_items)
    listed = sparse.csr_matrix((ranks(at), (at, item)), shape)
    offers = np.zeros((len(rows), len(PLACES)))
    np.add.at(offers, (at, place_class(ranks(at))), 1)
    n_open = n_items - known.owned[rows].getnnz(axis=1)
    offers[:, -1] = n_open - offers.sum(axis=1)
    user, column = _bought(model, interactions, window, rows)
    taken = sparse.csr_matrix((np.ones(len(user)), (user, column)), shape)
    place = np.asarray(listed[user, column]).ravel() if len(user) else np.zeros(0, int)
    bought = np.zeros_like(offers)
    np.add.at(bought, (user, place_class(place)), 1)
    classes = customer_classes(known, rows)
    return _Window(known.item_ids, *classes, listed, known.owned[rows], taken, offers, bought)


def _bought(
    model: Recommender, interactions: Interactions, window: tuple[int, int], rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Position in `rows` and column of what these customers bought anew in the window."""
    known, log = model.known, interactions.log
    time = log["time"].to_numpy()
    inside = interactions.is_target & (time >= window[0]) & (time < window[1])
    pairs = log.loc[inside, ["user", "item"]].drop_duplicates()
    user = positions(known.user_ids[rows], interactions.user_ids[pairs["user"]])
    item = positions(known.item_ids, interactions.item_ids[pairs["item"]])
    is_known = (user >= 0) & (item >= 0)
    user, item = user[is_known], item[is_known]
    if not len(user):
        return user, item
    is_new = np.asarray(known.owned[rows[user], item]).ravel() == 0
    return user[is_new], item[is_new]


def _fitted(windows: list[_Window]) -> Rates:
    """Rates of places, factors of silence and of items owned, by iterative proportional fitting."""
    offers = np.sum([one.table(one.offers) for one in windows], axis=0)
    bought = np.sum([one.table(one.bought) for one in windows], axis=0)
    silence, owned = np.ones(len(SILENCE)), np.ones(len(OWNED))
    place = bought.sum(axis=(0, 1)) / np.maximum(offers.sum(axis=(0, 1)), 1)
    for _ in range(_ROUNDS):
        by_silence = np.einsum("sop,o,p->s", offers, owned, place)
        silence = (bought.sum(axis=(1, 2)) + _PRIOR) / (by_silence + _PRIOR)
        by_owned = np.einsum("sop,s,p->o", offers, silence, place)
        owned = (bought.sum(axis=(0, 2)) + _PRIOR) / (by_owned + _PRIOR)
        by_place = np.einsum("sop,s,o->p", offers, silence, owned)
        place = _falling(bought.sum(axis=(0, 1)), by_place)
    return place, silence, owned


def _falling(bought: np.ndarray, offers: np.ndarray) -> np.ndarray:
    share = bought / np.maximum(offers, 1e-12)
    order = np.arange(len(share))
    fit = IsotonicRegression(increasing=False).fit(order, share, np.maximum(offers, 1e-12))
    return fit.predict(order)


def _factors(windows: list[_Window], rates: Rates) -> dict[str, float]:
    """How much more often an item sells than its places say, pulled towards 1 by few sales."""
    expected: dict[str, float] = {}
    bought: dict[str, float] = {}
    for one in windows:
        for item, mean, found in zip(one.item_ids, *one.of_items(rates), strict=True):
            expected[item] = expected.get(item, 0.0) + mean
            bought[item] = bought.get(item, 0.0) + found
    evidence = {item: bought[item] + mean for item, mean in expected.items()}
    first = sorted(evidence, key=lambda item: (-evidence[item], item))[:_MOST_ITEMS]
    return {item: (bought[item] + _ITEM_PRIOR) / (expected[item] + _ITEM_PRIOR) for item in first}


def _checked(window: _Window, rates: Rates, items: dict[str, float], times: list[int]) -> Check:
    """Compare what was expected of the later window with what was bought in it."""
    place, silence, owned = rates
    pace = silence[window.silence] * owned[window.owned]
    expected, found = pace * (window.offers @ place), window.bought.sum(axis=1)
    total = max(float(expected.sum()), 1e-12)
    ratio = float(found.sum()) / total
    error = float(np.sqrt(np.sum((found - ratio * expected) ** 2))) / total
    mean, bought = window.of_items(rates)
    mean = mean * np.array([items.get(str(item), 1.0) for item in window.item_ids])
    mean = mean * bought.sum() / max(mean.sum(), 1e-12)
    spread = np.sum((bought - mean) ** 2 - mean) / max(np.sum(mean**2), 1e-12)
    return Check(
        *(datetime.fromtimestamp(time, UTC).date().isoformat() for time in times),
        n_customers=len(found),
        expected=round(total, 3),
        bought=int(found.sum()),
        ratio=round(ratio, 4),
        lower=round(ratio - _Z * error, 4),
        upper=round(ratio + _Z * error, 4),
        item_spread=round(max(float(spread), 0.0), 4),
        bands=_bands(pace[:, None] * place, window),
    )


def _bands(chance: np.ndarray, window: _Window) -> tuple[tuple[float, int, int], ...]:
    """Sort the offers by chance and part them into bands of equally many expected purchases."""
    order = np.argsort(chance, axis=None, kind="stable")
    rate, offers, bought = (one.ravel()[order] for one in (chance, window.offers, window.bought))
    expected = np.cumsum(rate * offers)
    if expected[-1] <= 0:
        return ()
    band = np.minimum((expected / expected[-1] * _BANDS).astype(int), _BANDS - 1)
    sums = [np.bincount(band, values, _BANDS) for values in (rate * offers, offers, bought)]
    return tuple(
        (round(float(total / n), 6), round(n), round(hits))
        for total, n, hits in zip(*sums, strict=True)
        if n > 0
    )
