"""How small an effect a campaign of this size could still show, said before it is sent."""

from scipy.optimize import brentq
from scipy.special import ndtri

from analytics.errors import InvalidSettingError


def minimum_detectable_effect(
    n_treatment: int,
    n_holdout: int,
    base_rate: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float | None:
    """Least increase of the rate that the comparison of both arms would find.

    The d > 0 with z_{1−α/2}·√(p̄(1−p̄)(1/n₁+1/n₀)) + z_power·√(p₁(1−p₁)/n₁ + p₀(1−p₀)/n₀) = d,
    where p₀ is the base rate, p₁ = p₀ + d, p̄ the pooled rate. Fleiss, Levin & Paik 2003, ch. 4.

    Parameters
    ----------
    n_treatment, n_holdout : customers in each arm.
    base_rate : share of the holdout expected to buy in the window, 0 to 1.
    power : chance to find the effect where it is real.
    alpha : two-sided error.

    Returns
    -------
    Percentage points as a share (0.02 is two points); null where an arm is empty or no rate up to
    100 % would do.

    Examples
    --------
    >>> round(minimum_detectable_effect(9000, 1000, 0.10), 4)
    0.0303
    """
    if not 0 <= base_rate <= 1:
        raise InvalidSettingError("base_rate", base_rate, "give a share from 0 to 1")
    if min(n_treatment, n_holdout) < 1:
        return None

    def excess(effect: float) -> float:
        return effect - _needed(n_treatment, n_holdout, (base_rate, base_rate + effect), tails)

    tails = float(ndtri(1 - alpha / 2)), float(ndtri(power))
    if excess(1 - base_rate) < 0:
        return None
    return float(brentq(excess, 0, 1 - base_rate, xtol=1e-9))  # pyright: ignore[reportArgumentType]


def _needed(
    n_treatment: int, n_holdout: int, rates: tuple[float, float], tails: tuple[float, float]
) -> float:
    """The difference that would be found with that power if these were the rates."""
    base, treated = rates
    pooled = (n_treatment * treated + n_holdout * base) / (n_treatment + n_holdout)
    under_null = pooled * (1 - pooled) * (1 / n_treatment + 1 / n_holdout)
    spread = treated * (1 - treated) / n_treatment + base * (1 - base) / n_holdout
    return tails[0] * max(under_null, 0) ** 0.5 + tails[1] * max(spread, 0) ** 0.5
