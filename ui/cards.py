"""KPI cards and the definition card.

A card holds a value, a grey line (interval and n; never a green arrow) and a sparkline of matured
periods. The definition card shows, in English, the docstring of the analytics function that
computed the page's numbers, so the code and the card can't part; in Chinese the words'
`definition.NAME`. Below stand the numbers of this very table (ui/facts.py): counted, of whom, left
out and why; then as-of, version, options and, when asked, the SQL that was run.
"""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from analytics.reports import Report, ReportResult
from ui import data, facts, formats
from ui.words import has, language, name_of, t

_MOST = 4
_PLACE = "cards"
_SIDE_BY_SIDE = f"""<style>
[class*="st-key-{_PLACE}-"] {{
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.6rem), 1fr));
}}
[class*="st-key-{_PLACE}-"] > * {{ width: 100%; }}
[class*="st-key-{_PLACE}-"] [data-testid^="stMetric"] * {{
  white-space: normal; overflow: visible;
}}
</style>"""
_HIDDEN_SECTIONS = {"Parameters", "Raises", "Examples"}  # for those who call it, not who read it


@dataclass(frozen=True)
class Kpi:
    """One card: label, value, grey line and help as written text, and the sparkline."""

    label: str
    value: str
    grey: str = ""
    spark: Sequence[float] = field(default_factory=tuple)
    chart: Literal["line", "bar", "area"] = "line"
    help: str | None = None


def row(kpis: Sequence[Kpi]) -> None:
    """Draw at most four cards in a row; on a phone two stand side by side."""
    st.html(_SIDE_BY_SIDE)
    shown = list(kpis)[:_MOST]
    place = st.container(key="-".join([_PLACE, *(kpi.label for kpi in shown)]))
    for kpi in shown:
        place.metric(
            kpi.label,
            kpi.value,
            kpi.grey or None,
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
            chart_data=[float(value) for value in kpi.spark] or None,
            chart_type=kpi.chart,
            help=kpi.help,
        )


def rate(
    label: str,
    share: float | None,
    *,
    lower: float | None,
    upper: float | None,
    n: float | None,
    spark: Sequence[float] = (),
) -> Kpi:
    """Make the card of a rate: value, interval and n."""
    grey = t("card.interval", interval=formats.interval(lower, upper), n=formats.number(n))
    return Kpi(label, formats.percent(share), grey, spark)


def definition(*results: ReportResult) -> None:
    """Draw one folded definition card that explains all these reports."""
    with st.expander(t("card.definition"), icon=":material/function:"):
        for result in results:
            st.markdown(f"**{name_of('report', result.report.name)}**")
            st.markdown(_explained(result.report))
            st.markdown("\n".join(f"- {line}" for line in facts.lines(result)))
            st.caption(_provenance(result))
            _sql(result)


def _sql(result: ReportResult) -> None:
    if st.toggle(t("card.sql"), key=f"sql_{result.report.name}"):
        for query in data.sql(result):
            st.code(query, language="sql")


def _explained(report: Report) -> str:
    key = f"definition.{report.name}"
    if language() == "zh" and has(key):
        return t(key)
    return as_markdown(inspect.getdoc(report.function) or "")


def _provenance(result: ReportResult) -> str:
    options = ", ".join(f"{name} = {value}" for name, value in result.params.items() if value)
    return t(
        "card.provenance",
        as_of=formats.day(result.as_of),
        version=result.version,
        options=options or formats.NOTHING,
    )


def as_markdown(docstring: str) -> str:
    r"""Turn a numpydoc docstring into Markdown: sections in bold, examples left out.

    >>> print(as_markdown("How many?\n\nNotes\n-----\nOwn definition.\n\nExamples\n-----\n1"))
    How many?
    <BLANKLINE>
    **Notes**
    <BLANKLINE>
    Own definition.
    """
    parts = re.split(r"(?m)^(\w[\w ]*)\n-{3,}\n", docstring)
    body = [parts[0].strip()]
    for head, text in zip(parts[1::2], parts[2::2], strict=True):
        if head not in _HIDDEN_SECTIONS:
            body.append(f"**{head}**\n\n{_listed(text)}")
    return "\n\n".join(part for part in body if part)


def _listed(section: str) -> str:
    """Set numpydoc's `name` / indented text pairs as list items."""
    lines = section.strip("\n").splitlines()
    if not any(line.startswith("    ") for line in lines):
        return "\n".join(lines).strip()
    items = [
        f"- `{line.strip()}`" if line[:1].strip() else f"  {line.strip()}"
        for line in lines
        if line.strip()
    ]
    return "\n".join(items)
