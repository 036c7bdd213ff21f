"""What somebody waits for is done beside a job that takes long; both workers end when they are asked to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gallra.mail import jobs
from gallra.mail.models import Outgoing
from tests.conftest import Database
from tests.mail.test_periods import mail

WORKER = """
import sys, time
from pathlib import Path
from gallra.site import boot, worker

def set_up():
    boot.set_up_django()
    from procrastinate.contrib.django import app

    @app.task(name="takes_long")
    def takes_long():
        while not Path(sys.argv[1]).exists():
            time.sleep(0.02)

worker.set_up_django = set_up
worker.main()
"""


@pytest.mark.promise("S21")
def test_no_sweep_keeps_a_sign_in_code_waiting(fresh_database: Database, tmp_path: Path) -> None:
    """A long job is underway; mail goes all the same. (There is no mail server: it goes to the outbox.)"""
    row, end = mail("bo@kund.example", days=0, fate="underway"), tmp_path / "end"
    app.configure_task("takes_long", allow_unknown=True).defer()
    environment = {**os.environ, "GALLRA_DATABASE_NAME": str(connection.settings_dict["NAME"])}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(end)], env=environment, stdin=subprocess.PIPE
    )
    try:
        _until("takes_long", "doing")
        jobs.deliver.defer(mail=row)
        _until("deliver", "succeeded")
        assert Outgoing.objects.get().state == "outbox"
        assert ProcrastinateJob.objects.get(task_name="takes_long").status == "doing"
        process.terminate()
        end.touch()
        assert process.wait(30) == 0
        assert ProcrastinateJob.objects.get(task_name="takes_long").status == "succeeded"
    finally:
        process.kill()
        process.wait()
        assert process.stdin
        process.stdin.close()


def _until(task: str, status: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ProcrastinateJob.objects.filter(task_name=task, status=status).exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{task} is not {status}")
