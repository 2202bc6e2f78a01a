"""Every paid term that ran out, as columns: there are ten times as many as runs."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.subscriptions.terms import Days, Whole, due_days, every_due_day, terms_by

Small = npt.NDArray[np.int32]  # millions are kept
_EXPIRY_BITS, _INTERVAL_BITS = 22, 12  # 11,000 years; intervals of one shop


@dataclass(frozen=True)
class PaidTerms:
    """One place per paid term that ran out by today, by spell and day.

    spell; expiry, in days from 1970; interval, a place in `intervals`; is_renewed (the spell went
    on); is_decided (the grace is over).
    """

    spell: Small
    expiry: Small
    interval: Small
    is_renewed: npt.NDArray[np.bool_]
    is_decided: npt.NDArray[np.bool_]
    intervals: tuple[str, ...]

    @classmethod
    def of(cls, runs: Any, last: Days, *, today: int, grace: int) -> Self:
        """List the terms of these runs.

        `last` is the end of each spell, infinite while it goes on. Where two runs of a spell fall
        due on one day, that is one term.
        """
        low = int(runs["paid_from"].min())
        told = runs[["spell", "interval", "paid_from", "end", "months", "days"]]
        parts = told.groupby("interval", observed=True)
        keys = np.concatenate([_keys(part, low, today) for _, part in parts])
        keys.sort(kind="stable")  # each interval's are almost in order
        pairs = keys >> _INTERVAL_BITS
        is_first = np.ones(len(keys), dtype=bool)
        is_first[1:] = pairs[1:] != pairs[:-1]
        keys, pairs = keys[is_first], pairs[is_first]
        spell = (pairs >> _EXPIRY_BITS).astype(np.int32)
        expiry = ((pairs & (1 << _EXPIRY_BITS) - 1) + low).astype(np.int32)
        return cls(
            spell,
            expiry,
            (keys & (1 << _INTERVAL_BITS) - 1).astype(np.int32),
            last[spell] > expiry,
            expiry + grace <= today,
            tuple(runs["interval"].cat.categories),
        )


def _keys(runs: Any, low: int, today: int) -> Whole:
    """Spell, day and interval of each term of runs of one interval, as one number each."""
    anchor, end = runs["paid_from"].to_numpy(float), runs["end"].fillna(np.inf).to_numpy()
    months, days = (runs[name].to_numpy(float) for name in ("months", "days"))
    known = terms_by(anchor, np.minimum(end, today), months, days).astype(np.int64)
    is_cut = np.isfinite(end) & (due_days(anchor, known, months, days) < end)
    sizes = known + is_cut
    expiry = every_due_day(anchor, sizes, int(months[0]), int(days[0]))
    expiry[np.cumsum(sizes)[is_cut] - 1] = end[is_cut]
    spell = runs["spell"].to_numpy(np.int64) << _EXPIRY_BITS + _INTERVAL_BITS
    code = runs["interval"].cat.codes.to_numpy(np.int64)
    return np.repeat(spell | code, sizes) + ((expiry.astype(np.int64) - low) << _INTERVAL_BITS)
