"""The terminal's face: `huitou …`. Exit 0 done, 2 the input is at fault, 1 a defect of ours."""

import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import cli_recommender
import terminal
from analytics.errors import CancelledError, HuitouError
from analytics.settings import ImportSettings, ValidOrderRule
from terminal import DEFAULT, JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from analytics import Workspace

ROOT = Path(__file__).resolve().parent
SAMPLE_FILES = ("users", "items", "orders", "events", "ratings", "subscriptions")
SAMPLE_ZONE, SAMPLE_CURRENCY = "Asia/Shanghai", "CNY"

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
campaign = typer.Typer(no_args_is_help=True, help="Target lists with a stored holdout.")
app.add_typer(campaign, name="campaign")
app.add_typer(cli_recommender.models, name="models")


def _open(path: Path, *, create: bool = False) -> "Workspace":
    from analytics import open_workspace

    return open_workspace(path, create=create)


@app.command()
def serve(port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None) -> None:
    """Serve the app to browsers; STREAMLIT_SERVER_PORT is honoured."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    chosen = ["--server.port", str(port)] if port is not None else []
    os.execv(sys.executable, [*command, *chosen])  # noqa: S606 -- our own interpreter


@app.command()
def demo(workspace: WorkspaceOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Make a workspace from the sample shop: imported, marts built, a recommender trained."""
    from analytics import open_workspace
    from recsys.training import saved, train

    shop = open_workspace(workspace, create=True, name="青禾学堂 Qinghe Academy", is_sample=True)
    settings = ImportSettings(timezone=SAMPLE_ZONE, currency=SAMPLE_CURRENCY)
    progress, started = terminal.progress(), time.monotonic()
    loaded = {report["file"] for report in shop.reports()}
    for name in SAMPLE_FILES:
        path = ROOT / "sample_data" / f"{name}.csv"
        if path.name not in loaded:
            shop.import_file(path, settings=settings, progress=progress)
    if not saved(shop):
        train(shop, progress=progress)
    seconds = round(time.monotonic() - started, 1)
    answer = {"workspace": str(workspace), "version": shop.version, "seconds": seconds}
    text = f"{workspace}: version {shop.version} is ready ({seconds} s)."
    terminal.say(answer, as_json=as_json, text=text)


@app.command("import")
def import_files(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...")] = None,
    workspace: WorkspaceOption = DEFAULT,
    table: Annotated[str | None, typer.Option("--as", metavar="TABLE")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN")] = None,
    timezone: Annotated[str | None, typer.Option(metavar="TZ")] = None,
    currency: Annotated[str | None, typer.Option(metavar="C")] = None,
    encoding: Annotated[str | None, typer.Option()] = None,
    delimiter: Annotated[str | None, typer.Option()] = None,
    header_line: Annotated[int | None, typer.Option(help="0: no header.")] = None,
    date_order: Annotated[str | None, typer.Option(help="day-first, month-first …")] = None,
    decimal: Annotated[str | None, typer.Option(metavar="MARK", help=". or ,")] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="Of a workbook.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(metavar="WORD=STATUS", help="What a status word means.")
    ] = None,
    valid_rule: Annotated[str | None, typer.Option(metavar="RULE", help="'amount>=0'")] = None,
    remember: Annotated[
        bool, typer.Option("--remember", help="Read files with these columns so from now on.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Read them as if nothing had been decided before.")
    ] = False,
    plan: Annotated[Path | None, typer.Option(help="JSON: what was decided per file.")] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Load what can be; leave out files at fault.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, load nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Load exports of a selling platform, in any order, as one new version of the workspace.

    Corrections are remembered for the next file with the same columns.
    """
    from analytics import intake
    from analytics.store.plan import read_plan
    from analytics.store.readings import Request

    if not files and plan is None:
        raise typer.BadParameter("name at least one file", param_hint="FILE...")
    given = ImportSettings(
        timezone=timezone,
        currency=currency,
        encoding=encoding,
        delimiter=delimiter,
        header_line=header_line,
        date_order=date_order,
        sheet=sheet,
        decimal=decimal,
        status_words=tuple(sorted(terminal.pairs(status or [], "--status").items())),
    )
    chosen = terminal.pairs(mapping or [], "--map", may_be_empty=True) or None
    shop = _open(workspace, create=True)
    if valid_rule is not None:
        shop.change_settings(valid_rule=str(ValidOrderRule.parse(valid_rule)))
    with tempfile.TemporaryDirectory(prefix="huitou-") as folder:
        tables = [
            table_file
            for number, path in enumerate(files or [])
            for table_file in intake.unpack(path, _subfolder(folder, number))
        ]
        wanted = [Request(one, table, chosen, given, remember, forget) for one in tables]
        wanted += read_plan(plan) if plan else []
        reports = shop.import_files(
            wanted,
            dry_run=dry_run,
            progress=terminal.progress(),
            on_failure=terminal.leave_out if keep_going else None,
        )
    told = [report.to_json() for report in reports]
    text = "\n\n".join([*map(str, reports), *([] if dry_run else [_standing(shop)])])
    terminal.say(told[0] if len(told) == 1 else told, as_json=as_json, text=text)
    if terminal.has_left_out():
        raise typer.Exit(2)


def _standing(shop: "Workspace") -> str:
    """From all lines of the workspace to the customers who came back, a step a line."""
    steps = shop.waterfall()
    lines = [
        f"  {count:>12,}  {label}"
        for count, label in zip(steps["count"], steps["label"], strict=True)
    ]
    return "\n".join([f"{shop.name}, version {shop.version}", *lines])


def _subfolder(folder: str, number: int) -> Path:
    made = Path(folder) / str(number)
    made.mkdir()
    return made


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def report(
    context: typer.Context,
    name: str,
    workspace: WorkspaceOption = DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Print any report of the catalogue; its own options follow its name."""
    from analytics.errors import UnknownNameError
    from analytics.reports import catalogue, parse_options, run_report

    if name not in catalogue():
        raise UnknownNameError("report", name, catalogue())
    options = parse_options(catalogue()[name], terminal.options(context.args))
    result = run_report(_open(workspace), name, **options)
    notes = "".join(f"\n! {note}" for note in result.notes)
    heading = f"{name}, as of {result.as_of}, version {result.version}"
    terminal.say(
        result.to_json(), as_json=as_json, text=f"{heading}\n{terminal.table(result.table)}{notes}"
    )


app.command()(cli_recommender.train)
app.command()(cli_recommender.evaluate)
app.command()(cli_recommender.recommend)


@app.command()
def segments(
    workspace: WorkspaceOption = DEFAULT,
    kind: Annotated[str, typer.Option(help="rfm, lifecycle, value or risk")] = "rfm",
    as_json: JsonOption = False,
) -> None:
    """List the segments of a kind and who is in them."""
    from analytics.segments import members, summary

    shop = _open(workspace)
    people: Any = members(shop, kind)
    sizes = summary(people)
    answer = {
        "kind": kind,
        "as_of": shop.as_of,
        "version": shop.version,
        "segments": sizes.to_dict("records"),
        "members": people[["customer_id", "segment"]].to_dict("records"),
    }
    terminal.say(answer, as_json=as_json, text=terminal.table(sizes))


@campaign.command("create")
def create_campaign(
    segment: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option(metavar="FILE.csv")],
    workspace: WorkspaceOption = DEFAULT,
    kind: Annotated[str, typer.Option(help="Kind of segments.")] = "rfm",
    name: Annotated[str | None, typer.Option()] = None,
    holdout: Annotated[float, typer.Option(min=0.0, max=0.9)] = 0.1,
    lang: Annotated[Literal["en", "zh"] | None, typer.Option(help="The file's language.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a target list with a stored holdout and write it as CSV."""
    from recsys.answers import target_list

    made = target_list(
        _open(workspace), name=name or out.stem, kind=kind, segment=segment, holdout=holdout
    )
    if lang is None:
        out.write_bytes(made.csv())
    else:
        from ui.spoken_lists import spoken_csv

        out.write_bytes(spoken_csv(made, lang))
    facts = {**made.facts, "file": str(out)}
    text = "{name}: {n_treatment:,} to contact, {n_holdout:,} held out → {file}".format(**facts)
    terminal.say(facts, as_json=as_json, text=text)


@campaign.command("list")
def list_campaigns(workspace: WorkspaceOption = DEFAULT, as_json: JsonOption = False) -> None:
    """List the campaigns of a workspace."""
    from recsys.campaigns.lists import register

    made = register(_open(workspace))
    terminal.say({"campaigns": terminal.records(made)}, as_json=as_json, text=terminal.table(made))


@app.command()
def versions(
    workspace: WorkspaceOption = DEFAULT,
    compare: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="A B", help="Two versions, and why they differ."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a workspace, newest first, or compare two."""
    shop = _open(workspace)
    if compare is not None:
        table = shop.compare(*compare)
        notes = table.attrs["notes"]
        rows = terminal.records(table)
        answer = {"older": compare[0], "newer": compare[1], "rows": rows, "notes": notes}
        text = "\n! ".join([terminal.table(table), *notes])
        terminal.say(answer, as_json=as_json, text=text)
        return
    found = [
        {
            "version": one.number,
            "created_at": one.created_at,
            "action": one.action,
            "subject": one.subject,
            "headline": dict(one.headline),
        }
        for one in shop.versions()
    ]
    lines = [
        f"{one['version']:>4}  {one['created_at']}  {one['action']} {one['subject']}"
        for one in found
    ]
    text = "\n".join(lines) or "(empty)"
    terminal.say({"versions": found}, as_json=as_json, text=text)


@app.command()
def undo(workspace: WorkspaceOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Go back to the version before this one, as a new version."""
    made = _open(workspace).undo()
    answer = {"version": made.number, "undone": made.subject}
    terminal.say(answer, as_json=as_json, text=f"version {made.number}: undone {made.subject}")


@app.command()
def vacuum(
    workspace: WorkspaceOption = DEFAULT,
    keep: Annotated[int, typer.Option(help="How many versions stay.")] = 10,
    hours: Annotated[int, typer.Option(help="Files needed until so long ago stay too.")] = 24,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, remove nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Free the disk of old versions and of files that no version needs."""
    told = _open(workspace).free(keep=keep, hours=hours, dry_run=dry_run)
    text = (
        f"{len(told.versions)} versions and {told.files} files {'can go' if dry_run else 'removed'}"
        f", {told.freed / 1e6:,.1f} MB; {told.size / 1e6:,.1f} MB stay"
    )
    terminal.say(vars(told), as_json=as_json, text=text)


def main() -> None:
    """Run `huitou`, translate errors into exit codes, tell the job how it ended."""
    terminal.begin()
    try:
        code = _guarded()
    except CancelledError as error:
        code = terminal.fail(str(error), 2, "cancelled")
    sys.exit(code)


def _guarded() -> int:
    try:
        stopped = app(standalone_mode=False)  # the code of a `typer.Exit`, where one was raised
    except typer.TyperException as error:  # the command line itself is at fault
        told = getattr(error, "format_message", error.__str__)
        return terminal.fail(told(), 2)
    except CancelledError:
        raise
    except HuitouError as error:
        return terminal.refuse(error)
    except Exception:  # noqa: BLE001 -- the last line of defence: a defect is told and exits with 1
        return terminal.fail(traceback.format_exc(), 1)
    terminal.end()
    return stopped or 0


if __name__ == "__main__":
    main()
