"""Do two cohorts really differ, or is it chance?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.breakdown import group_column
from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.intervals import LEVEL, benjamini_hochberg, newcombe, two_share_p_value
from analytics.notes import Note
from analytics.periods import Period, period_of, period_starts
from analytics.retention.brackets import parse_brackets
from analytics.retention.cohorts import triangle, whole_grid
from analytics.retention.windows import ReturnRule, StartRule, View, Window, members
from analytics.tables import finish

_SIDE = ["cohort_size", "active", "rate", "ci_lower", "ci_upper", "is_mature"]


def cohort_difference(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    cohort: date | None = None,
    base: date | None = None,
    period: Period = "month",
    window: Window = "calendar",
    return_rule: ReturnRule = "on",
    start_rule: StartRule = "first",
    cap: int = 3,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """In which periods do two cohorts differ by more than chance?

    The rate of one cohort minus that of the other at each k, compared only where the window has
    closed for every member of both, so that neither is merely younger.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    cohort, base
        Any day of the two cohorts' periods. By default the newest cohort with a complete window
        after the start, and the one before it.
    period, window, return_rule, start_rule, cap, brackets, item, category, channel, by
        As in `analytics.retention.cohorts.retention`.
    first_weekday
        Weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        (group,) period_index, cohort, numerator, denominator, rate, ci_lower, ci_upper (Wilson,
        95 %), the same of the other cohort with `base_` before the name (periods that one of them
        has reached; null for the one that has not), difference, difference_lower, difference_upper
        (Newcombe, 95 %), p_value (two-sided, of two proportions), q_value (after Benjamini and
        Hochberg over the periods of a group), is_mature (in both). Difference and test are null
        where it is not, and p and q where the rule makes the rate 1 for everybody (the period of
        the start). Groups of which nobody began in one of the two periods are left out.

    Raises
    ------
    UnknownNameError
        If nobody began in one of the periods.
    NotEnoughDataError
        If there are fewer than two cohorts.

    Notes
    -----
    Newcombe (1998), method 10; Benjamini & Hochberg (1995). With the recurring start rule one
    customer may be in both cohorts, and the two are then not independent.
    """
    view = View(
        as_of,
        period,
        window,
        return_rule,
        start_rule,
        cap,
        by,
        first_weekday,
        parse_brackets(brackets),
        item,
        category,
        channel,
    )
    starts = members(purchases, customer_summary, view, purchase_items)
    grid = whole_grid(starts, view, None)
    begun = sorted(grid["cohort_start"].drop_duplicates())
    if len(begun) < 2:  # noqa: PLR2004 - a difference takes two
        raise NotEnoughDataError("a difference of cohorts", "cohorts", needed=2, found=len(begun))
    newest = _newest_mature(grid, begun)
    chosen = begun[newest] if cohort is None else _found(begun, cohort, view)
    other = begun[newest - 1] if base is None else _found(begun, base, view)
    numbers = grid.loc[grid["cohort_start"].isin([chosen, other]), "cohort"].unique().tolist()
    marts = (purchases, customer_summary, None, purchase_items)
    table = _side_by_side(triangle(marts, view, cohorts=numbers), chosen, other, by)
    tested = _tested(table, view)
    notes = [] if by else _notes(tested, chosen, other)
    return finish(tested, [*group_column(by), "period_index"], notes)


def _newest_mature(grid: pd.DataFrame, begun: list[Any]) -> int:
    """Place of the newest cohort that can tell of a window after the start; never the oldest."""
    ripe = grid.loc[grid["is_mature"] & (grid["period_index"] > 0), "cohort_start"]
    return max(begun.index(ripe.max()), 1) if len(ripe) else len(begun) - 1


def _found(begun: list[Any], day: date, view: View) -> Any:
    number = period_of(day, view.period, first_weekday=view.first_weekday)
    start = period_starts([number], view.period, first_weekday=view.first_weekday)[0]
    if pd.Timestamp(start) not in begun:
        raise UnknownNameError("cohort", f"{day}", [f"{known.date()}" for known in begun])
    return pd.Timestamp(start)


def _side_by_side(cells: Any, chosen: Any, other: Any, by: str | None) -> pd.DataFrame:
    keys = [*group_column(by), "period_index"]
    one = cells.loc[cells["cohort"] == chosen, [*keys, *_SIDE]]
    two = cells.loc[cells["cohort"] == other, [*keys, *_SIDE]]
    table: Any = one.merge(two.rename(columns={name: f"base_{name}" for name in _SIDE}), on=keys)
    table = table[table["active"].notna() | table["base_active"].notna()]
    names = {"active": "numerator", "cohort_size": "denominator"}
    names |= {f"base_{old}": f"base_{new}" for old, new in names.items()}
    return table.rename(columns=names).assign(
        cohort=chosen,
        base_cohort=other,
        is_mature=table["is_mature"] & table["base_is_mature"],
    )


def _counts(table: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    counts = table[name].to_numpy(float, na_value=np.nan)
    return np.where(table["is_mature"].to_numpy(bool), counts, np.nan)


def _tested(table: Any, view: View) -> pd.DataFrame:
    parts = [
        _counts(table, name)
        for name in ("numerator", "denominator", "base_numerator", "base_denominator")
    ]
    difference, lower, upper = newcombe(*parts)
    p = two_share_p_value(*parts)
    is_certain = (table["period_index"] == 0) & (view.return_rule != "on-or-before")
    p = np.where(is_certain, np.nan, p)
    tested = table.assign(
        difference=difference,
        difference_lower=lower,
        difference_upper=upper,
        p_value=p,
        q_value=_corrected(table, p),
    )
    columns = ["numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    sides = ["cohort", *columns, "base_cohort", *(f"base_{name}" for name in columns)]
    found = ["difference", "difference_lower", "difference_upper", "p_value", "q_value"]
    return tested[[*group_column(view.by), "period_index", *sides, *found, "is_mature"]]


def _corrected(table: Any, p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Correct for the number of periods, in each group by itself, as if it were the whole shop."""
    if "group" not in table:
        return benjamini_hochberg(p)
    tests = pd.Series(p, table.index).groupby(table["group"], dropna=False)
    return tests.transform(lambda part: benjamini_hochberg(part.to_numpy())).to_numpy(float)


def _notes(tested: pd.DataFrame, chosen: Any, other: Any) -> list[Note]:
    known = tested.dropna(subset=["q_value"])
    values = {"cohort": f"{chosen.date()}", "base": f"{other.date()}"}
    if known.empty:
        text = "No window has closed for both {cohort} and {base}: nothing can be compared yet."
        return [Note("cohorts_not_comparable", text, **values)]
    clear: Any = known[known["q_value"] < 1 - LEVEL]
    if clear.empty:
        text = "{cohort} and {base} do not differ in any of {n} periods by more than chance."
        return [Note("cohorts_alike", text, n=len(known), **values)]
    text = (
        "{cohort} and {base} differ beyond chance in {clear} of {n} periods; most in period "
        "{index}: {difference:+.1f} points ({lower:+.1f} to {upper:+.1f})."
    )
    most: Any = clear.loc[clear["difference"].abs().idxmax()]
    values |= {"index": int(most["period_index"]), "clear": len(clear), "n": len(known)}
    names = {"difference": "difference", "lower": "difference_lower", "upper": "difference_upper"}
    moved = {name: float(most[column]) * 100 for name, column in names.items()}
    return [Note("cohorts_differ", text, **values, **moved)]
