"""The chance to return by silence so far: one figure, on the Repurchase and on the Churn page."""

from collections.abc import Sequence

from ui import formats
from ui.charts import bars, frame
from ui.types import Table
from ui.words import t


def show(table: Table, *, key: str, title: str, caption: str, red_from: int | None = None) -> None:
    """Draw a bar for each silence with its interval; those from `red_from` days on are red."""
    known: Table = table.dropna(subset=["chance"])
    lost: Sequence[bool] = [] if red_from is None else [n >= red_from for n in known["silent_days"]]
    hover = [
        t(
            "hover.chance",
            days=formats.days(row["silent_days"]),
            chance=formats.percent(row["chance"]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        )
        for row in known.to_dict("records")
    ]
    figure = bars.upright(
        [formats.number(n) for n in known["silent_days"]],
        known["chance"].tolist(),
        lower=known["ci_lower"].tolist(),
        upper=known["ci_upper"].tolist(),
        hover=hover,
        lost=lost,
        x_title=t("repurchase.silent_axis"),
    )
    frame.show(figure, key=key, title=title, caption=caption, table=table)
