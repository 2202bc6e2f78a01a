"""The subscriptions of a shop as a book: paid runs, spells without a gap, terms that ran out."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.notes import Note
from analytics.periods import epoch_day
from analytics.subscriptions.terms import MONTH_DAYS, due_days, term_of, terms_by
from analytics.tables import collect

GRACE = 30
"""Days after a due day within which a late payment or a new plan still counts as renewed."""

_TIMES = ("started_at", "trial_ends_at", "canceled_at", "ended_at")
_COLUMNS = ("customer_id", "plan", *_TIMES, "amount", "currency", "interval", "reason")
_FAILED = re.compile(
    r"fail|declin|payment|card|insufficient|dunning|unpaid|past.?due|delinquen|involuntar|non.?pay"
    r"|扣款|支付|付款|余额|拒付|欠费|银行卡",
    re.IGNORECASE,
)
_DAY_LATE = 1


@dataclass(frozen=True)
class Book:
    """What the subscriptions table says by its own as-of day.

    `runs` has a row per paid run: customer, spell (integers), plan, interval, months, days,
    paid_from, end (NaN while it runs), covered (the end, or the start of the next run of its
    spell), canceled, reason, mrr (of its month, in `currency`; 0 in others). `trials`: ended_day,
    is_converted.
    """

    runs: Any
    trials: Any
    today: int
    grace: int
    currency: str
    notes: list[Note]

    @cached_property
    def spells(self) -> Any:
        """One row per customer's stretch of paid runs: customer, start, end, reason."""
        ordered = self.runs.assign(until=self.runs["end"].fillna(np.inf)).sort_values(
            ["spell", "until", "paid_from"], kind="stable"
        )
        last = ordered.groupby("spell").tail(1).set_index("spell")
        start = self.runs.groupby("spell")["paid_from"].min()
        return pd.DataFrame(
            {
                "customer": last["customer"],
                "start": start,
                "end": last["end"],
                "reason": last["reason"],
            }
        ).sort_index()

    @cached_property
    def terms(self) -> Any:
        """One row per paid term that ran out by today.

        spell, expiry, interval, is_renewed (the spell went on), is_decided (the grace is over).
        """
        runs = self.runs
        end = runs["end"].fillna(np.inf).to_numpy()
        anchor, months, days = (runs[name].to_numpy(float) for name in ("anchor", "months", "days"))
        reached = np.minimum(end, self.today)
        known = terms_by(anchor, reached, months, days).astype(int)
        place = np.repeat(np.arange(len(runs)), known)
        number = np.arange(len(place)) - np.repeat(np.cumsum(known) - known, known) + 1
        expiry = due_days(anchor[place], number, months[place], days[place])
        is_cut = np.isfinite(end) & (due_days(anchor, known, months, days) < end)
        place = np.concatenate([place, np.flatnonzero(is_cut)])
        expiry = np.concatenate([expiry, end[is_cut]])
        spell = runs["spell"].to_numpy()[place]
        last = self.spells["end"].fillna(np.inf).to_numpy()
        code, names = pd.factorize(runs["interval"], sort=True)
        order = np.lexsort((code[place], expiry, spell))
        spell, expiry, code = spell[order], expiry[order], code[place][order]
        is_first = np.ones(len(spell), dtype=bool)
        is_first[1:] = (spell[1:] != spell[:-1]) | (expiry[1:] != expiry[:-1])
        spell, expiry, code = spell[is_first], expiry[is_first], code[is_first]
        return pd.DataFrame(
            {
                "spell": spell,
                "expiry": expiry,
                "interval": pd.Categorical.from_codes(code, names),
                "is_renewed": last[spell] > expiry,
                "is_decided": expiry + self.grace <= self.today,
            }
        )


def read_book(
    subscriptions: Any, *, as_of: date, zone: str, currency: str, grace: int = GRACE
) -> Book:
    """Read the canonical table as a book.

    Days are local. The table's as-of is its latest start, or `as_of` where that is earlier; what
    comes later is not known yet. A trial that nobody paid for is no run; lifetime access and free
    plans are no subscriptions. Without an end, a cancelled run ends with the paid term. A payment
    that failed ends a run on the day it was due. Runs of one customer that are at most `grace` days
    apart are one spell, so that a late payment or a change of plan is not churn.

    Raises
    ------
    InvalidSettingError
        If `grace` is negative.
    NotEnoughDataError
        If the workspace has no paid subscription.
    """
    if grace < 0:
        raise InvalidSettingError("grace", grace, "give whole days from 0")
    table: Any = collect(subscriptions.select(*_COLUMNS))
    for name in _TIMES:
        table[name] = _local_days(table[name], zone)
    today = min(epoch_day(as_of), int(table["started_at"].max())) if len(table) else 0
    rows = table[table["started_at"] <= today]
    for name in ("canceled_at", "ended_at"):
        rows = rows.assign(**{name: rows[name].where(rows[name] <= today)})
    paying = rows[rows["interval"].ne("lifetime") & rows["amount"].ne(0)]
    runs = _ends(_paid(paying), grace, today)
    is_trial = paying["trial_ends_at"] <= today
    trials = pd.DataFrame(
        {
            "ended_day": paying.loc[is_trial, "trial_ends_at"],
            "is_converted": runs.loc[is_trial, "is_paid"],
        }
    )
    runs = runs[runs["is_paid"] & (runs["paid_from"] <= today)]
    if runs.empty:
        raise NotEnoughDataError(
            "this report",
            "paid subscriptions",
            needed=1,
            found=0,
            remedy="import the file of subscriptions",
        )
    chosen = _chosen_currency(runs, currency)
    spelled = _spells(_priced(runs, chosen), grace)
    left_out = len(rows) - len(paying)
    return Book(spelled, trials, today, grace, chosen, _notes(spelled, chosen, left_out))


def _local_days(values: Any, zone: str) -> Any:
    times = pd.to_datetime(values).dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    days = times.to_numpy().astype("datetime64[D]")
    number = np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))
    return pd.Series(number, index=values.index)


def _paid(rows: Any) -> Any:
    code, words = pd.factorize(rows["interval"].fillna("month"))
    months, days = np.array([term_of(word) for word in words], float).reshape(-1, 2)[code].T
    trial = rows["trial_ends_at"]
    over = rows["ended_at"].fillna(rows["canceled_at"])
    return rows.assign(
        interval=rows["interval"].fillna("month"),
        months=months,
        days=days,
        paid_from=np.fmax(rows["started_at"], trial),
        is_paid=~(over <= trial),
        canceled=rows["canceled_at"],
    )


def _ends(runs: Any, grace: int, today: int) -> Any:
    """Date each run's end: as told, else the end of the term in which it was cancelled."""
    anchor, months, days = (runs[name].to_numpy(float) for name in ("paid_from", "months", "days"))
    told, canceled = runs["ended_at"].to_numpy(float), runs["canceled"].to_numpy(float)
    asked = np.where(np.isnan(canceled), anchor, np.maximum(canceled, anchor + 1))
    served = due_days(anchor, terms_by(anchor, asked - 1, months, days) + 1, months, days)
    end = np.where(np.isnan(told) & ~np.isnan(canceled), served, told)
    dated = np.where(np.isnan(end), anchor, end)
    last = due_days(anchor, terms_by(anchor, dated, months, days), months, days)
    slack = np.where(is_involuntary(runs["reason"]), grace, _DAY_LATE)
    is_late = (last > anchor) & (dated - last <= slack)
    end = np.where(np.isnan(end) | ~is_late, end, last)
    return runs.assign(anchor=anchor, end=np.where(end <= today, np.maximum(end, anchor), np.nan))


def is_involuntary(reasons: Any) -> Any:
    """Whether each written reason tells of a payment that failed."""
    code, words = pd.factorize(reasons.fillna(""))
    return np.array([bool(_FAILED.search(word)) for word in words], dtype=bool)[code]


def _chosen_currency(runs: Any, currency: str) -> str:
    """Give the workspace's currency, or the commonest of the table where it has none in that."""
    known = runs["currency"].dropna()
    if known.empty or (known == currency).any():
        return currency
    counts = known.value_counts()
    return min(str(name) for name in counts.index[counts == counts.max()])


def _priced(runs: Any, currency: str) -> Any:
    length = np.where(runs["months"] > 0, runs["months"], runs["days"] / MONTH_DAYS)
    is_ours = runs["currency"].isna() | (runs["currency"] == currency)
    return runs.assign(mrr=(runs["amount"].fillna(0) / length).where(is_ours, 0.0))


def _spells(runs: Any, grace: int) -> Any:
    """Number customers and spells; within a spell a run is covered until the next one begins."""
    code, _ = pd.factorize(runs["customer_id"], sort=True)
    runs = runs.assign(customer=code).sort_values(
        ["customer", "paid_from", "end", "plan", "mrr"], ignore_index=True
    )
    until = runs["end"].fillna(np.inf).groupby(runs["customer"]).cummax()
    before = until.groupby(runs["customer"]).shift(fill_value=-np.inf)
    start = runs["paid_from"]
    is_new = start > before + grace
    follower = pd.Series(np.where(is_new | (start <= before), np.nan, start)).shift(-1)
    return runs.assign(
        spell=is_new.cumsum() - 1,
        covered=runs["end"].where(follower.isna() | (runs["end"] < follower - grace), follower),
    )


def _notes(runs: Any, currency: str, left_out: int) -> list[Note]:
    notes = []
    foreign = int((runs["currency"].notna() & (runs["currency"] != currency)).sum())
    if foreign:
        text = "{n:,} subscriptions in other currencies than {currency} count, but add no MRR."
        notes.append(Note("subscriptions_other_currencies", text, n=foreign, currency=currency))
    if left_out:
        text = "{n:,} free plans and lifetime purchases are left out: they never renew."
        notes.append(Note("subscriptions_left_out", text, n=left_out))
    unpriced = int(runs["amount"].isna().sum())
    if unpriced:
        text = "{n:,} subscriptions without an amount count, but add no MRR."
        notes.append(Note("subscriptions_unpriced", text, n=unpriced))
    if runs["end"].notna().sum() == 0:
        text = (
            "No subscription of the file has ended: an export of live ones only makes every "
            "renewal rate 100 %; export the cancelled ones too."
        )
        notes.append(Note("subscriptions_all_live", text))
    return notes
