"""A small shop of own data and a sample beside it, for pages to be run on."""

import csv
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

N_CUSTOMERS = 240
ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60
MODEL_OPTIONS = {"n_factors": "8", "iterations": "3"}
BEGIN = datetime(2023, 1, 2, 10)


def order_rows():
    draw = np.random.default_rng(7)
    for customer in range(N_CUSTOMERS):
        day = float(draw.integers(0, 500))
        for purchase in range(1 + int(draw.geometric(0.5))):
            item = int(draw.integers(0, 12))
            yield {
                "order_id": f"{customer:04d}-{purchase}",
                "customer_id": f"c{customer:04d}",
                "ordered_at": (BEGIN + timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S"),
                "item_id": f"i{item:02d}",
                "item_name": f"Course {item}",
                "category": ("写作", "编程", "设计")[item % 3],
                "amount": f"{float(draw.integers(9, 300)):.2f}",
                "channel": ("search", "friends")[customer % 2],
            }
            day += float(draw.exponential(40)) + 1
            if day > 600:
                break


@pytest.fixture(scope="session")
def orders_csv(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "orders.csv"
    rows = list(order_rows())
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory, orders_csv):
    import analytics
    from analytics.settings import ImportSettings

    home = tmp_path_factory.mktemp("home")
    given = ImportSettings(timezone="Asia/Shanghai", currency="CNY")
    for name, is_sample in (("my-shop", False), ("sample", True)):
        workspace = analytics.open_workspace(
            home / name, create=True, name=name.title(), is_sample=is_sample
        )
        workspace.import_file(orders_csv, settings=given)
    analytics.open_workspace(home / "empty", create=True, name="Empty")
    return home


@pytest.fixture
def home(shop_home, monkeypatch, tmp_path):
    """Give the app this home; the single workspace of the environment is out of sight."""
    monkeypatch.setenv("HUITOU_HOME", str(shop_home))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))
    return shop_home


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))
    return tmp_path / "home"


@pytest.fixture
def empty_shop(empty_home):
    import analytics

    return analytics.open_workspace(empty_home / "shop", create=True, name="Shop")


@pytest.fixture(scope="module")
def trained_home(shop_home, tmp_path_factory):
    import analytics
    from recsys import training

    home = tmp_path_factory.mktemp("trained")
    shutil.copytree(shop_home / "my-shop", home / "my-shop")
    workspace = analytics.open_workspace(home / "my-shop")
    for name, options in (("item-neighbours", {}), ("ials", MODEL_OPTIONS)):
        training.train(workspace, model=name, options=options)
    return home


@pytest.fixture
def shop(trained_home, monkeypatch, tmp_path):
    import analytics

    monkeypatch.setenv("HUITOU_HOME", str(trained_home))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))
    yield analytics.open_workspace(trained_home / "my-shop")
    for folder in ("campaigns", "segments"):
        shutil.rmtree(trained_home / "my-shop" / folder, ignore_errors=True)


@pytest.fixture
def opened(shop):
    def run(page, **parameters):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        app.switch_page(str(ROOT / f"pages/{page}.py")).run()
        assert not app.exception, app.exception
        return app

    assert shop.version
    return run
