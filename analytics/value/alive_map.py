"""Who is still alive, by how often they bought and how long they have been silent?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn.at_risk import HORIZON
from analytics.errors import InvalidSettingError
from analytics.tables import finish
from analytics.value.models import Model, fit_model
from analytics.value.suspicions import fit_notes

PURCHASES_FROM = (1, 2, 3, 4, 5, 7, 10)
SILENT_FROM = (0, 15, 31, 61, 91, 181, 366)


def btyd_map(
    purchases: Any,
    *,
    as_of: date,
    model: Model = "mbg-nbd",
    horizon: int = HORIZON,
) -> pd.DataFrame:
    """How alive are customers who bought so often and have been silent for so long?

    The customers in cells of purchases and days of silence, with the mean over those in the cell of
    the model's P(alive) and of what it expects of them.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    model
        "mbg-nbd", "bg-nbd" or "pareto-nbd". With the BG/NBD who bought once is always alive.
    horizon
        Days ahead.

    Returns
    -------
    DataFrame
        purchases_from, purchases_to (null: and more), silent_from, silent_to (days since the last
        purchase; null: and more), customers, alive (mean P(alive)), expected_purchases (a customer,
        within the horizon), no_purchase_chance (mean chance of no purchase within the horizon).
        Cells without customers are left out.

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive.
    NotEnoughDataError
        If fewer than 100 customers bought again.

    Notes
    -----
    Own definition; the models as in `btyd_fit`. To rank customers by risk use the chance of no
    purchase, not 1 − P(alive).
    """
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    fitted = fit_model(purchases, until=as_of, model=model)
    h = fitted.histories
    seen = fitted.outlook(*h, horizon=horizon)
    rows = pd.DataFrame(
        {
            "row": np.searchsorted(PURCHASES_FROM, h.frequency + 1, side="right") - 1,
            "column": np.searchsorted(SILENT_FROM, h.T - h.recency, side="right") - 1,
            "customers": h.customers,
            "alive": h.customers * seen.alive,
            "expected_purchases": h.customers * seen.expected,
            "no_purchase_chance": h.customers * seen.no_purchase,
        }
    )
    cells: Any = rows.groupby(["row", "column"], as_index=False).sum()
    for name in ("alive", "expected_purchases", "no_purchase_chance"):
        cells[name] /= cells["customers"]
    cells = _bounds(cells, "row", "purchases", PURCHASES_FROM)
    cells = _bounds(cells, "column", "silent", SILENT_FROM)
    columns = ["purchases_from", "purchases_to", "silent_from", "silent_to", "customers", "alive"]
    columns += ["expected_purchases", "no_purchase_chance"]
    table = cells[columns].astype({"customers": "int64"})
    order = ["purchases_from", "silent_from"]
    return finish(table, order, fit_notes(fitted, purchases, until=as_of))


def _bounds(cells: Any, place: str, name: str, starts: tuple[int, ...]) -> Any:
    ends = pd.array([*(start - 1 for start in starts[1:]), None], dtype="Int64")
    at = cells[place].to_numpy()
    return cells.assign(**{f"{name}_from": np.asarray(starts)[at], f"{name}_to": ends[at]})
