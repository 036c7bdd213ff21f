"""Documents in the customers' portal: what is taken, and how it goes back (S8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gallra.portal import support
from gallra.registers.support.models import CaseDocument, Message
from gallra.site import files
from tests.web.support import (
    PDF,
    customer,
    open_case,
    pdf,
    sign_in,
)
from tests.web.support import support_portal as support_portal

pytestmark = pytest.mark.usefixtures("support_portal")


@pytest.mark.promise("S8")
def test_a_document_comes_with_its_description_and_goes_back_as_a_download(tmp_path: Path) -> None:
    mine, client = open_case(customer()), sign_in()
    path = f"/support/cases/{mine.number}/reply"
    assert files.limits() in client.get(f"/support/cases/{mine.number}").content.decode()
    client.post(path, {"body": "Se bilagan", "file": pdf("Åsas <b>.pdf"), "description": "Felet"})
    kept = CaseDocument.objects.get()
    assert (kept.name, kept.description, kept.media_type) == ("Åsas <b>.pdf", "Felet", "application/pdf")
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and PDF in one.read_bytes()]
    got = client.get(f"/support/cases/{mine.number}/documents/{kept.pk}")
    assert got.getvalue() == PDF
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Type"] == "application/pdf"
    CaseDocument.objects.update(secret=b"0" * 60)
    assert client.get(f"/support/cases/{mine.number}/documents/{kept.pk}").status_code == 410


@pytest.mark.parametrize(
    ("name", "size", "description", "said"),
    [
        ("a.pdf", files.LARGEST + 1, "Stor", "too large"),
        ("a.html", 10, "Sida", "of this kind"),
        ("a.svg", 10, "Bild", "of this kind"),
        ("pdf", 10, "Utan slut", "of this kind"),
        ("a.pdf", 0, "Tom", "empty"),
        ("a.pdf", 10, " ", "Say what the document is"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_sent(
    name: str, size: int, description: str, said: str
) -> None:
    mine, client = open_case(customer(), messages=0), sign_in()
    answer = client.post(
        f"/support/cases/{mine.number}/reply",
        {"body": "Hej", "file": SimpleUploadedFile(name, b"0" * size), "description": description},
    )
    assert said in answer.content.decode()
    assert "Hej</textarea>" in answer.content.decode()
    assert not Message.objects.exists()
    assert not CaseDocument.objects.exists()


def test_a_case_takes_so_many_documents_and_an_account_so_many_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, client = open_case(customer(), messages=0), sign_in()
    path = f"/support/cases/{mine.number}/reply"
    monkeypatch.setattr(support, "MOST_DOCUMENTS", 1)
    for description in ("ett", "två"):
        answer = client.post(path, {"body": "Hej", "file": pdf(), "description": description})
    assert "as many documents as it takes" in answer.content.decode()
    assert (Message.objects.count(), CaseDocument.objects.count()) == (1, 1)
    monkeypatch.setattr(support.WRITTEN, "most", 2)
    assert client.post(path, {"body": "Hej"}).status_code == 429
