"""From a text to a `Policy`, or to every mistake in it at once. Any text gives one or the other, never
another exception."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gallra.kinds import Text
from gallra.policy.mistakes import Mistake, PolicyMistakes, shown, way_out
from gallra.policy.model import Policy
from gallra.policy.source import Source

TYPES: Mapping[str, tuple[str, str]] = {
    "string_type": ("ska vara en text inom citattecken", "must be a text in quotes"),
    "bool_type": ("ska vara true eller false", "must be true or false"),
    "int_type": ("ska vara ett heltal", "must be a whole number"),
    "tuple_type": ("ska vara en lista", "must be a list"),
    "dict_type": ("ska vara en tabell", "must be a table"),
    "model_type": ("ska vara en tabell", "must be a table"),
    "string_too_short": ("får inte vara tom", "must not be empty"),
    "too_short": ("får inte vara tom", "must not be empty"),
    "string_too_long": ("är för lång", "is too long"),
    "greater_than_equal": ("är för litet", "is too small"),
    "less_than_equal": ("är för stort", "is too large"),
}

_WHY: Mapping[type[Exception], Text] = {
    FileNotFoundError: Text("den finns inte", "No such file"),
    IsADirectoryError: Text("det är en mapp", "Is a directory"),
    PermissionError: Text("du har inte rätt att läsa den", "Permission denied"),
}
"""Why a file cannot be read, in both languages; other reasons as the system says them."""


def read_policy(text_or_path: str | bytes | Path) -> Policy:
    """The policy in a text, its bytes, or a file. Raises PolicyMistakes with every mistake, and nothing
    else."""
    source = source_of(text_or_path)
    values = values_of(source)
    mistakes = [*_dangling(values, source)]
    try:
        policy = Policy.model_validate(values)
    except ValidationError as error:
        mistakes += [_mistake(detail, source) for detail in error.errors(include_url=False)]
    if mistakes:
        raise PolicyMistakes(mistakes)
    policy._source = source
    return policy


def source_of(text_or_path: str | bytes | Path) -> Source:
    try:
        if isinstance(text_or_path, Path):
            text_or_path = text_or_path.read_bytes()
        elif isinstance(text_or_path, str):
            text_or_path = text_or_path.encode()
        return Source.of(text_or_path)
    except UnicodeError:
        raise _whole("filen är ingen text i UTF-8", "the file is not a text in UTF-8") from None
    except OSError as error:
        why = _WHY.get(type(error)) or Text(*(error.strerror or type(error).__name__,) * 2)
        raise _whole(f"filen kan inte läsas: {why.sv}", f"the file cannot be read: {why.en}") from None
    except ValueError:
        raise _whole("filen kan inte läsas", "the file cannot be read") from None


def _whole(sv: str, en: str, line: int = 0) -> PolicyMistakes:
    return PolicyMistakes([Mistake("", line, "", Text(sv, en))])


def values_of(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        end = source.text.count("\n") + 1
        why = re.sub(r"\s*\(at .*\)", "", str(error))
        raise _whole(
            f"filen är ingen giltig TOML: {why}",
            f"the file is not valid TOML: {why}",
            int(found.group(1)) if found else end,
        ) from None
    except (ValueError, RecursionError, OverflowError):
        raise _whole(
            "filen är ingen giltig TOML: ett värde är för stort eller för djupt",
            "the file is not valid TOML: a value is too large or too deep",
        ) from None


def place_of(loc: tuple[int | str, ...]) -> str:
    """("retention", 2, "keep") as "retention[2].keep"."""
    place = ""
    for part in loc:
        if isinstance(part, int):
            place += f"[{part}]"
        elif part != "[key]":
            place += f".{part}" if place else part
    return place


def _mistake(detail: ErrorDetails, source: Source) -> Mistake:
    place = place_of(detail["loc"])
    line = source.span(place)[0]
    if detail["type"] == "missing":
        return Mistake(place, line, "", Text("saknas", "is missing"))
    word = shown(detail["input"])
    near: str | None = None
    if detail["type"] == "extra_forbidden":
        word = shown(detail["loc"][-1])
        ending, near = way_out(word, _keys_at(detail["loc"][:-1]))
        said = Text("är ingen nyckel i språket", "is not a key of the language")
    elif detail["type"] == "literal_error":
        choices = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        ending, near = way_out(word, choices)
        said = Text("är inget giltigt ord här", "is not a valid word here")
    elif detail["type"].startswith("policy_"):
        word, choices = detail["ctx"]["word"], detail["ctx"]["choices"]
        ending, near = way_out(word, choices) if detail["type"] == "policy_choice" else (Text("", ""), None)
        near = near or (choices[0] if len(choices) == 1 else None)
        said = Text(detail["ctx"]["sv"], detail["ctx"]["en"])
    else:
        ending = Text("", "")
        said = Text(*TYPES.get(detail["type"], ("är inte giltigt", "is not valid")))
    if isinstance(detail["input"], Mapping | list | tuple) and not detail["type"].startswith(
        ("extra", "policy")
    ):
        return Mistake(place, line, "", said)
    sentence = Text(f"”{word}” {said.sv}{ending.sv}", f'"{word}" {said.en}{ending.en}')
    return Mistake(place, line, word, sentence, near)


def _keys_at(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that the language knows in the table at `loc`."""
    model: type[BaseModel] | None = Policy
    by_name = False
    for part in loc:
        if by_name or isinstance(part, int):
            by_name = False
            continue
        field = next((f for n, f in _fields(model) if n == part), None)
        model = _model_in(field.annotation) if field else None
        by_name = field is not None and "dict" in str(field.annotation)
    return tuple(name for name, _ in _fields(model)) or ("sv", "en")


def _fields(model: type[BaseModel] | None) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name, field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for arg in get_args(annotation) if (model := _model_in(arg))), None)


_REFERENCES = (
    ("place", "by", "recipient"),
    ("system", "place", "place"),
    ("system", "recipients", "recipient"),
    ("system", "prefilled_from", "system"),
    ("recipient", "place", "place"),
)
"""(table, key, table whose names the key may use)."""


def _dangling(values: Mapping[str, Any], source: Source) -> Iterator[Mistake]:
    """References within the file to what is not in it, and conditions that contradict themselves.

    It looks at the bare values, so that these mistakes are told together with those of form.
    """
    for place, word, table in _references(values):
        names = _table(values, table)
        if word not in names:
            ending, near = way_out(word, names)
            word = shown(word)
            said = Text(
                f"”{word}” finns inte i filen; skriv [{table}.{word}] eller ett annat namn{ending.sv}",
                f'"{word}" is not in the file; write [{table}.{word}] or another name{ending.en}',
            )
            yield Mistake(place, source.span(place)[0], word, said, near)
    rules = values.get("retention")
    for number, rule in enumerate(rules if isinstance(rules, list) else ()):
        when = rule.get("when") if isinstance(rule, dict) else None
        if isinstance(when, str) and when == rule.get("unless"):
            place, when = f"retention[{number}].unless", shown(when)
            said = Text(
                f"”{when}” står både i when och i unless", f'"{when}" stands both in when and in unless'
            )
            yield Mistake(place, source.span(place)[0], when, said)


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _references(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place, name, table it must be in) of every reference that is a text."""
    for table, key, target in _REFERENCES:
        for name, piece in _table(values, table).items():
            words = piece.get(key) if isinstance(piece, dict) else None
            for word in words if isinstance(words, list) else (words,):
                if isinstance(word, str):
                    yield f"{table}.{name}.{key}", word, target
    backups = _table(values, "backups").get("place")
    if isinstance(backups, str):
        yield "backups.place", backups, "place"
