"""The registry of workspaces: what is listed, what is made; sample and own data stay apart."""

import pytest

import analytics
from ui import workspaces


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "single"))
    return tmp_path


def slugs():
    return [entry.slug for entry in workspaces.entries()]


@pytest.mark.usefixtures("home")
def test_nothing_is_listed_where_nothing_is():
    assert slugs() == []
    assert not workspaces.exists()


def test_the_single_workspace_comes_first(home):
    analytics.open_workspace(home / "home" / "b", create=True)
    analytics.open_workspace(home / "home" / "a", create=True)
    analytics.open_workspace(home / "single", create=True)
    assert slugs() == ["single", "a", "b"]


def test_a_workspace_below_the_home_is_listed_once(home, monkeypatch):
    analytics.open_workspace(home / "home" / "a", create=True)
    monkeypatch.setenv("HUITOU_WORKSPACE", str(home / "home" / "a"))
    assert slugs() == ["a"]


def test_two_of_one_name_have_two_addresses(home):
    analytics.open_workspace(home / "single", create=True)
    analytics.open_workspace(home / "home" / "single", create=True)
    assert slugs() == ["single", "single-2"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("My Shop!", "my-shop"), ("我的店铺", "我的店铺"), ("../../x", "x"), ("…", "shop")],
)
def test_a_new_workspace_gets_a_folder_of_its_own(home, name, slug):
    entry = workspaces.create(name)
    assert entry.slug == slug
    assert entry.path.parent == home / "home"
    assert analytics.open_workspace(entry.path).name == name
    assert workspaces.create(name).slug == f"{slug}-2"


def test_own_data_never_goes_into_the_sample(home):
    analytics.open_workspace(home / "single", create=True, name="Sample", is_sample=True)
    entry = workspaces.for_own_data("My shop")
    assert entry.slug == "my-shop"
    assert not analytics.open_workspace(entry.path).is_sample


def test_own_data_stays_in_an_own_workspace(home):
    analytics.open_workspace(home / "single", create=True)
    assert workspaces.for_own_data("My shop").slug == "single"
    assert slugs() == ["single"]
