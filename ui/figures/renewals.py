"""The grid of renewals: of each cohort of subscribers, who renewed the first time, the second …"""

from typing import Any

from analytics.reports import ReportResult
from ui import formats
from ui.charts import cohorts, frame
from ui.types import Row, Table
from ui.words import name_of, t

_MOST_ROWS, _MOST_RENEWALS = 12, 8
_FEW = 20


def grid(result: ReportResult) -> None:
    """Draw the share that renewed of those due, a row a cohort, a square a renewal."""
    cells = newest(result.table)
    if cells.empty:
        return
    unit, judged = result.params["period"], result.table.attrs["interval"]
    frame.show(
        cohorts.grid(
            cells,
            value="rate",
            write=lambda rate: formats.percent(rate, 0),
            row_label=lambda day: formats.period(day, unit),
            column_label=str,
            size_label=t("retention.size"),
            hover=[_hover(row, unit) for row in cells.to_dict("records")],
            n_floor=_FEW,
        ),
        key="renewal-grid",
        title=t("subscription.grid"),
        caption=t(
            "subscription.grid_caption",
            term=name_of("billing_term", judged),
            period=name_of("billing_term", unit),
            n=formats.number(cells.drop_duplicates("cohort")["cohort_size"].sum()),
            few=_FEW,
            as_of=formats.day(result.as_of),
        ),
        table=result.table,
    )


def newest(table: Table) -> Table:
    """Keep the newest cohorts and the first renewals, as many as a reader takes in."""
    kept = sorted(table["cohort"].unique())[-_MOST_ROWS:]
    inside: Any = table[table["cohort"].isin(kept) & (table["renewal"] <= _MOST_RENEWALS)]
    return inside.rename(columns={"renewal": "period_index"}).reset_index(drop=True)


def _hover(row: Row | dict[str, Any], unit: str) -> str:
    return t(
        "subscription.grid_hover",
        cohort=formats.period(row["cohort"], unit),
        number=formats.number(row["period_index"]),
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        renewed=formats.number(row["renewed"]),
        due=formats.number(row["due"]),
    )
