"""docs/registers.md names every record kind, event, word of `holds`, and verb there is."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

from gallra.registers.errors import Refused
from gallra.systems import own

PAGE = (Path(__file__).parents[2] / "docs" / "registers.md").read_text(encoding="utf-8")
MODULES = (
    "directory.actions", "support.actions", "support.accounts", "crm.actions", "crm.sales", "finance.actions",
    "licensing.actions", "newsletter.actions",
)  # fmt: skip


def test_every_kind_and_its_events_are_described() -> None:
    for kind in own.kinds().values():
        assert f"`{kind.name}`" in PAGE
        for event in kind.events:
            never = kind.event(event.name).missing
            assert f"{event.name} ({never}" in PAGE, f"{kind.name}: {event.name} ({never})"
        for flag in kind.flags:
            assert flag.name in PAGE


@pytest.mark.parametrize("module", MODULES)
def test_every_verb_is_described_and_takes_actor_and_now_by_keyword(module: str) -> None:
    found = vars(importlib.import_module(f"gallra.registers.{module}"))
    verbs = {
        name: function
        for name, function in found.items()
        if inspect.isfunction(function)
        and hasattr(function, "__wrapped__")
        and function.__module__.rsplit(".", 2)[-2] == module.split(".")[0]
    }
    assert verbs
    for name, function in verbs.items():
        assert f"`{name}`" in PAGE, f"{module}.{name}"
        parameters = inspect.signature(function).parameters
        assert parameters["actor"].kind is parameters["now"].kind is inspect.Parameter.KEYWORD_ONLY
        assert function.__doc__, name


def test_a_refusal_has_a_sentence_or_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        Refused("no such code")
