"""The catalogue of words is complete, in both languages, and holds nothing that nobody says."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics import errors
from ui import words

ROOT = Path(__file__).parents[2]
SPEAKING = sorted([*ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"])
CALCULATING = sorted([*ROOT.glob("analytics/**/*.py"), *ROOT.glob("recsys/**/*.py")])
SAID_BY_ANALYTICS = ("note", "error")
WRITTEN_AT_RUN_TIME = ("column", "definition", "report", "job_message", "step", "reason", "trait")
SETTINGS_OF_A_FILE = ("decimal", "delimiter", "header_line")
VALUES_OF_NOTES = tuple(sorted(set(words._SECTIONS_OF_VALUES.values())))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def calls(paths: list[Path], name: str) -> Iterator[ast.Call]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name in {
                getattr(node.func, "id", None),
                getattr(node.func, "attr", None),
            }:
                yield node


def literal_keys() -> set[str]:
    """Every string in the code that reads like a key of the catalogue."""
    keys = set()
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                keys.add(node.value)
    return keys


def prefixes() -> set[str]:
    """The literal beginnings of keys that are built at run time."""
    found = set()
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if re.fullmatch(r"[a-z_]+\.[a-z_]*", start):
                    found.add(start)
    for call in calls(SPEAKING, "name_of"):
        section, name = call.args[0], call.args[1]
        if not isinstance(section, ast.Constant):
            continue  # the section itself is a value; _SECTIONS_OF_VALUES are WRITTEN_AT_RUN_TIME
        first = name.values[0] if isinstance(name, ast.JoinedStr) else None
        start = first.value if isinstance(first, ast.Constant) else ""
        found.add(f"{section.value}.{start}")
    return found


def notes() -> dict[str, ast.Call]:
    """Every note in the code by its key; keys kept in a variable `key` are looked up there."""
    found = {}
    for path in CALCULATING:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in calls([path], "Note"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                found[first.value] = node
            elif isinstance(first, ast.JoinedStr):
                found[f"{first.values[0].value}*"] = node
            elif isinstance(first, ast.Name):
                found.update(dict.fromkeys(assigned(tree, first.id), node))
    return found


def assigned(tree: ast.Module, name: str) -> list[str]:
    """The texts that a variable may hold; an f-string stands for all that begin as it does."""
    keys = []
    for value in values_given(tree, name):
        if isinstance(value, ast.JoinedStr):
            keys.append(f"{value.values[0].value}*")
        else:
            parts = [part for part in ast.walk(value) if isinstance(part, ast.Constant)]
            keys += [part.value for part in parts if re.fullmatch(r"[a-z_]+", str(part.value))]
    return keys


def values_given(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """The expressions assigned to a variable, alone or as part of a tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for one, value in zip(names, values, strict=False):
                if getattr(one, "id", None) == name:
                    yield value


def has_note(key: str) -> bool:
    if key.endswith("*"):
        return any(known.startswith(f"note.{key[:-1]}") for known in words.catalogue())
    return words.has(f"note.{key}")


def test_every_literal_key_is_in_the_catalogue():
    for call in [*calls(SPEAKING, "t"), *calls(SPEAKING, "sentence")]:
        first = call.args[0]
        if isinstance(first, ast.Constant):
            assert words.has(first.value), first.value


def test_every_prefix_has_entries():
    for prefix in prefixes():
        assert any(key.startswith(prefix) for key in words.catalogue()), prefix


def test_no_entry_is_unused():
    literals, starts = literal_keys(), prefixes()
    unused = [
        key
        for key in words.catalogue()
        if key.split(".")[0]
        not in (*SAID_BY_ANALYTICS, *WRITTEN_AT_RUN_TIME, *VALUES_OF_NOTES, *SETTINGS_OF_A_FILE)
        and key not in literals
        and not any(key.startswith(start) for start in starts)
    ]
    assert unused == []


def test_every_entry_speaks_both_languages():
    for key, entry in words.catalogue().items():
        section = key.split(".")[0]
        assert "zh" in entry, key
        assert "en" in entry or section in (*SAID_BY_ANALYTICS, "definition"), key


def test_both_languages_have_the_same_places():
    for key, entry in words.catalogue().items():
        if "en" in entry:
            english, chinese = words.places(entry["en"]), words.places(entry["zh"])
            assert chinese == english, key


def test_no_chinese_in_english_and_chinese_in_chinese():
    same_in_both = {"card.interval"}
    for key, entry in words.catalogue().items():
        assert not CHINESE.search(entry.get("en", "")), key
        is_word = re.search(r"[A-Za-z]{3}", re.sub(r"\{.*?\}|<.*?>", "", entry.get("en", "")))
        if is_word and key not in same_in_both:
            assert CHINESE.search(entry["zh"]), key


def test_every_call_fills_the_places():
    for call in calls(SPEAKING, "t"):
        first = call.args[0]
        if isinstance(first, ast.Constant) and not any(k.arg is None for k in call.keywords):
            given = {keyword.arg for keyword in call.keywords}
            assert given == words.places(words.catalogue()[first.value]["en"]), first.value


def test_every_note_has_a_chinese_sentence():
    missing = sorted(key for key in notes() if not has_note(key))
    assert missing == []


def test_notes_in_chinese_use_only_what_the_note_holds():
    for key, node in notes().items():
        given = {keyword.arg for keyword in node.keywords}
        if words.has(f"note.{key}") and None not in given:
            assert words.places(words.catalogue()[f"note.{key}"]["zh"]) <= given, key


def test_no_note_entry_is_left_over():
    known = {f"note.{key}" for key in notes()}
    starts = tuple(key[:-1] for key in known if key.endswith("*"))
    left = [
        key
        for key in words.catalogue()
        if key.startswith("note.") and key not in known and not key.startswith(starts)
    ]
    assert left == []


def error_classes() -> list[type[errors.HuitouError]]:
    return [
        cls
        for _, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, errors.HuitouError) and cls is not errors.HuitouError
    ]


@pytest.mark.parametrize("cls", error_classes(), ids=lambda cls: cls.__name__)
def test_every_error_has_a_chinese_sentence(cls):
    assert words.has(f"error.{cls.__name__}")
    sentence = words.catalogue()[f"error.{cls.__name__}"]["zh"]
    bases = [base for base in cls.__mro__ if base.__module__ == errors.__name__]
    attributes = set(re.findall(r"self\.(\w+)", "".join(map(inspect.getsource, bases))))
    assert words.places(sentence) <= attributes


def test_every_report_has_a_name_and_a_definition_in_chinese():
    from analytics.reports import catalogue

    for name in catalogue():
        assert words.has(f"report.{name}"), name
        assert words.has(f"definition.{name}"), name


def test_reasons_and_remedies_of_unreadable_files_are_translated():
    for path in sorted(ROOT.glob("analytics/intake/*.py")):
        for call in calls([path], "UnreadableFileError"):
            for place in (1, 2):
                if isinstance(call.args[place], ast.Constant):
                    assert words.has(f"fault.{call.args[place].value}"), call.args[place].value


def written_reasons() -> list[str]:
    """Reasons with values in them as the intake writes them, each value a 7."""
    found = []
    for path in sorted(ROOT.glob("analytics/intake/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = ("UnreadableFileError", "NoCustomersError")
        asked = [call.args[1] for kind in kinds for call in calls([path], kind)]
        names = {one.id for one in asked if isinstance(one, ast.Name)}
        values = [*asked, *(value for name in names for value in values_given(tree, name))]
        for value in values:
            if isinstance(value, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else 7 for part in value.values
                ]
                found.append("".join(map(str, parts)))
    return found


def test_reasons_with_values_in_them_are_said_in_chinese():
    assert len(written_reasons()) > 10
    for reason in written_reasons():
        with words.speaking("zh"):
            said = words.say_kept_error("NoCustomersError", {"file": "a", "reason": reason}, reason)
        assert reason not in said, reason
        assert said.count("7") == reason.count("7"), reason
