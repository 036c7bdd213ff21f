"""The web server, as a child of the supervisor: `python -m gallra.site.web HOST PORT`."""

from __future__ import annotations

import os
import sys

from gallra.site.environment import number
from gallra.site.serve import end_with_supervisor


def main(host: str, port: int) -> None:
    """Serve until SIGTERM. No log of who asked for what: the reader's address is not ours to keep (M4)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallra.site.settings")
    end_with_supervisor()
    Granian(
        "gallra.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=number("WEB_PROCESSES", 1, least=1, most=64),
        blocking_threads=number("WEB_THREADS", 4, least=1, most=64),
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
