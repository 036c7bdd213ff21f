"""The mail servers, once for all tests of mail, empty before each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail import servers


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[servers.Mail]:
    folder = Path(tempfile.mkdtemp(prefix="gallra-mail-"))
    folder.chmod(0o711)  # started by root, Dovecot reads as another user
    try:
        with servers.running(folder) as mail:
            yield mail
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mail(mail_servers: servers.Mail, monkeypatch: pytest.MonkeyPatch) -> servers.Mail:
    """The servers as new, trusted by whoever asks the system whom to trust."""
    mail_servers.office.reset()
    mail_servers.office.box("privacy")
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(mail_servers.certificate))
    return mail_servers
