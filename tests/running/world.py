"""A small installation for tests: a policy adopted, and cases, contacts and companies made straight in the tables."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from gallra.registers.directory.models import Company
from gallra.registers.support.models import Case, Contact, Message
from gallra.running.models import Adoption

POLICIES = Path(__file__).parents[2] / "policies"
NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
_numbers = itertools.count(10_000)


def adopted(text: str, *, at: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> Adoption:
    """The policy in `text` runs since `at`."""
    from gallra.policy import read_policy

    return Adoption.objects.create(
        version=read_policy(text).version, text=text, reason="test", by="command line", at=at, salt=b"0" * 32
    )


def company(name: str = "Exempelbolaget AB") -> Company:
    return Company.objects.create(name=name)


def contact(email: str = "bo@example.com", *, company: Company | None = None) -> Contact:
    return Contact.objects.create(name="Bo Ek", email=email, company=company)


def case(
    *,
    closed: datetime | None = None,
    opened: datetime = datetime(2025, 1, 1, tzinfo=UTC),
    contact: Contact | None = None,
    company: Company | None = None,
    messages: int = 2,
) -> Case:
    """A case, closed at that moment or open, with its dialogue."""
    made = Case.objects.create(
        number=next(_numbers),
        contact=contact,
        company=company,
        subject="Programmet startar inte",
        description="Det står fel på skärmen",
        assignee="Alva",
        status="closed" if closed else "open",
        opened_at=opened,
        closed_at=closed,
    )
    Message.objects.bulk_create(
        Message(case=made, contact=contact, direction="in", author=None, body="Hej", sent_at=opened)
        for _ in range(messages)
    )
    return made


MINI = """
[controller]
name = "Munkeby Systems"
email = "info@munkeby.example"
language = "sv"
timezone = "Europe/Stockholm"

[place.own]
servers = "own"
country = "SE"

[system.support]
title = { sv = "SupportControl", en = "SupportControl" }
records = ["support.case", "support.account"]
place = "own"

[purpose.support]
text = { sv = "ge support", en = "give support" }
records = ["support.case"]

[[retention]]
records = ["support.case"]
after = "the case was closed"
keep = "3 months"
then = "archive"
promises = ["M16"]
"""
