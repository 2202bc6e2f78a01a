"""Table and mapping of a file: known export, headers and values, and what the user says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import MissingColumnsError, NoCustomersError, UnknownNameError
from analytics.intake import matching
from analytics.intake.fields import mappable_fields
from analytics.intake.identities import CHAIN
from analytics.intake.proposals import Proposal
from analytics.intake.recogniser import Platform
from analytics.intake.table_choice import Samples, TableChoice, candidates, choose_table
from analytics.notes import Note

_FIRM, _LIKELY = 0.9, 0.7
# What a known export may leave to the headers: columns that describe, not those that decide.
_COMPLETED = frozenset(
    [
        "item_id",
        "item_name",
        "category",
        "content_type",
        "coupon",
        "channel",
        "currency",
        "country",
        "city",
        "gender",
        "age",
        "tags",
        "teacher",
        "description",
        "signed_up_at",
        "published_at",
        "reason",
    ]
)


@dataclass(frozen=True)
class ColumnMap:
    """Field to column, all proposals behind it, and what is doubtful."""

    mapping: dict[str, str]
    proposals: tuple[Proposal, ...]
    warnings: tuple[Note, ...] = ()


def table_of(
    file: str,
    table: str | None,
    platform: Platform | None,
    samples: Samples,
    wanted: Mapping[str, str | None],
) -> TableChoice:
    """Say which table a file is: the user's word, the known export, else its columns.

    Parameters
    ----------
    file
        Its name.
    table
        What the user chose.
    platform
        The known export, if it is one.
    samples
        Column to its first cells.
    wanted
        What the user says of columns.
    """
    if table:
        return TableChoice(table, Note("table_chosen", "you chose it"))
    if platform:
        note = Note("table_of_platform", "{title} hold it", title=platform.title)
        return TableChoice(platform.table, note)
    return choose_table(file, samples, wanted)


def map_columns(
    file: str,
    table: str,
    platform: Platform | None,
    samples: Samples,
    wanted: Mapping[str, str | None],
) -> ColumnMap:
    """Give the fields of a table their columns.

    Parameters
    ----------
    file
        Its name, for messages.
    table
        The canonical table.
    platform
        The known export, if it is one: its columns come first, firm proposals complete them.
    samples
        Column to its first cells.
    wanted
        What the user says; an empty column drops the field.

    Raises
    ------
    MissingColumnsError
        If nothing can fill a required field.
    AmbiguousMappingError
        If two columns fit a required field equally well.
    UnknownNameError
        If a field or column that the user names does not exist.
    """
    proposals = matching.propose(table, samples)
    if platform:
        found = platform.mapping(list(samples))
        note = Note("platform_column", "{title} name it so", title=platform.title)
        known = [Proposal(name, column, 1.0, note) for name, column in found.items()]
        proposals = known + [one for one in proposals if found.get(one.field) != one.column]
        found = _completed(table, found, proposals) | _needed(table, found, proposals, samples)
    else:
        found = matching.assign(proposals, keeps_names=table == "customers", samples=samples)
    found = _override(file, table, found, wanted, list(samples))
    _check_missing(file, table, found, samples)
    undecided = {name: column for name, column in found.items() if name not in wanted}
    if platform:
        return ColumnMap(found, tuple(proposals))
    matching.check_ties(file, table, proposals, undecided, samples)
    close = matching.close_calls(proposals, undecided, samples)
    return ColumnMap(found, tuple(proposals), tuple(close))


def _completed(
    table: str, found: Mapping[str, str], proposals: Sequence[Proposal]
) -> dict[str, str]:
    """Let firm proposals fill what a known export does not name."""
    completed = dict(found)
    may = _COMPLETED | ({"email", "phone"} if table == "customers" else set())
    for one in proposals:
        is_new = one.field not in completed and one.column not in completed.values()
        if is_new and one.field in may and one.confidence >= _FIRM:
            completed[one.field] = one.column
    return completed


def _needed(
    table: str, found: Mapping[str, str], proposals: Sequence[Proposal], samples: Samples
) -> dict[str, str]:
    """Find what every row needs where a known export names it otherwise, as in another language."""
    lacking = set(matching.missing(table, found))
    if table == "order_lines" and "order_id" not in found:
        lacking.add("order_id")
    if not lacking:
        return {}
    lacking |= {*CHAIN} if "customer_id" in lacking else set()
    lacking |= {*matching.MONEY_FIELDS} if "amount" in lacking else set()
    free = [one for one in proposals if one.column not in found.values()]
    guessed = matching.assign(free, keeps_names=table == "customers", samples=samples)
    return {field: column for field, column in guessed.items() if field in lacking}


def _check_missing(file: str, table: str, found: Mapping[str, str], samples: Samples) -> None:
    lacking = matching.missing(table, found)
    if not lacking:
        return
    possible = candidates(lacking, samples, found)
    if lacking == ["customer_id"] and table == "order_lines" and not possible:
        raise NoCustomersError(file, f"none of its columns ({', '.join(samples)}) says who bought")
    raise MissingColumnsError(file, lacking, samples, candidates=possible)


def _override(
    file: str,
    table: str,
    found: dict[str, str],
    wanted: Mapping[str, str | None],
    names: Sequence[str],
) -> dict[str, str]:
    found = dict(found)
    for name, column in wanted.items():
        if name not in mappable_fields(table) and name not in found:
            raise UnknownNameError("field", name, mappable_fields(table))
        if not column:
            found.pop(name, None)
            continue
        if column not in names:
            raise UnknownNameError(f"column of {file}", column, names)
        found[name] = column
        if name in matching.MONEY_FIELDS and name == "amount":
            found = {key: value for key, value in found.items() if key == name or value != column}
    return found


def checked_platform(
    file: str,
    platform: Platform | None,
    samples: Samples,
    wanted: Mapping[str, str | None],
) -> Platform | None:
    """Return the known export, or nothing if it should name nobody but this file does.

    Raises
    ------
    NoCustomersError
        If it is a known export that names nobody, and no column is said to.
    """
    if platform is None or not platform.refusal or any(wanted.get(name) for name in CHAIN):
        return platform
    found = matching.propose("order_lines", samples)
    if any(one.field in CHAIN[:3] and one.confidence >= _LIKELY for one in found):
        return None
    raise NoCustomersError(file, platform.refusal)
