"""The job worker, as a child of the supervisor: `python -m gallra.site.worker`.

Two workers in one process: one for everything, and one beside it for what somebody waits for (mail), so that a sweep of
an hour keeps no sign-in code back.
"""

from __future__ import annotations

import asyncio
import signal
from typing import Any, cast

from procrastinate import App

from gallra.site.boot import set_up_django
from gallra.site.serve import end_with_supervisor

GRACE = 25.0  # seconds for a job to come to the end of its batch


def main() -> None:
    """Do jobs until SIGTERM; a job that runs is given time to come to the end of its batch."""
    set_up_django()
    end_with_supervisor()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        asyncio.run(work(working))


async def work(app: App) -> None:
    """Both workers, until SIGTERM or Ctrl-C, or until one of them cannot go on: then both end."""
    from gallra.mail.jobs import SOON

    async with app.open_async():
        workers = [
            asyncio.create_task(_worker(app, name="worker", concurrency=1)),
            asyncio.create_task(_worker(app, name="soon", concurrency=2, queues=[SOON])),
        ]

        asked: list[bool] = []

        def stop() -> None:
            """Ask both to end, once: a second time would cut short the job that is coming to its end."""
            if not asked:
                asked.append(True)
                for worker in workers:
                    worker.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        stop()
        ended = await asyncio.gather(*workers, return_exceptions=True)
    for failure in ended:
        if isinstance(failure, Exception):
            raise failure


async def _worker(app: App, **options: Any) -> None:
    """options: name, concurrency, and the queues it looks into: all, if none are named."""
    await app.run_worker_async(
        listen_notify=True, shutdown_graceful_timeout=GRACE, install_signal_handlers=False, **options
    )


if __name__ == "__main__":
    main()
