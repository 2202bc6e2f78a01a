"""One line for a whole triangle."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.intervals import rate, wilson
from analytics.tables import finish

MeanMethod = Literal["pooled", "simple", "same-cohorts"]


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
        line is not bent by a change of cohorts.
    through
        Largest k of "same-cohorts"; by default half of the largest k with a mature cell.

    Returns
    -------
    DataFrame
        (group,) period_index, cohorts (how many count), cohort_size, active (sums), rate, ci_lower,
        ci_upper (Wilson, 95 %; null for "simple", which is no proportion), is_mature, and per
        acquired customer, over the same cells: revenue_per_customer,
        cumulative_revenue_per_customer.

    Notes
    -----
    Own definition. Mixpanel's documented mean weighs by size twice; PostHog's weighted mean is
    pooled.
    """
    keys = [name for name in ("group",) if name in table.columns]
    cells: Any = table[table["is_mature"] & table["active"].notna()]
    if method == "same-cohorts":
        cells = _same_cohorts(cells, keys, through)
    sums: Any = cells.groupby([*keys, "period_index"], dropna=False, as_index=False).agg(
        cohorts=("cohort", "size"),
        cohort_size=("cohort_size", "sum"),
        active=("active", "sum"),
        simple=("rate", "mean"),
        revenue=("revenue", "sum"),
        cumulative=("cumulative_revenue", "sum"),
    )
    size = sums["cohort_size"].to_numpy(float)
    active = sums["active"].to_numpy(float)
    lower, upper = wilson(active, size)
    is_simple = method == "simple"
    result = sums.drop(columns=["simple", "revenue", "cumulative"]).assign(
        rate=sums["simple"] if is_simple else rate(active, size),
        ci_lower=np.nan if is_simple else lower,
        ci_upper=np.nan if is_simple else upper,
        is_mature=True,
        revenue_per_customer=rate(sums["revenue"], size),
        cumulative_revenue_per_customer=rate(sums["cumulative"], size),
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
