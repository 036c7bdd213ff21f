"""A mail server of the tests' own: aiosmtpd takes mail in, Debian's Dovecot serves the Maildirs by IMAP.

All on loopback ports, with a certificate of their own that programs trust by SSL_CERT_FILE.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from mailbox import Maildir
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gallra.mail.servers import Mailbox, Server

PASSWORD = "losenord-for-prov"
READY = 20.0  # seconds for a server to answer


@dataclass
class PostOffice:
    """Mailboxes, one for each local part. How it behaves is set by the tests.

    refuse: recipients it does not know. later: so many times it puts off each recipient (greylisting). drop: so many
    messages it breaks off at, before it has answered, having kept them or not. data: what it says to the contents.
    """

    folder: Path
    owner: tuple[int, int] | None
    refuse: set[str] = field(default_factory=set)
    later: int = 0
    drop: int = 0
    keep_dropped: bool = False
    data: str = "250 2.0.0 kept"
    seen: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    put_off: dict[str, int] = field(default_factory=dict)

    def reset(self) -> None:
        """As new: it takes everything, and has nothing."""
        self.refuse, self.later, self.drop, self.keep_dropped, self.data = (
            set(),
            0,
            0,
            False,
            "250 2.0.0 kept",
        )
        self.seen, self.put_off, self.options = [], {}, []
        for box in self.folder.iterdir():
            shutil.rmtree(box)

    def box(self, name: str) -> Maildir:
        """The mailbox of a local part, made where it is missing."""
        self.folder.mkdir(exist_ok=True)
        made = Maildir(self.folder / name)
        self._give(self.folder / name)
        return made

    def put(self, name: str, raw: bytes) -> None:
        """Put a message into a mailbox as it is."""
        self.box(name).add(raw)
        self._give(self.folder / name)

    def read(self, name: str) -> list[EmailMessage]:
        """The messages of a mailbox, oldest first."""
        box = self.box(name)
        raw = [box.get_bytes(key) for key in sorted(box.keys())]
        found = [message_from_bytes(each, policy=policy.default) for each in raw]
        return [each for each in found if isinstance(each, EmailMessage)]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        self.options.append([*envelope.mail_options, *rcpt_options])
        if address in self.refuse:
            return f"550 5.1.1 <{address}> is not known here"
        if self.put_off.get(address, 0) < self.later:
            self.put_off[address] = self.put_off.get(address, 0) + 1
            return f"451 4.7.1 <{address}> come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        dropped, self.drop = self.drop > 0, max(0, self.drop - 1)
        if (not dropped or self.keep_dropped) and self.data.startswith("250"):
            for address in envelope.rcpt_tos:
                self.seen.append(address)
                path = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode()
                self.put(address.partition("@")[0], path + content)
        if dropped:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.data

    def _give(self, folder: Path) -> None:
        """To the user as whom Dovecot reads."""
        if self.owner is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, *self.owner)


@dataclass(frozen=True)
class Mail:
    """Everything that runs. plain, tls: the SMTP server without and with encryption from the start; starttls: one that
    must be asked for encryption, and for a password after it. inbox: the privacy mailbox by IMAP over TLS."""

    office: PostOffice
    plain: Server
    tls: Server
    starttls: Server
    inbox: Mailbox
    certificate: Path


@contextmanager
def running(folder: Path) -> Iterator[Mail]:
    """The servers, for as long as the block runs; `folder` is empty, and can be passed through by others."""
    certificate, key = _certificate(folder)
    root = os.getuid() == 0
    user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    office = PostOffice(folder / "mail", (user.pw_uid, user.pw_gid) if root else None)
    office.box("privacy")
    if office.owner:
        os.chown(office.folder, *office.owner)
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.load_cert_chain(certificate, key)
    with (
        _smtp(office) as plain,
        _smtp(office, ssl_context=trusted) as tls,
        _smtp(
            office, tls_context=trusted, require_starttls=True, authenticator=_sign_in, auth_required=True
        ) as asks,
        _dovecot(folder, certificate, key, user) as imap,
    ):
        yield Mail(
            office=office,
            plain=Server("127.0.0.1", plain, timeout=5),
            tls=Server("localhost", tls, tls=True, timeout=5),
            starttls=Server("localhost", asks, "gallra", PASSWORD, starttls=True, timeout=5),
            inbox=Mailbox(Server("localhost", imap, "privacy", PASSWORD, tls=True, timeout=5)),
            certificate=certificate,
        )


def _sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"gallra", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def _smtp(office: PostOffice, **options: Any) -> Iterator[int]:
    port = _free_port()
    server = Controller(office, hostname="127.0.0.1", port=port, ident="post office", **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def _dovecot(folder: Path, certificate: Path, key: Path, user: pwd.struct_passwd) -> Iterator[int]:
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "Debian's dovecot-imapd is missing: scripts/setup test"
    port = _free_port()
    users = folder / "users"
    users.write_text(f"privacy:{{PLAIN}}{PASSWORD}::::::\n")
    users.chmod(0o644)
    inside = "root" if os.getuid() == 0 else user.pw_name
    settings = folder / "dovecot.conf"
    settings.write_text(f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
auth_failure_delay = 0
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
default_internal_user = {"dovecot" if inside == "root" else user.pw_name}
default_internal_group = {"dovecot" if inside == "root" else _group(user)}
default_login_user = {"dovenull" if inside == "root" else user.pw_name}
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={folder}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""")
    process = subprocess.Popen([program, "-F", "-c", str(settings)], stdin=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _group(user: pwd.struct_passwd) -> str:
    import grp

    return grp.getgrgid(user.pw_gid).gr_name


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until:
        assert process.poll() is None, "Dovecot ended by itself"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("Dovecot does not answer")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    private.chmod(0o600)
    return certificate, private
