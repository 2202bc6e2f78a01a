"""After how much silence is a customer worth calling, and after how much gone?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.kaplan_meier import Curve
from analytics.notes import Note
from analytics.repurchase.waits import count_waits, curve_of, waits
from analytics.tables import collect, finish, with_rate

AT_RISK, LOST = 0.5, 0.2
"""Chances of coming back within the horizon below which a silent customer is at risk, or lost."""

FIXED_DAYS = (30, 60, 90, 180)
HORIZON = 90
_MIN_AT_RISK = 20  # below so many still waiting the curve is noise
_FALLBACK = (90, 180)


@dataclass(frozen=True)
class Silence:
    """Days of silence after which a customer of this shop counts as at risk, and as lost.

    The switches are false where the data can't tell and a usual value stands in.
    """

    at_risk_days: int
    lost_days: int
    is_at_risk_measured: bool
    is_lost_measured: bool


def threshold(curve: Curve, *, level: float, horizon: int) -> int | None:
    """First whole number of silent days after which the chance to return within H is below `level`.

    None where it never falls so low within the follow-up, or only where fewer than 20 still wait.
    """
    silent = np.arange(max(curve.last_day - horizon + 1, 0))
    chance, _, _ = curve.chance(silent, horizon)
    below = np.flatnonzero((chance < level) & (curve.waiting(silent) >= _MIN_AT_RISK))
    return int(silent[below[0]]) if len(below) else None


def silence_thresholds(purchases: Any, *, as_of: date, horizon: int = HORIZON) -> Silence:
    """After how many silent days do this shop's customers count as at risk, and as lost?

    The thresholds of `at_risk` at 50 % and 20 %, made usable as a rule: at least 30 days for "at
    risk", at least H days for "lost" and more than for "at risk". Where the data can't tell: 90 and
    180 days.
    """
    return thresholds_of(curve_of(count_waits(waits(purchases, as_of))), horizon=horizon)


def thresholds_of(curve: Curve | None, *, horizon: int = HORIZON) -> Silence:
    """Read the thresholds of `silence_thresholds` off the curve of the waits after any purchase."""
    found = [
        threshold(curve, level=level, horizon=horizon) if curve else None
        for level in (AT_RISK, LOST)
    ]
    at_risk_days, lost_days = (
        usual if days is None else days for days, usual in zip(found, _FALLBACK, strict=True)
    )
    risky = max(at_risk_days, min(30, horizon))
    lost = max(lost_days, horizon, risky + 1)
    return Silence(risky, lost, found[0] is not None, found[1] is not None)


def at_risk(
    purchases: Any,
    *,
    as_of: date,
    horizon: int = HORIZON,
    fixed_days: tuple[int, ...] = FIXED_DAYS,
) -> pd.DataFrame:
    """After how many silent days is a customer more likely to stay away than to come back?

    The silence s after which `P(T ≤ s + H | T > s)`, read from the Kaplan-Meier curve of the waits
    after every purchase, falls below 50 % (at risk) and below 20 % (lost). Beside them the rules of
    fixed days, each with its measured error: of the silences that had passed the rule's days and
    whose next H days are over, the share that ended with a purchase in those H days.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    horizon
        H, in days.
    fixed_days
        Rules of fixed silence to measure, in days.

    Returns
    -------
    DataFrame
        rule ("below-50%", "below-20%", "fixed"), silent_days (null where the curve never falls so
        low), horizon_days, chance (of returning within H, from the curve), numerator (flagged
        silences that ended within H), denominator (flagged silences), rate (the error: flagged, yet
        back within H), ci_lower, ci_upper (Wilson, 95 %), is_mature, customers (silent for longer
        than that at as-of), share (of all buyers).

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive.

    Notes
    -----
    Own definition. Without a contract nobody ever says goodbye: "lost" is a bet, and its error is
    part of the answer. A customer may be flagged several times.
    """
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    table = waits(purchases, as_of)
    curve = curve_of(count_waits(table))
    levels = {"below-50%": AT_RISK, "below-20%": LOST}
    rules: list[tuple[str, int | None]] = [
        (name, threshold(curve, level=level, horizon=horizon) if curve else None)
        for name, level in levels.items()
    ]
    rules += [("fixed", days) for days in sorted(set(fixed_days))]
    measured = _measure(table, sorted({days for _, days in rules if days is not None}), horizon)
    rows: Any = pd.DataFrame(rules, columns=pd.Index(["rule", "silent_days"]))
    rows = rows.astype({"silent_days": "Int64"}).assign(horizon_days=horizon)
    rows = rows.merge(measured, on="silent_days", how="left")
    silent = rows["silent_days"].to_numpy(float, na_value=np.nan)
    chance = curve.chance(silent, horizon)[0] if curve else np.nan
    rows = with_rate(rows.assign(chance=chance)).assign(is_mature=rows["denominator"].fillna(0) > 0)
    columns = ["rule", "silent_days", "horizon_days", "chance", "numerator", "denominator", "rate"]
    columns += ["ci_lower", "ci_upper", "is_mature", "customers", "share"]
    return finish(rows[columns], [], _notes(rows, horizon))


def _measure(table: Any, days: list[int], horizon: int) -> pd.DataFrame:
    counts: dict[str, Any] = {"buyers": table.count(where=~table.is_event)}
    for silent in days:
        passed = (table.duration > silent) & (table.follow_up >= silent + horizon)
        back = table.is_event & (table.next_gap <= silent + horizon)
        counts[f"flagged_{silent}"] = table.count(where=passed)
        counts[f"back_{silent}"] = table.count(where=passed & back)
        counts[f"now_{silent}"] = table.count(where=~table.is_event & (table.follow_up > silent))
    found = collect(table.aggregate(**counts)).iloc[0]
    buyers = int(found["buyers"])
    return pd.DataFrame(
        {
            "silent_days": pd.array(days, dtype="Int64"),
            "numerator": pd.array([found[f"back_{silent}"] for silent in days], dtype="Int64"),
            "denominator": pd.array([found[f"flagged_{silent}"] for silent in days], dtype="Int64"),
            "customers": pd.array([found[f"now_{silent}"] for silent in days], dtype="Int64"),
            "share": [found[f"now_{silent}"] / buyers if buyers else np.nan for silent in days],
        }
    )


def _notes(rows: Any, horizon: int) -> list[Note]:
    never = "Within what the data show, the chance to return in {horizon} days never falls {rule}."
    notes = [
        Note("never_below", never, rule=rule.replace("-", " "), horizon=horizon)
        for rule in rows.loc[rows["silent_days"].isna(), "rule"]
    ]
    text = (
        "{rate:.0%} of those silent for more than {days} days bought again within the next "
        "{horizon} days."
    )
    measured = rows.dropna(subset=["silent_days", "rate"])
    for row in measured.itertuples():
        values = {"rate": float(row.rate), "days": int(row.silent_days), "horizon": horizon}
        notes.append(Note("rule_error", text, **values))
    return notes
