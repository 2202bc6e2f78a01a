"""Cox's proportional hazards by Newton's method, like customers counted and not repeated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.errors import NotEnoughDataError

Floats = npt.NDArray[np.float64]

_STEPS, _HALVINGS = 40, 12
_CLOSE = 1e-9
_LAST_STEP = 1e-6  # the next one would be its square
_LARGEST = 30.0  # of a standardised coefficient: beyond, one value parts who leaves from who stays


@dataclass(frozen=True)
class CoxModel:
    """Coefficients per unit of each covariate, their standard errors, and the log-likelihoods."""

    coefficients: Floats
    standard_errors: Floats
    log_likelihood: float
    null_log_likelihood: float


@dataclass(frozen=True)
class _Rows:
    """Customers by duration: covariates `z` (a row each), how many are alike, with the event.

    `starts` are the first rows of each distinct duration; `fraction` and `at` belong to one event
    each: its place among those of its duration, 0 to 1, and the place of that duration.
    """

    z: Floats
    counts: Floats
    deaths: Floats
    starts: npt.NDArray[np.int64]
    fraction: Floats
    at: npt.NDArray[np.int64]


def fit_cox(
    covariates: npt.ArrayLike,
    durations: npt.ArrayLike,
    events: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
) -> CoxModel:
    """How does each covariate multiply the hazard?

    Maximum of the partial likelihood with ties after Efron, exact for counted rows: a row that
    stands for k customers with the event is k tied events.

    Parameters
    ----------
    covariates
        Rows by covariates.
    durations, events
        Whole days, and whether the event ended them.
    counts
        How many customers each row stands for; one by default.

    Returns
    -------
    CoxModel
        Standard errors from the observed information.

    Raises
    ------
    NotEnoughDataError
        If the likelihood has no maximum: a covariate parts those with the event from the others.

    Notes
    -----
    Cox (1972), J. R. Stat. Soc. B 34, 187-220; Efron (1977), J. Am. Stat. Assoc. 72, 557-565.
    """
    values = np.asarray(covariates, float)
    mean, scale = values.mean(axis=0), values.std(axis=0)
    n = np.ones(len(values)) if counts is None else np.asarray(counts, float)
    rows = _sorted((values - mean) / scale, np.asarray(durations), np.asarray(events, float) * n, n)
    at = np.zeros(values.shape[1])
    likelihood, gradient, information = _moments(rows, at)
    null = likelihood
    for _ in range(_STEPS):
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        tried, found = at + step, _moments(rows, at + step)
        for halving in range(1, _HALVINGS):
            if found[0] >= likelihood - _CLOSE * abs(likelihood):
                break
            tried = at + step / 2**halving
            found = _moments(rows, tried)
        at, (likelihood, gradient, information) = tried, found
        if np.abs(step).max() < _LAST_STEP:
            errors = np.sqrt(np.diag(np.linalg.inv(information)))
            return CoxModel(at / scale, errors / scale, likelihood, null)
        if np.abs(at).max() > _LARGEST:
            break
    raise NotEnoughDataError(
        "the Cox regression",
        "customers per attribute",
        needed=int(n.sum()) + 1,
        found=int(n.sum()),
        remedy="ask for fewer covariates",
    )


def _sorted(z: Floats, durations: npt.NDArray[np.int64], deaths: Floats, n: Floats) -> _Rows:
    order = np.argsort(durations, kind="stable")
    sorted_days = durations[order]
    starts = np.flatnonzero(np.append(True, sorted_days[1:] != sorted_days[:-1]))
    tied = np.add.reduceat(deaths[order], starts).astype(np.int64)
    at = np.repeat(np.arange(len(starts)), tied)
    place = np.arange(len(at)) - np.repeat(np.cumsum(tied) - tied, tied)
    return _Rows(
        np.ascontiguousarray(z[order].T), n[order], deaths[order], starts, place / tied[at], at
    )


def _moments(rows: _Rows, beta: Floats) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, its gradient and the observed information."""
    eta = beta @ rows.z
    shift = eta.max()
    hazard = np.exp(eta - shift)
    all_of = _sums(rows, hazard * rows.counts)
    waiting = [part[::-1].cumsum(axis=0)[::-1] for part in all_of]
    dying = _sums(rows, hazard * rows.deaths)
    left = waiting[0][rows.at] - rows.fraction * dying[0][rows.at]
    size = len(rows.starts)

    def summed(values: Floats) -> Floats:
        return np.bincount(rows.at, values, size).astype(float)

    f, once, twice = rows.fraction, 1 / left, 1 / left**2
    a, b = summed(once)[:, None], summed(f * once)[:, None]
    c = [summed(f**power * twice)[:, None] for power in range(3)]
    first, gone = waiting[1], dying[1]
    likelihood = float(rows.deaths @ eta - np.log(left).sum() - shift * len(left))
    gradient = rows.z @ rows.deaths - (a * first - b * gone).sum(axis=0)
    square = _matrix((a * waiting[2] - b * dying[2]).sum(axis=0), len(beta))
    mixed = (c[1] * first).T @ gone
    square -= (c[0] * first).T @ first - mixed - mixed.T + (c[2] * gone).T @ gone
    return likelihood, gradient, square


def _sums(rows: _Rows, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Sums per duration of the weight, of weight × z, and of weight × the products of two z."""
    weighted = weight * rows.z
    first = np.add.reduceat(weighted, rows.starts, axis=1).T
    second = [
        np.add.reduceat(weighted[i] * rows.z[j], rows.starts)
        for i in range(len(rows.z))
        for j in range(i, len(rows.z))
    ]
    return np.add.reduceat(weight, rows.starts), first, np.stack(second, axis=1)


def _matrix(upper: Floats, width: int) -> Floats:
    square = np.zeros((width, width))
    square[np.triu_indices(width)] = upper
    return square + np.triu(square, 1).T
