"""A figure as a picture to take away: a button that saves the Plotly drawing on the page as PNG.

The browser makes the picture from what it shows; no server-side renderer is needed.
"""

from ui import components, downloads, theme
from ui.words import t


def button(key: str, title: str) -> None:
    """Draw the button for the figure with this key; the title is written above the picture."""
    colors = theme.colors()
    components.mounted("picture")(
        key=f"picture_{key}",
        data={
            "key": key,
            "title": title,
            "name": downloads.file_name(key, "png"),
            "label": t("download.picture"),
            "background": colors.background,
            "color": colors.text,
        },
        width="content",
    )
