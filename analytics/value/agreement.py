"""Customer by customer, does the model agree with what happened?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.intervals import poisson, rate
from analytics.periods import epoch_days
from analytics.tables import collect, finish
from analytics.value.histories import Floats, customer_histories
from analytics.value.models import Model, calibration_end, fit_model
from analytics.value.suspicions import fit_notes
from analytics.value.tracking import HELD_BACK

_MOST = 7  # so many repeat purchases and more are one row


def btyd_histogram(
    purchases: Any,
    *,
    as_of: date,
    model: Model = "mbg-nbd",
    until: date | None = None,
) -> pd.DataFrame:
    """Do as many customers buy once, twice, three times as the model says?

    Expected customers with n repeat purchases: the model's chance of n in the days since each
    customer's first purchase, summed.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    model
        "mbg-nbd", "bg-nbd" or "pareto-nbd".
    until
        Last day that counts; as-of by default.

    Returns
    -------
    DataFrame
        frequency (repeat purchases; 7 means 7 and more), customers, expected_customers.

    Raises
    ------
    NotEnoughDataError
        If fewer than 100 customers bought again.

    Notes
    -----
    Fader, Hardie & Lee (2005), table 2 and figure 1.
    """
    end = min(until, as_of) if until is not None else as_of
    fitted = fit_model(purchases, until=end, model=model)
    h = fitted.histories
    actual = np.bincount(np.minimum(h.frequency, _MOST), h.customers, _MOST + 1)
    since = np.bincount(h.T, h.customers)
    days = np.flatnonzero(since)
    chance = fitted.model.pmf(np.arange(_MOST)[:, None], days[None, :])
    expected = chance @ since[days]
    table = pd.DataFrame(
        {
            "frequency": np.arange(_MOST + 1),
            "customers": actual.astype(np.int64),
            "expected_customers": np.append(expected, h.n - expected.sum()),
        }
    )
    return finish(table, ["frequency"], fit_notes(fitted, purchases, until=end))


def btyd_calibration(
    purchases: Any,
    *,
    as_of: date,
    model: Model = "mbg-nbd",
    until: date | None = None,
) -> pd.DataFrame:
    """Do customers with so many purchases go on to buy as often as the model expects of them?

    The model sees the purchases up to a day. Its customers are grouped by their repeat purchases
    until then; beside the mean of what it expects of them in the days after stands what they
    bought.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    model
        "mbg-nbd", "bg-nbd" or "pareto-nbd".
    until
        Last day that the model sees; by default 90 days before as-of.

    Returns
    -------
    DataFrame
        frequency (repeat purchases by `until`; 7 means 7 and more), customers, actual and expected
        (mean purchases in the days after), actual_lower, actual_upper (95 %, Poisson), purchases
        (that came).

    Raises
    ------
    InvalidSettingError
        If `until` is not before as-of.
    NotEnoughDataError
        If fewer than 100 customers had bought again by then.

    Notes
    -----
    Fader, Hardie & Lee (2005), figure 4: conditional expectations.
    """
    end = calibration_end(as_of=as_of, until=until, default=HELD_BACK)
    fitted = fit_model(purchases, until=end, model=model)
    h = fitted.histories
    group = np.minimum(h.frequency, _MOST)
    foreseen = fitted.outlook(*h, horizon=(as_of - end).days).expected
    customers = np.bincount(group, h.customers, _MOST + 1)
    expected = np.bincount(group, h.customers * foreseen, _MOST + 1)
    came = _came(purchases, end, as_of)
    lower, upper = poisson(came)
    table = pd.DataFrame(
        {
            "frequency": np.arange(_MOST + 1),
            "customers": customers.astype(np.int64),
            "actual": rate(came, customers),
            "expected": rate(expected, customers),
            "actual_lower": rate(lower, customers),
            "actual_upper": rate(upper, customers),
            "purchases": came.astype(np.int64),
        }
    )
    kept: Any = table[table["customers"] > 0]
    return finish(kept, ["frequency"], fit_notes(fitted, purchases, until=end))


def _came(purchases: Any, end: date, as_of: date) -> Floats:
    """Purchases after the end of the fit by the buyer's frequency until then."""
    before = customer_histories(purchases, until=end).select("customer_number", "frequency")
    after = purchases.filter((purchases.day > end) & (purchases.day <= as_of))
    after = after.select("customer_number", day=epoch_days(after.day))
    joined = after.inner_join(before, "customer_number")
    counts = collect(joined.group_by("frequency").aggregate(n=joined.count()))
    counted = np.bincount(np.minimum(counts["frequency"], _MOST), counts["n"], _MOST + 1)
    return counted.astype(np.float64)
