"""Snapshots of the past: what was known at the end of a day, and what happened in the H days after.

A model learns from snapshots whose outcome windows have ended by the day at which it is judged, and
is judged on a later one: time alone parts learning from judging.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.features import features, numbered, with_rhythm
from analytics.churn.returned import Returned, returned
from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.tables import collect, computed

SAMPLE = 30_000
"""Customers of a snapshot that are looked at where there are more: drawn by number, the same ones
at every cut."""

MIN_BUYERS, MIN_OUTCOMES, MIN_HISTORY = 500, 100, 2
"""Data floor: buyers at the cut, customers of each outcome, horizons of history before the cut."""

LEARNT, LATER = 4, 3
"""Most snapshots to learn from at one time, and most later ones on which models are compared."""

_STEPS = 3  # snapshots a horizon
_PRIME, _WORD = 2_654_435_761, 2**32


@dataclass(frozen=True)
class Log:
    """All that features are made of."""

    purchases: Any
    purchase_items: Any
    events: Any
    zone: str
    refunds: Returned | None = None

    @classmethod
    def of(  # noqa: PLR0917 - the tables of a report
        cls,
        purchases: Any,
        purchase_items: Any,
        events: Any,
        customer_summary: Any,
        orders: Any = None,
        refund_lines: Any = None,
        *,
        zone: str,
    ) -> "Log":
        """Join the events to customer numbers; a shop without events has None.

        With orders and the lines of refunded ones, refunds are known by their day.
        """
        seen = numbered(events, customer_summary)
        back = None
        if orders is not None and refund_lines is not None:
            back = returned(orders, refund_lines, purchase_items, zone=zone)
        return cls(purchases, purchase_items, seen, zone, back)

    @contextmanager
    def drawn(self, size: int, of: int) -> Iterator["Log"]:
        """Keep about so many customers, their rows computed once; all as they are if few."""
        some = self.sampled(size, of)
        if some is self:
            yield self
            return
        with computed((some.purchases, some.purchase_items, some.events)) as tables:
            purchases, items, events = tables
            yield Log(purchases, items, events, self.zone, some.refunds)

    def sampled(self, size: int, of: int) -> "Log":
        """Keep about so many customers, drawn by a hash of their number; all if there are few."""
        if of <= size:
            return self
        limit = int(_WORD * size / of)
        events = None if self.events is None else _drawn(self.events, limit)
        items = _drawn(self.purchase_items, limit)
        back = self.refunds and self.refunds.only(lambda numbers: _is_drawn(numbers, limit))
        return Log(_drawn(self.purchases, limit), items, events, self.zone, back)

    def known(self, cut: date) -> pd.DataFrame:
        """Features of every buyer by the cut, by number."""
        tables = (self.purchases, self.purchase_items, self.events)
        table = features(*tables, cut=cut, zone=self.zone, refunds=self.refunds)
        return with_rhythm(collect(table).sort_values("customer_number", ignore_index=True))

    def snapshot(self, cut: date, horizon: int) -> "Snapshot":
        """Features at the cut and what happened in the H days after."""
        known, end = self.known(cut), cut + timedelta(days=horizon)
        later = self.purchases.filter(self.purchases.day > cut, self.purchases.day <= end)
        buyers = collect(later.select("customer_number").distinct())["customer_number"]
        return Snapshot(cut, end, known, ~known["customer_number"].isin(buyers).to_numpy())


def _drawn(table: Any, limit: int) -> Any:
    return table.filter(_is_drawn(table.customer_number.cast("int64"), limit))


def _is_drawn(numbers: Any, limit: int) -> Any:
    return (numbers * _PRIME) % _WORD < limit


@dataclass(frozen=True)
class Snapshot:
    """One row per customer: `known` at the end of the day `cut`, and what came until `end`.

    `is_away` is true where nothing was bought from the day after `cut` to `end`.
    """

    cut: date
    end: date
    known: pd.DataFrame
    is_away: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """When to look: the cut on which models are judged, and the earlier ones, newest first."""

    test: date
    horizon: int
    earlier: tuple[date, ...]

    def training(self, cut: date) -> tuple[date, ...]:
        """Cuts whose outcome windows have ended by `cut`, the newest few."""
        closed = [one for one in self.earlier if one + timedelta(days=self.horizon) <= cut]
        return tuple(closed[:LEARNT])

    @property
    def later(self) -> tuple[date, ...]:
        """Cuts before the test on which models are compared, each with something to learn from."""
        closed = self.training(self.test)
        return tuple(cut for cut in closed if self.training(cut))[:LATER]

    @property
    def cuts(self) -> tuple[date, ...]:
        """Every cut that is needed, newest first."""
        used = {self.test, *self.training(self.test)}
        used |= {cut for later in self.later for cut in self.training(later)}
        return tuple(sorted(used, reverse=True))


def plan(*, first_day: date, as_of: date, horizon: int, cut: date | None = None) -> Plan:
    """Lay out snapshots: the test's outcome window is the last that has ended, or follows `cut`.

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive, or the H days after the cut are not over.
    NotEnoughDataError
        If fewer than two horizons of history lie before the cut.
    """
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    newest = as_of - timedelta(days=horizon)
    test = newest if cut is None else cut
    if test > newest:
        remedy = f"give a day up to {newest}, so that the {horizon} days after it are over"
        raise InvalidSettingError("cut", test.isoformat(), remedy)
    history = (test - first_day).days
    if history < MIN_HISTORY * horizon:
        raise NotEnoughDataError(
            "the churn score",
            "days of history before the cut",
            needed=MIN_HISTORY * horizon,
            found=max(history, 0),
            remedy="import more history, or ask for a shorter horizon",
        )
    return Plan(test, horizon, earlier_cuts(first_day=first_day, until=test, horizon=horizon))


def earlier_cuts(*, first_day: date, until: date, horizon: int) -> tuple[date, ...]:
    """Cuts whose outcome windows have ended by a day, newest first, a third of a horizon apart.

    The oldest has a horizon of history behind it.

    >>> days = earlier_cuts(first_day=date(2024, 1, 1), until=date(2024, 8, 1), horizon=90)
    >>> [str(day) for day in days]
    ['2024-05-03', '2024-04-03']
    """
    step, cut = timedelta(days=-(-horizon // _STEPS)), until - timedelta(days=horizon)
    cuts = []
    while cut >= first_day + timedelta(days=horizon):
        cuts.append(cut)
        cut -= step
    return tuple(cuts)


def is_enough(snapshot: Snapshot) -> bool:
    """Whether both outcomes occur often enough to learn from."""
    away = int(snapshot.is_away.sum())
    return min(away, len(snapshot.is_away) - away) >= MIN_OUTCOMES


def check_floor(snapshots: Sequence[Snapshot], *, buyers: int) -> None:
    """Refuse what is too little to learn from or to be judged on.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than 500 buyers at the cut, or a snapshot has fewer than 100 customers
        who bought in its window, or fewer than 100 who did not.
    """
    if buyers < MIN_BUYERS:
        raise NotEnoughDataError("the churn score", "buyers", needed=MIN_BUYERS, found=buyers)
    for snapshot in snapshots:
        away = int(snapshot.is_away.sum())
        for unit, found in (
            ("customers who bought again", len(snapshot.is_away) - away),
            ("customers who stayed away", away),
        ):
            if found < MIN_OUTCOMES:
                raise NotEnoughDataError(
                    f"the churn score from {snapshot.cut}", unit, needed=MIN_OUTCOMES, found=found
                )
