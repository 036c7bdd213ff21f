"""S9, S13, M13: nothing is sent to a host that is not declared. In child processes: a guard cannot be taken away."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from gallra.site import egress


def run(code: str, *, first: str = "") -> subprocess.CompletedProcess[str]:
    """Run `code` in a process that has the guard, `first` before the guard stands. The hosts are reserved names and
    addresses (RFC 5737, 6761)."""
    before = (
        "import socket\n"
        + textwrap.dedent(first)
        + (
            "import logging, socket; logging.basicConfig(); from gallra.site import egress; egress.install()\n"
        )
    )
    return subprocess.run(
        [sys.executable, "-c", before + textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )


@pytest.mark.promise("S9", "S13", "M13")
@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('192.0.2.1', 443), timeout=1)",
        "socket.create_connection(('spy.example', 443), timeout=1)",
        "socket.getaddrinfo('spy.example', 443)",
        "socket.gethostbyname('spy.example')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))",
        "__import__('urllib.request').request.urlopen('http://spy.example/', timeout=1)",
        "__import__('smtplib').SMTP('spy.example')",
        "__import__('asyncio').run(__import__('asyncio').open_connection('spy.example', 443))",
    ],
)
def test_an_undeclared_host_is_refused(call: str) -> None:
    done = run(f"""
        try:
            {call}
        except egress.EgressRefused as refusal:
            print("refused", refusal.host)
        """)
    assert done.stdout.split() == ["refused", "spy.example" if "spy" in call else done.stdout.split()[-1]]
    assert "refused a connection to the undeclared host" in done.stderr


def test_this_machine_is_open() -> None:
    done = run("""
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
        print("through")
        """)
    assert done.stdout.strip() == "through", done.stderr


def test_a_declared_host_is_open_until_a_new_policy_drops_it() -> None:
    done = run("""
        real = socket.getaddrinfo
        egress.allow(["MAIL.Example.", "*.crm4.dynamics.example"])
        for host in ("mail.example", "our.crm4.dynamics.example"):
            try:
                socket.getaddrinfo(host, 25)
            except socket.gaierror:
                print("asked")     # the name does not exist, but nobody refused
        egress.only([])
        try:
            socket.getaddrinfo("mail.example", 25)
        except egress.EgressRefused:
            print("closed")
        """)
    assert done.stdout.split() == ["asked", "asked", "closed"], done.stderr


def test_the_address_of_an_open_name_is_open_and_others_are_not() -> None:
    """A connection goes to an address; it is open because an open name led there."""
    done = run(
        """
        egress.allow(["mail.example"])
        socket.getaddrinfo("mail.example", 25)
        for address in ("192.0.2.7", "192.0.2.8"):
            line = socket.socket()
            line.settimeout(0.2)
            try:
                line.connect((address, 25))
            except egress.EgressRefused:
                print("refused", address)
            except OSError:
                print("tried", address)
        """,
        first="""
        def answer(host, *rest, **named):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 25))]
        socket.getaddrinfo = answer
        """,
    )
    assert done.stdout.splitlines() == ["tried 192.0.2.7", "refused 192.0.2.8"], done.stderr


@pytest.mark.promise("S9")
def test_database_addresses_are_checked_when_read() -> None:
    egress.check("")
    egress.check("/run/postgresql")
    egress.check("127.0.0.1")
    with pytest.raises(egress.EgressRefused, match=r"db\.example"):
        egress.check("db.example")


def test_the_guard_is_up_wherever_django_is() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); import socket; socket.getaddrinfo('spy.example', 1)",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gallra.site.settings"},
    )
    assert "EgressRefused: The connection to spy.example was refused" in done.stderr
