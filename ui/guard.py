"""Where an error meets the reader: a sentence with a remedy, or a reference to the log.

`shown()` surrounds every page (app.py). What happens outside of it, in a callback or a fragment,
reaches `on_script_error`, which the server calls. A HuitouError is the input's fault and says how
to mend it; all else is a defect of ours: its trace goes to the log under a short reference, and
only the reference to the screen.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from analytics.errors import HuitouError
from ui.words import say_error, t

_log = logging.getLogger("huitou.ui")


@contextmanager
def shown() -> Iterator[None]:
    """Show an error that the reader can mend on the page instead of breaking it."""
    try:
        yield
    except HuitouError as error:
        tell(error)


def on_script_error(error: Exception) -> bool:
    """Show the error in our words; True tells the server that it is handled."""
    if isinstance(error, HuitouError):
        tell(error)
    else:
        _report_defect(error)
    return True


def tell(error: HuitouError) -> None:
    """Put the error's sentence on the page, in the reader's language."""
    st.error(say_error(error), icon=":material/error:")


def _report_defect(error: Exception) -> None:
    reference = secrets.token_hex(4)
    _log.error("defect %s", reference, exc_info=error)
    st.error(t("guard.defect", reference=reference), icon=":material/bug_report:")
