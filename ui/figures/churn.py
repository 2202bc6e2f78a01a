"""Figures of the Churn page: silence and the chance to return, lifetimes, traits, rules."""

from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import cards, controls, findings, formats, members, page, people, tables
from ui.charts import at_risk, bars, curves, forest, frame
from ui.figures import chances as chance_figure
from ui.figures import groups, hover
from ui.types import Row, Table
from ui.words import t, trait

RULES = ("below-20%", "below-50%", "fixed")
TABS = ("survival", "drivers", "score", "loss", "rules", "value", "subscriptions")
_ALL = "all"
_SAID_LIVED = 3  # place of the stay that is told: half a year
_CLEAR_Q = 0.05
_MOST_SAID = 3


def silence(result: ReportResult, rule: str, fixed_days: int) -> int:
    """Give the silent days of the chosen rule; the fixed ones where the data name none."""
    row = rule_row(result.table, rule)
    return fixed_days if row is None else int(row["silent_days"])


def lost_after(result: ReportResult, rule: str, fixed_days: int) -> int:
    """Give the silent days after which the page counts a customer as lost.

    Those of the rule, but at-risk is not lost: for the 50 % rule the days of the 20 % one.
    """
    return max(silence(result, "fixed" if rule == "fixed" else "below-20%", fixed_days), 1)


def rule_row(table: Table, rule: str) -> Row | None:
    """Give the row of a rule that the data could find, or None."""
    rows: Table = table[(table["rule"] == rule) & table["silent_days"].notna()]
    return None if rule == "fixed" or rows.empty else rows.iloc[0]


def measured(result: ReportResult, days: int) -> Row:
    """Give the row that tells how well the rule of so many days did."""
    return result.table[result.table["silent_days"] == days].iloc[0]


def finding(result: ReportResult, days: int, *, horizon: int) -> str:
    """Say after how much silence customers are lost, how many are, and how often that is wrong."""
    row = measured(result, days)
    headline = t(
        "churn.finding",
        days=formats.days(days),
        chance=formats.percent(row["chance"], 0),
        horizon=horizon,
    )
    now = t(
        "churn.finding_now",
        customers=formats.number(row["customers"]),
        share=formats.percent(row["share"], 0),
    )
    if not row["denominator"]:
        return findings.joined(headline, now)
    wrong = t(
        "churn.finding_error",
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        horizon=horizon,
    )
    return findings.joined(headline, now, wrong)


def kpis(result: ReportResult, summary: Table, *, days: int, lost_days: int) -> None:
    """Draw the cards: after how much silence at risk and lost, the chosen rule's error, lifetimes.

    "Lost after" shows the days that the lifetimes below count with, whatever the rule.
    """
    found = rule_row(result.table, "below-50%")
    never = cards.Kpi(t("churn.at_risk"), formats.NOTHING, t("churn.never"))
    shown = [
        never
        if found is None
        else _threshold(t("churn.at_risk"), int(found["silent_days"]), found),
        _threshold(t("churn.lost"), lost_days, _row_of(result, lost_days)),
    ]
    row = measured(result, days)
    error = cards.rate(
        t("churn.error", days=formats.days(days)),
        row["rate"],
        lower=row["ci_lower"],
        upper=row["ci_upper"],
        n=row["denominator"],
    )
    cards.row([*shown, error, _lifetime(summary)])


def _row_of(result: ReportResult, days: int) -> Row | None:
    rows: Table = result.table[result.table["silent_days"] == days]
    return None if rows.empty else rows.iloc[0]


def _threshold(label: str, days: int, row: Row | None) -> cards.Kpi:
    grey = "" if row is None else t("churn.people", n=formats.number(row["customers"]))
    return cards.Kpi(label, _after(days), grey)


def _after(days: int) -> str:
    return formats.days(days) if days else t("churn.from_start")


def _lifetime(summary: Table) -> cards.Kpi:
    total = summary["customers"].sum()
    mean = (summary["restricted_mean_days"] * summary["customers"]).sum() / total
    grey = t("churn.until", days=formats.days(summary["until_days"].iloc[0]))
    return cards.Kpi(t("churn.lifetime"), formats.days(mean), grey)


def chances(table: Table, *, days: int, horizon: int, as_of: object) -> None:
    """Draw the chance to return by silence so far; what lies beyond the threshold is red."""
    chance_figure.show(
        table,
        key="chance-to-return",
        title=t("churn.chances", horizon=horizon),
        caption=t("churn.chances_caption", days=formats.days(days), as_of=formats.day(as_of)),
        red_from=days,
    )


def survival(result: ReportResult, summary: Table, *, lost_days: int) -> None:
    """Draw who is still a customer by days since the first purchase, a line a group."""
    table: Table = result.table
    lines = [
        curves.Curve(
            "" if name == _ALL else name,
            part["duration"].tolist(),
            part["survival"].tolist(),
            part["ci_lower"].fillna(part["survival"]).tolist(),
            part["ci_upper"].fillna(part["survival"]).tolist(),
            hover.curve(part, day="duration", is_event_share=False),
        )
        for name, part in curves.largest(table, "group")
    ]
    figure = curves.steps(lines, x_title=t("churn.days_since_first"))
    days = at_risk.ticks(int(table["duration"].max()))
    waiting = [_waiting(part, days) for _, part in curves.largest(table, "group")]
    at_risk.below(figure, days, waiting, title=t("churn.still_followed"))
    st.markdown(stay_said(summary))
    frame.show(
        figure,
        key="survival",
        title=t("churn.survival"),
        caption=t(
            "churn.survival_caption",
            days=formats.days(lost_days),
            n=formats.number(summary["customers"].sum()),
            as_of=formats.day(result.as_of),
        )
        + groups.left_out(table, len(lines)),
        table=summary,
    )


def _waiting(part: Table, days: list[int]) -> at_risk.Numbers:
    later = part["duration"].to_numpy().searchsorted(days)
    counts = [*part["n_at_risk"].tolist(), None]
    return at_risk.Numbers([counts[place] for place in later])


def stay_said(summary: Table) -> str:
    """Say how long customers stay on average; of several groups, those who stay longest and least.

    Whether groups differ beyond chance is told by the log-rank test in the notes.
    """
    ordered: Table = summary.sort_values("restricted_mean_days", ascending=False)
    until = formats.days(summary["until_days"].iloc[0])
    longest = _stay(ordered.iloc[0])
    if len(ordered) == 1:
        return t("churn.stay", until=until, **longest)
    shortest = {f"other_{name}": value for name, value in _stay(ordered.iloc[-1]).items()}
    return t("churn.stay_groups", until=until, **longest, **shortest)


def _stay(row: Row) -> dict[str, str]:
    return {
        "group": groups.group_name(str(row["group"])),
        "mean": formats.days(row["restricted_mean_days"]),
        "interval": f"{formats.number(row['mean_lower'])} – {formats.number(row['mean_upper'])}",
        "n": formats.number(row["customers"]),
    }


def remaining(result: ReportResult) -> None:
    """Say how much longer they stay who have stayed for a while; the table holds the others."""
    known: Table = result.table[result.table["median_remaining_days"].notna()]
    if known.empty:
        return
    row = known.iloc[min(_SAID_LIVED, len(known) - 1)]
    st.markdown(
        t(
            "churn.remaining",
            lived=formats.days(row["lived_days"]),
            more=formats.days(row["median_remaining_days"]),
            chance=formats.percent(row["chance"]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
            n=formats.number(row["n_at_risk"]),
        )
    )
    tables.below(result.table, name="remaining-life", title=t("churn.remaining_title"))


def drivers(result: ReportResult, *, lost_days: int) -> None:
    """Draw the hazard ratios, the clearest first; grey where chance could explain them."""
    table: Table = result.table.sort_values(["q_value", "covariate"], ignore_index=True)
    page.head(drivers_said(table))
    labels = [trait(name) for name in table["covariate"]]
    frame.show(
        forest.ratios(
            labels,
            table["hazard_ratio"].tolist(),
            table["ci_lower"].tolist(),
            table["ci_upper"].tolist(),
            hover=[_ratio_text(trait(row["covariate"]), row) for row in table.to_dict("records")],
            is_clear=(table["q_value"] < _CLEAR_Q).tolist(),
            x_title=t("churn.ratio_axis"),
        ),
        key="drivers",
        title=t("churn.drivers"),
        caption=t(
            "churn.drivers_caption", days=formats.days(lost_days), as_of=formats.day(result.as_of)
        ),
        table=table,
    )


def drivers_said(table: Table) -> str:
    """Say which traits go with leaving sooner or later, the clearest first; or that none does."""
    clear: Table = table[table["q_value"] < _CLEAR_Q]
    if clear.empty:
        return findings.joined(t("churn.drivers_none", tested=len(table)))
    said = [
        t(
            "churn.drivers_said",
            trait=trait(row["covariate"]),
            ratio=formats.number(row["hazard_ratio"], 2),
            lower=formats.number(row["ci_lower"], 2),
            upper=formats.number(row["ci_upper"], 2),
            n=formats.number(row["customers"]),
        )
        for row in clear.head(_MOST_SAID).to_dict("records")
    ]
    rest = len(table) - len(clear)
    return findings.joined(*said, t("churn.drivers_rest", rest=rest) if rest else "")


def _ratio_text(label: str, row: dict[str, Any]) -> str:
    return t(
        "churn.ratio_hover",
        label=label,
        ratio=formats.number(row["hazard_ratio"], 2),
        lower=formats.number(row["ci_lower"], 2),
        upper=formats.number(row["ci_upper"], 2),
        q=formats.number(row["q_value"], 3),
        n=formats.number(row["customers"]),
    )


def rules(result: ReportResult) -> None:
    """Draw the error of every rule: who was flagged and came back all the same."""
    table: Table = result.table[result.table["denominator"].fillna(0) > 0]
    page.head(rules_said(table))
    labels = [
        t("churn.rule_fixed", days=formats.days(days))
        if rule == "fixed"
        else t(f"churn.rule_{rule.removesuffix('%').replace('-', '_')}", days=formats.days(days))
        for rule, days in zip(table["rule"], table["silent_days"], strict=True)
    ]
    names = iter(labels)
    frame.show(
        bars.lying(
            labels,
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            texts=[formats.percent(rate, 0) for rate in table["rate"]],
            hover=hover.rates(table, lambda _: next(names)),
        ),
        key="rules",
        title=t("churn.rules"),
        caption=t("churn.rules_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )


def rules_said(table: Table) -> str:
    """Say how the error falls with the days waited; nothing where it does not or is unknown."""
    fixed: Table = table[table["rule"] == "fixed"].sort_values("silent_days")
    if fixed.empty or fixed["ci_lower"].iloc[0] <= fixed["ci_upper"].iloc[-1]:
        return ""
    ends = {"most": fixed.iloc[0], "least": fixed.iloc[-1]}
    said = {name: formats.percent(row["rate"], 0) for name, row in ends.items()}
    for name, row in ends.items():
        said[f"{name}_interval"] = formats.interval(row["ci_lower"], row["ci_upper"], 0)
        said[f"{name}_n"] = formats.number(row["denominator"])
    few, many = (formats.number(row["silent_days"]) for row in ends.values())
    horizon = int(fixed["horizon_days"].iloc[0])
    return findings.joined(t("churn.rules_said", few=few, many=many, horizon=horizon, **said))


def people_of(days: int) -> None:
    """Show who has been silent for longer than that."""
    people.panel(
        t("churn.people_title", days=formats.days(days)),
        members.silent,
        name=f"silent-{days}",
        at_least=days + 1,
    )


def rule_choice() -> tuple[str, int]:
    """Let the reader choose the rule; the fixed days matter with the fixed rule."""
    rule = controls.choice("at_risk_rule", RULES)
    return rule, controls.slider("fixed_days", 7, 365, 90) if rule == "fixed" else 90


def tab_label(name: str) -> str:
    """Say what a tab shows."""
    return t(f"churn.tab_{name}")
