"""The pages, in three groups, in the order of the sidebar; a page without a file is not listed.

To add a page: write pages/NAME.py, add its line here and `page.NAME`, `page.NAME_help` to the
words.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

from ui.words import t

ICON = Path(__file__).parent / "icon.svg"
_FOLDER = Path(__file__).parents[1] / "pages"


@dataclass(frozen=True)
class Entry:
    """One page: the name of its file, its icon and its group."""

    name: str
    icon: str
    group: str

    @property
    def path(self) -> Path:
        """The file that draws the page."""
        return _FOLDER / f"{self.name}.py"


ENTRIES = (
    Entry("overview", ":material/space_dashboard:", "read"),
    Entry("repurchase", ":material/replay:", "read"),
    Entry("retention", ":material/grid_on:", "read"),
    Entry("churn", ":material/trending_down:", "read"),
    Entry("segments", ":material/group:", "act"),
    Entry("recommendations", ":material/recommend:", "act"),
    Entry("campaigns", ":material/send:", "act"),
    Entry("data", ":material/upload_file:", "set_up"),
)


def take_over() -> None:
    """Keep Streamlit from listing pages/ itself before the frame has run once.

    It would, where the first address that the server is asked for names a page: the page would
    then run without the frame. There is no setting for it; `st.navigation` sets the same mark.
    """
    PagesManager.uses_pages_directory = False


def existing() -> list[Entry]:
    """List the entries whose page has been written."""
    return [entry for entry in ENTRIES if entry.path.exists()]


def pages() -> dict[str, list[StreamlitPage]]:
    """Give `st.navigation` its groups, titled in the reader's language."""
    grouped: dict[str, list[StreamlitPage]] = {}
    for entry in existing():
        grouped.setdefault(t(f"group.{entry.group}"), []).append(_page(entry))
    return grouped


def link(name: str, label: str, *, icon: str | None = None, **parameters: str) -> None:
    """Draw a link to a page, or nothing where the page is not written."""
    entry = next(entry for entry in ENTRIES if entry.name == name)
    if entry.path.exists():
        query = {**st.query_params.to_dict(), **parameters}
        st.page_link(_page(entry), label=label, icon=icon or entry.icon, query_params=query)


def _page(entry: Entry) -> StreamlitPage:
    return st.Page(
        entry.path,
        title=t(f"page.{entry.name}"),
        icon=entry.icon,
        url_path=entry.name,
        default=entry == existing()[0],
    )
