"""Where a buy-till-you-die model does not fit the shop: what to say beside its numbers."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.notes import Note
from analytics.tables import collect
from analytics.value.models import Fitted

RENEWAL_DAYS = (7, 30, 31, 90, 365)
_NEAR = 5
_TIMES, _SHARE, _LEAST = 4.0, 0.03, 20
_NO_DROPOUT = 0.01


def renewal_spikes(purchases: Any, *, until: date) -> pd.DataFrame:
    """After how many days, to the day, do suspiciously many purchases follow the one before?

    A length of 7, 30, 31, 90 or 365 days is a spike where at least 20 gaps last exactly so long, 4
    times as many as the median of the lengths up to 5 days away, and the surplus is at least 3 % of
    all gaps: plans that renew do that, people who choose when to buy do not.

    Returns
    -------
    DataFrame
        days, n (gaps of exactly this length), usual (median of the neighbours), share of all gaps.
    """
    known = purchases.filter(purchases.gap.notnull() & (purchases.day <= until))
    counts: Any = collect(known.group_by("gap").aggregate(n=known.count()))
    by_day: Any = counts.set_index("gap")["n"]
    rows = []
    for days in RENEWAL_DAYS:
        near = [
            day for day in range(max(days - _NEAR, 1), days + _NEAR + 1) if day not in RENEWAL_DAYS
        ]
        usual = float(np.median(by_day.reindex(near, fill_value=0)))
        rows.append((days, int(by_day.get(days, 0)), usual))
    table: Any = pd.DataFrame(rows, columns=pd.Index(["days", "n", "usual"]))
    table["share"] = table["n"] / max(int(by_day.sum()), 1)
    surplus = (table["n"] - table["usual"]) / max(int(by_day.sum()), 1)
    is_spike = (table["n"] >= _LEAST) & (table["n"] >= _TIMES * table["usual"])
    return table[is_spike & (surplus >= _SHARE)].reset_index(drop=True)


def fit_notes(fitted: Fitted, purchases: Any, *, until: date) -> list[Note]:
    """Say on what a model rests and what speaks against it."""
    histories = fitted.histories
    text = "Fitted to {customers:,} customers up to {until}; {repeaters:,} had bought again."
    notes = [
        Note(
            "value_fitted",
            text,
            customers=int(histories.n),
            until=until.isoformat(),
            repeaters=histories.repeaters,
        )
    ]
    spikes = renewal_spikes(purchases, until=until)
    if len(spikes):
        text = (
            "{share:.0%} of the gaps last exactly {days} days: that looks like renewals, and a "
            "model of purchases at random times does not fit them. Read the subscriptions instead."
        )
        days = " / ".join(str(length) for length in spikes["days"])
        notes.append(Note("value_renewals", text, share=float(spikes["share"].sum()), days=days))
    if fitted.dropout < _NO_DROPOUT:
        text = (
            "No leaving is visible in this window (mean chance {dropout:.2%}): the model takes "
            "nearly everyone for alive."
        )
        notes.append(Note("value_no_dropout", text, dropout=fitted.dropout))
    elif not fitted.maximum.is_interior:
        text = (
            "The likelihood has no highest point within reach: these customers are too much alike."
        )
        notes.append(Note("value_no_maximum", text))
    return notes
