"""Loaded by pytest before Django's settings: the tests' own GALLRA_HOME, shared by all workers of one run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Nothing outlives a run, so the server need not wait for the disk.
SETTINGS = "fsync=off;synchronous_commit=off;full_page_writes=off;shared_buffers=128MB;max_wal_size=1GB"

_is_worker = "PYTEST_XDIST_WORKER" in os.environ
if not _is_worker:
    for _name in [
        name for name in os.environ if name.startswith("GALLRA_") and not name.startswith("GALLRA_TEST_")
    ]:
        del os.environ[_name]
    _home = Path(tempfile.mkdtemp(prefix="gallra-tests-"))
    _home.chmod(0o711)  # started by root, the server is another user, who must pass through
    os.environ["GALLRA_HOME"] = str(_home)
    os.environ["GALLRA_DATABASE_FOLDER"] = str(_home / "postgres")
    os.environ["GALLRA_DATABASE_SETTINGS"] = SETTINGS


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main() -> Iterator[None]:
    try:
        return (yield)
    finally:
        if not _is_worker:
            shutil.rmtree(os.environ["GALLRA_HOME"], ignore_errors=True)
