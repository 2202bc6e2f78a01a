"""The subscriptions of a shop as a book: paid runs, spells without a gap, terms that ran out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.notes import Note
from analytics.periods import DAY_S, epoch_day
from analytics.subscriptions.paid_terms import PaidTerms
from analytics.subscriptions.terms import MONTH_DAYS, Days, Whole, due_days, term_of, terms_by
from analytics.tables import collect

GRACE = 30
"""Days after a due day within which a late payment or a new plan still counts as renewed."""

_TIMES = ("started_at", "trial_ends_at", "canceled_at", "ended_at")
_COLUMNS = ("plan", "amount", "currency", "interval", "reason")
_KEPT = ("customer", "interval", "months", "days", "paid_from", "end", "canceled", "price",
         "amount")  # fmt: skip
_NAMED = ("reason", "currency")
_FAILED = re.compile(
    r"fail|declin|payment|card|insufficient|dunning|unpaid|past.?due|delinquen|involuntar|non.?pay"
    r"|扣款|支付|付款|余额|拒付|欠费|银行卡",
    re.IGNORECASE,
)
_DAY_LATE = 1
_APART = 1e8  # days, more than any date

Columns = dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """What the subscriptions table says by its own as-of day, in whatever currency.

    `runs` has a row per paid run: customer, spell (integers), interval, months, days,
    paid_from, end (NaN while it runs), covered (the end, or the start of the next run of its
    spell), canceled, reason, price (of its month, in its own currency). `spells` has a row per
    customer's stretch of paid runs, its place being its number: end, reason. `terms` are the paid
    terms that ran out by today. `trials`: ended_day, is_converted. `left_out` rows never renew.
    """

    runs: Any
    spells: Any
    terms: PaidTerms
    trials: Any
    today: int
    grace: int
    left_out: int

    @property
    def customers(self) -> int:
        """How many customers have a paid run."""
        return int(self.runs["customer"].iloc[-1]) + 1


@dataclass(frozen=True)
class Book(Runs):
    """The same with money: `mrr` of each run is its price in `currency`, 0 in others."""

    mrr: Days
    currency: str
    notes: list[Note]


_SHARED: ContextVar[dict[Any, Runs] | None] = ContextVar("shared", default=None)


@contextmanager
def sharing(kept: dict[Any, Runs]) -> Iterator[None]:
    """Let the reports that run meanwhile read their table once: the newest reading stays in `kept`.

    All of them must be of the same table.
    """
    token = _SHARED.set(kept)
    try:
        yield
    finally:
        _SHARED.reset(token)


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
    key, kept = (as_of, zone, grace), _SHARED.get()
    found = None if kept is None else kept.get(key)
    if found is None:
        found = _read(subscriptions, as_of=as_of, zone=zone, grace=grace)
        if kept is not None:
            kept.clear()
            kept[key] = found
    runs = found.runs
    chosen = _chosen_currency(runs["currency"], currency)
    is_ours = (runs["currency"].isna() | (runs["currency"] == chosen)).to_numpy()
    mrr = np.where(is_ours, runs["price"], 0.0)
    return Book(**vars(found), mrr=mrr, currency=chosen, notes=_notes(found, chosen))


def _read(subscriptions: Any, *, as_of: date, zone: str, grace: int) -> Runs:
    times = {name: subscriptions[name].epoch_seconds().cast("float64") for name in _TIMES}
    rank = ibis.dense_rank().over(order_by=subscriptions.customer_id)
    table: Any = collect(subscriptions.select(*_COLUMNS, **times, customer=rank))
    rows: Columns = {name: table[name].to_numpy() for name in table.columns}
    rows |= {name: _local_days(rows[name], zone) for name in _TIMES}
    today = min(epoch_day(as_of), int(rows["started_at"].max())) if len(table) else 0
    rows = _where(rows, rows["started_at"] <= today)
    for name in ("canceled_at", "ended_at"):
        rows[name] = np.where(rows[name] <= today, rows[name], np.nan)
    paying = _where(rows, (rows["interval"] != "lifetime") & (rows["amount"] != 0))
    runs = _ends(_paid(paying), grace, today)
    is_trial = paying["trial_ends_at"] <= today
    trials = pd.DataFrame(
        {
            "ended_day": paying["trial_ends_at"][is_trial],
            "is_converted": runs["is_paid"][is_trial],
        }
    )
    runs = _where(runs, runs["is_paid"] & (runs["paid_from"] <= today))
    if not len(runs["paid_from"]):
        raise NotEnoughDataError(
            "this report",
            "paid subscriptions",
            needed=1,
            found=0,
            remedy="import the file of subscriptions",
        )
    spelled = _spelled(_priced(runs), grace)
    spells = _spells(spelled)
    last = spells["end"].fillna(np.inf).to_numpy()
    terms = PaidTerms.of(spelled, last, today=today, grace=grace)
    left_out = len(rows["started_at"]) - len(paying["started_at"])
    return Runs(spelled, spells, terms, trials, today, grace, left_out)


def _where(rows: Columns, is_kept: Any) -> Columns:
    return {name: values[is_kept] for name, values in rows.items()}


def _local_days(seconds: Days, zone: str) -> Days:
    """Local days of times in seconds from 1970, UTC."""
    if zone == "UTC":
        return np.floor(seconds / DAY_S)
    times = pd.to_datetime(pd.Series(seconds), unit="s", utc=True).dt.tz_convert(zone)
    days = times.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))


def _paid(rows: Columns) -> Columns:
    interval = pd.Categorical(pd.Series(rows["interval"]).fillna("month"))
    lengths = np.array([term_of(word) for word in interval.categories], float).reshape(-1, 2)
    months, days = lengths[interval.codes].T
    trial, told = rows["trial_ends_at"], rows["ended_at"]
    over = np.where(np.isnan(told), rows["canceled_at"], told)
    return {
        **{name: rows[name] for name in ("customer", *_COLUMNS)},
        "interval": interval,
        "months": months,
        "days": days,
        "paid_from": np.fmax(rows["started_at"], trial),
        "is_paid": ~(over <= trial),
        "canceled": rows["canceled_at"],
        "end": told,
    }


def _ends(runs: Columns, grace: int, today: int) -> Columns:
    """Date each run's end: as told, else the end of the term in which it was cancelled."""
    anchor, months, days = (runs[name] for name in ("paid_from", "months", "days"))
    told, canceled = runs["end"], runs["canceled"]
    asked = np.where(np.isnan(canceled), anchor, np.maximum(canceled, anchor + 1))
    served = due_days(anchor, terms_by(anchor, asked - 1, months, days) + 1, months, days)
    end = np.where(np.isnan(told) & ~np.isnan(canceled), served, told)
    dated = np.where(np.isnan(end), anchor, end)
    last = due_days(anchor, terms_by(anchor, dated, months, days), months, days)
    slack = np.where(is_involuntary(pd.Series(runs["reason"])), grace, _DAY_LATE)
    is_late = (last > anchor) & (dated - last <= slack)
    end = np.where(np.isnan(end) | ~is_late, end, last)
    return {**runs, "end": np.where(end <= today, np.maximum(end, anchor), np.nan)}


def is_involuntary(reasons: Any) -> Any:
    """Whether each written reason tells of a payment that failed."""
    code, words = pd.factorize(reasons)
    return np.array([*(bool(_FAILED.search(word)) for word in words), False])[code]


def _chosen_currency(named: Any, currency: str) -> str:
    """Give the workspace's currency, or the commonest of the table where it has none in that."""
    known = named.dropna()
    if known.empty or (known == currency).any():
        return currency
    counts = known.value_counts()
    return min(str(name) for name in counts.index[counts == counts.max()])


def _priced(runs: Columns) -> Columns:
    length = np.where(runs["months"] > 0, runs["months"], runs["days"] / MONTH_DAYS)
    return {**runs, "price": np.nan_to_num(runs["amount"]) / length}


def _spelled(runs: Columns, grace: int) -> pd.DataFrame:
    """Number customers and spells; within a spell a run is covered until the next one begins."""
    plan = pd.factorize(runs["plan"], sort=True)[0]
    plan = np.where(plan < 0, len(plan), plan)
    number = np.unique(runs["customer"], return_inverse=True)[1]
    order = np.lexsort((runs["price"], plan, runs["end"], runs["paid_from"], number))
    runs = {**_where(runs, order), "customer": number[order]}
    start, end = runs["paid_from"], runs["end"]
    before = _latest_before(np.where(np.isnan(end), np.inf, end), runs["customer"])
    is_new = start > before + grace
    follower = np.append(np.where(is_new | (start <= before), np.nan, start)[1:], np.nan)
    is_own = np.isnan(follower) | (end < follower - grace)
    return pd.DataFrame(
        {
            **{name: runs[name] for name in _KEPT},
            **{name: pd.Categorical(runs[name]) for name in _NAMED},
            "spell": np.cumsum(is_new) - 1,
            "covered": np.where(is_own, end, follower),
        }
    )


def _spells(runs: Any) -> Any:
    spell, until = runs["spell"].to_numpy(), runs["end"].fillna(np.inf).to_numpy()
    order = np.lexsort((until, spell))
    last = order[np.append(spell[1:] != spell[:-1], True)]
    return runs[["end", "reason"]].iloc[last].reset_index(drop=True)


def _latest_before(ends: Days, customer: Whole) -> Days:
    """Latest end of the earlier runs of the same customer; -inf before the first."""
    apart = customer * _APART  # one run's maximum never reaches the next customer
    latest = np.maximum.accumulate(np.minimum(ends, _APART / 2) + apart) - apart
    before = np.append(-np.inf, latest[:-1])
    before[np.append(True, customer[1:] != customer[:-1])] = -np.inf
    return np.where(before >= _APART / 2, np.inf, before)


def _notes(read: Runs, currency: str) -> list[Note]:
    runs, notes = read.runs, []
    foreign = int((runs["currency"].notna() & (runs["currency"] != currency)).sum())
    if foreign:
        text = "{n:,} subscriptions in other currencies than {currency} count, but add no MRR."
        notes.append(Note("subscriptions_other_currencies", text, n=foreign, currency=currency))
    if read.left_out:
        text = "{n:,} free plans and lifetime purchases are left out: they never renew."
        notes.append(Note("subscriptions_left_out", text, n=read.left_out))
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
