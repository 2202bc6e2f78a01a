"""Options of a question, read from its keyword-only parameters."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from analytics.errors import InvalidSettingError, UnknownNameError

CONTEXT = ("as_of", "first_weekday", "rows_read", "zone", "currency")
"""Parameters that the workspace answers, never a person asking for a report."""


@dataclass(frozen=True)
class Option:
    """One option: its name, its type in a word, its default, the values it may take if few.

    `kind` is "text", "number", "decimal", "switch", "date" or "numbers", "texts" (several,
    parted by commas).
    """

    name: str
    kind: str
    default: Any
    choices: tuple[Any, ...] = ()

    def read(self, value: Any) -> Any:
        """Value of the option's type from a text or a Python value.

        >>> Option("horizons", "numbers", (30,)).read("30, 90")
        (30, 90)

        Raises
        ------
        InvalidSettingError
            If the value is not of the option's type or none of its choices.
        """
        if value is None:
            return self._known(None)
        readers: dict[str, Callable[[Any], Any]] = {
            "number": int,
            "decimal": float,
            "switch": _switch,
            "date": _date,
            "numbers": _numbers,
            "texts": _texts,
            "text": str,
        }
        try:
            return self._known(readers[self.kind](value))
        except (TypeError, ValueError) as error:
            if isinstance(error, InvalidSettingError):
                raise
            raise InvalidSettingError(self.name, value, self._remedy()) from error

    def _known(self, value: Any) -> Any:
        if value is None and self.default is None:
            return value
        if value is None or (self.choices and value not in self.choices):
            raise InvalidSettingError(self.name, value, self._remedy())
        return value

    def _remedy(self) -> str:
        if self.choices:
            return f"choose among {', '.join(map(str, self.choices))}"
        return {
            "number": "give a whole number",
            "decimal": "give a number",
            "switch": "say yes or no",
            "date": "give a day such as 2024-02-29",
            "numbers": "give whole numbers parted by commas, such as 30,90",
            "texts": "give names parted by commas",
            "text": "give a text",
        }[self.kind]


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if str(value).lower() not in words:
        raise ValueError
    return words[str(value).lower()]


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _numbers(value: Any) -> tuple[int, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    numbers = tuple(int(part) for part in parts)
    if not numbers:
        raise ValueError
    return numbers


def _texts(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(str(part).strip() for part in parts)


def options_of(function: Callable[..., Any]) -> tuple[Option, ...]:
    """Options of a question: its keyword-only parameters but those that the workspace answers."""
    hints = typing.get_type_hints(function)
    return tuple(
        _option(name, hints[name], parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in CONTEXT
    )


def _option(name: str, hint: Any, default: Any) -> Option:
    if isinstance(hint, types.UnionType):  # X | None: the default says what None means
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is Literal:
        return Option(name, "text", default, typing.get_args(hint))
    if typing.get_origin(hint) is tuple and int in typing.get_args(hint):
        return Option(name, "numbers", default)
    if typing.get_origin(hint) is tuple:
        return Option(name, "texts", default)
    kinds = {int: "number", float: "decimal", bool: "switch", date: "date", str: "text"}
    return Option(name, kinds[hint], default)


def read_options(
    known: tuple[Option, ...], given: Mapping[str, Any], *, what: str
) -> dict[str, Any]:
    """Read given values by name; `return-rule` and `return_rule` are one name.

    Raises
    ------
    UnknownNameError
        If there is no such option.
    InvalidSettingError
        If a value means nothing.
    """
    by_name = {option.name: option for option in known}
    values = {}
    for written, value in given.items():
        name = written.removeprefix("--").replace("-", "_")
        if name not in by_name:
            raise UnknownNameError(f"option of {what}", written, by_name)
        values[name] = by_name[name].read(value)
    return values
