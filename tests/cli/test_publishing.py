"""`gallra page` and `gallra register`, from a file and as adopted."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from gallra.cli import app, publishing
from gallra.policy import read_policy
from gallra.running import installed

POLICY = str(Path(__file__).parents[2] / "policies" / "munkeby.toml")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_page_is_markdown_in_the_policys_language_unless_told_otherwise() -> None:
    code, text = run("page", POLICY)
    assert code == 0
    assert text.startswith("# Personuppgiftspolicy")
    assert "Ett ärende arkiveras tre månader efter att det stängdes." in text
    code, text = run("page", POLICY, "--lang", "en", "--format", "html")
    assert code == 0
    assert '<html lang="en">' in text


def test_the_page_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "policy.html"
    assert run("page", POLICY, "--lang", "sv", "--format", "html", "--out", str(out)) == (0, "")
    assert '<html lang="sv">' in out.read_text("utf-8")


@pytest.mark.article(30)
def test_the_register_is_html_or_a_workbook(tmp_path: Path) -> None:
    code, text = run("register", POLICY)
    assert code == 0
    assert "Register över behandlingar" in text
    out = tmp_path / "register.xlsx"
    assert run("register", POLICY, "--format", "xlsx", "--out", str(out)) == (0, "")
    assert out.read_bytes().startswith(b"PK")
    code, text = run("register", POLICY, "--format", "xlsx")
    assert code == 2
    assert "--out" in text


def test_a_file_with_mistakes_ends_with_2_and_tells_them(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[controller]\nnam = "X"\n', "utf-8")
    code, text = run("page", str(file))
    assert code == 2
    assert "nam" in text


def test_without_a_file_the_adopted_policy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    adopted = SimpleNamespace(
        policy=read_policy(Path(POLICY)),
        adoption=SimpleNamespace(at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
        rules=SimpleNamespace(timezone="Europe/Stockholm"),
    )
    monkeypatch.setattr(publishing, "installation", nullcontext)
    monkeypatch.setattr(installed, "running", lambda: adopted)
    code, text = run("page")
    assert code == 0
    assert "Policyn gäller från 1 november 2026." in text
