"""Help, and what cannot be read of a command line, in Swedish: every command, argument and option there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from gallra.cli import app
from gallra.cli.console import confirmed
from gallra.site import terminal

ENGLISH = re.compile(r"\b(the|of|and|with|what|which|where|it|is|are|from|show|write|this|that|by)\b", re.I)
SAME_IN_BOTH = {"ID", "SYSTEM", "TEXT", "person|-", "-", ""}
"""What is typed as it stands, and names of things."""


@pytest.fixture
def swedish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in terminal.SAYS_LANGUAGE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "sv_SE.UTF-8")


def every(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group with its words."""
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every(inner, (*words, name))


def texts(command: Any) -> dict[str, str | None]:
    """What help says of a command, its arguments and its options, by their names."""
    found = {"": command.help, "usage": command.options_metavar}
    for parameter in command.get_params(command.context_class(command, info_name="gallra")):
        found[parameter.name] = parameter.help
        found[f"{parameter.name} metavar"] = parameter.metavar
    return found


def test_every_text_of_help_is_swedish(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, dict[tuple[str, ...], dict[str, str | None]]] = {}
    for language in ("en", "sv"):
        monkeypatch.setenv("LANGUAGE", language)
        told[language] = {words: texts(command) for words, command in every(get_command(app))}
    assert len(told["sv"]) > 30
    assert told["sv"].keys() == told["en"].keys()
    for words, swedish in told["sv"].items():
        for name, text in swedish.items():
            english = told["en"][words][name]
            where = f"gallra {' '.join(words)} {name}"
            assert bool(text) == bool(english), where
            assert text != english or (text or "") in SAME_IN_BOTH, f"{where} is not translated: {english}"
            assert not ENGLISH.search(text or ""), f"{where}: {text}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("swep", "Det finns inget kommando ”swep”. Menade du sweep?"),
        ("xyz", "Det finns inget kommando ”xyz”."),
        ("sweep --xyz", "Det finns ingen flagga --xyz."),
        ("sweep --jso", "Det finns ingen flagga --jso. Menade du --json"),
        ("sweep --yes=1", "Flaggan --yes tar inget värde."),
        ("page --lang", "Flaggan --lang behöver ett värde."),
        ("extract", "Flaggan --out saknas."),
        ("adopt", "FIL saknas."),
        ("why case", "ID saknas."),
        ("why case 1 2", "Det här är för mycket: 2"),
        ("up --port abc", "--port: det ska vara ett heltal."),
        ("up --port 0", "--port: det ska vara minst 1."),
        ("forecast --months 999", "--months: det ska vara högst 120."),
        ("page --lang xx", "--lang: ”xx” är inget av 'sv', 'en'."),
        ("check --lang xx", "--lang: sv eller en."),
        ("hold add person --until 3", "--until: ”3” är ingen dag så som 2026-12-31."),
        ("ledger export --out /tmp", "--out: /tmp är en mapp."),
        ("register --format xlsx", "--out: en arbetsbok behöver en fil att skrivas till."),
        ("find någon@kund.example", "En adress som argument skulle bli kvar i skalets historik."),
    ],
)
@pytest.mark.usefixtures("swedish")
def test_what_cannot_be_read_is_said_in_swedish(said: str, answer: str) -> None:
    result = CliRunner().invoke(app, said.split(), env={"TERMINAL_WIDTH": "200"})
    told = re.sub(r"[\s│]+", " ", result.output)
    assert result.exit_code == 2
    assert answer in told
    assert not ENGLISH.search(told.split("╭", 1)[0].split(" [", 1)[0])


def test_in_english_it_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    result = CliRunner().invoke(app, ["hold", "relase"])
    assert result.exit_code == 2
    assert "There is no command “relase”. Did you mean release?" in result.output


def test_what_nobody_foresaw_is_said_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later Typer may say something new: it must not be lost."""
    monkeypatch.setattr("gallra.cli.spoken.worded", lambda said: None)
    result = CliRunner().invoke(app, ["up", "--port", "abc"])
    assert result.exit_code == 2
    assert "valid integer" in result.output


@pytest.mark.parametrize(
    ("language", "answers"), [("sv", {"j": True, "Ja": True, "y": True, "n": False, "": False, "jo": False}),
                              ("en", {"y": True, "YES": True, "j": False, "no": False})]
)  # fmt: skip
def test_yes_is_said_in_the_language(
    language: str, answers: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    asked: list[str] = []
    for answer, agreed in answers.items():

        def prompt(question: str, answer: str = answer, **_: object) -> str:
            asked.append(question)
            return answer

        monkeypatch.setattr("typer.prompt", prompt)
        assert confirmed("?") is agreed, answer
    assert set(asked) == {"? [j/N]" if language == "sv" else "? [y/N]"}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "sv_SE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "sv_SE"}, "sv"),
        ({"LANGUAGE": "sv:en", "LANG": "en_GB.UTF-8"}, "sv"),
    ],
)
def test_the_environment_says_the_language(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in terminal.SAYS_LANGUAGE:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.terminal_language() == language


HELP = """
import json, sys
from gallra.cli import app
try:
    app(["adopt", "--help"])
except SystemExit:
    pass
heavy = {"django", "psycopg", "sqlalchemy", "gallra.policy", "gallra.engine", "gallra.running"}
print(json.dumps(sorted(heavy & set(sys.modules))))
"""


def test_help_is_swedish_throughout_and_loads_nothing_heavy() -> None:
    """In a process of its own: Typer looks up its titles when it is loaded."""
    environment = {**os.environ, "LANGUAGE": "sv", "TERMINAL_WIDTH": "100"}
    done = subprocess.run([sys.executable, "-c", HELP], env=environment, capture_output=True, text=True)
    *lines, heavy = done.stdout.strip().splitlines()
    told = "\n".join(lines)
    assert not ENGLISH.search(told), told
    for title in ("Användning: ", "─ Argument ─", "─ Flaggor ─", "[krävs]", "Visa den här hjälpen"):
        assert title in told
    assert json.loads(heavy) == []
