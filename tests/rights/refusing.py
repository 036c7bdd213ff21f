"""A verb's no, in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.rights.test_requests import refused as all_as_before


def refused(code: str, act: Callable[..., object], *given: object, **more: object) -> None:
    """The verb refuses by that code, and leaves every request and entry as it was."""
    all_as_before(code, partial(act, *given, **more))
