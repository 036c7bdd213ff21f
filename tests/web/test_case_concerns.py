"""Others whom a case concerns: written to about that case alone, they read what they wrote and got, and nothing of
anybody else's (M6, M7)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gallra.mail.models import CaseNews, Outgoing
from gallra.registers.errors import Refused
from gallra.registers.given import Person
from gallra.registers.support import actions
from gallra.registers.support.models import Case, CaseDocument, Concerned, Contact, Message
from gallra.site.models import Role, User
from tests.web.portal import BO, CLEO
from tests.web.support import NOW, PDF, addresses, customer, open_case, sign_in
from tests.web.support import support_portal as support_portal

pytestmark = pytest.mark.usefixtures("support_portal")


def text() -> SimpleUploadedFile:
    return SimpleUploadedFile("cleo.txt", b"Text", content_type="text/plain")


def staff() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_user(email="eva@gallra.example", name="Eva Ek", role=Role.SUPPORT))
    return client


@pytest.mark.promise("M7")
def test_staff_write_to_somebody_else_whom_it_concerns_and_to_nobody_besides() -> None:
    bo, cleo = customer(), customer(CLEO)
    mine, client = open_case(bo), staff()
    path = f"/office/cases/{mine.number}"
    refused = client.post(f"{path}/answer", {"body": "Hej", "to": cleo.pk})
    assert (refused.status_code, Outgoing.objects.count()) == (302, 1), (
        "without others there is nobody to choose"
    )
    assert Outgoing.objects.get().address == BO
    html = client.post(f"{path}/concern", {"email": CLEO, "title": "Chef"}, follow=True).content.decode()
    assert f'<option value="{cleo.pk}">' in html
    assert Concerned.objects.get().contact_id == cleo.pk
    client.post(f"{path}/answer", {"body": "Ser du det också?", "to": cleo.pk})
    letter, mail = Message.objects.latest("pk"), Outgoing.objects.latest("pk")
    assert (letter.contact_id, letter.direction, mail.address, mail.text) == (
        cleo.pk,
        "out",
        CLEO,
        "support/waiting",
    )
    assert client.post(f"{path}/answer", {"body": "Hej", "to": bo.pk}).status_code == 400
    file = {"file": text(), "description": "Bild"}
    answer = client.post(f"{path}/answer", {"body": "Hej", "to": cleo.pk, **file})
    assert "A document goes to the reporter alone" in answer.content.decode()
    client.post(f"{path}/concern/{cleo.pk}/remove")
    assert not Concerned.objects.exists()
    assert client.post(f"{path}/concern/{cleo.pk}/remove").status_code == 404
    with pytest.raises(Refused):
        actions.reply(open_case(bo).pk, body="Hej", to=cleo.pk, actor="system", now=NOW)


@pytest.mark.promise("M6", "M7")
def test_whoever_has_written_in_a_case_reads_their_part_of_it_and_no_more() -> None:
    bo, cleo = customer(), customer(CLEO)
    hers = open_case(bo)
    named = open_case(bo)  # in which Cleo is only named
    Case.objects.filter(pk=hers.pk).update(solution="Ny version", product="Lön")
    actions.reply(hers.pk, body="Bos hemlighet", sender=bo.pk, actor="system", now=NOW)
    actions.reply(hers.pk, body="Till Bo", actor="system", now=NOW)
    for found in (hers, named):
        person = Person(email=CLEO)
        actions.add_concerned(found.pk, person, origin=actions.STAFF, actor="system", now=NOW)
    actions.log_phone_note(hers.pk, text="Ringde", caller=cleo.pk, actor="system", now=NOW)
    his = actions.attach(hers.pk, [PDF], name="bos.pdf", sender=bo.pk, actor="system", now=NOW)
    ours = actions.attach(hers.pk, [PDF], name="vår.pdf", actor="system", now=NOW)
    client = sign_in(CLEO)
    for found in (hers, named):
        for path in addresses(found.number, his.pk):
            ask = client.post if path.endswith("/reply") else client.get
            assert ask(path, {"body": "Hej"}).status_code == 404, "being named, or called, opens nothing"
    actions.reply(hers.pk, body="Till Cleo", to=cleo.pk, actor="system", now=NOW)
    listed = client.get("/support/").content.decode()
    assert re.findall(r"/support/cases/(\d+)", listed) == [str(hers.number)]
    assert str(hers.subject) not in listed
    answer = client.post(f"/support/cases/{hers.number}/reply", {
        "body": "Jag ser det", "file": text(), "description": "Bild"}, follow=True)  # fmt: skip
    html = answer.content.decode()
    assert {word for word in ("Till Cleo", "Jag ser det", "cleo.txt", "Ny version", "Lön") if word in html} == {
        "Till Cleo", "Jag ser det", "cleo.txt", "Ny version", "Lön",
    }  # fmt: skip
    for word in (
        hers.subject,
        hers.description,
        "Bos hemlighet",
        "Till Bo",
        "Ringde",
        "bos.pdf",
        "vår.pdf",
        "Bo Ek",
    ):
        assert str(word) not in html.replace("Bo Ek</dd>", ""), word
    mine = CaseDocument.objects.get(name="cleo.txt")
    documents = f"/support/cases/{hers.number}/documents/"
    assert client.get(f"{documents}{mine.pk}").status_code == 200
    for other in (his, ours):
        assert client.get(f"{documents}{other.pk}").status_code == 404
    assert client.get(f"/support/cases/{hers.number}?from=1").content.decode().count("Bos hemlighet") == 0
    for path in addresses(named.number, mine.pk):
        ask = client.post if path.endswith("/reply") else client.get
        assert ask(path, {"body": "Hej"}).status_code == 404
    page = sign_in(BO).get(f"/support/cases/{hers.number}").content.decode()
    assert "Jag ser det" in page, "the reporter reads everything"
    assert [row.opened for row in CaseNews.objects.filter(case=hers.number)] == [False]


@pytest.mark.promise("M16")
def test_what_is_archived_is_nobodys_and_the_lists_say_so() -> None:
    bo = customer()
    done = open_case(bo, closed=NOW - timedelta(days=2), messages=0)
    client = sign_in()
    for path in ("/support/?show=closed", "/my/"):
        html = client.get(path).content.decode()
        assert "A case is archived three months after it was closed" in html, path
        assert "nothing says whose" in html
    Case.objects.filter(pk=done.pk).update(
        contact=None, company=None, subject=None, description=None, assignee=None, archived_at=NOW
    )
    assert f"/support/cases/{done.number}" not in client.get("/support/?show=closed").content.decode()
    assert client.get(f"/support/cases/{done.number}").status_code == 404
    assert Contact.objects.filter(pk=bo.pk).exists()
