"""Counts of what is bought after what, and how far they are from chance."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from analytics.intervals import LEVEL, benjamini_hochberg, rate
from analytics.periods import epoch_day, epoch_days
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.tables import among, collect, with_rate

Floats = npt.NDArray[np.float64]

Thing = Literal["item", "category"]

FLOOR = 30
"""Customers that an item, or both ends of a pair, need before they are tested."""

_POOLED = 0
_MAX_PAIRS = 1_000_000
_NEGLIGIBLE = 1e-17  # of a sum of falling terms
_PURCHASE = ["customer_number", "purchase_number"]


@dataclass(frozen=True)
class Pairs:
    """Counts per step: pairs, their two margins, and all purchases that were followed.

    `pairs` has step, item, next_item, n; `before` step, item, customers, followed; `after` step,
    next_item, arrived; `total` step, all. `rows` is the Ibis table of single pairs with their gap.
    Pairs of fewer than `least` purchases are not in it.
    """

    pairs: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    total: pd.DataFrame
    rows: Any
    least: int

    def judged(self, floor: int) -> pd.DataFrame:
        """Rate, lift, its interval and test of every pair.

        A pair is tested where both margins reach the floor. Pairs that such margins allow but
        nobody took, or too few to be listed, count as tests without a finding, so that the
        correction is not too mild.
        """
        table: Any = self.pairs.merge(self.before, on=["step", "item"])
        table = table.merge(self.after, on=["step", "next_item"]).merge(self.total, on="step")
        table = table.rename(columns={"n": "numerator", "followed": "denominator"})
        table = with_rate(table)
        both, first, second, every = (
            table[name].to_numpy(float) for name in ("numerator", "denominator", "arrived", "all")
        )
        base = rate(second, every)
        lift = rate(table["rate"], base)
        spread = np.exp(_z() * lift_error(both, first, second, every))
        is_tested = (first >= floor) & (second >= floor)
        p = np.full(len(table), np.nan)
        p[is_tested] = exact_p_value(
            both[is_tested], first[is_tested], second[is_tested], every[is_tested]
        )
        scale = self._tests(floor) / max(int(is_tested.sum()), 1)
        return table.assign(
            base_rate=base,
            lift=lift,
            lift_lower=lift / spread,
            lift_upper=lift * spread,
            p_value=p,
            q_value=np.minimum(benjamini_hochberg(p) * scale, 1),
        )

    def _tests(self, floor: int) -> int:
        first = self.before[self.before["followed"] >= floor].groupby("step").size()
        second = self.after[self.after["arrived"] >= floor].groupby("step").size()
        return int((first * second.reindex(first.index, fill_value=0)).sum())

    def median_days(self, chosen: pd.DataFrame) -> pd.DataFrame:
        """Median days between the two purchases of these pairs: item, next_item, median_days."""
        if chosen.empty:
            return pd.DataFrame({"item": [], "next_item": [], "median_days": []}, dtype=object)
        rows = among(self.rows, chosen[["item", "next_item"]])
        counts = collect(rows.group_by(["item", "next_item", "gap"]).aggregate(n=rows.count()))
        parts: Any = counts.groupby(["item", "next_item"])
        found = [
            (*pair, float(weighted_quantiles(part["gap"], part["n"], [0.5])[0]))
            for pair, part in parts
        ]
        return pd.DataFrame(found, columns=pd.Index(["item", "next_item", "median_days"]))


def count_pairs(
    purchases: Any,
    purchase_items: Any,
    *,
    as_of: date,
    of: Thing,
    horizon: int,
    steps: tuple[int, ...] | None,
) -> Pairs:
    """Count what stands in a purchase and in the one after it, within H days.

    With `steps` None all purchases are pooled, as step 0.
    """
    lines, closed = _lines(purchase_items, of), as_of - timedelta(days=horizon)
    before, after = _margins(_ends(purchases, closed, horizon), lines, steps)
    followed = purchases.filter(purchases.day <= closed, purchases.next_gap <= horizon)
    followed = _in_steps(followed, steps).select(step=_step(followed, steps))
    total = collect(followed.group_by("step").aggregate(all=followed.count()))
    rows = _single_pairs(lines, closed, horizon, steps)
    least = _least(before, after, total)
    pairs = rows.group_by(["step", "item", "next_item"]).aggregate(n=rows.count())
    return Pairs(
        pairs=collect(pairs.filter(pairs.n >= least)),
        before=before,
        after=after,
        total=total,
        rows=rows,
        least=least,
    )


def _ends(purchases: Any, closed: date, horizon: int) -> Any:
    """Say of each purchase whether it begins a pair, was followed in time, and itself followed."""
    is_begun: Any = purchases.day <= closed
    was_in_time = (purchases.gap <= horizon) & (
        epoch_days(purchases.day) - purchases.gap <= epoch_day(closed)
    )
    return purchases.select(
        *_PURCHASE,
        is_begun=is_begun,
        is_followed=is_begun & (purchases.next_gap <= horizon),
        was_in_time=was_in_time,
    )


def _margins(
    ends: Any, lines: Any, steps: tuple[int, ...] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the items of either end of a pair, in one pass: an arrival is a step further on."""
    wanted = None if steps is None else tuple({*steps, *(step + 1 for step in steps)})
    joined = lines.inner_join(_in_steps(ends, wanted), _PURCHASE)
    counts: Any = collect(
        joined.group_by(step=_step(joined, steps), item=joined["item"]).aggregate(
            customers=joined.count(where=joined.is_begun),
            followed=joined.count(where=joined.is_followed),
            arrived=joined.count(where=joined.was_in_time),
        )
    )
    before = counts[counts["customers"] > 0].drop(columns="arrived")
    after = counts[counts["arrived"] > 0].rename(columns={"item": "next_item"})
    after = after.drop(columns=["customers", "followed"])
    if steps is not None:
        after = after.assign(step=after["step"] - 1)
        before, after = (part[part["step"].isin(steps)] for part in (before, after))
    return before, after


def _single_pairs(lines: Any, closed: date, horizon: int, steps: tuple[int, ...] | None) -> Any:
    """One row per item and item of the next purchase within H days: step, item, next_item, gap.

    The lines know their days, so purchases need not be asked.
    """
    first = _in_steps(lines.filter(lines.day <= closed), steps)
    arriving = lines.select(
        "customer_number",
        purchase_number=lines.purchase_number - 1,
        next_item=lines["item"],
        next_day=lines.day,
    )
    rows = first.inner_join(arriving, _PURCHASE)
    gap = epoch_days(rows.next_day) - epoch_days(rows.day)
    rows = rows.select("item", "next_item", step=_step(rows, steps), gap=gap)
    return rows.filter(rows.gap <= horizon)


def _in_steps(table: Any, steps: tuple[int, ...] | None) -> Any:
    return table if steps is None else table.filter(table.purchase_number.isin(steps))


def _step(table: Any, steps: tuple[int, ...] | None) -> Any:
    number = ibis.literal(_POOLED) if steps is None else table.purchase_number
    return number.cast("int64")


def _least(before: pd.DataFrame, after: pd.DataFrame, total: pd.DataFrame) -> int:
    """Purchases from which on a pair is kept: 1, unless millions of pairs would come out.

    Pairs of at least c purchases are at most single pairs ÷ c, and those follow from the margins.
    """
    followed = before["followed"].sum() * after["arrived"].sum() / max(total["all"].sum(), 1)
    return max(int(followed // _MAX_PAIRS), 1)


def _lines(purchase_items: Any, of: Thing) -> Any:
    """One row per purchase and item, or per purchase and category."""
    if of == "item":
        lines = purchase_items.select(*_PURCHASE, "day", item=purchase_items.item_id)
    else:
        lines = purchase_items.select(*_PURCHASE, "day", item=purchase_items.category).distinct()
    return lines.filter(lines["item"].notnull())


def _z() -> float:
    return float(special.ndtri(0.5 + LEVEL / 2))


def lift_error(both: Floats, first: Floats, second: Floats, every: Floats) -> Floats:
    """Standard error of the logarithm of a lift, by the delta method on a multinomial sample.

    With the shares p of the pair, a and b of its two ends, the slopes of `log p − log a − log b`
    are `1/p − 1/a − 1/b`, `−1/a`, `−1/b` and 0 in the four cells.
    """
    share, one, two = both / every, first / every, second / every
    slope = 1 / share - 1 / one - 1 / two
    spread = share * slope**2 + (one - share) / one**2 + (two - share) / two**2 - 1
    return np.sqrt(np.maximum(spread, 0) / every)


def exact_p_value(both: Floats, first: Floats, second: Floats, every: Floats) -> Floats:
    """Two-sided exact p value of a 2 × 2 table with these margins: twice the smaller tail.

    Examples
    --------
    >>> counts = (np.array([float(count)]) for count in (8, 10, 10, 20))
    >>> round(float(exact_p_value(*counts)[0]), 6)
    0.023014
    """
    share = first / every
    here = stats.binom.pmf(both, second, share)  # three binomials make the hypergeometric one
    here *= stats.binom.pmf(first - both, every - second, share)
    here /= stats.binom.pmf(first, every, share)
    is_above = both * every >= first * second
    tail = here * np.where(
        is_above,
        _tail(both, first, second, every),
        _tail(first - both, first, every - second, every),
    )
    other = 1 - tail + here
    return np.minimum(2 * np.minimum(tail, other), 1)


def _tail(both: Floats, first: Floats, second: Floats, every: Floats) -> Floats:
    """P(X ≥ both) ÷ P(X = both): terms that fall, summed until they no longer count.

    Where `both` lies below its expectation the sum is cut off, for nobody needs it.
    """
    total = np.ones(len(both))
    place = np.flatnonzero(both * every >= first * second)
    x, term = both[place], np.ones(len(place))
    one, two, rest = first[place], second[place], every[place] - first[place] - second[place]
    while len(place):
        term = term * (one - x) * (two - x) / ((x + 1) * (rest + x + 1))
        x = x + 1
        total[place] += term
        goes_on = term > _NEGLIGIBLE * total[place]
        place, x, term = place[goes_on], x[goes_on], term[goes_on]
        one, two, rest = one[goes_on], two[goes_on], rest[goes_on]
    return total
