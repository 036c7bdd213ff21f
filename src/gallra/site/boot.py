"""From nothing to a working installation in this process: database, secrets, Django, guard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gallra.site import database
from gallra.site.environment import Misconfigured, secret
from gallra.site.server import Say
from gallra.site.terminal import gettext as _
from gallra.site.terminal import terminal_language


@contextmanager
def installation(say: Say, *, migrated: bool = True) -> Iterator[None]:
    """The database runs, Django is set up and the egress guard stands, for as long as the block runs.

    `say` is told what takes time. Where `migrated` (all but `up`, `demo` and `migrate`), tables of another release are
    Misconfigured; nothing is changed by itself.
    """
    with database.running(say):
        secret("secret_key")
        set_up_django()
        if migrated:
            _refuse_unmigrated()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def set_up_django() -> None:
    """Django with our settings; its guard on connections is set up with it (gallra.site.apps)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallra.site.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(terminal_language())


def _refuse_unmigrated() -> None:
    from gallra.site import schema

    if schema.pending():
        raise Misconfigured(
            _(
                "The tables in the database are not those of this release. Run `gallra migrate` "
                "(`gallra up` and `gallra demo` do it by themselves)."
            )
        )
