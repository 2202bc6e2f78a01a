"""How will renewals go on, and how far off was that forecast where it can be checked?"""

from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.kaplan_meier import kaplan_meier
from analytics.notes import Note
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.book import GRACE, read_book
from analytics.subscriptions.ladder import faced
from analytics.subscriptions.renewal_models import RenewalModel, fit_renewals
from analytics.subscriptions.terms import MONTH_DAYS, term_of
from analytics.tables import finish, with_rate

_LEAST_DUE = 20  # renewals that fewer faced are neither fitted nor judged
_LEAST_RENEWALS = 4
_YEAR_DAYS = 365.25
MODELS = ("sbg", "bdw")


def subscription_projection(
    subscriptions: Any,
    *,
    as_of: date,
    interval: str | None = None,
    model: Literal["best", "sbg", "bdw"] = "best",
    holdout: int | None = None,
    horizon: int = 12,
    discount: float = 0.1,
    grace: int = GRACE,
    zone: str = "UTC",
) -> pd.DataFrame:
    """What share of subscribers will still renew after so many terms, and how long do they stay?

    Two models are fitted to all renewals but the last ones and judged on those: the
    shifted-beta-geometric (sBG) and the beta-discrete-Weibull (BdW). The one nearer to them, fitted
    again to everything, is drawn on. Its error is the mean of `|forecast − observed| ÷ observed`
    over the renewals held out.

    Parameters
    ----------
    subscriptions, as_of, grace, zone
        As in `subscriptions`.
    interval
        Billing interval: "month", "year" …; the commonest by default.
    model
        The one to draw on: "best" takes that with the smaller error.
    holdout
        Last renewals to hold out; by default a third of those that 20 customers or more faced.
    horizon
        Renewals to forecast beyond the last observed one.
    discount
        Yearly rate at which future renewals count less in `remaining_discounted`.

    Returns
    -------
    DataFrame
        renewal (n, from 1), due, renewed, rate, ci_lower, ci_upper (Wilson, 95 %), survival
        (observed, Kaplan-Meier), survival_lower, survival_upper, sbg, bdw (fitted to all but the
        renewals held out), projected (the chosen model fitted to everything), is_held_out,
        remaining_discounted (renewals still to come, discounted, of who has made n), is_mature
        (observed, and at least 20 faced it).

    Raises
    ------
    InvalidSettingError
        If `holdout` leaves fewer than two renewals to fit, or another number is out of range.
    NotEnoughDataError
        If fewer than 4 renewals were faced by 20 customers, or there is no paid subscription.
    UnknownNameError
        If no subscription has this interval.

    Notes
    -----
    Fader & Hardie (2007), J. Interactive Marketing 21, 76-90; Fader et al. (2018), same journal 43,
    1-16; residual lifetime: Fader & Hardie (2010), Marketing Science 29, 85-93.
    """
    _check("horizon", horizon, is_right=horizon >= 0)
    _check("discount", discount, is_right=0 <= discount < 1)
    book = read_book(subscriptions, as_of=as_of, zone=zone, currency=UNKNOWN_CURRENCY, grace=grace)
    rows, chosen = faced(book, interval)
    due = np.bincount(rows.renewal)[1:].astype(float)
    renewed = np.bincount(rows.renewal[rows.is_renewed], minlength=len(due) + 1)[1:].astype(float)
    known = int((due >= _LEAST_DUE).sum())
    if known < _LEAST_RENEWALS:
        raise NotEnoughDataError(
            "the projection", "renewals in a row", needed=_LEAST_RENEWALS, found=known
        )
    held = max(known // 3, 1) if holdout is None else holdout
    _check("holdout", held, is_right=1 <= held <= known - 2)
    seen = _observed(due, renewed)
    fits = {
        name: fit_renewals(due[: known - held], renewed[: known - held], is_bent=name == "bdw")
        for name in MODELS
    }
    survival = seen["survival"].to_numpy(float)[:known]
    errors = {name: holdout_error(fit, survival, known - held) for name, fit in fits.items()}
    best = min(errors, key=lambda name: errors[name]) if model == "best" else model
    final = fit_renewals(due[:known], renewed[:known], is_bent=best == "bdw")
    table = _table(seen, fits, final, known=known, held=held, horizon=horizon)
    months, days = term_of(chosen)
    yearly = (months * MONTH_DAYS + days) / _YEAR_DAYS
    table["remaining_discounted"] = _remaining(final, len(table), (1 + discount) ** yearly - 1)
    notes = [_judged(errors, held, best), _fitted(final, chosen), *book.notes]
    result = finish(table, ["renewal"], notes)
    result.attrs |= {"interval": chosen, "model": best, "errors": errors, "held_out": held}
    return result


def _check(name: str, value: object, *, is_right: bool) -> None:
    if not is_right:
        raise InvalidSettingError(name, value, "choose a number that the renewals allow")


def holdout_error(model: RenewalModel, survival: npt.NDArray[np.float64], fitted: int) -> float:
    """Mean of `|forecast − observed| ÷ observed` survival over the renewals after the fitted ones.

    >>> regular = np.array([.631, .468, .382, .326, .289, .262, .241, .223, .207, .194, .183, .173])
    >>> model = fit_renewals([1000, 631, 468, 382], [631, 468, 382, 326], is_bent=True)
    >>> round(holdout_error(model, regular, 4), 3)
    0.013
    """
    after = np.arange(fitted, len(survival))
    real = survival[after]
    usable = real > 0
    error = np.abs(model.survival(after + 1) - real)[usable] / real[usable]
    return float(error.mean()) if len(error) else float("nan")


def _observed(due: npt.NDArray[np.float64], renewed: npt.NDArray[np.float64]) -> pd.DataFrame:
    number = np.arange(1, len(due) + 1)
    cut_off = renewed - np.append(due[1:], 0)
    curve: Any = kaplan_meier(number, due - renewed, np.maximum(cut_off, 0))
    counts = with_rate(pd.DataFrame({"renewed": renewed, "due": due}), "renewed", "due")
    counts = counts.assign(renewal=number)
    band = pd.DataFrame(
        {
            "renewal": curve.day,
            "survival": curve.survival,
            "survival_lower": curve.band[0],
            "survival_upper": curve.band[1],
        }
    )
    return counts.merge(band, on="renewal", how="left")


def _table(
    seen: pd.DataFrame,
    fits: dict[str, RenewalModel],
    final: RenewalModel,
    *,
    known: int,
    held: int,
    horizon: int,
) -> Any:
    number = np.arange(1, known + horizon + 1)
    table = pd.DataFrame({"renewal": number}).merge(seen[:known], on="renewal", how="left")
    table = table.astype({"due": "Int64", "renewed": "Int64"})
    table = table.assign(
        **{name: fit.survival(number) for name, fit in fits.items()},
        projected=final.survival(number),
        is_held_out=(number > known - held) & (number <= known),
        is_mature=number <= known,
    )
    columns = "renewal due renewed rate ci_lower ci_upper survival survival_lower survival_upper"
    return table[[*columns.split(), *MODELS, "projected", "is_held_out", "is_mature"]]


def _remaining(model: RenewalModel, n: int, discount: float) -> list[float]:
    """Renewals still to come after 1 … n: R(n) = S(n + 1) ÷ S(n) · (1 + R(n + 1) ÷ (1 + d))."""
    survival = model.survival(np.arange(1, n + 1))
    found = [model.remaining(n, discount=discount)]
    for step in (survival[1:] / survival[:-1])[::-1]:
        found.append(float(step) * (1 + found[-1] / (1 + discount)))
    return [value if np.isfinite(value) else float("nan") for value in found[::-1]]


def _judged(errors: dict[str, float], held: int, best: str) -> Note:
    text = (
        "Checked on the last renewals ({held}), which it had not seen: sBG was off by {sbg:.1%} on "
        "average, BdW by {bdw:.1%}; the line is {best}."
    )
    name = {"sbg": "sBG", "bdw": "BdW"}[best]
    return Note("projection_judged", text, held=held, best=name, **errors)


def _fitted(model: RenewalModel, interval: str) -> Note:
    text = (
        "Terms of a {term}; fitted α = {alpha:.3g}, β = {beta:.3g}, c = {c:.3g}: customers differ "
        "in how likely they are to leave, so renewal rates rise as the fickle leave first."
    )
    values = {"alpha": model.alpha, "beta": model.beta, "c": model.c}
    return Note("projection_fitted", text, term=interval, **values)
