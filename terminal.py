"""What the terminal's words mean, and how answers come back: as text, as JSON, to a job."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.errors import HuitouError, InvalidSettingError
from analytics.store import jobs

if TYPE_CHECKING:
    import pandas as pd

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", envvar="HUITOU_WORKSPACE", help="The workspace's folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]
DEFAULT = Path("workspace")

_state: dict[str, Any] = {"job": None, "result": None, "left_out": []}


def begin() -> None:
    """Find the job that runs this command, if any."""
    _state.update(job=jobs.reporter(), left_out=[])


def end() -> None:
    """Tell the job that the command is done, with its answer."""
    if _state["job"] is not None:
        _state["job"].end("done", result=_state["result"])


def fail(sentence: str, code: int, state: jobs.State = "failed") -> int:
    """Say on standard error what went wrong, tell the job, return the exit code."""
    if _state["job"] is not None:
        _state["job"].end(state, error=sentence)
    if sentence not in (one["sentence"] for one in _state["left_out"]):
        sys.stderr.write(f"{sentence}\n")
    return code


def refuse(error: HuitouError) -> int:
    """Say what of the input is at fault; the job keeps it for a screen of any language."""
    if _state["job"] is not None:
        _state["job"].note(refused=_kept(error))
    return fail(str(error), 2)


def _kept(error: HuitouError) -> dict[str, Any]:
    return {"error": type(error).__name__, "values": vars(error), "sentence": str(error)}


def leave_out(path: Path, error: HuitouError) -> None:
    """Say on standard error that a file was left out and why; the job keeps it for the screen."""
    sys.stderr.write(f"{error}\n")
    _state["left_out"].append({"file": path.name, **_kept(error)})
    if _state["job"] is not None:
        _state["job"].note(left_out=_state["left_out"])


def has_left_out() -> bool:
    """Tell whether a file was left out."""
    return bool(_state["left_out"])


def say(answer: Any, *, as_json: bool, text: str) -> None:
    """Print the answer in the form asked for, and hand it to the job that runs this, if any."""
    if _state["job"] is not None:
        _state["result"] = answer
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else text)


def say_or_write(
    frame: "pd.DataFrame", out: Path | None, *, as_json: bool, facts: dict[str, Any]
) -> None:
    """Print a table, or write it as CSV and say where."""
    from analytics.csv_export import csv_bytes

    if out is not None:
        out.write_bytes(csv_bytes(frame))
    rows = [list(record.values()) for record in records(frame)]
    answer = {**facts, "columns": list(frame.columns), "rows": rows, "file": out and str(out)}
    say(answer, as_json=as_json, text=table(frame) if out is None else f"{len(frame)} → {out}")


def progress() -> Callable[..., None]:
    """Report to the job that runs this, to a terminal, or to nobody."""
    if _state["job"] is not None:
        return _state["job"]
    if not sys.stderr.isatty():
        return lambda *_, **__: None

    def show(fraction: float, message: str, **_: Any) -> None:
        sys.stderr.write(f"\r\x1b[K{fraction:4.0%}  {message}")
        if fraction >= 1:
            sys.stderr.write("\r\x1b[K")

    return show


def table(frame: "pd.DataFrame") -> str:
    """Write a table as text."""
    return frame.to_string(index=False, na_rep="") if len(frame) else "(no rows)"


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Give the rows as JSON has them: ISO dates, null for undefined."""
    text = frame.to_json(
        orient="records", date_format="iso", force_ascii=False, double_precision=15
    )
    return json.loads(text or "[]")


def pairs(values: list[str], option: str, *, may_be_empty: bool = False) -> dict[str, str]:
    """Read NAME=VALUE words; `--map FIELD=` drops a field.

    >>> pairs(["amount=Net", "email="], "--map", may_be_empty=True)
    {'amount': 'Net', 'email': ''}
    """
    found = {name: value for name, _, value in (word.partition("=") for word in values)}
    unclear = [value for value in values if "=" not in value]
    if unclear:
        raise InvalidSettingError(option, unclear[0], "write NAME=VALUE")
    for name, value in found.items():
        if not name or not (value or may_be_empty):
            raise InvalidSettingError(option, f"{name}={value}", "write NAME=VALUE")
    return found


def options(arguments: Iterable[str]) -> dict[str, str]:
    """Read the options of a report: `--NAME VALUE` or `--NAME=VALUE`.

    >>> options(["--horizons", "30,90", "--return-rule=on"])
    {'horizons': '30,90', 'return_rule': 'on'}
    """
    found: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        name, has_value, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            raise InvalidSettingError("an option", word, "write --NAME VALUE")
        text = value if has_value else next(rest, None)
        if text is None:
            raise InvalidSettingError(f"--{name}", "", "give it a value")
        found[name.replace("-", "_")] = text
    return found


def number(text: str, option: str) -> float:
    """Read a number, or say which option wants one."""
    try:
        return float(text)
    except ValueError as error:
        raise InvalidSettingError(option, text, "give a number") from error


def whole(text: str, option: str) -> int:
    """Read a whole number from 1.

    >>> whole(" 20", "--k")
    20
    """
    if not text.strip().isdigit() or int(text) < 1:
        raise InvalidSettingError(option, text, "use whole numbers such as 10,20")
    return int(text)
