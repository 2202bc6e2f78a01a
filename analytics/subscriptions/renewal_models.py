"""How renewal rates rise with age because the fickle leave first: sBG and beta-discrete-Weibull."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

Floats = npt.NDArray[np.float64]

_LIMIT = 12.0  # of log-parameters: beyond, customers are as good as alike
_NEGLIGIBLE = 1e-10
_MOST_TERMS = 200_000


@dataclass(frozen=True)
class RenewalModel:
    """Fitted chances to leave, beta(alpha, beta) over customers; `c` bends them with age.

    With c = 1 this is the shifted-beta-geometric (sBG), else the beta-discrete-Weibull (BdW).
    """

    alpha: float
    beta: float
    c: float
    log_likelihood: float

    def survival(self, renewals: npt.ArrayLike) -> Floats:
        """Share that makes so many renewals: `B(α, β + t^c) ÷ B(α, β)`.

        >>> model = RenewalModel(0.668, 3.806, 1.0, float("nan"))
        >>> model.survival([1, 12]).round(3).tolist()
        [0.851, 0.378]
        """
        return np.exp(_log_survival(np.asarray(renewals, float), self.alpha, self.beta, self.c))

    def remaining(self, renewals: int, *, discount: float = 0.0) -> float:
        """Renewals still to come of who has made so many and faces the next one.

        `Σ over t > n of S(t) ÷ S(n) · (1 + d)^(n + 1 − t)`, infinite where that sum is.

        Parameters
        ----------
        renewals
            n, made so far.
        discount
            d, of a term.

        Notes
        -----
        Discounted expected residual lifetime, Fader & Hardie (2010), Marketing Science 29, 85-93;
        for the sBG `(β + n) ÷ (α + β + n) · ₂F₁(1, β + n + 1; α + β + n + 1; 1 ÷ (1 + d))`.
        """
        a, b = self.alpha, self.beta + renewals
        if self.c == 1:
            if discount == 0:
                return b / (a - 1) if a > 1 else float("inf")
            fraction = 1 / (1 + discount)
            return float(b / (a + b) * special.hyp2f1(1, b + 1, a + b + 1, fraction))
        return self._summed(renewals, discount)

    def _summed(self, renewals: int, discount: float) -> float:
        wait = np.arange(_MOST_TERMS)
        log = _log_survival(np.append(renewals, renewals + 1 + wait), self.alpha, self.beta, self.c)
        parts = np.exp(log[1:] - log[0] - wait * np.log1p(discount))
        return float(parts.sum()) if parts[-1] < _NEGLIGIBLE else float("inf")


def _log_survival(t: Floats, alpha: float, beta: float, c: float) -> Floats:
    return special.betaln(alpha, beta + t**c) - special.betaln(alpha, beta)


def fit_renewals(due: npt.ArrayLike, renewed: npt.ArrayLike, *, is_bent: bool) -> RenewalModel:
    """Which chances to leave explain these renewals best?

    Maximum likelihood over all cohorts together:
    `Σ over t of renewed(t) · log r(t) + (due(t) − renewed(t)) · log(1 − r(t))` with
    `r(t) = S(t) ÷ S(t − 1)`; who is not yet due says nothing.

    Parameters
    ----------
    due, renewed
        Customers who faced the 1st, 2nd, … renewal, and who made it; summed over cohorts.
    is_bent
        Fit c too (BdW), else c = 1 (sBG).

    Notes
    -----
    Fader & Hardie (2007), J. Interactive Marketing 21, 76-90 (sBG); Fader, Hardie, Liu, Davin &
    Steenburgh (2018), J. Interactive Marketing 43, 1-16 (BdW).

    Examples
    --------
    >>> survivors = np.array([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> model = fit_renewals(survivors[:-1], survivors[1:], is_bent=False)
    >>> round(model.alpha, 3), round(model.beta, 3), round(model.log_likelihood, 1)
    (0.668, 3.806, -1611.2)
    """
    kept = np.asarray(renewed, float)
    lost = np.asarray(due, float) - kept
    age = np.arange(len(kept) + 1, dtype=float)

    def loss(logs: Floats) -> float:
        alpha, beta, c = np.exp(np.append(logs, 0.0)[:3])
        step = np.minimum(np.diff(_log_survival(age, alpha, beta, c)), -1e-300)
        return -float(kept @ step + lost @ np.log(-np.expm1(step)))

    start = np.zeros(3 if is_bent else 2)
    bounds = [(-_LIMIT, _LIMIT)] * 2 + [(-3.0, 3.0)] * is_bent
    rough = optimize.minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}
    best = optimize.minimize(loss, rough.x, method="Nelder-Mead", bounds=bounds, options=options)
    alpha, beta, c = np.exp(np.append(best.x, 0.0)[:3])
    return RenewalModel(float(alpha), float(beta), float(c) if is_bent else 1.0, -float(best.fun))
