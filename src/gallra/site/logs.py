"""Logs say what happened and where, never whose: an exception of a library may carry a value in its text."""

from __future__ import annotations

import logging
import time
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Formatter(logging.Formatter):
    """One line per record in UTC; exceptions without their texts, but for those of Gallra, which carry no value."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatException(self, ei: ExcInfo) -> str:
        error = ei[1]
        lines: list[str] = []
        while error is not None:
            lines.append(said(error))
            for frame in traceback.extract_tb(error.__traceback__)[-12:]:
                lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


class ByRoute(logging.Filter):
    """Lets what Django tells of a request name the page's pattern, not the address that was asked for: in its place may
    stand a token, or whatever somebody typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "(no such page)"
            record.args = tuple(route if value == path else value for value in record.args)
        return True


_NAMES_OF_CODE = (NameError, AttributeError, ImportError)  # these texts hold names of our own making


def said(error: BaseException) -> str:
    """The exception in words that hold no value: its class, its text if it is ours, the constraint if the
    database's."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.startswith("gallra.") or isinstance(error, _NAMES_OF_CODE):
        return f"{name}: {error}"
    state = getattr(error, "sqlstate", None)
    if state:
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return f"{name} ({state}{f', {constraint}' if constraint else ''})"
    return name
