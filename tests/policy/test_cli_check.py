"""`gallra check`: what it writes, in which language, and how it ends."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from typer.testing import CliRunner

from gallra.cli import app
from gallra.cli import policy as cli
from gallra.running import adopting
from gallra.site.environment import Misconfigured
from tests.conftest import Database
from tests.policy.editing import POLICIES, text_of


def run(*arguments: str, lang: str = "en_GB.UTF-8") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *arguments], env={"LC_ALL": lang, "COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def _no_installation(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "fresh_database" not in request.fixturenames:
        monkeypatch.setattr(cli, "installed", lambda: False)


@pytest.mark.parametrize(
    ("name", "code"), [("swinx", 1), ("munkeby", 1), ("swinx-mended", 0), ("munkeby-mended", 0)]
)
def test_it_ends_with_one_where_something_is_an_error(name: str, code: int) -> None:
    assert run(str(POLICIES / f"{name}.toml"))[0] == code


def test_it_says_where_what_by_which_source_and_how_to_mend() -> None:
    code, told, _ = run(str(POLICIES / "munkeby.toml"))
    assert code == 1
    assert "error safeguard-void  line 24  place.us.safeguard  M12" in told
    assert "has been invalid since 2020-07-16 (C-311/18). (GDPR 44, C-311/18)" in told
    assert '→ Write authority = "Integritetsskyddsmyndigheten".' in told
    assert told.rstrip().split("\n")[-1].endswith("3 pieces of advice.")


def test_it_speaks_swedish_when_asked_or_when_the_terminal_does() -> None:
    path = str(POLICIES / "swinx.toml")
    swedish = run(path, "--lang", "sv")[1]
    assert "fel act-repealed  rad 10" in swedish
    assert swedish == run(path, lang="sv_SE.UTF-8")[1]
    code, _, said = run(path, "--lang", "de")
    assert code == 2
    assert "sv or en" in said


def test_json_has_both_languages_and_the_version() -> None:
    code, told, _ = run(str(POLICIES / "swinx.toml"), "--json")
    answer = json.loads(told)
    assert code == 1
    assert answer["live"] is False
    assert answer["counts"]["error"] == sum(f["level"] == "error" for f in answer["findings"])
    first = next(f for f in answer["findings"] if f["id"] == "act-repealed")
    assert first["promises"] == ["S4", "S5"]
    assert first["line"] == 10
    assert set(first["sentence"]) == set(first["mend"]) == {"sv", "en"}


def test_what_is_no_policy_ends_with_two(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text_of("swinx").replace('"3 years"', '"3 yaers"'), "utf-8")
    code, told, said = run(str(file))
    assert (code, told) == (2, "")
    assert 'retention[1].keep: "3 yaers" is not a period; did you mean "3 years"?' in said
    code, told, _ = run(str(file), "--json")
    assert code == 2
    (mistake,) = json.loads(told)["mistakes"]
    assert (mistake["place"], mistake["nearest"]) == ("retention[1].keep", "3 years")
    assert run(str(tmp_path / "none.toml"))[0] == 2


def test_it_runs_as_a_program_without_any_installation(tmp_path: Path) -> None:
    environment = {**os.environ, "GALLRA_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    for name in ("GALLRA_DATABASE_URL", "GALLRA_DATABASE_FOLDER"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "gallra", "check", str(POLICIES / "swinx-mended.toml")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "0 errors, 0 warnings" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_checked_though_the_installation_is_out_of_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(policy: object) -> None:
        raise Misconfigured("The tables are not those of this release.")

    monkeypatch.setattr(cli, "installed", lambda: True)
    monkeypatch.setattr(cli, "_from_installation", fails)
    code, told, said = run(str(POLICIES / "swinx-mended.toml"))
    assert (code, "0 errors" in told) == (0, True)
    assert (
        said
        == "The file is checked without the installation's tables. The tables are not those of this release.\n"
    )
    assert CliRunner().invoke(app, ["check"]).exit_code == 1


def program(database: Database, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gallra", "check", *arguments],
        env={**database.environment, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_an_adopted_policy_is_held_against_the_live_tables(fresh_database: Database) -> None:
    code, told, said = program(fresh_database, "--json")
    assert (code, told) == (2, "")
    assert "No policy is adopted here. Name a file: gallra check FILE" in said
    path = POLICIES / "munkeby-mended.toml"
    assert json.loads(program(fresh_database, str(path), "--json")[1])["live"] is False

    adopting.adopt(path.read_text("utf-8"), reason="first", now=datetime.now(UTC), actor="command line")
    code, told, _ = program(fresh_database, "--json")
    answer = json.loads(told)
    assert (code, answer["live"], answer["counts"]["warning"]) == (0, True, 0)
    assert answer["version"] == hashlib.sha256(path.read_bytes()).hexdigest()

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE old_contacts (id int, name text)")
    code, told, _ = program(fresh_database, str(POLICIES / "swinx-mended.toml"))
    assert code == 1
    assert "old_contacts" in told
    assert program(fresh_database, str(path), "--no-live")[0] == 0
