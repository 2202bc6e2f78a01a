"""What goes with leaving sooner?"""

from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.at_risk import silence_thresholds
from analytics.churn.design import Design, design
from analytics.churn.lifetimes import lifetimes, second_purchase_waits
from analytics.errors import NotEnoughDataError
from analytics.intervals import benjamini_hochberg
from analytics.notes import Note
from analytics.tables import finish

Event = Literal["lost", "second-purchase"]

BATCH_ABOVE = 100_000  # lifelines' own choice turns to the slow way from about a million rows
_CHECKED_ROWS = 20_000
_MIN_EVENTS = 20
_LEVEL = 0.05


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
    Cox (1972), J. R. Stat. Soc. B 34, 187-220, ties after Efron (1977), fitted by lifelines.
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
    model = _fit(rows.table)
    return _table(model, rows)


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


def _fit(table: pd.DataFrame) -> Any:
    from lifelines import CoxPHFitter  # noqa: PLC0415 - 1.6 s that most readers never need
    from lifelines.exceptions import ConvergenceError  # noqa: PLC0415

    batch = True if len(table) > BATCH_ABOVE else None
    try:
        return CoxPHFitter().fit(
            table.astype(float), "duration", "is_event", fit_options=None, batch_mode=batch
        )
    except ConvergenceError as error:
        raise NotEnoughDataError(
            "the Cox regression",
            "customers per attribute",
            needed=len(table) + 1,
            found=len(table),
            remedy="ask for fewer covariates",
        ) from error


def _table(model: Any, rows: Design) -> pd.DataFrame:
    summary = model.summary.loc[rows.covariates]
    values = rows.table[rows.covariates]
    is_switch = np.array(["=" in name for name in rows.covariates])
    table = pd.DataFrame(
        {
            "covariate": rows.covariates,
            "hazard_ratio": summary["exp(coef)"].to_numpy(),
            "ci_lower": summary["exp(coef) lower 95%"].to_numpy(),
            "ci_upper": summary["exp(coef) upper 95%"].to_numpy(),
            "p_value": summary["p"].to_numpy(),
            "q_value": benjamini_hochberg(summary["p"].to_numpy()),
            "ph_p_value": _schoenfeld(model, rows),
            "customers": np.where(is_switch, values.sum().to_numpy(), len(values)).astype(int),
        }
    )
    return finish(table, [], _notes(model, rows, table))


def _some(table: Any) -> Any:
    """Every k-th customer, so that slow checks stay quick and repeatable."""
    return table.iloc[:: -(-len(table) // _CHECKED_ROWS)].reset_index(drop=True).astype(float)


def _schoenfeld(model: Any, rows: Design) -> npt.NDArray[np.float64]:
    from lifelines.statistics import proportional_hazard_test  # noqa: PLC0415 - as in _fit

    some = _some(rows.table)
    varying = [name for name in rows.covariates if some[name].std() > 0]
    columns = some[["duration", "is_event", *varying]]
    fitted = model if len(some) == len(rows.table) else _fit(columns)
    result: Any = proportional_hazard_test(fitted, columns, time_transform="rank")
    found: dict[str, float] = dict(zip(result.name, np.atleast_1d(result.p_value), strict=True))
    return np.array([found.get(name, np.nan) for name in rows.covariates], dtype=float)


def _notes(model: Any, rows: Design, table: pd.DataFrame) -> list[Note]:
    from lifelines.utils import concordance_index  # noqa: PLC0415 - as in _fit

    some = _some(rows.table)
    hazard = np.asarray(model.predict_partial_hazard(some[rows.covariates]), dtype=float)
    concordance = float(concordance_index(some["duration"], -hazard, some["is_event"]))
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
