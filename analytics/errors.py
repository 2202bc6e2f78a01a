"""Every error that a user can meet, each one clear sentence: what, where, got, how to mend."""

import re
from collections.abc import Iterable, Mapping, Sequence

_COLUMNS_SHOWN = 12
_SHELL = re.compile(r"[\s'()&;|<>*?$!#`]")


class HuitouError(Exception):
    """Root of all errors whose cause is the user's input or the state of the workspace."""


def _place(file: str | None, line: int | None) -> str:
    where = f"{file}" if file else ""
    if line is not None:
        where += f", line {line}" if where else f"line {line}"
    return f"{where}: " if where else ""


def _map(field: str, column: str) -> str:
    """Write the option that names the column, as a shell takes it.

    >>> _map("email", "mail"), _map("email", "buyer mail")
    ('--map email=mail', '--map "email=buyer mail"')
    """
    word = f"{field}={column}"
    return f'--map "{word}"' if _SHELL.search(word) else f"--map {word}"


class UnreadableFileError(HuitouError, ValueError):
    """A file that can't be read as a table.

    >>> str(UnreadableFileError("a.csv", "it is empty", "export it again", line=1))
    'a.csv, line 1: it is empty; export it again.'
    """

    def __init__(self, file: str, reason: str, remedy: str, *, line: int | None = None) -> None:
        super().__init__(f"{_place(file, line)}{reason}; {remedy}.")
        self.file, self.reason, self.remedy, self.line = file, reason, remedy, line


class MissingColumnsError(HuitouError, ValueError):
    """Required fields for which the file has no candidate column.

    >>> str(MissingColumnsError("a.csv", ["customer_id"], ["x", "y"]))
    'a.csv: no column for customer_id among x, y; name it with --map customer_id=COLUMN.'
    >>> str(MissingColumnsError("a.csv", ["amount"], ["x", "y"], candidates={"amount": ["y"]}))
    'a.csv: no column for amount among x, y; by its values y may be; name it with --map amount=y.'
    """

    def __init__(
        self,
        file: str,
        fields: Iterable[str],
        columns: Iterable[str],
        *,
        table: str | None = None,
        candidates: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        missing, present, likely = list(fields), list(columns), dict(candidates or {})
        shown = ", ".join(present[:_COLUMNS_SHOWN]) or "no columns"
        if len(present) > _COLUMNS_SHOWN:
            shown += f" and {len(present) - _COLUMNS_SHOWN} more"
        nearest = f"it is none of our tables; the nearest is {table}, but " if table else ""
        guesses = "".join(
            f"; by its values {' or '.join(likely[field])} may be" for field in likely
        )
        maps = " ".join(
            _map(field, likely[field][0] if field in likely else "COLUMN") for field in missing
        )
        super().__init__(
            f"{_place(file, None)}{nearest}no column for {', '.join(missing)} among "
            f"{shown}{guesses}; name it with {maps}."
        )
        self.file, self.fields, self.columns = file, missing, present
        self.table, self.candidates = table, likely


class AmbiguousMappingError(HuitouError, ValueError):
    """Two columns fit a required field equally well.

    >>> str(AmbiguousMappingError("a.csv", "day", ["x", "y"]))
    'a.csv: x and y fit day equally well; choose with --map day=x or --map day=y.'
    """

    def __init__(self, file: str, field: str, columns: Iterable[str]) -> None:
        tied = list(columns)
        maps = " or ".join(_map(field, column) for column in tied)
        super().__init__(
            f"{_place(file, None)}{' and '.join(tied)} fit {field} equally well; "
            f"choose with {maps}."
        )
        self.file, self.field, self.columns = file, field, tied


class NoCustomersError(HuitouError, ValueError):
    """A report that names no customers, so that nothing about coming back can be read from it."""

    def __init__(self, file: str, reason: str, *, where: str = "") -> None:
        super().__init__(
            f"{_place(file, None)}{reason}{f' in {where}' if where else ''}; repurchase and "
            "retention need rows that say who bought: export orders with a customer id, an e-mail "
            "or a phone number."
        )
        self.file, self.reason, self.where = file, reason, where


class InvalidSettingError(HuitouError, ValueError):
    """A setting or an option with a value that means nothing.

    >>> str(InvalidSettingError("timezone", "Mars", "use a name such as Asia/Shanghai"))
    "timezone can't be 'Mars'; use a name such as Asia/Shanghai."
    """

    def __init__(self, name: str, value: object, remedy: str) -> None:
        super().__init__(f"{name} can't be {value!r}; {remedy}.")
        self.name, self.value, self.remedy = name, value, remedy


class UnknownNameError(HuitouError, KeyError):
    """A name (of a report, a table, a model, a segment …) that does not exist here.

    >>> str(UnknownNameError("report", "retenton", ["retention", "rfm"]))
    "there is no report 'retenton'; choose among retention, rfm."
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.sentence = (
            f"there is no {what} {name!r}; choose among {', '.join(known) or 'none: it is empty'}."
        )
        super().__init__(self.sentence)
        self.what, self.name = what, name

    def __str__(self) -> str:
        return self.sentence


class UnknownCustomerError(UnknownNameError):
    """A customer id that no table of the workspace holds."""

    def __init__(self, customer_id: str) -> None:
        super().__init__("customer", customer_id, [])
        self.sentence = (
            f"there is no customer {customer_id!r} in this workspace; ids are text, "
            "leading zeros count: look it up on the Segments page."
        )


class NotEnoughDataError(HuitouError, ValueError):
    """A question that this much data can't answer.

    >>> str(NotEnoughDataError("the curve", "buyers", needed=2, found=0))
    'the curve needs at least 2 buyers, found 0; import more history.'
    """

    def __init__(
        self,
        question: str,
        unit: str,
        *,
        needed: int,
        found: int,
        remedy: str = "import more history",
    ) -> None:
        super().__init__(f"{question} needs at least {needed:,} {unit}, found {found:,}; {remedy}.")
        self.needed, self.found = needed, found


class NotFittedError(HuitouError, RuntimeError):
    """A recommender that was asked before it was trained or loaded."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"{model} is not trained yet; call fit, load a saved one, or run `huitou train`."
        )


class UnreadableModelError(HuitouError, ValueError):
    """A saved recommender that is damaged or from an incompatible version."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; train the model again with `huitou train`.")


class WorkspaceBusyError(HuitouError, RuntimeError):
    """Another process is writing to the workspace."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: another import is writing here; wait until it ends, then try again."
        )


class NoWorkspaceError(HuitouError, FileNotFoundError):
    """A folder that holds no workspace."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: no workspace here; make one with `huitou import FILE` or `huitou demo`."
        )


class NothingToUndoError(HuitouError, ValueError):
    """The workspace has no earlier version."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: there is no earlier version to go back to; import a file first.")


class CancelledError(HuitouError, RuntimeError):
    """The user stopped a running job; nothing of it was kept."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was cancelled; the workspace is as it was before.")
