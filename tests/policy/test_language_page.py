"""docs/policy-language.md explains every table, key and word, and its examples are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from gallra.kinds import FIELDS
from gallra.policy import read_policy, words
from gallra.policy.law import own_records
from gallra.policy.model import Policy

PAGE = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `\[+([a-z]+)(?:\.NAME)?\]+`$(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
EXAMPLES = [
    (name, example)
    for name, text in SECTIONS.items()
    for example in re.findall(r"```toml\n(.*?)```", text, re.S)
]
LEAST = {
    "controller": '[controller]\nname = "Example"\n',
    "system": '[system.least]\ntitle = { sv = "S", en = "S" }\nrecords = ["a.b"]\n',
}


def keys(model: type[BaseModel]) -> set[str]:
    """Every key of a table and of the tables within it; `promises` and `reading` stand on all."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        for inner in _models(field.annotation):
            found |= keys(inner)
    return found - {"promises", "reading"}


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for arg in get_args(annotation) for model in _models(arg)]


def test_every_table_has_its_section() -> None:
    assert set(SECTIONS) == set(Policy.model_fields)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_read(name: str, example: str) -> None:
    missing = [text for table, text in LEAST.items() if not re.search(rf"^\[{table}\b", example, re.M)]
    policy = read_policy("\n".join([*missing, example]))
    assert getattr(policy, name)


@pytest.mark.parametrize("name", Policy.model_fields)
def test_every_key_is_explained_and_shown(name: str) -> None:
    section = SECTIONS[name]
    prose, shown = re.sub(r"```.*?```", "", section, flags=re.S), "".join(e for n, e in EXAMPLES if n == name)
    for model in _models(Policy.model_fields[name].annotation):
        for key in keys(model):
            assert re.search(rf"`{key}\b", prose), f"{name}.{key} is not explained"
            assert re.search(rf"\b{key}\b", shown), f"{name}.{key} is not shown"


@pytest.mark.parametrize(
    "choices",
    [
        words.Right, words.Channel, words.WayIn, words.Elsewhere, words.Audience, words.Basis, words.Giving,
        words.Exception_, words.Role, words.Connector, words.FormDoes, words.ReviewAsks,
    ],
)  # fmt: skip
def test_every_word_is_listed(choices: Any) -> None:
    for word in get_args(choices):
        assert f"`{word}`" in PAGE or f'"{word}"' in PAGE, word


def test_every_field_and_own_record_is_listed() -> None:
    assert all(f"`{word}`" in PAGE for word in (*FIELDS, *own_records()))
    assert all(word in re.sub(r"\s+", " ", PAGE) for word in get_args(words.KeptBy))
