"""How many come back within 30, 60, 90, 180, 365 days of their first purchase?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from analytics.breakdown import group_column, group_of
from analytics.errors import InvalidSettingError
from analytics.notes import Note
from analytics.periods import epoch_day, epoch_days
from analytics.tables import collect, finish, with_rate

Scope = Literal["any", "category", "item", "all"]

HORIZONS = (30, 90)
SCOPES: dict[str, str] = {
    "any": "days_to_second",
    "category": "days_to_same_category",
    "item": "days_to_same_item",
}


def bought_by(customer_summary: Any, as_of: date) -> Any:
    """Customers with a purchase by as-of."""
    return customer_summary.filter(
        customer_summary.first_day.notnull(), customer_summary.first_day <= as_of
    )


def buyers(customer_summary: Any, as_of: date) -> Any:
    """Customers with a purchase by as-of, with `follow_up`: days from the first one to as-of."""
    bought = bought_by(customer_summary, as_of)
    return bought.mutate(follow_up=epoch_day(as_of) - epoch_days(bought.first_day))


def repurchase_rate(
    customer_summary: Any,
    *,
    as_of: date,
    horizons: tuple[int, ...] = HORIZONS,
    scope: Scope = "any",
    by: str | None = None,
) -> pd.DataFrame:
    """What share of new customers buys again within H days of the first purchase?

    Customers whose later purchase falls at most H days after the first ÷ customers whose first
    purchase lies at least H days before as-of. Younger customers are in neither number: they are
    not worse, only younger. Renewals and instalments are no purchases.

    Parameters
    ----------
    customer_summary
        The mart, one row per customer.
    as_of
        Local day up to which the data reach.
    horizons
        H, in days.
    scope
        "any": any later purchase counts; "category", "item": only one that holds a category (an
        item) of the first purchase, over the same denominator; "all": the three as rows.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME"; one row per group, null
        where unknown.

    Returns
    -------
    DataFrame
        (group,) horizon_days, scope, numerator, denominator, rate, ci_lower, ci_upper (Wilson, 95
        %), is_mature (every counted window has closed; false only where nobody is eligible yet),
        too_young (customers left out because their window is still open). Rates are null where the
        denominator is 0.

    Raises
    ------
    InvalidSettingError
        If a horizon is not positive.

    Notes
    -----
    Own definition; the interval after Wilson (1927).
    """
    check_horizons(horizons)
    scopes = scopes_of(scope)
    table = bought_by(customer_summary, as_of)
    counts = rate_counts(table, as_of, sorted(set(horizons)), scopes)
    wide = _wide_counts(table, counts, by)
    long = pd.concat(
        [_one_rate(wide, horizon, name) for horizon in sorted(set(horizons)) for name in scopes],
        ignore_index=True,
    )
    long["is_mature"] = long["denominator"] > 0
    rates: Any = with_rate(long)
    columns = [*group_column(by), "horizon_days", "scope", "numerator", "denominator", "rate"]
    rates = rates[[*columns, "ci_lower", "ci_upper", "is_mature", "too_young"]]
    rates = in_scope_order(rates)
    return finish(rates, [*group_column(by), "horizon_days"], _notes(rates))


def check_horizons(horizons: Sequence[int]) -> None:
    """Refuse a horizon below one day."""
    for horizon in horizons:
        if horizon < 1:
            raise InvalidSettingError("a horizon", horizon, "give whole days from 1, such as 30,90")


def scopes_of(scope: Scope) -> list[str]:
    """Scopes that one name stands for, in the order in which they are shown.

    >>> scopes_of("all"), scopes_of("item")
    (['any', 'category', 'item'], ['item'])
    """
    return list(SCOPES) if scope == "all" else [scope]


def rate_counts(
    table: Any, as_of: date, horizons: Sequence[int], scopes: Sequence[str]
) -> dict[str, Any]:
    """Aggregates over `bought_by`: n, eligible_H, and SCOPE_H for those who came back."""
    counts = {"n": table.count()}
    for horizon in horizons:
        eligible = table.first_day <= as_of - timedelta(days=horizon)
        counts[f"eligible_{horizon}"] = table.count(where=eligible)
        for scope in scopes:
            came_back = table[SCOPES[scope]] <= horizon
            counts[f"{scope}_{horizon}"] = table.count(where=eligible & came_back)
    return counts


def _wide_counts(table: Any, counts: dict[str, Any], by: str | None) -> pd.DataFrame:
    if by is None:
        return collect(table.aggregate(**counts))
    return collect(table.group_by(group=group_of(table, by)).aggregate(**counts))


def in_scope_order(rates: Any) -> Any:
    """Sort rows by scope, any before category before item, ready for a stable sort by the rest."""
    rank = {name: place for place, name in enumerate(SCOPES)}
    return rates.sort_values("scope", key=lambda scope: scope.map(rank), kind="stable")


def _one_rate(wide: pd.DataFrame, horizon: int, scope: str) -> pd.DataFrame:
    eligible = wide[f"eligible_{horizon}"]
    return wide[[name for name in ("group",) if name in wide]].assign(
        horizon_days=horizon,
        scope=scope,
        numerator=wide[f"{scope}_{horizon}"],
        denominator=eligible,
        too_young=wide["n"] - eligible,
    )


def _notes(rates: Any) -> list[Note]:
    young = rates[rates["scope"] == rates["scope"].iloc[0]] if len(rates) else rates
    young = young.groupby("horizon_days")["too_young"].sum()
    return [
        Note(
            "too_young",
            "{customers:,} customers bought first less than {horizon} days before the data end and "
            "are not counted within {horizon} days.",
            customers=int(customers),
            horizon=int(horizon),
        )
        for horizon, customers in young.items()
        if customers
    ]
