"""The catalogue of recommenders, found by their folder, with options read from text."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from typing import Any

from analytics.errors import InvalidSettingError, UnknownNameError
from recsys import models
from recsys.models.base import Recommender


@dataclass(frozen=True)
class ModelEntry:
    """One recommender: its name, class, one line about it, and its options with their defaults."""

    name: str
    cls: type[Recommender]
    summary: str
    options: Mapping[str, Any]

    def make(self, options: Mapping[str, Any] | None = None) -> Recommender:
        """Make an untrained model with these options, values as text or as they are.

        Raises
        ------
        UnknownNameError, InvalidSettingError
            If there is no such option or its value means nothing.
        """
        return self.cls(**self.parsed(options or {}))

    def parsed(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Options with their values in the type of their defaults."""
        unknown = [name for name in options if name not in self.options]
        if unknown:
            raise UnknownNameError(f"option of {self.name}", unknown[0], self.options)
        return {name: _typed(name, value, self.options[name]) for name, value in options.items()}


@cache
def catalogue() -> dict[str, ModelEntry]:
    """All recommenders by name: each file of `recsys/models/` with a named Recommender is one.

    >>> sorted(catalogue())[:4]
    ['content', 'ease', 'explicit-mf', 'hybrid']
    """
    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"{models.__name__}.{module.name}")
    found = sorted(_named(Recommender), key=lambda cls: cls.name)
    return {cls.name: _entry(cls) for cls in found if cls.__module__.startswith(models.__name__)}


def _named(cls: type[Recommender]) -> list[type[Recommender]]:
    """List the classes under this one that have a name of their own."""
    below = cls.__subclasses__()
    mine = [one for one in below if "name" in vars(one)]
    return mine + [deeper for one in below for deeper in _named(one)]


def entry(name: str) -> ModelEntry:
    """Return the recommender of that name; UnknownNameError lists those that exist."""
    if name not in catalogue():
        raise UnknownNameError("recommender", name, catalogue())
    return catalogue()[name]


def parse_options(texts: list[str]) -> dict[str, str]:
    """Split "name=value" texts.

    >>> parse_options(["n_factors=64"])
    {'n_factors': '64'}
    """
    for text in texts:
        if "=" not in text:
            raise InvalidSettingError("an option", text, "write NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)


def _entry(cls: type[Recommender]) -> ModelEntry:
    options = {one.name: _default(one) for one in fields(cls) if one.init}
    return ModelEntry(cls.name, cls, cls.summary, options)


def _default(option: Field) -> Any:
    return None if option.default is MISSING else option.default


def _typed(name: str, value: Any, default: Any) -> Any:
    if not isinstance(value, str) or isinstance(default, str):
        return value
    try:
        return type(default)(value)
    except ValueError as error:
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise InvalidSettingError(name, value, f"give {kind}") from error
