"""One line for a whole triangle."""

from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.intervals import rate, wilson
from analytics.periods import Period
from analytics.retention.cohorts import retention
from analytics.retention.windows import ReturnRule, StartRule, Window
from analytics.tables import finish

_KEPT = ("period_index", "cohorts", "cohort_size", "active")
MeanMethod = Literal["pooled", "simple", "same-cohorts", "mixpanel"]


def retention_mean(
    table: pd.DataFrame, *, method: MeanMethod = "pooled", through: int | None = None
) -> pd.DataFrame:
    """What share is active k periods after the start, over all cohorts that can tell?

    Only mature cells count, so no column is pulled down by cohorts that have had no time yet.

    Parameters
    ----------
    table
        The result of `retention`.
    method
        "pooled": Σ active ÷ Σ cohort_size, every customer weighing the same; "simple": the mean of
        the rates, every cohort weighing the same; "same-cohorts": pooled over those cohorts only
        that are mature up to `through`, so that all columns speak of the same customers and the
        line is not bent by a change of cohorts; "mixpanel": Σ active · size ÷ Σ size², the weighted
        average that Mixpanel documents, in which large cohorts count twice, to reconcile with it.
    through
        Largest k of "same-cohorts"; by default half of the largest k with a mature cell.

    Returns
    -------
    DataFrame
        (group,) period_index, cohorts (how many count), cohort_size, active (sums), rate, ci_lower,
        ci_upper (Wilson, 95 %; null for "simple" and "mixpanel", no proportions), is_mature, and
        per acquired customer, over the same cells: revenue_per_customer,
        cumulative_revenue_per_customer (means of the cohorts' own with "simple", else pooled).

    Notes
    -----
    Own definition. PostHog's weighted mean and Amplitude's overall row are the pooled one.
    """
    keys = [name for name in ("group",) if name in table.columns]
    cells: Any = table[table["is_mature"] & table["active"].notna()]
    if method == "same-cohorts":
        cells = _same_cohorts(cells, keys, through)
    sized = cells["cohort_size"].astype(float)
    cells = cells.assign(
        squared=sized**2,
        crossed=sized * cells["active"].astype(float),
        own_revenue=cells["revenue"].astype(float) / sized,
        own_cumulative=cells["cumulative_revenue"].astype(float) / sized,
    )
    sums: Any = cells.groupby([*keys, "period_index"], dropna=False, as_index=False).agg(
        cohorts=("cohort", "size"),
        cohort_size=("cohort_size", "sum"),
        active=("active", "sum"),
        simple=("rate", "mean"),
        simple_revenue=("own_revenue", "mean"),
        simple_cumulative=("own_cumulative", "mean"),
        squared=("squared", "sum"),
        crossed=("crossed", "sum"),
        revenue=("revenue", "sum"),
        cumulative=("cumulative_revenue", "sum"),
    )
    size = sums["cohort_size"].to_numpy(float)
    active = sums["active"].to_numpy(float)
    lower, upper = wilson(active, size)
    rates = {"simple": sums["simple"], "mixpanel": rate(sums["crossed"], sums["squared"])}
    is_share = method not in rates
    is_simple = method == "simple"
    helpers = [name for name in sums if name not in {*keys, *_KEPT}]
    result = sums.drop(columns=helpers).assign(
        rate=rates.get(method, rate(active, size)),
        ci_lower=lower if is_share else np.nan,
        ci_upper=upper if is_share else np.nan,
        is_mature=True,
        revenue_per_customer=sums["simple_revenue"] if is_simple else rate(sums["revenue"], size),
        cumulative_revenue_per_customer=(
            sums["simple_cumulative"] if is_simple else rate(sums["cumulative"], size)
        ),
    )
    return finish(result, [*keys, "period_index"])


def _same_cohorts(cells: Any, keys: list[str], through: int | None) -> Any:
    if cells.empty:
        return cells
    last = int(cells["period_index"].max()) // 2 if through is None else through
    inside = cells[cells["period_index"] <= last]
    whole = (
        inside.groupby([*keys, "cohort"], dropna=False)["period_index"].transform("size")
        == last + 1
    )
    return inside[whole]


def retention_line(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    method: MeanMethod = "pooled",
    through: int | None = None,
    period: Period = "month",
    window: Window = "calendar",
    return_rule: ReturnRule = "on",
    start_rule: StartRule = "first",
    cap: int = 3,
    periods: int | None = None,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """What share of all customers is active k periods after the start, in one line?

    The mean row of the triangle, over its complete cells only.

    Parameters
    ----------
    purchases, customer_summary, orders, purchase_items, as_of, first_weekday
        As in `analytics.retention.cohorts.retention`, as are period, window, return_rule,
        start_rule, cap, periods, brackets, item, category, channel and by.
    method, through
        How the cohorts are weighed, as in `retention_mean`.

    Returns
    -------
    DataFrame
        (group,) period_index, cohorts, cohort_size, active, rate, ci_lower, ci_upper, is_mature,
        revenue_per_customer, cumulative_revenue_per_customer, as in `retention_mean`.

    Notes
    -----
    Own definition. Amplitude's N-day value is `cumulative_revenue_per_customer` of elapsed windows.
    """
    cells = retention(
        purchases,
        customer_summary,
        orders,
        purchase_items,
        as_of=as_of,
        period=period,
        window=window,
        return_rule=return_rule,
        start_rule=start_rule,
        cap=cap,
        periods=periods,
        brackets=brackets,
        item=item,
        category=category,
        channel=channel,
        by=by,
        first_weekday=first_weekday,
    )
    line = retention_mean(cells, method=method, through=through)
    line.attrs["notes"] = cells.attrs["notes"]
    return line
