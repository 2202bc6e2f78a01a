"""The tab "Score" of the Churn page: how good the forecast is, who is about to leave, and why."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.churn.score import TOO_GOOD
from analytics.churn.score_gains import Side, gains_table
from analytics.reports import ReportResult
from ui import controls, findings, formats, navigation, page, people, scoring
from ui.charts import bars, curves, dots, frame
from ui.scoring import Judged
from ui.types import Table
from ui.words import t

_HALF = 0.5
_SPLIT = (6, 4)
_SIDES: tuple[Side, ...] = ("buyers", "leavers")
_CHANCES = (0.5, 0.8, 0.9)


def read(horizon: int) -> Judged:
    """Learn and judge, or take what is kept; the wait is told."""
    with st.spinner(t("score.learning")):
        return scoring.of_page(horizon)


def head(judged: Judged, horizon: int) -> None:
    """Say how good the score is; sound the alarm where it is too good."""
    row = judged.row
    if row["auc"] > TOO_GOOD:
        st.error(t("score.leak", auc=formats.number(row["auc"], 3)), icon=":material/warning:")
    said = (_against_rule(judged), _among_active(judged), _calibration(judged))
    st.markdown(findings.joined(_top(judged, horizon), *said))


def _sides(judged: Judged) -> tuple[Side, ...]:
    """List who is sought; first those whose share leaves room to be richer than everyone."""
    return _SIDES if judged.row["base_rate"] > _HALF else _SIDES[::-1]


def _top(judged: Judged, horizon: int) -> str:
    side = _sides(judged)[0]
    table = gains_table(judged.ranking, side=side)
    first, everyone = table.iloc[0], table.iloc[-1]
    return t(
        f"score.top_{side}",
        rate=formats.percent(first["rate"], 0),
        interval=formats.interval(first["ci_lower"], first["ci_upper"], 0),
        n=formats.number(first["denominator"]),
        horizon=horizon,
        base=formats.percent(everyone["rate"], 0),
        lift=formats.number(first["lift"], 1),
    )


def _against_rule(judged: Judged) -> str:
    table: Table = judged.reports["churn-score"].table
    rule: Any = table[table["model"] == "recency"].iloc[0]
    row = judged.row
    values = {
        "auc": formats.number(row["auc"] * 100, 1),
        "interval": f"{formats.number(row['auc_lower'] * 100, 1)} – "
        f"{formats.number(row['auc_upper'] * 100, 1)}",
        "rule": formats.number(rule["auc"] * 100, 1),
    }
    name = "beats_rule" if row["auc_lower"] > rule["auc_upper"] else "like_rule"
    return t(f"score.{name}", **values)


def _among_active(judged: Judged) -> str:
    auc = judged.row["auc_active"]
    if formats.is_nothing(auc):
        return ""
    return t("score.among_active", active=formats.number(auc * 100, 1))


def _calibration(judged: Judged) -> str:
    table: Table = judged.reports["churn-reliability"].table
    whole: Any = table[table["bin"] == 0].iloc[0]
    return t(
        "score.calibration",
        forecast=formats.percent(whole["forecast"], 0),
        rate=formats.percent(whole["rate"], 0),
    )


def gains(judged: Judged, horizon: int) -> None:
    """Draw who was found in each tenth of the list; say what a campaign's size would have met."""
    side = controls.pills("sought", _sides(judged))
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with right:
        size = st.number_input(
            t("score.size"), min_value=1, max_value=judged.ranking.buyers, value=_usual(judged)
        )
    table = gains_table(judged.ranking, side=side, size=int(size))
    campaign: Any = table[table["decile_rate"].isna()].iloc[0]
    with left:
        st.markdown(_campaign(campaign, side, int(size)))
    _tenths(table[table["decile_rate"].notna()], judged, side, horizon)


def _usual(judged: Judged) -> int:
    """A twentieth of the shop, in fifties, at most 500."""
    twentieth = 50 * round(judged.ranking.buyers / 1000)
    return min(max(twentieth, 50), 500)


def _campaign(row: Any, side: str, size: int) -> str:
    return t(
        f"score.campaign_{side}",
        size=formats.number(size),
        rate=formats.percent(row["rate"], 0),
        interval=formats.interval(row["ci_lower"], row["ci_upper"], 0),
        gain=formats.percent(row["gain"], 0),
    )


def _tenths(table: Table, judged: Judged, side: str, horizon: int) -> None:
    row = judged.row
    base = 1 - row["base_rate"] if side == "buyers" else row["base_rate"]
    score = judged.reports["churn-score"]
    labels = [t("score.tenth", n=place) for place in range(1, len(table) + 1)]
    rates = table["decile_rate"].tolist()
    hover = [
        t(
            "score.tenth_hover",
            label=label,
            rate=formats.percent(rate),
            lift=formats.number(lift, 2),
            gain=formats.percent(gain, 0),
        )
        for label, rate, lift, gain in zip(
            labels, rates, table["decile_lift"], table["gain"], strict=True
        )
    ]
    figure = bars.lying(
        labels,
        rates,
        texts=[formats.percent(rate, 0) for rate in rates],
        hover=hover,
        muted=[rate < base for rate in rates],
        mark=base,
    )
    frame.show(
        figure,
        key="score-tenths",
        title=t(f"score.tenths_{side}", horizon=horizon),
        caption=t(
            "score.tenths_caption",
            n=formats.number(row["n"]),
            cut=formats.day(score.params["cut"]),
            as_of=formats.day(score.as_of),
        ),
        table=table,
    )


def cumulative(judged: Judged) -> None:
    """Draw how many of those sought lie in the top of the list, from either end of it."""
    tables = {side: gains_table(judged.ranking, side=side) for side in _SIDES}
    lines = [
        curves.Curve(
            t(f"choice.sought_{side}"),
            [0.0, *table["top_share"]],
            [0.0, *table["gain"]],
            hover=["", *(_gain_hover(row) for row in table.to_dict("records"))],
        )
        for side, table in tables.items()
    ]
    frame.show(
        curves.against(lines, x_title=t("score.top_of_list"), y_title=t("score.found")),
        key="score-gains",
        title=t("score.cumulative"),
        caption=t("score.cumulative_caption", n=formats.number(judged.row["n"])),
        table=pd.concat([table.assign(group=side) for side, table in tables.items()]),
    )


def _gain_hover(row: dict[str, Any]) -> str:
    return t(
        "score.gain_hover",
        top=formats.percent(row["top_share"], 0),
        gain=formats.percent(row["gain"]),
        numerator=formats.number(row["numerator"]),
        denominator=formats.number(row["denominator"]),
    )


def models(judged: Judged) -> None:
    """Draw the candidates' AUC side by side."""
    result = judged.reports["churn-score"]
    table: Table = result.table
    labels = [t(f"score_model.{name}") for name in table["model"]]
    frame.show(
        dots.shares(
            labels,
            table["auc"].tolist(),
            table["auc_lower"].tolist(),
            table["auc_upper"].tolist(),
            texts=[formats.percent(value) for value in table["auc"]],
            hover=[_model_hover(row) for row in table.to_dict("records")],
            is_own=table["chosen"].tolist(),
            is_final=[True] * len(table),
            start=_HALF,
        ),
        key="score-models",
        title=t("score.models"),
        caption=t(
            "score.models_caption",
            n=formats.number(judged.row["n"]),
            base=formats.percent(judged.row["base_rate"], 0),
        ),
        table=table,
    )


def _model_hover(row: dict[str, Any]) -> str:
    return t(
        "score.model_hover",
        model=t(f"score_model.{row['model']}"),
        auc=formats.percent(row["auc"]),
        interval=formats.interval(row["auc_lower"], row["auc_upper"]),
        brier=formats.number(row["brier"], 4),
        error=formats.percent(row["calibration_error"]),
        lift=formats.number(row["buy_lift_10"], 2),
    )


def reliability(judged: Judged) -> None:
    """Draw forecast against outcome for each snapshot; on the diagonal it kept its word."""
    result = judged.reports["churn-reliability"]
    table: Table = result.table[result.table["bin"] > 0]
    parts = sorted(table.groupby("cut"), key=lambda part: part[0], reverse=True)
    lines = [
        curves.Curve(
            formats.day(cut),
            part["forecast"].tolist(),
            part["rate"].tolist(),
            part["ci_lower"].tolist() if place == 0 else None,
            part["ci_upper"].tolist() if place == 0 else None,
            [_bin_hover(row, cut) for row in part.to_dict("records")],
        )
        for place, (cut, part) in enumerate(parts)
    ]
    frame.show(
        curves.against(lines, x_title=t("score.forecast"), y_title=t("score.happened")),
        key="score-reliability",
        title=t("score.reliability"),
        caption=t("score.reliability_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )


def _bin_hover(row: dict[str, Any], cut: object) -> str:
    return t(
        "score.bin_hover",
        cut=formats.day(cut),
        forecast=formats.percent(row["forecast"]),
        rate=formats.percent(row["rate"]),
        numerator=formats.number(row["numerator"]),
        denominator=formats.number(row["denominator"]),
    )


def importance(judged: Judged) -> None:
    """Draw how much worse the forecast is without each fact; grey where it is none."""
    table: Table = judged.reports["churn-importance"].table
    labels = [t(f"score_fact.{name}") for name in table["fact"]]
    values = table["brier_rise"].clip(lower=0)
    share = values / max(values.sum(), 1e-9)
    hover = [
        t(
            "score.fact_hover",
            fact=label,
            share=formats.percent(part, 0),
            rise=formats.number(row["brier_rise"], 4),
            lower=formats.number(row["rise_lower"], 4),
            upper=formats.number(row["rise_upper"], 4),
        )
        for label, part, row in zip(labels, share, table.to_dict("records"), strict=True)
    ]
    frame.show(
        bars.lying(
            labels,
            share.tolist(),
            texts=[formats.percent(part, 0) for part in share],
            hover=hover,
            muted=(table["rise_lower"] <= 0).tolist(),
        ),
        key="score-importance",
        title=t("score.importance"),
        caption=t("score.importance_caption", model=t(f"score_model.{judged.chosen}")),
        table=table,
    )


def people_of(judged: Judged, horizon: int) -> None:
    """Show the active customers who are likely to stay away, the most at stake first."""
    least = controls.pills("least_chance", _CHANCES, label=_percent)
    people.panel(
        t("score.people", chance=formats.percent(least, 0)),
        scoring.people,
        name=f"leaving-{round(least * 100)}",
        summary=t("score.people_summary", horizon=horizon),
        horizon=horizon,
        chosen=judged.chosen,
        least=least,
        **scoring.reader(),
    )
    navigation.link("campaigns", t("score.to_campaign"), kind="risk", segment="save-first")


def _percent(chance: float) -> str:
    return t("score.from", chance=formats.percent(chance, 0))


def tab(horizon: int) -> tuple[ReportResult, ...]:
    """Draw the tab: the finding, whom it would have met, who is next; give what it rests on."""
    judged = read(horizon)
    head(judged, horizon)
    left, right = st.columns(_SPLIT, gap="large")
    with left:
        gains(judged, horizon)
    with right:
        importance(judged)
    with st.spinner(t("score.listing")):
        people_of(judged, horizon)
    left, right = st.columns(2, gap="large")
    with left:
        models(judged)
        cumulative(judged)
    with right:
        reliability(judged)
    results = tuple(judged.reports.values())
    page.notes(*(result.notes for result in results))
    return results
