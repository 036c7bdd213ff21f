"""A message is read whatever it looks like: who, what, in answer to what; machines are told from people."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gallra.mail import quoting, reading

LETTER = """\
From: Bo Ek <Bo@Kund.example>
To: privacy@munkeby.example
Subject: =?utf-8?q?Mina_uppgifter?=
Date: Sun, 22 Nov 2026 10:00:00 +0100
Message-ID: <1@kund.example>
References: <0@kund.example> <a.b@munkeby.example>
In-Reply-To: <a.b@munkeby.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hej,

jag vill ha ut mina uppgifter.

Bo Ek

Den sön 22 nov. 2026 kl 09:00 skrev Munkeby <info@munkeby.example>:
> Vad vill du?
"""


def letter(**headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return (more + LETTER).encode()


def test_a_letter() -> None:
    said = reading.read(letter())
    assert (said.kind, said.address, said.name, said.subject) == (
        "message", "bo@kund.example", "Bo Ek", "Mina uppgifter",
    )  # fmt: skip
    assert said.said == "Hej,\n\njag vill ha ut mina uppgifter.\n\nBo Ek"
    assert "Vad vill du?" in said.body
    assert said.message_id == "1@kund.example"
    assert said.references == ("0@kund.example", "a.b@munkeby.example")
    assert said.written_at == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "no"}, "message"),
        ({"Auto_Submitted": "auto-replied (vacation)"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"Return_Path": "<>"}, "automatic"),
        ({"List_Id": "<nyheter.example>"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Return_Path": "<bo@kund.example>"}, "message"),
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str], kind: str) -> None:
    assert reading.read(letter(**headers)).kind == kind


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Ja tack\n\nFrån: Munkeby <i@m.example>\nSkickat: den 22 november 2026 10:00\nTill: Bo Ek\nÄmne: Hej\n\nHej",
         "Ja tack"),
        ("Yes please.\n\nOn Sun, Nov 22, 2026 at 10:00 AM Munkeby <i@m.example> wrote:\n> Hello\n", "Yes please."),
        ("- ta bort mig\n- nu\n", "- ta bort mig\n- nu"),
        ("> bara citat\n", "> bara citat"),
        ("Radera.\n\n" + "lång " * 400 + "\n\nDen 1 jan skrev A <a@b.example>:\n> x",
         "Radera.\n\n" + ("lång " * 400).strip()),
        ("ord " * 9000, ("ord " * 9000).strip()),
    ],
)  # fmt: skip
def test_what_is_quoted_is_cut_off_and_nothing_else(body: str, said: str) -> None:
    assert quoting.said_in(body) == said


@pytest.mark.parametrize(
    "words",
    [
        "On a ",
        "On x wrote ",
        "\n",
        " \n\t\n",
        "\xa0\n",
        "> ",
        "From: a\n",
        "Den x kl skrev ",
        "-a\n",
        "_" * 40,
    ],
)
def test_no_letter_keeps_the_worker_busy(words: str) -> None:
    """Some patterns of the library take minutes for what fits on a page (a power of the length of a line)."""
    began = time.process_time()
    quoting.said_in(words * (200_000 // len(words)))
    assert time.process_time() - began < 3


def test_html_alone_is_read_as_text() -> None:
    html = "<style>p {}</style><p>Hej &amp; h&aring;,</p><p>ta <b>bort</b> mig<br>nu</p><script>x()</script>"
    raw = letter().replace(b"text/plain", b"text/html").partition(b"\n\n")[0] + b"\n\n" + html.encode()
    assert reading.read(raw).said == "Hej & hå,\n\nta bort mig\nnu"


def test_documents_within_limits_and_the_rest_counted() -> None:
    part = (
        '--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="{name}"\n\n{text}\n'
    )
    parts = [part.format(name=f"../{n}\tx.pdf", text="innehåll") for n in range(reading.MOST + 3)]
    head = LETTER.partition("Content-Type")[0]
    head += "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nHej\n"
    raw = f"{head}{''.join(parts)}--x--\n"
    said = reading.read(raw.encode())
    assert said.said == "Hej"
    assert len(said.documents) == reading.MOST
    assert said.left_out == 3
    assert said.documents[0].content == "innehåll".encode()
    assert said.documents[0].media_type == "application/pdf"


def test_a_report_names_what_came_back() -> None:
    said = reading.read(bounce("a@munkeby.example", envelope="a"))
    assert said.kind == "bounce"
    assert said.documents == ()
    (report,) = said.reports
    assert (report.action, report.status, report.names, report.envelope) == (
        "failed", "5.1.1", ("a@munkeby.example",), "a",
    )  # fmt: skip


def bounce(message_id: str, *, envelope: str = "", action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server writes when it cannot deliver (as Postfix does)."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: privacy@munkeby.example
Date: Sun, 22 Nov 2026 10:05:00 +0100
Message-ID: <returned-{message_id}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{f"Original-Envelope-Id: {envelope}" if envelope else "X-Queue-ID: 1"}

Final-Recipient: rfc822; bo@kund.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <bo@kund.example>: unknown

--b
Content-Type: text/rfc822-headers

From: integritet@munkeby.example
To: bo@kund.example
Message-ID: <{message_id}>

--b--
""".encode()


HEADERS = ("From", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition",
           "Content-Transfer-Encoding", "Auto-Submitted", "Return-Path")  # fmt: skip


@given(
    some.lists(some.tuples(some.sampled_from(HEADERS), some.text(max_size=60)), max_size=8),
    some.binary(max_size=300),
)
def test_anything_at_all_is_read(headers: list[tuple[str, str]], body: bytes) -> None:
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
    said = reading.read(raw + b"\r\n" + body)
    for text in (
        said.address,
        said.name,
        said.subject,
        said.body,
        said.said,
        said.message_id,
        *said.references,
    ):
        assert "\0" not in text
        text.encode()  # no half characters: a database refuses them
    assert len(said.digest) == 32


@pytest.mark.parametrize(
    "header",
    [
        "From: =?utf-8?b?////?= <", "From: undisclosed", "From: a@b, c@d", "Date: 31 Feb 99999", "Date: -",
        "Content-Type: text/plain; charset=no-such", "Content-Type: multipart/mixed", "Content-Type: ;;;",
        "Message-ID: [1@x]", "Content-Type: text/plain; charset*=utf-8''%", "From: \"", "To: <>;:",
        "Content-Disposition: attachment; filename*0*=", "Subject: =?iso-8859-1?q?=80=ff?=",
    ],
)  # fmt: skip
def test_headers_that_break_the_rules_are_read(header: str) -> None:
    assert reading.read(f"{header}\n\nHej".encode()).kind == "message"
