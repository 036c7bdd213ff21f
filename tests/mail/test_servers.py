"""The addresses of mail servers: what is said over a network is encrypted, and a mistake names its setting."""

from __future__ import annotations

import pytest

from gallra.mail.servers import Server, mailbox, smtp_server
from gallra.site.environment import Misconfigured


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 587, starttls=True)),
        ("smtps://a%40b:p%3Aw@mail.example", Server("mail.example", 465, "a@b", "p:w", tls=True)),
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525)),
        ("smtp://[::1]", Server("::1", 587)),
        ("smtp://localhost.mail.example", Server("localhost.mail.example", 587, starttls=True)),
    ],
)
def test_where_mail_goes(address: str, server: Server) -> None:
    assert smtp_server(address) == server


def test_where_mail_comes_from() -> None:
    found = mailbox("imaps://privacy:p@mail.example/INBOX.Integritet")
    assert found is not None
    assert (found.server, found.folder) == (
        Server("mail.example", 993, "privacy", "p", tls=True), "INBOX.Integritet",
    )  # fmt: skip
    plain = mailbox("imap://privacy:p@mail.example")
    assert plain is not None
    assert (plain.server.starttls, plain.server.port, plain.folder) == (True, 143, "INBOX")
    assert (smtp_server(""), mailbox("")) == (None, None)


@pytest.mark.parametrize(
    "address", ["mail.example", "http://mail.example", "smtp://", "smtp://h:x", "smtp://h/x"]
)
def test_what_is_no_mail_server(address: str) -> None:
    with pytest.raises(Misconfigured, match="GALLRA_SMTP_URL"):
        smtp_server(address)
    with pytest.raises(Misconfigured, match="GALLRA_MAILBOX_URL"):
        mailbox(address)


def test_a_mailbox_has_a_password_and_nobody_sees_it() -> None:
    with pytest.raises(Misconfigured) as refused:
        mailbox("imaps://privacy@mail.example/INBOX")
    assert "privacy@" not in str(refused.value)
    assert "hemligt" not in repr(mailbox("imaps://privacy:hemligt@mail.example/INBOX"))
