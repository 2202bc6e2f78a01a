"""The browser's face: navigation when run as a script, the server and its routes when imported."""

import streamlit as st

from ui import guard, navigation, uploads, warm, words


def main() -> None:
    """Draw the frame around the page that the address names, and the page."""
    st.set_page_config(
        page_title=words.t("app.name"), page_icon=str(navigation.ICON), layout="wide"
    )
    warm.wait()
    from ui import address, sidebar  # noqa: PLC0415 - the server listens before pandas is there

    with guard.shown():
        page = st.navigation(navigation.pages())
        address.enter(page.url_path, words.language())
        sidebar.show()
        st.title(page.title, anchor=False)
        page.run()


if __name__ == "__main__":
    main()
else:
    navigation.take_over()
    warm.start()
    app = st.App(__file__, routes=uploads.ROUTES, on_script_error=guard.on_script_error)
