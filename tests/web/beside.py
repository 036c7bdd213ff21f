"""What is kept beside requests, as staff meet it on the pages of these tests: one of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Model

from gallra.mail.models import Outgoing
from gallra.rights import breach_affected, breaches, disclosures, restriction
from gallra.rights.models import Breach, Disclosure, Notice, Request, Restriction

BY = "command line"
PAGES = (
    "/office/restrictions/", "/office/restrictions/RESTRICTION", "/office/disclosures/", "/office/disclosures/enter",
    "/office/disclosures/DISCLOSURE", "/office/notices/NOTICE", "/office/breaches/BREACH",
    "/office/breaches/BREACH/people", "/office/mail/",
)  # fmt: skip
"""Their pages; `whole` (conftest.py) puts numbers in."""
NUMBERS: tuple[tuple[str, type[Model]], ...] = (
    ("RESTRICTION", Restriction), ("DISCLOSURE", Disclosure), ("NOTICE", Notice), ("BREACH", Breach),
)  # fmt: skip


def beside(now: datetime) -> None:
    """A restriction that ends, a disclosure to an authority, a recipient to tell, a breach with the people whom it
    concerns, a mail that failed."""
    held = restriction.add("eva@example.com", ground="Bestrider att de stämmer", by=BY, now=now)
    restriction.end(held.pk, reason="Rättat", by=BY, now=now)
    disclosures.record(
        to="authority", recipient="Polisen Region Syd", ground="legal process", why="Beslut 5000-K1-26",
        extent="tre ärenden", approved_by="vd", address="bo@example.com", kinds=["support.case"], by=BY, now=now,
    )  # fmt: skip
    erasure = Request.objects.filter(right="erasure").first()
    assert erasure is not None
    Notice.objects.create(request=erasure, recipient="microsoft", name="Microsoft")
    known = now - timedelta(hours=60)
    made = breaches.enter(
        what="En bärbar dator är borta", known_at=known, kinds=["support.case"], by=BY, now=now
    )
    breaches.judge(
        made.pk, risk="high", measures="Spärrad", consequences="Obehöriga kan läsa", by=BY, now=now
    )
    breach_affected.look(made.pk, by=BY, now=now)
    Outgoing.objects.create(
        address="eva@example.com", text="rights/link", language="sv", message_id="beside@example.com", state="bounced",
        fate="failed", status="5.1.1", attempts=1, added_at=now, next_at=now, failed_at=now, request=erasure.pk,
    )  # fmt: skip
