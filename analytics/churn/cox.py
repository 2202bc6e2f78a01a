"""What goes with leaving sooner?"""

from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analytics.churn.at_risk import silence_thresholds
from analytics.churn.cox_fit import CoxModel, fit_cox
from analytics.churn.design import Design, design
from analytics.churn.lifetimes import lifetimes, second_purchase_waits
from analytics.errors import NotEnoughDataError
from analytics.intervals import benjamini_hochberg
from analytics.notes import Note
from analytics.tables import finish

Event = Literal["lost", "second-purchase"]

_CHECKED_ROWS = 20_000
_MIN_EVENTS = 20
_LEVEL = 0.05
_Z = 1.959963984540054
_UNCHECKED = (
    "Whether the ratios hold over time could not be checked: some value is too rare for it."
)


def cox(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    covariates: tuple[str, ...] | None = None,
    event: Event = "lost",
    lost_days: int | None = None,
) -> pd.DataFrame:
    """Which attributes known at the first purchase go with leaving sooner or later?

    Cox proportional hazards. The event is being lost, as in `survival`: a hazard ratio above 1 goes
    with leaving sooner. With `event="second-purchase"` it is the second purchase, waited for from
    the first: above 1 then goes with buying again sooner.

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    covariates
        Columns of `analytics.churn.design.COVARIATES`; by default those of channel, country,
        gender, age, first category and first revenue that the data fill.
    event
        "lost" or "second-purchase".
    lost_days
        A fixed silence instead of the data's own threshold, in days.

    Returns
    -------
    DataFrame
        covariate ("column=value" for text), hazard_ratio, ci_lower, ci_upper (Wald, 95 %), p_value,
        q_value (Benjamini-Hochberg over the rows), ph_p_value (Schoenfeld check, on at most 20,000
        customers: below 0.05 the ratio changes over time), customers (with that value; all for
        numbers). Concordance and the references stand in the notes.

    Raises
    ------
    UnknownNameError
        If a covariate is not known at the first purchase.
    NotEnoughDataError
        If there are fewer than 20 events, or no covariate varies.

    Notes
    -----
    Cox (1972), J. R. Stat. Soc. B 34, 187-220, ties after Efron (1977); equals lifelines' fit.
    Association, not cause.
    """
    if event == "lost":
        silence = lost_days
        if silence is None:
            silence = silence_thresholds(purchases, as_of=as_of).lost_days
        lives = lifetimes(
            purchases, customer_summary, as_of=as_of, lost_days=silence, origin="first-purchase"
        )
    else:
        lives = second_purchase_waits(purchases, as_of=as_of)
    rows = design(lives, customer_summary, covariates)
    _check(rows)
    return _table(_fit(rows), rows)


def _check(rows: Design) -> None:
    events = int(rows.table["is_event"].sum())
    if min(events, len(rows.table)) < _MIN_EVENTS:
        raise NotEnoughDataError(
            "the Cox regression", "customers with the event", needed=_MIN_EVENTS, found=events
        )
    if not rows.covariates:
        raise NotEnoughDataError(
            "the Cox regression",
            "attributes that vary between customers",
            needed=1,
            found=0,
            remedy="import a customers table, or orders with a channel",
        )


def _fit(rows: Design) -> CoxModel:
    """Fit to like customers counted: whole days and few attributes leave few different ones."""
    alike: Any = rows.table.groupby([*rows.covariates, "duration", "is_event"], sort=True).size()
    counted = alike.rename("n").reset_index()
    covariates = counted[rows.covariates].to_numpy(float)
    days, is_event, n = (counted[name].to_numpy() for name in ("duration", "is_event", "n"))
    return fit_cox(covariates, days, is_event, n)


def _table(model: CoxModel, rows: Design) -> pd.DataFrame:
    values = rows.table[rows.covariates]
    is_switch = np.array(["=" in name for name in rows.covariates])
    beta, error = model.coefficients, model.standard_errors
    p_values = 2 * special.ndtr(-np.abs(beta / error))
    table = pd.DataFrame(
        {
            "covariate": rows.covariates,
            "hazard_ratio": np.exp(beta),
            "ci_lower": np.exp(beta - _Z * error),
            "ci_upper": np.exp(beta + _Z * error),
            "p_value": p_values,
            "q_value": benjamini_hochberg(p_values),
            "ph_p_value": _schoenfeld(rows),
            "customers": np.where(is_switch, values.sum().to_numpy(), len(values)).astype(int),
        }
    )
    return finish(table, [], _notes(model, rows, table))


def _some(table: Any) -> Any:
    """Every k-th customer, so that slow checks stay quick and repeatable."""
    return table.iloc[:: -(-len(table) // _CHECKED_ROWS)].reset_index(drop=True).astype(float)


def _schoenfeld(rows: Design) -> npt.NDArray[np.float64]:
    from lifelines import CoxPHFitter  # noqa: PLC0415 - 1.6 s that most readers never need
    from lifelines.exceptions import ConvergenceError  # noqa: PLC0415
    from lifelines.statistics import proportional_hazard_test  # noqa: PLC0415

    some = _some(rows.table)
    varying = [name for name in rows.covariates if some[name].std() > 0]
    columns = some[["duration", "is_event", *varying]]
    found: dict[str, float] = {}
    try:
        fitted = CoxPHFitter().fit(columns, "duration", "is_event")
    except ConvergenceError:
        rows.notes.append(Note("cox_unchecked", _UNCHECKED))
    else:
        result: Any = proportional_hazard_test(fitted, columns, time_transform="rank")
        found = dict(zip(result.name, np.atleast_1d(result.p_value), strict=True))
    return np.array([found.get(name, np.nan) for name in rows.covariates], dtype=float)


def _notes(model: CoxModel, rows: Design, table: pd.DataFrame) -> list[Note]:
    from lifelines.utils import concordance_index  # noqa: PLC0415 - as there

    some = _some(rows.table)
    risk = some[rows.covariates].to_numpy() @ model.coefficients
    concordance = float(concordance_index(some["duration"], -risk, some["is_event"]))
    text = (
        "Concordance {concordance:.2f} (0.5 is chance): these attributes go with it, they need not "
        "cause it."
    )
    notes = [Note("cox_concordance", text, concordance=concordance), *rows.notes]
    drifting = table.loc[table["ph_p_value"] < _LEVEL, "covariate"].tolist()
    if drifting:
        text = "The ratio is an average over time for {covariates}."
        notes.append(Note("cox_drifting", text, covariates=", ".join(drifting)))
    return notes
