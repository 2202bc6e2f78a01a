"""What the data is worth: the waterfall from rows to customers who came back."""

import streamlit as st

from ui import data, formats
from ui.charts import bars, frame
from ui.words import name_of, t


def draw() -> None:
    """Draw how many lines, orders and customers are left after each step."""
    opened = data.workspace()
    if not opened.version:
        st.caption(t("quality.empty"))
        return
    table = opened.waterfall()
    labels = [name_of("step", step) for step in table["step"]]
    counts = table["count"].tolist()
    frame.show(
        bars.lying(
            labels,
            counts,
            texts=[formats.number(count) for count in counts],
            hover=[
                f"{label}<br>{formats.number(count)}"
                for label, count in zip(labels, counts, strict=True)
            ],
            is_share=False,
        ),
        key="quality-waterfall",
        title=t("quality.title"),
        caption=t(
            "quality.caption", rule=opened.settings.valid_rule, as_of=formats.day(opened.as_of)
        ),
        table=table,
    )
