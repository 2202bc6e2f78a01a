"""The figures' look: the colours of .streamlit/config.toml as one Plotly template, light and dark.

A figure asks `colors()` for a role (text, muted, border, accent, loss, warning, categories,
sequence) and is shown by ui/charts/frame.py, which applies `template()`. The reader's theme comes
from the browser.
"""

from dataclasses import dataclass
from functools import cache

import plotly.graph_objects as go
import streamlit as st

FONTS = 'Inter, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif'


@dataclass(frozen=True)
class Colors:
    """Colours by role; `sequence` runs from little to much."""

    background: str
    second: str
    text: str
    muted: str
    border: str
    accent: str
    loss: str
    warning: str
    categories: tuple[str, ...]
    sequence: tuple[str, ...]


LIGHT = Colors(
    background="#FFFFFF",
    second="#F6F7F5",
    text="#1B2420",
    muted="#66736C",
    border="#E4E8E4",
    accent="#0F766E",
    loss="#B0413E",
    warning="#D97706",
    categories=("#0F766E", "#D97706", "#4F6BB0", "#B0413E", "#6B7F2A", "#7A5195"),
    sequence=("#F1F6F4", "#A9D3C9", "#3D9A8C", "#0B5A53"),
)
DARK = Colors(
    background="#121816",
    second="#1A2220",
    text="#E6ECE8",
    muted="#9AA8A1",
    border="#2C3733",
    accent="#3FB8A8",
    loss="#E08481",
    warning="#E9A23B",
    categories=("#3FB8A8", "#E9A23B", "#8EA6DE", "#E08481", "#A9BF5C", "#B491CE"),
    sequence=("#1B2925", "#1F544D", "#2F9385", "#8FE0D2"),
)


def is_dark() -> bool:
    """Tell whether the reader's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def colors() -> Colors:
    """Give the colours of the theme that the reader sees."""
    return DARK if is_dark() else LIGHT


@cache
def template(chosen: Colors) -> go.layout.Template:
    """Build the one Plotly template: quiet axes, no frame, tabular hover in the app's font."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": chosen.border,
        "tickcolor": chosen.border,
        "tickfont": {"color": chosen.muted, "size": 12},
        "title": {"font": {"color": chosen.muted, "size": 12}, "standoff": 8},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONTS, "size": 13, "color": chosen.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(chosen.categories),
            "xaxis": axis,
            "yaxis": {**axis, "showgrid": True, "gridcolor": chosen.border},
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "hoverlabel": {
                "bgcolor": chosen.second,
                "bordercolor": chosen.border,
                "font": {"family": FONTS, "color": chosen.text, "size": 13},
                "align": "left",
            },
            "dragmode": False,
        }
    )


def faded(color: str, opacity: float) -> str:
    """Give the colour with this opacity, for bands.

    >>> faded("#0F766E", 0.15)
    'rgba(15,118,110,0.15)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def shade(share: float, chosen: Colors) -> str:
    """Give the colour at this place of the sequence, 0 the least, 1 the most.

    >>> shade(0, LIGHT), shade(1, LIGHT)
    ('#F1F6F4', '#0B5A53')
    """
    stops = chosen.sequence
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return _mix(stops[left], stops[left + 1], place - left)


def text_on(share: float, chosen: Colors) -> str:
    """Give black or white, whichever is more legible on `shade(share)`."""
    light = _luminance(shade(share, chosen))
    return "#FFFFFF" if (1.05 / (light + 0.05)) > ((light + 0.05) / 0.05) else "#000000"


def _luminance(color: str) -> float:
    """Relative luminance as in WCAG 2."""
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(first: str, second: str, weight: float) -> str:
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * weight):02X}" for a, b in pairs)
