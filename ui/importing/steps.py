"""Where the reader is on the way from files to data: one line of three steps."""

import streamlit as st

from ui import jobs
from ui.importing import failures, running, waiting
from ui.words import t

_STEPS = ("files", "understanding", "result")


def draw() -> None:
    """Draw the three steps, the present one in the accent."""
    now = present()
    parts = [
        f":{'primary' if step == now else 'gray'}-badge[{number} {t(f'imports.way_{step}')}]"
        for number, step in enumerate(_STEPS, start=1)
    ]
    st.markdown(" :gray[→] ".join(parts))


def present() -> str:
    """Tell which step the page is at: an import just run, files that wait, or neither."""
    if jobs.is_running(failures.KIND) or running.is_news():
        return "result"
    return "understanding" if waiting.files() else "files"
