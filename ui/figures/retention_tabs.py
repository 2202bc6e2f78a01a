"""The tabs of the Retention page: curves, one period over time, two cohorts, money, frequency."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.reports import ReportResult
from ui import controls, formats, theme
from ui.charts import bars, cohorts, curves, differences, frame
from ui.figures import groups, hover, overview, retention
from ui.figures.retention_view import first_purchase, without_returns
from ui.spans import Axis
from ui.types import Table
from ui.words import say, t

TABS = ("curve", "over_time", "difference", "revenue", "stickiness", "lifecycle")
_LINES = 5
_FEWEST = 2  # complete cells that make a line
_LAST_PERIODS = 12
_WORTH_COMPARING = 3  # complete periods of the two cohorts that are shown first
_CLEAR = 0.05
_SHOWN_PERIODS = 24
_MONEY = ("numerator", "denominator")


def tab_label(name: str) -> str:
    """Name a tab."""
    return t(f"retention.tab_{name}")


def curve(result: ReportResult, mean: Table, *, axis: Axis, columns: int) -> None:
    """Draw the mean with its band, and the newest cohorts that have something to tell beside it."""
    lines = [_mean_line(mean[mean["period_index"].between(1, columns)], axis)]
    if controls.pills("lines", ("mean", "cohorts")) == "cohorts":
        lines += _cohort_lines(result.table, axis, columns)
    frame.show(
        curves.trend(lines),
        key="retention-curve",
        title=t("retention.curve"),
        caption=t("retention.curve_caption", as_of=formats.day(result.as_of)),
        table=mean,
    )


def _mean_line(shown: Table, axis: Axis) -> curves.Curve:
    has_band = shown["ci_lower"].notna().all()
    return curves.Curve(
        t("retention.all_cohorts"),
        [axis.column(k) for k in shown["period_index"]],
        shown["rate"].tolist(),
        shown["ci_lower"].tolist() if has_band else None,
        shown["ci_upper"].tolist() if has_band else None,
        hover.rates(
            shown,
            lambda row: axis.after(row["period_index"]),
            numerator="active",
            denominator="cohort_size",
        ),
    )


def _cohort_lines(cells: Table, axis: Axis, columns: int) -> list[curves.Curve]:
    mature: Table = cells[
        cells["is_mature"].astype(bool) & cells["period_index"].between(1, columns)
    ]
    counts = mature.groupby("cohort").size()
    newest = sorted(counts[counts >= _FEWEST].index)[-_LINES:]
    parts = [(day, mature[mature["cohort"] == day]) for day in newest]
    return [
        curves.Curve(
            axis.cohort(day),
            [axis.column(k) for k in part["period_index"]],
            part["rate"].tolist(),
            hover=retention.cell_texts(part, axis),
        )
        for day, part in parts
    ]


def over_time(view: dict[str, Any], *, by: str | None, group: str, columns: int) -> ReportResult:
    """Draw one period after the start over the cohorts: do the newer ones come back as often?"""
    axis = Axis.of(view)
    last = len(axis.brackets) - 1 if axis.brackets else columns
    index = controls.choice("index", range(1, last + 1), label=axis.after, place=st)
    result = groups.report("retention-over-time", by=by, group=group, index=index, **view)
    table: Table = result.table[result.table["is_mature"].astype(bool)]
    st.markdown(_spoken(result, "trend"))
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    [axis.cohort(day) for day in table["cohort"]],
                    table["rate"].tolist(),
                    table["ci_lower"].tolist(),
                    table["ci_upper"].tolist(),
                    hover.rates(table, lambda row: axis.cell(row["cohort"], index)),
                )
            ]
        ),
        key="retention-over-time",
        title=formats.dotted(
            t("retention.over_time", after=axis.after(index)), groups.group_name(group)
        ),
        caption=t("retention.over_time_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )
    return result


def _spoken(result: ReportResult, *keys: str) -> str:
    """Say the notes that answer the question itself."""
    answers = [note for note in result.notes if note.key.startswith(keys)]
    return " ".join(say(note) for note in answers)


def difference(
    result: ReportResult, view: dict[str, Any], *, by: str | None, group: str
) -> list[ReportResult]:
    """Let the reader set two cohorts side by side; what chance could explain is grey."""
    axis = Axis.of(view)
    days = [f"{day.date()}" for day in result.table["cohort"].drop_duplicates()]
    if len(days) < 2:  # noqa: PLR2004 - a difference takes two
        st.caption(t("retention.difference_none"))
        return []
    newest = retention.newest_mature(result.table, _WORTH_COMPARING)
    usual = max(days.index(newest[0]), 1) if newest else len(days) - 1
    chosen = [
        controls.choice(name, days, default=days[at], label=_cohort_label(axis), place=place)
        for name, at, place in zip(
            ("cohort", "base"), (usual, usual - 1), st.columns(2), strict=True
        )
    ]
    cohort, base = (pd.Timestamp(day).date() for day in chosen)
    asked = {"cohort": cohort, "base": base, **view}
    found = groups.report("cohort-difference", by=by, group=group, **asked)
    st.markdown(_compared(found.table, axis, chosen))
    _draw_difference(found, axis, groups.group_name(group))
    return [found]


def _cohort_label(axis: Axis) -> Any:
    return lambda day: axis.cohort(pd.Timestamp(day))


def _tested(table: Table) -> Table:
    return table[(table["period_index"] > 0) & table["difference"].notna()]


def _compared(table: Table, axis: Axis, days: list[str]) -> str:
    """Say in how many periods the two differ by more than chance, and where most."""
    cohort, base = (axis.cohort(pd.Timestamp(day)) for day in days)
    tested = _tested(table)
    if tested.empty:
        return t("retention.difference_open", cohort=cohort, base=base)
    clear: Table = tested[tested["q_value"] < _CLEAR]
    if clear.empty:
        return t("retention.difference_alike", cohort=cohort, base=base, n=len(tested))
    most = clear.loc[clear["difference"].abs().idxmax()]
    return t(
        "retention.difference_clear",
        cohort=cohort,
        base=base,
        clear=len(clear),
        n=len(tested),
        after=axis.after(int(most["period_index"])),
        points=f"{100 * most['difference']:+.1f}",
        lower=f"{100 * most['difference_lower']:+.1f}",
        upper=f"{100 * most['difference_upper']:+.1f}",
    )


def _draw_difference(found: ReportResult, axis: Axis, group: str) -> None:
    tested = _tested(found.table)
    frame.show(
        differences.points(
            [axis.column(k) for k in tested["period_index"]],
            tested["difference"].tolist(),
            tested["difference_lower"].tolist(),
            tested["difference_upper"].tolist(),
            hover=[_difference_text(row, axis) for row in tested.to_dict("records")],
            is_clear=(tested["q_value"] < _CLEAR).tolist(),
        ),
        key="cohort-difference",
        title=formats.dotted(t("retention.difference"), group),
        caption=t("retention.difference_caption", as_of=formats.day(found.as_of)),
        table=found.table,
    )


def _difference_text(row: Any, axis: Axis) -> str:
    return t(
        "retention.difference_hover",
        after=axis.after(row["period_index"]),
        points=f"{100 * row['difference']:+.1f}",
        lower=f"{100 * row['difference_lower']:+.1f}",
        upper=f"{100 * row['difference_upper']:+.1f}",
        rate=formats.percent(row["rate"]),
        base=formats.percent(row["base_rate"]),
        q=f"{row['q_value']:.2g}",
    )


def revenue(
    view: dict[str, Any],
    *,
    by: str | None,
    group: str,
    columns: int,
    n_floor: int,
    has_intervals: bool,
) -> ReportResult:
    """Draw what share of its first period's revenue each cohort still brings, or one group's."""
    axis = Axis.of(view)
    result = groups.report("revenue-retention", by=by, group=group, **without_returns(view))
    every: Table = result.table[result.table["period_index"].between(1, columns)]
    cells = retention.newest_rows(every).dropna(subset=["rate"])
    money = [
        {**row, **{name: formats.money(row[name], result.currency) for name in _MONEY}}
        for row in cells.to_dict("records")
    ]
    frame.show(
        cohorts.grid(
            cells,
            value="rate",
            write=lambda share: formats.percent(share, 0),
            row_label=axis.cohort,
            column_label=axis.column,
            size_label=t("retention.size"),
            hover=[_revenue_text(row, axis) for row in money],
            n_floor=n_floor,
            below=retention.intervals(cells) if has_intervals else None,
        ),
        key="revenue-retention",
        title=formats.dotted(t("retention.revenue"), groups.group_name(group)),
        caption=formats.dotted(
            retention.rows_shown(every),
            t("retention.revenue_caption", as_of=formats.day(result.as_of)),
        ),
        table=result.table,
        currency=result.currency,
        least_width=retention.least_width(cells),
    )
    return result


def _revenue_text(row: Any, axis: Axis) -> str:
    return t(
        "retention.revenue_hover",
        cell=axis.cell(row["cohort"], row["period_index"]),
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        numerator=row["numerator"],
        denominator=row["denominator"],
        n=formats.number(row["cohort_size"]),
    )


def stickiness(view: dict[str, Any], *, by: str | None, group: str) -> ReportResult:
    """Draw in how many of the last periods customers bought."""
    unit = view["period"]
    asked = {**first_purchase(view), "last": _LAST_PERIODS}
    asked["who"] = who = controls.pills("who", ("established", "buyers"))
    result = groups.report("stickiness", by=by, group=group, **asked)
    table: Table = result.table.dropna(subset=["rate"])
    if table.empty:
        st.caption(t("retention.stickiness_none"))
        return result
    n = table["denominator"].iloc[0]
    again = table[table["active_periods"] == 1].iloc[0]
    if who == "established":
        share = formats.percent(again["at_least_rate"])
        st.markdown(t(f"retention.stickiness_any_{unit}", share=share, n=again["periods"]))
    frame.show(
        bars.upright(
            [formats.number(d) for d in table["active_periods"]],
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            hover=hover.rates(
                table,
                lambda row: t(
                    f"retention.stickiness_{unit}", d=row["active_periods"], n=row["periods"]
                ),
            ),
            x_title=t(f"retention.stickiness_x_{unit}"),
        ),
        key="stickiness",
        title=formats.dotted(
            t(f"retention.stickiness_title_{unit}", n=table["periods"].iloc[0]),
            groups.group_name(group),
        ),
        caption=t(
            f"retention.stickiness_{who}", n=formats.number(n), as_of=formats.day(result.as_of)
        ),
        table=result.table,
    )
    return result


def lifecycle(view: dict[str, Any], *, by: str | None, group: str) -> ReportResult:
    """Draw who joins, stays, returns and goes silent, and below the quick ratio."""
    unit, name = view["period"], groups.group_name(group)
    result = groups.report("lifecycle", by=by, group=group, **first_purchase(view))
    overview.lifecycle(result, unit=unit, group=name)
    table: Table = result.table[result.table["is_mature"].astype(bool)]
    table = table[~table["is_left_truncated"].astype(bool)].dropna(subset=["quick_ratio"])
    table = table.tail(_SHOWN_PERIODS)
    labels = [formats.period(day, unit) for day in table["period"]]
    texts = [formats.number(ratio, 2) for ratio in table["quick_ratio"]]
    line = curves.Curve(
        "",
        labels,
        table["quick_ratio"].tolist(),
        hover=hover.amounts(labels, [t("column.quick_ratio")] * len(labels), texts),
    )
    if labels:
        st.markdown(t("retention.quick_ratio_now", period=labels[-1], ratio=texts[-1]))
    figure = curves.amounts([line], x_title="")
    curves.by_period(figure)
    figure.add_hline(y=1, line={"dash": "dot", "width": 1, "color": theme.colors().muted})
    frame.show(
        figure,
        key="quick-ratio",
        title=formats.dotted(t("retention.quick_ratio"), name),
        caption=t("retention.quick_ratio_caption", as_of=formats.day(result.as_of)),
        table=table[["period", "quick_ratio"]],
    )
    return result
