"""Figures of customer value: what is to come, from whom, and whether the model may be believed."""

from typing import Any

from analytics.notes import Note
from analytics.reports import ReportResult
from analytics.value.alive_map import PURCHASES_FROM, SILENT_FROM
from ui import controls, downloads, findings, formats, members, people, questions
from ui.charts import bars, foresight, frame, squares
from ui.types import Row, Table
from ui.words import t

_MAP = "alive-map"
_ALL = "all"
_MOST = 7
_DOUBTS = ("value_renewals", "value_no_dropout", "value_no_maximum", "value_correlated")


def margin() -> float:
    """Let the reader say what share of a purchase is earned."""
    return controls.slider("margin", 5, 100, 100) / 100


def finding(worth: ReportResult, tracking: ReportResult) -> str:
    """Say what is to come, who holds half of it, and how the model did when tested."""
    total = _total(worth)
    headline = t(
        "value.finding",
        horizon=worth.params["horizon"],
        purchases=formats.number(total["expected_purchases"]),
        interval=_range(total["purchases_lower"], total["purchases_upper"]),
        money=formats.money(total["expected_value"], worth.currency),
        customers=formats.number(total["customers"]),
    )
    half = worth.table.attrs["half_customers"]
    held = t(
        "value.finding_half",
        customers=formats.number(half),
        share=formats.percent(half / total["customers"], 0),
    )
    return findings.joined(headline, held, _tested(tracking))


def _total(worth: ReportResult) -> Row:
    return worth.table[worth.table["tier"] == _ALL].iloc[0]


def _range(lower: float, upper: float) -> str:
    return f"{formats.number(lower)} – {formats.number(upper)}"


def _tested(tracking: ReportResult) -> str:
    test = tracking.table.attrs["test"]
    said = {
        "days": formats.number(test["days"]),
        "actual": formats.number(test["actual"]),
        "expected": formats.number(test["expected"]),
        "interval": _range(test["lower"], test["upper"]),
    }
    if test["lower"] <= test["actual"] <= test["upper"]:
        return t("value.tested_well", **said)
    off = formats.percent(abs(test["actual"] / max(test["expected"], 1e-9) - 1), 0)
    name = "value.tested_more" if test["actual"] > test["expected"] else "value.tested_fewer"
    return t(name, off=off, **said)


def doubts(worth: ReportResult) -> list[Note]:
    """Give the report's notes that say why the model does not fit these customers."""
    return [note for note in worth.notes if note.key in _DOUBTS]


def notes(worth: ReportResult) -> list[Note]:
    """Give the report's notes but those that stand elsewhere on the page."""
    return [note for note in worth.notes if note.key not in {"value_half", *_DOUBTS}]


def tracking_weeks(tracking: ReportResult) -> None:
    """Draw repeat purchases by week, expected and actual, parted where the model stopped seeing."""
    weeks: Table = tracking.table[tracking.table["is_mature"]]
    unseen: Table = tracking.table[tracking.table["is_holdout"]]
    frame.show(
        foresight.weeks(
            weeks["period"].tolist(),
            weeks["actual"].tolist(),
            weeks["expected"].tolist(),
            names=(t("column.actual"), t("column.expected")),
            hover=[_week_text(row) for row in weeks.to_dict("records")],
            split=unseen["period"].iloc[0],
            sides=(t("value.seen"), t("value.unseen")),
        ),
        key="value-tracking",
        title=t("value.tracking"),
        caption=t(
            "value.tracking_caption",
            days=formats.number(tracking.table.attrs["test"]["days"]),
            as_of=formats.day(tracking.as_of),
        ),
        table=_plain(tracking.table),
    )


def _week_text(row: dict[str, Any]) -> str:
    return t(
        "value.week_hover",
        week=formats.period(row["period"], "week"),
        actual=formats.number(row["actual"]),
        expected=formats.number(row["expected"], 1),
    )


def _plain(table: Table) -> Table:
    """Leave out what travels with the table, which a browser can't be sent along."""
    shown = table.copy()
    shown.attrs = {}
    return shown


def dearest(worth: ReportResult) -> None:
    """Show the customers who hold half of what is to come; all of them are in the file."""
    asked = {"horizon": worth.params["horizon"], "margin": worth.params["margin"]}
    half = worth.table.attrs["half_customers"]
    title = t("value.people", days=formats.days(asked["horizon"]))
    people.panel(title, members.most_valuable, name="most-valuable", first=half, **asked)
    downloads.rows(questions.customer_values, "customer-values", label=t("value.all"), **asked)


def alive_map(result: ReportResult) -> list[int]:
    """Draw the squares of purchases and silence: who is still there, or who buys how much.

    Gives the square that was clicked, else the one from which most purchases are expected.
    """
    cells: Table = result.table
    chosen = frame.selected(_MAP) or _busiest(cells)
    shown = controls.pills("map_of", ("alive", "expected_purchases"))
    rows, columns = list(PURCHASES_FROM[::-1]), list(SILENT_FROM)
    figure = squares.grid(
        cells,
        rows=rows,
        columns=columns,
        place=("purchases_from", "silent_from"),
        value=shown,
        row_labels=[_bounds(start, PURCHASES_FROM) for start in rows],
        column_labels=[_up_to(start) for start in columns],
        texts=[
            formats.percent(value, 0) if shown == "alive" else formats.number(value, 2)
            for value in cells[shown]
        ],
        hover=[_cell_text(row, result.params["horizon"]) for row in cells.to_dict("records")],
        is_clickable=True,
        selected=chosen,
    )
    figure.update_xaxes(title_text=t("value.silent_axis"))
    clicked = frame.show(
        figure,
        key=_MAP,
        title=t(f"value.map_{shown}"),
        caption=t(
            f"value.caption_{shown}",
            horizon=result.params["horizon"],
            n=formats.number(cells["customers"].sum()),
            as_of=formats.day(result.as_of),
        ),
        table=_plain(cells),
        is_clickable=True,
    )
    return clicked or chosen


def _busiest(cells: Table) -> list[int]:
    row = cells.loc[(cells["customers"] * cells["expected_purchases"]).idxmax()]
    return [int(row["purchases_from"]), int(row["silent_from"])]


def _bounds(start: int, starts: tuple[int, ...]) -> str:
    place = starts.index(start)
    if place == len(starts) - 1:
        return f"{start}+"
    end = starts[place + 1] - 1
    return str(start) if start == end else f"{start}–{end}"


def _up_to(silent_from: int) -> str:
    end = _upper(silent_from, SILENT_FROM)
    return f">{silent_from - 1}" if end is None else f"≤{end}"


def _upper(start: int, starts: tuple[int, ...]) -> int | None:
    place = starts.index(start)
    return None if place == len(starts) - 1 else starts[place + 1] - 1


def _cell_text(row: dict[str, Any], horizon: int) -> str:
    return t(
        "value.cell",
        purchases=_bounds(int(row["purchases_from"]), PURCHASES_FROM),
        silent=_bounds(int(row["silent_from"]), SILENT_FROM),
        customers=formats.number(row["customers"]),
        alive=formats.percent(row["alive"]),
        expected=formats.number(row["expected_purchases"], 2),
        none=formats.percent(row["no_purchase_chance"]),
        horizon=horizon,
    )


def cell_people(square: list[int]) -> None:
    """Show the people of a square."""
    often, silent = square
    people.panel(
        t(
            "value.cell_people",
            purchases=_bounds(often, PURCHASES_FROM),
            silent=_bounds(silent, SILENT_FROM),
        ),
        members.in_cell,
        name=f"cell-{often}-{silent}",
        purchases_from=often,
        purchases_to=_upper(often, PURCHASES_FROM),
        silent_from=silent,
        silent_to=_upper(silent, SILENT_FROM),
    )


def tenths(worth: ReportResult) -> None:
    """Draw which share of the value to come each tenth of the customers holds."""
    table: Table = worth.table[worth.table["tier"] != _ALL]
    frame.show(
        bars.upright(
            table["tier"].tolist(),
            table["value_share"].tolist(),
            hover=[_tenth_text(row, worth.currency) for row in table.to_dict("records")],
            x_title=t("value.tenth_axis"),
        ),
        key="value-tenths",
        title=t("value.tenths"),
        caption=t(
            "value.tenths_caption",
            horizon=worth.params["horizon"],
            discount=formats.percent(worth.params["discount"], 0),
            margin=formats.percent(worth.params["margin"], 0),
            n=formats.number(table["customers"].sum()),
            as_of=formats.day(worth.as_of),
        ),
        table=_plain(worth.table),
        currency=worth.currency,
    )


def _tenth_text(row: dict[str, Any], currency: str) -> str:
    return t(
        "value.tenth_hover",
        tier=row["tier"],
        share=formats.percent(row["value_share"]),
        money=formats.money(row["expected_value"], currency),
        each=formats.money(row["value_per_customer"], currency),
        customers=formats.number(row["customers"]),
        purchases=formats.number(row["expected_purchases"]),
        interval=_range(row["purchases_lower"], row["purchases_upper"]),
    )


def calibration(result: ReportResult, tracking: ReportResult) -> None:
    """Draw what customers with so many purchases went on to buy, beside what was expected."""
    table: Table = result.table
    frame.show(
        foresight.groups(
            [f"{n}+" if n == _MOST else str(n) for n in table["frequency"]],
            table["actual"].tolist(),
            table["expected"].tolist(),
            lower=table["actual_lower"].tolist(),
            upper=table["actual_upper"].tolist(),
            names=(t("column.actual"), t("column.expected")),
            hover=[_group_text(row) for row in table.to_dict("records")],
            x_title=t("value.repeats_axis"),
        ),
        key="value-calibration",
        title=t("value.calibration"),
        caption=t(
            "value.calibration_caption",
            days=formats.number(tracking.table.attrs["test"]["days"]),
            n=formats.number(result.table["customers"].sum()),
            as_of=formats.day(result.as_of),
        ),
        table=table,
    )


def _group_text(row: dict[str, Any]) -> str:
    return t(
        "value.group_hover",
        n=formats.number(row["frequency"]),
        actual=formats.number(row["actual"], 2),
        lower=formats.number(row["actual_lower"], 2),
        upper=formats.number(row["actual_upper"], 2),
        expected=formats.number(row["expected"], 2),
        customers=formats.number(row["customers"]),
    )
