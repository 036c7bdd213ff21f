"""Support cases on the staff's side: what waits for an answer, one case, and what is done with it (M6, M7, M16)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallra.mail.models import Outgoing
from gallra.office.cases import listing
from gallra.registers.directory import restricting
from gallra.registers.support import actions
from gallra.registers.support.models import Case, CaseDocument, Message, Note
from gallra.rights import opened
from gallra.site.models import Role, User
from tests.running.world import case, company, contact
from tests.web.portal import BO, CLEO, policy

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _policy(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    policy("munkeby-mended")


def staff(role: str = Role.SUPPORT, lang: str = "en") -> Client:
    client = Client(headers={"Accept-Language": lang})
    client.force_login(User.objects.create_user(email=f"{role}@gallra.example", name="Eva Ek", role=role))
    return client


def bos(**more: object) -> Case:
    from gallra.registers.support.models import Contact

    who = Contact.objects.filter(email=BO).first() or contact(BO, company=company())
    return case(contact=who, company=who.company, opened=NOW - timedelta(days=3), **more)  # type: ignore[arg-type]


def test_they_are_for_support_and_privacy() -> None:
    found = bos()
    for path in ("/office/cases/", f"/office/cases/{found.number}"):
        assert Client().get(path).headers["Location"].startswith("/account/login/")
        for role in Role.values:
            client = Client()
            user = User.objects.filter(role=role).first()
            client.force_login(user or User.objects.create_user(email=f"{role}@gallra.example", role=role))
            right = role in (Role.SUPPORT, Role.PRIVACY)
            assert client.get(path).status_code == (200 if right else 403), role
            assert client.post(f"/office/cases/{found.number}/answer").status_code == (400 if right else 403)
            assert ("/office/cases/" in client.get("/office/").content.decode()) == right
    assert not Message.objects.filter(direction="out").exists()


def test_the_longest_waiting_comes_first_and_the_numbers_narrow_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [bos(messages=0) for _ in range(4)]
    for days, each in enumerate(made):
        Case.objects.filter(pk=each.pk).update(last_contact_at=NOW - timedelta(days=days))
    waiting, done = bos(messages=0), bos(closed=NOW)
    actions.reply(waiting.pk, body="Vilken version?", actor="system", now=NOW)
    client, path, seen = staff(), "/office/cases/", list[str]()
    while path:
        html = client.get(path).content.decode()
        seen += re.findall(r'href="/office/cases/(\d+)"', html)
        older = re.search(r'href="(\?show=answer&amp;from=\d+)"', html)
        path = f"/office/cases/{older[1].replace('&amp;', '&')}" if older else ""
    assert seen == [str(each.number) for each in reversed(made)]
    client.post(f"/office/cases/{waiting.number}/take")
    for show, number in (("waiting", waiting.number), ("mine", waiting.number), ("closed", done.number)):
        html = client.get(f"/office/cases/?show={show}").content.decode()
        assert re.findall(r'href="/office/cases/(\d+)"', html) == [str(number)], show


def test_a_case_is_found_by_its_number() -> None:
    found, client = bos(closed=NOW), staff()
    answer = client.get("/office/cases/", {"number": f" {found.number} "})
    assert answer.headers["Location"] == f"/office/cases/{found.number}"
    for number in (found.number + 1, "x", "9" * 11, "9" * 40):
        assert (
            "There is no case with that number"
            in client.get("/office/cases/", {"number": number}).content.decode()
        )


def test_a_page_asks_as_often_for_many_as_for_few() -> None:
    found, client = bos(), staff()

    def queries() -> list[int]:
        counts = []
        for path in ("/office/cases/", f"/office/cases/{found.number}"):
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            counts.append(len(captured))
        return counts

    few = queries()
    for _ in range(10):
        bos()
        actions.reply(found.pk, body="Hej", actor="user:1", now=NOW)
        actions.log_phone_note(found.pk, text="Ringde", caller=found.contact_id, actor="user:2", now=NOW)
    assert [a - b for a, b in zip(queries(), few, strict=True)] in ([0, 0], [0, 1])  # names of staff, once
    assert max(few) <= 20


@pytest.mark.promise("M6")
def test_an_answer_with_a_document_reaches_the_customer_by_mail_without_the_case(tmp_path: Path) -> None:
    found, client = bos(), staff()
    file = SimpleUploadedFile("svar.pdf", b"%PDF", content_type="text/html")
    answer = client.post(
        f"/office/cases/{found.number}/answer",
        {"body": "Starta om", "file": file, "description": "Hur"},
        follow=True,
    )
    assert "Starta om" in answer.content.decode()
    assert "Eva Ek" in answer.content.decode()
    found.refresh_from_db()
    assert found.status == "waiting"
    kept, mail = CaseDocument.objects.get(), Outgoing.objects.get()
    assert (kept.name, kept.description, kept.contact_id) == ("svar.pdf", "Hur", None)
    assert (mail.address, mail.language, mail.about) == (BO, "sv", f"support.case {found.pk}")
    assert str(found.number) in mail.subject
    for said in (mail.plain, mail.html):
        assert f"/support/cases/{found.number}" in said
        assert "Starta om" not in said
        assert "Programmet startar inte" not in said
    got = client.get(f"/office/cases/{found.number}/documents/{kept.pk}")
    assert (got.getvalue(), got.headers["Content-Type"]) == (b"%PDF", "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    other = bos()
    assert client.get(f"/office/cases/{other.number}/documents/{kept.pk}").status_code == 404


def test_where_customers_have_no_account_the_mail_is_the_answer() -> None:
    policy("swinx-mended")
    found = bos()
    staff().post(f"/office/cases/{found.number}/answer", {"body": "Starta om <den>"})
    mail = Outgoing.objects.get()
    assert "Starta om <den>" in mail.plain
    assert "Starta om &lt;den&gt;" in mail.html
    assert "/support/" not in mail.plain


@pytest.mark.promise("M16")
def test_a_case_is_noted_closed_with_its_solution_and_opened_again() -> None:
    found, client = bos(), staff()
    path = f"/office/cases/{found.number}"
    client.post(f"{path}/note", {"channel": "phone", "text": "Ringde om fel 17"})
    assert (Note.objects.get().contact_id, Note.objects.get().channel) == (found.contact_id, "phone")
    refused = client.post(f"{path}/close", {"solution": "Bo Ek fick en ny version"})
    assert (refused.status_code, "names a person" in refused.content.decode()) == (409, True)
    assert "Bo Ek fick en ny version</textarea>" in refused.content.decode()
    client.post(f"{path}/close", {"solution": "Ny version"})
    found.refresh_from_db()
    assert (found.status, found.solution) == ("closed", "Ny version")
    assert client.post(f"{path}/close", {}).status_code == 409
    client.post(f"{path}/reopen")
    found.refresh_from_db()
    assert found.status == "open"
    assert client.post(f"{path}/answer", {"body": " "}).status_code == 400


@pytest.mark.promise("M10")
def test_that_somebody_looked_is_recorded() -> None:
    found, client = bos(), staff()
    client.get("/office/cases/")
    assert opened.of(BO) == []
    client.get(f"/office/cases/{found.number}")
    assert [one.role for one in opened.of(BO)] == ["support"]


@pytest.mark.promise("M16")
def test_an_archived_case_shows_what_is_impersonal_alone() -> None:
    found, client = bos(closed=NOW - timedelta(days=200), messages=0), staff()
    Case.objects.filter(pk=found.pk).update(
        contact=None, company=None, subject=None, description=None, assignee=None, archived_at=NOW,
        solution="Ny version", product="Lön",
    )  # fmt: skip
    html = client.get(f"/office/cases/{found.number}").content.decode()
    assert "Ny version" in html
    assert "Lön" in html
    assert "<form class" not in html
    assert client.post(f"/office/cases/{found.number}/answer", {"body": "Hej"}).status_code == 409


@pytest.mark.article(18)
def test_a_restricted_persons_case_is_for_privacy_and_is_not_written_in() -> None:
    found, hers = bos(), case(contact=contact(CLEO))
    restricting.restrict(BO, now=NOW)
    client = staff()
    listed = client.get("/office/cases/").content.decode()
    assert "restricted: only stored" in listed
    assert "Exempelbolaget" not in listed
    assert client.get(f"/office/cases/{found.number}").status_code == 403
    for act in ("answer", "note", "take", "close", "reopen"):
        assert client.post(f"/office/cases/{found.number}/{act}", {"body": "Hej"}).status_code == 403
    privacy = staff(Role.PRIVACY)
    assert privacy.get(f"/office/cases/{found.number}").status_code == 200
    answer = privacy.post(f"/office/cases/{found.number}/answer", {"body": "Hej"})
    assert (answer.status_code, "Article 18" in answer.content.decode()) == (409, True)
    assert client.post(f"/office/cases/{hers.number}/answer", {"body": "Hej"}).status_code == 302
    assert not Message.objects.filter(case=found, direction="out").exists()
    assert [mail.address for mail in Outgoing.objects.all()] == [CLEO]
