"""What the pointer shows: always the numerator, the denominator and the interval behind a rate."""

from collections.abc import Callable, Sequence
from typing import Any

from ui import formats
from ui.types import Table
from ui.words import language, sentence


def rates(
    table: Table,
    label: Callable[[Any], str],
    *,
    numerator: str = "numerator",
    denominator: str = "denominator",
) -> list[str]:
    """Write one text a row of a rate table; `label` names the row."""
    text = sentence("hover.rate")
    return [
        text.format(
            label=label(row),
            rate=formats.percent(row["rate"]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
            numerator=formats.number(row[numerator]),
            denominator=formats.number(row[denominator]),
        )
        for row in table.to_dict("records")
    ]


def curve(table: Table, *, day: str, is_event_share: bool) -> list[str]:
    """Write one text a step of a survival curve; `is_event_share` reads it as 1 − survival."""
    text, speak = sentence("hover.curve"), language()
    texts = []
    for row in table.to_dict("records"):
        share = 1 - row["survival"] if is_event_share else row["survival"]
        texts.append(
            text.format(
                group="" if row.get("group") in {None, "all"} else f"{row['group']}<br>",
                days=formats.days(row[day], speak),
                rate=formats.percent(share),
                n=formats.number(row["n_at_risk"]),
            )
        )
    return texts


def amounts(labels: Sequence[str], names: Sequence[str], values: Sequence[str]) -> list[str]:
    """Write `label`, `name: value` for each bar of a stack.

    >>> amounts(["May"], ["New"], ["12"])
    ['May<br>New: 12']
    """
    return [
        f"{label}<br>{name}: {value}"
        for label, name, value in zip(labels, names, values, strict=True)
    ]
