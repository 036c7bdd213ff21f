"""`gallra up`, `gallra demo`, `gallra migrate`: what starts and serves an installation."""

from __future__ import annotations

from typing import Annotated

import typer

from gallra.site.terminal import gettext as _

Host = Annotated[
    str, typer.Option(help="The address to listen on. Others than this machine's need a proxy with TLS.")
]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(demo)
    app.command()(migrate)


def up(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the database, the worker and the web, and serve until Ctrl-C."""
    from gallra.site import boot, opening

    opening.end_by_sigterm()
    opening.set_address(host=host, port=port)

    def tell_address() -> None:
        from django.conf import settings

        _say(_("Gallra serves %(address)s/ (Ctrl-C ends it).") % {"address": settings.ADDRESS})

    with boot.installation(_say, migrated=False):
        opening.prepare(_say)
        opening.serve(host=host, port=port, on_ready=tell_address, say=_say)


def migrate() -> None:
    """Bring the database to this release's form and set the roles' rights. Safe to repeat."""
    from gallra.site import boot

    with boot.installation(_say, migrated=False):
        from gallra.site import schema

        schema.migrate(verbosity=1)
    _say(_("The database has this release's form."))


def demo(
    policy: Annotated[str, typer.Option(help="Whose policy to play: swinx or munkeby.")] = "swinx",
    people: Annotated[
        int, typer.Option(help="How many people the company knows.", min=10, max=1_000_000)
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Another number makes another company.")] = 1,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    anew: Annotated[bool, typer.Option("--anew", help="Throw the demo in GALLRA_HOME away first.")] = False,
) -> None:
    """Make a company with generated people and five years of history, and serve it until Ctrl-C."""
    from gallra.site import demo as site_demo
    from gallra.site import opening

    opening.end_by_sigterm()
    site_demo.run(policy=policy, people=people, seed=seed, host=host, port=port, anew=anew, say=_say)


def _say(text: str) -> None:
    from gallra.cli.failures import say

    say(text)
