"""What the command line says when something fails."""

from __future__ import annotations

import logging

import typer

EXPECTED = "gallra."


def told(error: Exception) -> str:
    """The failure in words: ours as they are; any other by its class and place, since its text may hold a value."""
    from gallra.policy import PolicyMistakes
    from gallra.site.boot import terminal_language

    if isinstance(error, PolicyMistakes):
        return error.told(terminal_language())
    if type(error).__module__.startswith(EXPECTED):
        return str(error)
    from gallra.site.logs import Formatter

    trace = error.__traceback__
    record = logging.LogRecord("gallra", logging.ERROR, "", 0, "", None, (type(error), error, trace))
    where = Formatter().formatException(record.exc_info)  # type: ignore[arg-type]
    return f"Gallra failed, by a mistake of its own; what was not yet committed was not done.\n{where}"


def say(text: str) -> None:
    """Tell what takes time, beside the result: on standard error."""
    typer.echo(text, err=True)
