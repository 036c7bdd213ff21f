"""Everything that is said to people is said in Swedish too: what scripts/translations collects and compares."""

from __future__ import annotations

import ast
import importlib.util
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    loader = SourceFileLoader("translations", str(ROOT / "scripts" / "translations"))
    spec = importlib.util.spec_from_loader("translations", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


translations = _script()


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _catalogue(**messages: str) -> Catalog:
    made = Catalog(locale="sv")
    for source, swedish in messages.items():
        made.add(source, swedish)
    return made


def test_every_text_is_translated_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Texts are collected anew from a copy of the sources; run scripts/translations when this fails."""
    assert translations.main(["--check"]) == 0, capsys.readouterr().out


def test_no_text_is_asked_for_inside_an_f_string() -> None:
    """There the collector does not see it, so it would stay English."""
    asking = {"_", "gettext", "ngettext", "pgettext", "npgettext", "gettext_lazy"}
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in translations.SOURCES.rglob("*.py")
        for string in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in asking
    ]
    assert found == []


def test_what_is_missing_doubtful_or_no_longer_said_is_told() -> None:
    known = _catalogue(Kept="Hålls", Empty="", Doubtful="Tveksamt", Gone="Borta")
    doubtful = known.get("Doubtful")
    assert doubtful is not None
    doubtful.flags.add("fuzzy")
    wanted = _catalogue(Kept="", Empty="", Doubtful="", New="")
    assert translations.faults(known, wanted) == [
        "not translated: 'Empty'",
        "doubtful: 'Doubtful'",
        "not translated: 'New'",
        "no longer said: 'Gone'",
    ]


def test_a_plural_needs_both_forms() -> None:
    known, wanted = Catalog(locale="sv"), Catalog(locale="sv")
    known.add(("%(n)d case", "%(n)d cases"), ("%(n)d ärende", ""))
    wanted.add(("%(n)d case", "%(n)d cases"))
    assert translations.faults(known, wanted) == ["not translated: '%(n)d case'"]


def test_people_are_called_du() -> None:
    """One tone throughout."""
    catalogues = [translations.read(file) for file in translations.SOURCES.rglob(translations.CATALOGUE)]
    said = [form for catalogue in catalogues for message in catalogue for form in _forms(message)]
    assert said
    assert [form for form in said if re.search(r"\b[Nn]i\b|\bEr[at]?\b", form)] == []
