"""Do groups differ in how long it takes?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from analytics.intervals import LEVEL
from analytics.notes import Note


class LogRank(NamedTuple):  # a plain tuple, since it travels with a table
    """Result of the test: statistic, degrees of freedom, p value."""

    statistic: float
    degrees: int
    p_value: float


def log_rank(counts: pd.DataFrame) -> LogRank | None:
    """Could the groups' curves differ as much as this if all came from one?

    At each day with an event, each group's events are compared with its share of those still
    waiting; the summed differences, weighed by their hypergeometric covariance, follow χ² with one
    degree of freedom less than there are groups.

    Parameters
    ----------
    counts
        Counted waits: group, duration (days), events, censored.

    Returns
    -------
    LogRank or None
        None with fewer than two groups, or without any event.

    Notes
    -----
    Mantel (1966), Cancer Chemother. Rep. 50, 163-170; Peto & Peto (1972). Equals
    `lifelines.statistics.multivariate_logrank_test`.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "a", "b", "b"], "duration": [1, 2, 3, 4],
    ...                       "events": [1, 1, 1, 1], "censored": [0, 0, 0, 0]})
    >>> round(log_rank(table).p_value, 4)
    0.0896
    """
    if counts["group"].nunique(dropna=False) < 2:  # noqa: PLR2004 - one has nothing to differ from
        return None
    events = _by_day(counts, "events")
    leaving = events + _by_day(counts, "censored")
    waiting = leaving[::-1].cumsum(axis=0)[::-1]
    if events.shape[1] < 2 or events.sum() == 0:  # noqa: PLR2004 - "" may be a group of its own
        return None
    n, d = waiting.sum(axis=1), events.sum(axis=1)
    share = waiting / n[:, None]
    surprise = (events - d[:, None] * share).sum(axis=0)
    weight = np.divide(d * (n - d), n - 1, out=np.zeros(len(n)), where=n > 1)
    variance = np.diag((weight[:, None] * share).sum(axis=0)) - (weight[:, None] * share).T @ share
    statistic = float(surprise[:-1] @ np.linalg.pinv(variance[:-1, :-1]) @ surprise[:-1])
    degrees = events.shape[1] - 1
    return LogRank(statistic, degrees, float(special.chdtrc(degrees, statistic)))


def _by_day(counts: pd.DataFrame, column: str) -> np.ndarray:
    groups = counts["group"].astype(object).where(counts["group"].notna(), "")
    wide = counts.assign(group=groups).pivot_table(
        index="duration", columns="group", values=column, aggfunc="sum", fill_value=0, sort=True
    )
    return wide.to_numpy(float)


def log_rank_notes(counts: pd.DataFrame) -> list[Note]:
    """Say whether the groups' curves differ beyond chance; nothing with fewer than two groups."""
    test = log_rank(counts)
    if test is None:
        return []
    if test.p_value < 1 - LEVEL:
        text = "The groups differ more than chance explains (log-rank p = {p:.2g})."
        return [Note("log_rank_differs", text, p=test.p_value)]
    text = "No difference between the groups that these numbers could show (log-rank p = {p:.2g})."
    return [Note("log_rank_no_difference", text, p=test.p_value)]
