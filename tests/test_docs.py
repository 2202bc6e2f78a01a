"""The README is held true: its commands exist, and nothing of the product is missing from it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.reports import catalogue

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_the_two_commands_come_first_and_exist():
    commands = re.findall(r"^make (\w+)", README, re.MULTILINE)
    assert commands[:2] == ["app", "test"]
    assert all(re.search(rf"^{command}:", MAKEFILE, re.MULTILINE) for command in commands)


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_report_is_in_the_readme(name):
    assert f"`{name}`" in README


def test_every_command_of_the_terminal_is_in_the_readme():
    import cli

    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    names |= {group.name for group in cli.app.registered_groups}
    told = set(re.findall(r"^\| `huitou (\w+)`", README, re.MULTILINE))
    assert told == names


def test_every_page_is_in_the_readme():
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    told = {
        name.lower()
        for name in re.findall(r"^\| ([A-Z]\w+) [\u4e00-\u9fff]+ \|", README, re.MULTILINE)
    }
    assert told == pages


def test_every_dependency_has_its_reason_in_the_readme():
    declared = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [")[1]
    names = re.findall(r'^\s+"([a-z-]+)', declared.split("\n]")[0], re.MULTILINE)
    table = README.split("## Dependencies")[1]
    assert [name for name in names if name not in table] == []


def test_constraints_hold_no_addresses():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[A-Za-z0-9_.+-]+", line) for line in lines)


def test_the_app_and_the_terminal_start_without_tensorflow():
    code = (
        "import sys, cli, analytics, recsys, ui.navigation, ui.data\n"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
