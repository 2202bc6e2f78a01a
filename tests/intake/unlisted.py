"""Exports of platforms that no recogniser knows, and what the generic matcher must make of them.

The headers are those that the platforms write; the rows are our own.
"""

from dataclasses import dataclass, field

from analytics import intake


@dataclass(frozen=True)
class Case:
    """A small file and its right reading.

    `money` is the column that must be the amount or, where a file has one row per order, may be
    the order's total as well; `absent` are fields that no column may fill; `never` are columns
    that may fill nothing.
    """

    name: str
    text: str
    table: str
    mapping: dict[str, str]
    money: str | None = None
    absent: tuple[str, ...] = ()
    never: tuple[str, ...] = field(default=())


def differences(case, folder):
    """Return what is wrong in the reading of a case, an empty list if nothing is."""
    path = folder / case.name
    path.write_text(case.text, encoding="utf-8")
    found = intake.understand(path)
    wrong = []
    if found.table != case.table:
        wrong.append(f"table {found.table}, not {case.table}")
    wrong += [
        f"{name} = {found.mapping.get(name)!r}, not {column!r}"
        for name, column in case.mapping.items()
        if found.mapping.get(name) != column
    ]
    if case.money and case.money not in {
        found.mapping.get("amount"),
        found.mapping.get("order_total"),
    }:
        wrong.append(f"money = {found.mapping.get('amount')!r}, not {case.money!r}")
    wrong += [
        f"{name} = {found.mapping[name]!r}, not nothing"
        for name in case.absent
        if name in found.mapping
    ]
    used = {column: name for name, column in found.mapping.items()}
    wrong += [f"{column} used as {used[column]}" for column in case.never if column in used]
    return wrong


def param(case):
    return case.name.rsplit(".", 1)[0]
