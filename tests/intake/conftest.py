"""Fixtures of the intake tests."""

from pathlib import Path

import pytest

from tests.intake.files import stage_file

SHARED = Path(__file__).parents[2].parent / "shared"
TOLD = pytest.StashKey[list[str]]()


@pytest.fixture
def stage(tmp_path):
    """Write a text or bytes as a file and stage it."""

    def run(text, *, name="sales.csv", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return stage_file(path, tmp_path, **options)

    return run


@pytest.fixture
def shared():
    if not SHARED.is_dir():
        pytest.skip("the reference data does not lie beside the checkout")
    return SHARED


@pytest.fixture
def tell(request):
    """Add a line to the table that stands below the results of the tests."""
    return request.config.stash.setdefault(TOLD, []).append


def pytest_terminal_summary(terminalreporter, config):
    if lines := config.stash.get(TOLD, []):
        terminalreporter.section("what came of the exports by others")
        for line in sorted(lines):
            terminalreporter.write_line(line)
