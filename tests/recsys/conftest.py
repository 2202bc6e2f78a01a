import pytest

from tests.recsys.shop import SmallWorkspace, tasteful, tasteless


@pytest.fixture
def tasteful_workspace(tmp_path):
    return SmallWorkspace(tmp_path, purchases=tasteful())


@pytest.fixture
def tasteless_workspace(tmp_path):
    return SmallWorkspace(tmp_path, purchases=tasteless())
