"""What tests of the customers' portal have in common: customers with an account, their cases and documents."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gallra.portal.urls import urlpatterns
from gallra.registers.given import Person
from gallra.registers.support.models import Account, Case, Contact
from gallra.site.models import User
from tests.running.world import case, company, contact
from tests.web.portal import BO, code, policy, visitor

NOW = timezone.now()


PDF = b"%PDF-1.7 en faktura"


OPEN = {"support-sign-in", "support-code", "support-join", "support-leave"}
"""Pages that lead into the portal, or out of it."""


def customer(address: str = BO) -> Contact:
    """Somebody with an account, and where they work."""
    found = Contact.objects.filter(email=address).first() or contact(address, company=company())
    Account.objects.create(contact=found)
    User.objects.create_user(email=address)
    return found


def sign_in(address: str = BO) -> Client:
    """Through the form, by the code that was mailed."""
    client = visitor()
    client.post("/support/sign-in/", {"address": address})
    client.post("/support/code/", {"code": code(address)})
    return client


def open_case(who: Contact, **more: object) -> Case:
    return case(contact=who, opened=NOW - timedelta(days=3), **more)  # type: ignore[arg-type]


def pdf(name: str = "faktura.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="text/html")


def addresses(number: int, document: int) -> list[str]:
    """Every address of the portal that names a case or a document, as the site has them."""
    found = [str(each.pattern) for each in urlpatterns if str(each.pattern).startswith("support/cases/")]
    assert len(found) >= 3
    return [
        "/" + each.replace("<int:number>", str(number)).replace("<int:key>", str(document)) for each in found
    ]


def rooms() -> list[str]:
    """Every other page of the portal that needs an account."""
    found = [
        each for each in urlpatterns if (each.name or "").startswith("support") and each.name not in OPEN
    ]
    return [f"/{each.pattern}" for each in found if "<" not in str(each.pattern)]


def accounts_person(address: str) -> Person:
    return Person(name="Bo Ek", email=address)


@pytest.fixture
def support_portal(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy with customers' accounts, and documents in a folder of the test's own."""
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    policy("munkeby-mended")
