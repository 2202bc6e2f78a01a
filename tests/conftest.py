"""The sample shop as a workspace, made once a session by the command that users run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory):
    """A folder of workspaces that holds the sample shop, ready to read. Copy it before writing."""
    home = tmp_path_factory.mktemp("sample-home")
    command = [sys.executable, "-m", "cli", "demo", "--workspace", str(home / "sample")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return home
