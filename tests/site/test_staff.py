"""The first member of staff is let in from the command line; nobody's address is an argument, or shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from gallra.cli import app
from gallra.site.accounts import NoAccount
from gallra.site.models import Role, User

pytestmark = pytest.mark.usefixtures("db")
ALVA = "alva@gallra.example"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the installation."""

    @contextmanager
    def installation() -> Iterator[None]:
        yield

    monkeypatch.setattr("gallra.cli.staff.installation", installation)


def told(*arguments: str, stdin: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["staff", *arguments], input=stdin)
    assert ALVA not in result.output
    return result.exit_code, result.output


def test_an_account_is_made_listed_closed_and_opened_again() -> None:
    assert told("list")[0] == 0
    assert told("add", "-", "--role", "privacy", stdin=f"{ALVA}\n")[0] == 1, "nobody agreed"
    assert not User.objects.exists()
    assert (
        told("add", "-", "--role", "privacy", "--name", "Alva Ek", "--yes", stdin=f" {ALVA.upper()}\n")[0]
        == 0
    )
    made = User.objects.get()
    assert (made.email, made.name, made.role) == (ALVA, "Alva Ek", Role.PRIVACY)
    assert not made.has_usable_password()
    assert told("close", str(made.pk))[0] == 1, "nobody agreed"
    assert told("close", str(made.pk), "--yes")[0] == 0
    assert json.loads(told("list", "--json")[1])[0]["closed"] is not None
    assert told("close", str(made.pk), "--yes")[0] == 1, "it is closed already"
    assert told("reopen", str(made.pk))[0] == 1, "nobody agreed"
    assert told("reopen", str(made.pk), "--yes")[0] == 0
    assert told("reopen", str(made.pk), "--yes")[0] == 1, "it is open already"
    assert "Alva Ek" in told("list")[1]


@pytest.mark.parametrize("address", ["", "alva", "alva@", "alva@gallra example"])
def test_what_is_no_address_is_refused(address: str) -> None:
    arguments = ["staff", "add", "-", "--role", "sales", "--yes"]
    result = CliRunner().invoke(app, arguments, input=f"{address}\n")
    assert isinstance(result.exception, NoAccount)
    assert not User.objects.exists()


def test_an_address_has_one_account() -> None:
    User.objects.create_user(email=ALVA, role=Role.SALES)
    result = CliRunner().invoke(app, ["staff", "add", "-", "--role", "sales", "--yes"], input=ALVA)
    assert result.exit_code == 1
    assert ALVA not in str(result.exception)
    assert User.objects.count() == 1


def test_an_address_as_an_argument_or_an_unknown_role_is_refused() -> None:
    assert CliRunner().invoke(app, ["staff", "add", ALVA, "--role", "sales", "--yes"]).exit_code == 2
    assert told("add", "-", "--role", "king", "--yes", stdin=ALVA)[0] == 2
    assert not User.objects.exists()
