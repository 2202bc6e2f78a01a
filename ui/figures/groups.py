"""Groups of customers side by side: their curves and the choice of one; how many are drawn."""

from typing import Any

from analytics.breakdown import UNKNOWN
from analytics.reports import ReportResult
from ui import controls, data, formats, questions
from ui.charts import curves, frame
from ui.figures import hover
from ui.spans import Axis
from ui.types import Table
from ui.words import name_of, t

EVERYONE = ""
_SHOWN = 6


def group_name(group: str) -> str:
    """Name a group; that of the customers of whom nothing is known, in words."""
    return name_of("trait", group) if group == UNKNOWN else group


def choice(pooled: Table) -> str:
    """Let the reader choose whose grid is drawn: everyone's, or that of one group."""
    return controls.choice(
        "grid_of",
        (EVERYONE, *largest(pooled, len(pooled))),
        label=lambda group: group_name(group) if group else t("choice.by_none"),
    )


def report(name: str, *, by: str | None, group: str, **view: Any) -> ReportResult:
    """Run a report on the customers of the chosen group, or on everyone."""
    if by and group:
        return data.rows(questions.report_of_group, name=name, by=by, group=group, **view)
    return data.report(name, **view)


def view_of(view: dict[str, Any], by: str | None, group: str) -> dict[str, Any]:
    """Give the view of the chosen group, for the question who is behind a square."""
    return {**view, "by": by, "group": None if group == UNKNOWN else group} if group else view


def largest(pooled: Table, limit: int = _SHOWN) -> list[str]:
    """List the groups with most customers first."""
    sizes = pooled[["group", "customers"]].drop_duplicates()
    order = sizes.sort_values(["customers", "group"], ascending=[False, True])
    return order["group"].head(limit).tolist()


def left_out(table: Table, shown: int) -> str:
    """End a caption by how many of the groups are drawn; nothing where all are."""
    groups = table["group"].nunique(dropna=False)
    return t("repurchase.largest_groups", shown=shown, groups=groups) if shown < groups else ""


def compared(pooled: Table, *, by: str, axis: Axis, columns: int, as_of: object) -> None:
    """Draw the pooled curve of each of the largest groups, with its band."""
    names = largest(pooled)
    shown: Table = pooled[pooled["period_index"].between(1, columns)]
    frame.show(
        curves.trend([_curve(shown[shown["group"] == name], name, axis) for name in names]),
        key="retention-groups",
        title=t("retention.groups", by=controls.by_label(by)),
        caption=t(
            "retention.groups_caption",
            shown=len(names),
            groups=pooled["group"].nunique(),
            as_of=formats.day(as_of),
        ),
        table=pooled,
    )


def _curve(part: Table, name: str, axis: Axis) -> curves.Curve:
    def label(row: dict[str, Any]) -> str:
        return f"{group_name(name)}<br>{axis.after(row['period_index'])}"

    return curves.Curve(
        group_name(name),
        [axis.column(k) for k in part["period_index"]],
        part["rate"].tolist(),
        part["ci_lower"].tolist(),
        part["ci_upper"].tolist(),
        hover.rates(part, label, numerator="active", denominator="cohort_size"),
    )
