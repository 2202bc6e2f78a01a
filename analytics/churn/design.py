"""Attributes known at the first purchase, as columns of a regression."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.breakdown import BREAKDOWNS, OTHER, UNKNOWN, group_of
from analytics.errors import UnknownNameError
from analytics.notes import Note
from analytics.tables import collect

NUMERIC = ("age", "first_revenue")
COVARIATES: tuple[str, ...] = BREAKDOWNS
DEFAULT = (
    "first_channel",
    "channel",
    "country",
    "gender",
    "age",
    "first_category",
    "first_revenue",
)
_MAX_LEVELS = 8
_MIN_CUSTOMERS = 30
_MIN_EVENTS = 5
_MIN_KNOWN = 0.8


@dataclass(frozen=True)
class Design:
    """A regression's rows: `table` has duration, is_event and one column per covariate."""

    table: pd.DataFrame
    covariates: list[str]
    notes: list[Note]


def design(lives: Any, customer_summary: Any, covariates: tuple[str, ...] | None) -> Design:
    """Turn attributes into numbers: text as 0/1 against its commonest value, numbers as they are.

    Rare values (under 30 customers, or under 5 events, or beyond the 8 commonest) are
    pooled as "(other)". `age` counts in tens of years, `first_revenue` in doublings; customers
    without an age are left out where it is asked for, and by default it is asked for only where 80
    % have one. Columns that others already imply are dropped.

    Raises
    ------
    UnknownNameError
        If a covariate is not known at the first purchase.
    """
    names = DEFAULT if covariates is None else covariates
    for name in names:
        if name not in COVARIATES:
            raise UnknownNameError("covariate", name, COVARIATES)
    rows = _rows(lives, customer_summary, names)
    parts: list[pd.DataFrame] = []
    references: dict[str, str] = {}
    for name in names:
        if name in NUMERIC:
            parts.append(_number(rows[name], name, is_asked=covariates is not None))
        else:
            columns, references[name] = _levels(rows, name)
            parts.append(columns)
    table: Any = pd.concat([rows[["duration", "is_event"]], *parts], axis=1).dropna()
    kept = _independent(table.drop(columns=["duration", "is_event"]))
    compared = {covariate.partition("=")[0] for covariate in kept}
    notes = [_reference_note(*pair) for pair in references.items() if pair[0] in compared]
    return Design(table[["duration", "is_event", *kept]].reset_index(drop=True), kept, notes)


def _rows(lives: Any, customer_summary: Any, names: tuple[str, ...]) -> Any:
    columns = {
        name: customer_summary[name] if name in NUMERIC else group_of(customer_summary, name)
        for name in names
    }
    known = customer_summary.select("customer_number", **columns)
    rows = collect(lives.left_join(known, "customer_number").drop("customer_number_right"))
    return rows.sort_values("customer_number", ignore_index=True)


def _number(values: pd.Series, name: str, *, is_asked: bool) -> pd.DataFrame:
    number = values.astype("float64")
    if not is_asked and number.notna().mean() < _MIN_KNOWN:
        return pd.DataFrame(index=values.index)
    if name == "age":
        return pd.DataFrame({"age (10 years)": number / 10})
    doublings = np.log2(number.clip(lower=0.01))
    return pd.DataFrame({"first_revenue (doubled)": doublings})


def _levels(rows: Any, name: str) -> tuple[pd.DataFrame, str]:
    level = rows[name].astype(object).where(rows[name].notna(), UNKNOWN)
    counts = rows.groupby(level)["is_event"].agg(["size", "sum"]).sort_index()
    counts = counts.sort_values("size", ascending=False, kind="stable")
    counts["kept"] = _enough(counts) & (np.arange(len(counts)) < _MAX_LEVELS)
    pooled = level.where(level.map(counts["kept"]), OTHER)
    others = counts[~counts["kept"]].sum()
    names = [str(value) for value in counts.index[counts["kept"]]]
    if _enough(others):
        names.append(OTHER)
    elif names:  # too few to stand alone: with the reference
        pooled = pooled.where(pooled != OTHER, names[0])
    columns = {f"{name}={value}": (pooled == value).astype(float) for value in names[1:]}
    return pd.DataFrame(columns, index=rows.index), names[0] if names else OTHER


def _enough(counts: Any) -> Any:
    return (counts["size"] >= _MIN_CUSTOMERS) & (counts["sum"] >= _MIN_EVENTS)


def _reference_note(name: str, reference: str) -> Note:
    text = "{covariate} is compared with {reference}."
    return Note("cox_reference", text, covariate=name, reference=reference)


def _independent(columns: pd.DataFrame) -> list[str]:
    """Keep each column that the ones before do not already determine."""
    values = columns.to_numpy(float)
    if not len(values):
        return []
    centred = values - values.mean(axis=0)
    scale = centred.std(axis=0)
    kept: list[int] = []
    for place in np.flatnonzero(scale > 0):
        chosen = centred[:, [*kept, place]] / scale[[*kept, place]]
        if np.linalg.matrix_rank(chosen.T @ chosen / len(chosen), tol=1e-8) == len(kept) + 1:
            kept.append(int(place))
    return [str(columns.columns[place]) for place in kept]
