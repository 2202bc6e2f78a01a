"""The tab "Subscriptions" of the Churn page: renewals, recurring revenue, what is to come."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import cards, controls, data, findings, formats, guard, navigation, page
from ui.charts import bars, curves, frame, waterfall
from ui.figures import hover, renewals
from ui.theme import colors
from ui.types import Row, Table
from ui.words import name_of, t

_PERIODS = ("month", "quarter", "year")
_MOVES = ("new", "reactivation", "expansion", "contraction", "churned")
_LOSSES = ("contraction", "churned")
_MODELS = {"sbg": "sBG", "bdw": "BdW"}
_LATER = 12


def alone() -> None:
    """Where there are no orders, let the subscriptions be the whole page."""
    if data.workspace().count("purchases"):
        return
    with guard.shown():
        explained = tab()
        st.caption(f":material/info: {t('subscription.alone')}")
        cards.definition(*explained)
    st.stop()


def tab() -> tuple[ReportResult, ...]:
    """Draw the tab and give the reports behind it; without subscriptions, say how to get them."""
    if not data.workspace().count("subscriptions"):
        st.info(t("subscription.none"), icon=":material/upload_file:")
        navigation.link("data", t("empty.go_to_data"))
        return ()
    period = controls.pills("period", _PERIODS)
    moved = data.report("subscriptions", period=period)
    page.head(finding(moved))
    kpis(moved)
    left, right = st.columns(2, gap="large")
    with left:
        _waterfall(moved)
    with right:
        _rates(moved)
    _moves(moved)
    explained = [moved]
    left, right = st.columns(2, gap="large")
    with left, guard.shown():
        explained.append(to_come := data.report("subscription-projection"))
        _projection(to_come)
    with right, guard.shown():
        explained.append(others := data.report("subscription-definitions", period=period))
        _definitions(others)
    with guard.shown():
        explained.append(cohorts := data.report("subscription-renewals"))
        renewals.grid(cohorts)
    page.notes(*(one.notes for one in explained[:2]))
    return tuple(explained)


def newest(result: ReportResult) -> Row | None:
    """Give the newest period whose grace is over and in which something was due."""
    table: Table = result.table
    final: Table = table[table["is_mature"].astype(bool) & (table["due"] > 0)]
    return None if final.empty else final.iloc[-1]


def finding(result: ReportResult) -> str:
    """Say how many renewed in the newest final period and what became of recurring revenue."""
    row = newest(result)
    if row is None:
        return t("subscription.finding_none")
    headline = t(
        "subscription.finding",
        period=_when(row, result),
        renewed=formats.number(row["renewed"]),
        due=formats.number(row["due"]),
        rate=formats.percent(row["renewal_rate"]),
        interval=formats.interval(row["renewal_lower"], row["renewal_upper"]),
    )
    failed = t(
        "subscription.finding_failed",
        failed=formats.number(row["involuntary"]),
        lost=formats.number(row["due"] - row["renewed"]),
    )
    return findings.joined(headline, _money_said(row), failed if row["involuntary"] else "")


def _money_said(row: Row) -> str:
    if not row["mrr_start"]:
        return ""
    return t(
        "subscription.finding_money",
        start=formats.money(row["mrr_start"], row["currency"]),
        end=formats.money(row["mrr_end"], row["currency"]),
        nrr=formats.percent(row["nrr"]),
        interval=formats.interval(row["nrr_lower"], row["nrr_upper"]),
    )


def _when(row: Row, result: ReportResult) -> str:
    return formats.period(row["period"], result.params["period"])


def kpis(result: ReportResult) -> None:
    """Draw the cards: renewal rate, churn, net revenue kept, trials; sparks of final periods."""
    row = newest(result)
    if row is None:
        return
    when = _when(row, result)
    final: Table = result.table[result.table["is_mature"].astype(bool)]
    cards.row(
        [
            _share(t("subscription.renewal", period=when), row, final, "renewal", "due"),
            _share(t("subscription.churn", period=when), row, final, "churn", "active_start"),
            _net(row, final),
            _share(t("subscription.trial"), row, final, "trial", "trials")
            if row["trials"]
            else cards.Kpi(t("subscription.trial"), formats.NOTHING, t("subscription.trial_none")),
        ]
    )


def _net(row: Row, final: Table) -> cards.Kpi:
    gross = t(
        "subscription.grr_help",
        grr=formats.percent(row["grr"]),
        interval=formats.interval(row["grr_lower"], row["grr_upper"]),
    )
    net = cards.rate(
        t("subscription.nrr"),
        row["nrr"],
        lower=row["nrr_lower"],
        upper=row["nrr_upper"],
        n=row["mrr_customers"],
        spark=findings.series(final["nrr"]),
    )
    return replace(net, help=gross)


def _share(label: str, row: Row, final: Table, name: str, n: str) -> cards.Kpi:
    return cards.rate(
        label,
        row[f"{name}_rate"],
        lower=row[f"{name}_lower"],
        upper=row[f"{name}_upper"],
        n=row[n],
        spark=findings.series(final[f"{name}_rate"]),
    )


def _waterfall(result: ReportResult) -> None:
    row = newest(result)
    if row is None or not (row["mrr_start"] or row["mrr_end"]):
        return
    currency = row["currency"]
    steps = [("start", row["mrr_start"])]
    steps += [(name, _signed(row, name)) for name in _MOVES if row[f"mrr_{name}"]]
    steps += [("end", row["mrr_end"])]
    labels = [t(f"subscription.bar_{name}") for name, _ in steps]
    texts = [formats.money(value, currency) for _, value in steps]
    frame.show(
        waterfall.lying(
            labels,
            [float(value) for _, value in steps],
            texts=texts,
            hover=hover.amounts([_when(row, result)] * len(steps), labels, texts),
        ),
        key="mrr-waterfall",
        title=t("subscription.waterfall", period=_when(row, result)),
        caption=t(
            "subscription.waterfall_caption",
            currency=currency,
            as_of=formats.day(result.as_of),
        ),
        table=result.table,
        currency=currency,
    )


def _signed(row: Any, name: str) -> float:
    return -row[f"mrr_{name}"] if name in _LOSSES else row[f"mrr_{name}"]


def _rates(result: ReportResult) -> None:
    table: Table = result.table
    final: Table = table[table["is_mature"].astype(bool) & (table["due"] > 0)]
    if final.empty:
        return
    unit = result.params["period"]
    rates = final.assign(
        rate=final["renewal_rate"], ci_lower=final["renewal_lower"], ci_upper=final["renewal_upper"]
    )
    line = curves.Curve(
        "",
        [formats.period(day, unit) for day in final["period"]],
        final["renewal_rate"].tolist(),
        final["renewal_lower"].tolist(),
        final["renewal_upper"].tolist(),
        hover.rates(
            rates,
            lambda row: formats.period(row["period"], unit),
            numerator="renewed",
            denominator="due",
        ),
    )
    frame.show(
        curves.trend([line]),
        key="renewal-rates",
        title=t("subscription.rates"),
        caption=t(
            "subscription.rates_caption",
            grace=result.params["grace"],
            period=name_of("billing_term", unit),
            as_of=formats.day(result.as_of),
        ),
        table=final,
        currency=final["currency"].iloc[-1],
    )


def _moves(result: ReportResult) -> None:
    table: Table = result.table
    if not table["mrr_end"].any():
        return
    unit, currency = result.params["period"], table["currency"].iloc[-1]
    labels = [formats.period(day, unit) for day in table["period"]]
    palette = colors()
    inks = dict(zip(_MOVES, [*palette.categories[:3], palette.border, palette.loss], strict=True))
    layers = [
        bars.Layer(
            name := t(f"subscription.bar_{move}"),
            values := [_signed(row, move) for row in table.to_dict("records")],
            inks[move],
            hover.amounts(
                labels, [name] * len(labels), [formats.money(value, currency) for value in values]
            ),
        )
        for move in _MOVES
        if table[f"mrr_{move}"].any()
    ]
    frame.show(
        bars.stack(labels, layers),
        key="mrr-moves",
        title=t("subscription.mrr"),
        caption=t(
            "subscription.mrr_caption",
            period=name_of("billing_term", unit),
            currency=currency,
            as_of=formats.day(result.as_of),
        ),
        table=table,
        currency=currency,
    )


def _projection(result: ReportResult) -> None:
    table: Table = result.table
    judged = table.attrs
    seen: Table = table[table["is_mature"].astype(bool)]
    model = _MODELS[judged["model"]]
    lines = [
        _line(t("subscription.observed"), seen, "survival", band=True),
        _line(t("subscription.drawn_on", model=model), table, "projected"),
        _line(t("subscription.forecast"), table[table["is_held_out"]], judged["model"]),
    ]
    frame.show(
        curves.numbered(lines, x_title=t("subscription.renewals_axis")),
        key="renewals-to-come",
        title=t("subscription.projection"),
        caption=t(
            "subscription.projection_caption",
            term=name_of("billing_term", judged["interval"]),
            model=model,
            held=judged["held_out"],
            n=formats.number(seen["due"].iloc[0]),
            as_of=formats.day(result.as_of),
        ),
        table=table,
    )
    st.caption(remaining_said(result))


def _line(name: str, part: Table, column: str, *, band: bool = False) -> curves.Curve:
    return curves.Curve(
        name,
        part["renewal"].tolist(),
        part[column].tolist(),
        part["survival_lower"].fillna(part[column]).tolist() if band else None,
        part["survival_upper"].fillna(part[column]).tolist() if band else None,
        [
            t(
                "subscription.point_hover",
                n=row["renewal"],
                share=formats.percent(row[column]),
                due=formats.number(row["due"]),
            )
            for row in part.to_dict("records")
        ],
    )


def remaining_said(result: ReportResult) -> str:
    """Say how many renewals are still to come of a young and of an old subscriber."""
    by_number: Row = result.table.set_index("renewal")["remaining_discounted"]
    later = min(_LATER, int(by_number.index.max()))
    return t(
        "subscription.said_remaining",
        first=formats.number(by_number[1], 1),
        later=later,
        more=formats.number(by_number[later], 1),
        discount=formats.percent(result.params["discount"], 0),
    )


def _definitions(result: ReportResult) -> None:
    churn: Table = result.table[result.table["definition"] != "renewal"]
    labels = [name_of("subscription_definition", name) for name in churn["definition"]]
    names = iter(labels)
    unit = result.params["period"]
    frame.show(
        bars.lying(
            labels,
            churn["rate"].tolist(),
            lower=churn["ci_lower"].tolist(),
            upper=churn["ci_upper"].tolist(),
            texts=[formats.percent(rate) for rate in churn["rate"]],
            hover=hover.rates(churn, lambda _: next(names)),
            muted=(churn["product"] != "Huitou").tolist(),
        ),
        key="churn-definitions",
        title=t("subscription.definitions", period=name_of("billing_term", unit)),
        caption=t(
            "subscription.definitions_caption",
            when=formats.period(churn["period"].iloc[0], unit),
        ),
        table=result.table,
    )
    with st.expander(t("subscription.why"), icon=":material/help:"):
        page.notes(result.notes)
