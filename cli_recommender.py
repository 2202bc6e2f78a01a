"""The terminal's words about recommendations: for whom what, and which trained model serves."""

from pathlib import Path
from typing import Annotated

import typer

import terminal
from analytics.errors import InvalidSettingError

models = typer.Typer(no_args_is_help=True, help="Trained recommenders: list, compare, choose.")

ListOption = Annotated[list[str] | None, typer.Option(metavar="ID")]


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
