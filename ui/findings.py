"""What the numbers say, in a sentence or two, for the head of a page.

The first sentence (bold) is the main figure with its interval; the second says what stands out. A
change is only called higher or lower when the interval of the difference excludes zero (Newcombe);
else that is said.
"""

from collections.abc import Sequence
from typing import Any, SupportsFloat

import numpy as np

from analytics.intervals import benjamini_hochberg as corrected
from analytics.intervals import newcombe, two_share_p_value
from ui import formats
from ui.spans import Axis
from ui.types import Row, Table
from ui.words import t

_CLEAR_Q = 0.05
_CLEAR_P = 0.05


def joined(*sentences: str) -> str:
    """Set sentences one after the other: the first bold, empty ones left out."""
    said = [sentence for sentence in sentences if sentence]
    return " ".join([f"**{said[0]}**", *said[1:]]) if said else ""


def rate_row(rates: Table, **where: object) -> Row | None:
    """Give the row of a rate table with these values, or None where there is none with people."""
    chosen: Table = rates
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    return None if chosen.empty or not chosen["denominator"].iloc[0] else chosen.iloc[0]


def repurchase(
    rates: Table, quartiles: Row, trend: Table, *, horizon: int, unit: str, scope: str = "any"
) -> str:
    """Say how many come back within the horizon, how soon, and whether newer ones differ.

    `quartiles` is the row of everyone in the report repurchase-quartiles, from purchase 1.
    """
    row = rate_row(rates, horizon_days=horizon, scope=scope)
    if row is None:
        return t("finding.repurchase_none", days=horizon)
    headline = t(
        f"finding.repurchase_{scope}",
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        days=horizon,
    )
    return joined(headline, _half(quartiles), moved(trend, unit))


def _half(quartiles: Row) -> str:
    if formats.is_nothing(quartiles["median_days"]):
        return t("finding.half_never")
    return t(
        "finding.half",
        days=formats.number(quartiles["median_days"]),
        repeaters=formats.number(quartiles["repeaters_median_days"]),
    )


def moved(trend: Table, unit: str) -> str:
    """Say whether the rate rises or falls from cohort to cohort, by the trend test in `attrs`."""
    found = trend.attrs.get("trend")
    if found is None:
        return ""
    values = {"n": found.n, "p": p_value(found.p_value), "unit": t(f"finding.unit_{unit}")}
    if found.p_value >= _CLEAR_P:
        return t("finding.trend_flat", **values)
    bounds = sorted((abs(found.ci_lower), abs(found.ci_upper)))
    return t(
        "finding.trend_rises" if found.slope > 0 else "finding.trend_falls",
        points=_fine_points(abs(found.slope)),
        interval=" – ".join(map(_fine_points, bounds)),
        **values,
    )


def p_value(p: float) -> str:
    """Write a p value as it is read: never 0.

    >>> p_value(0.0312), p_value(2e-9)
    ('p = 0.03', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.{2 if p >= 0.01 else 3}f}"  # noqa: PLR2004


def gap_of(one: Row, other: Row) -> tuple[float, float, float] | None:
    """Give the difference of two rates and its interval (Newcombe); None if it may be chance."""
    counts = (row[name] for row in (one, other) for name in ("numerator", "denominator"))
    difference, lower, upper = (float(part) for part in newcombe(*counts))
    return None if lower <= 0 <= upper else (difference, lower, upper)


def newest_against_older(trend: Table, unit: str) -> str:
    """Compare the newest matured cohort with all older matured ones, and say only what is clear."""
    mature: Table = trend[trend["is_mature"].astype(bool) & (trend["denominator"] > 0)]
    if len(mature) < 2:  # noqa: PLR2004 - one cohort has nothing to be compared with
        return ""
    newest, older = mature.iloc[-1], mature.iloc[:-1]
    difference, lower, upper = newcombe(
        newest["numerator"],
        newest["denominator"],
        older["numerator"].sum(),
        older["denominator"].sum(),
    )
    names = {
        "cohort": formats.period(newest["period"], unit),
        "n": formats.number(newest["denominator"]),
    }
    if lower <= 0 <= upper:
        return t("finding.trend_none", **names)
    return t(
        "finding.trend_higher" if difference > 0 else "finding.trend_lower",
        points=_points(abs(difference)),
        interval=f"{_points(min(abs(lower), abs(upper)))} – {_points(max(abs(lower), abs(upper)))}",
        **names,
    )


def retention(
    cells: Table,
    pooled: Table,
    *,
    view: dict[str, Any],
    groups: Table | None = None,
    index: int = 1,
) -> str:
    """Say how many are back after one period, and which cohort and which group stand out."""
    row: Table = pooled[pooled["period_index"] == index]
    if row.empty or not row["cohort_size"].iloc[0]:
        return t("finding.retention_none")
    first, unit, axis = row.iloc[0], view["period"], Axis.of(view)
    said = {
        "rate": formats.percent(first["rate"]),
        "interval": formats.interval(first["ci_lower"], first["ci_upper"]),
    }
    is_plain = view["window"] == "calendar" and not view.get("brackets")
    if view["return_rule"] == "on" and is_plain:
        headline = t(f"finding.retention_{unit}", **said)
    else:
        rule = view["return_rule"].replace("-", "_")
        after = axis.after(index)
        headline = t(f"finding.returned_{rule}", after=after, **said)
    apart = ""
    if groups is not None:
        apart = groups_apart(groups, axis.after(index), index=index)
    return joined(headline, apart, standing_out(cells[cells["period_index"] == index], unit))


def standing_out(cells: Table, unit: str) -> str:
    """Name the matured cohort that differs most clearly from the others taken together."""
    mature: Table = cells[cells["is_mature"].astype(bool) & (cells["cohort_size"] > 0)].reset_index(
        drop=True
    )
    if len(mature) < 3:  # noqa: PLR2004 - "the others" must be more than one
        return ""
    hits, total = mature["active"].to_numpy(float), mature["cohort_size"].to_numpy(float)
    rest_hits, rest_total = hits.sum() - hits, total.sum() - total
    q = corrected(two_share_p_value(hits, total, rest_hits, rest_total))
    clear = int(np.nanargmin(q))
    if not q[clear] < _CLEAR_Q:
        return t("finding.cohorts_alike", n=len(mature))
    is_higher = hits[clear] / total[clear] > rest_hits[clear] / rest_total[clear]
    return t(
        "finding.cohort_higher" if is_higher else "finding.cohort_lower",
        cohort=formats.period(mature["cohort"].iloc[clear], unit),
        rate=formats.percent(hits[clear] / total[clear]),
        others=formats.percent(rest_hits[clear] / rest_total[clear]),
    )


def groups_apart(pooled: Table, after: str, *, index: int = 1) -> str:
    """Name the group that differs most clearly from the others together after so many periods.

    `pooled` has a row a group and index; `after` names the index in words. Nothing is called a
    difference unless the test, corrected for the groups, and the interval both say so.
    """
    rows: Table = pooled[(pooled["period_index"] == index) & (pooled["cohort_size"] > 0)]
    if len(rows) < 2:  # noqa: PLR2004 - one group has nothing to be compared with
        return ""
    hits, total = rows["active"].to_numpy(float), rows["cohort_size"].to_numpy(float)
    rest = hits.sum() - hits, total.sum() - total
    q = corrected(two_share_p_value(hits, total, *rest))
    difference, lower, upper = newcombe(hits, total, *rest)
    clear = int(np.nanargmin(q))
    if not q[clear] < _CLEAR_Q or lower[clear] <= 0 <= upper[clear]:
        return t("finding.groups_alike", n=len(rows), after=after)
    bounds = sorted(abs(bound) for bound in (lower[clear], upper[clear]))
    return t(
        "finding.group_higher" if difference[clear] > 0 else "finding.group_lower",
        group=rows["group"].iloc[clear],
        after=after,
        rate=formats.percent(hits[clear] / total[clear]),
        others=formats.percent(rest[0][clear] / rest[1][clear]),
        interval=" – ".join(map(_points, bounds)),
    )


def series(pooled: Sequence[float]) -> list[float]:
    """Give a sparkline's values without the missing ones."""
    return [float(value) for value in pooled if not formats.is_nothing(value)]


def _points(share: SupportsFloat) -> str:
    return formats.number(float(share) * 100, 1)


def _fine_points(share: SupportsFloat) -> str:
    return formats.number(float(share) * 100, 2)
