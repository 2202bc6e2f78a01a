"""The terminal's words about recommendations: training, judging, for whom what, who serves."""

from pathlib import Path
from typing import Annotated

import typer

import terminal
from analytics.errors import InvalidSettingError

models = typer.Typer(no_args_is_help=True, help="Trained recommenders: list, compare, choose.")

ListOption = Annotated[list[str] | None, typer.Option(metavar="ID")]


def train(
    workspace: terminal.WorkspaceOption = terminal.DEFAULT,
    model: Annotated[
        str, typer.Option(help="Name in the catalogue; automatic: the leaderboard chooses.")
    ] = "automatic",
    option: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE")] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="ACTION=WEIGHT", help="Such as view=0.1; 0 leaves the action out."),
    ] = None,
    half_life: Annotated[
        float | None, typer.Option(metavar="DAYS", help="An action counts half after so long.")
    ] = None,
    rating_threshold: Annotated[
        float | None, typer.Option(help="Lower ratings are left out; none: every one counts.")
    ] = None,
    dwell_seconds: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Spent on an item in a day, count as dwell in full."),
    ] = 60.0,
    repurchasable: Annotated[
        bool, typer.Option("--repurchasable", help="Offer what a customer owns again.")
    ] = False,
    search: Annotated[
        float | None, typer.Option(metavar="MINUTES", help="Look for better settings so long.")
    ] = None,
    trials: Annotated[int | None, typer.Option(help="Settings to try at most.")] = None,
    as_json: terminal.JsonOption = False,
) -> None:
    """Train a recommender, judge it on a time split, save it as a new version."""
    from analytics import open_workspace
    from recsys.actions import Counting
    from recsys.training import train as train_model

    weights = terminal.pairs(weight or [], "--weight")
    counting = Counting(
        weights={action: terminal.number(text, "--weight") for action, text in weights.items()},
        half_life_days=half_life,
        rating_threshold=rating_threshold,
        is_repurchasable=repurchasable,
        dwell_seconds=dwell_seconds,
    )
    answer = train_model(
        open_workspace(workspace),
        model=model,
        options=terminal.pairs(option or [], "--option"),
        counting=counting,
        search_minutes=search,
        search_trials=trials,
        progress=terminal.progress(),
    )
    metrics = answer["metrics"]
    plain = {name: one for name, one in metrics.items() if not isinstance(one, dict | list)}
    lines = "\n".join(f"  {name:<24}{value}" for name, value in plain.items())
    head = f"{answer['model']} {answer['version']}, {answer['seconds']:.1f} s"
    terminal.say(answer, as_json=as_json, text=f"{head}\n{lines}")


def evaluate(
    workspace: terminal.WorkspaceOption = terminal.DEFAULT,
    models: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Or A:OPTION=VALUE:..., as often as wanted."),
    ] = None,
    k: Annotated[str, typer.Option("--k", metavar="10,20,50")] = "10,20,50",
    split: Annotated[
        str, typer.Option(help="time, leave-last, or random-users (for papers only)")
    ] = "time",
    budget: Annotated[
        float, typer.Option(metavar="MINUTES", help="No further model is begun after it.", min=0)
    ] = 20.0,
    per_user: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="The metrics of each customer.")
    ] = None,
    as_json: terminal.JsonOption = False,
) -> None:
    """Compare recommenders on this workspace's own data, each with an interval."""
    from analytics import open_workspace
    from analytics.csv_export import csv_bytes
    from recsys.evaluation import DEFINITIONS
    from recsys.leaderboard import compare

    found = compare(
        open_workspace(workspace),
        models=models.split(",") if models else None,
        k=tuple(terminal.whole(part, "--k") for part in k.split(",")),
        split_by=split,
        budget_seconds=60 * budget,
        progress=terminal.progress(),
    )
    if per_user is not None:
        per_user.write_bytes(csv_bytes(found.per_user()))
    facts = found.board.attrs
    answer = {
        "split": split,
        "rows": terminal.records(found.board),
        "best": found.best,
        "tied": facts["tied"],
        "skipped": facts["skipped"],
        "notes": facts["notes"],
        "cut": facts["cut"] and str(facts["cut"]),
        "n_users": facts["n_users"],
        "groups": terminal.records(found.groups),
        "definitions": DEFINITIONS,
    }
    tables = [terminal.table(one) for one in (found.board, found.groups)]
    text = "\n! ".join(["\n\n".join([*tables, f"best: {found.best}"]), *facts["notes"]])
    terminal.say(answer, as_json=as_json, text=text)


def recommend(
    workspace: terminal.WorkspaceOption = terminal.DEFAULT,
    segment: Annotated[str | None, typer.Option(help="A segment's name.")] = None,
    customer: Annotated[str | None, typer.Option(metavar="ID")] = None,
    item: Annotated[str | None, typer.Option(metavar="ID", help="Who should get it next.")] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="The lists of all customers, into --out.")
    ] = False,
    kind: Annotated[str, typer.Option(help="Kind of segments, or saved.")] = "rfm",
    k: Annotated[int, typer.Option("-k", "--top", min=1)] = 10,
    min_price: Annotated[float | None, typer.Option(help="Of the items.")] = None,
    max_price: Annotated[float | None, typer.Option(help="Of the items.")] = None,
    per_category: Annotated[int | None, typer.Option(help="Items of one category at most.")] = None,
    content_type: Annotated[list[str] | None, typer.Option(metavar="TYPE")] = None,
    exclude: ListOption = None,
    pin: ListOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=".csv; with --all also .parquet")
    ] = None,
    as_json: terminal.JsonOption = False,
) -> None:
    """Say what to recommend to one customer, to a segment or to all, or whom to offer an item."""
    from recsys import answers
    from recsys.limits import Limits

    if sum([segment is not None, customer is not None, item is not None, everyone]) != 1:
        raise InvalidSettingError(
            "recommend", "none or several", "give --segment, --customer, --item or --all"
        )
    limits = Limits(
        min_price=min_price,
        max_price=max_price,
        per_category=per_category,
        content_types=tuple(content_type or ()),
        exclude=tuple(exclude or ()),
        pin=tuple(pin or ()),
    )
    from analytics import open_workspace

    shop = open_workspace(workspace)
    facts = {"version": shop.version}
    if everyone:
        _write_all(shop, out, k=k, as_json=as_json)
        return
    if customer is not None:
        frame = answers.for_customer(shop, customer, k=k)
    elif item is not None:
        found = answers.for_item(shop, item)
        frame = found.head(k) if out is None else found
    else:
        frame = answers.for_segment(shop, str(segment), kind=kind, k=k, limits=limits)
        facts["notes"] = frame.attrs["notes"]
    terminal.say_or_write(frame, out, as_json=as_json, facts=facts)


def _write_all(shop: object, out: Path | None, *, k: int, as_json: bool) -> None:
    from recsys import answers

    if out is None:
        raise InvalidSettingError("--out", "", "name the file, such as lists.parquet")
    answer = answers.all_lists(shop, out, k=k, progress=terminal.progress())
    text = "{customers:,} customers, {rows:,} rows → {file}".format(**answer)
    terminal.say(answer, as_json=as_json, text=text)


@models.command("list")
def list_models(
    workspace: terminal.WorkspaceOption = terminal.DEFAULT, as_json: terminal.JsonOption = False
) -> None:
    """List the trained versions, newest first, and mark the one that serves."""
    from analytics import open_workspace
    from recsys.answers import trained

    table = trained(open_workspace(workspace))
    answer = {"models": terminal.records(table)}
    terminal.say(answer, as_json=as_json, text=terminal.table(table))


@models.command("compare")
def compare_models(
    one: Annotated[str, typer.Argument(metavar="NAME/VERSION")],
    other: Annotated[str, typer.Argument(metavar="NAME/VERSION")],
    workspace: terminal.WorkspaceOption = terminal.DEFAULT,
    as_json: terminal.JsonOption = False,
) -> None:
    """Set the metrics of two trained versions side by side."""
    from analytics import open_workspace
    from recsys.answers import compared

    table = compared(open_workspace(workspace), one, other)
    notes = table.attrs["notes"]
    answer = {"one": one, "other": other, "rows": terminal.records(table), "notes": notes}
    text = "\n! ".join([terminal.table(table), *notes])
    terminal.say(answer, as_json=as_json, text=text)


@models.command("use")
def use_model(
    model: Annotated[str, typer.Argument(metavar="NAME/VERSION|automatic")],
    workspace: terminal.WorkspaceOption = terminal.DEFAULT,
    as_json: terminal.JsonOption = False,
) -> None:
    """Serve this version from now on (an older one: a rollback); automatic: the winner again."""
    from analytics import open_workspace
    from recsys.answers import use

    served = use(open_workspace(workspace), model)
    answer = {"model": served and served.name, "version": served and served.version}
    text = "nothing is trained yet" if served is None else f"{served.name} {served.version} serves"
    terminal.say(answer, as_json=as_json, text=text)
