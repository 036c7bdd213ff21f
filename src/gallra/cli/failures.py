"""What the command line says when something fails."""

from __future__ import annotations

import logging

import typer

from gallra.site.terminal import gettext as _
from gallra.site.terminal import terminal_language

EXPECTED = "gallra."


def told(error: Exception) -> str:
    """The failure in words: ours as they are; any other by its class and place, since its text may hold a value."""
    if type(error).__module__.startswith(EXPECTED):
        in_language = getattr(error, "told", None)  # of those that carry both languages themselves
        return str(in_language(terminal_language()) if in_language else error)
    from gallra.site.logs import Formatter

    trace = error.__traceback__
    record = logging.LogRecord("gallra", logging.ERROR, "", 0, "", None, (type(error), error, trace))
    where = Formatter().formatException(record.exc_info)  # type: ignore[arg-type]
    words = _("Gallra failed because of a fault of its own; what was not yet committed was not done.")
    return f"{words}\n{where}"


def say(text: str) -> None:
    """Tell what takes time, beside the result: on standard error."""
    typer.echo(text, err=True)
