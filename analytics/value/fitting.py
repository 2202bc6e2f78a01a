"""Maximum likelihood in log-parameters: quick, repeatable, with standard errors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import optimize
from threadpoolctl import ThreadpoolController

Floats = npt.NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
"""From log-parameters to the mean log-likelihood a customer and its gradient."""

_TOLERANCE = 1e-8
_STEP = 1e-4
_REACH = 7.0  # a parameter 1,000 times the usual only says that all customers are alike


@dataclass(frozen=True)
class Maximum:
    """Where a likelihood is highest.

    `parameters` are not logarithms, `covariance` is that of their logarithms,
    `log_likelihood` the sum over `n` customers.
    """

    parameters: Floats
    covariance: Floats
    log_likelihood: float
    n: float
    is_interior: bool

    @property
    def standard_errors(self) -> Floats:
        """Standard errors of the parameters by the delta method; NaN where none is defined."""
        variance = np.diag(self.covariance)
        return self.parameters * np.sqrt(np.where(variance > 0, variance, np.nan))


def maximise(
    objective: Objective, start: Floats, n: float, *, first: Maximum | None = None
) -> Maximum:
    """Find the maximum by BFGS and the standard errors from the Hessian there.

    Parameters
    ----------
    objective
        The mean log-likelihood a customer and its gradient, by log-parameters.
    start
        Log-parameters to begin with.
    n
        Customers.
    first
        The maximum of a subsample: where to begin, and how the likelihood bends there.
    """
    usual = start

    def downhill(point: Floats) -> tuple[float, Floats]:
        inside = np.clip(point, usual - _REACH, usual + _REACH)
        value, gradient = objective(inside)
        beyond = point - inside
        return float(beyond @ beyond) / 2 - value, beyond - gradient * (beyond == 0)

    options: dict[str, object] = {"gtol": _TOLERANCE, "maxiter": 500}
    if first is not None:
        start = np.log(first.parameters)
        if np.linalg.eigvalsh(first.covariance).min() > 0:
            options["hess_inv0"] = first.covariance * first.n
    with _libraries().limit(limits=1, user_api="blas"):  # sums of products gain nothing by threads
        found = optimize.minimize(downhill, start, jac=True, method="BFGS", options=options).x
        point = np.clip(found, usual - _REACH, usual + _REACH)
        inverse = _inverse_hessian(objective, point)
        value, gradient = objective(point)
        nearer = point + inverse @ gradient  # a step of Newton's: the last digits of a flat top
        is_interior = bool(np.abs(nearer - usual).max() < _REACH)
        if is_interior and (better := objective(nearer)[0]) >= value:
            point, value = nearer, better
    return Maximum(np.exp(point), inverse / n, float(value) * n, n, is_interior)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _inverse_hessian(objective: Objective, point: Floats) -> Floats:
    """Inverse of the negative Hessian of the mean, by differences of the analytic gradient."""
    rows = [
        objective(point + step)[1] - objective(point - step)[1]
        for step in _STEP * np.eye(len(point))
    ]
    hessian = np.array(rows) / (2 * _STEP)
    inverse = np.linalg.pinv(-(hessian + hessian.T) / 2, hermitian=True)
    return (inverse + inverse.T) / 2
