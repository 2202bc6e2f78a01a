"""Memberships: trials, charges on the same day of every month, upgrades, cancellations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import calendar_days
import truths
from customers import Customer
from draws import Draws
from purchases import Purchase

Row = tuple[object, ...]
HEADER = (
    "user_id",
    "plan",
    "started_at",
    "trial_ends_at",
    "canceled_at",
    "ended_at",
    "amount",
    "currency",
    "interval",
    "reason",
)
_TRIAL = timedelta(days=7)
_TRIAL_SHARE = 0.3
_UNPAID_TRIALS = 240
_EARLY_NOTICE = 0.05  # of running memberships, the share already cancelled for the next due day
_REASONS = ("too expensive", "no time", "found another course", "content not for me", "")


@dataclass
class Subscription:
    """One run of one plan."""

    customer: int
    plan: str
    started_at: datetime
    trial_ends_at: datetime | None = None
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Renewal:
    """One charge after the first."""

    customer: int
    plan: str
    moment: datetime


def run_memberships(
    purchases: list[Purchase], customers: list[Customer]
) -> tuple[list[Subscription], list[Renewal]]:
    """All subscriptions and all renewal charges up to the last day."""
    draws = Draws(5)
    subscriptions: list[Subscription] = []
    renewals: list[Renewal] = []
    starts = [one for one in purchases if one.plan]
    for start in starts:
        runs, charges = _membership(draws, start, customers[start.customer])
        subscriptions += runs
        renewals += charges
    members = {one.customer for one in starts}
    subscriptions += _unpaid_trials(draws, customers, members)
    return subscriptions, renewals


def rows(subscriptions: list[Subscription], customers: list[Customer]) -> list[Row]:
    """Lines of subscriptions.csv, by start."""
    lines = [_row(one, customers[one.customer].user_id) for one in subscriptions]
    return sorted(lines, key=lambda line: (line[2], line[0]))


def _row(one: Subscription, user_id: str) -> Row:
    return (
        user_id,
        one.plan,
        one.started_at.isoformat(sep=" "),
        *(_text(at) for at in (one.trial_ends_at, one.canceled_at, one.ended_at)),
        f"{truths.PLANS[one.plan]:.2f}",
        truths.CURRENCY,
        "year" if one.plan == "annual" else "month",
        one.reason,
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ") if moment else ""


def _membership(
    draws: Draws, start: Purchase, customer: Customer
) -> tuple[list[Subscription], list[Renewal]]:
    """Return the runs and charges of one member; months count from the first charge."""
    plan, anchor = start.plan or "", start.moment
    runs = [_first_run(draws, start, customer)]
    charges: list[Renewal] = []
    step, rate = (12, truths.ANNUAL_RENEWAL) if plan == "annual" else (1, truths.MONTHLY_RENEWAL)
    period = 1
    while (due := calendar_days.months_later(anchor, period * step)) < calendar_days.CLOSING:
        if not draws.chance(rate):
            _end(draws, runs[-1], due)
            return runs, charges
        if plan == "monthly" and draws.chance(truths.UPGRADE_RATE):
            plan = "monthly-plus"
            runs[-1].canceled_at = runs[-1].ended_at = due
            runs[-1].reason = "upgrade"
            runs.append(Subscription(start.customer, plan, due))
        charges.append(Renewal(start.customer, plan, due))
        period += 1
    if draws.chance(_EARLY_NOTICE):
        paid_until = calendar_days.months_later(anchor, (period - 1) * step)
        share = (calendar_days.CLOSING - paid_until) * draws.one()
        runs[-1].canceled_at = (paid_until + share).replace(microsecond=0)
        runs[-1].ended_at, runs[-1].reason = due, draws.pick(_REASONS)
    return runs, charges


def _first_run(draws: Draws, start: Purchase, customer: Customer) -> Subscription:
    run = Subscription(start.customer, start.plan or "", start.moment)
    had_time = start.moment - _TRIAL > customer.signed_up_at
    if run.plan == "monthly" and had_time and draws.chance(_TRIAL_SHARE):
        run.started_at, run.trial_ends_at = start.moment - _TRIAL, start.moment
    return run


def _end(draws: Draws, run: Subscription, due: datetime) -> None:
    run.ended_at = due
    if draws.chance(truths.PAYMENT_FAILED_SHARE):
        run.canceled_at, run.reason = due, "payment failed"
        return
    notice = timedelta(seconds=draws.between(3600, 20 * 86400))
    run.canceled_at = max(run.started_at, due - notice)
    run.reason = draws.pick(_REASONS)


def _unpaid_trials(
    draws: Draws, customers: list[Customer], members: set[int]
) -> list[Subscription]:
    """Trials that ended without a charge, of customers who never became members."""
    others = [i for i in range(len(customers)) if i not in members]
    trials: dict[int, Subscription] = {}
    while len(trials) < _UNPAID_TRIALS:
        customer = draws.pick(others)
        wait = timedelta(seconds=draws.between(60, 60 * 86400))
        start = customers[customer].signed_up_at + wait
        end = start + _TRIAL
        if customer not in trials and end < calendar_days.CLOSING:
            canceled = start + timedelta(seconds=draws.between(600, 6 * 86400))
            reason = draws.pick(_REASONS)
            trials[customer] = Subscription(customer, "monthly", start, end, canceled, end, reason)
    return list(trials.values())
