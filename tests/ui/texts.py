"""What a page that was run says."""


def said(app):
    return " ".join(str(one.value) for one in [*app.markdown, *app.caption, *app.subheader])
