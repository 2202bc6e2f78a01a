"""Two groups compared within strata and pooled: equals with equals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.intervals import LEVEL

Floats = npt.NDArray[np.float64]

_Z = float(special.ndtri(0.5 + LEVEL / 2))


@dataclass(frozen=True)
class Pooled:
    """What the strata say together; each an array with a value per comparison, NaN if undefined.

    `difference` of two risks and `ratio` of them (Mantel-Haenszel) with their bounds (95 %), and
    the two-sided `p_value` of the Cochran-Mantel-Haenszel test.
    """

    difference: Floats
    difference_lower: Floats
    difference_upper: Floats
    ratio: Floats
    ratio_lower: Floats
    ratio_upper: Floats
    p_value: Floats


def mantel_haenszel(
    hits: npt.ArrayLike, total: npt.ArrayLike, base_hits: npt.ArrayLike, base_total: npt.ArrayLike
) -> Pooled:
    """By how much does the risk of one group exceed that of another, at equal strata?

    Parameters
    ----------
    hits, total, base_hits, base_total
        Counts of the group and of the one it is compared with; last axis: strata.

    Returns
    -------
    Pooled
        Strata in which one of the groups is empty say nothing.

    Notes
    -----
    Mantel & Haenszel (1959); difference with the variance of Sato (1989), Biometrics 45, 1323-1324;
    ratio with that of Greenland & Robins (1985), Biometrics 41, 55-68; test without continuity
    correction.

    Examples
    --------
    >>> one = mantel_haenszel([[30]], [[100]], [[20]], [[100]])
    >>> round(float(one.difference[0]), 2), round(float(one.ratio[0]), 2)
    (0.1, 1.5)
    """
    counts = _Strata(hits, total, base_hits, base_total)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference, half = counts.difference()
        ratio, spread = counts.ratio()
        p_value = counts.p_value()
    return Pooled(
        difference,
        difference - half,
        difference + half,
        ratio,
        ratio / spread,
        ratio * spread,
        p_value,
    )


class _Strata:
    """Counts by stratum: a of n1 in the group, c of n0 in the other; n are both, 1 if not both."""

    def __init__(self, *counts: npt.ArrayLike) -> None:
        parts = [np.asarray(part, float) for part in np.broadcast_arrays(*counts)]
        both = (parts[1] > 0) & (parts[3] > 0)
        self.a, self.n1, self.c, self.n0 = (np.where(both, part, 0.0) for part in parts)
        self.n = np.where(both, self.n1 + self.n0, 1.0)

    def difference(self) -> tuple[Floats, Floats]:
        """Pooled difference and half its interval."""
        a, n1, c, n0, n = self.a, self.n1, self.c, self.n0, self.n
        weight = (n1 * n0 / n).sum(-1)
        difference = ((a * n0 - c * n1) / n).sum(-1) / weight
        p = ((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2).sum(-1)
        q = ((a * (n0 - c) + c * (n1 - a)) / (2 * n)).sum(-1)
        variance = (difference * p + q) / weight**2
        return difference, _Z * np.sqrt(np.maximum(variance, 0))

    def ratio(self) -> tuple[Floats, Floats]:
        """Pooled ratio and the factor to its bounds."""
        a, n1, c, n0, n = self.a, self.n1, self.c, self.n0, self.n
        up, down = (a * n0 / n).sum(-1), (c * n1 / n).sum(-1)
        variance = (((a + c) * n1 * n0 - a * c * n) / n**2).sum(-1) / (up * down)
        return up / down, np.exp(_Z * np.sqrt(np.maximum(variance, 0)))

    def p_value(self) -> Floats:
        """Two-sided test that the group makes no difference in any stratum."""
        n1, n0, n = self.n1, self.n0, self.n
        hits = self.a + self.c
        misses = n1 + n0 - hits
        variance = (n1 * n0 * hits * misses / (n**2 * np.maximum(n - 1, 1))).sum(-1)
        apart = np.abs(self.a.sum(-1) - (n1 * hits / n).sum(-1))
        return 2 * special.ndtr(-apart / np.sqrt(variance))
