"""The words on the screen: one catalogue (ui/words/*.toml), two languages, chosen in the address.

An entry is `[section.name]` with `en` and `zh`; its key is `section.name`. Sections `note` and
`error` hold `zh` only: their English is what analytics and recsys say themselves. Write
`t("section.name", value=…)` with values that are already written for the reader (ui/formats.py); a
key built at run time starts with a literal section: `t(f"column.{name}")`. tests/ui/test_words.py
holds the catalogue complete and free of unused entries.
"""

import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.errors import HuitouError
from analytics.notes import Note

LANGUAGES = {"en": "English", "zh": "简体中文"}
ADDRESS_PARAMETER = "lang"
_SECTIONS_OF_VALUES = {
    "field": "field",
    "kpi": "kpi",
    "order": "date_order",
    "covariate": "trait",
    "rule": "rule",
    "candidate": "score_model",
    "habit": "habit",
    "term": "billing_term",
    "period": "billing_term",
    "reason": "fault",
    "remedy": "fault",
    "name": "fault",
    "what": "fault",
    "table": "table_kind",
    "other_table": "table_kind",
}
_PLACE = re.compile(r"\{(\w+)\}")
_OF = {"en": ": ", "zh": "："}
_AND = {"en": ", ", "zh": "、"}
_FOLDER = Path(__file__).parent / "words"
_bound: ContextVar[str | None] = ContextVar("language", default=None)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every entry of the word files: key to its sentence per language."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for section, names in tomllib.loads(path.read_text(encoding="utf-8")).items():
            entries.update({f"{section}.{name}": entry for name, entry in names.items()})
    return entries


def language() -> str:
    """Tell which language the reader sees: the address's, else the browser's, else English."""
    bound = _bound.get()
    if bound is not None:
        return bound
    if get_script_run_ctx() is None:
        return "en"
    chosen = st.session_state.get(ADDRESS_PARAMETER) or st.query_params.get(ADDRESS_PARAMETER)
    return str(chosen) if chosen in LANGUAGES else browser_language()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language where no page is open: in a download, in a terminal."""
    before = _bound.set(language)
    try:
        yield
    finally:
        _bound.reset(before)


def browser_language() -> str:
    """Tell the language that the browser asks for; English where we do not speak it."""
    locale = st.context.locale or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def has(key: str) -> bool:
    """Tell whether the catalogue knows this key."""
    return key in catalogue()


def t(key: str, **values: object) -> str:
    """Say the entry in the reader's language, with these values in its places."""
    return sentence(key).format(**values)


def sentence(key: str) -> str:
    """Give the entry in the reader's language with its places open, to be filled many times."""
    return catalogue()[key][language()]


def name_of(section: str, name: str) -> str:
    """Say the entry `section.name`; a name the catalogue does not know stands for itself."""
    return t(f"{section}.{name}") if has(f"{section}.{name}") else name


def spoken(options: Iterable[Any], speak: Callable[[Any], str]) -> Callable[[Any], str]:
    """Say the options of a control once, now: Streamlit also asks for them outside of a page."""
    said = {option: speak(option) for option in options}
    return lambda option: said.get(option, str(option))


def say(note: Note | str) -> str:
    """Say a note of analytics or recsys in the reader's language.

    A plain string, or a note without a translation, is said as it is.
    """
    return say_kept(note.key, note.values, str(note)) if isinstance(note, Note) else note


def say_kept(key: str, values: Mapping[str, object], english: str) -> str:
    """Say a note that was kept as key, values and English sentence."""
    entry = catalogue().get(f"note.{key}", {})
    return _filled(entry, values) or english


def trait(text: str) -> str:
    """Say a trait of customers, `column` or `column=value`, in the reader's language."""
    word, _, of = text.partition("=")
    value = name_of("trait", of) if of.startswith("(") else of
    return f"{name_of('trait', word)}{_OF[language()] * bool(of)}{value}"


def say_error(error: HuitouError) -> str:
    """Say an error in the reader's language, as precisely as its attributes allow."""
    return say_kept_error(type(error).__name__, vars(error), str(error))


def say_kept_error(kind: str, values: Mapping[str, object], english: str) -> str:
    """Say an error that was kept as its class's name, attributes and English sentence."""
    entry = catalogue().get(f"error.{kind}", {})
    return _filled(entry, values) or english


def places(sentence: str) -> set[str]:
    """List the names in braces.

    >>> sorted(places("{n} of {share:.0%}"))
    ['n', 'share']
    """
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _filled(entry: Mapping[str, str], values: Mapping[str, object]) -> str:
    """Say an entry with these values, or nothing where they do not fill it: they may be older."""
    said = entry.get(language(), "")
    return _fill(said, values) if places(said) <= values.keys() else ""


def _fill(sentence: str, values: Mapping[str, object]) -> str:
    return sentence.format(**{name: _translated(name, value) for name, value in values.items()})


def _title(title: str) -> str:
    """Say the title of a known export, which notes carry in English."""
    known = (one for key, one in catalogue().items() if key.startswith("platform."))
    found = next((one for one in known if one.get("en") == title), {})
    return found.get(language(), title)


def _translated(name: str, value: object) -> object:
    """Say a value that is a word of ours (a field, a figure) in the reader's language too."""
    if isinstance(value, (list, tuple, set)):
        return _AND[language()].join(str(_translated(name, part)) for part in value)
    if name == "title":
        return _title(str(value))
    section = _SECTIONS_OF_VALUES.get(name.removesuffix("s"))
    if section is None or not isinstance(value, str):
        return value
    if section == "trait":
        return ", ".join(map(trait, value.split(", ")))
    return phrase(section, value) if section == "fault" else name_of(section, value)


def phrase(section: str, text: str) -> str:
    """Say a text of ours by its entry in a section, or by the one whose places it fills.

    A text that no entry knows stands for itself.
    """
    if has(f"{section}.{text}"):
        return t(f"{section}.{text}")
    for key, pattern in _open_phrases(section).items():
        found = pattern.fullmatch(text)
        if found:
            return t(key, **found.groupdict())
    return text


@cache
def _open_phrases(section: str) -> dict[str, re.Pattern[str]]:
    """Give the entries of a section that have places, and how a text is known that fills them."""
    head = f"{section}."
    keys = (key for key in catalogue() if key.startswith(head) and "{" in key)
    return {key: re.compile(_as_pattern(key.removeprefix(head))) for key in keys}


def _as_pattern(template: str) -> str:
    parts = _PLACE.split(template)
    return "".join(
        f"(?P<{part}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
