"""No personal value in a log, not even by way of an exception's text."""

from __future__ import annotations

import logging

import psycopg
import pytest

from gallra.cli.failures import told
from gallra.site.environment import Misconfigured
from gallra.site.logs import Formatter, said

MARKER = "bo@company.example"


def _logged(error: Exception) -> str:
    log = logging.LogRecord(
        "gallra", logging.ERROR, __file__, 1, "it failed", None, (type(error), error, error.__traceback__)
    )
    return Formatter().format(log)


def _fail() -> None:
    try:
        int(MARKER)
    except ValueError as first:
        raise KeyError(MARKER) from first


def test_an_exception_is_logged_by_class_and_place() -> None:
    with pytest.raises(KeyError) as failure:
        _fail()
    text = _logged(failure.value)
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py:" in text
    assert told(failure.value).startswith("Gallra failed because of a fault of its own")
    assert MARKER not in text + told(failure.value)


def test_a_database_error_is_logged_by_state_and_constraint() -> None:
    error = psycopg.errors.UniqueViolation(f"Key (email)=({MARKER}) already exists.")
    assert said(error) == "psycopg.errors.UniqueViolation (23505)"


@pytest.mark.parametrize("show", [told, said])
def test_our_own_say_what_to_do(show: object) -> None:
    assert callable(show)
    assert "Set it to one." in show(Misconfigured("GALLRA_PORT is not a number. Set it to one."))
