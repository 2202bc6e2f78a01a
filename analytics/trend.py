"""Does a rate rise or fall from period to period?"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.intervals import LEVEL
from analytics.notes import Note

_MIN_POINTS = 3
_CLEAR = 0.05


class Trend(NamedTuple):  # a plain tuple, since it travels with a table
    """A straight line through rates: its slope per period, as a share, and how sure that is.

    `dispersion` is the scatter around the line in units of chance, 1 or more; `n` counts rates.
    """

    slope: float
    ci_lower: float
    ci_upper: float
    p_value: float
    dispersion: float
    n: int


def trend(
    position: npt.ArrayLike, numerator: npt.ArrayLike, denominator: npt.ArrayLike
) -> Trend | None:
    """Do these rates rise or fall with their position, beyond chance?

    The Cochran-Armitage test: the slope of the rates, every person weighing the same, against its
    spread under one common rate. Where the rates scatter around the line more than chance allows
    (seasons, campaigns), the variance is multiplied by that scatter and the test becomes Student's
    t with n - 2 degrees of freedom, so that a lucky month is not taken for a trend.

    Parameters
    ----------
    position
        Number of each rate's period; gaps count as what they are.
    numerator, denominator
        Counts.

    Returns
    -------
    Trend or None
        None with fewer than three rates, one single position, or a common rate of 0 or 1.

    Notes
    -----
    Cochran (1954), Biometrics 10, 417-451; Armitage (1955), Biometrics 11, 375-386; dispersion
    after Wedderburn (1974), Biometrika 61, 439-447.

    Examples
    --------
    >>> found = trend([0, 1, 2, 3], [10, 14, 16, 22], [100, 100, 100, 100])
    >>> round(found.slope, 4), round(found.p_value, 4), found.dispersion
    (0.038, 0.0189, 1.0)
    """
    x, hits, total = (np.asarray(part, float) for part in (position, numerator, denominator))
    known = total > 0
    x, hits, total = x[known], hits[known], total[known]
    if len(x) < _MIN_POINTS:
        return None
    pooled = hits.sum() / total.sum()
    centred = x - np.average(x, weights=total)
    spread = float(np.sum(total * centred**2))
    chance = pooled * (1 - pooled)
    if spread == 0 or chance == 0:
        return None
    slope = float(np.sum(centred * hits)) / spread
    off_line = hits / total - pooled - slope * centred
    dispersion = max(float(np.sum(total * off_line**2)) / chance / (len(x) - 2), 1.0)
    error = float(np.sqrt(dispersion * chance / spread))
    return _judged(slope, error, dispersion, len(x))


def _judged(slope: float, error: float, dispersion: float, n: int) -> Trend:
    z = abs(slope) / error
    if dispersion > 1:
        p, width = 2 * special.stdtr(n - 2, -z), special.stdtrit(n - 2, 0.5 + LEVEL / 2)
    else:
        p, width = 2 * special.ndtr(-z), special.ndtri(0.5 + LEVEL / 2)
    half = float(width) * error
    return Trend(slope, slope - half, slope + half, float(p), dispersion, n)


def trend_of(table: object, position: str, numerator: str, denominator: str) -> Trend | None:
    """Trend of the mature rows of a rate table, by the names of its columns."""
    mature = table[table["is_mature"].astype(bool)]  # type: ignore[index]
    columns = (mature[name].to_numpy(float, na_value=np.nan) for name in (numerator, denominator))
    return trend(mature[position].to_numpy(float), *columns)


def trend_notes(found: Trend | None) -> list[Note]:
    """Say in words whether the rate is moving."""
    if found is None:
        text = "No trend can be read yet: it needs three complete periods with customers."
        return [Note("trend_too_few", text)]
    moved = {"lower": found.ci_lower * 100, "upper": found.ci_upper * 100, "p": found.p_value}
    if found.p_value >= _CLEAR:
        text = (
            "No trend that these {n} complete periods could show: between {lower:+.2f} and "
            "{upper:+.2f} points a period (trend test p = {p:.2g})."
        )
        notes = [Note("trend_unclear", text, n=found.n, **moved)]
    else:
        key = "trend_rises" if found.slope > 0 else "trend_falls"
        verb = key.removeprefix("trend_")
        text = (
            f"The rate {verb} by {{change:.2f}} points a period ({{lower:+.2f}} to {{upper:+.2f}}; "
            "{n} complete periods, trend test p = {p:.2g})."
        )
        notes = [Note(key, text, change=abs(found.slope) * 100, n=found.n, **moved)]
    return [*notes, *_scatter_note(found)]


def _scatter_note(found: Trend) -> list[Note]:
    if found.dispersion < 2:  # noqa: PLR2004 - twice chance is plain to see
        return []
    text = (
        "The periods scatter {times:.1f} times as much as chance alone would, as seasons and "
        "campaigns do; the test allows for it."
    )
    return [Note("trend_scatter", text, times=found.dispersion)]
