"""What `gallra up` and `gallra demo` share: bring the installation to this release, then serve it."""

from __future__ import annotations

import ipaddress
import os
import signal
from collections.abc import Callable
from types import FrameType

from gallra import __version__
from gallra.site import serve as serving
from gallra.site.environment import Misconfigured
from gallra.site.server import Say
from gallra.site.terminal import gettext as _


def set_address(*, host: str, port: int, by_name: bool = False) -> None:
    """Where people reach us, for Django's settings: as told by GALLRA_ADDRESS, else this machine at `port`.

    by_name: this machine as localhost, where that is what we listen on: passkeys belong to a name, never to a number.
    Misconfigured when we are to listen beyond this machine without being told our address, and when the port is taken.
    """
    if not os.environ.get("GALLRA_ADDRESS"):
        if not is_loopback(host):
            raise Misconfigured(
                _(
                    "Serving others than this machine needs TLS. Set GALLRA_ADDRESS to https://name, let a proxy hold "
                    "the certificate, and set GALLRA_BEHIND_PROXY to yes."
                )
            )
        name = "localhost" if by_name and host in ("127.0.0.1", "::1") else _in_address(host)
        os.environ["GALLRA_ADDRESS"] = f"http://{name}:{port}"
    if not serving.free(host, port):
        raise Misconfigured(
            _("Port %(port)s is in use on this machine. Choose another with --port.") % {"port": port}
        )


def end_by_sigterm() -> None:
    """From now on SIGTERM ends this process as Ctrl-C does: cleanly, the database included."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prepare(say: Say) -> None:
    """Bring tables, rights and static files to this release's form; quick when they are."""
    from django.conf import settings

    from gallra.site import grants, schema

    if schema.pending():
        say(_("Bringing the database to this release ..."))
        schema.migrate()
    else:
        grants.apply()
    _refuse_restored()
    serving.collect_static(settings.STATIC_ROOT, release=__version__)


def _refuse_restored() -> None:
    """Nothing is served on a database that was put back, until what came after the backup is joined to it."""
    from gallra.running import replay
    from gallra.running.behind import behind

    if not behind():
        replay.reconcile()
    else:
        raise Misconfigured(
            _(
                "The database is older than its ledger's copy outside it: it was restored. Run gallra restore, which "
                "does again what was done since; where it names a version of the policy, adopt that one. Then "
                "start again."
            )
        )


def serve(
    *,
    host: str,
    port: int,
    on_ready: Callable[[], None],
    say: Say,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Run the worker and the web until Ctrl-C or SIGTERM; `on_ready` is called once the first page can be had.

    meanwhile: what is to be done before that, while the parts start.
    """
    from django.db import connections

    parts = serving.children(host=host, port=port)
    with serving.started(parts):
        if meanwhile is not None:
            meanwhile()
        connections.close_all()  # the supervisor itself needs no connection while it waits
        with serving.signals_as_stop() as stop:
            serving.watch(
                parts, stop=stop, ready=lambda: serving.answers(host, port), on_ready=on_ready, say=say
            )
    say(_("Stopped."))


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
