"""How much of what is sought lies at the top of the list that a churn score makes?"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.score_metrics import BINS
from analytics.churn.score_trial import Trial, run_trial
from analytics.churn.snapshots import Log
from analytics.errors import InvalidSettingError
from analytics.tables import finish, with_rate

Side = Literal["leavers", "buyers"]


def churn_gains(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    events: Any,
    orders: Any = None,
    refund_lines: Any = None,
    *,
    as_of: date,
    zone: str = "UTC",
    cut: date | None = None,
    horizon: int = 90,
    side: Side = "leavers",
    size: int | None = None,
) -> pd.DataFrame:
    """If only the top of the list is contacted, how many of those sought are in it?

    Customers of the test snapshot, sorted by the chosen model's chance of no purchase: who is
    likeliest to stay away first, or with `side="buyers"` who is likeliest to buy.

    Parameters
    ----------
    purchases, purchase_items, customer_summary, events, orders, refund_lines
    as_of, zone, cut, horizon
        As in `churn_score`.
    side
        Who is sought. Above a base rate of one half the list of leavers can't be much richer than
        everyone; buyers tell more there.
    size
        Customers of a campaign: one more row for a list of that size.

    Returns
    -------
    DataFrame
        top_share (of the list), size (customers of the whole shop in it), numerator (sought ones in
        it), denominator (customers in it), rate (precision), ci_lower, ci_upper (Wilson, 95 %),
        is_mature, gain (share of all sought ones that are in it), lift (rate ÷ share of the sought
        among all), decile_rate, decile_lift (of that tenth alone; null for a campaign's size).

    Raises
    ------
    InvalidSettingError
        If `size` is not positive, or as in `churn_score`.
    NotEnoughDataError
        As in `churn_score`.

    Notes
    -----
    Own definition; equal chances are taken in the order of customer numbers (buyers: backwards).
    """
    if size is not None and size < 1:
        raise InvalidSettingError("size", size, "give whole customers from 1")
    log = Log.of(
        purchases, purchase_items, events, customer_summary, orders, refund_lines, zone=zone
    )
    trial = run_trial(log, as_of=as_of, horizon=horizon, cut=cut)
    return gains_table(ranking(trial), side=side, size=size)


@dataclass(frozen=True)
class Ranking:
    """Outcomes of the test in the order of the score: who stayed away, the likeliest to first.

    `buyers` are all of the shop at the cut; where they are many, the ranking is of some of them.
    """

    is_away: npt.NDArray[np.bool_]
    buyers: int


def ranking(trial: Trial) -> Ranking:
    """Sort the outcomes of the test by the chosen model's chances, ties by customer number."""
    order = np.argsort(-trial.test.chances[trial.chosen], kind="stable")
    return Ranking(trial.test.snapshot.is_away[order], trial.buyers)


def gains_table(
    ranked: Ranking, *, side: Side = "leavers", size: int | None = None
) -> pd.DataFrame:
    """Give the table of `churn_gains`."""
    sought = ranked.is_away if side == "leavers" else ~ranked.is_away[::-1]
    found = np.concatenate([[0], np.cumsum(sought)])
    n, total = len(sought), int(found[-1])
    ends = np.round(np.linspace(0, n, BINS + 1)).astype(int)
    tenth = np.diff(found[ends]) / np.diff(ends)
    rows = [(ends[i + 1], tenth[i], tenth[i] / (total / n)) for i in range(BINS)]
    if size is not None:
        rows.append((max(round(min(size / ranked.buyers, 1) * n), 1), np.nan, np.nan))
    table = pd.DataFrame(rows, columns=pd.Index(["denominator", "decile_rate", "decile_lift"]))
    top = table["denominator"].to_numpy()
    table = with_rate(table.assign(numerator=found[top])).assign(
        top_share=top / n,
        size=np.round(top / n * ranked.buyers).astype(int),
        is_mature=True,
        gain=found[top] / total,
    )
    table["lift"] = table["rate"] / (total / n)
    columns = ["top_share", "size", "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    columns += ["is_mature", "gain", "lift", "decile_rate", "decile_lift"]
    return finish(table[columns], ["top_share"])
