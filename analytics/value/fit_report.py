"""What do the models say about this shop in a handful of parameters?"""

from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.tables import finish
from analytics.value import gamma_gamma
from analytics.value.fitting import Maximum
from analytics.value.models import fit_model
from analytics.value.spending import fit_spending
from analytics.value.suspicions import fit_notes

_DAYS = {"day": 1, "week": 7}
_TIMES = ("alpha", "beta")


def btyd_fit(
    purchases: Any,
    *,
    as_of: date,
    model: Literal["bg-nbd", "mbg-nbd", "pareto-nbd", "gamma-gamma"] = "bg-nbd",
    until: date | None = None,
    unit: Literal["day", "week"] = "day",
) -> pd.DataFrame:
    """Which parameters of a buy-till-you-die model fit this shop best?

    Maximum likelihood. Purchases come at a rate that is Gamma(r, alpha) over customers. BG/NBD:
    after each repeat purchase a customer stops for good with a chance that is Beta(a, b) over
    customers; MBG/NBD: after the first purchase too; Pareto/NBD: at any moment, at a rate that is
    Gamma(s, beta) over customers. Gamma-Gamma: the value of a purchase is Gamma(p, ν), ν itself
    Gamma(q, v) over customers; fitted to repeaters whose repeat purchases are worth something.

    Parameters
    ----------
    purchases
        The mart, one row per purchase (orders of one day are one).
    as_of
        Local day up to which the data reach.
    model
        "bg-nbd", "mbg-nbd", "pareto-nbd" or "gamma-gamma".
    until
        Last day that the model sees; as-of by default.
    unit
        Unit of time of alpha and beta. The log-likelihood depends on it too: in weeks it is that of
        days plus ln 7 a repeat purchase, so that fits compare in one unit only.

    Returns
    -------
    DataFrame
        parameter (the parameters, then "log_likelihood"), value, standard_error (from the Hessian
        of the log-parameters, delta method; null for the log-likelihood and where the likelihood is
        flat).

    Raises
    ------
    NotEnoughDataError
        If fewer than 100 customers bought again.

    Notes
    -----
    Fader, Hardie & Lee (2005), Marketing Science 24, 275-284 (BG/NBD); Batislam, Denizel &
    Filiztekin (2007), Int. J. Research in Marketing 24, 201-209 (MBG/NBD); Schmittlein, Morrison &
    Colombo (1987), Management Science 33, 1-24 (Pareto/NBD); Fader & Hardie (2013), "The
    Gamma-Gamma model of monetary value".
    """
    end = min(until, as_of) if until is not None else as_of
    if model == "gamma-gamma":
        spent = fit_spending(purchases, until=end)
        return finish(_rows(gamma_gamma.NAMES, spent.maximum), [], spent.notes())
    fitted = fit_model(purchases, until=end, model=model)
    table = _rows(fitted.parameters, fitted.maximum)
    days = _DAYS[unit]
    is_time = table["parameter"].isin(_TIMES)
    table.loc[is_time, ["value", "standard_error"]] /= days
    is_sum = table["parameter"] == "log_likelihood"
    table.loc[is_sum, "value"] += fitted.histories.purchases * np.log(days)
    return finish(table, [], fit_notes(fitted, purchases, until=end))


def _rows(names: tuple[str, ...], maximum: Maximum) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "parameter": [*names, "log_likelihood"],
            "value": [*maximum.parameters, maximum.log_likelihood],
            "standard_error": [*maximum.standard_errors, np.nan],
        }
    )
