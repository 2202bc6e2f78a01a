"""Intervals and corrections that every rate of the catalogue shares."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVEL = 0.95


def _z(level: float) -> float:
    from scipy import special  # noqa: PLC0415 - 0.4 s that an import never needs

    return float(special.ndtri(0.5 + level / 2))


def rate(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Floats:
    """Numerator ÷ denominator, NaN where there is nothing to divide by.

    >>> rate([1, 0], [4, 0]).tolist()
    [0.25, nan]
    """
    hits, total = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    return np.divide(hits, total, out=np.full(hits.shape, np.nan), where=total > 0)


def wilson(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Between which shares does the true share lie?

    The score interval, without continuity correction: the shares p with
    `|x/n − p| ≤ z · √(p(1 − p)/n)`. It stays inside [0, 1] and keeps its level for small n and for
    rates near 0 and 1, where the textbook interval does not.

    Parameters
    ----------
    numerator, denominator
        Counts, of one shape.
    level
        Coverage, 0.95 by default.

    Returns
    -------
    (lower, upper)
        Arrays of the same shape; NaN where the denominator is 0.

    Notes
    -----
    Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    J. Am. Stat. Assoc. 22, 209-212.

    Examples
    --------
    >>> lower, upper = wilson([81], [263])
    >>> round(float(lower[0]), 4), round(float(upper[0]), 4)
    (0.2553, 0.3662)
    """
    share, total = rate(numerator, denominator), np.asarray(denominator, float)
    total = np.where(total > 0, total, np.nan)
    z = _z(level)
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    lower = np.where(share == 0, 0.0, np.maximum(centre - half, 0))
    upper = np.where(share == 1, 1.0, np.minimum(centre + half, 1))
    return lower, upper


def newcombe(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    base_numerator: npt.ArrayLike,
    base_denominator: npt.ArrayLike,
    *,
    level: float = LEVEL,
) -> tuple[Floats, Floats, Floats]:
    """By how much does one share exceed another, and between which bounds?

    The difference of two independent shares with the hybrid score interval built from their two
    Wilson intervals.

    Returns
    -------
    (difference, lower, upper)
        NaN where either denominator is 0.

    Notes
    -----
    Newcombe (1998), "Interval estimation for the difference between independent proportions",
    Stat. Med. 17, 873-890, method 10.

    Examples
    --------
    >>> [round(float(x[0]), 4) for x in newcombe([56], [70], [48], [80])]
    [0.2, 0.0524, 0.3339]
    """
    share, base = rate(numerator, denominator), rate(base_numerator, base_denominator)
    lower, upper = wilson(numerator, denominator, level=level)
    base_lower, base_upper = wilson(base_numerator, base_denominator, level=level)
    difference = share - base
    down = np.sqrt((share - lower) ** 2 + (base_upper - base) ** 2)
    up = np.sqrt((upper - share) ** 2 + (base - base_lower) ** 2)
    return difference, difference - down, difference + up


def poisson(count: npt.ArrayLike, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Between which values does the expectation of a count lie?

    The exact interval from the χ² distribution.

    Notes
    -----
    Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika 28, 437-442.

    Examples
    --------
    >>> [round(float(x), 3) for x in poisson(10)]
    [4.795, 18.39]
    """
    from scipy import special  # noqa: PLC0415 - 0.4 s that an import never needs

    found, tail = np.asarray(count, float), (1 - level) / 2
    lower = np.where(found > 0, special.gammaincinv(np.maximum(found, 1), tail), 0.0)
    return lower, special.gammaincinv(found + 1, 1 - tail)


def two_share_p_value(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    base_numerator: npt.ArrayLike,
    base_denominator: npt.ArrayLike,
) -> Floats:
    """How surprising is the difference of two shares if there were none?

    Two-sided pooled z test (equals the χ² test of the 2 × 2 table without correction); NaN where a
    denominator is 0, 1 where nobody or everybody came back in both.

    >>> round(float(two_share_p_value([20034], [44700], [20119], [45489])[0]), 5)
    0.07441
    """
    from scipy import special  # noqa: PLC0415 - 0.4 s that an import never needs

    hits, total = np.asarray(numerator, float), np.asarray(denominator, float)
    base_hits, base_total = np.asarray(base_numerator, float), np.asarray(base_denominator, float)
    pooled = rate(hits + base_hits, total + base_total)
    difference = rate(hits, total) - rate(base_hits, base_total)
    variance = pooled * (1 - pooled) * (rate(1.0, total) + rate(1.0, base_total))
    z = np.divide(difference, np.sqrt(variance), out=difference * 0, where=variance > 0)
    return 2 * special.ndtr(-np.abs(z))


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """At which false discovery rate would each of these tests just be called a finding?

    `q(i) = min over j ≥ i of p(j) · m / j` over the sorted p values; NaN stays NaN and does not
    count as a test.

    Notes
    -----
    Benjamini & Hochberg (1995), "Controlling the false discovery rate", J. R. Stat. Soc. B 57,
    289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = np.asarray(p_values, float)
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q
