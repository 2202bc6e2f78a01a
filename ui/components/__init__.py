"""Small browser components of our own: NAME.html, NAME.css and NAME.js, mounted by name."""

from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components import v2

_FOLDER = Path(__file__).parent


@cache
def mounted(name: str) -> Any:
    """Register the component of this name and give its mounting command."""
    html, css, js = (
        (_FOLDER / f"{name}.{kind}").read_text("utf-8") for kind in ("html", "css", "js")
    )
    return v2.component(f"huitou_{name}", html=html, css=css, js=js)
