"""`gallra rewrite`: what was erased leaves the database's files too."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gallra.cli.console import agreed, installation, show, signed, write_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rewrite)


def rewrite(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of sentences.")] = False,
) -> None:
    """Write the tables anew in which something was erased, so that its bytes go too. They are closed meanwhile."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import remains, rewriting, words
        from gallra.running.installed import running

        now = timezone.now()
        running()
        tables = remains.waiting()
        if not as_json:
            show(words.waiting(tables))
        if tables and not agreed(_("Rewrite them now?"), yes=yes):
            sys.stderr.write(_("Nothing was touched. To carry it out: gallra rewrite --yes") + "\n")
            raise typer.Exit(1)
        done = rewriting.rewrite(now)
        if done is not None:
            signed(timezone.now())
        if as_json:
            told = done and {
                "tables": done.tables,
                "left": done.left,
                "bytes": done.bytes,
                "seconds": done.seconds,
                "log_cut": done.log_cut,
            }
            write_json(told or {"tables": [], "left": [], "bytes": 0, "seconds": 0, "log_cut": False})
        elif done is not None:
            for line in words.rewritten(done):
                show(line)
        if done is not None and done.left:
            raise typer.Exit(1)
