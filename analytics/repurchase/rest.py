"""Someone has been silent for 60 days: what is left of the chance?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.repurchase.waits import step_curve
from analytics.tables import finish

SILENCES = (0, 7, 14, 30, 60, 90, 180, 365)


def rest_chance(
    purchases: Any,
    *,
    as_of: date,
    step: int | None = 1,
    horizon: int = 90,
    silences: tuple[int, ...] = SILENCES,
) -> pd.DataFrame:
    """Having been silent for s days since purchase n, how likely is another within H more?

    `P(T ≤ s + H | T > s) = 1 − S(s + H) / S(s)`, read from the repurchase curve.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    step
        n; 0 or None pools the waits after every purchase.
    horizon
        H, in days.
    silences
        s, in days.

    Returns
    -------
    DataFrame
        silent_days, horizon_days, chance, ci_lower, ci_upper (95 %, log-log Greenwood of the
        conditional curve), n_at_risk (waits that had lasted longer than s days and were still
        open), is_mature (the follow-up reaches s + H; null chance where it does not).

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive or a silence negative.

    Notes
    -----
    Kaplan & Meier (1958).
    """
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    if min(silences) < 0:
        raise InvalidSettingError("silences", min(silences), "give whole days from 0")
    curve = step_curve(purchases, as_of=as_of, step=step or None)
    silent = np.array(sorted(set(silences)), dtype=np.int64)
    empty = np.full(len(silent), np.nan)
    chance, lower, upper = curve.chance(silent, horizon) if curve else (empty, empty, empty)
    table = pd.DataFrame(
        {
            "silent_days": silent,
            "horizon_days": horizon,
            "chance": chance,
            "ci_lower": lower,
            "ci_upper": upper,
            "n_at_risk": curve.waiting(silent) if curve else 0,
            "is_mature": ~np.isnan(chance),
        }
    )
    return finish(table, ["silent_days"])
