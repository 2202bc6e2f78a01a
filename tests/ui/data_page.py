"""The Data page as a test opens it, and the files that wait there."""

import shutil
from pathlib import Path

from analytics.store import jobs

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60


def opened(**parameters):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    if app.title[0].value not in {"Data", "数据"}:
        app.switch_page(str(ROOT / "pages/data.py")).run()
    assert not app.exception
    return app


def wait(shop, name, text=None, source=None):
    path = shop.folder("uploads") / name
    if source is not None:
        shutil.copyfile(source, path)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def button(app, label):
    return next(one for one in app.button if one.label.startswith(label))


def choice(app, part):
    return next(one for one in app.selectbox if part in str(one.key))


def question(app, part):
    return next(one for one in app.radio if part in str(one.key))


def badges(app):
    """The state of each waiting file, by the badge of its row."""
    texts = [one.value for one in app.markdown if "-badge[:material" in one.value]
    return [text.partition(": ")[2].partition("]")[0] for text in texts]


def finished(shop):
    status = jobs.latest(shop.path, "import").wait()
    assert status.state == "done", status.error
    return status
