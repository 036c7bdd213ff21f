"""The job worker, as a child of the supervisor: `python -m gallra.site.worker`."""

from __future__ import annotations

from typing import cast

from gallra.site.boot import set_up_django
from gallra.site.serve import end_with_supervisor


def main() -> None:
    """Do jobs until SIGTERM; a job that runs is given time to come to the end of its batch."""
    set_up_django()
    end_with_supervisor()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        working.run_worker(
            concurrency=1, listen_notify=True, shutdown_graceful_timeout=25.0, install_signal_handlers=True
        )


if __name__ == "__main__":
    main()
